/* SPDX-License-Identifier: MIT */
/* The sanitiser: gauge, parse, walk the tree, write it anew. */

#include "markup/sanitise.h"

#include <gumbo.h>
#include <setjmp.h>

#include "markup/allow.h"
#include "markup/body.h"
#include "markup/gauge.h"

enum {
	/* The gauge's bound, and room for what the parser adds. */
	TREE_DEPTH_MAX = 2 * GAUGE_DEPTH_MAX,
	/* Honest markup of 2 MB needs 25 MB, the emptiest 150. */
	PARSE_MEMORY_MAX = 256 * 1024 * 1024,
	PARSE_BLOCK = 64 * 1024,
	NAME_MAX_SHOWN = 40,
};

const struct sanitise_rules sanitise_story = { .images = true };
const struct sanitise_rules sanitise_plain = { .images = false };
const struct sanitise_rules sanitise_line = { .inline_only = true };

/*
 * The parser's memory: an arena, so that leaving it half-way leaks nothing.
 * gumbo cannot be told to stop; leaving by longjmp out of its allocator is
 * the one way, should the gauge ever have been misled.
 */
struct parser {
	struct arena *arena;
	jmp_buf full;
};

struct walk {
	struct ctx *ctx;
	struct arena *arena; /* ends with the call */
	struct body *body;
	const struct sanitise_rules *rules;
	struct sanitise_report *report;
};

static void
free_arena(struct arena **a)
{
	arena_free(*a);
}

static void *
parser_alloc(void *arg, size_t n)
{
	struct parser *p = arg;

	if (n > PARSE_MEMORY_MAX || arena_used(p->arena) > PARSE_MEMORY_MAX - n)
		longjmp(p->full, 1);
	return arena_alloc(p->arena, n);
}

static void
parser_free(void *arg, void *mem)
{
	(void)arg;
	(void)mem;
}

/* NULL when it would take too much memory. */
static const GumboNode *
parse(struct arena *a, struct str bytes)
{
	struct parser p = { .arena = a };
	GumboOptions o = kGumboDefaultOptions;
	const GumboOutput *out = NULL;

	o.allocator = parser_alloc;
	o.deallocator = parser_free;
	o.userdata = &p;
	o.max_errors = 0;
	/* As if set into a body: no head, no frames, nothing after it. */
	o.fragment_context = GUMBO_TAG_BODY;
	if (setjmp(p.full) != 0)
		return NULL;
	out = gumbo_parse_with_options(&o, bytes.p, bytes.n);
	return out->root;
}

/* A stranger's name, fit to be shown. */
static struct str
shown_name(struct arena *a, bool attribute, struct str name)
{
	struct str cut = str_sub(name, 0, NAME_MAX_SHOWN);
	char *p = arena_alloc(a, cut.n + 1);
	size_t n = 0;

	if (attribute)
		p[n++] = '@';
	for (size_t i = 0; i < cut.n; i++) {
		char c = cut.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' &&
		    c != '_' && c != ':')
			c = '?';
		p[n++] = c;
	}
	return str_make(p, n);
}

static void
count_gone(struct walk *w, bool attribute, struct str name)
{
	struct sanitise_report *r = w->report;
	struct str shown = shown_name(w->arena, attribute, name);

	if (attribute)
		r->attributes++;
	else
		r->elements++;
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->gone[i].name, shown)) {
			r->gone[i].count++;
			return;
		}
	if (r->n == SANITISE_NAMES) {
		r->more++;
		return;
	}
	r->gone[r->n].name = str_dup(w->ctx->arena, shown);
	r->gone[r->n++].count = 1;
}

static void
count_element(struct walk *w, const GumboElement *g)
{
	GumboStringPiece tag = g->original_tag;
	struct str name = { 0 };

	if (g->tag != GUMBO_TAG_UNKNOWN) {
		name = str_c(gumbo_normalized_tagname(g->tag));
	} else {
		gumbo_tag_from_original_text(&tag);
		name = str_make(tag.data, tag.length);
	}
	count_gone(w, false, name);
}

