/* duty_list.h — what is owed by when: the open duties of a person, of a unit, of every unit.
 *
 * Open are duties that run, are suspended, or were missed and still run. They fall into groups by the Beijing day of their end, as of
 * an instant. A suspended one is owed later, whatever its end says, since its time stands still; one that was finished in time by
 * report and waits to be judged is no breach, and stands in a group of its own. The right to see duties and the scope of the actor hold:
 * what he may not see is neither counted nor listed.
 */
#ifndef ANJIAN_DUTY_LIST_H
#define ANJIAN_DUTY_LIST_H

#include "duty/due.h"
#include "ledger/store.h"

enum duty_group {
    DUTY_OVERDUE, /* missed, and still owed */
    DUTY_JUDGED,  /* past its end, and reported in time: others must judge it */
    DUTY_TODAY,
    DUTY_WEEK, /* until Sunday */
    DUTY_LATER,
    DUTY_GROUP__MAX
};

/* Whose duties. Without a unit: those of the person, and those of unit `of` that name no person, as notices are. */
struct duty_whose {
    int64_t person, of;
    int64_t unit; /* all that this unit owes, whoever does it */
};
/* Those of an actor itself, and of the unit it acts for. */
enum err duty_mine(struct work *, const struct actor *, struct duty_whose *ret);

struct duty_row {
    int64_t id, version;
    struct str matter, state;
    struct str record_ledger, record_id, record_number; /* what it hangs on; the number may be STR_NONE */
    int64_t premises, unit, person;                     /* 0: none */
    instant_t started, due, updated;
    enum rung rung; /* told up to; RUNG__MAX: nobody */
    bool provisional;
};

struct duty_counts {
    int64_t unit; /* of duty_count_by_unit(); 0: owed by no unit */
    int64_t n[DUTY_GROUP__MAX];
};

/* How many, by group, in one statement. */
enum err duty_count(struct work *, struct duty_whose, instant_t now, struct duty_counts *ret);
/* The same for every unit that owes some, those with most overdue first. */
enum err duty_count_by_unit(struct work *, instant_t now, struct duty_counts *list, int room, int *ret);
/* Those of a group, the most urgent first. Texts lie in the arena. */
enum err duty_rows(struct work *, struct duty_whose, enum duty_group, instant_t now, struct duty_row *rows, int room, int *ret);
/* Those whose end lies from `from` to just before `to`, in order. */
enum err duty_between(struct work *, struct duty_whose, instant_t from, instant_t to, struct duty_row *rows, int room, int *ret);

#endif
