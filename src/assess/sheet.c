/* sheet.c — the sheet of a unit: read from its deductions, as JSON and as a paper. See sheet.h. */
#include "assess/sheet.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/lang.h"
#include "duty/due.h"
#include "ledger/query.h"
#include "ledgers.h"

enum { DEDUCTIONS_MAX = 10000 };

static int by_day(const void *a, const void *b)
{
    const struct record *x = *(struct record *const *)a, *y = *(struct record *const *)b;
    int c = str_cmp(deduction_day_text(x), deduction_day_text(y));
    return c ? c : str_cmp(x->number, y->number);
}

static enum err read_deductions(struct work *w, struct sheet *k)
{
    const struct ledger *l = deduction_ledger(w->store->registry);
    struct condition where[] = {{deduction_field_scheme(l), OP_EQ, value_int(k->scheme->id)},
                                {deduction_field_unit(l), OP_EQ, value_int(k->unit->id)}};
    struct page p;
    TRY(query_all(w, &(struct query){.l = l, .where = where, .where_n = 2}, DEDUCTIONS_MAX, &p));
    k->deduction = p.record;
    k->n = p.n;
    if (k->n) qsort(k->deduction, (size_t)k->n, sizeof *k->deduction, by_day);
    return OK;
}

/* Deductions lie in the scope of their unit: of another one an actor would see a sheet on which nothing was lost. */
static bool sees_whole(const struct actor *a, int64_t unit)
{
    bool own = (a->sees == SEES_TERRITORY || a->sees == SEES_SECTOR) && a->sees_id == unit;
    return a->sees == SEES_ALL || a->sees == SEES_DISTRICT || own;
}

enum err sheet_read(struct work *w, int64_t unit, int64_t scheme, struct sheet *ret)
{
    struct sheet k = {0};
    struct record *u, *s;
    if (!sees_whole(w->actor, unit)) return err_set(ERR_NOT_FOUND, "%s", _("there is no such sheet, or it is not yours to see"));
    TRY(store_read(w, unit_ledger(w->store->registry), unit, &u));
    TRY(store_read(w, scheme_ledger(w->store->registry), scheme, &s));
    k.unit = u;
    k.scheme = s;
    TRY(read_deductions(w, &k));
    k.base = scheme_base(s);
    for (int i = 0; i < k.n; i++) k.lost += deduction_points(k.deduction[i]);
    k.total = k.base + k.lost > 0 ? k.base + k.lost : 0;
    *ret = k;
    return OK;
}

/* ---- JSON ---- */

static void member(struct buf *b, const char *key, struct str s)
{
    buf_printf(b, ",\"%s\":", key);
    buf_json(b, s);
}

static void deduction_json(struct buf *b, const struct record *d)
{
    buf_z(b, "{\"number\":");
    buf_json(b, d->number);
    member(b, "day", deduction_day_text(d));
    member(b, "item", deduction_item(d));
    member(b, "rule", deduction_rule(d));
    buf_printf(b, ",\"rule_version\":%lld,\"points\":%lld", (long long)deduction_rule_version(d), (long long)deduction_points(d));
    member(b, "reason", deduction_reason(d));
    member(b, "arithmetic", deduction_arithmetic(d));
    member(b, "arithmetic_en", deduction_arithmetic_en(d));
    buf_z(b, ",\"evidence\":{\"ledger\":");
    buf_json(b, deduction_record_ledger(d));
    member(b, "id", deduction_record_id(d));
    member(b, "number", deduction_record_number(d));
    buf_z(b, "},\"derivation\":");
    buf_str(b, deduction_derivation(d)); /* JSON already */
    buf_char(b, '}');
}

void sheet_json(struct buf *b, const struct sheet *k)
{
    buf_printf(b, "{\"unit\":{\"id\":\"%lld\"", (long long)k->unit->id);
    member(b, "number", k->unit->number);
    member(b, "name", unit_name(k->unit));
    buf_printf(b, "},\"scheme\":{\"id\":\"%lld\"", (long long)k->scheme->id);
    member(b, "name", scheme_name(k->scheme));
    member(b, "from", scheme_from_day_text(k->scheme));
    member(b, "to", scheme_to_day_text(k->scheme));
    buf_printf(b, "},\"base\":%lld,\"points\":%lld,\"total\":%lld,\"deductions\":[", (long long)k->base, (long long)k->lost,
               (long long)k->total);
    for (int i = 0; i < k->n; i++) {
        if (i) buf_char(b, ',');
        deduction_json(b, k->deduction[i]);
    }
    buf_z(b, "]}");
}

