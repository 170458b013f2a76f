/* SPDX-License-Identifier: MIT */
/* Slugs: readable, stable, never empty. */

#include "unit/unit.h"

#include "markup/slug.h"

static void
check(const char *lang, const char *title, const char *want)
{
	struct arena *a = arena_new(0);
	struct str out = { 0 };
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	assert_int_equal(
	    slug_make(&ctx, str_c(title), str_c(lang), &out), ERR_OK);
	assert_string_equal(str_cstr(a, out), want);
	assert_true(slug_valid(out));
	arena_free(a);
}

static void
test_slug_make__makes_words_of_ascii(void **state)
{
	(void)state;
	check("en", "VIDEO Shows Iraqi Civilians Flee!",
	    "video-shows-iraqi-civilians-flee");
	check("", "  --a  & b_c/d.e--  ", "a-b-c-d-e");
	check("en", "Don't panic", "dont-panic");
	check("en", "Don\u2019t panic \u2013 it\u2019s 5\u00bd %",
	    "dont-panic-its-5-1-2");
}

static void
test_slug_make__writes_other_scripts_in_latin_letters(void **state)
{
	(void)state;
	check("de", "Größe Änderung in Köln", "groesse-aenderung-in-koeln");
	check("de-AT", "Über Öl", "ueber-oel");
	check("fr", "Œuvre à l’été", "oeuvre-a-lete");
	check("sv", "Räksmörgås", "raksmorgas");
	check("ru", "Путин встретился с ополченцами",
	    "putin-vstretilsya-s-opolchentsami");
	check("uk", "Київ щодня", "kyyiv-shchodnya");
	check("el", "Η κυβέρνηση της Ελλάδας", "i-kyvernisi-tis-elladas");
	check(
	    "ar", "العراق: القوات تستعيد الموصل", "alraq-alqwat-tstyd-almwsl");
	check("fa", "نیروهای عراقی موصل را پس گرفتند",
	    "nyrwhay-raqy-mwsl-ra-ps-grftnd");
	check("zh", "北京新闻：中国经济", "bei-jing-xin-wen-zhong-guo-jing-ji");
	check("ko", "서울 뉴스", "seoul-nyuseu");
	/* The language is not needed to get something readable. */
	check("", "Москва", "moskva");
}

static void
test_slug_make__is_never_empty_and_never_long(void **state)
{
	char many[4000];
	struct arena *a = arena_new(0);
	struct str out = { 0 };
	struct ctx ctx;

	(void)state;
	check("", "", "story");
	check("", "!!! ???", "story");
	check("", "\xf0\x9f\x98\x80", "story");
	check("",
	    "one two three four five six seven eight nine ten eleven twelve "
	    "thirteen fourteen fifteen",
	    "one-two-three-four-five-six-seven-eight-nine-ten-eleven-twelve-"
	    "thirteen-fourteen");
	memset(many, 'a', sizeof many);
	ctx_init(&ctx, a, NULL);
	assert_int_equal(
	    slug_make(&ctx, str_make(many, sizeof many), STR(""), &out),
	    ERR_OK);
	assert_int_equal(out.n, SLUG_MAX);
	assert_int_equal(
	    slug_make(&ctx, STR("caf\xe9"), STR(""), &out), ERR_INVALID);
	/* Characters that become many letters. */
	for (size_t i = 0; i + 3 <= sizeof many; i += 3)
		memcpy(many + i, "\xef\xb7\xba", 3);
	assert_int_equal(
	    slug_make(&ctx, str_make(many, 3999), STR("ar"), &out), ERR_OK);
	assert_true(slug_valid(out));
	arena_free(a);
}

static void
test_slug_valid__knows_the_form(void **state)
{
	(void)state;
	assert_true(slug_valid(STR("rain-in-may-2")));
	assert_false(slug_valid(STR("")));
	assert_false(slug_valid(STR("-a")));
	assert_false(slug_valid(STR("a-")));
	assert_false(slug_valid(STR("a--b")));
	assert_false(slug_valid(STR("A")));
	assert_false(slug_valid(STR("a/b")));
	assert_false(slug_valid(STR("a b")));
	assert_false(slug_valid(STR("\xc3\xbc")));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slug_make__makes_words_of_ascii),
		cmocka_unit_test(
		    test_slug_make__writes_other_scripts_in_latin_letters),
		cmocka_unit_test(test_slug_make__is_never_empty_and_never_long),
		cmocka_unit_test(test_slug_valid__knows_the_form),
	};

	return UNIT_RUN(tests, argc, argv);
}
