/* The passes of a softmax over one row, for softmax itself and for the losses and probabilities made of it. */
#ifndef SN_SOFTMAX_H
#define SN_SOFTMAX_H
#include "row_vectors.h"
#include "simd_math.h"
#include <math.h>

/* -inf for an empty row. NaN may be passed over: it comes back with the sum of exponentials. */
static inline float sn_row_largest(int64_t n, const float *x) {
  const sn_floats least = sn_all(-INFINITY);
  sn_floats a = least, b = least, c = least, d = least;
  int64_t i = 0;
  for (; i + 4 * SN_LANES <= n; i += 4 * SN_LANES) {
    a = sn_max(sn_load(x + i), a);
    b = sn_max(sn_load(x + i + SN_LANES), b);
    c = sn_max(sn_load(x + i + 2 * SN_LANES), c);
    d = sn_max(sn_load(x + i + 3 * SN_LANES), d);
  }
  for (; i + SN_LANES <= n; i += SN_LANES) a = sn_max(sn_load(x + i), a);
  if (i < n) b = sn_max(sn_load_part(x + i, n - i, -INFINITY), b);
  return sn_largest_lane(sn_max(sn_max(a, b), sn_max(c, d)));
}

/* y = exp(x - largest), y may be x; returns the sum of y. */
static inline double sn_row_exponentials(int64_t n, const float *x, float largest, float *y) {
  double sum = 0;
  for (int64_t begin = 0; begin < n; begin += SN_SUM_FLOATS) {
    const int64_t end = sn_least(begin + SN_SUM_FLOATS, n);
    sn_floats sums = {0};
    for (int64_t i = begin; i < end; i += SN_LANES) {
      /* Lanes beyond the end are exp(-inf) = 0, unless `largest` is infinite and the row NaN anyway. */
      const sn_floats e = sn_exp(sn_load_next(x + i, end - i, -INFINITY) - largest);
      sn_store_next(y + i, end - i, e);
      sums += e;
    }
    sum += sn_sum_lanes(sums);
  }
  return sum;
}

/* Sum of x - shift. */
static inline double sn_row_shifted_sum(int64_t n, const float *x, float shift) {
  double sum = 0;
  for (int64_t begin = 0; begin < n; begin += SN_SUM_FLOATS) {
    const int64_t end = sn_least(begin + SN_SUM_FLOATS, n);
    sn_floats sums = {0};
    for (int64_t i = begin; i < end; i += SN_LANES) sums += sn_load_next(x + i, end - i, shift) - shift;
    sum += sn_sum_lanes(sums);
  }
  return sum;
}
#endif
