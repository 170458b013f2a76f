/* SPDX-License-Identifier: MIT */
/* Pins: where the desk wants a story to stand, and until when. */

#include "newsroom/change.h"
#include "newsroom/list_row.h"
#include "newsroom/story_row.h"

enum err
list_pins(struct ctx *ctx, struct store *st, int64_t list,
    const struct pin **out, size_t *n)
{
	const struct sql_list_slots_row *rows = NULL;
	struct pin *all = NULL;

	TRY(sql_list_slots(ctx, st,
	    &(struct sql_list_slots){ .list = list, .now = ctx_now(ctx) },
	    &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct pin);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct pin){ rows[i].position, rows[i].story,
			rows[i].until };
	*out = all;
	return ERR_OK;
}

/* ---- the pins of a list, while they are arranged ---- */

struct board {
	const struct list *list;
	struct pin at[LIST_MAX + 1]; /* by position; story 0: none */
};

static enum err
board_read(
    struct ctx *ctx, struct store *st, const struct list *l, struct board **out)
{
	struct board *b = ARENA_NEW(ctx->arena, struct board);
	const struct pin *pins = NULL;
	size_t n = 0;

	b->list = l;
	TRY(list_pins(ctx, st, l->id, &pins, &n));
	for (size_t i = 0; i < n; i++)
		b->at[pins[i].position] = pins[i];
	*out = b;
	return ERR_OK;
}

/* All of it, with what has ended gone: 200 rows at the most. */
static enum err
board_write(struct ctx *ctx, struct store *st, const struct board *b)
{
	int64_t changed = 0;

	TRY(sql_list_unpin_all(ctx, st,
	    &(struct sql_list_unpin_all){ .list = b->list->id }, &changed));
	for (int64_t p = 1; p <= LIST_MAX; p++)
		if (b->at[p].story != 0)
			TRY(sql_list_pin(ctx, st,
			    &(struct sql_list_pin){
				.list = b->list->id,
				.position = p,
				.story = b->at[p].story,
				.until = b->at[p].until,
			    },
			    &changed));
	return ERR_OK;
}

/* Takes a story from the board: its pin; story 0 when it has none. */
static struct pin
board_take(struct board *b, int64_t story)
{
	struct pin pin = { 0 };

	for (int64_t p = 1; p <= LIST_MAX; p++)
		if (b->at[p].story == story) {
			pin = b->at[p];
			b->at[p] = (struct pin){ 0 };
		}
	return pin;
}

/* What stands there, and follows without a gap, moves down. */
static enum err
board_put(struct ctx *ctx, struct board *b, int64_t position, struct pin pin)
{
	int64_t gap = position;

	while (gap <= LIST_MAX && b->at[gap].story != 0)
		gap++;
	if (gap > LIST_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "all positions from %" PRId64 " to %d are pinned: unpin "
		    "a story first",
		    position, LIST_MAX);
	for (; gap > position; gap--)
		b->at[gap] = b->at[gap - 1];
	b->at[position] = pin;
	return ERR_OK;
}

/* ---- pinning ---- */

static enum err
check_story(
    struct ctx *ctx, struct store *st, const struct list *l, int64_t story)
{
	const struct story *s = NULL;

	TRY(story_by_id(ctx, st, story, &s));
	if (s == NULL || s->state != STORY_PUBLISHED)
		return FAIL(ctx, ERR_INVALID,
		    "story %" PRId64 " is not published: only published "
		    "stories can be pinned",
		    story);
	if (s->edition != l->edition)
		return FAIL(ctx, ERR_INVALID,
		    "story %" PRId64 " belongs to another edition", story);
	return ERR_OK;
}

enum err
list_pin(struct ctx *ctx, struct store *st, const struct list_pin *in)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct list *l = NULL;
	struct board *b = NULL;

	if (in->position < 1 || in->position > LIST_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "a list has positions 1 to %d, not %" PRId64, LIST_MAX,
		    in->position);
	if (in->until != 0 && in->until <= ctx_now(ctx))
		return FAIL(ctx, ERR_INVALID,
		    "the pin would have ended already: its end must be later "
		    "than now");
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(list_for_change(ctx, st, in->list, in->seen, &l));
	TRY(check_story(ctx, st, l, in->story));
	TRY(board_read(ctx, st, l, &b));
	(void)board_take(b, in->story);
	TRY(board_put(ctx, b, in->position,
	    (struct pin){ .story = in->story, .until = in->until }));
	TRY(board_write(ctx, st, b));
	TRY(list_changed(ctx, st, l, "list.pin",
	    str_printf(ctx->arena, "story:%" PRId64 " at %" PRId64, in->story,
		in->position)));
	return store_tx_commit(ctx, &tx);
}

