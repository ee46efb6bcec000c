/* derivation.c — derivations of deadlines as JSON, and as lines that people read. See due.h. */
#include <jansson.h>
#include <stdio.h>

#include "duty/due.h"

/* What a step is called, what it says in both languages (%N: the holiday's name, %A: the amount, %U: its unit), and whether
 * people are told that it counts or not. */
static const struct {
    const char *step, *says[LANG__MAX];
    bool tally;
} whys[WHY__MAX] = {
    [WHY_START] = {"start", {"起算当日", "the starting day"}, true},
    [WHY_DAY] = {"day", {"自然日", "calendar day"}, true},
    [WHY_WORK] = {"workday", {"工作日", "working day"}, true},
    [WHY_WEEKEND] = {"weekend", {"周末休息", "weekend"}, true},
    [WHY_HOLIDAY] = {"holiday", {"放假（%N）", "day off (%N)"}, true},
    [WHY_MAKE_UP] = {"make_up_workday", {"调休上班（%N）", "make-up workday (%N)"}, true},
    [WHY_PLAIN] = {"weeks", {"周一至周五计入，周末休息", "Monday to Friday count, weekends do not"}, true},
    [WHY_HOURS] = {"hours", {"计满%A小时", "%A hours are over"}, false},
    [WHY_MONTHS] = {"months", {"%A个月届满之日", "%A months are over"}, false},
    [WHY_MONTH_END] = {"months",
                       {"%A个月届满，该月没有对应日，取月末", "%A months are over; the month has no such day, so its last"},
                       false},
    [WHY_FIXED] = {"fixed", {"规则规定的日期", "the day that the rule names"}, false},
    [WHY_FIXED_END] = {"fixed", {"该月没有规定的日期，取月末", "the month has no such day, so its last"}, false},
    [WHY_SUSPENDED] = {"suspended", {"中止期间不计", "suspended, does not count"}, true},
    [WHY_MADE_UP] = {"made_up", {"期间中止%A日，顺延同样天数", "%A days were suspended, so the end moves by as many"}, false},
    [WHY_EXTENDED] = {"extended", {"自此延长%A%U", "extended from here by %A %U"}, false},
    [WHY_ROLLED] = {"rolled", {"末日为休息日，顺延", "the last day is a day off, so the end moves on"}, false},
    [WHY_ROLLED_TO] = {"end", {"顺延至该工作日", "the working day to which the end moves"}, false},
    [WHY_ORDERED] = {"ordered", {"整改指令写明以该日为限", "the order names this day as the limit"}, false},
};
static const char *const unannounced[LANG__MAX] = {"，当年放假安排尚未公布", "; days off of the year are not announced yet"};
static const char *const units[CLOCK__MAX][LANG__MAX] = {
    {"小时", "hours"}, {"日", "days"},      {"个工作日", "working days"}, {"个月", "months"}, {"年", "years"},
    {"月", "month"},   {"季度", "quarter"}, {"半年", "half-year"},        {"年", "year"},
};

static void say(struct buf *b, const struct due_step *s, enum lang lang)
{
    struct buf text CLEANUP_BUF = BUF_INIT(1000);
    for (const char *p = whys[s->why].says[lang]; *p; p++) {
        if (p[0] == '%' && p[1] == 'N')
            buf_str(&text, s->name), p++;
        else if (p[0] == '%' && p[1] == 'A')
            buf_int(&text, s->n), p++;
        else if (p[0] == '%' && p[1] == 'U')
            buf_z(&text, units[s->unit][lang]), p++;
        else
            buf_char(&text, *p);
    }
    if (s->provisional) buf_z(&text, unannounced[lang]);
    buf_json(b, buf_view(&text));
}

static void step_json(struct buf *b, const struct due_step *s, enum lang lang)
{
    char text[DAY_TEXT];
    day_t first = s->day < s->last ? s->day : s->last, last = s->day < s->last ? s->last : s->day;
    buf_printf(b, "{\"date\":\"%s\"", day_text(first, text));
    if (last != first) buf_printf(b, ",\"to\":\"%s\",\"days\":%d", day_text(last, text), (int)s->counts);
    buf_printf(b, ",\"step\":\"%s\",\"counts\":%s,\"n\":%lld", whys[s->why].step, s->counts ? "true" : "false", (long long)s->n);
    if (s->why == WHY_EXTENDED) buf_printf(b, ",\"unit\":\"%s\"", clock_unit_names[s->unit]);
    if (lang != LANG__MAX) {
        buf_z(b, ",\"why\":");
        say(b, s, lang);
    }
    buf_z(b, ",\"why_zh\":");
    say(b, s, LANG_ZH);
    buf_z(b, ",\"why_en\":");
    say(b, s, LANG_EN);
    buf_char(b, '}');
}

static void rule_json(struct buf *b, const struct clock_rule *r, bool by_order)
{
    buf_z(b, "\"rule\":");
    buf_json(b, r->code);
    buf_printf(b, ",\"version\":%lld", (long long)r->version);
    if (!by_order) buf_printf(b, ",\"amount\":%lld,\"unit\":\"%s\"", (long long)r->amount, clock_unit_names[r->unit]);
    if (!by_order && clock_fixed(r->unit)) buf_printf(b, ",\"month\":%d,\"day\":%d", r->month, r->day);
    if (r->ordered) buf_z(b, ",\"ordered\":true");
    if (r->to_confirm) buf_z(b, ",\"to_confirm\":true");
}