static void
put_attr(struct buf *b, const char *name, struct str value)
{
	buf_char(b, ' ');
	buf_put(b, str_c(name));
	BUF_LIT(b, "=\"");
	for (size_t i = 0; i < value.n; i++) {
		switch (value.p[i]) {
		case '&':
			BUF_LIT(b, "&amp;");
			break;
		case '<':
			BUF_LIT(b, "&lt;");
			break;
		case '>':
			BUF_LIT(b, "&gt;");
			break;
		case '"':
			BUF_LIT(b, "&quot;");
			break;
		default:
			buf_char(b, value.p[i]);
		}
	}
	buf_char(b, '"');
}

/* The attributes that may stay, in order. */
static struct body_attrs
read_attrs(struct walk *w, const struct element *e, const GumboElement *g)
{
	struct body_attrs out = { 0 };
	size_t kept = 0;
	struct buf b;

	if (g->attributes.length == 0)
		return out;
	buf_init(&b, w->arena, SANITISE_MAX);
	for (unsigned i = 0; i < ATTR_N; i++) {
		const char *name = allow_attr_name((enum attr)i);
		const GumboAttribute *at = NULL;
		struct str value = { 0 };

		if (!allow_has(e, (enum attr)i))
			continue;
		at = gumbo_get_attribute(&g->attributes, name);
		/* Else screen readers would read the address out. */
		if (at == NULL && i == ATTR_ALT)
			BUF_LIT(&b, " alt=\"\"");
		if (at == NULL || !allow_value(w->arena, e, (enum attr)i,
				      str_c(at->value), &value))
			continue;
		kept++;
		out.has |= 1U << i;
		if (i == ATTR_ID)
			out.id = value;
		else
			put_attr(&b, name, value);
	}
	out.rest = buf_str(&b);
	if (kept == g->attributes.length)
		return out;
	for (unsigned i = 0; i < g->attributes.length; i++) {
		const GumboAttribute *at = g->attributes.data[i];
		struct str value = { 0 };
		bool stays = false;

		for (unsigned k = 0; k < ATTR_N && !stays; k++)
			stays = allow_has(e, (enum attr)k) &&
				strcasecmp(at->name,
				    allow_attr_name((enum attr)k)) == 0 &&
				allow_value(w->arena, e, (enum attr)k,
				    str_c(at->value), &value);
		/* Ours on every img, see walk_img(). */
		if (g->tag == GUMBO_TAG_IMG &&
		    strcasecmp(at->name, "loading") == 0)
			stays = true;
		if (!stays)
			count_gone(w, true, str_c(at->name));
	}
	return out;
}

static bool
has(struct body_attrs attrs, enum attr attr)
{
	return (attrs.has & 1U << attr) != 0;
}

static void
walk_img(struct walk *w, const struct element *e, const GumboElement *g)
{
	struct body_attrs attrs = { 0 };
	struct buf b;

	if (!w->rules->images) {
		count_element(w, g);
		return;
	}
	attrs = read_attrs(w, e, g);
	if (!has(attrs, ATTR_SRC)) {
		count_element(w, g);
		return;
	}
	buf_init(&b, w->arena, SANITISE_MAX);
	buf_put(&b, attrs.rest);
	BUF_LIT(&b, " loading=\"lazy\"");
	attrs.rest = buf_str(&b);
	body_img(w->body, &attrs);
}

static enum err walk_children(
    struct walk *w, const GumboElement *g, size_t depth);

static enum err
walk_inline(struct walk *w, const struct element *e, const GumboElement *g,
    size_t depth)
{
	struct body_attrs attrs = read_attrs(w, e, g);
	bool lacks = (g->tag == GUMBO_TAG_SPAN && attrs.rest.n == 0) ||
		     (g->tag == GUMBO_TAG_BDO && !has(attrs, ATTR_DIR)) ||
		     (g->tag == GUMBO_TAG_A && !has(attrs, ATTR_HREF));
	bool open = !lacks && body_inline(w->body, e, &attrs);

	if (!open)
		count_element(w, g);
	TRY(walk_children(w, g, depth));
	if (open)
		body_inline_end(w->body);
	return ERR_OK;
}

