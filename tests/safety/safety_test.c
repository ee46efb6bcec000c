/* safety_test.c — see safety_test.h. */
#include "safety_test.h"

#include <stdio.h>

#include "duty/duty.h"
#include "ledger/import.h"
#include "safety/account.h"
#include "safety/hazard.h"

/* ---- defaults ---- */

static struct str csv(const char *name, const char *without)
{
    char path[500], line[4000];
    struct buf b = BUF_INIT((size_t)4 << 20);
    snprintf(path, sizeof path, "%s/data/%s.csv", PROJECT_ROOT, name);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        if (!without || strncmp(line, without, strlen(without)) != 0) buf_z(&b, line);
    fclose(f);
    struct str ret = arena_str(arena, buf_view(&b));
    buf_release(&b);
    return ret;
}

void load_defaults(void)
{
    static struct store *loaded;
    static const char *const names[][2] = {{"code", "industry,"}, {"setting", NULL}, {"right", NULL}};
    struct actor console = ACTOR_CONSOLE;
    if (loaded == store) return;
    loaded = store;
    duty_init();
    safety_init();
    for (int i = 0; i < COUNT(names); i++) {
        struct import_result r;
        assert_ok(import_bytes(store, &console, arena, ledger(names[i][0]), names[i][0], csv(names[i][0], names[i][1]), &r));
        assert_int_equal(r.refused, 0);
        assert_true(r.added > 0);
    }
}

/* ---- people ---- */

struct somebody hired(const char *unit, const char *kind, const char *more)
{
    struct somebody k;
    struct actor was = me;
    me = (struct actor)ACTOR_CONSOLE;
    k.unit = made("unit", text_of("{\"name\":\"%s\",\"kind\":\"%s\"%s}", unit, kind, more));
    k.person = made("person", text_of("{\"name\":\"%s的人\",\"unit\":\"%lld\"}", unit, (long long)k.unit));
    k.post = made("post", text_of("{\"person\":\"%lld\",\"unit\":\"%lld\",\"duty\":\"员\",\"role\":\"member\",\"from_day\":\"2020-01-01\"}",
                                  (long long)k.person, (long long)k.unit));
    me = was;
    return k;
}

struct making {
    const char *name, *hash;
    int64_t person, id;
};

static enum err do_make(struct work *w, void *arg)
{
    struct making *k = arg;
    struct record *r;
    TRY(account_make(w, str_of(k->name), k->person, NULL, &r));
    k->id = r->id;
    return OK;
}

static enum err do_password(struct work *w, void *arg)
{
    const struct making *k = arg;
    return password_put(w, k->id, k->hash, false);
}

int64_t account(const char *name, int64_t person, const char *role, const char *password)
{
    char hash[PASSWORD_HASH];
    struct making k = {.name = name, .hash = hash, .person = person};
    struct actor was = me;
    me = (struct actor)ACTOR_CONSOLE;
    written(do_make, &k);
    assert_ok(act("account", k.id, "grant", 0, text_of("{\"role\":\"%s\"}", role), NULL));
    if (password) {
        assert_ok(password_hash(str_of(password), hash));
        written(do_password, &k);
    }
    me = was;
    return k.id;
}

struct asking {
    const char *name;
    struct actor *ret;
};

static enum err do_actor(struct work *w, void *arg)
{
    const struct asking *k = arg;
    return account_actor(w, str_of(k->name), k->ret);
}

enum err actor_of(const char *name, struct actor *ret)
{
    return viewing(do_actor, &(struct asking){name, ret});
}

struct actor acting(const char *name)
{
    struct actor a;
    assert_ok(actor_of(name, &a));
    return a;
}

/* ---- the clock ---- */

void clock_at(const char *text)
{
    instant_t t;
    assert_true(instant_parse(str_of(text), &t));
    clock_set(t);
}

void clock_on(int64_t seconds)
{
    clock_set(clock_now() + seconds * INSTANT_SECOND);
}
