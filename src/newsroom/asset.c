/* SPDX-License-Identifier: MIT */
/* Pictures, video, audio: what is known of them, and their addresses. */

#include "newsroom/asset.h"

#include <assert.h>

#include "newsroom/audit.h"
#include "newsroom/change.h"
#include "newsroom/house.h"
#include "newsroom/month.h"
#include "newsroom/story_row.h"
#include "store/blob.h"
#include "store/sql.h"

enum {
	ALT_MAX = 2000,	      /* characters of each of an asset's texts */
	LICENCE_MAX = 2000,   /* of an address; browsers take as much */
	TICKS_TRIES = 100000, /* assets of one tenth of a millisecond */
	POSTER_FRAME_MAX = 999999,
	LANGUAGE_MAX = 35, /* characters */
};

/* Rows of different queries, of the same shape. */
#define ASSET_OF(r)                                            \
	((struct asset){                                       \
	    .id = (r)->id,                                     \
	    .ticks = (r)->ticks,                               \
	    .house = (r)->house,                               \
	    .day = (r)->day,                                   \
	    .kind = (enum asset_kind)asset_kind_of((r)->kind), \
	    .type = (r)->type,                                 \
	    .blob = (r)->blob,                                 \
	    .size = (r)->size,                                 \
	    .width = (r)->width,                               \
	    .height = (r)->height,                             \
	    .duration = (r)->duration,                         \
	    .rate_num = (r)->rate_num,                         \
	    .rate_den = (r)->rate_den,                         \
	    .has_audio = (r)->has_audio != 0,                  \
	    .poster_frame = (r)->poster_frame,                 \
	    .focal_x = (r)->focal_x,                           \
	    .focal_y = (r)->focal_y,                           \
	    .alt = (r)->alt,                                   \
	    .caption = (r)->caption,                           \
	    .credit = (r)->credit,                             \
	    .copyright = (r)->copyright,                       \
	    .licence = (r)->licence,                           \
	    .rights = (r)->rights,                             \
	    .rights_until = (r)->rights_until,                 \
	    .rights_ended = (r)->rights_ended != 0,            \
	    .language = (r)->language,                         \
	    .look = (r)->look,                                 \
	    .had_location = (r)->had_location != 0,            \
	    .had_device = (r)->had_device != 0,                \
	    .had_owner = (r)->had_owner != 0,                  \
	    .had_history = (r)->had_history != 0,              \
	    .advisory = (r)->advisory,                         \
	    .advisory_note = (r)->advisory_note,               \
	})

static enum err
find(struct ctx *ctx, struct store *st, const struct sql_asset_find *in,
    const struct asset **out)
{
	const struct sql_asset_find_row *row = NULL;
	struct asset *a = NULL;

	*out = NULL;
	TRY(sql_asset_find(ctx, st, in, &row));
	if (row == NULL)
		return ERR_OK;
	a = ARENA_NEW(ctx->arena, struct asset);
	*a = ASSET_OF(row);
	*out = a;
	return ERR_OK;
}

enum err
asset_by_ticks(
    struct ctx *ctx, struct store *st, int64_t ticks, const struct asset **out)
{
	return find(ctx, st, &(struct sql_asset_find){ .ticks = ticks }, out);
}

enum err
asset_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct asset **out)
{
	return find(ctx, st, &(struct sql_asset_find){ .id = id }, out);
}

enum err
asset_by_blob(struct ctx *ctx, struct store *st, struct str blob,
    const struct asset **out)
{
	return find(ctx, st, &(struct sql_asset_find){ .blob = blob }, out);
}

enum err
asset_list(struct ctx *ctx, struct store *st, int64_t before, size_t max,
    const struct asset **out, size_t *n)
{
	const struct sql_asset_page_row *rows = NULL;
	struct asset *all = NULL;

	TRY(sql_asset_page(ctx, st,
	    &(struct sql_asset_page){
		.before = before != 0 ? before : INT64_MAX,
		.n = (int64_t)max,
	    },
	    &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct asset);
	for (size_t i = 0; i < *n; i++)
		all[i] = ASSET_OF(&rows[i]);
	*out = all;
	return ERR_OK;
}

enum err
asset_used(struct ctx *ctx, struct store *st, int64_t id,
    const struct asset_use **out, size_t *n)
{
	const struct sql_asset_used_row *rows = NULL;
	struct asset_use *all = NULL;

	TRY(sql_asset_used(
	    ctx, st, &(struct sql_asset_used){ .id = id }, &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct asset_use);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct asset_use){
			.story = rows[i].id,
			.state = rows[i].state,
			.headline = rows[i].headline,
			.live = rows[i].live != 0,
		};
	*out = all;
	return ERR_OK;
}

/* ---- adding ---- */

/* "2016/11/18", and a day of the calendar. */
static bool
is_day(struct str s)
{
	static const char shape[] = "0000/00/00";
	int64_t year = 0;
	int64_t month = 0;
	int64_t day = 0;

	if (s.n != sizeof shape - 1)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (shape[i] == '/' ? s.p[i] != '/'
				    : s.p[i] < '0' || s.p[i] > '9')
			return false;
	return str_int(str_sub(s, 0, 4), &year) &&
	       str_int(str_sub(s, 5, 2), &month) &&
	       str_int(str_sub(s, 8, 2), &day) &&
	       date_exists((int)year, (int)month, (int)day);
}

static bool
is_house(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') ||
			(s.p[i] >= '0' && s.p[i] <= '9')))
			return false;
	return s.n <= HOUSE_CODE_MAX;
}

