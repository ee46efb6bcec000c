/* test_duty.c — what becomes of duties: suspended, extended, waived, reckoned again, told rung by rung, come again; on both engines. */
#include "duty_store.h"

#include <stdio.h>

#include "duty/notice.h"
#include "ledger/chain.h"
#include "ledger/history.h"
#include "ledger/query.h"
#include "ledgers.h"
#include "safety/hazard.h"

static struct record *rectify(const struct record *h)
{
    return duty_of(h, "hazard_rectify");
}

static struct record *overdue_hazard(const char *found_on, const char *now)
{
    struct record *h = hazard(found_on, ",\"days\":2");
    tick(now);
    is_state(rectify(h), "breached");
    return h;
}

static int64_t id_of(const char *ledger_name, const char *field, const char *value);

struct finding {
    const char *ledger, *field, *value;
    int64_t id;
};

static enum err find_id(struct work *w, void *arg)
{
    struct finding *f = arg;
    const struct ledger *l = ledger(f->ledger);
    struct condition where = {ledger_field(l, str_of(f->field)), OP_EQ, value_text(str_of(f->value))};
    int n;
    return query_ids(w, l, &where, 1, false, &f->id, 1, &n);
}

static int64_t id_of(const char *ledger_name, const char *field, const char *value)
{
    struct finding f = {ledger_name, field, value, 0};
    OKAY(store_view(store, &me, arena, find_id, &f));
    assert_true(f.id != 0);
    return f.id;
}

/* ---- notices ---- */

struct notices {
    int64_t duty;
    struct notice_owner owner;
    bool unread;
    struct notice n[30];
    int count;
    int64_t unread_count;
};

static enum err read_notices(struct work *w, void *arg)
{
    struct notices *k = arg;
    if (k->duty) return notice_of_duty(w, k->duty, k->n, 30, &k->count);
    TRY(notice_unread(w, k->owner, &k->unread_count));
    return notice_list(w, k->owner, k->unread, 0, k->n, 30, &k->count);
}

static struct notices told_of(const struct record *duty)
{
    struct notices k = {.duty = duty->id};
    OKAY(store_view(store, &me, arena, read_notices, &k));
    return k;
}

static struct notices inbox(int64_t person, int64_t of_unit, bool unread)
{
    struct notices k = {.owner = {person, of_unit}, .unread = unread};
    OKAY(store_view(store, &me, arena, read_notices, &k));
    return k;
}

static enum err mark(struct work *w, void *arg)
{
    return notice_mark_read(w, *(int64_t *)arg);
}

/* The last event of a record. */
static enum err last_event(struct work *w, void *arg)
{
    struct doing *d = arg;
    struct history h;
    TRY(history_read(w, d->r, &h));
    d->json = arena_z(arena, h.body[h.n - 1]);
    return OK;
}

static const char *last_event_of(const struct record *r)
{
    struct doing d = {.r = load(r->l->ledger, r->id)};
    OKAY(store_view(store, &me, arena, last_event, &d));
    return d.json;
}

static bool holds(const char *text, const char *part)
{
    if (!strstr(text, part)) print_error("%s\nlacks %s\n", text, part);
    return strstr(text, part) != NULL;
}

/* ---- suspensions and extensions ---- */

static void a_suspended_duty_is_not_missed_and_ends_later(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-03-02T10:00"));
    new_place("township");
    struct record *h = hazard("2026-03-02", ",\"days\":5"), *d = rectify(h);
    assert_int_equal(duty_due(d), at("2026-03-09T23:59:59"));
    assert_int_equal(change("duty", d->id, "suspend", "{}"), ERR_INVALID); /* without a reason */
    clock_set(at("2026-03-04T10:00"));
    OKAY(change("duty", d->id, "suspend", "{\"change_reason\":\"技术鉴定\",\"change_document\":\"鉴字1号\"}"));
    tick("2026-03-20T08:00");
    is_state(rectify(h), "suspended");
    OKAY(change("duty", d->id, "resume", "{\"change_reason\":\"鉴定完毕\"}"));
    d = rectify(h);
    is_state(d, "running");
    /* 3 March counted; 4 to 20 do not; 23, 24, 25, 26 do */
    assert_int_equal(duty_due(d), at("2026-03-26T23:59:59"));
    assert_int_equal(duty_due_before(d), at("2026-03-09T23:59:59"));
    assert_true(str_is(duty_moved_by(d), "suspension"));
    assert_int_equal(hazard_due_on(load("hazard", h->id)), at("2026-03-26T23:59:59"));
    const char *event = last_event_of(d);
    assert_true(holds(event, "\"verb\":\"resume\"") && holds(event, "鉴定完毕"));
    struct notices k = told_of(d);
    assert_int_equal(k.count, 1);
    assert_int_equal(k.n[0].kind, NOTICE_MOVED);
    assert_int_equal(k.n[0].unit, unit);
}

