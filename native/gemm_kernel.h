/* The innermost loop of a matrix product: one tile of C over one block of K. */
#ifndef SN_GEMM_KERNEL_H
#define SN_GEMM_KERNEL_H
#include <stdint.h>

/*
 * A tile has up to GEMM_ROWS rows and is one or two vectors of GEMM_LANES columns wide: as many accumulators as registers allow, such
 * that loads from A and B do not hold up the multiply-adds.
 */
#if defined(SN_ISA_AVX512)
enum { GEMM_ROWS = 14, GEMM_LANES = 16 };
#elif defined(SN_ISA_AVX2)
enum { GEMM_ROWS = 6, GEMM_LANES = 8 };
#elif defined(SN_ISA_NEON)
enum { GEMM_ROWS = 6, GEMM_LANES = 8 };
#else
enum { GEMM_ROWS = 4, GEMM_LANES = 4 };
#endif
enum { GEMM_COLUMNS = 2 * GEMM_LANES };
/* Whether a tile may end within a vector; elsewhere, `last_lanes` is of no effect. */
#if defined(SN_ISA_AVX512)
enum { GEMM_MASKS = 1 };
#else
enum { GEMM_MASKS = 0 };
#endif

/* All distances are in bytes. Read from assembly: the order of fields is fixed. */
typedef struct {
    int64_t k;
    const float *a;
    int64_t a_row, a_step; /* from row to row, from one k to the next */
    const float *b;
    int64_t b_step; /* from one k to the next; columns are adjacent */
    float *c;
    int64_t c_row;
    const float *initial; /* what sums start from, one number for each column */
    int64_t add;          /* add to what is in C, instead of replacing it */
    int64_t last_lanes;   /* a bit for each lane of the last vector that is in the tile */
} gemm_tile;

/* A tile of one vector or two; rows from 1 to GEMM_ROWS. An element's result does not depend on rows, width, or position. */
void gemm_multiply_tile(const gemm_tile *tile, int64_t rows, int64_t vectors);

#endif
