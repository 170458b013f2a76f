/* SPDX-License-Identifier: MIT */
/* Slugs and dates of any bytes: valid, the same each time, never a crash. */

#include <stdlib.h>

#include "markup/locale.h"
#include "markup/slug.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* The first byte chooses the language. */
static const char *const langs[] = { "", "de", "ar", "fa", "ru", "uk", "sr",
	"he" };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = str_make((const char *)data, n);
	struct arena *a = arena_new(0);
	struct str lang = STR("");
	struct str once = { 0 };
	struct str again = { 0 };
	struct str of_slug = { 0 };
	struct ctx ctx;
	int64_t at = 0;

	ctx_init(&ctx, a, NULL);
	if (n > 0)
		lang = str_c(langs[data[0] % 8]);
	if (slug_make(&ctx, in, lang, &once) == ERR_OK) {
		if (!slug_valid(once))
			abort();
		if (slug_make(&ctx, in, lang, &again) != ERR_OK ||
		    !str_eq(once, again))
			abort();
		if (slug_make(&ctx, once, lang, &of_slug) != ERR_OK ||
		    !str_eq(once, of_slug))
			abort();
	} else if (utf8_ok(in)) {
		abort();
	}
	if (date_parse(&ctx, in, STR("Asia/Tehran"), &at) == ERR_OK &&
	    (at < INT64_C(-62200000000) || at > INT64_C(253500000000)))
		abort();
	(void)lang_valid(in);
	(void)zone_valid(in);
	arena_free(a);
	return 0;
}
