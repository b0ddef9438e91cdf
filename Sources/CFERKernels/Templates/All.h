// The kernels, written once. Float.c and Double.c define the scalar and include this file.
#pragma clang fp contract(fast)

#include "Vectors.h"
#include "Squash.h"
#include "Elementwise.h"
#include "Selection.h"
#include "CenterSpace.h"
#include "CenterStrips.h"
#include "AllCenters.h"
#include "TripletCenter.h"
#include "CrossEntropy.h"
#include "Pairs.h"
#include "Triplets.h"
#include "StandardizedRows.h"
#include "PairLosses.h"
#include "Proxies.h"
#include "CenterLoss.h"
