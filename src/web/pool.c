/* pool.c — see pool.h. */
#include "web/pool.h"

#include <pthread.h>
#include <sys/resource.h>

#define YIELDING 10 /* as nice(1) has it: a tenth of the share of others, not nothing */

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct exchange *first, **last;
    void (*run)(struct exchange *);
    bool ends, yields;
    int threads;
    pthread_t thread[];
};

static struct exchange *take(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    while (!p->first && !p->ends) pthread_cond_wait(&p->filled, &p->lock);
    struct exchange *x = p->first;
    if (x) p->first = x->next;
    if (!p->first) p->last = &p->first;
    pthread_mutex_unlock(&p->lock);
    return x;
}

static void *work(void *arg)
{
    struct pool *p = arg;
    if (p->yields) setpriority(PRIO_PROCESS, 0, YIELDING); /* of this thread alone, on Linux */
    for (struct exchange *x; (x = take(p));) p->run(x);
    return NULL;
}

enum err pool_start(int threads, bool yields, void (*run)(struct exchange *), struct pool **ret)
{
    struct pool *p = mem_alloc(sizeof *p + (size_t)threads * sizeof *p->thread);
    if (!p) return err_no_memory();
    p->run = run;
    p->yields = yields;
    p->last = &p->first;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->filled, NULL);
    while (p->threads < threads && pthread_create(&p->thread[p->threads], NULL, work, p) == 0) p->threads++;
    if (p->threads < threads) {
        pool_free(p);
        return err_no_memory();
    }
    *ret = p;
    return OK;
}

bool pool_put(struct pool *p, struct exchange *x)
{
    x->next = NULL;
    pthread_mutex_lock(&p->lock);
    bool takes = !p->ends;
    if (takes) {
        *p->last = x;
        p->last = &x->next;
        pthread_cond_signal(&p->filled);
    }
    pthread_mutex_unlock(&p->lock);
    return takes;
}

void pool_end(struct pool *p)
{
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    p->ends = true;
    pthread_cond_broadcast(&p->filled);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->threads; i++) pthread_join(p->thread[i], NULL);
    p->threads = 0;
}

struct pool *pool_free(struct pool *p)
{
    if (!p) return NULL;
    pool_end(p);
    pthread_cond_destroy(&p->filled);
    pthread_mutex_destroy(&p->lock);
    mem_free(p);
    return NULL;
}
