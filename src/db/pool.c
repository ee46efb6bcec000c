/* pool.c — see pool.h. */
#include "db/pool.h"

void pool_init(struct pool *p, int max)
{
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->freed, NULL);
    p->nidle = p->open = 0;
    p->max = max < 1 ? 1 : max > POOL_MAX ? POOL_MAX : max;
}

void *pool_take(struct pool *p)
{
    void *c = NULL;
    pthread_mutex_lock(&p->lock);
    while (p->nidle == 0 && p->open >= p->max) pthread_cond_wait(&p->freed, &p->lock);
    if (p->nidle > 0)
        c = p->idle[--p->nidle];
    else
        p->open++;
    pthread_mutex_unlock(&p->lock);
    return c;
}

void pool_give(struct pool *p, void *connection)
{
    pthread_mutex_lock(&p->lock);
    p->idle[p->nidle++] = connection;
    pthread_cond_signal(&p->freed);
    pthread_mutex_unlock(&p->lock);
}

void pool_drop(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->open--;
    pthread_cond_signal(&p->freed);
    pthread_mutex_unlock(&p->lock);
}

void *pool_shed(struct pool *p)
{
    void *c = NULL;
    pthread_mutex_lock(&p->lock);
    if (p->nidle > 0) {
        c = p->idle[--p->nidle];
        p->open--;
        pthread_cond_signal(&p->freed);
    }
    pthread_mutex_unlock(&p->lock);
    return c;
}

void pool_destroy(struct pool *p)
{
    pthread_cond_destroy(&p->freed);
    pthread_mutex_destroy(&p->lock);
}
