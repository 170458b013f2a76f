/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_THEME_H
#define MARKUP_THEME_H

/*
 * A theme: the templates of all pages, the style, and the files that the
 * style needs; loaded and checked as a whole, unchangeable afterwards.
 *
 * Each file is looked up in the theme's folder first, then among the
 * embedded ones, so that a house overrides only what it changes.
 *
 *   front.html, head.html   pages and partials: {{> head}} is head.html
 *   *.css                   joined in the order of their names (number them:
 *                           10-tokens.css), made small, and placed by
 *                           {{> style}} as one <style> element
 *   style/lite.css          a style by itself: {{> style/lite}}
 *   *.woff2 *.svg *.png …   in any folder; url(fonts/x.woff2) in the style
 *                           and {{> static/fonts/x.woff2}} in a template
 *                           become the file's address, which has its hash
 *
 * Folders are opened without following a symbolic link.
 *
 * Memory: a theme owns itself; theme_ref() and theme_unref() count who
 *         holds it.  What it returns lives as long as it does.
 * Threads: any may use a theme; a slot may be read and set by any.
 */

#include "base/base.h"
#include "base/embed.h"
#include "markup/template.h"

struct theme_source {
	int dir; /* the theme's folder, open; -1: only the embedded */
	const struct embedded_file *files;
	size_t files_n;
};

/* A page that the program renders; its place in the array is its id. */
struct theme_page {
	const char *file; /* "front.html" */
	const struct tpl_field *fields;
};

enum {
	THEME_CSS_MAX = 1024 * 1024,
	THEME_STATIC_MAX = 8 * 1024 * 1024, /* one font or picture */
	THEME_BYTES_MAX = 64 * 1024 * 1024, /* all of them */
	THEME_FILES_MAX = 1000,
	THEME_FOLDERS_MAX = 4, /* folders within folders */
};

struct theme;

/*
 * ERR_INVALID when anything in the theme must be mended: report, when not
 * NULL, then holds all of it, and ctx_why() the first.
 */
MUST_USE enum err theme_load(struct ctx *ctx, const struct theme_source *src,
    const struct theme_page *pages, size_t pages_n, struct tpl_report *report,
    struct theme **out);

struct theme *theme_ref(struct theme *t);
void theme_unref(struct theme *t); /* NULL does nothing */

/* view is the struct of that page's fields. */
MUST_USE enum err theme_render(struct ctx *ctx, const struct theme *t,
    size_t page, const void *view, struct html *out);

/* The whole style, small; what stands inside the <style> element. */
struct str theme_style(const struct theme *t);

/*
 * It and those of style/, as Content-Security-Policy allows them:
 * 'sha256-…' 'sha256-…'
 */
struct str theme_style_sources(const struct theme *t);

/* A file that readers fetch, at /theme/{hash}/{name}. */
struct theme_static {
	struct str path;    /* in the theme: "fonts/x.woff2" */
	struct str name;    /* its last part: "x.woff2" */
	struct str hash;    /* 16 hexadecimal digits */
	struct str address; /* "/theme/{hash}/x.woff2" */
	struct str type;    /* "font/woff2" */
	struct str bytes;
};

/* NULL when the theme has none of that hash and name. */
const struct theme_static *theme_static(
    const struct theme *t, struct str hash, struct str name);

/* By its path in the theme; NULL when there is none. */
const struct theme_static *theme_static_by_path(
    const struct theme *t, struct str path);

/* A place that holds the theme in use, for swapping it while serving. */
struct theme_slot;
struct theme_slot *theme_slot_new(void);
void theme_slot_free(struct theme_slot *s);
struct theme *theme_slot_get(struct theme_slot *s); /* unref it; or NULL */
void theme_slot_set(struct theme_slot *s, struct theme *t); /* takes a ref */

#endif
