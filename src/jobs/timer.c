/* SPDX-License-Identifier: MIT */
/* The scheduler thread. */

#include "jobs/timer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/thread.h"
#include "jobs/writer.h"
#include "newsroom/asset.h"
#include "newsroom/audit.h"
#include "newsroom/list.h"
#include "newsroom/search.h"
#include "newsroom/story.h"
#include "newsroom/upload.h"
#include "store/partial.h"
#include "store/store.h"

enum {
	/* The wall clock may be set: it is looked at again this often. */
	LOOK_SECONDS = 30,
	LATE_SECONDS = 2,     /* as late as that is worth a line */
	RETRY_SECONDS = 5,    /* after a failure: a full disk, say */
	AUDIT_SECONDS = 3600, /* between notes of the audit's head */
	SEARCH_STORIES = 20,  /* indexed at once: some 20 ms */
};

/* Upper ends of the lateness histogram's buckets, seconds; then infinity. */
static const int64_t late_ends[] = { 0, 1, 2, 5, 10, 60, 600, 3600 };
enum { LATE_BUCKETS = sizeof late_ends / sizeof *late_ends + 1 };

struct timer {
	/* Written by its thread only. */
	_Atomic uint64_t late[LATE_BUCKETS];
	_Atomic uint64_t late_sum; /* seconds */
	struct writer *writer;
	const struct folder *folder;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	bool woken, was_woken;
	bool stop;
	int64_t next;	    /* due, seconds UTC; 0: nothing */
	int64_t next_audit; /* monotonic seconds */
	bool wrote;	    /* in this look */
	bool indexing;	    /* some stories wait for search: go on at once */
};

/* ---- the work ---- */

/* The clock may have been set back since it was found due. */
static void
count_late(struct timer *t, int64_t late)
{
	size_t bucket = 0;

	late = late > 0 ? late : 0;
	while (bucket < LATE_BUCKETS - 1 && late > late_ends[bucket])
		bucket++;
	atomic_fetch_add(&t->late[bucket], 1);
	atomic_fetch_add(&t->late_sum, (uint64_t)late);
}

static void
note_went(struct ctx *ctx, struct timer *t, const struct story_went *went)
{
	char due[32];

	count_late(t, went->late);
	if (went->late < LATE_SECONDS)
		return;
	log_time(went->due, due);
	log_event(LOG_WARN, "schedule_late",
	    { "story", str_printf(ctx->arena, "%" PRId64, went->id) },
	    { "due", str_c(due) },
	    { "late_seconds", str_printf(ctx->arena, "%" PRId64, went->late) });
}

void
timer_metrics(void *timer, struct buf *out)
{
	struct timer *t = timer;
	uint64_t total = 0;

	BUF_LIT(out,
	    "# HELP masthead_schedule_late_seconds Scheduled stories that went "
	    "live, by how late.\n"
	    "# TYPE masthead_schedule_late_seconds histogram\n");
	for (size_t i = 0; i < LATE_BUCKETS; i++) {
		total += atomic_load(&t->late[i]);
		BUF_LIT(out, "masthead_schedule_late_seconds_bucket{le=\"");
		if (i < LATE_BUCKETS - 1)
			buf_int(out, late_ends[i]);
		else
			BUF_LIT(out, "+Inf");
		buf_printf(out, "\"} %" PRIu64 "\n", total);
	}
	buf_printf(out,
	    "masthead_schedule_late_seconds_sum %" PRIu64 "\n"
	    "masthead_schedule_late_seconds_count %" PRIu64 "\n",
	    atomic_load(&t->late_sum), total);
}

static enum err
do_due(struct ctx *ctx, struct store *st, struct timer *t)
{
	struct story_due due = { 0 };
	int64_t pin_next = 0;
	int64_t rights_next = 0;
	size_t rights = 0;
	size_t pins = 0;
	enum err err = story_publish_due(ctx, st, &due);

	for (size_t i = 0; i < due.n; i++)
		note_went(ctx, t, &due.went[i]);
	TRY(err);
	TRY(list_expire(ctx, st, &pins, &pin_next));
	TRY(asset_rights_due(ctx, st, &rights, &rights_next));
	t->wrote = due.n > 0 || pins > 0 || rights > 0;
	t->next = due.next;
	if (rights_next != 0 && (t->next == 0 || rights_next < t->next))
		t->next = rights_next;
	if (pin_next != 0 && (t->next == 0 || pin_next < t->next))
		t->next = pin_next;
	return ERR_OK;
}

static enum err
note_audit(struct ctx *ctx, struct store *st, struct timer *t)
{
	struct audit_head head = { 0 };
	int64_t now = clock_monotonic_ns() / CLOCK_SECOND;

	if (now < t->next_audit)
		return ERR_OK;
	TRY(audit_head(ctx, st, &head));
	t->next_audit = now + AUDIT_SECONDS;
	log_event(LOG_INFO, "audit_head",
	    { "rows", str_printf(ctx->arena, "%" PRId64, head.id) },
	    { "hash", head.hash });
	return ERR_OK;
}

