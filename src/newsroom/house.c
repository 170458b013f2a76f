/* SPDX-License-Identifier: MIT */
/* The house: editions, sections, tags, authors, advisories. */

#include "newsroom/house.h"

#include <sodium.h>

#include "markup/locale.h"
#include "markup/slug.h"
#include "newsroom/audit.h"
#include "newsroom/change.h"
#include "newsroom/list.h"
#include "newsroom/search.h"
#include "newsroom/story_row.h"
#include "store/sql.h"

enum {
	SECRET_BYTES = 32,
	CODE_MAX = 16, /* characters of an edition's code */
};

/* ---- checks ---- */

static enum err
check_title(struct ctx *ctx, const char *what, struct str s, bool needed)
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

static enum err
check_lang(struct ctx *ctx, struct str lang)
{
	if (!lang_valid(lang))
		return FAIL(ctx, ERR_INVALID,
		    "\"%.*s\" is no language tag, such as en or ar",
		    STR_FMT(lang));
	return ERR_OK;
}

static bool
is_code(struct str s, size_t max, bool hyphen)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') ||
			(s.p[i] >= '0' && s.p[i] <= '9') ||
			(hyphen && s.p[i] == '-')))
			return false;
	return s.n > 0 && s.n <= max;
}

/* Tell readers' surfaces and the audit of a change. */
static enum err
record(struct ctx *ctx, struct store *st, const char *action,
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

static enum err
record_one(struct ctx *ctx, struct store *st, const char *action,
    const char *what, int64_t id, struct str detail)
{
	struct str tag = change_tag(ctx->arena, what, id);

	return record(ctx, st, action, &tag, 1, detail);
}

/* A tag or an author; a new one is a new page of that slug, too. */
static enum err
record_term(struct ctx *ctx, struct store *st, const char *what,
    const struct term *in, int64_t id, struct str slug)
{
	struct str tags[] = {
		change_tag(ctx->arena, what, id),
		made_tag(ctx->arena, in->edition, slug),
	};
	const char *action =
	    str_cstr(ctx->arena, str_printf(ctx->arena, "%s.put", what));

	return record(ctx, st, action, tags, 2, slug);
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

	if (!is_code(in->code, HOUSE_CODE_MAX, false))
		return FAIL(ctx, ERR_INVALID,
		    "the house's code may hold small letters a to z and "
		    "digits, %d at the most; it stands in media addresses",
		    HOUSE_CODE_MAX);
	TRY(check_title(ctx, "house's title", in->title, true));
	TRY(check_lang(ctx, lang));
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
	TRY(record(ctx, st, "house.found", &tag, 1, in->code));
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

/* ---- editions ---- */

enum err
edition_list(
    struct ctx *ctx, struct store *st, const struct edition **out, size_t *n)
{
	const struct sql_edition_all_row *rows = NULL;
	struct edition *all = NULL;

	TRY(sql_edition_all(ctx, st, &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct edition);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct edition){
			.id = rows[i].id,
			.code = rows[i].code,
			.lang = rows[i].lang,
			.rtl = str_eq(rows[i].dir, STR("rtl")),
			.zone = rows[i].zone,
			.title = rows[i].title,
			.standfirst = rows[i].standfirst,
			.date_form = rows[i].date_form,
			.is_default = rows[i].is_default != 0,
			.position = rows[i].position,
		};
	*out = all;
	return ERR_OK;
}

enum err
edition_by_code(struct ctx *ctx, struct store *st, struct str code,
    const struct edition **out)
{
	const struct edition *all = NULL;
	size_t n = 0;

	TRY(edition_list(ctx, st, &all, &n));
	*out = NULL;
	for (size_t i = 0; i < n; i++)
		if (code.n == 0 ? all[i].is_default : str_eq(code, all[i].code))
			*out = &all[i];
	return ERR_OK;
}

enum err
edition_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct edition **out)
{
	const struct edition *all = NULL;
	size_t n = 0;

	TRY(edition_list(ctx, st, &all, &n));
	*out = NULL;
	for (size_t i = 0; i < n; i++)
		if (all[i].id == id)
			*out = &all[i];
	return ERR_OK;
}

static enum err
check_edition(struct ctx *ctx, const struct edition *in)
{
	/* An edition's code is never a first segment of the site's own. */
	static const char *const taken[] = { "section", "tag", "author",
		"archive", "search", "corrections", "news", "lite", "sitemap",
		"shown", "api", "upload", "desk", "theme", "embed", "healthz",
		"readyz", "metrics" };

	/* Digits first would be a year: /2026/11/23/… are media. */
	if (!is_code(in->code, CODE_MAX, true) || in->code.n < 2 ||
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
	TRY(check_lang(ctx, in->lang));
	if (!zone_valid(in->zone))
		return FAIL(ctx, ERR_INVALID,
		    "\"%.*s\" is no time zone, such as Europe/Vienna",
		    STR_FMT(in->zone));
	if (in->date_form.n != 0)
		TRY(locale_pattern_check(ctx, in->date_form));
	TRY(check_title(ctx, "edition's title", in->title, true));
	return check_title(ctx, "edition's standfirst", in->standfirst, false);
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
	TRY(record(ctx, st, "edition.put", tags, 2, in->code));
	return store_tx_commit(ctx, &tx);
}

/* ---- sections ---- */

static struct section *
section_of(struct ctx *ctx, const struct sql_section_find_row *r)
{
	struct section *s = ARENA_NEW(ctx->arena, struct section);

	*s = (struct section){ r->id, r->edition, r->slug, r->title,
		r->standfirst, r->position };
	return s;
}

enum err
section_list(struct ctx *ctx, struct store *st, int64_t edition,
    const struct section **out, size_t *n)
{
	const struct sql_section_all_row *rows = NULL;
	struct section *all = NULL;

	TRY(sql_section_all(ctx, st,
	    &(struct sql_section_all){ .edition = edition }, &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct section);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct section){ rows[i].id, rows[i].edition,
			rows[i].slug, rows[i].title, rows[i].standfirst,
			rows[i].position };
	*out = all;
	return ERR_OK;
}

enum err
section_by_slug(struct ctx *ctx, struct store *st, int64_t edition,
    struct str slug, const struct section **out)
{
	const struct sql_section_find_row *row = NULL;

	TRY(sql_section_find(ctx, st,
	    &(struct sql_section_find){ .edition = edition, .slug = slug },
	    &row));
	*out = row != NULL ? section_of(ctx, row) : NULL;
	return ERR_OK;
}

enum err
section_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct section **out)
{
	const struct sql_section_get_row *row = NULL;
	struct section *s = NULL;

	TRY(sql_section_get(
	    ctx, st, &(struct sql_section_get){ .id = id }, &row));
	*out = NULL;
	if (row == NULL)
		return ERR_OK;
	s = ARENA_NEW(ctx->arena, struct section);
	*s = (struct section){ row->id, row->edition, row->slug, row->title,
		row->standfirst, row->position };
	*out = s;
	return ERR_OK;
}

/* A slug given is checked; an empty one is made from the title. */
static enum err
term_slug(struct ctx *ctx, struct store *st, int64_t edition, struct str given,
    struct str title, struct str *out)
{
	const struct sql_edition_tongue_row *tongue = NULL;

	if (given.n != 0) {
		if (!slug_valid(given))
			return FAIL(ctx, ERR_INVALID,
			    "\"%.*s\" is no slug: small letters a to z, "
			    "digits and single hyphens, %d at the most",
			    STR_FMT(given), SLUG_MAX);
		*out = given;
		return ERR_OK;
	}
	TRY(sql_edition_tongue(
	    ctx, st, &(struct sql_edition_tongue){ .id = edition }, &tongue));
	if (tongue == NULL)
		return FAIL(
		    ctx, ERR_INVALID, "there is no edition %" PRId64, edition);
	return slug_make(ctx, title, tongue->lang, out);
}

static enum err
section_new(struct ctx *ctx, struct store *st, const struct section *in,
    struct str slug, int64_t *id)
{
	const struct sql_section_add_row *row = NULL;
	const struct sql_list_add_row *list = NULL;

	TRY(sql_section_add(ctx, st,
	    &(struct sql_section_add){
		.edition = in->edition,
		.slug = slug,
		.title = str_trim(in->title),
		.standfirst = str_trim(in->standfirst),
		.position = in->position,
	    },
	    &row));
	*id = row->id;
	return sql_list_add(ctx, st,
	    &(struct sql_list_add){
		.edition = in->edition,
		.kind = STR("section"),
		.section = row->id,
		.code = slug,
		.title = str_trim(in->title),
		.rest = RANGE_SECTION,
		.rest_ref = row->id,
	    },
	    &list);
}

enum err
section_put(
    struct ctx *ctx, struct store *st, const struct section *in, int64_t *id)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct section *there = NULL;
	struct str slug = { 0 };
	struct str tags[2];
	int64_t changed = 0;

	TRY(check_title(ctx, "section's title", in->title, true));
	TRY(check_title(ctx, "section's standfirst", in->standfirst, false));
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(term_slug(ctx, st, in->edition, in->slug, in->title, &slug));
	TRY(section_by_slug(ctx, st, in->edition, slug, &there));
	if (there == NULL) {
		TRY(section_new(ctx, st, in, slug, id));
	} else {
		*id = there->id;
		TRY(sql_section_set(ctx, st,
		    &(struct sql_section_set){
			.id = there->id,
			.title = str_trim(in->title),
			.standfirst = str_trim(in->standfirst),
			.position = in->position,
		    },
		    &changed));
	}
	TRY(search_name_put(ctx, st,
	    &(struct search_term){
		RANGE_SECTION, *id, in->edition, in->title }));
	/* The navigation of every page of the edition names its sections. */
	tags[0] = change_tag(ctx->arena, "section", *id);
	tags[1] = change_tag(ctx->arena, "edition", in->edition);
	TRY(record(ctx, st, "section.put", tags, 2, slug));
	return store_tx_commit(ctx, &tx);
}