static void an_extension_is_given_before_the_end_and_once(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-04-08T10:00"));
    new_place("township");
    struct record *h = hazard("2026-04-08", ",\"days\":2"), *d = rectify(h);
    me.role = ROLE_STATION, me.unit = unit, me.sees = SEES_ALL;
    assert_int_equal(change("duty", d->id, "extend", "{\"extension\":\"3wd\",\"change_reason\":\"停电\"}"), ERR_FORBIDDEN);
    me = ACTOR_CONSOLE;
    assert_int_equal(change("duty", d->id, "extend", "{\"extension\":\"3d\",\"change_reason\":\"停电\"}"), ERR_REFUSED);
    assert_string_equal(err_last()->rule, "may_extend"); /* in another unit */
    assert_int_equal(change("duty", d->id, "extend", "{\"extension\":\"soon\",\"change_reason\":\"停电\"}"), ERR_INVALID);
    OKAY(change("duty", d->id, "extend", "{\"extension\":\"3wd\",\"change_reason\":\"停电\"}"));
    d = rectify(h);
    assert_int_equal(duty_due(d), at("2026-04-15T23:59:59")); /* 9, 10; then 13, 14, 15 */
    assert_true(str_find(duty_derivation(d), STR("\"step\":\"extended\"")) > 0);
    assert_int_equal(change("duty", d->id, "extend", "{\"extension\":\"3wd\",\"change_reason\":\"停电\"}"), ERR_REFUSED);
    assert_int_equal(hazard_due_on(load("hazard", h->id)), at("2026-04-15T23:59:59"));
}

static void an_extension_granted_in_time_and_entered_late_withdraws_the_breach(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-04-08T10:00"));
    new_place("township");
    struct record *h = overdue_hazard("2026-04-08", "2026-04-13T08:00"), *d = rectify(h);
    assert_int_equal(change("duty", d->id, "extend", "{\"extension\":\"5\",\"change_reason\":\"停电\"}"), ERR_REFUSED); /* it is over */
    OKAY(change("duty", d->id, "extend", "{\"extension\":\"5\",\"granted_at\":\"2026-04-10T17:00\",\"change_reason\":\"停电\"}"));
    d = rectify(h);
    is_state(d, "running");
    assert_false(duty_knows_breached(d));
    assert_int_equal(duty_due(d), at("2026-04-17T23:59:59"));
    struct notices k = told_of(d);
    assert_int_equal(k.n[k.count - 1].kind, NOTICE_WITHDRAWN);
    tick("2026-04-18T08:00");
    d = rectify(h);
    is_state(d, "breached");
    assert_int_equal(duty_breached(d), at("2026-04-17T23:59:59"));
}

static void a_waived_duty_has_a_reason_and_is_not_missed(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-04-08T10:00"));
    new_place("township");
    struct record *h = hazard("2026-04-08", ",\"days\":2"), *d = rectify(h);
    assert_int_equal(change("duty", d->id, "waive", "{}"), ERR_INVALID);
    OKAY(change("duty", d->id, "waive", "{\"change_reason\":\"企业已拆除\"}"));
    tick("2026-04-20T08:00");
    is_state(rectify(h), "waived");
    assert_int_equal(change("duty", d->id, "finish", "{\"finished\":\"2026-04-09T10:00\"}"), ERR_REFUSED);
    assert_int_equal(change("duty", d->id, "breach", "{}"), ERR_REFUSED);
}

/* ---- the calendar, the rules ---- */

static void holiday(const char *day, const char *edition)
{
    char json[300];
    snprintf(json, sizeof json, "{\"day\":\"%s\",\"kind\":\"holiday\",\"name\":\"示例\",\"source\":\"示例\",\"edition\":\"%s\"}", day,
             edition);
    make("calendar_day", json);
}

