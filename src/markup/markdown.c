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

/*
 * An entity may name half of a pair, such as &#xd800;, and md4c writes it
 * down: CommonMark wants U+FFFD there.
 */
static struct str
mend(struct arena *a, struct str html)
{
	size_t bad = utf8_bad(html);
	struct buf b;

	if (bad == SIZE_MAX)
		return html;
	buf_init(&b, a, html.n);
	while (bad != SIZE_MAX) {
		buf_put(&b, str_sub(html, 0, bad));
		BUF_LIT(&b, "\xef\xbf\xbd");
		html = str_from(html, bad + 1);
		while (html.n != 0 && ((unsigned char)html.p[0] & 0xc0) == 0x80)
			html = str_from(html, 1);
		bad = utf8_bad(html);
	}
	buf_put(&b, html);
	return buf_str(&b);
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
	return sanitise(ctx, mend(ctx->arena, buf_str(&b)), rules, out, report);
}
