// A vector of numbers, and those of integers of the same size: masks, indices of classes, and bits.
enum { NAME(fer_lanes) = FER_VECTOR_BYTES / sizeof(REAL) };
typedef REAL NAME(fer_vector) __attribute__((vector_size(FER_VECTOR_BYTES)));
typedef SIGNED NAME(fer_index) __attribute__((vector_size(FER_VECTOR_BYTES)));
typedef int32_t NAME(fer_classes) __attribute__((vector_size(NAME(fer_lanes) * sizeof(int32_t))));
typedef BITS NAME(fer_unsigned) __attribute__((vector_size(FER_VECTOR_BYTES)));