static void a_changed_calendar_moves_running_duties_and_shows_before_and_after(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-12-28T10:00"));
    new_place("township");
    struct record *h = hazard("2026-12-28", ",\"days\":5"), *d = rectify(h);
    assert_int_equal(duty_due(d), at("2027-01-05T23:59:59")); /* 29, 30, 31; 1 January is off by law; 4, 5 */
    assert_true(duty_provisional(d));
    holiday("2027-01-04", "2027");
    holiday("2027-01-01", "2027");
    tick("2026-12-29T08:00");
    d = rectify(h);
    assert_int_equal(duty_due(d), at("2027-01-06T23:59:59"));
    assert_int_equal(duty_due_before(d), at("2027-01-05T23:59:59"));
    assert_true(str_is(duty_moved_by(d), "calendar"));
    assert_false(duty_provisional(d));
    assert_int_equal(hazard_due_on(load("hazard", h->id)), at("2027-01-06T23:59:59"));
    int64_t version = d->version;
    tick("2026-12-29T09:00");
    assert_int_equal(rectify(h)->version, version); /* reckoned again once */
}

static void a_breach_that_a_new_holiday_undoes_is_withdrawn(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2027-03-01T10:00"));
    new_place("township");
    struct record *h = overdue_hazard("2027-03-01", "2027-03-05T08:00"), *d;
    holiday("2027-03-03", "2027-2"); /* the end moves to the 4th: missed all the same, as of then */
    tick("2027-03-05T09:00");
    d = rectify(h);
    is_state(d, "breached");
    assert_int_equal(duty_breached(d), at("2027-03-04T23:59:59"));
    assert_int_equal(duty_due_before(d), at("2027-03-03T23:59:59"));
    holiday("2027-03-04", "2027-2");
    holiday("2027-03-05", "2027-2");
    tick("2027-03-05T10:00");
    d = rectify(h);
    is_state(d, "running");
    assert_false(duty_knows_breached(d));
    assert_int_equal(duty_due(d), at("2027-03-08T23:59:59"));
    struct notices k = told_of(d);
    assert_int_equal(k.n[k.count - 1].kind, NOTICE_WITHDRAWN);
    tick("2027-03-09T08:00");
    assert_int_equal(duty_breached(rectify(h)), at("2027-03-08T23:59:59"));
}

static void new_edition(int edition, int amount, const char *from, const char *more)
{
    char json[500];
    snprintf(
        json, sizeof json,
        "{\"code\":\"hazard_review\",\"edition\":%d,\"zh\":\"复查\",\"en\":\"Review\",\"anchor\":\"报告\",\"amount\":%d,\"unit\":\"days\","
        "\"roll\":\"none\",\"basis\":\"示例\",\"certainty\":\"sure\",\"valid_from\":\"%s\"%s}",
        edition, amount, from, more);
    make("clock_rule", json);
}

static struct record *reported_hazard(const char *day)
{
    char json[200];
    struct record *h = hazard(day, "");
    snprintf(json, sizeof json, "{\"rectified_on\":\"%s\",\"rectified_by\":\"示例甲\"}", day);
    OKAY(change("hazard", h->id, "report", json));
    return h;
}

static void a_new_edition_governs_what_starts_after_it_unless_it_reaches_running_duties(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-05-11T10:00"));
    new_place("township");
    struct record *old = reported_hazard("2026-05-11");
    assert_int_equal(duty_due(duty_of(old, "hazard_review")), at("2026-05-21T23:59:59"));
    new_edition(2, 5, "2026-05-12", "");
    clock_set(at("2026-05-12T10:00"));
    struct record *now = reported_hazard("2026-05-12");
    tick("2026-05-12T11:00");
    assert_int_equal(duty_due(duty_of(old, "hazard_review")), at("2026-05-21T23:59:59"));
    assert_int_equal(duty_due(duty_of(now, "hazard_review")), at("2026-05-17T23:59:59"));
    new_edition(3, 3, "2026-05-12", ",\"reaches_running\":true");
    tick("2026-05-12T12:00");
    struct record *d = duty_of(old, "hazard_review");
    assert_int_equal(duty_due(d), at("2026-05-14T23:59:59"));
    assert_int_equal(duty_rule_version(d), 3);
    assert_true(str_is(duty_moved_by(d), "rule"));
    assert_int_equal(duty_due(duty_of(now, "hazard_review")), at("2026-05-15T23:59:59"));
}

