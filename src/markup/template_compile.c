/* SPDX-License-Identifier: MIT */
/* From source to program: names resolved, places in HTML checked. */

#include <assert.h>

#include "markup/template.h"
#include "markup/template_html.h"
#include "markup/template_lex.h"
#include "markup/template_names.h"
#include "markup/template_program.h"

/* A partial being compiled, and those around it. */
struct inclusion {
	const struct inclusion *outer;
	struct str name;
	struct html_at html; /* where it began */
	size_t scopes;	     /* how many there were */
	uint32_t part;
};

/* Steps and parts are collected here and copied when all is well. */
struct list {
	char *p;
	size_t n;
	size_t room;
	size_t size; /* bytes of one */
};

struct compile {
	struct arena *keep;
	struct arena *scratch;
	const struct tpl_loader *partials;
	struct tpl_report *report;
	struct list ops;
	struct list parts;
	struct buf literal; /* not yet a step */
	size_t literal_bytes;
	struct tpl_scopes scopes;
	struct html_at html;
	size_t read; /* bytes of source, against TPL_PAGE_MAX */
	int depth;   /* of partials */
	bool stop;   /* a limit is passed: going on would only cost time */
};

/* One source being read. */
struct reading {
	struct compile *c;
	struct str file;
	struct lex lex;
	const struct inclusion *within;
};

static void *
list_add(struct compile *c, struct list *l)
{
	if (l->n == l->room) {
		size_t room = l->room == 0 ? 64 : l->room * 2;
		char *p = arena_array(c->scratch, room, l->size);

		if (l->n != 0)
			memcpy(p, l->p, l->n * l->size);
		l->p = p;
		l->room = room;
	}
	return l->p + l->size * l->n++;
}

static struct tpl_op *
op_at(struct compile *c, size_t i)
{
	return (struct tpl_op *)(void *)(c->ops.p + i * sizeof(struct tpl_op));
}

static struct tpl_part *
part_at(struct compile *c, size_t i)
{
	return (struct tpl_part *)(void *)(c->parts.p +
					   i * sizeof(struct tpl_part));
}

/* The literal text so far becomes a step. */
static void
flush_literal(struct compile *c)
{
	struct str s = buf_str(&c->literal);
	struct tpl_op *op = NULL;

	if (s.n == 0)
		return;
	op = list_add(c, &c->ops);
	op->code = TPL_OP_LITERAL;
	op->literal = str_dup(c->keep, s);
	c->literal_bytes += s.n;
	c->literal.n = 0;
}

static struct tpl_op *
add_op(struct compile *c, enum tpl_code code)
{
	struct tpl_op *op = NULL;

	flush_literal(c);
	op = list_add(c, &c->ops);
	op->code = (uint8_t)code;
	return op;
}

/* The step that comes next, as the end of a section. */
static uint32_t
next_op(struct compile *c)
{
	flush_literal(c);
	return (uint32_t)c->ops.n;
}

static void
problem(const struct reading *rd, int line, const char *words)
{
	if (words != NULL)
		tpl_problem_add(rd->c->report, rd->file, line, "%s", words);
}

static void
problem_at_name(
    const struct reading *rd, const struct lex_token *t, const char *words)
{
	if (words != NULL)
		tpl_problem_add(rd->c->report, rd->file, t->line, "%.*s: %s",
		    STR_FMT(t->name), words);
}

static void
add_text(struct reading *rd, struct str text, int line)
{
	struct compile *c = rd->c;

	buf_put(&c->literal, text);
	for (size_t i = 0; i < text.n; i++) {
		/* Most of a page is text between tags: leap over it. */
		if (c->html.state == HTML_TEXT && text.p[i] != '<') {
			if (text.p[i] == '\n')
				line++;
			continue;
		}
		problem(rd, line, html_step(&c->html, text.p[i]));
		if (text.p[i] == '\n')
			line++;
	}
}

/* Fills in whose member a step is; false after a problem. */
static bool
resolve(
    const struct reading *rd, const struct lex_token *t, struct tpl_found *out)
{
	struct compile *c = rd->c;

	switch (tpl_resolve(&c->scopes, t->name, out)) {
	case TPL_RESOLVED:
		return true;
	case TPL_UNSURE:
		/* Inside a section whose own name is unknown: told once. */
		return false;
	case TPL_UNKNOWN:
		break;
	}
	tpl_problem_add(c->report, rd->file, t->line, "%s",
	    tpl_unknown_words(c->scratch, &c->scopes, t->name));
	return false;
}

