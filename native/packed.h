/*
 * Products with a small matrix, for operators that multiply one thing after another while it is in the cache. Packed are panels
 * of GEMM_COLUMNS columns, one after another, each row by row; the last one is as many whole vectors wide as it needs, filled with 0.
 */
#ifndef SN_PACKED_H
#define SN_PACKED_H
#include "fetch.h"
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

/* A right operand: rows that far apart, or packed where `row` is 0. */
typedef struct {
  const float *data;
  int64_t row;
} sn_right;

/* x [rows, columns], rows `stride` apart, as it is where micro-kernels read that as fast, else packed to `packed`. */
sn_right sn_as_right(int64_t rows, int64_t columns, const float *x, int64_t stride, float *packed);

/*
 * c [m, n] (rows ldc apart) = a [m, k] · b [k, n], plus c where accumulate. If b is packed, n may include the columns filled up. Some of
 * `fetches` after each of its sn_small_tiles(m, n) tiles.
 */
void sn_multiply_small(int64_t m, int64_t n, int64_t k, sn_left a, sn_right b, float *c, int64_t ldc, int accumulate, sn_fetches *fetches);

static inline int64_t sn_small_tiles(int64_t m, int64_t n) { return sn_ceiling(m, GEMM_ROWS) * sn_ceiling(n, GEMM_COLUMNS); }
#endif
