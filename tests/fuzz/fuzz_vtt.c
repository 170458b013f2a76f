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

static size_t
count(struct str s, struct str what)
{
	size_t n = 0;

	for (size_t at = str_find(s, what, 0); at != SIZE_MAX;
	     at = str_find(s, what, at + what.n))
		n++;
	return n;
}

/* A reader's page has them between its own tags: no tag of theirs is left. */
static void
check_words(struct ctx *ctx, const struct vtt *v)
{
	const struct str *words = NULL;
	size_t said = 0;
	size_t n = 0;

	check(vtt_words(ctx, v, &words, &n) == ERR_OK);
	check(n <= v->n);
	for (size_t i = 0; i < v->n; i++)
		said += count(v->cues[i].text, STR("&lt;"));
	for (size_t i = 0; i < n; i++) {
		check(words[i].n > 0 && utf8_printable(words[i]));
		said -= count(words[i], STR("<"));
	}
	check(said == 0);
}

static void
check_again(struct ctx *ctx, const struct vtt *v)
{
	struct vtt back = { 0 };
	struct str once = { 0 };
	struct str twice = { 0 };

	check(vtt_write(ctx, v, &once) == ERR_OK);
	check(vtt_read(ctx, once, &back) == ERR_OK && back.n == v->n);
	check(back.notes == 0);
	check(vtt_write(ctx, &back, &twice) == ERR_OK && str_eq(once, twice));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new(0);
	struct vtt v = { 0 };
	enum err err = ERR_OK;
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	err = vtt_read(&ctx, str_make((const char *)data, n), &v);
	if (err == ERR_OK) {
		check_cues(&v);
		check_words(&ctx, &v);
		check_again(&ctx, &v);
	} else {
		check(err == ERR_INVALID && strlen(ctx_why(&ctx)) > 0);
		check(utf8_ok(str_c(ctx_why(&ctx))));
	}
	arena_free(a);
	return 0;
}
