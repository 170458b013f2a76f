/* SPDX-License-Identifier: MIT */
/* Sections, tags and authors: what stands under them, newest first. */

#include "pages/part.h"

enum {
	TOP = 3,    /* of a first page: one large, two beside it */
	ITEMS = 20, /* lines of every page */
	FIRST_PAGE = TOP + ITEMS,
};

/* ---- which list ---- */

static enum err
find_section(struct ctx *ctx, const struct page_ask *ask, struct str slug,
    struct list_head *out)
{
	const struct section *s = NULL;

	TRY(section_by_slug(ctx, ask->st, ask->edition->id, slug, &s));
	if (s == NULL)
		return FAIL(ctx, ERR_NOTFOUND, "there is no such section");
	*out = (struct list_head){
		.id = s->id,
		.title = s->title,
		.standfirst = s->standfirst,
		.path = path_list(ctx->arena, ask->edition, "section", s->slug),
		.list_tag = "list:s",
		.name_tag = "section",
	};
	return ERR_OK;
}

static enum err
find_term(struct ctx *ctx, const struct page_ask *ask,
    const struct page_list *in, struct list_head *out)
{
	const struct term *t = NULL;
	bool tag = in->kind == RANGE_TAG;

	if (tag)
		TRY(tag_by_slug(ctx, ask->st, ask->edition->id, in->slug, &t));
	else
		TRY(author_by_slug(
		    ctx, ask->st, ask->edition->id, in->slug, &t));
	if (t == NULL)
		return FAIL(ctx, ERR_NOTFOUND, "there is no such list");
	*out = (struct list_head){
		.id = t->id,
		.title = t->title,
		.standfirst = t->standfirst,
		.path = path_list(
		    ctx->arena, ask->edition, tag ? "tag" : "author", t->slug),
		.list_tag = tag ? "list:t" : "list:a",
		.name_tag = tag ? "tag" : "author",
	};
	return ERR_OK;
}

enum err
list_find(struct ctx *ctx, const struct page_ask *ask,
    const struct page_list *in, struct list_head *out)
{
	switch (in->kind) {
	case RANGE_EDITION:
		*out = (struct list_head){
			.id = ask->edition->id,
			.title = ask->edition->title,
			.standfirst = ask->edition->standfirst,
			.path = path_prefix(ctx->arena, ask->edition),
			.list_tag = "list:e",
			.name_tag = "edition",
		};
		return ERR_OK;
	case RANGE_SECTION:
		return find_section(ctx, ask, in->slug, out);
	case RANGE_TAG:
	case RANGE_AUTHOR:
		break;
	}
	return find_term(ctx, ask, in, out);
}

/* ---- cursors: "1479468823-7", where the last page ended ---- */

static struct str
cursor(struct arena *a, struct str path, const struct teaser *t)
{
	return str_printf(
	    a, "%.*s?before=%" PRId64 "-%" PRId64, STR_FMT(path), t->at, t->id);
}

/* What lies before 1970 begins with a hyphen of its own. */
bool
cursor_read(struct str s, struct range *range)
{
	size_t cut = s.n;

	while (cut > 0 && s.p[cut - 1] != '-')
		cut--;
	return cut > 1 && str_int(str_sub(s, 0, cut - 1), &range->at) &&
	       str_int(str_from(s, cut), &range->story) && range->story > 0;
}

/* ---- the page ---- */

struct listing {
	struct ctx *ctx;
	const struct page_ask *ask;
	struct list_head head;
	struct tags tags;
	struct section_view view;
	struct range range;
};

static enum err
add_items(struct listing *l, const struct teaser *t, size_t n)
{
	struct teaser_view *items = NULL;
	size_t shown = n > ITEMS ? ITEMS : n; /* one more was asked for */

	TRY(teasers_make(l->ctx, l->ask, t, shown, &l->tags, &items));
	l->view.items = items;
	l->view.items_n = shown;
	l->view.has_items = shown > 0;
	if (n > shown)
		l->view.older =
		    cursor(l->ctx->arena, l->head.path, &t[shown - 1]);
	return ERR_OK;
}