/* What stands in its address, where the caller chose it. */
static enum err
check_address(struct ctx *ctx, const struct asset *in)
{
	if (in->day.n != 0 && !is_day(in->day))
		return FAIL(ctx, ERR_INVALID,
		    "\"%.*s\" is no day of an address, such as 2016/11/18",
		    STR_FMT(in->day));
	if (!is_house(in->house))
		return FAIL(ctx, ERR_INVALID,
		    "the house in an address holds small letters a to z and "
		    "digits");
	return ERR_OK;
}

static enum err
check_texts(struct ctx *ctx, const struct asset *in)
{
	const struct str texts[] = { in->alt, in->caption, in->credit,
		in->copyright, in->rights, in->advisory_note };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (!utf8_ok(texts[i]) || !utf8_is_line(texts[i]))
			return FAIL(ctx, ERR_INVALID,
			    "a picture's description, caption, credit and "
			    "copyright are lines of valid UTF-8");
		if (utf8_length(texts[i]) > ALT_MAX)
			return FAIL(ctx, ERR_LIMIT,
			    "a picture's texts have at most %d characters",
			    ALT_MAX);
	}
	return ERR_OK;
}

/* As BCP 47 has them, by their letters. */
static bool
is_language(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') ||
			(s.p[i] >= 'A' && s.p[i] <= 'Z') ||
			(s.p[i] >= '0' && s.p[i] <= '9' && i > 0) ||
			(s.p[i] == '-' && i > 0)))
			return false;
	return s.n <= LANGUAGE_MAX && s.n != 1;
}

enum err
asset_licence_check(struct ctx *ctx, struct str s)
{
	struct str rest = str_from(s, str_starts(s, STR("https:")) ? 8 : 7);
	bool web =
	    str_starts(s, STR("https://")) || str_starts(s, STR("http://"));
	size_t at = 0;

	while (at < s.n && s.p[at] > ' ' && s.p[at] <= '~')
		at++;
	if (s.n == 0 || (web && rest.n > 0 && rest.p[0] != '/' && at == s.n &&
			    s.n <= LICENCE_MAX))
		return ERR_OK;
	return FAIL(ctx, ERR_INVALID,
	    "a licence is the address of the page that says what may be done "
	    "with it, such as https://creativecommons.org/licenses/by/4.0/, "
	    "of at most %d characters in ASCII",
	    LICENCE_MAX);
}

static enum err
check_asset(struct ctx *ctx, const struct asset *in)
{
	TRY(check_texts(ctx, in));
	TRY(asset_licence_check(ctx, in->licence));
	if (in->type.n == 0 || !utf8_ok(in->type) || !utf8_is_line(in->type))
		return FAIL(ctx, ERR_INVALID, "an asset has a media type");
	if (in->blob.n != BLOB_DIGEST || in->size <= 0)
		return FAIL(ctx, ERR_INVALID,
		    "an asset has an original: its digest and its size");
	if (in->kind != ASSET_AUDIO && (in->width <= 0 || in->height <= 0))
		return FAIL(ctx, ERR_INVALID,
		    "a picture has a width and a height of at least a pixel");
	if (in->poster_frame < 0 || in->poster_frame > POSTER_FRAME_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "a film's poster is one of its frames, from 0 to %d",
		    POSTER_FRAME_MAX);
	if (!is_language(in->language))
		return FAIL(ctx, ERR_INVALID,
		    "a language is a tag such as en, fa or pt-BR");
	if (in->focal_x < 0 || in->focal_x > 1000 || in->focal_y < 0 ||
	    in->focal_y > 1000)
		return FAIL(ctx, ERR_INVALID,
		    "a focal point lies between 0 and 1000 per mille");
	return ERR_OK;
}

