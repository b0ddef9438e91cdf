#include "CFERConvolution.h"
