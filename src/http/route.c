/* SPDX-License-Identifier: MIT */
/* Addresses to handlers, parameters to checked values. */

#include "http/route.h"

#include <assert.h>
#include <limits.h>

/* A match under construction. */
struct matching {
	struct ctx *ctx;
	struct route_value *values;
	size_t n;
};

static bool
is_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	/* One spelling for each number, since addresses are keys. */
	return s.n != 0 && (s.n == 1 || s.p[0] != '0');
}

static bool
is_slug_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       (unsigned char)c >= 0x80;
}

static bool
is_cursor_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

static bool
all_chars(struct str s, bool (*is)(char c), size_t max)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is(s.p[i]))
			return false;
	return s.n != 0 && s.n <= max;
}

static bool
check_int(const struct route_field *f, struct str s, int64_t *num)
{
	int64_t max = f->min == 0 && f->max == 0 ? INT64_MAX : f->max;
	struct str digits = s;

	if (s.n != 0 && s.p[0] == '-' && f->min < 0)
		digits = str_from(s, 1);
	return is_digits(digits) && str_int(s, num) && *num >= f->min &&
	       *num <= max;
}

static bool
check_enum(const struct route_field *f, struct str s, int64_t *num)
{
	struct str rest = str_c(f->words);
	int64_t at = 0;

	for (; rest.n != 0; at++) {
		if (str_eq(str_cut(rest, ' ', &rest), s)) {
			*num = at;
			return true;
		}
	}
	return false;
}

static bool
check_bool(struct str s, int64_t *num)
{
	if (s.n == 0 || str_eq(s, STR("0")))
		*num = 0;
	else if (str_eq(s, STR("1")) || str_eq(s, STR("on")) ||
		 str_eq(s, STR("true")))
		*num = 1;
	else
		return false;
	return true;
}

/* Forms send CR LF for a newline; here it is one character. */
static struct str
join_newlines(struct arena *a, struct str s)
{
	char *p = NULL;
	size_t n = 0;

	if (str_find_char(s, '\r', 0) == SIZE_MAX)
		return s;
	p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\r')
			p[n++] = s.p[i];
		else if (i + 1 == s.n || s.p[i + 1] != '\n')
			p[n++] = '\n';
	}
	return str_make(p, n);
}

static bool
check_text(const struct route_field *f, struct arena *a, struct str *s)
{
	size_t max = f->max > 0 ? (size_t)f->max : ROUTE_TEXT_MAX;

	if (f->kind == FIELD_PROSE) {
		*s = join_newlines(a, *s);
		return s->n <= max && utf8_printable(*s);
	}
	return s->n <= max && utf8_is_line(*s);
}

/* Nothing of it is refused: who searches has made no mistake. */
static struct str
make_text(struct arena *a, struct str s, size_t max)
{
	char *p = arena_alloc(a, s.n + 1);
	struct str out = { p, s.n };
	size_t at = 0;
	size_t bad = 0;

	memcpy(p, s.p != NULL ? s.p : "", s.n);
	while ((bad = utf8_bad(str_from(out, at))) != SIZE_MAX) {
		at += bad;
		p[at++] = ' ';
	}
	for (at = 0; at < out.n;) {
		size_t from = at;
		uint32_t c = utf8_next(out, &at);

		if (c < ' ' || (c >= 0x7f && c < 0xa0))
			memset(p + from, ' ', at - from);
	}
	if (out.n > max)
		out.n = utf8_whole(str_sub(out, 0, max));
	return str_trim(out);
}

/* May that field hold s?  Then *num is its number and *s its spelling. */
static bool
field_check(
    const struct route_field *f, struct arena *a, struct str *s, int64_t *num)
{
	*num = 0;
	switch (f->kind) {
	case FIELD_END:
		break;
	case FIELD_INT:
		return check_int(f, *s, num);
	case FIELD_SLUG:
		return all_chars(*s, is_slug_char, ROUTE_SLUG_MAX);
	case FIELD_CURSOR:
		return all_chars(*s, is_cursor_char, ROUTE_CURSOR_MAX);
	case FIELD_TEXT:
	case FIELD_PROSE:
		return check_text(f, a, s);
	case FIELD_SEARCH:
		*s = make_text(
		    a, *s, f->max > 0 ? (size_t)f->max : ROUTE_TEXT_MAX);
		return true;
	case FIELD_ENUM:
		return check_enum(f, *s, num);
	case FIELD_BOOL:
		return check_bool(*s, num);
	}
	return false;
}

static void
value_put(struct matching *m, const char *name, struct str text, int64_t num)
{
	assert(m->n < ROUTE_FIELDS_MAX);
	m->values[m->n++] = (struct route_value){
		.name = name,
		.text = text,
		.num = num,
	};
}

