/* chain_verify.c — does the chain hold, and is every row what its last event says? See chain.h; doc/chain.md says what each
 * check proves. The first fault ends the walk: what stands behind it proves nothing any more. */
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ledger/chain.h"
#include "ledger/lane.h"
#include "ledger/load.h"
#include "ledger/plan.h"
#include "ledger/replay.h"
#include "ledger/seal.h"
#include "system.sql.h"

#define PAGE 200
#define PAGE_BYTES ((size_t)256 << 20)
#define ROW_MAX ((size_t)64 << 20)

struct verify {
    struct work *w;
    struct str seal_text, public_pem;
    struct verify_report *report;
    bool found; /* a fault; the error that ends the walk is then not one of the database */
    struct lane_progress progress;
    struct buf text;     /* canonical rows */
    struct arena *page;  /* rows of one page */
    int64_t *child_rows; /* child rows that belong to a record, by ledger->place */
    /* of the lane that is walked */
    int64_t seq;
    unsigned char head[HASH_BYTES];
};

struct place {
    int64_t lane, seq, record;
    const char *ledger;
};

static enum err fault(struct verify *v, struct place at, const char *format, ...) __attribute__((format(printf, 3, 4)));
static enum err fault(struct verify *v, struct place at, const char *format, ...)
{
    struct verify_fault *f = &v->report->first;
    va_list ap;
    *f = (struct verify_fault){.lane = at.lane, .seq = at.seq, .record = at.record, .ledger = at.ledger};
    va_start(ap, format);
    vsnprintf(f->what, sizeof f->what, format, ap);
    va_end(ap);
    f->what[utf8_cut(f->what, strlen(f->what))] = '\0';
    v->found = true;
    return ERR_REFUSED;
}

/* ---- events ---- */

#define TAIL_KEY ",\"digest\":\""
#define TAIL_BYTES (sizeof TAIL_KEY - 1 + HASH_HEX - 1 + 2)

/* The digest of the row, in hex: every body ends in ,"digest":"…"}. False when it does not. */
static bool tail_digest(struct str body, struct str *ret)
{
    struct str tail = str_from(body, body.n > TAIL_BYTES ? body.n - TAIL_BYTES : 0);
    *ret = (struct str){tail.p + sizeof TAIL_KEY - 1, HASH_HEX - 1};
    return tail.n == TAIL_BYTES && str_starts(tail, STR(TAIL_KEY)) && str_ends(tail, STR("\"}"));
}

static bool has_id(const json_t *body, const char *key, int64_t id)
{
    const json_t *v = json_object_get(body, key);
    char text[24];
    if (!v) return id == 0;
    snprintf(text, sizeof text, "%lld", (long long)id);
    return json_is_string(v) && strcmp(json_string_value(v), text) == 0;
}

/* Columns that say otherwise than the body would let searches find the wrong events. */
static enum err check_columns(struct verify *v, struct place at, const struct lane_event *e, const json_t *body)
{
    const json_t *version = json_object_get(body, "version"), *ledger = json_object_get(body, "ledger");
    if (!has_id(body, "record", e->record)) return fault(v, at, "%s", _("the column “record” is not what the event says"));
    if (!json_is_integer(version) || json_integer_value(version) != e->version)
        return fault(v, at, "%s", _("the column “version” is not what the event says"));
    if (!json_is_string(ledger) || !str_is(e->ledger, json_string_value(ledger)))
        return fault(v, at, "%s", _("the column “ledger” is not what the event says"));
    if (!has_id(body, "batch", e->batch)) return fault(v, at, "%s", _("the column “batch” is not what the event says"));
    if (!at.ledger) return fault(v, at, _("the event is of a ledger “%.*s”, which the database does not have"), STR_ARG(e->ledger));
    return OK;
}

static enum err check_body(struct verify *v, struct place at, const struct lane_event *e)
{
    struct str digest;
    json_t *body = json_loadb(e->body.p, e->body.n, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(body) || !tail_digest(e->body, &digest)) {
        json_decref(body);
        return fault(v, at, "%s", _("the body of the event is not in the form of events"));
    }
    enum err err = check_columns(v, at, e, body);
    json_decref(body);
    return err;
}

