/* SPDX-License-Identifier: MIT */
/* The dispatcher's threads: who looks for work, and who does it. */

#include "jobs/media.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/thread.h"
#include "jobs/film.h"
#include "jobs/film_extra.h"
#include "jobs/writer.h"
#include "media/media.h"
#include "newsroom/media_extra.h"
#include "store/store.h"

enum {
	LOOK_SECONDS = 30, /* the wall clock may be set */
	RETRY_SECONDS = 5, /* after a failure: a full disk, say */
	THREADS_MAX = 64,
};

/* How jobs of one kind went, since the server began. */
struct tally {
	atomic_uint_fast64_t begun, done, again, failed;
};

struct dispatch {
	struct dispatch_conf conf;
	struct store *reader; /* of whoever looks */
	struct store *extra_reader;
	pthread_t threads[THREADS_MAX + 1];
	size_t threads_n;
	pthread_mutex_t mutex;
	pthread_cond_t wake, turn;
	uint64_t wakes; /* each who dozes knows how many he has seen */
	uint64_t seen;	/* by whoever looks for ladders */
	bool looking;
	atomic_bool stop;
	struct tally ladders, av1;
};

/* ---- looking ---- */

/* In the clock's seconds; 0: nothing to wait for. */
static enum err
next_due(struct ctx *ctx, struct dispatch *d, int64_t *at)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };

	TRY(store_tx_begin(ctx, d->reader, &tx));
	return media_job_next(ctx, d->reader, at);
}

static enum err
claim(struct ctx *ctx, struct dispatch *d, const struct media_job_row **job)
{
	struct store *st = writer_take(d->conf.writer);
	enum err err = media_job_recover(ctx, st, false);

	if (err == ERR_OK)
		err = media_job_claim(ctx, st, job);
	writer_give(d->conf.writer);
	return err;
}

/* *job: NULL when there is none; *next: when to look again. */
static enum err
look(struct ctx *ctx, struct dispatch *d, const struct media_job_row **job,
    int64_t *next)
{
	*job = NULL;
	TRY(next_due(ctx, d, next));
	/* The writer is taken only for something. */
	if (*next != 0 && *next <= ctx_now(ctx)) {
		TRY(claim(ctx, d, job));
		TRY(next_due(ctx, d, next));
	}
	return ERR_OK;
}

static bool
is_woken(struct dispatch *d, uint64_t *seen)
{
	bool woken = d->wakes != *seen;

	*seen = d->wakes;
	return woken || atomic_load(&d->stop);
}

static void
doze(struct dispatch *d, int64_t next, uint64_t *seen)
{
	int64_t now = clock_now_ns(clock_system()) / CLOCK_SECOND;
	struct timespec until = { .tv_sec = (time_t)(now + LOOK_SECONDS) };

	if (next != 0 && next < until.tv_sec)
		until.tv_sec = (time_t)(next > now ? next : now + 1);
	pthread_mutex_lock(&d->mutex);
	while (!is_woken(d, seen))
		if (pthread_cond_timedwait(&d->wake, &d->mutex, &until) != 0)
			break;
	pthread_mutex_unlock(&d->mutex);
}

/* One at a time; NULL: the server ends. */
static const struct media_job_row *
next_job(struct ctx *ctx, struct dispatch *d)
{
	const struct media_job_row *job = NULL;

	pthread_mutex_lock(&d->mutex);
	while (d->looking && !atomic_load(&d->stop))
		pthread_cond_wait(&d->turn, &d->mutex);
	d->looking = true;
	pthread_mutex_unlock(&d->mutex);
	while (job == NULL && !atomic_load(&d->stop)) {
		int64_t next = 0;

		arena_reset(ctx->arena);
		if (look(ctx, d, &job, &next) != ERR_OK) {
			log_failure(ctx, "media");
			next = ctx_now(ctx) + RETRY_SECONDS;
		}
		if (job == NULL)
			doze(d, next, &d->seen);
	}
	pthread_mutex_lock(&d->mutex);
	d->looking = false;
	pthread_cond_signal(&d->turn);
	pthread_mutex_unlock(&d->mutex);
	return job;
}

/* ---- doing ---- */

static enum err
end_badly(struct ctx *ctx, struct dispatch *d, const struct media_job_row *job,
    enum err err)
{
	struct str why = str_dup(ctx->arena, str_c(ctx_why(ctx)));
	const struct ctx failed = *ctx; /* it may fail once more */
	struct store *st = NULL;
	bool again = false;

