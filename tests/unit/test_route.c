/* SPDX-License-Identifier: MIT */
#include "unit/unit.h"

#include "http/route.h"

static const struct route_field list_fields[] = {
	{ .name = "before", .kind = FIELD_CURSOR },
	{ .name = "q", .kind = FIELD_TEXT, .max = 20 },
	{ .name = "page", .kind = FIELD_INT, .min = 1, .max = 9 },
	{ .name = "sort", .kind = FIELD_ENUM, .words = "new old" },
	{ .name = "tag", .kind = FIELD_SLUG, .many = 2 },
	{ 0 },
};

static const struct route_field save_fields[] = {
	{ .name = "headline", .kind = FIELD_TEXT, .needed = true },
	{ .name = "body", .kind = FIELD_PROSE, .max = 1000 },
	{ .name = "live", .kind = FIELD_BOOL },
	{ 0 },
};

static const struct route_field search_fields[] = {
	{ .name = "q", .kind = FIELD_SEARCH, .max = 8 },
	{ 0 },
};

static const struct route table[] = {
	{ .path = "/" },
	{ .path = "/news/{id:int}" },
	{ .path = "/news/{id:int}/{slug:slug}" },
	{ .path = "/section/{slug:slug}", .query = list_fields },
	{ .path = "/sitemap/{month}.xml" },
	{ .path = "/static/{path:rest}" },
	{ .method = METHOD_POST, .path = "/save", .form = save_fields },
	{ .method = METHOD_DELETE, .path = "/save" },
	{ .path = "/search", .query = search_fields },
};

static struct arena *arena;
static struct ctx ctx;
static struct route_match match;

