/* SPDX-License-Identifier: MIT */
/*
 * A story's text of any bytes, as an editor gives it back: read or refused
 * with a sentence; what was read is written and read back without a loss.
 */

#include <stdlib.h>

#include "exchange/document_own.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check_again(struct ctx *ctx, struct document *d)
{
	struct document again = { 0 };
	struct front front = { 0 };
	struct str text;

	/* A story has a title, says who saves it, who looks at `seen` too. */
	if (d->value[KEY_TITLE].n == 0)
		return;
	d->story = 0;
	text = document_text(ctx, d);
	if (!utf8_ok(text))
		abort();
	if (text.n > DOCUMENT_MAX)
		return;
	if (document_read(ctx, text, &front, &again) != ERR_OK)
		abort();
	for (enum document_key i = 0; i < KEYS; i++)
		if (!str_eq(again.value[i], d->value[i]))
			abort();
	if (!str_eq(document_text(ctx, &again), text))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new(0);
	struct document d = { 0 };
	struct front front = { 0 };
	uint32_t digests[SEEN_N];
	int64_t number = 0;
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	if (document_read(&ctx, str_make((const char *)data, n), &front, &d) ==
	    ERR_OK) {
		if (document_seen(d.seen, &number, digests) && number <= 0)
			abort();
		check_again(&ctx, &d);
	} else if (ctx_why(&ctx)[0] == '\0') {
		abort();
	}
	arena_free(a);
	return 0;
}
