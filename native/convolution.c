/*
 * Lightweight and dynamic convolution (Wu et al. 2019, sections 3 and 4). The first is treated as the second with the same kernels at each
 * step. Both and their gradients by x are, for each step and head, a weighted sum of neighbouring steps.
 */
#include "pieces.h"
#include "pool.h"
#include "row_parts.h"
#include "row_vectors.h"
#include "scratch.h"
#include "shrinknas.h"
#include <string.h>

typedef struct {
  int64_t time, heads, kernel, before;
  int64_t width, size;  /* of a step, and of a head in it */
  int64_t weights_step; /* from a step's kernels to the next one's: 0 where it has the same */
  const float *x, *weights, *dy;
  float *out;           /* y, dx, or d_weights of dynamic convolution */
  sn_parts parts;
  double *sums;         /* [parts, heads * kernel]: of d_weights of light convolution */
  sn_floats *lanes;     /* [parts, heads * kernel]: the same of the last rows, lane by lane */
} Convolution;

/* Positions from..to-1 in a kernel: those that fall on steps within the sequence. */
typedef struct {
  int64_t from, to;
} Taps;

static inline int64_t greatest(int64_t a, int64_t b) { return a > b ? a : b; }

/* The positions j of output t that read a step within the sequence, t + j - before. */
static Taps taps_of_output(const Convolution *c, int64_t t) {
  return (Taps){greatest(0, c->before - t), sn_least(c->kernel, c->time + c->before - t)};
}

/* The positions j by which an output within the sequence, s - j + before, reads step s. */
static Taps taps_of_input(const Convolution *c, int64_t s) {
  return (Taps){greatest(0, s + c->before - c->time + 1), sn_least(c->kernel, s + c->before + 1)};
}

/* ---- weighted sums ---- */

enum { MAX_VECTORS = 4 }; /* sums at a time: enough to hide the latency of multiply-adds */

/* `n` terms weights[i * weight_step] * x[i * x_step + channel]. */
typedef struct {
  int64_t n;
  const float *weights, *x;
  int64_t weight_step, x_step;
} Terms;

/* With a constant number of vectors, sums stay in registers. `left` channels may end within the last one. */
static inline __attribute__((always_inline)) void sum_vectors(const Terms *terms, int64_t left, const int vectors, float *out) {
  const int last = vectors - 1;
  const float *w = terms->weights, *x = terms->x;
  sn_floats sums[MAX_VECTORS] = {{0}};
  left -= last * SN_LANES;
  for (int64_t i = 0; i < terms->n; i++, w += terms->weight_step, x += terms->x_step) {
    const sn_floats weight = sn_all(*w);
    for (int v = 0; v < last; v++) sums[v] += weight * sn_load(x + v * SN_LANES);
    sums[last] += weight * sn_load_next(x + last * SN_LANES, left, 0);
  }
  for (int v = 0; v < last; v++) sn_store(out + v * SN_LANES, sums[v]);
  sn_store_next(out + last * SN_LANES, left, sums[last]);
}

static void weighted_sum(Terms terms, int64_t channels, float *out) {
  for (int64_t left = channels; left > 0; left -= MAX_VECTORS * SN_LANES) {
    switch (sn_least(MAX_VECTORS, sn_ceiling(left, SN_LANES))) {
      case 1: sum_vectors(&terms, left, 1, out); break;
      case 2: sum_vectors(&terms, left, 2, out); break;
      case 3: sum_vectors(&terms, left, 3, out); break;
      default: sum_vectors(&terms, left, MAX_VECTORS, out);
    }
    terms.x += MAX_VECTORS * SN_LANES;
    out += MAX_VECTORS * SN_LANES;
  }
}

static void convolve_row(const Convolution *c, int64_t row) {
  const Taps taps = taps_of_output(c, row % c->time);
  float *y = c->out + row * c->width;
  if (taps.from >= taps.to) {
    memset(y, 0, (size_t)c->width * sizeof *y);
    return;
  }
  Terms terms = {taps.to - taps.from, c->weights + row * c->weights_step + taps.from, c->x + (row + taps.from - c->before) * c->width, 1,
                 c->width};
  for (int64_t head = 0; head < c->heads; head++, terms.weights += c->kernel, terms.x += c->size, y += c->size) {
    weighted_sum(terms, c->size, y);
  }
}

static void differentiate_row(const Convolution *c, int64_t row) {
  const Taps taps = taps_of_input(c, row % c->time);
  float *dx = c->out + row * c->width;
  if (taps.from >= taps.to) {
    memset(dx, 0, (size_t)c->width * sizeof *dx);
    return;
  }
  const int64_t output = row - taps.from + c->before;
  Terms terms = {taps.to - taps.from, c->weights + output * c->weights_step + taps.from, c->dy + output * c->width, 1 - c->weights_step,
                 -c->width};
  for (int64_t head = 0; head < c->heads; head++, terms.weights += c->kernel, terms.x += c->size, dx += c->size) {
    weighted_sum(terms, c->size, dx);
  }
}

static void convolve_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  (void)worker;
  for (int64_t row = begin; row < end; row++) convolve_row(context, row);
}

static void input_gradient_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  (void)worker;
  for (int64_t row = begin; row < end; row++) differentiate_row(context, row);
}

/* ---- gradients by weights ---- */

/* d_weights[b, t, h, j] = sum_c dy[b, t, c] x[b, t + j - before, c] over the channels of head h */
static void dynamic_weights_of_row(const Convolution *c, int64_t row) {
  const Taps taps = taps_of_output(c, row % c->time);
  const float *dy = c->dy + row * c->width;
  float *d_weights = c->out + row * c->weights_step;
  memset(d_weights, 0, (size_t)c->weights_step * sizeof *d_weights);
  for (int64_t head = 0; head < c->heads; head++, dy += c->size, d_weights += c->kernel) {
    for (int64_t j = taps.from; j < taps.to; j++) {
      d_weights[j] = (float)sn_dot(c->size, dy, c->x + (row + j - c->before) * c->width + head * c->size);
    }
  }
}

