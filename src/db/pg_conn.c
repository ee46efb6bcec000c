/* pg_conn.c — see pg_conn.h.
 *
 * Values travel in binary in both directions, so they are exact. A statement is prepared once per connection with the
 * types of its arguments; NULL fits every type.
 */
#include "db/pg_conn.h"

#include <endian.h>
#include <stdio.h>

#include "base/lang.h"
#include "base/mem.h"

#define ARGS_MAX 512 /* parameters of one statement */

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_NAME = 19, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25 };
enum { OID_OID = 26, OID_UNKNOWN = 705, OID_CHAR = 18, OID_BPCHAR = 1042, OID_VARCHAR = 1043, OID_NUMERIC = 1700, OID_VOID = 2278 };

static const Oid oid_of[] = {[VAL_NULL] = 0, [VAL_INT] = OID_INT8, [VAL_TEXT] = OID_TEXT, [VAL_BLOB] = OID_BYTEA};

/* ---- errors ---- */

/* What SQLSTATE says, longest match first; the engine's own words follow, for experts. */
static const struct {
    const char *state;
    enum err err;
    const char *message;
} meanings[] = {
    {"23505", ERR_CONFLICT, N_("this exists already: %s")},
    {"40001", ERR_BUSY, N_("two changes got in each other's way: %s")},
    {"40P01", ERR_BUSY, N_("two changes got in each other's way: %s")},
    {"55P03", ERR_BUSY, N_("somebody else holds what is to be changed: %s")},
    {"53100", ERR_IO, N_("the disk is full, nothing was saved: %s")},
    {"53200", ERR_NO_MEMORY, N_("the database has no memory left: %s")},
    {"53300", ERR_BUSY, N_("the database has too many users at the moment: %s")},
    {"57014", ERR_STOPPED, N_("the work was stopped: %s")},
    {"25006", ERR_REFUSED, N_("the database may only be read: %s")},
    {"54000", ERR_TOO_BIG, N_("a text or a file is too big for the database: %s")},
    {"22", ERR_INVALID, N_("the database refuses a value: %s")},
    {"23", ERR_INVALID, N_("the database refuses a value: %s")},
};

bool pg_conn_lost(const struct pg_conn *c)
{
    return PQstatus(c->pg) == CONNECTION_BAD;
}

/* libpq ends its messages with line ends; a message of ours is one line. */
static void one_line(const char *text, char *ret, size_t room)
{
    snprintf(ret, room, "%s", text && *text ? text : "?");
    for (char *p = ret; *p; p++)
        if (*p == '\n' || *p == '\r') *p = ' ';
    for (size_t n = strlen(ret); n && ret[n - 1] == ' '; n--) ret[n - 1] = '\0';
}

static enum err say(const char *state, const char *text)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strncmp(meanings[i].state, state, strlen(meanings[i].state)) == 0)
            return err_set(meanings[i].err, _(meanings[i].message), text);
    return err_set(ERR_DB, _("the database cannot run a statement: %s"), text);
}

/* Set the error of a failed call and note in tx what can be done about it. `res` may be NULL. */
static enum err fault(struct pg_conn *c, struct pg_tx *tx, const PGresult *res)
{
    const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
    const char *primary = res ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const char *index = res ? PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME) : NULL;
    char text[512];
    one_line(primary ? primary : PQerrorMessage(c->pg), text, sizeof text);
    if (pg_conn_lost(c)) return err_set(ERR_DB, _("the connection to the database was lost: %s"), text);
    if (!state) return err_set(ERR_DB, _("the database cannot run a statement: %s"), text);
    if (tx && (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0 || strcmp(state, "55P03") == 0)) tx->collided = true;
    if (strcmp(state, "0A000") == 0 || strcmp(state, "26000") == 0) c->stale = true;
    enum err e = say(state, text);
    if (e == ERR_CONFLICT && index) err_rule(index);
    return e;
}

static enum err accept(struct pg_conn *c, struct pg_tx *tx, const PGresult *res)
{
    ExecStatusType status = res ? PQresultStatus(res) : PGRES_FATAL_ERROR;
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? OK : fault(c, tx, res);
}

/* ---- opening ---- */

static void hush(void *unused, const char *message)
{
    (void)unused, (void)message; /* libpq would print notices */
}

static const char settings[] = "SET client_min_messages = error; SET DateStyle = 'ISO'; SET standard_conforming_strings = on;"
                               /* what was answered must be durable, whatever the server's default */
                               "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

