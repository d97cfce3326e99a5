/*
 * Matrix products. B is packed for one block of K and one chunk of columns after the other. With that, C is computed in strips of
 * GEMM_ROWS rows, tile by tile, for one group of the chunk's columns after the other: a group of B stays in the second-level cache while
 * strips pass by. A strip of A stays in the first-level cache, and is read where it is unless its rows would evict each other there.
 *
 * An element of C is the sum over blocks of K, in order, of the sums within each block, in order. This depends on K alone, so how C is
 * divided among threads, or how wide a tile is, cannot change a bit of it. Blocks also keep rounding errors small.
 */
#include "gemm.h"
#include "activation.h"
#include "gemm_kernel.h"
#include "gemm_pack.h"
#include "pool.h"
#include "scratch.h"
#include "shrinknas.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_BLOCK_K = 384,
    CHUNK_FLOATS = 1 << 20, /* of B packed at once: few chunks, because threads wait for each other before and after packing */
    GROUP_FLOATS = 1 << 17, /* of packed B used at once: half of a common second-level cache */
    CACHE_LINE = 64,
    LINE_FLOATS = CACHE_LINE / sizeof(float),
    /* Rows this many bytes apart (or a multiple) share so few sets of the first-level cache that a strip of them does not fit. */
    CONFLICTING_BYTES = 2048,
    DIRECT_ROWS = 64,       /* packing B does not pay for up to this number of rows of A */
    WANTED_ITEMS = 32,      /* enough for threads of unequal speed to finish together */
    MIN_GROUP_PANELS = 4,   /* of columns in an item, lest packing A again for each of them costs too much */
    BATCHED_WORK = 1 << 20, /* multiply-adds in a product from which it is divided itself instead of the batch */
    PIECE_WORK = 1 << 18,   /* multiply-adds that are worth passing to another thread */
};

/* op(X): the element at (row, column) is data[row*row_stride + column*column_stride]; one of the strides is 1. */
typedef struct {
    const float *data;
    int64_t row_stride, column_stride;
} operand;

typedef struct {
    int64_t m, n, k;
    operand a, b;
    float *c;
    int64_t ldc;
    int64_t accumulate;
    const float *bias;
    int32_t activation;
    const float *ready_b; /* all of B as sn_pack_weight leaves it, or NULL */
} product;

/* How a product of given sizes is cut. A panel is GEMM_COLUMNS columns of B, the last one perhaps less. */
typedef struct {
    int64_t strips, panels, block_k, chunk_panels, group_panels;
    int packs_a, packs_b;       /* packs_b: every panel; if not, only one that is incomplete, where there are no masks */
    int64_t b_floats, a_floats; /* scratch memory for a chunk, and for a strip */
} plan;

/* One block of K in one chunk of columns. */
typedef struct {
    const product *product;
    const plan *plan;
    int64_t k, size_k;             /* the block */
    int64_t panel, panels, groups; /* the chunk, and into how many groups of panels it is cut */
    float *packed_b, *packed_a;    /* packed_a: a strip for each worker */
} phase;

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t ceil_divide(int64_t a, int64_t b) { return a / b + (a % b != 0); }

/* Size of the parts when `whole` is cut evenly into as few as possible of at most `limit`. */
static int64_t even_part(int64_t whole, int64_t limit) { return ceil_divide(whole, larger(1, ceil_divide(whole, limit))); }

/* Two workers' memory should not meet in a cache line. */
static int64_t whole_lines(int64_t floats) { return ceil_divide(floats, LINE_FLOATS) * LINE_FLOATS; }

static const float *element(const operand *x, int64_t row, int64_t column)
{
    return x->data + row * x->row_stride + column * x->column_stride;
}

static int64_t bytes(int64_t floats) { return floats * (int64_t)sizeof(float); }

static int64_t panel_width(const product *p, int64_t panel) { return smaller(GEMM_COLUMNS, p->n - panel * GEMM_COLUMNS); }
static int64_t vectors_of(int64_t width) { return width > GEMM_LANES ? 2 : 1; }
static int64_t last_lanes(int64_t width) { return ((int64_t)1 << (width - (vectors_of(width) - 1) * GEMM_LANES)) - 1; }

static int rows_conflict(const operand *a) { return bytes(a->row_stride) % CONFLICTING_BYTES == 0; }

