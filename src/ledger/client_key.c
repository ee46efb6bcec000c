/* client_key.c — see client_key.h. */
#include "ledger/client_key.h"

#include "base/lang.h"
#include "ledger/query.h"
#include "ledger/secret.h"
#include "system.sql.h"

#define CANONICAL_MAX ((size_t)32 << 20)

static enum err check_key(struct str key)
{
    bool ok = key.n >= 1 && key.n <= CLIENT_KEY_MAX;
    for (size_t i = 0; ok && i < key.n; i++) {
        char c = key.p[i];
        ok = c == '-' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
    return ok ? OK : err_set(ERR_INVALID, _("a client key has 1 to %d letters, digits and hyphens"), CLIENT_KEY_MAX);
}

/* A plain digest over an identity number could be guessed; so the digest under the master key stands for it. */
static enum err hide_secrets(struct work *w, struct record *r)
{
    for (unsigned i = 0; i < r->l->fields_count; i++) {
        struct condition c = {&r->l->fields[i], OP_EQ, VALUE_NULL};
        if (!r->l->fields[i].sensitive || r->v[i].tag == VAL_NULL) continue;
        TRY(secret_condition(w, r->v[i].s, &c));
        r->v[i] = c.value;
    }
    return OK;
}

static enum err draft_digest(struct work *w, const struct record *draft, unsigned char ret[HASH_BYTES])
{
    struct buf b CLEANUP_BUF = BUF_INIT(CANONICAL_MAX);
    struct record *hidden = record_copy(w->arena, draft);
    if (!hidden) return err_no_memory();
    TRY(hide_secrets(w, hidden));
    return record_digest(w->store->hash, hidden, &b, ret); /* the canonical form begins with the ledger's name */
}

struct used {
    int64_t record; /* 0: never */
    bool same;      /* with these values */
};

static enum err find_key(struct work *w, struct str key, const unsigned char digest[HASH_BYTES], struct used *ret)
{
    struct value arg = value_text(key);
    struct db_rows *rows;
    bool found;
    *ret = (struct used){0};
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_CLIENT_KEY_GET), &arg, 1, &rows));
    enum err e = db_next(rows, &found);
    if (!e && found) *ret = (struct used){db_int(rows, 0), str_eq(db_text(rows, 1), (struct str){(const char *)digest, HASH_BYTES})};
    db_done(rows);
    return e;
}

enum err store_create_keyed(struct work *w, struct str key, const struct record *draft, struct record **ret)
{
    unsigned char digest[HASH_BYTES];
    struct used used;
    struct record *made;
    TRY(check_key(key));
    TRY(draft_digest(w, draft, digest));
    TRY(find_key(w, key, digest, &used));
    if (used.record && !used.same) return err_set(ERR_CONFLICT, _("the key %.*s was used for another record"), STR_ARG(key));
    if (used.record) return store_read(w, draft->l, used.record, ret);
    TRY(store_create(w, draft, &made));
    const struct value row[] = {value_text(key), value_text(str_of(draft->l->ledger)), value_int(made->id), value_blob(digest, HASH_BYTES),
                                value_int(clock_now())};
    enum err e = db_run(w->tx, DB_SQL(w->tx, SQL_CLIENT_KEY_SET), row, 5, NULL);
    if (DB_IS_UNIQUE(e)) return err_set(ERR_BUSY, _("the key %.*s is being used at this moment; please try again"), STR_ARG(key));
    if (!e) *ret = made;
    return e;
}
