/* Layer normalisation (Ba et al. 2016) of residual sums, dropout included. */
#include "dropout.h"
#include "pieces.h"
#include "pool.h"
#include "row_parts.h"
#include "row_vectors.h"
#include "scratch.h"
#include "shrinknas.h"
#include <math.h>

/* Added to the variance. */
#define EPSILON 1e-5

typedef struct {
  int64_t width;
  const float *x, *y, *gain, *bias;
  const sn_drops *drops; /* NULL: none */
  float *sum, *standard, *inverse, *out;
} Norm;

/* sum = x + dropout(y), y NULL for none, for a part of a row that starts with element `index` of all; returns the sum of it. */
static inline double add_residual(int64_t n, const float *x, const float *y, const sn_drops *drops, int64_t index, float *sum) {
  sn_floats total = {0};
  for (int64_t i = 0; i < n; i += SN_LANES) {
    sn_floats v = sn_load_next(x + i, n - i, 0);
    if (y) {
      const sn_floats residual = sn_load_next(y + i, n - i, 0);
      v += drops ? residual * sn_drop_factors(drops, (uint32_t)(index + i)) : residual;
    }
    sn_store_next(sum + i, n - i, v);
    total += v;
  }
  return sn_sum_lanes(total);
}

/* Sum of (x - mean)^2 of a part of a row. */
static inline double squared_deviations(int64_t n, const float *x, float mean) {
  sn_floats total = {0};
  for (int64_t i = 0; i < n; i += SN_LANES) {
    const sn_floats deviation = sn_load_next(x + i, n - i, mean) - mean;
    total += deviation * deviation;
  }
  return sn_sum_lanes(total);
}

/* standard may be NULL; sum may be the same array as standard or as out. */
static void scale_row(const Norm *norm, float mean, float inverse, const float *sum, float *standard, float *out) {
  const int64_t n = norm->width;
  for (int64_t i = 0; i < n; i += SN_LANES) {
    const sn_floats v = (sn_load_next(sum + i, n - i, 0) - mean) * inverse;
    if (standard) sn_store_next(standard + i, n - i, v);
    sn_store_next(out + i, n - i, v * sn_load_next(norm->gain + i, n - i, 0) + sn_load_next(norm->bias + i, n - i, 0));
  }
}

static void normalise_row(const Norm *norm, int64_t row) {
  const int64_t n = norm->width, start = row * n;
  float *standard = norm->standard ? norm->standard + start : NULL, *out = norm->out + start;
  float *sum = norm->sum ? norm->sum + start : standard ? standard : out;
  double total = 0, squares = 0;
  for (int64_t i = 0; i < n; i += SN_SUM_FLOATS) {
    total += add_residual(sn_least(SN_SUM_FLOATS, n - i), norm->x + start + i, norm->y ? norm->y + start + i : NULL, norm->drops,
                          start + i, sum + i);
  }
  const float mean = (float)(total / (double)n);
  for (int64_t i = 0; i < n; i += SN_SUM_FLOATS) squares += squared_deviations(sn_least(SN_SUM_FLOATS, n - i), sum + i, mean);
  const float inverse = (float)(1 / sqrt(squares / (double)n + EPSILON));
  if (norm->inverse) norm->inverse[row] = inverse;
  scale_row(norm, mean, inverse, sum, standard, out);
}

static void norm_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  (void)worker;
  for (int64_t row = begin; row < end; row++) normalise_row(context, row);
}

int32_t sn_layer_norm(int64_t rows, int64_t width, const float *x, const float *y, double rate, uint32_t key0, uint32_t key1,
                      const float *gain, const float *bias, float *sum, float *standard, float *inverse, float *out) {
  const sn_drops drops = sn_make_drops(rate, key0, key1);
  Norm norm = {width, x, y, gain, bias, rate > 0 ? &drops : NULL, sum, standard, inverse, out};
  sn_parallel(rows, sn_grain(width), norm_task, &norm);
  return SN_OK;
}

/* ---- gradient ---- */

typedef struct {
  int64_t width;
  sn_parts parts;
  const float *standard, *inverse, *gain, *d_out;
  const sn_drops *drops;
  float *d_sum, *d_y;
  double *doubles; /* [parts, 2, width]: sums of d_gain, of d_bias */
  float *floats;   /* the same of the last rows */
} Gradient;

typedef struct {
  double plain, along;
} Means;

