/* SPDX-License-Identifier: MIT */
#ifndef STORE_FOLDER_H
#define STORE_FOLDER_H

/*
 * The data folder: newsroom.db, the media tree, masthead.conf, a theme, and
 * the lock that says who may write.
 *
 * Threads: the descriptor may be used by all; take the lock in one.
 */

#include "base/base.h"

struct folder;

/* ERR_NOTFOUND when there is no such folder, or no newsroom in it. */
MUST_USE enum err folder_open(
    struct ctx *ctx, struct str path, struct folder **out);
/* Makes it, and its media tree; ERR_CONFLICT when a newsroom is there. */
MUST_USE enum err folder_create(
    struct ctx *ctx, struct str path, struct folder **out);
void folder_close(struct folder *f);

const char *folder_path(const struct folder *f); /* absolute */
int folder_fd(const struct folder *f);

/*
 * Become the one writer, until folder_close().  ERR_BUSY when another
 * process is; waits for nobody.
 */
MUST_USE enum err folder_lock(struct ctx *ctx, struct folder *f);

#endif
