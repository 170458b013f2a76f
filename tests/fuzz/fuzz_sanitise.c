/* SPDX-License-Identifier: MIT */
/*
 * The sanitiser: what it makes is well-formed, holds only what the
 * allow-list has, and is left as it is when sanitised again.
 */

#include <stdio.h>
#include <stdlib.h>

#include "markup/sanitise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define REQUIRE(what, html) ((what) ? (void)0 : broken(#what, (html)))

static void
broken(const char *what, struct str html)
{
	fprintf(stderr, "broken: %s\n%.*s\n", what, STR_FMT(html));
	abort();
}

static bool
is_allowed(struct str name)
{
	static const char *const names[] = { "p", "h2", "h3", "h4", "pre", "ul",
		"ol", "li", "dl", "dt", "dd", "blockquote", "aside", "details",
		"summary", "figure", "figcaption", "table", "caption", "thead",
		"tbody", "tfoot", "tr", "td", "th", "a", "abbr", "b", "bdi",
		"bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd",
		"mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span",
		"strong", "sub", "sup", "time", "var", "br", "hr", "img" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (str_eq(name, str_c(names[i])))
			return true;
	return false;
}

static bool
is_void(struct str name)
{
	return str_eq(name, STR("br")) || str_eq(name, STR("hr")) ||
	       str_eq(name, STR("img"));
}

/* name="value" pairs with nothing dangerous in them. */
static void
check_attrs(struct str tag, struct str html)
{
	size_t at = 0;

	while (at < tag.n) {
		size_t eq = str_find(tag, STR("=\""), at);
		size_t end = 0;
		struct str name;
		struct str value;

		REQUIRE(tag.p[at] == ' ', html);
		REQUIRE(eq != SIZE_MAX, html);
		name = str_sub(tag, at + 1, eq - at - 1);
		end = str_find_char(tag, '"', eq + 2);
		REQUIRE(end != SIZE_MAX, html);
		value = str_sub(tag, eq + 2, end - eq - 2);
		REQUIRE(name.n > 0, html);
		for (size_t i = 0; i < name.n; i++)
			REQUIRE(name.p[i] >= 'a' && name.p[i] <= 'z', html);
		REQUIRE(!str_starts(name, STR("on")), html);
		REQUIRE(!str_eq(name, STR("style")), html);
		if (str_eq(name, STR("href")) || str_eq(name, STR("src")) ||
		    str_eq(name, STR("cite")))
			REQUIRE(str_starts(value, STR("http://")) ||
				    str_starts(value, STR("https://")) ||
				    str_starts(value, STR("mailto:")) ||
				    str_starts(value, STR("tel:")) ||
				    str_starts(value, STR("#s-")) ||
				    value.p[0] == '/',
			    html);
		at = end + 1;
	}
}

static void
check_form(struct str html)
{
	static struct str open[4096];
	size_t n = 0;
	size_t at = 0;

	while ((at = str_find_char(html, '<', at)) != SIZE_MAX) {
		size_t end = str_find_char(html, '>', at);
		struct str tag;
		struct str rest = { 0 };
		struct str name;

		REQUIRE(end != SIZE_MAX, html);
		tag = str_sub(html, at + 1, end - at - 1);
		at = end + 1;
		if (str_starts(tag, STR("/"))) {
			REQUIRE(n > 0, html);
			REQUIRE(str_eq(open[--n], str_from(tag, 1)), html);
			continue;
		}
		name = str_cut(tag, ' ', &rest);
		REQUIRE(is_allowed(name), html);
		check_attrs(str_from(tag, name.n), html);
		if (!is_void(name)) {
			REQUIRE(n < 4096, html);
			open[n++] = name;
		}
	}
	REQUIRE(n == 0, html);
	REQUIRE(utf8_ok(html), html);
}

/*
 * A comment changes nothing but who reads: simple markup has none, so that
 * the parser does.
 */
static void
check_readers(struct ctx *ctx, const struct sanitise_rules *rules,
    struct str in, struct html want)
{
	struct str long_way =
	    str_printf(ctx->arena, "<!---->%.*s", STR_FMT(in));
	struct html out = { 0 };

	if (in.n == 0 || memchr(in.p, 0, in.n) != NULL)
		return;
	REQUIRE(sanitise(ctx, long_way, rules, &out, NULL) == ERR_OK, in);
	if (!str_eq(out.s, want.s))
		fprintf(stderr, "parser: %.*s\n", STR_FMT(out.s));
	REQUIRE(str_eq(out.s, want.s), in);
}

static void
check_rules(const struct sanitise_rules *rules, struct str in)
{
	struct arena *a = arena_new(0);
	struct html once = { 0 };
	struct html twice = { 0 };
	struct sanitise_report report;
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	if (sanitise(&ctx, in, rules, &once, &report) == ERR_OK) {
		check_form(once.s);
		REQUIRE(
		    sanitise(&ctx, once.s, rules, &twice, &report) == ERR_OK,
		    once.s);
		if (!str_eq(once.s, twice.s))
			fprintf(stderr, "twice: %.*s\n", STR_FMT(twice.s));
		REQUIRE(str_eq(once.s, twice.s), once.s);
		REQUIRE(report.n == 0, once.s);
		check_readers(&ctx, rules, in, once);
		REQUIRE(utf8_ok(html_text(a, once, 40)), once.s);
		html_words(once);
	} else {
		/* The gauge must have seen depth coming. */
		REQUIRE(strstr(ctx_why(&ctx), "nests deeper") == NULL, in);
	}
	arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = str_make((const char *)data, n);

	check_rules(&sanitise_story, in);
	check_rules(&sanitise_line, in);
	return 0;
}