static void
place(struct compile *c, struct tpl_op *op, const struct tpl_found *f)
{
	size_t *hops = NULL;

	op->kind = (uint8_t)f->field->kind;
	op->frame = (uint8_t)f->frame;
	op->field = f->field;
	op->hops_n = (uint8_t)f->hops_n;
	if (f->hops_n == 0)
		return;
	hops = ARENA_ARRAY(c->keep, f->hops_n, size_t);
	memcpy(hops, f->hops, f->hops_n * sizeof *hops);
	op->hops = hops;
}

static const char *
wrong_kind(enum tpl_kind kind, bool raw)
{
	switch (kind) {
	case TPL_KIND_HTML:
		return raw ? NULL
			   : "it is markup: write it with three braces, "
			     "{{{ }}}";
	case TPL_KIND_TEXT:
	case TPL_KIND_URL:
	case TPL_KIND_INT:
		return raw ? "it is no markup: write it with two braces, "
			     "{{ }}"
			   : NULL;
	case TPL_KIND_BOOL:
		return "it is yes or no: use it as a section, {{#…}}";
	case TPL_KIND_VIEW:
		return "it has members: name one of them, or use it as a "
		       "section, {{#…}}";
	case TPL_KIND_LIST:
		return "it is a list: use it as a section, {{#…}}";
	case TPL_KIND_END:
		break;
	}
	return NULL;
}

static enum tpl_code
code_of(enum html_use use, enum tpl_kind kind)
{
	switch (use) {
	case HTML_USE_HTML:
		return TPL_OP_HTML;
	case HTML_USE_HREF:
		return TPL_OP_HREF;
	case HTML_USE_URL:
		return TPL_OP_URL;
	case HTML_USE_SRCSET:
		return TPL_OP_SRCSET;
	case HTML_USE_TEXT:
		break;
	}
	return kind == TPL_KIND_INT ? TPL_OP_INT : TPL_OP_TEXT;
}

static void
add_value(struct reading *rd, const struct lex_token *t)
{
	struct compile *c = rd->c;
	bool raw = t->tag == LEX_RAW;
	struct tpl_found f = { 0 };
	enum html_use use = HTML_USE_TEXT;
	const char *wrong = NULL;

	if (!resolve(rd, t, &f))
		return;
	wrong = wrong_kind(f.field->kind, raw);
	if (wrong == NULL)
		wrong = html_value(&c->html, f.field->kind, raw, &use);
	if (wrong != NULL)
		problem_at_name(rd, t, wrong);
	else
		place(c, add_op(c, code_of(use, f.field->kind)), &f);
}

static void read_until_close(struct reading *rd, const struct lex_token *open);

/* The scope that a section opens for its inside; false when it opens none. */
static bool
push_scope(struct compile *c, const struct tpl_field *f)
{
	const struct tpl_field *inside = tpl_inside(f);

	if (inside == NULL)
		return false;
	c->scopes.tables[c->scopes.n++] = inside;
	return true;
}

/* A section of an unknown name: look for further problems inside it. */
static void
read_unsure(struct reading *rd, const struct lex_token *t)
{
	struct compile *c = rd->c;

	c->scopes.tables[c->scopes.n++] = NULL;
	read_until_close(rd, t);
	c->scopes.n--;
}

static void
add_section(struct reading *rd, const struct lex_token *t)
{
	struct compile *c = rd->c;
	bool inverted = t->tag == LEX_INVERTED;
	struct tpl_found f = { 0 };
	struct html_at start;
	struct tpl_op *op = NULL;
	size_t at = 0;
	uint32_t end = 0;
	bool known = false;
	bool each = false;
	bool pushed = false;

	if (c->scopes.n > TPL_DEPTH_MAX || c->scopes.open >= TPL_DEPTH_MAX) {
		problem_at_name(rd, t, "sections nest too deep");
		c->stop = true;
		return;
	}
	known = resolve(rd, t, &f);
	each = known && f.field->kind == TPL_KIND_LIST && !inverted;
	problem_at_name(rd, t, html_pause(&c->html, each));
	start = c->html;
	c->scopes.open++;
	if (!known) {
		read_unsure(rd, t);
	} else {
		at = next_op(c);
		op = add_op(c, inverted ? TPL_OP_UNLESS
			       : each	? TPL_OP_EACH
					: TPL_OP_IF);
		place(c, op, &f);
		pushed = !inverted && push_scope(c, f.field);
		if (pushed)
			op->push = (uint8_t)(c->scopes.n - 1);
		read_until_close(rd, t);
		/* First: a step added here may move all the others. */
		end = next_op(c);
		op_at(c, at)->end = end;
		c->scopes.n -= pushed;
	}
	c->scopes.open--;
	if (!c->stop)
		problem_at_name(rd, t, html_join(&c->html, &start));
}

