/* SPDX-License-Identifier: MIT */
/*
 * llms.txt (llmstxt.org): the house in a page of Markdown, for machines that
 * read as people do.
 */

#include <string.h>

#include "pages/part.h"

enum { LLMS_MAX = 262144 }; /* bytes: a thousand sections have room */

/* Titles are the house's own words: none of them makes a link. */
static void
put_words(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (strchr("[]()<>\\`*_", s.p[i]) != NULL && s.p[i] != '\0')
			buf_char(b, '\\');
		buf_char(b, s.p[i]);
	}
}

struct telling {
	struct ctx *ctx;
	const struct page_ask *ask;
	struct tags tags;
	struct buf b;
};

static void
put_link(struct telling *t, struct str title, struct str path, struct str what)
{
	BUF_LIT(&t->b, "- [");
	put_words(&t->b, title);
	buf_printf(&t->b, "](%.*s%.*s)", STR_FMT(t->ask->url), STR_FMT(path));
	if (what.n > 0) {
		BUF_LIT(&t->b, ": ");
		put_words(&t->b, what);
	}
	buf_char(&t->b, '\n');
}

static enum err
put_sections(struct telling *t, const struct edition *e)
{
	const struct section *s = NULL;
	size_t n = 0;

	TRY(section_list(t->ctx, t->ask->st, e->id, &s, &n));
	if (n == 0)
		return ERR_OK;
	BUF_LIT(&t->b, "\n## ");
	put_words(&t->b, e->title);
	BUF_LIT(&t->b, "\n\n");
	for (size_t i = 0; i < n; i++) {
		put_link(t, s[i].title,
		    path_list(t->ctx->arena, e, "section", s[i].slug),
		    s[i].standfirst);
		tag_add(&t->tags, "section", s[i].id);
	}
	return ERR_OK;
}

enum err
page_llms(struct ctx *ctx, const struct page_ask *ask, struct str use,
    struct page *out)
{
	struct page page = { .type = STR("text/markdown; charset=utf-8") };
	struct telling t = {
		.ctx = ctx,
		.ask = ask,
		.tags = { .arena = ctx->arena },
	};

	tag_word(&t.tags, STR("house"));
	buf_init(&t.b, ctx->arena, LLMS_MAX);
	BUF_LIT(&t.b, "# ");
	put_words(&t.b, ask->edition->title);
	if (ask->edition->standfirst.n > 0) {
		BUF_LIT(&t.b, "\n\n> ");
		put_words(&t.b, ask->edition->standfirst);
	}
	BUF_LIT(&t.b,
	    "\n\nA story's address is /news/{id}/{slug}. An advisory before a "
	    "headline or\npicture says what it shows: pass it on with the "
	    "story. Corrections stand at the\nend of a story, dated.\n\n");
	buf_put(&t.b, use);
	buf_char(&t.b, '\n');
	for (size_t i = 0; i < ask->editions_n; i++) {
		tag_add(&t.tags, "edition", ask->editions[i].id);
		TRY(put_sections(&t, &ask->editions[i]));
	}
	BUF_LIT(&t.b, "\n## For machines\n\n");
	put_link(&t, STR("Atom feed"), STR("/feed.atom"),
	    STR("whole stories; also RSS and JSON, and of each list"));
	put_link(&t, STR("API"), STR("/api/v1/openapi.json"),
	    STR("stories, lists and search as JSON"));
	put_link(&t, STR("Sitemap"), STR("/sitemap.xml"),
	    STR("every story, by month"));
	TRY(buf_done(ctx, &t.b, &page.body));
	tags_give(&t.tags, &page);
	*out = page;
	return ERR_OK;
}
