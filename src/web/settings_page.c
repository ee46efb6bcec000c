/* settings_page.c — /settings: the ledger `setting`, grouped, each value with a form of its own. */
#include "ledger/query.h"
#include "ledgers.h"
#include "settings.html.h"
#include "web/cell.h"
#include "web/page.h"
#include "web/pages.h"

enum { SETTINGS_MOST = 500 };

/* By the first word of the name; what no group has comes last. */
static const struct {
    const char *head, *label;
} groups[] = {{"session_", N_("Logging in")}, {"import_", N_("Imports")}, {"export_", N_("Exports")},
              {"file_", N_("Files")},         {"list_", N_("Lists")},     {"", N_("Others")}};
#define GROUPS ((int)(sizeof groups / sizeof *groups))

struct settings_page {
    struct request *rq;
    const struct ledger *l;
    struct str wrong, error; /* name of the setting that was sent and not taken, and why */
    struct settings_view v;
    struct setting_group group[GROUPS];
};

static int group_of(struct str name)
{
    int g = 0;
    while (!str_starts(name, str_of(groups[g].head))) g++;
    return g;
}

static struct str number(struct arena *a, int64_t n)
{
    return arena_printf(a, "%lld", (long long)n);
}

static void fill_line(struct settings_page *p, const struct record *r, struct setting_line *out)
{
    struct arena *a = p->rq->arena;
    struct str name = setting_name(r);
    *out = (struct setting_line){.name = name,
                                 .label = p->rq->lang == LANG_ZH ? setting_zh(r) : setting_en(r),
                                 .help = p->rq->lang == LANG_ZH ? setting_remarks(r) : STR_NONE,
                                 .version = number(a, r->version),
                                 .url = cell_url(a, p->l, r->id, ""),
                                 .value = number(a, setting_value(r)),
                                 .least = number(a, setting_least(r)),
                                 .most = number(a, setting_most(r))};
    out->bounds = arena_printf(a, _("from %.*s to %.*s"), STR_ARG(out->least), STR_ARG(out->most));
    if (!p->wrong.p || !str_eq(p->wrong, name)) return;
    out->error = p->error;
    out->value = request_form(p->rq, "value");
}

static enum err make_page(struct work *w, void *arg)
{
    struct settings_page *p = arg;
    struct page page;
    p->v = (struct settings_view){.group = p->group, .may_change = right_may(w->store, w->actor, p->l, RIGHT_CHANGE)};
    TRY(query_all(w, &(struct query){.l = p->l, .sort = setting_field_name(p->l)}, SETTINGS_MOST, &page));
    for (int g = 0; g < GROUPS; g++) {
        struct setting_line *line = arena_array(w->arena, struct setting_line, page.n + 1);
        int n = 0;
        if (!line) return err_no_memory();
        for (int i = 0; i < page.n; i++)
            if (group_of(setting_name(page.record[i])) == g) fill_line(p, page.record[i], &line[n++]);
        if (n) p->group[p->v.group_count++] = (struct setting_group){str_of(_(groups[g].label)), line, n};
    }
    return page_shell(w, p->rq, str_of(_("Settings")), p->l, &p->v.shell);
}

static enum err new_page(struct request *rq, struct settings_page **ret)
{
    struct settings_page *p = arena_new(rq->arena, struct settings_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    p->l = setting_ledger(rq->store->registry);
    *ret = p;
    return OK;
}

static enum err show(struct settings_page *p, unsigned status)
{
    TRY(web_view(p->rq, make_page, p));
    view_settings(&p->rq->html, &p->v);
    return answer_page(p->rq, status);
}

static enum err page(struct request *rq)
{
    struct settings_page *p;
    TRY(new_page(rq, &p));
    return show(p, 200);
}

static enum err change(struct work *w, void *arg)
{
    struct settings_page *p = arg;
    struct record *draft = record_new(w->arena, p->l), *now;
    struct str value = request_form(p->rq, "value");
    int64_t id, version = 0, n;
    if (!draft) return err_no_memory();
    TRY(store_resolve(w, p->l, p->rq->arg[0], &id));
    TRY(store_read(w, p->l, id, &now));
    str_int(request_form(p->rq, "version"), &version);
    if (!str_int(value, &n) || n < setting_least(now) || n > setting_most(now)) {
        err_set(ERR_INVALID, _("a whole number from %lld to %lld is needed"), (long long)setting_least(now), (long long)setting_most(now));
        return err_field("value");
    }
    setting_set_value(draft, n);
    return store_change(w, id, version, draft, &now, NULL);
}

static enum err change_one(struct request *rq)
{
    struct settings_page *p;
    TRY(new_page(rq, &p));
    enum err e = web_write(rq, change, p);
    if (e == ERR_INVALID || e == ERR_CONFLICT) {
        p->wrong = rq->arg[0];
        p->error = page_why(rq->arena);
        return show(p, status_of(e));
    }
    TRY(e);
    page_say(rq, SAID_SAVED);
    return answer_go(rq, "/settings");
}

const struct route settings_routes[] = {
    ROUTE(GET, "/settings", MAY_ON(RIGHT_SEE, "setting"), TAKES_NOTHING, page),
    ROUTE(POST, "/settings/{name}", MAY_ON(RIGHT_CHANGE, "setting"), TAKES_FORM | WAITS, change_one),
    ROUTE_END,
};
