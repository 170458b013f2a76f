/* SPDX-License-Identifier: MIT */
#include "unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libdeflate.h>

#include "http/pieces.h"
#include "http/response.h"
#include "http/send.h"

enum { BODY_N = 5000, LONG_N = 40 * PIECE };

static char body[BODY_N];

static struct response *
page(void)
{
	for (size_t i = 0; i < BODY_N; i++)
		body[i] = "news of the day "[i % 16];
	return response_new(&(struct response_make){
	    .type = STR("text/html; charset=utf-8"),
	    .body = str_make(body, BODY_N),
	    .last_modified = 1000000000,
	});
}

static struct request
get(const char *name, const char *value, struct http_header *h)
{
	h->name = str_c(name);
	h->value = str_c(value);
	return (struct request){ .headers = h, .headers_n = 1 };
}

static const char *
sent_header(const struct sending *s, const char *name)
{
	return MHD_get_response_header(s->mhd, name);
}

static void
test_response_new__makes_every_coding_of_the_same_bytes(void **state)
{
	struct response *r = page();
	struct arena *a = arena_new(0);
	struct str gzip = response_body(a, r, CODING_GZIP);
	struct str brotli = response_body(a, r, CODING_BROTLI);
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	char again[BODY_N];
	size_t n = 0;

	(void)state;
	assert_int_equal(response_body(a, r, CODING_IDENTITY).n, BODY_N);
	assert_true(gzip.n < 500 && brotli.n < 500);
	assert_int_equal(libdeflate_gzip_decompress(
			     d, gzip.p, gzip.n, again, sizeof again, &n),
	    LIBDEFLATE_SUCCESS);
	assert_int_equal(n, BODY_N);
	assert_memory_equal(again, body, BODY_N);
	libdeflate_free_decompressor(d);
	/* Strong ETags: other bytes, another tag. */
	assert_false(str_eq(
	    response_etag(r, CODING_GZIP), response_etag(r, CODING_BROTLI)));
	assert_false(str_eq(
	    response_etag(r, CODING_GZIP), response_etag(r, CODING_IDENTITY)));
	arena_free(a);
	response_unref(r);
}

static void
test_response_new__keeps_long_bodies_in_the_order_they_came(void **state)
{
	static const size_t lengths[] = { 1, PIECES_WHOLE * PIECE,
		PIECES_WHOLE * PIECE + 1, PIECES_MAX * PIECE,
		PIECES_MAX * PIECE + 1, LONG_N };
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	struct arena *a = arena_new(0);
	char *text = arena_bytes(a, LONG_N);
	char *again = arena_bytes(a, LONG_N);

	(void)state;
	for (size_t i = 0; i < LONG_N; i++)
		text[i] = (char)('a' + i / PIECE);
	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		struct str whole = str_make(text, lengths[i]);
		struct response *r = response_new(&(struct response_make){
		    .type = STR("text/html"), .body = whole });
		struct str gzip = response_body(a, r, CODING_GZIP);
		size_t n = 0;

		assert_true(
		    str_eq(response_body(a, r, CODING_IDENTITY), whole));
		if (lengths[i] > RESPONSE_COMPRESS_MIN) {
			assert_int_equal(libdeflate_gzip_decompress(d, gzip.p,
					     gzip.n, again, LONG_N, &n),
			    LIBDEFLATE_SUCCESS);
			assert_true(str_eq(str_make(again, n), whole));
		}
		response_unref(r);
	}
	libdeflate_free_decompressor(d);
	arena_free(a);
}

static void
test_response_new__compresses_neither_pictures_nor_trifles(void **state)
{
	struct response *small = response_new(&(struct response_make){
	    .type = STR("text/html"), .body = STR("<p>short") });
	struct response *picture = response_new(&(struct response_make){
	    .type = STR("image/jpeg"), .body = str_make(body, BODY_N) });

	struct arena *a = arena_new(0);

	(void)state;
	assert_int_equal(response_body(a, small, CODING_GZIP).n, 8);
	assert_int_equal(response_body(a, picture, CODING_BROTLI).n, BODY_N);
	arena_free(a);
	response_unref(small);
	response_unref(picture);
}

