#include "shrinknas.h"
#include "pool.h"
#include "pieces.h"
#include <string.h>

typedef struct {
  int64_t width, from_stride, to_stride;
  const float *from;
  float *to;
} Copy;

static void copy_task(void *context, int64_t begin, int64_t end, int32_t worker) {
  const Copy *copy = context;
  (void)worker;
  for (int64_t row = begin; row < end; row++) {
    memcpy(copy->to + row * copy->to_stride, copy->from + row * copy->from_stride, (size_t)copy->width * sizeof *copy->to);
  }
}

int32_t sn_copy_rows(int64_t rows, int64_t width, const float *from, int64_t from_stride, float *to, int64_t to_stride) {
  Copy copy = {width, from_stride, to_stride, from, to};
  if (width > 0) sn_parallel(rows, sn_grain(width), copy_task, &copy);
  return SN_OK;
}
