#include "shrinknas.h"
#include "pieces.h"
#include "pool.h"
#include <string.h>

typedef struct {
  int64_t before, width;
  const int32_t *ids;
  const float *earlier, *now;
  float *out;
} Append;

static void append_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Append *append = context;
  const int64_t before = append->before, width = append->width;
  (void)worker;
  for (int64_t row = begin; row < end; row++) {
    float *to = append->out + row * (before + width);
    memcpy(to, append->earlier + append->ids[row] * before, (size_t)before * sizeof *to);
    memcpy(to + before, append->now + row * width, (size_t)width * sizeof *to);
  }
}

int32_t sn_append_rows(int64_t rows, int64_t parents, int64_t before, int64_t width, const int32_t *ids, const float *earlier,
                       const float *now, float *out) {
  for (int64_t row = 0; row < rows; row++) {
    if (ids[row] < 0 || ids[row] >= parents) return SN_UNSUPPORTED;
  }
  Append append = {before, width, ids, earlier, now, out};
  sn_parallel(rows, sn_grain(before + width), append_task, &append);
  return SN_OK;
}
