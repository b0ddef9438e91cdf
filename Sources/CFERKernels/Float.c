#include "Templates/Prelude.h"

#define REAL float
#define REAL_BYTES 4
#define SIGNED int32_t
#define BITS uint32_t
#define PUBLIC FER_F32
#define EXPONENT_MASK 0x7f800000u
#define SIGN_BIT INT32_MIN
#define MANTISSA_BITS 23
#define ROUNDER 0x1.8p23f
#define LAST_NORMAL 87.3f  // exp(-x) is normal up to here
#define LN2_HIGH 0x1.63p-1f
#define LN2_LOW -0x1.bd0106p-13f
// exp(r) = 1 + r + r^2 q(r) on |r| <= ln(2) / 2, q by interpolation at Chebyshev nodes; relative error 1.1e-8.
#define EXP_TAIL(r) \
  (0x1p-1f + (r) * (0x1.5554dcp-3f + (r) * (0x1.55551ap-5f + (r) * (0x1.120b6ep-7f + (r) * 0x1.6d110ap-10f))))

#include "Templates/Targets.h"
