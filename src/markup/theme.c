/* SPDX-License-Identifier: MIT */
/* A theme, loaded as a whole. */

#include "markup/theme.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "markup/theme_css.h"
#include "markup/theme_files.h"

enum { HASH_BYTES = 8 }; /* of BLAKE2b, in a file's address */

/* What becomes one <style> element. */
struct sheet {
	struct str name; /* "lite" of style/lite.css */
	struct str css, hash, element;
};

struct theme {
	atomic_size_t refs;
	struct arena *arena;
	const struct tpl **pages;
	size_t pages_n;
	struct theme_static *statics;
	size_t statics_n;
	struct sheet style;
	struct sheet *alone; /* those of style/ */
	size_t alone_n;
	struct str style_sources; /* of all of them */
};

/* A template's text, kept while the theme is loaded. */
struct text {
	struct text *next;
	struct str file;
	struct str text;
	bool found;
};

struct loading {
	struct theme *theme;
	struct arena *scratch;
	const struct theme_source *src;
	struct tpl_report *report;
	struct text *texts;
	struct str *names; /* of all files */
	size_t names_n;
};

/* What readers may fetch, by the end of its name. */
static const struct {
	struct str end;
	struct str type;
} types[] = {
	{ STR_INIT(".woff2"), STR_INIT("font/woff2") },
	{ STR_INIT(".svg"), STR_INIT("image/svg+xml") },
	{ STR_INIT(".js"), STR_INIT("text/javascript; charset=utf-8") },
	{ STR_INIT(".png"), STR_INIT("image/png") },
	{ STR_INIT(".jpg"), STR_INIT("image/jpeg") },
	{ STR_INIT(".webp"), STR_INIT("image/webp") },
	{ STR_INIT(".avif"), STR_INIT("image/avif") },
	{ STR_INIT(".ico"), STR_INIT("image/x-icon") },
	{ STR_INIT(".js"), STR_INIT("text/javascript; charset=utf-8") },
	{ STR_INIT(".webmanifest"), STR_INIT("application/manifest+json") },
};

static struct str
type_of(struct str name)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (str_ends(name, types[i].end))
			return types[i].type;
	return (struct str){ 0 };
}

/* Names stand in addresses and in CSS without any escaping. */
static bool
is_plain_path(struct str path)
{
	for (size_t i = 0; i < path.n; i++) {
		char c = path.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '.' && c != '_' &&
		    c != '-' && c != '/')
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

static void
add_static(struct loading *l, struct str path, struct str type, size_t *total)
{
	struct theme *t = l->theme;
	struct theme_static *s = &t->statics[t->statics_n];
	unsigned char digest[crypto_generichash_BYTES];
	char hex[HASH_BYTES * 2 + 1];
	struct str bytes = { 0 };

	if (!is_plain_path(path)) {
		tpl_problem_add(l->report, path, 0,
		    "a file's name is of letters, digits, . _ and -");
		return;
	}
	if (!theme_file_read(
		t->arena, l->src, path, THEME_STATIC_MAX, l->report, &bytes))
		return;
	*total += bytes.n;
	if (*total > THEME_BYTES_MAX) {
		tpl_problem_add(l->report, path, 0,
		    "with it the theme's files are longer than %d bytes",
		    THEME_BYTES_MAX);
		return;
	}
	crypto_generichash(digest, sizeof digest,
	    (const unsigned char *)bytes.p, bytes.n, NULL, 0);
	sodium_bin2hex(hex, sizeof hex, digest, HASH_BYTES);
	s->path = str_dup(t->arena, path);
	s->name = last_part(s->path);
	s->hash = str_dup(t->arena, str_c(hex));
	s->type = type;
	s->bytes = bytes;
	s->address =
	    str_printf(t->arena, "/theme/%s/%.*s", hex, STR_FMT(s->name));
	t->statics_n++;
}

static void
load_statics(struct loading *l)
{
	size_t total = 0;

	l->theme->statics =
	    ARENA_ARRAY(l->theme->arena, l->names_n, struct theme_static);
	for (size_t i = 0; i < l->names_n; i++) {
		struct str type = type_of(l->names[i]);

		if (type.n != 0)
			add_static(l, l->names[i], type, &total);
	}
}

static bool
css_address(void *arg, struct str path, struct str *out)
{
	struct loading *l = arg;
	const struct theme_static *s = theme_static_by_path(l->theme, path);

	if (s != NULL)
		*out = s->address;
	return s != NULL;
}

static struct str
hash_style(struct arena *a, struct str css)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	char text[sodium_base64_ENCODED_LEN(
	    sizeof digest, sodium_base64_VARIANT_ORIGINAL)];

	crypto_hash_sha256(digest, (const unsigned char *)css.p, css.n);
	sodium_bin2base64(text, sizeof text, digest, sizeof digest,
	    sodium_base64_VARIANT_ORIGINAL);
	return str_printf(a, "sha256-%s", text);
}

