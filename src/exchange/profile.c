/* SPDX-License-Identifier: MIT */
/* Authors and topics; see the header. */

#include "exchange/profile.h"

#include "markup/slug.h"
#include "newsroom/story.h"

struct str
profile_name(struct arena *a, struct str name)
{
	bool start = true;
	struct buf b;

	if (!slug_valid(name) || str_find_char(name, '-', 0) == SIZE_MAX)
		return name;
	buf_init(&b, a, name.n);
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i] == '-' ? ' ' : name.p[i];

		buf_char(
		    &b, start && c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
		start = c == ' ';
	}
	return buf_str(&b);
}

static enum err
redirect_aliases(struct run *r, const struct front *f, const char *what,
    int64_t edition, struct str slug)
{
	struct arena *a = r->ctx->arena;
	const struct edition *e = NULL;
	struct redirect to = { 0 };

	if (f->aliases_n == 0)
		return ERR_OK;
	TRY(edition_by_id(r->ctx, r->st, edition, &e));
	to.target = e->is_default
			? str_printf(a, "/%s/%.*s", what, STR_FMT(slug))
			: str_printf(a, "/%.*s/%s/%.*s", STR_FMT(e->code), what,
			      STR_FMT(slug));
	for (size_t i = 0; i < f->aliases_n; i++)
		TRY(redirect_put(r->ctx, r->st,
		    str_starts(f->aliases[i], STR("/"))
			? f->aliases[i]
			: str_printf(a, "/%.*s", STR_FMT(f->aliases[i])),
		    &to));
	return ERR_OK;
}

static bool
is_same(const struct term *there, const struct term *now)
{
	return there != NULL && str_eq(there->title, now->title) &&
	       str_eq(there->standfirst, now->standfirst);
}

/* Two files with one slug: the one whose folder is called so speaks. */
static enum err
has_namesake(
    struct run *r, const struct source *src, struct str slug, bool *has)
{
	struct str above = files_folder(files_folder(src->path));
	const struct shelved *other = NULL;

	*has = false;
	if (str_eq(slug, shelf_name(src->path)))
		return ERR_OK;
	TRY(catalogue_find(r,
	    str_printf(
		r->ctx->arena, "%.*s/%.*s", STR_FMT(above), STR_FMT(slug)),
	    &other));
	*has = other != NULL && !str_eq(other->key, src->key);
	return ERR_OK;
}

enum err
profile_take(struct run *r, const struct source *src, const struct front *f,
    int64_t edition, struct taking *t)
{
	struct ctx *ctx = r->ctx;
	enum shelf_kind kind = shelf_of(src->key);
	const struct term *there = NULL;
	struct term now = {
		.edition = edition,
		.slug = f->slug.n > 0 ? f->slug : shelf_name(src->path),
		.title = f->title,
		.standfirst = str_trim(utf8_head(
		    f->deck.n > 0 ? f->deck : f->standfirst, TITLE_MAX)),
	};
	bool namesake = false;
	int64_t id = 0;

	if (kind == SHELF_LIST) {
		t->what = IMPORT_SKIPPED;
		taking_note(r, t,
		    "a list page of the old site: Masthead makes its own");
		return ERR_OK;
	}
	TRY(has_namesake(r, src, now.slug, &namesake));
	if (namesake) {
		t->what = IMPORT_SKIPPED;
		taking_note(r, t,
		    "another file of the archive is about the same, by the "
		    "slug “%s”",
		    text_quote(ctx->arena, now.slug));
		return ERR_OK;
	}
	if (now.title.n == 0)
		now.title = profile_name(ctx->arena, now.slug);
	if (kind == SHELF_TAG)
		TRY(tag_by_slug(ctx, r->st, edition, now.slug, &there));
	else
		TRY(author_by_slug(ctx, r->st, edition, now.slug, &there));
	t->what = there == NULL		 ? IMPORT_TAKEN
		  : is_same(there, &now) ? IMPORT_UNCHANGED
					 : IMPORT_UPDATED;
	if (t->what == IMPORT_UNCHANGED)
		return ERR_OK;
	TRY(kind == SHELF_TAG ? tag_put(ctx, r->st, &now, &id)
			      : author_put(ctx, r->st, &now, &id));
	return redirect_aliases(
	    r, f, kind == SHELF_TAG ? "tag" : "author", edition, now.slug);
}
