/* help.c — /help: what each role does where; /help/keyboard; /about: which program this is. */
#include "help.html.h"

#include "about.html.h"
#include "ledger/chain.h"
#include "ledger/lane.h"
#include "ledger/right.h"
#include "web/cell.h"
#include "web/page.h"
#include "web/pages.h"

/* ---- a page for each role ---- */

#define OF(role) (1u << (role))
#define BUSINESS (OF(ROLE_LEADER) | OF(ROLE_OFFICE) | OF(ROLE_OFFICER) | OF(ROLE_STATION))
#define WORKING (OF(ROLE_OFFICE) | OF(ROLE_OFFICER) | OF(ROLE_STATION))

static const struct {
    enum role role;
    const char *words;
} intros[] = {
    {ROLE_SYSTEM_ADMIN, N_("Keeps the accounts and the settings. Sees no premises, no hazards, no accidents.")},
    {ROLE_SECURITY_ADMIN, N_("Says what accounts may do, and keeps posts and rights. Makes no accounts and sees no business ledgers.")},
    {ROLE_AUDITOR, N_("Watches over what all others do. Changes nothing.")},
    {ROLE_LEADER, N_("Sees everything in the district and changes nothing.")},
    {ROLE_OFFICE,
     N_("The office of the committee: keeps units, persons and responsibilities, and sees and changes everything in the district.")},
    {ROLE_OFFICER, N_("Bureau, brigade or department: a department sees the premises of its sector, the bureau and its brigade all.")},
    {ROLE_STATION, N_("Township, sub-district, station or village: sees the premises of its territory.")},
    {ROLE_ENTERPRISE, N_("Sees its own premises, what was found there, and reports what it has found itself.")},
};

static const struct help_text {
    unsigned roles;
    const char *title, *text, *url;
} texts[] = {
    {BUSINESS | OF(ROLE_ENTERPRISE), N_("Begin at the home page"),
     N_("What your unit owes stands first, the latest at the top; below it what is new in the ledgers that you may see."), "/"},
    {BUSINESS | OF(ROLE_ENTERPRISE), N_("Search everything"),
     N_("Part of a name, a number, a credit code or an address will do. The key / goes to the box."), "/search"},
    {WORKING, N_("Bring in a register"),
     N_("Open the list of a ledger and choose Import. Excel and CSV are understood as they are: look at the guessed columns, try it dry, "
        "then "
        "import. Rows that were refused can be downloaded, mended and imported again; an import can be undone."),
     "/l/premises/import"},
    {WORKING | OF(ROLE_ENTERPRISE), N_("Report a hazard"),
     N_("Name the premises, what was found and when. The deadline follows from the grade and is worked out day by day."), "/l/hazard/new"},
    {WORKING | OF(ROLE_ENTERPRISE), N_("Carry a hazard on"),
     N_("On the page of a hazard stand the steps that you may take now. What is missing for a step is said at the field."), "/l/hazard"},
    {OF(ROLE_OFFICE) | OF(ROLE_OFFICER), N_("Merge duplicates"),
     N_("Two records side by side: choose the one that stays. The other one is withdrawn, not lost; bringing it back undoes it."),
     "/l/premises/duplicates"},
    {BUSINESS, N_("See who answers for what"),
     N_("On a day, for every premises, in four layers: gaps and overlaps. The page of a premises names who answers."), "/who"},
    {OF(ROLE_OFFICE), N_("Enter responsibilities"),
     N_("For one premises, or for a region, an area, a sector, a category, from a day on. Leave the last day blank while it is in force."),
     "/l/responsibility"},
    {BUSINESS, N_("Narrow a list and take it along"),
     N_("Conditions above the list stay in its address, so a list can be kept as a bookmark. Export gives the rows that the list shows."),
     "/l/premises"},
    {BUSINESS | OF(ROLE_ENTERPRISE), N_("Save a list"),
     N_("Save list keeps conditions, columns and order under a name. It then stands above the list and in the menu; those who may change "
        "the ledger can share it with their unit."),
     "/l/hazard"},
    {WORKING, N_("Do the same to many records"),
     N_("Tick rows of a list, or choose them with the key x; the bar below offers the steps that are possible. What a step needs is asked "
        "once, and a page says which records went and which did not."),
     "/l/hazard"},
    {OF(ROLE_SYSTEM_ADMIN), N_("Make an account"),
     N_("Name it and, for a user, the person. It waits until a security administrator has granted it. Then set a first password, which its "
        "owner "
        "must change."),
     "/l/account/new"},
    {OF(ROLE_SYSTEM_ADMIN), N_("Block an account, set a password"),
     N_("On the page of the account. A blocked account's sessions end at once, its tokens rest."), "/l/account"},
    {OF(ROLE_SYSTEM_ADMIN), N_("Choose limits and defaults"),
     N_("How long sessions last, how big files may be. Every change is in the log."), "/settings"},
    {OF(ROLE_SYSTEM_ADMIN), N_("When nobody can log in"), N_("At the machine: anjian user password NAME --password-stdin."), NULL},
    {OF(ROLE_SECURITY_ADMIN), N_("Grant an account"),
     N_("Accounts that wait stand on your home page. Grant one a role; you cannot grant one that you made yourself."),
     "/l/account?where=state%20%3D%20waiting"},
    {OF(ROLE_SECURITY_ADMIN), N_("Keep the posts"),
     N_("A user sees and may do what the post gives, from its first to its last day. When somebody leaves, give the post its last day."),
     "/l/post"},
    {OF(ROLE_SECURITY_ADMIN), N_("Keep the rights of the roles"),
     N_("The matrix shows what is in force; each cell leads to the row that says it. What no row allows is forbidden."), "/rights"},
    {OF(ROLE_AUDITOR), N_("Read the event log"),
     N_("Who did what to which record and when; narrow it by account, ledger, act and day. Which fields were changed is named, what to is "
        "not."),
     "/log"},
    {OF(ROLE_AUDITOR), N_("Verify the chain"),
     N_("Every event is hashed together with the one before, every record with its last event. A change beside the program is found, and "
        "its place "
        "is named."),
     "/log"},
    {OF(ROLE_AUDITOR), N_("See who came in"),
     N_("Logins, failed ones too, passwords changed, tokens made, with the address they came from."), "/log/logins"},
    {~0u, N_("Act under another post"), N_("Who holds several posts acts under one at a time: the menu with your name switches."), "/post"},
    {~0u, N_("Change your password"), N_("In the menu with your name, under My account. Tokens for programs are made there too."),
     "/account"},
};
#define TEXTS ((int)(sizeof texts / sizeof *texts))

