/* SPDX-License-Identifier: MIT */
/* Opening a film by its bytes, and nothing but its bytes. */

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/worker/film.h"

enum {
	IO_BUFFER = 64 << 10,
	HEAD = 4096,	      /* bytes that tell a playlist */
	LOOK_BYTES = 8 << 20, /* read at most to learn of the streams */
	LOOK_SECONDS = 10,
	STREAMS_MAX = 32,
	WARMING_UP = FILM_SECOND / 10,
};

/* What cameras, phones and newsrooms hand in. */
static const char containers[] =
    "mov,matroska,avi,mpegts,mpeg,mxf,ogg,mp3,aac,wav,flac,asf,amr,aiff,caf";

static const char decoders[] =
    "h264,hevc,libdav1d,vp8,vp9,mpeg4,mpeg2video,mpeg1video,mjpeg,prores,"
    "dnxhd,h263,wmv3,vc1,msmpeg4,msmpeg4v2,dvvideo,theora,"
    "aac,mp3float,mp3,mp2float,mp2,ac3,eac3,opus,vorbis,flac,alac,amrnb,amrwb,"
    "wmav2,pcm_s8,pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,"
    "pcm_s32be,pcm_f32le,pcm_f32be,pcm_mulaw,pcm_alaw,pcm_s16le_planar";

static char last_words[WIRE_DETAIL_MAX];

static void
keep_words(void *from, int level, const char *format, va_list args)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	int prefix = 1;

	if (level > AV_LOG_ERROR)
		return;
	/* Codecs speak from threads of their own. */
	(void)pthread_mutex_lock(&lock);
	(void)av_log_format_line2(
	    from, level, format, args, last_words, sizeof last_words, &prefix);
	(void)pthread_mutex_unlock(&lock);
}

void
film_quiet(void)
{
	av_log_set_callback(keep_words);
}

enum wire_reason
film_fail(enum wire_reason reason)
{
	if (last_words[0] != '\0')
		channel_detail(last_words);
	return reason;
}

/* Numbers that go with the newest reason. */
static struct wire_refused numbers;

enum wire_reason
film_fail_numbers(
    enum wire_reason reason, uint32_t width, uint32_t height, uint32_t limit)
{
	numbers = (struct wire_refused){ .reason = (uint32_t)reason,
		.width = width,
		.height = height,
		.limit = limit };
	return reason;
}

void
film_end(enum wire_reason reason)
{
	if (reason == 0) {
		channel_done();
		return;
	}
	if (numbers.reason != (uint32_t)reason)
		numbers = (struct wire_refused){ .reason = (uint32_t)reason };
	channel_refuse(&numbers);
}

static int
io_read(void *arg, uint8_t *out, int n)
{
	struct film *f = arg;
	int64_t left = f->size - f->at;
	ssize_t got = 0;

	if (left > 0)
		got = pread(WIRE_INPUT_FD, out, (size_t)(n < left ? n : left),
		    f->base + f->at);
	if (got < 0)
		return AVERROR(errno);
	if (got == 0)
		return AVERROR_EOF;
	f->at += got;
	return (int)got;
}

static int64_t
io_seek(void *arg, int64_t to, int whence)
{
	struct film *f = arg;

	switch (whence & ~AVSEEK_FORCE) {
	case AVSEEK_SIZE:
		return f->size;
	case SEEK_SET:
		break;
	case SEEK_CUR:
		to += f->at;
		break;
	case SEEK_END:
		to += f->size;
		break;
	default:
		return AVERROR(EINVAL);
	}
	if (to < 0)
		return AVERROR(EINVAL);
	f->at = to;
	return to;
}

/* There is one input; whoever asks for another is told no. */
static int
io_refuse(struct AVFormatContext *format, AVIOContext **io, const char *url,
    int flags, AVDictionary **options)
{
	(void)format, (void)io, (void)url, (void)flags, (void)options;
	return AVERROR(EACCES);
}

