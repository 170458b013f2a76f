/* SPDX-License-Identifier: MIT */
/* What a film says of itself, and which films are refused at once. */

#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "media/worker/film.h"

enum {
	RATE_DEFAULT = 25,  /* frames a second, where nothing tells */
	RATE_SILLY = 1000,  /* a clock, no rate of frames */
	STILL_SECONDS = 10, /* a frame that stands so long is a picture */
};

struct mark {
	const char *word;
	enum { LOCATION = 1, DEVICE = 2, OWNER = 4, HISTORY = 8 } traces;
};

/* Parts of keys, lower case, as containers write them. */
static const struct mark marks[] = {
	{ "location", LOCATION },
	{ "iso6709", LOCATION },
	{ "xyz", LOCATION },
	{ "gps", LOCATION },
	{ "geo", LOCATION },
	{ "make", DEVICE },
	{ "model", DEVICE },
	{ "manufacturer", DEVICE },
	{ "android", DEVICE },
	{ "com.apple.quicktime.software", DEVICE },
	{ "camera", DEVICE },
	{ "firmware", DEVICE },
	{ "serial", DEVICE },
	{ "artist", OWNER },
	{ "author", OWNER },
	{ "copyright", OWNER },
	{ "owner", OWNER },
	{ "publisher", OWNER },
	{ "director", OWNER },
	{ "performer", OWNER },
	{ "title", HISTORY },
	{ "comment", HISTORY },
	{ "description", HISTORY },
	{ "synopsis", HISTORY },
	{ "date", HISTORY },
	{ "creation_time", HISTORY },
	{ "encoder", HISTORY },
	{ "software", HISTORY },
	{ "timecode", HISTORY },
	{ "filename", HISTORY },
	{ "xmp", HISTORY },
};

static void
set_traces(unsigned traces, struct wire_film *out)
{
	out->location |= (traces & LOCATION) != 0;
	out->device |= (traces & DEVICE) != 0;
	out->owner |= (traces & OWNER) != 0;
	out->history |= (traces & HISTORY) != 0;
}

static void
read_tags(const AVDictionary *tags, struct wire_film *out)
{
	const AVDictionaryEntry *e = NULL;

	while ((e = av_dict_get(tags, "", e, AV_DICT_IGNORE_SUFFIX)) != NULL) {
		for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
			if (strcasestr(e->key, marks[i].word) != NULL)
				set_traces(marks[i].traces, out);
		}
	}
}

/* Tracks beside picture and sound: telemetry of drones and cameras. */
static void
read_extra(const AVStream *st, struct wire_film *out)
{
	static const struct {
		uint32_t tag;
		unsigned traces;
	} tracks[] = {
		{ MKTAG('g', 'p', 'm', 'd'), LOCATION | DEVICE }, /* GoPro */
		{ MKTAG('c', 'a', 'm', 'm'), LOCATION | DEVICE }, /* Android */
		{ MKTAG('m', 'e', 'b', 'x'), LOCATION | DEVICE }, /* iPhone */
		{ MKTAG('t', 'm', 'c', 'd'), HISTORY },
	};

	out->extras++;
	for (size_t i = 0; i < sizeof tracks / sizeof *tracks; i++) {
		if (st->codecpar->codec_tag == tracks[i].tag)
			set_traces(tracks[i].traces, out);
	}
	/* Drones write where they are into subtitles. */
	if (st->codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE)
		set_traces(HISTORY, out);
}

