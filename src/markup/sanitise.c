/* SPDX-License-Identifier: MIT */
/* The sanitiser: gauge, parse, walk the tree, write it anew. */

#include "markup/sanitise.h"

#include <gumbo.h>
#include <setjmp.h>

#include "markup/gauge.h"
#include "markup/intake.h"
#include "markup/simple.h"

enum {
	/* The gauge's bound, and room for what the parser adds. */
	TREE_DEPTH_MAX = 2 * GAUGE_DEPTH_MAX,
	/* Honest markup of 2 MB needs 25 MB, the emptiest 150. */
	PARSE_MEMORY_MAX = 256 * 1024 * 1024,
	SCRATCH = 256 * 1024,
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

static enum err walk_children(
    struct intake *in, const GumboElement *g, size_t depth);

/* gumbo's element as ours. */
static struct given_element
given(struct arena *a, const GumboElement *g)
{
	GumboStringPiece tag = g->original_tag;
	struct given *attrs = NULL;
	struct given_element out = {
		.tag = g->tag,
		.attrs_n = g->attributes.length,
	};

	if (g->tag == GUMBO_TAG_UNKNOWN) {
		gumbo_tag_from_original_text(&tag);
		out.name = str_make(tag.data, tag.length);
	} else {
		out.name = str_c(gumbo_normalized_tagname(g->tag));
	}
	attrs = ARENA_ARRAY(a, out.attrs_n, struct given);
	for (size_t i = 0; i < out.attrs_n; i++) {
		const GumboAttribute *at = g->attributes.data[i];

		attrs[i].name = str_c(at->name);
		attrs[i].value = str_c(at->value);
	}
	out.attrs = attrs;
	return out;
}

static enum err
walk_element(struct intake *in, const GumboElement *g, size_t depth)
{
	struct given_element own = given(in->arena, g);
	struct taken taken = { 0 };

	if (g->tag_namespace != GUMBO_NAMESPACE_HTML) {
		intake_gone(in, &own);
		return ERR_OK;
	}
	taken = intake_start(in, &own);
	if (taken.role != ROLE_DROP)
		TRY(walk_children(in, g, depth));
	intake_end(in, taken);
	return ERR_OK;
}

static enum err
walk_children(struct intake *in, const GumboElement *g, size_t depth)
{
	struct given_element template = { .name = STR("template") };

	if (depth > TREE_DEPTH_MAX)
		return FAIL(in->ctx, ERR_LIMIT,
		    "the HTML nests deeper than %d elements", TREE_DEPTH_MAX);
	for (unsigned i = 0; i < g->children.length; i++) {
		const GumboNode *n = g->children.data[i];

		switch (n->type) {
		case GUMBO_NODE_ELEMENT:
			TRY(walk_element(in, &n->v.element, depth + 1));
			break;
		case GUMBO_NODE_TEXT:
		case GUMBO_NODE_CDATA:
		case GUMBO_NODE_WHITESPACE:
			body_text(in->body, str_c(n->v.text.text));
			break;
		case GUMBO_NODE_TEMPLATE:
			intake_gone(in, &template);
			break;
		case GUMBO_NODE_COMMENT:
		case GUMBO_NODE_DOCUMENT:
			break;
		}
	}
	return ERR_OK;
}

/* As a browser reads it. */
static enum err
read_any(struct intake *in, struct str bytes)
{
	const GumboNode *root = NULL;

	TRY(gauge_html(in->ctx, in->arena, bytes, NULL));
	root = parse(in->arena, bytes);
	if (root == NULL)
		return FAIL(in->ctx, ERR_LIMIT,
		    "the HTML takes more than %d MB to read",
		    PARSE_MEMORY_MAX >> 20);
	return walk_children(in, &root->v.element, 0);
}

static void
start_over(struct intake *in)
{
	*in->report = (struct sanitise_report){ 0 };
	in->body = body_new(in->arena, in->rules, SANITISE_MAX);
}

enum err
sanitise(struct ctx *ctx, struct str bytes, const struct sanitise_rules *rules,
    struct html *out, struct sanitise_report *report)
{
	CLEANUP(free_arena) struct arena *scratch = NULL;
	struct sanitise_report own = { 0 };
	struct intake in = {
		.ctx = ctx,
		.rules = rules != NULL ? rules : &sanitise_story,
		.report = report != NULL ? report : &own,
	};
	struct html made = { 0 };
	size_t bad = SIZE_MAX;

	if (bytes.n > SANITISE_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "the HTML has %zu bytes, more than %d", bytes.n,
		    SANITISE_MAX);
	bad = utf8_bad(bytes);
	if (bad != SIZE_MAX)
		return FAIL(
		    ctx, ERR_INVALID, "the HTML is not UTF-8 at byte %zu", bad);
	in.arena = scratch = arena_new(SCRATCH);
	start_over(&in);
	if (!simple_read(&in, bytes)) {
		start_over(&in);
		TRY(read_any(&in, bytes));
	}
	TRY(body_done(ctx, in.body, &made));
	/* What we accept once we accept again. */
	TRY(gauge_html(ctx, scratch, made.s, NULL));
	out->s = str_dup(ctx->arena, made.s);
	return ERR_OK;
}
