/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_WORKER_CHANNEL_H
#define MEDIA_WORKER_CHANNEL_H

/*
 * The worker's end of the socket.  Nothing here fails: when the server is
 * gone or talks nonsense there is nobody left to work for, so the worker
 * ends.
 */

#include <stdbool.h>
#include <stddef.h>

#include "media/protocol.h"

enum { CHANNEL_STILLS_MAX = 64 };

struct channel_job {
	struct wire_job head;
	struct wire_still stills[CHANNEL_STILLS_MAX];
	char xmp[WIRE_XMP_MAX];
};

/* false: it is no job of this build. */
bool channel_take(struct channel_job *out);

/* A message of two parts; the second may be empty. */
void channel_say(enum wire_kind kind, const void *p, size_t n, const void *more,
    size_t more_n);

void channel_detail(const char *text);
void channel_refuse(const struct wire_refused *r);

/* DONE, the last word. */
void channel_done(void);

#endif
