#include "softmax.h"
#include "shrinknas.h"
#include "pool.h"
#include <math.h>

typedef struct {
  int64_t types, k;
  const float *logits;
  int32_t never;
  int32_t *ids;
  float *log_probabilities;
} Top;

/* The best logits seen so far, best first, in the row's outputs. */
typedef struct {
  int64_t k, count;
  int32_t *ids;
  float *logits;
} Best;

/* Goes behind equal logits, whose ids are smaller because ids come in order. */
static void insert(Best *best, int32_t id, float logit) {
  if (best->count < best->k) best->count++;
  else if (!(logit > best->logits[best->k - 1])) return;
  int64_t at = best->count - 1;
  for (; at > 0 && logit > best->logits[at - 1]; at--) {
    best->ids[at] = best->ids[at - 1];
    best->logits[at] = best->logits[at - 1];
  }
  best->ids[at] = id;
  best->logits[at] = logit;
}

/* Blocks none of whose logits could enter, most of them, are passed over by their largest one. */
static void find_best(const Top *top, const float *logits, Best *best) {
  enum { BLOCK = 8 * SN_LANES };
  for (int64_t begin = 0; begin < top->types; begin += BLOCK) {
    const int64_t end = sn_least(begin + BLOCK, top->types);
    if (best->count == best->k && !(sn_row_largest(end - begin, logits + begin) > best->logits[best->k - 1])) continue;
    for (int64_t id = begin; id < end; id++) {
      if (id != top->never) insert(best, (int32_t)id, logits[id]);
    }
  }
}

/* log sum(exp(x - largest)) */
static double log_sum(int64_t n, const float *x, float largest) {
  double sum = 0;
  for (int64_t begin = 0; begin < n; begin += SN_SUM_FLOATS) {
    float exponentials[SN_SUM_FLOATS];
    sum += sn_row_exponentials(sn_least(SN_SUM_FLOATS, n - begin), x + begin, largest, exponentials);
  }
  return log(sum);
}

static void top_row(const Top *top, int64_t row) {
  const float *logits = top->logits + row * top->types;
  Best best = {top->k, 0, top->ids + row * top->k, top->log_probabilities + row * top->k};
  const float largest = sn_row_largest(top->types, logits);
  const double log_of_sum = log_sum(top->types, logits, largest);
  find_best(top, logits, &best);
  for (int64_t i = 0; i < best.count; i++) best.logits[i] = (float)((double)best.logits[i] - (double)largest - log_of_sum);
  for (int64_t i = best.count; i < top->k; i++) {
    best.ids[i] = -1;
    best.logits[i] = -INFINITY;
  }
}

static void top_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  (void)worker;
  for (int64_t row = begin; row < end; row++) top_row(context, row);
}

int32_t sn_top_log_probabilities(int64_t rows, int64_t types, int64_t k, const float *logits, int32_t never, int32_t *ids,
                                 float *log_probabilities) {
  Top top = {types, k, logits, never, ids, log_probabilities};
  if (k > 0) sn_parallel(rows, sn_grain(types), top_task, &top);
  return SN_OK;
}
