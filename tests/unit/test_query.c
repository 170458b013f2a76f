/* SPDX-License-Identifier: MIT */
/* What readers type, and what is made of it. */

#include "unit/unit.h"

#include <inttypes.h>

#include "base/base.h"
#include "search/query.h"

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
put_terms(struct buf *b, const struct str *terms, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%s%.*s", i > 0 ? "+" : "", STR_FMT(terms[i]));
}

/* "flood wall -storm author:varden tag:a+b|ab 100..200" */
static struct str
read_back(const char *lang, struct str typed)
{
	static const char *const kinds[] = { "",
		"author:", "section:", "tag:" };
	struct analyser *an = analyser_new(arena, str_c(lang));
	struct query q = { 0 };
	struct buf b;

	query_read(arena, an, typed, &q);
	buf_init(&b, arena, 1 << 20);
	for (size_t i = 0; i < q.n; i++) {
		const struct query_part *p = &q.parts[i];

		buf_printf(&b, "%s%s%s", i > 0 ? " " : "", p->not ? "-" : "",
		    kinds[p->kind]);
		put_terms(&b, p->terms, p->n);
		if (p->other_n > 0)
			BUF_LIT(&b, "|");
		put_terms(&b, p->other, p->other_n);
	}
	if (q.dated) {
		BUF_LIT(&b, " @");
		if (q.from != INT64_MIN)
			buf_int(&b, q.from);
		BUF_LIT(&b, "..");
		if (q.until != INT64_MAX)
			buf_int(&b, q.until);
	}
	return str_trim(buf_str(&b));
}

struct row {
	const char *lang, *typed, *read;
};

static void
check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str got = read_back(rows[i].lang, str_c(rows[i].typed));

		if (!str_eq(got, str_c(rows[i].read)))
			fail_msg("%s: [%s] is read as [%.*s], not [%s]",
			    rows[i].lang, rows[i].typed, STR_FMT(got),
			    rows[i].read);
	}
}
#define CHECK(...)                                                 \
	do {                                                       \
		static const struct row rows_[] = { __VA_ARGS__ }; \
		check(rows_, sizeof rows_ / sizeof rows_[0]);      \
	} while (0)

static void
test_query__reads_words_phrases_and_what_is_left_out(void **state)
{
	(void)state;
	CHECK({ "en", "Floods wall", "flood wall" },
	    { "en", "\"flood walls\" quay", "flood+wall quay" },
	    { "en", "wall -storm -\"high tide\"", "wall -storm -high+tide" },
	    { "en", "“sea wall” «north quay»", "sea+wall north+quay" },
	    { "en", "wall \u2212storm", "wall -storm" }, { "en", "", "" },
	    { "en", "  \t\u3000 ", "" }, { "en", "- -- --- -", "" },
	    { "en", "★ !!! \"\" ()", "" });
}

static void
test_query__reads_operators(void **state)
{
	(void)state;
	CHECK({ "en", "author:Varden", "author:varden" },
	    { "en", "author:\"Ilse Varden\" wall", "author:ils+varden wall" },
	    { "en", "author: Varden", "author:varden" },
	    { "en", "AUTHOR:varden -tag:storms", "author:varden -tag:storm" },
	    { "en", "section:north-sea", "section:north+sea" },
	    { "ar", "قسم:العالم", "section:عالم" },
	    { "ar", "كاتب:ليلى", "author:ليل" },
	    { "fa", "نویسنده:احمدی", "author:احمدي" },
	    /* No operators: words. */
	    { "en", "http://example.org", "http+exampl+org" },
	    { "en", "author:", "author" }, { "en", ":x", "x" },
	    { "en", "12:30 foo:bar", "12+30 foo+bar" });
}

