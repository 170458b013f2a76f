/* SPDX-License-Identifier: MIT */
/* Sections, tags and authors: what stands under them, newest first. */

#include "newsroom/change.h"
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
		l->view.older = cursor_path(l->ctx->arena, l->head.path,
		    t[shown - 1].at, t[shown - 1].id);
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

/*
 * Does the first page reach down to these, the n newest of the list?  It
 * shows its TOP, wherever they stand in the list, and ITEMS of the others.
 */
static enum err
first_page_reaches(
    struct listing *l, const struct teaser *t, size_t n, bool *reaches)
{
	struct seen *seen = ARENA_NEW(l->ctx->arena, struct seen);
	const struct list *list = NULL;
	const struct teaser *top = NULL;
	size_t top_n = 0;
	size_t others = n;

	*reaches = n <= FIRST_PAGE;
	if (l->range.kind != RANGE_SECTION || !*reaches || n <= ITEMS)
		return ERR_OK;
	TRY(list_by_section(l->ctx, l->ask->st, l->head.id, &list));
	TRY(list_fill(l->ctx, l->ask->st, list, TOP, seen, &top, &top_n));
	tag_add(&l->tags, "slist", l->head.id);
	for (size_t i = 0; i < n; i++)
		others -= seen_has(seen, t[i].id);
	*reaches = others <= ITEMS;
	return ERR_OK;
}

/*
 * The way up: to the first page, or to where the page above begins.  *moved:
 * nothing stands above, so that this is the first page by another name.
 */
static enum err
add_newer(struct listing *l, const struct teaser *first, bool *moved)
{
	struct range up = l->range;
	const struct teaser *t = NULL;
	bool reaches = false;
	size_t n = 0;

	up.at = first->at;
	up.story = first->id;
	up.n = FIRST_PAGE + 1;
	TRY(range_read_newer(l->ctx, l->ask->st, &up, &t, &n));
	*moved = n == 0;
	TRY(first_page_reaches(l, t, n, &reaches));
	if (reaches) {
		l->view.newer = l->head.path;
		return ERR_OK;
	}
	t += n - ITEMS - 1;
	l->view.newer = cursor_path(l->ctx->arena, l->head.path, t->at, t->id);
	return ERR_OK;
}

static enum err
later_page(struct listing *l, bool *moved)
{
	const struct teaser *t = NULL;
	size_t n = 0;

	l->range.n = ITEMS + 1;
	TRY(range_read(l->ctx, l->ask->st, &l->range, &t, &n));
	if (n == 0)
		return FAIL(l->ctx, ERR_NOTFOUND, "the list ends before");
	TRY(add_items(l, t, n));
	return add_newer(l, &t[0], moved);
}

/* ---- the same in the other editions ---- */

static enum err
path_elsewhere(struct listing *l, const struct page_list *in,
    const struct edition *e, struct str *out)
{
	struct page_ask there = *l->ask;
	struct list_head head = { 0 };
	enum err err = ERR_OK;

	there.edition = e;
	err = list_find(l->ctx, &there, in, &head);
	if (err == ERR_NOTFOUND) {
		/* Sections come with their edition's tag. */
		tag_word(&l->tags, made_tag(l->ctx->arena, e->id, in->slug));
		return ERR_OK;
	}
	TRY(err);
	tag_add(&l->tags, head.name_tag, head.id);
	*out = head.path;
	return ERR_OK;
}

static enum err
elsewhere(struct listing *l, const struct page_list *in, const struct str **out)
{
	struct str *paths =
	    ARENA_ARRAY(l->ctx->arena, l->ask->editions_n, struct str);

	for (size_t i = 0; i < l->ask->editions_n; i++)
		if (&l->ask->editions[i] != l->ask->edition)
			TRY(path_elsewhere(
			    l, in, &l->ask->editions[i], &paths[i]));
	*out = paths;
	return ERR_OK;
}

static enum err
print(struct listing *l, const struct page_list *in, struct page *out)
{
	struct frame_view *frame = NULL;
	struct str path = l->head.path;
	const struct str *others = NULL;

	TRY(elsewhere(l, in, &others));
	if (in->before.n > 0)
		path = str_printf(l->ctx->arena, "%.*s?before=%.*s",
		    STR_FMT(path), STR_FMT(in->before));
	TRY(frame_make(l->ctx, l->ask,
	    &(struct frame_ask){
		.title = l->head.title,
		.description = l->head.standfirst,
		.path = path,
		.list_title = l->head.title,
		.list_path = l->head.path,
		.section = in->kind == RANGE_SECTION ? l->head.id : 0,
		.section_page = true,
		.day = true,
		.elsewhere = others,
		.equal = in->before.n == 0,
	    },
	    &l->tags, &frame));
	l->view.frame = frame;
	l->view.heading = l->head.title;
	l->view.standfirst = l->head.standfirst;
	l->view.feed = path_feed(l->ctx->arena, l->head.path);
	l->view.earlier =
	    l->view.has_top ? l->ask->w->earlier : l->ask->w->newest;
	l->view.has_pages = l->view.newer.n > 0 || l->view.older.n > 0;
	return page_print(
	    l->ctx, l->ask, PRESS_SECTION, &l->view, &l->tags, out);
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
	struct page page = { .dated = ask->edition->id };
	bool moved = false;

	if (in->before.n > 0 &&
	    !cursor_read(in->before, &l.range.at, &l.range.story))
		return FAIL(
		    ctx, ERR_INVALID, "\"before\" is no place in a list");
	TRY(list_find(ctx, ask, in, &l.head));
	l.range.ref = l.head.id;
	tag_add(&l.tags, l.head.list_tag, l.head.id);
	tag_add(&l.tags, l.head.name_tag, l.head.id);
	TRY(in->before.n > 0 ? later_page(&l, &moved) : first_page(&l));
	if (moved) {
		page = (struct page){ .redirect = l.head.path };
		tags_give(&l.tags, &page);
	} else {
		TRY(print(&l, in, &page));
	}
	*out = page;
	return ERR_OK;
}
