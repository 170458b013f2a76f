/* SPDX-License-Identifier: MIT */
#ifndef JOBS_WRITER_H
#define JOBS_WRITER_H

/*
 * The one writing store of a process, and the queue before it.  Whoever
 * takes it has it alone, in the order of asking; long work gives way
 * between its batches, when writer_wanted() says that somebody waits, and
 * runs behind readers by writer_go_back().
 *
 * Threads: any.
 */

#include "base/base.h"

struct store;
struct writer;

/* The store stays the caller's, and must outlast the writer. */
struct writer *writer_new(struct store *st);
void writer_free(struct writer *w);

/* Waits for its turn; who has gone back comes forward meanwhile. */
struct store *writer_take(struct writer *w);
/* Likewise, by whom nobody waits for: they come forward after half a second. */
struct store *writer_take_patiently(struct writer *w);
void writer_give(struct writer *w);
/* Likewise, by who has changed nothing that a watcher would look at. */
void writer_give_quietly(struct writer *w);

/*
 * Have given() called each time that it is given back: something may have
 * changed.  It must neither take nor give.  At most WRITER_WATCHERS, each of
 * another arg.  The caller has the writer.
 */
enum { WRITER_WATCHERS = 3 };
void writer_watch(struct writer *w, void (*given)(void *arg), void *arg);
void writer_unwatch(struct writer *w, const void *arg);

/*
 * For long work, by who has the writer: from now on its thread runs when
 * nothing else wants the core, but for the time that somebody waits for the
 * writer by writer_take() (base/thread.h).
 */
void writer_go_back(struct writer *w);

/* Does somebody wait? */
bool writer_wanted(struct writer *w);

#endif
