/* SPDX-License-Identifier: MIT */
/* Old addresses that the desk keeps alive. */

#include "newsroom/redirect.h"

#include "newsroom/audit.h"
#include "newsroom/list.h"
#include "store/sql.h"

enum {
	STEPS_MAX = 16, /* redirects from one to the next */
	SHOWN_MAX = 100,
};

/* ---- paths ---- */

static bool
is_plain(unsigned char c)
{
	return c > 0x20 && c < 0x7f && strchr("\"<>\\^`{|}?#", c) == NULL;
}

enum err
redirect_path(struct ctx *ctx, struct str typed, struct str *out)
{
	static const char hex[] = "0123456789ABCDEF";
	struct buf b;

	if (!str_starts(typed, STR("/")) || str_starts(typed, STR("//")) ||
	    !utf8_ok(typed) || !utf8_is_line(typed) ||
	    typed.n > REDIRECT_PATH_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "an address of the site is a path that begins with one /, "
		    "in one line of at most %d bytes",
		    REDIRECT_PATH_MAX);
	buf_init(&b, ctx->arena, (size_t)REDIRECT_PATH_MAX * 3 + 1);
	for (size_t i = 0; i < typed.n; i++) {
		unsigned char c = (unsigned char)typed.p[i];

		if (c == '?' || c == '#')
			return FAIL(ctx, ERR_INVALID,
			    "a path of the site has no ? and no #: what "
			    "follows them is not looked at");
		if (is_plain(c)) {
			buf_char(&b, (char)c);
			continue;
		}
		buf_char(&b, '%');
		buf_char(&b, hex[c >> 4]);
		buf_char(&b, hex[c & 15]);
	}
	TRY(buf_done(ctx, &b, out));
	while (out->n > 1 && out->p[out->n - 1] == '/')
		out->n--;
	return ERR_OK;
}

/* ---- what stands there ---- */

/* First segments that are the site's own, whatever follows (DESIGN). */
static bool
is_own(struct str first)
{
	static const char *const own[] = { "archive", "search", "corrections",
		"lite", "sitemap", "sitemap.xml", "robots.txt", "llms.txt",
		"shown", "api", "upload", "desk", "theme", "embed", "oembed",
		"healthz", "readyz", "metrics", "feed.rss", "feed.atom",
		"feed.json" };

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (str_eq(first, str_c(own[i])))
			return true;
	return false;
}

struct looking {
	struct ctx *ctx;
	struct store *st;
	int64_t edition;
	struct str first, second, rest; /* segments behind the edition's */
};

/* "/ar/section/world" is of edition ar. */
static enum err
cut_path(struct looking *l, struct str path)
{
	struct str rest = str_from(path, 1);
	struct str behind = { 0 };
	struct str first = str_cut(rest, '/', &behind);
	const struct edition *e = NULL;

	if (first.n != 0)
		TRY(edition_by_code(l->ctx, l->st, first, &e));
	if (e != NULL)
		rest = behind;
	else
		TRY(edition_by_code(l->ctx, l->st, STR(""), &e));
	l->edition = e != NULL ? e->id : 0;
	l->first = str_cut(rest, '/', &behind);
	l->second = str_cut(behind, '/', &l->rest);
	return ERR_OK;
}

static enum err
look_list(struct looking *l, bool *out)
{
	const struct section *s = NULL;
	const struct term *t = NULL;

	if (str_eq(l->first, STR("section")))
		TRY(section_by_slug(l->ctx, l->st, l->edition, l->second, &s));
	else if (str_eq(l->first, STR("tag")))
		TRY(tag_by_slug(l->ctx, l->st, l->edition, l->second, &t));
	else
		TRY(author_by_slug(l->ctx, l->st, l->edition, l->second, &t));
	*out = (s != NULL || t != NULL) &&
	       (l->rest.n == 0 || str_starts(l->rest, STR("feed.")));
	return ERR_OK;
}

/* What was taken down says so at its address: that is not to be hidden. */
static enum err
look_story(struct looking *l, bool *out)
{
	const struct story *s = NULL;
	int64_t id = 0;

	*out = false;
	if (!str_int(l->second, &id))
		return ERR_OK;
	TRY(story_by_id(l->ctx, l->st, id, &s));
	*out = s != NULL &&
	       (s->state == STORY_PUBLISHED || s->state == STORY_CANCELED);
	return ERR_OK;
}

/* "/2016/11/18/courier_636…": pictures, with whatever ending. */
static enum err
look_media(struct looking *l, struct str path, bool *out)
{
	const struct house *h = NULL;
	struct str name = { 0 };

	(void)str_cut(l->rest, '/', &name);
	TRY(house_get(l->ctx, l->st, &h));
	*out = l->first.n == 4 && l->second.n == 2 &&
	       str_starts(path, STR("/")) && str_starts(name, h->code) &&
	       str_starts(str_from(name, h->code.n), STR("_"));
	return ERR_OK;
}

enum err
redirect_is_living(
    struct ctx *ctx, struct store *st, struct str path, bool *out)
{
	struct looking l = { .ctx = ctx, .st = st };

	TRY(cut_path(&l, path));
	if (l.first.n == 0 || is_own(l.first)) {
		*out = true;
		return ERR_OK;
	}
	if (str_eq(l.first, STR("section")) || str_eq(l.first, STR("tag")) ||
	    str_eq(l.first, STR("author")))
		return look_list(&l, out);
	if (str_eq(l.first, STR("news")))
		return look_story(&l, out);
	return look_media(&l, path, out);
}

