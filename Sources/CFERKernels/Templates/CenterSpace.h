// What one pass of the triplet-center loss works with: centers and the sums of their gradients as the pass reads and
// adds them, and rows of scratch.

// Up to so many classes, every vector of coordinates of a negative is put together from vectors of all classes, which is
// faster than to gather it.
enum { NAME(fer_few_classes) = 16 };

// Coordinates of a row that are worked on at once, and how many bytes ahead of them others are asked for.
enum { NAME(fer_piece) = 512 / sizeof(REAL) };
#define FER_AHEAD 2048

// So many rows are measured before their gradients follow, so that these reach the centers together.
#define FER_GROUP 4

// Where negatives are put together from a few classes, every row reads all centers: they are copied vector by vector, and
// in each of them class by class, `places` of them, because rows a power of two apart would meet in one set of the first
// cache. Otherwise `places` is 0, and centers stay where they are. Where the pass also chooses these classes, raw centers
// are copied in the same order.
//
// With few classes, the gradients of centers are summed in the order of the centers, without the factor 2 and the slopes
// of the squash, which follow at the end.
typedef struct {
  const fer_triplet_center *p;
  int places;
  bool few;
  ptrdiff_t stride;              // of rows of scratch
  const REAL *copy, *raw;        // of centers, squashed if coordinates are, and as they are
  REAL *gradient;                // by squashed centers with few classes, by centers otherwise
  REAL *rows, *slopes;           // [FER_GROUP, stride]: squashed rows, and twice their slopes
  REAL *others;                  // [FER_GROUP, stride]: negatives put together, then half of the gradients by them
  SIGNED *chosen;                // [FER_GROUP, stride]: the classes from which the pass put them together
  const SIGNED *numbers;         // [few classes, lanes]: the number of each in a whole vector, which memory has sooner
                                 // than another register
  REAL *ones, *twos;             // [stride]: inclusion weights where there are none, slopes where nothing is squashed
  REAL *far;                     // [classes]
} NAME(fer_center_space);

FER_PART ptrdiff_t NAME(fer_whole_width)(ptrdiff_t columns) {
  return (columns + NAME(fer_lanes) - 1) / NAME(fer_lanes) * NAME(fer_lanes);
}

// Rows of scratch are a little longer than whole vectors, so that no two begin in one set of the first cache.
FER_PART ptrdiff_t NAME(fer_scratch_stride)(ptrdiff_t columns) {
  return NAME(fer_whole_width)(columns) + 2 * NAME(fer_lanes);
}

// Where the last part of scratch begins, one number for each class.
FER_PART ptrdiff_t NAME(fer_center_rows_of_scratch)(ptrdiff_t columns, ptrdiff_t classes) {
  ptrdiff_t rows = 4 * FER_GROUP + 2;
  if (classes <= NAME(fer_few_classes)) rows += 3 * NAME(fer_few_classes);
  return rows * NAME(fer_scratch_stride)(columns);
}

FER_KERNEL
ptrdiff_t NAME(fer_triplet_center_places)(ptrdiff_t columns, ptrdiff_t classes) {
  return NAME(fer_center_rows_of_scratch)(columns, classes) + classes;
}

FER_KERNEL
bool NAME(fer_triplet_center_synthesises)(ptrdiff_t classes) { return classes <= NAME(fer_few_classes); }

// The sums for class k begin at fer_sum(k), and those of coordinate j lie j * fer_step behind.
FER_PART ptrdiff_t NAME(fer_step)(const NAME(fer_center_space) *w) { return w->places > 0 ? w->places : 1; }

FER_PART ptrdiff_t NAME(fer_sum)(const NAME(fer_center_space) *w, ptrdiff_t k) {
  return k * (w->places > 0 ? NAME(fer_lanes) : w->few ? w->stride : w->p->columns);
}

// The first `count` numbers of classes; the others become 0.
FER_PART void NAME(fer_load_classes)(ptrdiff_t count, const int32_t *from, NAME(fer_index) *to) {
  NAME(fer_classes) classes = {0};
  memcpy(&classes, from, (size_t)count * sizeof *from);
  *to = __builtin_convertvector(classes, NAME(fer_index));
}

FER_PART void NAME(fer_copy_centers_by_vector)(const NAME(fer_center_space) *w, const REAL *centers, REAL *copy) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t n = p->columns, lanes = NAME(fer_lanes), j = 0;
  memset(copy, 0, (size_t)(NAME(fer_whole_width)(n) * w->places) * sizeof *copy);
  for (ptrdiff_t k = 0; k < p->classes; k++) {
    const REAL *values = centers + k * n;
    REAL *place = copy + k * lanes;
    for (j = 0; j + lanes <= n; j += lanes) memcpy(place + j * w->places, values + j, NAME(fer_lanes) * sizeof *copy);
    memcpy(place + j * w->places, values + j, (size_t)(n - j) * sizeof *copy);
  }
}

FER_PART void NAME(fer_finish_vector)(ptrdiff_t count, bool writes, const REAL *sums, const REAL *slopes,
                                      REAL *gradient) {
  NAME(fer_vector) terms, slope;
  NAME(fer_load)(count, sums, &terms);
  NAME(fer_load)(count, slopes, &slope);
  terms *= 2 * slope;
  NAME(fer_put_vector)(count, NAME(fer_use_of)(writes), gradient, &terms);
}

FER_PART void NAME(fer_finish_sums)(const NAME(fer_center_space) *w) {
  const fer_triplet_center *p = w->p;
  ptrdiff_t n = p->columns, lanes = NAME(fer_lanes), step = NAME(fer_step)(w), j = 0;
  for (ptrdiff_t k = 0; k < p->classes; k++) {
    const REAL *sums = w->gradient + NAME(fer_sum)(w, k), *slopes = (const REAL *)p->center_slopes + k * n;
    REAL *gradient = (REAL *)p->center_gradient + k * n;
    for (j = 0; j + lanes <= n; j += lanes) {
      NAME(fer_finish_vector)(NAME(fer_lanes), p->writes, sums + j * step, slopes + j, gradient + j);
    }
    if (j < n) NAME(fer_finish_vector)(n - j, p->writes, sums + j * step, slopes + j, gradient + j);
  }
}
