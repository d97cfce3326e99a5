/*
 * Products with a small packed matrix, for operators that multiply one thing after another while it is in the cache. Packed are panels
 * of GEMM_COLUMNS columns, one after another, each row by row; the last one is as many whole vectors wide as it needs, filled with 0.
 */
#ifndef SN_PACKED_H
#define SN_PACKED_H
#include "gemm_kernel.h"
#include <stdint.h>

/* Columns including those filled up. */
static inline int64_t sn_packed_columns(int64_t columns) { return (columns + GEMM_LANES - 1) / GEMM_LANES * GEMM_LANES; }

/* From x [rows, columns], rows `stride` apart; `packed` takes rows * sn_packed_columns(columns) floats. */
void sn_pack(int64_t rows, int64_t columns, const float *x, int64_t stride, float *packed);
/* The same matrix from its transpose, x [columns, rows]. */
void sn_pack_transposed(int64_t rows, int64_t columns, const float *x, int64_t stride, float *packed);

/* A left operand: the element (i, j) is data[i * row + j * column]. */
typedef struct {
  const float *data;
  int64_t row, column;
} sn_left;

/* c [m, n] (rows ldc apart) = a [m, k] · b [k, n], plus c where accumulate; b is packed. n may include the columns filled up. */
void sn_multiply_packed(int64_t m, int64_t n, int64_t k, sn_left a, const float *b, float *c, int64_t ldc, int accumulate);
#endif
