/* secret.c — see secret.h. */
#include "ledger/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ledger/query.h"
#include "ledger/right.h"
#include "system.sql.h"

#define KEY_BYTES 32 /* 16 to encrypt, 16 to authenticate */
#define NONCE_BYTES 16
#define DIGEST_BYTES 16 /* of the 32 of HMAC-SM3: enough to find equals */
#define PLAIN_MAX 2000

struct secrets {
    unsigned char master[KEY_BYTES];
};

const char *secrets_path(struct arena *a, const struct db *db)
{
    const char *told = getenv("ANJIAN_KEY");
    if (told) return told;
    return db_path(db) ? arena_printf(a, "%s.key", db_path(db)).p : NULL;
}

static enum err io_error(const char *path)
{
    return err_set(ERR_IO, "%s: %s", path, strerror(errno));
}

enum err secrets_make(const char *path)
{
    unsigned char key[KEY_BYTES];
    char text[2 * KEY_BYTES + 2] = "";
    if (getrandom(key, sizeof key, 0) != sizeof key) return err_set(ERR_IO, "%s", "no random bytes");
    for (int i = 0; i < KEY_BYTES; i++) snprintf(text + 2 * i, 3, "%02x", key[i]);
    text[2 * KEY_BYTES] = '\n';
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return errno == EEXIST ? err_set(ERR_CONFLICT, _("%s: there is a key already"), path) : io_error(path);
    bool ok = write(fd, text, 2 * KEY_BYTES + 1) == 2 * KEY_BYTES + 1 && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    OPENSSL_cleanse(key, sizeof key);
    OPENSSL_cleanse(text, sizeof text);
    return ok ? OK : io_error(path);
}

static bool from_hex(struct str hex, unsigned char *out)
{
    for (size_t i = 0; i < hex.n; i++) {
        char c = hex.p[i];
        int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (d < 0) return false;
        out[i / 2] = (unsigned char)(i % 2 ? out[i / 2] | d : d << 4);
    }
    return hex.n % 2 == 0;
}

enum err secrets_open(const char *path, struct secrets **ret)
{
    char text[2 * KEY_BYTES + 8];
    *ret = NULL;
    if (!path) return OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT ? OK : io_error(path);
    ssize_t n = read(fd, text, sizeof text);
    close(fd);
    struct secrets *s = mem_alloc(sizeof *s);
    if (!s) return err_no_memory();
    if (n < 2 * KEY_BYTES || !from_hex((struct str){text, 2 * KEY_BYTES}, s->master)) {
        secrets_free(s);
        return err_set(ERR_UNREADABLE, _("%s: not a key file"), path);
    }
    OPENSSL_cleanse(text, sizeof text);
    *ret = s;
    return OK;
}

struct secrets *secrets_free(struct secrets *s)
{
    if (s) OPENSSL_cleanse(s, sizeof *s);
    mem_free(s);
    return NULL;
}

/* ---- cipher: SM4-CTR, HMAC-SM3 over nonce and ciphertext ---- */

static enum err sm4_ctr(const unsigned char key[16], const unsigned char nonce[NONCE_BYTES], const unsigned char *in, size_t n,
                        unsigned char *out)
{
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int len = 0;
    bool ok = c && EVP_EncryptInit_ex(c, EVP_sm4_ctr(), NULL, key, nonce) && EVP_EncryptUpdate(c, out, &len, in, (int)n) && len == (int)n;
    EVP_CIPHER_CTX_free(c);
    return ok ? OK : err_set(ERR_IO, "%s", "OpenSSL cannot encrypt");
}

/* nonce || ciphertext || mac; `out` has room for n + NONCE_BYTES + HASH_BYTES. */
static enum err encrypt(const unsigned char key[KEY_BYTES], struct str plain, unsigned char *out)
{
    if (getrandom(out, NONCE_BYTES, 0) != NONCE_BYTES) return err_set(ERR_IO, "%s", "no random bytes");
    TRY(sm4_ctr(key, out, (const unsigned char *)plain.p, plain.n, out + NONCE_BYTES));
    struct str covered = {(const char *)out, NONCE_BYTES + plain.n};
    return hash_keyed(HASH_SM3, (struct str){(const char *)key + 16, 16}, covered, out + covered.n);
}

