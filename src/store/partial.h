/* SPDX-License-Identifier: MIT */
#ifndef STORE_PARTIAL_H
#define STORE_PARTIAL_H

/*
 * Files that come in pieces, each under a name of ours in media/uploads,
 * until one is whole and becomes a blob.  How far a file is good stands in
 * the store, not here: bytes beyond that were never acknowledged, and are
 * written over.
 *
 *	TRY(partial_open(ctx, folder, name, kept, &fd));
 *	TRY(partial_write(ctx, fd, kept, bytes));
 *	TRY(partial_sync(ctx, fd));
 *	... now the store may say kept + bytes.n
 *
 * Names are [A-Za-z0-9_-]+.
 * Errors: ERR_LIMIT the disk is full, ERR_IO, ERR_GONE.
 * Threads: any; one file by one at a time.
 */

#include "base/base.h"

struct folder;

/*
 * For writing from kept on; made when kept is 0, its name on the disk by
 * then.  What lies beyond is cut off.  ERR_GONE: it is shorter than that.
 */
MUST_USE enum err partial_open(struct ctx *ctx, const struct folder *f,
    struct str name, int64_t kept, int *fd);
MUST_USE enum err partial_write(
    struct ctx *ctx, int fd, int64_t at, struct str bytes);
/* When it returns, no power cut takes back what was written. */
MUST_USE enum err partial_sync(struct ctx *ctx, int fd);

/* For reading; ERR_GONE unless it has that size. */
MUST_USE enum err partial_read(struct ctx *ctx, const struct folder *f,
    struct str name, int64_t size, int *fd);
/* Reads a whole one: the digest of its bytes.  ERR_GONE as above. */
MUST_USE enum err partial_digest(struct ctx *ctx, const struct folder *f,
    struct str name, int64_t size, struct str *digest);
/*
 * A whole one, opened for reading, becomes the blob of its digest as well;
 * the bytes are not copied.  partial_remove() is still due.
 */
MUST_USE enum err partial_to_blob(struct ctx *ctx, const struct folder *f,
    struct str name, int fd, struct str digest);
/* Nothing when there is none. */
void partial_remove(const struct folder *f, struct str name);

enum { PARTIALS_MAX = 10000 }; /* names of one call */

/* The names of all that are there. */
MUST_USE enum err partial_list(
    struct ctx *ctx, const struct folder *f, const struct str **out, size_t *n);

/* Bytes that may still be written. */
MUST_USE enum err partial_room(
    struct ctx *ctx, const struct folder *f, int64_t *out);

#endif
