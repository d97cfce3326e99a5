#include "packed.h"
#include "gemm_pack.h"
#include "pieces.h"
#include "row_vectors.h"

/* Products are added up for this many columns of A before they are added to C, which bounds the rounding errors of long sums. */
enum { MAX_BLOCK_K = 384 };

enum {
  /* Rows this many bytes apart (or a multiple) share so few sets of the first-level cache that they evict each other there. */
  CONFLICTING_BYTES = 2048,
  /* Rows over more memory than this take more pages than the first-level translation buffer holds, and packing pays. */
  DIRECT_BYTES = 1 << 17,
};

void sn_pack(int64_t rows, int64_t columns, const float *x, int64_t stride, float *packed) {
  for (int64_t first = 0; first < columns; first += GEMM_COLUMNS) {
    const int64_t left = sn_least(GEMM_COLUMNS, columns - first), width = sn_packed_columns(left);
    for (int64_t row = 0; row < rows; row++, packed += width) {
      const float *from = x + row * stride + first;
      for (int64_t i = 0; i < width; i += SN_LANES) sn_store(packed + i, i < left ? sn_load_next(from + i, left - i, 0) : sn_all(0));
    }
  }
}

void sn_pack_transposed(int64_t rows, int64_t columns, const float *x, int64_t stride, float *packed) {
  for (int64_t first = 0; first < columns; first += GEMM_COLUMNS) {
    const int64_t left = sn_least(GEMM_COLUMNS, columns - first), width = sn_packed_columns(left);
    gemm_pack_transposed(rows, left, width, x + first * stride, stride, packed);
    packed += rows * width;
  }
}

static int64_t bytes(int64_t floats) { return floats * (int64_t)sizeof(float); }

sn_right sn_as_right(int64_t rows, int64_t columns, const float *x, int64_t stride, float *packed) {
  const int whole = GEMM_MASKS || columns % GEMM_LANES == 0;
  if (whole && bytes(stride) % CONFLICTING_BYTES != 0 && bytes(rows * stride) <= DIRECT_BYTES) return (sn_right){x, stride};
  sn_pack(rows, columns, x, stride, packed);
  return (sn_right){packed, 0};
}

/* Where no masks keep the kernel from writing whole vectors, it writes them elsewhere. */
static void multiply_incomplete_tile(gemm_tile tile, int64_t rows, int64_t columns) {
  float result[GEMM_ROWS * GEMM_COLUMNS];
  float *c = tile.c;
  const int64_t ldc = tile.c_row / (int64_t)sizeof *c, add = tile.add;
  tile.c = result;
  tile.c_row = bytes(GEMM_COLUMNS);
  tile.add = 0;
  gemm_multiply_tile(&tile, rows, columns > GEMM_LANES ? 2 : 1);
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < columns; j++) c[i * ldc + j] = (add ? c[i * ldc + j] : 0) + result[i * GEMM_COLUMNS + j];
  }
}

static void multiply_tile(const gemm_tile *tile, int64_t rows, int64_t columns) {
  if (GEMM_MASKS || columns % GEMM_LANES == 0) gemm_multiply_tile(tile, rows, columns > GEMM_LANES ? 2 : 1);
  else multiply_incomplete_tile(*tile, rows, columns);
}

/* All rows times one block of rows of one panel. */
static void multiply_panel(int64_t m, int64_t columns, gemm_tile *tile, sn_fetches *fetches) {
  const int64_t strips = sn_ceiling(m, GEMM_ROWS);
  const float *a = tile->a;
  float *c = tile->c;
  for (int64_t strip = 0; strip < strips; strip++) {
    /* Even strips: a narrow last one would wait for its few accumulators. */
    const int64_t first = m * strip / strips, rows = m * (strip + 1) / strips - first;
    tile->a = a + first * tile->a_row / (int64_t)sizeof *a;
    tile->c = c + first * tile->c_row / (int64_t)sizeof *c;
    multiply_tile(tile, rows, columns);
    sn_fetch_some(fetches);
  }
}

void sn_multiply_small(int64_t m, int64_t n, int64_t k, sn_left a, sn_right b, float *c, int64_t ldc, int accumulate, sn_fetches *fetches) {
  static const float zeros[GEMM_COLUMNS];
  for (int64_t first = 0; first < n; first += GEMM_COLUMNS) {
    const int64_t columns = sn_least(GEMM_COLUMNS, n - first), width = sn_packed_columns(columns);
    const int64_t last_lanes = columns - (columns > GEMM_LANES ? GEMM_LANES : 0), row = b.row ? b.row : width;
    const float *panel = b.row ? b.data + first : b.data + first * k;
    int64_t from = 0;
    do { /* once even if k is 0: zeros are to be written */
      gemm_tile tile = {.k = sn_least(MAX_BLOCK_K, k - from), .a = a.data + from * a.column, .a_row = bytes(a.row),
                        .a_step = bytes(a.column), .b = panel + from * row, .b_step = bytes(row), .c = c + first, .c_row = bytes(ldc),
                        .initial = zeros, .add = accumulate || from > 0, .last_lanes = ((int64_t)1 << last_lanes) - 1};
      multiply_panel(m, columns, &tile, fetches);
      from += MAX_BLOCK_K;
    } while (from < k);
  }
}
