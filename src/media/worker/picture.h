/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_WORKER_PICTURE_H
#define MEDIA_WORKER_PICTURE_H

/*
 * Pictures, through libvips: looked at, then made into stills.
 *
 * The type is read from the file's first bytes, here, and only that type's
 * loader sees it; all others are blocked in libvips as well.  The decoded
 * picture passes through bare memory, so that no metadata can reach a still.
 *
 * A drawing (SVG) is rasterised by librsvg, which here can open neither
 * files nor fonts nor addresses.  One with text is refused, because its letters
 * would come out as boxes: they need to be outlines.
 */

#include <stdbool.h>
#include <stddef.h>

#include "media/worker/channel.h"

/* All of a file, mapped. */
struct picture_file {
	const void *p;
	size_t n;
};

/* Loads every codec; before the sandbox.  false: some are missing. */
bool picture_load_codecs(void);

/* Samples of red, green and blue, a byte each: a frame of a film. */
struct picture_raw {
	const void *p; /* rows touch */
	uint32_t width, height;
};

/* Says the job's STILLs, or REFUSED, and then false. */
bool picture_raw_stills(
    const struct picture_raw *raw, const struct channel_job *job);

/* Does the job and says what came of it, DONE or REFUSED included. */
void picture_serve(const struct picture_file *f, const struct channel_job *job);

#endif