/* Text that only names other files: HLS, concat, DASH, ASX, PLS, SDP. */
static bool
is_playlist(void)
{
	static const char *const marks[] = { "#EXTM3U", "ffconcat", "<MPD",
		"<ASX", "<asx", "[playlist]", "[Reference]", "<smil", "<SMIL",
		"v=0\r\n", "v=0\n", "RTSPtext", "<SmoothStreamingMedia" };
	char head[HEAD + 1];
	ssize_t n = pread(WIRE_INPUT_FD, head, HEAD, 0);
	const char *at = head;

	if (n <= 0)
		return false;
	head[n] = '\0';
	if (strncmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	at += strspn(at, " \t\r\n");
	if (strncmp(at, "<?xml", 5) == 0 && strchr(at, '>') != NULL) {
		at = strchr(at, '>') + 1;
		at += strspn(at, " \t\r\n");
	}
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		if (strncmp(at, marks[i], strlen(marks[i])) == 0)
			return true;
	}
	/* concat scripts need no head: they begin with a directive. */
	return strncmp(at, "file ", 5) == 0 || strncmp(at, "file\t", 5) == 0;
}

static enum wire_reason
fail_open(int rc)
{
	/* What FFmpeg says of an MP4 whose end, where its index is, is lost. */
	if (strstr(last_words, "moov atom not found") != NULL)
		return film_fail(WIRE_CUT_SHORT);
	return film_fail(
	    rc == AVERROR_INVALIDDATA || strstr(last_words, "whitelist") != NULL
		? WIRE_NO_MEDIA
		: WIRE_FILM_DAMAGED);
}

static AVFormatContext *
new_format(struct film *f)
{
	AVFormatContext *c = avformat_alloc_context();
	unsigned char *buffer = av_malloc(IO_BUFFER);

	if (c == NULL || buffer == NULL)
		abort();
	f->io =
	    avio_alloc_context(buffer, IO_BUFFER, 0, f, io_read, NULL, io_seek);
	c->format_whitelist = av_strdup(containers);
	c->codec_whitelist = av_strdup(decoders);
	c->protocol_whitelist = av_strdup("");
	if (f->io == NULL || c->format_whitelist == NULL ||
	    c->codec_whitelist == NULL || c->protocol_whitelist == NULL)
		abort();
	c->pb = f->io;
	c->io_open = io_refuse;
	c->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
	c->probesize = LOOK_BYTES;
	c->max_analyze_duration = (int64_t)LOOK_SECONDS * AV_TIME_BASE;
	c->max_streams = STREAMS_MAX;
	return c;
}

