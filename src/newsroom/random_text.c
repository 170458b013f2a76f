/* SPDX-License-Identifier: MIT */
/* Names and secrets that nobody guesses. */

#include "newsroom/random_text.h"

#include <assert.h>
#include <sodium.h>

struct str
random_text(struct arena *a, size_t bytes)
{
	enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };
	unsigned char raw[RANDOM_BYTES_MAX];
	size_t room = sodium_base64_encoded_len(bytes, VARIANT);
	char *p = arena_alloc(a, room);

	assert(bytes <= sizeof raw);
	randombytes_buf(raw, bytes);
	sodium_bin2base64(p, room, raw, bytes, VARIANT);
	sodium_memzero(raw, sizeof raw);
	return str_make(p, room - 1); /* its NUL is counted */
}
