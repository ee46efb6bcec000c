/* due.h — deadlines as a pure function that shows its working.
 *
 * From a rule, a starting instant, a calendar, suspensions and extensions follow the due instant and its derivation, day by
 * day; nothing else goes in, and the same input gives the same output, always. A due in days, working days, months or years and
 * a due on a fixed day is 23:59:59 of that Beijing day, and is met by what is finished not later; hours are exact. The starting
 * day does not count unless the rule says so. An end on a day off stays there unless the rule rolls it to the next working day.
 */
#ifndef ANJIAN_DUE_H
#define ANJIAN_DUE_H

#include "duty/calendar.h"

enum clock_unit {
    CLOCK_HOURS,
    CLOCK_DAYS,
    CLOCK_WORKING_DAYS,
    CLOCK_MONTHS,
    CLOCK_YEARS,
    /* A fixed day of the period that lies `amount` periods after that of the start: 0 the same, 1 the next. */
    CLOCK_MONTH_DAY,
    CLOCK_QUARTER_DAY,
    CLOCK_HALF_YEAR_DAY,
    CLOCK_YEAR_DAY,
    CLOCK__MAX
};
extern const char *const clock_unit_names[CLOCK__MAX]; /* "hours", "days", … */
/* By its name; CLOCK__MAX when there is none of it. */
enum clock_unit clock_unit_named(struct str);
static inline bool clock_fixed(enum clock_unit u)
{
    return u >= CLOCK_MONTH_DAY && u < CLOCK__MAX;
}

struct clock_rule {
    struct str code; /* STR_NONE for a reckoning without a rule */
    int64_t version; /* edition; 0 without a rule */
    int64_t amount;  /* negative: counted backwards from the start */
    enum clock_unit unit;
    int month, day;   /* of a fixed day: the month in its period (1 the first), the day in that month; beyond its end: the last */
    bool count_first; /* the starting day is day one */
    bool ordered;     /* the amount is that of an order, in place of the rule's own */
    bool roll_next;   /* an end on a day that is not worked moves to the next working day */
    bool to_confirm;  /* the district has not confirmed a rule that is not certain */
};

#define DUE_AMOUNT_MAX 100000
#define DUE_CHANGES_MAX 100 /* suspensions, and extensions */

/* Time that does not count, from `from` to just before `to`. A day that it touches does not count. */
struct suspension {
    instant_t from, to;
};
/* More time, from the end found so far on. Hours go with hours only; a fixed day takes days, working days, months, years. */
struct extension {
    int64_t amount;
    enum clock_unit unit;
};
struct due_changes {
    const struct suspension *suspension;
    int suspensions;
    const struct extension *extension;
    int extensions;
};

enum due_why {
    WHY_START, /* the starting day, which does not count */
    WHY_DAY,   /* a day of the calendar, in a reckoning by days */
    WHY_WORK,  /* a working day */
    WHY_WEEKEND,
    WHY_HOLIDAY,
    WHY_MAKE_UP,
    WHY_PLAIN,     /* several days that follow the week, when the reckoning is long */
    WHY_HOURS,     /* n hours from the start */
    WHY_MONTHS,    /* the same day n months later */
    WHY_MONTH_END, /* the month has no such day: its last */
    WHY_FIXED,     /* the day that the rule names */
    WHY_FIXED_END, /* the month has no such day: its last */
    WHY_SUSPENDED, /* does not count */
    WHY_MADE_UP,   /* n days were suspended: the end moves by as many */
    WHY_EXTENDED,  /* from here by n units more */
    WHY_ROLLED,    /* passed over, since the end may not fall on it */
    WHY_ROLLED_TO, /* where the end comes to lie */
    WHY_ORDERED,   /* the day that an order names */
    WHY__MAX,
};

struct due_step {
    day_t day, last; /* the same for a single day */
    int32_t counts;  /* how many of them count */
    int64_t n;       /* counted so far, or hours, months, what an extension gives */
    enum due_why why;
    bool provisional;
    struct str name;      /* of the holiday */
    enum clock_unit unit; /* of an extension */
};

struct due {
    instant_t start, due;
    bool provisional; /* some day from the start to the end lies in a year whose days off were not announced yet */
    day_t as_of;      /* of the calendar; DAY_MAX: all that is known */
    struct due_step *steps;
    int n;
};

/* ERR_INVALID for an amount out of bounds (DUE_AMOUNT_MAX), an end outside of the years 1 to 9999, a suspension that does not
 * end after it begins, an extension that gives nothing, has the wrong unit or follows a count backwards, and a suspension of a
 * fixed day. `changes` may be NULL. Lies in the arena. */
enum err due_find(struct arena *, const struct clock_rule *, instant_t start, const struct calendar *, const struct due_changes *changes,
                  struct due *ret);
/* The end of a day that an order names, whatever a rule says. */
enum err due_ordered(struct arena *, instant_t start, day_t ordered, struct due *ret);
/* Days that due_find() may ask the calendar about; generous. */
void due_span(const struct clock_rule *, instant_t start, const struct due_changes *changes, day_t *from, day_t *to);

/* Who acts on a duty, and who is told when it is missed: rungs of the ladder, each above the former (code list `rung`). */
enum rung { RUNG_OWNER, RUNG_UNIT_HEAD, RUNG_SECTOR, RUNG_OFFICE, RUNG_LEADER, RUNG__MAX };
extern const char *const rung_names[RUNG__MAX]; /* "owner", … */
/* By its name; RUNG__MAX when there is none of it. */
enum rung rung_named(struct str);

/* How a rule lets its duties be suspended and extended. */
struct change_terms {
    enum rung suspend_by;                /* that rung and those above may; RUNG__MAX: nobody */
    int64_t suspend_times, suspend_days; /* how often, and calendar days in all; 0: no limit */
    enum rung extend_by;                 /* the same; RUNG__MAX: nobody */
    int64_t extend_times, extend_most;   /* how often, how much each time */
    enum clock_unit extend_unit;         /* of extend_most */
    bool extend_late;                    /* also after expiry */
};
/* ERR_REFUSED with the reason (rule: the field of the terms) unless this rung may do it once more. `changes` are those so far,
 * without the new one; `due` is the end that follows from them. A limit is extended before it ends only, unless the terms say
 * otherwise: what counts is when the extension was granted, not when it was entered. */
enum err due_may_suspend(const struct change_terms *, enum rung by, const struct due_changes *, struct suspension asked);
enum err due_may_extend(const struct change_terms *, enum rung by, const struct due_changes *, instant_t due, instant_t granted,
                        struct extension asked);

/* "10wd", "-15wd", "36h", "15d", "3m", "1y"; a bare number is in `unit` (CLOCK__MAX: it is not taken). */
bool due_read_amount(struct str, enum clock_unit unit, struct extension *ret);

/* The derivation as JSON: {"due","rule","version","amount","unit","ordered","to_confirm","start","provisional","calendar_as_of",
 * "derivation":[{"date","to","days","step","counts","n","unit","why","why_zh","why_en"}…]}; "to" and "days" only where a step stands for
 * several days; "why" only where a language is given (LANG__MAX: none, for what is kept). */
void due_json(struct buf *, const struct clock_rule *, const struct due *, enum lang);
/* Does a step of that name (in the JSON) count days, so that people are told whether it counts? */
bool due_step_tallied(struct str step);
/* The derivation as lines for people, from its JSON. ERR_INVALID when it is none. */
enum err due_text(struct str json, enum lang, struct buf *);

#endif
