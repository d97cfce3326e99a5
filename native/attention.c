/*
 * The core of multi-head attention (Vaswani et al. 2017, section 3.2). Heads of sequences are independent of each other and computed each
 * by one thread, a block of targets at a time: scores, softmax and weighted sum follow one another while the block is in the cache.
 */
#include "dropout.h"
#include "packed.h"
#include "pieces.h"
#include "pool.h"
#include "row_vectors.h"
#include "scratch.h"
#include "shrinknas.h"
#include "simd_math.h"
#include <math.h>
#include <string.h>

enum {
  BLOCK_TARGETS = 84, /* a multiple of the rows of any micro-kernel's tile */
  PIECE_WORK = 1 << 17, /* multiply-adds that are worth passing to another thread */
  MAX_FETCHED_FLOATS = 1 << 15, /* of keys and queries; with values and gradients, half of a second-level cache */
};

/* Added to scores that a mask excludes. */
#define MASKED (-1e9f)

typedef struct {
  int64_t items; /* heads of all sequences */
  int64_t targets, sources, heads, size;
  int64_t width;          /* of a step of all heads */
  int64_t padded_sources; /* distance of rows of scores: whole vectors */
  float scale;
  const float *query, *key, *value, *mask, *kept_weights, *d_out;
  int causal, drops; /* whether weights are dropped, as `dropping` says */
  sn_drops dropping;
  float *weights, *out, *d_query, *d_key, *d_value;
  float *scratch;
  int64_t worker_floats;
} Attention;

/* One head of one sequence: where its parts of the tensors start. */
typedef struct {
  int64_t queries, keys, weights;
} Places;

static Places places_of(const Attention *a, int64_t item) {
  const int64_t sequence = item / a->heads, head = item % a->heads;
  return (Places){(sequence * a->targets * a->heads + head) * a->size, (sequence * a->sources * a->heads + head) * a->size,
                  item * a->targets * a->sources};
}

/* The next part of scratch memory; without any, counts alone. */
static float *take(float *base, int64_t *used, int64_t floats) {
  float *part = base ? base + *used : NULL;
  *used += sn_lines(floats);
  return part;
}

/* A row of what has the shape of weights, with those zeroed that are dropped; `index` is the first one's among all weights. */
static void drop_row(const Attention *a, int64_t index, const float *row, float *dropped) {
  const int64_t n = a->sources;
  for (int64_t s = 0; s < n; s += SN_LANES) {
    sn_store(dropped + s, sn_load_next(row + s, n - s, 0) * sn_drop_factors(&a->dropping, (uint32_t)(index + s)));
  }
}

/* Nothing to fetch yet, of what lies in as many places as there are steps. */
static sn_fetches no_fetches(const Attention *a) { return (sn_fetches){.floats = a->size, .stride = a->width}; }

/* Whether there is a next item, small enough to be brought into the cache while this one is computed. */
static int is_fetched(const Attention *a, int64_t item) {
  return item < a->items && (a->targets + a->sources) * a->size <= MAX_FETCHED_FLOATS;
}

/* ---- forward ---- */

/* Parts of a worker's scratch memory. */
typedef struct {
  float *keys, *values; /* packed, values only where they must be; keys transposed */
  float *scores;        /* of a block of targets, padded_sources apart */
  float *mask;          /* [padded_sources], -inf after the last source */
  float *steps;         /* 0 for padded_sources, then MASKED for as many */
} Forward;

static int64_t place_forward(const Attention *a, float *base, Forward *f) {
  const int64_t padded = a->padded_sources;
  int64_t used = 0;
  f->keys = take(base, &used, a->size * padded);
  f->values = take(base, &used, a->sources * sn_packed_columns(a->size));
  f->scores = take(base, &used, sn_least(BLOCK_TARGETS, a->targets) * padded);
  f->mask = take(base, &used, padded);
  f->steps = take(base, &used, 2 * padded);
  return used;
}