/* Means of d_standard = d_out * gain and of d_standard * standard. */
static Means means_of_row(const Gradient *g, const float *standard, const float *d_out) {
  const int64_t n = g->width;
  Means sums = {0, 0};
  for (int64_t begin = 0; begin < n; begin += SN_SUM_FLOATS) {
    const int64_t end = sn_least(begin + SN_SUM_FLOATS, n);
    sn_floats plain = {0}, along = {0};
    for (int64_t i = begin; i < end; i += SN_LANES) {
      const sn_floats d = sn_load_next(d_out + i, end - i, 0) * sn_load_next(g->gain + i, end - i, 0);
      plain += d;
      along += d * sn_load_next(standard + i, end - i, 0);
    }
    sums.plain += sn_sum_lanes(plain);
    sums.along += sn_sum_lanes(along);
  }
  return (Means){sums.plain / (double)n, sums.along / (double)n};
}

/* d_sum = inverse * (d_standard - mean(d_standard) - standard * mean(d_standard * standard)); and adds to d_gain and d_bias. */
static void differentiate_row(const Gradient *g, int64_t row, float *restrict d_gain, float *restrict d_bias) {
  const int64_t n = g->width, start = row * n;
  const float *standard = g->standard + start, *d_out = g->d_out + start;
  const Means means = means_of_row(g, standard, d_out);
  const float plain = (float)means.plain, along = (float)means.along, inverse = g->inverse[row];
  float *d_y = g->d_y ? g->d_y + start : NULL;
  for (int64_t i = 0; i < n; i += SN_LANES) {
    const sn_floats s = sn_load_next(standard + i, n - i, 0), d = sn_load_next(d_out + i, n - i, 0);
    const sn_floats d_sum = inverse * (d * sn_load_next(g->gain + i, n - i, 0) - plain - s * along);
    sn_store_next(g->d_sum + start + i, n - i, d_sum);
    if (d_y) sn_store_next(d_y + i, n - i, g->drops ? d_sum * sn_drop_factors(g->drops, (uint32_t)(start + i)) : d_sum);
    sn_store_next(d_gain + i, n - i, sn_load_next(d_gain + i, n - i, 0) + d * s);
    sn_store_next(d_bias + i, n - i, sn_load_next(d_bias + i, n - i, 0) + d);
  }
}

static void differentiate_part(const Gradient *g, int64_t part) {
  const int64_t end = sn_part_end(&g->parts, part), n = 2 * g->width;
  double *doubles = g->doubles + part * n;
  float *floats = g->floats + part * n;
  memset(doubles, 0, (size_t)n * sizeof *doubles);
  for (int64_t first = sn_part_begin(&g->parts, part); first < end; first += SN_FLOAT_ROWS) {
    const int64_t last = sn_least(first + SN_FLOAT_ROWS, end);
    memset(floats, 0, (size_t)n * sizeof *floats);
    for (int64_t row = first; row < last; row++) differentiate_row(g, row, floats, floats + g->width);
    for (int64_t i = 0; i < n; i++) doubles[i] += (double)floats[i];
  }
}

static void gradient_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  (void)worker;
  for (int64_t part = begin; part < end; part++) differentiate_part(context, part);
}

int32_t sn_layer_norm_gradient(int64_t rows, int64_t width, const float *standard, const float *inverse, const float *gain,
                               const float *d_out, double rate, uint32_t key0, uint32_t key1, float *d_sum, float *d_y, float *d_gain,
                               float *d_bias) {
  const sn_drops drops = sn_make_drops(rate, key0, key1);
  Gradient g = {.width = width, .parts = sn_divide_rows(rows), .standard = standard, .inverse = inverse, .gain = gain, .d_out = d_out,
                .drops = rate > 0 ? &drops : NULL, .d_sum = d_sum, .d_y = d_y};
  const int64_t n = 2 * width, sums = sn_lines(g.parts.count * n);
  void *block;
  g.floats = sn_scratch(3 * sums, &block); /* a double takes the place of two floats */
  if (!g.floats) return SN_OUT_OF_MEMORY;
  g.doubles = (double *)(g.floats + sums);
  sn_parallel(g.parts.count, sn_grain(g.parts.rows_per_part * width), gradient_task, &g);
  for (int64_t i = 0; i < width; i++) {
    d_gain[i] = sn_total_of_parts(&g.parts, n, g.doubles, i);
    d_bias[i] = sn_total_of_parts(&g.parts, n, g.doubles, width + i);
  }
  free(block);
  return SN_OK;
}
