/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_WORKER_FILM_GRAPH_H
#define MEDIA_WORKER_FILM_GRAPH_H

/*
 * The filters between decoder and encoders: upright, at the size wanted, in
 * the colours of an ordinary screen (BT.709, 8 bits), whatever came in.
 *
 * A picture with more light than a screen has (PQ or HLG) is made linear,
 * its highlights are bent down (hable), its colours moved to BT.709.  That
 * is done after scaling down, because it costs much a pixel.
 */

#include "media/worker/film.h"

enum { GRAPH_SINKS_MAX = WIRE_RUNGS_MAX };

struct graph {
	AVFilterGraph *graph;
	AVFilterContext *in;
	AVFilterContext *out[GRAPH_SINKS_MAX];
	uint32_t sinks;
};

struct graph_size {
	uint32_t width, height; /* upright */
};

/* What the pictures of a stream are to become. */
struct graph_want {
	const AVStream *stream;
	AVRational rate;		/* even; { 0 } leaves the times alone */
	const struct graph_size *sizes; /* the largest first */
	uint32_t n;
	bool rgb; /* 24 bits of colour for stills, else yuv420p */
	int threads;
};

/* Made for frames like this one. */
enum wire_reason graph_open(
    struct graph *out, const AVFrame *like, const struct graph_want *want);

/* What a track of sound is to become. */
struct graph_sound {
	int channels; /* 1 or 2 */
	int samples;  /* of a frame */
	int64_t from; /* samples of the film that are there already */
};

/*
 * Sound as all renditions have it: 48,000 samples a second, at the loudness
 * of EBU R 128 (-23 LUFS, true peak -1 dB), without holes, from the film's
 * first moment.  Frames' times are counted in their own samples.
 */
enum wire_reason graph_open_sound(
    struct graph *out, const AVFrame *like, const struct graph_sound *want);

void graph_close(struct graph *g);

#endif
