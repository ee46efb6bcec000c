/* import.c — rows of a file into a ledger, chunk by chunk. See import.h. */
#define _GNU_SOURCE /* memfd_create */
#include "ledger/import.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "exchange/writer.h"
#include "ledger/import_cache.h"
#include "ledger/import_map.h"
#include "ledger/import_note.h"
#include "ledger/import_source.h"
#include "ledger/job.h"
#include "ledger/right.h"
#include "system.sql.h"

#define ROW_ARENA ((size_t)256 << 20)

struct row { /* of a chunk, kept until the chunk is written */
    int64_t row;
    enum table_kind kind;
    struct cell *cell;
};

struct import {
    struct store *store;
    const struct actor *actor;
    const struct ledger *l;
    const struct import_options *o;
    struct import_result *ret;
    struct table *table;
    struct arena *arena; /* of the chunk */
    enum form form;
    struct row *rows;
    int n;
    int64_t done_row;   /* rows up to this one are in already */
    int64_t data, most; /* rows of data read, and how many there may be */
    instant_t until;    /* a dry run begins no further chunk then; 0: no end */
    bool whole;         /* one transaction for the whole file: dry run and strict */
    struct counts {     /* of this chunk; added to the result when it is committed */
        int64_t rows, added, changed, unchanged, warned, refused;
    } now;
    struct notes notes;
    struct import_cache *cache; /* of this chunk */
};

/* ---- reading a chunk ---- */

static enum err keep_row(struct import *m, const struct table_row *r)
{
    struct cell *cell = arena_array(m->arena, struct cell, m->table->columns);
    if (!cell) return err_no_memory();
    for (int i = 0; i < m->table->columns; i++) {
        cell[i] = r->cell[i];
        cell[i].text = arena_str(m->arena, r->cell[i].text.p ? r->cell[i].text : STR(""));
        if (!cell[i].text.p) return err_no_memory();
    }
    m->rows[m->n++] = (struct row){r->row, r->kind, cell};
    return OK;
}

/* A dry run holds the only writer of SQLite, so it may end before its file does: there is a row more, and it is not tried. */
static bool is_enough(const struct import *m)
{
    if (!m->o->dry_run) return false;
    return (m->o->rows_most && m->data == m->o->rows_most) || (m->until && m->n == 0 && m->data && clock_machine() >= m->until);
}

/* Headings that come again, fillers and notes are no records; a row of totals may be one only by mistake. */
static enum err read_chunk(struct import *m, bool *more)
{
    m->n = 0;
    int room = m->o->chunk ? m->o->chunk : IMPORT_CHUNK;
    m->rows = arena_array(m->arena, struct row, room);
    if (!m->rows) return err_no_memory();
    while (m->n < room && arena_used(m->arena) < ROW_ARENA / 8) {
        struct table_row r;
        TRY(table_next(m->table, &r, more));
        if (!*more) return OK;
        if (r.kind != TABLE_DATA) continue;
        m->ret->partial = is_enough(m);
        *more = !m->ret->partial;
        if (!*more) return OK;
        if (++m->data > m->most) return err_set(ERR_TOO_BIG, _("the sheet has more than %lld rows of data"), (long long)m->most);
        if (r.row <= m->done_row) continue;
        TRY(keep_row(m, &r));
    }
    return OK;
}

/* ---- one row ---- */

struct one {
    struct import *m;
    const struct row *row;
    struct record *draft;
    enum { ADDED, CHANGED, UNCHANGED } outcome;
};

static struct cell restored(const struct import *m, struct cell c)
{
    if (m->form == FORM_TEXT && c.kind == CELL_TEXT) c.text = csv_restore(c.text);
    return c;
}

/* Is it the row that is wrong, or everything? */
static bool concerns_row(enum err e)
{
    return e == ERR_INVALID || e == ERR_CONFLICT || e == ERR_REFUSED || e == ERR_NOT_FOUND || e == ERR_TOO_BIG || e == ERR_FORBIDDEN;
}

/* Rows inside the record, as JSON; in a sheet as the text of a cell. */
static enum err take_rows(struct work *w, struct one *o, int column, const struct field *f, struct str json, bool *bad)
{
    enum err e = draft_set(w, o->draft, str_of(f->name), json);
    if (!concerns_row(e)) return e;
    *bad = true;
    return notes_add(&o->m->notes, o->row->row, column, str_of(f->name), json, str_of(err_last()->message), true);
}

