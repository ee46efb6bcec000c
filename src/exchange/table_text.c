/* table_text.c — what the words in the cells of a table say about them. See table_text.h and table.h. */
#include "exchange/table_text.h"

#include "base/utf8.h"
#include "exchange/table.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define HEADING_MAX 24 /* characters; what is longer is a sentence */

static bool one_of(struct str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(s, words[i])) return true;
    return false;
}

static bool starts_with_one_of(struct str s, const char *const *words, size_t n, struct str *ret_rest)
{
    for (size_t i = 0; i < n; i++) {
        struct str word = str_of(words[i]);
        if (!str_starts(s, word)) continue;
        *ret_rest = str_from(s, word.n);
        return true;
    }
    return false;
}

/* In brackets or behind a slash, these say in what a column is counted, not what it is about. */
static const char *const units[] = {
    "元",       "万元", "亿元", "千元",   "美元", "万美元", "人民币", "亩",   "公顷",   "平方米", "平米", "㎡", "m2",   "m²",
    "平方公里", "m³",   "m3",   "立方米", "米",   "m",      "mm",     "cm",   "km",     "公里",   "吨",   "t",  "万吨", "kg",
    "千克",     "公斤", "l",    "升",     "人",   "万人",   "人次",   "人月", "人工时", "名",     "起",   "个", "家",   "户",
    "次",       "项",   "条",   "件",     "台",   "套",     "辆",     "份",   "处",     "艘",     "座",   "册", "天",   "日",
    "月",       "年",   "周",   "时",     "小时", "工时",   "h",      "分",   "分钟",   "min",    "秒",   "%",  "‰",    "℃",
    "mpa",      "kpa",  "kw",   "kva",    "kv",   "v",      "a",      "万",   "亿",     "千",
};
/* In brackets: how to fill the column in. */
static const char *const hints[] = {
    "必填",   "选填", "可选",     "必选", "非必填", "可不填", "单选",     "多选",     "可多选",     "下拉",   "下拉选择",
    "下拉框", "自动", "自动生成", "日期", "文本",   "数字",   "required", "optional", "yyyy-mm-dd", "年月日", "年-月-日",
};
static const char *const hint_starts[] = {"单位:", "单位为", "如:", "例:", "例如", "格式", "填", "请填", "从下拉", "unit:", "e.g."};

/* A list in brackets is what may be entered (合格/不合格) or a unit (mg/m3). */
static bool is_unit_or_hint(struct str inside)
{
    struct str rest;
    return str_find(inside, STR("/")) >= 0 || str_find(inside, STR("、")) >= 0 || one_of(inside, units, LENGTH(units)) ||
           one_of(inside, hints, LENGTH(hints)) || starts_with_one_of(inside, hint_starts, LENGTH(hint_starts), &rest);
}

/* Where a trailing "(unit)" or "/unit" starts, or the length when there is none. */
static size_t unit_start(struct str key)
{
    for (size_t i = key.n; i-- > 1;) {
        char c = key.p[i];
        struct str behind = str_from(key, i + 1);
        if (c == '/' && one_of(behind, units, LENGTH(units))) return i;
        if (c != '(' && c != '[') continue;
        char close = c == '(' ? ')' : ']';
        if (behind.n < 2 || behind.p[behind.n - 1] != close) return key.n;
        return is_unit_or_hint(str_head(behind, behind.n - 1)) ? i : key.n;
    }
    return key.n;
}

void table_heading_key(struct buf *b, struct str heading)
{
    size_t start = b->n;
    while (heading.n) {
        uint32_t c = utf8_fold_char(utf8_next(&heading));
        if (c != ' ' && !(c == '*' && b->n == start)) utf8_put(b, c);
    }
    if (b->failed) return;
    for (size_t before = 0; before != b->n;) {
        before = b->n;
        while (b->n > start && (b->p[b->n - 1] == '*' || b->p[b->n - 1] == ':')) b->n--;
        if (b->n > start) b->n = start + unit_start((struct str){b->p + start, b->n - start});
    }
    if (b->p) b->p[b->n] = '\0';
}

struct str cell_words(const struct cell *c)
{
    return c->kind == CELL_BLANK ? STR("") : str_trim(c->text);
}

bool words_are_number(struct str s)
{
    bool digit = false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9')
            digit = true;
        else if (!strchr("+-.,/:% TeE", s.p[i]))
            return false;
    }
    return digit;
}

static size_t first_colon(struct str s, size_t *ret_width)
{
    ptrdiff_t plain = str_find(s, STR(":")), wide = str_find(s, STR("："));
    bool use_wide = wide >= 0 && (plain < 0 || wide < plain);
    *ret_width = use_wide ? 3 : 1;
    return use_wide ? (size_t)wide : plain >= 0 ? (size_t)plain : s.n;
}

bool words_are_label_and_value(struct str s)
{
    size_t width, at = first_colon(s, &width);
    return at < s.n && str_trim(str_from(s, at + width)).n > 0;
}

bool words_are_heading(struct str s)
{
    size_t width;
    if (!s.n || utf8_length(s) > HEADING_MAX || words_are_number(s)) return false;
    if (str_find(s, STR("。")) >= 0 || str_find(s, STR("；")) >= 0) return false;
    return first_colon(s, &width) == s.n;
}

bool words_are_total(struct str key)
{
    static const char *const whole[] = {"全国", "全省", "全市",  "全区",     "全县",       "累计",
                                        "总数", "汇总", "total", "subtotal", "grandtotal", "sum"};
    static const char *const ends[] = {"合计", "总计", "小计", "共计"};
    if (one_of(key, whole, LENGTH(whole))) return true;
    for (size_t i = 0; i < LENGTH(ends); i++)
        if (str_ends(key, str_of(ends[i])) && utf8_length(key) <= 8) return true;
    return false;
}

bool words_are_note(struct str key)
{
    /* With a colon, a number or nothing behind, so that 注册… or 说明书 stay what they are. */
    static const char *const words[] = {
        "注",       "备注",     "附注",       "说明",       "填表说明", "填写说明", "填报说明", "填表人", "填报人", "填报单位", "填表单位",
        "填报时间", "填报日期", "填表日期",   "填表时间",   "制表人",   "制表",     "审核人",   "审核",   "审批人", "批准人",   "编制人",
        "编制",     "复核人",   "单位负责人", "负责人签字", "主管领导", "报送时间", "note",     "notes",  "remark", "remarks",
    };
    struct str rest;
    for (size_t i = 0; i < LENGTH(words); i++) {
        if (!starts_with_one_of(key, words + i, 1, &rest)) continue;
        if (!rest.n || rest.p[0] == ':' || rest.p[0] == '.' || (rest.p[0] >= '0' && rest.p[0] <= '9') || str_starts(rest, STR("、")))
            return true;
    }
    return false;
}

bool words_are_serial_heading(struct str key)
{
    static const char *const words[] = {"序号", "序", "项次", "行号", "no", "no.", "#", "seq"};
    return one_of(key, words, LENGTH(words));
}

void heading_on_one_line(struct buf *b, struct str heading)
{
    struct str s = str_trim(heading);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\n' && s.p[i] != '\r') {
            buf_char(b, s.p[i]);
            continue;
        }
        /* Between Chinese characters a line end is only there to fit the column; between words it parts them. */
        bool words = i > 0 && i + 1 < s.n && (unsigned char)s.p[i - 1] < 0x80 && (unsigned char)s.p[i + 1] < 0x80;
        if (words && s.p[i - 1] != '\r' && s.p[i - 1] != '\n') buf_char(b, ' ');
    }
}
