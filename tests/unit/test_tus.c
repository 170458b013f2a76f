/* SPDX-License-Identifier: MIT */
/* Headers of uploads.  tests/cli/upload.py has what is refused. */

#include "unit/unit.h"

#include "upload/tus.h"

static void
test_metadata__takes_what_we_know(void **state)
{
	struct arena *a = arena_new(0);
	struct tus_metadata m = { 0 };
	struct ctx ctx;

	(void)state;
	ctx_init(&ctx, a, NULL);
	assert_int_equal(
	    tus_metadata_read(&ctx,
		STR("filename w6QuanBn, filetype aW1hZ2UvanBlZw==,caption,x "
		    "/w=="),
		&m),
	    ERR_OK);
	assert_true(str_eq(m.file, STR("\xc3\xa4.jpg")));
	assert_true(str_eq(m.type, STR("image/jpeg")));
	assert_int_equal(m.caption.n, 0);
	assert_int_equal(m.alt.n, 0);
	/* "https://a.example", "(c) N. S."; then "javascript:alert(1)". */
	assert_int_equal(
	    tus_metadata_read(&ctx,
		STR("licence aHR0cHM6Ly9hLmV4YW1wbGU=,copyright KGMpIE4uIFMu"),
		&m),
	    ERR_OK);
	assert_true(str_eq(m.licence, STR("https://a.example")));
	assert_true(str_eq(m.copyright, STR("(c) N. S.")));
	assert_int_equal(tus_metadata_read(&ctx,
			     STR("licence amF2YXNjcmlwdDphbGVydCgxKQ=="), &m),
	    ERR_INVALID);
	assert_int_equal(tus_metadata_read(&ctx, STR(""), &m), ERR_OK);
	assert_int_equal(m.file.n, 0);
	arena_free(a);
}

static void
test_checksum__matches_its_bytes_and_no_others(void **state)
{
	static const char *const headers[] = {
		"sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
		"sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
	};
	struct arena *a = arena_new(0);
	struct tus_checksum c = { 0 };
	struct ctx ctx;

	(void)state;
	ctx_init(&ctx, a, NULL);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(
		    tus_checksum_read(&ctx, str_c(headers[i]), &c), ERR_OK);
		tus_checksum_update(&c, STR("ab"));
		tus_checksum_update(&c, STR("c"));
		assert_true(tus_checksum_matches(&c));
		assert_int_equal(
		    tus_checksum_read(&ctx, str_c(headers[i]), &c), ERR_OK);
		tus_checksum_update(&c, STR("abd"));
		assert_false(tus_checksum_matches(&c));
	}
	assert_int_equal(tus_checksum_read(&ctx, STR(""), &c), ERR_OK);
	assert_true(tus_checksum_matches(&c));
	arena_free(a);
}

static void
test_number__is_digits(void **state)
{
	static const char *const wrong[] = { "", "-0", "+1", " 1", "1 ", "0x1",
		"1e3", "9223372036854775808" };
	int64_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(tus_number(str_c(wrong[i]), &n));
	assert_true(tus_number(STR("9223372036854775807"), &n));
	assert_true(n == INT64_MAX);
	assert_true(tus_number(STR("007"), &n));
	assert_int_equal(n, 7);
}

static void
test_bearer__is_its_token(void **state)
{
	(void)state;
	assert_true(str_eq(tus_bearer(STR("Bearer abc")), STR("abc")));
	assert_true(str_eq(tus_bearer(STR("bearer  abc ")), STR("abc")));
	assert_int_equal(tus_bearer(STR("Basic abc")).n, 0);
	assert_int_equal(tus_bearer(STR("Bearer")).n, 0);
	assert_int_equal(tus_bearer(STR("")).n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_metadata__takes_what_we_know),
		cmocka_unit_test(
		    test_checksum__matches_its_bytes_and_no_others),
		cmocka_unit_test(test_number__is_digits),
		cmocka_unit_test(test_bearer__is_its_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
