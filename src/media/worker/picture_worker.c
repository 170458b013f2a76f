/* SPDX-License-Identifier: MIT */
/* masthead-media: stills of pictures. */

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/media.h"
#include "media/worker/picture.h"
#include "media/worker/worker.h"

static struct picture_file input;

static bool
takes(uint32_t task)
{
	return task == WIRE_PICTURE;
}

/* A reader may have asked for the still, or a desk for a look. */
static bool
may_wait(uint32_t task)
{
	(void)task;
	return false;
}

/* The whole input, so that not even its descriptor is needed any more. */
static bool
prepare(void)
{
	struct stat st;
	void *p;

	if (fstat(WIRE_INPUT_FD, &st) != 0 || !S_ISREG(st.st_mode) ||
	    st.st_size <= 0 || st.st_size > MEDIA_INPUT_MAX)
		return false;
	p = mmap(
	    NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, WIRE_INPUT_FD, 0);
	(void)close(WIRE_INPUT_FD);
	if (p == MAP_FAILED)
		return false;
	input = (struct picture_file){ .p = p, .n = (size_t)st.st_size };
	return true;
}

static void
serve(const struct channel_job *job)
{
	picture_serve(&input, job);
}

const struct worker worker = {
	.name = "masthead-media",
	/* Decoding 100 million pixels with alpha takes about half. */
	.room = { .data = INT64_C(2) << 30, .space = INT64_C(4) << 30 },
	.takes = takes,
	.may_wait = may_wait,
	.load = picture_load_codecs,
	.prepare = prepare,
	.serve = serve,
};