static enum err set_up(struct pg_conn *c, const char *setup)
{
    const char *encoding = PQparameterStatus(c->pg, "server_encoding");
    if (!encoding || strcmp(encoding, "UTF8") != 0)
        return err_set(ERR_INVALID, _("the database keeps text as %s; it must be created with the encoding UTF8"),
                       encoding ? encoding : "?");
    TRY(pg_exec(c, NULL, settings));
    return setup ? pg_exec(c, NULL, setup) : OK;
}

enum err pg_conn_open(const char *url, const char *setup, struct pg_conn **ret)
{
    /* What the URL says goes before the first two and not before the last. */
    static const char *const names[] = {"connect_timeout", "fallback_application_name", "dbname", "client_encoding", NULL};
    const char *const values[] = {"10", "anjian", url, "UTF8", NULL};
    TRY(db_engine_call());
    struct pg_conn *c = mem_alloc(sizeof *c);
    if (!c) return err_no_memory();
    enum err e = OK;
    c->pg = PQconnectdbParams(names, values, 1);
    if (!c->pg) {
        e = err_no_memory();
    } else if (pg_conn_lost(c)) {
        char text[512];
        one_line(PQerrorMessage(c->pg), text, sizeof text);
        e = err_set(ERR_DB, _("the database cannot be reached: %s"), text);
    } else {
        PQsetNoticeProcessor(c->pg, hush, NULL);
        e = set_up(c, setup);
    }
    if (e) {
        struct err_info why = *err_last();
        pg_conn_close(c);
        return err_restore(&why);
    }
    *ret = c;
    return OK;
}

/* ---- statements ---- */

struct pg_stmt {
    struct stmt base;
    uint64_t number; /* its name is "s" and this */
    int nargs;
    unsigned char tags[]; /* enum value_tag of each argument; VAL_NULL: not seen yet, the server made a guess */
};

struct pg_conn *pg_conn_close(struct pg_conn *c)
{
    if (!c) return NULL;
    for (struct stmt *s; (s = stmt_pop(&c->cache));) stmt_free(s);
    PQfinish(c->pg);
    mem_free(c);
    return NULL;
}

enum err pg_exec(struct pg_conn *c, struct pg_tx *tx, const char *text)
{
    TRY(db_engine_call());
    PGresult *res = PQexec(c->pg, text);
    enum err e = accept(c, tx, res);
    PQclear(res);
    return e;
}

enum err pg_commit(struct pg_tx *tx, bool *sent)
{
    *sent = false;
    TRY(db_engine_call());
    *sent = true;
    PGresult *res = PQexec(tx->conn->pg, "COMMIT");
    enum err e = accept(tx->conn, tx, res);
    /* The server answers the COMMIT of a failed transaction with a friendly "ROLLBACK". */
    if (!e && strcmp(PQcmdStatus(res), "COMMIT") != 0) e = err_set(ERR_DB, "%s", _("the database has undone the transaction"));
    PQclear(res);
    return e;
}

/* Does a prepared statement take these arguments as they are? */
static bool fits(const struct pg_stmt *s, const struct value *args, int nargs)
{
    if (s->nargs != nargs) return false;
    for (int i = 0; i < nargs; i++)
        if (args[i].tag != VAL_NULL && args[i].tag != s->tags[i]) return false;
    return true;
}

static enum err deallocate(struct pg_conn *c, struct pg_tx *tx, struct pg_stmt *s)
{
    char text[48];
    if (!s) return OK;
    snprintf(text, sizeof text, "DEALLOCATE s%llu", (unsigned long long)s->number);
    stmt_free(&s->base);
    return pg_exec(c, tx, text);
}

static enum err prepare(struct pg_tx *tx, const struct sql *sql, const struct pg_stmt *s)
{
    Oid types[ARGS_MAX];
    char name[24];
    for (int i = 0; i < s->nargs; i++) types[i] = oid_of[s->tags[i]];
    snprintf(name, sizeof name, "s%llu", (unsigned long long)s->number);
    char *text = mem_alloc(sql->text.n + 1);
    if (!text) return err_no_memory();
    memcpy(text, sql->text.p, sql->text.n);
    enum err e = db_engine_call();
    if (!e) {
        PGresult *res = PQprepare(tx->conn->pg, name, text, s->nargs, types);
        e = accept(tx->conn, tx, res);
        PQclear(res);
    }
    mem_free(text);
    return e;
}

