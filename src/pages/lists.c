/* SPDX-License-Identifier: MIT */
/* Sections, tags and authors: what stands under them, newest first. */

#include "newsroom/change.h"
#include "pages/part.h"

enum {
	TOP = 3,    /* of a first page: one large, two beside it */
	ITEMS = 20, /* lines of every page */
	STACK = 2,  /* of them, beside a large picture alone */
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
		.moved = !str_eq(s->slug, slug),
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
		.moved = !str_eq(t->slug, in->slug),
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
	const struct list *list; /* that its desk arranges; NULL: none */
	/* What the first page shows out of turn: later ones leave it out. */
	struct seen *arranged;
	size_t pinned; /* of its items */
};

static enum err
add_items(struct listing *l, const struct teaser *t, size_t n)
{
	struct teaser_view *items = NULL;

	TRY(teasers_make(l->ctx, l->ask, t, n, &l->tags, &items));
	l->view.items = items;
	l->view.items_n = n;
	l->view.has_items = n > 0;
	return ERR_OK;
}

/*
 * What the list's rule does not fill is filled with the newest, but not with
 * what is pinned further down, unless that is all there is.
 */
static enum err
top_up(struct listing *l, struct seen *seen, struct teaser *top, size_t *n)
{
	struct seen *below = ARENA_NEW(l->ctx->arena, struct seen);
	struct range range = l->range;
	const struct teaser *t = NULL;
	const struct pin *pins = NULL;
	size_t pins_n = 0;
	size_t more = 0;

	if (l->list != NULL)
		TRY(list_pins(l->ctx, l->ask->st, l->list->id, &pins, &pins_n));
	for (size_t i = 0; i < pins_n; i++)
		if (pins[i].position <= FIRST_PAGE)
			seen_add(below, pins[i].story);
	range.n = TOP - *n;
	range.without = below;
	TRY(range_fill(l->ctx, l->ask->st, &range, seen, &t, &more));
	if (*n + more == 0) {
		range.without = NULL;
		TRY(range_fill(l->ctx, l->ask->st, &range, seen, &t, &more));
	}
	if (more > 0)
		memcpy(top + *n, t, more * sizeof(*top));
	*n += more;
	return ERR_OK;
}

/*
 * The stories on top: of a section those that its desk arranges, then, as
 * everywhere, the newest.
 */
static enum err
read_top(struct listing *l, struct seen *seen, struct teaser *top, size_t *n)
{
	const struct teaser *t = NULL;

	*n = 0;
	if (l->range.kind == RANGE_SECTION) {
		tag_add(&l->tags, "slist", l->head.id);
		TRY(list_by_section(l->ctx, l->ask->st, l->head.id, &l->list));
		rule_tag(&l->tags, l->list);
		TRY(list_part_fill(l->ctx, l->ask->st,
		    &(struct list_part){
			.list = l->list,
			.n = TOP,
			.reach = FIRST_PAGE,
			.seen = seen,
		    },
		    &t, n));
		if (*n > 0)
			memcpy(top, t, *n * sizeof(*top));
	}
	if (*n < TOP)
		TRY(top_up(l, seen, top, n));
	for (size_t i = 0; i < *n; i++)
		seen_add(l->arranged, top[i].id);
	return ERR_OK;
}

/* The items below the top; rest: what fills the places between pins. */
static enum err
read_items(struct listing *l, const struct range *rest, struct seen *seen,
    const struct teaser **out, size_t *n)
{
	struct range range = *rest;

	if (l->list == NULL) {
		range.n = ITEMS;
		return range_fill(l->ctx, l->ask->st, &range, seen, out, n);
	}
	TRY(list_part_fill(l->ctx, l->ask->st,
	    &(struct list_part){
		.list = l->list,
		.skip = TOP,
		.n = ITEMS,
		.rest = &range,
		.seen = seen,
	    },
	    out, n));
	for (size_t i = 0; i < *n; i++)
		if ((*out)[i].pinned) {
			seen_add(l->arranged, (*out)[i].id);
			l->pinned++;
		}
	return ERR_OK;
}