/* ---- adding ---- */

/* With a slash at its end, or without. */
static enum err
find_either(
    struct ctx *ctx, struct store *st, struct str path, struct redirect *out)
{
	TRY(redirect_find(ctx, st, path, out));
	if (out->story != 0 || out->target.n != 0)
		return ERR_OK;
	return redirect_find(
	    ctx, st, str_printf(ctx->arena, "%.*s/", STR_FMT(path)), out);
}

/* From redirect to redirect, to something that stands. */
static enum err
check_target(
    struct ctx *ctx, struct store *st, struct str path, struct str target)
{
	struct redirect r = { .target = target };
	bool living = false;

	for (int i = 0; i < STEPS_MAX; i++) {
		if (str_eq(r.target, path))
			return FAIL(ctx, ERR_CONFLICT,
			    "%.*s would lead back to itself",
			    STR_FMT(utf8_head(path, SHOWN_MAX)));
		TRY(redirect_is_living(ctx, st, r.target, &living));
		if (living)
			return ERR_OK;
		TRY(find_either(ctx, st, r.target, &r));
		if (r.story != 0)
			return ERR_OK;
		if (r.target.n == 0)
			return FAIL(ctx, ERR_INVALID, "nothing stands at %.*s",
			    STR_FMT(utf8_head(target, SHOWN_MAX)));
		TRY(redirect_path(ctx, r.target, &r.target));
	}
	return FAIL(ctx, ERR_CONFLICT,
	    "%.*s is led on more than %d times: name the last address",
	    STR_FMT(utf8_head(target, SHOWN_MAX)), STEPS_MAX);
}

static enum err
check_story(struct ctx *ctx, struct store *st, int64_t id)
{
	const struct story *s = NULL;

	TRY(story_by_id(ctx, st, id, &s));
	if (s == NULL || s->state == STORY_STUB || s->state == STORY_CANCELED)
		return FAIL(ctx, ERR_INVALID,
		    "there is no story %" PRId64 " to lead to", id);
	return ERR_OK;
}

static enum err
note(struct ctx *ctx, struct store *st, const char *action, struct str path,
    const struct redirect *to)
{
	return audit_add(ctx, st,
	    &(struct audit_entry){
		.action = action,
		.subject = STR("redirect"),
		.detail = to->story != 0
			      ? str_printf(ctx->arena, "%.*s to story:%" PRId64,
				    STR_FMT(path), to->story)
			      : str_printf(ctx->arena, "%.*s to %.*s",
				    STR_FMT(path), STR_FMT(to->target)),
	    });
}

/*
 * No page shows a redirect, and what answers with one, or with 404, is not
 * cached: no surface needs to hear of it.
 */
enum err
redirect_add(struct ctx *ctx, struct store *st, struct str typed,
    const struct redirect *in)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	struct redirect to = *in;
	struct str path = { 0 };
	bool living = false;

	TRY(redirect_path(ctx, typed, &path));
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(redirect_is_living(ctx, st, path, &living));
	if (living)
		return FAIL(ctx, ERR_CONFLICT,
		    "something stands at %.*s: no redirect is looked at there",
		    STR_FMT(utf8_head(path, SHOWN_MAX)));
	if (to.story != 0) {
		TRY(check_story(ctx, st, to.story));
	} else {
		TRY(redirect_path(ctx, in->target, &to.target));
		TRY(check_target(ctx, st, path, to.target));
	}
	TRY(redirect_put(ctx, st, path, &to));
	TRY(note(ctx, st, "redirect.put", path, &to));
	return store_tx_commit(ctx, &tx);
}

enum err
redirect_remove(struct ctx *ctx, struct store *st, struct str typed)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	struct str path = { 0 };
	int64_t bare = 0;
	int64_t slash = 0;

	TRY(redirect_path(ctx, typed, &path));
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_redirect_forget(
	    ctx, st, &(struct sql_redirect_forget){ .path = path }, &bare));
	TRY(sql_redirect_forget(ctx, st,
	    &(struct sql_redirect_forget){
		.path = str_printf(ctx->arena, "%.*s/", STR_FMT(path)) },
	    &slash));
	if (bare + slash == 0)
		return FAIL(ctx, ERR_NOTFOUND, "there is no redirect at %.*s",
		    STR_FMT(utf8_head(path, SHOWN_MAX)));
	TRY(note(ctx, st, "redirect.remove", path, &(struct redirect){ 0 }));
	return store_tx_commit(ctx, &tx);
}

/* ---- reading ---- */

enum err
redirect_page(struct ctx *ctx, struct store *st,
    const struct redirect_query *in, const struct redirect_row **out, size_t *n)
{
	const struct sql_redirect_page_row *rows = NULL;
	struct redirect_row *all = NULL;

	TRY(sql_redirect_page(ctx, st,
	    &(struct sql_redirect_page){
		.after = in->after,
		.low = in->beginning.n != 0 ? in->beginning : STR("/"),
		/* U+10FFFF: paths as stored are ASCII, all of it below. */
		.high = str_printf(
		    ctx->arena, "%.*s\xf4\x8f\xbf\xbf", STR_FMT(in->beginning)),
		.n = (int64_t)in->n,
	    },
	    &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct redirect_row);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct redirect_row){
			rows[i].path,
			{ rows[i].story, rows[i].target },
		};
	*out = all;
	return ERR_OK;
}