static void
test_query__reads_dates(void **state)
{
	(void)state;
	CHECK({ "en", "after:2026-01-01", "@20454.." },
	    { "en", "before:2026-01-01", "@..20454" },
	    { "en", "after:2026 before:2026-02", "@20454..20485" },
	    { "en", "2026-01-01..2026-01-31", "@20454..20485" },
	    { "en", "2026..2026", "@20454..20819" },
	    { "en", "2026-01.. wall", "wall @20454.." },
	    { "en", "..2025", "@..20454" },
	    { "en", "-before:2026", "@20454.." },
	    { "en", "2024-02..2024-02", "@19754..19783" },
	    { "ar", "بعد:٢٠٢٦-٠١-٠١", "@20454.." },
	    { "fa", "از:۲۰۲۶", "@20454.." },
	    /* None: words. */
	    { "en", "after:midnight", "after midnight" },
	    { "en", "before:2026-13-01", "befor 2026+13+01|20261301" },
	    { "en", "after:2026-02-29", "after 2026+02+29|20260229" },
	    { "en", "2026", "2026" }, { "en", "..", "" },
	    { "en", "1..2", "1+2" },
	    { "en", "after:99999-01", "after 99999+01|9999901" },
	    { "en", "wait...", "wait" });
}

/* The ways to write one word. */
static void
test_query__knows_other_spellings(void **state)
{
	(void)state;
	CHECK({ "en", "e-mail", "e+mail|email" },
	    { "en", "\"e-mail\"", "e+mail" }, { "en", "3.14", "3+14" },
	    { "fa", "می‌روند", "مي+روند|ميروند" },
	    { "fa", "میروند", "ميروند|مي+روند" },
	    { "fa", "می روند", "مي+روند|ميروند" },
	    { "fa", "نمیروند", "نميروند|نمي+روند" },
	    { "fa", "کتاب‌ها", "كتاب+ها" },
	    { "fa", "کتابها", "كتاب+ها" },
	    { "fa", "دانش‌آموز", "دانش+اموز|دانشاموز" },
	    { "fa", "\"می روند\"", "مي+روند" });
}

/* Whatever is typed is a query, and holds nothing but terms. */
static void
test_query__takes_whatever_comes(void **state)
{
	static const char *const hostile[] = { "\"", "\"\"\"", "a\"b\"c", "-",
		"-\"", "- - -x", "author:\"",
		"author:author:author:", "::::", "a AND b OR NOT NEAR(x y, 3)",
		"{head}:x", "x*", "^x", "(((", "head : x + y",
		"';DROP TABLE search;--", "\u202eabc\u202c",
		"\u2066\"x\u2069\"", "tag:-x", "-tag:\"a b", "..", "....",
		"2026..x", "0000-00-00..9999-99-99", "after:before:2026",
		"\u200c\u200c", "x\u200c", "\ue000s1", "-\u200f-" };

	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++)
		(void)read_back("fa", str_c(hostile[i]));
	CHECK({ "en", "a AND b", "a and b" }, { "en", "{head}:x", "head+x" },
	    { "en", "\ue000s1", "s1" }, { "en", "NEAR(x y)", "near+x y" },
	    { "en", "\"open end", "open+end" },
	    { "en", "\u202eabc\u202c", "abc" });
	assert_true(str_eq(read_back("en", str_make("a\0b", 3)), STR("a b")));
}

static void
test_query__is_bounded(void **state)
{
	struct analyser *an = analyser_new(arena, STR("en"));
	struct query q = { 0 };
	struct buf b;

	(void)state;
	buf_init(&b, arena, 1 << 20);
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "w%d ", i);
	query_read(arena, an, buf_str(&b), &q);
	assert_int_equal(q.n, QUERY_PARTS_MAX);
	assert_true(q.cut);
	buf_init(&b, arena, 1 << 20);
	buf_char(&b, '"');
	for (int i = 0; i < 140; i++)
		BUF_LIT(&b, "x ");
	query_read(arena, an, buf_str(&b), &q);
	assert_int_equal(q.n, 1);
	assert_int_equal(q.parts[0].n, QUERY_TERMS_MAX);
}

/* ---- marking ---- */

