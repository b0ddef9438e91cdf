#include "Templates/Prelude.h"

#define REAL double
#define REAL_BYTES 8
#define SIGNED int64_t
#define BITS uint64_t
#define PUBLIC FER_F64
#define EXPONENT_MASK 0x7ff0000000000000u
#define SIGN_BIT INT64_MIN
#define MANTISSA_BITS 52
#define ROUNDER 0x1.8p52
#define LAST_NORMAL 708.39  // exp(-x) is normal up to here
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW 0x1.a39ef35793c76p-33
// exp(r) = 1 + r + r^2 q(r) on |r| <= ln(2) / 2, q by interpolation at Chebyshev nodes; relative error 1.6e-17.
#define EXP_TAIL(r)                                                                                                   \
  (0x1p-1 + (r) * (0x1.5555555555556p-3 + (r) * (0x1.5555555553d63p-5 + (r) * (0x1.11111111109b3p-7 +                 \
  (r) * (0x1.6c16c1788bd90p-10 + (r) * (0x1.a01a01a7c41d5p-13 + (r) * (0x1.a019b90d2ae7ap-16 +                        \
  (r) * (0x1.71de0dae63bb3p-19 + (r) * (0x1.289185613a3d6p-22 + (r) * 0x1.af38a9b0ec855p-26)))))))))

#include "Templates/Targets.h"