/* Each line but the first (already there) and an empty last one. */
static struct str
indented(struct arena *a, struct str text, struct str indent)
{
	struct buf b;
	size_t at = 0;

	if (indent.n == 0)
		return text;
	buf_init(&b, a, TPL_PAGE_MAX);
	while (at < text.n && !b.over) {
		size_t end = str_find_char(text, '\n', at);

		end = end == SIZE_MAX ? text.n : end + 1;
		buf_put(&b, indent);
		buf_put(&b, str_sub(text, at, end - at));
		at = end;
	}
	/* Too long is found out by the caller's count of bytes read. */
	return b.over ? text : buf_str(&b);
}

/*
 * The same partial, already being compiled, if running it from here would
 * mean the same: same place in HTML, same innermost scope, and nothing in
 * between that could catch a name.
 */
static const struct inclusion *
find_same(const struct reading *rd, struct str name)
{
	const struct compile *c = rd->c;
	const struct inclusion *i = rd->within;

	for (; i != NULL; i = i->outer)
		if (str_eq(i->name, name) &&
		    tpl_scopes_repeat(&c->scopes, i->scopes) &&
		    html_same(&i->html, &c->html))
			return i;
	return NULL;
}

static bool
is_within(const struct reading *rd, struct str name, size_t scopes)
{
	const struct inclusion *i = rd->within;

	for (; i != NULL; i = i->outer)
		if (str_eq(i->name, name) && i->scopes == scopes)
			return true;
	return false;
}

static void read_all(struct reading *rd);

static void
read_source(struct reading *outer, const struct lex_token *t,
    const struct tpl_source *src)
{
	struct compile *c = outer->c;
	struct inclusion here = { .outer = outer->within,
		.name = t->name,
		.html = c->html,
		.scopes = c->scopes.n };
	struct reading rd = { .c = c, .file = src->file, .within = &here };
	struct tpl_part *part = list_add(c, &c->parts);
	struct str text = src->literal
			      ? src->text
			      : indented(c->scratch, src->text, t->indent);

	here.part = (uint32_t)(c->parts.n - 1);
	part->begin = next_op(c);
	part->frames = (uint8_t)c->scopes.n;
	c->read += text.n + TPL_INCLUDE_COST;
	if (c->read > TPL_PAGE_MAX) {
		problem_at_name(outer, t,
		    "with it the page includes too much: 16 MiB is the limit");
		c->stop = true;
		return;
	}
	if (src->literal) {
		add_text(&rd, text, 1);
	} else {
		lex_init(&rd.lex, text);
		c->depth++;
		read_all(&rd);
		c->depth--;
	}
	part_at(c, here.part)->end = next_op(c);
	if (!c->stop)
		problem_at_name(outer, t, html_join(&c->html, &here.html));
}

static void
add_partial(struct reading *rd, const struct lex_token *t)
{
	struct compile *c = rd->c;
	struct tpl_source src = { 0 };
	const struct inclusion *same = NULL;
	size_t before = c->report->n + c->report->more;

	problem_at_name(rd, t, html_pause(&c->html, false));
	same = find_same(rd, t->name);
	if (same != NULL) {
		struct tpl_op *op = add_op(c, TPL_OP_CALL);

		op->frame = (uint8_t)(c->scopes.n - 1);
		op->end = same->part;
		return;
	}
	if (is_within(rd, t->name, c->scopes.n)) {
		problem_at_name(rd, t,
		    "this partial includes itself without a list or view "
		    "in between: it would never end");
		return;
	}
	if (c->depth >= TPL_DEPTH_MAX) {
		problem_at_name(rd, t, "partials nest too deep");
		c->stop = true;
		return;
	}
	if (!c->partials->find(c->partials->arg, t->name, c->report, &src)) {
		if (before == c->report->n + c->report->more)
			problem_at_name(
			    rd, t, "there is no partial of this name");
		return;
	}
	read_source(rd, t, &src);
}

static void
add_tag(struct reading *rd, const struct lex_token *t)
{
	switch (t->tag) {
	case LEX_VALUE:
	case LEX_RAW:
		add_value(rd, t);
		return;
	case LEX_SECTION:
	case LEX_INVERTED:
		add_section(rd, t);
		return;
	case LEX_PARTIAL:
		add_partial(rd, t);
		return;
	case LEX_FAULT:
		problem(rd, t->line, t->wrong);
		return;
	case LEX_CLOSE:
	case LEX_NOTHING:
	case LEX_END_OF_FILE:
		return;
	}
}

