/* SPDX-License-Identifier: MIT */
/* One track of sound: decoded, made even and equally loud, AAC. */

#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <stdlib.h>
#include <string.h>

#include "media/worker/film_ladder.h"

enum {
	RATE = 48000,
	SAMPLES = 1024, /* of a frame of AAC */
	BITS_STEREO = 128000,
	BITS_MONO = 80000,
	LEAD = 12 * FILM_SECOND,       /* loudness looks ahead 3 s */
	LEAD_COPY = 125 * FILM_SECOND, /* where copied video is far ahead */
};

struct sound {
	struct chain chain;
	const struct plan *plan;
	uint32_t track;
	struct film_reader reader;
	struct graph graph;
	AVCodecContext *encoder;
	struct writer writer;
	AVFrame *frame, *out;
	AVPacket *packet;
	int64_t next; /* samples encoded */
	/* What the graph was made for. */
	int rate, format, channels;
};

static enum wire_reason
encoder_open(struct sound *s, int channels)
{
	const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
	AVCodecContext *c = avcodec_alloc_context3(codec);
	AVCodecParameters *par = avcodec_parameters_alloc();
	struct wire_rung rung = {
		.rung = s->plan->sizes + s->track,
		.channels = (uint32_t)channels,
		.track = s->track,
	};
	enum wire_reason reason;

	if (c == NULL || par == NULL)
		abort();
	c->sample_rate = RATE;
	c->sample_fmt = AV_SAMPLE_FMT_FLTP;
	c->time_base = (AVRational){ 1, RATE };
	c->bit_rate = channels == 1 ? BITS_MONO : BITS_STEREO;
	/* Bit exact: it writes no name of its own into the stream. */
	c->flags |= AV_CODEC_FLAG_BITEXACT | AV_CODEC_FLAG_GLOBAL_HEADER;
	av_channel_layout_default(&c->ch_layout, channels);
	rung.ceiling = (uint32_t)c->bit_rate * 5 / 4;
	if (avcodec_open2(c, codec, NULL) < 0 ||
	    avcodec_parameters_from_context(par, c) < 0)
		return film_fail(WIRE_FILM_NOT_MADE);
	s->encoder = c;
	reason = writer_open(&s->writer, s->plan, &rung, par, c->time_base);
	avcodec_parameters_free(&par);
	return reason;
}

static enum wire_reason
encode(struct sound *s, const AVFrame *frame)
{
	int rc = avcodec_send_frame(s->encoder, frame);

	while (rc >= 0) {
		enum wire_reason reason = 0;

		rc = avcodec_receive_packet(s->encoder, s->packet);
		if (rc < 0)
			break;
		/*
		 * The first one only warms decoders up, before the film's
		 * beginning, where players cannot go.
		 */
		if (s->packet->pts >= 0) {
			s->packet->duration = SAMPLES;
			reason = writer_take(&s->writer, s->packet);
		}
		av_packet_unref(s->packet);
		if (reason != 0)
			return reason;
	}
	return rc == AVERROR(EAGAIN) || rc == AVERROR_EOF
		   ? 0
		   : film_fail(WIRE_FILM_NOT_MADE);
}

/* What the filters have ready. */
static enum wire_reason
pull(struct sound *s)
{
	while (av_buffersink_get_frame(s->graph.out[0], s->out) >= 0) {
		enum wire_reason reason = 0;

		s->out->pts = s->next;
		s->next += s->out->nb_samples;
		if (s->encoder == NULL)
			reason = encoder_open(s, s->out->ch_layout.nb_channels);
		if (reason == 0)
			reason = encode(s, s->out);
		av_frame_unref(s->out);
		if (reason != 0)
			return reason;
	}
	return 0;
}

static enum wire_reason
graph_flush(struct sound *s)
{
	enum wire_reason reason = 0;

	if (s->graph.graph == NULL)
		return 0;
	if (av_buffersrc_add_frame(s->graph.in, NULL) >= 0)
		reason = pull(s);
	graph_close(&s->graph);
	return reason;
}

/* Sound that changes its form midway gets filters anew. */
static enum wire_reason
graph_fit(struct sound *s)
{
	const AVFrame *f = s->frame;
	enum wire_reason reason;

	if (s->graph.graph != NULL && f->sample_rate == s->rate &&
	    f->format == s->format && f->ch_layout.nb_channels == s->channels)
		return 0;
	reason = graph_flush(s);
	if (reason != 0)
		return reason;
	s->rate = f->sample_rate;
	s->format = f->format;
	s->channels = f->ch_layout.nb_channels;
	return graph_open_sound(&s->graph, f,
	    &(struct graph_sound){
		.samples = SAMPLES,
		.from = s->next,
		.channels = s->encoder != NULL
				? s->encoder->ch_layout.nb_channels
				: (s->channels == 1 ? 1 : 2),
	    });
}

static enum wire_reason
finish(struct sound *s)
{
	enum wire_reason reason = graph_flush(s);

	s->chain.done = true;
	/* A film goes on without a track in which there is nothing. */
	if (reason == 0 && s->encoder == NULL)
		return s->plan->video >= 0 ? 0 : film_fail(WIRE_FILM_DAMAGED);
	if (reason == 0)
		reason = encode(s, NULL);
	if (reason == 0)
		reason = writer_end(&s->writer);
	return reason;
}

static enum wire_reason
step(struct chain *c)
{
	struct sound *s = (struct sound *)c;
	const AVStream *st;
	enum wire_reason reason;

	switch (film_read(&s->reader, s->frame)) {
	case FILM_FRAME:
		break;
	case FILM_BROKEN:
	case FILM_END:
		return finish(s);
	}
	st = s->reader.film.format->streams[s->reader.stream];
	if (s->frame->pts != AV_NOPTS_VALUE) {
		c->at = film_time(&s->reader.film, st, s->frame->pts);
		s->frame->pts =
		    av_rescale(c->at, s->frame->sample_rate, FILM_SECOND);
	}
	if (c->at > (int64_t)MEDIA_FILM_SECONDS_MAX * FILM_SECOND)
		return film_fail(WIRE_FILM_DAMAGED);
	reason = graph_fit(s);
	if (reason == 0 && av_buffersrc_add_frame(s->graph.in, s->frame) < 0)
		reason = film_fail(WIRE_FILM_DAMAGED);
	av_frame_unref(s->frame);
	return reason == 0 ? pull(s) : reason;
}

enum wire_reason
sound_chain(const struct plan *p, uint32_t track, struct chain **out)
{
	struct sound *s = calloc(1, sizeof *s);

	if (s == NULL)
		abort();
	s->chain.step = step;
	s->chain.lead = p->copy ? LEAD_COPY : LEAD;
	s->plan = p;
	s->track = track;
	s->frame = av_frame_alloc();
	s->out = av_frame_alloc();
	s->packet = av_packet_alloc();
	if (s->frame == NULL || s->out == NULL || s->packet == NULL)
		abort();
	*out = &s->chain;
	return film_reader_open(&s->reader, p->sound[track], 1);
}