static void
add_sheet(struct loading *l, struct buf *out, struct str path)
{
	struct css_files files = { css_address, l };
	struct str css = { 0 };

	if (theme_file_text(
		l->scratch, l->src, path, THEME_CSS_MAX, l->report, &css))
		css_append(out, path, css, &files, l->report);
}

static void
name_sources(struct theme *t)
{
	struct buf b;

	buf_init(&b, t->arena, THEME_CSS_MAX);
	buf_printf(&b, "'%.*s'", STR_FMT(t->style.hash));
	for (size_t i = 0; i < t->alone_n; i++)
		buf_printf(&b, " '%.*s'", STR_FMT(t->alone[i].hash));
	t->style_sources = buf_str(&b);
}

static void
close_sheet(
    struct loading *l, const struct buf *b, struct str name, struct sheet *out)
{
	struct arena *a = l->theme->arena;
	struct str css = b->n > 0 ? buf_str(b) : STR("");

	if (b->over)
		tpl_problem_add(l->report, name, 0,
		    "the style is longer than %d bytes", THEME_CSS_MAX);
	*out = (struct sheet){
		.name = str_dup(a, name),
		.css = css,
		.hash = hash_style(a, css),
		.element = str_printf(a, "<style>%.*s</style>", STR_FMT(css)),
	};
}

/* "lite" of "style/lite.css"; empty when it is no sheet by itself. */
static struct str
alone_name(struct str path)
{
	const struct str folder = STR("style/");
	const struct str end = STR(".css");

	if (!str_starts(path, folder) || !str_ends(path, end) ||
	    str_find_char(path, '/', folder.n) != SIZE_MAX)
		return STR("");
	return str_sub(path, folder.n, path.n - folder.n - end.n);
}

static void
load_alone(struct loading *l, struct str path, struct str name)
{
	struct theme *t = l->theme;
	struct buf b;

	buf_init(&b, t->arena, THEME_CSS_MAX);
	add_sheet(l, &b, path);
	close_sheet(l, &b, name, &t->alone[t->alone_n++]);
}

static void
load_styles(struct loading *l)
{
	struct theme *t = l->theme;
	struct buf b;

	t->alone = ARENA_ARRAY(t->arena, l->names_n, struct sheet);
	buf_init(&b, t->arena, THEME_CSS_MAX);
	for (size_t i = 0; i < l->names_n; i++) {
		struct str path = l->names[i];
		struct str name = alone_name(path);

		if (!str_ends(path, STR(".css")))
			continue;
		if (name.n > 0)
			load_alone(l, path, name);
		else if (str_find_char(path, '/', 0) == SIZE_MAX)
			add_sheet(l, &b, path);
		else
			tpl_problem_add(l->report, path, 0,
			    "style sheets stand in the theme's own folder, or "
			    "by themselves in style/");
	}
	close_sheet(l, &b, STR("*.css"), &t->style);
	name_sources(t);
}

/* A template's text; each file is read once. */
static const struct text *
text_of(struct loading *l, struct str file)
{
	struct text *x = l->texts;

	for (; x != NULL; x = x->next)
		if (str_eq(x->file, file))
			return x;
	x = ARENA_NEW(l->scratch, struct text);
	x->next = l->texts;
	x->file = str_dup(l->theme->arena, file);
	x->found = theme_file_text(
	    l->scratch, l->src, file, TPL_FILE_MAX, l->report, &x->text);
	l->texts = x;
	return x;
}

/* "style", or "style/lite". */
static const struct sheet *
sheet_find(const struct theme *t, struct str name)
{
	const struct str folder = STR("style/");

	if (str_eq(name, STR("style")))
		return &t->style;
	for (size_t i = 0; i < t->alone_n; i++)
		if (str_starts(name, folder) &&
		    str_eq(str_from(name, folder.n), t->alone[i].name))
			return &t->alone[i];
	return NULL;
}

static bool
find_partial(
    void *arg, struct str name, struct tpl_report *r, struct tpl_source *out)
{
	const struct str folder = STR("static/");
	struct loading *l = arg;
	const struct sheet *sheet = sheet_find(l->theme, name);
	const struct text *x = NULL;

	(void)r;
	*out = (struct tpl_source){ .file = name, .literal = true };
	if (sheet != NULL) {
		out->text = sheet->element;
		return true;
	}
	if (str_starts(name, folder))
		return css_address(l, str_from(name, folder.n), &out->text);
	x = text_of(l, str_printf(l->scratch, "%.*s.html", STR_FMT(name)));
	*out = (struct tpl_source){ .file = x->file, .text = x->text };
	return x->found;
}

