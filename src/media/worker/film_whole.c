/* SPDX-License-Identifier: MIT */
/*
 * One file of what a ladder gave: the video and the sound of one rung each,
 * with the index before them, so that it plays while it comes.
 *
 * It is written twice.  The first time nothing is kept: then it is known how
 * long the index is that room must be left for.
 */

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "media/worker/film.h"

enum {
	IO_BUFFER = 256 << 10,
	/* Seconds of one stream after which the other follows. */
	TURN = FILM_SECOND / 2,
	SPARE = 4096, /* bytes of the index that may come on top */
};

struct whole {
	struct film in[2];
	int n;
	AVPacket *packet[2]; /* the next of each */
	bool ended[2];
	AVFormatContext *out;
	int64_t at, end; /* bytes: where it writes, how far it came */
	bool kept;
};

static int
io_write(void *arg, uint8_t *p, int n)
{
	struct whole *w = arg;
	struct wire_piece piece = { .high = (uint32_t)(w->at >> 32),
		.low = (uint32_t)w->at };

	if (w->kept)
		channel_say(WIRE_PIECE, &piece, sizeof piece, p, (size_t)n);
	w->at += n;
	if (w->at > w->end)
		w->end = w->at;
	return n;
}

static int64_t
io_seek(void *arg, int64_t to, int whence)
{
	struct whole *w = arg;

	switch (whence & ~AVSEEK_FORCE) {
	case SEEK_SET:
		w->at = to;
		return to;
	case AVSEEK_SIZE:
		return w->end;
	default:
		return AVERROR(EINVAL);
	}
}

static enum wire_reason
open_inputs(struct whole *w, int64_t first)
{
	enum wire_reason reason = film_open_part(&w->in[0], 0, first);
	struct stat st = { 0 };

	w->n = 1;
	if (fstat(WIRE_INPUT_FD, &st) != 0)
		return film_fail(WIRE_FILM_DAMAGED);
	if (reason == 0 && st.st_size > first) {
		reason = film_open_part(&w->in[1], first, st.st_size - first);
		w->n = 2;
	}
	for (int i = 0; i < w->n; i++) {
		w->ended[i] = false;
		if (reason == 0 && w->in[i].format->nb_streams != 1)
			reason = WIRE_FILM_DAMAGED;
	}
	return reason;
}

static enum wire_reason
open_output(struct whole *w, int64_t room)
{
	unsigned char *buffer = av_malloc(IO_BUFFER);
	AVDictionary *options = NULL;
	int rc = avformat_alloc_output_context2(&w->out, NULL, "mp4", NULL);

	if (buffer == NULL || rc < 0)
		return film_fail(WIRE_FILM_NOT_MADE);
	w->at = w->end = 0;
	w->out->pb = avio_alloc_context(
	    buffer, IO_BUFFER, 1, w, NULL, io_write, io_seek);
	w->out->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO;
	for (int i = 0; i < w->n; i++) {
		const AVStream *from = w->in[i].format->streams[0];
		AVStream *to = avformat_new_stream(w->out, NULL);

		if (to == NULL ||
		    avcodec_parameters_copy(to->codecpar, from->codecpar) < 0)
			return film_fail(WIRE_FILM_NOT_MADE);
		to->codecpar->codec_tag = 0;
		to->time_base = from->time_base;
		to->avg_frame_rate = from->avg_frame_rate;
	}
	(void)av_dict_set_int(&options, "moov_size", room, 0);
	(void)av_dict_set(&options, "empty_hdlr_name", "1", 0);
	(void)av_dict_set(&options, "write_tmcd", "0", 0);
	rc = avformat_write_header(w->out, &options);
	av_dict_free(&options);
	return rc >= 0 ? 0 : film_fail(WIRE_FILM_NOT_MADE);
}

static void
close_all(struct whole *w)
{
	if (w->out != NULL && w->out->pb != NULL) {
		av_freep(&w->out->pb->buffer);
		avio_context_free(&w->out->pb);
	}
	avformat_free_context(w->out);
	w->out = NULL;
	for (int i = 0; i < w->n; i++) {
		av_packet_unref(w->packet[i]);
		film_close(&w->in[i]);
	}
}

static void
next(struct whole *w, int i)
{
	if (av_read_frame(w->in[i].format, w->packet[i]) < 0)
		w->ended[i] = true;
}

static int64_t
time_of(const struct whole *w, int i)
{
	return av_rescale_q(w->packet[i]->dts,
	    w->in[i].format->streams[0]->time_base, AV_TIME_BASE_Q);
}

/* Whose turn it is, i having had the last: some of one, some of the other. */
static int
turn(const struct whole *w, int i)
{
	int other = 1 - i;

	if (w->n == 1 || w->ended[other])
		return i;
	if (w->ended[i])
		return other;
	return time_of(w, i) - time_of(w, other) > TURN ? other : i;
}

static enum wire_reason
write_packet(struct whole *w, int i)
{
	AVPacket *p = w->packet[i];

	if (p->dts == AV_NOPTS_VALUE || p->pts == AV_NOPTS_VALUE)
		return film_fail(WIRE_FILM_DAMAGED);
	p->stream_index = i;
	av_packet_free_side_data(p);
	av_packet_rescale_ts(p, w->in[i].format->streams[0]->time_base,
	    w->out->streams[i]->time_base);
	if (av_write_frame(w->out, p) < 0)
		return film_fail(WIRE_FILM_NOT_MADE);
	av_packet_unref(p);
	next(w, i);
	return 0;
}

/* *index: how long it is, when no room was left for it. */
static enum wire_reason
write_all(struct whole *w, int64_t first, int64_t room, int64_t *index)
{
	enum wire_reason reason = open_inputs(w, first);
	int64_t before = 0;
	int i = 0;

	if (reason == 0)
		reason = open_output(w, room);
	for (int k = 0; reason == 0 && k < w->n; k++)
		next(w, k);
	while (reason == 0) {
		i = turn(w, i);
		if (w->ended[i])
			break;
		reason = write_packet(w, i);
	}
	if (reason == 0) {
		avio_flush(w->out->pb);
		before = w->end;
		if (av_write_trailer(w->out) < 0)
			reason = film_fail(WIRE_FILM_NOT_MADE);
	}
	if (reason == 0) {
		avio_flush(w->out->pb);
		*index = w->end - before;
	}
	close_all(w);
	return reason;
}

void
film_serve_whole(const struct channel_job *job)
{
	static struct whole w;
	int64_t first =
	    (int64_t)job->head.first_high << 32 | job->head.first_low;
	int64_t index = 0;
	enum wire_reason reason;

	w.packet[0] = av_packet_alloc();
	w.packet[1] = av_packet_alloc();
	if (w.packet[0] == NULL || w.packet[1] == NULL)
		abort();
	reason = write_all(&w, first, 0, &index);
	w.kept = true;
	/* Positions of parts are longer in a file of more than 4 GB. */
	if (reason == 0)
		reason =
		    write_all(&w, first, index + index / 4 + SPARE, &index);
	film_end(reason);
}
