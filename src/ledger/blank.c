/* blank.c — see blank.h. */
#include "ledger/blank.h"

#include "base/lang.h"
#include "exchange/writer.h"
#include "ledger/code.h"
#include "ledger/right.h"

#define CHOICES_MAX 1000 /* a longer list helps nobody who fills in a form */

static enum out_kind kind_of(enum field_type t)
{
    switch (t) {
    case TYPE_INTEGER: return OUT_INT;
    case TYPE_MONEY:
    case TYPE_POINTS: return OUT_DECIMAL;
    case TYPE_DATE: return OUT_DATE;
    case TYPE_INSTANT: return OUT_INSTANT;
    default: return OUT_TEXT;
    }
}

/* The labels of a code list that are in use today; none when there are too many. */
static enum err living_codes(struct work *w, const char *list, struct template_field *ret)
{
    struct code_entries codes = {0};
    TRY(code_list(w, list, instant_day(clock_now()), &codes));
    struct str *choice = arena_array(w->arena, struct str, codes.n + 1);
    int n = 0;
    if (!choice) return err_no_memory();
    for (int i = 0; i < codes.n; i++)
        if (codes.entry[i].valid) choice[n++] = codes.entry[i].label;
    ret->choice = choice;
    ret->choices = n <= CHOICES_MAX ? n : 0;
    return OK;
}

static bool can_be_given(const struct field *f)
{
    return !f->read_only && f->type != TYPE_ROWS && f->type != TYPE_FILES;
}

enum err blank_write(struct work *w, const struct ledger *l, const char *path, int *ret_columns)
{
    struct template_field *column = arena_array(w->arena, struct template_field, l->fields_count);
    int n = 0;
    TRY(right_need(w, l, RIGHT_IMPORT));
    if (!column) return err_no_memory();
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = &l->fields[i];
        const char *help = lang_get() == LANG_ZH ? f->help_zh : f->help_en;
        if (!can_be_given(f)) continue;
        column[n] = (struct template_field){.heading = str_of(field_label(f, lang_get())),
                                            .help = str_of(help ? help : ""),
                                            .required = f->required,
                                            .kind = kind_of(f->type)};
        if (f->type == TYPE_CHOICE) TRY(living_codes(w, f->codes, &column[n]));
        n++;
    }
    *ret_columns = n;
    return template_write(w->arena, path, str_of(ledger_label(l, lang_get())), column, n);
}
