/* SPDX-License-Identifier: MIT */
/* Rendering a compiled template. */

#include "markup/template.h"

#include <assert.h>

#include "markup/template_program.h"

const struct tpl_field tpl_dot_text[2] = {
	{ .name = ".", .kind = TPL_KIND_TEXT },
	TPL_END,
};
const struct tpl_field tpl_dot_html[2] = {
	{ .name = ".", .kind = TPL_KIND_HTML },
	TPL_END,
};

/* What a page gets at first, beyond its literal text: most need no more. */
enum { FIRST_ROOM = 32 * 1024 };

struct render {
	const struct tpl *tpl;
	struct buf out;
	const void *frames[TPL_DEPTH_MAX + 1];
	int inside; /* partials inside themselves */
	bool too_deep;
};

/* The scheme before a colon, if there is one; p is NULL if there is none. */
static struct str
url_scheme(struct str url)
{
	for (size_t i = 0; i < url.n; i++) {
		char c = url.p[i];

		if (c == ':')
			return str_sub(url, 0, i);
		if (c == '/' || c == '?' || c == '#')
			break;
	}
	return (struct str){ 0 };
}

bool
tpl_url_is_safe(struct str url)
{
	static const struct str allowed[] = { STR_INIT("https"),
		STR_INIT("http"), STR_INIT("mailto"), STR_INIT("tel") };
	struct str scheme = url_scheme(url);

	/* Browsers drop controls inside a URL, and spaces before it. */
	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] < ' ' || url.p[i] == 0x7f)
			return false;
	if (url.n > 0 && url.p[0] == ' ')
		return false;
	if (scheme.p == NULL)
		return true;
	for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
		if (str_eq_nocase(scheme, allowed[i]))
			return true;
	return false;
}

static void
put_url(struct render *r, const struct tpl_op *op, struct str url)
{
	size_t start = 0;

	if (!tpl_url_is_safe(url)) {
		if (op->code == TPL_OP_HREF)
			buf_char(&r->out, '#');
		return;
	}
	for (size_t i = 0; op->code == TPL_OP_SRCSET && i < url.n; i++) {
		if (url.p[i] != ' ' && url.p[i] != ',')
			continue;
		escape_html(&r->out, str_sub(url, start, i - start));
		buf_put(&r->out, url.p[i] == ' ' ? STR("%20") : STR("%2C"));
		start = i + 1;
	}
	escape_html(&r->out, str_from(url, start));
}

/* The member that a step is about; NULL when a view before it is missing. */
static const void *
locate(const struct render *r, const struct tpl_op *op)
{
	const char *p = r->frames[op->frame];

	for (size_t i = 0; i < op->hops_n; i++) {
		p = *(const char *const *)(const void *)(p + op->hops[i]);
		if (p == NULL)
			return NULL;
	}
	return p + op->field->offset;
}

static struct str
text_at(const void *at)
{
	return at != NULL ? *(const struct str *)at : (struct str){ 0 };
}

static void
put_value(struct render *r, const struct tpl_op *op)
{
	const void *at = locate(r, op);

	switch ((enum tpl_code)op->code) {
	case TPL_OP_TEXT:
		escape_html(&r->out, text_at(at));
		return;
	case TPL_OP_HTML:
		if (at != NULL)
			buf_put(&r->out, ((const struct html *)at)->s);
		return;
	case TPL_OP_INT:
		if (at != NULL)
			buf_int(&r->out, *(const int64_t *)at);
		return;
	case TPL_OP_HREF:
	case TPL_OP_URL:
	case TPL_OP_SRCSET:
		put_url(r, op, text_at(at));
		return;
	case TPL_OP_LITERAL:
	case TPL_OP_IF:
	case TPL_OP_UNLESS:
	case TPL_OP_EACH:
	case TPL_OP_CALL:
		break;
	}
	assert(false); /* not a step that writes a value */
}

/* How many items a list has, and where they are. */
static size_t
items_at(const struct tpl_op *op, const char *at, const char **items)
{
	const char *base = at - op->field->offset;

	*items = *(const char *const *)(const void *)at;
	return *(const size_t *)(const void *)(base + op->field->count);
}