static enum err
first_page(struct listing *l)
{
	struct seen *seen = ARENA_NEW(l->ctx->arena, struct seen);
	const struct teaser *t = NULL;
	struct teaser_view *top = NULL;
	size_t n = 0;

	if (l->range.kind == RANGE_SECTION) {
		const struct list *list = NULL;

		tag_add(&l->tags, "slist", l->head.id);
		TRY(list_by_section(l->ctx, l->ask->st, l->head.id, &list));
		TRY(list_fill(l->ctx, l->ask->st, list, TOP, seen, &t, &n));
	} else {
		l->range.n = TOP;
		TRY(range_fill(l->ctx, l->ask->st, &l->range, seen, &t, &n));
	}
	if (n == 0) {
		l->view.empty = l->ask->w->empty_list;
		return ERR_OK;
	}
	if (n < TOP) /* too few to rank */
		return add_items(l, t, n);
	TRY(teasers_make(l->ctx, l->ask, t, n, &l->tags, &top));
	l->view.has_top = true;
	l->view.top = &top[0];
	l->view.beside = &top[1];
	l->view.beside_n = n - 1;
	l->range.n = ITEMS + 1;
	TRY(range_fill(l->ctx, l->ask->st, &l->range, seen, &t, &n));
	return add_items(l, t, n);
}

/* The way up: to the first page, or to where the page above begins. */
static enum err
add_newer(struct listing *l, const struct teaser *first)
{
	struct range up = l->range;
	const struct teaser *t = NULL;
	size_t n = 0;

	up.at = first->at;
	up.story = first->id;
	up.n = FIRST_PAGE + 1;
	TRY(range_read_newer(l->ctx, l->ask->st, &up, &t, &n));
	if (n <= FIRST_PAGE)
		l->view.newer = l->head.path;
	else
		l->view.newer =
		    cursor(l->ctx->arena, l->head.path, &t[n - ITEMS - 1]);
	return ERR_OK;
}

static enum err
later_page(struct listing *l)
{
	const struct teaser *t = NULL;
	size_t n = 0;

	l->range.n = ITEMS + 1;
	TRY(range_read(l->ctx, l->ask->st, &l->range, &t, &n));
	if (n == 0)
		return FAIL(l->ctx, ERR_NOTFOUND, "the list ends before");
	TRY(add_items(l, t, n));
	return add_newer(l, &t[0]);
}

enum err
page_list(struct ctx *ctx, const struct page_ask *ask,
    const struct page_list *in, struct page *out)
{
	struct listing l = {
		.ctx = ctx,
		.ask = ask,
		.tags = { .arena = ctx->arena },
		.range = { .kind = in->kind },
	};
	struct frame_view *frame = NULL;
	struct page page = { .dated = ask->edition->id };

	if (in->before.n > 0 && !cursor_read(in->before, &l.range))
		return FAIL(
		    ctx, ERR_INVALID, "\"before\" is no place in a list");
	TRY(list_find(ctx, ask, in, &l.head));
	l.range.ref = l.head.id;
	tag_add(&l.tags, l.head.list_tag, l.head.id);
	tag_add(&l.tags, l.head.name_tag, l.head.id);
	TRY(in->before.n > 0 ? later_page(&l) : first_page(&l));
	TRY(frame_make(ctx, ask,
	    &(struct frame_ask){
		.title = l.head.title,
		.description = l.head.standfirst,
		.path =
		    in->before.n == 0
			? l.head.path
			: str_printf(ctx->arena,
			      "%.*s?before=%" PRId64 "-%" PRId64,
			      STR_FMT(l.head.path), l.range.at, l.range.story),
		.list_title = l.head.title,
		.list_path = l.head.path,
		.section = in->kind == RANGE_SECTION ? l.head.id : 0,
		.section_page = true,
		.day = true,
	    },
	    &l.tags, &frame));
	l.view.frame = frame;
	l.view.heading = l.head.title;
	l.view.standfirst = l.head.standfirst;
	l.view.earlier = l.view.has_top ? ask->w->earlier : ask->w->newest;
	l.view.has_pages = l.view.newer.n > 0 || l.view.older.n > 0;
	TRY(page_print(ctx, ask, PRESS_SECTION, &l.view, &l.tags, &page));
	*out = page;
	return ERR_OK;
}
