/* SPDX-License-Identifier: MIT */
/* The outbox: what was changed, and which surfaces show it. */

#include "newsroom/change.h"

#include "newsroom/story.h"
#include "store/sql.h"

enum { TAGS_TEXT_MAX = 65536 }; /* bytes in one row; a story has some 200 */

enum err
change_add(struct ctx *ctx, struct store *st, const struct change *in)
{
	const struct sql_change_add_row *row = NULL;
	struct buf tags;
	struct str text = { 0 };

	buf_init(&tags, ctx->arena, TAGS_TEXT_MAX);
	for (size_t i = 0; i < in->n; i++) {
		if (i != 0)
			buf_char(&tags, ' ');
		buf_put(&tags, in->tags[i]);
	}
	TRY(buf_done(ctx, &tags, &text));
	TRY(sql_change_add(ctx, st,
	    &(struct sql_change_add){
		.at = ctx_now(ctx),
		.kind = str_c(in->kind),
		.story = in->story,
		.tags = text,
	    },
	    &row));
	store_change(st, &(struct store_change){
			     .number = row->id,
			     .subject = in->story,
			     .kind = in->kind,
			 });
	for (size_t i = 0; i < in->n; i++)
		store_touch(st, row->id, in->tags[i]);
	return ERR_OK;
}

struct str
change_tag(struct arena *a, const char *what, int64_t id)
{
	enum { DIGITS_MAX = 20 /* and a sign */ };
	char digits[DIGITS_MAX];
	size_t at = DIGITS_MAX;
	uint64_t rest = id < 0 ? -(uint64_t)id : (uint64_t)id;

	/* By hand: a publish makes some twenty of them. */
	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest != 0);
	return str_cat(a,
	    (const struct str[]){
		str_c(what),
		id < 0 ? STR(":-") : STR(":"),
		str_make(digits + at, DIGITS_MAX - at),
	    },
	    3);
}

struct str
made_tag(struct arena *a, int64_t edition, struct str slug)
{
	return str_printf(a, "made:%" PRId64 ":%.*s", edition, STR_FMT(slug));
}

enum err
change_newest(struct ctx *ctx, struct store *st, int64_t *out)
{
	const struct sql_change_newest_row *row = NULL;

	TRY(sql_change_newest(ctx, st, &row));
	*out = row->id;
	return ERR_OK;
}
