/* hazard.c — the guards of the hazard's flow, and which fields the clock rules of this layer look at. See hazard.h. */
#include "safety/hazard.h"

#include <jansson.h>

#include "duty/duty.h"
#include "ledger/flow.h"
#include "ledger/history.h"
#include "ledgers.h"
#include "safety/account.h"
#include "safety/responsibility.h"

static int64_t itself(const struct record *r)
{
    return r->id;
}

static const struct duty_use uses[] = {
    {.of = is_hazard,
     .rule = "hazard_rectify",
     .anchor = hazard_field_found_on,
     .amount = hazard_field_days,
     .finish = hazard_field_rectified_on,
     .by = hazard_rectify_by,
     .premises = hazard_premises,
     .unit = hazard_found_unit,
     .set_due = hazard_set_due_on,
     .set_rule = hazard_set_deadline_rule,
     .waits = "rectified"},
    {.of = is_hazard,
     .rule = "hazard_review",
     .anchor = hazard_field_rectified_on,
     .finish = hazard_field_accepted_on,
     .premises = hazard_premises,
     .unit = hazard_found_unit},
    {.of = is_person,
     .rule = "certificate_renew",
     .anchor = person_field_certificate_until,
     .unit = person_unit,
     .person = itself,
     .renews = true},
    {.of = NULL},
};

/* The next name of a list: 张三、李四 or 张三,李四; STR_NONE at its end. */
static struct str next_name(struct str *rest)
{
    static const char *const marks[] = {"、", "，", ",", ";", "；", " "};
    while (rest->p && rest->n) {
        size_t n = rest->n, skip = 0;
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
            ptrdiff_t at = str_find(str_head(*rest, n), str_of(marks[i]));
            if (at < 0) continue;
            n = (size_t)at;
            skip = strlen(marks[i]);
        }
        struct str name = str_trim(str_head(*rest, n));
        *rest = str_from(*rest, n + skip);
        if (name.n) return name;
    }
    return STR_NONE;
}

static struct str shared_name(struct str a, struct str b)
{
    for (struct str name; (name = next_name(&a)).p;) {
        struct str rest = b;
        for (struct str other; (other = next_name(&rest)).p;)
            if (str_eq(name, other)) return name;
    }
    return STR_NONE;
}

/* The account of the last event of that verb; 0 when it was the console's or there is none. */
static enum err account_of(struct work *w, const struct record *r, const char *verb, int64_t *ret)
{
    struct history h;
    w->ruled++; /* the rule looks, not the actor */
    enum err e = history_read(w, r, &h);
    w->ruled--;
    TRY(e);
    *ret = 0;
    for (int i = h.n - 1; i >= 0; i--) {
        json_t *event = json_loadb(h.body[i].p, h.body[i].n, 0, NULL);
        const char *word = json_string_value(json_object_get(event, "verb")),
                   *account = json_string_value(json_object_get(event, "account"));
        bool found = word && strcmp(word, verb) == 0;
        if (found && account) str_int(str_of(account), ret);
        json_decref(event);
        if (found) break;
    }
    return OK;
}

/* What was put right is accepted, rejected and revisited by another person than the one who did or reported it. */
static enum err not_self(struct work *w, const struct record *old, const struct record *now, const struct verb *v)
{
    struct str judge = strcmp(v->name, "revisit") == 0 ? hazard_revisited_by(now) : hazard_accepted_by(now);
    struct str both = shared_name(judge, old ? hazard_rectified_by(old) : STR_NONE);
    if (both.p) return err_set(ERR_REFUSED, _("%.*s rectified it; acceptance and revisit need another person"), STR_ARG(both));
    if (!old || !w->actor->account) return OK; /* the console acts for whoever is named */
    int64_t reporter;
    TRY(account_of(w, old, "report", &reporter));
    if (reporter == w->actor->account)
        return err_set(ERR_REFUSED, "%s", _("you reported it rectified yourself; acceptance and revisit need another person"));
    return OK;
}

static const struct guard guards[] = {{"not_self", not_self}, {NULL, NULL}};

void safety_init(void)
{
    account_init();
    flow_add_guards(guards);
    duty_add_uses(uses);
    duty_set_offices(&safety_offices);
}
