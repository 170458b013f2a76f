/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_WORKER_WORKER_H
#define MEDIA_WORKER_WORKER_H

/*
 * What differs between the two programs.  masthead-media makes stills of
 * pictures and maps no video codec, so that it starts quickly and a hostile
 * picture meets less code; masthead-video does all the rest.
 */

#include <stdbool.h>
#include <stdint.h>

#include "media/worker/channel.h"
#include "media/worker/sandbox.h"

struct worker {
	const char *name;
	struct sandbox_room room;
	bool (*takes)(uint32_t task);	 /* enum wire_task */
	bool (*may_wait)(uint32_t task); /* no person waits for it */

	/* Before the sandbox: codecs; then what the input needs. */
	bool (*load)(void);
	bool (*prepare)(void);

	/* Inside: does the job and says what came of it. */
	void (*serve)(const struct channel_job *job);
};

/* picture_worker.c or video_worker.c */
extern const struct worker worker;

#endif
