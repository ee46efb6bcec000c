/* temp_store.h — for targets that need a database: one in a temporary folder, made once and removed at the end. */
#ifndef ANJIAN_TEMP_STORE_H
#define ANJIAN_TEMP_STORE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/lang.h"
#include "ledger/store.h"

static struct store *store;
static struct arena *arena;
static char temp_folder[] = "/tmp/anjian-fuzz-XXXXXX";

static void temp_store_remove(void)
{
    static const char *const names[] = {"f.db", "f.db-wal", "f.db-shm", "f.db.key"};
    char path[64];
    store_close(store);
    arena_free(arena);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", temp_folder, names[i]);
        unlink(path);
    }
    rmdir(temp_folder);
}

/* Sets `store` and `arena`. True when it was made just now. */
static bool temp_store(void)
{
    char url[80];
    if (store) return false;
    lang_set(LANG_EN);
    unsetenv("ANJIAN_KEY");
    if (!mkdtemp(temp_folder)) abort();
    snprintf(url, sizeof url, "sqlite:%s/f.db", temp_folder);
    arena = arena_new_capped((size_t)16 << 20);
    if (!arena || store_open(url, &(struct store_options){.create = true, .district = 430602}, &store)) abort();
    atexit(temp_store_remove);
    return true;
}

#endif