/* ---- tags and authors ---- */

enum err
tag_by_slug(struct ctx *ctx, struct store *st, int64_t edition, struct str slug,
    const struct term **out)
{
	const struct sql_tag_find_row *row = NULL;
	struct term *t = NULL;

	TRY(sql_tag_find(ctx, st,
	    &(struct sql_tag_find){ .edition = edition, .slug = slug }, &row));
	*out = NULL;
	if (row == NULL)
		return ERR_OK;
	t = ARENA_NEW(ctx->arena, struct term);
	*t = (struct term){ row->id, row->edition, row->slug, row->title,
		STR("") };
	*out = t;
	return ERR_OK;
}

enum err
author_by_slug(struct ctx *ctx, struct store *st, int64_t edition,
    struct str slug, const struct term **out)
{
	const struct sql_author_find_row *row = NULL;
	struct term *t = NULL;

	TRY(sql_author_find(ctx, st,
	    &(struct sql_author_find){ .edition = edition, .slug = slug },
	    &row));
	*out = NULL;
	if (row == NULL)
		return ERR_OK;
	t = ARENA_NEW(ctx->arena, struct term);
	*t = (struct term){ row->id, row->edition, row->slug, row->name,
		row->standfirst };
	*out = t;
	return ERR_OK;
}

enum err
tag_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct term **out)
{
	const struct sql_tag_get_row *row = NULL;
	struct term *t = NULL;

	TRY(sql_tag_get(ctx, st, &(struct sql_tag_get){ .id = id }, &row));
	*out = NULL;
	if (row == NULL)
		return ERR_OK;
	t = ARENA_NEW(ctx->arena, struct term);
	*t = (struct term){ row->id, row->edition, row->slug, row->title,
		row->standfirst };
	*out = t;
	return ERR_OK;
}

