/* SPDX-License-Identifier: MIT */
/* From text to terms: where words end. */

#include "search/words.h"

#include <libstemmer.h>
#include <pthread.h>
#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>

#include "search/common.h"
#include "search/fold.h"

enum {
	RAW_MAX = 256,	   /* bytes of a word that are looked at */
	RUN_MAX = 3000,	   /* bytes handed to a dictionary at once */
	PENDING_MAX = 4,   /* terms of one word */
	MEMO_KEPT = 8192,  /* powers of two: of those that rest, 450 kB, */
	MEMO_MANY = 65536, /* for thousands of texts, */
	MEMO_PROBE = 64,   /* and for a line, in each language */
	MEMO_TERM = 24,	   /* bytes */
	LANG_MAX = 12,	   /* bytes of a language's code, with its end */
	REST_MAX = 12,	   /* analysers that wait for the next text */
};

/* A term of no more than MEMO_TERM bytes, filled up with NUL. */
struct key {
	uint64_t part[MEMO_TERM / 8];
};

/* Words repeat: a stem is worked out once and kept until it is in the way. */
struct memo {
	struct key term;
	char stem[MEMO_TERM];
	uint8_t stem_n; /* 0: nothing is kept here */
};

/* A term being made, whose beginning is a key. */
union room {
	struct key key;
	char text[TERM_MAX];
};

struct analyser {
	struct sb_stemmer *stemmer; /* NULL: folded only */
	struct memo *memo;
	size_t memo_n;
	char lang[LANG_MAX]; /* of one that rests afterwards; else "" */
	bool elides, english, arabic, persian;
	struct common common; /* none: of a plain one */

	struct str text;
	size_t at;
	/* Looked for: terms that begin with one of these letters or digits. */
	bool looking;
	uint64_t firsts[2];

	/* A run of a script without spaces, being parted. */
	UBreakIterator *breaks;
	UText *utext;
	size_t run_from, run_to;
	int32_t run_at;

	/* Terms of the word read last. */
	struct word pending[PENDING_MAX];
	char terms[PENDING_MAX][TERM_MAX];
	size_t pending_n, pending_at;

	char anew[TERM_MAX]; /* the stem that was worked out last */
};

/* ---- opening ---- */

static struct str
primary(struct str lang)
{
	struct str rest = { 0 };

	return str_cut(lang, '-', &rest);
}

static bool
is_one_of(struct str lang, const char *const *list)
{
	for (; *list != NULL; list++)
		if (str_eq_nocase(lang, str_c(*list)))
			return true;
	return false;
}

static void
analyser_close(void *arg)
{
	struct analyser *an = arg;

	sb_stemmer_delete(an->stemmer);
	if (an->breaks != NULL)
		ubrk_close(an->breaks);
	if (an->utext != NULL)
		utext_close(an->utext);
}

static struct analyser *
analyser_plain(struct arena *a)
{
	struct analyser *an = ARENA_NEW(a, struct analyser);

	arena_defer(a, analyser_close, an);
	return an;
}

static void
analyser_init(struct analyser *an, struct arena *a, struct str code)
{
	static const char *const eliding[] = { "fr", "it", "ca", "oc", "co",
		"rm", "sc", NULL };
	static const char *const persian[] = { "fa", "prs", "pes", NULL };

	an->stemmer = sb_stemmer_new(str_cstr(a, code), "UTF_8");
	an->elides = is_one_of(code, eliding);
	an->arabic = str_eq(code, STR("ar")) || str_eq(code, STR("arabic"));
	an->english = str_eq(code, STR("en"));
	an->persian = is_one_of(code, persian);
}

static struct str
code_of(struct arena *a, struct str lang)
{
	struct str code = str_lower_ascii(a, primary(lang));

	return str_eq(code, STR("nb")) || str_eq(code, STR("nn")) ? STR("no")
								  : code;
}

static void
learn_common(struct analyser *an, struct str code)
{
	struct word w = { 0 };

	words_begin(an, common_words(code));
	while (words_next(an, &w))
		common_add(&an->common, w.term);
}

static struct analyser *
analyser_sized(struct arena *a, struct str lang, size_t memo_n)
{
	struct analyser *an = analyser_plain(a);
	struct str code = code_of(a, lang);

	analyser_init(an, a, code);
	an->memo_n = memo_n;
	if (an->stemmer != NULL)
		an->memo = ARENA_ARRAY(a, an->memo_n, struct memo);
	learn_common(an, code);
	return an;
}