static enum err check_event(void *arg, const struct lane_event *e)
{
    struct verify *v = arg;
    const struct ledger *l = registry_find(v->w->store->registry, e->ledger);
    struct place at = {e->lane, e->seq, e->record, l ? l->ledger : NULL};
    if (e->seq != v->seq + 1)
        return fault(v, (struct place){e->lane, v->seq + 1, 0, NULL}, _("event %lld of lane %lld is missing"), (long long)v->seq + 1,
                     (long long)e->lane);
    TRY(hash_two(v->w->store->hash, (struct str){(const char *)v->head, HASH_BYTES}, e->body, v->head));
    if (!str_eq(e->hash, (struct str){(const char *)v->head, HASH_BYTES}))
        return fault(v, at, "%s", _("the hash of the event does not follow from the event before it and its bytes"));
    TRY(check_body(v, at, e));
    v->seq = e->seq;
    v->report->events++;
    return progress_add(&v->progress, 1);
}

static enum err check_lane(struct verify *v, const struct lane *l)
{
    TRY(lane_genesis(v->w->store, l->lane, v->head));
    v->seq = 0;
    TRY(lane_walk(v->w, l->lane, check_event, v));
    struct place end = {l->lane, v->seq + 1, 0, NULL};
    if (v->seq < l->seq)
        return fault(v, end, _("lane %lld ends before its head: event %lld is missing"), (long long)l->lane, (long long)v->seq + 1);
    if (v->seq > l->seq)
        return fault(v, (struct place){l->lane, l->seq + 1, 0, NULL}, _("lane %lld has events behind its head"), (long long)l->lane);
    if (memcmp(v->head, l->head, HASH_BYTES) != 0)
        return fault(v, (struct place){l->lane, v->seq, 0, NULL}, _("the head of lane %lld is not the hash of its last event"),
                     (long long)l->lane);
    v->report->lanes++;
    return OK;
}

static enum err check_stray(struct verify *v)
{
    struct db_rows *rows;
    bool any;
    TRY(db_query(v->w->tx, DB_SQL(v->w->tx, SQL_EVENT_STRAY), NULL, 0, &rows));
    enum err e = db_next(rows, &any);
    int64_t position = !e && any ? db_int(rows, 0) : 0, record = !e && any ? db_int(rows, 1) : 0;
    db_done(rows);
    if (e || !any) return e;
    int64_t lane = position >> CHAIN_LANE_BITS;
    struct place at = {lane, position - (lane << CHAIN_LANE_BITS), record, NULL};
    return fault(v, at, "%s", _("the event stands in no lane"));
}

static enum err check_versions(struct verify *v)
{
    int64_t record;
    enum err e = db_one_int(v->w->tx, DB_SQL(v->w->tx, SQL_EVENT_GAPS), NULL, 0, &record);
    if (e == ERR_NOT_FOUND) return OK;
    if (e) return e;
    return fault(v, (struct place){-1, -1, record, NULL}, _("the events of record %lld have a gap or a version twice"), (long long)record);
}

static enum err check_chain(struct verify *v)
{
    struct lanes all;
    TRY(lane_all(v->w, &all));
    if (!all.n) return fault(v, (struct place){-1, -1, 0, NULL}, "%s", _("the chain has no lane"));
    for (int i = 0; i < all.n; i++) {
        if (all.lane[i].lane != i) return fault(v, (struct place){i, 0, 0, NULL}, _("lane %d is missing"), i);
        TRY(check_lane(v, &all.lane[i]));
    }
    TRY(check_stray(v));
    return check_versions(v);
}

/* ---- rows ---- */

/* Every body opens with its time of receipt. */
static bool says_time(struct str body, instant_t t)
{
    char text[INSTANT_TEXT], head[INSTANT_TEXT + 16];
    snprintf(head, sizeof head, "{\"at\":\"%s\"", instant_text(t, text));
    return str_starts(body, str_of(head));
}

static enum err check_scope(struct verify *v, struct place at, const struct loaded *one)
{
    static const enum system_column columns[SCOPE__MAX] = {
        [SCOPE_DISTRICT] = COL_DISTRICT, [SCOPE_TERRITORY] = COL_TERRITORY, [SCOPE_SECTOR] = COL_SECTOR, [SCOPE_OWNER] = COL_OWNER};
    int64_t scope[SCOPE__MAX];
    store_scope(v->w->store, one->record, one->has_lender ? one->lent : NULL, scope);
    for (int i = 0; i < SCOPE__MAX; i++)
        if (scope[i] != one->record->scope[i])
            return fault(v, at, _("the column “%s” is %lld and must be %lld"), system_columns[columns[i]], (long long)one->record->scope[i],
                         (long long)scope[i]);
    return OK;
}

