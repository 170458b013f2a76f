/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a theme: the input is cut at NUL into a page, two partials
 * and a style sheet.  What compiles is rendered with values full of markup,
 * and read again by an HTML5 parser: they may be found in text and in
 * quiet attributes, and nowhere else.
 */

#include <assert.h>
#include <gumbo.h>
#include <stdint.h>
#include <stdlib.h>

#include "markup/theme.h"
#include "markup/theme_css.h"

struct item {
	struct str text;
	struct str url;
	const struct item *items;
	size_t items_n;
};

struct view {
	struct str text;
	struct str empty;
	struct str url;
	struct html html;
	int64_t number;
	bool yes;
	bool no;
	const struct item *item;
	const struct item *none;
	const struct item *items;
	size_t items_n;
	const struct str *texts;
	size_t texts_n;
};

static const struct tpl_field item_fields[4] = {
	TPL_TEXT(struct item, text),
	TPL_URL(struct item, url),
	TPL_LIST(struct item, items, item_fields),
	TPL_END,
};

static const struct tpl_field view_fields[] = {
	TPL_TEXT(struct view, text),
	TPL_TEXT(struct view, empty),
	TPL_URL(struct view, url),
	TPL_HTML(struct view, html),
	TPL_INT(struct view, number),
	TPL_BOOL(struct view, yes),
	TPL_BOOL(struct view, no),
	TPL_VIEW(struct view, item, item_fields),
	TPL_VIEW(struct view, none, item_fields),
	TPL_LIST(struct view, items, item_fields),
	TPL_TEXTS(struct view, texts),
	TPL_END,
};

/* What must never come out as it is. */
#define EVIL "\"'<fuzzed>&"

static const struct item leaves[] = {
	{ STR_INIT(EVIL), STR_INIT("javascript:fuzzed"), NULL, 0 },
};
static const struct item items[] = {
	{ STR_INIT(EVIL), STR_INIT("/a b,c"), leaves, 1 },
	{ STR_INIT(""), STR_INIT(""), NULL, 0 },
};
static const struct str texts[] = { STR_INIT(EVIL), STR_INIT("") };

static const struct view view = {
	.text = STR_INIT(EVIL),
	.url = STR_INIT("javascript:" EVIL),
	.html = { STR_INIT("<b>bold</b>") },
	.number = -1,
	.yes = true,
	.item = &items[0],
	.items = items,
	.items_n = 2,
	.texts = texts,
	.texts_n = 2,
};

static bool
find_partial(
    void *arg, struct str name, struct tpl_report *r, struct tpl_source *out)
{
	const struct str *parts = arg;

	(void)r;
	if (name.n != 1 || (name.p[0] != 'a' && name.p[0] != 'b'))
		return false;
	*out = (struct tpl_source){
		.file = name,
		.text = parts[name.p[0] == 'a' ? 1 : 2],
	};
	return true;
}

static bool
find_file(void *arg, struct str path, struct str *out)
{
	(void)arg;
	*out = STR("/theme/0/x");
	return path.n % 2 == 0;
}

static bool
is_evil(const char *s)
{
	return strstr(s, "fuzzed") != NULL;
}

static void
check_attr(const GumboAttribute *at)
{
	assert(!is_evil(at->name));
	if (!is_evil(at->value))
		return;
	assert(strncmp(at->name, "on", 2) != 0);
	assert(strcmp(at->name, "style") != 0);
	assert(strcmp(at->name, "srcdoc") != 0);
	if (strcmp(at->name, "href") == 0 || strcmp(at->name, "src") == 0 ||
	    strcmp(at->name, "action") == 0)
		assert(strncasecmp(at->value, "javascript:", 11) != 0);
}

static void check_node(const GumboNode *n);

static void
check_element(const GumboNode *n)
{
	const GumboElement *e = &n->v.element;
	struct str tag = str_make(e->original_tag.data, e->original_tag.length);

	assert(str_find(str_sub(tag, 0, 9), STR("fuzzed"), 0) == SIZE_MAX);
	for (unsigned i = 0; i < e->attributes.length; i++)
		check_attr(e->attributes.data[i]);
	for (unsigned i = 0; i < e->children.length; i++) {
		const GumboNode *child = e->children.data[i];

		if (child->type != GUMBO_NODE_ELEMENT &&
		    (e->tag == GUMBO_TAG_SCRIPT || e->tag == GUMBO_TAG_STYLE))
			assert(!is_evil(child->v.text.text));
		check_node(child);
	}
}

static void
check_node(const GumboNode *n)
{
	if (n->type == GUMBO_NODE_ELEMENT || n->type == GUMBO_NODE_TEMPLATE)
		check_element(n);
}

static void
check_page(struct str html)
{
	GumboOptions options = kGumboDefaultOptions;
	GumboOutput *doc = NULL;

	doc = gumbo_parse_with_options(&options, html.p, html.n);
	check_node(doc->root);
	gumbo_destroy_output(&options, doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	struct ctx ctx;
	struct tpl_report report = { .arena = a };
	struct str rest = str_make((const char *)data, size);
	struct str parts[4];
	struct tpl_loader loader = { find_partial, parts };
	struct css_files css_files = { find_file, NULL };
	const struct tpl *t = NULL;
	struct html out = { 0 };
	struct buf css;

	ctx_init(&ctx, a, NULL);
	for (size_t i = 0; i < 4; i++)
		parts[i] = str_cut(rest, '\0', &rest);
	if (utf8_ok(parts[0]) && utf8_ok(parts[1]) && utf8_ok(parts[2]) &&
	    tpl_compile(&ctx, a,
		&(struct tpl_source){ .file = STR("page"), .text = parts[0] },
		&loader, view_fields, &report, &t) == ERR_OK &&
	    tpl_render(&ctx, t, &view, &out) == ERR_OK) {
		bool theirs = false; /* the template's own text */

		for (size_t i = 0; i < 3; i++)
			theirs |=
			    str_find(parts[i], STR("fuzz"), 0) != SIZE_MAX;
		if (!theirs)
			check_page(out.s);
	}
	buf_init(&css, a, 1 << 20);
	css_append(&css, STR("x.css"), parts[3], &css_files, &report);
	arena_free(a);
	return 0;
}
