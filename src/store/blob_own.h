/* SPDX-License-Identifier: MIT */
#ifndef STORE_BLOB_OWN_H
#define STORE_BLOB_OWN_H

/* What the files of the media tree share.  Only this room includes it. */

#include "store/blob.h"

enum {
	PATH_MAX_OURS = 300,
	BLOB_MODE = 0440, /* never written again */
};

bool blob_is_digest(struct str s);
bool blob_is_name(struct str s);

/* Does errno say that there is no room? */
bool blob_disk_is_full(void);
/* A sentence on errno. */
enum err blob_disk_fail(struct ctx *ctx, const char *what);

/* "media/blobs/ab/cd/abcd…": two levels from the digest keep folders small. */
void blob_tree_path(char out[PATH_MAX_OURS], const char *tree,
    const char *digest, struct str name);

/* Every folder above path, durably. */
MUST_USE enum err blob_make_parents(struct ctx *ctx, int at, const char *path);

MUST_USE enum err blob_open_at(struct ctx *ctx, const struct folder *f,
    const char *path, int *fd, int64_t *size);

/* The names in a folder, for good. */
MUST_USE enum err blob_sync_dir(struct ctx *ctx, int at, const char *path);

/* The digest of all that from has to give, copied unless to is -1. */
MUST_USE enum err blob_copy(struct ctx *ctx, int from, int to, int64_t max,
    struct str *digest, int64_t *size);
/* A file of the folder becomes a blob, by a second name. */
MUST_USE enum err blob_place(struct ctx *ctx, const struct folder *f, int fd,
    const char *from, struct str digest);

#endif
