/* test_rights_golden.c — every ledger and every verb as every role, inside and outside of its scope, by really calling the store; what
 * comes of it is compared with rights.golden.txt, which a person can read. `test_rights_golden --accept` writes the file anew. */
#include "safety_test.h"

#include <stdio.h>
#include <stdlib.h>

#include "db/db.h"
#include "ledger/flow.h"
#include "ledger/history.h"
#include "ledger/import.h"
#include "ledger/secret.h"

#define GOLDEN PROJECT_ROOT "/tests/safety/rights.golden.txt"

static bool accept_new;

/* A ledger of the district's own, with a flow: what "*" is for. */
static const char parking[] = "ledger: parking\nzh: 停车场\nen: Parking\ntitle: name\nkeys: [name]\nscope: {from: premises}\nfields:\n"
                              "  - {name: premises, type: reference, of: premises, zh: 对象, en: Premises, required: true}\n"
                              "  - {name: name, type: text, zh: 名称, en: Name, required: true}\n"
                              "  - {name: phone, type: phone, zh: 手机, en: Mobile, sensitive: true}\n"
                              "states:\n  - {name: open, zh: 开放, en: Open}\n  - {name: shut, zh: 关闭, en: Shut}\n"
                              "verbs:\n  - {name: register, zh: 登记, en: Register, from: [], to: open}\n"
                              "  - {name: shut, zh: 关闭, en: Shut, from: [open], to: shut}\n";
static const char *const own[] = {parking, NULL};

/* ---- a small district, twice: what lies inside a scope and what outside ---- */

enum side { INSIDE, OUTSIDE, SIDES };
static struct side_of {
    int64_t territory, sector, premises;
    int64_t base[100]; /* a record of each ledger, by place */
} sides[SIDES];
static int serial, rows_of_right;

static int64_t base_record(struct work *w, const struct ledger *l, enum side side);

static enum err first_code(struct work *w, const char *list, struct value *ret)
{
    const struct ledger *l = registry_find(w->store->registry, STR("code"));
    struct condition c = {ledger_field(l, STR("list")), OP_EQ, value_text(str_of(list))};
    struct record *r;
    int64_t id;
    int n;
    TRY(query_ids(w, l, &c, 1, false, &id, 1, &n));
    if (!n) return err_set(ERR_NOT_FOUND, "no code list %s", list);
    TRY(store_load(w, l, id, false, &r));
    *ret = r->v[ledger_field(l, STR("code"))->index];
    return OK;
}

static int64_t target_of(struct work *w, const struct field *f, enum side side)
{
    const struct side_of *s = &sides[side];
    if (strcmp(f->of, "premises") == 0) return s->premises;
    if (strcmp(f->of, "unit") == 0) return strcmp(f->name, "sector") == 0 ? s->sector : s->territory;
    return base_record(w, f->target, side);
}

static enum err some_value(struct work *w, const struct field *f, enum side side, struct value *ret)
{
    const char *text = "x";
    switch (f->type) {
    case TYPE_TEXT:
    case TYPE_LONG_TEXT: text = text_of("样本%d", serial); break;
    case TYPE_DATE: { /* no two alike, and periods that do not overlap */
        char day[DAY_TEXT];
        text = text_of("%s", day_text(2 * serial + (strncmp(f->name, "to", 2) == 0), day));
        break;
    }
    case TYPE_REGION: text = text_of("4306%08d", serial); break;
    case TYPE_PHONE: text = "13800000001"; break;
    case TYPE_CHOICE:
    case TYPE_CHOICES: return first_code(w, f->codes, ret);
    case TYPE_REFERENCE: *ret = value_int(target_of(w, f, side)); return OK;
    case TYPE_INSTANT: *ret = value_int(INT64_C(1770000000000000) + serial); return OK;
    case TYPE_INTEGER:
    case TYPE_MONEY:
    case TYPE_POINTS:
    case TYPE_YES_NO: *ret = value_int(f->unique ? f->least + serial : f->least > 1 ? f->least : 1); return OK;
    default: break;
    }
    *ret = value_text(str_of(text));
    return OK;
}

