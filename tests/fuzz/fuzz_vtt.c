/* SPDX-License-Identifier: MIT */
/* Captions of any bytes: what is made of them is read again as the same. */

#include <stdlib.h>

#include "base/utf8.h"
#include "markup/vtt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static void
check_cues(const struct vtt *v)
{
	check(v->n > 0 && v->n <= VTT_CUES_MAX);
	for (size_t i = 0; i < v->n; i++) {
		const struct vtt_cue *c = &v->cues[i];

		check(c->from >= 0 && c->until > c->from);
		check(i == 0 || c->from >= c[-1].from);
		check(c->text.n <= VTT_CUE_MAX);
		check(utf8_ok(c->text) && utf8_ok(c->settings));
		check(str_find(c->text, STR("-->"), 0) == SIZE_MAX);
		check(str_find(c->text, STR("\n\n"), 0) == SIZE_MAX);
	}
}

/* A reader's page has them between its own tags. */
static void
check_words(struct ctx *ctx, const struct vtt *v)
{
	const struct str *words = NULL;
	size_t n = 0;

	if (vtt_words(ctx, v, &words, &n) != ERR_OK)
		return;
	check(n <= v->n);
	for (size_t i = 0; i < n; i++)
		check(words[i].n > 0 && utf8_printable(words[i]));
}

static void
check_again(struct ctx *ctx, const struct vtt *v)
{
	struct vtt back = { 0 };
	struct str once = { 0 };
	struct str twice = { 0 };

	if (vtt_write(ctx, v, &once) != ERR_OK)
		return;
	check(vtt_read(ctx, once, &back) == ERR_OK && back.n == v->n);
	check(back.notes == 0);
	check(vtt_write(ctx, &back, &twice) == ERR_OK && str_eq(once, twice));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new(0);
	struct vtt v = { 0 };
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	if (vtt_read(&ctx, str_make((const char *)data, n), &v) == ERR_OK) {
		check_cues(&v);
		check_words(&ctx, &v);
		check_again(&ctx, &v);
	} else {
		check(strlen(ctx_why(&ctx)) > 0);
	}
	arena_free(a);
	return 0;
}
