/* SPDX-License-Identifier: MIT */
/* The bytes of one request, and who is at an upload. */

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "jobs/writer.h"
#include "store/partial.h"
#include "upload/own.h"

static struct session *
session_new(struct uploads *u, struct str name)
{
	struct session *s = calloc(1, sizeof *s);

	if (s == NULL)
		abort();
	assert(name.n == UPLOAD_NAME);
	memcpy(s->name, name.p, name.n);
	s->uploads = u;
	s->fd = -1;
	s->arena = arena_new(0);
	atomic_init(&s->refs, 1);
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

void
session_unref(struct session *s)
{
	if (s == NULL || atomic_fetch_sub(&s->refs, 1) != 1)
		return;
	if (s->fd >= 0)
		close(s->fd);
	pthread_mutex_destroy(&s->lock);
	arena_free(s->arena);
	free(s);
}

/* With a reference; NULL when nobody is at it.  u->lock is held. */
static struct session *
find(struct uploads *u, struct str name)
{
	struct session *s = u->sessions;

	while (s != NULL && !str_eq(str_c(s->name), name))
		s = s->next;
	if (s != NULL)
		atomic_fetch_add(&s->refs, 1);
	return s;
}

/* Who is at it, locked; else own is, which is locked already. */
static struct session *
find_or_place(struct uploads *u, struct session *own)
{
	struct session *s = NULL;

	pthread_mutex_lock(&u->lock);
	s = find(u, str_c(own->name));
	if (s == NULL) {
		own->next = u->sessions;
		u->sessions = own;
		atomic_fetch_add(&own->refs, 1); /* the list's */
	}
	pthread_mutex_unlock(&u->lock);
	if (s != NULL)
		pthread_mutex_lock(&s->lock);
	return s;
}

void
session_end(struct session *s)
{
	struct uploads *u = s->uploads;
	struct session **at = NULL;

	if (s->over)
		return;
	s->over = true;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	pthread_mutex_lock(&u->lock);
	for (at = &u->sessions; *at != s; at = &(*at)->next)
		;
	*at = s->next;
	pthread_mutex_unlock(&u->lock);
	atomic_fetch_sub(&s->refs, 1); /* the list's; the caller has one */
}

enum err
session_keep(struct ctx *ctx, struct session *s)
{
	struct uploads *u = s->uploads;
	enum err err = ERR_OK;

	/* A chunk with a checksum counts whole or not at all. */
	if (s->put == s->kept || s->sum.algorithm != TUS_NONE)
		return ERR_OK;
	TRY(partial_sync(ctx, s->fd));
	err = upload_keep(
	    ctx, writer_take(u->conf.writer), s->id, s->put, &s->expires_at);
	writer_give(u->conf.writer);
	if (err != ERR_OK)
		return err;
	atomic_fetch_add(&u->bytes, (uint_fast64_t)(s->put - s->kept));
	s->kept = s->put;
	s->kept_at = clock_monotonic_ns();
	return ERR_OK;
}

void
session_stop(struct session *s)
{
	struct ctx ctx;

	if (s->over)
		return;
	ctx_init(&ctx, s->arena, s->uploads->conf.clock);
	if (!s->finishing && s->fd >= 0) {
		enum err err = session_keep(&ctx, s);

		if (err != ERR_OK && err != ERR_GONE)
			log_failure(&ctx, "upload");
	}
	session_end(s);
}

static void
leave(struct session *s)
{
	pthread_mutex_unlock(&s->lock);
	session_unref(s);
}

/* Where one may go on who takes over. */
static int64_t
reached(const struct session *s)
{
	return s->sum.algorithm == TUS_NONE ? s->put : s->kept;
}

static enum err
make_way(struct ctx *ctx, struct session *s, bool any, int64_t offset)
{
	if (s->over)
		return ERR_OK;
	if (s->finishing)
		return FAIL(
		    ctx, ERR_BUSY, "this upload is whole, and being looked at");
	if (!any && reached(s) != offset)
		return FAIL(ctx, ERR_CONFLICT,
		    "another request is at this upload, at another offset");
	session_stop(s);
	return ERR_OK;
}

static enum err
claim(struct ctx *ctx, struct uploads *u, struct str name, bool any,
    int64_t offset, struct session **out)
{
	struct session *own = session_new(u, name);
	struct session *s = NULL;
	enum err err = ERR_OK;

	pthread_mutex_lock(&own->lock);
	while (err == ERR_OK && (s = find_or_place(u, own)) != NULL) {
		err = make_way(ctx, s, any, offset);
		leave(s);
	}
	if (err != ERR_OK) {
		leave(own);
		return err;
	}
	*out = own;
	return ERR_OK;
}

enum err
session_claim(struct ctx *ctx, struct uploads *u, struct str name,
    int64_t offset, struct session **out)
{
	return claim(ctx, u, name, false, offset, out);
}

enum err
session_oust(
    struct ctx *ctx, struct uploads *u, struct str name, struct session **out)
{
	return claim(ctx, u, name, true, 0, out);
}

enum err
session_keep_of(struct ctx *ctx, struct uploads *u, struct str name)
{
	struct session *s = NULL;
	enum err err = ERR_OK;

	pthread_mutex_lock(&u->lock);
	s = find(u, name);
	pthread_mutex_unlock(&u->lock);
	if (s == NULL)
		return ERR_OK;
	pthread_mutex_lock(&s->lock);
	if (!s->over && s->fd >= 0)
		err = session_keep(ctx, s);
	leave(s);
	return err;
}
