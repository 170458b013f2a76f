/* SPDX-License-Identifier: MIT */
/* Bodies with shortcodes of any bytes, and titles with them. */

#include <stdlib.h>

#include "exchange/front.h"
#include "exchange/shortcode.h"
#include "markup/markdown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Every second page is there. */
static enum err
address(void *arg, struct ctx *ctx, struct str name, struct str *out)
{
	(void)arg;
	if (name.n % 2 == 0)
		*out = str_printf(ctx->arena, "/news/%zu/x", name.n);
	return ERR_OK;
}

static enum err
link_to(void *arg, struct ctx *ctx, struct str url, bool *keep, struct str *out)
{
	(void)arg;
	(void)ctx;
	*keep = url.n % 3 == 0;
	if (url.n % 3 == 1)
		*out = STR("/news/7/x");
	return ERR_OK;
}

static void
check_line(struct str s)
{
	if (!utf8_ok(s) || str_find(s, STR("{{<"), 0) != SIZE_MAX ||
	    str_find(s, STR("{{%"), 0) != SIZE_MAX ||
	    str_find_char(s, '\n', 0) != SIZE_MAX)
		abort();
}

/* The same bytes as a title, a standfirst and a tag. */
static void
check_front(struct ctx *ctx, struct str in)
{
	struct front f = { .title = in, .standfirst = in };

	if (in.n > STANDFIRST_MAX)
		return;
	f.tags = &in;
	f.tags_n = 1;
	if (front_plain(ctx, &f) != ERR_OK)
		return;
	check_line(f.title);
	check_line(f.standfirst);
	check_line(f.tags[0]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct shortcode_host host = {
		.address = address,
		.link = link_to,
	};
	struct str in = str_make((const char *)data, n);
	struct shortcode_report told;
	struct sanitise_report lost = { 0 };
	struct arena *a = arena_new(0);
	struct str out = { 0 };
	struct html html = { 0 };
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	/* text_check() stands before it: only text comes as far as this. */
	if (!utf8_ok(in)) {
		arena_free(a);
		return 0;
	}
	if (shortcode_expand(&ctx, in, &host, &out, &told) == ERR_OK) {
		if (!utf8_ok(out) || told.unknown_n > SHORTCODE_NAMES)
			abort();
		for (size_t i = 0; i < told.unknown_n; i++)
			if (!utf8_ok(told.unknown[i]))
				abort();
		if (markdown_html(&ctx, out, &sanitise_story, &html, &lost) ==
			ERR_OK &&
		    !utf8_ok(html.s))
			abort();
	}
	check_front(&ctx, in);
	arena_free(a);
	return 0;
}
