/* SPDX-License-Identifier: MIT */
/* Which renditions a film gets, and where they are cut. */

#include <math.h>
#include <string.h>

#include "media/worker/film_ladder.h"

/* The shorter sides of renditions; a portrait's is its width. */
static const uint32_t steps[] = { 1080, 720, 480, 240 };

/* A size of its own must stand so far above the next step, in per cent. */
enum { APART = 115, FASTEST = MEDIA_FILM_RATE_MAX };

/* The AV1 encoder takes nothing smaller, either way. */
enum { AV1_SIDE_MIN = 64 };

int64_t
cuts_at(const struct cuts *c, size_t k)
{
	int64_t at = c->first + (int64_t)k * c->every;

	if (c->list != NULL)
		return k < c->n ? c->list[k] : INT64_MAX;
	return c->end == 0 || at < c->end - CUT_REST ? at : INT64_MAX;
}

static uint32_t
even(double v)
{
	uint32_t n = (uint32_t)fmax(2, floor(v));

	return n & ~UINT32_C(1);
}

static void
add_size(struct plan *p, double shorter)
{
	double w = p->film.width, h = p->film.height;
	double scale = shorter / fmin(w, h);

	/* One more, so that 426.67 is 426 and 427.9 is 428. */
	p->size[p->sizes++] = (struct graph_size){
		.width = even(w * scale + (w > h ? 1 : 0)),
		.height = even(h * scale + (h > w ? 1 : 0)),
	};
}

/* The source's own size, if no step is near, then all steps below. */
static void
plan_sizes(struct plan *p)
{
	double shorter = fmin(p->film.width, p->film.height);

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		double step = steps[i];

		if (p->sizes == 0 && shorter < step)
			continue;
		if (p->sizes == 0 && shorter > step && i > 0) {
			add_size(p, shorter);
			if (shorter * 100 < step * APART)
				continue;
		}
		add_size(p, step);
	}
	if (p->sizes == 0)
		add_size(p, shorter);
	/* Its own size is never grown, not by a pixel. */
	for (uint32_t i = 0; i < p->sizes; i++) {
		p->size[i].width =
		    (uint32_t)fmin(p->size[i].width, even(p->film.width));
		p->size[i].height =
		    (uint32_t)fmin(p->size[i].height, even(p->film.height));
	}
}

/*
 * An uneven source is made even, at the next rate that televisions know; a
 * faster one than players like shows every second or fourth frame.
 */
static AVRational
plan_rate(const struct wire_film *film)
{
	static const int usual[] = { 24, 25, 30, 50, 60 };
	AVRational r = { (int)film->rate_num, (int)film->rate_den };

	while (av_q2d(r) > FASTEST + 0.5)
		r = av_mul_q(r, (AVRational){ 1, 2 });
	if (film->variable) {
		for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
			if (av_q2d(r) <= usual[i] * 1.01)
				return (AVRational){ usual[i], 1 };
		}
	}
	if (av_q2d(r) < LADDER_SLOWEST)
		return (AVRational){ LADDER_SLOWEST, 1 };
	return r;
}

static bool
is_tiny(const struct graph_size *s)
{
	return s->width < AV1_SIDE_MIN || s->height < AV1_SIDE_MIN;
}

static void
plan_video(struct plan *p, const struct film *f)
{
	plan_sizes(p);
	p->rate = plan_rate(&p->film);
	p->gop = (int)fmax(1, rint(av_q2d(p->rate) * LADDER_GOP));
	/* A short one first: it is played the sooner. */
	p->cuts.first = av_rescale_q(p->gop, av_inv_q(p->rate), AV_TIME_BASE_Q);
	p->cuts.every = av_rescale_q(
	    2 * (int64_t)p->gop, av_inv_q(p->rate), AV_TIME_BASE_Q);
	if (p->av1) {
		while (p->sizes > 0 && is_tiny(&p->size[p->sizes - 1]))
			p->sizes--;
		return;
	}
	p->copy = copy_is_possible(p, f);
}

void
plan_make(const struct channel_job *job, const struct film *f,
    const struct wire_film *facts, struct plan *out)
{
	*out = (struct plan){ .job = job,
		.film = *facts,
		.video = f->video,
		.av1 = job->head.codec == WIRE_AV1,
		.cuts = {
		    .first = (int64_t)LADDER_GOP * FILM_SECOND,
		    .every = (int64_t)LADDER_SEGMENT * FILM_SECOND,
		    .end = (int64_t)facts->ms * 1000,
		} };
	memcpy(out->sound, f->sound, sizeof out->sound);
	if (f->video >= 0)
		plan_video(out, f);
}
