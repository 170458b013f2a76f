/* SPDX-License-Identifier: MIT */
/*
 * The C library gives each thread a heap of its own, which grows by a page
 * and a call of mprotect(2) at a time, and every page of memory that is
 * touched for the first time is a fault.  On virtual machines both are dear:
 * they were more than half of what a story's page cost.
 */

#include "base/heap.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	HUGE = 2 << 20,	   /* bytes of a huge page: x86-64, arm64 */
	FIRST = 160 << 10, /* more than a new heap has */
	LARGE = 4 << 20,   /* bytes that are mapped by themselves */
	SLACK = 64 << 20,  /* free bytes at the end that are kept */
	/* A server's cache and all around it; a film's frames on their way. */
	AHEAD = 256 << 20,
};

void
heap_prepare(void)
{
	void *volatile p = NULL; /* else compilers leave such calls out */
	uintptr_t from = 0;
	uintptr_t huge = 0;
	uintptr_t end = 0;

	(void)mallopt(M_ARENA_MAX, 1);
	(void)mallopt(M_MMAP_THRESHOLD, LARGE);
	(void)mallopt(M_TRIM_THRESHOLD, AHEAD + SLACK);
	(void)mallopt(M_TOP_PAD, AHEAD);
	/* It grows when what is asked for is not there: here, by all of that. */
	from = (uintptr_t)sbrk(0);
	p = malloc(FIRST);
	free(p);
	end = (uintptr_t)sbrk(0);
	huge = (from + HUGE - 1) / HUGE * HUGE;
	if (end > huge) {
		(void)madvise((void *)huge, end - huge, MADV_HUGEPAGE);
		/* Taken for good, and never touched: the rest lies behind. */
		p = malloc(huge - from);
	}
	/* What comes after that is an ordinary heap. */
	(void)mallopt(M_TOP_PAD, LARGE / 4);
}