static void
read_traces(const struct film *f, struct wire_film *out)
{
	const AVFormatContext *c = f->format;

	read_tags(c->metadata, out);
	out->extras += c->nb_chapters;
	for (unsigned i = 0; i < c->nb_streams; i++) {
		const AVStream *st = c->streams[i];
		enum AVMediaType type = st->codecpar->codec_type;

		read_tags(st->metadata, out);
		if ((type != AVMEDIA_TYPE_VIDEO &&
			type != AVMEDIA_TYPE_AUDIO) ||
		    (st->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0)
			read_extra(st, out);
	}
}

int
film_turn(const AVStream *st)
{
	const int32_t *matrix =
	    (const int32_t *)(const void *)av_stream_get_side_data(
		st, AV_PKT_DATA_DISPLAYMATRIX, NULL);
	double angle = matrix != NULL ? -av_display_rotation_get(matrix) : 0;

	if (isnan(angle))
		return 0;
	return ((int)lrint(angle / 90) * 90 % 360 + 360) % 360;
}

bool
film_is_hdr(const AVCodecParameters *par)
{
	return par->color_trc == AVCOL_TRC_SMPTE2084 ||
	       par->color_trc == AVCOL_TRC_ARIB_STD_B67;
}

static bool
rate_is_sane(AVRational r)
{
	return r.num > 0 && r.den > 0 && av_q2d(r) <= RATE_SILLY &&
	       av_q2d(r) >= 1.0 / 3600;
}

AVRational
film_rate(const struct film *f, const AVStream *st, bool *even)
{
	AVRational base = st->r_frame_rate, mean = st->avg_frame_rate;

	(void)f;
	*even = true;
	if (!rate_is_sane(mean))
		return rate_is_sane(base) ? base
					  : (AVRational){ RATE_DEFAULT, 1 };
	if (!rate_is_sane(base))
		return mean;
	*even = fabs(av_q2d(base) / av_q2d(mean) - 1) < 0.01;
	return *even ? base : mean;
}

int64_t
film_frame_time(const struct film *f, uint32_t n)
{
	bool even;
	AVRational rate = film_rate(f, f->format->streams[f->video], &even);

	return av_rescale_q(n, av_inv_q(rate), AV_TIME_BASE_Q);
}

static void
name_copy(char out[WIRE_NAME_MAX], const char *name)
{
	size_t n = strcspn(name, ",");

	(void)snprintf(out, WIRE_NAME_MAX, "%.*s", n < 20 ? (int)n : 20, name);
}

static bool
is_encrypted(const AVStream *st)
{
	uint32_t tag = st->codecpar->codec_tag;

	return tag == MKTAG('e', 'n', 'c', 'v') ||
	       tag == MKTAG('e', 'n', 'c', 'a') ||
	       tag == MKTAG('d', 'r', 'm', 'i') ||
	       tag == MKTAG('d', 'r', 'm', 's') ||
	       av_stream_get_side_data(
		   st, AV_PKT_DATA_ENCRYPTION_INIT_INFO, NULL) != NULL ||
	       av_dict_get(st->metadata, "enc_key_id", NULL, 0) != NULL;
}

/* The same where only the packets tell: MP4 of the common scheme (CENC). */
static bool
begins_encrypted(struct film *f)
{
	enum { LOOK_AT = 8 };
	AVPacket *packet = av_packet_alloc();
	bool found = false;

	for (int i = 0; i < LOOK_AT && packet != NULL && !found &&
			av_read_frame(f->format, packet) >= 0;
	     i++) {
		found = av_packet_get_side_data(
			    packet, AV_PKT_DATA_ENCRYPTION_INFO, NULL) != NULL;
		av_packet_unref(packet);
	}
	av_packet_free(&packet);
	return found;
}

/* An index that points behind the file's end. */
static bool
is_cut_short(const struct film *f)
{
	for (unsigned i = 0; i < f->format->nb_streams; i++) {
		AVStream *st = f->format->streams[i];
		int n = avformat_index_get_entries_count(st);
		const AVIndexEntry *e =
		    n > 0 ? avformat_index_get_entry(st, n - 1) : NULL;

		if (e != NULL && e->pos > 0 && e->pos + e->size > f->size)
			return true;
	}
	return false;
}

static void
read_sound(const struct film *f, struct wire_film *out)
{
	out->tracks = f->sounds;
	for (uint32_t i = 0; i < f->sounds; i++) {
		const AVStream *st = f->format->streams[f->sound[i]];
		struct wire_track *t = &out->track[i];
		const AVDictionaryEntry *e =
		    av_dict_get(st->metadata, "language", NULL, 0);

		name_copy(t->codec, avcodec_get_name(st->codecpar->codec_id));
		t->channels = (uint32_t)st->codecpar->ch_layout.nb_channels;
		t->rate = (uint32_t)st->codecpar->sample_rate;
		if (e != NULL && strlen(e->value) == 3 &&
		    strcmp(e->value, "und") != 0)
			memcpy(t->language, e->value, 3);
	}
}

static void
read_video(const struct film *f, struct wire_film *out)
{
	const AVStream *st = f->format->streams[f->video];
	const AVCodecParameters *par = st->codecpar;
	const AVPixFmtDescriptor *fmt = av_pix_fmt_desc_get(par->format);
	AVRational sar = st->sample_aspect_ratio.num > 0
			     ? st->sample_aspect_ratio
			     : par->sample_aspect_ratio;
	bool even;
	AVRational rate = film_rate(f, st, &even);
	uint32_t width = (uint32_t)par->width;

	if (sar.num > 0 && sar.den > 0 && av_q2d(sar) > 0.1 && av_q2d(sar) < 10)
		width = (uint32_t)fmax(1, rint(par->width * av_q2d(sar)));
	name_copy(out->codec, avcodec_get_name(par->codec_id));
	out->turned = (uint32_t)film_turn(st);
	out->width = out->turned % 180 == 0 ? width : (uint32_t)par->height;
	out->height = out->turned % 180 == 0 ? (uint32_t)par->height : width;
	out->rate_num = (uint32_t)rate.num;
	out->rate_den = (uint32_t)rate.den;
	out->variable = !even;
	out->depth = fmt != NULL ? (uint32_t)fmt->comp[0].depth : 8;
	out->hdr = film_is_hdr(par);
	out->frames = st->nb_frames > 0 && st->nb_frames < INT32_MAX
			  ? (uint32_t)st->nb_frames
			  : 0;
}

/* What would be work for nothing, or without end. */
enum wire_reason
film_check(struct film *f, const struct wire_film *film)
{
	uint32_t side = MEDIA_FILM_SIDE_MAX;

	for (unsigned i = 0; i < f->format->nb_streams; i++) {
		if (is_encrypted(f->format->streams[i]))
			return WIRE_ENCRYPTED;
	}
	if (begins_encrypted(f))
		return WIRE_ENCRYPTED;
	if (film->width == 0 && film->tracks == 0)
		return film_fail(WIRE_NOTHING_IN);
	if (is_cut_short(f))
		return WIRE_CUT_SHORT;
	if (film->width > side || film->height > side)
		return film_fail_numbers(
		    WIRE_FILM_TOO_WIDE, film->width, film->height, side);
	if (film->ms / 1000 > MEDIA_FILM_SECONDS_MAX)
		return film_fail_numbers(WIRE_TOO_LONG, film->ms / 60000, 0,
		    MEDIA_FILM_SECONDS_MAX / 60);
	if (film->frames > 0 && film->width > 0 &&
	    film->ms / 1000 / film->frames > STILL_SECONDS)
		return film_fail_numbers(
		    WIRE_STANDS_STILL, film->frames, film->ms / 1000, 0);
	return 0;
}

void
film_facts(const struct film *f, struct wire_film *out)
{
	int64_t us = f->format->duration;

	memset(out, 0, sizeof *out);
	name_copy(out->container, f->format->iformat->name);
	if (us > 0 && us != AV_NOPTS_VALUE)
		out->ms =
		    us / 1000 < UINT32_MAX ? (uint32_t)(us / 1000) : UINT32_MAX;
	if (f->video >= 0)
		read_video(f, out);
	read_sound(f, out);
	read_traces(f, out);
}

enum wire_reason
film_introduce(struct film *f, struct wire_film *out)
{
	enum wire_reason reason;

	film_facts(f, out);
	reason = film_check(f, out);
	if (reason == 0)
		channel_say(WIRE_FILM, out, sizeof *out, "", 0);
	return reason;
}