static enum err check_replay(struct verify *v, struct place at, const struct loaded *one)
{
    char field[REPLAY_NAME];
    TRY(replay_check(v->w, one, &v->text, field));
    if (!*field) return OK;
    return fault(v, at, _("“%s” was changed outside of this program before a later write: the events of the record do not add up to it"),
                 field);
}

static enum err check_row(struct verify *v, const struct loaded *one)
{
    const struct record *r = one->record;
    struct place at = {-1, -1, r->id, r->l->ledger};
    unsigned char digest[HASH_BYTES];
    char hex[HASH_HEX];
    struct str said;
    if (!one->version) return fault(v, at, "%s", _("the row has no event: it was not written by this program"));
    if (r->version != one->version)
        return fault(v, at, _("the row is at version %lld and its last event at version %lld"), (long long)r->version,
                     (long long)one->version);
    TRY(record_digest(v->w->store->hash, r, &v->text, digest));
    if (!tail_digest(one->last, &said) || !str_is(said, hash_hex(digest, hex)))
        return fault(v, at, "%s", _("the row is not what its last event says: it was changed outside of this program"));
    if (!says_time(one->first, r->created))
        return fault(v, at, _("the column “%s” is not what its event says"), system_columns[COL_CREATED]);
    if (!says_time(one->last, r->updated))
        return fault(v, at, _("the column “%s” is not what its event says"), system_columns[COL_UPDATED]);
    TRY(check_scope(v, at, one));
    if (r->version > 1) TRY(check_replay(v, at, one));
    for (unsigned i = 0; i < r->l->fields_count; i++)
        if (r->l->fields[i].type == TYPE_ROWS) v->child_rows[r->l->fields[i].target->place] += r->rows[i].n;
    v->report->rows++;
    return progress_add(&v->progress, 1);
}

static enum err check_page(struct verify *v, const struct ledger *l, int64_t *after, int *ret_n)
{
    struct loaded *page = arena_array(v->page, struct loaded, PAGE);
    if (!page) return err_no_memory();
    TRY(load_page(v->w, l, *after, page, PAGE, ret_n));
    for (int i = 0; i < *ret_n; i++) TRY(check_row(v, &page[i]));
    if (*ret_n) *after = page[*ret_n - 1].record->id;
    return OK;
}

static enum err check_ledger(struct verify *v, const struct ledger *l)
{
    struct arena *outer = v->w->arena;
    int64_t after = INT64_MIN;
    enum err e = OK;
    v->w->arena = v->page;
    for (int n = PAGE; !e && n == PAGE;) {
        e = check_page(v, l, &after, &n);
        arena_reset(v->page);
    }
    v->w->arena = outer;
    return e;
}

/* A record that has events and no row was removed. As many rows as records that have events, each with its own: none is
 * missing. */
static enum err check_missing(struct verify *v)
{
    const struct registry *r = v->w->store->registry;
    int64_t records, record;
    TRY(db_one_int(v->w->tx, DB_SQL(v->w->tx, SQL_EVENT_RECORDS), NULL, 0, &records));
    if (records == v->report->rows) return OK;
    for (int i = 0; i < r->n; i++) {
        if (r->ledgers[i]->parent) continue;
        TRY(plan_missing(v->w->tx, r->ledgers[i], &record));
        if (record)
            return fault(v, (struct place){-1, -1, record, r->ledgers[i]->ledger}, "%s", _("the record has events but its row is gone"));
    }
    return fault(v, (struct place){-1, -1, 0, NULL}, _("%lld records have events and there are %lld rows"), (long long)records,
                 (long long)v->report->rows);
}

static enum err check_rows(struct verify *v)
{
    const struct registry *r = v->w->store->registry;
    for (int i = 0; i < r->n; i++)
        if (!r->ledgers[i]->parent) TRY(check_ledger(v, r->ledgers[i]));
    TRY(check_missing(v));
    for (int i = 0; i < r->n; i++) {
        const struct ledger *l = r->ledgers[i];
        int64_t n;
        if (!l->parent) continue;
        TRY(plan_count(v->w->tx, l, &n));
        if (n != v->child_rows[l->place])
            return fault(v, (struct place){-1, -1, 0, l->ledger}, "%s", _("there are rows that belong to no record"));
    }
    return OK;
}

