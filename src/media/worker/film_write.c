/* SPDX-License-Identifier: MIT */
/* Packets into CMAF: an initial file, then segments, nothing besides. */

#include <libavutil/opt.h>
#include <stdlib.h>
#include <string.h>

#include "media/worker/film_ladder.h"

enum { SEGMENT_MAX = 48 << 20, IO_BUFFER = 32 << 10 };

static int
io_write(void *arg, uint8_t *p, int n)
{
	struct writer *w = arg;
	size_t more = (size_t)n;

	if (n < 0 || w->n + more > SEGMENT_MAX)
		return AVERROR(ENOSPC);
	if (w->n + more > w->room) {
		w->room = 2 * (w->n + more);
		w->p = realloc(w->p, w->room);
		if (w->p == NULL)
			abort();
	}
	memcpy(w->p + w->n, p, more);
	w->n += more;
	return n;
}

/* Hands over what the muxer has written so far. */
static void
give(struct writer *w, enum wire_kind kind, int64_t us)
{
	struct wire_part part = { .rung = w->rung, .us = (uint32_t)us };

	avio_flush(w->format->pb);
	channel_say(kind, &part, sizeof part, w->p, w->n);
	w->n = 0;
}

/*
 * SEI may hold anything: the encoder's banner, captions, a camera's own
 * notes.  Players need none of it.  In AV1 that is metadata, and padding.
 */
static bool
filter_open(struct writer *w, const AVCodecParameters *par)
{
	bool av1 = par->codec_id == AV_CODEC_ID_AV1;
	const AVBitStreamFilter *f = av_bsf_get_by_name("filter_units");

	if (f == NULL || av_bsf_alloc(f, &w->filter) < 0 ||
	    avcodec_parameters_copy(w->filter->par_in, par) < 0)
		return false;
	w->filter->time_base_in = w->base;
	return av_opt_set(w->filter->priv_data, "remove_types",
		   av1 ? "5|15" : "6", 0) >= 0 &&
	       av_bsf_init(w->filter) >= 0;
}

