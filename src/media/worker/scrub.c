/* SPDX-License-Identifier: MIT */
/* The chunks of a WebP file (RIFF): which may stay. */

#include "media/worker/scrub.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { RIFF_HEAD = 12, CHUNK_HEAD = 8, VP8X_SIZE = 10, VP8X_ALPHA = 0x10 };

static uint32_t
read_size(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static void
write_size(unsigned char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> (8 * i));
}

static bool
is(const unsigned char *p, const char name[4])
{
	return memcmp(p, name, 4) == 0;
}

/* Of the extended header only the word on transparency is still true. */
static bool
keep_chunk(unsigned char *p, size_t size)
{
	if (is(p, "VP8X") && size >= VP8X_SIZE) {
		p[CHUNK_HEAD] &= VP8X_ALPHA;
		return p[CHUNK_HEAD] != 0;
	}
	return is(p, "VP8 ") || is(p, "VP8L") || is(p, "ALPH");
}

size_t
scrub_webp(unsigned char *p, size_t n)
{
	size_t to = RIFF_HEAD;

	if (n < RIFF_HEAD || n > INT32_MAX || !is(p, "RIFF") ||
	    !is(p + 8, "WEBP"))
		return 0;
	for (size_t at = RIFF_HEAD; at < n;) {
		size_t size, whole;

		if (n - at < CHUNK_HEAD)
			return 0;
		size = read_size(p + at + 4);
		whole = CHUNK_HEAD + size + (size & 1);
		if (whole > n - at)
			return 0;
		if (keep_chunk(p + at, size)) {
			memmove(p + to, p + at, whole);
			to += whole;
		}
		at += whole;
	}
	write_size(p + 4, (uint32_t)to - CHUNK_HEAD);
	return to > RIFF_HEAD ? to : 0;
}