static struct str
pieces_text(const struct piece *p, size_t n)
{
	struct buf b;

	buf_init(&b, arena, 1 << 20);
	for (size_t i = 0; i < n; i++)
		buf_printf(
		    &b, p[i].hit ? "[%.*s]" : "%.*s", STR_FMT(p[i].text));
	return buf_str(&b);
}

static void
marked(
    const char *lang, const char *typed, const char *text, const char *expected)
{
	struct analyser *an = analyser_new(arena, str_c(lang));
	struct query q = { 0 };
	const struct piece *p = NULL;
	struct str got = { 0 };
	size_t n = 0;

	query_read(arena, an, str_c(typed), &q);
	query_mark(arena, an, &q, str_c(text), &p, &n);
	got = pieces_text(p, n);
	if (!str_eq(got, str_c(expected)))
		fail_msg("[%s] in [%s] is [%.*s]", typed, text, STR_FMT(got));
}

static void
test_query_mark__marks_what_was_asked_for(void **state)
{
	(void)state;
	marked("en", "wall", "The sea walls hold.", "The sea [walls] hold.");
	marked("en", "\"sea wall\"", "A wall, the sea-wall.",
	    "A wall, the [sea-wall].");
	marked("en", "quay -wall", "Wall and quay", "Wall and [quay]");
	marked("en", "author:varden quay", "Varden", "Varden");
	marked("en", "", "Nothing", "Nothing");
	marked("en", "x", "", "");
	marked("ar", "اخبار", "آخِر الأخبار هنا", "آخِر [الأخبار] هنا");
	marked("fa", "کتاب", "کتاب‌ها و کتابها",
	    "[کتاب]‌ها و [کتابها]");
	marked("fa", "میروند", "آنها می‌روند",
	    "آنها [می‌روند]");
}

static void
test_query_snippet__shows_the_best_place(void **state)
{
	struct analyser *an = analyser_new(arena, STR("en"));
	struct query q = { 0 };
	struct snippet s = { 0 };
	struct str text = STR("A wall first. Then many many words that say "
			      "nothing of it at all until the sea and the "
			      "wall meet again in one place at the end of it, "
			      "and go on.");

	(void)state;
	query_read(arena, an, STR("sea wall"), &q);
	query_snippet(arena, an, &q, text, 12, &s);
	assert_true(
	    str_eq(pieces_text(s.pieces, s.n),
		STR("nothing of it at all until the [sea] and the [wall] "
		    "meet")) ||
	    str_eq(pieces_text(s.pieces, s.n),
		STR("it at all until the [sea] and the [wall] meet again in")));
	assert_true(s.before && s.after);
	assert_true(s.all && s.worth > 0);
	query_read(arena, an, STR("sea absent"), &q);
	query_snippet(arena, an, &q, text, 12, &s);
	assert_true(!s.all && s.worth > 0);
	query_read(arena, an, STR("absent"), &q);
	query_snippet(arena, an, &q, text, 3, &s);
	assert_true(str_eq(pieces_text(s.pieces, s.n), STR("A wall first")));
	assert_true(!s.before && s.after && s.worth == 0);
	query_snippet(arena, an, &q, STR("One two"), 30, &s);
	assert_true(str_eq(pieces_text(s.pieces, s.n), STR("One two")));
	assert_true(!s.before && !s.after);
	query_snippet(arena, an, &q, STR(""), 30, &s);
	assert_int_equal(s.n, 0);
}

#define QUERY_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		QUERY_TEST(
		    test_query__reads_words_phrases_and_what_is_left_out),
		QUERY_TEST(test_query__reads_operators),
		QUERY_TEST(test_query__reads_dates),
		QUERY_TEST(test_query__knows_other_spellings),
		QUERY_TEST(test_query__takes_whatever_comes),
		QUERY_TEST(test_query__is_bounded),
		QUERY_TEST(test_query_mark__marks_what_was_asked_for),
		QUERY_TEST(test_query_snippet__shows_the_best_place),
	};

	return UNIT_RUN(tests, argc, argv);
}