/* The kind named in "{id:int}"; is_rest for "{name:rest}". */
static enum field_kind
kind_read(struct str word, bool *is_rest)
{
	*is_rest = str_eq(word, STR("rest"));
	if (str_eq(word, STR("int")))
		return FIELD_INT;
	if (str_eq(word, STR("slug")))
		return FIELD_SLUG;
	if (str_eq(word, STR("cursor")))
		return FIELD_CURSOR;
	assert(word.n == 0 || *is_rest || str_eq(word, STR("text")));
	return FIELD_TEXT;
}

/* "before{name:kind}after" taken apart; false for a literal. */
struct piece {
	struct str before, name, after;
	enum field_kind kind;
	bool is_rest;
};

static bool
piece_read(struct str pattern, struct piece *out)
{
	size_t open = str_find_char(pattern, '{', 0);
	size_t close = str_find_char(pattern, '}', 0);
	struct str kind = { 0 };

	if (open == SIZE_MAX)
		return false;
	assert(close != SIZE_MAX && close > open);
	out->before = str_sub(pattern, 0, open);
	out->after = str_from(pattern, close + 1);
	out->name =
	    str_cut(str_sub(pattern, open + 1, close - open - 1), ':', &kind);
	out->kind = kind_read(kind, &out->is_rest);
	return true;
}

static bool
segment_match(struct matching *m, struct str pattern, struct str raw)
{
	struct piece piece;
	struct route_field field = { 0 };
	struct str s = { 0 };
	int64_t num = 0;

	if (!url_decode(m->ctx->arena, raw, false, &s))
		return false;
	if (!piece_read(pattern, &piece))
		return str_eq(pattern, s);
	if (s.n <= piece.before.n + piece.after.n ||
	    !str_starts(s, piece.before) || !str_ends(s, piece.after))
		return false;
	s = str_sub(s, piece.before.n, s.n - piece.before.n - piece.after.n);
	field.kind = piece.kind;
	/* An escaped slash would be none of the address's own. */
	if (str_find_char(s, '/', 0) != SIZE_MAX ||
	    !field_check(&field, m->ctx->arena, &s, &num))
		return false;
	value_put(m, str_cstr(m->ctx->arena, piece.name), s, num);
	return true;
}

static bool
rest_match(struct matching *m, const struct piece *piece, struct str raw)
{
	struct str s = { 0 };

	if (raw.n == 0 || !url_decode(m->ctx->arena, raw, false, &s) ||
	    !utf8_is_line(s))
		return false;
	value_put(m, str_cstr(m->ctx->arena, piece->name), s, 0);
	return true;
}

/* Both begin with '/'.  Values found before a mismatch are dropped. */
static bool
path_match(struct matching *m, struct str pattern, struct str path)
{
	m->n = 0;
	if (pattern.n == 0 || path.n == 0 || path.p[0] != '/')
		return false;
	pattern = str_from(pattern, 1);
	path = str_from(path, 1);
	for (;;) {
		/* An empty rest and a closing slash are not the same. */
		bool more_pattern = str_find_char(pattern, '/', 0) != SIZE_MAX;
		bool more_path = str_find_char(path, '/', 0) != SIZE_MAX;
		struct str next = str_cut(pattern, '/', &pattern);
		struct piece piece;

		if (piece_read(next, &piece) && piece.is_rest)
			return rest_match(m, &piece, path);
		if (!segment_match(m, next, str_cut(path, '/', &path)))
			return false;
		if (!more_pattern || !more_path)
			return more_pattern == more_path;
	}
}

static const struct route_field *
field_named(const struct route_field *fields, struct str name)
{
	for (const struct route_field *f = fields;
	     f != NULL && f->kind != FIELD_END; f++)
		if (str_eq(str_c(f->name), name))
			return f;
	return NULL;
}

static size_t
count_named(const struct matching *m, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += m->values[i].name == name;
	return n;
}

static bool
field_decode(const struct route_field *f, struct arena *a, struct str raw,
    struct str *out)
{
	if (f->kind != FIELD_SEARCH)
		return url_decode(a, raw, true, out);
	*out = url_decode_bytes(a, raw);
	return true;
}

/* One name=value; undeclared ones are not even looked at. */
static enum err
pair_read(struct matching *m, const struct route_field *fields, struct str pair)
{
	struct str raw = { 0 };
	struct str name = { 0 };
	struct str text = { 0 };
	int64_t num = 0;
	const struct route_field *f = NULL;
	size_t had = 0;

	if (!url_decode(m->ctx->arena, str_cut(pair, '=', &raw), true, &name))
		return ERR_OK;
	f = field_named(fields, name);
	if (f == NULL)
		return ERR_OK;
	had = count_named(m, f->name);
	if (had >= (f->many != 0 ? f->many : 1)) {
		if (f->many == 0)
			return ERR_OK;
		return FAIL(m->ctx, ERR_LIMIT,
		    "\"%s\" is given more than %u times", f->name, f->many);
	}
	if (!field_decode(f, m->ctx->arena, raw, &text) ||
	    !field_check(f, m->ctx->arena, &text, &num))
		return FAIL(m->ctx, ERR_INVALID,
		    "the value of \"%s\" cannot be taken", f->name);
	if (m->n >= ROUTE_FIELDS_MAX)
		return FAIL(m->ctx, ERR_LIMIT, "too many parameters");
	value_put(m, f->name, text, num);
	return ERR_OK;
}

