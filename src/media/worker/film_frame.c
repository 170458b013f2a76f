/* SPDX-License-Identifier: MIT */
/* Looking at a film, and stills of one of its frames. */

#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "media/worker/film.h"
#include "media/worker/film_graph.h"
#include "media/worker/picture.h"
#include "media/worker/sniff.h"

enum {
	SEEK_FROM = 10 * FILM_SECOND, /* nearer ones are counted out */
	HD = 720,		      /* lines from which BT.709 is meant */
};

void
film_own_colours(AVFrame *frame)
{
	bool hdr = frame->color_trc == AVCOL_TRC_SMPTE2084 ||
		   frame->color_trc == AVCOL_TRC_ARIB_STD_B67;

	if (hdr && frame->colorspace == AVCOL_SPC_UNSPECIFIED)
		frame->colorspace = AVCOL_SPC_BT2020_NCL;
	if (hdr && frame->color_primaries == AVCOL_PRI_UNSPECIFIED)
		frame->color_primaries = AVCOL_PRI_BT2020;
	if (hdr && frame->color_range == AVCOL_RANGE_UNSPECIFIED)
		frame->color_range = AVCOL_RANGE_MPEG;
	if (frame->colorspace == AVCOL_SPC_UNSPECIFIED)
		frame->colorspace =
		    frame->height >= HD ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
}

/* Rows that touch, as libvips takes them. */
static void *
pack(const AVFrame *rgb)
{
	size_t row = (size_t)rgb->width * 3;
	unsigned char *p = malloc(row * (size_t)rgb->height);

	if (p == NULL)
		abort();
	for (int y = 0; y < rgb->height; y++)
		memcpy(p + (size_t)y * row,
		    rgb->data[0] + (ptrdiff_t)y * rgb->linesize[0], row);
	return p;
}

enum wire_reason
film_stills(const struct film *f, int stream, const AVFrame *frame,
    const struct channel_job *job)
{
	FRAME in = av_frame_clone(frame);
	FRAME rgb = av_frame_alloc();
	struct wire_film film = { 0 };
	struct graph graph = { 0 };
	struct picture_raw raw;
	enum wire_reason reason;
	bool ok;

	film_facts(f, &film);
	if (in == NULL || rgb == NULL)
		abort();
	film_own_colours(in);
	reason = graph_open(&graph, in,
	    &(struct graph_want){
		.stream = f->format->streams[stream],
		.sizes = &(struct graph_size){ film.width, film.height },
		.n = 1,
		.rgb = true,
		.threads = (int)job->head.threads,
	    });
	if (reason != 0)
		return reason;
	ok = av_buffersrc_add_frame(graph.in, in) >= 0 &&
	     av_buffersrc_add_frame(graph.in, NULL) >= 0 &&
	     av_buffersink_get_frame(graph.out[0], rgb) >= 0;
	graph_close(&graph);
	if (!ok)
		return film_fail(WIRE_NOT_MADE);
	raw = (struct picture_raw){ .p = pack(rgb),
		.width = (uint32_t)rgb->width,
		.height = (uint32_t)rgb->height };
	ok = picture_raw_stills(&raw, job);
	free((void *)(uintptr_t)raw.p);
	if (!ok)
		_exit(1); /* the last word is said */
	return 0;
}

/* The frame that is seen at a time, or the last before it. */
static enum wire_reason
find_frame(struct film_reader *r, int64_t at, AVFrame *out)
{
	const AVStream *st = r->film.format->streams[r->stream];
	FRAME next = av_frame_alloc();
	bool even;
	int64_t slack =
	    av_rescale_q(
		1, av_inv_q(film_rate(&r->film, st, &even)), AV_TIME_BASE_Q) /
	    2;

	if (next == NULL)
		abort();
	if (at > SEEK_FROM)
		(void)av_seek_frame(r->film.format, r->stream,
		    av_rescale_q(
			at + r->film.start, AV_TIME_BASE_Q, st->time_base),
		    AVSEEK_FLAG_BACKWARD);
	while (film_read(r, next) == FILM_FRAME) {
		int64_t now = film_time(&r->film, st, next->pts);

		if (now > at + slack && out->buf[0] != NULL)
			break;
		av_frame_unref(out);
		av_frame_move_ref(out, next);
		if (now >= at - slack)
			break;
	}
	return out->buf[0] != NULL ? 0 : film_fail(WIRE_NO_FRAME);
}

enum wire_reason
film_frame_stills(int stream, const struct channel_job *job)
{
	struct film_reader r;
	FRAME frame = av_frame_alloc();
	/* One more than for a ladder: somebody waits for this. */
	enum wire_reason reason =
	    film_reader_open(&r, stream, (int)job->head.threads + 1);

	if (frame == NULL)
		abort();
	if (reason == 0)
		reason = find_frame(
		    &r, film_frame_time(&r.film, job->head.frame), frame);
	if (reason == 0)
		reason = film_stills(&r.film, r.stream, frame, job);
	film_reader_close(&r);
	return reason;
}

static enum wire_reason
make_frame(const struct channel_job *job)
{
	struct film film;
	struct wire_film facts;
	enum wire_reason reason = film_open(&film);

	if (reason == 0)
		reason = film_introduce(&film, &facts);
	if (reason == 0 && film.video < 0)
		reason = WIRE_NO_FRAME;
	return reason == 0 ? film_frame_stills(film.video, job) : reason;
}

void
film_serve_frame(const struct channel_job *job)
{
	film_end(make_frame(job));
}

/* A picture's facts come from libvips, which wants it in memory. */
static bool
probe_picture(const struct channel_job *job)
{
	enum { HEAD = 4096 };
	struct picture_file f = { 0 };
	char head[HEAD];
	ssize_t n = pread(WIRE_INPUT_FD, head, sizeof head, 0);
	off_t size = lseek(WIRE_INPUT_FD, 0, SEEK_END);

	if (n <= 0 || size > MEDIA_INPUT_MAX || sniff(head, (size_t)n) == 0)
		return false;
	f.n = (size_t)size;
	f.p = mmap(NULL, f.n, PROT_READ, MAP_PRIVATE, WIRE_INPUT_FD, 0);
	if (f.p == MAP_FAILED)
		return false;
	picture_serve(&f, job);
	return true;
}

void
film_serve_probe(const struct channel_job *job)
{
	struct film film;
	struct wire_film facts;
	enum wire_reason reason;

	if (probe_picture(job))
		return;
	reason = film_open(&film);
	if (reason == 0)
		reason = film_introduce(&film, &facts);
	film_end(reason);
}
