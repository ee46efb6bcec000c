/* test_ident.c — credit codes and identity numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/lang.h"
#include "exchange/ident.h"
#include "shared_csv.h"

static day_t today(void)
{
    return day_of((struct civil){2026, 2, 10});
}

static void credit_codes_are_checked_twice(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum ident_why why;
        const char *reason; /* a part of it */
    } cases[] = {
        {"91430682MA4PC1E12L", IDENT_FINE, ""},
        {"  ９１４３０６８２ma4pc1e12l\n", IDENT_FINE, ""},
        {"91430682-MA4PC1E1-2-L", IDENT_FINE, ""},
        {"\xE2\x80\xAD"
         "91430682MA4PC1E12L"
         "\xE2\x80\xAC",
         IDENT_FINE, ""}, /* direction marks of a copied cell */
        {"91430682MA4PC1E12M", IDENT_CHECK, "(M)"},
        {"91430682MA4PC1E21L", IDENT_CHECK, "(L)"},
        {"91430682MA4PCIE12L", IDENT_CHARACTER, "“I” cannot stand at position 14"},
        {"9143068OMA4PC1E12L", IDENT_CHARACTER, "“O” cannot stand at position 8"},
        {"9143068AMA4PC1E12L", IDENT_CHARACTER, "“A” cannot stand at position 8"},
        {"91430682号A4PC1E12L", IDENT_CHARACTER, "“号” cannot stand at position 9"},
        {"91350211M00013FA1N", IDENT_CHECK, "compare"}, /* a code of the pilot */
        {"91430682MA4PC1E12", IDENT_LENGTH, "length"},
        {"91430682MA4PC1E12LL", IDENT_LENGTH, "length"},
        {"", IDENT_LENGTH, "length"},
        {"430602000012345", IDENT_OLD_REGISTRATION, "15 digits"},
        {"MA4PC1E12", IDENT_OLD_ORGANISATION, "organisation code"},
        {"MA4PC1E1-2", IDENT_OLD_ORGANISATION, "organisation code"},
        {"MA4PC1E13", IDENT_LENGTH, "length"},
        {"9.14306E+17", IDENT_CUT_BY_SPREADSHEET, "9.14306E+17"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ident_check c = ident_uscc(str_of(cases[i].text));
        if (c.why != cases[i].why) print_error("%s: %d %s\n", cases[i].text, c.why, c.reason);
        assert_int_equal(c.why, cases[i].why);
        assert_int_equal(c.valid, c.why == IDENT_FINE);
        assert_non_null(strstr(c.reason, cases[i].reason));
        if (c.valid) assert_string_equal(c.normalized, "91430682MA4PC1E12L");
        assert_int_equal(c.valid, c.reason[0] == '\0');
    }
}

static void one_wrong_character_never_passes(void **state)
{
    (void)state;
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const char *good = "91430682MA4PC1E12L";
    for (size_t at = 0; at < 18; at++) {
        for (size_t k = 0; k < sizeof alphabet - 1; k++) {
            char code[19];
            memcpy(code, good, 19);
            code[at] = alphabet[k];
            assert_int_equal(ident_uscc(str_of(code)).valid, alphabet[k] == good[at]);
        }
    }
}

/* The outer check is blind to what the inner one sees: change the organisation code and mend the last character. */
static void the_inner_check_is_a_second_opinion(void **state)
{
    (void)state;
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    char code[] = "91430682MA4PC1E13?";
    int inner = 0;
    for (size_t k = 0; k < sizeof alphabet - 1; k++) {
        code[17] = alphabet[k];
        struct ident_check c = ident_uscc(str_of(code));
        assert_false(c.valid);
        inner += c.why == IDENT_INNER;
    }
    assert_int_equal(inner, 1);
}

static void the_region_of_a_code_is_its_registrar(void **state)
{
    (void)state;
    char region[7];
    assert_true(ident_uscc_region(STR("91430682MA4PC1E12L"), region));
    assert_string_equal(region, "430682");
    assert_false(ident_uscc_region(STR("9143068"), region));
    assert_false(ident_uscc_region(STR("9143068XMA4PC1E12L"), region));
    assert_false(ident_uscc_region(STR_NONE, region));
}