	if (atomic_load(&d->stop)) {
		st = writer_take(d->conf.writer);
		err = media_job_give_back(ctx, st, job);
		writer_give(d->conf.writer);
		return err;
	}
	st = writer_take(d->conf.writer);
	err = media_job_broke(ctx, st, job, err, why, &again);
	writer_give(d->conf.writer);
	log_failure(&failed, "media");
	atomic_fetch_add(again ? &d->ladders.again : &d->ladders.failed, 1);
	return err;
}

static void
note_done(struct ctx *ctx, struct dispatch *d, const struct media_job_row *job,
    int64_t began)
{
	atomic_fetch_add(&d->ladders.done, 1);
	log_event(LOG_INFO, "media_done",
	    { "asset", str_printf(ctx->arena, "%" PRId64, job->asset) },
	    { "ms", str_printf(ctx->arena, "%" PRId64,
			(clock_monotonic_ns() - began) / 1000000) });
}

static void
do_job(struct ctx *ctx, struct dispatch *d, const struct media_job_row *job)
{
	struct film_work work = {
		.folder = d->conf.folder,
		.writer = d->conf.writer,
		.media = d->conf.media,
		.job = job,
		.stop = &d->stop,
		.av1 = d->conf.av1,
	};
	int64_t began = clock_monotonic_ns();
	enum err err = ERR_OK;

	atomic_fetch_add(&d->ladders.begun, 1);
	threads_behind_begin();
	err = film_do(ctx, &work);
	threads_behind_end();
	if (err == ERR_OK)
		note_done(ctx, d, job, began);
	else
		err = end_badly(ctx, d, job, err);
	if (err == ERR_OK)
		err = film_sweep(ctx, &work);
	/* If it could not be noted, its lease ends by itself. */
	if (err != ERR_OK)
		log_failure(ctx, "media");
}

static void *
run(void *arg)
{
	struct dispatch *d = arg;
	struct arena *a = arena_new(0);
	const struct media_job_row *job = NULL;
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	while ((job = next_job(&ctx, d)) != NULL)
		do_job(&ctx, d, job);
	arena_free(a);
	return NULL;
}

/* ---- what is extra ---- */

static enum err
end_extra(struct ctx *ctx, struct dispatch *d,
    const struct media_extra_row *row, enum err err)
{
	struct str why = str_dup(ctx->arena, str_c(ctx_why(ctx)));
	const struct ctx failed = *ctx; /* it may fail once more */
	struct store *st = writer_take(d->conf.writer);
	bool again = false;
	enum err end = ERR_OK;

	if (atomic_load(&d->stop))
		end = media_extra_give_back(ctx, st, row);
	else
		end = media_extra_broke(ctx, st, row, err, why, &again);
	writer_give(d->conf.writer);
	if (end == ERR_OK && !atomic_load(&d->stop)) {
		log_failure(&failed, "media_av1");
		atomic_fetch_add(again ? &d->av1.again : &d->av1.failed, 1);
	}
	/* The film was made anew meanwhile, and is asked of once more. */
	return end == ERR_GONE ? ERR_OK : end;
}

static void
do_extra(struct ctx *ctx, struct dispatch *d, const struct media_extra_row *row)
{
	int64_t began = clock_monotonic_ns();
	const struct extra_work work = {
		.folder = d->conf.folder,
		.writer = d->conf.writer,
		.media = d->conf.media,
		.row = row,
		.stop = &d->stop,
	};
	enum err err = ERR_OK;

	atomic_fetch_add(&d->av1.begun, 1);
	threads_behind_begin();
	err = film_extra_do(ctx, &work);
	threads_behind_end();
	if (err == ERR_OK) {
		atomic_fetch_add(&d->av1.done, 1);
		log_event(LOG_INFO, "media_av1_done",
		    { "asset", str_printf(ctx->arena, "%" PRId64, row->asset) },
		    { "ms", str_printf(ctx->arena, "%" PRId64,
				(clock_monotonic_ns() - began) / 1000000) });
	} else
		err = end_extra(ctx, d, row, err);
	if (err != ERR_OK)
		log_failure(ctx, "media_av1");
}

static enum err
next_extra(struct ctx *ctx, struct dispatch *d, int64_t *at)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };

	TRY(store_tx_begin(ctx, d->extra_reader, &tx));
	return media_extra_next(ctx, d->extra_reader, at);
}

/* *row: NULL when there is none; *next: when to look again. */
static enum err
look_extra(struct ctx *ctx, struct dispatch *d,
    const struct media_extra_row **row, int64_t *next)
{
	struct store *st = NULL;
	enum err err = ERR_OK;

	TRY(next_extra(ctx, d, next));
	if (*next == 0 || *next > ctx_now(ctx))
		return ERR_OK;
	st = writer_take(d->conf.writer);
	err = media_extra_claim(ctx, st, row);
	writer_give(d->conf.writer);
	return err;
}

