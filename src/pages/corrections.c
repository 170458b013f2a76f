/* SPDX-License-Identifier: MIT */
/* What the house had to put right, newest first. */

#include "newsroom/correction.h"
#include "pages/part.h"

enum { ITEMS = 30 }; /* corrections of every page */

struct record {
	struct ctx *ctx;
	const struct page_ask *ask;
	struct str path;
	struct tags tags;
	struct corrections_view view;
	struct correction_range range;
};

struct str
path_correction(
    struct arena *a, const struct page_ask *ask, const struct corrected *c)
{
	return str_printf(a, "%.*s#changes",
	    STR_FMT(path_story(a, ask->edition, c->story.id, c->story.slug)));
}

static enum err
item_make(
    struct record *r, const struct corrected *c, struct corrected_view *out)
{
	out->text = c->text;
	out->headline = c->story.headline;
	out->label = c->story.advisory_label;
	out->url = path_correction(r->ctx->arena, r->ask, c);
	tag_add(&r->tags, "story", c->story.id);
	tag_add(&r->tags, "advisory", c->story.advisory);
	tag_add(&r->tags, "asset", c->story.lead.asset);
	TRY(time_iso(r->ctx, r->ask, c->at, &out->iso));
	return locale_date_pattern(
	    r->ctx, r->ask->locale, STR("d MMM y"), c->at, &out->time);
}

static enum err
items_make(struct record *r, const struct corrected *c, size_t n)
{
	size_t shown = n > ITEMS ? ITEMS : n; /* one more was asked for */
	struct corrected_view *items =
	    ARENA_ARRAY(r->ctx->arena, shown, struct corrected_view);

	for (size_t i = 0; i < shown; i++)
		TRY(item_make(r, &c[i], &items[i]));
	r->view.items = items;
	r->view.items_n = shown;
	r->view.has_items = shown > 0;
	if (n > shown)
		r->view.older = cursor_path(
		    r->ctx->arena, r->path, c[shown - 1].at, c[shown - 1].id);
	return ERR_OK;
}

/* *moved: nothing stands above, so that it is the first page. */
static enum err
newer_make(struct record *r, const struct corrected *first, bool *moved)
{
	struct correction_range up = r->range;
	const struct corrected *c = NULL;
	size_t n = 0;

	up.at = first->at;
	up.id = first->id;
	up.n = ITEMS + 1;
	TRY(corrections_read_newer(r->ctx, r->ask->st, &up, &c, &n));
	*moved = n == 0;
	r->view.newer =
	    n <= ITEMS ? r->path
		       : cursor_path(r->ctx->arena, r->path, c[0].at, c[0].id);
	return ERR_OK;
}

static enum err
read_page(struct record *r, struct str before, bool *moved)
{
	const struct corrected *c = NULL;
	size_t n = 0;

	if (before.n > 0 && !cursor_read(before, &r->range.at, &r->range.id))
		return FAIL(
		    r->ctx, ERR_INVALID, "\"before\" is no place in a list");
	TRY(corrections_read(r->ctx, r->ask->st, &r->range, &c, &n));
	if (before.n > 0 && n == 0)
		return FAIL(r->ctx, ERR_NOTFOUND, "the list ends before");
	TRY(items_make(r, c, n));
	return before.n > 0 ? newer_make(r, &c[0], moved) : ERR_OK;
}

static const struct str *
elsewhere(struct arena *a, const struct page_ask *ask)
{
	struct str *paths = ARENA_ARRAY(a, ask->editions_n, struct str);

	for (size_t i = 0; i < ask->editions_n; i++)
		paths[i] = path_corrections(a, &ask->editions[i]);
	return paths;
}

static enum err
print(struct record *r, struct str before, struct page *out)
{
	struct frame_view *frame = NULL;
	struct str path = r->path;

	if (before.n > 0)
		path = str_printf(r->ctx->arena, "%.*s?before=%.*s",
		    STR_FMT(path), STR_FMT(before));
	TRY(frame_make(r->ctx, r->ask,
	    &(struct frame_ask){
		.title = r->ask->w->corrections,
		.description = r->ask->w->corrections_about,
		.path = path,
		.list_title = r->ask->w->corrections,
		.list_path = r->path,
		.elsewhere = elsewhere(r->ctx->arena, r->ask),
		.equal = before.n == 0,
	    },
	    &r->tags, &frame));
	r->view.frame = frame;
	r->view.heading = r->ask->w->corrections;
	r->view.feed = path_feed(r->ctx->arena, r->path);
	r->view.has_pages = r->view.newer.n > 0 || r->view.older.n > 0;
	if (!r->view.has_items)
		r->view.empty = r->ask->w->empty_corrections;
	return page_print(
	    r->ctx, r->ask, PRESS_CORRECTIONS, &r->view, &r->tags, out);
}

enum err
page_corrections(struct ctx *ctx, const struct page_ask *ask, struct str before,
    struct page *out)
{
	struct record r = {
		.ctx = ctx,
		.ask = ask,
		.path = path_corrections(ctx->arena, ask->edition),
		.tags = { .arena = ctx->arena },
		.range = { .edition = ask->edition->id, .n = ITEMS + 1 },
	};
	struct page page = { 0 };
	bool moved = false;

	tag_add(&r.tags, "corrections", ask->edition->id);
	TRY(read_page(&r, before, &moved));
	if (moved) {
		page.redirect = r.path;
		tags_give(&r.tags, &page);
	} else {
		TRY(print(&r, before, &page));
	}
	*out = page;
	return ERR_OK;
}
