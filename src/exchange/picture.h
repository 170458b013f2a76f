/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_PICTURE_H
#define EXCHANGE_PICTURE_H

/*
 * The picture above a text.  Its file is put among the blobs and looked at
 * by the sandboxed worker before its story's turn: no other writer waits
 * for that.  A picture that cannot be taken is reported, and its story is
 * taken without it.
 */

#include "exchange/front.h"
#include "exchange/run.h"
#include "newsroom/asset.h"

MUST_USE enum err picture_prepare(struct run *r, const struct source *src,
    const struct front *f, struct taking *t, struct asset *out, bool *has);
/* The asset's id, 0 when there is none. */
MUST_USE enum err picture_take(struct run *r, const struct asset *in, bool has,
    struct taking *t, int64_t *id);

#endif