struct analyser *
analyser_for_many(struct arena *a, struct str lang)
{
	return analyser_sized(a, lang, MEMO_MANY);
}

/*
 * Half of a search page's time once went into stems that the page before had
 * worked out, too.  So an analyser outlives the arena it was lent to, and the
 * next of its language begins with all that it remembers.
 */
static struct {
	pthread_mutex_t lock;
	struct analyser *all[REST_MAX]; /* who rests longest comes first */
	size_t n;
} rest = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct analyser *
rest_take(size_t i)
{
	struct analyser *an = rest.all[i];

	rest.n--;
	memmove(
	    &rest.all[i], &rest.all[i + 1], (rest.n - i) * sizeof rest.all[0]);
	return an;
}

static void
rest_begin(void *arg)
{
	struct analyser *an = arg;
	struct analyser *old = NULL;

	/* Its text ends with the arena. */
	words_begin(an, (struct str){ 0 });
	pthread_mutex_lock(&rest.lock);
	if (rest.n == REST_MAX)
		old = rest_take(0);
	rest.all[rest.n++] = an;
	pthread_mutex_unlock(&rest.lock);
	if (old == NULL)
		return;
	analyser_close(old);
	free(old->memo);
	free(old);
}

static struct analyser *
rest_end(struct str code)
{
	struct analyser *an = NULL;

	pthread_mutex_lock(&rest.lock);
	for (size_t i = rest.n; i-- > 0 && an == NULL;)
		if (str_eq(str_c(rest.all[i]->lang), code))
			an = rest_take(i);
	pthread_mutex_unlock(&rest.lock);
	return an;
}

static struct analyser *
analyser_kept(struct arena *a, struct str code)
{
	struct analyser *an = calloc(1, sizeof *an);

	if (an == NULL)
		abort();
	analyser_init(an, a, code);
	memcpy(an->lang, code.p, code.n);
	an->memo_n = MEMO_KEPT;
	if (an->stemmer != NULL)
		an->memo = calloc(an->memo_n, sizeof *an->memo);
	if (an->stemmer != NULL && an->memo == NULL)
		abort();
	learn_common(an, code);
	return an;
}

struct analyser *
analyser_new(struct arena *a, struct str lang)
{
	struct str code = code_of(a, lang);
	struct analyser *an = NULL;

	/* No such language is spoken: it need not be remembered. */
	if (code.n == 0 || code.n >= LANG_MAX)
		return analyser_for_many(a, lang);
	an = rest_end(code);
	if (an == NULL)
		an = analyser_kept(a, code);
	arena_defer(a, rest_begin, an);
	return an;
}

bool
analyser_is_persian(const struct analyser *an)
{
	return an->persian;
}

/* ---- stemming ---- */

/*
 * Arabic writes its feminine ending with and without dots, and the stemmer
 * drops the one with dots from every word, the other from some only.  So a
 * folded ending gets its dots for the stemmer, and what is left loses them.
 */
#define HEH "\u0647"
#define TEH_MARBUTA "\u0629"

static bool
change_end(char *p, size_t n, const char *end, const char *instead)
{
	if (n < 2 || memcmp(p + n - 2, end, 2) != 0)
		return false;
	memcpy(p + n - 2, instead, 2);
	return true;
}

/*
 * "and the", "so the" before a word: the stemmer knows the article only where
 * the word begins with it.  "والد…" is a father, not "and the …".
 */
static struct str
without_and(struct str term)
{
	enum { LETTER = 2, ROOT_MIN = 3 };
	static const struct str heads[] = { STR_INIT("وال"), STR_INIT("فال") };

	if (utf8_length(term) < 3 + ROOT_MIN || str_starts(term, STR("والد")))
		return term;
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
		if (str_starts(term, heads[i]))
			return str_from(term, LETTER);
	return term;
}

/* Into room; false when the stemmer has nothing good to say. */
static bool
stem_anew(struct analyser *an, struct str term, char room[TERM_MAX], size_t *n)
{
	const sb_symbol *out = NULL;
	int out_n = 0;

	if (an->arabic)
		term = without_and(term);
	memcpy(room, term.p, term.n);
	if (an->arabic)
		change_end(room, term.n, HEH, TEH_MARBUTA);
	out =
	    sb_stemmer_stem(an->stemmer, (const sb_symbol *)room, (int)term.n);
	out_n = sb_stemmer_length(an->stemmer);
	if (out == NULL || out_n <= 0 || out_n > TERM_MAX ||
	    !fold_is_term(str_make((const char *)out, (size_t)out_n)))
		return false;
	memcpy(room, out, (size_t)out_n);
	*n = (size_t)out_n;
	if (an->arabic)
		change_end(room, *n, TEH_MARBUTA, HEH);
	return true;
}

