/* blank.c — see blank.h. */
#include "ledger/blank.h"

#include "base/lang.h"
#include "exchange/writer.h"
#include "ledger/query.h"
#include "ledger/right.h"
#include "ledgers.h"

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
    const struct ledger *l = code_ledger(w->store->registry);
    struct condition c = {code_field_list(l), OP_EQ, value_text(str_of(list))};
    day_t today = instant_day(clock_now());
    struct page p;
    TRY(query_list(w, &(struct query){.l = l, .where = &c, .where_n = 1, .limit = CHOICES_MAX}, &p));
    struct str *choice = arena_array(w->arena, struct str, p.n + 1);
    if (!choice) return err_no_memory();
    if (p.next.p) return OK;
    for (int i = p.n - 1; i >= 0; i--) { /* newest first; they were entered in the order of the standard */
        const struct record *r = p.record[i];
        struct str en = code_en(r);
        day_t end = code_valid_to(r);
        if (end != DAY_UNKNOWN && end < today) continue;
        choice[ret->choices++] = lang_get() == LANG_EN && en.n ? en : code_zh(r);
    }
    ret->choice = choice;
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
