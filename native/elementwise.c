#include "activation.h"
#include "shrinknas.h"
#include "pool.h"
#include "pieces.h"
#include "row_vectors.h"
#include "simd_math.h"
#include <string.h>

/* ---- arithmetic ---- */

enum { WHOLE = 0, ROW = 1, COLUMN = 2, VALUE = 3 };

typedef struct {
  int32_t op, broadcast;
  int64_t columns;
  const float *a, *b;
  float *out;
} Binary;

static void with_vector(int32_t op, int64_t n, const float *a, const float *b, float *out) {
  switch (op) {
    case SN_ADD:
      for (int64_t i = 0; i < n; i++) out[i] = a[i] + b[i];
      break;
    case SN_SUB:
      for (int64_t i = 0; i < n; i++) out[i] = a[i] - b[i];
      break;
    default:
      for (int64_t i = 0; i < n; i++) out[i] = a[i] * b[i];
  }
}

static void with_value(int32_t op, int64_t n, const float *a, float b, float *out) {
  switch (op) {
    case SN_ADD:
      for (int64_t i = 0; i < n; i++) out[i] = a[i] + b;
      break;
    case SN_SUB:
      for (int64_t i = 0; i < n; i++) out[i] = a[i] - b;
      break;
    default:
      for (int64_t i = 0; i < n; i++) out[i] = a[i] * b;
  }
}

static void element_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Binary *binary = context;
  const float *a = binary->a + begin;
  (void)worker;
  if (binary->broadcast == WHOLE) with_vector(binary->op, end - begin, a, binary->b + begin, binary->out + begin);
  else with_value(binary->op, end - begin, a, *binary->b, binary->out + begin);
}

static void row_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Binary *binary = context;
  (void)worker;
  for (int64_t row = begin; row < end; row++) {
    const float *a = binary->a + row * binary->columns;
    float *out = binary->out + row * binary->columns;
    if (binary->broadcast == ROW) with_vector(binary->op, binary->columns, a, binary->b, out);
    else with_value(binary->op, binary->columns, a, binary->b[row], out);
  }
}

/* With one row or one column, the result is a vector, which can be cut anywhere. */
static int32_t simplest_broadcast(int32_t broadcast, int64_t rows, int64_t columns) {
  if (broadcast == ROW && rows == 1) return WHOLE;
  if (broadcast == ROW && columns == 1) return VALUE;
  if (broadcast == COLUMN && columns == 1) return WHOLE;
  if (broadcast == COLUMN && rows == 1) return VALUE;
  return broadcast;
}

int32_t sn_binary(int32_t op, int32_t broadcast, int64_t rows, int64_t columns, const float *a, const float *b, float *out) {
  if (op < SN_ADD || op > SN_MUL || broadcast < WHOLE || broadcast > VALUE) return SN_UNSUPPORTED;
  Binary binary = {op, simplest_broadcast(broadcast, rows, columns), columns, a, b, out};
  if (binary.broadcast == WHOLE || binary.broadcast == VALUE) sn_parallel(rows * columns, SN_PIECE, element_task, &binary);
  else if (columns > 0) sn_parallel(rows, sn_grain(columns), row_task, &binary);
  return SN_OK;
}

/* ---- activations ---- */

typedef struct {
  int32_t activation;
  const float *x, *dy;
  float *out;
} Activation;

/* s(x) * (1 + x * s(-x)); s(-x) is 1 - s(x) without cancellation. */
static inline sn_floats swish_slope(sn_floats x) {
  const sn_floats e = sn_exp(sn_select(x < 0, x, -x)), one = sn_all(1);
  const sn_floats s = sn_select(x < 0, e, one) / (e + 1), other = sn_select(x < 0, one, e) / (e + 1);
  return s * (x * other + 1);
}

static void swish_gradient_piece(int64_t n, const float *x, const float *dy, float *dx) {
  for (int64_t i = 0; i < n; i += SN_LANES) {
    sn_store_next(dx + i, n - i, sn_load_next(dy + i, n - i, 0) * swish_slope(sn_load_next(x + i, n - i, 0)));
  }
}

/* A product even where the slope is 0, so that NaN in dy is not hidden. Chosen by lanes: signs follow no pattern, so a branch would be slow. */
static void scale_where_negative(int64_t n, float slope, const float *x, const float *dy, float *dx) {
  for (int64_t i = 0; i < n; i += SN_LANES) {
    const sn_floats slopes = sn_select(sn_load_next(x + i, n - i, 0) <= 0, sn_all(slope), sn_all(1));
    sn_store_next(dx + i, n - i, sn_load_next(dy + i, n - i, 0) * slopes);
  }
}

static void activation_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Activation *activation = context;
  (void)worker;
  sn_activate(activation->activation, end - begin, activation->x + begin, activation->out + begin);
}

static void activation_gradient_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Activation *activation = context;
  const float *x = activation->x + begin, *dy = activation->dy + begin;
  float *dx = activation->out + begin;
  (void)worker;
  switch (activation->activation) {
    case SN_RELU: scale_where_negative(end - begin, 0, x, dy, dx); break;
    case SN_LEAKY_RELU: scale_where_negative(end - begin, SN_LEAKY_SLOPE, x, dy, dx); break;
    case SN_SWISH: swish_gradient_piece(end - begin, x, dy, dx); break;
    default: memcpy(dx, dy, (size_t)(end - begin) * sizeof *dy);
  }
}

int32_t sn_activation(int32_t activation, int64_t n, const float *x, float *y) {
  if (!sn_is_activation(activation)) return SN_UNSUPPORTED;
  Activation context = {activation, x, NULL, y};
  sn_parallel(n, SN_PIECE, activation_task, &context);
  return SN_OK;
}

int32_t sn_activation_gradient(int32_t activation, int64_t n, const float *x, const float *dy, float *dx) {
  if (!sn_is_activation(activation)) return SN_UNSUPPORTED;
  Activation context = {activation, x, dy, dx};
  sn_parallel(n, SN_PIECE, activation_gradient_task, &context);
  return SN_OK;
}
