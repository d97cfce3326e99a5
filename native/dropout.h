/* Dropout whose masks are functions of an element's index, so that any part of one can be redrawn anywhere. */
#ifndef SN_DROPOUT_H
#define SN_DROPOUT_H
#include "lanes.h"
#include <math.h>

typedef uint32_t sn_words __attribute__((vector_size(4 * SN_LANES)));

typedef struct {
  uint32_t key0, key1;
  uint32_t threshold; /* elements are kept whose word is not below it, */
  float kept;         /* and multiplied by this */
} sn_drops;

static inline sn_drops sn_make_drops(double rate, uint32_t key0, uint32_t key1) {
  const double threshold = floor(rate * 0x1p32 + 0.5);
  if (threshold < 0x1p32) return (sn_drops){key0, key1, (uint32_t)threshold, (float)(1 / (1 - rate))};
  /* Everything is dropped, but 2^32 does not fit a word: with a threshold of 0 all is kept, times 0. */
  return (sn_drops){key0, key1, 0, 0};
}

static inline sn_words sn_first_words(void) {
  static const uint32_t first[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  sn_words words;
  memcpy(&words, first, sizeof words);
  return words;
}

/* What the elements from index on are multiplied by, 0 or `kept`; mix as in src/tensor/ops/dropout.ts. */
static inline sn_floats sn_drop_factors(const sn_drops *drops, uint32_t index) {
  const uint32_t key = drops->key1, turned = key >> 16 | key << 16;
  sn_words x = (sn_first_words() + index) ^ drops->key0;
  x = (x ^ x >> 16) * 0x21f0aaadu;
  x = (x ^ x >> 15 ^ key) * 0x735a2d97u;
  x = (x ^ x >> 15 ^ turned) * 0x7feb352du;
  x = x ^ x >> 15;
  return (sn_floats)((sn_ints)(x >= drops->threshold) & (sn_ints)sn_all(drops->kept));
}
#endif
