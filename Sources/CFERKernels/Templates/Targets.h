// All kernels of one scalar: for each set of instructions that the loader can choose among, or once. Before, Float.c or
// Double.c says what the scalar is, and PUBLIC gives a function the name that the headers declare.
//
// FER_VECTOR_BYTES is the size of a vector in parts that hold several of them in registers; compilers split it where
// registers are narrower. FER_MANY_REGISTERS says whether there are more than 16 of them, and FER_TOGETHER how many
// vectors of coordinates meet all classes at once. FER_SPECIALISES says whether there are loops for the usual numbers
// of classes, which take their time to compile. FER_SHARED is a function of kernels that is not inlined into them.
#if FER_CHOOSES

#define FER_KERNEL static FER_TARGET
#define FER_SHARED static FER_TARGET __attribute__((noinline))

#define FER_TARGET __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,bmi,bmi2,lzcnt,movbe,popcnt")))
#define NAME(name) FER_JOIN(PUBLIC(name), _v4)
#define FER_VECTOR_BYTES 64
#define FER_MANY_REGISTERS true
#define FER_TOGETHER 4
#define FER_SPECIALISES true
#include "All.h"
#undef FER_TARGET
#undef NAME
#undef FER_VECTOR_BYTES
#undef FER_MANY_REGISTERS
#undef FER_TOGETHER

#define FER_TARGET __attribute__((target("avx2,fma,bmi,bmi2,f16c,lzcnt,movbe,popcnt")))
#define NAME(name) FER_JOIN(PUBLIC(name), _v3)
#define FER_VECTOR_BYTES 32
#define FER_MANY_REGISTERS false
#define FER_TOGETHER 2
#include "All.h"
#undef FER_TARGET
#undef NAME
#undef FER_SPECIALISES

#define FER_TARGET
#define NAME(name) FER_JOIN(PUBLIC(name), _v1)
#define FER_SPECIALISES false
#include "All.h"

#include "Choices.h"

#else

#define NAME(name) PUBLIC(name)
#define FER_KERNEL
#define FER_SHARED static __attribute__((noinline))
#define FER_VECTOR_BYTES 32
#if defined(__x86_64__) || defined(__i386__)
#define FER_MANY_REGISTERS false
#else
#define FER_MANY_REGISTERS true
#endif
#define FER_TOGETHER 2
#define FER_SPECIALISES true
#include "All.h"

#endif