static void a_rule_that_is_not_sure_is_to_be_confirmed_until_the_district_has(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-06-01T10:00"));
    new_place("township");
    struct record *before = hazard("2026-06-01", "");
    assert_true(str_find(duty_derivation(rectify(before)), STR("\"to_confirm\":true")) > 0);
    int64_t rule = id_of("clock_rule", "code", "hazard_rectify");
    me.role = ROLE_OFFICER;
    assert_int_equal(change("clock_rule", rule, "confirm", "{\"confirmed_on\":\"2026-06-01\",\"confirmed_by\":\"安委办1号\"}"),
                     ERR_FORBIDDEN);
    me.role = ROLE_OFFICE;
    assert_int_equal(change("clock_rule", rule, "confirm", "{}"), ERR_INVALID);
    OKAY(change("clock_rule", rule, "confirm", "{\"confirmed_on\":\"2026-06-01\",\"confirmed_by\":\"安委办1号\"}"));
    me = ACTOR_CONSOLE;
    assert_true(str_find(duty_derivation(rectify(hazard("2026-06-01", ""))), STR("to_confirm")) < 0);
}

/* ---- the ladder ---- */

static int64_t person_in(int64_t of_unit, const char *name, const char *role)
{
    char json[300];
    snprintf(json, sizeof json, "{\"name\":\"%s\",\"unit\":\"%lld\"}", name, (long long)of_unit);
    int64_t person = make("person", json)->id;
    snprintf(json, sizeof json, "{\"person\":\"%lld\",\"unit\":\"%lld\",\"duty\":\"%s\",\"role\":\"%s\",\"from_day\":\"2020-01-01\"}",
             (long long)person, (long long)of_unit, role, role);
    make("post", json);
    return person;
}

static void a_missed_duty_climbs_its_ladder_each_rung_once(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-07-01T10:00"));
    new_place("township");
    int64_t head = person_in(unit, "示例镇长", "first_responsible");
    int64_t office = id_of("unit", "kind", "committee_office"), government = id_of("unit", "kind", "government");
    int64_t leader = person_in(government, "示例副区长", "leader_in_charge");
    struct record *h = hazard("2026-07-01", ",\"days\":2"), *d = rectify(h); /* due on Friday the 3rd */
    static const char *const looks[] = {"2026-07-04T08:00", "2026-07-05T08:00", "2026-07-06T07:59", "2026-07-06T08:00", "2026-07-08T08:00",
                                        "2026-07-09T08:00", "2026-07-12T08:00", "2026-07-15T08:00", "2026-07-30T08:00"};
    static const int told[] = {1, 1, 1, 2, 2, 2, 3, 4, 4}; /* no sector department: that rung is passed over */
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        tick(looks[i]);
        assert_int_equal(told_of(d).count, told[i]);
    }
    struct notices k = told_of(d);
    assert_true(k.n[0].rung == RUNG_OWNER && k.n[0].unit == unit && k.n[0].at == at("2026-07-03T23:59:59"));
    assert_true(k.n[1].rung == RUNG_UNIT_HEAD && k.n[1].person == head && k.n[1].at == at("2026-07-06T08:00"));
    assert_true(k.n[2].rung == RUNG_OFFICE && k.n[2].unit == office && k.n[2].person == 0);
    assert_true(k.n[3].rung == RUNG_LEADER && k.n[3].person == leader && k.n[3].skipped == 0);
    d = load("duty", d->id);
    assert_true(str_is(duty_rung(d), "leader") && duty_told_person(d) == leader);
    assert_false(duty_knows_look_at(d)); /* the top */
}

static void rungs_missed_in_a_long_stop_collapse_into_the_highest_and_say_so(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-07-01T10:00"));
    new_place("township");
    struct record *h = hazard("2026-07-01", ",\"days\":2"), *d = rectify(h);
    tick("2026-09-01T08:00");
    struct notices k = told_of(d);
    assert_int_equal(k.count, 1);
    assert_int_equal(k.n[0].rung, RUNG_LEADER);
    assert_int_equal(k.n[0].skipped, 1u << RUNG_OWNER | 1u << RUNG_UNIT_HEAD | 1u << RUNG_SECTOR | 1u << RUNG_OFFICE);
    assert_int_equal(duty_breached(load("duty", d->id)), at("2026-07-03T23:59:59"));
}

static void the_owner_is_reminded_once_before_the_end(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-08-03T10:00"));
    new_place("township");
    struct record *d = rectify(hazard("2026-08-03", ",\"days\":10")); /* due on the 17th, reminded three days before */
    tick("2026-08-14T07:59");
    assert_int_equal(told_of(d).count, 0);
    tick("2026-08-14T08:00");
    tick("2026-08-15T08:00");
    struct notices k = told_of(d);
    assert_true(k.count == 1 && k.n[0].kind == NOTICE_REMINDER && k.n[0].unit == unit && k.n[0].at == at("2026-08-14T08:00"));
}

