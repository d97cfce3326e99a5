/* Micro-kernels in C with the compilers' vector types, for NEON and for processors without anything better. */
#include "gemm_kernel.h"

#if defined(SN_ISA_NEON) || defined(SN_ISA_PORTABLE)
#include <string.h>

enum { FOUR = 4, PARTS = GEMM_LANES / FOUR };
typedef float vector __attribute__((vector_size(FOUR * sizeof(float))));
#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE vector load(const float *from)
{
    vector v;
    memcpy(&v, from, sizeof v);
    return v;
}

ALWAYS_INLINE void store(float *to, vector v) { memcpy(to, &v, sizeof v); }

ALWAYS_INLINE const float *ahead(const float *p, int64_t bytes) { return (const float *)((const char *)p + bytes); }

/* With constant rows and vectors, everything but the loop over k unrolls, and the sums stay in registers. */
ALWAYS_INLINE void multiply(const gemm_tile *tile, const int rows, const int vectors)
{
    const int parts = vectors * PARTS;
    vector sums[GEMM_ROWS][2 * PARTS];
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < parts; j++) sums[i][j] = load(tile->initial + j * FOUR);

    const float *a = tile->a, *b = tile->b;
    for (int64_t k = 0; k < tile->k; k++, a = ahead(a, tile->a_step), b = ahead(b, tile->b_step)) {
        vector columns[2 * PARTS];
        for (int j = 0; j < parts; j++) columns[j] = load(b + j * FOUR);
        for (int i = 0; i < rows; i++) {
            float element = *ahead(a, i * tile->a_row);
            for (int j = 0; j < parts; j++) sums[i][j] += element * columns[j];
        }
    }

    for (int i = 0; i < rows; i++) {
        float *c = (float *)((char *)tile->c + i * tile->c_row);
        for (int j = 0; j < parts; j++) store(c + j * FOUR, tile->add ? load(c + j * FOUR) + sums[i][j] : sums[i][j]);
    }
}

void gemm_multiply_tile(const gemm_tile *tile, int64_t rows, int64_t vectors)
{
#define CASE(n)                                                                                                               \
    case n:                                                                                                                   \
        if (vectors == 1) multiply(tile, n, 1);                                                                               \
        else multiply(tile, n, 2);                                                                                            \
        break;
    switch (rows) {
        CASE(1)
        CASE(2)
        CASE(3)
        CASE(4)
#if defined(SN_ISA_NEON)
        CASE(5)
        CASE(6)
#endif
    }
#undef CASE
}

#endif