/* ---- the seal ---- */

/* The chain was found good: so a lane that still has the sealed hash at its place has everything that led to it. */
static enum err check_sealed(struct verify *v, const struct lane *sealed)
{
    struct value position = value_int(sealed->lane << CHAIN_LANE_BITS | sealed->seq);
    struct place at = {sealed->lane, sealed->seq, 0, NULL};
    unsigned char genesis[HASH_BYTES];
    struct str hash = {(const char *)genesis, HASH_BYTES};
    if (sealed->lane < 0 || sealed->lane >= v->report->lanes || sealed->seq < 0 || sealed->seq >> CHAIN_LANE_BITS)
        return fault(v, at, _("lane %lld of the seal is not in the chain"), (long long)sealed->lane);
    TRY(lane_genesis(v->w->store, sealed->lane, genesis));
    enum err e = sealed->seq ? db_one_text(v->w->tx, v->w->arena, DB_SQL(v->w->tx, SQL_EVENT_HASH), &position, 1, &hash) : OK;
    if (e == ERR_NOT_FOUND) return fault(v, at, "%s", _("the chain is shorter than when it was sealed: events were cut off"));
    if (e) return e;
    if (!str_eq(hash, (struct str){(const char *)sealed->head, HASH_BYTES}))
        return fault(v, at, "%s", _("the chain is not the one that was sealed: events were rewritten"));
    return OK;
}

static enum err check_seal(struct verify *v)
{
    struct place nowhere = {-1, -1, 0, NULL};
    struct seal s;
    enum seal_trust trust;
    if (!v->seal_text.p) return OK;
    TRY(seal_parse(v->w->arena, v->seal_text, &s));
    TRY(seal_check(v->w->arena, &s, v->public_pem, &trust));
    if (trust == SEAL_OTHER_KEY) return fault(v, nowhere, "%s", _("the seal was made with another key"));
    if (trust == SEAL_FORGED) return fault(v, nowhere, "%s", _("the signature of the seal does not fit: the seal was altered"));
    if (!str_is(s.uuid, v->w->store->uuid)) return fault(v, nowhere, "%s", _("the seal is of another database"));
    for (int i = 0; i < s.lanes.n; i++) TRY(check_sealed(v, &s.lanes.lane[i]));
    return OK;
}

/* ---- all of it ---- */

static enum err count_work(struct verify *v)
{
    const struct registry *r = v->w->store->registry;
    TRY(db_one_int(v->w->tx, DB_SQL(v->w->tx, SQL_EVENT_COUNT), NULL, 0, &v->progress.total));
    for (int i = 0; i < r->n; i++) {
        int64_t n;
        if (r->ledgers[i]->parent) continue;
        TRY(plan_count(v->w->tx, r->ledgers[i], &n));
        v->progress.total += n;
    }
    return OK;
}

static enum err verify(struct work *w, void *arg)
{
    struct verify *v = arg;
    v->w = w;
    v->child_rows = arena_array(w->arena, int64_t, w->store->registry->n);
    if (!v->child_rows) return err_no_memory();
    TRY(count_work(v));
    TRY(check_chain(v));
    TRY(check_rows(v));
    return check_seal(v);
}

enum err chain_verify(struct store *s, struct str seal, struct str public_key_pem, bool (*tell)(void *, int64_t done, int64_t total),
                      void *arg, struct verify_report *ret)
{
    struct arena *a CLEANUP_ARENA = arena_new_capped((size_t)16 << 20), *page CLEANUP_ARENA = arena_new_capped(PAGE_BYTES);
    struct verify_report report = {.ok = true};
    struct verify v = {
        .seal_text = seal,
        .public_pem = public_key_pem,
        .report = &report,
        .progress = {.tell = tell, .arg = arg},
        .text = BUF_INIT(ROW_MAX),
        .page = page,
    };
    struct actor console = ACTOR_CONSOLE;
    if (!a || !page) return err_no_memory();
    enum err e = store_view(s, &console, a, verify, &v);
    buf_release(&v.text);
    if (e && !v.found) return e;
    report.ok = !v.found;
    *ret = report;
    return OK;
}