static bool
is_bare(const struct teaser_view *t)
{
	return t->image == NULL && t->withheld == NULL;
}

/*
 * Beside a large picture, stories without any would leave a hole: they stand
 * in one column, and the next few with them.
 */
static void
stack_beside(struct listing *l, struct teaser_view *top, size_t n)
{
	struct stack_view *stack = NULL;
	struct teaser_view *all = NULL;
	size_t more = l->view.items_n < STACK ? l->view.items_n : STACK;

	for (size_t i = 1; i < n; i++)
		if (!is_bare(&top[i]))
			return;
	if (n < TOP || is_bare(&top[0]))
		return;
	stack = ARENA_NEW(l->ctx->arena, struct stack_view);
	all = ARENA_ARRAY(l->ctx->arena, n - 1 + more, struct teaser_view);
	memcpy(all, &top[1], (n - 1) * sizeof(*all));
	for (size_t i = 0; i < more; i++) {
		all[n - 1 + i] = l->view.items[i];
		all[n - 1 + i].image = NULL;
		all[n - 1 + i].withheld = NULL;
	}
	*stack = (struct stack_view){ all, n - 1 + more };
	l->view.stack = stack;
	l->view.beside_n = 0;
	l->view.columns = STR("g21");
	l->view.items += more;
	l->view.items_n -= more;
	l->view.has_items = l->view.items_n > 0;
}

/* A page that begins with that story itself. */
static struct str
cursor_from(const struct listing *l, const struct teaser *t)
{
	return cursor_path(l->ctx->arena, l->head.path, t->at, t->id + 1);
}

/* What is seen first must not wait until somebody comes near it. */
static void
mark_first(struct teaser_view *top, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (top[i].image != NULL) {
			top[i].first = true;
			return;
		}
}

/*
 * One large and two beside it.  Two of the same kind are equals; of two
 * that are not, one stands below the other.
 */
static void
arrange(struct listing *l, struct teaser_view *top, size_t n)
{
	bool equals = n == 2 && is_bare(&top[0]) == is_bare(&top[1]);
	size_t large = n == 2 && (equals || is_bare(&top[0])) ? 2 : 1;

	if (n == 0)
		return;
	mark_first(top, n);
	l->view.has_top = true;
	l->view.top = top;
	l->view.top_n = large;
	l->view.beside = top + large;
	l->view.beside_n = n - large;
	l->view.columns = n >= TOP ? STR("g12")
			  : equals ? STR("g2")
				   : STR("g1");
	stack_beside(l, top, n);
}

/* Where the second page begins: below the last item that is no pin. */
static enum err
add_second(struct listing *l, const struct teaser *items, size_t n)
{
	struct range below = l->range;
	const struct teaser *last = NULL;
	const struct teaser *t = NULL;
	size_t more = 0;

	for (size_t i = 0; i < n; i++)
		if (!items[i].pinned)
			last = &items[i];
	if (last != NULL) {
		below.at = last->at;
		below.story = last->id;
	}
	below.n = 1;
	below.without = l->arranged;
	TRY(range_read(l->ctx, l->ask->st, &below, &t, &more));
	if (more == 0)
		return ERR_OK;
	l->view.older = last != NULL ? cursor_path(l->ctx->arena, l->head.path,
					   last->at, last->id)
				     : cursor_from(l, t);
	return ERR_OK;
}

static enum err
first_page(struct listing *l)
{
	struct seen *seen = ARENA_NEW(l->ctx->arena, struct seen);
	struct teaser top[TOP];
	const struct teaser *t = NULL;
	struct teaser_view *views = NULL;
	size_t top_n = 0;
	size_t n = 0;

	TRY(read_top(l, seen, top, &top_n));
	if (top_n == 0) {
		l->view.empty = l->ask->w->empty_list;
		return ERR_OK;
	}
	TRY(teasers_make(l->ctx, l->ask, top, top_n, &l->tags, &views));
	if (is_bare(&views[0]))
		TRY(teaser_excerpt(l->ctx, l->ask, &top[0], &views[0]));
	TRY(read_items(l, &l->range, seen, &t, &n));
	TRY(add_items(l, t, n));
	TRY(add_second(l, t, n));
	arrange(l, views, top_n);
	return ERR_OK;
}

