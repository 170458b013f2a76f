/* SPDX-License-Identifier: MIT */
/* Words folded: case, accents, width, digits, and the forms of Arabic. */

#include "search/fold.h"

#include <pthread.h>
#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum {
	UNITS_MAX = 1024, /* of one word, normalised */
	PARTS_MAX = 18,	  /* of one character, decomposed */
	ROOT_MIN = 3,	  /* letters before a plural that is cut off */
};

/* ---- characters ---- */

/* Marks that readers leave out; those of India and Thailand stay. */
static bool
is_dropped(UChar32 c)
{
	return (c >= 0x300 && c <= 0x36f) ||   /* accents */
	       (c >= 0x483 && c <= 0x487) ||   /* Old Church Slavonic */
	       (c >= 0x591 && c <= 0x5c7) ||   /* niqqud, cantillation */
	       (c >= 0x610 && c <= 0x61a) ||   /* Koranic signs */
	       (c >= 0x64b && c <= 0x65f) ||   /* tashkil, hamza above */
	       c == 0x640 || c == 0x670 ||     /* tatweel, dagger alef */
	       (c >= 0x6d6 && c <= 0x6ed) ||   /* Koranic signs */
	       (c >= 0x8ca && c <= 0x8ff) ||   /* the same, extended */
	       (c >= 0x1ab0 && c <= 0x1aff) || /* accents, extended */
	       (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) ||
	       (c >= 0xfe00 && c <= 0xfe2f) || /* variants, half marks */
	       (c >= 0xe0100 && c <= 0xe01ef) || c == 0x200c || c == 0x200d ||
	       c == 0xad || c == '\'' || c == 0x2019 || c == 0x2018 ||
	       c == 0xb7 || c == ',' || c == 0x66c || c == 0x5f3 || c == 0x5f4;
}

/* Letters that are one by themselves, and another to most keyboards. */
static const struct {
	UChar32 from;
	const char *to;
} letters[] = {
	{ 0xe6, "ae" }, { 0xf0, "d" }, { 0xf8, "o" }, { 0xfe, "th" },
	{ 0x111, "d" }, { 0x127, "h" }, { 0x131, "i" }, { 0x138, "k" },
	{ 0x142, "l" }, { 0x14b, "n" }, { 0x153, "oe" }, { 0x167, "t" },
	{ 0x180, "b" }, { 0x192, "f" }, { 0x1dd, "e" }, { 0x259, "e" },
	{ 0x671, "ا" },					/* alef wasla */
	{ 0x629, "ه" },					/* teh marbuta */
	{ 0x649, "ي" },					/* alef maksura */
	{ 0x6cc, "ي" },					/* Persian yeh */
	{ 0x6d2, "ي" },					/* yeh barree */
	{ 0x6cd, "ي" }, { 0x6a9, "ك" },			/* Persian kaf */
	{ 0x6aa, "ك" }, { 0x6ac, "ك" }, { 0x6be, "ه" }, /* heh doachashmee */
	{ 0x6c1, "ه" }, { 0x6c3, "ه" },			/* heh goal */
	{ 0x6d5, "ه" },					/* ae */
};

/* Called for few characters: those above ASCII that have no accent. */
static struct str
plain_letter(UChar32 c)
{
	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		if (letters[i].from == c)
			return str_c(letters[i].to);
	return (struct str){ 0 };
}

struct folded {
	char *p;
	size_t n;
};

static void
put_char(struct folded *out, UChar32 c)
{
	char bytes[4];
	struct str s = { 0 };
	int digit = -1;

	if (is_dropped(c))
		return;
	if (c < 0x80) {
		bytes[0] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
		if (fold_is_term(str_make(bytes, 1)))
			s = str_make(bytes, 1);
	} else if ((digit = u_charDigitValue(c)) >= 0) {
		bytes[0] = (char)('0' + digit);
		s = str_make(bytes, 1);
	} else {
		s = plain_letter(c);
		/* Compatibility forms decompose to signs and spaces, too. */
		if (s.n == 0 &&
		    (u_isUAlphabetic(c) ||
			(U_GET_GC_MASK(c) & (U_GC_M_MASK | U_GC_N_MASK)) != 0))
			s = str_make(bytes, utf8_encode((uint32_t)c, bytes));
	}
	if (s.n == 0 || out->n + s.n > TERM_MAX)
		return;
	memcpy(out->p + out->n, s.p, s.n);
	out->n += s.n;
}

/* й is a letter of its own, and Russian endings hang on it. */
static bool
stays_whole(UChar32 c)
{
	return c == 0x439 || (c >= 0xac00 && c <= 0xd7a3);
}

/* U16_NEXT(), in types that the compiler lets pass. */
static UChar32
next_char(const UChar *s, int32_t *at, int32_t n)
{
	uint32_t c = s[(*at)++];

	if (c >= 0xd800 && c < 0xdc00 && *at < n)
		c = 0x10000 + ((c - 0xd800) << 10) + (s[(*at)++] - 0xdc00U);
	return (UChar32)c;
}