static struct memo *
memo_of(const struct analyser *an, const struct key *k)
{
	uint64_t h = k->part[0] * UINT64_C(0x9e3779b97f4a7c15) +
		     k->part[1] * UINT64_C(0xbf58476d1ce4e5b9) +
		     k->part[2] * UINT64_C(0x94d049bb133111eb);

	return &an->memo[(h >> 40) & (an->memo_n - 1)];
}

static bool
memo_has(const struct memo *m, const struct key *k)
{
	return m->stem_n != 0 && m->term.part[0] == k->part[0] &&
	       m->term.part[1] == k->part[1] && m->term.part[2] == k->part[2];
}

/*
 * Of a term that stands in its union room; of one that is longer than a key,
 * only the text counts.  Stays until the next one is asked for.
 */
static struct str
stem_in(struct analyser *an, union room *term, size_t n)
{
	struct memo *m = NULL;
	struct key key = term->key;
	size_t stem_n = 0;

	if (an->stemmer == NULL)
		return str_make(term->text, n);
	if (n <= MEMO_TERM) {
		m = memo_of(an, &key);
		if (memo_has(m, &key))
			return str_make(m->stem, m->stem_n);
	}
	if (!stem_anew(an, str_make(term->text, n), an->anew, &stem_n)) {
		memcpy(an->anew, term->text, n);
		stem_n = n;
	}
	if (m != NULL && stem_n <= MEMO_TERM) {
		m->term = key;
		m->stem_n = (uint8_t)stem_n;
		memcpy(m->stem, an->anew, stem_n);
	}
	return str_make(an->anew, stem_n);
}

/* The result stands in room. */
static struct str
stem(struct analyser *an, struct str term, char room[TERM_MAX])
{
	union room own = { .key = { { 0 } } };
	struct str found = { 0 };

	memcpy(own.text, term.p, term.n);
	found = stem_in(an, &own, term.n);
	memcpy(room, found.p, found.n);
	return str_make(room, found.n);
}

/* ---- a word becomes terms ---- */

static void
give(struct analyser *an, struct str term, size_t from, size_t to)
{
	struct word *w = &an->pending[an->pending_n];

	if (term.n == 0 || an->pending_n == PENDING_MAX)
		return;
	w->term = stem(an, term, an->terms[an->pending_n++]);
	w->from = from;
	w->to = to;
}

/* "Varden's" is "Varden". */
static struct str
without_possessive(struct str raw)
{
	static const struct str ends[] = { STR_INIT("'s"), STR_INIT("'S"),
		STR_INIT("\u2019s"), STR_INIT("\u2019S") };

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (raw.n > ends[i].n && str_ends(raw, ends[i]))
			return str_sub(raw, 0, raw.n - ends[i].n);
	return raw;
}

static void
take_word(struct analyser *an, size_t from, size_t to)
{
	char room[TERM_MAX];
	struct str raw = str_sub(an->text, from, to - from);
	struct str term = { 0 };
	struct str plural = { 0 };

	if (raw.n > RAW_MAX)
		raw.n = utf8_whole(str_sub(raw, 0, RAW_MAX));
	if (an->english)
		raw = without_possessive(raw);
	term = fold_word(raw, room);
	if (an->persian && fold_cut_plural(term, &term, &plural)) {
		if (term.n > 0)
			give(an, term, from, to);
		give(an, plural, from, to);
		return;
	}
	give(an, term, from, to);
}

/* ---- where words end ---- */

enum part {
	PART_BREAK,   /* between words */
	PART_LETTER,  /* letters, marks and digits */
	PART_SPELL,   /* of a script that is parted by a dictionary */
	PART_IGNORED, /* nothing: bidi marks, soft hyphens */
	PART_JOINER,  /* an apostrophe, a middle dot: inside a word only */
	PART_COMMA,   /* between digits: 1,000 */
};

