#include "gemm_pack.h"
#include "gemm_kernel.h"

#include <string.h>
#if defined(SN_ISA_AVX512) || defined(SN_ISA_AVX2)
#include <immintrin.h>
#elif defined(SN_ISA_NEON)
#include <arm_neon.h>
#endif

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE void copy_rows(int64_t size_k, const int64_t width, const float *source, int64_t source_stride, float *packed)
{
    for (int64_t k = 0; k < size_k; k++) memcpy(packed + k * width, source + k * source_stride, (size_t)width * sizeof *packed);
}

void gemm_pack_rows(int64_t size_k, int64_t width, int64_t padded, const float *source, int64_t source_stride, float *packed)
{
    /* The widths of full panels: as constants, they make each copy a few vector moves instead of a call. */
    if (width == padded && width == GEMM_COLUMNS) {
        copy_rows(size_k, GEMM_COLUMNS, source, source_stride, packed);
        return;
    }
    if (width == padded && width == GEMM_ROWS) {
        copy_rows(size_k, GEMM_ROWS, source, source_stride, packed);
        return;
    }
    for (int64_t k = 0; k < size_k; k++) {
        float *to = packed + k * padded;
        for (int64_t j = 0; j < width; j++) to[j] = source[k * source_stride + j];
        for (int64_t j = width; j < padded; j++) to[j] = 0;
    }
}

/* transpose_block: a square of BLOCK × BLOCK, both sides row by row. */
#if defined(SN_ISA_AVX512) || defined(SN_ISA_AVX2)

enum { BLOCK = 8 };

ALWAYS_INLINE void store_pair(__m256 low, __m256 high, float *to, int64_t stride)
{
    _mm256_storeu_ps(to, _mm256_permute2f128_ps(low, high, 0x20));
    _mm256_storeu_ps(to + 4 * stride, _mm256_permute2f128_ps(low, high, 0x31));
}

ALWAYS_INLINE void transpose_block(const float *from, int64_t from_stride, float *to, int64_t to_stride)
{
    __m256 row[BLOCK], pair[BLOCK], quad[BLOCK];
    for (int i = 0; i < BLOCK; i++) row[i] = _mm256_loadu_ps(from + i * from_stride);
    for (int i = 0; i < BLOCK; i += 2) {
        pair[i] = _mm256_unpacklo_ps(row[i], row[i + 1]);
        pair[i + 1] = _mm256_unpackhi_ps(row[i], row[i + 1]);
    }
    for (int i = 0; i < BLOCK; i += 4)
        for (int j = 0; j < 2; j++) {
            quad[i + 2 * j] = _mm256_shuffle_ps(pair[i + j], pair[i + j + 2], 0x44);
            quad[i + 2 * j + 1] = _mm256_shuffle_ps(pair[i + j], pair[i + j + 2], 0xee);
        }
    for (int i = 0; i < 4; i++) store_pair(quad[i], quad[i + 4], to + i * to_stride, to_stride);
}

#elif defined(SN_ISA_NEON)

enum { BLOCK = 4 };

ALWAYS_INLINE void transpose_block(const float *from, int64_t from_stride, float *to, int64_t to_stride)
{
    float32x4x2_t upper = vtrnq_f32(vld1q_f32(from), vld1q_f32(from + from_stride));
    float32x4x2_t lower = vtrnq_f32(vld1q_f32(from + 2 * from_stride), vld1q_f32(from + 3 * from_stride));
    for (int i = 0; i < 2; i++) {
        vst1q_f32(to + i * to_stride, vcombine_f32(vget_low_f32(upper.val[i]), vget_low_f32(lower.val[i])));
        vst1q_f32(to + (i + 2) * to_stride, vcombine_f32(vget_high_f32(upper.val[i]), vget_high_f32(lower.val[i])));
    }
}

#else

enum { BLOCK = 4 };

ALWAYS_INLINE void transpose_block(const float *from, int64_t from_stride, float *to, int64_t to_stride)
{
    for (int i = 0; i < BLOCK; i++)
        for (int j = 0; j < BLOCK; j++) to[j * to_stride + i] = from[i * from_stride + j];
}

#endif

void gemm_pack_transposed(int64_t size_k, int64_t width, int64_t padded, const float *source, int64_t source_stride, float *packed)
{
    int64_t blocks_k = size_k - size_k % BLOCK, blocks_width = width - width % BLOCK;
    for (int64_t j = 0; j < blocks_width; j += BLOCK) {
        const float *from = source + j * source_stride;
        for (int64_t k = 0; k < blocks_k; k += BLOCK) transpose_block(from + k, source_stride, packed + k * padded + j, padded);
        for (int64_t k = blocks_k; k < size_k; k++)
            for (int64_t i = 0; i < BLOCK; i++) packed[k * padded + j + i] = from[i * source_stride + k];
    }
    for (int64_t j = blocks_width; j < width; j++)
        for (int64_t k = 0; k < size_k; k++) packed[k * padded + j] = source[j * source_stride + k];
    for (int64_t k = 0; k < size_k; k++)
        for (int64_t j = width; j < padded; j++) packed[k * padded + j] = 0;
}
