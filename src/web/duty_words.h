/* duty_words.h — ends of duties as pages say them: the day with its weekday, how long is left, and how late it is. */
#ifndef ANJIAN_DUTY_WORDS_H
#define ANJIAN_DUTY_WORDS_H

#include "duty/calendar.h"
#include "duty/duty_list.h"
#include "web/parts_view.h"

/* "Wed", "周三". */
const char *duty_weekday(day_t);
/* "2026-11-25 Wed", with the time where it is not the end of the day. Lies in the arena. */
struct str duty_end_text(struct arena *, instant_t);
/* "Working days left: 3", "Overdue for days: 12", "Today". The calendar must reach DUTY_WORKDAYS days on from now; what lies further is
 * told in calendar days. */
#define DUTY_WORKDAYS 200
struct str duty_left_text(struct arena *, const struct calendar *, instant_t now, instant_t due);
/* "Overdue", "Today", … */
const char *duty_group_label(enum duty_group);
enum tone duty_group_tone(enum duty_group);
/* How many working days lie behind `from` up to `to`. */
int duty_workdays(const struct calendar *, day_t from, day_t to);

#endif
