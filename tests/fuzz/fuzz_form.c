/* SPDX-License-Identifier: MIT */
/*
 * Escapes, cookies, query strings and forms of any bytes, without a request
 * round them.
 */

#include <stdlib.h>

#include "http/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct route_field fields[] = {
	{ .name = "q", .kind = FIELD_SEARCH, .max = 60 },
	{ .name = "name", .kind = FIELD_TEXT, .max = 40 },
	{ .name = "n", .kind = FIELD_INT, .min = -9, .max = 99 },
	{ .name = "sort", .kind = FIELD_ENUM, .words = "new old" },
	{ .name = "tag", .kind = FIELD_SLUG, .many = 3 },
	{ .name = "live", .kind = FIELD_BOOL },
	{ .name = "before", .kind = FIELD_CURSOR },
	{ .name = "body", .kind = FIELD_PROSE, .max = 1000 },
	{ 0 },
};

static const struct route table[] = {
	{ .path = "/", .query = fields },
	{ .method = METHOD_POST, .path = "/form", .form = fields },
};

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static void
check_values(const struct route_match *m)
{
	for (size_t i = 0; i < m->values_n; i++) {
		struct str t = m->values[i].text;

		check(utf8_ok(t) && memchr(t.p, 0, t.n) == NULL);
	}
	check(route_text(m, "q").n <= 60 && route_text(m, "name").n <= 40);
	check(route_int(m, "n", 0) >= -9 && route_int(m, "n", 0) <= 99);
	check(route_value(m, "tag", 3) == NULL);
	check(route_value(m, "q", 1) == NULL);
}

static void
try_escapes(struct arena *a, struct str in)
{
	struct str out = { 0 };
	struct str back = { 0 };
	struct buf b;

	if (url_decode(a, in, true, &out))
		check(utf8_ok(out) && out.n <= in.n);
	check(url_decode_bytes(a, in).n <= in.n);
	if (!utf8_ok(in) || memchr(in.p, 0, in.n) != NULL)
		return;
	/* What we escape is read as it was, in a path and in a form. */
	buf_init(&b, a, 3 * in.n + 1);
	escape_url(&b, in);
	out = buf_str(&b);
	check(url_decode(a, out, false, &back) && str_eq(back, in));
	check(url_decode(a, out, true, &back) && str_eq(back, in));
	/* Dots may be a segment that leads up. */
	if (memchr(in.p, '.', in.n) == NULL && out.n < 4000)
		check(url_path_ok(STR_CAT(a, STR("/"), out)));
}

static void
try_cookie(struct str in)
{
	struct http_header h = { .name = STR("cookie"), .value = in };
	struct request req = { .headers = &h, .headers_n = 1 };
	struct str v = request_cookie(&req, STR("session"));

	check(v.n == 0 || (v.p >= in.p && v.p + v.n <= in.p + in.n));
	check(memchr(v.p != NULL ? v.p : "", ';', v.n) == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new(0);
	struct str in = str_make((const char *)data, n);
	struct route_match m;
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	if (n > 0)
		try_escapes(a, in);
	try_cookie(in);
	if (route_match(&ctx, table, 2, METHOD_GET, STR("/"), in, &m) == ERR_OK)
		check_values(&m);
	check(route_match(&ctx, table, 2, METHOD_POST, STR("/form"), STR(""),
		  &m) == ERR_OK);
	if (route_form(&ctx, in, &m) == ERR_OK)
		check_values(&m);
	else
		check(utf8_ok(str_c(ctx_why(&ctx))));
	arena_free(a);
	return 0;
}
