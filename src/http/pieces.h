/* SPDX-License-Identifier: MIT */
#ifndef HTTP_PIECES_H
#define HTTP_PIECES_H

/*
 * The room's own: a body that is kept, in pieces no longer than most pages.
 * A long one in one piece finds no place where pages have been given up: the
 * heap would grow for it, and keep the holes.
 *
 * Memory: its own, until pieces_clear().
 * Errors: none; without memory the process aborts.
 * Threads: any number may read.
 */

#include <microhttpd.h>

#include "base/base.h"

enum {
	PIECE = 16384,	 /* bytes; half of a long story's page */
	PIECES_MAX = 32, /* else longer ones: connections hold a list of them */
	PIECES_WHOLE = 4, /* up to so many are one: a second call costs more */
};

struct pieces {
	struct MHD_IoVec *list;
	unsigned n; /* 0: no body */
	size_t bytes;
};

struct pieces pieces_copy(struct str body);
/* The same bytes, malloced, in one piece. */
struct pieces pieces_take(char *body, size_t n);
void pieces_clear(struct pieces *p);

/* All of it in a row; *own is to be freed, NULL where it is the piece itself. */
struct str pieces_whole(const struct pieces *p, char **own);

#endif
