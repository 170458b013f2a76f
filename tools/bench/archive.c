/* SPDX-License-Identifier: MIT */
/*
 * Writes an archive of Markdown files to import, the same one every time.
 *
 *	archive mixed FROM COUNT OF FOLDER	a house's archive, or a part
 *	archive peers FROM COUNT OF FOLDER	the story that the peers were given
 *	archive drafts FROM COUNT OF FOLDER	the same, unpublished
 *	archive queries COUNT			what readers look for, a line each
 *
 * FROM and OF: the archive has OF stories, and these are number FROM and on.
 * A story depends on its number only, its date on OF too.
 *
 * mixed: English, Arabic and Persian as 60 : 25 : 15; lengths lognormal about
 * 450 words; headings, quotations, lists, links, related stories.  peers: 580
 * words of English in two sections (ours has one for each story: the second
 * is a tag), five tags, one author, one picture address.
 *
 * Words follow Zipf's law over 40,000 forms for each language: the commonest
 * are the language's own, the others are made of syllables and take endings,
 * so that stemming, folding and the index have their work.  Compression finds
 * less to do in them than in real prose.
 */

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum {
	FORMS = 40000,
	FORM_MAX = 64, /* bytes */
	TEXT_MAX = 1 << 20,
	PER_FOLDER = 1000,
	SECTIONS = 8, /* of an edition */
	TAGS = 2000,
	AUTHORS = 150,
	PEERS_WORDS = 580,
};

/* 2012-01-01 to 2026-09-30, UTC. */
static const int64_t first_day = 1325376000;
static const int64_t last_day = 1790726400;

/* ---- chance that is the same every time (splitmix64) ---- */

static uint64_t chance;

