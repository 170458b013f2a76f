/* SPDX-License-Identifier: MIT */
/*
 * From the last byte to an asset: one thread, one upload at a time.  What it
 * cannot do now (no worker, a full disk) stays whole and is tried again, also
 * after a restart.
 */

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/thread.h"
#include "jobs/writer.h"
#include "newsroom/intake.h"
#include "store/blob.h"
#include "store/partial.h"
#include "upload/own.h"

enum { RETRY_SECONDS = 30 };

/* ---- its answer ---- */

static struct str
kept_back(struct arena *a, const struct asset *f)
{
	const struct {
		bool there;
		const char *what;
	} parts[] = {
		{ f->had_location, "location" },
		{ f->had_device, "device" },
		{ f->had_owner, "owner" },
		{ f->had_history, "history" },
	};
	struct str out = { 0 };

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i].there)
			out = str_printf(a, "%.*s%s%s", STR_FMT(out),
			    out.n > 0 ? ", " : "", parts[i].what);
	return out;
}

static struct response *
whole_reply(struct uploads *u, const struct request *req, struct ctx *ctx,
    const struct upload *up, const struct asset *asset, struct str back,
    bool created)
{
	struct reply r = { .status = 201 };

	if (created) {
		reply_add(
		    &r, STR("Location"), upload_address(ctx->arena, up->name));
	} else {
		r.status = req->method == METHOD_HEAD ? 200 : 204;
		reply_int(&r, ctx->arena, STR("Upload-Length"), up->size);
		if (up->metadata.n > 0)
			reply_add(&r, STR("Upload-Metadata"), up->metadata);
	}
	reply_int(&r, ctx->arena, STR("Upload-Offset"), up->size);
	reply_expires(&r, ctx->arena, up->expires_at);
	if (asset != NULL)
		reply_add(&r, STR("Masthead-Asset"),
		    asset_address(ctx->arena, asset));
	if (back.n > 0)
		reply_add(&r, STR("Masthead-Kept-Back"), back);
	return reply_make(u, req, &r);
}

struct response *
finished_reply(struct uploads *u, const struct request *req, struct ctx *ctx,
    const struct upload *up, bool created)
{
	const struct asset *asset = NULL;
	enum err err = ERR_OK;

	if (up->refused.n > 0)
		return reply_text(u, req, 422, up->refused);
	if (up->asset != 0) {
		pthread_mutex_lock(&u->reader_lock);
		err = asset_by_id(ctx, u->reader, up->asset, &asset);
		pthread_mutex_unlock(&u->reader_lock);
	}
	if (err != ERR_OK)
		return reply_failure(u, req, ctx, err);
	return whole_reply(u, req, ctx, up, asset, (struct str){ 0 }, created);
}

/* ---- its work ---- */

/* What a file is called, reckoned while a worker looks at it. */
struct naming {
	struct uploads *u;
	const struct upload *up;
	struct ctx ctx;
	struct str digest;
	enum err err;
};

static void *
naming_main(void *arg)
{
	struct naming *n = arg;

	n->err = partial_digest(
	    &n->ctx, n->u->conf.folder, n->up->name, n->up->size, &n->digest);
	return NULL;
}

/* On failure of both the look's is told: it says more. */
static enum err
look_and_name(struct ctx *ctx, struct uploads *u, const struct upload *up,
    int fd, struct asset *in)
{
	struct arena *a = arena_new(0);
	struct naming n = { .u = u, .up = up };
	pthread_t thread;
	bool beside = false;
	enum err err = ERR_OK;

	ctx_init(&n.ctx, a, ctx->clock);
	beside = thread_start(&n.ctx, &thread, naming_main, &n) == ERR_OK;
	err = intake_look(ctx, u->conf.media, fd, in);
	if (beside)
		pthread_join(thread, NULL);
	else
		naming_main(&n);
	if (err == ERR_OK && n.err != ERR_OK)
		err = FAIL(ctx, n.err, "%s", ctx_why(&n.ctx));
	in->blob = str_dup(ctx->arena, n.digest);
	in->size = up->size;
	arena_free(a);
	return err;
}