enum err
author_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct term **out)
{
	const struct sql_author_get_row *row = NULL;
	struct term *t = NULL;

	TRY(sql_author_get(
	    ctx, st, &(struct sql_author_get){ .id = id }, &row));
	*out = NULL;
	if (row == NULL)
		return ERR_OK;
	t = ARENA_NEW(ctx->arena, struct term);
	*t = (struct term){ row->id, row->edition, row->slug, row->name,
		row->standfirst };
	*out = t;
	return ERR_OK;
}

enum err
tag_put(struct ctx *ctx, struct store *st, const struct term *in, int64_t *id)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_tag_add_row *row = NULL;
	const struct term *there = NULL;
	struct str title = str_trim(in->title);
	struct str slug = { 0 };
	int64_t changed = 0;

	TRY(check_title(ctx, "tag", in->title, true));
	TRY(term_slug(ctx, st, in->edition, in->slug, title, &slug));
	TRY(tag_by_slug(ctx, st, in->edition, slug, &there));
	if (there != NULL && (in->slug.n == 0 || str_eq(there->title, title))) {
		*id = there->id;
		return ERR_OK;
	}
	TRY(store_tx_begin(ctx, st, &tx));
	if (there == NULL) {
		TRY(sql_tag_add(ctx, st,
		    &(struct sql_tag_add){ in->edition, slug, title }, &row));
		*id = row->id;
	} else {
		*id = there->id;
		TRY(sql_tag_set(ctx, st,
		    &(struct sql_tag_set){ there->id, title }, &changed));
	}
	TRY(search_name_put(ctx, st,
	    &(struct search_term){ RANGE_TAG, *id, in->edition, title }));
	TRY(record_term(ctx, st, "tag", in, *id, slug));
	return store_tx_commit(ctx, &tx);
}

