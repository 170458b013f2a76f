/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_INTAKE_H
#define NEWSROOM_INTAKE_H

/*
 * The door for files: whether one comes by `masthead media add`, with an
 * archive or by /upload, what it is and whether it is taken is found out
 * here.  What is no picture, film or sound that can be taken is refused with
 * a sentence for the person, before anything is kept.  It reads the whole file
 * and asks a sandboxed worker, and needs no store: let no writer wait for it.
 *
 * With that, asset_add() makes the asset, and for a film or sound its job
 * (media_job.h), in one transaction:
 *
 *	TRY(intake_keep(ctx, folder, media, fd, &a));
 *	TRY(asset_add(ctx, writer, &a, &made));
 *
 * A descriptor is that of a regular file, read from its first byte wherever
 * it stands.
 *
 * Memory: ctx's arena.  Threads: any; it blocks until a worker has looked.
 */

#include "media/media.h"
#include "newsroom/asset.h"

struct folder;

/* Bytes of the largest file that is taken; of pictures, see intake_max(). */
#define INTAKE_MAX MEDIA_FILM_INPUT_MAX

/* Media types that are taken, as senders call them; NULL ends them. */
extern const char *const intake_types[];
/* May it be one that is taken?  What says nothing ("") may. */
bool intake_may_be(struct str type);

/*
 * Looks at a file in the sandbox and fills in the kind, type and all else of
 * *a that is measured or told, and of a film the frame of its poster.
 * ERR_INVALID, ERR_LIMIT: it is not taken, and ctx_why() says why to the
 * person who sent it; ERR_BUSY, ERR_IO: it cannot be looked at just now.
 */
MUST_USE enum err intake_look(
    struct ctx *ctx, struct media *m, int fd, struct asset *a);
/*
 * The still that stands within a page until the picture itself has come, and
 * the text of it that an asset keeps; "" if it is too long for that.
 */
extern const struct media_still intake_still;
struct str intake_preview(struct arena *a, const struct media_image *still);
/* Bytes that one of its kind may have. */
int64_t intake_max(const struct asset *a);
/* The same, and keeps it: blob and size are filled in, too. */
MUST_USE enum err intake_keep(struct ctx *ctx, const struct folder *f,
    struct media *m, int fd, struct asset *a);

#endif
