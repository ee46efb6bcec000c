/* replay.c — see replay.h. */
#include "ledger/replay.h"

#include <jansson.h>
#include <stdio.h>

#include "system.sql.h"

struct replay {
    json_t *state; /* by name: the value that the last event which spoke of it left */
    char *bad;
};

/* What has no value may be null, an empty list, false or not there at all. */
static bool none(const json_t *v)
{
    return !v || json_is_null(v) || json_is_false(v) || (json_is_array(v) && json_array_size(v) == 0);
}

static bool same(const json_t *a, const json_t *b)
{
    return none(a) || none(b) ? none(a) && none(b) : json_equal(a, b);
}

static void blame(struct replay *p, const char *name)
{
    if (!*p->bad) snprintf(p->bad, REPLAY_NAME, "%s", name);
}

static enum err put(struct replay *p, const char *name, json_t *v)
{
    return json_object_set(p->state, name, v) == 0 ? OK : err_no_memory();
}

/* [before, after] */
static enum err step(struct replay *p, const char *name, json_t *change)
{
    if (!json_is_array(change) || json_array_size(change) != 2 || !same(json_object_get(p->state, name), json_array_get(change, 0))) {
        blame(p, name);
        return OK;
    }
    return put(p, name, json_array_get(change, 1));
}

/* What events say beside "set", and whether they say what was there before. */
static const struct {
    const char *key, *name;
    bool pair;
} others[] = {
    {"state", "_state", true}, {"number", "_number", false}, {"withdrawn", "_withdrawn", false}, {"successor", "_successor", false}};
#define OTHERS (sizeof others / sizeof *others)

static enum err take_event(struct replay *p, const json_t *event)
{
    const char *name;
    json_t *v;
    json_object_foreach(json_object_get(event, "set"), name, v) TRY(step(p, name, v));
    for (size_t i = 0; i < OTHERS; i++) {
        v = json_object_get(event, others[i].key);
        if (v) TRY(others[i].pair ? step(p, others[i].name, v) : put(p, others[i].name, v));
    }
    return OK;
}

static enum err take_events(struct work *w, const struct record *r, struct replay *p)
{
    const struct value args[] = {value_int(r->id), value_int(0)};
    struct db_rows *rows;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_EVENT_OF_RECORD), args, 2, &rows));
    enum err e;
    bool more;
    while (!(e = db_next(rows, &more)) && more) {
        struct str body = db_text(rows, 1);
        json_t *event = json_loadb(body.p, body.n, 0, NULL);
        e = event ? take_event(p, event) : err_no_memory(); /* the walk has found it to be JSON */
        json_decref(event);
        if (e) break;
    }
    db_done(rows);
    return e;
}

static void compare(struct replay *p, const struct ledger *l, const json_t *row)
{
    const json_t *fields = json_object_get(row, "fields");
    for (unsigned i = 0; i < l->fields_count; i++)
        if (!same(json_object_get(p->state, l->fields[i].name), json_object_get(fields, l->fields[i].name))) blame(p, l->fields[i].name);
    for (size_t i = 0; i < OTHERS; i++)
        if (!same(json_object_get(p->state, others[i].name), json_object_get(row, others[i].key))) blame(p, others[i].name);
}

static enum err replay(struct work *w, const struct record *r, struct buf *text, struct replay *p)
{
    TRY(take_events(w, r, p));
    buf_reset(text);
    record_canonical(text, r);
    TRY(buf_error(text));
    json_t *row = json_loadb(text->p, text->n, 0, NULL);
    if (!row) return err_no_memory();
    compare(p, r->l, row);
    json_decref(row);
    return OK;
}

enum err replay_check(struct work *w, const struct loaded *one, struct buf *text, char ret_field[REPLAY_NAME])
{
    struct replay p = {json_object(), ret_field};
    *ret_field = '\0';
    if (!p.state) return err_no_memory();
    enum err e = replay(w, one->record, text, &p);
    json_decref(p.state);
    return e;
}
