/* SPDX-License-Identifier: MIT */
/* The source's own video bits as a rendition, when phones can play them. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "media/worker/film_ladder.h"

enum {
	PROFILE_BASELINE = 66,
	PROFILE_MAIN = 77,
	PROFILE_HIGH = 100,
	LEVEL_MAX = 42,
	BITS_MAX = 25000000, /* a second */
	SHORTER_MAX = 1088,
	LONGER_MAX = 1920,
	LEAD = 120 * FILM_SECOND,
	IDR = 5, /* type of a NAL unit that starts anew */
};

struct copy {
	struct chain chain;
	const struct plan *plan;
	struct film film;
	AVPacket *packet;
	struct writer writer;
	AVRational base;
};

static bool
is_playable(const struct plan *p, const struct film *f)
{
	const AVStream *st = f->format->streams[f->video];
	const AVCodecParameters *par = st->codecpar;
	uint32_t w = p->film.width, h = p->film.height;
	int64_t bits = par->bit_rate > 0
			   ? par->bit_rate
			   : (p->film.ms > 0 ? f->size * 8000 / p->film.ms : 0);

	return strcmp(p->film.container, "mov") == 0 &&
	       par->codec_id == AV_CODEC_ID_H264 &&
	       ((par->profile & 0xff) == PROFILE_BASELINE ||
		   par->profile == PROFILE_MAIN ||
		   par->profile == PROFILE_HIGH) &&
	       par->level <= LEVEL_MAX && p->film.depth == 8 &&
	       (par->format == AV_PIX_FMT_YUV420P ||
		   par->format == AV_PIX_FMT_YUVJ420P) &&
	       par->field_order <= AV_FIELD_PROGRESSIVE && !p->film.hdr &&
	       !p->film.variable && p->film.turned == 0 &&
	       w == (uint32_t)par->width && h == (uint32_t)par->height &&
	       w % 2 == 0 && h % 2 == 0 && fmin(w, h) <= SHORTER_MAX &&
	       fmax(w, h) <= LONGER_MAX &&
	       (double)p->film.rate_num / p->film.rate_den <=
		   MEDIA_FILM_RATE_MAX + 0.5 &&
	       bits > 0 && bits <= BITS_MAX && par->extradata_size > 4 &&
	       par->extradata[0] == 1;
}

/* Does a frame start anew, leaning on nothing before it? */
static bool
is_idr(const AVPacket *packet, int length_size)
{
	for (int at = 0; at + length_size < packet->size;) {
		uint32_t n = 0;
		int type = packet->data[at + length_size] & 0x1f;

		for (int i = 0; i < length_size; i++)
			n = n << 8 | packet->data[at + i];
		if (type >= 1 && type <= IDR)
			return type == IDR;
		if (n > (uint32_t)(packet->size - at - length_size))
			return false;
		at += length_size + (int)n;
	}
	return false;
}

struct keys {
	struct cuts cuts; /* what will be */
	size_t room;
	int64_t last; /* cut */
	int64_t seen; /* key frame */
	bool first;
};

static void
add_cut(struct keys *k, int64_t at)
{
	if (k->cuts.n == k->room) {
		k->room = k->room * 2 + 64;
		k->cuts.list =
		    realloc(k->cuts.list, k->room * sizeof *k->cuts.list);
		if (k->cuts.list == NULL)
			abort();
	}
	k->cuts.list[k->cuts.n++] = at;
	k->last = at;
}

/* false when segments would become longer than a player is told. */
static bool
take_key(struct keys *k, int64_t at)
{
	int64_t want = (int64_t)FILM_SECOND *
		       (k->cuts.n == 0 ? LADDER_GOP : LADDER_SEGMENT);

	if (k->first) {
		k->first = false;
		k->last = k->seen = at;
		return at < FILM_SECOND; /* it begins with one */
	}
	if (at <= k->seen)
		return false;
	/* Half a frame of 24: what a GOP of just 2 s may fall short. */
	if (at - k->last >= want - FILM_SECOND / 50)
		add_cut(k, at);
	k->seen = at;
	return at - k->last <= (int64_t)LADDER_LONGEST * FILM_SECOND;
}

/*
 * Through all packets.  Asked for key frames only, the library gives them the
 * times of others.
 */
