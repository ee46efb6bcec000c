/* headers.c — any bytes as the headers of a request, sent to a server that runs in this process: it answers, never with 500, or hangs up.
 * So all that reads a header is reached as it is in truth: cookies, Authorization, Content-Type, If-Match, If-None-Match, languages,
 * encodings, client keys, lengths, what a proxy says.
 *
 * The first byte chooses the request, and whether it carries a good token in front of the headers. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "duty/duty.h"
#include "ledger/type.h"
#include "safety/account.h"
#include "safety/hazard.h"
#include "safety/session.h"
#include "temp_store.h"
#include "web/web.h"

#define WITH_TOKEN 0x80

static const char *const requests[] = {
    "GET /",
    "GET /login",
    "GET /l/account?where=name+%3D+root",
    "GET /static/app.css",
    "GET /api/v1",
    "GET /api/v1/openapi.json",
    "GET /api/v1/account/root",
    "POST /api/v1/account",
    "PATCH /api/v1/account/root",
    "POST /api/v1/hazard/1/files/photos_before",
    "POST /l/account/new",
    "POST /logout",
    "HEAD /healthz",
};

static struct web *web;
static char token[TOKEN_TEXT];

static enum err make_admin(struct work *w, void *arg)
{
    struct record *root, *code = record_new(w->arena, registry_find(w->store->registry, STR("code")));
    (void)arg;
    if (!code) return err_no_memory();
    TRY(draft_from_json(w, STR("{\"list\":\"account_role\",\"code\":\"system_admin\",\"zh\":\"系统管理员\"}"), code));
    TRY(store_create(w, code, &root));
    TRY(account_make_admin(w, STR("root"), "no hash"));
    TRY(account_find(w, STR("root"), &root));
    return token_make(w, root->id, 0, STR("fuzz"), STR("write"), clock_now() + INSTANT_DAY, token);
}

static void stop(void)
{
    web_stop(web, 0);
}

static void start(void)
{
    struct actor console = ACTOR_CONSOLE;
    const struct web_options o = {.http = {.listen = "127.0.0.1:0", .threads = 1, .workers = 1, .hashers = 1, .idle_seconds = 1},
                                  .behind_proxy = true,
                                  .quiet = true};
    if (store_write(store, &console, arena, make_admin, NULL) || web_start(store, &o, &web)) abort();
    atexit(stop); /* before the store is removed */
}

static bool send_all(int fd, struct str s)
{
    while (s.n) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n <= 0) return false; /* it has heard enough */
        s = str_from(s, (size_t)n);
    }
    return true;
}

static void send_request(int fd, uint8_t which, struct str headers)
{
    struct buf b CLEANUP_BUF = BUF_INIT((size_t)1 << 20);
    buf_printf(&b, "%s HTTP/1.1\r\nHost: a\r\n", requests[(which & 0x7FU) % (sizeof requests / sizeof *requests)]);
    if (which & WITH_TOKEN) buf_printf(&b, "Authorization: Bearer %s\r\n", token);
    buf_str(&b, headers);
    buf_z(&b, "\r\nConnection: close\r\n\r\n{}");
    if (!buf_error(&b) && send_all(fd, buf_view(&b))) shutdown(fd, SHUT_WR);
}

static void check_answer(int fd)
{
    char got[4096];
    size_t n = 0;
    ssize_t more;
    while (n < sizeof got && (more = recv(fd, got + n, sizeof got - n, 0)) > 0) n += (size_t)more;
    if (n == 0) return; /* hung up */
    if (n < 12 || memcmp(got, "HTTP/1.", 7) != 0 || memcmp(got + 9, "500", 3) == 0) abort();
    while (recv(fd, got, sizeof got, 0) > 0) continue;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 60000) return 0;
    if (!web) duty_init(), safety_init();
    if (temp_store()) start();
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)web_port(web)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) abort();
    send_request(fd, data[0], (struct str){(const char *)data + 1, size - 1});
    check_answer(fd);
    close(fd);
    return 0;
}