static bool is_needed(const struct ledger *l, const struct field *f, const struct verb *v)
{
    static const char *const scope[] = {"premises", "territory", "sector", "unit", "region"};
    for (unsigned i = 0; v && i < v->needs_count; i++)
        if (strcmp(v->needs[i], f->name) == 0) return true;
    if (v && v->from_count) return false; /* a draft for a verb speaks of nothing else */
    for (int i = 0; i < COUNT(scope); i++)
        if (strcmp(scope[i], f->name) == 0 && f->type == TYPE_REFERENCE && !f->compute) return true;
    return f->required || (l->period && f == l->period->to_field);
}

/* One for which the public has no row yet, and gets no right by this one. */
static const char *some_ledger(void)
{
    static const char *const names[] = {"hazard", "premises", "accident", "figure", "duty", "person", "scheme", "unit"};
    static int turn;
    return rows_of_right < SIDES ? names[rows_of_right++] : names[SIDES + turn++ % (COUNT(names) - SIDES)];
}

/* What a person would give for the verb: at creation, what is required and whose it is. */
static enum err draft_of(struct work *w, const struct ledger *l, const struct verb *v, enum side side, struct record **ret)
{
    struct record *d = record_new(w->arena, l);
    serial++;
    if (!d) return err_no_memory();
    for (unsigned i = 0; i < l->fields_count; i++) {
        struct value value = VALUE_NULL;
        if (!is_needed(l, &l->fields[i], v)) continue;
        TRY(some_value(w, &l->fields[i], side, &value));
        record_set(d, &l->fields[i], value);
    }
    if (strcmp(l->ledger, "right") == 0) {
        record_set(d, ledger_field(l, STR("role")), value_text(STR("public")));
        record_set(d, ledger_field(l, STR("on_ledger")), value_text(str_of(some_ledger())));
    }
    if (strcmp(l->ledger, "account") == 0 && v && strcmp(v->name, "grant") == 0)
        record_set(d, ledger_field(l, STR("role")), value_text(STR("user")));
    if (strcmp(l->ledger, "person") == 0) record_set(d, ledger_field(l, STR("mobile")), value_text(STR("13800000001")));
    if (strcmp(l->ledger, "parking") == 0) record_set(d, ledger_field(l, STR("phone")), value_text(STR("13800000001")));
    *ret = d;
    return OK;
}

static int64_t base_record(struct work *w, const struct ledger *l, enum side side)
{
    struct side_of *s = &sides[side];
    struct record *d, *r;
    if (s->base[l->place]) return s->base[l->place];
    assert_ok(draft_of(w, l, flow_birth(l), side, &d));
    assert_ok(store_create(w, d, &r));
    return s->base[l->place] = r->id;
}

static enum err build(struct work *w, void *arg)
{
    const struct registry *reg = w->store->registry;
    (void)arg;
    for (enum side side = INSIDE; side < SIDES; side++)
        for (int i = 0; i < reg->n; i++)
            if (!reg->ledgers[i]->parent) base_record(w, reg->ledgers[i], side);
    return OK;
}

static void build_all(void)
{
    memset(sides, 0, sizeof sides);
    serial = rows_of_right = 0;
    for (int i = 0; i < SIDES; i++) {
        sides[i].territory = made("unit", text_of("{\"name\":\"街道%d\",\"kind\":\"subdistrict\"}", i));
        sides[i].sector = made("unit", text_of("{\"name\":\"局%d\",\"kind\":\"department\"}", i));
        sides[i].premises = made("premises", text_of("{\"name\":\"企业%d\",\"territory\":\"%lld\",\"sector\":\"%lld\"}", i,
                                                     (long long)sides[i].territory, (long long)sides[i].sector));
        sides[i].base[ledger("premises")->place] = sides[i].premises;
        sides[i].base[ledger("unit")->place] = sides[i].territory;
    }
    written(build, NULL);
}

/* ---- one trial: prepared by the console, done by the actor, undone ---- */

struct trial {
    const struct actor *actor;
    const struct ledger *l;
    enum side side;
    const struct verb *verb;
    bool allowed; /* by right: only then is anything prepared, since all else is refused before it is looked at */
    enum err (*act)(struct work *, struct trial *, struct record *, struct record *);
    enum err outcome;
    char rule[64];
};

