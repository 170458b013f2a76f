/* SPDX-License-Identifier: MIT */
/* Words as search sees them, language by language. */

#include "unit/unit.h"

#include <stdio.h>

#include "base/base.h"
#include "search/line.h"

struct text {
	const char *lang;
	const char *text;
	const char *terms; /* a space after each */
};

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

static struct str
terms(const char *lang, struct str text)
{
	struct buf b;

	buf_init(&b, arena, 1 << 20);
	words_line(analyser_new(arena, str_c(lang)), text, &b);
	assert_false(b.over);
	return buf_str(&b);
}

static void
check(const struct text *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str got = terms(t[i].lang, str_c(t[i].text));

		if (!str_eq(got, str_c(t[i].terms)))
			fail_msg("%s: \"%s\" gives \"%.*s\", not \"%s\"",
			    t[i].lang, t[i].text, STR_FMT(got), t[i].terms);
	}
}

/* All spellings of a row are one and the same to search. */
static void
same(const char *lang, const char *const *spellings)
{
	struct str first = terms(lang, str_c(spellings[0]));

	assert_true(first.n > 0);
	for (size_t i = 1; spellings[i] != NULL; i++) {
		struct str other = terms(lang, str_c(spellings[i]));

		if (!str_eq(first, other))
			fail_msg("%s: \"%s\" gives \"%.*s\", \"%s\" \"%.*s\"",
			    lang, spellings[0], STR_FMT(first), spellings[i],
			    STR_FMT(other));
	}
}
#define SAME(lang, ...) same((lang), (const char *const[]){ __VA_ARGS__, NULL })

#define CHECK(...)                                                   \
	do {                                                         \
		static const struct text table_[] = { __VA_ARGS__ }; \
		check(table_, sizeof table_ / sizeof table_[0]);     \
	} while (0)

static void
test_words__end_where_readers_think_they_do(void **state)
{
	(void)state;
	CHECK({ "", "Rain, wind & hail!", "rain wind hail " },
	    { "", "week-end e-mail", "week end e mail " },
	    { "", "don't O\u2019Neill 'quoted'", "dont oneill quoted " },
	    { "en", "Varden's harbours", "varden harbour " },
	    { "fr", "l'eau d\u2019Arles", "l eau d arle " },
	    { "", "1,000 2,50 3.14 1,0000", "1000 2 50 3 14 1 0000 " },
	    { "", "snake_case a/b x=1", "snake case a b x 1 " },
	    { "", "soft\u00adhyphen left\u200eright", "softhyphen leftright " },
	    { "ca", "col·lecció", "collecc " }, { "", "", "" },
	    { "", "… – “” ★ 🙂", "" });
}

static void
test_words__fold_case_accents_and_width(void **state)
{
	(void)state;
	SAME("", "Ærø Łódź", "aero lodz", "ÆRØ ŁÓDŹ");
	SAME("", "Straße", "STRASSE", "strasse");
	SAME("", "ＭＡＳＴ", "mast");
	SAME("", "cafe\u0301", "café", "CAFÉ", "cafe");
	SAME("", "İstanbul", "istanbul", "ISTANBUL", "ıstanbul");
	SAME("", "ἀρχή", "αρχη", "ΑΡΧΗ");
	SAME("", "ﬁre", "fire");
	SAME("", "٢٠٢٦", "۲۰۲۶", "२०२६", "2026");
}

static void
test_words__have_the_stem_of_their_language(void **state)
{
	(void)state;
	SAME("en", "publication", "publications");
	SAME("en", "harbours", "Harbour", "HARBOUR'S");
	SAME("en-GB", "flooded", "floods", "flooding");
	SAME("de", "Häuser", "Haus", "HAUSES", "hauser");
	SAME("fr", "journaux", "JOURNAUX");
	SAME("es", "economía", "economia", "ECONOMÍA");
	SAME("ru", "газета", "газеты", "Газетами");
	SAME("ru", "ёлка", "елка");
	SAME("nb", "avisene", "avisen");
	/* No stemmer for it: the word as it is. */
	CHECK({ "sw", "magazeti", "magazeti " }, { "", "floods", "floods " },
	    { "xx-invalid", "floods", "floods " });
}

