/* SPDX-License-Identifier: MIT */
/* The arena: a chain of blocks, filled from the front. */

#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct block {
	struct block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) unsigned char bytes[];
};

struct deferred {
	struct deferred *next;
	void (*fn)(void *arg);
	void *arg;
};

struct arena {
	struct block *first;
	struct block *now;
	struct deferred *deferred;
	size_t used;
};

static struct block *
block_new(size_t size)
{
	struct block *b = NULL;

	if (size > SIZE_MAX - sizeof *b)
		abort();
	b = malloc(sizeof *b + size);
	if (b == NULL)
		abort();
	b->next = NULL;
	b->size = size;
	b->used = 0;
	return b;
}

struct arena *
arena_new(size_t first)
{
	struct arena *a = calloc(1, sizeof *a);

	if (a == NULL)
		abort();
	a->first = a->now = block_new(first != 0 ? first : ARENA_BLOCK);
	return a;
}

static void
run_deferred(struct arena *a)
{
	while (a->deferred != NULL) {
		struct deferred *d = a->deferred;

		a->deferred = d->next;
		d->fn(d->arg);
	}
}

void
arena_reset(struct arena *a)
{
	struct block *b = a->first->next;

	run_deferred(a);
	while (b != NULL) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
	a->first->next = NULL;
	a->first->used = 0;
	a->now = a->first;
	a->used = 0;
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	arena_reset(a);
	free(a->first);
	free(a);
}

void *
arena_bytes(struct arena *a, size_t n)
{
	const size_t align = alignof(max_align_t);
	struct block *b = a->now;
	void *p = NULL;

	if (n > SIZE_MAX / 2)
		abort();
	n = (n + align - 1) & ~(align - 1);
	if (n > b->size - b->used) {
		/* Blocks double, so that a large page costs few of them. */
		size_t size = b->size * 2;

		b->next = block_new(n > size ? n : size);
		a->now = b = b->next;
	}
	p = b->bytes + b->used;
	b->used += n;
	a->used += n;
	return p;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	return memset(arena_bytes(a, n), 0, n);
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t total = 0;

	if (__builtin_mul_overflow(n, size, &total))
		abort();
	return arena_alloc(a, total);
}

void
arena_defer(struct arena *a, void (*fn)(void *arg), void *arg)
{
	struct deferred *d = ARENA_NEW(a, struct deferred);

	assert(fn != NULL);
	d->fn = fn;
	d->arg = arg;
	d->next = a->deferred;
	a->deferred = d;
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}
