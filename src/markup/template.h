/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_TEMPLATE_H
#define MARKUP_TEMPLATE_H

/*
 * Mustache templates, compiled once and bound to C structs.
 *
 * A view is a plain struct; its field table says which members a template
 * may name and how each is written.  Names are resolved when the template
 * is compiled, through the enclosing sections, innermost first: a render
 * looks nothing up and cannot meet an unknown name.
 *
 *	struct byline_view { struct str name; struct str url; };
 *	struct article_view {
 *		struct str headline;
 *		struct html body;
 *		const struct byline_view *byline;
 *		size_t byline_n;
 *	};
 *	static const struct tpl_field byline_fields[] = {
 *		TPL_TEXT(struct byline_view, name),
 *		TPL_URL(struct byline_view, url),
 *		TPL_END,
 *	};
 *	static const struct tpl_field article_fields[] = {
 *		TPL_TEXT(struct article_view, headline),
 *		TPL_HTML(struct article_view, body),
 *		TPL_LIST(struct article_view, byline, byline_fields),
 *		TPL_END,
 *	};
 *
 * The macros compile only when the member has the C type of its kind:
 *
 *   macro      member of the struct           in a template
 *   TPL_TEXT   struct str f                   {{f}}, escaped
 *   TPL_HTML   struct html f                  {{{f}}} or {{&f}}, between
 *                                             tags only
 *   TPL_URL    struct str f                   {{f}}; the only kind that may
 *                                             stand in href, src, action …
 *   TPL_INT    int64_t f                      {{f}}, plain digits
 *   TPL_BOOL   bool f                         {{#f}} {{^f}} only
 *   TPL_VIEW   const struct x *f              {{#f}} and {{f.member}}; NULL
 *                                             is false
 *   TPL_LIST   const struct x *f; size_t f_n  {{#f}} once for each
 *   TPL_TEXTS  const struct str *f; size_t f_n   likewise, {{.}} the item
 *   TPL_HTMLS  const struct html *f; size_t f_n  likewise, {{{.}}}
 *
 * As a section, text, HTML and URLs are true when not empty (and {{.}} is
 * then the value itself), a number when not 0, a list when it has items.
 *
 * What the compiler refuses, each with file, line and a sentence: unknown
 * names; {{{x}}} of anything but HTML, and {{x}} of HTML (the braces show
 * the reader of a template what is markup); values in unquoted attributes,
 * in tag and attribute names, in event handlers, style= and srcdoc=, inside
 * <script>, <style> and comments; anything but a URL at the beginning of a
 * URL attribute, or behind a path of the site such as /lite (a number is
 * allowed as a srcset width); missing partials; sections and partials that end in another HTML context than they began
 * in; sections not closed; whatever passes the limits below.
 *
 * URLs are checked when rendered: http, https, mailto, tel or relative.
 * Anything else is written as "#" in href, and as nothing elsewhere, where
 * "#" would fetch the page again.
 *
 * Partials are compiled where they are included, in that place's scope and
 * HTML context.  One may include itself inside a list or view of its own
 * kind (a comment's replies); it then keeps its first indentation.
 *
 * Memory: a template lives in the arena it was compiled into; of what it was
 *         made from, the field tables and the file's name must live as long.
 * Threads: a compiled template never changes; any number may render it.
 */

#include "base/base.h"

enum tpl_kind {
	TPL_KIND_END = 0,
	TPL_KIND_TEXT,
	TPL_KIND_HTML,
	TPL_KIND_URL,
	TPL_KIND_INT,
	TPL_KIND_BOOL,
	TPL_KIND_VIEW,
	TPL_KIND_LIST,
};

/* Made by the macros.  A field named "." says what {{.}} is. */
struct tpl_field {
	const char *name;
	enum tpl_kind kind;
	size_t offset;			/* of the member */
	size_t count;			/* lists: offset of their size_t */
	size_t stride;			/* lists: bytes of an item */
	const struct tpl_field *fields; /* of a view, or of a list's items */
};

/* offsetof, and a compile error when the member is of another type. */
#define TPL_AT_(type, f, is) \
	(offsetof(type, f) + 0 * sizeof(char[_Generic(((type *)0)->f, is : 1)]))
#define TPL_PLAIN_(type, f, is, k)                                      \
	{                                                               \
		.name = #f, .kind = (k), .offset = TPL_AT_(type, f, is) \
	}