/* Profile, constraints and level, as CODECS says them. */
static uint32_t
h264_profile(const uint8_t *p, int n)
{
	if (n >= 4 && p[0] == 1)
		return (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	for (int i = 0; i + 6 < n; i++) {
		if (p[i] == 0 && p[i + 1] == 0 && p[i + 2] == 1 &&
		    (p[i + 3] & 0x1f) == 7)
			return (uint32_t)p[i + 4] << 16 |
			       (uint32_t)p[i + 5] << 8 | p[i + 6];
	}
	return 0;
}

static uint32_t
profile_of(const AVCodecParameters *par)
{
	if (par->codec_id == AV_CODEC_ID_AV1)
		return av1_profile(par->extradata, par->extradata_size);
	return h264_profile(par->extradata, par->extradata_size);
}

static bool
muxer_open(struct writer *w, const AVCodecParameters *par)
{
	AVDictionary *options = NULL;
	unsigned char *buffer = av_malloc(IO_BUFFER);
	AVStream *st;
	int rc;

	if (buffer == NULL ||
	    avformat_alloc_output_context2(&w->format, NULL, "mp4", NULL) < 0)
		return false;
	w->format->pb =
	    avio_alloc_context(buffer, IO_BUFFER, 1, w, NULL, io_write, NULL);
	w->format->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO;
	w->format->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
	st = avformat_new_stream(w->format, NULL);
	if (w->format->pb == NULL || st == NULL ||
	    avcodec_parameters_copy(st->codecpar, par) < 0)
		return false;
	st->codecpar->codec_tag = 0;
	st->time_base = w->base;
	(void)av_dict_set(&options, "movflags",
	    "dash+delay_moov+default_base_moof+frag_custom+"
	    "skip_sidx+skip_trailer",
	    0);
	(void)av_dict_set(&options, "brand", "cmfc", 0);
	(void)av_dict_set(&options, "empty_hdlr_name", "1", 0);
	(void)av_dict_set(&options, "write_tmcd", "0", 0);
	rc = avformat_write_header(w->format, &options);
	av_dict_free(&options);
	return rc >= 0;
}

enum wire_reason
writer_open(struct writer *out, const struct plan *p,
    const struct wire_rung *rung, const AVCodecParameters *par, AVRational base)
{
	struct wire_rung said = *rung;

	memset(out, 0, sizeof *out);
	out->cuts = &p->cuts;
	out->base = base;
	out->rung = rung->rung;
	if (par->codec_type == AVMEDIA_TYPE_VIDEO) {
		if (!filter_open(out, par))
			return film_fail(WIRE_FILM_NOT_MADE);
		par = out->filter->par_out;
		said.profile = profile_of(par);
		if (said.profile == 0 && par->codec_id == AV_CODEC_ID_AV1)
			return film_fail(WIRE_FILM_NOT_MADE);
	}
	if (!muxer_open(out, par))
		return film_fail(WIRE_FILM_NOT_MADE);
	channel_say(WIRE_RUNG, &said, sizeof said, "", 0);
	return 0;
}

static enum wire_reason
segment_end(struct writer *w, int64_t at)
{
	/*
	 * The initial file is made now, when it is known by how much frames
	 * are reordered: its edit list says so, and video begins with sound.
	 */
	if (w->segments == 0) {
		if (av_write_frame(w->format, NULL) < 0)
			return film_fail(WIRE_FILM_NOT_MADE);
		give(w, WIRE_INIT, 0);
	}
	if (av_write_frame(w->format, NULL) < 0)
		return film_fail(WIRE_FILM_NOT_MADE);
	give(w, WIRE_SEGMENT, at - w->from);
	w->segments++;
	w->from = at;
	return 0;
}

static enum wire_reason
write_one(struct writer *w, AVPacket *packet)
{
	packet->stream_index = 0;
	av_packet_rescale_ts(packet, w->base, w->format->streams[0]->time_base);
	if (av_write_frame(w->format, packet) < 0)
		return film_fail(WIRE_FILM_NOT_MADE);
	return 0;
}

/* Through the filter, which gives one packet for one, or none. */
static enum wire_reason
write_filtered(struct writer *w, AVPacket *packet)
{
	int rc = av_bsf_send_packet(w->filter, packet);

	while (rc >= 0) {
		rc = av_bsf_receive_packet(w->filter, packet);
		if (rc >= 0 && write_one(w, packet) != 0)
			return WIRE_FILM_NOT_MADE;
		av_packet_unref(packet);
	}
	return rc == AVERROR(EAGAIN) || rc == AVERROR_EOF
		   ? 0
		   : film_fail(WIRE_FILM_NOT_MADE);
}

enum wire_reason
writer_take(struct writer *w, AVPacket *packet)
{
	int64_t at = av_rescale_q(packet->pts, w->base, AV_TIME_BASE_Q);
	int64_t plays = av_rescale_q(packet->duration, w->base, AV_TIME_BASE_Q);
	enum wire_reason reason = 0;

	if (!w->begun) {
		w->from = at;
		w->begun = true;
	} else if ((packet->flags & AV_PKT_FLAG_KEY) != 0 &&
		   at + plays / 2 >= cuts_at(w->cuts, w->cut)) {
		reason = segment_end(w, at);
		while (at + plays / 2 >= cuts_at(w->cuts, w->cut))
			w->cut++;
	}
	if (at + plays > w->to)
		w->to = at + plays;
	if (reason != 0)
		return reason;
	return w->filter != NULL ? write_filtered(w, packet)
				 : write_one(w, packet);
}

enum wire_reason
writer_end(struct writer *w)
{
	enum wire_reason reason = 0;

	if (w->begun && w->to > w->from)
		reason = segment_end(w, w->to);
	av_bsf_free(&w->filter);
	if (w->format != NULL && w->format->pb != NULL) {
		av_freep(&w->format->pb->buffer);
		avio_context_free(&w->format->pb);
	}
	avformat_free_context(w->format);
	w->format = NULL;
	free(w->p);
	w->p = NULL;
	return reason;
}
