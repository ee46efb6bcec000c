/* hash.c — digests by OpenSSL. See hash.h. */
#include "base/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>

#include "base/mem.h"

static const char *const names[HASH__MAX] = {[HASH_SM3] = "sm3", [HASH_SHA256] = "sha256"};

/* Fetched once: looking an algorithm up costs more than digesting a short event. */
static EVP_MD *fetched[HASH__MAX];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch(void)
{
    fetched[HASH_SM3] = EVP_MD_fetch(NULL, "SM3", NULL);
    fetched[HASH_SHA256] = EVP_MD_fetch(NULL, "SHA256", NULL);
}

static const EVP_MD *algorithm(enum hash_kind kind)
{
    pthread_once(&once, fetch);
    return fetched[kind];
}

/* A context for each thread, freed when the thread ends. */
static pthread_key_t context_key;
static pthread_once_t context_once = PTHREAD_ONCE_INIT;

static void context_free(void *p)
{
    EVP_MD_CTX_free(p);
}

static void context_init(void)
{
    pthread_key_create(&context_key, context_free);
}

static EVP_MD_CTX *context(void)
{
    static _Thread_local EVP_MD_CTX *mine;
    if (!mine) {
        pthread_once(&context_once, context_init);
        mine = EVP_MD_CTX_new();
        pthread_setspecific(context_key, mine);
    }
    return mine;
}

static enum err failed(void)
{
    return err_set(ERR_IO, "%s", "OpenSSL cannot compute the digest");
}

const char *hash_name(enum hash_kind kind)
{
    return names[kind];
}

bool hash_parse(struct str name, enum hash_kind *ret)
{
    for (int k = 0; k < HASH__MAX; k++) {
        if (!str_is(name, names[k])) continue;
        *ret = (enum hash_kind)k;
        return true;
    }
    return false;
}

enum err hash_two(enum hash_kind kind, struct str a, struct str b, unsigned char ret[HASH_BYTES])
{
    EVP_MD_CTX *c = context();
    const EVP_MD *md = algorithm(kind);
    if (!c || !md || !EVP_DigestInit_ex2(c, md, NULL) || !EVP_DigestUpdate(c, a.p, a.n) || !EVP_DigestUpdate(c, b.p, b.n) ||
        !EVP_DigestFinal_ex(c, ret, NULL))
        return failed();
    return OK;
}

struct hasher {
    EVP_MD_CTX *c;
};

enum err hasher_new(enum hash_kind kind, struct hasher **ret)
{
    struct hasher *h = mem_alloc(sizeof *h);
    if (!h) return err_no_memory();
    h->c = EVP_MD_CTX_new();
    if (!h->c || !algorithm(kind) || !EVP_DigestInit_ex2(h->c, algorithm(kind), NULL)) {
        hasher_free(h);
        return failed();
    }
    *ret = h;
    return OK;
}

enum err hasher_add(struct hasher *h, const void *p, size_t n)
{
    return EVP_DigestUpdate(h->c, p, n) ? OK : failed();
}

enum err hasher_end(struct hasher *h, unsigned char ret[HASH_BYTES])
{
    return EVP_DigestFinal_ex(h->c, ret, NULL) ? OK : failed();
}

struct hasher *hasher_free(struct hasher *h)
{
    if (h) EVP_MD_CTX_free(h->c);
    mem_free(h);
    return NULL;
}

enum err hash_keyed(enum hash_kind kind, struct str key, struct str message, unsigned char ret[HASH_BYTES])
{
    const EVP_MD *md = algorithm(kind);
    if (!md || !HMAC(md, key.p, (int)key.n, (const unsigned char *)message.p, message.n, ret, NULL)) return failed();
    return OK;
}

const char *hash_hex(const unsigned char digest[HASH_BYTES], char out[HASH_HEX])
{
    for (int i = 0; i < HASH_BYTES; i++) {
        out[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    out[HASH_HEX - 1] = '\0';
    return out;
}