#define TPL_MANY_(type, f, at, table)                                \
	{                                                            \
		.name = #f, .kind = TPL_KIND_LIST, .offset = (at),   \
		.count = TPL_AT_(type, f##_n, size_t),               \
		.stride = sizeof(*((type *)0)->f), .fields = (table) \
	}

#define TPL_TEXT(type, f) TPL_PLAIN_(type, f, struct str, TPL_KIND_TEXT)
#define TPL_HTML(type, f) TPL_PLAIN_(type, f, struct html, TPL_KIND_HTML)
#define TPL_URL(type, f) TPL_PLAIN_(type, f, struct str, TPL_KIND_URL)
#define TPL_INT(type, f) TPL_PLAIN_(type, f, int64_t, TPL_KIND_INT)
#define TPL_BOOL(type, f) TPL_PLAIN_(type, f, bool, TPL_KIND_BOOL)
#define TPL_VIEW(type, f, table)                                     \
	{                                                            \
		.name = #f, .kind = TPL_KIND_VIEW,                   \
		.offset = offsetof(type, f) +                        \
			  0 * sizeof(*((type *)0)->f), /* pointer */ \
		    .fields = (table)                                \
	}
#define TPL_LIST(type, f, table) TPL_MANY_(type, f, offsetof(type, f), table)
#define TPL_TEXTS(type, f) \
	TPL_MANY_(type, f, TPL_AT_(type, f, const struct str *), tpl_dot_text)
#define TPL_HTMLS(type, f) \
	TPL_MANY_(type, f, TPL_AT_(type, f, const struct html *), tpl_dot_html)
#define TPL_END                      \
	{                            \
		.kind = TPL_KIND_END \
	}

/* Tables of a lone value, for lists of them. */
extern const struct tpl_field tpl_dot_text[2];
extern const struct tpl_field tpl_dot_html[2];

/* Limits: each far above any honest theme, low enough to stay cheap. */
enum {
	/* One file; the largest page of the default theme has 8 kB. */
	TPL_FILE_MAX = 2 * 1024 * 1024,
	/* A page's files, each counted as often as it is included: partials
	   that include others twice would double without end. */
	TPL_PAGE_MAX = 16 * 1024 * 1024,
	/* What an inclusion counts beside its length: it takes time, too. */
	TPL_INCLUDE_COST = 4096,
	/* Sections within sections, partials within partials. */
	TPL_DEPTH_MAX = 32,
	/* A partial inside itself while rendering: the C stack's sake. */
	TPL_RECURSION_MAX = 64,
	/* Parts of a dotted name. */
	TPL_DOTS_MAX = 8,
	/* What one render may write. */
	TPL_OUTPUT_MAX = 32 * 1024 * 1024,
	/* Problems told of one theme; who has more mends these first. */
	TPL_PROBLEMS_MAX = 100,
};

/* Something a theme's author must mend. */
struct tpl_problem {
	struct str file;
	int line;	  /* from 1; 0 when the whole file is meant */
	struct str words; /* a sentence, without file and line */
};

/* Problems in the order found, none twice.  Made with { .arena = a }. */
struct tpl_report {
	struct arena *arena; /* the words live here */
	struct tpl_problem *problems;
	size_t n;
	size_t more; /* found beyond TPL_PROBLEMS_MAX */
};

void tpl_problem_add(struct tpl_report *r, struct str file, int line,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* What a name in {{> name}} stands for. */
struct tpl_source {
	struct str file; /* for messages: "head.html" */
	struct str text;
	bool literal; /* goes out as it is: no tags, and its HTML is whole */
};

/* Where partials come from. */
struct tpl_loader {
	/* false when there is none; a fault is added to the report. */
	bool (*find)(void *arg, struct str name, struct tpl_report *r,
	    struct tpl_source *out);
	void *arg;
};

struct tpl;

/*
 * ERR_INVALID when the report has grown: nothing is compiled then, and
 * ctx_why() is the first problem.  Compiles on after a problem, to find all.
 */
MUST_USE enum err tpl_compile(struct ctx *ctx, struct arena *keep,
    const struct tpl_source *src, const struct tpl_loader *partials,
    const struct tpl_field *fields, struct tpl_report *report,
    const struct tpl **out);

/*
 * view is the struct that the template was compiled for.  The result lives
 * in ctx's arena.  ERR_LIMIT when it grows too large or nests too deep.
 */
MUST_USE enum err tpl_render(
    struct ctx *ctx, const struct tpl *t, const void *view, struct html *out);

/* As {{x}} of a TPL_URL decides; for code that writes links itself. */
bool tpl_url_is_safe(struct str url);

#endif
