/* parcel.h — a message packed for libcurl: what mail.c and hook.c fill, and deliver.c hands over. */
#ifndef ANJIAN_PARCEL_H
#define ANJIAN_PARCEL_H

#include <curl/curl.h>

#include "tell/deliver.h"

struct parcel { /* freed by deliver() */
    CURL *curl;
    CURLU *url;
    struct curl_slist *headers, *to;
    curl_mime *mime;
    struct buf body;
    char identity[41]; /* the same for every try of the message, and for no other one */
};

/* Fill it; false: the message cannot go this way, and d->why says so. */
bool mail_pack(const struct delivering *d, struct parcel *);
bool hook_pack(const struct delivering *d, struct parcel *);
/* Append a header line; false without memory. */
bool parcel_header(struct parcel *, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
