/* SPDX-License-Identifier: MIT */
/* house.yaml at the top of a folder: editions, sections, authors, front. */

#include <errno.h>
#include <unistd.h>

#include "exchange/front.h"
#include "exchange/run.h"
#include "markup/locale.h"
#include "markup/slug.h"
#include "store/store.h"

enum { HOUSE_LIST_MAX = 200 /* entries of each of its lists */ };

/* A text of a map, empty when it is not there. */
static enum err
text_of(
    struct ctx *ctx, const struct yaml *map, struct str key, struct str *out)
{
	const struct yaml *y = yaml_get(map, key);

	*out = (struct str){ 0 };
	return y == NULL ? ERR_OK : front_text(ctx, y, STANDFIRST_MAX, out);
}

static enum err
list_of(struct ctx *ctx, const struct yaml *root, struct str key,
    const struct yaml **first)
{
	const struct yaml *y = yaml_get(root, key);

	*first = NULL;
	if (y == NULL || y->kind == YAML_NULL)
		return ERR_OK;
	if (y->kind != YAML_LIST || y->n > HOUSE_LIST_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "line %zu: “%.*s” must be a list of at most %d entries",
		    y->line, STR_FMT(key), HOUSE_LIST_MAX);
	*first = y->first;
	return ERR_OK;
}

/* ---- editions ---- */

static bool
edition_is(const struct edition *a, const struct edition *b)
{
	return str_eq(a->lang, b->lang) && str_eq(a->zone, b->zone) &&
	       str_eq(a->title, b->title) &&
	       str_eq(a->standfirst, b->standfirst) &&
	       str_eq(a->date_form, b->date_form) &&
	       a->position == b->position && a->rtl == b->rtl;
}

/* What the file does not say stays as it is. */
static void
keep(struct str *now, struct str was)
{
	if (now->n == 0)
		*now = was;
}

static enum err
take_edition(struct run *r, const struct yaml *y, int64_t position)
{
	struct ctx *ctx = r->ctx;
	struct edition e = { .position = position };
	const struct edition *there = NULL;
	int64_t id = 0;

	TRY(text_of(ctx, y, STR("code"), &e.code));
	TRY(text_of(ctx, y, STR("lang"), &e.lang));
	TRY(text_of(ctx, y, STR("zone"), &e.zone));
	TRY(text_of(ctx, y, STR("title"), &e.title));
	TRY(text_of(ctx, y, STR("standfirst"), &e.standfirst));
	TRY(text_of(ctx, y, STR("date_form"), &e.date_form));
	if (e.code.n == 0)
		return FAIL(ctx, ERR_INVALID,
		    "line %zu: an edition needs a code", y->line);
	TRY(edition_by_code(ctx, r->st, e.code, &there));
	if (there != NULL) {
		keep(&e.lang, there->lang);
		keep(&e.zone, there->zone);
		keep(&e.title, there->title);
		keep(&e.standfirst, there->standfirst);
		keep(&e.date_form, there->date_form);
	}
	keep(&e.lang, e.code);
	keep(&e.zone, STR("UTC"));
	e.rtl = lang_is_rtl(e.lang);
	if (there != NULL && edition_is(there, &e))
		return ERR_OK;
	return edition_put(ctx, r->st, &e, &id);
}

/* ---- sections and authors ---- */

static enum err
edition_of(struct run *r, const struct yaml *y, const struct edition **out)
{
	struct str code = { 0 };

	TRY(text_of(r->ctx, y, STR("edition"), &code));
	return run_edition(r, code, out);
}

static enum err
take_section(struct run *r, const struct yaml *y, int64_t position)
{
	struct ctx *ctx = r->ctx;
	struct section s = { .position = position };
	const struct section *there = NULL;
	const struct edition *e = NULL;
	int64_t id = 0;

	TRY(edition_of(r, y, &e));
	s.edition = e->id;
	TRY(text_of(ctx, y, STR("slug"), &s.slug));
	TRY(text_of(ctx, y, STR("title"), &s.title));
	TRY(text_of(ctx, y, STR("standfirst"), &s.standfirst));
	if (s.title.n == 0)
		return FAIL(ctx, ERR_INVALID,
		    "line %zu: a section needs a title", y->line);
	if (s.slug.n == 0)
		TRY(slug_make(ctx, s.title, e->lang, &s.slug));
	TRY(section_by_slug(ctx, r->st, e->id, s.slug, &there));
	if (there != NULL && str_eq(there->title, s.title) &&
	    str_eq(there->standfirst, s.standfirst) &&
	    there->position == position)
		return ERR_OK;
	return section_put(ctx, r->st, &s, &id);
}