static enum err decrypt(const unsigned char key[KEY_BYTES], const unsigned char *in, size_t n, unsigned char *out)
{
    unsigned char mac[HASH_BYTES];
    if (n < NONCE_BYTES + HASH_BYTES) return err_set(ERR_DB, "%s", _("the sealed value was altered"));
    struct str covered = {(const char *)in, n - HASH_BYTES};
    TRY(hash_keyed(HASH_SM3, (struct str){(const char *)key + 16, 16}, covered, mac));
    if (CRYPTO_memcmp(mac, in + covered.n, HASH_BYTES) != 0) return err_set(ERR_DB, "%s", _("the sealed value was altered"));
    return sm4_ctr(key, in, in + NONCE_BYTES, covered.n - NONCE_BYTES, out);
}

/* ---- keys of records ---- */

static enum err need_master(const struct work *w)
{
    if (w->store->secrets) return OK;
    return err_set(ERR_FORBIDDEN, "%s", _("the key file for personal data is not here; such fields can be neither written nor read"));
}

#define WRAPPED_BYTES (KEY_BYTES + NONCE_BYTES + HASH_BYTES)

static enum err read_key(struct work *w, int64_t record, unsigned char key[KEY_BYTES], bool *found)
{
    struct value id = value_int(record);
    struct str wrapped;
    enum err e = db_one_text(w->tx, w->arena, DB_SQL(w->tx, SQL_PERSON_KEY_GET), &id, 1, &wrapped);
    *found = e == OK;
    if (e) return e == ERR_NOT_FOUND ? OK : e;
    if (wrapped.n != WRAPPED_BYTES) return err_set(ERR_DB, "%s", _("the sealed value was altered"));
    return decrypt(w->store->secrets->master, (const unsigned char *)wrapped.p, wrapped.n, key);
}

static enum err record_key(struct work *w, int64_t record, unsigned char key[KEY_BYTES])
{
    bool found;
    unsigned char wrapped[WRAPPED_BYTES];
    TRY(read_key(w, record, key, &found));
    if (found) return OK;
    if (getrandom(key, KEY_BYTES, 0) != KEY_BYTES) return err_set(ERR_IO, "%s", "no random bytes");
    TRY(encrypt(w->store->secrets->master, (struct str){(const char *)key, KEY_BYTES}, wrapped));
    const struct value row[] = {value_int(record), value_blob(wrapped, sizeof wrapped)};
    return db_run(w->tx, DB_SQL(w->tx, SQL_PERSON_KEY_SET), row, 2, NULL);
}

enum err secret_destroy(struct work *w, int64_t record)
{
    struct value id = value_int(record);
    return db_run(w->tx, DB_SQL(w->tx, SQL_PERSON_KEY_DROP), &id, 1, NULL);
}

/* ---- values ---- */

