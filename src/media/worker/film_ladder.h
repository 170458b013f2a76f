/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_WORKER_FILM_LADDER_H
#define MEDIA_WORKER_FILM_LADDER_H

/*
 * The ladder: one film as renditions of several sizes, in segments.
 *
 * Chains go through the film, each with a reader of its own: one for the
 * video (decoded once for all sizes), one for each track of
 * sound, one for the source's own bits when phones can play those.  The
 * ladder always moves the chain that is furthest behind, after its lead; so
 * sound and copied bits are there before the video that they go with.
 *
 * Every rendition is cut at the same moments, the plan's cuts, and each
 * segment of video begins with a key frame, so that players change between
 * them as they like.
 */

#include <libavcodec/bsf.h>

#include "media/worker/film.h"
#include "media/worker/film_graph.h"

enum {
	LADDER_GOP = 2, /* seconds from key frame to key frame */
	LADDER_SEGMENT = 2 * LADDER_GOP,
	LADDER_LONGEST = 6, /* seconds; of segments cut as a source allows */
	LADDER_SLOWEST = 5, /* frames a second; fewer are shown again */
};

/* Where segments end.  A rest of less than a second gets none of its own. */
enum { CUT_REST = FILM_SECOND };

struct cuts {
	int64_t first, every, end; /* unless there is a list */
	int64_t *list;
	size_t n;
};

int64_t cuts_at(const struct cuts *c, size_t k); /* INT64_MAX: no more */

struct plan {
	const struct channel_job *job;
	struct wire_film film;
	int video; /* stream; -1: none */
	int sound[WIRE_TRACKS_MAX];
	AVRational rate; /* frames a second of what is encoded */
	int gop;	 /* frames */
	struct graph_size size[WIRE_RUNGS_MAX];
	uint32_t sizes; /* the largest first; they are the first rungs */
	bool copy;	/* the first is the source's own bits */
	bool av1;	/* all of it, and no sound */
	struct cuts cuts;
};

/* What is to be made of a film whose facts are known. */
void plan_make(const struct channel_job *job, const struct film *f,
    const struct wire_film *facts, struct plan *out);

/*
 * Whether the source's own bits can be the first rung: H.264 of at most High
 * 4.2, 4:2:0 and 8 bits, upright, square pixels, at most 1080 lines, 60
 * frames and 25 Mbit a second, a key frame that starts anew often enough.
 * If so its key frames become the cuts.
 */
bool copy_is_possible(struct plan *p, const struct film *f);

/* One rendition's segments on their way to the server. */
struct writer {
	const struct cuts *cuts;
	AVFormatContext *format;
	AVBSFContext *filter; /* of video: takes away what is no picture */
	AVRational base;      /* of the packets that come */
	uint32_t rung;
	uint32_t segments; /* given */
	size_t cut;	   /* the next one */
	int64_t from, to;  /* of the segment under way */
	bool begun;
	unsigned char *p; /* what the muxer wrote */
	size_t n, room;
};

/* Says RUNG; what only par knows is added.  INIT follows in its time. */
enum wire_reason writer_open(struct writer *out, const struct plan *p,
    const struct wire_rung *rung, const AVCodecParameters *par,
    AVRational base);

/* Takes a packet in the order of decoding, times from the film's start. */
enum wire_reason writer_take(struct writer *w, AVPacket *packet);
/* The last segment. */
enum wire_reason writer_end(struct writer *w);

/*
 * Profile, level and tier, a byte each, below AV1_KNOWN; 0: its head, which is
 * n bytes, does not say.
 */
#define AV1_KNOWN (UINT32_C(1) << 24)
uint32_t av1_profile(const uint8_t *p, int n);

/* One way through the film. */
struct chain {
	enum wire_reason (*step)(struct chain *c); /* some work */
	int64_t at;				   /* done so far */
	int64_t lead;
	bool done;
};

enum wire_reason video_chain(const struct plan *p, struct chain **out);
enum wire_reason sound_chain(
    const struct plan *p, uint32_t track, struct chain **out);
enum wire_reason copy_chain(const struct plan *p, struct chain **out);

#endif