static plan make_plan(const product *p)
{
    plan s;
    s.strips = ceil_divide(p->m, GEMM_ROWS);
    s.panels = ceil_divide(p->n, GEMM_COLUMNS);
    s.block_k = even_part(p->k, MAX_BLOCK_K);
    int64_t panel_floats = GEMM_COLUMNS * larger(1, s.block_k);
    s.chunk_panels = even_part(s.panels, larger(1, CHUNK_FLOATS / panel_floats));
    s.group_panels = even_part(s.chunk_panels, larger(1, GROUP_FLOATS / panel_floats));
    s.packs_a = s.panels > 1 && (p->a.column_stride != 1 || rows_conflict(&p->a));
    s.packs_b = !p->ready_b && (p->b.column_stride != 1 || p->m > DIRECT_ROWS);
    s.b_floats = p->ready_b ? 0 : whole_lines((s.packs_b ? s.chunk_panels : 1) * GEMM_COLUMNS * s.block_k);
    s.a_floats = s.packs_a ? whole_lines(GEMM_ROWS * (s.block_k + LINE_FLOATS)) : 0;
    return s;
}

static int is_packed(const phase *f, int64_t panel)
{
    return f->plan->packs_b || (!GEMM_MASKS && panel_width(f->product, panel) % GEMM_LANES != 0);
}

/* Where nothing but an incomplete panel is packed, it has the memory for itself. */
static float *packed_panel(const phase *f, int64_t panel)
{
    return f->packed_b + (f->plan->packs_b ? (panel - f->panel) * GEMM_COLUMNS * f->size_k : 0);
}

static int64_t padded_columns(int64_t n) { return ceil_divide(n, GEMM_LANES) * GEMM_LANES; }

/* Where a panel lies in B that was packed as a whole: blocks of K one after the other, in each its panels. */
static int64_t ready_panel(int64_t n, int64_t k, int64_t size_k, int64_t panel)
{
    return k * padded_columns(n) + panel * GEMM_COLUMNS * size_k;
}

static void pack(const operand *b, int64_t k, int64_t size_k, int64_t panel, int64_t width, float *packed)
{
    int64_t padded = padded_columns(width);
    const float *source = element(b, k, panel * GEMM_COLUMNS);
    if (b->column_stride == 1) gemm_pack_rows(size_k, width, padded, source, b->row_stride, packed);
    else gemm_pack_transposed(size_k, width, padded, source, b->column_stride, packed);
}

static void pack_panel(const phase *f, int64_t panel)
{
    pack(&f->product->b, f->k, f->size_k, panel, panel_width(f->product, panel), packed_panel(f, panel));
}

static void pack_panels(void *context, int64_t begin, int64_t end, int32_t worker)
{
    const phase *f = context;
    (void)worker;
    for (int64_t i = begin; i < end; i++)
        if (is_packed(f, f->panel + i)) pack_panel(f, f->panel + i);
}

static void set_a(const phase *f, int64_t row, int64_t rows, float *packed, gemm_tile *tile)
{
    const operand *a = &f->product->a;
    const float *source = element(a, row, f->k);
    tile->a = f->plan->packs_a ? packed : source;
    tile->a_row = bytes(a->row_stride);
    tile->a_step = bytes(a->column_stride);
    if (!f->plan->packs_a) return;
    if (a->column_stride == 1) {
        /* A line more than the block, so that rows start in different sets. */
        int64_t stride = f->size_k + LINE_FLOATS;
        gemm_pack_rows(rows, f->size_k, stride, source, a->row_stride, packed);
        tile->a_row = bytes(stride);
    } else {
        gemm_pack_rows(f->size_k, rows, rows, source, a->column_stride, packed);
        tile->a_step = bytes(rows);
    }
}

static void set_b(const phase *f, int64_t panel, gemm_tile *tile)
{
    const product *p = f->product;
    const operand *b = &p->b;
    if (p->ready_b || is_packed(f, panel)) {
        tile->b = p->ready_b ? p->ready_b + ready_panel(p->n, f->k, f->size_k, panel) : packed_panel(f, panel);
        tile->b_step = bytes(vectors_of(panel_width(f->product, panel)) * GEMM_LANES);
    } else {
        tile->b = element(b, f->k, panel * GEMM_COLUMNS);
        tile->b_step = bytes(b->row_stride);
    }
}

