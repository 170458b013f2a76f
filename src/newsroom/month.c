/* SPDX-License-Identifier: MIT */
/* Months: their counts, and the addresses in them. */

#include "newsroom/month.h"

#include <assert.h>

#include "newsroom/story_row.h"

enum { DAY = 86400 };

int64_t
month_of(int64_t at)
{
	int64_t days = at / DAY - (at % DAY < 0);
	int year = 0;
	int month = 0;
	int day = 0;

	date_from_days(days, &year, &month, &day);
	return (int64_t)year * 100 + month;
}

bool
month_valid(int64_t month)
{
	return month >= 101 && month <= 999912 && month % 100 >= 1 &&
	       month % 100 <= 12;
}

void
month_bounds(int64_t month, int64_t *from, int64_t *to)
{
	int year = (int)(month / 100);
	int m = (int)(month % 100);

	assert(month_valid(month));
	*from = days_from_date(year, m, 1) * DAY;
	*to = days_from_date(m < 12 ? year : year + 1, m < 12 ? m + 1 : 1, 1) *
	      DAY;
}

enum err
month_list(
    struct ctx *ctx, struct store *st, const struct month **out, size_t *n)
{
	const struct sql_month_all_row *rows = NULL;
	struct month *all = NULL;

	TRY(sql_month_all(ctx, st, &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct month);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct month){
			.edition = rows[i].edition,
			.month = rows[i].month,
			.stories = rows[i].stories,
			.changed_at = rows[i].changed_at,
		};
	*out = all;
	return ERR_OK;
}

enum err
map_read(struct ctx *ctx, struct store *st, const struct map *in,
    const struct mapped **out, size_t *n)
{
	struct sql_map_part part = {
		.edition = in->edition,
		.skip = (in->part - 1) * MAP_PART_MAX,
	};
	const struct sql_map_part_row *rows = NULL;
	struct mapped *all = NULL;

	assert(in->part >= 1 && in->part <= MAP_PARTS_MAX);
	month_bounds(in->month, &part.since, &part.until);
	TRY(sql_map_part(ctx, st, &part, &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct mapped);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct mapped){
			.id = rows[i].id,
			.at = rows[i].at,
			.updated_at = rows[i].updated_at,
			.translation_set = rows[i].translation_set,
			.slug = rows[i].slug,
			.lead = {
				.asset = rows[i].lead,
				.ticks = rows[i].ticks,
				.house = rows[i].house,
				.day = rows[i].day,
				.kind = asset_kind_of(rows[i].kind),
				.poster_frame = rows[i].poster_frame,
			},
			.gated = str_eq(rows[i].severity, STR("gate")) ||
				 str_eq(rows[i].lead_severity, STR("gate")) ||
				 rows[i].lead_gate != 0,
		};
	*out = all;
	return ERR_OK;
}

struct str
map_tag(struct arena *a, int64_t edition, int64_t month)
{
	return str_printf(a, "map:%" PRId64 "-%" PRId64, edition, month);
}

static bool
has_tag(const struct str *tags, size_t n, struct str tag)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(tags[i], tag))
			return true;
	return false;
}

enum err
maps_touched(struct ctx *ctx, struct store *st, int64_t asset, struct str *tags,
    size_t *n)
{
	const struct sql_asset_places_row *rows = NULL;
	size_t rows_n = 0;
	size_t out = 0;

	TRY(sql_asset_places(ctx, st, &(struct sql_asset_places){ .id = asset },
	    &rows, &rows_n));
	for (size_t i = 0; i < rows_n; i++) {
		struct str tag =
		    map_tag(ctx->arena, rows[i].edition, month_of(rows[i].at));

		if (!has_tag(tags, out, tag))
			tags[out++] = tag;
	}
	if (rows_n == MAPS_TOUCHED_MAX) { /* there may be more of them */
		tags[0] = STR("house");
		out = 1;
	}
	*n = out;
	return ERR_OK;
}

enum err
month_enter(struct ctx *ctx, struct store *st, int64_t edition, int64_t at)
{
	const struct sql_month_enter in = { edition, month_of(at),
		ctx_now(ctx) };
	int64_t changed = 0;

	return sql_month_enter(ctx, st, &in, &changed);
}

enum err
month_leave(struct ctx *ctx, struct store *st, int64_t edition, int64_t at)
{
	const struct sql_month_leave in = { edition, month_of(at),
		ctx_now(ctx) };
	int64_t changed = 0;

	return sql_month_leave(ctx, st, &in, &changed);
}