static void *
run_extra(void *arg)
{
	struct dispatch *d = arg;
	struct arena *a = arena_new(0);
	uint64_t seen = 0;
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	while (!atomic_load(&d->stop)) {
		const struct media_extra_row *row = NULL;
		int64_t next = 0;

		arena_reset(a);
		if (look_extra(&ctx, d, &row, &next) != ERR_OK) {
			log_failure(&ctx, "media_av1");
			next = ctx_now(&ctx) + RETRY_SECONDS;
		}
		if (row != NULL)
			do_extra(&ctx, d, row);
		else
			doze(d, next, &seen);
	}
	arena_free(a);
	return NULL;
}

/* Something may be due now. */
static void
wake(void *arg)
{
	struct dispatch *d = arg;

	pthread_mutex_lock(&d->mutex);
	d->wakes++;
	pthread_cond_broadcast(&d->wake);
	pthread_mutex_unlock(&d->mutex);
}

/* ---- beginning and end ---- */

static enum err
begin(struct ctx *ctx, struct dispatch *d)
{
	int n = media_ladders(d->conf.media);
	struct store *st = writer_take(d->conf.writer);
	enum err err = media_job_recover(ctx, st, true);

	if (err == ERR_OK)
		err = media_extra_recover(ctx, st);
	if (err == ERR_OK)
		writer_watch(d->conf.writer, wake, d);
	writer_give(d->conf.writer);
	TRY(err);
	for (; (int)d->threads_n < n && d->threads_n < THREADS_MAX;
	     d->threads_n++)
		TRY(thread_start(ctx, &d->threads[d->threads_n], run, d));
	if (!d->conf.av1)
		return ERR_OK;
	TRY(thread_start(ctx, &d->threads[d->threads_n], run_extra, d));
	d->threads_n++;
	return ERR_OK;
}

enum err
dispatch_start(
    struct ctx *ctx, const struct dispatch_conf *conf, struct dispatch **out)
{
	struct dispatch *d = calloc(1, sizeof *d);
	enum err err = ERR_OK;

	if (d == NULL)
		abort();
	d->conf = *conf;
	pthread_mutex_init(&d->mutex, NULL);
	pthread_cond_init(&d->wake, NULL);
	pthread_cond_init(&d->turn, NULL);
	err = store_open(
	    ctx, &(struct store_open){ conf->folder, STORE_READ }, &d->reader);
	if (err == ERR_OK && conf->av1)
		err = store_open(ctx,
		    &(struct store_open){ conf->folder, STORE_READ },
		    &d->extra_reader);
	if (err == ERR_OK)
		err = begin(ctx, d);
	if (err != ERR_OK) {
		dispatch_stop(d);
		return err;
	}
	*out = d;
	return ERR_OK;
}

void
dispatch_stop(struct dispatch *d)
{
	if (d == NULL)
		return;
	writer_take(d->conf.writer);
	writer_unwatch(d->conf.writer, d);
	writer_give(d->conf.writer);
	atomic_store(&d->stop, true);
	media_stop(d->conf.media);
	pthread_mutex_lock(&d->mutex);
	pthread_cond_broadcast(&d->wake);
	pthread_cond_broadcast(&d->turn);
	pthread_mutex_unlock(&d->mutex);
	for (size_t i = 0; i < d->threads_n; i++)
		pthread_join(d->threads[i], NULL);
	store_close(d->reader);
	store_close(d->extra_reader);
	pthread_cond_destroy(&d->turn);
	pthread_cond_destroy(&d->wake);
	pthread_mutex_destroy(&d->mutex);
	free(d);
}

static void
put_tally(struct buf *out, const char *work, struct tally *t)
{
	const struct {
		const char *state;
		atomic_uint_fast64_t *n;
	} all[] = {
		{ "begun", &t->begun },
		{ "done", &t->done },
		{ "again", &t->again },
		{ "failed", &t->failed },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		buf_printf(out,
		    "masthead_media_jobs_total{work=\"%s\",state=\"%s\"} "
		    "%" PRIuFAST64 "\n",
		    work, all[i].state, atomic_load(all[i].n));
}

void
dispatch_metrics(void *dispatch, struct buf *out)
{
	struct dispatch *d = dispatch;

	BUF_LIT(out,
	    "# HELP masthead_media_jobs_total Work on films and sound.\n"
	    "# TYPE masthead_media_jobs_total counter\n");
	put_tally(out, "ladder", &d->ladders);
	put_tally(out, "av1", &d->av1);
}