static enum err change_it(struct work *w, struct trial *t, struct record *r, struct record *d)
{
    struct record *ret;
    d = record_new(w->arena, t->l);
    for (unsigned i = t->l->fields_count; i-- > 0;) {
        const struct field *f = &t->l->fields[i];
        if ((f->type != TYPE_TEXT && f->type != TYPE_LONG_TEXT) || f->by_count || f->sensitive) continue;
        record_set(d, f, value_text(STR("*"))); /* also what a change of a right may be */
        break;
    }
    return store_change(w, r->id, 0, d, &ret, NULL);
}

static enum err create_it(struct work *w, struct trial *t, struct record *r, struct record *d)
{
    struct record *ret;
    (void)t;
    (void)r;
    return store_create(w, d, &ret);
}

static enum err withdraw_it(struct work *w, struct trial *t, struct record *r, struct record *d)
{
    struct record *ret;
    (void)d;
    TRY(store_withdraw(w, t->l, r->id, STR("a test"), &ret));
    return store_restore(w, t->l, r->id, STR("a test"), &ret);
}

static enum err merge_it(struct work *w, struct trial *t, struct record *r, struct record *d)
{
    struct record *ret;
    (void)d;
    return store_merge(w, t->l, r->id, sides[t->side].base[t->l->place], &ret);
}

static enum err reveal_it(struct work *w, struct trial *t, struct record *r, struct record *d)
{
    struct str plain;
    (void)d;
    for (unsigned i = 0; i < t->l->fields_count; i++)
        if (t->l->fields[i].sensitive) return store_reveal(w, t->l, r->id, &t->l->fields[i], &plain);
    return right_need(w, t->l, RIGHT_REVEAL);
}

/* Read, listed, counted and told the history alike. */
static enum err see_it(struct work *w, struct trial *t, struct record *r, struct record *d)
{
    struct record *ret;
    struct page p;
    struct history h;
    int64_t n;
    struct condition c = {query_system_field(STR("id")), OP_EQ, value_int(r->id)};
    struct query q = {.l = t->l, .where = &c, .where_n = 1};
    (void)d;
    enum err e = store_read(w, t->l, r->id, &ret), e2 = query_list(w, &q, &p), e3 = query_count(w, &q, &n);
    assert_int_equal(e2, e == ERR_FORBIDDEN ? e : OK);
    assert_int_equal(e3, e2);
    if (!e2) assert_int_equal(p.n, e == OK);
    if (!e2) assert_int_equal(n, e == OK);
    if (!e) assert_ok(history_read(w, ret, &h));
    return e == ERR_FORBIDDEN ? store_read(w, t->l, r->id, &ret) : e; /* its own words again */
}

static enum err do_it(struct work *w, struct trial *t, struct record *r, struct record *d)
{
    struct record *ret;
    return store_do(w, r->id, str_of(t->verb->name), 0, d, &ret);
}

static enum err try_it(struct work *w, void *arg)
{
    struct trial *t = arg;
    struct actor console = ACTOR_CONSOLE;
    struct record *draft, *first, *r, *moved;
    bool makes = t->allowed && (t->act == create_it || t->act == merge_it || t->act == withdraw_it);
    w->actor = &console;
    TRY(store_load(w, t->l, sides[t->side].base[t->l->place], false, &r));
    if (makes) {
        TRY(draft_of(w, t->l, flow_birth(t->l), t->side, &first));
        if (t->act != create_it) TRY(store_create(w, first, &r));
    }
    TRY(draft_of(w, t->l, t->verb ? t->verb : flow_birth(t->l), t->side, &draft));
    if (t->verb && t->allowed) {
        moved = record_copy(w->arena, r);
        moved->state = str_of(t->verb->from[0]);
        TRY(store_put(w, r, moved, STR("change"), STR_NONE));
    }
    TRY(store_flush(w)); /* so that the history is there to be read */
    w->actor = t->actor;
    t->outcome = t->act(w, t, r, draft);
    snprintf(t->rule, sizeof t->rule, "%s", t->outcome ? err_last()->rule : "");
    w->actor = &console;
    return err_set(ERR_STOPPED, "%s", "only tried");
}

