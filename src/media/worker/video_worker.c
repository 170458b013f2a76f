/* SPDX-License-Identifier: MIT */
/* masthead-video: video, sound, and a look at anything. */

#include "media/worker/film.h"
#include "media/worker/picture.h"
#include "media/worker/worker.h"

static bool
takes(uint32_t task)
{
	return task == WIRE_PROBE || task == WIRE_FRAME ||
	       task == WIRE_LADDER || task == WIRE_WHOLE;
}

static bool
may_wait(uint32_t task)
{
	return task == WIRE_LADDER || task == WIRE_WHOLE;
}

static bool
load(void)
{
	film_quiet();
	return picture_load_codecs() &&
	       avcodec_find_encoder_by_name("libx264") &&
	       avcodec_find_encoder(AV_CODEC_ID_AAC) != NULL &&
	       avfilter_get_by_name("zscale") != NULL &&
	       avfilter_get_by_name("loudnorm") != NULL;
}

static bool
prepare(void)
{
	return true;
}

static void
serve(const struct channel_job *job)
{
	switch ((enum wire_task)job->head.task) {
	case WIRE_PROBE:
		film_serve_probe(job);
		break;
	case WIRE_FRAME:
		film_serve_frame(job);
		break;
	case WIRE_LADDER:
		film_serve_ladder(job);
		break;
	case WIRE_WHOLE:
		film_serve_whole(job);
		break;
	case WIRE_PICTURE:
		break;
	}
}

const struct worker worker = {
	.name = "masthead-video",
	/* 4096 x 4096 pixels of 10 bits and a ladder of 1080 lines: half. */
	.room = { .data = INT64_C(3) << 30,
	    .space = INT64_C(8) << 30,
	    .input = true },
	.takes = takes,
	.may_wait = may_wait,
	.load = load,
	.prepare = prepare,
	.serve = serve,
};