static enum err
pairs_read(
    struct matching *m, const struct route_field *fields, struct str encoded)
{
	if (fields == NULL)
		return ERR_OK;
	while (encoded.n != 0) {
		struct str pair = str_cut(encoded, '&', &encoded);

		if (pair.n != 0)
			TRY(pair_read(m, fields, pair));
	}
	for (const struct route_field *f = fields; f->kind != FIELD_END; f++)
		if (f->needed && count_named(m, f->name) == 0)
			return FAIL(
			    m->ctx, ERR_INVALID, "\"%s\" is missing", f->name);
	return ERR_OK;
}

/* Every segment decoded and escaped again, in one way. */
static void
key_path(struct ctx *ctx, struct buf *b, struct str path)
{
	bool plain = true;

	for (size_t i = 0; i < path.n && plain; i++)
		plain = is_cursor_char(path.p[i]) || path.p[i] == '/';
	if (plain) {
		buf_put(b, path);
		return;
	}
	path = str_from(path, 1);
	for (;;) {
		bool more = str_find_char(path, '/', 0) != SIZE_MAX;
		struct str s = { 0 };

		if (url_decode(
			ctx->arena, str_cut(path, '/', &path), false, &s)) {
			buf_char(b, '/');
			escape_url(b, s);
		}
		if (!more)
			return;
	}
}

static struct str
key_make(const struct matching *m, const struct route *route, struct str path)
{
	struct buf b;
	char sep = '?';

	buf_init(&b, m->ctx->arena, SIZE_MAX / 4);
	key_path(m->ctx, &b, path);
	for (const struct route_field *f = route->query;
	     f != NULL && f->kind != FIELD_END; f++) {
		for (size_t i = 0; i < m->n; i++) {
			if (m->values[i].name != f->name)
				continue;
			buf_char(&b, sep);
			escape_url(&b, str_c(f->name));
			buf_char(&b, '=');
			escape_url(&b, m->values[i].text);
			sep = '&';
		}
	}
	return buf_str(&b);
}

/* Does that row take the method? */
static bool
method_fits(const struct route *r, enum method method)
{
	return r->method == method ||
	       (r->method == METHOD_GET && method == METHOD_HEAD);
}

/* "GET, HEAD, POST" of the rows marked. */
static struct str
allow_make(struct arena *a, unsigned methods)
{
	struct buf b;

	buf_init(&b, a, 128);
	if (methods & 1U << METHOD_GET)
		methods |= 1U << METHOD_HEAD;
	for (enum method m = METHOD_GET; m < METHOD_OTHER; m++) {
		if (!(methods & 1U << m))
			continue;
		if (b.n != 0)
			BUF_LIT(&b, ", ");
		buf_put(&b, method_name(m));
	}
	return buf_str(&b);
}

enum err
route_match(struct ctx *ctx, const struct route *table, size_t n,
    enum method method, struct str path, struct str query,
    struct route_match *out)
{
	struct matching m = { .ctx = ctx };
	unsigned methods = 0;

	m.values =
	    ARENA_ARRAY(ctx->arena, ROUTE_FIELDS_MAX, struct route_value);
	for (size_t i = 0; i < n; i++) {
		const struct route *r = &table[i];

		if (!path_match(&m, str_c(r->path), path))
			continue;
		if (!method_fits(r, method)) {
			methods |= 1U << r->method;
			continue;
		}
		TRY(pairs_read(&m, r->query, query));
		*out = (struct route_match){
			.route = r,
			.values = m.values,
			.values_n = m.n,
			.key = key_make(&m, r, path),
		};
		return ERR_OK;
	}
	if (methods == 0)
		return FAIL(ctx, ERR_NOTFOUND, "there is no such page");
	*out = (struct route_match){ .allow = allow_make(ctx->arena, methods) };
	return FAIL(ctx, ERR_CONFLICT, "this address takes %.*s only",
	    STR_FMT(out->allow));
}

enum err
route_form(struct ctx *ctx, struct str body, struct route_match *match)
{
	struct matching m = {
		.ctx = ctx,
		.values = match->values,
		.n = match->values_n,
	};

	TRY(pairs_read(&m, match->route->form, body));
	match->values_n = m.n;
	return ERR_OK;
}

const struct route_value *
route_value(const struct route_match *m, const char *name, size_t at)
{
	for (size_t i = 0; i < m->values_n; i++)
		if (strcmp(m->values[i].name, name) == 0 && at-- == 0)
			return &m->values[i];
	return NULL;
}

struct str
route_text(const struct route_match *m, const char *name)
{
	const struct route_value *v = route_value(m, name, 0);

	return v != NULL ? v->text : (struct str){ 0 };
}

int64_t
route_int(const struct route_match *m, const char *name, int64_t fallback)
{
	const struct route_value *v = route_value(m, name, 0);

	return v != NULL ? v->num : fallback;
}
