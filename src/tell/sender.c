/* sender.c — see sender.h. No transaction is open while a host is spoken to. */
#include "tell/sender.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/bell.h"
#include "base/mem.h"
#include "tell/deliver.h"

#define LOOK_EVERY (2 * INSTANT_SECOND)
#define PASS_MEMORY ((size_t)4 << 20)
#define NAME_ROOM 80

static const struct actor program = ACTOR_CLOCK;
static sender_note *on_delivery;

void sender_on_delivery(sender_note *note)
{
    on_delivery = note;
}

static void name_sender(char name[NAME_ROOM])
{
    char host[32] = "";
    gethostname(host, sizeof host - 1);
    snprintf(name, NAME_ROOM, "%s %lld %lld", host, (long long)getpid(), (long long)store_new_id());
}

/* ---- one message ---- */

struct handing {
    struct store *store;
    struct str sender;
    struct arena *arena;
    struct message message;
    struct channel channel;
    bool some, allowed;
    struct str host;
    enum delivery how;
    struct buf why;
};

static enum err look(struct work *w, void *arg)
{
    struct handing *h = arg;
    return outbox_any(w, &h->some);
}

static enum err take(struct work *w, void *arg)
{
    struct handing *h = arg;
    return outbox_take(w, h->sender, &h->message);
}

static enum err read_channel(struct work *w, void *arg)
{
    struct handing *h = arg;
    return channel_get(w, h->message.channel, &h->channel);
}

static enum err ask_host(struct work *w, void *arg)
{
    struct handing *h = arg;
    return host_is_allowed(w, h->host, &h->allowed);
}

static bool allowed(void *arg, struct str host)
{
    struct handing *h = arg;
    h->host = host;
    return store_view(h->store, &program, h->arena, ask_host, h) == OK && h->allowed;
}

static enum err note(struct work *w, void *arg)
{
    struct handing *h = arg;
    bool ended;
    if (h->how == DELIVERED)
        TRY(outbox_sent(w, &h->message, h->sender, &ended));
    else
        TRY(outbox_failed(w, &h->message, h->sender, h->how == DELIVERY_NEVER, h->how == DELIVERY_AWAY, buf_view(&h->why), &ended));
    return ended && on_delivery ? on_delivery(w, h->message.key, h->how == DELIVERED, clock_now()) : OK;
}

/* Hand over the next one. *ret: there was one. An error is one of the database: the message is taken again when this sender counts as dead.
 */
static enum err hand_over_one(struct handing *h, struct courier *courier, struct sent *sent, bool *ret)
{
    *ret = false;
    TRY(store_view(h->store, &program, h->arena, look, h));
    if (!h->some) return OK;
    TRY(store_write(h->store, &program, h->arena, take, h));
    if (!h->message.id) return OK;
    *ret = true;
    if (store_view(h->store, &program, h->arena, read_channel, h)) {
        h->how = err_last()->code == ERR_DB || err_last()->code == ERR_IO ? DELIVERY_LATER : DELIVERY_NEVER;
        buf_z(&h->why, err_last()->message);
    } else {
        h->how = deliver(courier, &(struct delivering){&h->channel, &h->message, h->store->uuid, allowed, h, &h->why});
    }
    TRY(store_write(h->store, &program, h->arena, note, h));
    sent->delivered += h->how == DELIVERED;
    sent->failed += h->how != DELIVERED;
    return OK;
}

static enum err pass(struct store *s, struct courier *courier, const char *name, struct bell *bell, struct sent *ret)
{
    struct arena *a CLEANUP_ARENA = arena_new_capped(PASS_MEMORY);
    bool more = true;
    enum err e = a && courier ? OK : err_no_memory();
    while (!e && more && !(bell && bell_ended(bell))) {
        struct handing h = {.store = s, .sender = str_of(name), .arena = a, .why = BUF_INIT(4096)};
        e = hand_over_one(&h, courier, ret, &more);
        buf_release(&h.why);
        arena_reset(a);
    }
    return e;
}

enum err sender_pass(struct store *s, struct sent *ret)
{
    struct courier *courier = courier_new();
    char name[NAME_ROOM];
    name_sender(name);
    *ret = (struct sent){0};
    enum err e = pass(s, courier, name, NULL, ret);
    courier_free(courier);
    return e;
}

/* ---- beside a server ---- */

struct sender {
    struct store *store;
    char name[NAME_ROOM];
    struct bell bell; /* something to send, or the end */
    pthread_t thread;
};

static void *send_all(void *arg)
{
    struct sender *s = arg;
    struct courier *courier = courier_new();
    do {
        struct sent sent = {0};
        (void)pass(s->store, courier, s->name, &s->bell, &sent); /* a database that is away is looked for again */
    } while (bell_wait(&s->bell, LOOK_EVERY));
    courier_free(courier);
    return NULL;
}

enum err sender_start(struct store *store, struct sender **ret)
{
    struct sender *s = mem_alloc(sizeof *s);
    if (!s) return err_no_memory();
    s->store = store;
    name_sender(s->name);
    bell_init(&s->bell);
    if (pthread_create(&s->thread, NULL, send_all, s) != 0) {
        bell_free(&s->bell);
        mem_free(s);
        return err_set(ERR_IO, "%s", _("no thread could be started"));
    }
    *ret = s;
    return OK;
}

void sender_wake(struct sender *s)
{
    if (s) bell_ring(&s->bell);
}

struct sender *sender_stop(struct sender *s)
{
    if (!s) return NULL;
    bell_end(&s->bell);
    pthread_join(s->thread, NULL);
    bell_free(&s->bell);
    mem_free(s);
    return NULL;
}