/* ---- the paper ---- */

enum word { W_SHEET, W_PERIOD, W_BASE, W_NONE, W_RECORD, W_RULE, W_WORKING, W_DATE, W_LOST, W_TOTAL, W__MAX };
static const char *const words[W__MAX][LANG__MAX] = {
    [W_SHEET] = {"计分表", "Score sheet"},
    [W_PERIOD] = {"考核期：%.*s 至 %.*s（不含当日）\n", "Period: %.*s to %.*s (that day not included)\n"},
    [W_BASE] = {"基础分", "Base points"},
    [W_NONE] = {"本期无扣分。\n", "Nothing was deducted in this period.\n"},
    [W_RECORD] = {"依据记录", "Evidence"},
    [W_RULE] = {"计分细则：%.*s 第%lld版（%.*s）\n", "Score rule: %.*s, edition %lld (%.*s)\n"},
    [W_WORKING] = {"算式", "Arithmetic"},
    [W_DATE] = {"日期推算", "How the date was found"},
    [W_LOST] = {"扣分合计", "Points lost"},
    [W_TOTAL] = {"得分", "Score"},
};

const char *sheet_points(int64_t hundredths, char out[SHEET_POINTS])
{
    long long n = llabs(hundredths);
    snprintf(out, SHEET_POINTS, "%s%lld.%02lld", hundredths < 0 ? "-" : "", n / 100, n % 100);
    return out;
}

static void points_line(struct buf *b, const char *label, enum lang lang, int64_t hundredths)
{
    char text[SHEET_POINTS];
    buf_printf(b, "%s%s%s\n", label, lang == LANG_ZH ? "：" : ": ", sheet_points(hundredths, text));
}

static enum err deduction_text(struct buf *b, const struct record *d, int no, enum lang lang)
{
    const char *colon = lang == LANG_ZH ? "：" : ": ";
    struct str working = lang == LANG_ZH ? deduction_arithmetic(d) : deduction_arithmetic_en(d);
    char points[SHEET_POINTS];
    buf_printf(b, "\n%d. %.*s  %.*s  %s\n", no, STR_ARG(d->number), STR_ARG(deduction_day_text(d)),
               sheet_points(deduction_points(d), points));
    buf_printf(b, "  %.*s\n", STR_ARG(deduction_reason(d)));
    buf_printf(b, "  %s%s%.*s\n", words[W_RECORD][lang], colon, STR_ARG(deduction_record_number(d)));
    buf_z(b, "  ");
    buf_printf(b, words[W_RULE][lang], STR_ARG(deduction_rule(d)), (long long)deduction_rule_version(d), STR_ARG(deduction_item(d)));
    buf_printf(b, "  %s%s%.*s\n", words[W_WORKING][lang], colon, STR_ARG(working));
    buf_printf(b, "  %s%s\n", words[W_DATE][lang], colon);
    return due_text(deduction_derivation(d), lang, b);
}

enum err sheet_text(struct buf *b, const struct sheet *k, enum lang lang)
{
    buf_printf(b, "%.*s  %s  %.*s\n", STR_ARG(scheme_name(k->scheme)), words[W_SHEET][lang], STR_ARG(unit_name(k->unit)));
    buf_printf(b, words[W_PERIOD][lang], STR_ARG(scheme_from_day_text(k->scheme)), STR_ARG(scheme_to_day_text(k->scheme)));
    points_line(b, words[W_BASE][lang], lang, k->base);
    if (!k->n) buf_z(b, words[W_NONE][lang]);
    for (int i = 0; i < k->n; i++) TRY(deduction_text(b, k->deduction[i], i + 1, lang));
    buf_char(b, '\n');
    points_line(b, words[W_LOST][lang], lang, k->lost);
    points_line(b, words[W_TOTAL][lang], lang, k->total);
    return buf_error(b);
}
