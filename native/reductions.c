#include "shrinknas.h"
#include "pool.h"
#include "pieces.h"
#include "lanes.h"
#include <stdlib.h>
#include <string.h>

/* Partial sums of a reduction over rows or elements; their number must not depend on that of threads. */
enum { PARTS = 32 };

/* ---- sums of columns ---- */

/* Rows added up in float before they are added to a double, and columns at a time, which stay in the first cache. */
enum { FLOAT_ROWS = 32, STRIP = 256 };

typedef struct {
  int64_t rows, columns, rows_per_part, parts;
  const float *x;
  double *partial; /* [parts, columns] */
  float *sums;
} Columns;

/* Four rows at a time, one after the other: the strip is read and written once for them. */
static void add_rows(int64_t rows, int64_t columns, int64_t stride, const float *x, double *restrict sums) {
  float strip[STRIP] = {0};
  int64_t row = 0;
  for (; row + 4 <= rows; row += 4) {
    const float *a = x + row * stride, *b = a + stride, *c = b + stride, *d = c + stride;
    for (int64_t i = 0; i < columns; i++) strip[i] = strip[i] + a[i] + b[i] + c[i] + d[i];
  }
  for (; row < rows; row++) {
    for (int64_t i = 0; i < columns; i++) strip[i] += x[row * stride + i];
  }
  for (int64_t i = 0; i < columns; i++) sums[i] += (double)strip[i];
}

static void part_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Columns *task = context;
  (void)worker;
  for (int64_t part = begin; part < end; part++) {
    const int64_t last = sn_least((part + 1) * task->rows_per_part, task->rows);
    double *sums = task->partial + part * task->columns;
    memset(sums, 0, (size_t)task->columns * sizeof *sums);
    for (int64_t row = part * task->rows_per_part; row < last; row += FLOAT_ROWS) {
      for (int64_t c = 0; c < task->columns; c += STRIP) {
        add_rows(sn_least(FLOAT_ROWS, last - row), sn_least(STRIP, task->columns - c), task->columns,
                 task->x + row * task->columns + c, sums + c);
      }
    }
  }
}

static void total_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Columns *task = context;
  (void)worker;
  for (int64_t c = begin; c < end; c++) {
    double sum = 0;
    for (int64_t part = 0; part < task->parts; part++) sum += task->partial[part * task->columns + c];
    task->sums[c] = (float)sum;
  }
}

int32_t sn_column_sums(int64_t rows, int64_t columns, const float *x, float *sums) {
  if (columns == 0) return SN_OK;
  Columns task = {.rows = rows, .columns = columns, .x = x, .sums = sums};
  task.rows_per_part = sn_ceiling(sn_ceiling(rows, PARTS), FLOAT_ROWS) * FLOAT_ROWS;
  task.parts = rows > 0 ? sn_ceiling(rows, task.rows_per_part) : 0;
  /* One double more: malloc(0) may return NULL. */
  task.partial = malloc((size_t)(task.parts * columns + 1) * sizeof *task.partial);
  if (!task.partial) return SN_OUT_OF_MEMORY;
  sn_parallel(task.parts, sn_grain(task.rows_per_part * columns), part_task, &task);
  sn_parallel(columns, sn_grain(PARTS), total_task, &task);
  free(task.partial);
  return SN_OK;
}

/* ---- squared norm ---- */

typedef struct {
  int64_t n, length;
  const float *x;
  double partial[PARTS];
} Norm;

/* Several sums at a time, to hide the latency of additions. */
static double squared_norm(int64_t n, const float *x) {
  double sums[2 * SN_LANES] = {0}, sum = 0;
  int64_t i = 0;
  for (; i + 2 * SN_LANES <= n; i += 2 * SN_LANES) {
    for (int lane = 0; lane < 2 * SN_LANES; lane++) sums[lane] += (double)x[i + lane] * (double)x[i + lane];
  }
  for (int lane = 0; lane < 2 * SN_LANES; lane++) sum += sums[lane];
  for (; i < n; i++) sum += (double)x[i] * (double)x[i];
  return sum;
}

static void norm_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  Norm *norm = context;
  (void)worker;
  for (int64_t part = begin; part < end; part++) {
    const int64_t from = part * norm->length;
    norm->partial[part] = squared_norm(sn_least(norm->length, norm->n - from), norm->x + from);
  }
}

double sn_squared_norm(int64_t n, const float *x) {
  if (n == 0) return 0;
  Norm norm = {.n = n, .length = sn_ceiling(n, PARTS), .x = x};
  const int64_t parts = sn_ceiling(n, norm.length);
  sn_parallel(parts, sn_grain(norm.length), norm_task, &norm);
  double sum = 0;
  for (int64_t part = 0; part < parts; part++) sum += norm.partial[part];
  return sum;
}
