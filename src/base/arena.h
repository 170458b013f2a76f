/* SPDX-License-Identifier: MIT */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

/*
 * An arena owns every byte that a piece of work allocates, and gives all
 * of it back at once.
 *
 * Memory: what an arena returns lives until arena_reset() or arena_free();
 *         it is zeroed, but for arena_bytes().  Nothing is freed one by one.
 * Errors: none.  Input is bounded before it gets here; when memory is truly
 *         exhausted the process aborts.
 * Threads: an arena belongs to one thread at a time.
 */

#include <stddef.h>

struct arena;

/* A first block of that many bytes; 0 takes the default, ARENA_BLOCK. */
struct arena *arena_new(size_t first);
void arena_free(struct arena *a);

/* Runs the deferred calls, newest first, and keeps the first block. */
void arena_reset(struct arena *a);

/* Aligned for any object; n may be 0. */
void *arena_alloc(struct arena *a, size_t n)
    __attribute__((malloc, returns_nonnull));

/*
 * The same, not zeroed: for text that is written at once, and for buffers.
 * Measured: a story's page of 25 kB wiped three times as much for nothing.
 */
void *arena_bytes(struct arena *a, size_t n)
    __attribute__((malloc, returns_nonnull));

/* n objects of that size; aborts when the product overflows. */
void *arena_array(struct arena *a, size_t n, size_t size)
    __attribute__((malloc, returns_nonnull));

/* Have fn(arg) called when the arena is reset or freed. */
void arena_defer(struct arena *a, void (*fn)(void *arg), void *arg);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))

enum { ARENA_BLOCK = 16384 };

#endif
