/* Elementary functions of vectors of floats. */
#ifndef SN_SIMD_MATH_H
#define SN_SIMD_MATH_H
#include "lanes.h"

/* x limited to low..high; NaN stays NaN. */
static inline sn_floats sn_clamp(sn_floats x, float low, float high) {
#if defined(SN_ISA_AVX512)
  return (sn_floats)_mm512_min_ps(_mm512_set1_ps(high), _mm512_max_ps(_mm512_set1_ps(low), (__m512)x));
#elif defined(SN_ISA_AVX2)
  return (sn_floats)_mm256_min_ps(_mm256_set1_ps(high), _mm256_max_ps(_mm256_set1_ps(low), (__m256)x));
#else
  x = sn_select(x < low, sn_all(low), x);
  return sn_select(x > high, sn_all(high), x);
#endif
}

/* x * 2^n for whole n; `shifted` is n + 1.5 * 2^23, whose lowest bits are n as an integer. */
static inline sn_floats sn_scale_by_power(sn_floats x, sn_floats n, sn_floats shifted) {
#if defined(SN_ISA_AVX512)
  (void)shifted;
  return (sn_floats)_mm512_scalef_ps((__m512)x, (__m512)n);
#else
  /* In two steps, since neither 2^128 nor 2^-150 is a float of its own. */
  const sn_ints power = (sn_ints)shifted - (sn_ints)sn_all(0x1.8p23f), half = power >> 1;
  (void)n;
  return x * (sn_floats)((half + 127) << 23) * (sn_floats)((power - half + 127) << 23);
#endif
}

/*
 * exp(x) to about 1 ulp (of the smallest normal number where the result is below it); exactly 0 from -104 down, infinity from 88.73 up,
 * NaN of NaN. x = n ln 2 + r, |r| <= ln(2)/2, exp(x) = 2^n exp(r); ln 2 in two parts, of which the first has so few bits that n times it
 * is exact; exp(r) = 1 + r + r^2 q(r), with q interpolated at Chebyshev nodes.
 */
static inline sn_floats sn_exp(sn_floats x) {
  const sn_floats shift = sn_all(0x1.8p23f);
  x = sn_clamp(x, -104.0f, 89.0f);
  /* Adding 1.5 * 2^23 rounds to whole numbers. */
  const sn_floats shifted = x * 0x1.715476p0f + shift, n = shifted - shift;
  const sn_floats r = x - n * 0x1.62e4p-1f - n * 0x1.7f7d1cp-20f;
  sn_floats q = sn_all(0x1.6d113cp-10f);
  q = q * r + 0x1.120ba2p-7f;
  q = q * r + 0x1.55551ap-5f;
  q = q * r + 0x1.5554dcp-3f;
  q = q * r + 0.5f;
  return sn_scale_by_power(q * (r * r) + r + 1.0f, n, shifted);
}
#endif
