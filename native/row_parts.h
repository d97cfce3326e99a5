/* Sums over rows that come out the same for any number of threads: in parts fixed by the number of rows, added up in order. */
#ifndef SN_ROW_PARTS_H
#define SN_ROW_PARTS_H
#include "pieces.h"

enum {
  SN_MAX_PARTS = 32,  /* enough for threads of unequal speed to finish together */
  SN_FLOAT_ROWS = 32, /* are added up in float before they go into a double, which bounds the rounding errors */
};

typedef struct {
  int64_t rows, rows_per_part, count;
} sn_parts;

static inline sn_parts sn_divide_rows(int64_t rows) {
  const int64_t per_part = sn_ceiling(sn_ceiling(rows, SN_MAX_PARTS), SN_FLOAT_ROWS) * SN_FLOAT_ROWS;
  return (sn_parts){rows, per_part, rows > 0 ? sn_ceiling(rows, per_part) : 0};
}

static inline int64_t sn_part_begin(const sn_parts *parts, int64_t part) { return part * parts->rows_per_part; }
static inline int64_t sn_part_end(const sn_parts *parts, int64_t part) { return sn_least((part + 1) * parts->rows_per_part, parts->rows); }

/* Sum of sums[part, i] over all parts; sums [parts, n]. */
static inline float sn_total_of_parts(const sn_parts *parts, int64_t n, const double *sums, int64_t i) {
  double total = 0;
  for (int64_t part = 0; part < parts->count; part++) total += sums[part * n + i];
  return (float)total;
}
#endif
