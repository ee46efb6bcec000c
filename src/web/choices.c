/* choices.c — see choices.h. */
#include "web/choices.h"

#include "ledger/code.h"
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

enum err choices_of(struct work *w, const struct field *f, struct str chosen, int most, const struct choice **ret, int *ret_n)
{
    struct code_entries codes;
    if (f->type == TYPE_YES_NO) return yes_no(w->arena, chosen, ret, ret_n);
    TRY(code_list(w, f->codes, instant_day(clock_now()), most + 1, &codes));
    *ret = NULL;
    *ret_n = -1;
    if (codes.n > most) return OK;
    struct choice *c = arena_array(w->arena, struct choice, codes.n + 1);
    int n = 0;
    if (!c) return err_no_memory();
    for (int i = 0; i < codes.n; i++) {
        bool mine = is_chosen(chosen, codes.entry[i].code);
        if (codes.entry[i].valid || mine) c[n++] = (struct choice){codes.entry[i].code, codes.entry[i].label, mine};
    }
    *ret = c;
    *ret_n = n;
    return OK;
}