/* The picture of a song's sleeve is no video. */
static bool
is_video(const AVStream *st)
{
	const AVCodecParameters *par = st->codecpar;

	return par->codec_type == AVMEDIA_TYPE_VIDEO &&
	       (st->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0 &&
	       avcodec_find_decoder(par->codec_id) != NULL && par->width > 0 &&
	       par->height > 0;
}

static bool
is_sound(const AVStream *st)
{
	const AVCodecParameters *par = st->codecpar;

	return par->codec_type == AVMEDIA_TYPE_AUDIO &&
	       avcodec_find_decoder(par->codec_id) != NULL &&
	       par->sample_rate > 0 && par->ch_layout.nb_channels > 0;
}

/* The largest video; all sound, what the file calls default first. */
static void
choose_streams(struct film *f)
{
	int64_t most = 0;

	f->video = -1;
	for (int pass = 0; pass < 2; pass++) {
		for (unsigned i = 0; i < f->format->nb_streams; i++) {
			const AVStream *st = f->format->streams[i];
			bool first =
			    (st->disposition & AV_DISPOSITION_DEFAULT) != 0;

			if (is_sound(st) && first == (pass == 0) &&
			    f->sounds < WIRE_TRACKS_MAX)
				f->sound[f->sounds++] = (int)i;
			if (pass == 0 && is_video(st) &&
			    (int64_t)st->codecpar->width *
				    st->codecpar->height >
				most) {
				most = (int64_t)st->codecpar->width *
				       st->codecpar->height;
				f->video = (int)i;
			}
		}
	}
}

/*
 * When the film begins.  Sound that starts a moment before the video only
 * warms its decoder up; that moment is not shown.
 */
static int64_t
find_start(const struct film *f)
{
	const AVStream *video =
	    f->video >= 0 ? f->format->streams[f->video] : NULL;
	int64_t start = f->format->start_time, seen;

	if (start == AV_NOPTS_VALUE)
		start = 0;
	if (video == NULL || video->start_time == AV_NOPTS_VALUE)
		return start;
	seen =
	    av_rescale_q(video->start_time, video->time_base, AV_TIME_BASE_Q);
	return seen > start && seen - start < WARMING_UP ? seen : start;
}

/* Sampled and chosen once all streams are known. */
static enum wire_reason
look_inside(struct film *f)
{
	if (avformat_find_stream_info(f->format, NULL) < 0)
		return film_fail(WIRE_FILM_DAMAGED);
	choose_streams(f);
	f->start = find_start(f);
	return 0;
}

enum wire_reason
film_open(struct film *out)
{
	struct stat st;

	if (fstat(WIRE_INPUT_FD, &st) != 0)
		return WIRE_NO_MEDIA;
	return film_open_part(out, 0, st.st_size);
}

enum wire_reason
film_open_part(struct film *out, int64_t base, int64_t size)
{
	int rc;

	memset(out, 0, sizeof *out);
	last_words[0] = '\0';
	if (size <= 0)
		return WIRE_NO_MEDIA;
	if (is_playlist())
		return WIRE_PLAYLIST;
	out->base = base;
	out->size = size;
	out->format = new_format(out);
	rc = avformat_open_input(&out->format, "", NULL, NULL);
	if (rc < 0)
		return fail_open(rc);
	return look_inside(out);
}

void
film_close(struct film *f)
{
	avformat_close_input(&f->format);
	if (f->io != NULL)
		av_freep(&f->io->buffer);
	avio_context_free(&f->io);
}

void
film_only(struct film *f, int stream)
{
	for (unsigned i = 0; i < f->format->nb_streams; i++) {
		f->format->streams[i]->discard =
		    (int)i == stream ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
	}
}

AVCodecContext *
film_decoder(const struct film *f, int stream, int threads)
{
	const AVStream *st = f->format->streams[stream];
	const AVCodec *codec = avcodec_find_decoder(st->codecpar->codec_id);
	AVCodecContext *c = avcodec_alloc_context3(codec);

	if (c == NULL)
		abort();
	c->codec_whitelist = av_strdup(decoders);
	c->thread_count = threads;
	c->pkt_timebase = st->time_base;
	c->max_pixels = (int64_t)MEDIA_FILM_SIDE_MAX * MEDIA_FILM_SIDE_MAX;
	if (avcodec_parameters_to_context(c, st->codecpar) < 0 ||
	    avcodec_open2(c, codec, NULL) < 0)
		avcodec_free_context(&c);
	return c;
}

enum wire_reason
film_reader_open(struct film_reader *out, int stream, int threads)
{
	enum wire_reason reason;

	memset(out, 0, sizeof *out);
	reason = film_open(&out->film);
	if (reason != 0)
		return reason;
	out->stream = stream;
	out->packet = av_packet_alloc();
	out->codec = film_decoder(&out->film, stream, threads);
	if (out->packet == NULL || out->codec == NULL)
		return film_fail(WIRE_NOTHING_IN);
	film_only(&out->film, stream);
	return 0;
}

void
film_reader_close(struct film_reader *r)
{
	av_packet_free(&r->packet);
	avcodec_free_context(&r->codec);
	film_close(&r->film);
}

/* A packet for the decoder, or the end of all packets. */
static void
feed(struct film_reader *r)
{
	int rc;

	do {
		av_packet_unref(r->packet);
		rc = av_read_frame(r->film.format, r->packet);
	} while (rc >= 0 && r->packet->stream_index != r->stream);
	if (rc < 0) {
		r->drained = true;
		(void)avcodec_send_packet(r->codec, NULL);
	} else if (avcodec_send_packet(r->codec, r->packet) < 0)
		r->faults++;
	av_packet_unref(r->packet);
}

enum film_step
film_read(struct film_reader *r, AVFrame *out)
{
	enum { FAULTS_MAX = 300 }; /* in a row: there is no film in it */
	uint32_t before = r->faults;

	for (;;) {
		int rc = avcodec_receive_frame(r->codec, out);

		if (rc == 0) {
			out->pts = out->best_effort_timestamp;
			r->frames++;
			return FILM_FRAME;
		}
		if (rc == AVERROR_EOF || r->drained)
			return FILM_END;
		if (rc != AVERROR(EAGAIN))
			r->faults++;
		if (r->faults - before > FAULTS_MAX)
			return FILM_BROKEN;
		feed(r);
	}
}

int64_t
film_time(const struct film *f, const AVStream *st, int64_t pts)
{
	return av_rescale_q(pts, st->time_base, AV_TIME_BASE_Q) - f->start;
}