/* "enc:<digest>:" of a plain text. */
static enum err prefix(struct work *w, struct str plain, struct str *ret)
{
    unsigned char digest[HASH_BYTES];
    struct buf b CLEANUP_BUF = BUF_INIT(100);
    TRY(need_master(w));
    TRY(hash_keyed(HASH_SM3, (struct str){(const char *)w->store->secrets->master, KEY_BYTES}, plain, digest));
    buf_z(&b, "enc:");
    buf_hex(&b, digest, DIGEST_BYTES);
    buf_char(&b, ':');
    TRY(buf_error(&b));
    *ret = arena_str(w->arena, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

enum err secret_condition(struct work *w, struct str plain, struct condition *c)
{
    struct str head;
    if (c->op != OP_EQ)
        return err_set(ERR_INVALID, _("%s: personal data can only be asked for equality"), field_label(c->field, lang_get()));
    TRY(prefix(w, plain, &head));
    c->op = OP_BEGINS;
    c->value = value_text(head);
    return OK;
}

static enum err seal(struct work *w, int64_t record, struct str head, struct str plain, struct value *ret)
{
    unsigned char key[KEY_BYTES], out[PLAIN_MAX + NONCE_BYTES + HASH_BYTES];
    struct buf b CLEANUP_BUF = BUF_INIT(3 * PLAIN_MAX);
    TRY(record_key(w, record, key));
    enum err e = encrypt(key, plain, out);
    OPENSSL_cleanse(key, sizeof key);
    TRY(e);
    buf_str(&b, head);
    buf_hex(&b, out, plain.n + NONCE_BYTES + HASH_BYTES);
    TRY(buf_error(&b));
    struct str kept = arena_str(w->arena, buf_view(&b));
    *ret = value_text(kept);
    return kept.p ? OK : err_no_memory();
}

static enum err too_long(const struct field *f)
{
    err_set(ERR_INVALID, _("%s: too long"), field_label(f, lang_get()));
    return err_field(f->name);
}

static enum err take_one(struct work *w, const struct record *old, struct record *now, const struct field *f)
{
    struct str plain = record_text(now, f->index), was = old ? record_text(old, f->index) : STR_NONE, head;
    if (!plain.p || str_eq(plain, was)) return OK; /* the sealed form itself: a copy of the record */
    int64_t most = f->most < PLAIN_MAX / 4 ? f->most : PLAIN_MAX / 4;
    if (!utf8_valid(plain) || (int64_t)utf8_length(plain) > most) return too_long(f);
    TRY(prefix(w, plain, &head));
    if (old && str_starts(was, head)) {
        now->v[f->index] = old->v[f->index];
        return OK;
    }
    return seal(w, now->id, head, plain, &now->v[f->index]);
}

enum err secret_take(struct work *w, const struct record *old, struct record *now, const struct record *draft)
{
    for (unsigned i = 0; i < now->l->fields_count; i++)
        if (now->l->fields[i].sensitive && draft->given[i]) TRY(take_one(w, old, now, &now->l->fields[i]));
    return OK;
}

enum err secret_reveal(struct work *w, const struct record *r, const struct field *f, struct str *ret)
{
    struct str sealed = record_text(r, f->index), rest = sealed;
    unsigned char key[KEY_BYTES], raw[PLAIN_MAX + NONCE_BYTES + HASH_BYTES];
    bool found;
    *ret = STR_NONE;
    if (!sealed.p) return OK;
    TRY(need_master(w));
    TRY(read_key(w, r->id, key, &found));
    if (!found) return err_set(ERR_NOT_FOUND, "%s", _("the key of this person was destroyed; the value is gone for good"));
    str_split(&rest, ':');
    str_split(&rest, ':');
    if (!rest.p || rest.n > 2 * sizeof raw || !from_hex(rest, raw)) return err_set(ERR_DB, "%s", _("the sealed value was altered"));
    size_t n = rest.n / 2;
    char *plain = arena_alloc(w->arena, n + 1);
    if (!plain) return err_no_memory();
    TRY(decrypt(key, raw, n, (unsigned char *)plain));
    *ret = (struct str){plain, n - NONCE_BYTES - HASH_BYTES};
    return OK;
}

enum err store_reveal(struct work *w, const struct ledger *l, int64_t id, const struct field *f, struct str *ret)
{
    struct record *old, *now;
    struct str plain;
    if (!f->sensitive) {
        err_set(ERR_INVALID, _("%s is not sealed; `anjian show` shows it"), field_label(f, lang_get()));
        return err_field(f->name);
    }
    TRY(right_need(w, l, RIGHT_REVEAL));
    TRY(store_read(w, l, id, &old)); /* within the scope; who may not write it may still look */
    TRY(store_load(w, l, id, true, &old));
    TRY(secret_reveal(w, old, f, &plain));
    now = record_copy(w->arena, old);
    if (!now) return err_no_memory();
    TRY(store_put(w, old, now, STR("reveal"), str_of(f->name)));
    *ret = plain;
    return OK;
}
