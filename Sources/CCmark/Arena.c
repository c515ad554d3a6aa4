// cmark-gfm's own arena takes 4 MB from the system for each document and gives it back after, and never grows a
// buffer in place. This one keeps its first slab from page to page and clears only what is handed out.
#include "CCmark.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct slab {
  struct slab *previous;
  size_t size;
  size_t used;
  _Alignas(16) unsigned char bytes[];
};

static const size_t first_slab_size = 512 * 1024;
// Each block stands behind its size, so that realloc knows how much to copy.
static const size_t header_size = 16;

static _Thread_local struct slab *current = NULL;

static struct slab *new_slab(size_t size, struct slab *previous) {
  struct slab *slab = malloc(sizeof(struct slab) + size);
  if (!slab) abort();
  slab->previous = previous;
  slab->size = size;
  slab->used = 0;
  return slab;
}

static size_t rounded(size_t size) { return (size + 15) & ~(size_t)15; }

static void *take(size_t size) {
  size_t wanted = rounded(size) + header_size;
  if (!current || current->size - current->used < wanted) {
    size_t next = current ? current->size * 2 : first_slab_size;
    current = new_slab(next > wanted ? next : wanted, current);
  }
  unsigned char *block = current->bytes + current->used;
  current->used += wanted;
  *(size_t *)block = rounded(size);
  return block + header_size;
}

static void *arena_calloc(size_t count, size_t size) {
  size_t total;
  if (__builtin_mul_overflow(count, size, &total) || total > SIZE_MAX / 4) abort();
  void *block = take(total);
  memset(block, 0, total);
  return block;
}

static void *arena_realloc(void *old, size_t size) {
  if (size > SIZE_MAX / 4) abort();
  if (!old) return take(size);
  size_t *old_size = (size_t *)((unsigned char *)old - header_size);
  if (size <= *old_size) return old;
  // The newest block grows where it stands.
  unsigned char *end = (unsigned char *)old + *old_size;
  size_t more = rounded(size) - *old_size;
  if (end == current->bytes + current->used && current->size - current->used >= more) {
    current->used += more;
    *old_size += more;
    return old;
  }
  void *block = take(size);
  memcpy(block, old, *old_size);
  return block;
}

static void arena_free(void *block) { (void)block; }

static cmark_mem arena = {arena_calloc, arena_realloc, arena_free};

cmark_mem *lectern_arena(void) { return &arena; }

void lectern_arena_reset(void) {
  if (!current) return;
  while (current->previous) {
    struct slab *previous = current->previous;
    free(current);
    current = previous;
  }
  current->used = 0;
}
