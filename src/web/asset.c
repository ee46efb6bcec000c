/* asset.c — finds a file of the program by its URL. They are so few that looking at each is the quickest. */
#include "web/asset.h"

const struct asset *asset_find(struct str url)
{
    for (int i = 0; i < asset_count; i++)
        if (str_is(url, assets[i].url)) return &assets[i];
    return NULL;
}