static enum err
choose_ticks(struct ctx *ctx, struct store *st, int64_t want, int64_t *out)
{
	int64_t ticks = want != 0 ? want : ticks_from_ns(ctx_now_ns(ctx));
	const struct asset *taken = NULL;

	for (int i = 0; i < TICKS_TRIES; i++) {
		TRY(asset_by_ticks(ctx, st, ticks, &taken));
		if (taken == NULL) {
			*out = ticks;
			return ERR_OK;
		}
		if (want != 0)
			return FAIL(ctx, ERR_CONFLICT,
			    "another asset has the ticks %" PRId64, want);
		ticks++;
	}
	return FAIL(ctx, ERR_LIMIT, "no ticks are free at this moment");
}

static enum err
choose_address(struct ctx *ctx, struct store *st, const struct asset *in,
    struct asset *out)
{
	const struct house *house = NULL;
	struct ticks_time t = { 0 };

	TRY(choose_ticks(ctx, st, in->ticks, &out->ticks));
	if (!ticks_read(out->ticks, &t))
		return FAIL(ctx, ERR_INVALID,
		    "%" PRId64 " are no ticks of the years 1 to 9999",
		    out->ticks);
	if (in->day.n == 0)
		out->day = str_printf(
		    ctx->arena, "%04d/%02d/%02d", t.year, t.month, t.day);
	if (in->house.n == 0) {
		TRY(house_get(ctx, st, &house));
		out->house = house->code;
	}
	return ERR_OK;
}

static struct str
kind_name(enum asset_kind kind)
{
	return kind == ASSET_VIDEO   ? STR("video")
	       : kind == ASSET_AUDIO ? STR("audio")
				     : STR("picture");
}

static enum err
insert(struct ctx *ctx, struct store *st, struct asset *a)
{
	const struct sql_asset_add_row *row = NULL;
	int64_t added = 0;

	TRY(sql_asset_add(ctx, st,
	    &(struct sql_asset_add){
		.ticks = a->ticks,
		.house = a->house,
		.day = a->day,
		.kind = kind_name(a->kind),
		.type = a->type,
		.blob = a->blob,
		.size = a->size,
		.preview = a->preview,
		.width = a->width,
		.height = a->height,
		.duration = a->duration,
		.rate_num = a->rate_num,
		.rate_den = a->rate_den,
		.has_audio = a->has_audio,
		.poster_frame = a->poster_frame,
		.focal_x = a->focal_x,
		.focal_y = a->focal_y,
		.alt = a->alt,
		.caption = a->caption,
		.credit = a->credit,
		.copyright = a->copyright,
		.licence = a->licence,
		.rights = a->rights,
		.rights_until = a->rights_until,
		.language = a->language,
		.look = a->look,
		.had_location = a->had_location,
		.had_device = a->had_device,
		.had_owner = a->had_owner,
		.had_history = a->had_history,
		.advisory = a->advisory,
		.advisory_note = a->advisory_note,
		.at = ctx_now(ctx),
	    },
	    &row));
	a->id = row->id;
	if (a->kind != ASSET_PICTURE)
		TRY(sql_media_job_add(ctx, st,
		    &(struct sql_media_job_add){
			.asset = a->id,
			.at = ctx_now(ctx),
		    },
		    &added));
	return audit_add(ctx, st,
	    &(struct audit_entry){
		.action = "asset.add",
		.subject = change_tag(ctx->arena, "asset", a->id),
		.detail = a->blob,
	    });
}

enum err
asset_add(struct ctx *ctx, struct store *st, const struct asset *in,
    const struct asset **out)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct asset *there = NULL;
	struct asset *a = ARENA_NEW(ctx->arena, struct asset);

	TRY(check_asset(ctx, in));
	TRY(check_address(ctx, in));
	*a = *in;
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(find(
	    ctx, st, &(struct sql_asset_find){ .blob = in->blob }, &there));
	if (there != NULL) {
		*out = there;
		return ERR_OK;
	}
	TRY(choose_address(ctx, st, in, a));
	TRY(insert(ctx, st, a));
	TRY(store_tx_commit(ctx, &tx));
	*out = a;
	return ERR_OK;
}

/* ---- changing ---- */

/* Every page that shows it, or names its picture. */
static enum err
asset_change(struct ctx *ctx, struct store *st, const char *kind, int64_t id)
{
	struct str tags[1 + MAPS_TOUCHED_MAX];
	size_t n = 0;

	tags[0] = change_tag(ctx->arena, "asset", id);
	TRY(maps_touched(ctx, st, id, tags + 1, &n));
	return change_add(ctx, st,
	    &(struct change){ .kind = kind, .tags = tags, .n = 1 + n });
}

enum err
asset_preview(struct ctx *ctx, struct store *st, int64_t id, int64_t frame,
    struct str preview)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_asset_preview(ctx, st,
	    &(struct sql_asset_preview){
		.id = id,
		.frame = frame,
		.preview = preview,
	    },
	    &changed));
	if (changed != 0)
		TRY(asset_change(ctx, st, "preview", id));
	return store_tx_commit(ctx, &tx);
}

