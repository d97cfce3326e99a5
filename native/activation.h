/* Activation functions of rows of floats, for the operator and for the products that end in one. */
#ifndef SN_ACTIVATION_H
#define SN_ACTIVATION_H
#include "row_vectors.h"
#include "shrinknas.h"
#include "simd_math.h"

/* Slope of Leaky ReLU below 0 (Maas et al. 2013). */
#define SN_LEAKY_SLOPE 0.01f

static inline int sn_is_activation(int32_t activation) { return activation >= SN_NONE && activation <= SN_SWISH; }

/* Swish, x * s(x) with the logistic s (Ramachandran et al. 2017). exp(-|x|) cannot overflow. */
static inline sn_floats sn_swish(sn_floats x) {
  const sn_floats e = sn_exp(sn_select(x < 0, x, -x));
  return x * sn_select(x < 0, e, sn_all(1)) / (e + 1);
}

static inline sn_floats sn_relu(sn_floats x) { return sn_select(x < 0, sn_all(0), x); }

static inline sn_floats sn_leaky_relu(sn_floats x) { return x * sn_select(x < 0, sn_all(SN_LEAKY_SLOPE), sn_all(1)); }

/* y = activation(x), y may be x. What compares is written so that NaN, for which every comparison is false, passes through. */
static inline void sn_activate(int32_t activation, int64_t n, const float *x, float *y) {
  switch (activation) {
    case SN_RELU:
      for (int64_t i = 0; i < n; i += SN_LANES) sn_store_next(y + i, n - i, sn_relu(sn_load_next(x + i, n - i, 0)));
      break;
    case SN_LEAKY_RELU:
      for (int64_t i = 0; i < n; i += SN_LANES) sn_store_next(y + i, n - i, sn_leaky_relu(sn_load_next(x + i, n - i, 0)));
      break;
    case SN_SWISH:
      for (int64_t i = 0; i < n; i += SN_LANES) sn_store_next(y + i, n - i, sn_swish(sn_load_next(x + i, n - i, 0)));
      break;
    default: memmove(y, x, (size_t)n * sizeof *x);
  }
}
#endif