static uint64_t
next(void)
{
	uint64_t z = chance += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static unsigned
below(unsigned n)
{
	return (unsigned)(((next() >> 32) * n) >> 32);
}

static unsigned
between(unsigned low, unsigned high)
{
	return low + below(high - low + 1);
}

static double
unit(void)
{
	return ((double)(next() >> 11) + 0.5) / 9007199254740992.0;
}

/* ---- languages ---- */

struct tongue {
	const char *code, *title;
	unsigned share;	    /* of 100 stories */
	const char *common; /* its commonest words, by falling frequency */
	const char *onsets, *vowels, *codas; /* of syllables */
	const char *before, *after;	     /* what forms are made with */
	const char *open, *close;	     /* quotation marks */
	const char *comma, *stop;
	bool capitals;
	/* Filled in. */
	char forms[FORMS][FORM_MAX];
	double odds[FORMS]; /* Vose's alias method */
	unsigned alias[FORMS];
};

/* It counts joiners as columns, and each run breaks the lines again. */
/* clang-format off */
static struct tongue tongues[] = {
	{
	    .code = "en",
	    .title = "The Bench",
	    .share = 60,
	    .common =
		"the of and to in a is that for it was on with as he be at by "
		"had his but from this have not they which or are an we were "
		"been said her she there their one will would its all more who "
		"when if out up about after some other into than could first "
		"two new people over last year also years government police "
		"city council president minister state country company water "
		"port bridge school hospital court election union market road "
		"storm winter night morning children families workers report",
	    .onsets = "b b br c c ch cl d d dr f f g gr h k l l l m m n n p p "
		      "pl pr qu r r r s s s sh st t t t th tr v w",
	    .vowels = "a a a e e e i i i o o u ea ou",
	    .codas = "- - - - - - - n r s t l m nd",
	    .before = "- - - - - - - - - - - - - un re",
	    .after = "- - - - - - - - s s s ed ed ing ly er ment",
	    .open = "“",
	    .close = "”",
	    .comma = ",",
	    .stop = ".",
	    .capitals = true,
	},
	{
	    .code = "ar",
	    .title = "المقياس",
	    .share = 25,
	    .common =
		"في من على إلى أن التي الذي عن مع هذا هذه كان بعد ما لا بين كل "
		"قال كما قد ذلك لم أو هو هي عند حتى وقد خلال منذ قبل أكثر عام "
		"اليوم غير أي ثم الحكومة الرئيس المدينة الدولة الشرطة وزير "
		"المياه الميناء الجسر المدرسة المستشفى المحكمة الانتخابات "
		"السوق الطريق العاصفة الليل الصباح الأطفال العمال التقرير",
	    .onsets = "ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ع غ ف ق ك ل م ن ه و ي أ",
	    .vowels = "- - ا ي و",
	    .codas = "- - - ر ن ل م د ب",
	    .before = "- - - ال ال ال وال بال و ل",
	    .after = "- - - - ة ة ات ون ين ها هم ية",
	    .open = "«",
	    .close = "»",
	    .comma = "،",
	    .stop = ".",
	},
	{
	    .code = "fa",
	    .title = "سنجه",
	    .share = 15,
	    .common =
		"و در به از که این را با است برای آن یک خود تا کرد بر هم نیز "
		"گفت می‌شود شد او ما یا اما هر بود پس اگر سال روز کشور مردم "
		"دولت رئیس شهر پلیس وزیر آب بندر پل مدرسه بیمارستان دادگاه "
		"انتخابات بازار راه توفان شب صبح کودکان کارگران گزارش",
	    .onsets = "ب پ ت ج چ ح خ د ر ز ژ س ش ع غ ف ق ک گ ل م ن ه و ی آ",
	    .vowels = "- - ا ی و",
	    .codas = "- - - ر ن ل م د ش",
	    .before = "- - - - - می‌ ن",
	    .after = "- - - - ‌ها ‌های ‌ای ی ان تر ترین ش",
	    .open = "«",
	    .close = "»",
	    .comma = "،",
	    .stop = ".",
	},
};
/* clang-format on */
enum { TONGUES = sizeof tongues / sizeof *tongues };

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

/* One of the words of a list; "-" is none. */
static const char *
pick(const char *list, int *n)
{
	unsigned words = 1;
	unsigned want = 0;

	for (const char *p = list; *p != '\0'; p++)
		words += *p == ' ';
	for (want = below(words); want > 0; list++)
		want -= *list == ' ';
	*n = (int)strcspn(list, " ");
	if (*n == 1 && *list == '-')
		*n = 0;
	return list;
}

static void
add_part(char *form, const char *list)
{
	size_t n = strlen(form);
	int part = 0;
	const char *p = pick(list, &part);

	snprintf(form + n, FORM_MAX - n, "%.*s", part, p);
}

/* Rare words are longer. */
static void
make_form(const struct tongue *t, unsigned rank, char *out)
{
	unsigned syllables = 1 + below(2) + (rank > 4000);

	out[0] = '\0';
	add_part(out, t->before);
	for (unsigned i = 0; i < syllables; i++) {
		add_part(out, t->onsets);
		add_part(out, t->vowels);
		add_part(out, t->codas);
	}
	add_part(out, t->after);
}

/* Zipf and Mandelbrot: the word of rank r as often as 1 / (r + 2.7). */
static void
weigh(struct tongue *t)
{
	static double p[FORMS];
	static unsigned small[FORMS], large[FORMS];
	unsigned s = 0;
	unsigned l = 0;
	double sum = 0;

	for (unsigned i = 0; i < FORMS; i++)
		sum += p[i] = 1 / (i + 2.7);
	for (unsigned i = 0; i < FORMS; i++) {
		p[i] *= FORMS / sum;
		if (p[i] < 1)
			small[s++] = i;
		else
			large[l++] = i;
	}
	while (s > 0 && l > 0) {
		unsigned a = small[--s];
		unsigned b = large[l - 1];

		t->odds[a] = p[a];
		t->alias[a] = b;
		p[b] -= 1 - p[a];
		if (p[b] < 1) {
			l--;
			small[s++] = b;
		}
	}
	while (l > 0)
		t->odds[large[--l]] = 1;
	while (s > 0)
		t->odds[small[--s]] = 1;
}

static void
learn(struct tongue *t)
{
	unsigned n = 0;

	chance = (uint64_t)t->code[0] << 8 | (uint64_t)t->code[1];
	for (const char *p = t->common; *p != '\0'; n++) {
		int word = (int)strcspn(p, " ");

		snprintf(t->forms[n], FORM_MAX, "%.*s", word, p);
		p += word;
		p += *p == ' ';
	}
	for (; n < FORMS; n++)
		make_form(t, n, t->forms[n]);
	weigh(t);
}

static const char *
word(const struct tongue *t)
{
	unsigned i = below(FORMS);

	return t->forms[unit() < t->odds[i] ? i : t->alias[i]];
}

/* ---- text ---- */

static char text[TEXT_MAX];
static size_t text_n;

static void
put(const char *format, ...)
{
	va_list args;
	int n = 0;

	va_start(args, format);
	n = vsnprintf(text + text_n, TEXT_MAX - text_n, format, args);
	va_end(args);
	if (n < 0 || text_n + (size_t)n >= TEXT_MAX) {
		fprintf(stderr, "archive: a story is too long\n");
		exit(1);
	}
	text_n += (size_t)n;
}

/* Where printf would be the greater part of the time. */
static void
put_word(const char *w, bool capital)
{
	size_t n = strlen(w);

	if (text_n + n + 1 >= TEXT_MAX)
		put("%s", w);
	memcpy(text + text_n, w, n);
	if (capital && w[0] >= 'a' && w[0] <= 'z')
		text[text_n] = (char)(w[0] - 'a' + 'A');
	text_n += n;
}

static void
put_words(const struct tongue *t, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			put_word(" ", false);
		put_word(word(t), i == 0 && t->capitals);
	}
}