static enum err
asset_write(
    struct ctx *ctx, struct store *st, const struct asset *in, int64_t person)
{
	int64_t changed = 0;

	TRY(sql_asset_set(ctx, st,
	    &(struct sql_asset_set){
		.id = in->id,
		.alt = in->alt,
		.caption = in->caption,
		.credit = in->credit,
		.copyright = in->copyright,
		.licence = in->licence,
		.focal_x = in->focal_x,
		.focal_y = in->focal_y,
		.poster_frame = in->poster_frame,
		.rights = in->rights,
		.rights_until = in->rights_until,
		.rights_ended =
		    in->rights_until != 0 && in->rights_until <= ctx_now(ctx),
		.language = in->language,
		.advisory = in->advisory,
		.advisory_note = in->advisory_note,
	    },
	    &changed));
	assert(changed == 1); /* it was read in this transaction */
	TRY(asset_change(ctx, st, "asset", in->id));
	return audit_add(ctx, st,
	    &(struct audit_entry){
		.person = person,
		.action = "asset.set",
		.subject = change_tag(ctx->arena, "asset", in->id),
		.detail = str_printf(ctx->arena,
		    "%.*s; focus %" PRId64 " %" PRId64 "; advisory %" PRId64,
		    STR_FMT(in->alt), in->focal_x, in->focal_y, in->advisory),
	    });
}

static enum err
wanted(struct ctx *ctx, struct store *st, int64_t id, const struct asset **out)
{
	TRY(asset_by_id(ctx, st, id, out));
	if (*out == NULL)
		return FAIL(
		    ctx, ERR_NOTFOUND, "there is no asset %" PRId64, id);
	return ERR_OK;
}

enum err
asset_describe(
    struct ctx *ctx, struct store *st, const struct asset *in, int64_t person)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct asset *there = NULL;
	struct asset a = { 0 };

	TRY(check_texts(ctx, in));
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(wanted(ctx, st, in->id, &there));
	a = *there;
	a.alt = in->alt;
	a.caption = in->caption;
	a.credit = in->credit;
	TRY(asset_write(ctx, st, &a, person));
	return store_tx_commit(ctx, &tx);
}

enum err
asset_set(
    struct ctx *ctx, struct store *st, const struct asset *in, int64_t person)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct asset *there = NULL;

	TRY(check_asset(ctx, in));
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(wanted(ctx, st, in->id, &there));
	TRY(asset_write(ctx, st, in, person));
	return store_tx_commit(ctx, &tx);
}

/* ---- who may see it ---- */

/* The timer is a moment late at the best. */
static bool
asset_rights_over(struct ctx *ctx, const struct asset *a)
{
	return a->rights_until != 0 && a->rights_until <= ctx_now(ctx);
}

enum err
asset_gate(struct ctx *ctx, struct store *st, const struct asset *a,
    struct asset_gate *out)
{
	const struct sql_asset_gate_row *row = NULL;

	TRY(sql_asset_gate(
	    ctx, st, &(struct sql_asset_gate){ .id = a->id }, &row));
	*out = (struct asset_gate){
		.gated = row->gates != 0,
		.live = row->live != 0 && !asset_rights_over(ctx, a),
		.version = row->version,
	};
	return ERR_OK;
}

enum err
asset_rights_due(
    struct ctx *ctx, struct store *st, size_t *ended, int64_t *next)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_asset_rights_due_row *due = NULL;
	const struct sql_asset_rights_next_row *row = NULL;
	int64_t changed = 0;
	size_t n = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_asset_rights_due(ctx, st,
	    &(struct sql_asset_rights_due){ .now = ctx_now(ctx) }, &due, &n));
	for (size_t i = 0; i < n; i++) {
		TRY(sql_asset_rights_end(ctx, st,
		    &(struct sql_asset_rights_end){ .id = due[i].id },
		    &changed));
		TRY(asset_change(ctx, st, "rights", due[i].id));
		TRY(audit_add(ctx, st,
		    &(struct audit_entry){
			.action = "asset.rights_end",
			.subject = change_tag(ctx->arena, "asset", due[i].id),
		    }));
	}
	TRY(sql_asset_rights_next(ctx, st, &row));
	*next = row->at;
	*ended = n;
	return store_tx_commit(ctx, &tx);
}

struct str
asset_address(struct arena *a, const struct asset *as)
{
	return str_printf(a, "/%.*s/%.*s_%" PRId64, STR_FMT(as->day),
	    STR_FMT(as->house), as->ticks);
}

struct str
asset_poster_name(struct arena *a, const struct asset *as)
{
	return str_printf(a, "%.*s_%" PRId64 "f_poster.jpg", STR_FMT(as->blob),
	    as->poster_frame);
}
