/* SPDX-License-Identifier: MIT */
#ifndef SITE_TRACE_H
#define SITE_TRACE_H

/*
 * How long a change took to reach readers.  Of each of the newest changes:
 * the time of its transaction, of the commit and of the purge, and each page
 * that shows it, when it was made for the first time since.
 *
 * A batch of an import is counted and not traced: nobody waits for one of
 * its stories.  Traces are the server's own and end with it; the histograms
 * of /metrics are for keeping.
 *
 * Memory: bounded by the numbers below.  What traces_of() gives is ctx's
 *         arena's.
 * Threads: any.
 */

#include "base/base.h"

struct store_commit; /* store/store.h */
struct traces;

enum {
	TRACES_MAX = 256,	/* changes remembered */
	TRACE_PAGES_MAX = 64,	/* of one */
	TRACE_TAGS_MAX = 256,	/* followed of one; a publish has some 30 */
	TRACE_CHANGES_MAX = 16, /* of one transaction; with more: a batch */
};

/* A page's first render after the change.  Nanoseconds. */
struct trace_page {
	struct str path;
	int64_t asked; /* since the change was visible; may be below 0 */
	int64_t took;  /* from then until it was made */
};

struct trace {
	int64_t number; /* of the change */
	const char *kind;
	int64_t at; /* when it was visible; seconds since 1970 */
	/* Nanoseconds, one after the other. */
	int64_t write, commit, purge;
	size_t dropped;			/* pages, by the purge */
	const struct trace_page *pages; /* in the order of their making */
	size_t pages_n;
	bool more; /* there were more pages */
};

struct traces *traces_new(void);
void traces_free(struct traces *t);

/* After the purge, which began and ended then (monotonic). */
struct traces_purge {
	int64_t began, ended;
	int64_t at; /* the clock's, seconds */
	size_t dropped;
};
void traces_note(struct traces *t, const struct store_commit *commit,
    const struct traces_purge *purge);

/* A page was made, by a route of that pattern. */
struct traces_render {
	struct str path;
	const char *surface; /* static */
	const struct str *tags;
	size_t tags_n;
	int64_t change;	      /* the newest that it could see */
	int64_t began, ended; /* monotonic */
};
void traces_render(struct traces *t, const struct traces_render *in);

/* Those of a story that are remembered, newest first. */
void traces_of(struct ctx *ctx, struct traces *t, int64_t story,
    const struct trace **out, size_t *n);

/* Prometheus text. */
void traces_metrics(struct traces *t, struct buf *out);

#endif