static void
test_words__fold_arabic(void **state)
{
	(void)state;
	SAME("ar", "أخبار", "اخبار", "إخبار", "ٱخبار", "أَخْبَارٌ", "أخـــبار");
	SAME("ar", "مدرسة", "مدرسه", "المدرسة", "المدرسه");
	SAME("ar", "على", "علي", "علی");
	SAME("ar", "الكتاب", "الکتاب", "كتاب");
	SAME("ar", "المكتبة", "مكتبة", "والمكتبة", "فالمكتبه");
	SAME("ar", "والدين", "الوالدين");
	SAME("ar", "ﻣﺪﺭﺳﺔ", "مدرسة");
	SAME("ar", "\u202bالبحر\u202c", "البحر");
}

static void
test_words__fold_persian_and_do_not_stem_it(void **state)
{
	(void)state;
	SAME("fa", "کتاب‌ها", "کتابها", "کتاب ها", "كتاب‌ها",
	    "كتابها");
	SAME("fa", "خبرها", "خبرهای", "خبر‌های", "خبر های", "خبرهایی",
	    "خبر‌هایی");
	SAME("fa", "علی", "علي", "على");
	SAME("fa", "خانهٔ", "خانه", "خانۀ", "خانة");
	SAME("fa", "مسئله", "مسيله", "مسئلة");
	CHECK({ "fa", "تنها", "تنها " }, { "fa", "آنها", "انها " },
	    { "fa", "می‌روند", "مي روند " }, { "fa", "دختر", "دختر " },
	    { "fa", "شهرها", "شهر ها " });
}

static void
test_words__are_found_in_scripts_without_spaces(void **state)
{
	(void)state;
	CHECK({ "th", "ข่าวสารวันนี้", "ข่าวสาร วัน นี้ " },
	    { "zh", "北京新闻", "北京 新闻 " },
	    { "ja", "東京の新聞、毎日", "東京 の 新聞 毎日 " },
	    { "zh", "GDP增长2.5%", "gdp 增长 2 5 " },
	    { "ko", "서울 신문", "서울 신문 " },
	    { "hi", "समाचार की", "समाचार क " });
}

/* What is marked in a snippet is what stands there. */
static void
test_words__know_where_they_stand(void **state)
{
	struct str text =
	    STR("Die Häuser am Fluß, 1,000 کتاب‌ها 北京新闻.");
	static const char *const parts[] = { "Die", "Häuser", "am", "Fluß",
		"1,000", "کتاب", "ها", "北京", "新闻" };
	struct analyser *an = analyser_new(arena, STR("de"));
	struct word w = { 0 };
	size_t n = 0;

	(void)state;
	words_begin(an, text);
	for (; words_next(an, &w); n++) {
		assert_true(n < sizeof parts / sizeof parts[0]);
		if (!str_eq(
			str_sub(text, w.from, w.to - w.from), str_c(parts[n])))
			fail_msg("word %zu is \"%.*s\", not \"%s\"", n,
			    (int)(w.to - w.from), text.p + w.from, parts[n]);
	}
	assert_int_equal(n, sizeof parts / sizeof parts[0]);
}

static void
test_words__are_cut_when_nobody_can_have_typed_them(void **state)
{
	char *long_word = arena_alloc(arena, 100000);
	struct str got = { 0 };

	(void)state;
	memset(long_word, 'x', 100000);
	got = terms("en", str_make(long_word, 100000));
	assert_int_equal(got.n, TERM_MAX + 1);
	for (size_t i = 0; i + 2 < 100000; i += 2)
		memcpy(long_word + i, "é", 2);
	got = terms("", str_make(long_word, 99998));
	assert_int_equal(got.n, TERM_MAX + 1);
	for (size_t i = 0; i + 3 <= 99999; i += 3)
		memcpy(long_word + i, "字", 3);
	got = terms("", str_make(long_word, 99999));
	assert_true(got.n > 0);
}

/* FTS5's ascii tokenizer must part a line just where words_line() did. */
static void
test_words__are_terms(void **state)
{
	static const char *const texts[] = {
		"Mixed Ünïcode – ‘quotes’ ΑΒΓ ⅷ ② ㍿ ﷺ x\u0301\u200b\ue000s12",
		"ﷻ ½ ™ ℃ Ⅻ 𝔄𝔅 ＡＢ１２ ﬃ ĳ ǆ ʼn o\u0308",
	};

	(void)state;
	for (size_t t = 0; t < 2; t++) {
		struct str got = terms("en", str_c(texts[t]));

		for (size_t at = 0; at < got.n;) {
			uint32_t c = utf8_next(got, &at);

			if (!(c == ' ' || (c >= 'a' && c <= 'z') ||
				(c >= '0' && c <= '9') ||
				(c >= 0x80 && !(c >= 0xe000 && c <= 0xf8ff))))
				fail_msg("U+%04X in \"%.*s\"", (unsigned)c,
				    STR_FMT(got));
		}
	}
}