/* Headlines, names: no two words the same by rule, none of one letter. */
static void
put_title(const struct tongue *t, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			put_word(" ", false);
		put_word(t->forms[i % 2 == 0 ? 60 + below(4000) : below(120)],
		    i == 0 && t->capitals);
	}
}

static void
put_sentence(const struct tongue *t, unsigned n, bool plain)
{
	unsigned kind = plain ? 99 : below(100);

	if (kind < 4) {
		put("%s", t->open);
		put_words(t, n);
		put("%s%s", t->comma, t->close);
	} else if (kind < 7 && n > 6) {
		put_words(t, n - 3);
		put(" [");
		put_words(t, 3);
		put("](https://source%u.example/%u)", below(50), below(100000));
	} else if (kind < 9 && n > 4) {
		put_words(t, n - 2);
		put(" *");
		put_words(t, 2);
		put("*");
	} else if (kind < 40 && n > 8) {
		put_words(t, n / 2);
		put("%s ", t->comma);
		for (unsigned i = n / 2; i < n; i++) {
			put_word(word(t), false);
			if (i + 1 < n)
				put_word(" ", false);
		}
	} else {
		put_words(t, n);
	}
	put("%s", t->stop);
}

static void
put_paragraph(const struct tongue *t, unsigned words, bool plain)
{
	while (words > 0) {
		unsigned n = between(8, 24);

		if (n > words || words - n < 8)
			n = words;
		put_sentence(t, n, plain);
		words -= n;
		put(words > 0 ? " " : "\n\n");
	}
}

static void
put_body(const struct tongue *t, unsigned words, bool plain)
{
	bool first = true;

	while (words > 0) {
		unsigned n = between(30, 70);
		unsigned kind = plain || first ? 99 : below(100);

		if (n > words || words - n < 30)
			n = words;
		if (kind < 10) {
			put("## ");
			put_title(t, between(2, 6));
			put("\n\n");
		} else if (kind < 16) {
			put("> ");
		} else if (kind < 19) {
			for (unsigned i = between(2, 5); i > 0; i--) {
				put("- ");
				put_words(t, between(3, 12));
				put("\n");
			}
			put("\n");
		}
		put_paragraph(t, n, plain);
		words -= n;
		first = false;
	}
}

/* ---- stories ---- */

enum kind { MIXED, PEERS, DRAFTS };

struct span {
	enum kind kind;
	int64_t from, count, of;
	const char *folder;
};

/* A few stand everywhere, most hardly anywhere. */
static unsigned
skewed(unsigned n)
{
	double r = exp(unit() * log((double)n)) - 1;

	return r >= n ? n - 1 : (unsigned)r;
}

static void
put_tags(const struct tongue *t, unsigned n)
{
	put("tags: [");
	for (unsigned i = 0; i < n; i++) {
		unsigned tag = skewed(TAGS);

		put("%s\"", i > 0 ? ", " : "");
		put_word(t->forms[100 + tag], t->capitals);
		put(" %s\"", t->forms[4000 + tag]);
	}
	put("]\n");
}

static void
put_author(const struct tongue *t)
{
	unsigned a = skewed(AUTHORS);

	put("authors: [\"");
	put_word(t->forms[9000 + a], t->capitals);
	put(" ");
	put_word(t->forms[20000 + 7 * a], t->capitals);
	put("\"]\n");
}

static void
put_section(const struct tongue *t, unsigned section)
{
	put_word(t->forms[70 + section], t->capitals);
}

static void
put_date(const struct span *s, int64_t number)
{
	int64_t at =
	    first_day + (last_day - first_day) / s->of * (number % s->of);
	time_t seconds = (time_t)at;
	struct tm tm;
	char date[32];

	gmtime_r(&seconds, &tm);
	strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &tm);
	put("date: %s\n", date);
}

static void
put_related(const struct span *s, int64_t number)
{
	int64_t low = number - 400 > s->from ? number - 400 : s->from;

	if (number - low < 10 || below(4) != 0)
		return;
	put("related: [");
	for (unsigned i = 0; i < 3; i++) {
		int64_t other =
		    low + (int64_t)below((unsigned)(number - low) / 3) * 3 + i;

		put("%s%03" PRId64 "/%06" PRId64 ".md", i > 0 ? ", " : "",
		    other / PER_FOLDER, other);
	}
	put("]\n");
}

static const struct tongue *
tongue_of(const struct span *s)
{
	unsigned n = below(100);
	unsigned i = 0;

	while (s->kind == MIXED && n >= tongues[i].share)
		n -= tongues[i++].share;
	return &tongues[i];
}

