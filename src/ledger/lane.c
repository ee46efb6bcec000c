/* lane.c — see lane.h. */
#include "ledger/lane.h"

#include <stdio.h>

#include "ledger/chain.h"
#include "system.sql.h"

#define PAGE 1000
#define LANES_MAX 4096
#define TELL_EVERY 1000

bool lane_of_row(const struct db_rows *rows, struct lane *ret)
{
    struct str head = db_text(rows, 2);
    *ret = (struct lane){.lane = db_int(rows, 0), .seq = db_int(rows, 1)};
    if (head.n != HASH_BYTES) return false;
    memcpy(ret->head, head.p, HASH_BYTES);
    return true;
}

enum err lane_all(struct work *w, struct lanes *ret)
{
    int64_t count;
    TRY(db_one_int(w->tx, DB_SQL(w->tx, SQL_LANE_COUNT), NULL, 0, &count));
    if (count > LANES_MAX) return err_set(ERR_TOO_BIG, _("the chain has %lld lanes, more than a program makes"), (long long)count);
    *ret = (struct lanes){.lane = arena_array(w->arena, struct lane, count + 1)};
    if (!ret->lane) return err_no_memory();
    struct db_rows *rows;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_LANE_ALL), NULL, 0, &rows));
    enum err e;
    bool more;
    while (!(e = db_next(rows, &more)) && more && ret->n < count) lane_of_row(rows, &ret->lane[ret->n++]);
    db_done(rows);
    return e;
}

enum err lane_genesis(const struct store *s, int64_t lane, unsigned char ret[HASH_BYTES])
{
    char name[80];
    snprintf(name, sizeof name, "anjian %s lane %lld", s->uuid, (long long)lane);
    return hash_two(s->hash, str_of(name), STR_NONE, ret);
}

static struct lane_event event_of_row(const struct db_rows *rows)
{
    int64_t position = db_int(rows, 0), lane = position >> CHAIN_LANE_BITS;
    return (struct lane_event){
        .lane = lane,
        .seq = position - (lane << CHAIN_LANE_BITS),
        .record = db_int(rows, 1),
        .version = db_int(rows, 2),
        .ledger = db_text(rows, 3),
        .batch = db_int(rows, 4),
        .body = db_text(rows, 5),
        .hash = db_text(rows, 6),
    };
}

enum err lane_walk(struct work *w, int64_t lane, enum err (*fn)(void *, const struct lane_event *), void *arg)
{
    int64_t after = lane << CHAIN_LANE_BITS, end = (lane + 1) << CHAIN_LANE_BITS;
    for (int n = PAGE; n == PAGE;) {
        const struct value args[] = {value_int(after), value_int(end), value_int(PAGE)};
        struct db_rows *rows;
        TRY(db_query(w->tx, DB_SQL(w->tx, SQL_EVENT_WALK), args, 3, &rows));
        enum err e;
        bool more;
        for (n = 0; !(e = db_next(rows, &more)) && more; n++) {
            struct lane_event event = event_of_row(rows);
            after = db_int(rows, 0);
            if ((e = fn(arg, &event))) break;
        }
        db_done(rows);
        TRY(e);
    }
    return OK;
}

enum err progress_add(struct lane_progress *p, int64_t n)
{
    p->done += n;
    if (!p->tell || p->done < p->told + TELL_EVERY) return OK;
    p->told = p->done;
    return p->tell(p->arg, p->done, p->total) ? OK : err_set(ERR_STOPPED, "%s", _("stopped"));
}
