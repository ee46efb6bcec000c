/* import_json.c — results of imports and undos as JSON. See import.h. */
#include "ledger/import.h"

static void notes_json(struct buf *b, const char *key, const struct import_note *notes, int n)
{
    buf_printf(b, ",\"%s\":[", key);
    for (int i = 0; i < n; i++) {
        buf_printf(b, i ? ",{\"row\":%lld,\"field\":" : "{\"row\":%lld,\"field\":", (long long)notes[i].row);
        buf_json(b, notes[i].field);
        buf_z(b, ",\"value\":");
        buf_json(b, notes[i].value);
        buf_z(b, ",\"reason\":");
        buf_json(b, notes[i].reason);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

void import_result_members(struct buf *b, const struct import_result *r, int notes)
{
    buf_z(b, "\"batch\":");
    if (r->batch)
        buf_printf(b, "\"%lld\"", (long long)r->batch);
    else
        buf_z(b, "null");
    buf_printf(b, ",\"rows\":%lld,\"added\":%lld,\"changed\":%lld,\"unchanged\":%lld,\"warned\":%lld,\"refused\":%lld", (long long)r->rows,
               (long long)r->added, (long long)r->changed, (long long)r->unchanged, (long long)r->warned, (long long)r->refused);
    if (r->stopped) buf_z(b, ",\"stopped\":true");
    if (r->partial) buf_z(b, ",\"partial\":true");
    notes_json(b, "warnings", r->warnings, r->warnings_n < notes ? r->warnings_n : notes);
    notes_json(b, "refusals", r->refusals, r->refusals_n < notes ? r->refusals_n : notes);
}

void undo_result_json(struct buf *b, const struct undo_result *r)
{
    buf_printf(b, "{\"withdrawn\":%lld,\"reverted\":%lld,\"kept\":%lld,\"changed_since\":[", (long long)r->withdrawn,
               (long long)r->reverted, (long long)r->kept_all);
    for (int i = 0; i < r->kept_n; i++) {
        buf_printf(b, i ? ",{\"ledger\":\"%s\",\"id\":\"%lld\",\"number\":" : "{\"ledger\":\"%s\",\"id\":\"%lld\",\"number\":",
                   r->kept[i].l->ledger, (long long)r->kept[i].record);
        buf_json(b, r->kept[i].number);
        buf_char(b, '}');
    }
    buf_z(b, "]}");
}