/* A tile that ends within a vector goes through memory of its own. */
static void multiply_incomplete_tile(gemm_tile tile, int64_t rows, int64_t width)
{
    float initial[GEMM_COLUMNS] = {0}, result[GEMM_ROWS * GEMM_COLUMNS];
    memcpy(initial, tile.initial, (size_t)width * sizeof *initial);
    float *c = tile.c;
    int64_t ldc = tile.c_row / (int64_t)sizeof *c, add = tile.add;
    tile.initial = initial;
    tile.c = result;
    tile.c_row = bytes(GEMM_COLUMNS);
    tile.add = 0;
    gemm_multiply_tile(&tile, rows, vectors_of(width));
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < width; j++) c[i * ldc + j] = (add ? c[i * ldc + j] : 0) + result[i * GEMM_COLUMNS + j];
}

/* While a finished tile is in the cache. */
static void activate_tile(int32_t activation, int64_t rows, int64_t width, float *c, int64_t ldc)
{
    for (int64_t i = 0; i < rows; i++) sn_activate(activation, width, c + i * ldc, c + i * ldc);
}

static void multiply_strip(const phase *f, int64_t strip, int64_t panel, int64_t panel_end, float *packed_a)
{
    static const float zeros[GEMM_COLUMNS];
    const product *p = f->product;
    int64_t row = strip * GEMM_ROWS, rows = smaller(GEMM_ROWS, p->m - row);
    int first = f->k == 0, last = f->k + f->size_k >= p->k;
    gemm_tile tile = {.k = f->size_k, .c_row = bytes(p->ldc), .add = !first || p->accumulate};
    set_a(f, row, rows, packed_a, &tile);
    for (; panel < panel_end; panel++) {
        int64_t column = panel * GEMM_COLUMNS, width = panel_width(p, panel);
        set_b(f, panel, &tile);
        tile.c = p->c + row * p->ldc + column;
        tile.initial = first && p->bias ? p->bias + column : zeros;
        tile.last_lanes = last_lanes(width);
        if (GEMM_MASKS || width % GEMM_LANES == 0) gemm_multiply_tile(&tile, rows, vectors_of(width));
        else multiply_incomplete_tile(tile, rows, width);
        if (last && p->activation != SN_NONE) activate_tile(p->activation, rows, width, tile.c, p->ldc);
    }
}

/* Items are strips of each group of panels. */
static void multiply_strips(void *context, int64_t begin, int64_t end, int32_t worker)
{
    const phase *f = context;
    float *packed_a = f->packed_a + worker * f->plan->a_floats;
    for (int64_t i = begin; i < end; i++) {
        int64_t strip = i % f->plan->strips, group = i / f->plan->strips;
        multiply_strip(f, strip, f->panel + f->panels * group / f->groups, f->panel + f->panels * (group + 1) / f->groups, packed_a);
    }
}

static int64_t column_groups(const plan *s, int64_t panels)
{
    int64_t for_cache = ceil_divide(panels, s->group_panels);
    int64_t for_threads = smaller(ceil_divide(WANTED_ITEMS, s->strips), panels / MIN_GROUP_PANELS);
    return larger(for_cache, for_threads);
}

typedef void (*executor)(int64_t count, int64_t grain, sn_task task, void *context);

static void execute_here(int64_t count, int64_t grain, sn_task task, void *context)
{
    (void)grain;
    task(context, 0, count, 0);
}

/* `scratch` has plan.b_floats, then plan.a_floats for each worker that `execute` may use. */
static void multiply(const product *p, const plan *s, float *scratch, executor execute)
{
    phase f = {.product = p, .plan = s, .packed_b = scratch, .packed_a = scratch + s->b_floats};
    for (f.panel = 0; f.panel < s->panels; f.panel += s->chunk_panels) {
        f.panels = smaller(s->chunk_panels, s->panels - f.panel);
        f.groups = column_groups(s, f.panels);
        f.k = 0;
        do { /* once even if K is 0: there may be a bias */
            f.size_k = smaller(s->block_k, p->k - f.k);
            if (!p->ready_b) execute(f.panels, 1, pack_panels, &f);
            execute(s->strips * f.groups, 1, multiply_strips, &f);
            f.k += f.size_k;
        } while (f.k < p->k);
    }
}

static operand make_operand(const float *x, int64_t distance, int transposed)
{
    return transposed ? (operand){x, 1, distance} : (operand){x, distance, 1};
}

int32_t sn_gemm(int32_t transpose_a, int32_t transpose_b, int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, const float *b,
                int64_t ldb, float *c, int64_t ldc, int32_t accumulate, const float *bias)
{
    return sn_gemm_batched(transpose_a, transpose_b, 1, m, n, k, a, lda, 0, b, ldb, 0, c, ldc, 0, accumulate, bias);
}

