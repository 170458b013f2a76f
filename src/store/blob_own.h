/* SPDX-License-Identifier: MIT */
#ifndef STORE_BLOB_OWN_H
#define STORE_BLOB_OWN_H

/* The room's own: what the media tree's files have in common. */

#include "base/base.h"

struct folder;

enum {
	DIR_MODE = 0750,
	FILE_MODE = 0640,
	BLOB_MODE = 0440, /* never written again */
	PATH_MAX_OURS = 300,
};

/* errno says that there is no room. */
bool disk_is_full(void);
/* ERR_IO, with words for errno. */
enum err disk_fail(struct ctx *ctx, const char *what);

/* The names in a folder, kept. */
MUST_USE enum err sync_dir(struct ctx *ctx, int at, const char *path);

/* The digest of all that from has to give, copied unless to is -1. */
MUST_USE enum err blob_copy(struct ctx *ctx, int from, int to, int64_t max,
    struct str *digest, int64_t *size);

/* A file of the folder becomes a blob, by a second name. */
MUST_USE enum err blob_place(struct ctx *ctx, const struct folder *f, int fd,
    const char *from, struct str digest);

#endif
