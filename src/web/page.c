/* page.c — see page.h. */
#include "web/page.h"

#include "ledger/names.h"
#include "ledgers.h"
#include "safety/saved_list.h"
#include "web/web_parts.h"

/* ---- navigation: chapters of ledgers ---- */

struct str page_saved_url(const struct request *rq, const struct saved_list *s)
{
    return arena_printf(rq->arena, "/l/%.*s%s%.*s", STR_ARG(s->ledger), s->query.n ? "?" : "", STR_ARG(s->query));
}

static const struct chapter {
    const char *label;
    const char *ledgers[12];
} chapters[] = {
    {N_("Premises"), {"premises"}},
    {N_("Hazards"), {"hazard", "duty"}},
    {N_("Accidents"), {"accident"}},
    {N_("Organisation"), {"unit", "person", "post", "responsibility", "region"}},
    {N_("Assessment"), {"deduction", "scheme", "score_rule", "figure"}},
    {N_("Rules"), {"law", "clock_rule", "calendar_day", "calendar_rule", "code"}},
    {N_("Administration"), {"account", "right", "setting", "channel", "allowed_host"}},
};
#define CHAPTERS ((int)(sizeof chapters / sizeof *chapters))

/* Pages that are no ledger, behind the ledgers of their chapter, for whoever may see them. */
static const struct extra {
    const char *chapter, *label, *url;
    const char *ledger; /* whoever may see it; NULL: who may read the event log */
    bool instead;       /* of that ledger's own list */
} extras[] = {
    {"Hazards", N_("My duties"), "/duties", "duty", false},
    {"Hazards", N_("My notices"), "/inbox", "duty", false},
    {"Organisation", N_("Who answers for what"), "/who", "responsibility", false},
    {"Administration", N_("Rights of the roles"), "/rights", "right", true},
    {"Administration", N_("Settings"), "/settings", "setting", true},
    {"Assessment", N_("Score sheets"), "/sheets", "deduction", false},
    {"Administration", N_("Outbox"), "/outbox", "channel", false},
    {"Administration", N_("Event log"), "/log", NULL, false},
};
#define EXTRAS ((int)(sizeof extras / sizeof *extras))

static int chapter_of(const struct ledger *l)
{
    for (int c = 0; c < CHAPTERS; c++)
        for (int i = 0; chapters[c].ledgers[i]; i++)
            if (strcmp(chapters[c].ledgers[i], l->ledger) == 0) return c;
    return CHAPTERS; /* the district's own */
}

struct nav {
    struct request *rq;
    const struct ledger *here;
    struct nav_group *group;
    int groups;
};

static bool has_page_of_its_own(const struct ledger *l)
{
    for (int i = 0; i < EXTRAS; i++)
        if (extras[i].instead && strcmp(extras[i].ledger, l->ledger) == 0) return true;
    return false;
}

/* The lists of a ledger that were saved under a name, below it. */
static bool nav_saved(struct nav *n, struct nav_group *g, struct nav_link *items, const struct ledger *l)
{
    for (int i = 0; i < n->rq->saved_n; i++) {
        const struct saved_list *s = &n->rq->saved[i];
        if (!str_is(s->ledger, l->ledger)) continue;
        struct str url = page_saved_url(n->rq, s);
        if (!url.p) return false;
        items[g->item_count++] = (struct nav_link){
            .text = s->name, .url = url, .current = l == n->here && str_eq(n->rq->x->query, s->query), .inner = true};
    }
    return true;
}

static bool nav_item(struct nav *n, struct nav_group *g, struct nav_link *items, const struct ledger *l)
{
    if (!right_may(n->rq->store, &n->rq->session.actor, l, RIGHT_SEE) || has_page_of_its_own(l)) return true;
    items[g->item_count++] = (struct nav_link){
        .text = str_of(ledger_label(l, n->rq->lang)), .url = arena_printf(n->rq->arena, "/l/%s", l->ledger), .current = l == n->here};
    g->open |= l == n->here;
    return items[g->item_count - 1].url.p && nav_saved(n, g, items, l);
}

static void nav_extra(struct nav *n, struct nav_group *g, struct nav_link *items, const struct extra *e)
{
    const struct actor *a = &n->rq->session.actor;
    const struct ledger *l = e->ledger ? registry_find(n->rq->store->registry, str_of(e->ledger)) : NULL;
    bool current = str_starts(n->rq->x->path, str_of(e->url)) || (e->instead && l == n->here);
    if (e->ledger ? !right_may(n->rq->store, a, l, RIGHT_SEE) : !right_may_log(n->rq->store, a)) return;
    items[g->item_count++] = (struct nav_link){.text = str_of(_(e->label)), .url = str_of(e->url), .current = current};
    g->open |= current;
}

/* The ledgers of a chapter, in its order; those of no chapter in theirs. */
static bool nav_chapter(struct nav *n, int c)
{
    const struct registry *r = n->rq->store->registry;
    struct nav_group *g = &n->group[n->groups];
    struct nav_link *items = arena_array(n->rq->arena, struct nav_link, r->n + EXTRAS + n->rq->saved_n + 1);
    if (!items) return false;
    *g = (struct nav_group){.label = str_of(c < CHAPTERS ? _(chapters[c].label) : _("Further ledgers")), .item = items, .open = c < 2};
    for (int i = 0; c < CHAPTERS && chapters[c].ledgers[i]; i++) {
        const struct ledger *l = registry_find(r, str_of(chapters[c].ledgers[i]));
        if (l && !nav_item(n, g, items, l)) return false;
    }
    for (int i = 0; c < CHAPTERS && i < EXTRAS; i++)
        if (strcmp(extras[i].chapter, chapters[c].label) == 0) nav_extra(n, g, items, &extras[i]);
    for (int i = 0; c == CHAPTERS && i < r->n; i++)
        if (!r->ledgers[i]->parent && chapter_of(r->ledgers[i]) == CHAPTERS && !nav_item(n, g, items, r->ledgers[i])) return false;
    if (g->item_count) n->groups++;
    return true;
}

