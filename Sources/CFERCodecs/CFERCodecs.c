#include "CFERCodecs.h"
