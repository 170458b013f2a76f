/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_UPLOAD_H
#define NEWSROOM_UPLOAD_H

/*
 * A file on its way in.  Its bytes are in store/partial.h under its name; its
 * row says how many of them no power cut takes back, and that alone counts.
 * Once whole it is looked at (intake.h) and becomes an asset, or is refused.
 *
 * Rows go before files: a file without a row is nobody's.
 *
 * Memory: ctx's arena.  Threads: as their store.
 */

#include "newsroom/asset.h"

struct store;

enum {
	UPLOAD_NAME = 22,		 /* characters: 128 random bits */
	UPLOADS_OPEN_MAX = 100,		 /* under way, of one person */
	UPLOAD_KEEP_SECONDS = 7 * 86400, /* since the last byte came */
	UPLOAD_DONE_SECONDS = 86400,	 /* that its end can be asked for */
	UPLOAD_METADATA_MAX = 4096,	 /* bytes */
	UPLOAD_WORDS_MAX = 2000,	 /* characters of alt and so on */
};
/* Of all that one person has under way, when it will be whole. */
#define UPLOADS_BYTES_MAX (INT64_C(40) << 30)

struct upload {
	int64_t id;
	struct str name;       /* end of its address */
	int64_t person;	       /* who may go on with it */
	int64_t size;	       /* bytes that it shall have */
	int64_t kept;	       /* bytes that are on the disk for good */
	struct str file, type; /* what the sender says; may be empty */
	struct str metadata;   /* as it came */
	struct str alt, caption, credit, copyright, licence;
	int64_t expires_at;
	struct str refused; /* why it became no asset; empty unless so */
	int64_t asset;	    /* what it became; 0 */
};

/* Whole, and neither taken nor refused yet. */
bool upload_is_whole(const struct upload *u);

/*
 * id, name, kept and expires_at are made.  ERR_BUSY: that person has too much
 * under way.
 */
MUST_USE enum err upload_add(struct ctx *ctx, struct store *st,
    const struct upload *in, const struct upload **out);
/* NULL when there is none. */
MUST_USE enum err upload_by_name(struct ctx *ctx, struct store *st,
    struct str name, const struct upload **out);
/* So many bytes are on the disk, and it lives on.  ERR_GONE. */
MUST_USE enum err upload_keep(struct ctx *ctx, struct store *st, int64_t id,
    int64_t kept, int64_t *expires_at);

/* Those that upload_is_whole(), with a higher id: up to 100. */
MUST_USE enum err upload_list_whole(struct ctx *ctx, struct store *st,
    int64_t after, const struct upload **out, size_t *n);
/* It becomes an asset, which may be there already: asset_add(). */
MUST_USE enum err upload_take(struct ctx *ctx, struct store *st,
    const struct upload *u, const struct asset *in, const struct asset **out);
/* It becomes none; its bytes are the caller's to remove. */
MUST_USE enum err upload_refuse(
    struct ctx *ctx, struct store *st, const struct upload *u, struct str why);
MUST_USE enum err upload_remove(
    struct ctx *ctx, struct store *st, const struct upload *u);

/*
 * Removes what has expired, up to 100 at once: the names of its files, which
 * are the caller's to remove.  *next: when there is more to do; 0: never.
 */
MUST_USE enum err upload_expire(struct ctx *ctx, struct store *st,
    const struct str **names, size_t *n, int64_t *next);

#endif
