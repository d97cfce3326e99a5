/* What this library is, and what the processor could run. */
#include "shrinknas.h"

#if defined(SN_ISA_AVX512) + defined(SN_ISA_AVX2) + defined(SN_ISA_NEON) + defined(SN_ISA_PORTABLE) != 1
#error "define exactly one of SN_ISA_AVX512, SN_ISA_AVX2, SN_ISA_NEON, SN_ISA_PORTABLE"
#endif

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#ifndef HWCAP_ASIMD
#define HWCAP_ASIMD (1 << 1)
#endif
#endif

int32_t sn_abi_version(void) { return 5; }

#if defined(__x86_64__)

/* Which registers the operating system saves: instructions on any others cannot be used, though the processor has them. */
static uint32_t saved_states(void)
{
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static int has(uint32_t word, uint32_t bits) { return (word & bits) == bits; }

const char *sn_best_isa(void)
{
    enum { SAVES_AVX = 0x06, SAVES_AVX512 = 0xe6 };
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !has(c, bit_OSXSAVE | bit_AVX | bit_FMA)) return "portable";
    uint32_t saved = saved_states();
    if (!has(saved, SAVES_AVX) || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || !has(b, bit_AVX2)) return "portable";
    if (has(saved, SAVES_AVX512) && has(b, bit_AVX512F | bit_AVX512DQ | bit_AVX512BW | bit_AVX512VL)) return "avx512";
    return "avx2";
}

#elif defined(__aarch64__) && defined(__linux__)

const char *sn_best_isa(void) { return getauxval(AT_HWCAP) & HWCAP_ASIMD ? "neon" : "portable"; }

#elif defined(__aarch64__)

/* Advanced SIMD is part of the platform's baseline. */
const char *sn_best_isa(void) { return "neon"; }

#else

const char *sn_best_isa(void) { return "portable"; }

#endif
