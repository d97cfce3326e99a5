#include "gemm.h"
#include "shrinknas.h"
#include "pool.h"
#include "pieces.h"
#include "scratch.h"
#include "softmax.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Rows whose logits exist at once: enough for the products to run at full rate, few enough for the logits to stay in the last cache. */
enum { CHUNK = 384 };

typedef struct {
  int64_t width, types;
  const float *features, *weights;
  const int32_t *targets;
  const float *counts;
  double epsilon, scale;
  float *likelihood, *uniform, *d_features, *d_weights;
} Loss;

/* Rows that count, moved together so that no product is computed for padding. */
typedef struct {
  const Loss *loss;
  int64_t rows, stride;
  int64_t origin[CHUNK];
  float *features, *d_features; /* [rows, width] */
  float *logits;                /* [rows, stride]; its gradient takes its place */
} Chunk;

static bool targets_exist(int64_t rows, const Loss *loss) {
  for (int64_t row = 0; row < rows; row++) {
    if (loss->counts[row] != 0 && (loss->targets[row] < 0 || loss->targets[row] >= loss->types)) return false;
  }
  return true;
}

static int64_t counted_rows(int64_t rows, const float *counts) {
  int64_t counted = 0;
  for (int64_t row = 0; row < rows; row++) counted += counts[row] != 0;
  return counted;
}

static void clear(float *x, int64_t n) {
  if (n > 0) memset(x, 0, (size_t)n * sizeof *x);
}

static void copy_row(float *to, const float *from, int64_t width) {
  if (width > 0) memcpy(to, from, (size_t)width * sizeof *to);
}

/* Fills a chunk with counted rows from `next` on; returns the row after them. */
static int64_t gather(Chunk *chunk, int64_t next, int64_t rows) {
  const Loss *loss = chunk->loss;
  for (chunk->rows = 0; next < rows && chunk->rows < CHUNK; next++) {
    if (loss->counts[next] == 0) continue;
    copy_row(chunk->features + chunk->rows * loss->width, loss->features + next * loss->width, loss->width);
    chunk->origin[chunk->rows++] = next;
  }
  return next;
}

/*
 * The row's losses, with s = sum(exp(x - largest)): -log p(j) = log s - (x[j] - largest). Then its gradient in place,
 * scale * (p(j) - (1-e)[j = target] - e/V).
 */
static void row_loss(const Loss *loss, int64_t row, float *logits) {
  const int64_t types = loss->types, target = loss->targets[row];
  const float largest = sn_row_largest(types, logits);
  const double chosen = (double)logits[target] - (double)largest;
  const double mean = sn_row_shifted_sum(types, logits, largest) / (double)types;
  const double sum = sn_row_exponentials(types, logits, largest, logits);
  loss->likelihood[row] = (float)(log(sum) - chosen);
  loss->uniform[row] = (float)(log(sum) - mean);
  if (!loss->d_features && !loss->d_weights) return;

  const double smoothing = loss->epsilon / (double)types;
  const double at_target = loss->scale * (logits[target] / sum - (1 - loss->epsilon) - smoothing);
  const float factor = (float)(loss->scale / sum), everywhere = (float)(loss->scale * smoothing);
  for (int64_t j = 0; j < types; j++) logits[j] = logits[j] * factor - everywhere;
  logits[target] = (float)at_target;
}

static void loss_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  Chunk *chunk = context;
  (void)worker;
  for (int64_t i = begin; i < end; i++) row_loss(chunk->loss, chunk->origin[i], chunk->logits + i * chunk->stride);
}

static int32_t feature_gradient(Chunk *chunk) {
  const Loss *loss = chunk->loss;
  const int32_t status = sn_gemm(0, 0, chunk->rows, loss->width, loss->types, chunk->logits, chunk->stride, loss->weights,
                                 loss->width, chunk->d_features, loss->width, 0, NULL);
  if (status != SN_OK) return status;
  for (int64_t i = 0; i < chunk->rows; i++) {
    copy_row(loss->d_features + chunk->origin[i] * loss->width, chunk->d_features + i * loss->width, loss->width);
  }
  return SN_OK;
}

static int32_t weight_gradient(const Chunk *chunk) {
  const Loss *loss = chunk->loss;
  return sn_gemm(1, 0, loss->types, loss->width, chunk->rows, chunk->logits, chunk->stride, chunk->features, loss->width,
                 loss->d_weights, loss->width, 1, NULL);
}

static int32_t chunk_loss(Chunk *chunk) {
  const Loss *loss = chunk->loss;
  int32_t status = sn_gemm(0, 1, chunk->rows, loss->types, loss->width, chunk->features, loss->width, loss->weights, loss->width,
                           chunk->logits, chunk->stride, 0, NULL);
  if (status != SN_OK) return status;
  sn_parallel(chunk->rows, sn_grain(loss->types), loss_task, chunk);
  if (loss->d_features) status = feature_gradient(chunk);
  if (status == SN_OK && loss->d_weights) status = weight_gradient(chunk);
  return status;
}

static int32_t all_chunks(const Loss *loss, int64_t rows, int64_t counted) {
  Chunk chunk = {.loss = loss};
  const int64_t most = sn_least(counted, CHUNK);
  /* One line more than needed, so that a power of two does not put the same column of all rows into the same cache set. */
  chunk.stride = sn_lines(loss->types + SN_LINE_FLOATS);
  void *scratch;
  chunk.logits = sn_scratch(most * (chunk.stride + 2 * loss->width), &scratch);
  if (!chunk.logits) return SN_OUT_OF_MEMORY;
  chunk.features = chunk.logits + most * chunk.stride;
  chunk.d_features = chunk.features + most * loss->width;
  int32_t status = SN_OK;
  for (int64_t next = gather(&chunk, 0, rows); status == SN_OK && chunk.rows > 0; next = gather(&chunk, next, rows)) {
    status = chunk_loss(&chunk);
  }
  free(scratch);
  return status;
}

int32_t sn_cross_entropy(int64_t rows, int64_t width, int64_t types, const float *features, const float *weights,
                         const int32_t *targets, const float *counts, double epsilon, double scale, float *likelihood,
                         float *uniform, float *d_features, float *d_weights) {
  const Loss loss = {width, types, features, weights, targets, counts, epsilon, scale, likelihood, uniform, d_features, d_weights};
  if (!targets_exist(rows, &loss)) return SN_UNSUPPORTED;
  clear(likelihood, rows);
  clear(uniform, rows);
  if (d_features) clear(d_features, rows * width);
  if (d_weights) clear(d_weights, types * width);
  const int64_t counted = counted_rows(rows, counts);
  return counted > 0 ? all_chunks(&loss, rows, counted) : SN_OK;
}
