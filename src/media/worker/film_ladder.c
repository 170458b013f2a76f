/* SPDX-License-Identifier: MIT */
/* All chains of a ladder, moved in turn. */

#include <string.h>

#include "media/worker/film_ladder.h"

enum { CHAINS_MAX = WIRE_TRACKS_MAX + 2, SHORT_OF = 95 /* per cent */ };

struct ladder {
	struct plan plan;
	struct chain *chains[CHAINS_MAX];
	size_t n;
	struct wire_progress said;
};

static enum wire_reason
open_chains(struct ladder *l)
{
	const struct plan *p = &l->plan;
	enum wire_reason reason = 0;

	/* Of two that are equally far the first one moves. */
	for (uint32_t i = 0; i < p->film.tracks && !p->av1; i++) {
		reason = sound_chain(p, i, &l->chains[l->n]);
		if (reason == 0)
			l->n++;
		else if (p->video < 0)
			return reason;
	}
	reason = 0;
	if (p->copy)
		reason = copy_chain(p, &l->chains[l->n++]);
	if (reason == 0 && p->video >= 0)
		reason = video_chain(p, &l->chains[l->n++]);
	return reason;
}

static struct chain *
furthest_behind(const struct ladder *l)
{
	struct chain *found = NULL;

	for (size_t i = 0; i < l->n; i++) {
		struct chain *c = l->chains[i];

		if (!c->done && (found == NULL ||
				    c->at - c->lead < found->at - found->lead))
			found = c;
	}
	return found;
}

/* Told by the last chain, which is the video if there is one. */
static void
say_progress(struct ladder *l)
{
	int64_t at = l->chains[l->n - 1]->at;
	int64_t whole = (int64_t)l->plan.film.ms * 1000;
	struct wire_progress now = { .seconds = (uint32_t)(at / FILM_SECOND) };

	if (at < 0)
		return;
	if (whole > 0)
		now.percent = (uint32_t)(at >= whole ? 99 : at * 100 / whole);
	if (now.seconds == l->said.seconds)
		return;
	l->said = now;
	channel_say(WIRE_PROGRESS, &now, sizeof now, "", 0);
}

/* A film must not end long before it says: half of one is none. */
static enum wire_reason
check_end(const struct ladder *l)
{
	int64_t whole = (int64_t)l->plan.film.ms * 1000, most = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (l->chains[i]->at > most)
			most = l->chains[i]->at;
	}
	/* By the video alone it cannot be told: its sound may be longer. */
	if (!l->plan.av1 && whole - most > 2 * FILM_SECOND &&
	    most * 100 < whole * SHORT_OF)
		return film_fail(WIRE_CUT_SHORT);
	return 0;
}

/* First of all something to look at, then what readers wait for most. */
static enum wire_reason
begin(struct ladder *l, const struct channel_job *job)
{
	struct film f = { 0 };
	struct wire_film facts;
	enum wire_reason reason = film_open(&f);

	if (reason == 0)
		reason = film_introduce(&f, &facts);
	if (reason == 0 && f.video >= 0 && job->head.n > 0)
		reason = film_frame_stills(f.video, job);
	if (reason == 0)
		plan_make(job, &f, &facts, &l->plan);
	film_close(&f);
	if (reason == 0 && l->plan.av1 && l->plan.sizes == 0)
		return film_fail(WIRE_FILM_NOT_MADE);
	return reason == 0 ? open_chains(l) : reason;
}

static enum wire_reason
make(struct ladder *l, const struct channel_job *job)
{
	enum wire_reason reason = begin(l, job);
	struct chain *c;

	while (reason == 0 && (c = furthest_behind(l)) != NULL) {
		reason = c->step(c);
		say_progress(l);
	}
	return reason == 0 ? check_end(l) : reason;
}

void
film_serve_ladder(const struct channel_job *job)
{
	static struct ladder l;

	film_end(make(&l, job));
}