static void dynamic_weights_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  (void)worker;
  for (int64_t row = begin; row < end; row++) dynamic_weights_of_row(context, row);
}

/* Sum of a[i] * b[i], each lane by itself. */
static inline sn_floats lane_products(int64_t n, const float *a, const float *b) {
  sn_floats sums = {0};
  for (int64_t i = 0; i < n; i += SN_LANES) sums += sn_load_next(a + i, n - i, 0) * sn_load_next(b + i, n - i, 0);
  return sums;
}

/* The same as above, added to d_weights[h, j]. */
static void add_weights_of_row(const Convolution *c, int64_t row, sn_floats *d_weights) {
  const Taps taps = taps_of_output(c, row % c->time);
  const float *dy = c->dy + row * c->width;
  for (int64_t head = 0; head < c->heads; head++, dy += c->size, d_weights += c->kernel) {
    for (int64_t j = taps.from; j < taps.to; j++) {
      d_weights[j] += lane_products(c->size, dy, c->x + (row + j - c->before) * c->width + head * c->size);
    }
  }
}

static void light_weights_of_part(const Convolution *c, int64_t part) {
  const int64_t end = sn_part_end(&c->parts, part), n = c->heads * c->kernel;
  double *sums = c->sums + part * n;
  sn_floats *lanes = c->lanes + part * n;
  memset(sums, 0, (size_t)n * sizeof *sums);
  for (int64_t first = sn_part_begin(&c->parts, part); first < end; first += SN_FLOAT_ROWS) {
    const int64_t last = sn_least(first + SN_FLOAT_ROWS, end);
    memset(lanes, 0, (size_t)n * sizeof *lanes);
    for (int64_t row = first; row < last; row++) add_weights_of_row(c, row, lanes);
    for (int64_t i = 0; i < n; i++) sums[i] += sn_sum_lanes(lanes[i]);
  }
}

static void light_weights_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  (void)worker;
  for (int64_t part = begin; part < end; part++) light_weights_of_part(context, part);
}

static int32_t light_weights_gradient(Convolution *c, int64_t rows, float *d_weights) {
  const int64_t n = c->heads * c->kernel;
  c->parts = sn_divide_rows(rows);
  const int64_t lane_floats = sn_lines(c->parts.count * n * SN_LANES);
  void *block;
  float *scratch = sn_scratch(lane_floats + 2 * c->parts.count * n, &block);
  if (!scratch) return SN_OUT_OF_MEMORY;
  c->lanes = (sn_floats *)scratch;
  c->sums = (double *)(scratch + lane_floats);
  sn_parallel(c->parts.count, sn_grain(c->parts.rows_per_part * c->width * c->kernel), light_weights_task, c);
  for (int64_t i = 0; i < n; i++) d_weights[i] = sn_total_of_parts(&c->parts, n, c->sums, i);
  free(block);
  return SN_OK;
}

/* ---- interface ---- */

static Convolution make_convolution(int64_t time, int64_t width, int64_t heads, int64_t kernel, int64_t before, const float *x,
                                    const float *weights, const float *dy) {
  return (Convolution){.time = time, .heads = heads, .kernel = kernel, .before = before, .width = width,
                       .size = heads > 0 ? width / heads : 0, .x = x, .weights = weights, .dy = dy};
}

static int64_t grain_of(const Convolution *c) { return sn_grain(c->width * greatest(1, c->kernel)); }

static void convolve(Convolution *c, int64_t rows, float *y) {
  c->out = y;
  sn_parallel(rows, grain_of(c), convolve_task, c);
}

static void input_gradient(Convolution *c, int64_t rows, float *dx) {
  c->out = dx;
  sn_parallel(rows, grain_of(c), input_gradient_task, c);
}

int32_t sn_light_convolution(int64_t batch, int64_t time, int64_t width, int64_t heads, int64_t kernel, int64_t before, const float *x,
                             const float *weights, float *y) {
  Convolution c = make_convolution(time, width, heads, kernel, before, x, weights, NULL);
  convolve(&c, batch * time, y);
  return SN_OK;
}

int32_t sn_light_convolution_gradient(int64_t batch, int64_t time, int64_t width, int64_t heads, int64_t kernel, int64_t before,
                                      const float *x, const float *weights, const float *dy, float *dx, float *d_weights) {
  Convolution c = make_convolution(time, width, heads, kernel, before, x, weights, dy);
  input_gradient(&c, batch * time, dx);
  return light_weights_gradient(&c, batch * time, d_weights);
}

int32_t sn_dynamic_convolution(int64_t batch, int64_t time, int64_t width, int64_t heads, int64_t kernel, int64_t before, const float *x,
                               const float *weights, float *y) {
  Convolution c = make_convolution(time, width, heads, kernel, before, x, weights, NULL);
  c.weights_step = heads * kernel;
  convolve(&c, batch * time, y);
  return SN_OK;
}

int32_t sn_dynamic_convolution_gradient(int64_t batch, int64_t time, int64_t width, int64_t heads, int64_t kernel, int64_t before,
                                        const float *x, const float *weights, const float *dy, float *dx, float *d_weights) {
  Convolution c = make_convolution(time, width, heads, kernel, before, x, weights, dy);
  c.weights_step = heads * kernel;
  input_gradient(&c, batch * time, dx);
  c.out = d_weights;
  sn_parallel(batch * time, grain_of(&c), dynamic_weights_task, &c);
  return SN_OK;
}