static bool
needs_dictionary(UChar32 c)
{
	UErrorCode e = U_ZERO_ERROR;

	/* No script below is written without spaces. */
	if (c < 0xe00)
		return false;
	if (u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT)
		return true;
	switch ((int)uscript_getScript(c, &e)) {
	case USCRIPT_HAN:
	case USCRIPT_HIRAGANA:
	case USCRIPT_KATAKANA:
		return true;
	default:
		return false;
	}
}

static bool
is_apostrophe(uint32_t c)
{
	return c == '\'' || c == 0x2019 || c == 0x2018 || c == 0xff07;
}

static enum part
part_of_ascii(uint32_t c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9'))
		return PART_LETTER;
	return c == '\'' ? PART_JOINER : c == ',' ? PART_COMMA : PART_BREAK;
}

static enum part
part_find(uint32_t c)
{
	if (c < 0x80)
		return part_of_ascii(c);
	switch (c) {
	case 0x200c: /* zero-width non-joiner */
		return PART_BREAK;
	case 0xb7:  /* l·l */
	case 0x5f3: /* geresh, gershayim */
	case 0x5f4:
		return PART_JOINER;
	case 0x66c:
		return PART_COMMA;
	default:
		break;
	}
	if (is_apostrophe(c))
		return PART_JOINER;
	switch (u_charType((UChar32)c)) {
	case U_UPPERCASE_LETTER:
	case U_LOWERCASE_LETTER:
	case U_TITLECASE_LETTER:
	case U_MODIFIER_LETTER:
	case U_OTHER_LETTER:
	case U_NON_SPACING_MARK:
	case U_ENCLOSING_MARK:
	case U_COMBINING_SPACING_MARK:
	case U_DECIMAL_DIGIT_NUMBER:
	case U_LETTER_NUMBER:
	case U_OTHER_NUMBER:
		return needs_dictionary((UChar32)c) ? PART_SPELL : PART_LETTER;
	case U_FORMAT_CHAR:
		return PART_IGNORED;
	default:
		return PART_BREAK;
	}
}

/* Of the characters that most words are made of, found once. */
enum { PARTS_END = 0x3000 };

static uint8_t parts[PARTS_END];
static pthread_once_t parts_once = PTHREAD_ONCE_INIT;

static void
parts_make(void)
{
	for (uint32_t c = 0; c < PARTS_END; c++)
		parts[c] = (uint8_t)part_find(c);
}

/* After words_begin(). */
static enum part
part_of(uint32_t c)
{
	return c < PARTS_END ? (enum part)parts[c] : part_find(c);
}

static bool
digit_at(struct str s, size_t at)
{
	return at < s.n && s.p[at] >= '0' && s.p[at] <= '9';
}

/* "1,000": a comma with a digit before it and three, no fourth, after. */
static bool
is_thousands(struct str s, size_t comma, size_t after)
{
	return comma > 0 && digit_at(s, comma - 1) && digit_at(s, after) &&
	       digit_at(s, after + 1) && digit_at(s, after + 2) &&
	       !digit_at(s, after + 3);
}

/* The end of the word that begins at from; the text goes on at *next. */
static size_t
word_end(const struct analyser *an, size_t from, size_t *next)
{
	struct str s = an->text;
	size_t at = from;
	size_t end = from;

	while (at < s.n) {
		size_t after = at;
		size_t peek = 0;
		uint32_t c = fold_next(s, &after);

		switch (part_of(c)) {
		case PART_LETTER:
			end = at = after;
			continue;
		case PART_IGNORED:
			at = after;
			continue;
		case PART_JOINER:
			peek = after;
			if ((an->elides && is_apostrophe(c)) || at != end ||
			    after >= s.n ||
			    part_of(utf8_next(s, &peek)) != PART_LETTER)
				break;
			at = after;
			end = at;
			continue;
		case PART_COMMA:
			if (!is_thousands(s, at, after))
				break;
			end = at = after;
			continue;
		case PART_SPELL:
		case PART_BREAK:
			break;
		}
		break;
	}
	*next = at;
	return end;
}

/* ---- scripts without spaces ---- */

static size_t
run_end(struct str s, size_t from)
{
	size_t at = from;

	while (at < s.n && at - from < RUN_MAX) {
		size_t after = at;
		enum part p = part_of(utf8_next(s, &after));

		/* Marks belong to what they stand on. */
		if (p != PART_SPELL && p != PART_IGNORED)
			break;
		at = after;
	}
	return at;
}

