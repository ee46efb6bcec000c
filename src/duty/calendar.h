/* calendar.h — which days are worked, and why: an in-memory value, so that deadlines are pure functions of it.
 *
 * Holds the days that depart from the week (days off, make-up workdays), the years whose official notice is in it, and rules for
 * days that come every year: the statutory days off by the law of each year, publicity and sweep windows. In a year without a
 * notice a day follows the week and the statutory days of that year, and the answer says that it is provisional. A calendar may
 * be told as it stood on an earlier day. It never changes once it is sorted.
 */
#ifndef ANJIAN_CALENDAR_H
#define ANJIAN_CALENDAR_H

#include "duty/lunar.h"
#include "ledger/accessor.h"
#include "ledger/store.h"

enum listed { LISTED_OFF, LISTED_WORKED, LISTED_ORDINARY /* follows the week after all: a later notice took it back */ };

struct calendar_day {
    day_t day;
    enum listed kind;
    day_t published; /* DAY_UNKNOWN: taken as 1 January of the edition's year */
    struct str name, source, edition;
};

enum window_kind { WINDOW_STATUTORY, WINDOW_PUBLICITY, WINDOW_SWEEP, WINDOW__MAX };
extern const char *const window_kind_names[WINDOW__MAX]; /* "statutory", … */

/* Days of every year: so many, from so many days after (before) a festival or a day of the civil year. */
struct calendar_rule {
    enum window_kind kind;
    struct str zh, en;
    enum festival festival; /* FESTIVAL__MAX: the month and day */
    int month, day;
    int offset, days;
    day_t valid_from, valid_to; /* of the festival's day; DAY_UNKNOWN: open */
};

#define CALENDAR_YEARS 10000
struct calendar {
    struct arena *arena;
    day_t as_of; /* only what was published by then; DAY_MAX: all */
    int n, room;
    struct calendar_day *day; /* by day, each once */
    int rules_n, rules_room;
    struct calendar_rule *rule;
    unsigned char announced[CALENDAR_YEARS / 8]; /* one bit for each year whose notice is known */
};

enum day_kind { DAY_WORK, DAY_WEEKEND, DAY_HOLIDAY, DAY_MAKE_UP };

struct day_answer {
    enum day_kind kind;
    bool works, provisional;
    struct str name; /* of the holiday a listed day belongs to; STR_NONE for others */
};

/* A calendar in which every year is provisional, as of a day (DAY_MAX: now); texts added must outlive it. NULL without memory. */
struct calendar *calendar_new(struct arena *, day_t as_of);
/* Add a listed day, unless it was published later. The year its edition begins with ("2019-2") counts as announced: a day of
 * late December may stand in the notice of the next year. ERR_INVALID for an edition without a year. Sort it before use. */
enum err calendar_add(struct calendar *, struct calendar_day);
enum err calendar_add_rule(struct calendar *, struct calendar_rule);
/* Sort; of several editions of a day the latest published stands. ERR_CONFLICT when a day is twice in one edition. */
enum err calendar_sort(struct calendar *);

struct day_answer calendar_ask(const struct calendar *, day_t);
bool calendar_announced(const struct calendar *, int year);

/* The days of a rule in a year; false when it is not valid then, or its festival is not known (see lunar.h). */
struct window {
    day_t first, last;
};
bool calendar_window(const struct calendar_rule *, int year, struct window *ret);

/* The calendar of the ledgers calendar_day and calendar_rule, with all listed days of the years of `from` to `to` and their
 * neighbours. Scope does not matter: it is for rules. */
enum err calendar_load(struct work *, day_t from, day_t to, day_t as_of, struct calendar **ret);
/* The calendar that comes with the program; needs no database. */
enum err calendar_shipped(struct arena *, day_t as_of, struct calendar **ret);

/* A year for programs: {"year","announced","holidays":[{"date","name"}…],"make_up_workdays","lunar":{…},"sweeps":[{"name","from","to"}…],
 * "publicity"}; names of windows in that language. */
void calendar_year_json(struct buf *, const struct calendar *, int year, enum lang);
/* The same for people, in the language of the thread. */
void calendar_year_text(struct buf *, const struct calendar *, int year);

#endif
