/* user.c — anjian user: accounts, their passwords and API tokens. At the console it is also the way back in. */
#include "base/lang.h"
#include "cli/cli.h"
#include "cli/screen.h"
#include "ledger/type.h"
#include "ledgers.h"
#include "safety/account.h"
#include "safety/session.h"

enum { USERS_MAX = 100000, TOKENS_MAX = 200 };

struct user { /* what the words of the verb work on */
    struct cli *c;
    struct str name; /* second operand */
    const char *hash;
    char hash_text[PASSWORD_HASH];
    const char *verb;      /* block, unblock */
    instant_t expires;     /* token */
    int64_t token;         /* revoke */
    struct record *record; /* what was written */
    char secret[TOKEN_TEXT];
    struct token tokens[TOKENS_MAX];
    int n;
    struct buf out;
};

/* ---- list ---- */

static enum err list_table(struct work *w, struct buf *b, const struct page *p)
{
    const struct ledger *l = account_ledger(w->store->registry);
    const struct field *shown[] = {account_field_name(l), query_system_field(STR("state")), account_field_role(l), account_field_person(l),
                                   account_field_post(l)};
    enum { COLUMNS = sizeof shown / sizeof *shown };
    struct str *cell = arena_array(w->arena, struct str, COLUMNS * (p->n + 1));
    if (!cell) return err_no_memory();
    for (int i = 0; i < COLUMNS; i++) cell[i] = str_of(field_label(shown[i], lang_get()));
    for (int r = 0; r < p->n; r++) {
        const struct record *a = p->record[r];
        const struct state *state = ledger_state(l, a->state);
        for (int i = 0; i < COLUMNS; i++) {
            struct buf text CLEANUP_BUF = BUF_INIT(10000);
            if (shown[i]->index >= 0 && a->v[shown[i]->index].tag != VAL_NULL)
                TRY(type_text(w, shown[i], a->v[shown[i]->index], &text));
            else if (shown[i]->index < 0 && state)
                buf_z(&text, lang_get() == LANG_ZH ? state->zh : state->en);
            TRY(buf_error(&text));
            cell[(r + 1) * COLUMNS + i] = arena_str(w->arena, buf_view(&text));
        }
    }
    screen_table(b, cell, p->n + 1, COLUMNS, screen_columns());
    return OK;
}

static enum err list(struct work *w, void *arg)
{
    struct user *u = arg;
    struct page p;
    const struct ledger *l = account_ledger(w->store->registry);
    TRY(query_all(w, &(struct query){.l = l, .sort = account_field_name(l)}, USERS_MAX, &p));
    buf_reset(&u->out);
    if (!u->c->json) return list_table(w, &u->out, &p);
    buf_z(&u->out, "{\"users\":[");
    for (int i = 0; i < p.n; i++) {
        buf_z(&u->out, i ? ",\n" : "\n");
        record_json(&u->out, p.record[i]);
    }
    buf_z(&u->out, "]}");
    return OK;
}

static enum err run_list(struct user *u)
{
    TRY(cli_view(u->c, list, u));
    return cli_line(&u->out);
}

/* ---- add, grant ---- */

static enum err named(struct work *w, const struct user *u, const char *flag, const struct ledger *l, int64_t *ret)
{
    const char *text = cli_value(u->c, flag);
    *ret = 0;
    return text ? cli_record(w, l, text, ret) : OK;
}

static enum err do_grant(struct work *w, struct user *u, int64_t account)
{
    struct record *draft = record_new(w->arena, account_ledger(w->store->registry));
    int64_t post;
    if (!draft) return err_no_memory();
    TRY(named(w, u, "post", post_ledger(w->store->registry), &post));
    TRY(draft_set(w, draft, STR("role"), str_of(cli_value(u->c, "role"))));
    if (post) account_set_post(draft, post);
    return store_do(w, account, STR("grant"), 0, draft, &u->record);
}

/* Accounts of an exercise, whose passwords stand on its wall, need not be taken over by an owner. */
static enum err keep_password(struct work *w, const struct user *u)
{
    if (w->store->simulated && u->hash) return password_put(w, u->record->id, u->hash, false);
    err_set(ERR_REFUSED, "%s", _("--keep-password is for exercises (init --simulated), with a password"));
    return err_rule("simulated");
}

static enum err add(struct work *w, void *arg)
{
    struct user *u = arg;
    int64_t person;
    TRY(named(w, u, "person", person_ledger(w->store->registry), &person));
    TRY(account_make(w, u->name, person, u->hash, &u->record));
    if (cli_has(u->c, "keep-password")) TRY(keep_password(w, u));
    return cli_has(u->c, "role") ? do_grant(w, u, u->record->id) : OK;
}

