/*
 * A pool of helper threads behind whoever calls. The caller takes pieces itself and never waits for a helper that has not started on
 * any: helpers join a job while it is open, and the caller, once no pieces are left, closes it and waits for those who joined.
 */
#define _GNU_SOURCE
#include "pool.h"
#include "shrinknas.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* About 20 µs: longer than the gap between two phases of a product, and too short to cost other programs much. */
enum { SPINS = 600, CACHE_LINE = 64 };

typedef struct {
    sn_task task;
    void *context;
    int64_t count, grain;
    int core; /* that the caller is on, -1: unknown */
    _Alignas(CACHE_LINE) _Atomic int64_t next; /* first item nobody has taken */
} job;

typedef struct helper {
    pthread_t thread;
    int32_t worker;
    struct helper *previous;
} helper;

static struct {
    pthread_mutex_t changing; /* one sn_set_threads at a time */
    pthread_mutex_t mutex;    /* with `wake`, for sleeping helpers */
    pthread_cond_t wake;
    helper *last; /* the helper with the highest worker number */
    _Atomic int32_t threads;
    _Atomic int32_t spins;
    atomic_bool busy;         /* some caller has the helpers */
    _Atomic int32_t sleepers; /* helpers that wait on `wake` or are about to */
    uint64_t generation;      /* of the latest job; touched by the busy caller only */
    _Alignas(CACHE_LINE) _Atomic uint64_t open;   /* generation of the job to join, 0: none */
    _Alignas(CACHE_LINE) _Atomic int32_t joined; /* helpers inside of a job, or looking whether it is still open */
    job job;
} pool = {.changing = PTHREAD_MUTEX_INITIALIZER,
          .mutex = PTHREAD_MUTEX_INITIALIZER,
          .wake = PTHREAD_COND_INITIALIZER,
          .threads = 1};

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static int current_core(void)
{
#if defined(__linux__)
    return sched_getcpu();
#else
    return -1;
#endif
}

/*
 * Moves this thread away from a core that it would share with the caller: on a virtual machine, Linux may put a helper that has slept
 * beside whoever woke it and leave both there for a long time, though other cores are idle. Where the thread may run does not change.
 */
static void leave_core(int core)
{
#if defined(__linux__)
    cpu_set_t allowed, others;
    if (core < 0 || sched_getcpu() != core || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    others = allowed;
    CPU_CLR(core, &others);
    if (CPU_COUNT(&others) == 0 || sched_setaffinity(0, sizeof others, &others) != 0) return;
    sched_setaffinity(0, sizeof allowed, &allowed);
#else
    (void)core;
#endif
}

static void take_pieces(job *j, int32_t worker)
{
    for (;;) {
        int64_t begin = atomic_fetch_add_explicit(&j->next, j->grain, memory_order_relaxed);
        if (begin >= j->count) return;
        int64_t left = j->count - begin;
        j->task(j->context, begin, begin + (left < j->grain ? left : j->grain), worker);
    }
}

static void compute_alone(int64_t count, int64_t grain, sn_task task, void *context)
{
    for (int64_t begin = 0; begin < count; begin += grain) {
        int64_t left = count - begin;
        task(context, begin, begin + (left < grain ? left : grain), 0);
    }
}

/* Whether a job newer than `seen` is open, or this helper is no longer wanted. */
static int has_news(uint64_t seen, int32_t worker)
{
    uint64_t open = atomic_load(&pool.open);
    return (open != 0 && open != seen) || worker >= atomic_load(&pool.threads);
}

static void wait_for_news(uint64_t seen, int32_t worker)
{
    for (int32_t i = atomic_load_explicit(&pool.spins, memory_order_relaxed); i > 0; i--) {
        if (has_news(seen, worker)) return;
        relax();
    }
    pthread_mutex_lock(&pool.mutex);
    /* Before looking once more: whoever opens a job looks at `sleepers` after that, so that one of the two sees the other. */
    atomic_fetch_add(&pool.sleepers, 1);
    while (!has_news(seen, worker)) pthread_cond_wait(&pool.wake, &pool.mutex);
    atomic_fetch_sub(&pool.sleepers, 1);
    pthread_mutex_unlock(&pool.mutex);
}

static void *help(void *argument)
{
    int32_t worker = ((helper *)argument)->worker;
    uint64_t seen = 0;
    for (;;) {
        wait_for_news(seen, worker);
        if (worker >= atomic_load(&pool.threads)) return NULL;
        uint64_t generation = atomic_load(&pool.open);
        if (generation == 0) continue;
        atomic_fetch_add(&pool.joined, 1);
        /* Closed in between? Then the job's fields may already belong to the next one. */
        if (atomic_load(&pool.open) == generation) {
            leave_core(pool.job.core);
            take_pieces(&pool.job, worker);
        }
        atomic_fetch_sub(&pool.joined, 1);
        seen = generation;
    }
}

static void wake_sleepers(void)
{
    if (atomic_load(&pool.sleepers) == 0) return;
    pthread_mutex_lock(&pool.mutex);
    pthread_cond_broadcast(&pool.wake);
    pthread_mutex_unlock(&pool.mutex);
}

static void wait_for_joined(void)
{
    int32_t spins = atomic_load_explicit(&pool.spins, memory_order_relaxed);
    while (atomic_load(&pool.joined) != 0) {
        if (spins-- > 0) relax();
        else sched_yield();
    }
}

static void compute_together(int64_t count, int64_t grain, sn_task task, void *context)
{
    pool.job.task = task;
    pool.job.context = context;
    pool.job.count = count;
    pool.job.grain = grain;
    pool.job.core = current_core();
    atomic_store_explicit(&pool.job.next, 0, memory_order_relaxed);
    atomic_store(&pool.open, ++pool.generation);
    wake_sleepers();
    take_pieces(&pool.job, 0);
    atomic_store(&pool.open, 0);
    wait_for_joined();
}

void sn_parallel(int64_t count, int64_t grain, sn_task task, void *context)
{
    if (grain < 1) grain = 1;
    if (count <= grain || atomic_load_explicit(&pool.threads, memory_order_relaxed) == 1 || atomic_exchange(&pool.busy, 1)) {
        compute_alone(count, grain, task, context);
        return;
    }
    compute_together(count, grain, task, context);
    atomic_store(&pool.busy, 0);
}

int32_t sn_threads(void) { return atomic_load_explicit(&pool.threads, memory_order_relaxed); }

/* The host program's signal handlers expect its own threads. */
static int create_without_signals(helper *h)
{
#if defined(_WIN32)
    return pthread_create(&h->thread, NULL, help, h);
#else
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&h->thread, NULL, help, h);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
#endif
}

