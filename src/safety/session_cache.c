/* session_cache.c — sessions and tokens found a moment ago, so that a visitor who asks again costs no database. See session_new.h.
 *
 * What is remembered is as good as what would be read: it falls with the epoch of the rights, which every commit of this process that bears
 * on who may do what moves on, and after REMEMBER in any case, for what other programs do.
 */
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>

#include "ledger/right.h"
#include "safety/session_new.h"

#define REMEMBER INT64_C(2000000) /* microseconds */

enum { PLACES = 1024, NAME_ROOM = 244 }; /* 60 characters of an account's name */

struct remembered {
    char digest[HASH_HEX];
    uint64_t epoch;
    int64_t at;           /* monotonic */
    instant_t seen_until; /* then it must be noted that it is in use */
    struct session session;
    char name[NAME_ROOM], only[ONLY_ROOM]; /* texts of the actor; only "" is none */
};

struct sessions {
    pthread_mutex_t lock;
    struct seen *queue;
    struct remembered place[PLACES];
};

struct sessions *sessions_new(void)
{
    struct sessions *k = mem_alloc(sizeof *k);
    if (k) pthread_mutex_init(&k->lock, NULL);
    return k;
}

enum err sessions_note_aside(struct sessions *k, struct store *s)
{
    return seen_start(s, &k->queue);
}

struct seen *sessions_queue(const struct sessions *k)
{
    return k ? k->queue : NULL;
}

struct sessions *sessions_free(struct sessions *k)
{
    if (k) {
        seen_stop(k->queue);
        pthread_mutex_destroy(&k->lock);
        sodium_memzero(k, sizeof *k);
    }
    mem_free(k);
    return NULL;
}

/* A digest is random enough to be its own hash. */
static struct remembered *place_of(struct sessions *k, const char *digest)
{
    unsigned at = 0;
    for (int i = 0; i < 4; i++) at = at * 31 + (unsigned char)digest[i];
    return &k->place[at % PLACES];
}

static bool take(const struct remembered *r, struct arena *a, struct session *ret)
{
    struct session s = r->session;
    s.actor.name = arena_str(a, str_of(r->name));
    if (r->only[0]) s.actor.only = arena_str(a, str_of(r->only));
    if (!s.actor.name.p || (r->only[0] && !s.actor.only.p)) return false;
    *ret = s;
    return true;
}

bool session_recall(struct sessions *k, const struct store *s, const char *digest, bool token, struct arena *a, struct session *ret)
{
    if (!k) return false;
    pthread_mutex_lock(&k->lock);
    const struct remembered *r = place_of(k, digest);
    instant_t now = clock_now();
    bool good = strcmp(r->digest, digest) == 0 && r->session.actor.by_token == token && r->epoch == rights_epoch(s) &&
                clock_monotonic() - r->at < REMEMBER && now < r->session.expires && now < r->seen_until && take(r, a, ret);
    pthread_mutex_unlock(&k->lock);
    return good;
}

void session_remember(struct sessions *k, const char *digest, uint64_t epoch, instant_t seen_until, const struct session *s)
{
    if (!k || s->actor.name.n >= NAME_ROOM || s->actor.only.n >= ONLY_ROOM) return;
    pthread_mutex_lock(&k->lock);
    struct remembered *r = place_of(k, digest);
    *r = (struct remembered){.epoch = epoch, .at = clock_monotonic(), .seen_until = seen_until, .session = *s};
    snprintf(r->digest, sizeof r->digest, "%s", digest);
    snprintf(r->name, sizeof r->name, "%.*s", STR_ARG(s->actor.name));
    snprintf(r->only, sizeof r->only, "%.*s", STR_ARG(s->actor.only));
    r->session.actor.name = r->session.actor.only = STR_NONE; /* put in anew for whoever asks */
    pthread_mutex_unlock(&k->lock);
}
