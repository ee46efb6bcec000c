/* arguments.c — taking the command line apart by the tables of the verbs. See cli.h.
 *
 * Options may stand anywhere, as --name VALUE or --name=VALUE; "--" ends them. "-" is an operand.
 */
#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/lang.h"

static const struct flag common[] = {FLAG("db", "URL"), FLAG("as", "USER"), FLAG("lang", "zh|en"),
                                     SWITCH("json"),    SWITCH("help"),     FLAG_END};

enum err cli_usage(struct cli *c, const char *format, ...)
{
    char text[800];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    c->usage = true;
    return err_set(ERR_INVALID, "%s", text);
}

/* ---- asking ---- */

const char *cli_next(const struct cli *c, const char *flag, int *at)
{
    while (*at < c->givens) {
        const struct given *g = &c->given[(*at)++];
        if (strcmp(g->flag->name, flag) == 0) return g->value ? g->value : "";
    }
    return NULL;
}

const char *cli_value(const struct cli *c, const char *flag)
{
    const char *last = NULL, *one;
    for (int at = 0; (one = cli_next(c, flag, &at));) last = one;
    return last;
}

bool cli_names_db(const struct cli *c)
{
    const char *db = getenv("ANJIAN_DB");
    return cli_value(c, "db") || (db && *db);
}

bool cli_has(const struct cli *c, const char *flag)
{
    return cli_value(c, flag) != NULL;
}

enum err cli_int(struct cli *c, const char *flag, int64_t least, int64_t most, int64_t otherwise, int64_t *ret)
{
    const char *text = cli_value(c, flag);
    int64_t v = otherwise;
    if (text && (!str_int(str_of(text), &v) || v < least || v > most))
        return cli_usage(c, _("--%s needs a whole number from %lld to %lld"), flag, (long long)least, (long long)most);
    *ret = v;
    return OK;
}

/* ---- taking apart ---- */

static const struct flag *find_in(const struct flag *table, struct str name)
{
    for (; table && table->name; table++)
        if (str_is(name, table->name)) return table;
    return NULL;
}

static const struct flag *find_flag(const struct cli *c, struct str name)
{
    const struct flag *f = find_in(common, name);
    return f || !c->command ? f : find_in(c->command->flags, name);
}

static bool given_before(const struct cli *c, const struct flag *f)
{
    for (int i = 0; i < c->givens; i++)
        if (c->given[i].flag == f) return true;
    return false;
}

/* argv[*i] begins with "--". */
static enum err take_option(struct cli *c, int argc, char **argv, int *i)
{
    struct str rest = str_from(str_of(argv[*i]), 2), name = str_split(&rest, '=');
    const struct flag *f = find_flag(c, name);
    if (!f) return cli_usage(c, _("there is no option --%.*s"), STR_ARG(name));
    if (!f->value && rest.p) return cli_usage(c, _("--%s takes no value"), f->name);
    if (!f->repeats && given_before(c, f)) return cli_usage(c, _("--%s was given twice"), f->name);
    const char *value = rest.p;
    if (f->value && !value) {
        if (*i + 1 >= argc) return cli_usage(c, _("--%s needs a value: --%s %s"), f->name, f->name, f->value);
        value = argv[++*i];
    }
    c->given[c->givens++] = (struct given){f, value};
    return OK;
}

/* The verb is the first word that is neither an option nor the value of a common one. */
static const struct command *find_command(int argc, char **argv, const struct command *const *commands, int n, const char **ret_word)
{
    *ret_word = NULL;
    for (int i = 1; i < argc && !*ret_word; i++) {
        struct str arg = str_of(argv[i]);
        if (!str_starts(arg, STR("--"))) {
            *ret_word = argv[i];
        } else {
            const struct flag *f = find_in(common, str_from(arg, 2));
            if (f && f->value) i++;
        }
    }
    for (int i = 0; *ret_word && i < n; i++)
        if (strcmp(*ret_word, commands[i]->name) == 0) return commands[i];
    return NULL;
}

/* Language and form of an answer hold for complaints about the command line too, so they are looked for first. */
static void look_ahead(struct cli *c, int argc, char **argv)
{
    enum lang lang;
    const char *told = getenv("ANJIAN_LANG");
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--json") == 0) c->json = true;
        if (strcmp(argv[i], "--help") == 0) c->help = true;
        if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc) told = argv[i + 1];
        if (strncmp(argv[i], "--lang=", 7) == 0) told = argv[i] + 7;
    }
    if (told && lang_parse(told, &lang)) lang_set(lang);
}

static enum err take_all(struct cli *c, int argc, char **argv, const char *verb)
{
    bool options = true;
    for (int i = 1; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0)
            options = false;
        else if (options && strncmp(argv[i], "--", 2) == 0)
            TRY(take_option(c, argc, argv, &i));
        else if (argv[i] != verb)
            c->operand[c->operands++] = argv[i];
    }
    return OK;
}

static enum err check_all(struct cli *c)
{
    enum lang lang;
    const char *told = cli_value(c, "lang"), *db = getenv("ANJIAN_DB");
    if (told && !lang_parse(told, &lang)) return cli_usage(c, "%s", _("--lang is zh or en"));
    c->db = cli_value(c, "db") ? cli_value(c, "db") : db && *db ? db : "sqlite:anjian.db";
    c->as = cli_value(c, "as") ? cli_value(c, "as") : "console";
    if (c->operands < c->command->least) return cli_usage(c, "%s", _("something is missing"));
    if (c->command->most >= 0 && c->operands > c->command->most) return cli_usage(c, _("“%s” is too much"), c->operand[c->command->most]);
    for (const struct flag *f = c->command->flags; f && f->name; f++)
        if (f->required && !given_before(c, f)) return cli_usage(c, _("--%s %s is missing"), f->name, f->value ? f->value : "");
    return OK;
}

enum err cli_parse(struct cli *c, int argc, char **argv, const struct command *const *commands, int n)
{
    const char *word;
    c->operand = arena_array(c->arena, const char *, argc + 1);
    c->given = arena_array(c->arena, struct given, argc + 1);
    if (!c->operand || !c->given) return err_no_memory();
    look_ahead(c, argc, argv);
    c->command = find_command(argc, argv, commands, n, &word);
    if (c->help) return OK;
    if (!word) return cli_usage(c, "%s", _("what is to be done? `anjian --help` lists the verbs"));
    if (!c->command) return cli_usage(c, _("there is no verb “%s”; `anjian --help` lists them"), word);
    TRY(take_all(c, argc, argv, word));
    return check_all(c);
}
