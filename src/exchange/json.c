/* json.c — reading {"rows":[{…},…]}, [{…},…] or [[…],…] as a table. See reader.h.
 *
 * Objects give a first row of headings, the union of their keys in the order in which they are first seen; then one row
 * each. The whole document is held in memory, which is why it has a limit of its own.
 */
#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>

#include "base/lang.h"
#include "base/mem.h"
#include "exchange/reader.h"

#define JSON_BYTES_MAX (INT64_C(128) << 20) /* jansson takes about ten times as much */

struct json {
    json_t *root, *rows; /* rows lies in root */
    json_t *heads;       /* key → its column; NULL when the rows are arrays */
    size_t next;         /* of the rows handed out, the headings included */
};

/* Jansson does not always say when memory was what it lacked. */
static _Thread_local bool out_of_memory;

static void *json_alloc(size_t n)
{
    void *p = mem_alloc(n);
    if (!p) out_of_memory = true;
    return p;
}

static void use_our_heap(void)
{
    json_set_alloc_funcs(json_alloc, mem_free);
}

struct feed {
    const struct workbook *file;
    int64_t at;
    enum err failed;
};

static size_t feed_bytes(void *buffer, size_t n, void *user)
{
    struct feed *f = user;
    size_t got = 0;
    f->failed = workbook_read(f->file, buffer, n, f->at, &got);
    f->at += (int64_t)got;
    return f->failed ? (size_t)-1 : got;
}

static enum err parse(struct workbook *w, json_t **ret)
{
    struct feed feed = {.file = w};
    char bom[3];
    size_t n;
    TRY(workbook_read(w, bom, sizeof bom, 0, &n));
    if (n == 3 && memcmp(bom, "\xef\xbb\xbf", 3) == 0) feed.at = 3;
    json_error_t where;
    out_of_memory = false;
    json_t *root = json_load_callback(feed_bytes, &feed, JSON_REJECT_DUPLICATES, &where);
    if (root && !out_of_memory) {
        *ret = root;
        return OK;
    }
    json_decref(root);
    if (out_of_memory) return err_no_memory();
    if (feed.failed) return feed.failed;
    return err_set(ERR_UNREADABLE, _("the JSON is not right at line %d, column %d: %s"), where.line, where.column, where.text);
}

/* Enter the keys of a row that are new into j->heads. */
static enum err add_heads(struct json *j, json_t *row)
{
    const char *key;
    json_t *value;
    json_object_foreach(row, key, value)
    {
        if (json_object_get(j->heads, key)) continue;
        size_t col = json_object_size(j->heads);
        if (col >= COLUMNS_MAX) return err_set(ERR_TOO_BIG, _("the rows have more than %d different names"), COLUMNS_MAX);
        if (json_object_set_new_nocheck(j->heads, key, json_integer((json_int_t)col)) < 0) return err_no_memory();
    }
    return OK;
}

static enum err find_rows(struct json *j)
{
    j->rows = json_is_object(j->root) ? json_object_get(j->root, "rows") : j->root;
    if (!json_is_array(j->rows)) {
        return err_set(ERR_UNREADABLE, _("the JSON holds no list of rows; it should be {\"rows\":[{…},…]}, [{…},…] or [[…],…]"));
    }
    bool objects = json_is_object(json_array_get(j->rows, 0));
    if (objects && !(j->heads = json_object())) return err_no_memory();
    size_t i;
    json_t *row;
    json_array_foreach(j->rows, i, row)
    {
        if (objects ? !json_is_object(row) : !json_is_array(row)) {
            return err_set(ERR_UNREADABLE,
                           objects ? _("item %zu of the JSON list is no object, as the first one is")
                                   : _("item %zu of the JSON list is neither an object nor an array like the first one"),
                           i + 1);
        }
        if (objects) TRY(add_heads(j, row));
    }
    return OK;
}

static enum err json_open(struct workbook *w)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, use_our_heap);
    if (w->size > JSON_BYTES_MAX) {
        return err_set(ERR_TOO_BIG, _("the JSON file has %lld bytes; at most %lld are read"), (long long)w->size,
                       (long long)JSON_BYTES_MAX);
    }
    struct json *j = w->state = mem_alloc(sizeof *j);
    if (!j) return err_no_memory();
    TRY(parse(w, &j->root));
    TRY(find_rows(j));
    return workbook_one_sheet(w);
}

static void json_close(struct workbook *w)
{
    struct json *j = w->state;
    if (!j) return;
    json_decref(j->heads);
    json_decref(j->root);
    mem_free(j);
}

static enum err json_select(struct workbook *w, int sheet)
{
    (void)sheet;
    ((struct json *)w->state)->next = 0;
    return OK;
}

static int append(const char *p, size_t n, void *user)
{
    buf_put(user, p, n);
    return 0;
}

static enum err put_list(struct row *row, int col, const json_t *v)
{
    TRY(row_open_cell(row, col));
    out_of_memory = false;
    if (json_dump_callback(v, append, &row->text, JSON_COMPACT) < 0) {
        return out_of_memory ? err_no_memory() : err_set(ERR_TOO_BIG, _("row %lld: the lists are too deep"), (long long)row->number);
    }
    return row_close_cell(row, col, CELL_LIST, 0);
}

static enum err put_value(struct row *row, int col, const json_t *v)
{
    char text[NUMBER_TEXT];
    switch (json_typeof(v)) {
    case JSON_STRING: return row_put(row, col, CELL_TEXT, (struct str){json_string_value(v), json_string_length(v)}, 0);
    case JSON_INTEGER: /* by its digits: 18 of them do not fit into a double */
        snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
        return row_put(row, col, CELL_NUMBER, str_of(text), (double)json_integer_value(v));
    case JSON_REAL: return row_put(row, col, CELL_NUMBER, str_of(number_text(json_real_value(v), text)), json_real_value(v));
    case JSON_TRUE: return row_put(row, col, CELL_BOOL, STR("TRUE"), 1);
    case JSON_FALSE: return row_put(row, col, CELL_BOOL, STR("FALSE"), 0);
    case JSON_ARRAY:
    case JSON_OBJECT: return put_list(row, col, v);
    case JSON_NULL: break;
    }
    return OK;
}

static enum err put_heads(struct row *row, json_t *heads)
{
    int col = 0;
    const char *key;
    json_t *value;
    json_object_foreach(heads, key, value) TRY(row_put(row, col++, CELL_TEXT, str_of(key), 0));
    return OK;
}

static enum err put_object(struct row *row, json_t *heads, json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        TRY(put_value(row, (int)json_integer_value(json_object_get(heads, key)), value));
    }
    return OK;
}

static enum err json_next(struct workbook *w, struct row *row, bool *more)
{
    struct json *j = w->state;
    size_t i = j->next++, rows = json_array_size(j->rows) + (j->heads != NULL);
    *more = i < rows;
    if (!*more) return OK;
    row_reset(row, (int64_t)i + 1);
    if (j->heads) return i == 0 ? put_heads(row, j->heads) : put_object(row, j->heads, json_array_get(j->rows, i - 1));
    json_t *array = json_array_get(j->rows, i), *value;
    size_t col;
    json_array_foreach(array, col, value)
    {
        if (col >= COLUMNS_MAX) return err_set(ERR_TOO_BIG, _("row %lld has more than %d columns"), (long long)row->number, COLUMNS_MAX);
        TRY(put_value(row, (int)col, value));
    }
    return OK;
}

const struct reader json_reader = {WORKBOOK_JSON, json_open, json_close, json_select, json_next};
