/* Walking along rows of any length in vectors, the last of which may be incomplete. */
#ifndef SN_ROW_VECTORS_H
#define SN_ROW_VECTORS_H
#include "lanes.h"
#include "pieces.h"

/* Lanes add up this many floats before they go into a double, which bounds the rounding errors of long sums. */
enum { SN_SUM_FLOATS = 32 * SN_LANES };

/* The next of `left` floats, as many as there are lanes for; `rest` in lanes beyond. */
static inline sn_floats sn_load_next(const float *x, int64_t left, float rest) {
  return left >= SN_LANES ? sn_load(x) : sn_load_part(x, left, rest);
}

static inline void sn_store_next(float *x, int64_t left, sn_floats v) {
  if (left >= SN_LANES) sn_store(x, v);
  else sn_store_part(x, left, v);
}

/* Sum of a[i] * b[i]. */
static inline double sn_dot(int64_t n, const float *a, const float *b) {
  double sum = 0;
  for (int64_t begin = 0; begin < n; begin += SN_SUM_FLOATS) {
    const int64_t end = sn_least(begin + SN_SUM_FLOATS, n);
    sn_floats sums = {0};
    for (int64_t i = begin; i < end; i += SN_LANES) sums += sn_load_next(a + i, end - i, 0) * sn_load_next(b + i, end - i, 0);
    sum += sn_sum_lanes(sums);
  }
  return sum;
}
#endif