/* ---- analysers that are lent again ---- */

static const char *const tongues[][2] = {
	{ "en", "Skies, dying boats; the Varden's lies" },
	{ "ar", "والأخبار في المكتبات" },
	{ "fa", "کتاب‌ها و خبرگزاری‌ها" },
	{ "fr", "l'eau des journaux" },
	{ "th", "ข่าวสารวันนี้" },
	{ "nb", "avisenes nyheter" },
	{ "xx", "Nobody's tongue" },
	{ "nobody-speaks-so", "Words" },
	{ "", "Words" },
	{ "de", "Häusern" },
	{ "sv", "tidningarnas" },
	{ "fi", "sanomalehdet" },
	{ "nl", "nieuwspapieren" },
	{ "ru", "публикаций" },
	{ "tr", "gazetelerin" },
};

static void
test_words__are_the_same_from_an_analyser_that_rested(void **state)
{
	(void)state;
	/* More languages than may rest, and each of them again and again. */
	for (size_t i = 0; i < 3 * (sizeof tongues / sizeof *tongues); i++) {
		const char *const *t =
		    tongues[i % (sizeof tongues / sizeof *tongues)];
		struct arena *own = arena_new(0);
		struct analyser *one = analyser_new(own, str_c(t[0]));
		struct analyser *two = analyser_new(own, str_c(t[0]));
		struct analyser *plain = analyser_for_many(arena, str_c(t[0]));
		struct word a = { 0 };
		struct word b = { 0 };
		struct word c = { 0 };

		assert_ptr_not_equal(one, two);
		words_begin(one, str_dup(own, str_c(t[1])));
		words_begin(two, str_dup(own, str_c(t[1])));
		words_begin(plain, str_c(t[1]));
		while (words_next(plain, &c)) {
			assert_true(words_next(one, &a));
			assert_true(words_next(two, &b));
			if (!str_eq(a.term, c.term) || !str_eq(b.term, c.term))
				fail_msg("%s: %.*s, %.*s, not %.*s", t[0],
				    STR_FMT(a.term), STR_FMT(b.term),
				    STR_FMT(c.term));
		}
		/* One of them is given back in the middle of its text. */
		assert_false(words_next(one, &a));
		words_begin(two, str_dup(own, str_c(t[1])));
		assert_true(words_next(two, &b));
		arena_free(own);
	}
}

/* ---- looking for some ---- */

static void
test_words_look_for__passes_over_others_only(void **state)
{
	static const struct str text =
	    STR_INIT("Skies and SKY, dying die; gently e\u0301tude, Étude, "
		     "ugly 1,000 years' yielding 2nd "
		     "Varden's, sky-high İs ſkies ﬁsh");
	struct analyser *an = analyser_new(arena, STR("en"));
	struct analyser *plain = analyser_for_many(arena, STR("en"));
	struct word w = { 0 };
	struct word all = { 0 };
	size_t passed = 0;
	size_t found = 0;

	(void)state;
	words_begin(an, text);
	words_look_for(an, STR("sky"));
	words_look_for(an, STR("etud"));
	words_begin(plain, text);
	while (words_next(plain, &all)) {
		assert_true(words_next(an, &w));
		assert_int_equal(w.from, all.from);
		assert_int_equal(w.to, all.to);
		if (w.term.n == 0)
			assert_false(str_eq(all.term, STR("sky")) ||
				     str_eq(all.term, STR("etud")));
		else
			assert_true(str_eq(w.term, all.term));
		passed += w.term.n == 0;
		found +=
		    str_eq(w.term, STR("sky")) || str_eq(w.term, STR("etud"));
	}
	assert_false(words_next(an, &w));
	assert_true(passed > 5);
	assert_int_equal(found, 6);
	/* The next text is read whole again. */
	words_begin(an, STR("boats"));
	assert_true(words_next(an, &w));
	assert_true(str_eq(w.term, STR("boat")));
	/* The Arabic stemmer cuts in front, too. */
	an = analyser_new(arena, STR("ar"));
	words_begin(an, STR("والأخبار"));
	words_look_for(an, STR("اخبار"));
	assert_true(words_next(an, &w));
	assert_true(w.term.n > 0);
}

