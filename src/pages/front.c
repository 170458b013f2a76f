/* SPDX-License-Identifier: MIT */
/* The front page: what matters most, then what is newest, then by section. */

#include "pages/part.h"

enum {
	SECOND = 3,	 /* stories below the lead */
	LATEST_MAX = 11, /* lines of the newest */
	NEWEST = 22,	 /* stories looked at to fill these lines */
	REACH = 1 + SECOND + LATEST_MAX, /* positions of the list here */
	BLOCK_RANKED = 5, /* stories of a block with a leader … */
	BLOCK_ROW = 3,	  /* … and of one that is a row */
	BLOCKS = 12,
};

static struct str
columns(size_t n)
{
	static const struct str names[] = { STR_INIT("g1"), STR_INIT("g1"),
		STR_INIT("g2"), STR_INIT("g3"), STR_INIT("g4") };

	return names[n < 4 ? n : 4];
}

/* A lead stands there with more than its headline. */
static enum err
lead_make(struct ctx *ctx, const struct page_ask *ask, const struct teaser *t,
    struct tags *tags, struct front_view *v)
{
	struct teaser_view *lead = ARENA_NEW(ctx->arena, struct teaser_view);

	TRY(teaser_make(ctx, ask, t, tags, lead));
	TRY(teaser_excerpt(ctx, ask, t, lead));
	v->lead = lead;
	return ERR_OK;
}

/* How many of the newest do not stand above, as far as matters here. */
static enum err
count_rest(struct ctx *ctx, const struct page_ask *ask, const struct seen *seen,
    const struct range *newest, size_t *out)
{
	struct range range = *newest;
	const struct teaser *t = NULL;

	range.n = NEWEST;
	range.without = seen;
	return range_read(ctx, ask->st, &range, &t, out);
}

/* Positions of the list that lie here: down to the last one that is pinned. */
static enum err
pinned_here(struct ctx *ctx, const struct page_ask *ask,
    const struct list *front, size_t *out)
{
	const struct pin *pins = NULL;
	size_t n = 0;

	*out = 0;
	TRY(list_pins(ctx, ask->st, front->id, &pins, &n));
	for (size_t i = 0; i < n; i++)
		if (pins[i].position > 1 + SECOND && pins[i].position <= REACH)
			*out = (size_t)pins[i].position - (1 + SECOND);
	return ERR_OK;
}

/*
 * The newest that do not stand above, and among them what the desk pins to
 * these positions; some are left for the sections.
 */
static enum err
latest_make(struct ctx *ctx, const struct page_ask *ask,
    const struct list *front, struct seen *seen, struct tags *tags,
    struct front_view *v)
{
	const struct range newest = {
		.kind = RANGE_EDITION,
		.ref = ask->edition->id,
	};
	const struct teaser *t = NULL;
	struct teaser_view *views = NULL;
	size_t pinned = 0;
	size_t rest = 0;
	size_t want = 0;
	size_t n = 0;

	TRY(pinned_here(ctx, ask, front, &pinned));
	TRY(count_rest(ctx, ask, seen, &newest, &rest));
	want = rest <= 4 ? rest : rest / 2 < 4 ? 4 : rest / 2;
	if (want < pinned)
		want = pinned;
	if (want > LATEST_MAX)
		want = LATEST_MAX;
	TRY(list_part_fill(ctx, ask->st,
	    &(struct list_part){
		.list = front,
		.skip = 1 + SECOND,
		.n = want,
		.rest = &newest,
		.seen = seen,
	    },
	    &t, &n));
	TRY(teasers_make(ctx, ask, t, n, tags, &views));
	v->latest = views;
	v->latest_n = n;
	v->has_latest = n > 0;
	return ERR_OK;
}

/* One large, the others in two stacks beside it. */
static const struct ranked_view *
ranked(struct arena *a, struct teaser_view *t, size_t n)
{
	struct ranked_view *v = ARENA_NEW(a, struct ranked_view);
	struct stack_view *stacks = ARENA_ARRAY(a, 2, struct stack_view);
	size_t half = n / 2; /* of the others, the larger part first */

	v->first = t;
	stacks[0] = (struct stack_view){ t + 1, half };
	stacks[1] = (struct stack_view){ t + 1 + half, n - 1 - half };
	t[1].mid = t[1 + half].mid = true;
	v->stacks = stacks;
	v->stacks_n = 2;
	/* Their second stories say less. */
	for (size_t i = 1; i < n; i++)
		if (!t[i].mid) {
			t[i].image = NULL;
			t[i].withheld = NULL;
			t[i].deck = STR("");
		}
	return v;
}

static const struct row_view *
row(struct arena *a, struct teaser_view *t, size_t n)
{
	struct row_view *v = ARENA_NEW(a, struct row_view);
	bool span = n <= BLOCK_ROW && t[0].image != NULL;

	t[0].span = span;
	for (size_t i = 1; i < n && span; i++)
		t[i].image = NULL;
	v->columns = columns(n + span);
	v->items = t;
	v->items_n = n;
	return v;
}

