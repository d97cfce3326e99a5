#include "shrinknas.h"
#include "pool.h"
#include "pieces.h"

#if defined(SN_ISA_AVX512) || defined(SN_ISA_AVX2)
#include <immintrin.h>
#elif defined(SN_ISA_NEON)
#include <arm_neon.h>
#endif

/* Squares of BLOCK are transposed in registers; tiles of TILE, one work item each, fit the first cache and fill whole cache lines. */
enum { BLOCK = 8, TILE = 64 };

typedef struct {
  int64_t rows, columns, row_tiles, column_tiles;
  const float *x;
  float *y;
} Transpose;

#if defined(SN_ISA_AVX512) || defined(SN_ISA_AVX2)
/* Pairs of rows, then pairs of pairs, then halves. */
static void transpose_block(const float *x, int64_t x_stride, float *y, int64_t y_stride) {
  __m256 row[BLOCK], pair[BLOCK], quad[BLOCK];
  for (int i = 0; i < BLOCK; i++) row[i] = _mm256_loadu_ps(x + i * x_stride);
  for (int i = 0; i < BLOCK; i += 2) {
    pair[i] = _mm256_unpacklo_ps(row[i], row[i + 1]);
    pair[i + 1] = _mm256_unpackhi_ps(row[i], row[i + 1]);
  }
  for (int i = 0; i < BLOCK; i += 4) {
    quad[i] = _mm256_shuffle_ps(pair[i], pair[i + 2], _MM_SHUFFLE(1, 0, 1, 0));
    quad[i + 1] = _mm256_shuffle_ps(pair[i], pair[i + 2], _MM_SHUFFLE(3, 2, 3, 2));
    quad[i + 2] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], _MM_SHUFFLE(1, 0, 1, 0));
    quad[i + 3] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], _MM_SHUFFLE(3, 2, 3, 2));
  }
  for (int i = 0; i < BLOCK / 2; i++) {
    _mm256_storeu_ps(y + i * y_stride, _mm256_permute2f128_ps(quad[i], quad[i + 4], 0x20));
    _mm256_storeu_ps(y + (i + 4) * y_stride, _mm256_permute2f128_ps(quad[i], quad[i + 4], 0x31));
  }
}
#elif defined(SN_ISA_NEON)
static void transpose_quarter(const float *x, int64_t x_stride, float *y, int64_t y_stride) {
  const float32x4x2_t low = vzipq_f32(vld1q_f32(x), vld1q_f32(x + 2 * x_stride));
  const float32x4x2_t high = vzipq_f32(vld1q_f32(x + x_stride), vld1q_f32(x + 3 * x_stride));
  const float32x4x2_t first = vzipq_f32(low.val[0], high.val[0]), last = vzipq_f32(low.val[1], high.val[1]);
  vst1q_f32(y, first.val[0]);
  vst1q_f32(y + y_stride, first.val[1]);
  vst1q_f32(y + 2 * y_stride, last.val[0]);
  vst1q_f32(y + 3 * y_stride, last.val[1]);
}

static void transpose_block(const float *x, int64_t x_stride, float *y, int64_t y_stride) {
  transpose_quarter(x, x_stride, y, y_stride);
  transpose_quarter(x + 4, x_stride, y + 4 * y_stride, y_stride);
  transpose_quarter(x + 4 * x_stride, x_stride, y + 4, y_stride);
  transpose_quarter(x + 4 * x_stride + 4, x_stride, y + 4 * y_stride + 4, y_stride);
}
#else
static void transpose_block(const float *x, int64_t x_stride, float *restrict y, int64_t y_stride) {
  for (int64_t c = 0; c < BLOCK; c++) {
    for (int64_t r = 0; r < BLOCK; r++) y[c * y_stride + r] = x[r * x_stride + c];
  }
}
#endif

static void transpose_edge(int64_t rows, int64_t columns, const float *x, int64_t x_stride, float *y, int64_t y_stride) {
  for (int64_t c = 0; c < columns; c++) {
    for (int64_t r = 0; r < rows; r++) y[c * y_stride + r] = x[r * x_stride + c];
  }
}

static void transpose_tile(int64_t rows, int64_t columns, const float *x, int64_t x_stride, float *y, int64_t y_stride) {
  for (int64_t c = 0; c < columns; c += BLOCK) {
    for (int64_t r = 0; r < rows; r += BLOCK) {
      const int64_t height = sn_least(BLOCK, rows - r), width = sn_least(BLOCK, columns - c);
      const float *from = x + r * x_stride + c;
      float *to = y + c * y_stride + r;
      if (height == BLOCK && width == BLOCK) transpose_block(from, x_stride, to, y_stride);
      else transpose_edge(height, width, from, x_stride, to, y_stride);
    }
  }
}

static void transpose_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Transpose *t = context;
  (void)worker;
  for (int64_t item = begin; item < end; item++) {
    const int64_t matrix = item / (t->row_tiles * t->column_tiles), tile = item % (t->row_tiles * t->column_tiles);
    const int64_t r = tile / t->column_tiles * TILE, c = tile % t->column_tiles * TILE, origin = matrix * t->rows * t->columns;
    transpose_tile(sn_least(TILE, t->rows - r), sn_least(TILE, t->columns - c), t->x + origin + r * t->columns + c, t->columns,
                   t->y + origin + c * t->rows + r, t->rows);
  }
}

int32_t sn_transpose(int64_t batch, int64_t rows, int64_t columns, const float *x, float *y) {
  Transpose t = {rows, columns, sn_ceiling(rows, TILE), sn_ceiling(columns, TILE), x, y};
  sn_parallel(batch * t.row_tiles * t.column_tiles, sn_grain(sn_least(rows, TILE) * sn_least(columns, TILE)), transpose_task, &t);
  return SN_OK;
}
