/* SPDX-License-Identifier: MIT */
/*
 * Strangers' bytes as a request: the lines of the input are a request line
 * and headers, as the library would hand them over; then everything that
 * reads them.  A blank line, then a form.
 */

#include <stdlib.h>
#include <string.h>

#include "http/address.h"
#include "http/head.h"
#include "http/route.h"
#include "http/send.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct route_field fields[] = {
	{ .name = "before", .kind = FIELD_CURSOR },
	{ .name = "q", .kind = FIELD_TEXT, .max = 100 },
	{ .name = "n", .kind = FIELD_INT, .min = -9, .max = 99 },
	{ .name = "sort", .kind = FIELD_ENUM, .words = "new old" },
	{ .name = "tag", .kind = FIELD_SLUG, .many = 3 },
	{ .name = "body", .kind = FIELD_PROSE, .max = 1000 },
	{ .name = "live", .kind = FIELD_BOOL },
	{ 0 },
};

static const struct route table[] = {
	{ .path = "/" },
	{ .path = "/news/{id:int}/{slug:slug}", .query = fields },
	{ .path = "/search", .query = fields },
	{ .path = "/sitemap/{month:cursor}.xml" },
	{ .path = "/static/{path:rest}" },
	{ .method = METHOD_POST, .path = "/form", .form = fields },
};

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static struct str
take_line(struct str *rest)
{
	struct str line = str_cut(*rest, '\n', rest);

	if (str_ends(line, STR("\r")))
		line.n--;
	return line;
}

static void
try_route(struct ctx *ctx, const struct request *req, struct str form)
{
	struct route_match m;
	struct route_match again;
	struct str query = { 0 };
	struct str path;

	if (route_match(ctx, table, sizeof table / sizeof table[0], req->method,
		req->path, req->query, &m) != ERR_OK)
		return;
	for (size_t i = 0; i < m.values_n; i++)
		check(
		    utf8_ok(m.values[i].text) &&
		    memchr(m.values[i].text.p, 0, m.values[i].text.n) == NULL);
	/* A key is an address of the same page, and its own key, unless its
	   escapes have made it longer than an address may be. */
	path = str_cut(m.key, '?', &query);
	if (path.n > URL_ESCAPED_MAX)
		return;
	check(url_path_ok(path));
	check(route_match(ctx, table, sizeof table / sizeof table[0],
		  req->method, path, query, &again) == ERR_OK);
	check(again.route == m.route && str_eq(again.key, m.key));
	if (m.route->form != NULL && route_form(ctx, form, &m) != ERR_OK)
		return;
}

static void
try_headers(const struct request *req)
{
	struct address a;
	struct networks trusted = { 0 };
	char date[32];
	int64_t from = 0;
	int64_t n = 0;
	int64_t at = 0;
	struct str range = request_header(req, STR("range"));

	(void)request_coding(req, true);
	check(request_accepts(req, STR("image/avif"), false) <= 1000);
	(void)request_cookie(req, STR("session"));
	(void)etag_listed(
	    request_header(req, STR("if-none-match")), STR("\"x\""));
	(void)forwarded_read(
	    &trusted, request_header(req, STR("x-forwarded-for")), &a);
	at = http_date_read(request_header(req, STR("if-modified-since")));
	if (at >= 0)
		http_date_write(at, date);
	if (byte_range_read(range, 1000, &from, &n) == RANGE_PART)
		check(from >= 0 && n > 0 && from + n <= 1000);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(0);
	struct str rest = str_make((const char *)data, size);
	struct str line = take_line(&rest);
	struct http_header headers[REQUEST_HEADERS_MAX];
	struct head head = { .headers = headers };
	struct request req = { 0 };
	struct ctx ctx;

	ctx_init(&ctx, arena, NULL);
	head.method = str_cut(line, ' ', &line);
	head.target = str_cut(line, ' ', &head.version);
	while (rest.n != 0 && head.headers_n < REQUEST_HEADERS_MAX) {
		struct http_header *h = &headers[head.headers_n];

		line = take_line(&rest);
		if (line.n == 0)
			break;
		h->name = str_cut(line, ':', &h->value);
		h->value = str_trim(h->value);
		head.headers_n++;
	}
	if (head_read(&head, &req) == 0) {
		struct str decoded;

		check(url_decode(arena, req.path, false, &decoded));
		try_route(&ctx, &req, rest);
		try_headers(&req);
	}
	arena_free(arena);
	return 0;
}