static enum err read_value(struct work *w, const struct one *o, int column, struct cell cell, struct value *ret, struct parse_result *how)
{
    struct import *m = o->m;
    const struct table_column *c = &m->table->column[column];
    const struct field *f = &m->l->fields[c->field];
    bool by_day = false;
    struct reading as = {.form = m->form, .unit = heading_unit(c->heading), .day = record_day(o->draft), .by_day = &by_day};
    bool cached = cell.text.n && import_cache_takes(m->cache, f);
    const struct value *known = cached ? import_cache_find(m->cache, f, cell.text, as.day) : NULL;
    if (known) {
        *ret = *known;
        *how = (struct parse_result){.state = PARSE_OK};
        return OK;
    }
    TRY(type_read(w, f, cell, as, ret, how));
    if (cached && how->state == PARSE_OK && ret->tag != VAL_NULL)
        import_cache_keep(m->cache, f, cell.text, by_day ? as.day : IMPORT_ANY_DAY, *ret);
    return OK;
}

/* A cell into the draft. Says in *bad that the row must be refused. */
static enum err take_cell(struct work *w, struct one *o, int column, bool *bad, bool *odd)
{
    struct import *m = o->m;
    const struct field *f = &m->l->fields[m->table->column[column].field];
    struct cell cell = restored(m, o->row->cell[column]);
    struct value v;
    struct parse_result how;
    if (f->read_only || (f->sensitive && str_is(str_trim(cell.text), "***"))) return OK;
    if (f->type == TYPE_ROWS && str_starts(str_trim(cell.text), STR("["))) return take_rows(w, o, column, f, cell.text, bad);
    TRY(read_value(w, o, column, cell, &v, &how));
    if (how.state == PARSE_BAD || how.state == PARSE_WARN || (how.state == PARSE_UNKNOWN && how.reason[0])) {
        bool refuses = how.state == PARSE_BAD;
        *bad |= refuses;
        *odd |= !refuses;
        TRY(notes_add(&m->notes, o->row->row, column, str_of(f->name), cell.text, str_of(how.reason), refuses));
    }
    if (v.tag != VAL_NULL) record_set(o->draft, f, v); /* a blank never erases */
    return OK;
}

static int column_of(const struct import *m, const char *field)
{
    const struct field *f = ledger_field(m->l, str_of(field));
    for (int i = 0; f && i < m->table->columns; i++)
        if (m->table->column[i].field == f->index) return i;
    return -1;
}

/* The day of the record stands first, since choices are read by it. */
static enum err take_cells(struct work *w, struct one *o, bool *bad, bool *odd)
{
    const struct import *m = o->m;
    int first = m->l->day_field ? column_of(m, m->l->day_field->name) : -1;
    if (first >= 0) TRY(take_cell(w, o, first, bad, odd));
    for (int i = 0; i < m->table->columns; i++)
        if (i != first && m->table->column[i].field >= 0) TRY(take_cell(w, o, i, bad, odd));
    return OK;
}

/* The row does not say the day, but the record that it is about knows it: labels mean the codes of that day. */
static enum err choose_again(struct work *w, struct one *o, const struct record *was)
{
    const struct import *m = o->m;
    const struct field *day = m->l->day_field;
    if (!day || record_known(o->draft, day->index)) return OK;
    o->draft->v[day->index] = was->v[day->index];
    for (int i = 0; i < m->table->columns; i++) {
        const struct field *f = m->table->column[i].field < 0 ? NULL : &m->l->fields[m->table->column[i].field];
        struct value v;
        struct parse_result how;
        if (!f || (f->type != TYPE_CHOICE && f->type != TYPE_CHOICES) || !o->draft->given[f->index]) continue;
        TRY(read_value(w, o, i, restored(m, o->row->cell[i]), &v, &how));
        record_set(o->draft, f, v);
    }
    return OK;
}

static enum err write_row(struct work *w, void *arg)
{
    struct one *o = arg;
    struct record *was, *now;
    int64_t id;
    TRY(store_match(w, o->draft, &id));
    if (!id) {
        o->outcome = ADDED;
        return store_create(w, o->draft, &now);
    }
    TRY(store_load(w, o->m->l, id, false, &was));
    TRY(choose_again(w, o, was));
    TRY(store_change(w, id, 0, o->draft, &now, NULL));
    o->outcome = now->version == was->version ? UNCHANGED : CHANGED;
    return OK;
}

static enum err refuse_row(struct import *m, const struct row *r)
{
    const struct err_info *e = err_last();
    int column = column_of(m, e->field);
    return notes_add(&m->notes, r->row, column, str_of(e->field), column < 0 ? STR_NONE : r->cell[column].text, str_of(e->message), true);
}

