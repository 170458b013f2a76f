/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_INTAKE_H
#define NEWSROOM_INTAKE_H

/*
 * The door for files: whether one comes by `masthead media add`, with an
 * archive or by /upload, what it is and whether it is taken is found out
 * here.  Then blob_put() keeps it, and asset_add() gives it its address.
 *
 * Memory: ctx's arena.  Threads: any; it blocks until a worker has looked.
 */

#include "media/media.h"
#include "newsroom/asset.h"

/* Bytes of the largest file that is taken. */
#define INTAKE_MAX ((int64_t)MEDIA_INPUT_MAX)

/* Media types that are taken, as senders call them; NULL ends them. */
extern const char *const intake_types[];
/* May it be one that is taken?  What says nothing ("") may. */
bool intake_may_be(struct str type);

/*
 * Looks at a file in the sandbox and fills kind, type, width and height of
 * *a.  ERR_INVALID, ERR_LIMIT: it is not taken, and ctx_why() says why to the
 * person who sent it; ERR_BUSY, ERR_IO: it cannot be looked at just now.
 */
MUST_USE enum err intake_look(struct ctx *ctx, struct media *m, int fd,
    struct asset *a, struct media_facts *facts);

#endif
