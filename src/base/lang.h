/* lang.h — text in the user's language.
 *
 * Texts in the program are English msgids in _( ); po/zh_CN.po has the Chinese. The language belongs to the thread and
 * is set at the start of a request or verb. One gettext domain per language, so no system locale is needed.
 */
#ifndef ANJIAN_LANG_H
#define ANJIAN_LANG_H

enum lang { LANG_ZH, LANG_EN, LANG__MAX };

/* Once, at start: finds the catalogues beside the program (or in the folder given by ANJIAN_LOCALE). */
void lang_init(void);
void lang_set(enum lang);
enum lang lang_get(void);
/* "zh" or "en" → language; false for anything else. */
int lang_parse(const char *word, enum lang *ret);

/* The text of `msgid` in a given language, for records that keep both. */
const char *lang_text(enum lang, const char *msgid) __attribute__((format_arg(2)));

static inline __attribute__((format_arg(1))) const char *lang_here(const char *msgid)
{
    return lang_text(lang_get(), msgid);
}
#define _(msgid) lang_here(msgid)
#define N_(msgid) (msgid) /* marks a text that is translated where it is used */

#endif
