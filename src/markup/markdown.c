/* SPDX-License-Identifier: MIT */
/* Markdown to a story's body. */

#include "markup/markdown.h"

#include <md4c-html.h>

static void
take(const MD_CHAR *text, MD_SIZE n, void *arg)
{
	struct buf *b = arg;

	buf_put(b, str_make(text, n));
}

enum err
markdown_html(struct ctx *ctx, struct str bytes,
    const struct sanitise_rules *rules, struct html *out,
    struct sanitise_report *report)
{
	size_t bad = utf8_bad(bytes);
	struct buf b;

	if (bytes.n > SANITISE_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "the Markdown has %zu bytes, more than %d", bytes.n,
		    SANITISE_MAX);
	if (bad != SIZE_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "the Markdown is not UTF-8 at byte %zu", bad);
	buf_init(&b, ctx->arena, SANITISE_MAX);
	if (md_html(bytes.p, (MD_SIZE)bytes.n, take, &b,
		MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH |
		    MD_FLAG_PERMISSIVEAUTOLINKS,
		0) != 0)
		return FAIL(ctx, ERR_LIMIT, "the Markdown cannot be read");
	if (b.over)
		return FAIL(ctx, ERR_LIMIT,
		    "the Markdown would be longer than %d bytes as HTML",
		    SANITISE_MAX);
	return sanitise(ctx, buf_str(&b), rules, out, report);
}
