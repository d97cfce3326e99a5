#include "dropout.h"
#include "pieces.h"
#include "pool.h"
#include "row_vectors.h"
#include "shrinknas.h"

typedef struct {
  sn_drops drops;
  const float *x;
  float *y;
} Dropout;

static void dropout_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Dropout *dropout = context;
  const sn_drops drops = dropout->drops;
  (void)worker;
  for (int64_t i = begin; i < end; i += SN_LANES) {
    const sn_floats x = sn_load_next(dropout->x + i, end - i, 0);
    sn_store_next(dropout->y + i, end - i, x * sn_drop_factors(&drops, (uint32_t)i));
  }
}

int32_t sn_dropout(int64_t n, const float *x, double rate, uint32_t key0, uint32_t key1, float *y) {
  Dropout dropout = {sn_make_drops(rate, key0, key1), x, y};
  sn_parallel(n, SN_PIECE, dropout_task, &dropout);
  return SN_OK;
}
