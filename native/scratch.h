/* Scratch memory of one call. */
#ifndef SN_SCRATCH_H
#define SN_SCRATCH_H
#include <stdint.h>
#include <stdlib.h>

enum { SN_LINE_FLOATS = 16 }; /* in a cache line */

/* A whole number of cache lines, so that what follows starts with one. */
static inline int64_t sn_lines(int64_t floats) { return (floats + SN_LINE_FLOATS - 1) / SN_LINE_FLOATS * SN_LINE_FLOATS; }

/* Memory for `floats` numbers that starts with a cache line; `block` is what to free. NULL if there is none. */
static inline float *sn_scratch(int64_t floats, void **block) {
  const size_t line = SN_LINE_FLOATS * sizeof(float);
  *block = malloc((size_t)floats * sizeof(float) + line);
  if (!*block) return NULL;
  return (float *)(((uintptr_t)*block + line - 1) / line * line);
}
#endif