static enum err
take(struct ctx *ctx, struct uploads *u, const struct upload *up,
    const struct asset **out, struct str *back)
{
	CLEANUP(fd_close) int fd = -1;
	struct asset in = {
		.focal_x = 500,
		.focal_y = 500,
		.alt = up->alt,
		.caption = up->caption,
		.credit = up->credit,
		.copyright = up->copyright,
		.licence = up->licence,
	};
	enum err err = ERR_OK;

	TRY(partial_read(ctx, u->conf.folder, up->name, up->size, &fd));
	TRY(look_and_name(ctx, u, up, fd, &in));
	if (up->size > intake_max(&in))
		return FAIL(ctx, ERR_LIMIT,
		    "a picture has at most %" PRId64 " bytes", intake_max(&in));
	TRY(partial_to_blob(ctx, u->conf.folder, up->name, fd, in.blob));
	err = upload_take(ctx, writer_take(u->conf.writer), up, &in, out);
	writer_give(u->conf.writer);
	*back = kept_back(ctx->arena, &in);
	return err;
}

static void
log_end(struct ctx *ctx, const struct upload *up, const char *state,
    struct str what)
{
	log_event(LOG_INFO, "upload", { "state", str_c(state) },
	    { "bytes", str_printf(ctx->arena, "%" PRId64, up->size) },
	    { "person", str_printf(ctx->arena, "%" PRId64, up->person) },
	    { "what", what });
}

/* It is no file for us: that is final. */
static struct response *
refuse(struct ctx *ctx, struct uploads *u, const struct upload *up,
    const struct request *req)
{
	struct str why = str_dup(ctx->arena, str_c(ctx_why(ctx)));
	enum err err = upload_refuse(ctx, writer_take(u->conf.writer), up, why);

	writer_give(u->conf.writer);
	if (err != ERR_OK) {
		log_failure(ctx, "upload");
		return req != NULL ? reply_failure(u, req, ctx, err) : NULL;
	}
	partial_remove(u->conf.folder, up->name);
	atomic_fetch_add(&u->refused, 1);
	log_end(ctx, up, "refused", why);
	return req != NULL ? reply_text(u, req, 422, why) : NULL;
}

/* The bytes are safe, and that is what the sender is told. */
static struct response *
postpone(struct ctx *ctx, struct uploads *u, const struct waiting *w,
    const struct upload *up, const struct request *req, bool *left)
{
	log_failure(ctx, "upload");
	*left = true;
	return req != NULL ? finished_reply(u, req, ctx, up, w->created) : NULL;
}

static struct response *
finish(struct ctx *ctx, struct uploads *u, const struct waiting *w,
    const struct request *req, bool *left)
{
	const struct upload *up = NULL;
	const struct asset *asset = NULL;
	struct str back = { 0 };
	enum err err = upload_read(ctx, u, str_c(w->name), &up);

	if (err == ERR_OK && up == NULL)
		err = FAIL(ctx, ERR_GONE, "this upload is there no longer");
	if (err != ERR_OK)
		return req != NULL ? reply_failure(u, req, ctx, err) : NULL;
	if (!upload_is_whole(up))
		return req != NULL ? finished_reply(u, req, ctx, up, w->created)
				   : NULL;
	err = take(ctx, u, up, &asset, &back);
	if (err == ERR_INVALID || err == ERR_LIMIT || err == ERR_GONE)
		return refuse(ctx, u, up, req);
	if (err != ERR_OK)
		return postpone(ctx, u, w, up, req, left);
	partial_remove(u->conf.folder, up->name);
	atomic_fetch_add(&u->taken, 1);
	log_end(ctx, up, "taken", asset_address(ctx->arena, asset));
	return req != NULL
		   ? whole_reply(u, req, ctx, up, asset, back, w->created)
		   : NULL;
}

/* With the upload to itself: nobody deletes it meanwhile. */
static void
do_one(struct uploads *u, const struct waiting *w, bool *left)
{
	struct arena *a = arena_new(0);
	const struct request *req =
	    w->x != NULL ? exchange_request(w->x) : NULL;
	struct response *r = NULL;
	struct session *s = NULL;
	struct ctx ctx;
	enum err err = ERR_OK;

	ctx_init(&ctx, a, u->conf.clock);
	err = session_oust(&ctx, u, str_c(w->name), &s);
	if (err == ERR_OK) {
		s->finishing = true;
		pthread_mutex_unlock(&s->lock);
		r = finish(&ctx, u, w, req, left);
		pthread_mutex_lock(&s->lock);
		session_end(s);
		pthread_mutex_unlock(&s->lock);
		session_unref(s);
	} else if (req != NULL) {
		r = reply_failure(u, req, &ctx, err);
	}
	arena_free(a);
	if (w->x != NULL)
		exchange_answer(w->x, r);
}

