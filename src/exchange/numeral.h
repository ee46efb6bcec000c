/* numeral.h — one number as people write it in Chinese tables, read exactly. Used by the parsers of this folder. */
#ifndef ANJIAN_NUMERAL_H
#define ANJIAN_NUMERAL_H

#include "base/str.h"

/* A number in units of 10^-12. At most 10^18 either way, so that products with 10^8 still fit. */
typedef __int128 exact_t;
#define EXACT_DECIMALS 12
#define EXACT_ONE ((exact_t)1000000000000)
#define EXACT_MAX (EXACT_ONE * 1000000000000000000)

struct numeral {
    exact_t value;
    bool scaled;  /* 十百千万亿 took part */
    bool inexact; /* digits beyond the twelfth decimal were cut off */
};

enum numeral_found {
    NUMERAL_NONE, /* *s does not start with a number; nothing was taken */
    NUMERAL_OK,
    NUMERAL_BAD, /* it starts like a number but is none, or one that can be read in two ways ("1万5") */
    NUMERAL_TOO_LARGE,
};

/* Take a number without sign off the folded text *s: "1,234.5", "1.5e-07", "3.5亿", "1亿2000万", "壹佰零伍", "十五". */
enum numeral_found numeral_take(struct str *s, struct numeral *ret);

/* v × 10^power; false when that passes EXACT_MAX. Dividing rounds towards zero and sets *inexact when digits are lost. */
bool exact_scale(exact_t *v, int power, bool *inexact);

/* v in units of 10^-scale (scale ≤ EXACT_DECIMALS), rounded half away from zero; *inexact when rounded. False when it
 * does not fit. */
bool exact_int(exact_t v, int scale, int64_t *ret, bool *inexact);

#endif
