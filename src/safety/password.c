/* password.c — see password.h. */
#include "safety/password.h"

#include <sodium.h>
#include <stdio.h>

#include "base/lang.h"
#include "base/utf8.h"
#include "password.sql.h"
#include "safety/session.h"

/* Argon2id with 19 MiB and 3 passes, as OWASP advises at least. */
#define HASH_PASSES 3
#define HASH_MEMORY ((size_t)19 << 20)
_Static_assert(PASSWORD_HASH >= crypto_pwhash_STRBYTES, "a hash fits");

/* Of a password that nobody has: verified against when there is no hash, so that it takes as long. */
static const char nobodys[] = "$argon2id$v=19$m=19456,t=3,p=1$PwdGGKPp28OaXmt4UdGyxQ$Rc47fETOS9ex77RvCHi//oN99LGAKmxjsnHsBDFs4c0";

extern const char common_password_txt[]; /* data/common_password.txt */

static enum err bad(const char *what)
{
    err_set(ERR_INVALID, "%s", what);
    return err_field("password");
}

static bool is_common(struct str folded)
{
    struct str rest = str_of(common_password_txt), one;
    while (rest.p)
        if ((one = str_split(&rest, '\n')).n && str_eq(one, folded)) return true;
    return false;
}

static bool is_one_character(struct str s)
{
    for (size_t i = 1; i < s.n; i++)
        if (s.p[i] != s.p[0]) return false;
    return true;
}

enum err password_fit(struct str account, struct str password)
{
    enum { MORE = 6 }; /* characters beside the name */
    if (password.n > PASSWORD_MAX || !utf8_valid(password) || (int)utf8_length(password) < PASSWORD_MIN) {
        err_set(ERR_INVALID, _("a password has at least %d characters, and at most %d bytes"), PASSWORD_MIN, PASSWORD_MAX);
        return err_field("password");
    }
    struct buf a CLEANUP_BUF = BUF_INIT(4000), p CLEANUP_BUF = BUF_INIT(4000);
    utf8_fold(&a, account);
    utf8_fold(&p, password);
    TRY(buf_error(&a));
    TRY(buf_error(&p));
    struct str name = buf_view(&a), word = buf_view(&p);
    bool holds_name = name.n && str_find(word, name) >= 0 && utf8_length(word) < utf8_length(name) + MORE;
    bool common = is_common(word) || is_one_character(word);
    sodium_memzero(p.p, p.n);
    if (holds_name) return bad(_("the password is little more than the name of the account"));
    return common ? bad(_("this password is among the commonest; please choose another one")) : OK;
}

enum err password_make(char ret[PASSWORD_MADE])
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    if (sodium_init() < 0) return err_set(ERR_IO, "%s", "no random bytes");
    for (int i = 0; i < PASSWORD_MADE - 1; i++) ret[i] = letters[randombytes_uniform(sizeof letters - 1)];
    ret[PASSWORD_MADE - 1] = '\0';
    return OK;
}

enum err password_hash(struct str password, char ret[PASSWORD_HASH])
{
    if (sodium_init() < 0 || crypto_pwhash_str(ret, password.p, password.n, HASH_PASSES, HASH_MEMORY) != 0) return err_no_memory();
    return OK;
}

bool password_verify(const char *hash, struct str password)
{
    bool known = hash[0] != '\0';
    if (sodium_init() < 0 || password.n > PASSWORD_MAX) return false;
    bool fits = crypto_pwhash_str_verify(known ? hash : nobodys, password.p ? password.p : "", password.n) == 0;
    return fits && known;
}

enum err password_put(struct work *w, int64_t account, const char *hash, bool must_change)
{
    const struct value row[] = {value_int(account), value_text(str_of(hash)), value_int(must_change), value_int(clock_now())};
    TRY(db_run(w->tx, DB_SQL(w->tx, SQL_PASSWORD_SET), row, 4, NULL));
    return session_revoke(w, account);
}

enum err password_get(struct work *w, int64_t account, char ret_hash[PASSWORD_HASH], bool *ret_must_change)
{
    struct value key = value_int(account);
    struct db_rows *rows;
    bool found = false;
    TRY(db_query(w->tx, DB_SQL(w->tx, SQL_PASSWORD_GET), &key, 1, &rows));
    enum err e = db_next(rows, &found);
    if (!e) {
        snprintf(ret_hash, PASSWORD_HASH, "%.*s", found ? (int)db_text(rows, 0).n : 0, found ? db_text(rows, 0).p : "");
        *ret_must_change = found && db_int(rows, 1) != 0;
    }
    db_done(rows);
    return e;
}
