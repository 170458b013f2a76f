/* SPDX-License-Identifier: MIT */
/* masthead.conf of any bytes: what is taken reads the same when printed. */

#include <stdio.h>
#include <stdlib.h>

#include "cli/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct str
printed(struct arena *a, const struct conf *c)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);
	struct str out = { 0 };

	if (f == NULL)
		abort();
	conf_print(f, c);
	if (fclose(f) != 0)
		abort();
	out = str_dup(a, str_make(text, n));
	free(text);
	return out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new(0);
	const char *text = str_cstr(a, str_make((const char *)data, n));
	struct conf once;
	struct conf again;
	struct str first = { 0 };
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	/* A file with a NUL in it, or a longer one, does not come so far. */
	if (n > CONF_MAX || memchr(data, 0, n) != NULL) {
		arena_free(a);
		return 0;
	}
	if (conf_parse(&ctx, "conf", text, &once) != ERR_OK) {
		if (ctx_why(&ctx)[0] == '\0' || !utf8_ok(str_c(ctx_why(&ctx))))
			abort();
	} else {
		if (once.cache_mb < 1 || once.pool_threads < 1 ||
		    once.pool_threads > 64 || !utf8_is_line(once.url) ||
		    !utf8_is_line(once.contact) || !utf8_is_line(once.refused))
			abort();
		first = printed(a, &once);
		if (conf_parse(&ctx, "again", str_cstr(a, first), &again) !=
			ERR_OK ||
		    !str_eq(first, printed(a, &again)))
			abort();
	}
	arena_free(a);
	return 0;
}