enum err
list_unpin(struct ctx *ctx, struct store *st, int64_t list, int64_t seen,
    int64_t story)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct list *l = NULL;
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(list_for_change(ctx, st, list, seen, &l));
	TRY(sql_list_unpin(ctx, st,
	    &(struct sql_list_unpin){ .list = list, .story = story },
	    &changed));
	if (changed == 0)
		return FAIL(ctx, ERR_NOTFOUND,
		    "story %" PRId64 " is not pinned in that list", story);
	TRY(list_changed(
	    ctx, st, l, "list.unpin", change_tag(ctx->arena, "story", story)));
	return store_tx_commit(ctx, &tx);
}

/* ---- ordering ---- */

/* Others keep their places; those whose place is taken follow in order. */
static enum err
push_down(struct ctx *ctx, struct board *b, const struct board *old, size_t n)
{
	int64_t next = (int64_t)n + 1;

	for (int64_t p = 1; p <= (int64_t)n; p++) {
		if (old->at[p].story == 0)
			continue;
		TRY(board_put(ctx, b, next++, old->at[p]));
	}
	return ERR_OK;
}

static enum err
check_order(struct ctx *ctx, struct store *st, const struct list *l,
    const struct list_order *in)
{
	if (in->n > LIST_MAX)
		return FAIL(ctx, ERR_LIMIT, "a list has %d positions, not %zu",
		    LIST_MAX, in->n);
	for (size_t i = 0; i < in->n; i++) {
		for (size_t k = 0; k < i; k++)
			if (in->stories[i] == in->stories[k])
				return FAIL(ctx, ERR_INVALID,
				    "story %" PRId64 " is named twice",
				    in->stories[i]);
		TRY(check_story(ctx, st, l, in->stories[i]));
	}
	return ERR_OK;
}

static struct str
order_detail(struct ctx *ctx, const struct list_order *in)
{
	struct buf b;

	buf_init(&b, ctx->arena, 8192);
	for (size_t i = 0; i < in->n; i++)
		buf_printf(&b, "%s%" PRId64, i > 0 ? " " : "", in->stories[i]);
	return buf_str(&b);
}

enum err
list_order(struct ctx *ctx, struct store *st, const struct list_order *in)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct list *l = NULL;
	struct board *old = NULL;
	struct board *b = NULL;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(list_for_change(ctx, st, in->list, in->seen, &l));
	TRY(check_order(ctx, st, l, in));
	TRY(board_read(ctx, st, l, &old));
	b = ARENA_NEW(ctx->arena, struct board);
	b->list = l;
	for (size_t i = 0; i < in->n; i++) {
		struct pin pin = board_take(old, in->stories[i]);

		pin.story = in->stories[i];
		b->at[i + 1] = pin;
	}
	if (!in->only) {
		for (size_t p = in->n + 1; p <= LIST_MAX; p++)
			b->at[p] = old->at[p];
		TRY(push_down(ctx, b, old, in->n));
	}
	TRY(board_write(ctx, st, b));
	TRY(list_changed(ctx, st, l, "list.order", order_detail(ctx, in)));
	return store_tx_commit(ctx, &tx);
}

/* ---- ends ---- */

enum err
list_expire(struct ctx *ctx, struct store *st, size_t *ended, int64_t *next)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_list_ended_row *rows = NULL;
	const struct sql_list_next_end_row *end = NULL;
	size_t n = 0;
	int64_t changed = 0;

	TRY(sql_list_ended(ctx, st,
	    &(struct sql_list_ended){ .now = ctx_now(ctx) }, &rows, &n));
	if (n != 0)
		TRY(store_tx_begin(ctx, st, &tx));
	for (size_t i = 0; i < n; i++) {
		struct str tag =
		    list_tag(ctx->arena, rows[i].section, rows[i].edition);

		TRY(sql_list_unpin(ctx, st,
		    &(struct sql_list_unpin){
			.list = rows[i].list, .story = rows[i].story },
		    &changed));
		TRY(sql_list_bump(ctx, st,
		    &(struct sql_list_bump){ .id = rows[i].list }, &changed));
		TRY(change_add(ctx, st,
		    &(struct change){ .kind = "list", .tags = &tag, .n = 1 }));
	}
	if (n != 0)
		TRY(store_tx_commit(ctx, &tx));
	TRY(sql_list_next_end(ctx, st, &end));
	*ended = n;
	*next = end->at;
	return ERR_OK;
}
