/* SPDX-License-Identifier: MIT */
/* The thread that tidies up behind the writer, and behind readers. */

#include "jobs/keeper.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/thread.h"
#include "jobs/writer.h"
#include "newsroom/search.h"
#include "store/store.h"

enum {
	QUIET_MS = 10,	    /* without a write, before each step */
	PATIENCE = 5,	    /* writes that it lets pass at most */
	MOVE_PAGES = 1000,  /* that wait in the log: 4 MB */
	LONG_PAGES = 20000, /* with so many readers may feel it */
	LONG_MS = 60000, /* without a write, before large pieces are merged */
	START_MS = 100,	 /* for what a start itself writes */
	RETRY_MS = 5000, /* after a failure: a full disk, say */
};

struct keeper {
	struct writer *writer;
	struct store *store; /* its own: the log is moved beside the writer */
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t wake; /* by the monotonic clock */
	bool woken, stop;
	int64_t moved; /* pages of the present log, by the newest move */
	_Atomic uint64_t merges, moves, pages;
};

/* ---- the work ---- */

/*
 * The log begins anew, and grows no further, when it is found moved to its
 * end; what was written while it was being moved takes another turn.
 */
static bool
must_move(const struct keeper *k, int64_t pages)
{
	return pages - k->moved >= MOVE_PAGES ||
	       (k->moved != 0 && pages > k->moved);
}

static enum err
move_log(struct ctx *ctx, struct keeper *k, bool *left)
{
	struct store_log log = { 0 };

	TRY(store_log_move(ctx, k->store, &log));
	atomic_fetch_add(&k->moves, 1);
	if (log.moved > k->moved)
		atomic_fetch_add(&k->pages, (uint64_t)(log.moved - k->moved));
	k->moved = log.moved;
	*left |= log.moved < log.pages;
	return ERR_OK;
}

/* What is left to do. */
struct left {
	bool some;  /* soon */
	bool large; /* when it has been quiet for long */
};

/* From when it has the writer, which it gives. */
static enum err
step_behind(struct ctx *ctx, struct keeper *k, struct store *st, bool large,
    struct left *left)
{
	struct search_tidied tidied = { 0 };
	enum err err = ERR_OK;
	int64_t pages = 0;

	writer_go_back(k->writer);
	err = search_tidy(ctx, st, large, &tidied);
	pages = store_log_pages(st);
	/* Counted before the next writer can see what it did. */
	if (err == ERR_OK && tidied.merged)
		atomic_fetch_add(&k->merges, 1);
	writer_give_quietly(k->writer);
	TRY(err);
	left->some = tidied.merged;
	left->large = tidied.large;
	if (pages < k->moved) /* the log has begun anew */
		k->moved = 0;
	if (pages - k->moved >= LONG_PAGES)
		thread_forward();
	if (must_move(k, pages))
		TRY(move_log(ctx, k, &left->some));
	return ERR_OK;
}

static enum err
step(struct ctx *ctx, struct keeper *k, bool large, struct left *left)
{
	struct store *st = writer_take_patiently(k->writer);
	enum err err = ERR_OK;

	threads_behind_begin();
	err = step_behind(ctx, k, st, large, left);
	threads_behind_end();
	return err;
}

/* false, and a line in the log: try again later. */
static bool
work(struct keeper *k, bool large, struct left *left)
{
	struct arena *a = arena_new(0);
	struct ctx ctx;
	enum err err = ERR_OK;

	*left = (struct left){ 0 };
	ctx_init(&ctx, a, NULL);
	err = step(&ctx, k, large, left);
	if (err != ERR_OK)
		log_failure(&ctx, "keeper");
	arena_free(a);
	return err == ERR_OK;
}

/* ---- the thread ---- */

/* Sleeps that long, or until it is woken or stopped; true: it was woken. */
static bool
doze(struct keeper *k, int64_t ms)
{
	int64_t end = clock_monotonic_ns() + ms * (CLOCK_SECOND / 1000);
	struct timespec until = { .tv_sec = (time_t)(end / CLOCK_SECOND),
		.tv_nsec = (long)(end % CLOCK_SECOND) };
	bool woken = false;

	pthread_mutex_lock(&k->mutex);
	while (!k->woken && !k->stop)
		if (pthread_cond_timedwait(&k->wake, &k->mutex, &until) != 0)
			break;
	woken = k->woken;
	k->woken = false;
	pthread_mutex_unlock(&k->mutex);
	return woken;
}