/* A batch of products of the same sizes. */
typedef struct {
    product first;
    plan plan;
    int64_t size, stride_a, stride_b, stride_c;
    float *scratch;
    int64_t worker_floats; /* of scratch memory */
} batch;

static product nth_product(const batch *x, int64_t i)
{
    product p = x->first;
    p.a.data += i * x->stride_a;
    p.b.data += i * x->stride_b;
    p.c += i * x->stride_c;
    return p;
}

static void multiply_whole(void *context, int64_t begin, int64_t end, int32_t worker)
{
    const batch *x = context;
    for (int64_t i = begin; i < end; i++) {
        product p = nth_product(x, i);
        multiply(&p, &x->plan, x->scratch + worker * x->worker_floats, execute_here);
    }
}

static int32_t multiply_divided(const batch *x)
{
    void *block;
    float *scratch = sn_scratch(x->plan.b_floats + sn_threads() * x->plan.a_floats, &block);
    if (!scratch) return SN_OUT_OF_MEMORY;
    for (int64_t i = 0; i < x->size; i++) {
        product p = nth_product(x, i);
        multiply(&p, &x->plan, scratch, sn_parallel);
    }
    free(block);
    return SN_OK;
}

static int32_t multiply_batch(batch *x, double work)
{
    void *block;
    x->worker_floats = x->plan.b_floats + x->plan.a_floats;
    x->scratch = sn_scratch(sn_threads() * x->worker_floats, &block);
    if (!x->scratch) return SN_OUT_OF_MEMORY;
    sn_parallel(x->size, larger(1, (int64_t)(PIECE_WORK / larger(1, (int64_t)work))), multiply_whole, x);
    free(block);
    return SN_OK;
}

static int32_t multiply_all(batch *x)
{
    const product *p = &x->first;
    if (x->size <= 0 || p->m <= 0 || p->n <= 0) return SN_OK;
    x->plan = make_plan(p);
    double work = (double)p->m * (double)p->n * (double)p->k;
    return work >= BATCHED_WORK ? multiply_divided(x) : multiply_batch(x, work);
}

int32_t sn_linear(int32_t activation, int64_t rows, int64_t out, int64_t in, const float *x, const float *weight, const float *bias,
                  float *y)
{
    if (!sn_is_activation(activation)) return SN_UNSUPPORTED;
    batch one = {.first = {.m = rows, .n = out, .k = in, .c = y, .ldc = out, .bias = bias, .activation = activation}, .size = 1};
    one.first.a = make_operand(x, in, 0);
    one.first.b = make_operand(weight, in, 1);
    return multiply_all(&one);
}

int32_t sn_pack_weight(int64_t out, int64_t in, const float *weight, float *packed)
{
    const operand b = make_operand(weight, in, 1);
    const int64_t block_k = even_part(in, MAX_BLOCK_K);
    for (int64_t k = 0; k < in; k += block_k) {
        int64_t size_k = smaller(block_k, in - k);
        for (int64_t panel = 0; panel * GEMM_COLUMNS < out; panel++)
            pack(&b, k, size_k, panel, smaller(GEMM_COLUMNS, out - panel * GEMM_COLUMNS), packed + ready_panel(out, k, size_k, panel));
    }
    return SN_OK;
}

int32_t sn_packed_linear(int32_t activation, int64_t rows, int64_t out, int64_t in, const float *x, const float *packed, const float *bias,
                         float *y)
{
    if (!sn_is_activation(activation)) return SN_UNSUPPORTED;
    batch one = {.first = {.m = rows, .n = out, .k = in, .c = y, .ldc = out, .bias = bias, .activation = activation, .ready_b = packed},
                 .size = 1};
    one.first.a = make_operand(x, in, 0);
    return multiply_all(&one);
}

int32_t sn_gemm_batched(int32_t transpose_a, int32_t transpose_b, int64_t size, int64_t m, int64_t n, int64_t k, const float *a,
                        int64_t lda, int64_t stride_a, const float *b, int64_t ldb, int64_t stride_b, float *c, int64_t ldc,
                        int64_t stride_c, int32_t accumulate, const float *bias)
{
    batch x = {.first = {.m = m, .n = n, .k = k, .c = c, .ldc = ldc, .accumulate = accumulate, .bias = bias},
               .size = size,
               .stride_a = stride_a,
               .stride_b = stride_b,
               .stride_c = stride_c};
    x.first.a = make_operand(a, lda, transpose_a);
    x.first.b = make_operand(b, ldb, transpose_b);
    return multiply_all(&x);
}
