/* test_file_kind.c — what a file is, by its first bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ledger/file_kind.h"

#define ZIP(name_length, name) "PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" name_length "\0\0\0" name

static const struct {
    struct str head;
    const char *kind;
} cases[] = {
    {STR("\xFF\xD8\xFF\xE0"), "image/jpeg"},
    {STR("\x89PNG\r\n\x1A\n...."), "image/png"},
    {STR("GIF89a"), "image/gif"},
    {STR("GIF8"), "text/plain"},
    {STR("RIFF\1\2\3\4WEBPVP8 "), "image/webp"},
    {STR("RIFF\1\2\3\4CDXA"), FILE_KIND_UNKNOWN},
    {STR("\0\0\0\x18"
         "ftypheic"),
     "image/heic"},
    {STR("\0\0\0\x18"
         "ftypisom"),
     "video/mp4"},
    {STR("BM\0\0"), "image/bmp"},
    {STR("BMW, 3"), "text/plain"},
    {STR("%PDF-1.7\n<html>"), "application/pdf"},
    {STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "application/x-ole-storage"},
    {STR(ZIP("\5", "a.txt")), "application/zip"},
    {STR(ZIP("\5", "a.txt") ZIP("\x0F", "word/styles.xml")), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {STR(ZIP("\7", "OFD.xml")), "application/ofd"},
    {STR(ZIP("\x14", "META-INF/MANIFEST.MF")), "application/java-archive"},
    {STR("PK\3\4"), "application/zip"},
    {STR("序号,名称\r\n1,甲\r\n"), "text/plain"},
    {STR("\xD0\xF2\xBA\xC5,\xC3\xFB"), "text/plain"}, /* the same in GBK */
    {STR("\xD0\xF2\xBA"), "text/plain"},              /* cut within a character */
    {STR("a < b and c <d> e"), "text/plain"},
    {STR("\xEF\xBB\xBF \n<!DOCTYPE html>"), "text/html"},
    {STR("harmless at first, <ScRiPt>alert(1)"), "text/html"},
    {STR("<?xml version=\"1.0\"?>\n<svg xmlns="), "image/svg+xml"},
    {STR("<?xml version=\"1.0\"?>"), "text/xml"},
    {STR("#!/bin/sh\n"), "text/x-script"},
    {STR("@ECHO off\r\n"), "text/x-script"},
    {STR("<?php echo 1;"), "text/x-script"},
    {STR("MZ\x90\0\3\0"), "application/x-executable"},
    {STR("\x7F\x45\x4C\x46\2\1"), "application/x-executable"},
    {STR("<\0h\0t\0m\0l\0"), FILE_KIND_UNKNOWN},
    {STR("\x80\1\2\3"), FILE_KIND_UNKNOWN},
    {STR("\xFF\xFE"), FILE_KIND_UNKNOWN},
    {STR(""), FILE_KIND_UNKNOWN},
};

static void a_file_is_what_its_first_bytes_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *kind = file_kind(cases[i].head);
        if (strcmp(kind, cases[i].kind) != 0) fail_msg("case %zu: %s, not %s", i, kind, cases[i].kind);
    }
}

static void names_of_programs_and_pages_are_refused_whatever_their_case(void **state)
{
    (void)state;
    static const char *const bad[] = {"a.html", "A.HTM", "图.svg", "x.Js", "setup.exe", ".bat"};
    static const char *const good[] = {"a.jpg", "html", "a.html.jpg", "js", "", "图"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_int_equal(file_kind_check_name(str_of(bad[i])), ERR_INVALID);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_int_equal(file_kind_check_name(str_of(good[i])), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_what_its_first_bytes_say),
        cmocka_unit_test(names_of_programs_and_pages_are_refused_whatever_their_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