static void identity_numbers_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum ident_why why;
    } cases[] = {
        {"11010519491231002X", IDENT_FINE},        {"11010519491231002x", IDENT_FINE},
        {"440524188001010014", IDENT_FINE},        {"１１０１０５ 19491231 ００２Ｘ", IDENT_FINE},
        {"110105194912310021", IDENT_CHECK},       {"11010519491331002X", IDENT_DAY},
        {"11010519490229002X", IDENT_DAY},         {"11010529491231002X", IDENT_FUTURE},
        {"01010519491231002X", IDENT_AREA},        {"99010519491231002X", IDENT_AREA},
        {"1101051949X231002X", IDENT_CHARACTER},   {"11010519491231002Y", IDENT_CHARACTER},
        {"110105491231002", IDENT_FINE},           {"110105491331002", IDENT_DAY},
        {"500105491231002", IDENT_FINE},           {"830105491231002", IDENT_FINE},
        {"840105491231002", IDENT_AREA},           {"11010549123100X", IDENT_CHARACTER},
        {"1101051949123100", IDENT_LENGTH},        {"", IDENT_LENGTH},
        {"1.10105E+17", IDENT_CUT_BY_SPREADSHEET},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ident_check c = ident_idcard(str_of(cases[i].text), today());
        if (c.why != cases[i].why) print_error("%s: %d %s\n", cases[i].text, c.why, c.reason);
        assert_int_equal(c.why, cases[i].why);
        assert_int_equal(c.valid, c.why == IDENT_FINE);
    }
    assert_string_equal(ident_idcard(STR("11010519491231002x"), today()).normalized, "11010519491231002X");
    /* born today, and tomorrow */
    struct ident_check c = ident_idcard(STR("11010519491231002X"), day_of((struct civil){1949, 12, 31}));
    assert_true(c.valid);
    assert_int_equal(ident_idcard(STR("11010519491231002X"), day_of((struct civil){1949, 12, 30})).why, IDENT_FUTURE);
}

static int check_vectors(const char *file, bool person)
{
    FILE *f = shared_open(file);
    if (!f) skip();
    static struct shared_row row;
    int n = 0;
    assert_true(shared_next(f, &row)); /* headings */
    while (shared_next(f, &row)) {
        struct str value = str_of(row.field[0]);
        struct ident_check c = person ? ident_idcard(value, today()) : ident_uscc(value);
        if (c.valid != (strcmp(row.field[1], "valid") == 0)) fail_msg("%s should be %s: %s", row.field[0], row.field[1], c.reason);
        n++;
    }
    fclose(f);
    return n;
}

static void all_vectors_of_credit_codes_agree(void **state)
{
    (void)state;
    assert_int_equal(check_vectors("vectors/uscc.csv", false), 44);
}

static void all_vectors_of_identity_numbers_agree(void **state)
{
    (void)state;
    assert_int_equal(check_vectors("vectors/idcard.csv", true), 7);
}

static void all_credit_codes_of_two_years_are_valid(void **state)
{
    (void)state;
    static const char *const files[] = {"enterprises/湖南-2014.csv", "enterprises/湖南-2018.csv"};
    static struct shared_row row;
    int n = 0;
    for (int i = 0; i < 2; i++) {
        FILE *f = shared_open(files[i]);
        if (!f) skip();
        assert_true(shared_next(f, &row));
        while (shared_next(f, &row)) {
            struct ident_check c = ident_uscc(str_of(row.field[1]));
            char region[7];
            if (!c.valid) fail_msg("%s: %s", row.field[1], c.reason);
            assert_true(ident_uscc_region(str_of(c.normalized), region));
            n++;
        }
        fclose(f);
    }
    assert_int_equal(n, 20863);
}

int main(void)
{
    lang_set(LANG_EN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credit_codes_are_checked_twice),        cmocka_unit_test(one_wrong_character_never_passes),
        cmocka_unit_test(the_inner_check_is_a_second_opinion),   cmocka_unit_test(the_region_of_a_code_is_its_registrar),
        cmocka_unit_test(identity_numbers_are_checked),          cmocka_unit_test(all_vectors_of_credit_codes_agree),
        cmocka_unit_test(all_vectors_of_identity_numbers_agree), cmocka_unit_test(all_credit_codes_of_two_years_are_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
