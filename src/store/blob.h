/* SPDX-License-Identifier: MIT */
#ifndef STORE_BLOB_H
#define STORE_BLOB_H

/*
 * Files of the media tree.  A blob is kept under the digest of its bytes
 * (BLAKE2b-256, hex): written once, never changed, never reached by readers.
 * A derived file is made from a blob and may be made again: it is kept under
 * a name of ours.
 *
 * Errors: ERR_NOTFOUND, ERR_LIMIT, ERR_IO (a full disk among them: nothing
 *         half-written is left).
 * Threads: any.
 */

#include "base/base.h"

struct folder;

enum { BLOB_DIGEST = 64 }; /* characters of its hex digest */

/* Copies from a descriptor, up to max bytes; synced when it returns. */
MUST_USE enum err blob_put(struct ctx *ctx, const struct folder *f, int from,
    int64_t max, struct str *digest, int64_t *size);

/* A descriptor for reading, close-on-exec, the caller's to close. */
MUST_USE enum err blob_open(struct ctx *ctx, const struct folder *f,
    struct str digest, int *fd, int64_t *size);

/* name: [a-z0-9_.-]+, no dot first; it is ours, never a stranger's. */
MUST_USE enum err derived_put(
    struct ctx *ctx, const struct folder *f, struct str name, struct str bytes);
MUST_USE enum err derived_open(struct ctx *ctx, const struct folder *f,
    struct str name, int *fd, int64_t *size);

/*
 * What is made of a film: a folder for each take, the number of an attempt.
 * Names as of derived files.
 */

/* Makes an empty one, durably; its descriptor is the caller's to close. */
MUST_USE enum err take_make(struct ctx *ctx, const struct folder *f,
    struct str digest, int64_t take, int *dir);
/*
 * One that is there, to have more put into it.  What an earlier try left is
 * removed: files whose names have that in them.  ERR_NOTFOUND.
 */
MUST_USE enum err take_add(struct ctx *ctx, const struct folder *f,
    struct str digest, int64_t take, const char *left, int *dir);
/* ERR_NOTFOUND. */
MUST_USE enum err take_open(struct ctx *ctx, const struct folder *f,
    struct str digest, int64_t take, struct str name, int *fd, int64_t *size);
/* Removes those that are none of the two (which may be one, or 0). */
MUST_USE enum err take_sweep(struct ctx *ctx, const struct folder *f,
    struct str digest, int64_t keep, int64_t keep_too);

/* The hex digest of some bytes, as blobs and imports use it. */
struct str digest_hex(struct arena *a, struct str bytes);

#endif
