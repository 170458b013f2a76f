/* SPDX-License-Identifier: MIT */
/* Editions: one language or region of the house each. */

#include "markup/locale.h"
#include "newsroom/change.h"
#include "newsroom/house_row.h"
#include "newsroom/list.h"
#include "newsroom/search.h"

enum { CODE_MAX = 16 }; /* characters of an edition's code */

/* The columns of an edition, whichever block has read them. */
#define EDITION_OF(row)                            \
	((struct edition){                         \
	    .id = (row)->id,                       \
	    .code = (row)->code,                   \
	    .lang = (row)->lang,                   \
	    .rtl = str_eq((row)->dir, STR("rtl")), \
	    .zone = (row)->zone,                   \
	    .title = (row)->title,                 \
	    .standfirst = (row)->standfirst,       \
	    .date_form = (row)->date_form,         \
	    .is_default = (row)->is_default != 0,  \
	    .position = (row)->position,           \
	})

static const struct edition *
edition_copy(struct ctx *ctx, struct edition e)
{
	struct edition *copy = ARENA_NEW(ctx->arena, struct edition);

	*copy = e;
	return copy;
}

enum err
edition_list(
    struct ctx *ctx, struct store *st, const struct edition **out, size_t *n)
{
	const struct sql_edition_all_row *rows = NULL;
	struct edition *all = NULL;

	TRY(sql_edition_all(ctx, st, &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct edition);
	for (size_t i = 0; i < *n; i++)
		all[i] = EDITION_OF(&rows[i]);
	*out = all;
	return ERR_OK;
}

enum err
edition_by_code(struct ctx *ctx, struct store *st, struct str code,
    const struct edition **out)
{
	const struct sql_edition_default_row *any = NULL;
	const struct sql_edition_of_code_row *row = NULL;

	*out = NULL;
	if (code.n == 0) {
		TRY(sql_edition_default(ctx, st, &any));
		if (any != NULL)
			*out = edition_copy(ctx, EDITION_OF(any));
		return ERR_OK;
	}
	TRY(sql_edition_of_code(
	    ctx, st, &(struct sql_edition_of_code){ .code = code }, &row));
	if (row != NULL)
		*out = edition_copy(ctx, EDITION_OF(row));
	return ERR_OK;
}

enum err
edition_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct edition **out)
{
	const struct sql_edition_get_row *row = NULL;

	TRY(sql_edition_get(
	    ctx, st, &(struct sql_edition_get){ .id = id }, &row));
	*out = row != NULL ? edition_copy(ctx, EDITION_OF(row)) : NULL;
	return ERR_OK;
}

static enum err
check_edition(struct ctx *ctx, const struct edition *in)
{
	/* An edition's code is never a first segment of the site's own. */
	static const char *const taken[] = { "section", "tag", "author",
		"archive", "search", "corrections", "news", "lite", "sitemap",
		"shown", "api", "upload", "desk", "theme", "embed", "oembed",
		"healthz", "readyz", "metrics" };

	/* Digits first would be a year: /2026/11/23/… are media. */
	if (!house_is_code(in->code, CODE_MAX, true) || in->code.n < 2 ||
	    in->code.p[0] < 'a')
		return FAIL(ctx, ERR_INVALID,
		    "an edition's code is 2 to %d small letters, digits or "
		    "hyphens, a letter first, such as en or ar",
		    CODE_MAX);
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (str_eq(in->code, str_c(taken[i])))
			return FAIL(ctx, ERR_INVALID,
			    "\"%s\" cannot be an edition's code: the site has "
			    "an address of that name",
			    taken[i]);
	TRY(house_check_lang(ctx, in->lang));
	if (!zone_valid(in->zone))
		return FAIL(ctx, ERR_INVALID,
		    "\"%.*s\" is no time zone, such as Europe/Vienna",
		    STR_FMT(in->zone));
	if (in->date_form.n != 0)
		TRY(locale_pattern_check(ctx, in->date_form));
	TRY(house_check_title(ctx, "edition's title", in->title, true));
	return house_check_title(
	    ctx, "edition's standfirst", in->standfirst, false);
}

static enum err
edition_new(struct ctx *ctx, struct store *st, const struct edition *in,
    bool first, int64_t *id)
{
	const struct sql_edition_add_row *row = NULL;
	const struct sql_list_add_row *list = NULL;

	TRY(sql_edition_add(ctx, st,
	    &(struct sql_edition_add){
		.code = in->code,
		.lang = in->lang,
		.dir = in->rtl ? STR("rtl") : STR("ltr"),
		.zone = in->zone,
		.title = str_trim(in->title),
		.standfirst = str_trim(in->standfirst),
		.date_form = in->date_form,
		.is_default = first,
		.position = in->position,
	    },
	    &row));
	*id = row->id;
	return sql_list_add(ctx, st,
	    &(struct sql_list_add){
		.edition = row->id,
		.kind = STR("front"),
		.code = STR("front"),
		.title = STR(""),
		.rest = RANGE_EDITION,
		.rest_ref = row->id,
	    },
	    &list);
}

enum err
edition_put(
    struct ctx *ctx, struct store *st, const struct edition *in, int64_t *id)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct edition *any = NULL;
	const struct edition *there = NULL;
	struct str tags[2];
	int64_t changed = 0;

	TRY(check_edition(ctx, in));
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(edition_by_code(ctx, st, STR(""), &any));
	TRY(edition_by_code(ctx, st, in->code, &there));
	if (there == NULL) {
		TRY(edition_new(ctx, st, in, any == NULL, id));
	} else {
		*id = there->id;
		TRY(sql_edition_set(ctx, st,
		    &(struct sql_edition_set){
			.id = there->id,
			.lang = in->lang,
			.dir = in->rtl ? STR("rtl") : STR("ltr"),
			.zone = in->zone,
			.title = str_trim(in->title),
			.standfirst = str_trim(in->standfirst),
			.date_form = in->date_form,
			.position = in->position,
		    },
		    &changed));
		/* Words have other stems now. */
		if (!str_eq(there->lang, in->lang))
			TRY(search_reset(ctx, st));
	}
	/* The switch between editions stands on every page. */
	tags[0] = change_tag(ctx->arena, "edition", *id);
	tags[1] = STR("house");
	TRY(house_record(ctx, st, "edition.put", tags, 2, in->code));
	return store_tx_commit(ctx, &tx);
}

enum err
edition_make_default(struct ctx *ctx, struct store *st, int64_t id)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct edition *was = NULL;
	const struct edition *now = NULL;
	struct str tags[3];
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(edition_by_code(ctx, st, STR(""), &was));
	TRY(edition_by_id(ctx, st, id, &now));
	if (now == NULL)
		return FAIL(
		    ctx, ERR_NOTFOUND, "there is no edition %" PRId64, id);
	if (now->is_default)
		return ERR_OK;
	TRY(sql_edition_no_default(ctx, st, &changed));
	TRY(sql_edition_set_default(
	    ctx, st, &(struct sql_edition_set_default){ .id = id }, &changed));
	tags[0] = change_tag(ctx->arena, "edition", id);
	tags[1] = change_tag(ctx->arena, "edition", was->id);
	tags[2] = STR("house");
	TRY(house_record(ctx, st, "edition.default", tags, 3, now->code));
	return store_tx_commit(ctx, &tx);
}