struct help_page {
    struct request *rq;
    enum role role;
    struct help_view v;
};

static enum err fill_tabs(struct help_page *p)
{
    struct view_link *tab = arena_array(p->rq->arena, struct view_link, ROLE__MAX);
    if (!tab) return err_no_memory();
    for (enum role r = ROLE_SYSTEM_ADMIN; r < ROLE_PUBLIC; r++)
        tab[p->v.tab_count++] = (struct view_link){str_of(role_label(r)), arena_printf(p->rq->arena, "/help?role=%s", role_word(r)),
                                                   r == p->role};
    p->v.tab = tab;
    return OK;
}

static enum err make_help(struct work *w, void *arg)
{
    struct help_page *p = arg;
    struct help_item *item = arena_array(w->arena, struct help_item, TEXTS);
    bool mine = p->role == p->rq->session.actor.role;
    p->v = (struct help_view){.role = str_of(role_label(p->role)), .item = item};
    if (!item) return err_no_memory();
    for (size_t i = 0; i < sizeof intros / sizeof *intros; i++)
        if (intros[i].role == p->role) p->v.intro = str_of(_(intros[i].words));
    for (int i = 0; i < TEXTS; i++)
        if (texts[i].roles & OF(p->role))
            item[p->v.item_count++] = (struct help_item){str_of(_(texts[i].title)), str_of(_(texts[i].text)),
                                                         mine ? str_of(texts[i].url) : STR_NONE};
    TRY(fill_tabs(p));
    return page_shell(w, p->rq, str_of(_("Guide")), NULL, &p->v.shell);
}

static enum err help_page(struct request *rq)
{
    struct help_page *p = arena_new(rq->arena, struct help_page);
    struct str role = request_query(rq, "role");
    if (!p) return err_no_memory();
    p->rq = rq;
    p->role = rq->session.actor.role;
    if (role.p && !role_parse(role, &p->role)) return err_set(ERR_NOT_FOUND, "%s", _("there is no such role"));
    if (p->role <= ROLE_CONSOLE || p->role >= ROLE_PUBLIC) p->role = ROLE_OFFICER;
    TRY(web_view(rq, make_help, p));
    view_help(&rq->html, &p->v);
    return answer_page(rq, 200);
}

/* ---- keys ---- */

