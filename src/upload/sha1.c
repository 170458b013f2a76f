/* SPDX-License-Identifier: MIT */
/* SHA-1, as FIPS 180-4 describes it. */

#include "upload/sha1.h"

#include <string.h>

enum { ROUNDS = 80, LENGTH_AT = 56 }; /* where the length stands in a block */

void
sha1_init(struct sha1 *s)
{
	*s = (struct sha1){ .h = { 0x67452301, 0xefcdab89, 0x98badcfe,
				0x10325476, 0xc3d2e1f0 } };
}

static uint32_t
turn(uint32_t x, unsigned by)
{
	return x << by | x >> (32 - by);
}

static uint32_t
mix(int round, uint32_t b, uint32_t c, uint32_t d)
{
	if (round < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (round < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (round < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

static void
eat(uint32_t h[5], const unsigned char *p)
{
	uint32_t w[ROUNDS];
	uint32_t v[5];

	for (int t = 0; t < 16; t++, p += 4)
		w[t] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		       (uint32_t)p[2] << 8 | p[3];
	for (int t = 16; t < ROUNDS; t++)
		w[t] = turn(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
	memcpy(v, h, sizeof v);
	for (int t = 0; t < ROUNDS; t++) {
		uint32_t next =
		    turn(v[0], 5) + mix(t, v[1], v[2], v[3]) + v[4] + w[t];

		v[4] = v[3];
		v[3] = v[2];
		v[2] = turn(v[1], 30);
		v[1] = v[0];
		v[0] = next;
	}
	for (int i = 0; i < 5; i++)
		h[i] += v[i];
}

void
sha1_update(struct sha1 *s, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	while (n > 0) {
		size_t at = s->n % SHA1_BLOCK;
		size_t take = SHA1_BLOCK - at < n ? SHA1_BLOCK - at : n;

		memcpy(s->block + at, p, take);
		s->n += take;
		p += take;
		n -= take;
		if (s->n % SHA1_BLOCK == 0)
			eat(s->h, s->block);
	}
}

void
sha1_final(struct sha1 *s, unsigned char out[SHA1_BYTES])
{
	static const unsigned char end[SHA1_BLOCK] = { 0x80 };
	uint64_t bits = s->n * 8;
	size_t at = s->n % SHA1_BLOCK;
	unsigned char length[8];

	for (int i = 0; i < 8; i++)
		length[i] = (unsigned char)(bits >> (56 - 8 * i));
	sha1_update(s, end,
	    at < LENGTH_AT ? LENGTH_AT - at : SHA1_BLOCK + LENGTH_AT - at);
	sha1_update(s, length, sizeof length);
	for (int i = 0; i < SHA1_BYTES; i++)
		out[i] = (unsigned char)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}