static enum err fill_nav(struct request *rq, const struct ledger *here, struct shell *s)
{
    struct nav n = {.rq = rq, .here = here, .group = arena_array(rq->arena, struct nav_group, CHAPTERS + 1)};
    if (!n.group) return err_no_memory();
    for (int c = 0; c <= CHAPTERS; c++)
        if (!nav_chapter(&n, c)) return err_no_memory();
    s->nav = n.group;
    s->nav_count = n.groups;
    return OK;
}

/* ---- what was done a moment ago ---- */

static const struct {
    const char *text;
    enum tone tone;
} said[SAID__MAX] = {
    [SAID_SAVED] = {N_("Saved."), TONE_GOOD},
    [SAID_CREATED] = {N_("Entered."), TONE_GOOD},
    [SAID_DONE] = {N_("Done."), TONE_GOOD},
    [SAID_WITHDRAWN] = {N_("Withdrawn. Nothing is lost: it can be brought back."), TONE_GOOD},
    [SAID_RESTORED] = {N_("Brought back."), TONE_GOOD},
    [SAID_MERGED] = {N_("Merged. Bringing the duplicate back undoes it."), TONE_GOOD},
    [SAID_UNCHANGED] = {N_("Nothing was different, so nothing was written."), TONE_INFO},
    [SAID_LOGGED_OUT] = {N_("You are logged out."), TONE_INFO},
    [SAID_PASSWORD] = {N_("The password is changed. Other sessions of this account have ended."), TONE_GOOD},
    [SAID_STOPPED] = {N_("It has been asked to stop."), TONE_INFO},
    [SAID_UNDONE] = {N_("The import is undone."), TONE_GOOD},
    [SAID_POST] = {N_("You act under another post from now on."), TONE_GOOD},
    [SAID_TOKEN_VOID] = {N_("The token is void."), TONE_GOOD},
    [SAID_SESSIONS] = {N_("You are logged out everywhere else."), TONE_GOOD},
    [SAID_RESET] = {N_("The password is set. It must be changed at the next login; all sessions of the account have ended."), TONE_GOOD},
    [SAID_APART] = {N_("Noted: they are two. They will not be shown together again."), TONE_GOOD},
};

void page_say(struct request *rq, enum page_said what)
{
    http_put(rq->x, "Set-Cookie", arena_printf(rq->arena, "said=%d; Path=/; HttpOnly; SameSite=Lax; Max-Age=60", what));
}

static void take_said(struct request *rq, struct shell *s)
{
    int64_t what;
    struct view_notice *n = arena_new(rq->arena, struct view_notice);
    if (!n || !str_int(cookie_value(http_header(rq->x, "Cookie"), "said"), &what)) return;
    http_put_z(rq->x, "Set-Cookie", "said=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    if (what <= SAID_NOTHING || what >= SAID__MAX) return;
    *n = (struct view_notice){.text = str_of(_(said[what].text)), .tone = said[what].tone};
    s->notice = n;
    s->notice_count = 1;
}

/* ---- the shell ---- */

void page_plain_shell(struct request *rq, struct str title, struct shell *s)
{
    struct str here = rq->x->path;
    if (rq->x->query.n) here = arena_printf(rq->arena, "%.*s?%.*s", STR_ARG(rq->x->path), STR_ARG(rq->x->query));
    *s = (struct shell){.chinese = rq->lang == LANG_ZH, .title = title, .here = here, .simulated = rq->store->simulated};
    if (rq->known) {
        s->csrf = str_of(rq->session.csrf);
        s->user = rq->session.actor.name;
    }
    take_said(rq, s);
}

static enum err district_name(struct work *w, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(4096);
    struct str code = arena_printf(w->arena, "%06lld000000", (long long)w->store->district);
    if (!code.p) return err_no_memory();
    TRY(names_region(w, code, &b));
    TRY(buf_error(&b));
    *ret = str_eq(buf_view(&b), code) ? STR_NONE : arena_str(w->arena, buf_view(&b));
    return OK;
}

/* "unit · duty" of the post acted under. */
static enum err post_name(struct work *w, const struct actor *a, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(8192);
    if (a->unit) TRY(names_record(w, unit_ledger(w->store->registry), a->unit, &b));
    if (a->unit && a->post) buf_z(&b, " · ");
    if (a->post) TRY(names_record(w, post_ledger(w->store->registry), a->post, &b));
    TRY(buf_error(&b));
    *ret = b.n ? arena_str(w->arena, buf_view(&b)) : STR_NONE;
    return OK;
}

enum err page_shell(struct work *w, struct request *rq, struct str title, const struct ledger *here, struct shell *s)
{
    page_plain_shell(rq, title, s);
    TRY(district_name(w, &s->place));
    TRY(post_name(w, &rq->session.actor, &s->post));
    s->posts = rq->session.actor.post != 0;
    TRY(saved_list_all(w, &rq->saved, &rq->saved_n));
    return fill_nav(rq, here, s);
}
