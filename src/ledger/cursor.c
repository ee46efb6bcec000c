/* cursor.c — see cursor.h. */
#include "ledger/cursor.h"

#include "base/utf8.h"

enum err cursor_make(struct arena *a, const struct field *sort, int64_t id, struct value key, struct str *ret)
{
    struct buf b CLEANUP_BUF = BUF_INIT(1000);
    buf_int(&b, id);
    if (sort) {
        buf_z(&b, key.tag == VAL_INT ? ".i" : ".t");
        if (key.tag == VAL_INT)
            buf_int(&b, key.i);
        else
            buf_hex(&b, key.s.p, key.s.n);
    }
    TRY(buf_error(&b));
    *ret = arena_str(a, buf_view(&b));
    return ret->p ? OK : err_no_memory();
}

static bool unhex(struct arena *a, struct str hex, struct str *ret)
{
    char *out = arena_alloc(a, hex.n / 2 + 1);
    if (hex.n % 2 || !out) return false;
    for (size_t i = 0; i < hex.n; i++) {
        char c = hex.p[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) return false;
        out[i / 2] = (char)(i % 2 ? out[i / 2] | digit : digit << 4);
    }
    *ret = (struct str){out, hex.n / 2};
    return utf8_valid(*ret);
}

enum err cursor_read(struct arena *a, const struct field *sort, struct str text, int64_t *ret_id, struct value *ret_key)
{
    struct str rest = text, id = str_split(&rest, '.');
    bool ok = str_int(id, ret_id) && (sort != NULL) == (rest.p != NULL);
    if (ok && sort) {
        int64_t n;
        struct str bytes;
        char kind = rest.n ? rest.p[0] : '?';
        rest = str_from(rest, 1);
        if (kind == 'i' && type_is_int(sort->type) && str_int(rest, &n))
            *ret_key = value_int(n);
        else if (kind == 't' && !type_is_int(sort->type) && unhex(a, rest, &bytes))
            *ret_key = value_text(bytes);
        else
            ok = false;
    }
    return ok ? OK : err_set(ERR_INVALID, "%s", _("this is no place to go on from; please start the list again"));
}
