/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_AHEAD_H
#define EXCHANGE_AHEAD_H

/*
 * The files of a run, read on the other thread before their turn comes, with
 * all that their format can make of them without the store.
 *
 *	ahead = ahead_new(run, &list);
 *	while ((f = ahead_next(ahead)) != NULL) … f->err, f->data …
 *	ahead_release(ahead);	 … what was given so far is no longer used
 *	ahead_free(ahead);
 *
 * Memory: its own, some 48 MB of it, and one large file more.
 * Threads: as the run.
 */

#include "exchange/run.h"

struct ahead_file {
	const struct source *src;
	const struct import_format *format;
	struct str bytes;
	void *data; /* what the format's read() made */
	enum err err;
	const char *why;
	bool read;
};

struct ahead *ahead_new(struct run *r, const struct source_list *list);
void ahead_free(struct ahead *a);

/* The next of the list, read; NULL: there is none. */
struct ahead_file *ahead_next(struct ahead *a);
void ahead_release(struct ahead *a);
/* So much was given that it must be released before there is more. */
bool ahead_is_full(const struct ahead *a);

/* Is the next file likely to be one that was taken before, just so? */
void ahead_expect(struct ahead *a, bool unchanged);

#endif