static enum err make_keys(struct work *w, void *arg)
{
    struct help_page *p = arg;
    return page_shell(w, p->rq, str_of(_("Keys")), NULL, &p->v.shell);
}

static enum err keys_page(struct request *rq)
{
    struct help_page *p = arena_new(rq->arena, struct help_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    TRY(web_view(rq, make_keys, p));
    view_keyboard(&rq->html, &p->v.shell);
    return answer_page(rq, 200);
}

/* ---- about ---- */

/* Names and licences, as their packages state them. */
static const struct about_fact credits[] = {
    {{"SQLite", 6}, {"public domain", 13}},
    {{"PostgreSQL libpq", 16}, {"PostgreSQL licence", 18}},
    {{"libmicrohttpd", 13}, {"LGPL-2.1+", 9}},
    {{"OpenSSL", 7}, {"Apache-2.0", 10}},
    {{"libsodium", 9}, {"ISC", 3}},
    {{"Jansson", 7}, {"MIT", 3}},
    {{"libcyaml, libyaml", 17}, {"ISC, MIT", 8}},
    {{"libzip", 6}, {"BSD-3-Clause", 12}},
    {{"Expat", 5}, {"MIT", 3}},
    {{"FreeXL", 6}, {"MPL-1.1", 7}},
    {{"libxlsxwriter", 13}, {"BSD-2-Clause", 12}},
    {{"htmx", 4}, {"0BSD", 4}},
    {{"Tabler, Tabler Icons", 20}, {"MIT", 3}},
};

struct about_page {
    struct request *rq;
    struct about_view v;
};

static enum err fill_facts(struct work *w, struct about_page *p)
{
    const struct store *s = w->store;
    struct about_fact *f = arena_array(w->arena, struct about_fact, 8);
    const struct actor *me = &p->rq->session.actor;
    struct lanes lanes;
    struct str print;
    int64_t events = 0;
    int n = 0;
    if (!f) return err_no_memory();
    f[n++] = (struct about_fact){str_of(_("District")),
                                 p->v.shell.place.n ? p->v.shell.place : arena_printf(w->arena, "%lld", (long long)s->district)};
    f[n++] = (struct about_fact){str_of(_("Kind")),
                                 str_of(s->simulated ? _("an exercise: made-up data, and a clock that is put by hand") : _("in earnest"))};
    if (s->simulated) f[n++] = (struct about_fact){str_of(_("Its clock")), cell_instant(w->arena, clock_now(), false)};
    if (me->sees == SEES_ALL) { /* nothing here is secret, but it is nobody's business outside of the administration */
        TRY(lane_all(w, &lanes));
        TRY(seal_key_fingerprint(w->arena, s->db, &print));
        for (int i = 0; i < lanes.n; i++) events += lanes.lane[i].seq;
        f[n++] = (struct about_fact){str_of(_("Database")), db_engine_of(s->db) == DB_SQLITE ? STR("SQLite") : STR("PostgreSQL")};
        f[n++] = (struct about_fact){str_of(_("Its id")), arena_str(w->arena, str_of(s->uuid))};
        f[n++] = (struct about_fact){str_of(_("Events in the log")), arena_printf(w->arena, "%lld", (long long)events)};
        f[n++] = (struct about_fact){str_of(_("Hash of the chain")), str_of(hash_name(s->hash))};
        f[n++] = (struct about_fact){str_of(_("Fingerprint of the key for seals")), print.n ? print : str_of(_("there is none yet"))};
    }
    p->v.fact = f;
    p->v.fact_count = n;
    return OK;
}

static enum err make_about(struct work *w, void *arg)
{
    struct about_page *p = arg;
    p->v = (struct about_view){.version = STR(ANJIAN_VERSION), .credit = credits, .credit_count = sizeof credits / sizeof *credits};
    TRY(page_shell(w, p->rq, str_of(_("About")), NULL, &p->v.shell));
    return fill_facts(w, p);
}

static enum err about_page(struct request *rq)
{
    struct about_page *p = arena_new(rq->arena, struct about_page);
    if (!p) return err_no_memory();
    p->rq = rq;
    TRY(web_view(rq, make_about, p));
    view_about(&rq->html, &p->v);
    return answer_page(rq, 200);
}

const struct route help_routes[] = {
    ROUTE(GET, "/help", LOGGED_IN, TAKES_NOTHING, help_page),
    ROUTE(GET, "/help/keyboard", LOGGED_IN, TAKES_NOTHING, keys_page),
    ROUTE(GET, "/about", LOGGED_IN, TAKES_NOTHING, about_page),
    ROUTE_END,
};
