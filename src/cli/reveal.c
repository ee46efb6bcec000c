/* reveal.c — anjian reveal, anjian fetch: what a record holds that lists do not show: personal data, files. */
#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/lang.h"
#include "ledger/file.h"
#include "ledger/record.h"
#include "ledger/secret.h"

static enum err find_field(const struct ledger *l, const char *name, const struct field **ret)
{
    *ret = ledger_field(l, str_of(name));
    if (*ret) return OK;
    err_set(ERR_INVALID, _("%s: there is no field “%s”"), ledger_label(l, lang_get()), name);
    return err_field(name);
}

/* ---- reveal ---- */

struct revealing {
    struct cli *c;
    const struct ledger *l;
    const struct field *f;
    struct str plain;
};

static enum err reveal(struct work *w, void *arg)
{
    struct revealing *k = arg;
    int64_t id;
    TRY(cli_record(w, k->l, k->c->operand[1], &id));
    return store_reveal(w, k->l, id, k->f, &k->plain);
}

static enum err run(struct cli *c)
{
    struct revealing k = {.c = c};
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)64 * 1024);
    TRY(cli_open(c));
    TRY(cli_ledger(c, c->operand[0], &k.l));
    TRY(find_field(k.l, c->operand[2], &k.f));
    TRY(cli_write(c, reveal, &k));
    if (c->json) {
        buf_z(&b, "{\"value\":");
        buf_json(&b, k.plain);
        buf_char(&b, '}');
    } else {
        buf_str(&b, k.plain);
    }
    return cli_line(&b);
}

const struct command command_reveal = {
    .name = "reveal",
    .summary = N_("show a sealed value; the look is recorded"),
    .usage = "reveal LEDGER NUMBER FIELD",
    .help = N_("Shows an identity number, a private telephone number or another sealed value in plain text. Who looked, when and at\n"
               "which field becomes an event of the record. Needs the key file. With --json {\"value\":TEXT or null}.\n\n"
               "Example: anjian reveal person RY-430602-2026-000012 mobile"),
    .least = 3,
    .most = 3,
    .run = run,
};

/* ---- fetch ---- */

struct fetching {
    struct cli *c;
    const struct ledger *l;
    const struct field *f;
    const char *part;
    int64_t bytes;
    FILE *out;
};

/* The digest of the attached file with that name or digest; the only one when none is named. */
static enum err choose(struct cli *c, const struct record *r, const struct field *f, struct str *ret)
{
    struct str rest = record_text(r, f->index), one, wanted = str_of(cli_value(c, "name"));
    int n = 0;
    while (many_next(&rest, &one)) {
        struct str name = one, digest = str_split(&name, '/');
        if (wanted.p && !str_eq(wanted, name) && !str_eq(wanted, digest)) continue;
        if (!n++) *ret = digest;
    }
    if (!n) return err_set(ERR_NOT_FOUND, _("%s holds no such file"), field_label(f, lang_get()));
    return n == 1 ? OK : err_set(ERR_CONFLICT, _("%s holds several files; say with --name which"), field_label(f, lang_get()));
}

static enum err put(void *arg, struct str bytes)
{
    struct fetching *k = arg;
    k->bytes += (int64_t)bytes.n;
    return fwrite(bytes.p, 1, bytes.n, k->out) == bytes.n ? OK : err_set(ERR_IO, "%s: %s", k->part, strerror(errno));
}

static enum err fetch(struct work *w, void *arg)
{
    struct fetching *k = arg;
    struct record *r;
    struct str digest;
    int64_t id;
    TRY(cli_record(w, k->l, k->c->operand[1], &id));
    TRY(store_read(w, k->l, id, &r));
    TRY(choose(k->c, r, k->f, &digest));
    return file_read(w, digest, put, k);
}

static enum err run_fetch(struct cli *c)
{
    struct fetching k = {.c = c};
    const char *out = cli_value(c, "out");
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)64 * 1024);
    TRY(cli_open(c));
    TRY(cli_ledger(c, c->operand[0], &k.l));
    TRY(find_field(k.l, c->operand[2], &k.f));
    if (k.f->type != TYPE_FILES) return err_set(ERR_INVALID, _("%s keeps no files"), field_label(k.f, lang_get()));
    k.part = arena_printf(c->arena, "%s.part", out).p;
    if (!k.part) return err_no_memory();
    k.out = fopen(k.part, "wbe");
    if (!k.out) return err_set(ERR_IO, "%s: %s", k.part, strerror(errno));
    enum err e = cli_view(c, fetch, &k);
    if (fclose(k.out) != 0 && !e) e = err_set(ERR_IO, "%s: %s", k.part, strerror(errno));
    if (!e && rename(k.part, out) != 0) e = err_set(ERR_IO, "%s: %s", out, strerror(errno));
    if (e) {
        unlink(k.part);
        return e;
    }
    buf_printf(&b, c->json ? "{\"bytes\":%lld}" : _("bytes: %lld"), (long long)k.bytes);
    return cli_line(&b);
}

static const struct flag fetch_flags[] = {FLAG_NEEDED("out", "FILE"), FLAG("name", "NAME"), FLAG_END};

const struct command command_fetch = {
    .name = "fetch",
    .summary = N_("write a file that a record keeps"),
    .usage = "fetch LEDGER NUMBER FIELD [--name NAME] --out FILE",
    .help = N_("Writes an attached file as it was given; its bytes are checked against their digest.\n\n"
               "  --name NAME   which one, by name or digest, when there are several\n"
               "  --out FILE    where to\n\n"
               "Example: anjian fetch hazard YH-430602-2026-000001 photos_before --out before.jpg"),
    .flags = fetch_flags,
    .least = 3,
    .most = 3,
    .run = run_fetch,
};
