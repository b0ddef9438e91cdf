// The allocator of the C library with a counter in front. Definitions in a program take the place of those in the
// libraries that it links; the ones behind are the library's own, by the names that it exports for this purpose.

#include "include/CAllocations.h"

#include <stdlib.h>

// A sanitizer has an allocator of its own.
#if defined(__GLIBC__) && !__has_feature(address_sanitizer)

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *address, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *address);

static atomic_size_t least = (size_t)-1, count, largest;
static atomic_ptrdiff_t live;

static void see(size_t size) {
  if (size < atomic_load_explicit(&least, memory_order_relaxed)) return;
  atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
  size_t before = atomic_load_explicit(&largest, memory_order_relaxed);
  while (before < size && !atomic_compare_exchange_weak(&largest, &before, size)) {
  }
}

// What the allocator says is in use also counts small blocks that it keeps for each thread. Blocks are counted here.
static void *taken(void *address) {
  if (address) atomic_fetch_add_explicit(&live, (ptrdiff_t)malloc_usable_size(address), memory_order_relaxed);
  return address;
}

static void returned(void *address) {
  if (address) atomic_fetch_sub_explicit(&live, (ptrdiff_t)malloc_usable_size(address), memory_order_relaxed);
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

ptrdiff_t fer_allocations_live(void) { return atomic_load(&live); }

void *malloc(size_t size) {
  see(size);
  return taken(__libc_malloc(size));
}

void *calloc(size_t number, size_t size) {
  see(number * size);
  return taken(__libc_calloc(number, size));
}

void *realloc(void *address, size_t size) {
  see(size);
  ptrdiff_t before = address ? (ptrdiff_t)malloc_usable_size(address) : 0;
  void *result = __libc_realloc(address, size);
  // Without a result the old block stays, unless a size of 0 was to release it.
  if (result || size == 0) atomic_fetch_sub_explicit(&live, before, memory_order_relaxed);
  return taken(result);
}

void *memalign(size_t alignment, size_t size) {
  see(size);
  return taken(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size) {
  see(size);
  return taken(__libc_memalign(alignment, size));
}

void *valloc(size_t size) {
  see(size);
  return taken(__libc_memalign((size_t)sysconf(_SC_PAGESIZE), size));
}

int posix_memalign(void **address, size_t alignment, size_t size) {
  see(size);
  *address = taken(__libc_memalign(alignment, size));
  return *address ? 0 : ENOMEM;
}

void free(void *address) {
  returned(address);
  __libc_free(address);
}

#else

// Nothing is counted.
void fer_allocations_begin(size_t least) { (void)least; }
fer_allocations fer_allocations_end(void) { return (fer_allocations){0, 0}; }
ptrdiff_t fer_allocations_live(void) { return 0; }

#endif