static enum err import_row(struct work *w, struct import *m, const struct row *r)
{
    struct one o = {.m = m, .row = r, .draft = record_new(w->arena, m->l)};
    bool bad = false, odd = false;
    if (!o.draft) return err_no_memory();
    m->now.rows++;
    w->source.row = r->row;
    TRY(take_cells(w, &o, &bad, &odd));
    if (!bad) {
        enum err e = store_try(w, write_row, &o);
        if (e && !concerns_row(e)) return e;
        if (e) {
            TRY(refuse_row(m, r));
            bad = true;
        }
    }
    m->now.warned += odd && !bad;
    if (bad) {
        m->now.refused++;
        return notes_refuse(&m->notes, m->table, r->row, r->cell);
    }
    int64_t *counts[] = {&m->now.added, &m->now.changed, &m->now.unchanged};
    ++*counts[o.outcome];
    return OK;
}

/* ---- one chunk ---- */

static void add_counts(struct import_result *r, const struct counts *c)
{
    r->rows += c->rows;
    r->added += c->added;
    r->changed += c->changed;
    r->unchanged += c->unchanged;
    r->warned += c->warned;
    r->refused += c->refused;
}

/* The batch is not where we left it: another program goes on with it, or has undone it. */
static enum err taken_over(void)
{
    err_set(ERR_CONFLICT, "%s", _("this file is being imported or undone by somebody else at this moment"));
    return err_rule("running");
}

static enum err save_progress(struct work *w, struct import *m)
{
    struct buf b CLEANUP_BUF = BUF_INIT(1000);
    struct import_result so_far = *m->ret;
    bool stop;
    add_counts(&so_far, &m->now);
    import_counts_json(&b, &so_far);
    TRY(buf_error(&b));
    const struct value step[] = {value_int(m->ret->batch), value_int(m->rows[m->n - 1].row), value_text(buf_view(&b)),
                                 value_int(m->done_row)};
    int64_t stepped = 0;
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_BATCH_STEP), step, 4, &stepped));
    if (!stepped) return taken_over();
    if (!m->whole || !m->o->job) { /* one long transaction would keep the runner from giving signs of life for its job */
        TRY(job_progress(w, m->o->job ? m->o->job : m->ret->batch, so_far.rows, 0, &stop));
        if (stop) m->ret->stopped = true;
    }
    return notes_save(&m->notes, w, m->ret->batch);
}

static enum err write_chunk(struct work *w, void *arg)
{
    struct import *m = arg;
    m->now = (struct counts){0};
    notes_start_chunk(&m->notes);
    m->cache = import_cache_new(w->arena, m->l);
    if (!m->cache) return err_no_memory();
    w->source = (struct source){.batch = m->ret->batch};
    for (int i = 0; i < m->n; i++) TRY(import_row(w, m, &m->rows[i]));
    return save_progress(w, m);
}

/* The chunk is in (or would be): count it. */
static enum err count_chunk(struct import *m)
{
    struct import_result *r = m->ret;
    add_counts(r, &m->now);
    if (m->n) m->done_row = m->rows[m->n - 1].row;
    if (m->o->progress && !m->o->progress(m->o->progress_arg, r->rows)) r->stopped = true;
    return notes_end_chunk(&m->notes);
}

static enum err chunks(struct import *m)
{
    bool more = true;
    while (more && !m->ret->stopped) {
        TRY(read_chunk(m, &more));
        if (m->n) {
            TRY(store_write(m->store, m->actor, m->arena, write_chunk, m));
            TRY(count_chunk(m));
        }
        arena_reset(m->arena);
    }
    return OK;
}

/* Chunk by chunk in one transaction. What a chunk gathers is written and its memory given back, so that memory stays bounded. */
static enum err whole_chunks(struct work *w, struct import *m)
{
    bool more = true;
    while (more && !m->ret->stopped) {
        TRY(read_chunk(m, &more));
        if (m->n) {
            TRY(write_chunk(w, m));
            TRY(store_flush(w));
            TRY(count_chunk(m));
        }
        w->duty = NULL; /* it lies in the chunk's memory */
        arena_reset(m->arena);
    }
    return OK;
}

static enum err whole_file(struct work *w, struct import *m)
{
    struct arena *outer = w->arena;
    w->arena = m->arena;
    w->duty = NULL;
    enum err e = whole_chunks(w, m);
    w->arena = outer;
    w->duty = NULL;
    TRY(e);
    if (m->ret->stopped) return err_set(ERR_STOPPED, "%s", _("stopped; nothing was imported"));
    if (m->o->dry_run) return err_set(ERR_STOPPED, "%s", _("dry run"));
    if (!m->ret->refused) return OK;
    err_set(ERR_REFUSED, _("%lld rows are refused, so nothing was imported"), (long long)m->ret->refused);
    return err_rule("strict");
}

