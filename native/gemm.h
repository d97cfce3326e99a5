/* A single matrix product, for operators that are made of some. */
#ifndef SN_GEMM_H
#define SN_GEMM_H
#include <stdint.h>

/* sn_gemm_batched (shrinknas.h) of a batch of one. */
int32_t sn_gemm(int32_t transpose_a, int32_t transpose_b, int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, const float *b,
                int64_t ldb, float *c, int64_t ldc, int32_t accumulate, const float *bias);

#endif