static unsigned
words_of(const struct span *s)
{
	double normal =
	    sqrt(-2 * log(unit())) * cos(6.283185307179586 * unit());
	double words = exp(log(450) + 0.6 * normal);

	if (s->kind != MIXED)
		return PEERS_WORDS;
	return words < 60 ? 60 : words > 4000 ? 4000 : (unsigned)words;
}

static void
make_story(const struct span *s, int64_t number)
{
	const struct tongue *t = NULL;

	chance = (uint64_t)number * 8 + s->kind;
	t = tongue_of(s);
	text_n = 0;
	put("---\ntitle: \"");
	put_title(t, between(6, 11));
	put("\"\n");
	if (s->kind == DRAFTS)
		put("state: draft\n");
	put_date(s, number);
	put("edition: %s\nsection: \"", t->code);
	put_section(t, skewed(SECTIONS));
	put("\"\n");
	if (s->kind == MIXED && below(3) != 0) {
		put("standfirst: \"");
		put_words(t, between(10, 25));
		put("%s\"\n", t->stop);
	}
	put_author(t);
	put_tags(t, s->kind == MIXED ? between(1, 6) : 6);
	if (s->kind == MIXED)
		put_related(s, number);
	put("---\n");
	if (s->kind != MIXED)
		put("![%s](https://pictures.example/%u/%" PRId64 ".jpg)\n\n",
		    word(t), between(2012, 2026), number);
	put_body(t, words_of(s), s->kind != MIXED);
}

static void
make_folder(const char *path)
{
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		die(path);
}

static void
write_text(const char *path)
{
	FILE *f = fopen(path, "wb");

	if (f == NULL || fwrite(text, 1, text_n, f) != text_n || fclose(f) != 0)
		die(path);
}

/* Sections in an order; the editions, each on UTC's clock. */
static void
write_house(const char *folder)
{
	char path[4096];

	text_n = 0;
	put("editions:\n");
	for (unsigned i = 0; i < TONGUES; i++)
		put("  - { code: %s, lang: %s, zone: UTC, title: %s }\n",
		    tongues[i].code, tongues[i].code, tongues[i].title);
	put("sections:\n");
	for (unsigned i = 0; i < TONGUES; i++)
		for (unsigned j = 0; j < SECTIONS; j++) {
			put("  - { edition: %s, title: \"", tongues[i].code);
			put_section(&tongues[i], j);
			put("\" }\n");
		}
	snprintf(path, sizeof path, "%s/house.yaml", folder);
	write_text(path);
}

static void
write_stories(const struct span *s)
{
	char path[4096];
	int64_t now = -1;

	make_folder(s->folder);
	write_house(s->folder);
	for (int64_t i = s->from; i < s->from + s->count; i++) {
		if (i / PER_FOLDER != now) {
			now = i / PER_FOLDER;
			snprintf(
			    path, sizeof path, "%s/%03" PRId64, s->folder, now);
			make_folder(path);
		}
		make_story(s, i);
		snprintf(path, sizeof path, "%s/%03" PRId64 "/%06" PRId64 ".md",
		    s->folder, i / PER_FOLDER, i);
		write_text(path);
	}
}

/* One to three words by their frequency; a tenth as a phrase. */
static void
write_queries(int64_t n)
{
	chance = UINT64_C(0x5ea4c4);
	for (int64_t i = 0; i < n; i++) {
		bool phrase = below(10) == 0;
		unsigned words = between(phrase ? 2 : 1, 3);
		unsigned share = below(100);
		unsigned t = 0;

		while (share >= tongues[t].share)
			share -= tongues[t++].share;
		printf("%s\t%s", tongues[t].code, phrase ? "\"" : "");
		for (unsigned w = 0; w < words; w++)
			printf("%s%s", w > 0 ? " " : "", word(&tongues[t]));
		printf("%s\n", phrase ? "\"" : "");
	}
}

int
main(int argc, char **argv)
{
	static const char *const kinds[] = { "mixed", "peers", "drafts" };
	struct span s = { .of = 1 };

	for (unsigned i = 0; i < TONGUES; i++)
		learn(&tongues[i]);
	if (argc == 3 && strcmp(argv[1], "queries") == 0) {
		write_queries(atoll(argv[2]));
		return 0;
	}
	for (unsigned i = 0; argc == 6 && i < 3; i++)
		if (strcmp(argv[1], kinds[i]) == 0) {
			s = (struct span){ (enum kind)i, atoll(argv[2]),
				atoll(argv[3]), atoll(argv[4]), argv[5] };
			if (s.from < 0 || s.count < 1 || s.of < 1)
				break;
			write_stories(&s);
			return 0;
		}
	fprintf(stderr, "usage: archive mixed|peers|drafts FROM COUNT OF "
			"FOLDER\n       archive queries COUNT\n");
	return 2;
}
