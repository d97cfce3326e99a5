#include "softmax.h"
#include "shrinknas.h"
#include "pool.h"
#include <math.h>

typedef struct {
  int64_t columns;
  const float *x;
  float *y;
} Softmax;

/* Rows of one register, such as weights of convolution kernels, are not worth three passes through memory. */
static void short_row(int64_t n, const float *x, float *y) {
  const sn_floats v = sn_load_part(x, n, -INFINITY), e = sn_exp(v - sn_largest_lane(v));
  sn_store_part(y, n, e * (float)(1 / sn_sum_lanes(e)));
}

static void long_row(int64_t n, const float *x, float *y) {
  const double sum = sn_row_exponentials(n, x, sn_row_largest(n, x), y);
  const float factor = (float)(1 / sum);
  for (int64_t c = 0; c < n; c++) y[c] *= factor;
}

static void softmax_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Softmax *softmax = context;
  const int64_t columns = softmax->columns;
  (void)worker;
  for (int64_t row = begin; row < end; row++) {
    const float *x = softmax->x + row * columns;
    float *y = softmax->y + row * columns;
    if (columns <= SN_LANES) short_row(columns, x, y);
    else long_row(columns, x, y);
  }
}

int32_t sn_softmax(int64_t rows, int64_t columns, const float *x, float *y) {
  Softmax softmax = {columns, x, y};
  if (columns > 0) sn_parallel(rows, sn_grain(columns), softmax_task, &softmax);
  return SN_OK;
}
