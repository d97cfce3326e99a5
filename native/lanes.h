/* Vectors of as many floats as one register holds, for what a compiler must not vectorise by itself: sums, and choices between values. */
#ifndef SN_LANES_H
#define SN_LANES_H
#include <stdint.h>
#include <string.h>

#if defined(SN_ISA_AVX512)
#include <immintrin.h>
#define SN_LANES 16
#elif defined(SN_ISA_AVX2)
#include <immintrin.h>
#define SN_LANES 8
#else
#define SN_LANES 4
#endif

typedef float sn_floats __attribute__((vector_size(4 * SN_LANES)));
typedef int32_t sn_ints __attribute__((vector_size(4 * SN_LANES)));

static inline sn_floats sn_load(const float *x) {
  sn_floats v;
  memcpy(&v, x, sizeof v);
  return v;
}

static inline void sn_store(float *x, sn_floats v) { memcpy(x, &v, sizeof v); }

static inline sn_floats sn_all(float x) { return x - (sn_floats){0}; }

/* Lanes of a where `chosen` (-1 or 0, as comparisons give) is set, else of b. */
static inline sn_floats sn_select(sn_ints chosen, sn_floats a, sn_floats b) {
  return (sn_floats)((chosen & (sn_ints)a) | (~chosen & (sn_ints)b));
}

/* a > b ? a : b, hence b where one is NaN. */
static inline sn_floats sn_max(sn_floats a, sn_floats b) {
#if defined(SN_ISA_AVX512)
  return (sn_floats)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(SN_ISA_AVX2)
  return (sn_floats)_mm256_max_ps((__m256)a, (__m256)b);
#else
  return sn_select(a > b, a, b);
#endif
}

#if defined(SN_ISA_AVX2)
static inline __m256i sn_first_lanes(int64_t count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int32_t)count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
#endif

/* The first `count` lanes, at most all of them, from x; `rest` in the others. */
static inline sn_floats sn_load_part(const float *x, int64_t count, float rest) {
#if defined(SN_ISA_AVX512)
  return (sn_floats)_mm512_mask_loadu_ps(_mm512_set1_ps(rest), (__mmask16)((1u << count) - 1), x);
#elif defined(SN_ISA_AVX2)
  __m256i first = sn_first_lanes(count);
  return sn_select((sn_ints)first, (sn_floats)_mm256_maskload_ps(x, first), sn_all(rest));
#else
  sn_floats v = sn_all(rest);
  for (int64_t lane = 0; lane < count; lane++) v[lane] = x[lane];
  return v;
#endif
}

static inline void sn_store_part(float *x, int64_t count, sn_floats v) {
#if defined(SN_ISA_AVX512)
  _mm512_mask_storeu_ps(x, (__mmask16)((1u << count) - 1), (__m512)v);
#elif defined(SN_ISA_AVX2)
  _mm256_maskstore_ps(x, sn_first_lanes(count), (__m256)v);
#else
  for (int64_t lane = 0; lane < count; lane++) x[lane] = v[lane];
#endif
}

static inline float sn_largest_lane(sn_floats v) {
#if defined(SN_ISA_AVX512)
  return _mm512_reduce_max_ps((__m512)v);
#elif defined(SN_ISA_AVX2)
  __m128 four = _mm_max_ps(_mm256_castps256_ps128((__m256)v), _mm256_extractf128_ps((__m256)v, 1));
  __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
#else
  float largest = v[0];
  for (int lane = 1; lane < SN_LANES; lane++) largest = v[lane] > largest ? v[lane] : largest;
  return largest;
#endif
}

static inline double sn_sum_lanes(sn_floats v) {
#if defined(SN_ISA_AVX512)
  __m512d low = _mm512_cvtps_pd(_mm512_castps512_ps256((__m512)v)), high = _mm512_cvtps_pd(_mm512_extractf32x8_ps((__m512)v, 1));
  return _mm512_reduce_add_pd(_mm512_add_pd(low, high));
#elif defined(SN_ISA_AVX2)
  __m256d low = _mm256_cvtps_pd(_mm256_castps256_ps128((__m256)v)), high = _mm256_cvtps_pd(_mm256_extractf128_ps((__m256)v, 1));
  __m256d four = _mm256_add_pd(low, high);
  __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
  return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
#else
  double sum = 0;
  for (int lane = 0; lane < SN_LANES; lane++) sum += (double)v[lane];
  return sum;
#endif
}
#endif