/* What the first page shows out of turn. */
static enum err
read_arranged(struct listing *l)
{
	const struct range none = { 0 };
	struct seen *seen = ARENA_NEW(l->ctx->arena, struct seen);
	struct teaser top[TOP];
	const struct teaser *t = NULL;
	struct range range = l->range;
	size_t n = 0;

	l->range.at = 0;
	l->range.story = 0;
	TRY(read_top(l, seen, top, &n));
	if (l->list != NULL)
		TRY(read_items(l, &none, seen, &t, &n));
	l->range = range;
	return ERR_OK;
}

/*
 * The way up: to the first page, or to where the page above begins.  *moved:
 * this is the first page by another name.
 */
static enum err
add_newer(struct listing *l, const struct teaser *first, bool *moved)
{
	struct range up = l->range;
	const struct teaser *t = NULL;
	size_t n = 0;

	up.at = first->at;
	up.story = first->id;
	up.n = ITEMS + 1;
	TRY(range_read_newer(l->ctx, l->ask->st, &up, &t, &n));
	*moved = n == 0 && l->pinned == 0;
	if (n == 0 || n + l->pinned <= ITEMS)
		l->view.newer = l->head.path;
	else if (n > ITEMS)
		l->view.newer =
		    cursor_path(l->ctx->arena, l->head.path, t->at, t->id);
	else /* the first page ends above some of these */
		l->view.newer = cursor_from(l, t);
	return ERR_OK;
}

static enum err
later_page(struct listing *l, bool *moved)
{
	const struct teaser *t = NULL;
	size_t n = 0;
	size_t shown = 0;

	TRY(read_arranged(l));
	l->range.without = l->arranged;
	l->range.n = ITEMS + 1; /* one more shows that there is more */
	TRY(range_read(l->ctx, l->ask->st, &l->range, &t, &n));
	if (n == 0)
		return FAIL(l->ctx, ERR_NOTFOUND, "the list ends before");
	shown = n > ITEMS ? ITEMS : n;
	TRY(add_items(l, t, shown));
	if (n > shown)
		l->view.older = cursor_path(l->ctx->arena, l->head.path,
		    t[shown - 1].at, t[shown - 1].id);
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
tell_machines(
    struct listing *l, const struct page_list *in, struct frame_view *frame)
{
	const struct section_view *v = &l->view;
	const struct json_ld_part parts[] = {
		{ v->top, v->top != NULL },
		{ v->beside, v->beside_n },
		{ v->stack != NULL ? v->stack->items : NULL,
		    v->stack != NULL ? v->stack->items_n : 0 },
		{ v->items, v->items_n },
	};

	return json_ld_list(l->ctx, l->ask,
	    &(struct json_ld_list){
		.author = in->kind == RANGE_AUTHOR,
		.title = l->head.title,
		.standfirst = l->head.standfirst,
		.path = l->head.path,
		.parts = parts,
		.parts_n = sizeof parts / sizeof *parts,
	    },
	    &frame->data);
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
	TRY(tell_machines(l, in, frame));
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

/* It goes by another name now: its tag says when that changes. */
static enum err
moved_to(struct listing *l, const struct page_list *in, struct page *out)
{
	struct page page = { .redirect = l->head.path };

	if (in->before.n > 0)
		page.redirect = str_printf(l->ctx->arena, "%.*s?before=%.*s",
		    STR_FMT(l->head.path), STR_FMT(in->before));
	tags_give(&l->tags, &page);
	*out = page;
	return ERR_OK;
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
		.arranged = ARENA_NEW(ctx->arena, struct seen),
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
	if (l.head.moved)
		return moved_to(&l, in, out);
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