static bool
stopped(struct keeper *k)
{
	bool stop = false;

	pthread_mutex_lock(&k->mutex);
	stop = k->stop;
	pthread_mutex_unlock(&k->mutex);
	return stop;
}

/* Until somebody has written; or, true, it has been quiet for long. */
static bool
sleep_on(struct keeper *k, bool large)
{
	if (large)
		return !doze(k, LONG_MS) && !stopped(k);
	pthread_mutex_lock(&k->mutex);
	while (!k->woken && !k->stop)
		pthread_cond_wait(&k->wake, &k->mutex);
	k->woken = false;
	pthread_mutex_unlock(&k->mutex);
	return false;
}

/* The first write ends a long quiet. */
static bool
is_quiet(struct keeper *k)
{
	int i = 0;

	while (i < PATIENCE && doze(k, QUIET_MS))
		i++;
	return i == 0;
}

static void *
run(void *arg)
{
	struct keeper *k = arg;
	struct left left = { 0 };
	bool large = true; /* the server starts: nobody has written yet */

	doze(k, START_MS);
	while (!stopped(k)) {
		large = is_quiet(k) && large;
		if (stopped(k))
			break;
		if (!work(k, large, &left))
			doze(k, RETRY_MS);
		else if (!left.some)
			large = sleep_on(k, left.large);
	}
	return NULL;
}

static void
wake(void *arg)
{
	struct keeper *k = arg;

	pthread_mutex_lock(&k->mutex);
	k->woken = true;
	pthread_cond_signal(&k->wake);
	pthread_mutex_unlock(&k->mutex);
}

static void
keeper_free(struct keeper *k)
{
	store_close(k->store);
	pthread_cond_destroy(&k->wake);
	pthread_mutex_destroy(&k->mutex);
	free(k);
}

enum err
keeper_start(struct ctx *ctx, const struct folder *f, struct writer *w,
    struct keeper **out)
{
	struct store *st = NULL;
	struct keeper *k = NULL;
	pthread_condattr_t attr;
	enum err err = ERR_OK;

	TRY(store_open(ctx, &(struct store_open){ f, STORE_READ }, &st));
	k = calloc(1, sizeof *k);
	if (k == NULL)
		abort();
	k->writer = w;
	k->store = st;
	pthread_mutex_init(&k->mutex, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&k->wake, &attr);
	pthread_condattr_destroy(&attr);
	err = thread_start(ctx, &k->thread, run, k);
	if (err != ERR_OK) {
		keeper_free(k);
		return err;
	}
	(void)pthread_setname_np(k->thread, "keeper");
	writer_take(w);
	writer_watch(w, wake, k);
	writer_give_quietly(w);
	*out = k;
	return ERR_OK;
}

void
keeper_stop(struct keeper *k)
{
	if (k == NULL)
		return;
	writer_take(k->writer);
	writer_unwatch(k->writer, k);
	writer_give_quietly(k->writer);
	pthread_mutex_lock(&k->mutex);
	k->stop = true;
	pthread_cond_signal(&k->wake);
	pthread_mutex_unlock(&k->mutex);
	pthread_join(k->thread, NULL);
	keeper_free(k);
}

/* ---- what it has done ---- */

struct keeper_done
keeper_done(struct keeper *k)
{
	return (struct keeper_done){
		.merges = atomic_load(&k->merges),
		.moves = atomic_load(&k->moves),
		.pages = atomic_load(&k->pages),
	};
}

void
keeper_metrics(struct keeper *k, struct buf *out)
{
	struct keeper_done done = keeper_done(k);

	buf_printf(out,
	    "# HELP masthead_index_merges_total Small steps in which the "
	    "search index was merged.\n"
	    "# TYPE masthead_index_merges_total counter\n"
	    "masthead_index_merges_total %" PRIu64 "\n"
	    "# HELP masthead_log_moved_pages_total Pages moved from the "
	    "database's log to their places.\n"
	    "# TYPE masthead_log_moved_pages_total counter\n"
	    "masthead_log_moved_pages_total %" PRIu64 "\n",
	    done.merges, done.pages);
}