/* Up to the end of a section, which must be of the same file. */
static void
read_until_close(struct reading *rd, const struct lex_token *open)
{
	struct compile *c = rd->c;
	struct lex_token t;

	while (!c->stop) {
		lex_next(&rd->lex, &t);
		add_text(rd, t.text, t.text_line);
		if (t.tag == LEX_END_OF_FILE) {
			problem_at_name(
			    rd, open, "this section is never closed");
			return;
		}
		if (t.tag != LEX_CLOSE) {
			add_tag(rd, &t);
			continue;
		}
		if (!str_eq(t.name, open->name))
			tpl_problem_add(c->report, rd->file, t.line,
			    "%.*s is closed here, but the open section is "
			    "%.*s, from line %d",
			    STR_FMT(t.name), STR_FMT(open->name), open->line);
		problem_at_name(rd, &t, html_pause(&c->html, false));
		return;
	}
}

static void
read_all(struct reading *rd)
{
	struct compile *c = rd->c;
	struct lex_token t = { .tag = LEX_NOTHING };

	while (!c->stop && t.tag != LEX_END_OF_FILE) {
		lex_next(&rd->lex, &t);
		add_text(rd, t.text, t.text_line);
		if (t.tag == LEX_CLOSE)
			problem_at_name(
			    rd, &t, "no section is open to be closed here");
		add_tag(rd, &t);
	}
	if (!c->stop && c->depth > 0)
		problem(rd, rd->lex.line, html_pause(&c->html, false));
}

static struct tpl *
finish(struct compile *c, struct str file)
{
	struct tpl *t = ARENA_NEW(c->keep, struct tpl);
	struct tpl_op *ops = NULL;
	struct tpl_part *parts = NULL;

	flush_literal(c);
	ops = ARENA_ARRAY(c->keep, c->ops.n, struct tpl_op);
	parts = ARENA_ARRAY(c->keep, c->parts.n, struct tpl_part);
	if (c->ops.n != 0)
		memcpy(ops, c->ops.p, c->ops.n * sizeof *ops);
	if (c->parts.n != 0)
		memcpy(parts, c->parts.p, c->parts.n * sizeof *parts);
	*t = (struct tpl){ .file = file,
		.ops = ops,
		.ops_n = c->ops.n,
		.parts = parts,
		.literal_bytes = c->literal_bytes };
	return t;
}

static void
end_scratch(struct arena **a)
{
	arena_free(*a);
}

enum err
tpl_compile(struct ctx *ctx, struct arena *keep, const struct tpl_source *src,
    const struct tpl_loader *partials, const struct tpl_field *fields,
    struct tpl_report *report, const struct tpl **out)
{
	CLEANUP(end_scratch) struct arena *scratch = arena_new(0);
	struct compile c = {
		.keep = keep,
		.scratch = scratch,
		.partials = partials,
		.report = report,
		.ops = { .size = sizeof(struct tpl_op) },
		.parts = { .size = sizeof(struct tpl_part) },
		.scopes = { .n = 1, .tables = { fields } },
		.read = src->text.n,
	};
	struct reading rd = { .c = &c, .file = src->file };
	size_t first = report->n;
	size_t before = report->n + report->more;

	buf_init(&c.literal, scratch, SIZE_MAX / 4);
	if (src->text.n > TPL_FILE_MAX) {
		tpl_problem_add(report, src->file, 0,
		    "the file is longer than %d bytes", TPL_FILE_MAX);
	} else {
		lex_init(&rd.lex, src->text);
		read_all(&rd);
		/* A last < alone is text. */
		if (!c.stop && c.html.state != HTML_TEXT &&
		    c.html.state != HTML_OPEN)
			tpl_problem_add(report, src->file, rd.lex.line,
			    "the page ends %s", html_where(&c.html));
	}
	if (report->n + report->more == before) {
		*out = finish(&c, src->file);
		return ERR_OK;
	}
	if (report->n == first)
		return FAIL(ctx, ERR_INVALID, "%.*s: too many problems",
		    STR_FMT(src->file));
	return FAIL(ctx, ERR_INVALID, "%.*s:%d: %.*s",
	    STR_FMT(report->problems[first].file), report->problems[first].line,
	    STR_FMT(report->problems[first].words));
}
