/* SPDX-License-Identifier: MIT */
/* Links between files; see the header. */

#include "exchange/crosslink.h"

#include "newsroom/story.h"
#include "store/store.h"

#define SYSTEM STR("markdown")

/* ---- the address of what lies in the archive ---- */

/*
 * Kept before any text is that links to it, with an id that nobody else can
 * get; undone by itself.
 */
static enum err
reserve(struct crosslink *x, struct str key, int64_t *id)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	struct run *r = x->r;

	if (r->opts->dry_run) {
		*id = 0;
		return ERR_OK;
	}
	TRY(store_tx_begin(r->ctx, r->st, &tx));
	TRY(story_reserve(r->ctx, r->st, x->edition->id, id));
	TRY(origin_put(r->ctx, r->st,
	    &(struct origin){ SYSTEM, key, RESERVED_DIGEST, *id }));
	return store_tx_commit(r->ctx, &tx);
}

static struct str
prefix(struct arena *a, const struct edition *e)
{
	return e->is_default ? STR("")
			     : str_printf(a, "/%.*s", STR_FMT(e->code));
}

static enum err
story_address(struct crosslink *x, const struct shelved *s, struct str *out)
{
	struct run *r = x->r;
	struct arena *a = r->ctx->arena;
	const struct origin *o = NULL;
	const struct story *there = NULL;
	struct str slug = s->slug;
	int64_t id = 0;

	TRY(origin_find(r->ctx, r->st, SYSTEM, s->key, &o));
	/* Nobody is sent to a story that will be refused. */
	if (o == NULL || str_eq(o->digest, RESERVED_DIGEST)) {
		TRY(catalogue_slug(r, s, &slug));
		if (slug.n == 0)
			return ERR_OK;
	}
	if (o == NULL)
		TRY(reserve(x, s->key, &id));
	else
		id = o->story;
	if (o != NULL)
		TRY(story_by_id(r->ctx, r->st, id, &there));
	if (there != NULL && there->slug.n > 0)
		slug = there->slug;
	*out = str_printf(a, "%.*s/news/%" PRId64 "/%.*s",
	    STR_FMT(prefix(a, x->edition)), id, STR_FMT(slug));
	return ERR_OK;
}

static enum err
shelved_address(struct crosslink *x, const struct shelved *s, struct str *out)
{
	struct arena *a = x->r->ctx->arena;

	*out = (struct str){ 0 };
	if (s == NULL)
		return ERR_OK;
	switch (s->kind) {
	case SHELF_STORY:
		TRY(story_address(x, s, out));
		break;
	case SHELF_AUTHOR:
	case SHELF_TAG:
		*out = str_printf(a, "%.*s/%s/%.*s",
		    STR_FMT(prefix(a, x->edition)),
		    s->kind == SHELF_TAG ? "tag" : "author", STR_FMT(s->slug));
		break;
	case SHELF_MOVED:
		*out = s->to;
		break;
	case SHELF_LIST:
		return ERR_OK;
	}
	x->joined += out->n > 0;
	return ERR_OK;
}

/* On the old site, where --site says that it still stands. */
static struct str
old_address(const struct crosslink *x, struct str name)
{
	struct str site = x->r->opts->site;

	while (name.n > 0 && name.p[0] == '/')
		name = str_from(name, 1);
	while (str_ends(site, STR("/")))
		site.n--;
	if (str_ends(name, STR("/_index.md")))
		name.n -= 9;
	if (str_ends(name, STR(".md")))
		name.n -= 3;
	return site.n == 0 ? STR("")
			   : str_printf(x->r->ctx->arena, "%.*s/%.*s",
				 STR_FMT(site), STR_FMT(name));
}

/* From the top of the folder, or beside the file that names it. */
static enum err
find(struct crosslink *x, struct str name, const struct shelved **out)
{
	struct str beside = { 0 };

	TRY(catalogue_find(x->r, name, out));
	if (*out != NULL || (name.n > 0 && name.p[0] == '/') ||
	    !x->src->in_folder ||
	    !files_join(
		x->r->ctx->arena, files_folder(x->src->path), name, &beside))
		return ERR_OK;
	return catalogue_find(x->r, beside, out);
}

enum err
crosslink_address(void *arg, struct ctx *ctx, struct str name, struct str *out)
{
	struct crosslink *x = arg;
	const struct shelved *s = NULL;

	(void)ctx;
	TRY(find(x, name, &s));
	TRY(shelved_address(x, s, out));
	if (out->n == 0)
		*out = old_address(x, name);
	return ERR_OK;
}

/* ---- links as they stand in a body ---- */

/* "/2014/11/05/slug" somewhere in it: date and slug are proof enough. */
static struct str
dated_part(struct str url)
{
	size_t at = 0;

	while ((at = str_find_char(url, '/', at)) != SIZE_MAX) {
		struct str s = str_from(url, at);

		if (s.n > 12 && s.p[5] == '/' && s.p[8] == '/' &&
		    s.p[11] == '/' && s.p[1] >= '1' && s.p[1] <= '2' &&
		    s.p[6] <= '1' && s.p[9] <= '3')
			return str_from(s, 1);
		at++;
	}
	return STR("");
}

/* "https://digital.gov/x" of --site https://digital.gov is "/x". */
static struct str
on_site(struct str site, struct str url)
{
	while (str_ends(site, STR("/")))
		site.n--;
	if (site.n == 0 || !str_starts(url, site) ||
	    (url.n > site.n && url.p[site.n] != '/'))
		return STR("");
	return str_from(url, site.n);
}

static bool
is_web(struct str url)
{
	return str_find(url, STR("://"), 0) != SIZE_MAX;
}

/* The name of what it may lead to in the archive; "": it stays as it is. */
static struct str
name_in(struct str site, struct str url)
{
	bool web = is_web(url);
	bool local = !web && url.n > 0 && url.p[0] == '/';
	struct str name = web ? on_site(site, url) : url;

	if (name.n == 0)
		name = dated_part(url);
	if (!web && !local && !str_ends(name, STR(".md")))
		return STR("");
	/* What shortcodes have made already, and the house's own. */
	if (str_starts(name, STR("/news/")) || str_starts(name, STR("/tag/")) ||
	    str_starts(name, STR("/author/")))
		return STR("");
	return name;
}

enum err
crosslink_link(
    void *arg, struct ctx *ctx, struct str url, bool *keep, struct str *out)
{
	struct crosslink *x = arg;
	bool web = is_web(url);
	struct str name = name_in(x->r->opts->site, url);
	const struct shelved *s = NULL;

	(void)ctx;
	*keep = true;
	if (name.n == 0)
		return ERR_OK;
	TRY(find(x, name, &s));
	TRY(shelved_address(x, s, out));
	*keep = out->n == 0 && web;
	if (out->n == 0 && !web)
		*out = old_address(x, name);
	return ERR_OK;
}

/* ---- without the archive ---- */

enum err
crosslink_alone_address(
    void *arg, struct ctx *ctx, struct str name, struct str *out)
{
	struct crosslink_alone *x = arg;

	(void)ctx;
	(void)name;
	(void)out;
	x->asks = true;
	return ERR_OK;
}

enum err
crosslink_alone_link(
    void *arg, struct ctx *ctx, struct str url, bool *keep, struct str *out)
{
	struct crosslink_alone *x = arg;

	(void)ctx;
	(void)out;
	*keep = true;
	x->asks = x->asks || name_in(x->site, url).n > 0;
	return ERR_OK;
}