static void a_notice_is_read_by_whose_it_is_and_the_event_proves_it(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-08-03T10:00"));
    new_place("township");
    struct record *h = overdue_hazard("2026-08-03", "2026-08-06T08:00"), *d = rectify(h);
    struct notices k = inbox(0, unit, true);
    assert_true(k.count == 1 && k.unread_count == 1 && k.n[0].duty == d->id && k.n[0].read == 0);
    assert_true(str_eq(k.n[0].matter, duty_matter(d)) && str_is(k.n[0].state, "breached") && k.n[0].due == duty_due(d));
    int64_t id = k.n[0].id;
    assert_int_equal(store_write(store, &me, arena, mark, &id), ERR_NOT_FOUND); /* the console is nobody's unit */
    me = (struct actor){.name = STR("zhen"), .account = 5, .unit = unit, .role = ROLE_STATION, .sees = SEES_TERRITORY, .sees_id = unit};
    OKAY(store_write(store, &me, arena, mark, &id));
    OKAY(store_write(store, &me, arena, mark, &id)); /* again is nothing */
    me = ACTOR_CONSOLE;
    k = inbox(0, unit, true);
    assert_true(k.count == 0 && k.unread_count == 0);
    k = inbox(0, unit, false);
    assert_true(k.count == 1 && k.n[0].read == at("2026-08-06T08:00"));
    const char *event = last_event_of(d);
    assert_true(holds(event, "\"verb\":\"see\"") && holds(event, "\"actor\":\"zhen\""));
    assert_int_equal(load("duty", d->id)->version, d->version + 1);
}

/* ---- what comes again ---- */

struct counting {
    int64_t record;
    const char *rule;
    int64_t n;
    int64_t last;
};

static enum err count_duties(struct work *w, void *arg)
{
    struct counting *k = arg;
    const struct ledger *l = ledger("duty");
    struct str id = arena_printf(w->arena, "%lld", (long long)k->record);
    struct condition where[] = {{duty_field_record_id(l), OP_EQ, value_text(id)}, {duty_field_rule(l), OP_EQ, value_text(str_of(k->rule))}};
    int64_t ids[50];
    int n;
    TRY(query_ids(w, l, where, 2, false, ids, 50, &n));
    k->n = n;
    k->last = n ? ids[n - 1] : 0;
    return OK;
}

static struct counting duties_of(int64_t record, const char *rule)
{
    struct counting k = {record, rule, 0, 0};
    OKAY(store_view(store, &me, arena, count_duties, &k));
    return k;
}

static void a_recurring_duty_starts_once_for_each_unit_and_period(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-08-10T10:00"));
    int64_t firm = make("unit", "{\"name\":\"示例化工公司\",\"kind\":\"enterprise\"}")->id;
    tick("2026-10-01T08:00"); /* the third quarter was done before the firm was there; the fourth begins */
    struct counting k = duties_of(firm, "hazard_statistics_quarter");
    assert_int_equal(k.n, 1);
    struct record *d = load("duty", k.last);
    assert_true(duty_recurs(d) && duty_owner_unit(d) == firm);
    assert_int_equal(duty_started(d), at("2026-10-01T00:00"));
    assert_int_equal(duty_due(d), at("2027-01-15T23:59:59"));
    tick("2026-10-01T09:00");
    tick("2026-12-31T23:00");
    assert_int_equal(duties_of(firm, "hazard_statistics_quarter").n, 1);
    tick("2027-07-02T08:00"); /* two quarters passed while nothing ran, a third begins */
    assert_int_equal(duties_of(firm, "hazard_statistics_quarter").n, 4);
    assert_int_equal(duties_of(firm, "statistics_month").n, 0); /* to be confirmed, and for others */
}