/* What texts are made of, where words of ASCII meet all else. */
static const char *const scraps[] = { "harbour", "Rain", "x", "2016", "B2B",
	"publications", "running", " ", " ", " ", "\n", "'", "\u2019", "s",
	"'s", "n't", ",", "1,000", "1,0000", ",000", ".", "-", "&", "_", "l'",
	"é", "É", "Häuser", "\u0301", "\u00ad", "\u200c", "\u200d", "\u00a0",
	"\u00b7", "\u200e", "والأخبار", "مكتبة", "کتاب‌ها", "ها", "٣٤",
	"ข่าวสาร", "新聞", "ﬃ", "ＡＢ", "ß", "İ", "\U0001d504", "\ue000", "½",
	"ʼn",
	"averyveryveryverylongwordthatnobodywilleverhavetypedanywhereatall" };
enum { SCRAPS = sizeof scraps / sizeof *scraps };

static struct str
walked(const char *lang, struct str text)
{
	struct analyser *an = analyser_new(arena, str_c(lang));
	struct word w;
	struct buf b;

	buf_init(&b, arena, 1 << 20);
	words_begin(an, text);
	while (words_next(an, &w)) {
		buf_put(&b, w.term);
		buf_char(&b, ' ');
	}
	return buf_str(&b);
}

/* It has a short way for plain words, which must lead to the same place. */
static void
test_words_line__gives_what_a_walk_gives(void **state)
{
	static const char *const langs[] = { "en", "fr", "de", "ar", "fa", "tr",
		"ru", "" };
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		const char *lang = langs[i % 8];
		struct str text = { 0 };
		struct buf b;

		buf_init(&b, arena, 1 << 16);
		for (int n = 0; n < 24; n++) {
			seed = seed * UINT64_C(6364136223846793005) + 1;
			buf_put(&b, str_c(scraps[(seed >> 33) % SCRAPS]));
		}
		text = buf_str(&b);
		if (!str_eq(terms(lang, text), walked(lang, text)))
			fail_msg("%s: \"%.*s\" gives \"%.*s\", not \"%.*s\"",
			    lang, STR_FMT(text), STR_FMT(terms(lang, text)),
			    STR_FMT(walked(lang, text)));
		if (i % 100 == 99)
			arena_reset(arena);
	}
}

static void
test_words_fold__leaves_the_words_whole(void **state)
{
	(void)state;
	assert_true(str_eq(words_fold(arena, STR("  Port  VELMÁR's, docks ")),
	    STR("port velmars docks")));
	assert_true(str_eq(words_fold(arena, STR("—")), STR("")));
}

static void
test_words_fingerprint__is_the_same_each_time(void **state)
{
	struct str one = words_fingerprint(arena);

	(void)state;
	assert_true(str_eq(one, words_fingerprint(arena)));
	assert_true(str_starts(one, STR("3/")));
}

/* ---- lines of the index ---- */

static struct str
line_of(struct analyser *an, const struct str *terms, size_t n)
{
	struct buf b;
	struct line l;

	buf_init(&b, arena, 1 << 16);
	line_begin(&l, an, &b);
	for (size_t i = 0; i < n; i++)
		line_term(&l, terms[i]);
	return buf_str(&b);
}

/* Whole terms of it, one after the other. */
static bool
line_has(struct str line, struct str part)
{
	struct str spaced = STR_CAT(arena, STR(" "), line);

	return str_find(spaced, STR_CAT(arena, STR(" "), part, STR(" ")), 0) !=
	       SIZE_MAX;
}

static bool
stands_in(const struct str *text, size_t n, const struct str *phrase, size_t k)
{
	for (size_t at = 0; at + k <= n; at++) {
		size_t same = 0;

		while (same < k && str_eq(text[at + same], phrase[same]))
			same++;
		if (same == k)
			return true;
	}
	return false;
}

