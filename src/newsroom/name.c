/* SPDX-License-Identifier: MIT */
/*
 * What sections, tags and authors have in common: a name in an edition, and
 * an address.  Rows of other names stay behind as old names of theirs
 * (docs/decisions/0015).
 */

#include <assert.h>

#include "markup/slug.h"
#include "newsroom/change.h"
#include "newsroom/house_row.h"
#include "newsroom/search.h"

const char *
name_word(int kind)
{
	return kind == RANGE_SECTION ? "section"
	       : kind == RANGE_TAG   ? "tag"
				     : "author";
}

/* ---- rows of the three tables ---- */

#define NAME_OF(ctx, r)                                                   \
	((r) == NULL ? NULL                                               \
		     : name_new((ctx), &(struct name){                    \
					   .id = (r)->id,                 \
					   .edition = (r)->edition,       \
					   .slug = (r)->slug,             \
					   .title = (r)->title,           \
					   .standfirst = (r)->standfirst, \
					   .position = (r)->position,     \
				       }))

/* Reads a row by that call of the three, into *out. */
#define READ(ctx, st, what, verb, out, ...)                                \
	do {                                                               \
		const struct sql_##what##_##verb##_row *row_ = NULL;       \
                                                                           \
		TRY(sql_##what##_##verb(ctx, st,                           \
		    &(struct sql_##what##_##verb){ __VA_ARGS__ }, &row_)); \
		*(out) = NAME_OF(ctx, row_);                               \
	} while (0)

static const struct name *
name_new(struct ctx *ctx, const struct name *in)
{
	struct name *n = ARENA_NEW(ctx->arena, struct name);

	*n = *in;
	return n;
}

enum err
name_find(struct ctx *ctx, struct store *st, int kind, int64_t edition,
    struct str slug, const struct name **out)
{
	if (kind == RANGE_SECTION)
		READ(ctx, st, section, find, out, edition, slug);
	else if (kind == RANGE_TAG)
		READ(ctx, st, tag, find, out, edition, slug);
	else
		READ(ctx, st, author, find, out, edition, slug);
	return ERR_OK;
}

enum err
name_get(struct ctx *ctx, struct store *st, int kind, int64_t id,
    const struct name **out)
{
	if (kind == RANGE_SECTION)
		READ(ctx, st, section, get, out, id);
	else if (kind == RANGE_TAG)
		READ(ctx, st, tag, get, out, id);
	else
		READ(ctx, st, author, get, out, id);
	return ERR_OK;
}

static enum err
add_row(struct ctx *ctx, struct store *st, int kind, const struct name *in,
    int64_t alias_of, int64_t *id)
{
	const struct sql_section_add_row *section = NULL;
	const struct sql_tag_add_row *tag = NULL;
	const struct sql_author_add_row *author = NULL;

	if (kind == RANGE_SECTION) {
		TRY(sql_section_add(ctx, st,
		    &(struct sql_section_add){ in->edition, in->slug, in->title,
			in->standfirst, in->position, alias_of },
		    &section));
		*id = section->id;
	} else if (kind == RANGE_TAG) {
		TRY(sql_tag_add(ctx, st,
		    &(struct sql_tag_add){ in->edition, in->slug, in->title,
			in->standfirst, alias_of },
		    &tag));
		*id = tag->id;
	} else {
		TRY(sql_author_add(ctx, st,
		    &(struct sql_author_add){ in->edition, in->slug, in->title,
			in->standfirst, alias_of },
		    &author));
		*id = author->id;
	}
	return ERR_OK;
}

static enum err
set_row(struct ctx *ctx, struct store *st, int kind, const struct name *in)
{
	int64_t changed = 0;

	if (kind == RANGE_SECTION)
		return sql_section_set(ctx, st,
		    &(struct sql_section_set){ in->id, in->slug, in->title,
			in->standfirst, in->position },
		    &changed);
	if (kind == RANGE_TAG)
		return sql_tag_set(ctx, st,
		    &(struct sql_tag_set){
			in->id, in->slug, in->title, in->standfirst },
		    &changed);
	return sql_author_set(ctx, st,
	    &(struct sql_author_set){
		in->id, in->slug, in->title, in->standfirst },
	    &changed);
}

static enum err
free_slug(struct ctx *ctx, struct store *st, int kind, const struct name *n,
    struct str slug)
{
	int64_t changed = 0;

	if (kind == RANGE_SECTION)
		return sql_section_free_slug(ctx, st,
		    &(struct sql_section_free_slug){ n->edition, slug, n->id },
		    &changed);
	if (kind == RANGE_TAG)
		return sql_tag_free_slug(ctx, st,
		    &(struct sql_tag_free_slug){ n->edition, slug, n->id },
		    &changed);
	return sql_author_free_slug(ctx, st,
	    &(struct sql_author_free_slug){ n->edition, slug, n->id },
	    &changed);
}

/* ---- putting one ---- */

/* A slug given is checked; an empty one is made from the title. */
static enum err
choose_slug(
    struct ctx *ctx, struct store *st, const struct name *in, struct str *out)
{
	const struct sql_edition_tongue_row *tongue = NULL;

	if (in->slug.n != 0) {
		if (!slug_valid(in->slug))
			return FAIL(ctx, ERR_INVALID,
			    "\"%.*s\" is no slug: small letters a to z, "
			    "digits and single hyphens, %d at the most",
			    STR_FMT(utf8_head(in->slug, SLUG_MAX)), SLUG_MAX);
		*out = in->slug;
		return ERR_OK;
	}
	TRY(sql_edition_tongue(ctx, st,
	    &(struct sql_edition_tongue){ .id = in->edition }, &tongue));
	if (tongue == NULL)
		return FAIL(ctx, ERR_INVALID, "there is no edition %" PRId64,
		    in->edition);
	return slug_make(ctx, in->title, tongue->lang, out);
}

static bool
is_same(const struct name *a, const struct name *b)
{
	return str_eq(a->slug, b->slug) && str_eq(a->title, b->title) &&
	       str_eq(a->standfirst, b->standfirst) &&
	       a->position == b->position;
}

/* It takes another slug; its old address leads to the new one. */
static enum err
rename_row(struct ctx *ctx, struct store *st, int kind, const struct name *was,
    const struct name *now)
{
	const struct name *other = NULL;
	struct name old = *was;
	int64_t id = 0;

	TRY(name_find(ctx, st, kind, was->edition, now->slug, &other));
	if (other != NULL && other->id != was->id)
		return FAIL(ctx, ERR_CONFLICT,
		    "the %s \"%.*s\" has the slug \"%.*s\", or had it: choose "
		    "another",
		    name_word(kind), STR_FMT(other->title), STR_FMT(now->slug));
	if (other != NULL)
		TRY(free_slug(ctx, st, kind, was, now->slug));
	TRY(set_row(ctx, st, kind, now));
	return add_row(ctx, st, kind, &old, was->id, &id);
}

/* Readers' surfaces, search and the audit. */
static enum err
record(struct ctx *ctx, struct store *st, int kind, const struct name *n)
{
	const char *word = name_word(kind);
	struct str action = str_printf(ctx->arena, "%s.put", word);
	/* The navigation of every page of the edition names its sections; a
	   new tag or author is a page that other editions' link to. */
	struct str tags[] = {
		change_tag(ctx->arena, word, n->id),
		kind == RANGE_SECTION
		    ? change_tag(ctx->arena, "edition", n->edition)
		    : made_tag(ctx->arena, n->edition, n->slug),
	};

	TRY(search_name_put(ctx, st,
	    &(struct search_term){ kind, n->id, n->edition, n->title }));
	return house_record(
	    ctx, st, str_cstr(ctx->arena, action), tags, 2, n->slug);
}

/* What stands there already; *done: it is left as it is. */
static enum err
find_there(struct ctx *ctx, struct store *st, int kind, const struct name *in,
    struct name *now, const struct name **there, bool *done)
{
	*done = false;
	if (in->id != 0) {
		TRY(name_get(ctx, st, kind, in->id, there));
		if (*there == NULL)
			return FAIL(ctx, ERR_NOTFOUND, "there is no such %s",
			    name_word(kind));
		now->edition = (*there)->edition;
		if (in->slug.n == 0)
			now->slug = (*there)->slug;
		else
			TRY(choose_slug(ctx, st, in, &now->slug));
		*done = is_same(*there, now);
		return ERR_OK;
	}
	TRY(choose_slug(ctx, st, in, &now->slug));
	TRY(name_find(ctx, st, kind, in->edition, now->slug, there));
	/* By an old name, or by what its title makes: it is found. */
	*done = *there != NULL &&
		(in->slug.n == 0 || !str_eq((*there)->slug, now->slug) ||
		    is_same(*there, now));
	return ERR_OK;
}

enum err
name_put(struct ctx *ctx, struct store *st, int kind, const struct name *in,
    int64_t *id, bool *made)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct name *there = NULL;
	struct name now = *in;
	bool done = false;

	now.title = str_trim(in->title);
	now.standfirst = str_trim(in->standfirst);
	TRY(house_check_title(ctx,
	    kind == RANGE_AUTHOR ? "author's name" : name_word(kind), in->title,
	    true));
	TRY(house_check_title(ctx, "standfirst", in->standfirst, false));
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(find_there(ctx, st, kind, in, &now, &there, &done));
	*made = there == NULL;
	if (done) {
		*id = there->id;
		return ERR_OK;
	}
	if (there == NULL) {
		TRY(add_row(ctx, st, kind, &now, 0, &now.id));
	} else {
		now.id = there->id;
		TRY(str_eq(there->slug, now.slug)
			? set_row(ctx, st, kind, &now)
			: rename_row(ctx, st, kind, there, &now));
	}
	TRY(record(ctx, st, kind, &now));
	TRY(store_tx_commit(ctx, &tx));
	*id = now.id;
	return ERR_OK;
}
