// The kernels, written once. Targets.h includes this file for each scalar and set of instructions.
#pragma clang fp contract(fast)

#include "Vectors.h"
#include "Squash.h"
#include "Elementwise.h"
#include "Selection.h"
#include "CenterSpace.h"
#include "NearestNegative.h"
#include "CenterRows.h"
#include "AllCenters.h"
#include "TripletCenter.h"
#include "CrossEntropy.h"
#include "Pairs.h"
#include "Triplets.h"
#include "StandardizedRows.h"
#include "PairLosses.h"
#include "Proxies.h"
#include "CenterLoss.h"