static void prepare_masks(const Attention *a, int64_t sequence, const Forward *f) {
  for (int64_t s = 0; s < a->sources; s++) f->mask[s] = a->mask ? a->mask[sequence * a->sources + s] : 0;
  for (int64_t s = a->sources; s < a->padded_sources; s++) f->mask[s] = -INFINITY;
  for (int64_t s = 0; s < a->padded_sources; s++) {
    f->steps[s] = 0;
    f->steps[a->padded_sources + s] = MASKED;
  }
}

/* scores * scale + mask + steps, in place; returns the largest, where NaN may be passed over. */
static float mask_scores(int64_t n, float scale, const float *mask, const float *steps, float *scores) {
  sn_floats largest = sn_all(-INFINITY);
  for (int64_t s = 0; s < n; s += SN_LANES) {
    const sn_floats score = sn_load(scores + s) * scale + sn_load(mask + s) + sn_load(steps + s);
    sn_store(scores + s, score);
    largest = sn_max(score, largest);
  }
  return sn_largest_lane(largest);
}

/* exp(scores - largest), in place; returns the sum, which is NaN where there is one among the scores. */
static double exponentiate(int64_t n, float largest, float *scores) {
  double sum = 0;
  for (int64_t begin = 0; begin < n; begin += SN_SUM_FLOATS) {
    const int64_t end = sn_least(begin + SN_SUM_FLOATS, n);
    sn_floats sums = {0};
    for (int64_t s = begin; s < end; s += SN_LANES) {
      const sn_floats e = sn_exp(sn_load(scores + s) - largest);
      sn_store(scores + s, e);
      sums += e;
    }
    sum += sn_sum_lanes(sums);
  }
  return sum;
}

/* weights = softmax of the masked scores; both may be one array. A row of weights is `room` floats long. */
static void softmax_row(const Attention *a, const Forward *f, int64_t target, float *scores, float *weights, int64_t room) {
  const int64_t padded = a->padded_sources;
  /* Begins so that MASKED follows after step `target`. */
  const float *steps = f->steps + (a->causal && target < padded ? padded - 1 - target : 0);
  const float largest = mask_scores(padded, a->scale, f->mask, steps, scores);
  const float factor = (float)(1 / exponentiate(padded, largest, scores));
  for (int64_t s = 0; s < a->sources; s += SN_LANES) sn_store_next(weights + s, room - s, sn_load(scores + s) * factor);
}

/* The memory that an item uses, to be fetched while the item before it is computed. */
static sn_fetches fetches_forward(const Attention *a, int64_t item) {
  sn_fetches f = no_fetches(a);
  if (!is_fetched(a, item)) return f;
  const Places at = places_of(a, item);
  sn_add_area(&f, a->out + at.queries, a->targets);
  sn_add_area(&f, a->value + at.keys, a->sources);
  sn_add_area(&f, a->query + at.queries, a->targets);
  sn_add_area(&f, a->key + at.keys, a->sources);
  sn_spread_fetches(&f, sn_small_tiles(a->targets, a->padded_sources) + sn_small_tiles(a->targets, a->size));
  return f;
}

/* The results of `targets` targets, the first of which is `first`. */
static void attend_block(const Attention *a, const Places *at, const Forward *f, sn_right values, int64_t first, int64_t targets,
                         sn_fetches *next) {
  const int64_t start = at->queries + first * a->width, padded = a->padded_sources;
  const sn_left queries = {a->query + start, a->width, 1};
  sn_multiply_small(targets, padded, a->size, queries, (sn_right){f->keys, 0}, f->scores, padded, 0, next);
  /* Weights that are not kept for a gradient overwrite their scores. */
  const int64_t index = at->weights + first * a->sources;
  float *weights = a->weights ? a->weights + index : f->scores;
  int64_t stride = a->weights ? a->sources : padded;
  for (int64_t t = 0; t < targets; t++) softmax_row(a, f, first + t, f->scores + t * padded, weights + t * stride, stride);
  if (a->drops) {
    for (int64_t t = 0; t < targets; t++) drop_row(a, index + t * a->sources, weights + t * stride, f->scores + t * padded);
    weights = f->scores, stride = padded;
  }
  sn_multiply_small(targets, a->size, a->sources, (sn_left){weights, stride, 1}, values, a->out + start, a->width, 0, next);
}