static enum err
walk_element(struct walk *w, const GumboElement *g, size_t depth)
{
	const struct element *e = allow_element(g->tag);
	struct body_attrs attrs = { 0 };
	size_t mark = 0;

	if (g->tag_namespace != GUMBO_NAMESPACE_HTML) {
		count_element(w, g);
		return ERR_OK;
	}
	switch (e->role) {
	case ROLE_UNWRAP:
		count_element(w, g);
		return walk_children(w, g, depth);
	case ROLE_DROP:
		count_element(w, g);
		return ERR_OK;
	case ROLE_INLINE:
		return walk_inline(w, e, g, depth);
	case ROLE_IMG:
		walk_img(w, e, g);
		return ERR_OK;
	case ROLE_BR:
		body_br(w->body);
		return ERR_OK;
	case ROLE_HR:
		body_hr(w->body);
		return ERR_OK;
	case ROLE_BREAK:
		count_element(w, g);
		mark = body_break(w->body);
		break;
	case ROLE_BLOCK:
		attrs = read_attrs(w, e, g);
		mark = body_block(w->body, e, &attrs);
		break;
	}
	TRY(walk_children(w, g, depth));
	body_block_end(w->body, mark);
	return ERR_OK;
}

static enum err
walk_children(struct walk *w, const GumboElement *g, size_t depth)
{
	if (depth > TREE_DEPTH_MAX)
		return FAIL(w->ctx, ERR_LIMIT,
		    "the HTML nests deeper than %d elements", TREE_DEPTH_MAX);
	for (unsigned i = 0; i < g->children.length; i++) {
		const GumboNode *n = g->children.data[i];

		switch (n->type) {
		case GUMBO_NODE_ELEMENT:
			TRY(walk_element(w, &n->v.element, depth + 1));
			break;
		case GUMBO_NODE_TEXT:
		case GUMBO_NODE_CDATA:
		case GUMBO_NODE_WHITESPACE:
			body_text(w->body, str_c(n->v.text.text));
			break;
		case GUMBO_NODE_TEMPLATE:
			count_element(w, &n->v.element);
			break;
		case GUMBO_NODE_COMMENT:
		case GUMBO_NODE_DOCUMENT:
			break;
		}
	}
	return ERR_OK;
}

enum err
sanitise(struct ctx *ctx, struct str bytes, const struct sanitise_rules *rules,
    struct html *out, struct sanitise_report *report)
{
	CLEANUP(free_arena) struct arena *scratch = NULL;
	struct sanitise_report own = { 0 };
	struct walk w = {
		.ctx = ctx,
		.rules = rules != NULL ? rules : &sanitise_story,
		.report = report != NULL ? report : &own,
	};
	struct html made = { 0 };
	size_t bad = utf8_bad(bytes);
	const GumboNode *root = NULL;

	if (bytes.n > SANITISE_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "the HTML has %zu bytes, more than %d", bytes.n,
		    SANITISE_MAX);
	if (bad != SIZE_MAX)
		return FAIL(
		    ctx, ERR_INVALID, "the HTML is not UTF-8 at byte %zu", bad);
	scratch = arena_new(PARSE_BLOCK);
	TRY(gauge_html(ctx, scratch, bytes, NULL));
	root = parse(scratch, bytes);
	if (root == NULL)
		return FAIL(ctx, ERR_LIMIT,
		    "the HTML takes more than %d MB to read",
		    PARSE_MEMORY_MAX >> 20);
	*w.report = (struct sanitise_report){ 0 };
	w.arena = scratch;
	w.body = body_new(scratch, w.rules, SANITISE_MAX);
	TRY(walk_children(&w, &root->v.element, 0));
	TRY(body_done(ctx, w.body, &made));
	/* What we accept once we accept again. */
	TRY(gauge_html(ctx, scratch, made.s, NULL));
	out->s = str_dup(ctx->arena, made.s);
	return ERR_OK;
}
