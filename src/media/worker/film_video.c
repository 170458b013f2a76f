/* SPDX-License-Identifier: MIT */
/* The video: decoded once, for every size. */

#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/opt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "media/worker/film_ladder.h"

enum {
	/* Frames of larger sizes that wait for the smallest's first segment. */
	HELD_MAX = 72,
	GAP_MAX = 600 * FILM_SECOND, /* a frame that stands longer */
	CRF = 23,		     /* x264's own idea of good */
	/*
	 * About as like its source as H.264 at CRF 23, in 0.4 to 0.65 of its
	 * bits.  Two presets faster is half the work, and less like it.
	 */
	AV1_CRF = 35,
	AV1_PRESET = 10,
};

/* One size. */
struct output {
	struct graph_size size;
	AVCodecContext *encoder; /* NULL: only copied, not encoded */
	struct writer writer;
	AVFrame *held[HELD_MAX];
	uint32_t first, n; /* of those */
	size_t cut;	   /* the next key frame to force */
};

struct video {
	struct chain chain;
	const struct plan *plan;
	struct film_reader reader;
	struct graph graph;
	AVFrame *frame, *out;
	AVPacket *packet;
	struct output outputs[WIRE_RUNGS_MAX];
	AVRational source_rate;
	bool released; /* nothing waits any more */
};

/* Bits a second that 30 frames a second may take, by the shorter side. */
static int64_t
ceiling(const struct plan *p, const struct graph_size *s)
{
	static const struct {
		double side;
		int64_t bits;
	} rates[] = { { 1000, 5000000 }, { 640, 2800000 }, { 400, 1400000 },
		{ 300, 800000 }, { 0, 400000 } };
	size_t i = 0;

	while (fmin(s->width, s->height) < rates[i].side)
		i++;
	if (p->av1) /* six tenths for the same picture, at the most */
		return av_q2d(p->rate) > 31 ? rates[i].bits * 9 / 10
					    : rates[i].bits * 6 / 10;
	return av_q2d(p->rate) > 31 ? rates[i].bits * 3 / 2 : rates[i].bits;
}

static void
set_x264(AVCodecContext *c)
{
	(void)av_opt_set(c->priv_data, "preset", "veryfast", 0);
	(void)av_opt_set(c->priv_data, "profile", "high", 0);
	(void)av_opt_set_double(c->priv_data, "crf", CRF, 0);
	(void)av_opt_set_int(c->priv_data, "forced-idr", 1, 0);
	(void)av_opt_set_int(c->priv_data, "a53cc", 0, 0);
	(void)av_opt_set(
	    c->priv_data, "x264-params", "scenecut=0:open-gop=0", 0);
}

/*
 * It cannot be told where key frames are to be, but how far apart.  It keeps to
 * one core: with each more it holds more frames, and nobody waits for it.
 */
static void
set_av1(AVCodecContext *c)
{
	(void)av_opt_set_int(c->priv_data, "preset", AV1_PRESET, 0);
	(void)av_opt_set_int(c->priv_data, "crf", AV1_CRF, 0);
	(void)av_opt_set(c->priv_data, "svtav1-params", "lp=1", 0);
}

static AVCodecContext *
encoder_new(const struct plan *p, const struct graph_size *size)
{
	const AVCodec *codec =
	    avcodec_find_encoder_by_name(p->av1 ? "libsvtav1" : "libx264");
	AVCodecContext *c =
	    codec != NULL ? avcodec_alloc_context3(codec) : NULL;
	bool small = fmin(size->width, size->height) < 400;

	if (c == NULL)
		return NULL;
	c->width = (int)size->width;
	c->height = (int)size->height;
	c->pix_fmt = AV_PIX_FMT_YUV420P;
	c->time_base = av_inv_q(p->rate);
	c->framerate = p->rate;
	c->sample_aspect_ratio = (AVRational){ 1, 1 };
	c->color_range = AVCOL_RANGE_MPEG;
	c->colorspace = AVCOL_SPC_BT709;
	c->color_primaries = AVCOL_PRI_BT709;
	c->color_trc = AVCOL_TRC_BT709;
	c->gop_size = p->gop;
	c->keyint_min = p->gop;
	c->rc_max_rate = ceiling(p, size);
	c->rc_buffer_size = (int)(2 * c->rc_max_rate);
	/* A thread more costs a small size more than it gives. */
	c->thread_count = small ? 1 : (int)p->job->head.threads;
	c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
	if (p->av1)
		set_av1(c);
	else
		set_x264(c);
	if (avcodec_open2(c, codec, NULL) < 0)
		avcodec_free_context(&c);
	return c;
}

