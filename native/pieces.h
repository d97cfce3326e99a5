/* How much work one piece of sn_parallel is given. */
#ifndef SN_PIECES_H
#define SN_PIECES_H
#include <stdint.h>

/* Floats a piece works on: enough to outweigh waking a thread, few enough to stay in its cache. */
enum { SN_PIECE = 16384 };

static inline int64_t sn_least(int64_t a, int64_t b) { return a < b ? a : b; }

static inline int64_t sn_ceiling(int64_t a, int64_t b) { return a / b + (a % b != 0); }

/* Items to a piece where each is `floats` long. */
static inline int64_t sn_grain(int64_t floats) { return floats >= SN_PIECE ? 1 : SN_PIECE / (floats > 0 ? floats : 1); }
#endif
