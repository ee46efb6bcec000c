/* due.h — deadlines as a pure function that shows its working.
 *
 * From a rule, a starting instant and a calendar follow the due instant and its derivation, day by day. A due in days,
 * working days or months is 23:59:59 of that Beijing day, and is met by what is finished not later; hours are exact. The
 * starting day does not count unless the rule says so. The same input gives the same output, always.
 */
#ifndef ANJIAN_DUE_H
#define ANJIAN_DUE_H

#include "duty/calendar.h"

enum clock_unit { CLOCK_HOURS, CLOCK_DAYS, CLOCK_WORKING_DAYS, CLOCK_MONTHS, CLOCK__MAX };
extern const char *const clock_unit_names[CLOCK__MAX]; /* "hours", "days", … */

struct clock_rule {
    struct str code; /* STR_NONE for a reckoning without a rule */
    int64_t version; /* edition; 0 without a rule */
    int64_t amount;  /* days and working days may be negative: counted backwards from the start */
    enum clock_unit unit;
    bool count_first; /* the starting day is day one */
    bool ordered;     /* the amount is that of an order, in place of the rule's own */
    bool roll_next;   /* an end on a day that is not worked moves to the next working day */
};

#define DUE_AMOUNT_MAX 100000

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
    WHY_ROLLED,    /* passed over, since the end may not fall on it */
    WHY_ORDERED,   /* the day that an order names */
    WHY__MAX,
};

struct due_step {
    day_t day, last; /* the same for a single day */
    int32_t counts;  /* how many of them count */
    int64_t n;       /* counted so far, or hours, or months */
    enum due_why why;
    bool provisional;
    struct str name; /* of the holiday */
};

struct due {
    instant_t start, due;
    bool provisional; /* some day lies in a year whose days off were not announced yet */
    struct due_step *steps;
    int n;
};

/* ERR_INVALID for an amount out of bounds (more than DUE_AMOUNT_MAX, or negative hours or months) and for an end outside of
 * the years 1 to 9999. Lies in the arena. */
enum err due_find(struct arena *, const struct clock_rule *, instant_t start, const struct calendar *, struct due *ret);
/* The end of a day that an order names, whatever a rule says. */
enum err due_ordered(struct arena *, instant_t start, day_t ordered, struct due *ret);
/* Days that due_find() may ask the calendar about; generous. */
void due_span(const struct clock_rule *, instant_t start, day_t *from, day_t *to);

/* The derivation as JSON: {"rule","version","amount","unit","ordered","start","due","provisional","steps":[{"date","to","counts","n",
 * "why_zh","why_en"}…]}; "to" only where a step stands for several days. */
void due_json(struct buf *, const struct clock_rule *, const struct due *);
/* The derivation as lines for people, from its JSON. ERR_INVALID when it is none. */
enum err due_text(struct str json, enum lang, struct buf *);

#endif
