/* SPDX-License-Identifier: MIT */
#ifndef UPLOAD_SHA1_H
#define UPLOAD_SHA1_H

/*
 * SHA-1 (FIPS 180-4).  tus asks every server for it, and libsodium has none.
 * It tells a damaged chunk from a whole one; it is no defence against anybody.
 */

#include <stddef.h>
#include <stdint.h>

enum { SHA1_BYTES = 20, SHA1_BLOCK = 64 };

struct sha1 {
	uint32_t h[5];
	uint64_t n; /* bytes so far */
	unsigned char block[SHA1_BLOCK];
};

void sha1_init(struct sha1 *s);
void sha1_update(struct sha1 *s, const void *bytes, size_t n);
void sha1_final(struct sha1 *s, unsigned char out[SHA1_BYTES]);

#endif
