/* parse.c — any bytes given to any parser of values: no crash, and what was read can be written and read again. */
#include <stdlib.h>

#include "base/lang.h"
#include "base/utf8.h"
#include "exchange/ident.h"
#include "exchange/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static struct cell again(const char *z)
{
    return parse_cell(str_of(z));
}

static void day(struct cell c)
{
    day_t d, back;
    char out[DAY_TEXT];
    struct parse_result r = parse_day(c, &d);
    if (parse_has_value(&r)) must(parse_day(again(day_text(d, out)), &back).state == PARSE_OK && back == d);
}

static void instant(struct cell c)
{
    instant_t t, back;
    char out[INSTANT_TEXT];
    struct parse_result r = parse_instant(c, &t);
    if (parse_has_value(&r)) must(parse_instant(again(instant_text(t, out)), &back).state == PARSE_OK && back == t);
}

static void number(struct cell c)
{
    int64_t v;
    parse_integer(c, &v);
    for (int scale = 0; scale < 10; scale++) parse_decimal(c, scale, &v);
}

static void money(struct cell c)
{
    int64_t v, back;
    char out[PARSE_NUMBER_TEXT];
    struct parse_result r = parse_money(c, 1, &v);
    if (parse_has_value(&r)) must(parse_money(again(money_text(v, out)), 1, &back).state == PARSE_OK && back == v);
    r = parse_money(c, 10000, &v);
    must(utf8_valid(str_of(r.reason)));
}

static void place(struct cell c)
{
    struct place p, back;
    char out[PLACE_TEXT];
    struct parse_result r = parse_place(c, &p);
    if (parse_has_value(&r))
        must(parse_place(again(place_text(p, out)), &back).state == PARSE_OK && back.lng == p.lng && back.lat == p.lat);
}

static void word(struct cell c)
{
    bool b;
    char region[PARSE_REGION], phone[PARSE_PHONE], back[PARSE_PHONE];
    parse_yes_no(c, &b);
    parse_region(c, region);
    struct parse_result r = parse_phone(c, phone);
    if (!parse_has_value(&r)) return;
    r = parse_phone(again(phone), back);
    must(parse_has_value(&r) && strcmp(phone, back) == 0);
}

static void ident(struct cell c)
{
    char region[7];
    struct ident_check code = ident_uscc(c.text);
    if (code.valid) must(ident_uscc_region(str_of(code.normalized), region));
    ident_idcard(c.text, 20000);
}

/* The first byte chooses the parser and the kind of cell. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const parsers[])(struct cell) = {day, instant, number, money, place, word, ident};
    if (size == 0) return 0;
    lang_set(LANG_EN);
    struct cell c = parse_cell((struct str){(const char *)data + 1, size - 1});
    if (data[0] & 0x80) c.kind = CELL_NUMBER;
    parsers[data[0] % 16 % (sizeof parsers / sizeof *parsers)](c);
    return 0;
}
