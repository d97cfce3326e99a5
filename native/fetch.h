/*
 * Bringing memory into the second-level cache ahead of its use, little by little between other work: a processor stalls when more
 * than some twenty lines are on their way. For rows that lie too far apart for the processor to fetch them unasked.
 */
#ifndef SN_FETCH_H
#define SN_FETCH_H
#include "pieces.h"
#include "scratch.h"

enum { SN_MAX_AREAS = 8 };

typedef struct {
  const float *x;
  int64_t rows;
} sn_area;

/* What is still to be fetched, last area first: rows of `floats` floats, `stride` apart, `at_once` of them at a time. */
typedef struct {
  sn_area areas[SN_MAX_AREAS];
  int64_t count, floats, stride, at_once;
} sn_fetches;

static inline void sn_add_area(sn_fetches *fetches, const float *x, int64_t rows) { fetches->areas[fetches->count++] = (sn_area){x, rows}; }

/* Cuts what was added into `times` calls of sn_fetch_some. */
static inline void sn_spread_fetches(sn_fetches *fetches, int64_t times) {
  int64_t rows = 0;
  for (int64_t i = 0; i < fetches->count; i++) rows += fetches->areas[i].rows;
  fetches->at_once = times > 0 ? sn_ceiling(rows, times) : rows;
}

static inline void sn_fetch_some(sn_fetches *fetches) {
  int64_t left = fetches->at_once;
  while (fetches->count > 0 && left > 0) {
    sn_area *area = &fetches->areas[fetches->count - 1];
    if (area->rows == 0) {
      fetches->count--;
      continue;
    }
    for (int64_t i = 0; i < fetches->floats; i += SN_LINE_FLOATS) __builtin_prefetch(area->x + i, 0, 2);
    area->x += fetches->stride;
    area->rows--;
    left--;
  }
}
#endif
