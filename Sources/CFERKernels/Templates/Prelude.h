#pragma once

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../include/CFERKernels.h"

// Where the loader can choose among instruction sets, loops are compiled for three. Set to 0, it shows whether they compile
// elsewhere.
#ifndef FER_CHOOSES
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
#define FER_CHOOSES 1
#else
#define FER_CHOOSES 0
#endif
#endif
#if FER_CHOOSES
#define FER_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FER_CLONES
#endif

#define FER_JOIN_NOW(a, b) a##b
#define FER_JOIN(a, b) FER_JOIN_NOW(a, b)
#define FER_STRING_NOW(name) #name
#define FER_STRING(name) FER_STRING_NOW(name)

// Parts of kernels take on the instruction set of the kernel that they are inlined into.
#define FER_PART static inline __attribute__((always_inline))

// Sums may be reordered, so that they vectorise; nothing else is relaxed.
#define FER_SUM_LOOP _Pragma("clang fp reassociate(on) contract(fast)")

// The caller's buffers do not overlap.
#define FER_INDEPENDENT_LOOP _Pragma("clang loop vectorize(assume_safety)")

// The same where an iteration is one long chain of operations: several at once hide its latency.
#define FER_CHAIN_LOOP _Pragma("clang loop vectorize(assume_safety) interleave_count(4)")

// Arrays of a kernel's own that vectors are read from: they begin with a cache line, wherever the stack is, because reading
// vectors across two of them takes twice as long.
#define FER_ALIGNED __attribute__((aligned(64)))

// Blocks of a known length, in parts that hold them in registers.
#define FER_UNROLLED_LOOP _Pragma("clang loop unroll(full)")
