/* SPDX-License-Identifier: MIT */
/* Plain text to a story's body and back. */

#include "markup/plain.h"

static struct str
next_line(struct str *rest)
{
	struct str line = str_cut(*rest, '\n', rest);

	return str_trim(line);
}

/* The sanitiser has the last word, so that the result is in its form. */
enum err
plain_html(
    struct ctx *ctx, struct str bytes, enum plain_lines lines, struct html *out)
{
	struct str rest = bytes;
	size_t bad = utf8_bad(bytes);
	bool open = false;
	struct buf b;

	if (bytes.n > SANITISE_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "the text has %zu bytes, more than %d", bytes.n,
		    SANITISE_MAX);
	if (bad != SIZE_MAX)
		return FAIL(
		    ctx, ERR_INVALID, "the text is not UTF-8 at byte %zu", bad);
	buf_init(&b, ctx->arena, SANITISE_MAX);
	while (rest.n > 0) {
		struct str line = next_line(&rest);

		if (line.n == 0) {
			open = false;
			continue;
		}
		if (!open)
			BUF_LIT(&b, "<p>");
		else if (lines == PLAIN_BREAKS)
			BUF_LIT(&b, "<br>");
		else
			buf_char(&b, ' ');
		escape_html(&b, line);
		open = true;
	}
	if (b.over)
		return FAIL(ctx, ERR_LIMIT,
		    "the text would be longer than %d bytes as HTML",
		    SANITISE_MAX);
	return sanitise(ctx, buf_str(&b), NULL, out, NULL);
}

struct str
plain_text(struct arena *a, struct html html)
{
	struct str text = { 0 };
	struct buf b;
	size_t at = 0;

	/* <br> becomes a mark that no text holds, then a line end. */
	buf_init(&b, a, html.s.n + 1);
	while (at < html.s.n) {
		size_t br = str_find(html.s, STR("<br>"), at);
		size_t end = br == SIZE_MAX ? html.s.n : br;

		buf_put(&b, str_sub(html.s, at, end - at));
		if (br != SIZE_MAX)
			buf_char(&b, '\x1e');
		at = br == SIZE_MAX ? html.s.n : br + 4;
	}
	text = html_text(a, (struct html){ buf_str(&b) }, 0);
	buf_init(&b, a, 2 * text.n + 1);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\x1e')
			buf_char(&b, '\n');
		else if (text.p[i] == '\n')
			BUF_LIT(&b, "\n\n");
		else
			buf_char(&b, text.p[i]);
	}
	return buf_str(&b);
}
