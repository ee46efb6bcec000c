/* description.c — any bytes as the description of a ledger: ledger_load() reads it or says why not; what it read is whole. */
#include <stdlib.h>

#include "base/lang.h"
#include "ledger/registry.h"

static void check(const struct ledger *l)
{
    if (!name_valid(str_of(l->ledger)) || l->fields_count == 0) abort();
    for (unsigned i = 0; i < l->fields_count; i++) {
        const struct field *f = &l->fields[i];
        if (ledger_field(l, str_of(f->name)) != f || f->index != (int)i || f->type >= TYPE__MAX || f->least > f->most) abort();
        if (!type_name(f->type) || !f->zh || !f->en) abort();
    }
    for (unsigned i = 0; i < l->keys_count; i++)
        if (l->key_groups[i].n < 1 || l->key_groups[i].n > GROUP_MAX) abort();
    for (unsigned i = 0; i < l->verbs_count; i++)
        if (!ledger_state(l, str_of(l->verbs[i].to))) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lang_set(LANG_EN);
    struct registry *r = registry_new();
    if (!r) abort();
    if (registry_add(r, (struct str){(const char *)data, size}, false) == OK) {
        check(r->ledgers[0]);
        registry_link(r);
    } else if (!err_last()->message[0]) {
        abort();
    }
    registry_free(r);
    return 0;
}
