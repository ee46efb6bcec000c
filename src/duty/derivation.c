/* derivation.c — derivations of deadlines as JSON, and as lines that people read. See due.h. */
#include <jansson.h>
#include <stdio.h>

#include "duty/due.h"

/* What a step says, in both languages. %N: the holiday's name; %A: the amount. */
static const char *const says[WHY__MAX][LANG__MAX] = {
    [WHY_START] = {"起算当日", "the starting day"},
    [WHY_DAY] = {"自然日", "calendar day"},
    [WHY_WORK] = {"工作日", "working day"},
    [WHY_WEEKEND] = {"周末休息", "weekend"},
    [WHY_HOLIDAY] = {"放假（%N）", "day off (%N)"},
    [WHY_MAKE_UP] = {"调休上班（%N）", "make-up workday (%N)"},
    [WHY_PLAIN] = {"周一至周五计入，周末休息", "Monday to Friday count, weekends do not"},
    [WHY_HOURS] = {"自起算时刻起%A小时", "%A hours from the start"},
    [WHY_MONTHS] = {"%A个月届满之日", "%A months are over"},
    [WHY_MONTH_END] = {"%A个月届满，该月没有对应日，取月末", "%A months are over; the month has no such day, so its last"},
    [WHY_ROLLED] = {"末日为休息日，顺延", "the last day is a day off, so the end moves on"},
    [WHY_ORDERED] = {"整改指令写明以该日为限", "the order names this day as the limit"},
};
static const char *const unannounced[LANG__MAX] = {"，当年放假安排尚未公布", "; days off of the year are not announced yet"};

static void say(struct buf *b, const struct due_step *s, enum lang lang)
{
    struct buf text CLEANUP_BUF = BUF_INIT(1000);
    for (const char *p = says[s->why][lang]; *p; p++) {
        if (p[0] == '%' && p[1] == 'N')
            buf_str(&text, s->name), p++;
        else if (p[0] == '%' && p[1] == 'A')
            buf_int(&text, s->n), p++;
        else
            buf_char(&text, *p);
    }
    if (s->provisional) buf_z(&text, unannounced[lang]);
    buf_json(b, buf_view(&text));
}

static void step_json(struct buf *b, const struct due_step *s)
{
    char text[DAY_TEXT];
    day_t first = s->day < s->last ? s->day : s->last, last = s->day < s->last ? s->last : s->day;
    buf_printf(b, "{\"date\":\"%s\"", day_text(first, text));
    if (last != first) buf_printf(b, ",\"to\":\"%s\"", day_text(last, text));
    buf_printf(b, ",\"counts\":%d,\"n\":%lld,\"why_zh\":", (int)s->counts, (long long)s->n);
    say(b, s, LANG_ZH);
    buf_z(b, ",\"why_en\":");
    say(b, s, LANG_EN);
    buf_char(b, '}');
}

void due_json(struct buf *b, const struct clock_rule *r, const struct due *d)
{
    char text[INSTANT_TEXT];
    buf_z(b, "{\"rule\":");
    buf_json(b, r->code);
    buf_printf(b, ",\"version\":%lld", (long long)r->version);
    bool ordered = d->n == 1 && d->steps[0].why == WHY_ORDERED;
    if (!ordered) buf_printf(b, ",\"amount\":%lld,\"unit\":\"%s\"", (long long)r->amount, clock_unit_names[r->unit]);
    if (r->ordered) buf_z(b, ",\"ordered\":true");
    buf_printf(b, ",\"start\":\"%s\"", instant_text(d->start, text));
    buf_printf(b, ",\"due\":\"%s\"", instant_text(d->due, text));
    buf_printf(b, ",\"provisional\":%s,\"steps\":[", d->provisional ? "true" : "false");
    for (int i = 0; i < d->n; i++) {
        if (i) buf_char(b, ',');
        step_json(b, &d->steps[i]);
    }
    buf_z(b, "]}");
}

