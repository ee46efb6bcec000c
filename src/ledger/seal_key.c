/* seal_key.c — keys and signatures of seals, by OpenSSL. See seal.h and chain.h. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <unistd.h>

#include "exchange/part_file.h"
#include "ledger/chain.h"
#include "ledger/seal.h"

#define KEY_FILE_MAX 16384
#define SIGNATURE_MAX 512
#define SM2_ID "1234567812345678" /* the signer's name that GB/T 35276 gives to those without one */

static const struct algorithm {
    const char *name, *kind, *openssl;
    bool sm3;
} algorithms[] = {{"sm2-sm3", "sm2", "SM2", true}, {"ed25519", "ed25519", "ED25519", false}};
#define ALGORITHMS (sizeof algorithms / sizeof *algorithms)

static void free_key(EVP_PKEY **k)
{
    EVP_PKEY_free(*k);
}
static void free_bio(BIO **b)
{
    BIO_free(*b);
}
static void free_context(EVP_MD_CTX **c)
{
    EVP_MD_CTX_free(*c);
}
#define OWNED_KEY __attribute__((cleanup(free_key)))
#define OWNED_BIO __attribute__((cleanup(free_bio)))
#define OWNED_CONTEXT __attribute__((cleanup(free_context)))

static enum err failed(const char *what)
{
    return err_set(ERR_IO, _("%s of OpenSSL failed"), what);
}

/* Library code asks nobody at the terminal. */
static int no_password(char *buf, int size, int writing, void *arg)
{
    (void)buf, (void)size, (void)writing, (void)arg;
    return -1;
}

static enum err read_key(struct str pem, bool private, EVP_PKEY **ret, const struct algorithm **ret_algorithm)
{
    if (!pem.p || pem.n > KEY_FILE_MAX) return err_set(ERR_UNREADABLE, "%s", _("not a key in PEM form"));
    BIO *in OWNED_BIO = BIO_new_mem_buf(pem.p, (int)pem.n);
    if (!in) return err_no_memory();
    EVP_PKEY *key = private ? PEM_read_bio_PrivateKey(in, NULL, no_password, NULL) : PEM_read_bio_PUBKEY(in, NULL, no_password, NULL);
    if (!key)
        return err_set(ERR_UNREADABLE, "%s",
                       private ? _("not a private key in PEM form without password") : _("not a public key in PEM form"));
    for (size_t i = 0; i < ALGORITHMS; i++) {
        if (!EVP_PKEY_is_a(key, algorithms[i].openssl)) continue;
        *ret = key;
        *ret_algorithm = &algorithms[i];
        return OK;
    }
    EVP_PKEY_free(key);
    return err_set(ERR_UNREADABLE, "%s", _("the key is neither SM2 nor Ed25519"));
}

static enum err fingerprint(struct arena *a, EVP_PKEY *key, struct str *ret)
{
    unsigned char *der = NULL, digest[HASH_BYTES];
    char hex[HASH_HEX];
    int n = i2d_PUBKEY(key, &der);
    if (n <= 0) return failed("i2d_PUBKEY");
    enum err e = hash_two(HASH_SHA256, (struct str){(const char *)der, (size_t)n}, STR_NONE, digest);
    OPENSSL_free(der);
    TRY(e);
    *ret = arena_str(a, str_of(hash_hex(digest, hex)));
    return ret->p ? OK : err_no_memory();
}

/* Everything in a memory BIO, wiped there. */
static enum err take_bio(struct arena *a, BIO *b, struct str *ret)
{
    char *p;
    long n = BIO_get_mem_data(b, &p);
    if (n <= 0) return failed("PEM");
    *ret = arena_str(a, (struct str){p, (size_t)n});
    OPENSSL_cleanse(p, (size_t)n);
    return ret->p ? OK : err_no_memory();
}

enum err chain_keypair(struct arena *a, const char *kind, struct str *ret_private_pem, struct str *ret_public_pem,
                       struct str *ret_fingerprint)
{
    const struct algorithm *how = NULL;
    for (size_t i = 0; i < ALGORITHMS; i++)
        if (strcmp(algorithms[i].kind, kind) == 0) how = &algorithms[i];
    if (!how) return err_set(ERR_INVALID, _("a key for seals is “sm2” or “ed25519”, not “%s”"), kind);
    EVP_PKEY *key OWNED_KEY = EVP_PKEY_Q_keygen(NULL, NULL, how->openssl);
    BIO *private OWNED_BIO = BIO_new(BIO_s_mem()), *public OWNED_BIO = BIO_new(BIO_s_mem());
    if (!key || !private || !public) return failed("EVP_PKEY_Q_keygen");
    if (!PEM_write_bio_PrivateKey(private, key, NULL, NULL, 0, NULL, NULL) || !PEM_write_bio_PUBKEY(public, key)) return failed("PEM");
    struct str private_pem, public_pem;
    TRY(take_bio(a, private, &private_pem));
    TRY(take_bio(a, public, &public_pem));
    TRY(fingerprint(a, key, ret_fingerprint));
    *ret_private_pem = private_pem;
    *ret_public_pem = public_pem;
    return OK;
}

