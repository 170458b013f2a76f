/* SPDX-License-Identifier: MIT */
/* http/request.h, and the room's own heads, addresses and conditions. */

#include "unit/unit.h"

#include <netinet/in.h>

#include "http/address.h"
#include "http/head.h"
#include "http/http.h"
#include "http/send.h"

static struct arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = arena_new(0);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void
assert_str(struct str got, const char *want)
{
	assert_int_equal(got.n, strlen(want));
	if (got.n != 0)
		assert_memory_equal(got.p, want, got.n);
}

/* A request with one header. */
static struct request
with(const char *name, const char *value)
{
	struct http_header *h = ARENA_NEW(arena, struct http_header);

	h->name = str_c(name);
	h->value = str_c(value);
	return (struct request){ .headers = h, .headers_n = 1 };
}

static void
test_url_decode__keeps_meaning_and_refuses_breakage(void **state)
{
	struct str out;

	(void)state;
	assert_true(url_decode(arena, STR("a%2Fb+c"), false, &out));
	assert_str(out, "a/b+c");
	assert_true(url_decode(arena, STR("a+b%20c"), true, &out));
	assert_str(out, "a b c");
	assert_true(url_decode(arena, STR("%d8%b3"), false, &out));
	assert_str(out, "\xd8\xb3");
	assert_true(url_decode(arena, STR(""), false, &out));
	assert_false(url_decode(arena, STR("%"), false, &out));
	assert_false(url_decode(arena, STR("%1"), false, &out));
	assert_false(url_decode(arena, STR("%zz"), false, &out));
	assert_false(url_decode(arena, STR("a%00"), false, &out));
	assert_false(url_decode(arena, STR("%ff"), false, &out));
	assert_false(url_decode(arena, STR("%c0%af"), false, &out));
	assert_false(url_decode(arena, STR("%ed%a0%80"), false, &out));
}

