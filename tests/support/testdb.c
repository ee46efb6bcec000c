/* testdb.c — see testdb.h. */
#include "support/testdb.h"

#include <dirent.h>
#include <libpq-fe.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void die(const char *what, const char *why)
{
    fprintf(stderr, "testdb: %s: %s\n", what, why);
    exit(99);
}

static void server(const char *command)
{
    PGconn *c = PQconnectdb(getenv("ANJIAN_TEST_PG"));
    PGresult *res = PQexec(c, command);
    if (PQresultStatus(res) != PGRES_COMMAND_OK) die(command, PQerrorMessage(c));
    PQclear(res);
    PQfinish(c);
}

static bool make_pg(struct testdb *t)
{
    static atomic_int count;
    const char *url = getenv("ANJIAN_TEST_PG");
    char command[256];
    if (!url || !*url) {
        printf("SKIP postgres\n");
        return false;
    }
    snprintf(t->name, sizeof t->name, "t%d_%d", (int)getpid(), atomic_fetch_add(&count, 1));
    snprintf(command, sizeof command, "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'",
             t->name);
    server(command);
    snprintf(t->url, sizeof t->url, "%.*s/%s", (int)(strrchr(url, '/') - url), url, t->name);
    return true;
}

static void make_sqlite(struct testdb *t)
{
    snprintf(t->folder, sizeof t->folder, "/tmp/anjian-test-XXXXXX");
    if (!mkdtemp(t->folder)) die("mkdtemp", "failed");
    snprintf(t->url, sizeof t->url, "sqlite:%s/test.db", t->folder);
}

bool testdb_open(enum db_engine engine, struct testdb *ret)
{
    struct testdb t = {0};
    if (engine == DB_SQLITE)
        make_sqlite(&t);
    else if (!make_pg(&t))
        return false;
    if (db_open(t.url, &(struct db_options){.create = true}, &t.db)) die(t.url, err_last()->message);
    *ret = t;
    return true;
}

static void remove_folder(const char *folder)
{
    char path[400];
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] != '.') unlink(path);
    }
    if (d) closedir(d);
    rmdir(folder);
}

void testdb_close(struct testdb *t)
{
    char command[128];
    t->db = db_close(t->db);
    if (t->folder[0]) remove_folder(t->folder);
    if (!t->name[0]) return;
    snprintf(command, sizeof command, "DROP DATABASE %s WITH (FORCE)", t->name);
    server(command);
}