static enum err
block_make(struct ctx *ctx, const struct page_ask *ask, const struct section *s,
    struct seen *seen, struct tags *tags, struct front_view *v,
    struct block_view *out)
{
	bool large = v->blocks_n % 2 == 0;
	const struct list *list = NULL;
	const struct teaser *t = NULL;
	struct teaser_view *views = NULL;
	size_t n = 0;

	tag_add(tags, "slist", s->id);
	tag_add(tags, "list:s", s->id);
	TRY(list_by_section(ctx, ask->st, s->id, &list));
	rule_tag(tags, list);
	TRY(list_fill(ctx, ask->st, list, large ? BLOCK_RANKED : BLOCK_ROW,
	    seen, &t, &n));
	if (n == 0)
		return ERR_OK;
	TRY(teasers_make(ctx, ask, t, n, tags, &views));
	*out = (struct block_view){
		.id = s->id,
		.title = s->title,
		.url = path_list(ctx->arena, ask->edition, "section", s->slug),
		.more =
		    words_fill(ctx->arena, ask->w->more_from, "name", s->title),
	};
	if (large && n >= 3)
		out->ranked = ranked(ctx->arena, views, n);
	else
		out->row = row(ctx->arena, views, n);
	v->blocks_n++;
	return ERR_OK;
}

static enum err
blocks_make(struct ctx *ctx, const struct page_ask *ask, struct seen *seen,
    struct tags *tags, struct front_view *v)
{
	struct block_view *blocks =
	    ARENA_ARRAY(ctx->arena, BLOCKS, struct block_view);
	const struct section *s = NULL;
	size_t n = 0;

	TRY(ask_sections(ctx, ask, &s, &n));
	v->blocks = blocks;
	for (size_t i = 0; i < n && v->blocks_n < BLOCKS; i++)
		TRY(block_make(
		    ctx, ask, &s[i], seen, tags, v, &blocks[v->blocks_n]));
	v->has_blocks = v->blocks_n > 0;
	return ERR_OK;
}

/* What the desk arranges; a front is empty only while the house is. */
static enum err
read_top(struct ctx *ctx, const struct page_ask *ask, const struct list *front,
    struct seen *seen, const struct teaser **out, size_t *n)
{
	TRY(list_part_fill(ctx, ask->st,
	    &(struct list_part){
		.list = front,
		.n = 1 + SECOND,
		.reach = REACH,
		.seen = seen,
	    },
	    out, n));
	if (*n > 0)
		return ERR_OK;
	return range_fill(ctx, ask->st,
	    &(struct range){
		.kind = RANGE_EDITION,
		.ref = ask->edition->id,
		.n = 1,
	    },
	    seen, out, n);
}

static enum err
top_make(struct ctx *ctx, const struct page_ask *ask, const struct list *front,
    struct seen *seen, struct tags *tags, struct front_view *v)
{
	const struct teaser *t = NULL;
	struct teaser_view *second = NULL;
	size_t n = 0;

	TRY(read_top(ctx, ask, front, seen, &t, &n));
	if (n == 0) {
		v->empty = ask->w->empty_front;
		return ERR_OK;
	}
	TRY(lead_make(ctx, ask, &t[0], tags, v));
	TRY(teasers_make(ctx, ask, t + 1, n - 1, tags, &second));
	v->second = second;
	v->second_n = n - 1;
	v->has_second = n > 1;
	v->columns = columns(n - 1);
	return ERR_OK;
}

static const struct str *
fronts(struct arena *a, const struct page_ask *ask)
{
	struct str *paths = ARENA_ARRAY(a, ask->editions_n, struct str);

	for (size_t i = 0; i < ask->editions_n; i++)
		paths[i] = path_home(a, &ask->editions[i]);
	return paths;
}

enum err
page_front(struct ctx *ctx, const struct page_ask *ask, struct page *out)
{
	struct tags tags = { .arena = ctx->arena };
	struct seen *seen = ARENA_NEW(ctx->arena, struct seen);
	struct front_view v = { 0 };
	const struct list *front = NULL;
	struct frame_view *frame = NULL;
	struct page page = { .dated = ask->edition->id };

	tag_add(&tags, "front", ask->edition->id);
	tag_add(&tags, "list:e", ask->edition->id);
	TRY(list_front(ctx, ask->st, ask->edition->id, &front));
	rule_tag(&tags, front);
	TRY(top_make(ctx, ask, front, seen, &tags, &v));
	TRY(latest_make(ctx, ask, front, seen, &tags, &v));
	TRY(blocks_make(ctx, ask, seen, &tags, &v));
	TRY(frame_make(ctx, ask,
	    &(struct frame_ask){
		.description = ask->edition->standfirst,
		.path = path_home(ctx->arena, ask->edition),
		.day = true,
		.elsewhere = fronts(ctx->arena, ask),
		.equal = true,
	    },
	    &tags, &frame));
	TRY(json_ld_front(ctx, ask, &frame->data));
	v.frame = frame;
	TRY(page_print(ctx, ask, PRESS_FRONT, &v, &tags, &page));
	*out = page;
	return ERR_OK;
}
