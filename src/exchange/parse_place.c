/* parse_place.c — coordinates. See parse.h.
 *
 * The text is read as numbers among words. A word for a direction (E, 北纬, "lng") belongs to the number in front of it
 * when that has none yet, else to the next; without any, longitude comes first.
 */
#include "exchange/numeral.h"
#include "exchange/plain.h"

enum { SKIP, CLOSE, LNG, LAT, DEGREE, MINUTE, SECOND, DATUM };

static const struct word words[] = {
    {" ", SKIP, 0},
    {"\"", SECOND, 0},
    {"'", MINUTE, 0},
    {"{", SKIP, 0},
    {"}", SKIP, 0},
    {"(", SKIP, 0},
    {")", SKIP, 0},
    {"[", SKIP, 0},
    {"]", SKIP, 0},
    {":", SKIP, 0},
    {"=", SKIP, 0},
    {"坐标", SKIP, 0},
    {"坐标系", SKIP, 0},
    {"datum", SKIP, 0},
    {"crs", SKIP, 0},
    {",", CLOSE, 0},
    {";", CLOSE, 0},
    {"，", CLOSE, 0},
    {"、", CLOSE, 0},
    {"/", CLOSE, 0},
    {"e", LNG, 1},
    {"w", LNG, -1},
    {"东经", LNG, 1},
    {"西经", LNG, -1},
    {"经度", LNG, 1},
    {"lng", LNG, 1},
    {"lon", LNG, 1},
    {"longitude", LNG, 1},
    {"n", LAT, 1},
    {"s", LAT, -1},
    {"北纬", LAT, 1},
    {"南纬", LAT, -1},
    {"纬度", LAT, 1},
    {"lat", LAT, 1},
    {"latitude", LAT, 1},
    {"°", DEGREE, 0},
    {"º", DEGREE, 0},
    {"˚", DEGREE, 0},
    {"度", DEGREE, 0},
    {"′", MINUTE, 0},
    {"’", MINUTE, 0},
    {"分", MINUTE, 0},
    {"″", SECOND, 0},
    {"”", SECOND, 0},
    {"''", SECOND, 0},
    {"秒", SECOND, 0},
    {"wgs84", DATUM, DATUM_WGS84},
    {"wgs-84", DATUM, DATUM_WGS84},
    {"wgs 84", DATUM, DATUM_WGS84},
    {"gps", DATUM, DATUM_WGS84},
    {"gcj02", DATUM, DATUM_GCJ02},
    {"gcj-02", DATUM, DATUM_GCJ02},
    {"高德", DATUM, DATUM_GCJ02},
    {"腾讯", DATUM, DATUM_GCJ02},
    {"bd09", DATUM, DATUM_BD09},
    {"bd-09", DATUM, DATUM_BD09},
    {"bd09ll", DATUM, DATUM_BD09},
    {"百度", DATUM, DATUM_BD09},
    {"cgcs2000", DATUM, DATUM_CGCS2000},
    {"国家2000", DATUM, DATUM_CGCS2000},
    {"2000国家大地坐标系", DATUM, DATUM_CGCS2000},
};

/* One coordinate while it is read. */
struct angle {
    exact_t value;
    int parts;  /* numbers taken: degrees, minutes, seconds */
    int marks;  /* unit marks taken behind them */
    int axis;   /* LNG, LAT or 0 */
    int sign;   /* of the axis word */
    bool minus; /* "-71.5" */
    bool closed;
};

struct reading {
    struct angle angle[2];
    int n;          /* angles begun */
    int axis, sign; /* a word that waits for its number */
    int datum;      /* -1: none */
};

static bool take_number(struct reading *r, struct str *s)
{
    struct numeral num;
    bool minus = s->p[0] == '-';
    struct angle *a = r->n ? &r->angle[r->n - 1] : NULL;
    struct str rest = str_from(*s, minus);
    if (!rest.n || !is_digit(rest.p[0]) || numeral_take(&rest, &num) != NUMERAL_OK || num.scaled) return false;
    if (num.value > 400 * EXACT_ONE) return false;
    *s = rest;
    bool part = a && !a->closed && !minus && !r->axis && a->marks == a->parts && a->parts < 3;
    if (!part) { /* a new coordinate */
        if (r->n == 2) return false;
        a = &r->angle[r->n++];
        *a = (struct angle){.minus = minus, .axis = r->axis, .sign = r->sign};
        r->axis = r->sign = 0;
    } else if (num.value >= 60 * EXACT_ONE) {
        return false;
    }
    static const int unit[] = {1, 60, 3600};
    a->value += num.value / unit[a->parts++];
    return true;
}

