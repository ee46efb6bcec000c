/* asset.h — the files that browsers load beside the pages: one style sheet, one script, icons.
 *
 * They are made from static/ and npm packages by tools/assets.mjs and stand in the program. A URL carries a digest of the
 * content, so an answer may be kept by browsers for ever; after an upgrade the URL is another one. Templates use the
 * constants ASSET_APP_CSS, ASSET_APP_JS, ASSET_ICONS_SVG, ASSET_FAVICON_SVG.
 */
#ifndef ANJIAN_ASSET_H
#define ANJIAN_ASSET_H

#include "asset_url.h"
#include "base/str.h"

struct asset {
    const char *name; /* "app.css" */
    const char *url;  /* "/static/app-1a2b3c4d5e6f.css" */
    const char *type; /* Content-Type */
    struct str plain;
    struct str gzip, brotli; /* n == 0 when that form would not be smaller */
};

extern const struct asset assets[];
extern const int asset_count;

/* The file of this path ("/static/…"), or NULL. */
const struct asset *asset_find(struct str url);

#endif