/* ---- the batch ---- */

struct begin {
    struct import *m;
    const char *file;
    struct str digest, options;
};

static enum err new_batch(struct work *w, struct begin *b)
{
    struct import *m = b->m;
    m->ret->batch = store_new_id();
    const struct value row[] = {value_int(m->ret->batch), value_text(str_of(m->l->ledger)), value_text(str_of(b->file)),
                                value_text(b->digest),    value_text(b->options),           value_text(w->actor->name),
                                value_int(clock_now())};
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_BATCH_START), row, 7, NULL));
    return m->o->job ? OK : job_start(w, m->ret->batch, "import", b->options);
}

/* One that the same actor began in the same way and that did not end, or a new one. */
static enum err open_batch(struct work *w, struct begin *b)
{
    struct import *m = b->m;
    const struct value same[] = {value_text(str_of(m->l->ledger)), value_text(b->digest), value_text(b->options),
                                 value_text(w->actor->name)};
    struct db_rows *rows;
    bool found;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_BATCH_OPEN), same, 4, &rows));
    enum err e = db_next(rows, &found);
    if (!e && found) { /* it was stopped or the machine was: go on behind what is committed */
        m->ret->batch = db_int(rows, 0);
        m->done_row = db_int(rows, 1);
        e = import_counts_read(db_text(rows, 2), m->ret);
    }
    db_done(rows);
    TRY(e);
    if (found) return m->o->job ? OK : job_resume(w, m->ret->batch);
    return new_batch(w, b);
}

static enum err begin_batch(struct work *w, void *arg)
{
    struct begin *b = arg;
    const struct import_options *o = b->m->o;
    TRY(open_batch(w, b));
    return o->begun ? o->begun(w, o->begun_arg, b->m->ret->batch) : OK;
}

static enum err end_batch(struct work *w, void *arg)
{
    struct import *m = arg;
    struct buf b CLEANUP_BUF = BUF_INIT(1000);
    buf_char(&b, '{');
    import_result_members(&b, m->ret, 0);
    buf_char(&b, '}');
    TRY(buf_error(&b));
    const struct value finish[] = {value_int(m->ret->batch), value_int(clock_now())};
    if (!m->ret->stopped) TRY(db_run(w->tx, DB_SQL(w->tx, SQL_BATCH_FINISH), finish, 2, NULL));
    if (!m->o->job) return job_end(w, m->ret->batch, m->ret->stopped ? "stopped" : "done", buf_view(&b));
    return m->ret->stopped ? OK : job_end(w, m->o->job, "done", buf_view(&b)); /* what a stop means is for the runner to say */
}

/* A transaction may be run again; then the file is read again too. */
static enum err start_over(struct import *m)
{
    struct import_result *r = m->ret;
    r->rows = r->added = r->changed = r->unchanged = r->warned = r->refused = 0;
    r->stopped = false;
    m->done_row = m->data = 0;
    m->until = m->o->time_most ? clock_machine() + m->o->time_most : 0;
    notes_start_over(&m->notes);
    return table_rewind(m->table);
}

/* One transaction from the batch's row to its end, for dry run and strict. */
static enum err all_at_once(struct work *w, void *arg)
{
    struct begin *b = arg;
    TRY(start_over(b->m));
    TRY(begin_batch(w, b));
    TRY(whole_file(w, b->m));
    return end_batch(w, b->m);
}

static enum err run(struct import *m, struct begin *b, struct arena *a)
{
    if (m->whole) {
        enum err e = store_write(m->store, m->actor, a, all_at_once, b);
        m->ret->batch = e ? 0 : m->ret->batch;
        return e == ERR_STOPPED && m->o->dry_run && !m->ret->stopped ? OK : e;
    }
    TRY(store_write(m->store, m->actor, a, begin_batch, b));
    TRY(chunks(m));
    return store_write(m->store, m->actor, a, end_batch, m);
}

/* ---- the file ---- */

static enum err digest_file(struct arena *a, const char *path, struct str *ret)
{
    unsigned char digest[HASH_BYTES], chunk[1 << 14];
    char hex[HASH_HEX];
    struct hasher *h = NULL;
    FILE *f = fopen(path, "rb");
    if (!f) return err_set(ERR_IO, "%s: %s", path, strerror(errno));
    enum err e = hasher_new(HASH_SHA256, &h);
    for (size_t n; !e && (n = fread(chunk, 1, sizeof chunk, f)) > 0;) e = hasher_add(h, chunk, n);
    if (!e && ferror(f)) e = err_set(ERR_IO, "%s: %s", path, strerror(errno));
    if (!e) e = hasher_end(h, digest);
    hasher_free(h);
    fclose(f);
    TRY(e);
    *ret = arena_str(a, str_of(hash_hex(digest, hex)));
    return ret->p ? OK : err_no_memory();
}

