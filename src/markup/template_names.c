/* SPDX-License-Identifier: MIT */
/* What a name in a template means. */

#include "markup/template_names.h"

enum {
	NEAR_CHANGES = 2, /* letters to change for a name to be near */
	NEAR_NAMES = 8,	  /* names told of at most */
	NEAR_LENGTH = 40, /* longer names are not compared */
};

static const struct tpl_field dot_url[2] = {
	{ .name = ".", .kind = TPL_KIND_URL },
	TPL_END,
};
static const struct tpl_field dot_int[2] = {
	{ .name = ".", .kind = TPL_KIND_INT },
	TPL_END,
};

const struct tpl_field *
tpl_inside(const struct tpl_field *f)
{
	switch (f->kind) {
	case TPL_KIND_TEXT:
		return tpl_dot_text;
	case TPL_KIND_HTML:
		return tpl_dot_html;
	case TPL_KIND_URL:
		return dot_url;
	case TPL_KIND_INT:
		return dot_int;
	case TPL_KIND_VIEW:
	case TPL_KIND_LIST:
		return f->fields;
	case TPL_KIND_BOOL:
	case TPL_KIND_END:
		break;
	}
	return NULL;
}

static const struct tpl_field *
find_field(const struct tpl_field *table, struct str name)
{
	for (; table->kind != TPL_KIND_END; table++)
		if (str_eq(str_c(table->name), name))
			return table;
	return NULL;
}

/* The first part of a name: the innermost scope that has it. */
static enum tpl_resolved
find_first(const struct tpl_scopes *s, struct str name, struct tpl_found *out)
{
	bool dot = str_eq(name, STR("."));

	for (size_t i = s->n; i-- > 0;) {
		if (s->tables[i] == NULL)
			return TPL_UNSURE;
		out->frame = i;
		out->field = find_field(s->tables[i], name);
		if (out->field != NULL)
			return TPL_RESOLVED;
		if (dot)
			break; /* the item at hand, never one further out */
	}
	return TPL_UNKNOWN;
}

enum tpl_resolved
tpl_resolve(const struct tpl_scopes *s, struct str name, struct tpl_found *out)
{
	struct str rest = { 0 };
	enum tpl_resolved found = TPL_UNKNOWN;

	*out = (struct tpl_found){ 0 };
	if (str_eq(name, STR(".")))
		return find_first(s, name, out);
	found = find_first(s, str_cut(name, '.', &rest), out);
	while (found == TPL_RESOLVED && rest.n != 0) {
		if (out->field->kind != TPL_KIND_VIEW ||
		    out->hops_n == TPL_DOTS_MAX)
			return TPL_UNKNOWN;
		out->hops[out->hops_n++] = out->field->offset;
		out->field =
		    find_field(out->field->fields, str_cut(rest, '.', &rest));
		if (out->field == NULL)
			return TPL_UNKNOWN;
	}
	return found;
}

bool
tpl_scopes_repeat(const struct tpl_scopes *s, size_t n)
{
	const struct tpl_field *kind = s->tables[n - 1];

	if (s->n <= n || kind == NULL || s->tables[s->n - 1] != kind)
		return false;
	/* A table in between that knows only "." can catch no name. */
	for (size_t i = n; i < s->n; i++) {
		const struct tpl_field *t = s->tables[i];

		if (t == NULL)
			return false;
		if (t != kind && t->kind != TPL_KIND_END &&
		    !str_eq(str_c(t->name), STR(".")))
			return false;
	}
	return true;
}

static size_t
smallest(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance. */
static size_t
distance(struct str a, struct str b)
{
	size_t row[NEAR_LENGTH + 1];

	if (a.n > NEAR_LENGTH || b.n > NEAR_LENGTH)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t same = corner + (a.p[i - 1] != b.p[j - 1]);

			corner = row[j];
			row[j] = smallest(same, row[j] + 1, row[j - 1] + 1);
		}
	}
	return row[b.n];
}

/* Adds names of a table to the sentence; near: only such. */
static void
add_names(struct buf *b, const struct tpl_field *table, struct str name,
    bool near, size_t *told)
{
	for (; table->kind != TPL_KIND_END && *told < NEAR_NAMES; table++) {
		struct str known = str_c(table->name);
		bool alike = distance(name, known) <= NEAR_CHANGES ||
			     str_starts(known, name) || str_starts(name, known);

		if (str_eq(known, STR(".")) || (near && !alike))
			continue;
		buf_put(b, *told == 0 ? STR("") : STR(", "));
		buf_put(b, known);
		(*told)++;
	}
}

/* The table in which the first unknown part of a name was looked for. */
static const struct tpl_field *
table_of_unknown(const struct tpl_scopes *s, struct str name, struct str *part)
{
	struct tpl_found f = { 0 };
	struct str rest = { 0 };
	const struct tpl_field *table = NULL;

	*part = str_cut(name, '.', &rest);
	if (find_first(s, *part, &f) != TPL_RESOLVED)
		return NULL;
	while (
	    rest.n != 0 && f.field != NULL && f.field->kind == TPL_KIND_VIEW) {
		table = f.field->fields;
		*part = str_cut(rest, '.', &rest);
		f.field = find_field(table, *part);
	}
	return table;
}

const char *
tpl_unknown_words(struct arena *a, const struct tpl_scopes *s, struct str name)
{
	struct buf b;
	struct str part = name;
	const struct tpl_field *table = NULL;
	size_t told = 0;
	size_t head = 0;

	buf_init(&b, a, 4096);
	if (str_eq(name, STR(".")))
		return "{{.}} means the item of a list or the text of a "
		       "section, and there is none here";
	table = table_of_unknown(s, name, &part);
	buf_put(&b, str_sub(name, 0, 100));
	BUF_LIT(&b, ": there is no such name here; ");
	head = b.n;
	BUF_LIT(&b, "near it are: ");
	for (size_t i = s->n; table == NULL && i-- > 0;)
		add_names(&b, s->tables[i], part, true, &told);
	if (table != NULL)
		add_names(&b, table, part, true, &told);
	if (told == 0) {
		b.n = head;
		BUF_LIT(&b, "there are: ");
		add_names(&b, table != NULL ? table : s->tables[s->n - 1], part,
		    false, &told);
	}
	if (told == 0) {
		b.n = head;
		BUF_LIT(&b, "nothing can be named here");
	}
	return str_cstr(a, buf_str(&b));
}
