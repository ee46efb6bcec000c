/* fields.c — --set F=V, --set F=@FILE and --set-json - into a draft. See cli.h. */
#include "cli/cli.h"

#include "base/lang.h"
#include "ledger/file.h"
#include "ledger/type.h"

#define TEXT_MAX ((size_t)1 << 20)
#define JSON_MAX ((size_t)16 << 20)

/* "F=V"; "F=" is unknown, "F=@FILE" is what the file holds, "F=@@x" is "@x". */
static enum err take_set(struct cli *c, const char *arg, struct field_text *ret)
{
    struct str rest = str_of(arg), name = str_split(&rest, '=');
    if (!rest.p || !name.n) return cli_usage(c, _("“%s”: --set wants FIELD=VALUE"), arg);
    *ret = (struct field_text){.name = str_trim(name), .text = rest};
    if (str_starts(rest, STR("@@")))
        ret->text = str_from(rest, 1);
    else if (str_starts(rest, STR("@")))
        ret->file = rest.p + 1;
    return OK;
}

/* A file for a field that keeps files stays where it is until the transaction. */
static enum err load_text(struct cli *c, const struct ledger *l, struct field_text *t)
{
    const struct field *f = ledger_field(l, t->name);
    if (!t->file || (f && f->type == TYPE_FILES)) return OK;
    TRY(cli_read(c, t->file, TEXT_MAX, &t->text));
    t->file = NULL;
    return OK;
}

enum err cli_fields(struct cli *c, const struct ledger *l, struct fields *ret)
{
    const char *arg, *json = cli_value(c, "set-json");
    *ret = (struct fields){.json = STR_NONE, .set = arena_array(c->arena, struct field_text, c->givens + 1)};
    if (!ret->set) return err_no_memory();
    if (json && strcmp(json, "-") != 0) return cli_usage(c, "%s", _("--set-json reads standard input: --set-json -"));
    for (int at = 0; (arg = cli_next(c, "set", &at)); ret->n++) {
        TRY(take_set(c, arg, &ret->set[ret->n]));
        TRY(load_text(c, l, &ret->set[ret->n]));
    }
    return json ? cli_read(c, "-", JSON_MAX, &ret->json) : OK;
}

/* Keep a file and name it behind those that this command line has named before. */
static enum err attach(struct work *w, struct record *draft, const struct field *f, const char *path)
{
    char digest[HASH_HEX];
    const char *slash = strrchr(path, '/');
    struct str one, before = draft->given[f->index] ? record_text(draft, f->index) : STR_NONE;
    TRY(file_add_path(w, path, digest));
    TRY(file_value(w->arena, digest, str_of(slash ? slash + 1 : path), &one));
    struct str all = arena_printf(w->arena, "%.*s%.*s|", STR_ARG(before.n ? before : STR("|")), STR_ARG(one));
    if (!all.p) return err_no_memory();
    record_set(draft, f, value_text(all));
    return OK;
}

enum err cli_draft(struct work *w, const struct fields *fields, struct record *draft)
{
    struct err_info all;
    err_gather_start(&all);
    if (fields->json.p) TRY(err_gather(&all, draft_from_json(w, fields->json, draft)));
    const struct field *day = draft->l->day_field; /* first, since choices are read by it */
    for (int i = 0; i < fields->n; i++) {
        const struct field_text *t = &fields->set[i];
        if (day && str_is(t->name, day->name)) TRY(err_gather(&all, draft_set(w, draft, t->name, t->text)));
    }
    for (int i = 0; i < fields->n; i++) {
        const struct field_text *t = &fields->set[i];
        if (day && str_is(t->name, day->name)) continue;
        enum err e = t->file ? attach(w, draft, ledger_field(draft->l, t->name), t->file) : draft_set(w, draft, t->name, t->text);
        TRY(err_gather(&all, e));
    }
    return err_raise(&all);
}

enum err cli_written(struct cli *c, const struct record *r)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)64 * 1024);
    if (c->json) {
        buf_printf(&b, "{\"id\":\"%lld\",\"number\":", (long long)r->id);
        buf_json(&b, r->number);
        buf_z(&b, ",\"state\":");
        buf_json(&b, r->state);
        buf_printf(&b, ",\"version\":%lld}", (long long)r->version);
    } else if (r->number.p) {
        buf_str(&b, r->number);
    } else {
        buf_int(&b, r->id);
    }
    return cli_line(&b);
}
