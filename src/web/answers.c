/* answers.c — see answers.h. */
#include "web/answers.h"

#include "ledgers.h"
#include "safety/responsibility.h"
#include "web/cell.h"

/* The premises that a record is, or hangs on; 0: none. */
static int64_t premises_of(const struct record *r)
{
    if (is_premises(r)) return r->id;
    if (!r->l->scope_from || strcmp(r->l->scope_from->of, "premises") != 0) return 0;
    return record_int(r, r->l->scope_from->index, 0);
}

static void put_layer(struct arena *a, const struct who *who, enum layer layer, struct answer *list, int *n)
{
    const struct layer_holders *h = &who->layer[layer];
    if (who_gap(who, layer)) list[(*n)++] = (struct answer){.layer = str_of(layer_label(layer)), .who = str_of(_("nobody")), .gap = true};
    for (int i = 0; i < h->n; i++) {
        const struct holder *one = &h->holder[i];
        struct answer *out = &list[(*n)++];
        *out = (struct answer){.layer = str_of(layer_label(layer)), .who = one->person_name, .unit = one->unit_name};
        if (!out->who.n) {
            out->who = out->unit;
            out->unit = one->post;
        }
        if (one->from.n) out->since = arena_printf(a, _("since %.*s"), STR_ARG(one->from));
        if (one->source.n && !str_starts(one->source, STR("premises.")))
            out->url = arena_printf(a, "/l/responsibility/%.*s", STR_ARG(one->source));
    }
}

enum err answers_fill(struct work *w, const struct request *rq, const struct record *r, struct record_view *v)
{
    struct who found;
    day_t day = instant_day(clock_now());
    int64_t premises = premises_of(r);
    struct str on = request_query(rq, "on");
    char text[DAY_TEXT];
    int room = LAYER__MAX;
    if (!premises) return OK;
    if (on.p && !day_parse(on, &day)) return err_set(ERR_INVALID, _("on: “%.*s” is no day; write it as 2026-02-10"), STR_ARG(on));
    TRY(who(w, premises, day, &found));
    for (int i = 0; i < LAYER__MAX; i++) room += found.layer[i].n;
    struct answer *list = arena_array(w->arena, struct answer, room);
    if (!list) return err_no_memory();
    for (int i = 0; i < LAYER__MAX; i++) put_layer(w->arena, &found, (enum layer)i, list, &v->answer_count);
    v->answer = list;
    v->answers = true;
    v->on = arena_str(w->arena, str_of(day_text(day, text)));
    return OK;
}