static enum err take_password(struct user *u)
{
    struct str password;
    if (!cli_has(u->c, "password-stdin")) return OK;
    TRY(cli_password(u->c, &password));
    TRY(password_fit(u->name, password));
    TRY(password_hash(password, u->hash_text));
    u->hash = u->hash_text;
    return OK;
}

static enum err run_add(struct user *u)
{
    if (cli_has(u->c, "post") && !cli_has(u->c, "role")) return cli_usage(u->c, "%s", _("--post goes with --role"));
    TRY(take_password(u));
    TRY(cli_write(u->c, add, u));
    return cli_written(u->c, u->record);
}

static enum err grant(struct work *w, void *arg)
{
    struct user *u = arg;
    struct record *account;
    TRY(account_find(w, u->name, &account));
    return do_grant(w, u, account->id);
}

static enum err run_grant(struct user *u)
{
    if (!cli_has(u->c, "role")) return cli_usage(u->c, _("--%s %s is missing"), "role", "ROLE");
    TRY(cli_write(u->c, grant, u));
    return cli_written(u->c, u->record);
}

/* ---- password, block, unblock ---- */

static enum err reset(struct work *w, void *arg)
{
    struct user *u = arg;
    TRY(account_find(w, u->name, &u->record));
    return account_reset(w, u->record->id, u->hash);
}

static enum err run_password(struct user *u)
{
    TRY(take_password(u));
    if (!u->hash) return cli_usage(u->c, "%s", _("--password-stdin is missing"));
    TRY(cli_write(u->c, reset, u));
    cli_note(u->c, "%s", _("it must be changed at the next login; all sessions of the account have ended"));
    return cli_written(u->c, u->record);
}

static enum err block(struct work *w, void *arg)
{
    struct user *u = arg;
    struct record *draft = record_new(w->arena, account_ledger(w->store->registry)), *account;
    if (!draft) return err_no_memory();
    TRY(account_find(w, u->name, &account));
    return store_do(w, account->id, str_of(u->verb), 0, draft, &u->record);
}

static enum err run_block(struct user *u)
{
    u->verb = u->c->operand[0];
    TRY(cli_write(u->c, block, u));
    return cli_written(u->c, u->record);
}

/* ---- tokens ---- */

static enum err make_token(struct work *w, void *arg)
{
    struct user *u = arg;
    struct record *account;
    const char *name = cli_value(u->c, "name");
    int64_t post;
    TRY(account_find(w, u->name, &account));
    TRY(named(w, u, "post", post_ledger(w->store->registry), &post));
    return token_make(w, account->id, post, name ? str_of(name) : w->actor->name, str_of(cli_value(u->c, "scope")), u->expires, u->secret);
}

static enum err run_token(struct user *u)
{
    const char *expires = cli_value(u->c, "expires");
    char text[INSTANT_TEXT];
    day_t day;
    if (!cli_has(u->c, "scope")) return cli_usage(u->c, _("--%s %s is missing"), "scope", "SCOPE");
    if (!expires) return cli_usage(u->c, _("--%s %s is missing"), "expires", "DAY");
    if (!day_parse(str_of(expires), &day)) return cli_usage(u->c, _("--expires: “%s” is no day"), expires);
    u->expires = day_end(day);
    TRY(cli_write(u->c, make_token, u));
    if (u->c->json)
        buf_printf(&u->out, "{\"token\":\"%s\",\"expires\":\"%s\"}", u->secret, instant_text(u->expires, text));
    else
        buf_z(&u->out, u->secret);
    cli_note(u->c, "%s", _("keep it: it is shown this once"));
    return cli_line(&u->out);
}

static enum err read_tokens(struct work *w, void *arg)
{
    struct user *u = arg;
    struct record *account;
    TRY(account_find(w, u->name, &account));
    return token_list(w, account->id, u->tokens, TOKENS_MAX, &u->n);
}

static void token_line(struct buf *b, const struct token *t)
{
    char text[INSTANT_TEXT];
    buf_printf(b, "%lld  %s  %.*s  %.*s%s", (long long)t->id, instant_text(t->expires, text), STR_ARG(t->scopes), STR_ARG(t->name),
               t->revoked                 ? _("  revoked")
               : t->expires < clock_now() ? _("  expired")
                                          : "");
}

static void token_json(struct buf *b, const struct token *t)
{
    char text[INSTANT_TEXT];
    buf_printf(b, "{\"id\":\"%lld\",\"name\":", (long long)t->id);
    buf_json(b, t->name);
    buf_z(b, ",\"scopes\":");
    buf_json(b, t->scopes);
    buf_printf(b, ",\"created\":\"%s\"", instant_text(t->created, text));
    buf_printf(b, ",\"expires\":\"%s\",\"revoked\":%s}", instant_text(t->expires, text), t->revoked ? "true" : "false");
}