void due_json(struct buf *b, const struct clock_rule *r, const struct due *d, enum lang lang)
{
    char text[INSTANT_TEXT], day[DAY_TEXT];
    buf_printf(b, "{\"due\":\"%s\",", instant_text(d->due, text));
    rule_json(b, r, d->n == 1 && d->steps[0].why == WHY_ORDERED);
    buf_printf(b, ",\"start\":\"%s\"", instant_text(d->start, text));
    buf_printf(b, ",\"provisional\":%s", d->provisional ? "true" : "false");
    if (d->as_of != DAY_MAX) buf_printf(b, ",\"calendar_as_of\":\"%s\"", day_text(d->as_of, day));
    buf_z(b, ",\"derivation\":[");
    for (int i = 0; i < d->n; i++) {
        if (i) buf_char(b, ',');
        step_json(b, &d->steps[i], lang);
    }
    buf_z(b, "]}");
}

/* ---- for people ---- */

static const char *text_of(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s ? s : "";
}

static long long int_of(const json_t *o, const char *key)
{
    return json_integer_value(json_object_get(o, key));
}

static void weekday(struct buf *b, const char *date, enum lang lang)
{
    static const char *const names[][LANG__MAX] = {{"周一", "Mon"}, {"周二", "Tue"}, {"周三", "Wed"}, {"周四", "Thu"},
                                                   {"周五", "Fri"}, {"周六", "Sat"}, {"周日", "Sun"}};
    day_t d;
    if (day_parse(str_of(date), &d)) buf_printf(b, " %s", names[day_weekday(d) - 1][lang]);
}

bool due_step_tallied(struct str step)
{
    for (enum due_why w = 0; w < WHY__MAX; w++)
        if (str_is(step, whys[w].step)) return whys[w].tally;
    return false;
}

static void step_text(struct buf *b, const json_t *s, enum lang lang)
{
    const char *date = text_of(s, "date"), *to = text_of(s, "to");
    bool tally = due_step_tallied(str_of(text_of(s, "step")));
    buf_printf(b, "  %s", date);
    if (*to)
        buf_printf(b, lang == LANG_ZH ? " 至 %s" : " to %s", to);
    else
        weekday(b, date, lang);
    if (tally && json_is_true(json_object_get(s, "counts")))
        buf_printf(b, lang == LANG_ZH ? "  第%lld日" : "  day %lld", int_of(s, "n"));
    else if (tally)
        buf_z(b, lang == LANG_ZH ? "  不计" : "  not counted");
    buf_printf(b, "  %s\n", text_of(s, lang == LANG_ZH ? "why_zh" : "why_en"));
}

/* "15个工作日，", or of a fixed day "之后第1个季度的第1个月15日，". */
static void amount_text(struct buf *b, const json_t *j, enum clock_unit u, enum lang lang)
{
    long long amount = int_of(j, "amount"), month = int_of(j, "month"), day = int_of(j, "day");
    const char *unit = units[u][lang];
    bool zh = lang == LANG_ZH;
    if (!clock_fixed(u))
        buf_printf(b, zh ? "%lld%s，" : "%lld %s, ", amount, unit);
    else if (amount)
        buf_printf(b, zh ? "之后第%lld个%s的第%lld个月%lld日，" : "%lld %s(s) later: month %lld of it, day %lld, ", amount, unit, month,
                   day);
    else
        buf_printf(b, zh ? "当%s的第%lld个月%lld日，" : "the same %s: month %lld of it, day %lld, ", unit, month, day);
}

static void head_text(struct buf *b, const json_t *j, enum lang lang)
{
    bool zh = lang == LANG_ZH;
    const char *rule = text_of(j, "rule"), *as_of = text_of(j, "calendar_as_of");
    enum clock_unit u = clock_unit_named(str_of(text_of(j, "unit")));
    buf_z(b, "  ");
    if (*rule) buf_printf(b, zh ? "时限规则 %s 第%lld版" : "clock rule %s, edition %lld", rule, int_of(j, "version"));
    if (json_is_true(json_object_get(j, "to_confirm"))) buf_z(b, zh ? "（待区县确认）" : " (to be confirmed by the district)");
    if (*rule) buf_z(b, zh ? "，" : ", ");
    if (json_is_true(json_object_get(j, "ordered"))) buf_z(b, zh ? "责令" : "ordered: ");
    if (u < CLOCK__MAX) amount_text(b, j, u, lang);
    int shown = u == CLOCK_HOURS ? 16 : 10; /* the time of day matters to hours only */
    buf_printf(b, zh ? "自 %.*s 起算，到期 %s" : "from %.*s, due %s", shown, text_of(j, "start"), text_of(j, "due"));
    if (json_is_true(json_object_get(j, "provisional")))
        buf_z(b, zh ? "（暂定：期间涉及放假安排尚未公布的年度）" : " (provisional: days off of a year in it are not announced yet)");
    if (*as_of) buf_printf(b, zh ? "（按%s以前公布的日历）" : " (by the calendar as of %s)", as_of);
    buf_char(b, '\n');
}

enum err due_text(struct str json, enum lang lang, struct buf *b)
{
    json_t *j = json_loadb(json.p ? json.p : "", json.n, 0, NULL);
    const json_t *steps = json_object_get(j, "derivation"), *s;
    size_t i;
    if (!json_is_array(steps)) {
        json_decref(j);
        return err_set(ERR_INVALID, "%s", _("this is no derivation of a deadline"));
    }
    head_text(b, j, lang);
    json_array_foreach(steps, i, s) step_text(b, s, lang);
    json_decref(j);
    return buf_error(b);
}
