/*
 * Micro-kernels for AVX2 and AVX-512 in assembly, because compilers make anything from half of the speed to all of it out of the same
 * intrinsics. Both differ in the size and number of registers alone: accumulators from 0 up, then two vectors of B and one broadcast
 * element of A.
 */
#include "gemm_kernel.h"

#if defined(SN_ISA_AVX512) || defined(SN_ISA_AVX2)
#include <stddef.h>

_Static_assert(offsetof(gemm_tile, k) == 0 && offsetof(gemm_tile, a) == 8 && offsetof(gemm_tile, a_row) == 16 &&
                   offsetof(gemm_tile, a_step) == 24 && offsetof(gemm_tile, b) == 32 && offsetof(gemm_tile, b_step) == 40 &&
                   offsetof(gemm_tile, c) == 48 && offsetof(gemm_tile, c_row) == 56 && offsetof(gemm_tile, initial) == 64 &&
                   offsetof(gemm_tile, add) == 72 && offsetof(gemm_tile, last_lanes) == 80,
               "the assembly below reads the fields at these places");

#if defined(SN_ISA_AVX512)
#define REGISTER(number) "%%zmm" number
#define VECTOR "64"
#define B0 REGISTER("28")
#define B1 REGISTER("29")
#define A0 REGISTER("30")
#define VECTOR_REGISTERS                                                                                                      \
    "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",        \
        "xmm14", "xmm15", "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25", "xmm26",   \
        "xmm27", "xmm28", "xmm29", "xmm30", "k1"
#define SET_MASK "movq 80(%0), %%rax\n\t" "kmovw %%eax, %%k1\n\t"
#define MASK "%{%%k1%}"
#define ZERO_MASK MASK "%{z%}"
#else
#define REGISTER(number) "%%ymm" number
#define VECTOR "32"
#define B0 REGISTER("12")
#define B1 REGISTER("13")
#define A0 REGISTER("14")
#define VECTOR_REGISTERS                                                                                                      \
    "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",        \
        "xmm14", "xmm15"
#define SET_MASK
#define MASK
#define ZERO_MASK
#endif

/*
 * Row by row: the address of its element of A, and its accumulators. r8, r9, r10, r11 and rsi point to rows 0, 3, 6, 9 and 12; rcx is the
 * distance of rows.
 */
#define ROWS_1(do) do("(%%r8)", "0", "1")
#define ROWS_2(do) ROWS_1(do) do("(%%r8,%%rcx)", "2", "3")
#define ROWS_3(do) ROWS_2(do) do("(%%r8,%%rcx,2)", "4", "5")
#define ROWS_4(do) ROWS_3(do) do("(%%r9)", "6", "7")
#define ROWS_5(do) ROWS_4(do) do("(%%r9,%%rcx)", "8", "9")
#define ROWS_6(do) ROWS_5(do) do("(%%r9,%%rcx,2)", "10", "11")
#define ROWS_7(do) ROWS_6(do) do("(%%r10)", "12", "13")
#define ROWS_8(do) ROWS_7(do) do("(%%r10,%%rcx)", "14", "15")
#define ROWS_9(do) ROWS_8(do) do("(%%r10,%%rcx,2)", "16", "17")
#define ROWS_10(do) ROWS_9(do) do("(%%r11)", "18", "19")
#define ROWS_11(do) ROWS_10(do) do("(%%r11,%%rcx)", "20", "21")
#define ROWS_12(do) ROWS_11(do) do("(%%r11,%%rcx,2)", "22", "23")
#define ROWS_13(do) ROWS_12(do) do("(%%rsi)", "24", "25")
#define ROWS_14(do) ROWS_13(do) do("(%%rsi,%%rcx)", "26", "27")

/*
 * What is done in each row, for one vector and for two; what is read or written of the last one goes through the mask. rdx points to B
 * within the loop, rax to C after it.
 */
#define START_1(a, x, y) "vmovaps " B0 ", " REGISTER(x) "\n\t"
#define START_2(a, x, y) START_1(a, x, y) "vmovaps " B1 ", " REGISTER(y) "\n\t"
#define MULTIPLY_1(a, x, y) "vbroadcastss " a ", " A0 "\n\tvfmadd231ps " A0 ", " B0 ", " REGISTER(x) "\n\t"
#define MULTIPLY_2(a, x, y) MULTIPLY_1(a, x, y) "vfmadd231ps " A0 ", " B1 ", " REGISTER(y) "\n\t"
#define ADD_1(a, x, y) "vaddps (%%rax), " REGISTER(x) ", " REGISTER(x) MASK "\n\t" NEXT_ROW_OF_C
#define ADD_2(a, x, y)                                                                                                        \
    "vaddps (%%rax), " REGISTER(x) ", " REGISTER(x) "\n\tvaddps " VECTOR "(%%rax), " REGISTER(y) ", " REGISTER(y) MASK "\n\t" \
    NEXT_ROW_OF_C