static enum err
take_author(struct run *r, const struct yaml *y, int64_t position)
{
	struct ctx *ctx = r->ctx;
	const struct edition *e = NULL;
	struct term t = { 0 };
	int64_t id = 0;

	(void)position;
	TRY(edition_of(r, y, &e));
	t.edition = e->id;
	TRY(text_of(ctx, y, STR("name"), &t.title));
	TRY(text_of(ctx, y, STR("standfirst"), &t.standfirst));
	TRY(text_of(ctx, y, STR("slug"), &t.slug));
	if (t.title.n == 0)
		return FAIL(ctx, ERR_INVALID,
		    "line %zu: an author needs a name", y->line);
	if (t.slug.n == 0)
		TRY(slug_make(ctx, t.title, e->lang, &t.slug));
	return author_put(ctx, r->st, &t, &id);
}

/* ---- the front ---- */

static enum err
take_front(struct run *r, const struct yaml *y, struct str prefix)
{
	struct ctx *ctx = r->ctx;
	const struct edition *e = NULL;
	const struct yaml *pins = yaml_get(y, STR("pins"));
	struct str *targets = NULL;
	size_t n = 0;

	TRY(edition_of(r, y, &e));
	if (pins == NULL)
		return ERR_OK;
	TRY(front_texts(ctx, pins, HOUSE_LIST_MAX, &targets, &n));
	link_add(r, &(struct link){
			.name = STR("house.yaml"),
			.prefix = prefix,
			.key = str_printf(ctx->arena, "%.*s front %.*s",
			    STR_FMT(prefix), STR_FMT(e->code)),
			.edition = e->id,
			.targets = targets,
			.n = n,
		    });
	return ERR_OK;
}

/* ---- the file ---- */

static enum err
take_each(struct run *r, const struct yaml *root, struct str key,
    enum err (*take)(struct run *, const struct yaml *, int64_t))
{
	const struct yaml *y = NULL;
	int64_t position = 0;

	TRY(list_of(r->ctx, root, key, &y));
	for (; y != NULL; y = y->next)
		TRY(take(r, y, ++position));
	return ERR_OK;
}

static enum err
take_all(struct run *r, const struct yaml *root, struct str prefix)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct yaml *y = NULL;

	TRY(store_tx_begin(r->ctx, r->st, &tx));
	TRY(take_each(r, root, STR("editions"), take_edition));
	TRY(take_each(r, root, STR("sections"), take_section));
	TRY(take_each(r, root, STR("authors"), take_author));
	TRY(list_of(r->ctx, root, STR("front"), &y));
	for (; y != NULL; y = y->next)
		TRY(take_front(r, y, prefix));
	if (r->opts->dry_run)
		return ERR_OK;
	return store_tx_commit(r->ctx, &tx);
}

static enum err
read_file(struct run *r, int fd, const struct yaml **out)
{
	struct str bytes = { 0 };

	TRY(files_read(r->ctx, fd, YAML_BYTES_MAX, &bytes));
	TRY(text_check(r->ctx, bytes));
	TRY(yaml_read(r->ctx, bytes, 1, out));
	return yaml_twice(*out) == NULL ? ERR_OK
					: front_twice(r->ctx, yaml_twice(*out));
}

enum err
house_file_take(struct run *r, const struct import_file *f)
{
	const struct yaml *root = NULL;
	int fd = files_open(f->fd, STR("house.yaml"));
	struct str name =
	    str_printf(r->all, "%.*s/house.yaml", STR_FMT(f->name));
	enum err err;

	if (fd < 0 && errno == ENOENT)
		return ERR_OK;
	if (fd < 0) {
		report_refuse(r, name, "it cannot be opened");
		return ERR_OK;
	}
	err = read_file(r, fd, &root);
	close(fd);
	if (err == ERR_OK)
		err = take_all(r, root, files_name(r->all, f->fd));
	if (err == ERR_IO || err == ERR_BUSY)
		return err;
	if (err != ERR_OK)
		report_refuse(r, name, ctx_why(r->ctx));
	arena_reset(r->ctx->arena);
	return ERR_OK;
}
