/* ident.c — credit codes and identity numbers. See ident.h. */
#include "exchange/ident.h"

#include <stdio.h>

#include "base/lang.h"
#include "base/utf8.h"
#include "exchange/plain.h"

/* The texts are formatted with: the character found, its position. */
static const char *const texts[] = {
    [IDENT_LENGTH] = N_("the number does not have the right length"),
    [IDENT_CHARACTER] = N_("“%s” cannot stand at position %d"),
    [IDENT_CHECK] = N_("the last character (%s) does not fit the others; please compare with the certificate"),
    [IDENT_INNER] = N_("the organisation code inside the credit code (positions 9 to 17) does not fit its own check character"),
    [IDENT_OLD_REGISTRATION] = N_("this is a business registration number of 15 digits, which the credit code has replaced"),
    [IDENT_OLD_ORGANISATION] = N_("this is an organisation code of 9 characters, which the credit code has replaced"),
    [IDENT_AREA] = N_("no province has the number that the identity number begins with"),
    [IDENT_DAY] = N_("the birthday in the identity number does not exist"),
    [IDENT_FUTURE] = N_("the birthday in the identity number lies in the future"),
    [IDENT_CUT_BY_SPREADSHEET] = N_("the spreadsheet has turned the number into %s and lost digits; format the column as text"),
};

static struct ident_check refuse(struct ident_check c, enum ident_why why, const char *found, size_t position)
{
    c.valid = false;
    c.why = why;
    snprintf(c.reason, sizeof c.reason, _(texts[why]), found, (int)position);
    return c;
}

/* Fold into c->normalized; the whole folded text, however long, is in *ret. */
static struct ident_check begin(struct str s, struct plain *ret)
{
    struct ident_check c = {.valid = true};
    if (!plain_fold(ret, s)) ret->n = 0;
    size_t n = 0;
    for (size_t i = 0; i < ret->n; i++) {
        char x = ret->p[i];
        if (x == ' ' || x == '-') continue;
        ret->p[n++] = x >= 'a' && x <= 'z' ? (char)(x - 'a' + 'A') : x;
    }
    ret->n = n;
    ret->p[n] = '\0';
    size_t cut = n < sizeof c.normalized ? n : utf8_cut(ret->p, sizeof c.normalized - 1);
    memcpy(c.normalized, ret->p, cut);
    return c;
}

/* Position of `x` in `alphabet`, or -1. */
static int place_in(const char *alphabet, char x)
{
    const char *hit = x ? strchr(alphabet, x) : NULL;
    return hit ? (int)(hit - alphabet) : -1;
}

/* Offset of the first of `n` bytes that is not in `alphabet`; n when all are. */
static size_t first_foreign(const char *p, size_t n, const char *alphabet)
{
    size_t i = 0;
    while (i < n && place_in(alphabet, p[i]) >= 0) i++;
    return i;
}

static struct ident_check refuse_character(struct ident_check c, const struct plain *t, size_t at)
{
    struct str rest = str_from(plain_view(t), at), after = rest;
    char found[8] = "";
    utf8_next(&after);
    memcpy(found, rest.p, rest.n - after.n);
    return refuse(c, IDENT_CHARACTER, found, utf8_length(str_head(plain_view(t), at)) + 1);
}

static const char digits[] = "0123456789";
static const char base31[] = "0123456789ABCDEFGHJKLMNPQRTUWXY"; /* no I, O, S, V, Z */
static const char base36[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

static int weighted(const char *p, int n, const char *alphabet, const int *weight)
{
    int sum = 0;
    for (int i = 0; i < n; i++) sum += place_in(alphabet, p[i]) * weight[i];
    return sum;
}

static bool uscc_fits(const char *p)
{
    static const int weight[17] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}; /* 3^i mod 31 */
    return p[17] == base31[(31 - weighted(p, 17, base31, weight) % 31) % 31];
}

static bool organisation_fits(const char *p)
{
    static const int weight[8] = {3, 7, 9, 10, 5, 8, 4, 2};
    return p[8] == "0X987654321"[weighted(p, 8, base36, weight) % 11];
}

