/* Sharing work among threads. Pieces depend on sizes alone, never on the number of threads, so that results do not either. */
#ifndef SN_POOL_H
#define SN_POOL_H
#include <stdint.h>

/* Computes items begin..end-1 of what `context` describes; `worker` counts from 0 and is below sn_threads(), for scratch memory. */
typedef void (*sn_task)(void *context, int64_t begin, int64_t end, int32_t worker);

/*
 * Calls `task` for the pieces [0,grain), [grain,2*grain), ... of `count` items, on all threads, and returns when all are done. A task
 * must not call it. Safe under several callers: while one is served, the others compute by themselves.
 */
void sn_parallel(int64_t count, int64_t grain, sn_task task, void *context);
#endif
