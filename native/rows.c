#include "shrinknas.h"
#include "pool.h"
#include "pieces.h"
#include <stdbool.h>
#include <string.h>

/* Columns whose gradients one piece adds up, for all rows in order. */
enum { STRIP = 32 };

typedef struct {
  int64_t n, width;
  const int32_t *ids;
  const float *from, *positions;
  float scale;
  float *to;
} Rows;

static bool ids_exist(int64_t n, int64_t types, const int32_t *ids) {
  for (int64_t i = 0; i < n; i++) {
    if (ids[i] < 0 || ids[i] >= types) return false;
  }
  return true;
}

static void embed_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Rows *rows = context;
  const int64_t width = rows->width;
  const float scale = rows->scale;
  (void)worker;
  for (int64_t i = begin; i < end; i++) {
    const float *from = rows->from + rows->ids[i] * width;
    float *restrict to = rows->to + i * width;
    if (rows->positions) {
      const float *position = rows->positions + i * width;
      for (int64_t c = 0; c < width; c++) to[c] = from[c] * scale + position[c];
    } else {
      for (int64_t c = 0; c < width; c++) to[c] = from[c] * scale;
    }
  }
}

int32_t sn_embed(int64_t n, int64_t types, int64_t width, const int32_t *ids, const float *table, float scale,
                 const float *positions, float *out) {
  if (!ids_exist(n, types, ids)) return SN_UNSUPPORTED;
  Rows rows = {n, width, ids, table, positions, scale, out};
  if (width > 0) sn_parallel(n, sn_grain(width), embed_task, &rows);
  return SN_OK;
}

static void clear_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Rows *rows = context;
  (void)worker;
  memset(rows->to + begin, 0, (size_t)(end - begin) * sizeof *rows->to);
}

/* Items are strips of columns, so that every sum is one thread's, in order of rows. */
static void gradient_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Rows *rows = context;
  const int64_t width = rows->width, first = begin * STRIP, columns = sn_least(end * STRIP, width) - first;
  const float scale = rows->scale;
  (void)worker;
  for (int64_t i = 0; i < rows->n; i++) {
    const float *from = rows->from + i * width + first;
    float *restrict to = rows->to + rows->ids[i] * width + first;
    for (int64_t c = 0; c < columns; c++) to[c] += from[c] * scale;
  }
}

int32_t sn_embed_gradient(int64_t n, int64_t types, int64_t width, const int32_t *ids, const float *d_out, float scale, float *d_table) {
  if (!ids_exist(n, types, ids)) return SN_UNSUPPORTED;
  Rows rows = {n, width, ids, d_out, NULL, scale, d_table};
  sn_parallel(types * width, SN_PIECE, clear_task, &rows);
  if (n > 0) sn_parallel(sn_ceiling(width, STRIP), 1, gradient_task, &rows);
  return SN_OK;
}