/* false: ICU has no dictionary here, and the run is taken as one word. */
static bool
run_begin(struct analyser *an, size_t from, size_t to)
{
	UErrorCode e = U_ZERO_ERROR;

	an->utext = utext_openUTF8(
	    an->utext, an->text.p + from, (int64_t)(to - from), &e);
	if (an->breaks == NULL && U_SUCCESS(e))
		an->breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &e);
	if (U_SUCCESS(e))
		ubrk_setUText(an->breaks, an->utext, &e);
	if (U_FAILURE(e))
		return false;
	an->run_from = from;
	an->run_to = to;
	an->run_at = ubrk_first(an->breaks);
	return true;
}

/* The next word of the run, if any is left. */
static bool
run_next(struct analyser *an)
{
	while (an->run_to != 0) {
		int32_t from = an->run_at;
		int32_t to = ubrk_next(an->breaks);

		if (to == UBRK_DONE) {
			an->at = an->run_to;
			an->run_to = 0;
			return false;
		}
		an->run_at = to;
		if (ubrk_getRuleStatus(an->breaks) < UBRK_WORD_NONE_LIMIT)
			continue;
		take_word(
		    an, an->run_from + (size_t)from, an->run_from + (size_t)to);
		if (an->pending_n > 0)
			return true;
	}
	return false;
}

/* ---- taking words ---- */

void
words_begin(struct analyser *an, struct str text)
{
	pthread_once(&parts_once, parts_make);
	an->text = text;
	an->at = 0;
	an->run_to = 0;
	an->pending_n = an->pending_at = 0;
	an->looking = false;
}

void
words_look_for(struct analyser *an, struct str term)
{
	unsigned char c = term.n > 0 ? (unsigned char)term.p[0] : 0;

	/*
	 * The English stemmer cuts and changes endings only: a word's first
	 * letter is its term's.  Others, such as the Arabic one, cut in front.
	 */
	if (!an->english)
		return;
	if (!an->looking)
		an->firsts[0] = an->firsts[1] = 0;
	an->looking = true;
	if (c < 0x80)
		an->firsts[c / 64] |= UINT64_C(1) << c % 64;
}

/* Is that word none of those looked for, by its first letter? */
static bool
is_another(const struct analyser *an, size_t from)
{
	unsigned char c = (unsigned char)an->text.p[from];

	if (!an->looking || c >= 0x80)
		return false;
	if (c >= 'A' && c <= 'Z')
		c = (unsigned char)(c + ('a' - 'A'));
	return (an->firsts[c / 64] >> c % 64 & 1) == 0;
}

/* It counts as a word. */
static void
pass_over(struct analyser *an, size_t from, size_t to)
{
	an->pending[an->pending_n++] =
	    (struct word){ .term = STR(""), .from = from, .to = to };
}

/* Reads on until terms are pending; false at the end. */
static bool
read_on(struct analyser *an)
{
	an->pending_n = an->pending_at = 0;
	while (an->pending_n == 0) {
		size_t after = an->at;
		enum part p = PART_BREAK;

		if (an->run_to != 0 && run_next(an))
			break;
		after = an->at;
		if (an->at >= an->text.n)
			return false;
		p = part_of(fold_next(an->text, &after));
		if (p == PART_LETTER) {
			size_t from = an->at;
			size_t end = word_end(an, from, &an->at);

			if (is_another(an, from))
				pass_over(an, from, end);
			else
				take_word(an, from, end);
		} else if (p == PART_SPELL) {
			size_t end = run_end(an->text, an->at);

			if (run_begin(an, an->at, end))
				continue;
			take_word(an, an->at, end);
			an->at = end;
		} else {
			an->at = after;
		}
	}
	return true;
}

bool
words_next(struct analyser *an, struct word *out)
{
	if (an->pending_at == an->pending_n && !read_on(an))
		return false;
	*out = an->pending[an->pending_at++];
	return true;
}