static void
load_page(struct ctx *ctx, struct loading *l, const struct theme_page *page,
    const struct tpl **out)
{
	const struct tpl_loader loader = { find_partial, l };
	size_t before = l->report->n + l->report->more;
	const struct text *x = text_of(l, str_c(page->file));

	if (x->found) {
		struct tpl_source src = { .file = x->file, .text = x->text };

		/* What is wrong stands in the report; on to the next page. */
		if (tpl_compile(ctx, l->theme->arena, &src, &loader,
			page->fields, l->report, out) != ERR_OK)
			return;
	} else if (l->report->n + l->report->more == before) {
		tpl_problem_add(l->report, x->file, 0,
		    "the theme has no such page, and needs it");
	}
}

static void
theme_free(struct theme *t)
{
	arena_free(t->arena);
	free(t);
}

static void
end_theme(struct theme **t)
{
	theme_unref(*t);
}

static void
end_arena(struct arena **a)
{
	arena_free(*a);
}

static struct theme *
theme_new(void)
{
	struct theme *t = calloc(1, sizeof *t);

	if (t == NULL)
		abort();
	atomic_init(&t->refs, 1);
	t->arena = arena_new(0);
	return t;
}

static enum err
refuse(struct ctx *ctx, const struct tpl_report *r)
{
	const struct tpl_problem *p = &r->problems[0];
	size_t others = r->n + r->more - 1;
	char where[16] = "";

	if (p->line != 0)
		snprintf(where, sizeof where, ":%d", p->line);
	if (others == 0)
		return FAIL(ctx, ERR_INVALID, "%.*s%s: %.*s", STR_FMT(p->file),
		    where, STR_FMT(p->words));
	return FAIL(ctx, ERR_INVALID, "%.*s%s: %.*s (and %zu more to mend)",
	    STR_FMT(p->file), where, STR_FMT(p->words), others);
}

enum err
theme_load(struct ctx *ctx, const struct theme_source *src,
    const struct theme_page *pages, size_t pages_n, struct tpl_report *report,
    struct theme **out)
{
	CLEANUP(end_arena) struct arena *scratch = arena_new(0);
	CLEANUP(end_theme) struct theme *t = theme_new();
	struct tpl_report own = { .arena = scratch };
	struct loading l = {
		.theme = t,
		.scratch = scratch,
		.src = src,
		.report = report != NULL ? report : &own,
	};

	assert(l.report->arena != NULL && l.report->n == 0);
	l.names_n = theme_file_list(scratch, src, l.report, &l.names);
	load_statics(&l);
	load_styles(&l);
	t->pages_n = pages_n;
	t->pages = ARENA_ARRAY(t->arena, pages_n, const struct tpl *);
	for (size_t i = 0; i < pages_n; i++)
		load_page(ctx, &l, &pages[i], &t->pages[i]);
	if (l.report->n != 0)
		return refuse(ctx, l.report);
	*out = theme_ref(t);
	return ERR_OK;
}

struct theme *
theme_ref(struct theme *t)
{
	atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
	return t;
}

void
theme_unref(struct theme *t)
{
	if (t != NULL &&
	    atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel) == 1)
		theme_free(t);
}

enum err
theme_render(struct ctx *ctx, const struct theme *t, size_t page,
    const void *view, struct html *out)
{
	assert(page < t->pages_n);
	return tpl_render(ctx, t->pages[page], view, out);
}

struct str
theme_style(const struct theme *t)
{
	return t->style.css;
}

struct str
theme_style_sources(const struct theme *t)
{
	return t->style_sources;
}

const struct theme_static *
theme_static(const struct theme *t, struct str hash, struct str name)
{
	for (size_t i = 0; i < t->statics_n; i++)
		if (str_eq(t->statics[i].hash, hash) &&
		    str_eq(t->statics[i].name, name))
			return &t->statics[i];
	return NULL;
}

const struct theme_static *
theme_static_by_path(const struct theme *t, struct str path)
{
	for (size_t i = 0; i < t->statics_n; i++)
		if (str_eq(t->statics[i].path, path))
			return &t->statics[i];
	return NULL;
}

struct theme_slot {
	pthread_mutex_t lock; /* held for a pointer and a count only */
	struct theme *theme;
};

struct theme_slot *
theme_slot_new(void)
{
	struct theme_slot *s = calloc(1, sizeof *s);

	if (s == NULL || pthread_mutex_init(&s->lock, NULL) != 0)
		abort();
	return s;
}

void
theme_slot_free(struct theme_slot *s)
{
	if (s == NULL)
		return;
	theme_unref(s->theme);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

struct theme *
theme_slot_get(struct theme_slot *s)
{
	struct theme *t = NULL;

	pthread_mutex_lock(&s->lock);
	if (s->theme != NULL)
		t = theme_ref(s->theme);
	pthread_mutex_unlock(&s->lock);
	return t;
}

void
theme_slot_set(struct theme_slot *s, struct theme *t)
{
	struct theme *old = NULL;

	theme_ref(t);
	pthread_mutex_lock(&s->lock);
	old = s->theme;
	s->theme = t;
	pthread_mutex_unlock(&s->lock);
	theme_unref(old);
}
