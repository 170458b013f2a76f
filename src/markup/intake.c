/* SPDX-License-Identifier: MIT */
/* What becomes of an element. */

#include "markup/intake.h"

enum { NAME_MAX_SHOWN = 40 };

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
count_gone(struct intake *in, bool attribute, struct str name)
{
	struct sanitise_report *r = in->report;
	struct str shown = shown_name(in->arena, attribute, name);

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
	r->gone[r->n].name = str_dup(in->ctx->arena, shown);
	r->gone[r->n++].count = 1;
}

void
intake_gone(struct intake *in, const struct given_element *g)
{
	count_gone(in, false, g->name);
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

static const struct given *
find_given(const struct given_element *g, const char *name)
{
	for (size_t i = 0; i < g->attrs_n; i++)
		if (str_eq_nocase(g->attrs[i].name, str_c(name)))
			return &g->attrs[i];
	return NULL;
}

/* Is this attribute among those that were kept? */
static bool
is_kept(const struct element *e, struct body_attrs kept, struct str name)
{
	for (unsigned i = 0; i < ATTR_N; i++)
		if (allow_has(e, (enum attr)i) &&
		    str_eq_nocase(name, str_c(allow_attr_name((enum attr)i))))
			return (kept.has & 1U << i) != 0;
	/* Ours on every img, see take_img(). */
	return e->role == ROLE_IMG && str_eq_nocase(name, STR("loading"));
}

/* The attributes that may stay, in order. */
static struct body_attrs
take_attrs(
    struct intake *in, const struct element *e, const struct given_element *g)
{
	struct body_attrs out = { 0 };
	struct buf b;

	buf_init(&b, in->arena, SANITISE_MAX);
	for (unsigned i = 0; i < ATTR_N && (g->attrs_n > 0 || i == 0); i++) {
		const char *name = allow_attr_name((enum attr)i);
		const struct given *at = NULL;
		struct str value = { 0 };

		if (!allow_has(e, (enum attr)i))
			continue;
		at = find_given(g, name);
		/* Else screen readers would read the address out. */
		if (at == NULL && i == ATTR_ALT)
			BUF_LIT(&b, " alt=\"\"");
		if (at == NULL ||
		    !allow_value(in->arena, e, (enum attr)i, at->value, &value))
			continue;
		out.has |= 1U << i;
		if (i == ATTR_ID)
			out.id = value;
		else
			put_attr(&b, name, value);
	}
	out.rest = buf_str(&b);
	for (size_t i = 0; i < g->attrs_n; i++)
		if (!is_kept(e, out, g->attrs[i].name))
			count_gone(in, true, g->attrs[i].name);
	return out;
}

static bool
has(struct body_attrs attrs, enum attr attr)
{
	return (attrs.has & 1U << attr) != 0;
}

static void
take_img(
    struct intake *in, const struct element *e, const struct given_element *g)
{
	struct body_attrs attrs = { 0 };
	struct buf b;

	if (!in->rules->images) {
		intake_gone(in, g);
		return;
	}
	attrs = take_attrs(in, e, g);
	if (!has(attrs, ATTR_SRC)) {
		intake_gone(in, g);
		return;
	}
	buf_init(&b, in->arena, SANITISE_MAX);
	buf_put(&b, attrs.rest);
	BUF_LIT(&b, " loading=\"lazy\"");
	attrs.rest = buf_str(&b);
	body_img(in->body, &attrs);
}

/* Without these an inline element says nothing. */
static bool
lacks_its_point(struct str name, struct body_attrs attrs)
{
	if (str_eq(name, STR("span")))
		return attrs.rest.n == 0;
	if (str_eq(name, STR("bdo")))
		return !has(attrs, ATTR_DIR);
	return str_eq(name, STR("a")) && !has(attrs, ATTR_HREF);
}

struct taken
intake_start(struct intake *in, const struct given_element *g)
{
	const struct element *e = allow_element(g->tag);
	struct taken t = { .role = e->role };
	struct body_attrs attrs = { 0 };

	switch (e->role) {
	case ROLE_UNWRAP:
	case ROLE_DROP:
		intake_gone(in, g);
		break;
	case ROLE_INLINE:
		attrs = take_attrs(in, e, g);
		if (lacks_its_point(str_c(e->name), attrs) ||
		    !body_inline(in->body, e, &attrs)) {
			intake_gone(in, g);
			t.role = ROLE_UNWRAP;
		}
		break;
	case ROLE_IMG:
		take_img(in, e, g);
		break;
	case ROLE_BR:
		body_br(in->body);
		break;
	case ROLE_HR:
		body_hr(in->body);
		break;
	case ROLE_BREAK:
		intake_gone(in, g);
		t.mark = body_break(in->body);
		break;
	case ROLE_BLOCK:
		attrs = take_attrs(in, e, g);
		t.mark = body_block(in->body, e, &attrs);
		break;
	}
	return t;
}

void
intake_end(struct intake *in, struct taken t)
{
	if (t.role == ROLE_INLINE)
		body_inline_end(in->body);
	else if (t.role == ROLE_BLOCK || t.role == ROLE_BREAK)
		body_block_end(in->body, t.mark);
}
