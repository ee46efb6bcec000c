/* ladder.c — who is told of a missed duty, rung by rung, and when. See duty.h, notice.h.
 *
 * The owner is told at the breach, each further rung of the rule's ladder one step later. Steps in days and working days end at
 * eight in the morning, since nobody is told at midnight. Rungs that were due while nothing ran collapse into the highest.
 */
#include "duty/duty_parts.h"
#include "ledgers.h"

#define MORNING (8 * INSTANT_HOUR)

const struct duty_offices *ladder_offices;

void duty_set_offices(const struct duty_offices *o)
{
    ladder_offices = o;
}

instant_t ladder_first_look(const struct rule *r, instant_t due, bool reminded)
{
    instant_t remind = day_start(instant_day(due) - r->ladder.remind) + MORNING;
    bool reminds = r->ladder.remind && !reminded && remind > clock_now() && remind <= due;
    return reminds ? remind : due + 1;
}

/* The moment of the rung that comes `place` steps after the breach. */
static enum err moment_of(struct work *w, const struct ladder *l, instant_t due, int place, instant_t *ret)
{
    struct clock_rule step = {.amount = l->every * place, .unit = l->unit};
    const struct calendar *calendar;
    struct due found;
    day_t from, to;
    if (l->unit == CLOCK_HOURS || !place) {
        *ret = due + step.amount * (place ? INSTANT_HOUR : 0);
        return OK;
    }
    due_span(&step, due, NULL, &from, &to);
    TRY(duty_calendar(w, from, to, &calendar));
    TRY(due_find(w->arena, &step, due, calendar, NULL, &found));
    *ret = day_start(instant_day(found.due)) + MORNING;
    return OK;
}

static enum err holder_on(struct work *w, const struct record *duty, const struct rule *r, enum rung rung, struct duty_holder *ret)
{
    struct duty_case k = {.premises = duty_premises(duty),
                          .unit = duty_owner_unit(duty),
                          .person = duty_owner_person(duty),
                          .layer = r->layer,
                          .role = r->role,
                          .day = instant_day(clock_now())};
    *ret = (struct duty_holder){k.unit, k.person};
    if (rung == RUNG_OWNER) return OK;
    *ret = (struct duty_holder){0};
    return ladder_offices ? ladder_offices->on_rung(w, &k, rung, ret) : OK;
}

/* Which rungs are due by now, and when the next one is; 0: none. */
struct climb {
    unsigned due;
    instant_t at[RUNG__MAX], next;
};

static enum err look_up(struct work *w, const struct record *duty, const struct rule *r, struct climb *ret)
{
    enum rung told = rung_named(duty_rung(duty));
    instant_t missed = duty_due(duty), now = clock_now();
    int place = 0;
    *ret = (struct climb){0};
    for (enum rung i = RUNG_OWNER; i < RUNG__MAX; i++) {
        if (!(r->ladder.rungs & 1u << i)) continue;
        bool done = told != RUNG__MAX && i <= told;
        if (!done) TRY(moment_of(w, &r->ladder, missed, place, &ret->at[i]));
        place++;
        if (done) continue;
        if (ret->at[i] > now) {
            ret->next = ret->at[i];
            return OK;
        }
        ret->due |= 1u << i;
    }
    return OK;
}

enum err ladder_climb(struct work *w, const struct record *duty, const struct rule *r, struct record *draft, bool *told)
{
    struct climb c;
    struct duty_holder holder = {0};
    *told = false;
    TRY(look_up(w, duty, r, &c));
    if (c.next)
        duty_set_look_at(draft, c.next);
    else
        duty_clear_look_at(draft);
    enum rung top = RUNG__MAX;
    for (enum rung i = RUNG__MAX; i-- > 0 && !holder.unit && !holder.person;) {
        if (!(c.due & 1u << i)) continue;
        if (top == RUNG__MAX) top = i;
        TRY(holder_on(w, duty, r, i, &holder));
        if (!holder.unit && !holder.person) continue;
        struct notice n = {.duty = duty->id,
                           .kind = NOTICE_MISSED,
                           .rung = i,
                           .skipped = c.due & ((1u << i) - 1),
                           .unit = holder.unit,
                           .person = holder.person,
                           .at = c.at[i]};
        TRY(notice_put(w, &n));
        *told = true;
    }
    if (top == RUNG__MAX) return OK;
    duty_set_rung(draft, str_of(rung_names[top]));
    duty_clear_told_unit(draft);
    duty_clear_told_person(draft);
    if (holder.unit) duty_set_told_unit(draft, holder.unit);
    if (holder.person) duty_set_told_person(draft, holder.person);
    return OK;
}

enum err ladder_tell_owner(struct work *w, const struct record *duty, enum notice_kind kind)
{
    struct notice n = {.duty = duty->id,
                       .kind = kind,
                       .rung = RUNG_OWNER,
                       .unit = duty_owner_unit(duty),
                       .person = duty_owner_person(duty),
                       .at = kind == NOTICE_REMINDER ? duty_look_at(duty) : clock_now()};
    return n.unit || n.person ? notice_put(w, &n) : OK;
}

enum rung duty_rung_of(const struct work *w, const struct record *duty)
{
    static const enum rung by_role[ROLE__MAX] = {
        [ROLE_CONSOLE] = RUNG_LEADER, [ROLE_LEADER] = RUNG_LEADER, [ROLE_OFFICE] = RUNG_OFFICE, [ROLE_OFFICER] = RUNG_SECTOR};
    const struct actor *a = w->actor;
    bool owes = a->unit && a->unit == duty_owner_unit(duty) && a->role != ROLE_LEADER;
    return owes ? RUNG_OWNER : by_role[a->role];
}