static bool
is_true(const struct tpl_op *op, const void *at)
{
	const char *items = NULL;

	if (at == NULL)
		return false;
	switch ((enum tpl_kind)op->kind) {
	case TPL_KIND_TEXT:
	case TPL_KIND_URL:
		return ((const struct str *)at)->n != 0;
	case TPL_KIND_HTML:
		return ((const struct html *)at)->s.n != 0;
	case TPL_KIND_INT:
		return *(const int64_t *)at != 0;
	case TPL_KIND_BOOL:
		return *(const bool *)at;
	case TPL_KIND_VIEW:
		return *(const void *const *)at != NULL;
	case TPL_KIND_LIST:
		return items_at(op, at, &items) != 0;
	case TPL_KIND_END:
		break;
	}
	return false;
}

/* Where to go on: behind the section, or in it with its frame set. */
static size_t
enter_if(struct render *r, const struct tpl_op *op, size_t pc)
{
	const void *at = locate(r, op);

	if (is_true(op, at) != (op->code == TPL_OP_IF))
		return op->end;
	if (op->push != 0)
		r->frames[op->push] =
		    op->kind == TPL_KIND_VIEW ? *(const void *const *)at : at;
	return pc + 1;
}

static void run(struct render *r, size_t pc, size_t end);

static void
run_each(struct render *r, const struct tpl_op *op, size_t pc)
{
	const char *at = locate(r, op);
	const char *items = NULL;
	size_t n = at != NULL ? items_at(op, at, &items) : 0;

	/* Once over the ceiling, nothing more can be seen: stop. */
	for (size_t i = 0; i < n && !r->out.over && !r->too_deep; i++) {
		r->frames[op->push] = items + i * op->field->stride;
		run(r, pc + 1, op->end);
	}
}

/*
 * A partial inside itself: run it on the frames of its first inclusion,
 * with the innermost frame of here in place of the innermost of there.
 * They are of one kind, and the compiler saw that names mean the same.
 */
static void
run_call(struct render *r, const struct tpl_op *op)
{
	const struct tpl_part *part = &r->tpl->parts[op->end];
	const void *kept[TPL_DEPTH_MAX + 1];

	if (r->inside >= TPL_RECURSION_MAX) {
		r->too_deep = true;
		return;
	}
	r->inside++;
	memcpy(kept, r->frames, sizeof kept);
	r->frames[part->frames - 1] = r->frames[op->frame];
	run(r, part->begin, part->end);
	memcpy(r->frames, kept, sizeof kept);
	r->inside--;
}

static void
run(struct render *r, size_t pc, size_t end)
{
	while (pc < end) {
		const struct tpl_op *op = &r->tpl->ops[pc];

		switch ((enum tpl_code)op->code) {
		case TPL_OP_LITERAL:
			buf_put(&r->out, op->literal);
			pc++;
			break;
		case TPL_OP_TEXT:
		case TPL_OP_HTML:
		case TPL_OP_INT:
		case TPL_OP_HREF:
		case TPL_OP_URL:
		case TPL_OP_SRCSET:
			put_value(r, op);
			pc++;
			break;
		case TPL_OP_IF:
		case TPL_OP_UNLESS:
			pc = enter_if(r, op, pc);
			break;
		case TPL_OP_EACH:
			run_each(r, op, pc);
			pc = op->end;
			break;
		case TPL_OP_CALL:
			run_call(r, op);
			pc++;
			break;
		}
	}
}

enum err
tpl_render(
    struct ctx *ctx, const struct tpl *t, const void *view, struct html *out)
{
	struct render r = { .tpl = t };
	struct str s = { 0 };

	assert(view != NULL);
	buf_init(&r.out, ctx->arena, TPL_OUTPUT_MAX);
	buf_reserve(&r.out, t->literal_bytes + FIRST_ROOM);
	r.frames[0] = view;
	run(&r, 0, t->ops_n);
	if (r.too_deep)
		return FAIL(ctx, ERR_LIMIT,
		    "%.*s: a partial is inside itself more than %d times",
		    STR_FMT(t->file), TPL_RECURSION_MAX);
	TRY(buf_done(ctx, &r.out, &s));
	*out = (struct html){ s };
	return ERR_OK;
}