static void run_trial(struct trial *t)
{
    t->outcome = ERR__MAX;
    enum err e = writing(try_it, t);
    if (t->outcome == ERR__MAX) print_error("%s could not be tried: %s %s\n", t->l->ledger, err_last()->message, err_last()->field);
    assert_int_equal(e, ERR_STOPPED);
    assert_int_not_equal(t->outcome, ERR__MAX);
}

/* An import that fails for want of a heading has passed the right to import, and has left nothing. */
static enum err import_it(const struct actor *a, const struct ledger *l)
{
    struct import_result r;
    return import_bytes(store, a, arena, l, "trial", STR("无此列,另一列\n1,2\n"), &r);
}

/* ---- the text ---- */

/* "" when the actor has no right to it, or it lies out of scope; the word, with the rule that said no behind all rights. */
static const char *said(const struct trial *t, const char *word)
{
    if (t->outcome == OK) return text_of(" %s", word);
    if (t->outcome == ERR_NOT_FOUND || (t->outcome == ERR_FORBIDDEN && strcmp(t->rule, "constitution") != 0)) return "";
    return text_of(" %s!%s", word, t->rule[0] ? t->rule : err_word(t->outcome));
}

static const struct {
    const char *word;
    enum err (*act)(struct work *, struct trial *, struct record *, struct record *);
    enum right_action right;
} acts[] = {{"see", see_it, RIGHT_SEE},          {"create", create_it, RIGHT_CREATE},
            {"change", change_it, RIGHT_CHANGE}, {"withdraw", withdraw_it, RIGHT_WITHDRAW},
            {"merge", merge_it, RIGHT_MERGE},    {"reveal", reveal_it, RIGHT_REVEAL}};

static void try_verbs(struct buf *b, struct trial t)
{
    for (unsigned i = 0; i < t.l->verbs_count; i++) {
        t.verb = &t.l->verbs[i];
        t.act = do_it;
        if (!t.verb->from_count) continue;
        t.allowed = right_may_verb(store, t.actor, t.l, str_of(t.verb->name));
        run_trial(&t);
        const char *text = said(&t, t.verb->name);
        bool by_right = t.outcome == ERR_FORBIDDEN && strcmp(t.rule, "right") == 0;
        assert_int_equal(by_right, !t.allowed);
        if (i && strcmp(t.l->verbs[i - 1].name, t.verb->name) == 0) continue; /* the same from another state */
        buf_z(b, text);
    }
}

static const char *row(const struct actor *a, const struct ledger *l, enum side side)
{
    struct buf b CLEANUP_BUF = BUF_INIT(4000), verbs CLEANUP_BUF = BUF_INIT(4000);
    struct trial t = {.actor = a, .l = l, .side = side};
    for (int i = 0; i < COUNT(acts); i++) {
        t.act = acts[i].act;
        t.allowed = right_may(store, a, l, acts[i].right);
        run_trial(&t);
        buf_z(&b, said(&t, acts[i].word));
        /* The store and the question that menus ask say the same. */
        bool by_right = t.outcome == ERR_FORBIDDEN && strcmp(t.rule, "right") == 0;
        assert_int_equal(by_right, !t.allowed);
    }
    try_verbs(&verbs, t);
    if (verbs.n) buf_printf(&b, " |%.*s", STR_ARG(buf_view(&verbs)));
    return b.n ? text_of("%.*s", STR_ARG(buf_view(&b))) : " -";
}

/* What is asked once, not record by record. */
static const char *at_large(const struct actor *a, const struct ledger *l)
{
    bool imports = import_it(a, l) != ERR_FORBIDDEN, exports = right_ask(store, a, l, RIGHT_EXPORT) == OK;
    assert_int_equal(imports, right_may(store, a, l, RIGHT_IMPORT));
    return text_of("%s%s%s", imports || exports ? ";" : "", imports ? " import" : "", exports ? " export" : "");
}

