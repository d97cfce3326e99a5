/* Rearranging parts of matrices into the order in which micro-kernels read them. */
#ifndef SN_GEMM_PACK_H
#define SN_GEMM_PACK_H
#include <stdint.h>

/*
 * packed[k][column] = source[k*source_stride + column] for k < size_k and column < width; columns from there to `padded`, the distance of
 * packed rows, become 0.
 */
void gemm_pack_rows(int64_t size_k, int64_t width, int64_t padded, const float *source, int64_t source_stride, float *packed);
/* The same from a transposed source: packed[k][column] = source[column*source_stride + k]. */
void gemm_pack_transposed(int64_t size_k, int64_t width, int64_t padded, const float *source, int64_t source_stride, float *packed);

#endif