static void
test_response_new__splits_no_header(void **state)
{
	const struct http_header bad[] = {
		{ STR("X-Bad"), STR("a\r\nSet-Cookie: b=c") },
		{ STR("X-Good"), STR("fine") },
	};
	struct response *r = response_new(&(struct response_make){
	    .headers = bad, .headers_n = 2, .csp = STR("a\nb") });
	const struct request req = { 0 };
	struct sending s;

	(void)state;
	response_choose(r, &req, &s);
	assert_null(sent_header(&s, "X-Bad"));
	assert_null(sent_header(&s, "Set-Cookie"));
	assert_null(sent_header(&s, "Content-Security-Policy"));
	assert_string_equal(sent_header(&s, "X-Good"), "fine");
	assert_string_equal(sent_header(&s, "Cache-Control"), "no-store");
	response_unref(r);
}

static void
test_response_new__says_https_is_strict_only_where_it_is(void **state)
{
	struct response *plain = response_new(&(struct response_make){ 0 });
	struct response *strict =
	    response_new(&(struct response_make){ .hsts = true });
	const struct request req = { 0 };
	struct sending s;

	(void)state;
	response_choose(plain, &req, &s);
	assert_null(sent_header(&s, "Strict-Transport-Security"));
	response_choose(strict, &req, &s);
	assert_non_null(sent_header(&s, "Strict-Transport-Security"));
	response_unref(plain);
	response_unref(strict);
}

static void
test_response_new__names_all_its_tags_or_forbids_keeping(void **state)
{
	static struct str tags[2000];
	const struct request req = { 0 };
	struct response *few = NULL;
	struct response *many = NULL;
	struct sending s;

	(void)state;
	for (size_t i = 0; i < 2000; i++)
		tags[i] = STR("story:1234567");
	few =
	    response_new(&(struct response_make){ .tags = tags, .tags_n = 2 });
	many = response_new(
	    &(struct response_make){ .tags = tags, .tags_n = 2000 });
	response_choose(few, &req, &s);
	assert_string_equal(
	    sent_header(&s, "Surrogate-Key"), "story:1234567 story:1234567");
	response_choose(many, &req, &s);
	assert_null(sent_header(&s, "Surrogate-Key"));
	assert_string_equal(sent_header(&s, "Surrogate-Control"), "no-store");
	response_unref(few);
	response_unref(many);
}

static int
status_for(const struct response *r, const char *name, const char *value)
{
	struct http_header h;
	struct request req = get(name, value, &h);
	struct sending s;
	int status = 0;

	response_choose(r, &req, &s);
	status = s.status;
	if (s.made)
		MHD_destroy_response(s.mhd);
	return status;
}

static void
test_response_choose__answers_304_for_the_same_bytes(void **state)
{
	struct response *r = page();
	struct arena *a = arena_new(0);
	const char *etag = str_cstr(a, response_etag(r, CODING_IDENTITY));
	const char *other = str_cstr(a, response_etag(r, CODING_BROTLI));

	(void)state;
	assert_int_equal(status_for(r, "If-None-Match", etag), 304);
	assert_int_equal(status_for(r, "If-None-Match", "*"), 304);
	assert_int_equal(status_for(r, "If-None-Match", "\"x\""), 200);
	/* Another coding's bytes are not these. */
	assert_int_equal(status_for(r, "If-None-Match", other), 200);
	assert_int_equal(
	    status_for(r, "If-Modified-Since", "Sun, 09 Sep 2001 01:46:40 GMT"),
	    304);
	assert_int_equal(
	    status_for(r, "If-Modified-Since", "Sun, 09 Sep 2001 01:46:39 GMT"),
	    200);
	arena_free(a);
	response_unref(r);
}

static void
expect_coding(struct response *r, const char *accept, const char *coding)
{
	struct http_header h;
	struct request req = get("Accept-Encoding", accept, &h);
	struct sending s;
	const char *sent = NULL;

	response_choose(r, &req, &s);
	sent = sent_header(&s, "Content-Encoding");
	assert_string_equal(sent != NULL ? sent : "", coding);
}

static void
test_response_encode__makes_what_is_asked_for_and_no_more(void **state)
{
	struct response *r = response_new(&(struct response_make){
	    .type = STR("text/html"),
	    .body = str_make(body, BODY_N),
	    .codings = RESPONSE_LATER,
	});
	struct http_header h;
	struct request both = get("Accept-Encoding", "gzip, br", &h);
	size_t before = response_size(r);

	(void)state;
	assert_false(response_waits(r, &(struct request){ 0 }));
	assert_true(response_waits(r, &both));
	expect_coding(r, "gzip, br", "");
	response_encode(r, &both);
	assert_false(response_waits(r, &both));
	assert_true(response_size(r) > before);
	expect_coding(r, "gzip, br", "br");
	expect_coding(r, "gzip", "");
	h.value = STR("gzip");
	assert_true(response_waits(r, &both));
	response_encode(r, &both);
	expect_coding(r, "gzip", "gzip");
	expect_coding(r, "br", "br");
	response_unref(r);
}