/* ° ′ ″ must come in this order, each behind its number. A quote that is no mark belongs to JSON. */
static bool take_mark(struct reading *r, const struct word *w)
{
    static const int needs[] = {[DEGREE] = 1, [MINUTE] = 2, [SECOND] = 3};
    struct angle *a = r->n ? &r->angle[r->n - 1] : NULL;
    if (a && !a->closed && a->parts == needs[w->kind] && a->marks == a->parts - 1) {
        a->marks++;
        return true;
    }
    return w->text[0] == '"' || w->text[0] == '\'';
}

static void take_axis(struct reading *r, const struct word *w)
{
    struct angle *a = r->n ? &r->angle[r->n - 1] : NULL;
    if (a && !a->closed && !a->axis) {
        a->axis = w->kind;
        a->sign = w->value;
        a->closed = true;
    } else {
        if (a) a->closed = true;
        r->axis = w->kind;
        r->sign = w->value;
    }
}

static bool scan(struct str s, struct reading *r)
{
    while (s.n) {
        const struct word *w = word_take(&s, words, COUNT(words));
        if (!w) {
            if (!take_number(r, &s)) return false;
            continue;
        }
        switch (w->kind) {
        case CLOSE:
            if (r->n) r->angle[r->n - 1].closed = true;
            break;
        case LNG:
        case LAT: take_axis(r, w); break;
        case DEGREE:
        case MINUTE:
        case SECOND:
            if (!take_mark(r, w)) return false;
            break;
        case DATUM:
            if (r->datum >= 0 && r->datum != w->value) return false;
            r->datum = w->value;
            break;
        default: break;
        }
    }
    return r->n == 2 && !r->axis;
}

static bool angle_e7(const struct angle *a, int64_t *ret)
{
    bool cut = false;
    exact_t v = a->minus ? -a->value : a->value;
    return (!a->minus || !a->sign || a->sign == 1) && exact_int(a->sign < 0 ? -v : v, 7, ret, &cut);
}

#define E7(degrees) ((int64_t)((degrees)*INT64_C(10000000)))

static bool in_china(int64_t lng, int64_t lat)
{
    return lng >= E7(73) && lng <= E7(136) && lat >= E7(3) && lat <= E7(54);
}

static bool inside(const struct place *p)
{
    if (p->datum != DATUM_WGS84) return in_china(p->lng, p->lat);
    return p->lng >= E7(-180) && p->lng <= E7(180) && p->lat >= E7(-90) && p->lat <= E7(90) && (p->lng || p->lat);
}

struct parse_result parse_place(struct cell c, struct place *ret)
{
    struct plain t;
    struct parse_result early;
    struct reading r = {.datum = -1};
    struct place p;
    if (!parse_begin(c.kind == CELL_LIST ? parse_cell(c.text) : c, &t, &early)) return early;
    const struct angle *a = &r.angle[0], *b = &r.angle[1];
    if (!scan(plain_view(&t), &r) || (a->axis && a->axis == b->axis)) return parsed(PARSE_BAD, PARSE_NOT_PLACE, c.text);
    bool named = a->axis || b->axis;
    bool lat_first = a->axis == LAT || b->axis == LNG;
    p.datum = r.datum < 0 ? DATUM_WGS84 : (enum datum)r.datum;
    if (!angle_e7(lat_first ? b : a, &p.lng) || !angle_e7(lat_first ? a : b, &p.lat)) return parsed(PARSE_BAD, PARSE_NOT_PLACE, c.text);
    bool swapped = !named && !inside(&p) && in_china(p.lat, p.lng);
    if (swapped) p = (struct place){p.lat, p.lng, p.datum};
    if (!inside(&p)) return parsed(PARSE_BAD, PARSE_OUTSIDE, c.text);
    *ret = p;
    if (swapped) return parsed(PARSE_WARN, PARSE_SWAPPED, c.text);
    return r.datum < 0 ? parsed(PARSE_WARN, PARSE_NO_DATUM, c.text) : PARSED_OK;
}