enum err
author_put(
    struct ctx *ctx, struct store *st, const struct term *in, int64_t *id)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_author_add_row *row = NULL;
	const struct term *there = NULL;
	struct str title = str_trim(in->title);
	struct str slug = { 0 };
	int64_t changed = 0;

	TRY(check_title(ctx, "author's name", in->title, true));
	TRY(check_title(ctx, "author's standfirst", in->standfirst, false));
	TRY(term_slug(ctx, st, in->edition, in->slug, title, &slug));
	TRY(author_by_slug(ctx, st, in->edition, slug, &there));
	if (there != NULL && (in->slug.n == 0 || (str_eq(there->title, title) &&
						     str_eq(there->standfirst,
							 in->standfirst)))) {
		*id = there->id;
		return ERR_OK;
	}
	TRY(store_tx_begin(ctx, st, &tx));
	if (there == NULL) {
		TRY(sql_author_add(ctx, st,
		    &(struct sql_author_add){
			in->edition, slug, title, in->standfirst },
		    &row));
		*id = row->id;
	} else {
		*id = there->id;
		TRY(sql_author_set(ctx, st,
		    &(struct sql_author_set){
			there->id, title, in->standfirst },
		    &changed));
	}
	TRY(search_name_put(ctx, st,
	    &(struct search_term){ RANGE_AUTHOR, *id, in->edition, title }));
	TRY(record_term(ctx, st, "author", in, *id, slug));
	return store_tx_commit(ctx, &tx);
}

/* ---- advisories ---- */

enum err
advisory_list(struct ctx *ctx, struct store *st, struct str lang,
    const struct advisory **out, size_t *n)
{
	const struct sql_advisory_all_row *rows = NULL;
	struct advisory *all = NULL;

	TRY(sql_advisory_all(
	    ctx, st, &(struct sql_advisory_all){ .lang = lang }, &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct advisory);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct advisory){
			.id = rows[i].id,
			.code = rows[i].code,
			.severity = severity_of(rows[i].severity),
			.version = rows[i].version,
			.label = rows[i].label,
		};
	*out = all;
	return ERR_OK;
}

static struct str
severity_name(enum severity s)
{
	return s == SEVERITY_GATE ? STR("gate") : STR("note");
}

static enum err
check_advisory(struct ctx *ctx, const struct advisory *in, struct str lang)
{
	if (!is_code(in->code, HOUSE_CODE_MAX, true))
		return FAIL(ctx, ERR_INVALID,
		    "an advisory's code may hold small letters, digits and "
		    "hyphens, %d at the most",
		    HOUSE_CODE_MAX);
	TRY(check_lang(ctx, lang));
	return check_title(ctx, "advisory's label", in->label, true);
}

/* Are its severity, and its label in that language, what they should be? */
static enum err
advisory_stands(struct ctx *ctx, struct store *st,
    const struct sql_advisory_find_row *there, const struct advisory *in,
    struct str lang, bool *out)
{
	const struct sql_advisory_label_find_row *label = NULL;

	*out = false;
	if (there == NULL)
		return ERR_OK;
	TRY(sql_advisory_label_find(ctx, st,
	    &(struct sql_advisory_label_find){ there->id, lang }, &label));
	*out = label != NULL && str_eq(label->label, str_trim(in->label)) &&
	       str_eq(there->severity, severity_name(in->severity));
	return ERR_OK;
}

static enum err
advisory_row(struct ctx *ctx, struct store *st,
    const struct sql_advisory_find_row *there, const struct advisory *in,
    int64_t *id)
{
	struct str severity = severity_name(in->severity);
	const struct sql_advisory_add_row *added = NULL;
	int64_t changed = 0;

	if (there == NULL) {
		TRY(sql_advisory_add(ctx, st,
		    &(struct sql_advisory_add){ in->code, severity }, &added));
		*id = added->id;
		return ERR_OK;
	}
	*id = there->id;
	return sql_advisory_set(ctx, st,
	    &(struct sql_advisory_set){ there->id, severity }, &changed);
}

enum err
advisory_put(struct ctx *ctx, struct store *st, const struct advisory *in,
    struct str lang, int64_t *id)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_advisory_find_row *there = NULL;
	int64_t changed = 0;
	bool stands = false;

	TRY(check_advisory(ctx, in, lang));
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_advisory_find(
	    ctx, st, &(struct sql_advisory_find){ .code = in->code }, &there));
	TRY(advisory_stands(ctx, st, there, in, lang, &stands));
	if (stands) { /* an edit in vain would change every /shown key */
		*id = there->id;
		return ERR_OK;
	}
	TRY(advisory_row(ctx, st, there, in, id));
	TRY(sql_advisory_label_set(ctx, st,
	    &(struct sql_advisory_label_set){ *id, lang, str_trim(in->label) },
	    &changed));
	TRY(record_one(ctx, st, "advisory.put", "advisory", *id, in->code));
	return store_tx_commit(ctx, &tx);
}