static void
test_url_path_ok__takes_only_whole_absolute_paths(void **state)
{
	static const char *const good[] = { "/", "/news/7/rain", "/a%20b",
		"/%D8%B3", "/a.b", "/...", "/a//b" };
	static const char *const bad[] = { "", "a", "/a b", "/a\x7f", "/%",
		"/%0", "/%00", "/%ff", "/../x", "/a/..", "/%2e%2E/x", "/./",
		"/a#b", "/\xd8\xb3", "/a?b" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		assert_true(url_path_ok(str_c(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(url_path_ok(str_c(bad[i])));
}

static void
test_request_header__ignores_case(void **state)
{
	struct request req = with("X-Thing", "one");

	(void)state;
	assert_str(request_header(&req, STR("x-thing")), "one");
	assert_int_equal(request_header(&req, STR("x-thin")).n, 0);
}

static void
test_request_cookie__finds_one_of_several(void **state)
{
	struct request req = with("Cookie", "a=1; session=xyz; b=");

	(void)state;
	assert_str(request_cookie(&req, STR("session")), "xyz");
	assert_int_equal(request_cookie(&req, STR("b")).n, 0);
	assert_int_equal(request_cookie(&req, STR("ession")).n, 0);
}

static enum coding
coding_of(const char *accept)
{
	struct request req = with("accept-encoding", accept);

	return request_coding(&req, true);
}

static void
test_request_coding__weighs_what_is_accepted(void **state)
{
	(void)state;
	assert_int_equal(coding_of("gzip, deflate, br"), CODING_BROTLI);
	assert_int_equal(coding_of("gzip"), CODING_GZIP);
	assert_int_equal(coding_of("GZIP;q=1.0, br;q=0.5"), CODING_GZIP);
	assert_int_equal(coding_of("br;q=0, gzip;q=0"), CODING_IDENTITY);
	assert_int_equal(coding_of("*"), CODING_BROTLI);
	assert_int_equal(coding_of("*;q=0"), CODING_IDENTITY);
	assert_int_equal(coding_of("br;q=0, *"), CODING_GZIP);
	assert_int_equal(coding_of("br;q=2, gzip;q=0.1"), CODING_GZIP);
	assert_int_equal(coding_of("brotli, gzipped"), CODING_IDENTITY);
	assert_int_equal(coding_of(""), CODING_IDENTITY);
	assert_int_equal(coding_of(" , ;,gzip ; q=0.001"), CODING_GZIP);
}

static void
test_request_coding__offers_gzip_where_brotli_was_not_made(void **state)
{
	struct request req = with("accept-encoding", "br, gzip;q=0.1");

	(void)state;
	assert_int_equal(request_coding(&req, false), CODING_GZIP);
}

static void
test_request_accepts__prefers_the_exact(void **state)
{
	struct request req = with(
	    "accept", "image/avif,image/webp;q=0.8,image/*;q=0.5,*/*;q=0.1");

	(void)state;
	assert_int_equal(request_accepts(&req, STR("image/avif"), true), 1000);
	assert_int_equal(request_accepts(&req, STR("image/webp"), true), 800);
	assert_int_equal(request_accepts(&req, STR("image/png"), true), 0);
	assert_int_equal(request_accepts(&req, STR("image/png"), false), 500);
	assert_int_equal(request_accepts(&req, STR("text/html"), false), 100);
}

static int
head_of(const char *method, const char *target, const char *version,
    const struct http_header *headers, size_t n, struct request *req)
{
	const struct head head = {
		.method = str_c(method),
		.target = str_c(target),
		.version = str_c(version),
		.headers = headers,
		.headers_n = n,
	};

	*req = (struct request){ 0 };
	return head_read(&head, req);
}

#define HEADER(n, v)                                      \
	{                                                 \
		.name = STR_INIT(n), .value = STR_INIT(v) \
	}

static void
test_head_read__reads_a_plain_one(void **state)
{
	const struct http_header h[] = { HEADER("Host", "a.example:80"),
		HEADER("Content-Length", "12") };
	struct request req;

	(void)state;
	assert_int_equal(
	    head_of("POST", "/a%20b?c=d?e", "HTTP/1.1", h, 2, &req), 0);
	assert_int_equal(req.method, METHOD_POST);
	assert_str(req.path, "/a%20b");
	assert_str(req.query, "c=d?e");
	assert_int_equal(req.body_n, 12);
	assert_false(req.http10);
	assert_int_equal(
	    head_of("GET", "http://x/y?z", "HTTP/1.1", h, 1, &req), 0);
	assert_str(req.path, "/y");
	assert_int_equal(
	    head_of("GET", "https://x", "HTTP/1.1", h, 1, &req), 0);
	assert_str(req.path, "/");
	assert_int_equal(head_of("GET", "/", "HTTP/1.0", NULL, 0, &req), 0);
	assert_true(req.http10);
}

static void
test_head_read__refuses_what_two_readers_could_read_differently(void **state)
{
	static const struct http_header sets[][3] = {
		{ HEADER("Host", "a"), HEADER("Host", "a") },
		{ HEADER("Host", "a/b"), HEADER("A", "b") },
		{ HEADER("Host", "a"), HEADER("Content-Length", "1"),
		    HEADER("Content-Length", "1") },
		{ HEADER("Host", "a"), HEADER("Content-Length", "1"),
		    HEADER("Transfer-Encoding", "chunked") },
		{ HEADER("Host", "a"), HEADER("Content-Length", "-1") },
		{ HEADER("Host", "a"), HEADER("Content-Length", "+1") },
		{ HEADER("Host", "a"), HEADER("Content-Length", "1,1") },
		{ HEADER("Host", "a"),
		    HEADER("Content-Length", "99999999999999999999") },
		{ HEADER("Host", "a"), HEADER("Content-Length", "") },
		{ HEADER("Host", "a"),
		    HEADER("Transfer-Encoding", "gzip, chunked") },
		{ HEADER("Host", "a"), HEADER("Bad Name", "1") },
		{ HEADER("Host", "a"), HEADER("Name ", "1") },
		{ HEADER("Host", "a"), HEADER("A", "b\rc") },
		{ HEADER("Host", "a"), HEADER("A", "b\nc") },
		{ HEADER("A", "b"), HEADER("C", "d") }, /* no Host */
	};
	struct request req;

	(void)state;
	for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
		size_t n = sets[i][2].name.n != 0 ? 3 : 2;

		assert_int_equal(
		    head_of("POST", "/", "HTTP/1.1", sets[i], n, &req), 400);
	}
}

static void
test_head_read__refuses_other_versions_targets_and_methods(void **state)
{
	static const struct http_header host[] = { HEADER("Host", "a"),
		HEADER("Transfer-Encoding", "chunked") };
	struct request req;

	(void)state;
	assert_int_equal(head_of("GET", "/", "HTTP/2.0", host, 1, &req), 400);
	assert_int_equal(head_of("GET", "/", "HTTP/1.2", host, 1, &req), 400);
	assert_int_equal(head_of("GET", "/", "http/1.1", host, 1, &req), 400);
	assert_int_equal(head_of("GET", "/", "HTTP/1.0", host, 2, &req), 400);
	assert_int_equal(head_of("GET", "a", "HTTP/1.1", host, 1, &req), 400);
	assert_int_equal(
	    head_of("GET", "/?a b", "HTTP/1.1", host, 1, &req), 400);
	assert_int_equal(head_of("G(T", "/", "HTTP/1.1", host, 1, &req), 400);
	assert_int_equal(head_of("TRACE", "/", "HTTP/1.1", host, 1, &req), 501);
}

static bool
clean(const char *bytes, size_t n, size_t value_at, size_t value_n)
{
	const struct http_header h = {
		.name = str_make(bytes + 16, 4),
		.value = str_make(bytes + value_at, value_n),
	};
	const struct head head = {
		.method = str_make(bytes, 3),
		.target = str_make(bytes + 4, 2),
		.version = str_make(bytes + 7, 8),
		.headers = &h,
		.headers_n = 1,
	};

	return head_is_clean(&head, bytes, n);
}

static void
test_head_is_clean__sees_what_the_library_cut_away(void **state)
{
	/* GET /a HTTP/1.1, with one NUL or two after it, then Host: b. */
	static const char good[] = "GET\0/a\0HTTP/1.1\0\0Host\0 b\0\0\0";
	static const char lone[] = "GET\0/a\0HTTP/1.1\0Host\0 bc\0\0\0";
	const struct http_header h = {
		.name = str_make(good + 17, 4),
		.value = str_make(good + 23, 1),
	};
	struct head head = {
		.method = str_make(good, 3),
		.target = str_make(good + 4, 2),
		.version = str_make(good + 7, 8),
		.headers = &h,
		.headers_n = 1,
	};

	(void)state;
	assert_true(head_is_clean(&head, good, sizeof good));
	/* More behind the last line than a blank one. */
	assert_false(head_is_clean(&head, good, sizeof good - 1));
	/* A target cut short by a NUL. */
	head.target.n = 1;
	assert_false(head_is_clean(&head, good, sizeof good));
	/* A line ended by LF alone. */
	assert_false(clean(lone, sizeof lone, 22, 2));
}

static struct address
address(const char *s)
{
	struct address a = { 0 };

	assert_true(address_read(str_c(s), &a));
	return a;
}

static void
test_address_cut__keeps_no_person(void **state)
{
	struct address a = address("192.0.2.77");
	struct address b = address("2001:db8:1:2:3::4");
	char text[ADDRESS_TEXT];

	(void)state;
	a = address_cut(&a);
	address_print(&a, text);
	assert_string_equal(text, "192.0.2.0");
	b = address_cut(&b);
	address_print(&b, text);
	assert_string_equal(text, "2001:db8:1::");
}

static void
test_forwarded_read__believes_no_stranger(void **state)
{
	struct networks trusted;
	struct ctx ctx;
	struct address out;
	char text[ADDRESS_TEXT];

	(void)state;
	ctx_init(&ctx, arena, NULL);
	assert_int_equal(
	    networks_read(&ctx, STR("10.0.0.0/8, ::1"), &trusted), ERR_OK);
	/* What stands left of the first stranger, he may have written. */
	assert_true(forwarded_read(
	    &trusted, STR("6.6.6.6, 192.0.2.1, 10.1.1.1"), &out));
	address_print(&out, text);
	assert_string_equal(text, "192.0.2.1");
	assert_false(forwarded_read(&trusted, STR("nonsense"), &out));
	assert_false(forwarded_read(&trusted, STR(""), &out));
	assert_int_equal(
	    networks_read(&ctx, STR("10.0.0.0/33"), &trusted), ERR_INVALID);
	assert_int_equal(
	    networks_read(&ctx, STR("proxy"), &trusted), ERR_INVALID);
}

static void
test_tally__counts_each_household(void **state)
{
	struct tally *t = tally_new(2);
	struct address a = address("192.0.2.1");
	struct address b = address("2001:db8::1");
	struct address c = address("2001:db8::2");

	(void)state;
	assert_true(tally_add(t, &a));
	assert_true(tally_add(t, &a));
	assert_false(tally_add(t, &a));
	assert_true(tally_add(t, &b));
	assert_true(tally_add(t, &c));
	assert_false(tally_has_room(t, &b));
	tally_remove(t, &a);
	assert_true(tally_add(t, &a));
	tally_free(t);
}

static void
test_etag_listed__reads_lists_and_stars(void **state)
{
	(void)state;
	assert_true(etag_listed(STR("\"a\""), STR("\"a\"")));
	assert_true(etag_listed(STR("\"b\", W/\"a\""), STR("\"a\"")));
	assert_true(etag_listed(STR("\"x,y\",\"a\""), STR("\"a\"")));
	assert_true(etag_listed(STR("*"), STR("\"a\"")));
	assert_false(etag_listed(STR("\"b\""), STR("\"a\"")));
	assert_false(etag_listed(STR("a"), STR("\"a\"")));
	assert_false(etag_listed(STR("\"a"), STR("\"a\"")));
}

static void
test_http_date__goes_there_and_back(void **state)
{
	char text[32];

	(void)state;
	http_date_write(784111777, text);
	assert_string_equal(text, "Sun, 06 Nov 1994 08:49:37 GMT");
	assert_int_equal(http_date_read(str_c(text)), 784111777);
	assert_int_equal(
	    http_date_read(STR("Mon, 06 Nov 1994 08:49:37 GMT")), -1);
	assert_int_equal(
	    http_date_read(STR("Sun, 31 Feb 1994 08:49:37 GMT")), -1);
	assert_int_equal(
	    http_date_read(STR("Sun, 06 Nov 1994 08:4x:37 GMT")), -1);
	assert_int_equal(http_date_read(STR("")), -1);
}

static void
test_range_read__takes_one_range(void **state)
{
	int64_t from = 0;
	int64_t n = 0;

	(void)state;
	assert_int_equal(
	    byte_range_read(STR("bytes=2-5"), 10, &from, &n), RANGE_PART);
	assert_int_equal(from, 2);
	assert_int_equal(n, 4);
	assert_int_equal(
	    byte_range_read(STR("bytes=7-"), 10, &from, &n), RANGE_PART);
	assert_int_equal(n, 3);
	assert_int_equal(
	    byte_range_read(STR("bytes=-3"), 10, &from, &n), RANGE_PART);
	assert_int_equal(from, 7);
	assert_int_equal(
	    byte_range_read(STR("bytes=-30"), 10, &from, &n), RANGE_PART);
	assert_int_equal(from, 0);
	assert_int_equal(n, 10);
	assert_int_equal(
	    byte_range_read(STR("bytes=5-99"), 10, &from, &n), RANGE_PART);
	assert_int_equal(n, 5);
	assert_int_equal(
	    byte_range_read(STR("bytes=10-"), 10, &from, &n), RANGE_BAD);
	assert_int_equal(
	    byte_range_read(STR("bytes=-0"), 10, &from, &n), RANGE_BAD);
	assert_int_equal(
	    byte_range_read(STR("bytes=5-2"), 10, &from, &n), RANGE_NONE);
	assert_int_equal(
	    byte_range_read(STR("bytes=1-2,4-5"), 10, &from, &n), RANGE_NONE);
	assert_int_equal(
	    byte_range_read(STR("lines=1-2"), 10, &from, &n), RANGE_NONE);
	assert_int_equal(
	    byte_range_read(STR("bytes=--1"), 10, &from, &n), RANGE_NONE);
	assert_int_equal(
	    byte_range_read(STR("bytes=1--2"), 10, &from, &n), RANGE_NONE);
}

static void
test_http_status__has_a_reason_for_each(void **state)
{
	(void)state;
	for (enum err e = ERR_OK; e <= ERR_IO; e++)
		assert_true(http_reason(http_status(e)).n != 0);
	assert_int_equal(http_status(ERR_GONE), 410);
}

int
main(int argc, char **argv)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_url_decode__keeps_meaning_and_refuses_breakage),
		TEST(test_url_path_ok__takes_only_whole_absolute_paths),
		TEST(test_request_header__ignores_case),
		TEST(test_request_cookie__finds_one_of_several),
		TEST(test_request_coding__weighs_what_is_accepted),
		TEST(
		    test_request_coding__offers_gzip_where_brotli_was_not_made),
		TEST(test_request_accepts__prefers_the_exact),
		TEST(test_head_read__reads_a_plain_one),
		TEST(
		    test_head_read__refuses_what_two_readers_could_read_differently),
		TEST(
		    test_head_read__refuses_other_versions_targets_and_methods),
		TEST(test_head_is_clean__sees_what_the_library_cut_away),
		TEST(test_address_cut__keeps_no_person),
		TEST(test_forwarded_read__believes_no_stranger),
		TEST(test_tally__counts_each_household),
		TEST(test_etag_listed__reads_lists_and_stars),
		TEST(test_http_date__goes_there_and_back),
		TEST(test_range_read__takes_one_range),
		TEST(test_http_status__has_a_reason_for_each),
	};

	return UNIT_RUN(tests, argc, argv);
}