static void a_recurring_duty_is_finished_by_hand_and_judged_by_the_finish(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2027-08-10T10:00"));
    int64_t firm = make("unit", "{\"name\":\"示例烟花公司\",\"kind\":\"enterprise\"}")->id;
    tick("2027-10-01T08:00");
    int64_t id = duties_of(firm, "hazard_statistics_quarter").last;
    assert_int_equal(change("duty", id, "finish", "{\"finished\":\"2027-10-02T09:00\"}"), ERR_REFUSED); /* in the future */
    assert_int_equal(change("duty", id, "finish_late", "{\"finished\":\"2027-10-01T08:00\"}"), ERR_REFUSED);
    assert_string_equal(err_last()->rule, "too_late");
    OKAY(change("duty", id, "finish", "{\"finished\":\"2027-10-01T08:00\"}"));
    is_state(load("duty", id), "met");
    tick("2028-01-17T08:00"); /* the next quarter's is there; this one is over */
    assert_int_equal(duties_of(firm, "hazard_statistics_quarter").n, 2);
    is_state(load("duty", id), "met");
}

static void a_certificate_that_is_renewed_meets_its_duty_and_starts_the_next(void **state)
{
    NEEDS_DATABASE(state);
    clock_set(at("2026-02-10T10:00"));
    new_place("township");
    char json[300];
    snprintf(json, sizeof json, "{\"name\":\"示例执法员\",\"unit\":\"%lld\",\"certificate_until\":\"2026-12-31\"}", (long long)unit);
    struct record *p = make("person", json);
    struct counting k = duties_of(p->id, "certificate_renew");
    assert_int_equal(k.n, 1);
    struct record *d = load("duty", k.last);
    assert_int_equal(duty_due(d), at("2026-12-01T23:59:59"));
    assert_true(duty_owner_person(d) == p->id && duty_owner_unit(d) == unit);
    OKAY(change("person", p->id, NULL, "{\"certificate_until\":\"2026-06-30\"}")); /* it was a mistake */
    assert_int_equal(duty_due(load("duty", d->id)), at("2026-05-31T23:59:59"));
    OKAY(change("person", p->id, NULL, "{\"certificate_until\":\"2029-06-30\"}"));
    is_state(load("duty", d->id), "met");
    k = duties_of(p->id, "certificate_renew");
    assert_int_equal(k.n, 2);
    assert_int_equal(duty_due(load("duty", k.last)), at("2029-05-31T23:59:59"));
}

static void the_chain_still_proves_every_record(void **state)
{
    NEEDS_DATABASE(state);
    struct verify_report report;
    OKAY(chain_verify(store, STR_NONE, STR_NONE, NULL, NULL, &report));
    if (!report.ok) print_error("%s\n", report.first.what);
    assert_true(report.ok);
}

#define TESTS                                                                                                                              \
    {                                                                                                                                      \
        cmocka_unit_test(a_suspended_duty_is_not_missed_and_ends_later), cmocka_unit_test(an_extension_is_given_before_the_end_and_once),  \
            cmocka_unit_test(an_extension_granted_in_time_and_entered_late_withdraws_the_breach),                                          \
            cmocka_unit_test(a_waived_duty_has_a_reason_and_is_not_missed),                                                                \
            cmocka_unit_test(a_new_edition_governs_what_starts_after_it_unless_it_reaches_running_duties),                                 \
            cmocka_unit_test(a_missed_duty_climbs_its_ladder_each_rung_once),                                                              \
            cmocka_unit_test(rungs_missed_in_a_long_stop_collapse_into_the_highest_and_say_so),                                            \
            cmocka_unit_test(the_owner_is_reminded_once_before_the_end),                                                                   \
            cmocka_unit_test(a_notice_is_read_by_whose_it_is_and_the_event_proves_it),                                                     \
            cmocka_unit_test(a_rule_that_is_not_sure_is_to_be_confirmed_until_the_district_has),                                           \
            cmocka_unit_test(a_certificate_that_is_renewed_meets_its_duty_and_starts_the_next),                                            \
            cmocka_unit_test(a_recurring_duty_starts_once_for_each_unit_and_period),                                                       \
            cmocka_unit_test(a_changed_calendar_moves_running_duties_and_shows_before_and_after),                                          \
            cmocka_unit_test(a_breach_that_a_new_holiday_undoes_is_withdrawn),                                                             \
            cmocka_unit_test(a_recurring_duty_is_finished_by_hand_and_judged_by_the_finish),                                               \
            cmocka_unit_test(the_chain_still_proves_every_record),                                                                         \
    }

int main(void)
{
    lang_set(LANG_EN);
    duty_init();
    safety_init();
    const struct CMUnitTest on_sqlite[] = TESTS, on_postgres[] = TESTS;
    int failed = cmocka_run_group_tests(on_sqlite, set_up_sqlite, tear_down);
    return failed + cmocka_run_group_tests(on_postgres, set_up_postgres, tear_down);
}