/* Adds one helper; returns 0 where the system has no room for it. */
static int start_helper(void)
{
    helper *h = malloc(sizeof *h);
    if (!h) return 0;
    h->worker = atomic_load(&pool.threads);
    h->previous = pool.last;
    /* Counted before it runs: a helper beyond the count leaves at once. */
    atomic_fetch_add(&pool.threads, 1);
    if (create_without_signals(h) != 0) {
        atomic_fetch_sub(&pool.threads, 1);
        free(h);
        return 0;
    }
    pool.last = h;
    return 1;
}

static void stop_helpers(int32_t threads)
{
    atomic_store(&pool.threads, threads);
    wake_sleepers();
    while (pool.last && pool.last->worker >= threads) {
        helper *h = pool.last;
        pthread_join(h->thread, NULL);
        pool.last = h->previous;
        free(h);
    }
}

/* Spinning is for threads that have a core each; otherwise it keeps the one that works from running. */
static int32_t useful_spins(int32_t threads)
{
#if defined(_SC_NPROCESSORS_ONLN)
    if (threads > sysconf(_SC_NPROCESSORS_ONLN)) return 0;
#endif
    return threads > 1 ? SPINS : 0;
}

#if !defined(_WIN32)
/* Only the thread that called fork lives on in the child: forget the helpers, and whatever they or other callers held. */
static void forget_helpers(void)
{
    while (pool.last) {
        helper *h = pool.last;
        pool.last = h->previous;
        free(h);
    }
    pthread_mutex_init(&pool.changing, NULL);
    pthread_mutex_init(&pool.mutex, NULL);
    pthread_cond_init(&pool.wake, NULL);
    atomic_store(&pool.threads, 1);
    atomic_store(&pool.sleepers, 0);
    atomic_store(&pool.joined, 0);
    atomic_store(&pool.open, 0);
    atomic_store(&pool.busy, 0);
}

static void register_fork_handler(void) { pthread_atfork(NULL, NULL, forget_helpers); }
#endif

static void handle_forks(void)
{
#if !defined(_WIN32)
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_fork_handler);
#endif
}

int32_t sn_set_threads(int32_t threads)
{
    if (threads < 1) threads = 1;
    int started = 1;
    pthread_mutex_lock(&pool.changing);
    if (threads > 1) handle_forks();
    if (threads < sn_threads()) stop_helpers(threads);
    while (started && sn_threads() < threads) started = start_helper();
    atomic_store(&pool.spins, useful_spins(sn_threads()));
    pthread_mutex_unlock(&pool.changing);
    return started ? SN_OK : SN_OUT_OF_MEMORY;
}

/* Runs at exit and when the library is closed: no helper may be left inside of code that is about to be unmapped. */
__attribute__((destructor)) static void stop_all_helpers(void) { stop_helpers(1); }
