/* SPDX-License-Identifier: MIT */
/* The house: its founding, and what its nouns have in common. */

#include "newsroom/house.h"

#include <sodium.h>

#include "markup/locale.h"
#include "newsroom/audit.h"
#include "newsroom/change.h"
#include "newsroom/house_row.h"

enum { SECRET_BYTES = 32 };

/* ---- for all of them ---- */

enum err
house_check_title(struct ctx *ctx, const char *what, struct str s, bool needed)
{
	if (!utf8_ok(s) || !utf8_is_line(s))
		return FAIL(ctx, ERR_INVALID,
		    "the %s is not one line of valid UTF-8", what);
	if (needed && utf8_is_blank(s))
		return FAIL(ctx, ERR_INVALID, "the %s is empty", what);
	if (utf8_length(s) > TITLE_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "the %s is longer than %d characters", what, TITLE_MAX);
	return ERR_OK;
}

enum err
house_check_lang(struct ctx *ctx, struct str lang)
{
	if (!lang_valid(lang))
		return FAIL(ctx, ERR_INVALID,
		    "\"%.*s\" is no language tag, such as en or ar",
		    STR_FMT(lang));
	return ERR_OK;
}

bool
house_is_code(struct str s, size_t max, bool hyphen)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') ||
			(s.p[i] >= '0' && s.p[i] <= '9') ||
			(hyphen && s.p[i] == '-')))
			return false;
	return s.n > 0 && s.n <= max;
}

/* Tell readers' surfaces and the audit of a change. */
enum err
house_record(struct ctx *ctx, struct store *st, const char *action,
    const struct str *tags, size_t n, struct str detail)
{
	TRY(change_add(
	    ctx, st, &(struct change){ .kind = action, .tags = tags, .n = n }));
	return audit_add(ctx, st,
	    &(struct audit_entry){
		.action = action,
		.subject = tags[0],
		.detail = detail,
	    });
}

enum err
house_record_one(struct ctx *ctx, struct store *st, const char *action,
    const char *what, int64_t id, struct str detail)
{
	struct str tag = change_tag(ctx->arena, what, id);

	return house_record(ctx, st, action, &tag, 1, detail);
}

/* ---- the house ---- */

static enum err
found_advisories(struct ctx *ctx, struct store *st)
{
	static const struct {
		struct str code, en, ar;
		enum severity severity;
	} usual[] = {
		{ STR_INIT("graphic"), STR_INIT("Graphic content"),
		    STR_INIT("مشاهد قاسية"), SEVERITY_GATE },
		{ STR_INIT("distressing"), STR_INIT("Distressing content"),
		    STR_INIT("محتوى مؤلم"), SEVERITY_GATE },
		{ STR_INIT("flashing"), STR_INIT("Flashing images"),
		    STR_INIT("صور وامضة"), SEVERITY_GATE },
		{ STR_INIT("sensitive"), STR_INIT("Sensitive content"),
		    STR_INIT("محتوى حساس"), SEVERITY_NOTE },
	};
	int64_t id = 0;

	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
		struct advisory a = {
			.code = usual[i].code,
			.severity = usual[i].severity,
			.label = usual[i].en,
		};

		TRY(advisory_put(ctx, st, &a, STR("en"), &id));
		a.label = usual[i].ar;
		TRY(advisory_put(ctx, st, &a, STR("ar"), &id));
	}
	return ERR_OK;
}

/* "en" of "en-GB". */
static struct str
primary_language(struct ctx *ctx, struct str lang)
{
	struct str rest = { 0 };

	return str_lower_ascii(ctx->arena, str_cut(lang, '-', &rest));
}

enum err
house_found(struct ctx *ctx, struct store *st, const struct house_new *in)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_house_get_row *there = NULL;
	struct str lang = in->lang.n != 0 ? in->lang : STR("en");
	struct str tag = STR("house");
	char secret[SECRET_BYTES];
	int64_t changed = 0;
	int64_t id = 0;

	if (!house_is_code(in->code, HOUSE_CODE_MAX, false))
		return FAIL(ctx, ERR_INVALID,
		    "the house's code may hold small letters a to z and "
		    "digits, %d at the most; it stands in media addresses",
		    HOUSE_CODE_MAX);
	TRY(house_check_title(ctx, "house's title", in->title, true));
	TRY(house_check_lang(ctx, lang));
	randombytes_buf(secret, sizeof secret);
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_house_get(ctx, st, &there));
	if (there != NULL)
		return FAIL(ctx, ERR_CONFLICT,
		    "this newsroom is founded already: it is \"%.*s\"",
		    STR_FMT(there->title));
	TRY(sql_house_add(ctx, st,
	    &(struct sql_house_add){
		.code = in->code,
		.title = str_trim(in->title),
		.secret = str_make(secret, sizeof secret),
		.at = ctx_now(ctx),
	    },
	    &changed));
	TRY(house_record(ctx, st, "house.found", &tag, 1, in->code));
	TRY(edition_put(ctx, st,
	    &(struct edition){
		.code = primary_language(ctx, lang),
		.lang = lang,
		.rtl = lang_is_rtl(lang),
		.zone = in->zone.n != 0 ? in->zone : STR("UTC"),
		.title = in->title,
	    },
	    &id));
	TRY(found_advisories(ctx, st));
	return store_tx_commit(ctx, &tx);
}

enum err
house_get(struct ctx *ctx, struct store *st, const struct house **out)
{
	const struct sql_house_get_row *row = NULL;
	struct house *h = NULL;

	TRY(sql_house_get(ctx, st, &row));
	if (row == NULL)
		return FAIL(ctx, ERR_NOTFOUND,
		    "this newsroom was never founded: `masthead init` does it");
	h = ARENA_NEW(ctx->arena, struct house);
	*h = (struct house){ row->code, row->title, row->secret };
	*out = h;
	return ERR_OK;
}