/*
 * After an upgrade, or an import that was given up, search does not know all
 * stories.  What an import under way leaves waiting it will do itself, and
 * better: so only what waits at the start, or has waited for a while.
 */
static enum err
do_search(struct ctx *ctx, struct store *st, struct timer *t)
{
	bool was = t->indexing;

	if (!t->indexing && t->was_woken)
		return ERR_OK;
	TRY(search_work(ctx, st, SEARCH_STORIES, &t->indexing));
	t->wrote |= was || t->indexing;
	if (was != t->indexing)
		log_event(LOG_INFO, "search_index",
		    { "state", t->indexing ? STR("begun") : STR("whole") });
	return ERR_OK;
}

/* The rows; their files may take a disk seconds, and the writer is wanted. */
static enum err
do_uploads(struct ctx *ctx, struct store *st, struct timer *t,
    const struct str **names, size_t *n)
{
	int64_t next = 0;

	TRY(upload_expire(ctx, st, names, n, &next));
	t->wrote = t->wrote || *n != 0;
	if (next != 0 && (t->next == 0 || next < t->next))
		t->next = next;
	return ERR_OK;
}

static void
look(struct timer *t)
{
	struct arena *a = arena_new(0);
	/* Somebody has written: nothing need be due. */
	struct store *st = t->was_woken ? writer_take_patiently(t->writer)
					: writer_take(t->writer);
	const struct str *names = NULL;
	size_t n = 0;
	struct ctx ctx;

	t->wrote = false;
	ctx_init(&ctx, a, NULL);
	if (do_due(&ctx, st, t) != ERR_OK ||
	    note_audit(&ctx, st, t) != ERR_OK ||
	    do_search(&ctx, st, t) != ERR_OK ||
	    do_uploads(&ctx, st, t, &names, &n) != ERR_OK) {
		log_failure(&ctx, "schedule");
		t->next = ctx_now(&ctx) + RETRY_SECONDS;
		t->indexing = false;
	}
	if (t->wrote)
		writer_give(t->writer);
	else
		writer_give_quietly(t->writer);
	for (size_t i = 0; i < n; i++)
		partial_remove(t->folder, names[i]);
	arena_free(a);
}

/* ---- the thread ---- */

/* Sleeps until something is due, was woken, or it is time to look again. */
static bool
doze(struct timer *t)
{
	int64_t now = clock_now_ns(clock_system()) / CLOCK_SECOND;
	struct timespec until = { .tv_sec = (time_t)(now + LOOK_SECONDS) };
	bool stop = false;

	if (t->indexing)
		until.tv_sec = 0;
	else if (t->next != 0 && t->next < until.tv_sec)
		until.tv_sec = (time_t)t->next;
	pthread_mutex_lock(&t->mutex);
	while (!t->woken && !t->stop)
		if (pthread_cond_timedwait(&t->wake, &t->mutex, &until) != 0)
			break;
	t->was_woken = t->woken;
	t->woken = false;
	stop = t->stop;
	pthread_mutex_unlock(&t->mutex);
	return !stop;
}

static void *
run(void *arg)
{
	struct timer *t = arg;

	do
		look(t);
	while (doze(t));
	return NULL;
}

/* Something may be due earlier now.  What it did itself is no news to it. */
static void
wake(void *arg)
{
	struct timer *t = arg;

	if (pthread_equal(pthread_self(), t->thread))
		return;
	pthread_mutex_lock(&t->mutex);
	t->woken = true;
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->mutex);
}

static void
timer_free(struct timer *t)
{
	pthread_cond_destroy(&t->wake);
	pthread_mutex_destroy(&t->mutex);
	free(t);
}

enum err
timer_start(struct ctx *ctx, struct writer *w, const struct folder *f,
    struct timer **out)
{
	struct timer *t = calloc(1, sizeof *t);
	enum err err = ERR_OK;

	if (t == NULL)
		abort();
	t->writer = w;
	t->folder = f;
	t->next_audit = clock_monotonic_ns() / CLOCK_SECOND + AUDIT_SECONDS;
	pthread_mutex_init(&t->mutex, NULL);
	pthread_cond_init(&t->wake, NULL);
	/* Whoever wakes it has had the writer, and so sees t->thread. */
	writer_take(w);
	err = thread_start(ctx, &t->thread, run, t);
	if (err == ERR_OK)
		writer_watch(w, wake, t);
	writer_give(w);
	if (err != ERR_OK) {
		timer_free(t);
		return err;
	}
	*out = t;
	return ERR_OK;
}

void
timer_stop(struct timer *t)
{
	if (t == NULL)
		return;
	writer_take(t->writer);
	writer_unwatch(t->writer, t);
	writer_give(t->writer);
	pthread_mutex_lock(&t->mutex);
	t->stop = true;
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->mutex);
	pthread_join(t->thread, NULL);
	timer_free(t);
}