/* Letters and digits of ASCII as they are folded; 0: something else. */
#define SELF(c) [c] = (c)
#define FOLDED(upper, lower) [upper] = (lower), SELF(lower)
static const char ascii[256] = { SELF('0'), SELF('1'), SELF('2'), SELF('3'),
	SELF('4'), SELF('5'), SELF('6'), SELF('7'), SELF('8'), SELF('9'),
	FOLDED('A', 'a'), FOLDED('B', 'b'), FOLDED('C', 'c'), FOLDED('D', 'd'),
	FOLDED('E', 'e'), FOLDED('F', 'f'), FOLDED('G', 'g'), FOLDED('H', 'h'),
	FOLDED('I', 'i'), FOLDED('J', 'j'), FOLDED('K', 'k'), FOLDED('L', 'l'),
	FOLDED('M', 'm'), FOLDED('N', 'n'), FOLDED('O', 'o'), FOLDED('P', 'p'),
	FOLDED('Q', 'q'), FOLDED('R', 'r'), FOLDED('S', 's'), FOLDED('T', 't'),
	FOLDED('U', 'u'), FOLDED('V', 'v'), FOLDED('W', 'w'), FOLDED('X', 'x'),
	FOLDED('Y', 'y'), FOLDED('Z', 'z') };

/* Does a word of ASCII surely end before that byte?  Not all that do. */
static bool
ends_plainly(char c)
{
	return (unsigned char)c < 0x80 && c != '\'' && c != ',';
}

/*
 * The term of the next word, if that is one of letters and digits of ASCII
 * and nothing else, as nearly all are in most languages; else empty, and
 * read_on() has its say.  Gives what that would give, at a fifth of the price.
 */
static struct str
plain_next(struct analyser *an)
{
	const char *p = an->text.p + an->at;
	const char *end = an->text.p + an->text.n;
	union room room;
	size_t n = 0;

	if (an->pending_at != an->pending_n || an->run_to != 0)
		return (struct str){ 0 };
	while (p < end && (unsigned char)*p < 0x80 &&
	       ascii[(unsigned char)*p] == 0)
		p++;
	an->at = (size_t)(p - an->text.p);
	room.key = (struct key){ { 0 } };
	for (; p < end && ascii[(unsigned char)*p] != 0; p++) {
		if (n == TERM_MAX)
			return (struct str){ 0 };
		room.text[n++] = ascii[(unsigned char)*p];
	}
	if (n == 0 || (p < end && !ends_plainly(*p)))
		return (struct str){ 0 };
	an->at = (size_t)(p - an->text.p);
	if (an->stemmer == NULL) {
		memcpy(an->anew, room.text, n);
		return str_make(an->anew, n);
	}
	return stem_in(an, &room, n);
}

bool
words_term(struct analyser *an, struct str *term)
{
	struct word w = { 0 };

	*term = plain_next(an);
	if (term->n > 0)
		return true;
	if (!words_next(an, &w))
		return false;
	*term = w.term;
	return true;
}

void
words_line(struct analyser *an, struct str text, struct buf *out)
{
	struct str term = { 0 };

	words_begin(an, text);
	while (words_term(an, &term)) {
		buf_put(out, term);
		buf_char(out, ' ');
	}
}

int
words_common(const struct analyser *an, struct str term)
{
	return common_find(&an->common, term);
}

struct str
words_common_term(const struct analyser *an, int which)
{
	return str_make(an->common.all[which].text, an->common.all[which].n);
}

struct str
words_fold(struct arena *a, struct str text)
{
	struct analyser *an = analyser_plain(a);
	struct buf b;

	/* Compatibility forms may stand for several letters. */
	buf_init(&b, a, 20 * text.n + TERM_MAX);
	words_line(an, text, &b);
	return str_trim(buf_str(&b));
}

/* ---- what it all depends on ---- */

/* In each of its words some stemmer of libstemmer finds something to do. */
static const char probe[] =
    "publications publiées öffentlichen Häuser economía corações "
    "публикаций газеты المكتبات والأخبار "
    "خبرگزاری‌ها "
    "εφημερίδες "
    "tidningarnas gazetelerin sanomalehdet nieuwspapieren समाचारों ข่าวสาร "
    "新聞記事 giornalistiche ziarelor dienraščiai hírlapoknak";

struct str
words_fingerprint(struct arena *a)
{
	const char **names = sb_stemmer_list();
	uint64_t h = 0;
	UVersionInfo v;
	struct buf b;

	buf_init(&b, a, 1 << 20);
	for (; *names != NULL; names++) {
		buf_put(&b, str_c(*names));
		words_line(analyser_sized(a, str_c(*names), MEMO_PROBE),
		    str_c(probe), &b);
	}
	common_put_all(&b);
	h = str_hash(buf_str(&b));
	u_getVersion(v);
	return str_printf(
	    a, "%d/%d.%d/%016" PRIx64, WORDS_VERSION, v[0], v[1], h);
}