static enum wire_reason
output_open(struct video *v, uint32_t i)
{
	const struct plan *p = v->plan;
	struct output *o = &v->outputs[i];
	AVCodecParameters *par = avcodec_parameters_alloc();
	enum wire_reason reason;
	struct wire_rung rung = {
		.rung = i,
		.width = p->size[i].width,
		.height = p->size[i].height,
		.rate_num = (uint32_t)p->rate.num,
		.rate_den = (uint32_t)p->rate.den,
		.ceiling = (uint32_t)ceiling(p, &p->size[i]) * 11 / 10,
	};

	o->encoder = encoder_new(p, &p->size[i]);
	if (par == NULL || o->encoder == NULL ||
	    avcodec_parameters_from_context(par, o->encoder) < 0)
		return film_fail(WIRE_FILM_NOT_MADE);
	reason = writer_open(&o->writer, p, &rung, par, o->encoder->time_base);
	avcodec_parameters_free(&par);
	return reason;
}

/* Of a decoded frame only its picture goes on. */
static void
strip(AVFrame *f)
{
	while (f->nb_side_data > 0)
		av_frame_remove_side_data(f, f->side_data[0]->type);
	av_dict_free(&f->metadata);
	f->pict_type = AV_PICTURE_TYPE_NONE;
	f->key_frame = 0;
}

static enum wire_reason
encode(struct video *v, struct output *o, AVFrame *frame)
{
	int64_t half = av_rescale_q(1, o->encoder->time_base, AV_TIME_BASE_Q);
	int rc;

	if (frame != NULL) {
		int64_t at = av_rescale_q(
		    frame->pts, o->encoder->time_base, AV_TIME_BASE_Q);

		half /= 2;
		if (at + half >= cuts_at(&v->plan->cuts, o->cut))
			frame->pict_type = AV_PICTURE_TYPE_I;
		while (at + half >= cuts_at(&v->plan->cuts, o->cut))
			o->cut++;
	}
	rc = avcodec_send_frame(o->encoder, frame);
	while (rc >= 0) {
		enum wire_reason reason;

		rc = avcodec_receive_packet(o->encoder, v->packet);
		if (rc < 0)
			break;
		v->packet->duration = 1;
		reason = writer_take(&o->writer, v->packet);
		av_packet_unref(v->packet);
		if (reason != 0)
			return reason;
	}
	return rc == AVERROR(EAGAIN) || rc == AVERROR_EOF
		   ? 0
		   : film_fail(WIRE_FILM_NOT_MADE);
}

static enum wire_reason
encode_held(struct video *v, struct output *o, uint32_t leave)
{
	enum wire_reason reason = 0;

	while (reason == 0 && o->n > leave) {
		AVFrame **f = &o->held[o->first];

		reason = encode(v, o, *f);
		av_frame_free(f);
		o->first = (o->first + 1) % HELD_MAX;
		o->n--;
	}
	return reason;
}

/*
 * The smallest size goes first until a segment of it can be played; the
 * larger ones follow with what they have been kept waiting with.
 */
static enum wire_reason
offer(struct video *v, uint32_t i, AVFrame *frame)
{
	struct output *o = &v->outputs[i];
	enum wire_reason reason;

	if (i + 1 == v->plan->sizes || v->released)
		return encode(v, o, frame);
	reason = encode_held(v, o, HELD_MAX - 1);
	o->held[(o->first + o->n++) % HELD_MAX] = av_frame_clone(frame);
	return reason;
}

static enum wire_reason
release(struct video *v)
{
	enum wire_reason reason = 0;

	v->released = true;
	for (uint32_t i = v->plan->sizes; i-- > 0 && reason == 0;) {
		if (v->outputs[i].encoder != NULL)
			reason = encode_held(v, &v->outputs[i], 0);
	}
	return reason;
}

