// The allocator of the C library with a counter in front. Definitions in a program take the place of those in the
// libraries that it links; the ones behind are the library's own, by the names that it exports for this purpose.

#include "include/CAllocations.h"

#include <stdlib.h>

// A sanitizer has an allocator of its own.
#if defined(__GLIBC__) && !__has_feature(address_sanitizer)

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *address, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static atomic_size_t least = (size_t)-1, count, largest;

static void see(size_t size) {
  if (size < atomic_load_explicit(&least, memory_order_relaxed)) return;
  atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
  size_t before = atomic_load_explicit(&largest, memory_order_relaxed);
  while (before < size && !atomic_compare_exchange_weak(&largest, &before, size)) {
  }
}

void fer_allocations_begin(size_t bytes) {
  atomic_store(&count, 0);
  atomic_store(&largest, 0);
  atomic_store(&least, bytes);
}

fer_allocations fer_allocations_end(void) {
  atomic_store(&least, (size_t)-1);
  return (fer_allocations){atomic_load(&count), atomic_load(&largest)};
}

size_t fer_allocations_live(void) {
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

void *malloc(size_t size) {
  see(size);
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  see(number * size);
  return __libc_calloc(number, size);
}

void *realloc(void *address, size_t size) {
  see(size);
  return __libc_realloc(address, size);
}

void *memalign(size_t alignment, size_t size) {
  see(size);
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  see(size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **address, size_t alignment, size_t size) {
  see(size);
  *address = __libc_memalign(alignment, size);
  return *address ? 0 : ENOMEM;
}

#endif