/* Make a new statement. Types that `old` (may be NULL) knew are kept where the argument is NULL now. */
static enum err make_stmt(struct pg_tx *tx, const struct sql *sql, const struct value *args, int nargs, const struct pg_stmt *old,
                          struct pg_stmt **ret)
{
    struct pg_stmt *s = mem_alloc(sizeof *s + (size_t)nargs);
    if (!s) return err_no_memory();
    s->number = ++tx->conn->made;
    s->nargs = nargs;
    for (int i = 0; i < nargs; i++)
        s->tags[i] = (unsigned char)(args[i].tag == VAL_NULL && old && i < old->nargs ? old->tags[i] : args[i].tag);
    enum err e = prepare(tx, sql, s);
    if (e)
        mem_free(s);
    else
        *ret = s;
    return e;
}

/* The prepared statement for these arguments, which stays in the cache. */
static enum err cached_stmt(struct pg_tx *tx, const struct sql *sql, const struct value *args, int nargs, uint64_t *ret)
{
    struct pg_conn *c = tx->conn;
    struct pg_stmt *old = (struct pg_stmt *)stmt_find(&c->cache, sql), *s = NULL;
    struct stmt *evicted = NULL;
    if (old && fits(old, args, nargs)) {
        *ret = old->number;
        return OK;
    }
    TRY(make_stmt(tx, sql, args, nargs, old, &s));
    if (old) {
        stmt_remove(&c->cache, &old->base);
        enum err e = deallocate(c, tx, old);
        if (e) {
            mem_free(s);
            return e;
        }
    }
    if (!stmt_keep(&c->cache, sql, &s->base, &evicted)) {
        mem_free(s);
        return err_no_memory();
    }
    *ret = s->number;
    return deallocate(c, tx, (struct pg_stmt *)evicted);
}

struct parameters {
    const char *values[ARGS_MAX];
    int lengths[ARGS_MAX], formats[ARGS_MAX];
    Oid types[ARGS_MAX];
    uint64_t numbers[ARGS_MAX];
};

static enum err fill(struct parameters *p, const struct value *args, int nargs)
{
    for (int i = 0; i < nargs; i++) {
        const struct value *v = &args[i];
        p->types[i] = oid_of[v->tag];
        p->formats[i] = 1;
        p->values[i] = v->tag == VAL_NULL ? NULL : v->s.p;
        if (v->s.n > INT32_MAX) return err_set(ERR_TOO_BIG, "%s", _("a text or a file is too big for the database"));
        p->lengths[i] = (int)v->s.n;
        if (v->tag != VAL_INT) continue;
        p->numbers[i] = htobe64((uint64_t)v->i);
        p->values[i] = (const char *)&p->numbers[i];
        p->lengths[i] = sizeof p->numbers[i];
    }
    return OK;
}

static enum err exec_once(struct pg_tx *tx, const struct sql *sql, const struct parameters *p, int nargs, PGresult **ret)
{
    char *text = mem_alloc(sql->text.n + 1);
    if (!text) return err_no_memory();
    memcpy(text, sql->text.p, sql->text.n);
    *ret = PQexecParams(tx->conn->pg, text, nargs, p->types, p->values, p->lengths, p->formats, 1);
    mem_free(text);
    return OK;
}

/* Run a statement and hand out the whole answer, to be cleared by the caller. */
static enum err execute(struct pg_tx *tx, const struct sql *sql, const struct value *args, int nargs, PGresult **ret)
{
    struct parameters p;
    PGresult *res = NULL;
    if (nargs > ARGS_MAX) return err_set(ERR_TOO_BIG, _("a statement has more than %d parameters"), ARGS_MAX);
    TRY(fill(&p, args, nargs));
    if (sql->hash) {
        char name[24];
        uint64_t number = 0;
        TRY(cached_stmt(tx, sql, args, nargs, &number));
        TRY(db_engine_call());
        snprintf(name, sizeof name, "s%llu", (unsigned long long)number);
        res = PQexecPrepared(tx->conn->pg, name, nargs, p.values, p.lengths, p.formats, 1);
    } else {
        TRY(db_engine_call());
        TRY(exec_once(tx, sql, &p, nargs, &res));
    }
    enum err e = accept(tx->conn, tx, res);
    if (e)
        PQclear(res);
    else
        *ret = res;
    return e;
}

enum err pg_control(struct db_tx *base, enum db_control control)
{
    static const char *const texts[DB_CONTROL__MAX] = {
        [DB_SAVEPOINT] = "SAVEPOINT s", [DB_ROLLBACK_TO] = "ROLLBACK TO s", [DB_RELEASE] = "RELEASE s"};
    struct pg_tx *tx = (struct pg_tx *)base;
    return pg_exec(tx->conn, tx, texts[control]);
}

