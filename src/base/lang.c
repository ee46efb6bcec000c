/* lang.c — gettext with one domain per language. See lang.h. */
#define _GNU_SOURCE
#include "base/lang.h"

#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Thread_local enum lang current = LANG_ZH;
static const char *const domains[LANG__MAX] = {[LANG_ZH] = "anjian-zh", [LANG_EN] = NULL};

/* The folder with the catalogues: as told, beside a fresh build, or where it is installed. */
static void find_catalogues(char *ret, size_t room)
{
    const char *told = getenv("ANJIAN_LOCALE");
    char self[PATH_MAX - 64] = "";
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    char *slash = n > 0 ? strrchr(self, '/') : NULL;
    if (slash) *slash = '\0';
    snprintf(ret, room, "%s/locale", self);
    if (told)
        snprintf(ret, room, "%s", told);
    else if (access(ret, R_OK) != 0)
        snprintf(ret, room, "%s/../share/anjian/locale", self);
}

void lang_init(void)
{
    char folder[PATH_MAX];
    find_catalogues(folder, sizeof folder);
    /* gettext looks up <folder>/<LANGUAGE>/LC_MESSAGES/<domain>.mo; our language is in the domain, so LANGUAGE is fixed. */
    setlocale(LC_MESSAGES, "C.UTF-8");
    setenv("LANGUAGE", "text", 1);
    for (int i = 0; i < LANG__MAX; i++) {
        if (!domains[i]) continue;
        bindtextdomain(domains[i], folder);
        bind_textdomain_codeset(domains[i], "UTF-8");
    }
}

void lang_set(enum lang lang)
{
    current = lang;
}

enum lang lang_get(void)
{
    return current;
}

int lang_parse(const char *word, enum lang *ret)
{
    if (strcmp(word, "zh") == 0)
        *ret = LANG_ZH;
    else if (strcmp(word, "en") == 0)
        *ret = LANG_EN;
    else
        return 0;
    return 1;
}

const char *lang_text(enum lang lang, const char *msgid)
{
    return domains[lang] ? dgettext(domains[lang], msgid) : msgid;
}