static void
test_line__has_a_common_word_by_its_neighbours(void **state)
{
	struct analyser *an = analyser_new(arena, STR("en"));
	struct buf b;
	struct line l;

	(void)state;
	buf_init(&b, arena, 4096);
	line_begin(&l, an, &b);
	line_text(&l, STR("Walls of the"));
	line_text(&l, STR("port"));
	assert_int_equal(
	    l.seen, (UINT64_C(1) << words_common(an, STR("the"))) |
			(UINT64_C(1) << words_common(an, STR("of"))));
	assert_false(line_has(buf_str(&b), STR("of")));
	assert_false(line_has(buf_str(&b), STR("the")));
	assert_true(line_has(buf_str(&b), STR("wall")));
	assert_true(line_has(buf_str(&b), STR("of" LINE_BEFORE "the")));
	assert_true(line_has(buf_str(&b),
	    line_of_phrase(arena, an,
		(const struct str[]){ STR("the"), STR("port") }, 2)));
	assert_int_equal(words_common(an, STR("port")), -1);
	assert_int_equal(
	    words_common(analyser_new(arena, STR("xx")), STR("the")), -1);
}

/* Short words of few letters: many phrases, and all kinds of words. */
static void
test_line__of_a_phrase_stands_where_the_phrase_does(void **state)
{
	static const char *const few[] = { "the", "of", "in", "wall", "port",
		"rain" };
	struct analyser *an = analyser_new(arena, STR("en"));
	uint64_t seed = 7;
	int found = 0;

	(void)state;
	for (int i = 0; i < 60000; i++) {
		struct str text[12];
		struct str phrase[4];
		char made[12][4];
		size_t k = 0;
		bool is = false;

		for (size_t w = 0; w < 12; w++) {
			seed = seed * UINT64_C(6364136223846793005) + 1;
			snprintf(made[w], sizeof made[w], "w%u",
			    (unsigned)(seed >> 40) % 90);
			/* Of every other text all words are known ones. */
			text[w] = i % 2 == 0 || (seed >> 33) % 4 == 0
				      ? str_c(few[(seed >> 50) % 6])
				      : str_c(made[w]);
		}
		k = 2 + (seed >> 37) % 3;
		for (size_t w = 0; w < k; w++) {
			seed = seed * UINT64_C(6364136223846793005) + 1;
			phrase[w] = text[(seed >> 33) % 12];
		}
		is = stands_in(text, 12, phrase, k);
		found += is;
		assert_int_equal(is, line_has(line_of(an, text, 12),
					 line_of_phrase(arena, an, phrase, k)));
		if (i % 100 == 99) {
			arena_reset(arena);
			an = analyser_new(arena, STR("en"));
		}
	}
	assert_true(found > 2000);
}

static void
test_common__are_words_of_their_language(void **state)
{
	static const char *const langs[] = { "en", "ar", "fa", "de", "fr", "es",
		"it", "pt", "nl", "sv", "da", "nb", "ru", "tr" };

	(void)state;
	for (size_t i = 0; i < sizeof langs / sizeof langs[0]; i++) {
		struct analyser *an = analyser_new(arena, str_c(langs[i]));

		for (int k = 0; k < 24; k++) {
			struct str term = words_common_term(an, k);

			assert_int_equal(words_common(an, term), k);
		}
	}
}

#define WORDS_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WORDS_TEST(test_words__end_where_readers_think_they_do),
		WORDS_TEST(test_words__fold_case_accents_and_width),
		WORDS_TEST(test_words__have_the_stem_of_their_language),
		WORDS_TEST(test_words__fold_arabic),
		WORDS_TEST(test_words__fold_persian_and_do_not_stem_it),
		WORDS_TEST(test_words__are_found_in_scripts_without_spaces),
		WORDS_TEST(test_words__know_where_they_stand),
		WORDS_TEST(test_words__are_cut_when_nobody_can_have_typed_them),
		WORDS_TEST(test_words__are_terms),
		WORDS_TEST(
		    test_words__are_the_same_from_an_analyser_that_rested),
		WORDS_TEST(test_words_look_for__passes_over_others_only),
		WORDS_TEST(test_words_line__gives_what_a_walk_gives),
		WORDS_TEST(test_line__has_a_common_word_by_its_neighbours),
		WORDS_TEST(test_line__of_a_phrase_stands_where_the_phrase_does),
		WORDS_TEST(test_common__are_words_of_their_language),
		WORDS_TEST(test_words_fold__leaves_the_words_whole),
		WORDS_TEST(test_words_fingerprint__is_the_same_each_time),
	};

	return UNIT_RUN(tests, argc, argv);
}
