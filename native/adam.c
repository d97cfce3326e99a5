#include "shrinknas.h"
#include "pool.h"
#include "pieces.h"
#include <math.h>

typedef struct {
  int64_t rows, columns, stride, runs;
  float *parameter, *first, *second;
  const float *gradient;
  float scale, beta1, beta2, step, decay, epsilon;
} Adam;

/* Kingma and Ba 2015, algorithm 1, with the bias corrections in `step` and decoupled weight decay (Loshchilov and Hutter 2019). */
static void update(const Adam *adam, int64_t n, float *restrict parameter, float *restrict first, float *restrict second,
                   const float *restrict gradient) {
  const float scale = adam->scale, beta1 = adam->beta1, beta2 = adam->beta2;
  const float step = adam->step, decay = adam->decay, epsilon = adam->epsilon;
  for (int64_t i = 0; i < n; i++) {
    const float g = scale * gradient[i];
    const float m = beta1 * first[i] + (1 - beta1) * g;
    const float v = beta2 * second[i] + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    parameter[i] = decay * parameter[i] - step * m / (sqrtf(v) + epsilon);
  }
}

/* Items are runs of SN_PIECE columns, the last of a row shorter. */
static void adam_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Adam *adam = context;
  (void)worker;
  for (int64_t item = begin; item < end; item++) {
    const int64_t row = item / adam->runs, column = item % adam->runs * SN_PIECE, at = row * adam->stride + column;
    update(adam, sn_least(SN_PIECE, adam->columns - column), adam->parameter + at, adam->first + at, adam->second + at,
           adam->gradient + row * adam->columns + column);
  }
}

int32_t sn_adam(int64_t rows, int64_t columns, int64_t stride, float *parameter, float *first, float *second, const float *gradient,
                float scale, float beta1, float beta2, float step, float decay, float epsilon) {
  if (columns == stride) {
    columns *= rows;
    stride = columns;
    rows = 1;
  }
  const int64_t runs = sn_ceiling(columns, SN_PIECE);
  Adam adam = {rows, columns, stride, runs, parameter, first, second, gradient, scale, beta1, beta2, step, decay, epsilon};
  sn_parallel(rows * runs, sn_grain(columns), adam_task, &adam);
  return SN_OK;
}
