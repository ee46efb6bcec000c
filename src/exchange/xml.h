/* xml.h — one XML part of an xlsx package, unpacked and parsed piece by piece.
 *
 * Hostile parts end in an error: a document type (so no entities can be declared), nesting deeper than XML_DEPTH_MAX,
 * more than the limit of unpacked bytes, or a compression only a bomb has. Private to xlsx*.c.
 */
#ifndef ANJIAN_XML_H
#define ANJIAN_XML_H

#include <expat.h>
#include <zip.h>

#include "base/err.h"
#include "base/str.h"

#define XML_DEPTH_MAX 64

struct xml;

/* Names come without their namespace prefix. A handler that fails ends the parsing with its error. */
struct xml_handler {
    enum err (*start)(struct xml *, const char *name, const char **attributes);
    enum err (*end)(struct xml *, const char *name); /* may be NULL */
    enum err (*text)(struct xml *, struct str);      /* may be NULL */
};

struct xml {
    const struct xml_handler *handler;
    void *user;
    const char *part; /* for messages; belongs to the caller */
    zip_file_t *file;
    XML_Parser parser;
    int64_t unpacked, unpacked_max, packed;
    int depth;
    bool suspended, ended;
    enum err failed;
};

/* Start reading `part`; ERR_NOT_FOUND when the package has none. On success xml_close() is due. */
enum err xml_open(struct xml *, zip_t *, const char *part, int64_t unpacked_max, const struct xml_handler *, void *user);
void xml_close(struct xml *); /* also one that is all zero */

/* Parse on until a handler calls xml_pause() or the part ends (then x->ended). */
enum err xml_run(struct xml *);
void xml_pause(struct xml *);

/* Open, parse to the end and close. */
enum err xml_read(zip_t *, const char *part, int64_t unpacked_max, const struct xml_handler *, void *user);

/* The value of an attribute, found without regard to its prefix, or STR_NONE. */
struct str xml_attribute(const char **attributes, const char *name);
/* A truth value ("1", "true") of an attribute. */
bool xml_flag(const char **attributes, const char *name);

#endif