/* Whatever the filters have ready, to the encoders. */
static enum wire_reason
pull(struct video *v)
{
	uint32_t n = v->plan->sizes;
	enum wire_reason reason = 0;

	for (uint32_t i = 0; i < n && reason == 0; i++) {
		while (reason == 0 &&
		       av_buffersink_get_frame(v->graph.out[i], v->out) >= 0) {
			strip(v->out);
			if (v->outputs[i].encoder != NULL)
				reason = offer(v, i, v->out);
			av_frame_unref(v->out);
		}
	}
	if (reason == 0 && !v->released &&
	    (v->outputs[n - 1].encoder == NULL ||
		v->outputs[n - 1].writer.segments > 0))
		reason = release(v);
	return reason;
}

static enum wire_reason
finish(struct video *v)
{
	enum wire_reason reason = 0;

	v->chain.done = true;
	if (v->graph.graph == NULL)
		return film_fail(WIRE_NO_FRAME);
	/* The last frame has its time, too. */
	if (av_buffersrc_close(v->graph.in,
		v->chain.at +
		    av_rescale_q(1, av_inv_q(v->source_rate), AV_TIME_BASE_Q),
		0) < 0)
		reason = film_fail(WIRE_FILM_NOT_MADE);
	if (reason == 0)
		reason = pull(v);
	if (reason == 0)
		reason = release(v);
	for (uint32_t i = v->plan->sizes; i-- > 0 && reason == 0;) {
		if (v->outputs[i].encoder == NULL)
			continue;
		reason = encode(v, &v->outputs[i], NULL);
		if (reason == 0)
			reason = writer_end(&v->outputs[i].writer);
		avcodec_free_context(&v->outputs[i].encoder);
	}
	graph_close(&v->graph);
	return reason;
}

static enum wire_reason
begin(struct video *v)
{
	enum wire_reason reason = graph_open(&v->graph, v->frame,
	    &(struct graph_want){
		.stream = v->reader.film.format->streams[v->reader.stream],
		.rate = v->plan->rate,
		.sizes = v->plan->size,
		.n = v->plan->sizes,
		.threads = (int)v->plan->job->head.threads,
	    });

	for (uint32_t i = v->plan->sizes; i-- > 0 && reason == 0;) {
		if (i > 0 || !v->plan->copy)
			reason = output_open(v, i);
	}
	return reason;
}

/* The frame's place in the film, and whether there can be one. */
static enum wire_reason
take_time(struct video *v)
{
	const AVStream *st = v->reader.film.format->streams[v->reader.stream];
	int64_t before = v->chain.at;

	if (v->frame->pts == AV_NOPTS_VALUE)
		v->frame->pts =
		    before +
		    av_rescale_q(1, av_inv_q(v->plan->rate), AV_TIME_BASE_Q);
	else
		v->frame->pts = film_time(&v->reader.film, st, v->frame->pts);
	if (v->frame->pts > (int64_t)MEDIA_FILM_SECONDS_MAX * FILM_SECOND)
		return WIRE_TOO_LONG;
	if (v->frame->pts - before > GAP_MAX)
		return WIRE_STANDS_STILL;
	v->chain.at = v->frame->pts;
	return 0;
}

static enum wire_reason
step(struct chain *c)
{
	struct video *v = (struct video *)c;
	enum wire_reason reason;

	switch (film_read(&v->reader, v->frame)) {
	case FILM_FRAME:
		break;
	case FILM_BROKEN:
		return film_fail(WIRE_FILM_DAMAGED);
	case FILM_END:
		return finish(v);
	}
	film_own_colours(v->frame);
	reason = take_time(v);
	if (reason == 0 && v->graph.graph == NULL)
		reason = begin(v);
	if (reason == 0 && av_buffersrc_add_frame(v->graph.in, v->frame) < 0)
		reason = film_fail(WIRE_FILM_DAMAGED);
	av_frame_unref(v->frame);
	return reason == 0 ? pull(v) : reason;
}

enum wire_reason
video_chain(const struct plan *p, struct chain **out)
{
	struct video *v = calloc(1, sizeof *v);
	enum wire_reason reason;

	if (v == NULL)
		abort();
	v->chain.step = step;
	v->plan = p;
	v->released = p->av1; /* nobody waits for its first segment */
	v->frame = av_frame_alloc();
	v->out = av_frame_alloc();
	v->packet = av_packet_alloc();
	if (v->frame == NULL || v->out == NULL || v->packet == NULL)
		abort();
	reason =
	    film_reader_open(&v->reader, p->video, (int)p->job->head.threads);
	if (reason != 0)
		return reason;
	v->source_rate =
	    (AVRational){ (int)p->film.rate_num, (int)p->film.rate_den };
	*out = &v->chain;
	return 0;
}