#define STORE_1(a, x, y) "vmovups " REGISTER(x) ", (%%rax)" MASK "\n\t" NEXT_ROW_OF_C
#define STORE_2(a, x, y)                                                                                                      \
    "vmovups " REGISTER(x) ", (%%rax)\n\tvmovups " REGISTER(y) ", " VECTOR "(%%rax)" MASK "\n\t" NEXT_ROW_OF_C
/* C is used only after the loop; by then it should be in the cache. */
#define FETCH_1(a, x, y) "prefetchw (%%rax)\n\t" NEXT_ROW_OF_C
#define FETCH_2(a, x, y) "prefetchw " VECTOR "(%%rax)\n\t" FETCH_1(a, x, y)
#define NEXT_ROW_OF_C "addq %%rcx, %%rax\n\t"
#define LOAD_1(from) "vmovups (" from "), " B0 ZERO_MASK "\n\t"
#define LOAD_2(from) "vmovups (" from "), " B0 "\n\tvmovups " VECTOR "(" from "), " B1 ZERO_MASK "\n\t"

/* clang-format off */
#define KERNEL(rows, vectors)                                                                       \
    static void multiply_##rows##_##vectors(const gemm_tile *tile)                                  \
    {                                                                                               \
        __asm__ volatile(                                                                           \
            SET_MASK "movq 64(%0), %%rdx\n\t" LOAD_##vectors("%%rdx")                               \
            ROWS_##rows(START_##vectors)                                                            \
            "movq 48(%0), %%rax\n\t" "movq 56(%0), %%rcx\n\t"                                       \
            ROWS_##rows(FETCH_##vectors)                                                            \
            "movq 8(%0), %%r8\n\t" "movq 16(%0), %%rcx\n\t"                                         \
            "leaq (%%rcx,%%rcx,2), %%rax\n\t"                                                       \
            "leaq (%%r8,%%rax), %%r9\n\t"   "leaq (%%r9,%%rax), %%r10\n\t"                          \
            "leaq (%%r10,%%rax), %%r11\n\t" "leaq (%%r11,%%rax), %%rsi\n\t"                         \
            "movq 24(%0), %%r12\n\t" "movq 32(%0), %%rdx\n\t" "movq 40(%0), %%r13\n\t"              \
            "movq 0(%0), %%rax\n\t" "testq %%rax, %%rax\n\t" "jle 2f\n\t"                           \
            ".p2align 5\n"                                                                          \
            "1:\n\t" LOAD_##vectors("%%rdx") "addq %%r13, %%rdx\n\t"                                \
            ROWS_##rows(MULTIPLY_##vectors)                                                         \
            "addq %%r12, %%r8\n\t" "addq %%r12, %%r9\n\t" "addq %%r12, %%r10\n\t"                   \
            "addq %%r12, %%r11\n\t" "addq %%r12, %%rsi\n\t"                                         \
            "decq %%rax\n\t" "jnz 1b\n"                                                             \
            "2:\n\t" "movq 56(%0), %%rcx\n\t"                                                       \
            "cmpq $0, 72(%0)\n\t" "je 3f\n\t"                                                       \
            "movq 48(%0), %%rax\n\t"                                                                \
            ROWS_##rows(ADD_##vectors)                                                              \
            "3:\n\t" "movq 48(%0), %%rax\n\t"                                                       \
            ROWS_##rows(STORE_##vectors)                                                            \
            "vzeroupper\n\t"                                                                        \
            :                                                                                       \
            : "D"(tile)                                                                             \
            : "rax", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "cc", "memory", VECTOR_REGISTERS); \
    }
#define KERNELS(rows) KERNEL(rows, 1) KERNEL(rows, 2)
/* clang-format on */

KERNELS(1)
KERNELS(2)
KERNELS(3)
KERNELS(4)
KERNELS(5)
KERNELS(6)
#if defined(SN_ISA_AVX512)
KERNELS(7)
KERNELS(8)
KERNELS(9)
KERNELS(10)
KERNELS(11)
KERNELS(12)
KERNELS(13)
KERNELS(14)
#endif

#define BOTH(rows) {multiply_##rows##_1, multiply_##rows##_2}

static void (*const kernels[GEMM_ROWS][2])(const gemm_tile *) = {
    BOTH(1), BOTH(2), BOTH(3), BOTH(4),  BOTH(5),  BOTH(6),
#if defined(SN_ISA_AVX512)
    BOTH(7), BOTH(8), BOTH(9), BOTH(10), BOTH(11), BOTH(12), BOTH(13), BOTH(14),
#endif
};

void gemm_multiply_tile(const gemm_tile *tile, int64_t rows, int64_t vectors) { kernels[rows - 1][vectors - 1](tile); }

#endif
