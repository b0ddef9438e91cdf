// The loops of FERNetworkLoops.h, for both scalars from one template.
#include "include/FERNetworkLoops.h"
#include "Templates/Prelude.h"

#define FER_KERNEL FER_CLONES
#pragma clang fp contract(fast)

#define REAL float
#define NAME FER_F32
#include "Templates/Network.h"
#undef REAL
#undef NAME

#define REAL double
#define NAME FER_F64
#include "Templates/Network.h"
