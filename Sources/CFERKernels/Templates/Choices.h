// The kernels that the loader chooses among: each public function is what its resolver returns when the program is loaded.
//
// Resolvers have to be visible outside of this file: for Clang 21, functions that only an ifunc leads to are not part of
// the program, and it skips most optimizations of them and of the kernels that they return.
#define FER_CHOICE(name) FER_CHOICE_OF(PUBLIC(name), FER_JOIN(choose_, PUBLIC(name)))
#define FER_CHOICE_OF(kernel, resolver)                                                                               \
  __attribute__((visibility("hidden"), disable_sanitizer_instrumentation)) __typeof__(kernel) *resolver(void) {       \
    __builtin_cpu_init();                                                                                             \
    if (__builtin_cpu_supports("x86-64-v4")) return FER_JOIN(kernel, _v4);                                            \
    if (__builtin_cpu_supports("x86-64-v3")) return FER_JOIN(kernel, _v3);                                            \
    return FER_JOIN(kernel, _v1);                                                                                     \
  }                                                                                                                   \
  __typeof__(kernel) kernel __attribute__((ifunc(FER_STRING(resolver))));

FER_CHOICE(fer_squash)
FER_CHOICE(fer_add_squash_gradient)
FER_CHOICE(fer_first_nonfinite)
FER_CHOICE(fer_row_sums)
FER_CHOICE(fer_add_scaled)
FER_CHOICE(fer_add_constant)
FER_CHOICE(fer_fill)
FER_CHOICE(fer_total)
FER_CHOICE(fer_scalar_product)
FER_CHOICE(fer_nearest_places)
FER_CHOICE(fer_nearest_coordinates)
FER_CHOICE(fer_center_distances)
FER_CHOICE(fer_triplet_center_places)
FER_CHOICE(fer_triplet_center_synthesises)
FER_CHOICE(fer_triplet_center)
FER_CHOICE(fer_cross_entropy)
FER_CHOICE(fer_pair_sums)
FER_CHOICE(fer_transpose)
FER_CHOICE(fer_pair_mirror)
FER_CHOICE(fer_pair_block_sums)
FER_CHOICE(fer_pair_mostly)
FER_CHOICE(fer_pair_slopes)
FER_CHOICE(fer_pair_listed_slopes)
FER_CHOICE(fer_pair_coefficients)
FER_CHOICE(fer_root)
FER_CHOICE(fer_normalize_rows)
FER_CHOICE(fer_normalize_gradient)
FER_CHOICE(fer_center_rows)
FER_CHOICE(fer_farthest)
FER_CHOICE(fer_nearest)
FER_CHOICE(fer_nearest_beyond)
FER_CHOICE(fer_hinges)
FER_CHOICE(fer_standardize_rows)
FER_CHOICE(fer_standardize_gradient)
FER_CHOICE(fer_survey_pairs)
FER_CHOICE(fer_contrastive)
FER_CHOICE(fer_scale_signs)
FER_CHOICE(fer_multi_similarity)
FER_CHOICE(fer_supervised_contrast)
FER_CHOICE(fer_normalized_temperature)
FER_CHOICE(fer_circle)
FER_CHOICE(fer_all_triplets)
FER_CHOICE(fer_unit_rows)
FER_CHOICE(fer_row_products)
FER_CHOICE(fer_own_sines)
FER_CHOICE(fer_cosine_row_gradient)
FER_CHOICE(fer_cosine_vector_gradient)
FER_CHOICE(fer_add_tangents)
FER_CHOICE(fer_softmax_slopes)
FER_CHOICE(fer_nearest_cosines)
FER_CHOICE(fer_soft_nearest)
FER_CHOICE(fer_center_loss)
