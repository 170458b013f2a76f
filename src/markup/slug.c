/* SPDX-License-Identifier: MIT */
/* Slugs. */

#include "markup/slug.h"

#include <pthread.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

enum {
	/* Characters of a title that are looked at: enough for any slug. */
	TITLE_MAX = 256,
	/* Some characters become several letters. */
	LETTERS_MAX = TITLE_MAX * 12,
	SLUG_WORD_MIN = 20, /* a cut must leave as much, or cuts a word */
};

/*
 * How a language is written in Latin letters, by its first subtag.  The
 * rules for other scripts that follow are those that read best when the
 * language is not known.
 */
#define REST "; Russian-Latin/BGN; Greek-Latin/UNGEGN; Any-Latin; Latin-ASCII"

static struct script {
	const char *lang;
	const char *id;
	UTransliterator *t; /* opened at the first use, kept for ever */
} scripts[] = {
	{ .lang = "", .id = "NFC" REST },
	{ .lang = "be", .id = "Belarusian-Latin/BGN" REST },
	{ .lang = "bg", .id = "Bulgarian-Latin/BGN" REST },
	{ .lang = "de", .id = "de-ASCII" REST },
	{ .lang = "he", .id = "Hebrew-Latin/BGN" REST },
	{ .lang = "kk", .id = "Kazakh-Latin/BGN" REST },
	{ .lang = "mk", .id = "Macedonian-Latin/BGN" REST },
	{ .lang = "mn", .id = "Mongolian-Latin/BGN" REST },
	{ .lang = "sr", .id = "Serbian-Latin/BGN" REST },
	{ .lang = "uk", .id = "Ukrainian-Latin/BGN" REST },
};

static pthread_mutex_t scripts_lock = PTHREAD_MUTEX_INITIALIZER;

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static struct script *
script_of(struct str lang)
{
	struct str rest = { 0 };
	struct str first = str_cut(lang, '-', &rest);

	for (size_t i = 1; i < sizeof scripts / sizeof scripts[0]; i++)
		if (str_eq_nocase(first, str_c(scripts[i].lang)))
			return &scripts[i];
	return &scripts[0];
}

/* Under the lock. */
static bool
script_open(struct script *s)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar id[128];

	if (s->t != NULL)
		return true;
	u_uastrncpy(id, s->id, 127);
	id[127] = 0;
	s->t = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &e);
	return U_SUCCESS(e);
}

/* An empty out: there was no room for all the letters, try less. */
static enum err
to_latin(struct ctx *ctx, struct str title, struct str lang, struct str *out)
{
	UChar *u = ARENA_ARRAY(ctx->arena, LETTERS_MAX, UChar);
	char *p = arena_alloc(ctx->arena, (size_t)LETTERS_MAX * 3 + 1);
	struct script *script = script_of(lang);
	UErrorCode e = U_ZERO_ERROR;
	int32_t n = 0;
	int32_t end = 0;
	bool open = false;

	u_strFromUTF8(u, LETTERS_MAX, &n, title.p, (int32_t)title.n, &e);
	if (U_FAILURE(e))
		return FAIL(ctx, ERR_INVALID, "the title is not text: %s",
		    u_errorName(e));
	end = n;
	*out = (struct str){ 0 };
	pthread_mutex_lock(&scripts_lock);
	open = script_open(script);
	if (open)
		utrans_transUChars(script->t, u, &n, LETTERS_MAX, 0, &end, &e);
	pthread_mutex_unlock(&scripts_lock);
	if (e == U_BUFFER_OVERFLOW_ERROR)
		return ERR_OK;
	if (!open || U_FAILURE(e))
		return FAIL(ctx, ERR_IO, "ICU cannot transliterate \"%s\": %s",
		    script->id, u_errorName(e));
	u_strToUTF8(p, LETTERS_MAX * 3, &n, u, end, &e);
	if (U_FAILURE(e))
		return FAIL(ctx, ERR_IO, "ICU cannot encode a title: %s",
		    u_errorName(e));
	*out = str_make(p, (size_t)n);
	return ERR_OK;
}

/* Signs inside a word, which part nothing: don't, Qurʾān, Gor'kiy. */
static bool
is_inside_word(uint32_t c)
{
	return c == '\'' || c == '`' || c == 0xad || c == 0x2bb || c == 0x2bc ||
	       c == 0x2b9 || c == 0x2ba || c == 0x2be || c == 0x2bf ||
	       c == 0x2018 || c == 0x2019 || c == 0xb7 ||
	       (c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x64b && c <= 0x65f);
}

static struct str
cut(struct str s)
{
	size_t n = SLUG_MAX;

	if (s.n <= SLUG_MAX)
		return s;
	while (n > 0 && s.p[n] != '-')
		n--;
	if (n < SLUG_WORD_MIN)
		n = SLUG_MAX;
	s = str_sub(s, 0, n);
	while (s.n > 0 && s.p[s.n - 1] == '-')
		s.n--;
	return s;
}

enum err
slug_make(struct ctx *ctx, struct str title, struct str lang, struct str *out)
{
	struct str head = { 0 };
	struct str s = { 0 };
	bool gap = false;
	struct buf b;
	size_t bad = utf8_bad(title);

	if (bad != SIZE_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "the title is not UTF-8 at byte %zu", bad);
	head = utf8_head(title, TITLE_MAX);
	s = head;
	/* One sign may stand for twenty letters: such titles are cut. */
	for (size_t n = TITLE_MAX; !is_ascii(head) && n > 0; n /= 2) {
		TRY(to_latin(ctx, utf8_head(head, n), lang, &s));
		if (s.n > 0)
			break;
	}
	buf_init(&b, ctx->arena, LETTERS_MAX * 3);
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);

		if (c >= 'A' && c <= 'Z')
			c = c - 'A' + 'a';
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			if (gap && b.n > 0)
				buf_char(&b, '-');
			gap = false;
			buf_char(&b, (char)c);
		} else if (!is_inside_word(c)) {
			gap = true;
		}
	}
	s = cut(buf_str(&b));
	*out = s.n > 0 ? s : STR("story");
	return ERR_OK;
}

bool
slug_valid(struct str slug)
{
	if (slug.n == 0 || slug.n > SLUG_MAX || slug.p[0] == '-' ||
	    slug.p[slug.n - 1] == '-')
		return false;
	for (size_t i = 0; i < slug.n; i++) {
		char c = slug.p[i];

		if (c == '-' && slug.p[i - 1] == '-')
			return false;
		if (c != '-' && (c < 'a' || c > 'z') && (c < '0' || c > '9'))
			return false;
	}
	return true;
}
