/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_WORKER_FILM_H
#define MEDIA_WORKER_FILM_H

/*
 * Video and sound, through FFmpeg's libraries.
 *
 * A film is opened by its bytes alone: the input is descriptor 0, read with
 * pread(); no protocol, no second file and no name exists for it.  Only the
 * containers and decoders listed in film_input.c may meet it.  The same
 * file is opened several times, once for each chain that goes through it at
 * its own pace, so nothing depends on how well its tracks are interleaved.
 *
 * Errors: enum wire_reason; 0 is none.  Who fails has told FFmpeg's last
 *         words with channel_detail() before.
 * Times: microseconds from the film's first moment, unless a name says else.
 */

#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavformat/avformat.h>

#include "media/media.h"
#include "media/protocol.h"
#include "media/worker/channel.h"

enum { FILM_SECOND = 1000000 };

/* A film, opened once. */
struct film {
	AVFormatContext *format;
	AVIOContext *io;
	int64_t at, size; /* bytes, from where it begins */
	int64_t base;	  /* where in the input that is */
	int video;	  /* stream; -1: none */
	int sound[WIRE_TRACKS_MAX];
	uint32_t sounds;
	int64_t start; /* AV_TIME_BASE units: what players call 0 */
};

/* FFmpeg's messages, the newest of which channel_detail() shall tell. */
void film_quiet(void);

/* Says the newest message, then gives the reason back. */
enum wire_reason film_fail(enum wire_reason reason);
/* The same, with the numbers that the sentence is to have. */
enum wire_reason film_fail_numbers(
    enum wire_reason reason, uint32_t width, uint32_t height, uint32_t limit);

/* Speaks the last word: DONE if the reason is 0, else REFUSED. */
void film_end(enum wire_reason reason);

enum wire_reason film_open(struct film *out);
/* One that is a part of the input. */
enum wire_reason film_open_part(struct film *out, int64_t base, int64_t size);
void film_close(struct film *f);

/* Packets of one stream only, from here on. */
void film_only(struct film *f, int stream);

/* Fills in all that can be told without decoding. */
void film_facts(const struct film *f, struct wire_film *out);

/*
 * Refuses what would be work for nothing, or without end.  Reads on: the
 * film is to be closed after it.
 */
enum wire_reason film_check(struct film *f, const struct wire_film *film);

/* Both, and the facts said to the server. */
enum wire_reason film_introduce(struct film *f, struct wire_film *out);

/* Degrees clockwise by which a stream's frames are to be turned: 0 .. 270. */
int film_turn(const AVStream *st);
bool film_is_hdr(const AVCodecParameters *par);

/* Whether the frames come at one even rate; the rate in any case. */
AVRational film_rate(const struct film *f, const AVStream *st, bool *even);

/* A decoder for a stream, with that many threads. */
AVCodecContext *film_decoder(const struct film *f, int stream, int threads);

/* The next frame of a decoder's stream. */
enum film_step { FILM_FRAME, FILM_END, FILM_BROKEN };

struct film_reader {
	struct film film;
	AVCodecContext *codec;
	AVPacket *packet;
	int stream;
	bool drained;
	uint32_t faults; /* packets that could not be decoded */
	uint32_t frames; /* that could */
};

enum wire_reason film_reader_open(
    struct film_reader *out, int stream, int threads);
void film_reader_close(struct film_reader *r);
enum film_step film_read(struct film_reader *r, AVFrame *out);

/* A frame's time in its film. */
int64_t film_time(const struct film *f, const AVStream *st, int64_t pts);

/* Says which colours a frame means that does not say so itself. */
void film_own_colours(AVFrame *frame);

/* The stills of a job, made of one decoded frame. */
enum wire_reason film_stills(const struct film *f, int stream,
    const AVFrame *frame, const struct channel_job *job);

/* Those of the frame that it asks for, of a stream that shows. */
enum wire_reason film_frame_stills(int stream, const struct channel_job *job);

/* WIRE_FRAME: the film's facts, then stills of the frame asked for. */
void film_serve_frame(const struct channel_job *job);
/* WIRE_LADDER */
void film_serve_ladder(const struct channel_job *job);
/* WIRE_WHOLE */
void film_serve_whole(const struct channel_job *job);
/* WIRE_PROBE */
void film_serve_probe(const struct channel_job *job);

/* Where frame n stands. */
int64_t film_frame_time(const struct film *f, uint32_t n);

#define FILM_FREE(type, fn)                  \
	static inline void fn##_of(type **p) \
	{                                    \
		fn(p);                       \
	}
FILM_FREE(AVFrame, av_frame_free)
FILM_FREE(AVPacket, av_packet_free)
FILM_FREE(AVFilterGraph, avfilter_graph_free)
#define FRAME CLEANUP(av_frame_free_of) AVFrame *

#endif
