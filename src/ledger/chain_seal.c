/* chain_seal.c — the text of seals: making and reading it. See chain.h and seal.h. */
#include <jansson.h>

#include "ledger/chain.h"
#include "ledger/seal.h"

#define SEAL_MAX ((size_t)4 << 20)

/* ---- making ---- */

static enum err body(struct work *w, struct buf *b)
{
    struct lanes all;
    char at[INSTANT_TEXT], hex[HASH_HEX];
    int64_t events = 0;
    TRY(lane_all(w, &all));
    for (int i = 0; i < all.n; i++) events += all.lane[i].seq;
    buf_printf(b, "{\"anjian\":\"seal\",\"format\":1,\"uuid\":\"%s\",\"at\":\"%s\",\"hash\":\"%s\",\"events\":%lld,\"lanes\":[",
               w->store->uuid, instant_text(clock_now(), at), hash_name(w->store->hash), (long long)events);
    for (int i = 0; i < all.n; i++) {
        const struct lane *l = &all.lane[i];
        buf_printf(b, "%s{\"lane\":%lld,\"seq\":%lld,\"head\":\"%s\"}", i ? "," : "", (long long)l->lane, (long long)l->seq,
                   hash_hex(l->head, hex));
    }
    buf_z(b, "]}");
    return buf_error(b);
}

struct sealing {
    struct str private_pem, text;
};

static enum err seal(struct work *w, void *arg)
{
    struct sealing *s = arg;
    struct buf signed_text CLEANUP_BUF = BUF_INIT(SEAL_MAX), b CLEANUP_BUF = BUF_INIT(2 * SEAL_MAX);
    const char *algorithm;
    struct str signature, fingerprint;
    TRY(body(w, &signed_text));
    TRY(seal_sign(w->arena, s->private_pem, buf_view(&signed_text), &algorithm, &signature, &fingerprint));
    buf_z(&b, "{\"anjian\":\"seal\",\"body\":");
    buf_json(&b, buf_view(&signed_text));
    buf_printf(&b, ",\"algorithm\":\"%s\",\"fingerprint\":\"%.*s\",\"signature\":\"%.*s\"}\n", algorithm, STR_ARG(fingerprint),
               STR_ARG(signature));
    TRY(buf_error(&b));
    s->text = arena_str(w->arena, buf_view(&b));
    return s->text.p ? OK : err_no_memory();
}

enum err chain_seal(struct store *s, struct arena *a, struct str private_key_pem, struct str *ret)
{
    struct sealing sealing = {.private_pem = private_key_pem};
    struct actor console = ACTOR_CONSOLE;
    TRY(store_view(s, &console, a, seal, &sealing));
    *ret = sealing.text;
    return OK;
}

/* ---- reading ---- */

static enum err unreadable(void)
{
    return err_set(ERR_UNREADABLE, "%s", _("this is no seal of a chain"));
}

static enum err text_at(struct arena *a, const json_t *object, const char *key, struct str *ret)
{
    const json_t *v = json_object_get(object, key);
    if (!json_is_string(v)) return unreadable();
    *ret = arena_str(a, (struct str){json_string_value(v), json_string_length(v)});
    return ret->p ? OK : err_no_memory();
}

static bool from_hex(const char *hex, unsigned char ret[HASH_BYTES])
{
    if (!hex || strlen(hex) != HASH_HEX - 1) return false;
    for (int i = 0; i < HASH_HEX - 1; i++) {
        int d = hex[i] >= '0' && hex[i] <= '9' ? hex[i] - '0' : hex[i] >= 'a' && hex[i] <= 'f' ? hex[i] - 'a' + 10 : -1;
        if (d < 0) return false;
        ret[i / 2] = (unsigned char)(i % 2 ? ret[i / 2] | d : d << 4);
    }
    return true;
}

static enum err take_lanes(struct arena *a, const json_t *list, struct lanes *ret)
{
    size_t i;
    const json_t *one;
    if (!json_is_array(list)) return unreadable();
    ret->lane = arena_array(a, struct lane, json_array_size(list) + 1);
    if (!ret->lane) return err_no_memory();
    json_array_foreach(list, i, one)
    {
        struct lane *l = &ret->lane[i];
        const json_t *lane = json_object_get(one, "lane"), *seq = json_object_get(one, "seq");
        if (!json_is_integer(lane) || !json_is_integer(seq) || !from_hex(json_string_value(json_object_get(one, "head")), l->head))
            return unreadable();
        l->lane = json_integer_value(lane);
        l->seq = json_integer_value(seq);
    }
    ret->n = (int)i;
    return OK;
}

static enum err take_body(struct arena *a, const json_t *object, struct seal *ret)
{
    TRY(text_at(a, object, "uuid", &ret->uuid));
    TRY(text_at(a, object, "at", &ret->at));
    return take_lanes(a, json_object_get(object, "lanes"), &ret->lanes);
}

static enum err take_outside(struct arena *a, const json_t *object, struct seal *ret)
{
    TRY(text_at(a, object, "body", &ret->body));
    TRY(text_at(a, object, "algorithm", &ret->algorithm));
    TRY(text_at(a, object, "fingerprint", &ret->fingerprint));
    return text_at(a, object, "signature", &ret->signature);
}

static enum err with_json(struct arena *a, struct str text, struct seal *s, enum err (*fn)(struct arena *, const json_t *, struct seal *))
{
    json_t *object = text.n <= SEAL_MAX ? json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (!object) return unreadable();
    enum err e = fn(a, object, s);
    json_decref(object);
    return e;
}

enum err seal_parse(struct arena *a, struct str text, struct seal *ret)
{
    struct seal s = {0};
    TRY(with_json(a, text, &s, take_outside));
    TRY(with_json(a, s.body, &s, take_body));
    *ret = s;
    return OK;
}
