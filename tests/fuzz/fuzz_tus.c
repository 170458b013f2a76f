/* SPDX-License-Identifier: MIT */
/*
 * Headers of uploads: what is taken is text that may stand with an asset, and
 * a checksum is one that these very bytes have, or not.
 */

#include <stdlib.h>

#include "newsroom/upload.h"
#include "upload/tus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check_words(struct str s)
{
	if (!utf8_ok(s) || !utf8_is_line(s) ||
	    utf8_length(s) > UPLOAD_WORDS_MAX)
		abort();
}

static void
read_metadata(struct ctx *ctx, struct str header)
{
	struct tus_metadata m = { 0 };
	enum err err = tus_metadata_read(ctx, header, &m);

	if (err == ERR_OK) {
		check_words(m.file);
		check_words(m.type);
		check_words(m.alt);
		check_words(m.caption);
		check_words(m.credit);
	} else if (err != ERR_INVALID || ctx_why(ctx)[0] == '\0') {
		abort();
	}
}

/* The rest of the input is the chunk that it is said to be of. */
static void
read_checksum(struct ctx *ctx, struct str header, struct str chunk)
{
	struct tus_checksum whole = { 0 };
	struct tus_checksum parts = { 0 };
	enum err err = tus_checksum_read(ctx, header, &whole);

	if (err != ERR_OK) {
		if (err != ERR_INVALID || ctx_why(ctx)[0] == '\0')
			abort();
		return;
	}
	if ((whole.algorithm == TUS_NONE) != (header.n == 0))
		abort();
	parts = whole;
	tus_checksum_update(&whole, chunk);
	for (size_t at = 0; at < chunk.n; at += 7)
		tus_checksum_update(&parts, str_sub(chunk, at, 7));
	if (tus_checksum_matches(&whole) != tus_checksum_matches(&parts))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = str_make((const char *)data, n);
	struct arena *a = arena_new(0);
	struct str rest = { 0 };
	struct str header = str_cut(in, '\n', &rest);
	struct ctx ctx;
	int64_t number = 0;

	ctx_init(&ctx, a, NULL);
	read_metadata(&ctx, header);
	read_checksum(&ctx, header, rest);
	if (tus_number(header, &number) && number < 0)
		abort();
	if (tus_bearer(header).n > header.n)
		abort();
	arena_free(a);
	return 0;
}