static void
test_response_choose__knows_the_bytes_of_a_coding_yet_to_be_made(void **state)
{
	struct response *made = page();
	struct response *r = response_new(&(struct response_make){
	    .type = STR("text/html; charset=utf-8"),
	    .body = str_make(body, BODY_N),
	    .codings = RESPONSE_LATER,
	});
	struct http_header h[2];
	struct request req = get("Accept-Encoding", "br", &h[0]);
	struct sending s;

	(void)state;
	h[1] = (struct http_header){ STR("If-None-Match"),
		response_etag(made, CODING_BROTLI) };
	req.headers_n = 2;
	assert_false(response_waits(r, &req));
	response_choose(r, &req, &s);
	assert_int_equal(s.status, 304);
	MHD_destroy_response(s.mhd);
	response_unref(r);
	response_unref(made);
}

static struct response *
film(void)
{
	char name[] = "/tmp/test-response-XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	unlink(name);
	assert_int_equal(write(fd, "0123456789", 10), 10);
	return response_new_file(&(struct response_file){
	    .fd = fd,
	    .size = 10,
	    .type = STR("video/mp4"),
	    .etag = STR("\"f\""),
	    .last_modified = 1000000000,
	});
}

static void
test_response_new_file__sends_ranges(void **state)
{
	struct response *r = film();
	struct http_header h[2];
	struct request req = get("Range", "bytes=3-5", &h[0]);
	struct sending s;

	(void)state;
	response_choose(r, &req, &s);
	assert_int_equal(s.status, 206);
	assert_int_equal(s.bytes, 3);
	assert_string_equal(sent_header(&s, "Content-Range"), "bytes 3-5/10");
	MHD_destroy_response(s.mhd);
	assert_int_equal(status_for(r, "Range", "bytes=10-"), 416);
	assert_int_equal(status_for(r, "Range", "bytes=x"), 200);
	assert_int_equal(status_for(r, "If-None-Match", "\"f\""), 304);
	req.headers_n = 2;
	h[1] = (struct http_header){ STR("If-Range"), STR("\"old\"") };
	response_choose(r, &req, &s);
	assert_int_equal(s.status, 200);
	MHD_destroy_response(s.mhd);
	h[1].value = STR("\"f\"");
	response_choose(r, &req, &s);
	assert_int_equal(s.status, 206);
	MHD_destroy_response(s.mhd);
	response_unref(r);
}

static void
test_response_unref__waits_for_slow_connections(void **state)
{
	struct response *r = page();
	const struct request req = { 0 };
	struct sending s;

	(void)state;
	response_unref(NULL);
	response_choose(r, &req, &s);
	response_ref(r);
	response_unref(r);
	assert_true(response_size(r) > BODY_N);
	/* ASan would tell if the first of these freed it. */
	assert_int_equal(response_status(r), 200);
	response_unref(r);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_response_new__makes_every_coding_of_the_same_bytes),
		cmocka_unit_test(
		    test_response_new__keeps_long_bodies_in_the_order_they_came),
		cmocka_unit_test(
		    test_response_new__compresses_neither_pictures_nor_trifles),
		cmocka_unit_test(test_response_new__splits_no_header),
		cmocka_unit_test(
		    test_response_new__says_https_is_strict_only_where_it_is),
		cmocka_unit_test(
		    test_response_new__names_all_its_tags_or_forbids_keeping),
		cmocka_unit_test(
		    test_response_choose__answers_304_for_the_same_bytes),
		cmocka_unit_test(
		    test_response_encode__makes_what_is_asked_for_and_no_more),
		cmocka_unit_test(
		    test_response_choose__knows_the_bytes_of_a_coding_yet_to_be_made),
		cmocka_unit_test(test_response_new_file__sends_ranges),
		cmocka_unit_test(
		    test_response_unref__waits_for_slow_connections),
	};

	return UNIT_RUN(tests, argc, argv);
}