/* How the file is read, as JSON: the same file read otherwise is another batch. */
static enum err options_json(struct arena *a, const struct import_options *o, const struct table *t, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(100000);
    buf_z(&b, "{\"sheet\":");
    buf_json(&b, t->sheet_name);
    buf_printf(&b, ",\"header_row\":%lld,\"encoding\":", (long long)t->header_row);
    buf_json(&b, str_of(o->encoding));
    buf_char(&b, ',');
    import_map_json(&b, o->map, o->map_n);
    buf_char(&b, '}');
    TRY(buf_error(&b));
    *ret = arena_str(a, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

static enum err note_mapping(struct arena *a, struct import *m)
{
    const struct table *t = m->table;
    m->ret->mapping = arena_array(a, struct import_column, t->columns);
    if (!m->ret->mapping) return err_no_memory();
    for (int i = 0; i < t->columns; i++) {
        if (!t->column[i].heading.p) continue;
        struct str field = t->column[i].field < 0 ? STR_NONE : str_of(m->l->fields[t->column[i].field].name);
        m->ret->mapping[m->ret->mapping_n++] = (struct import_column){t->column[i].heading, field};
    }
    return OK;
}

static enum err with_table(struct import *m, struct arena *a, const char *name, const char *path)
{
    struct begin b = {.m = m, .file = name};
    TRY(mapping_usable(a, m->l, m->table));
    TRY(note_mapping(a, m));
    TRY(digest_file(a, path, &b.digest));
    TRY(options_json(a, m->o, m->table, &b.options));
    notes_init(&m->notes, a, m->l, m->table);
    enum err e = run(m, &b, a), n = OK;
    struct err_info why = *err_last();
    notes_result(&m->notes, m->ret);
    if (m->o->refused && m->ret->refused) n = notes_write_refused(&m->notes, m->store, m->actor, m->ret->batch, m->o->refused);
    notes_release(&m->notes);
    return e ? err_restore(&why) : n;
}

static enum err import_path(struct store *s, const struct actor *actor, struct arena *a, const struct ledger *l, const char *name,
                            const char *path, const struct import_options *o, struct import_result *ret)
{
    struct arena *chunk CLEANUP_ARENA = arena_new_capped(ROW_ARENA);
    struct import m = {.store = s, .actor = actor, .l = l, .o = o, .ret = ret, .arena = chunk, .whole = o->dry_run || o->strict};
    struct import_source source;
    *ret = (struct import_result){0};
    if (!chunk) return err_no_memory();
    TRY(right_ask(s, actor, l, RIGHT_IMPORT));
    TRY(import_source_open(s, a, l, path, o, &source));
    enum err e = import_source_table(&source, a, l, o);
    m.table = source.table;
    m.form = source.form;
    m.most = source.most;
    if (!e) e = with_table(&m, a, o->name ? o->name : name, path);
    import_source_close(&source);
    return e;
}

enum err import_refused(struct store *s, const struct actor *actor, struct arena *a, const struct ledger *l, const char *path,
                        const struct import_options *o, int64_t batch, const char *out)
{
    struct import_source source;
    struct notes notes;
    TRY(right_ask(s, actor, l, RIGHT_IMPORT));
    TRY(import_source_open(s, a, l, path, o, &source));
    enum err e = import_source_table(&source, a, l, o);
    if (!e) {
        notes_init(&notes, a, l, source.table);
        e = notes_write_refused(&notes, s, actor, batch, out);
        notes_release(&notes);
    }
    import_source_close(&source);
    return e;
}

enum err import_file(struct store *s, const struct actor *actor, struct arena *a, const struct ledger *l, const char *path,
                     const struct import_options *o, struct import_result *ret)
{
    const char *slash = strrchr(path, '/');
    return import_path(s, actor, a, l, slash ? slash + 1 : path, path, o, ret);
}

enum err import_bytes(struct store *s, const struct actor *actor, struct arena *a, const struct ledger *l, const char *name,
                      struct str bytes, struct import_result *ret)
{
    char path[40];
    int fd = memfd_create(name, MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes.p, bytes.n) != (ssize_t)bytes.n) {
        if (fd >= 0) close(fd);
        return err_set(ERR_IO, "%s: %s", name, strerror(errno));
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    enum err e = import_path(s, actor, a, l, name, path, &(struct import_options){0}, ret);
    close(fd);
    return e;
}
