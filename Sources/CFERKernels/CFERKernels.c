#include "CFERKernels.h"
