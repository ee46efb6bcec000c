/* notice_tell.c — notices leave the program: a message for whoever has a channel, and what became of it. See notice.h.
 *
 * Messages are Chinese: who gets one need not have an account, and so has said no language.
 */
#include "base/lang.h"
#include "base/utf8.h"
#include "duty/duty_parts.h"
#include "ledger/names.h"
#include "ledgers.h"
#include "tell/channel.h"
#include "tell/outbox.h"
#include "tell/sender.h"

#define KEY "notice/"

static const char *const subjects[NOTICE__MAX] = {
    [NOTICE_REMINDER] = N_("Due soon: %.*s"),
    [NOTICE_MISSED] = N_("Overdue: %.*s"),
    [NOTICE_MOVED] = N_("Moved: %.*s"),
    [NOTICE_WITHDRAWN] = N_("No longer overdue: %.*s"),
};

/* "Premises: …" on a line of its own, when there is one. */
static enum err put_name(struct work *w, struct buf *b, const char *label, const struct ledger *l, int64_t id)
{
    if (!id) return OK;
    buf_printf(b, "\n%s", label);
    return names_record(w, l, id, b);
}

static enum err put_rungs(struct work *w, struct buf *b, const struct notice *n)
{
    const struct field *rung = duty_field_rung(duty_ledger(w->store->registry));
    buf_printf(b, "\n%s", _("Told as: "));
    TRY(names_code(w, rung, str_of(rung_names[n->rung]), b));
    if (!n->skipped) return OK;
    buf_printf(b, "\n%s", _("The system had stood still; this stands for the rungs below as well: "));
    const char *between = "";
    for (enum rung r = 0; r < RUNG__MAX; r++) {
        if (!(n->skipped & 1u << r)) continue;
        buf_z(b, between);
        TRY(names_code(w, rung, str_of(rung_names[r]), b));
        between = "、";
    }
    return OK;
}

static enum err put_body(struct work *w, struct buf *b, const struct notice *n, const struct record *duty)
{
    const struct registry *reg = w->store->registry;
    char due[INSTANT_TEXT], before[INSTANT_TEXT];
    buf_printf(b, "%.*s", STR_ARG(duty_matter(duty)));
    if (duty_record_number(duty).n) buf_printf(b, " %.*s", STR_ARG(duty_record_number(duty)));
    buf_char(b, '\n');
    if (n->kind == NOTICE_MOVED && duty_knows_due_before(duty))
        buf_printf(b, _("Due: %s, formerly %s"), instant_text(duty_due(duty), due), instant_text(duty_due_before(duty), before));
    else
        buf_printf(b, _("Due: %s"), instant_text(duty_due(duty), due));
    TRY(put_name(w, b, _("Premises: "), premises_ledger(reg), duty_premises(duty)));
    TRY(put_name(w, b, _("Owed by: "), unit_ledger(reg), duty_owner_unit(duty)));
    TRY(put_rungs(w, b, n));
    return buf_error(b);
}

static enum err tell_it(struct work *w, struct notice *n)
{
    struct buf body CLEANUP_BUF = BUF_INIT(MESSAGE_BODY_MAX);
    struct record *duty;
    int put;
    TRY(store_load(w, duty_ledger(w->store->registry), n->duty, false, &duty));
    TRY(put_body(w, &body, n, duty));
    struct str matter = duty_matter(duty);
    struct str subject = arena_printf(w->arena, _(subjects[n->kind]), STR_ARG(matter));
    struct str key = arena_printf(w->arena, KEY "%lld", (long long)n->id),
               path = arena_printf(w->arena, "/l/duty/%lld", (long long)n->duty);
    if (!subject.p || !key.p || !path.p) return err_no_memory();
    TRY(tell(w,
             &(struct telling){
                 .key = key,
                 .person = n->person,
                 .unit = n->unit,
                 .subject = str_head(subject, utf8_cut(subject.p, MESSAGE_SUBJECT_MAX < subject.n ? MESSAGE_SUBJECT_MAX : subject.n)),
                 .body = buf_view(&body),
                 .path = path},
             &put));
    return put ? notice_set_delivery(w, n->id, NOTICE_WAITING, 0) : OK;
}

/* Is there any channel? Asked once in a transaction: a tick writes many notices. */
static enum err any_channel(struct work *w, bool *ret)
{
    struct duty_work *k;
    struct channel *list;
    int n;
    TRY(duty_work(w, &k));
    if (!k->knows_channels) {
        TRY(channel_list(w, &list, &n));
        k->knows_channels = true;
        k->tells = n > 0;
    }
    *ret = k->tells;
    return OK;
}

static enum err on_put(struct work *w, struct notice *n)
{
    bool tells;
    TRY(any_channel(w, &tells));
    if (!tells) return OK;
    enum lang was = lang_get();
    lang_set(LANG_ZH);
    enum err e = tell_it(w, n);
    lang_set(was);
    return e;
}

/* The outbox says what became of it. With several channels the first that reached them counts. */
static enum err on_delivery(struct work *w, struct str key, bool delivered, instant_t at)
{
    int64_t id;
    if (!str_starts(key, STR(KEY))) return OK;
    struct str rest = str_from(key, sizeof KEY - 1);
    if (!str_int(str_split(&rest, '/'), &id)) return OK;
    return notice_set_delivery(w, id, delivered ? NOTICE_DELIVERED : NOTICE_FAILED, at);
}

void notice_tell_init(void)
{
    notice_on_put(on_put);
    sender_on_delivery(on_delivery);
}
