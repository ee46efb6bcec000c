/* init.c — anjian init: make a database. */
#include "cli/cli.h"

#include <stdio.h>

#include "base/lang.h"
#include "cli/screen.h"
#include "ledger/chain.h"
#include "ledger/secret.h"
#include "ledger/shipped.h"
#include "safety/account.h"
#include "safety/password.h"

static const struct flag flags[] = {FLAG_NEEDED("region", "CODE"), SWITCH("simulated"),      FLAG("now", "INSTANT"),
                                    FLAG("admin", "NAME"),         SWITCH("password-stdin"), FLAG_END};

/* A district: 6 digits, or the 12 of its division code. */
static enum err read_region(struct cli *c, int64_t *ret)
{
    const char *text = cli_value(c, "region");
    struct str code = str_of(text);
    int64_t n = 0;
    bool digits = code.n > 0;
    for (size_t i = 0; i < code.n; i++) digits = digits && code.p[i] >= '0' && code.p[i] <= '9';
    bool whole = code.n == 6 || (code.n == 12 && str_ends(code, STR("000000")));
    if (!digits || !whole || !str_int(str_head(code, 6), &n) || n < 110000 || n % 100 == 0) {
        err_set(ERR_INVALID, _("--region: “%s” is no district; its code has 6 digits, or 12 that end in 000000"), text);
        return err_field("region");
    }
    *ret = n;
    return OK;
}

/* A simulated district lives on a clock of its own; it starts where --now says. */
static enum err put_clock(struct work *w, void *arg)
{
    char number[24];
    struct buf b CLEANUP_BUF = BUF_INIT(sizeof number);
    buf_int(&b, *(const instant_t *)arg);
    TRY(buf_error(&b));
    return store_setting_put(w, "now", buf_view(&b));
}

static enum err start_clock(struct cli *c)
{
    const char *text = cli_value(c, "now");
    instant_t now;
    if (!text) return OK;
    if (!instant_parse(str_of(text), &now)) return cli_usage(c, _("--now: “%s” is no instant"), text);
    clock_set(now);
    return OK;
}

/* ---- the first administrator ---- */

struct admin {
    struct str name;
    char hash[PASSWORD_HASH];
};

static enum err make_admin(struct work *w, void *arg)
{
    const struct admin *a = arg;
    return account_make_admin(w, a->name, a->hash);
}

/* Known to be good before the database is made, not after. */
static enum err read_admin(struct cli *c, struct admin *ret)
{
    struct str password;
    *ret = (struct admin){.name = str_of(cli_value(c, "admin"))};
    if (cli_has(c, "password-stdin") != (ret->name.p != NULL)) return cli_usage(c, "%s", _("--admin and --password-stdin go together"));
    if (!ret->name.p) return OK;
    TRY(cli_password(c, &password));
    TRY(password_fit(ret->name, password));
    return password_hash(password, ret->hash);
}

/* The keys of seals. Where nothing says where they belong, the database works without. */
static enum err make_seal_keys(struct cli *c, const char **ret_path, struct str *ret_fingerprint)
{
    *ret_path = seal_key_path(c->arena, c->store->db);
    *ret_fingerprint = STR_NONE;
    return *ret_path ? seal_keys_make(c->arena, *ret_path, c->store->hash, ret_fingerprint) : OK;
}

static void answer_json(struct buf *b, const struct store *s, const char *key, const char *seal_key, struct str fingerprint)
{
    buf_printf(b, "{\"uuid\":\"%s\",\"district\":\"%lld\",\"simulated\":%s,\"key\":", s->uuid, (long long)s->district,
               s->simulated ? "true" : "false");
    buf_json(b, str_of(key));
    buf_z(b, ",\"seal_key\":");
    buf_json(b, str_of(seal_key));
    buf_z(b, ",\"seal_fingerprint\":");
    buf_json(b, fingerprint);
    buf_char(b, '}');
}

static void answer_text(struct buf *b, const struct store *s, const char *key, const char *seal_key, struct str fingerprint)
{
    char district[24];
    snprintf(district, sizeof district, "%lld", (long long)s->district);
    screen_line(b, _("database"), str_of(db_url(s->db)));
    screen_line(b, _("uuid"), str_of(s->uuid));
    screen_line(b, _("district"), str_of(district));
    screen_line(b, _("key"), str_of(key ? key : _("none; set ANJIAN_KEY")));
    if (key) screen_line(b, "", str_of(_("keep a copy elsewhere: without it personal data cannot be read")));
    screen_line(b, _("seal key"), str_of(seal_key ? seal_key : _("none; set ANJIAN_SEAL_KEY")));
    if (!fingerprint.n) return;
    screen_line(b, _("fingerprint"), fingerprint);
    screen_line(b, "", str_of(_("note it: seals are known by it")));
}

static enum err answer(struct cli *c, const char *seal_key, struct str fingerprint)
{
    const char *key = secrets_path(c->arena, c->store->db);
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)64 * 1024);
    if (c->json)
        answer_json(&b, c->store, key, seal_key, fingerprint);
    else
        answer_text(&b, c->store, key, seal_key, fingerprint);
    return cli_line(&b);
}

static enum err run(struct cli *c)
{
    struct store_options o = {.create = true, .simulated = cli_has(c, "simulated")};
    if (cli_has(c, "now") && !o.simulated) return cli_usage(c, "%s", _("--now is for a --simulated database"));
    struct admin admin;
    TRY(read_admin(c, &admin));
    TRY(read_region(c, &o.district));
    TRY(start_clock(c));
    c->actor = ACTOR_CONSOLE;
    TRY(store_open(c->db, &o, &c->store));
    TRY(shipped_load(c->store, &c->actor, c->arena));
    if (o.simulated) {
        instant_t now = clock_now();
        TRY(cli_write(c, put_clock, &now));
    }
    if (admin.name.p) TRY(cli_write(c, make_admin, &admin));
    const char *seal_key;
    struct str fingerprint;
    TRY(make_seal_keys(c, &seal_key, &fingerprint));
    return answer(c, seal_key, fingerprint);
}

const struct command command_init = {
    .name = "init",
    .summary = N_("make a database"),
    .usage = "init --region CODE [--admin NAME --password-stdin] [--simulated [--now INSTANT]]",
    .help = N_("Makes the database that --db names, with the shipped codes, calendar and rules in its ledgers, and the key file for "
               "personal data and for seals.\n\n"
               "  --region CODE   the district, 6 or 12 digits (430602 or 430602000000)\n"
               "  --admin NAME    the first account, a system administrator: makes accounts and sees no ledgers\n"
               "  --password-stdin   its password is the first line of standard input\n"
               "  --simulated     a database for practice, with a clock of its own\n"
               "  --now INSTANT   … that starts here (2026-02-10 or 2026-02-10T09:00:00+08:00)\n\n"
               "Example: anjian init --region 430602 --db sqlite:yueyanglou.db"),
    .flags = flags,
    .run = run,
};
