/* SPDX-License-Identifier: MIT */
#ifndef UPLOAD_TUS_H
#define UPLOAD_TUS_H

/*
 * Headers of tus 1.0, as strangers write them, and what they mean.
 *
 * Memory: ctx's arena.  Errors: ERR_INVALID with words for the sender.
 * Threads: any.
 */

#include "base/base.h"

#include <nettle/sha1.h>
#include <sodium.h>

#define TUS_VERSION "1.0.0"

enum { TUS_KEYS_MAX = 32 }; /* in Upload-Metadata */

/* Digits only: no sign, no space. */
bool tus_number(struct str s, int64_t *out);

/* What we understand of Upload-Metadata; the rest is only kept. */
struct tus_metadata {
	struct str file, type;		 /* "filename", "filetype" */
	struct str alt, caption, credit; /* words of the asset */
	struct str copyright, licence;
};
MUST_USE enum err tus_metadata_read(
    struct ctx *ctx, struct str header, struct tus_metadata *out);

enum tus_algorithm { TUS_NONE, TUS_SHA1, TUS_SHA256 };

struct tus_checksum {
	enum tus_algorithm algorithm;
	unsigned char sum[crypto_hash_sha256_BYTES]; /* that was announced */
	struct sha1_ctx sha1; /* no defence: it tells damage only */
	crypto_hash_sha256_state sha256;
};
/* An empty header: TUS_NONE. */
MUST_USE enum err tus_checksum_read(
    struct ctx *ctx, struct str header, struct tus_checksum *out);
void tus_checksum_update(struct tus_checksum *c, struct str bytes);
/* Once. */
bool tus_checksum_matches(struct tus_checksum *c);

/* The token of "Bearer TOKEN"; empty when it is something else. */
struct str tus_bearer(struct str authorization);

#endif