/* ---- for people ---- */

static const char *text_of(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s ? s : "";
}

static void weekday(struct buf *b, const char *date, enum lang lang)
{
    static const char *const names[][LANG__MAX] = {{"周一", "Mon"}, {"周二", "Tue"}, {"周三", "Wed"}, {"周四", "Thu"},
                                                   {"周五", "Fri"}, {"周六", "Sat"}, {"周日", "Sun"}};
    day_t d;
    if (day_parse(str_of(date), &d)) buf_printf(b, " %s", names[day_weekday(d) - 1][lang]);
}

static void step_text(struct buf *b, const json_t *s, bool by_days, enum lang lang)
{
    const char *date = text_of(s, "date"), *to = text_of(s, "to");
    long long counts = json_integer_value(json_object_get(s, "counts")), n = json_integer_value(json_object_get(s, "n"));
    buf_printf(b, "  %s", date);
    if (*to)
        buf_printf(b, lang == LANG_ZH ? " 至 %s" : " to %s", to);
    else
        weekday(b, date, lang);
    if (by_days && counts > 0)
        buf_printf(b, lang == LANG_ZH ? "  第%lld日" : "  day %lld", n);
    else if (by_days)
        buf_z(b, lang == LANG_ZH ? "  不计" : "  not counted");
    buf_printf(b, "  %s\n", text_of(s, lang == LANG_ZH ? "why_zh" : "why_en"));
}

/* The unit by which a derivation counts; CLOCK__MAX when it was ordered and nothing was counted. */
static enum clock_unit unit_of(const json_t *j)
{
    const char *unit = text_of(j, "unit");
    enum clock_unit u = CLOCK_HOURS;
    while (u < CLOCK__MAX && strcmp(clock_unit_names[u], unit) != 0) u++;
    return u;
}

static void head_text(struct buf *b, const json_t *j, enum lang lang)
{
    static const char *const units[CLOCK__MAX][LANG__MAX] = {
        {"小时", "hours"}, {"日", "days"}, {"个工作日", "working days"}, {"个月", "months"}};
    const char *rule = text_of(j, "rule");
    enum clock_unit u = unit_of(j);
    long long amount = json_integer_value(json_object_get(j, "amount")), version = json_integer_value(json_object_get(j, "version"));
    buf_z(b, "  ");
    if (*rule) buf_printf(b, lang == LANG_ZH ? "时限规则 %s 第%lld版，" : "clock rule %s, edition %lld, ", rule, version);
    if (json_is_true(json_object_get(j, "ordered"))) buf_z(b, lang == LANG_ZH ? "责令" : "ordered: ");
    if (u < CLOCK__MAX) buf_printf(b, lang == LANG_ZH ? "%lld%s，" : "%lld %s, ", amount, units[u][lang]);
    buf_printf(b, lang == LANG_ZH ? "自 %.10s 起算，到期 %s" : "from %.10s, due %s", text_of(j, "start"), text_of(j, "due"));
    if (json_is_true(json_object_get(j, "provisional")))
        buf_z(b, lang == LANG_ZH ? "（暂定：部分年度放假安排尚未公布）" : " (provisional: days off of some year are not announced yet)");
    buf_char(b, '\n');
}

enum err due_text(struct str json, enum lang lang, struct buf *b)
{
    json_t *j = json_loadb(json.p ? json.p : "", json.n, 0, NULL);
    const json_t *steps = json_object_get(j, "steps"), *s;
    size_t i;
    if (!json_is_array(steps)) {
        json_decref(j);
        return err_set(ERR_INVALID, "%s", _("this is no derivation of a deadline"));
    }
    enum clock_unit u = unit_of(j);
    bool by_days = u == CLOCK_DAYS || u == CLOCK_WORKING_DAYS;
    head_text(b, j, lang);
    json_array_foreach(steps, i, s) step_text(b, s, by_days, lang);
    json_decref(j);
    return buf_error(b);
}
