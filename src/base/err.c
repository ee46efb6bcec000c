/* err.c — the thread's last error. See err.h. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static _Thread_local struct err_info last;

static const char *const words[ERR__MAX] = {
    [OK] = "ok",
    [ERR_INVALID] = "invalid",
    [ERR_NOT_FOUND] = "not_found",
    [ERR_CONFLICT] = "conflict",
    [ERR_FORBIDDEN] = "forbidden",
    [ERR_REFUSED] = "refused",
    [ERR_UNREADABLE] = "unreadable",
    [ERR_TOO_BIG] = "too_big",
    [ERR_BUSY] = "busy",
    [ERR_STOPPED] = "stopped",
    [ERR_NO_MEMORY] = "no_memory",
    [ERR_IO] = "io",
    [ERR_DB] = "database",
};

const char *err_word(enum err code)
{
    return (unsigned)code < ERR__MAX ? words[code] : "unknown";
}

void err_set_at(const char *file, int line, enum err code, const char *format, ...)
{
    /* Formatted aside first: an argument may be part of the error it replaces. */
    char message[sizeof last.message];
    va_list ap;
    va_start(ap, format);
    vsnprintf(message, sizeof message, format, ap);
    va_end(ap);
    message[utf8_cut(message, strlen(message))] = '\0';
    last.code = code;
    last.file = file;
    last.line = line;
    last.field[0] = last.rule[0] = '\0';
    last.others = 0;
    memcpy(last.message, message, sizeof message);
}

enum err err_field(const char *field)
{
    snprintf(last.field, sizeof last.field, "%s", field);
    return last.code;
}

enum err err_rule(const char *rule)
{
    snprintf(last.rule, sizeof last.rule, "%s", rule);
    return last.code;
}

const struct err_info *err_last(void)
{
    return &last;
}

enum err err_restore(const struct err_info *info)
{
    last = *info;
    return last.code;
}

void err_gather_start(struct err_info *all)
{
    all->code = OK;
}

static void add_other(struct err_info *all, const char *field, const char *message)
{
    if (all->others == ERR_OTHERS) return;
    struct err_other *o = &all->other[all->others++];
    snprintf(o->field, sizeof o->field, "%s", field);
    snprintf(o->message, sizeof o->message, "%.*s", (int)sizeof o->message - 1, message);
    o->message[utf8_cut(o->message, strlen(o->message))] = '\0';
}

enum err err_gather(struct err_info *all, enum err e)
{
    if (e != ERR_INVALID) return e;
    if (!all->code) {
        *all = last;
        return OK;
    }
    add_other(all, last.field, last.message);
    for (int i = 0; i < last.others; i++) add_other(all, last.other[i].field, last.other[i].message);
    return OK;
}

enum err err_raise(const struct err_info *all)
{
    return all->code ? err_restore(all) : OK;
}