static bool
scan(struct film *f, struct keys *k)
{
	const AVStream *st = f->format->streams[f->video];
	int length_size = (st->codecpar->extradata[4] & 3) + 1;
	AVPacket *packet = av_packet_alloc();
	bool ok = packet != NULL;

	film_only(f, f->video);
	while (ok && av_read_frame(f->format, packet) >= 0) {
		/* Others may come that were read to learn of the streams. */
		if (packet->stream_index == f->video &&
		    (packet->flags & AV_PKT_FLAG_KEY) != 0)
			ok = packet->pts != AV_NOPTS_VALUE &&
			     (packet->flags & AV_PKT_FLAG_DISCARD) == 0 &&
			     is_idr(packet, length_size) &&
			     av_packet_get_side_data(packet,
				 AV_PKT_DATA_NEW_EXTRADATA, NULL) == NULL &&
			     take_key(k, film_time(f, st, packet->pts));
		av_packet_unref(packet);
	}
	av_packet_free(&packet);
	return ok && !k->first;
}

static void
drop_rest(struct cuts *c, int64_t end)
{
	int64_t before = c->n > 1 ? c->list[c->n - 2] : 0;

	if (c->n > 0 && end - c->list[c->n - 1] < CUT_REST &&
	    end - before <= (int64_t)LADDER_LONGEST * FILM_SECOND)
		c->n--;
}

bool
copy_is_possible(struct plan *p, const struct film *f)
{
	struct film again = { 0 };
	struct keys keys = { .first = true };
	bool ok;

	if (!is_playable(p, f) || film_open(&again) != 0)
		return false;
	ok = scan(&again, &keys) &&
	     /* What follows the last cut must not be too long either. */
	     (int64_t)p->film.ms * 1000 - keys.last <=
		 (int64_t)LADDER_LONGEST * FILM_SECOND + FILM_SECOND / 2;
	film_close(&again);
	if (!ok) {
		free(keys.cuts.list);
		return false;
	}
	drop_rest(&keys.cuts, (int64_t)p->film.ms * 1000);
	/* An empty list, too, is one: the film is shorter than a segment. */
	if (keys.cuts.list == NULL)
		add_cut(&keys, INT64_MAX);
	p->cuts = keys.cuts;
	return true;
}

static enum wire_reason
step(struct chain *c)
{
	struct copy *y = (struct copy *)c;
	const AVStream *st = y->film.format->streams[y->film.video];
	AVPacket *k = y->packet;
	int64_t start = av_rescale_q(y->film.start, AV_TIME_BASE_Q, y->base);
	enum wire_reason reason;

	if (av_read_frame(y->film.format, k) < 0) {
		c->done = true;
		reason = writer_end(&y->writer);
		film_close(&y->film);
		return reason;
	}
	if (k->stream_index != y->film.video) {
		av_packet_unref(k);
		return 0;
	}
	if (k->pts == AV_NOPTS_VALUE || k->dts == AV_NOPTS_VALUE)
		return film_fail(WIRE_FILM_DAMAGED);
	c->at = film_time(&y->film, st, k->pts);
	k->pts -= start;
	k->dts -= start;
	/* Nothing rides along. */
	av_packet_free_side_data(k);
	reason = writer_take(&y->writer, k);
	av_packet_unref(k);
	return reason;
}

enum wire_reason
copy_chain(const struct plan *p, struct chain **out)
{
	struct copy *y = calloc(1, sizeof *y);
	struct wire_rung rung = {
		.width = p->film.width,
		.height = p->film.height,
		.rate_num = p->film.rate_num,
		.rate_den = p->film.rate_den,
		.copied = 1,
	};
	const AVStream *st;
	enum wire_reason reason;

	if (y == NULL)
		abort();
	y->chain.step = step;
	y->chain.lead = LEAD;
	y->plan = p;
	y->packet = av_packet_alloc();
	reason = film_open(&y->film);
	if (reason != 0)
		return reason;
	film_only(&y->film, y->film.video);
	st = y->film.format->streams[y->film.video];
	y->base = st->time_base;
	rung.ceiling = (uint32_t)(st->codecpar->bit_rate > 0
				      ? st->codecpar->bit_rate * 3 / 2
				      : BITS_MAX);
	*out = &y->chain;
	return writer_open(&y->writer, p, &rung, st->codecpar, st->time_base);
}
