/* duties.h — duties as pages show them; shared by the pages of duties and the first page of the day. */
#ifndef ANJIAN_DUTIES_H
#define ANJIAN_DUTIES_H

#include "duty/calendar.h"
#include "duty/duty_list.h"
#include "web/duties_view.h"
#include "web/request.h"

/* What a row is shown with. */
struct duty_showing {
    struct request *rq;
    instant_t now;
    struct calendar *calendar; /* from today on, for working days */
    enum duty_group group;
    bool who; /* of a unit: say which person */
};
enum err duty_showing(struct work *, struct request *, struct duty_showing *ret);
enum err duty_show(struct work *, const struct duty_showing *, const struct duty_row *, struct duty_item *ret);

/* Units whose duties the visitor may look at beside its own: leaders, committee offices, bureaus and departments. */
bool duty_leads(const struct actor *);

/* The head of the first page: figures (at most DUTY_FIGURES) and the most urgent. */
#define DUTY_FIGURES 3
struct home_figure;
enum err duties_head(struct work *, struct request *, struct home_figure *figure, int *figures, struct duties_brief *ret);

#endif