/* ---- its queue ---- */

/* u->lock is held. */
static void
put(struct uploads *u, struct str name, struct exchange *x, bool created)
{
	struct waiting *w = calloc(1, sizeof *w);

	if (w == NULL)
		abort();
	memcpy(w->name, name.p, name.n);
	w->x = x;
	w->created = created;
	*u->last = w;
	u->last = &w->next;
	pthread_cond_signal(&u->more);
}

void
finisher_put(
    struct uploads *u, struct str name, struct exchange *x, bool created)
{
	pthread_mutex_lock(&u->lock);
	put(u, name, x, created);
	pthread_mutex_unlock(&u->lock);
}

/* What is whole and has nobody who waits: after a restart, or a failure. */
static void
queue_left(struct uploads *u)
{
	struct arena *a = arena_new(0);
	const struct upload *all = NULL;
	size_t n = 0;
	struct ctx ctx;

	ctx_init(&ctx, a, u->conf.clock);
	do {
		int64_t after = n > 0 ? all[n - 1].id : 0;
		enum err err = ERR_OK;

		pthread_mutex_lock(&u->reader_lock);
		err = upload_list_whole(&ctx, u->reader, after, &all, &n);
		pthread_mutex_unlock(&u->reader_lock);
		if (err != ERR_OK) {
			log_failure(&ctx, "upload");
			break;
		}
		pthread_mutex_lock(&u->lock);
		for (size_t i = 0; i < n; i++)
			put(u, all[i].name, NULL, false);
		pthread_mutex_unlock(&u->lock);
	} while (n > 0);
	arena_free(a);
}

/* NULL: none came, and it is time to look what is left, or to stop. */
static struct waiting *
next(struct uploads *u, bool left)
{
	struct waiting *w = NULL;
	struct timespec until = { 0 };

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += RETRY_SECONDS;
	pthread_mutex_lock(&u->lock);
	while (u->first == NULL && !u->stopping) {
		if (!left)
			pthread_cond_wait(&u->more, &u->lock);
		else if (pthread_cond_timedwait(&u->more, &u->lock, &until) !=
			 0)
			break;
	}
	w = u->first;
	if (w != NULL) {
		u->first = w->next;
		if (u->first == NULL)
			u->last = &u->first;
	}
	pthread_mutex_unlock(&u->lock);
	return w;
}

static bool
stopping(struct uploads *u)
{
	bool stop = false;

	pthread_mutex_lock(&u->lock);
	stop = u->stopping;
	pthread_mutex_unlock(&u->lock);
	return stop;
}

/* At the end it is for the next start; whoever waits may ask then. */
static void
let_go(struct uploads *u, struct waiting *w)
{
	if (w->x != NULL)
		exchange_answer(w->x,
		    reply_text(u, exchange_request(w->x), 503,
			STR("the house is closing for a moment; all bytes are "
			    "kept")));
}

static void *
run(void *arg)
{
	struct uploads *u = arg;
	bool left = false;

	queue_left(u);
	for (;;) {
		struct waiting *w = next(u, left);
		bool stop = stopping(u);

		if (w == NULL && stop)
			return NULL;
		if (w == NULL) {
			left = false;
			queue_left(u);
			continue;
		}
		if (stop)
			let_go(u, w);
		else
			do_one(u, w, &left);
		free(w);
	}
}

enum err
finisher_start(struct ctx *ctx, struct uploads *u)
{
	TRY(thread_start(ctx, &u->finisher, run, u));
	u->running = true;
	return ERR_OK;
}

void
finisher_stop(struct uploads *u)
{
	if (!u->running)
		return;
	pthread_mutex_lock(&u->lock);
	u->stopping = true;
	pthread_cond_signal(&u->more);
	pthread_mutex_unlock(&u->lock);
	pthread_join(u->finisher, NULL);
	u->running = false;
}