/* "4.30602E+17", what is left of a long number in a cell that was not text. */
static bool is_exponent(const struct plain *t)
{
    size_t n = strcspn(t->p, "E");
    return n > 0 && n + 1 < t->n && first_foreign(t->p, n, "0123456789.") == n &&
           first_foreign(t->p + n + 1, t->n - n - 1, "0123456789+") == t->n - n - 1 && t->n < 18 && memchr(t->p, '.', n);
}

static struct ident_check uscc_of_other_length(struct ident_check c, const struct plain *t)
{
    if (t->n == 15 && first_foreign(t->p, 15, digits) == 15) return refuse(c, IDENT_OLD_REGISTRATION, "", 0);
    if (t->n == 9 && first_foreign(t->p, 9, base36) == 9 && organisation_fits(t->p)) return refuse(c, IDENT_OLD_ORGANISATION, "", 0);
    return refuse(c, IDENT_LENGTH, "", 0);
}

struct ident_check ident_uscc(struct str s)
{
    struct plain t;
    struct ident_check c = begin(s, &t);
    if (is_exponent(&t)) return refuse(c, IDENT_CUT_BY_SPREADSHEET, c.normalized, 0);
    size_t at = first_foreign(t.p, t.n, base31);
    bool long_enough = utf8_length(plain_view(&t)) == 18;
    if (!long_enough) return uscc_of_other_length(c, &t);
    if (at < t.n) return refuse_character(c, &t, at);
    size_t region = first_foreign(t.p + 2, 6, digits);
    if (region < 6) return refuse_character(c, &t, region + 2);
    if (!uscc_fits(t.p)) return refuse(c, IDENT_CHECK, (char[]){t.p[17], '\0'}, 18);
    return organisation_fits(t.p + 8) ? c : refuse(c, IDENT_INNER, "", 0);
}

bool ident_uscc_region(struct str code, char ret[7])
{
    if (code.n != 18 || first_foreign(code.p + 2, 6, digits) < 6) return false;
    memcpy(ret, code.p + 2, 6);
    ret[6] = '\0';
    return true;
}

/* `n` digits. */
static int number_at(const char *p, int n)
{
    int v = 0;
    for (int i = 0; i < n; i++) v = v * 10 + p[i] - '0';
    return v;
}

static bool is_province(int area)
{
    /* of each region of the country; 83 stands in residence permits of people from Taiwan */
    static const unsigned char first[] = {1, 11, 21, 31, 41, 50, 61, 71, 81, 91}, last[] = {0, 15, 23, 37, 46, 54, 65, 71, 83, 91};
    return area >= first[area / 10] && area <= last[area / 10];
}

static bool idcard_fits(const char *p)
{
    static const int weight[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    return p[17] == "10X98765432"[weighted(p, 17, digits, weight) % 11];
}

struct ident_check ident_idcard(struct str s, day_t today)
{
    struct plain t;
    struct ident_check c = begin(s, &t);
    if (is_exponent(&t)) return refuse(c, IDENT_CUT_BY_SPREADSHEET, c.normalized, 0);
    size_t length = utf8_length(plain_view(&t));
    if (length != 18 && length != 15) return refuse(c, IDENT_LENGTH, "", 0);
    size_t number = length == 18 ? 17 : 15, at = first_foreign(t.p, number, digits);
    if (at < number) return refuse_character(c, &t, at);
    if (length == 18 && place_in("0123456789X", t.p[17]) < 0) return refuse_character(c, &t, 17);
    if (!is_province(number_at(t.p, 2))) return refuse(c, IDENT_AREA, "", 0);
    const char *birth = t.p + 6;
    struct civil born = length == 18 ? (struct civil){number_at(birth, 4), number_at(birth + 4, 2), number_at(birth + 6, 2)}
                                     : (struct civil){1900 + number_at(birth, 2), number_at(birth + 2, 2), number_at(birth + 4, 2)};
    if (!day_valid(born)) return refuse(c, IDENT_DAY, "", 0);
    if (day_of(born) > today) return refuse(c, IDENT_FUTURE, "", 0);
    if (length == 18 && !idcard_fits(t.p)) return refuse(c, IDENT_CHECK, (char[]){t.p[17], '\0'}, 18);
    return c;
}
