/* SPDX-License-Identifier: MIT */
/* Files by their names; see the header. */

#include "exchange/catalogue.h"

#include <stdlib.h>
#include <unistd.h>

#include "exchange/front.h"

struct entry {
	struct str name;
	const struct shelved *what;
};

struct catalogue {
	struct entry *v; /* by name */
	size_t n, room;
};

/* ---- names ---- */

static bool
ends_in_date(struct str s)
{
	for (size_t i = 0; i < 10; i++) {
		bool dash = i == 4 || i == 7;

		if (dash ? s.p[i] != '-' : s.p[i] < '0' || s.p[i] > '9')
			return false;
	}
	return true;
}

static struct str
last_part(struct str path)
{
	size_t at = path.n;

	while (at > 0 && path.p[at - 1] != '/')
		at--;
	return str_from(path, at);
}

static struct str
without(struct str s, struct str end)
{
	return str_ends(s, end) ? str_sub(s, 0, s.n - end.n) : s;
}

/* As names are kept: "news/2014/11/x", from any spelling of it. */
static struct str
normal(struct str s)
{
	size_t end = 0;

	while (end < s.n && s.p[end] != '#' && s.p[end] != '?')
		end++;
	s = str_trim(str_sub(s, 0, end));
	while (s.n > 0 && s.p[0] == '/')
		s = str_from(s, 1);
	while (s.n > 0 && s.p[s.n - 1] == '/')
		s.n--;
	s = without(without(s, STR(".md")), STR(".markdown"));
	s = without(without(s, STR("/index.html")), STR(".html"));
	return without(without(s, STR("/_index")), STR("/index"));
}

static bool
is_one(struct str s, const char *const *names)
{
	for (; *names != NULL; names++)
		if (str_eq(s, str_c(*names)))
			return true;
	return false;
}

/* ---- what a path tells ---- */

enum shelf_kind
shelf_of(struct str path)
{
	static const char *const authors[] = { "authors", "author", NULL };
	static const char *const tags[] = { "topics", "topic", "tags", "tag",
		"categories", "category", "series", NULL };
	struct str above = files_folder(files_folder(path));
	struct str kind = last_part(above);

	if (!str_eq(last_part(path), STR("_index.md")))
		return SHELF_STORY;
	if (is_one(kind, authors))
		return SHELF_AUTHOR;
	return is_one(kind, tags) ? SHELF_TAG : SHELF_LIST;
}

struct str
shelf_name(struct str path)
{
	struct str name = without(last_part(path), STR(".md"));

	/* A page that is a folder: its files stand beside index.md. */
	if (str_eq(name, STR("_index")) || str_eq(name, STR("index")))
		return last_part(files_folder(path));
	return without(name, STR(".markdown"));
}

struct str
shelf_day(struct arena *a, struct str date, struct str path)
{
	struct str from = date.n >= 10 ? date : shelf_name(path);

	if (from.n < 10 || !ends_in_date(from))
		return STR("");
	return str_printf(a, "%.4s/%.2s/%.2s", from.p, from.p + 5, from.p + 8);
}

struct str
shelf_slug(struct str path)
{
	struct str name = shelf_name(path);

	if (name.n > 11 && ends_in_date(name) && name.p[10] == '-')
		return str_from(name, 11);
	return name;
}

/* ---- making it ---- */

static void
shelve(struct run *r, struct str name, const struct shelved *what)
{
	struct catalogue *c = r->catalogue;

	if (name.n == 0)
		return;
	if (c->n == c->room) {
		size_t room = c->room > 0 ? 2 * c->room : 1024;
		struct entry *v = ARENA_ARRAY(r->all, room, struct entry);

		if (c->n > 0)
			memcpy(v, c->v, c->n * sizeof *v);
		c->v = v;
		c->room = room;
	}
	c->v[c->n++] = (struct entry){ str_dup(r->all, name), what };
}

static void
shelve_file(struct run *r, const struct source *src, const struct front *f)
{
	struct shelved *s = ARENA_NEW(r->all, struct shelved);

	*s = (struct shelved){
		.kind = shelf_of(src->key),
		.key = src->key,
		.slug = str_dup(
		    r->all, f->slug.n > 0 ? f->slug : shelf_slug(src->path)),
		.day = shelf_day(r->all, f->date, src->path),
		.to = str_dup(r->all, f->redirect),
		.src = src,
		.verdict = ARENA_NEW(r->all, struct verdict),
	};
	if (s->kind == SHELF_STORY && s->to.n > 0)
		s->kind = SHELF_MOVED;
	shelve(r, normal(src->path), s);
	if (s->kind == SHELF_STORY || s->kind == SHELF_MOVED) {
		shelve(r, shelf_name(src->path), s);
		if (s->day.n > 0)
			shelve(r,
			    str_printf(r->ctx->arena, "%.*s/%.*s",
				STR_FMT(s->day), STR_FMT(s->slug)),
			    s);
	}
	for (size_t i = 0; i < f->aliases_n; i++)
		shelve(r, normal(f->aliases[i]), s);
}

/* What cannot be read here is refused later, when its turn comes. */
static void
look_into(struct run *r, const struct source *src)
{
	struct front f = { 0 };
	struct str bytes = { 0 };
	int fd = src->in_folder ? files_open(src->root, src->path) : -1;

	if (fd < 0)
		return;
	if (files_read(r->ctx, fd, IMPORT_FILE_MAX, &bytes) == ERR_OK &&
	    utf8_ok(bytes) && front_read(r->ctx, bytes, &f) == ERR_OK)
		shelve_file(r, src, &f);
	close(fd);
}

static int
by_name(const void *x, const void *y)
{
	const struct entry *a = x;
	const struct entry *b = y;

	return str_cmp(a->name, b->name);
}

static void
make(struct run *r)
{
	struct arena *outer = r->ctx->arena;
	struct arena *own = arena_new(0);

	r->catalogue = ARENA_NEW(r->all, struct catalogue);
	r->ctx->arena = own;
	for (size_t i = 0; i < r->files->n; i++) {
		look_into(r, &r->files->v[i]);
		arena_reset(own);
	}
	r->ctx->arena = outer;
	arena_free(own);
	if (r->catalogue->n > 0)
		qsort(r->catalogue->v, r->catalogue->n, sizeof *r->catalogue->v,
		    by_name);
}

/* ---- asking it ---- */

enum err
catalogue_find(struct run *r, struct str name, const struct shelved **out)
{
	struct entry want = { .name = normal(name) };
	const struct entry *end = NULL;
	const struct entry *e = NULL;

	*out = NULL;
	if (r->catalogue == NULL)
		make(r);
	if (r->catalogue->n == 0 || want.name.n == 0)
		return ERR_OK;
	e = bsearch(
	    &want, r->catalogue->v, r->catalogue->n, sizeof want, by_name);
	if (e == NULL)
		return ERR_OK;
	end = r->catalogue->v + r->catalogue->n;
	while (e > r->catalogue->v && str_eq(e[-1].name, want.name))
		e--;
	*out = e->what;
	for (; e < end && str_eq(e->name, want.name); e++)
		if (e->what != *out) {
			*out = NULL;
			break;
		}
	return ERR_OK;
}

enum err
catalogue_slug(struct run *r, const struct shelved *s, struct str *out)
{
	if (!s->verdict->asked) {
		TRY(markdown_would_take(r, s->src, &s->verdict->slug));
		s->verdict->asked = true;
	}
	*out = s->verdict->slug;
	return ERR_OK;
}