enum err pg_run(struct db_tx *tx, const struct sql *sql, const struct value *args, int nargs, int64_t *changed)
{
    PGresult *res = NULL;
    int64_t n = 0;
    TRY(execute((struct pg_tx *)tx, sql, args, nargs, &res));
    /* A SELECT counts its rows too, but changes none. */
    if (strncmp(PQcmdStatus(res), "SELECT", 6) != 0) str_int(str_of(PQcmdTuples(res)), &n);
    if (changed) *changed = n;
    PQclear(res);
    return OK;
}

/* ---- answers ---- */

struct pg_rows {
    struct db_rows base;
    PGresult *res;
    int row, nrows;
};

static uint64_t big_endian(const char *p, int n)
{
    uint64_t v = 0;
    for (int i = 0; i < n; i++) v = v << 8 | (unsigned char)p[i];
    return v;
}

/* A whole number of type NUMERIC, as SUM() of BIGINT gives it: header of four 16-bit words, then digits to base 10000. */
static bool whole_number(const char *p, int n, int64_t *ret)
{
    if (n < 8) return false;
    int digits = (int)big_endian(p, 2), weight = (int16_t)big_endian(p + 2, 2);
    uint64_t sign = big_endian(p + 4, 2);
    __int128 v = 0;
    if ((sign != 0 && sign != 0x4000) || weight > 5 || n != 8 + 2 * digits) return false;
    for (int i = 0; i <= weight || i < digits; i++) {
        int64_t digit = i < digits ? (int64_t)big_endian(p + 8 + 2 * i, 2) : 0;
        if (i <= weight)
            v = v * 10000 + digit;
        else if (digit)
            return false; /* a fraction */
    }
    if (sign) v = -v;
    if (v < INT64_MIN || v > INT64_MAX) return false;
    *ret = (int64_t)v;
    return true;
}

/* False when the type is none that the dialect has, or the number does not fit. */
static bool decode(Oid type, const char *p, int n, struct value *ret)
{
    switch (type) {
    case OID_INT8: *ret = value_int((int64_t)big_endian(p, n)); return n == 8;
    case OID_INT4: *ret = value_int((int32_t)big_endian(p, n)); return n == 4;
    case OID_INT2: *ret = value_int((int16_t)big_endian(p, n)); return n == 2;
    case OID_OID:
    case OID_BOOL: *ret = value_int((int64_t)big_endian(p, n)); return n <= 4;
    case OID_NUMERIC: ret->tag = VAL_INT; return whole_number(p, n, &ret->i);
    case OID_CHAR:
    case OID_NAME:
    case OID_UNKNOWN:
    case OID_BPCHAR:
    case OID_VARCHAR:
    case OID_TEXT: *ret = value_text((struct str){p, (size_t)n}); return true;
    case OID_BYTEA: *ret = value_blob(p, (size_t)n); return true;
    case OID_VOID: return true;
    default: return false;
    }
}

static bool cell(const struct pg_rows *rows, int column, struct value *ret)
{
    *ret = VALUE_NULL;
    if (PQgetisnull(rows->res, rows->row, column)) return true;
    return decode(PQftype(rows->res, column), PQgetvalue(rows->res, rows->row, column), PQgetlength(rows->res, rows->row, column), ret);
}

enum err pg_query(struct db_tx *tx, const struct sql *sql, const struct value *args, int nargs, struct db_rows **ret)
{
    struct pg_rows *rows = mem_alloc(sizeof *rows);
    if (!rows) return err_no_memory();
    enum err e = execute((struct pg_tx *)tx, sql, args, nargs, &rows->res);
    if (e) {
        mem_free(rows);
        return e;
    }
    rows->base.columns = PQnfields(rows->res);
    rows->nrows = PQntuples(rows->res);
    rows->row = -1;
    *ret = &rows->base;
    return OK;
}

/* Looks at the whole row, so that a value that cannot be shown is an error and not a NULL. */
enum err pg_next(struct db_rows *base, bool *more)
{
    struct pg_rows *rows = (struct pg_rows *)base;
    struct value unused;
    if (rows->row < rows->nrows) rows->row++;
    for (int i = 0; rows->row < rows->nrows && i < base->columns; i++)
        if (!cell(rows, i, &unused))
            return err_set(ERR_DB, _("column %s of an answer has a type or a number that cannot be read"), PQfname(rows->res, i));
    *more = rows->row < rows->nrows;
    return OK;
}

void pg_done(struct db_rows *base)
{
    struct pg_rows *rows = (struct pg_rows *)base;
    PQclear(rows->res);
    mem_free(rows);
}

struct value pg_value(const struct db_rows *base, int column)
{
    struct value v;
    cell((const struct pg_rows *)base, column, &v);
    return v;
}
