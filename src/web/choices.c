/* choices.c — see choices.h. */
#include "web/choices.h"

#include "ledger/record.h"

static bool is_chosen(struct str chosen, struct str code)
{
    struct str piece;
    if (!str_starts(chosen, STR("|"))) return str_eq(chosen, code);
    while (many_next(&chosen, &piece))
        if (str_eq(piece, code)) return true;
    return false;
}

static enum err yes_no(struct arena *a, struct str chosen, const struct choice **ret, int *ret_n)
{
    struct choice *c = arena_array(a, struct choice, 2);
    if (!c) return err_no_memory();
    c[0] = (struct choice){STR("true"), str_of(_("yes")), str_is(chosen, "true") || str_is(chosen, "1")};
    c[1] = (struct choice){STR("false"), str_of(_("no")), str_is(chosen, "false") || str_is(chosen, "0")};
    *ret = c;
    *ret_n = 2;
    return OK;
}

enum err choices_of(struct work *w, const struct field *f, struct str chosen, int most, struct choice_codes *known,
                    const struct choice **ret, int *ret_n)
{
    struct choice_codes own = {.read = false}, *codes = known ? known : &own;
    if (f->type == TYPE_YES_NO) return yes_no(w->arena, chosen, ret, ret_n);
    if (!codes->read) TRY(code_list(w, f->codes, instant_day(clock_now()), most + 1, &codes->all));
    codes->read = true;
    *ret = NULL;
    *ret_n = -1;
    if (codes->all.n > most) return OK;
    struct choice *c = arena_array(w->arena, struct choice, codes->all.n + 1);
    int n = 0;
    if (!c) return err_no_memory();
    for (int i = 0; i < codes->all.n; i++) {
        const struct code_entry *one = &codes->all.entry[i];
        bool mine = is_chosen(chosen, one->code);
        if (one->valid || mine) c[n++] = (struct choice){one->code, one->label, mine};
    }
    *ret = c;
    *ret_n = n;
    return OK;
}