enum err seal_key_fingerprint(struct arena *a, const struct db *db, struct str *ret)
{
    const char *private = seal_key_path(a, db), *path = private ? seal_public_path(a, private) : NULL;
    char pem[KEY_FILE_MAX];
    const struct algorithm *how;
    EVP_PKEY *key OWNED_KEY = NULL;
    *ret = STR_NONE;
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return OK;
    ssize_t n = read(fd, pem, sizeof pem);
    close(fd);
    if (n <= 0 || read_key((struct str){pem, (size_t)n}, false, &key, &how)) return OK;
    return fingerprint(a, key, ret);
}

/* ---- signatures ---- */

static bool name_signer(const struct algorithm *how, EVP_PKEY_CTX *c)
{
    return !how->sm3 || EVP_PKEY_CTX_set1_id(c, SM2_ID, (int)strlen(SM2_ID)) == 1;
}

static enum err base64(struct arena *a, const unsigned char *p, size_t n, struct str *ret)
{
    char *text = arena_alloc(a, n / 3 * 4 + 5);
    if (!text) return err_no_memory();
    *ret = (struct str){text, (size_t)EVP_EncodeBlock((unsigned char *)text, p, (int)n)};
    return OK;
}

enum err seal_sign(struct arena *a, struct str private_pem, struct str text, const char **ret_algorithm, struct str *ret_signature,
                   struct str *ret_fingerprint)
{
    EVP_PKEY *key OWNED_KEY = NULL;
    const struct algorithm *how;
    TRY(read_key(private_pem, true, &key, &how));
    EVP_MD_CTX *c OWNED_CONTEXT = EVP_MD_CTX_new();
    EVP_PKEY_CTX *pc = NULL;
    unsigned char signature[SIGNATURE_MAX];
    size_t n = sizeof signature;
    if (!c || EVP_DigestSignInit(c, &pc, how->sm3 ? EVP_sm3() : NULL, NULL, key) != 1 || !name_signer(how, pc) ||
        EVP_DigestSign(c, signature, &n, (const unsigned char *)text.p, text.n) != 1)
        return failed("EVP_DigestSign");
    TRY(base64(a, signature, n, ret_signature));
    TRY(fingerprint(a, key, ret_fingerprint));
    *ret_algorithm = how->name;
    return OK;
}

/* False when the text is no base64. */
static bool from_base64(struct str text, unsigned char *out, size_t room, size_t *ret)
{
    if (!text.n || text.n % 4 != 0 || text.n / 4 * 3 > room) return false;
    int n = EVP_DecodeBlock(out, (const unsigned char *)text.p, (int)text.n);
    if (n < 0) return false;
    *ret = (size_t)n - (text.p[text.n - 1] == '=') - (text.p[text.n - 2] == '=');
    return true;
}

enum err seal_check(struct arena *a, const struct seal *s, struct str public_pem, enum seal_trust *ret)
{
    EVP_PKEY *key OWNED_KEY = NULL;
    const struct algorithm *how;
    struct str print;
    unsigned char signature[SIGNATURE_MAX];
    size_t n;
    TRY(read_key(public_pem, false, &key, &how));
    TRY(fingerprint(a, key, &print));
    EVP_MD_CTX *c OWNED_CONTEXT = EVP_MD_CTX_new();
    EVP_PKEY_CTX *pc = NULL;
    if (!c || EVP_DigestVerifyInit(c, &pc, how->sm3 ? EVP_sm3() : NULL, NULL, key) != 1 || !name_signer(how, pc))
        return failed("EVP_DigestVerifyInit");
    if (!str_eq(print, s->fingerprint) || !str_is(s->algorithm, how->name))
        *ret = SEAL_OTHER_KEY;
    else if (from_base64(s->signature, signature, sizeof signature, &n) &&
             EVP_DigestVerify(c, signature, n, (const unsigned char *)s->body.p, s->body.n) == 1)
        *ret = SEAL_GENUINE;
    else
        *ret = SEAL_FORGED;
    return OK;
}

/* ---- files ---- */

const char *seal_key_path(struct arena *a, const struct db *db)
{
    const char *told = getenv("ANJIAN_SEAL_KEY");
    if (told) return told;
    return db_path(db) ? arena_printf(a, "%s.seal.pem", db_path(db)).p : NULL;
}

const char *seal_public_path(struct arena *a, const char *private_path)
{
    struct str stem = str_of(private_path);
    if (str_ends(stem, STR(".pem"))) stem.n -= 4;
    return arena_printf(a, "%.*s.pub", STR_ARG(stem)).p;
}

static enum err write_new(const char *path, struct str text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) return errno == EEXIST ? err_set(ERR_CONFLICT, _("%s: there is a key already"), path) : io_error(path);
    bool ok = write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    return ok ? OK : io_error(path);
}

enum err seal_keys_make(struct arena *a, const char *private_path, enum hash_kind hash, struct str *ret_fingerprint)
{
    struct str private, public, print;
    const char *public_path = seal_public_path(a, private_path);
    if (!public_path) return err_no_memory();
    TRY(chain_keypair(a, hash == HASH_SM3 ? "sm2" : "ed25519", &private, &public, &print));
    TRY(write_new(private_path, private, 0600));
    TRY(write_new(public_path, public, 0644));
    *ret_fingerprint = print;
    return OK;
}