static void
put_decomposed(struct folded *out, const UNormalizer2 *nfd, UChar32 c)
{
	UChar parts[PARTS_MAX];
	UErrorCode e = U_ZERO_ERROR;
	int32_t n = -1;

	if (!stays_whole(c))
		n = unorm2_getDecomposition(nfd, c, parts, PARTS_MAX, &e);
	if (n < 0 || U_FAILURE(e)) {
		put_char(out, c);
		return;
	}
	for (int32_t i = 0; i < n;)
		put_char(out, next_char(parts, &i, n));
}

/* ---- words ---- */

static void
fold_ascii(struct str raw, struct folded *out)
{
	for (size_t i = 0; i < raw.n && out->n < TERM_MAX; i++) {
		char c = raw.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out->p[out->n++] = c;
		else if (c >= 'A' && c <= 'Z')
			out->p[out->n++] = (char)(c + ('a' - 'A'));
	}
}

/* What cannot be folded letter by letter: marks that follow theirs. */
static __attribute__((noinline)) void
fold_normalised(struct str raw, struct folded *out)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *casefold = unorm2_getNFKCCasefoldInstance(&e);
	const UNormalizer2 *nfd = unorm2_getNFDInstance(&e);
	UChar in[UNITS_MAX];
	UChar norm[UNITS_MAX];
	int32_t n = 0;

	u_strFromUTF8(in, UNITS_MAX, &n, raw.p, (int32_t)raw.n, &e);
	/* What outgrows that is no word of any language. */
	if (U_SUCCESS(e))
		n = unorm2_normalize(casefold, in, n, norm, UNITS_MAX, &e);
	if (U_FAILURE(e))
		return;
	for (int32_t i = 0; i < n;)
		put_decomposed(out, nfd, next_char(norm, &i, n));
}

/*
 * Below U+3000 a letter folds to the same wherever it stands, but for what
 * combines with the one before; so each is folded once.
 */
enum { TABLE_END = 0x3000, FOLDS_LATE = 0xff };

static struct {
	uint8_t n; /* bytes; FOLDS_LATE: not letter by letter */
	char to[7];
} table[TABLE_END];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

/* й, typed as two, is put together; so is Korean. */
static bool
combines(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36f) || (c >= 0x1100 && c <= 0x11ff);
}

static void
table_make(void)
{
	for (uint32_t c = 0x80; c < TABLE_END; c++) {
		char raw[4];
		char room[TERM_MAX];
		struct folded out = { .p = room };

		fold_normalised(str_make(raw, utf8_encode(c, raw)), &out);
		if (combines(c) || out.n > sizeof table[c].to) {
			table[c].n = FOLDS_LATE;
			continue;
		}
		table[c].n = (uint8_t)out.n;
		memcpy(table[c].to, room, out.n);
	}
}

/* false: it must be done over all the word. */
static bool
fold_by_table(struct str raw, struct folded *out)
{
	for (size_t at = 0; at < raw.n;) {
		uint32_t c = (unsigned char)raw.p[at];

		if (c < 0x80) {
			fold_ascii(str_sub(raw, at++, 1), out);
			continue;
		}
		c = fold_next(raw, &at);
		if (c >= TABLE_END || table[c].n == FOLDS_LATE)
			return false;
		if (out->n + table[c].n > TERM_MAX)
			continue;
		memcpy(out->p + out->n, table[c].to, table[c].n);
		out->n += table[c].n;
	}
	return true;
}

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

struct str
fold_word(struct str raw, char room[TERM_MAX])
{
	struct folded out = { .p = room };

	if (is_ascii(raw)) {
		fold_ascii(raw, &out);
		return str_make(room, out.n);
	}
	pthread_once(&table_once, table_make);
	if (!fold_by_table(raw, &out)) {
		out.n = 0;
		fold_normalised(raw, &out);
	}
	return str_make(room, out.n);
}

bool
fold_is_term(struct str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t c = (unsigned char)s.p[at];

		if (c < 0x80) {
			if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
				return false;
			at++;
			continue;
		}
		c = fold_next(s, &at);
		if ((c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000)
			return false;
	}
	return true;
}

bool
fold_cut_plural(struct str term, struct str *root, struct str *plural)
{
	/* Folded: yeh is the Arabic one. */
	static const struct str ends[] = { STR_INIT("هايي"), STR_INIT("هاي"),
		STR_INIT("ها") };

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		struct str rest = { 0 };

		if (!str_ends(term, ends[i]))
			continue;
		rest = str_sub(term, 0, term.n - ends[i].n);
		if (rest.n > 0 && utf8_length(rest) < ROOT_MIN)
			return false;
		*plural = STR("ها");
		*root = rest;
		return true;
	}
	return false;
}
