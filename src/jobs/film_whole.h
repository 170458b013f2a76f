/* SPDX-License-Identifier: MIT */
#ifndef JOBS_FILM_WHOLE_H
#define JOBS_FILM_WHOLE_H

/* A finished ladder once more as one file, for who wants to keep or cut it. */

#include "jobs/film.h"
#include "media/media.h"
#include "newsroom/media_job.h"

/*
 * Makes file.mp4 (file.m4a of sound alone) in the take's folder from the
 * largest video and the first sound, and looks at it as at any original: what
 * it is must be what was made.
 */
MUST_USE enum err film_make_whole(struct ctx *ctx, const struct film_work *work,
    int dir, const struct media_rungs *made, struct rendition *out);

/* An initial file and all segments of a rung, in a row, after what is there. */
MUST_USE enum err film_join_rung(struct ctx *ctx, const atomic_bool *stop,
    int dir, const struct media_rung *rung, int to);

#endif
