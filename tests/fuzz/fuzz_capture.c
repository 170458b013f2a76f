/* SPDX-License-Identifier: MIT */
/* Captured pages and front matter of any bytes: read or refused. */

#include <stdlib.h>

#include "exchange/capture.h"
#include "exchange/front.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check_capture(const struct capture *c)
{
	if (c->headline.n == 0 || !utf8_ok(c->headline) || !utf8_ok(c->body) ||
	    !utf8_is_line(c->headline) || c->items_n > RELATED_MAX)
		abort();
	if (!c->has_list && c->items_n != 0)
		abort();
	for (size_t i = 0; i < c->items_n; i++) {
		if (c->items[i].id <= 0 || c->items[i].sort <= 0 ||
		    c->items[i].title.n == 0 || !utf8_ok(c->items[i].title))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = str_make((const char *)data, n);
	struct arena *a = arena_new(0);
	struct capture c = { 0 };
	struct front f = { 0 };
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	if (capture_parse(&ctx, in, &c) == ERR_OK)
		check_capture(&c);
	else if (ctx_why(&ctx)[0] == '\0')
		abort();
	if (utf8_ok(in) && front_read(&ctx, in, &f) == ERR_OK &&
	    (f.tags_n > STORY_TAGS_MAX || !utf8_ok(f.title)))
		abort();
	arena_free(a);
	return 0;
}