static enum err run_tokens(struct user *u)
{
    TRY(cli_view(u->c, read_tokens, u));
    if (u->c->json) buf_z(&u->out, "{\"tokens\":[");
    for (int i = 0; i < u->n; i++) {
        if (i) buf_char(&u->out, u->c->json ? ',' : '\n');
        if (u->c->json)
            token_json(&u->out, &u->tokens[i]);
        else
            token_line(&u->out, &u->tokens[i]);
    }
    if (u->c->json) buf_z(&u->out, "]}");
    if (!u->c->json && !u->n) buf_z(&u->out, _("no tokens"));
    return cli_line(&u->out);
}

static enum err revoke(struct work *w, void *arg)
{
    const struct user *u = arg;
    return token_revoke(w, u->token);
}

static enum err run_revoke(struct user *u)
{
    if (!str_int(u->name, &u->token)) return cli_usage(u->c, _("“%s” is not the number of a token"), u->c->operand[1]);
    TRY(cli_write(u->c, revoke, u));
    buf_printf(&u->out, u->c->json ? "{\"revoked\":\"%lld\"}" : "%lld", (long long)u->token);
    return cli_line(&u->out);
}

/* ---- the words ---- */

static const struct word {
    const char *word;
    int operands;      /* with the word */
    const char *flags; /* between and around blanks */
    enum err (*run)(struct user *);
} words[] = {
    {"list", 1, " ", run_list},
    {"add", 2, " person role post password-stdin keep-password ", run_add},
    {"grant", 2, " role post ", run_grant},
    {"password", 2, " password-stdin ", run_password},
    {"block", 2, " ", run_block},
    {"unblock", 2, " ", run_block},
    {"token", 2, " scope expires post name ", run_token},
    {"tokens", 2, " ", run_tokens},
    {"revoke", 2, " ", run_revoke},
};

static const struct flag flags[] = {FLAG("person", "P"),      FLAG("role", "R"),       FLAG("post", "P"),
                                    SWITCH("password-stdin"), SWITCH("keep-password"), FLAG("scope", "S"),
                                    FLAG("expires", "DAY"),   FLAG("name", "TEXT"),    FLAG_END};

static enum err find_word(struct cli *c, const struct word **ret)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(c->operand[0], words[i].word) == 0) *ret = &words[i];
    if (!*ret) return cli_usage(c, _("“%s” is no word of `anjian user`"), c->operand[0]);
    if (c->operands < (*ret)->operands) return cli_usage(c, "%s", _("something is missing"));
    if (c->operands > (*ret)->operands) return cli_usage(c, _("“%s” is too much"), c->operand[(*ret)->operands]);
    for (const struct flag *f = flags; f->name; f++) {
        struct str own = arena_printf(c->arena, " %s ", f->name);
        if (!own.p) return err_no_memory();
        if (cli_has(c, f->name) && str_find(str_of((*ret)->flags), own) < 0)
            return cli_usage(c, _("--%s is not for `anjian user %s`"), f->name, (*ret)->word);
    }
    return OK;
}

static enum err run(struct cli *c)
{
    const struct word *word = NULL;
    struct user *u = arena_new(c->arena, struct user);
    if (!u) return err_no_memory();
    TRY(find_word(c, &word));
    *u = (struct user){.c = c, .name = str_of(c->operand[1]), .out = BUF_INIT((size_t)16 << 20)};
    TRY(cli_open(c));
    enum err e = word->run(u);
    buf_release(&u->out);
    return e;
}

const struct command command_user = {
    .name = "user",
    .summary = N_("accounts, their passwords and API tokens"),
    .usage = "user list | add NAME … | grant NAME … | password NAME … | block NAME | unblock NAME | token NAME … | tokens NAME | revoke ID",
    .help = N_(
        "Keeps accounts. A system administrator adds them, a security administrator grants them; the console may do both, and is the\n"
        "way back in when nobody can log in any more.\n\n"
        "  list                        all accounts\n"
        "  add NAME [--person P] [--password-stdin]   an account that waits; the first password must be changed at the first login\n"
        "  add NAME … --keep-password  … an exercise (init --simulated): it need not be changed\n"
        "  add NAME … --role R [--post P]   … granted at once, where both may be done\n"
        "  grant NAME --role R [--post P]   R: user, system_admin, security_admin, auditor; P: the post, when the person holds several\n"
        "  password NAME --password-stdin   another password, the first line of standard input; sessions end\n"
        "  block NAME, unblock NAME    close an account for now; sessions end, tokens rest\n"
        "  token NAME --scope S --expires DAY [--post P] [--name TEXT]   a token for the API, good to the end of DAY and shown once;\n"
        "                              S: \"read\" or \"write\", and behind it the ledgers it is for (\"read hazard premises\")\n"
        "  tokens NAME, revoke ID      tokens that were made; make one void\n\n"
        "Example: anjian user add zhangsan --person RY-430602-2026-000012 --role user --password-stdin"),
    .flags = flags,
    .least = 1,
    .most = 2,
    .run = run,
};