static void attend(const Attention *a, int64_t item, float *scratch) {
  const Places at = places_of(a, item);
  Forward f;
  place_forward(a, scratch, &f);
  sn_pack_transposed(a->size, a->sources, a->key + at.keys, a->width, f.keys);
  const sn_right values = sn_as_right(a->sources, a->size, a->value + at.keys, a->width, f.values);
  prepare_masks(a, item / a->heads, &f);
  sn_fetches next = fetches_forward(a, item + 1);
  for (int64_t first = 0; first < a->targets; first += BLOCK_TARGETS) {
    attend_block(a, &at, &f, values, first, sn_least(BLOCK_TARGETS, a->targets - first), &next);
  }
}

static void attend_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Attention *a = context;
  for (int64_t item = begin; item < end; item++) attend(a, item, a->scratch + worker * a->worker_floats);
}

/* ---- gradient ---- */

typedef struct {
  float *values, *keys;     /* packed, keys only where they must be; values transposed */
  float *d_scores;          /* of a block of targets, padded_sources apart */
  float *dropped;           /* weights of the block, so too; only where some are dropped */
  float *queries, *d_outs;  /* packed where they must be, of the block */
} Backward;

static int64_t place_backward(const Attention *a, float *base, Backward *b) {
  const int64_t padded = a->padded_sources, packed_size = sn_packed_columns(a->size), block = sn_least(BLOCK_TARGETS, a->targets);
  int64_t used = 0;
  b->values = take(base, &used, a->size * padded);
  b->keys = take(base, &used, a->sources * packed_size);
  b->d_scores = take(base, &used, block * padded);
  b->dropped = take(base, &used, a->drops ? block * padded : 0);
  b->queries = take(base, &used, block * packed_size);
  b->d_outs = take(base, &used, block * packed_size);
  return used;
}

/* From gradients by weights to those by unscaled scores, in place: scale * weights * (d - sum(d * weights)). */
static void differentiate_softmax(const Attention *a, const float *weights, float *d) {
  const int64_t n = a->sources;
  const float sum = (float)sn_dot(n, d, weights);
  for (int64_t s = 0; s < n; s += SN_LANES) sn_store(d + s, a->scale * sn_load_next(weights + s, n - s, 0) * (sn_load(d + s) - sum));
}

/* Targets from `first` on. d_key and d_value are sums over targets: blocks after the first add to them. */
static void differentiate_block(const Attention *a, const Places *at, const Backward *b, sn_right keys, int64_t first, int64_t targets,
                                sn_fetches *next) {
  const int64_t start = at->queries + first * a->width, padded = a->padded_sources;
  const int64_t index = at->weights + first * a->sources;
  const float *weights = a->kept_weights + index, *d_out = a->d_out + start;
  sn_left used = {weights, 1, a->sources};
  sn_multiply_small(targets, padded, a->size, (sn_left){d_out, a->width, 1}, (sn_right){b->values, 0}, b->d_scores, padded, 0, next);
  if (a->drops) {
    for (int64_t t = 0; t < targets; t++) {
      drop_row(a, index + t * a->sources, weights + t * a->sources, b->dropped + t * padded);
      drop_row(a, index + t * a->sources, b->d_scores + t * padded, b->d_scores + t * padded);
    }
    used = (sn_left){b->dropped, 1, padded};
  }
  for (int64_t t = 0; t < targets; t++) differentiate_softmax(a, weights + t * a->sources, b->d_scores + t * padded);
  const sn_right queries = sn_as_right(targets, a->size, a->query + start, a->width, b->queries);
  const sn_right d_outs = sn_as_right(targets, a->size, d_out, a->width, b->d_outs);
  float *d_key = a->d_key + at->keys, *d_value = a->d_value + at->keys;
  sn_multiply_small(targets, a->size, a->sources, (sn_left){b->d_scores, padded, 1}, keys, a->d_query + start, a->width, 0, next);
  sn_multiply_small(a->sources, a->size, targets, (sn_left){b->d_scores, 1, padded}, queries, d_key, a->width, first > 0, next);
  sn_multiply_small(a->sources, a->size, targets, used, d_outs, d_value, a->width, first > 0, next);
}