static int
setup(void **state)
{
	(void)state;
	arena = arena_new(0);
	ctx_init(&ctx, arena, NULL);
	match = (struct route_match){ 0 };
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static enum err
ask(enum method method, const char *path, const char *query)
{
	return route_match(&ctx, table, sizeof table / sizeof table[0], method,
	    str_c(path), str_c(query), &match);
}

static void
assert_str(struct str got, const char *want)
{
	assert_string_equal(str_cstr(arena, got), want);
}

static void
test_route_match__finds_the_row_and_its_values(void **state)
{
	(void)state;
	assert_int_equal(ask(METHOD_GET, "/", ""), ERR_OK);
	assert_ptr_equal(match.route, &table[0]);
	assert_int_equal(ask(METHOD_HEAD, "/news/42", ""), ERR_OK);
	assert_int_equal(route_int(&match, "id", 0), 42);
	assert_int_equal(
	    ask(METHOD_GET, "/news/42/rain-in-%D8%B3", ""), ERR_OK);
	assert_ptr_equal(match.route, &table[2]);
	assert_str(route_text(&match, "slug"), "rain-in-\xd8\xb3");
	assert_int_equal(ask(METHOD_GET, "/sitemap/2016-11.xml", ""), ERR_OK);
	assert_str(route_text(&match, "month"), "2016-11");
	assert_int_equal(ask(METHOD_GET, "/static/a/b.css", ""), ERR_OK);
	assert_str(route_text(&match, "path"), "a/b.css");
}

static void
test_route_match__knows_no_near_misses(void **state)
{
	static const char *const paths[] = { "/news", "/news/", "/news/x",
		"/news/042", "/news/-1", "/news/+1", "/news/42/",
		"/news/42/a/b", "/news/42/A", "/news/99999999999999999999",
		"//", "/sitemap/.xml", "/static/", "/static", "/news/42/a%2Fb",
		"" };

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		assert_int_equal(ask(METHOD_GET, paths[i], ""), ERR_NOTFOUND);
}

static void
test_route_match__names_the_methods_allowed(void **state)
{
	(void)state;
	assert_int_equal(ask(METHOD_GET, "/save", ""), ERR_CONFLICT);
	assert_str(match.allow, "POST, DELETE");
	assert_int_equal(ask(METHOD_POST, "/", ""), ERR_CONFLICT);
	assert_str(match.allow, "GET, HEAD");
}

static void
test_route_match__makes_one_key_for_all_spellings(void **state)
{
	(void)state;
	assert_int_equal(
	    ask(METHOD_GET, "/section/w", "utm=1&page=2&before=a.b&page=3&%zz"),
	    ERR_OK);
	assert_str(match.key, "/section/w?before=a.b&page=2");
	assert_int_equal(
	    ask(METHOD_GET, "/section/%77", "&&before=%61.b&page=2&"), ERR_OK);
	assert_str(match.key, "/section/w?before=a.b&page=2");
	assert_int_equal(
	    ask(METHOD_GET, "/section/w", "q=a+b%26c&tag=x&tag=y"), ERR_OK);
	assert_str(match.key, "/section/w?q=a%20b%26c&tag=x&tag=y");
	/* Without any it is the very path, as the fast lane looks it up. */
	assert_int_equal(ask(METHOD_GET, "/section/w", "x=y"), ERR_OK);
	assert_str(match.key, "/section/w");
}

static void
test_route_match__refuses_declared_parameters_that_are_wrong(void **state)
{
	static const char *const queries[] = { "page=0", "page=10",
		"page=", "page=1x", "sort=up", "q=%00", "q=%ff", "q=a%0Ab",
		"before=a/b", "q=123456789012345678901", "tag=A", "page" };

	(void)state;
	for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
		assert_int_equal(
		    ask(METHOD_GET, "/section/w", queries[i]), ERR_INVALID);
	assert_int_equal(
	    ask(METHOD_GET, "/section/w", "tag=a&tag=b&tag=c"), ERR_LIMIT);
}

static void
test_route_match__numbers_the_words_of_an_enum(void **state)
{
	(void)state;
	assert_int_equal(ask(METHOD_GET, "/section/w", "sort=old"), ERR_OK);
	assert_int_equal(route_int(&match, "sort", -1), 1);
	assert_int_equal(route_int(&match, "page", 7), 7);
	assert_null(route_value(&match, "q", 0));
}

static void
test_route_form__reads_declared_fields_only(void **state)
{
	(void)state;
	assert_int_equal(ask(METHOD_POST, "/save", ""), ERR_OK);
	assert_int_equal(
	    route_form(&ctx,
		STR("headline=Rain+in+May&body=a%0D%0Ab%0Dc&evil=1&live=on"),
		&match),
	    ERR_OK);
	assert_str(route_text(&match, "headline"), "Rain in May");
	assert_str(route_text(&match, "body"), "a\nb\nc");
	assert_int_equal(route_int(&match, "live", 0), 1);
	assert_null(route_value(&match, "evil", 0));
	assert_int_equal(match.values_n, 3);
}

static void
test_route_form__demands_what_is_needed(void **state)
{
	(void)state;
	assert_int_equal(ask(METHOD_POST, "/save", ""), ERR_OK);
	assert_int_equal(route_form(&ctx, STR("body=x"), &match), ERR_INVALID);
	assert_non_null(strstr(ctx_why(&ctx), "headline"));
}

static void
test_route_match__takes_whatever_is_searched_for(void **state)
{
	static const char *const rows[][2] = { { "q=sea+wall", "sea wall" },
		{ "q=%20a%09b%0d%0ac%20", "a b  c" }, { "q=%ff%feab%c3", "ab" },
		{ "q=a%c2%85b", "a  b" },
		{ "q=%c3%a9%c3%a9%c3%a9%c3%a9%c3%a9", "éééé" },
		{ "q=1234567%c3%a9", "1234567" }, { "q=%00a%", "a%" },
		{ "q=50%+off%2", "50% off%" }, { "q=", "" }, { "q", "" } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
		    ask(METHOD_GET, "/search", rows[i][0]), ERR_OK);
		if (!str_eq(route_text(&match, "q"), str_c(rows[i][1])))
			fail_msg("%s is \"%.*s\"", rows[i][0],
			    STR_FMT(route_text(&match, "q")));
	}
}

int
main(int argc, char **argv)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_route_match__finds_the_row_and_its_values),
		TEST(test_route_match__knows_no_near_misses),
		TEST(test_route_match__names_the_methods_allowed),
		TEST(test_route_match__makes_one_key_for_all_spellings),
		TEST(
		    test_route_match__refuses_declared_parameters_that_are_wrong),
		TEST(test_route_match__numbers_the_words_of_an_enum),
		TEST(test_route_form__reads_declared_fields_only),
		TEST(test_route_form__demands_what_is_needed),
		TEST(test_route_match__takes_whatever_is_searched_for),
	};

	return UNIT_RUN(tests, argc, argv);
}
