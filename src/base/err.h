/* err.h — how functions say that they failed.
 *
 * A function that can fail returns `enum err`; OK is 0. The first place that knows why also says so with
 * err_set(): a message in the language of the thread, and where they apply the field and the rule it is about.
 * Library code never prints; the outermost caller (a verb, a request) reports err_last() once. Outputs named
 * `ret_*` are written on success only.
 */
#ifndef ANJIAN_ERR_H
#define ANJIAN_ERR_H

enum err {
    OK = 0,
    ERR_INVALID,    /* a value, a condition or an argument does not fit; nothing was changed */
    ERR_NOT_FOUND,  /* no such record, or none that the actor may see */
    ERR_CONFLICT,   /* somebody else changed it first, or it exists already */
    ERR_FORBIDDEN,  /* the actor has no right to it */
    ERR_REFUSED,    /* a rule or a guard says no */
    ERR_UNREADABLE, /* bytes from outside are not what they should be */
    ERR_TOO_BIG,    /* a declared limit is passed */
    ERR_BUSY,       /* try again */
    ERR_STOPPED,    /* somebody asked the work to stop */
    ERR_NO_MEMORY,
    ERR_IO,
    ERR_DB,
    ERR__MAX,
};

#define ERR_OTHERS 15
struct err_other { /* one more fault of the same input */
    char message[256], field[64];
};

struct err_info {
    enum err code;
    char message[1024]; /* UTF-8, in the thread's language, never cut inside a character */
    char field[64];     /* name of the field it is about, or "" */
    char rule[64];      /* name of the rule that says no, or "" */
    const char *file;   /* where it was born */
    int line;
    int others; /* faults that were gathered with this one, the first */
    struct err_other other[ERR_OTHERS];
};

/* The stable word for a code, as in {"error":{"code":…}}: "invalid", "not_found", … */
const char *err_word(enum err);

/* Record what went wrong and return `code`, so that `return err_set(…)` reads well. */
#define err_set(code, ...) (err_set_at(__FILE__, __LINE__, (code), __VA_ARGS__), err_is(code))
static inline enum err err_is(enum err code) /* lets the compiler see that it is not OK */
{
    return code;
}
void err_set_at(const char *file, int line, enum err code, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Name the field or the rule of the error just set; return its code. */
enum err err_field(const char *field);
enum err err_rule(const char *rule);

/* The last error of this thread. Valid until the next err_set() on it. */
const struct err_info *err_last(void);

/* Faults of one input that are told together, as those of the fields of a form. Gather each as it is born, raise them at the end:
 *
 *     struct err_info all;
 *     err_gather_start(&all);
 *     for (…) TRY(err_gather(&all, check(…)));
 *     return err_raise(&all);
 *
 * Only ERR_INVALID is gathered, and ERR_OTHERS + 1 at most; any other error goes on at once. */
void err_gather_start(struct err_info *all);
enum err err_gather(struct err_info *all, enum err);
/* OK when nothing was gathered; otherwise the first, with the others behind it. */
enum err err_raise(const struct err_info *all);

/* Give this thread an error that was born on another one (group commit, jobs). */
enum err err_restore(const struct err_info *);

#define err_no_memory() err_set(ERR_NO_MEMORY, "%s", "out of memory")

/* Leave with the callee's error. For functions that own nothing that needs cleaning up. */
#define TRY(expr)                                                                                                                          \
    do {                                                                                                                                   \
        enum err try_ = (expr);                                                                                                            \
        if (try_) return try_;                                                                                                             \
    } while (0)

#endif