static void write_role(struct buf *b, const char *title, struct actor a)
{
    const struct registry *reg = store->registry;
    struct buf none CLEANUP_BUF = BUF_INIT(4000);
    buf_printf(b, "\n%s%s\n", title, right_may_log(store, &a) ? "; reads the event log" : "");
    for (int i = 0; i < reg->n; i++) {
        const struct ledger *l = reg->ledgers[i];
        if (l->parent) continue;
        const char *in = row(&a, l, INSIDE), *out = row(&a, l, OUTSIDE), *large = at_large(&a, l);
        if (strcmp(in, " -") == 0 && strcmp(out, " -") == 0 && !*large)
            buf_printf(&none, " %s", l->ledger);
        else if (strcmp(in, out) == 0)
            buf_printf(b, "  %-15s    %s%s\n", l->ledger, in, large);
        else
            buf_printf(b, "  %-15s in %s%s\n  %-15s out%s\n", l->ledger, in, large, "", out);
    }
    if (none.n) buf_printf(b, "  nothing on:%.*s\n", STR_ARG(buf_view(&none)));
}

static void write_matrix(struct buf *b)
{
    const struct actor all = {.name = STR("tester"), .account = 1, .sees = SEES_ALL};
    struct actor a = all;
    buf_z(b, "What each role may do, tried on a small district by calling the store; made by test_rights_golden --accept.\n"
             "in: a record inside of the actor's scope; out: one outside; neither: both alike. Behind | the verbs of the flow.\n"
             "word!rule: the right is there, and the rule said no.\n");
    static const struct {
        enum role role;
        const char *title;
    } wide[] = {{ROLE_SYSTEM_ADMIN, "system_admin"},
                {ROLE_SECURITY_ADMIN, "security_admin"},
                {ROLE_AUDITOR, "auditor"},
                {ROLE_LEADER, "leader"},
                {ROLE_OFFICE, "office"},
                {ROLE_OFFICER, "officer of the bureau, who sees every row"}};
    for (int i = 0; i < COUNT(wide); i++) {
        a.role = wide[i].role;
        write_role(b, wide[i].title, a);
    }
    a = (struct actor){.name = STR("tester"), .account = 1, .role = ROLE_OFFICER, .sees = SEES_SECTOR, .sees_id = sides[0].sector};
    write_role(b, "officer of a department, who sees its sector", a);
    a = (struct actor){.name = STR("tester"), .account = 1, .role = ROLE_STATION, .sees = SEES_TERRITORY, .sees_id = sides[0].territory};
    write_role(b, "station", a);
    a = (struct actor){.name = STR("tester"), .account = 1, .role = ROLE_ENTERPRISE, .sees = SEES_OWNER, .sees_id = sides[0].premises};
    write_role(b, "enterprise", a);
    write_role(b, "public", (struct actor)ACTOR_PUBLIC);
    write_role(b, "an account without a post", (struct actor){.name = STR("tester"), .account = 1});
}

/* ---- comparing ---- */

static void compare(struct str got)
{
    static char kept[200000];
    FILE *f = fopen(GOLDEN, "r");
    size_t n = f ? fread(kept, 1, sizeof kept, f) : 0;
    if (f) fclose(f);
    struct str want = {kept, n};
    for (int line = 1; want.p || got.p; line++) {
        struct str a = want.p ? str_split(&want, '\n') : STR("(end)"), b = got.p ? str_split(&got, '\n') : STR("(end)");
        if (str_eq(a, b)) continue;
        print_error("%s:%d:\n- %.*s\n+ %.*s\nIf that is meant: test_rights_golden --accept\n", GOLDEN, line, STR_ARG(a), STR_ARG(b));
        fail();
    }
}

static void every_role_may_do_what_the_golden_matrix_says_and_nothing_else(void **state)
{
    (void)state;
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    load_defaults();
    build_all();
    write_matrix(&b);
    assert_ok(buf_error(&b));
    if (accept_new && engine == DB_SQLITE) {
        FILE *f = fopen(GOLDEN, "w");
        assert_non_null(f);
        fwrite(b.p, 1, b.n, f);
        fclose(f);
    }
    compare(buf_view(&b));
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(every_role_may_do_what_the_golden_matrix_says_and_nothing_else)};
    accept_new = argc > 1 && strcmp(argv[1], "--accept") == 0;
    return run_on_both(tests, 1, own);
}