static sn_fetches fetches_backward(const Attention *a, int64_t item) {
  sn_fetches f = no_fetches(a);
  if (!is_fetched(a, item)) return f;
  const Places at = places_of(a, item);
  sn_add_area(&f, a->d_value + at.keys, a->sources);
  sn_add_area(&f, a->d_key + at.keys, a->sources);
  sn_add_area(&f, a->query + at.queries, a->targets);
  sn_add_area(&f, a->d_query + at.queries, a->targets);
  sn_add_area(&f, a->key + at.keys, a->sources);
  sn_add_area(&f, a->d_out + at.queries, a->targets);
  sn_add_area(&f, a->value + at.keys, a->sources);
  sn_spread_fetches(&f, sn_small_tiles(a->targets, a->padded_sources) + sn_small_tiles(a->targets, a->size) +
                            2 * sn_small_tiles(a->sources, a->size));
  return f;
}

static void differentiate(const Attention *a, int64_t item, float *scratch) {
  const Places at = places_of(a, item);
  Backward b;
  place_backward(a, scratch, &b);
  sn_pack_transposed(a->size, a->sources, a->value + at.keys, a->width, b.values);
  const sn_right keys = sn_as_right(a->sources, a->size, a->key + at.keys, a->width, b.keys);
  sn_fetches next = fetches_backward(a, item + 1);
  int64_t first = 0;
  do { /* once even without targets: zeros are to be written */
    differentiate_block(a, &at, &b, keys, first, sn_least(BLOCK_TARGETS, a->targets - first), &next);
    first += BLOCK_TARGETS;
  } while (first < a->targets);
}

static void gradient_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Attention *a = context;
  for (int64_t item = begin; item < end; item++) differentiate(a, item, a->scratch + worker * a->worker_floats);
}

/* ---- both ---- */

static Attention make_attention(int64_t batch, int64_t targets, int64_t sources, int64_t heads, int64_t size, double rate, uint32_t key0,
                                uint32_t key1) {
  return (Attention){.items = batch * heads, .targets = targets, .sources = sources, .heads = heads, .size = size, .width = heads * size,
                     .padded_sources = sn_packed_columns(sources), .scale = size > 0 ? (float)(1 / sqrt((double)size)) : 1,
                     .drops = rate > 0, .dropping = sn_make_drops(rate, key0, key1)};
}

static int32_t share_items(Attention *a, int64_t worker_floats, sn_task task) {
  const double work = (double)a->targets * (double)a->sources * (double)a->size;
  const int64_t grain = work < PIECE_WORK ? (int64_t)(PIECE_WORK / (work + 1)) : 1;
  void *block;
  a->worker_floats = worker_floats;
  a->scratch = sn_scratch(sn_threads() * worker_floats, &block);
  if (!a->scratch) return SN_OUT_OF_MEMORY;
  sn_parallel(a->items, grain, task, a);
  free(block);
  return SN_OK;
}

int32_t sn_attention(int64_t batch, int64_t targets, int64_t sources, int64_t heads, int64_t size, const float *query, const float *key,
                     const float *value, const float *mask, int32_t causal, double rate, uint32_t key0, uint32_t key1, float *weights,
                     float *out) {
  Attention a = make_attention(batch, targets, sources, heads, size, rate, key0, key1);
  a.query = query, a.key = key, a.value = value, a.mask = mask, a.causal = causal, a.weights = weights, a.out = out;
  return share_items(&a, place_forward(&a, NULL, &(Forward){0}), attend_task);
}

int32_t sn_attention_gradient(int64_t batch, int64_t targets, int64_t sources, int64_t heads, int64_t size, const float *query,
                              const float *key, const float *value, const float *weights, const float *d_out, double rate, uint32_t key0,
                              uint32_t key1, float *d_query, float *d_key, float *d_value) {
  Attention a = make_attention(batch, targets, sources, heads, size, rate, key0, key1);
  a.query = query, a.key = key, a.value = value, a.kept_weights = weights, a.d_out = d_out;
  a.d_query = d_query, a.d_key = d_key, a.d_value = d_value;
  return share_items(&a, place_backward(&a, NULL, &(Backward){0}), gradient_task);
}
