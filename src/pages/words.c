/* SPDX-License-Identifier: MIT */
/* The interface's own words. */

#include "pages/words.h"

#include "markup/theme_files.h"

enum { WORDS_MAX = 65536, KEY_MAX = 32 };

const struct tpl_field words_fields[] = {
#define WORDS_FIELD(name) TPL_TEXT(struct words, name),
	WORDS(WORDS_FIELD)
#undef WORDS_FIELD
	    TPL_END,
};

struct key {
	const char *name;
	size_t offset;
};

static const struct key keys[] = {
#define WORDS_KEY(name) { #name, offsetof(struct words, name) },
	WORDS(WORDS_KEY)
#undef WORDS_KEY
};

enum { KEYS_N = sizeof(keys) / sizeof(keys[0]) };

static struct str *
member(struct words *w, size_t i)
{
	return (struct str *)(void *)((char *)w + keys[i].offset);
}

static bool
find_key(struct str name, size_t *out)
{
	for (size_t i = 0; i < KEYS_N; i++)
		if (str_eq(str_c(keys[i].name), name)) {
			*out = i;
			return true;
		}
	return false;
}

static enum err
read_line(struct ctx *ctx, struct str file, int line, struct str text,
    struct words *out)
{
	struct str value = { 0 };
	struct str key = str_trim(str_cut(text, '=', &value));
	size_t i = 0;

	if (!find_key(key, &i))
		return FAIL(ctx, ERR_INVALID,
		    "%.*s:%d: there is no word called \"%.*s\"", STR_FMT(file),
		    line, STR_FMT(utf8_head(key, KEY_MAX)));
	value = str_trim(value);
	if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
		value = str_sub(value, 1, value.n - 2);
	if (value.n == 0)
		return FAIL(ctx, ERR_INVALID, "%.*s:%d: \"%.*s\" says nothing",
		    STR_FMT(file), line, STR_FMT(key));
	*member(out, i) = value;
	return ERR_OK;
}

static enum err
read_text(struct ctx *ctx, struct str file, struct str text, struct words *out)
{
	if (!utf8_ok(text))
		return FAIL(
		    ctx, ERR_INVALID, "%.*s: this is not UTF-8", STR_FMT(file));
	for (int line = 1; text.n > 0; line++) {
		struct str l = str_trim(str_cut(text, '\n', &text));

		if (l.n == 0 || l.p[0] == ';' || l.p[0] == '#')
			continue;
		TRY(read_line(ctx, file, line, l, out));
	}
	return ERR_OK;
}

static bool
lang_is_name(struct str lang)
{
	for (size_t i = 0; i < lang.n; i++) {
		char c = lang.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return lang.n > 0 && lang.n <= KEY_MAX;
}

enum err
words_read(struct ctx *ctx, const struct theme_source *src, struct str lang,
    const struct words *base, struct words *out)
{
	struct tpl_report report = { .arena = ctx->arena };
	struct words w = { 0 };
	struct str file = { 0 };
	struct str text = { 0 };
	bool found = false;

	if (base != NULL)
		w = *base;
	if (lang_is_name(lang)) {
		file = str_printf(ctx->arena, "words/%.*s.ini", STR_FMT(lang));
		found = theme_file_read(
		    ctx->arena, src, file, WORDS_MAX, &report, &text);
	}
	if (report.n > 0)
		return FAIL(ctx, ERR_INVALID, "%.*s: %.*s", STR_FMT(file),
		    STR_FMT(report.problems[0].words));
	if (!found && str_find_char(lang, '-', 0) != SIZE_MAX) {
		struct str rest = { 0 };

		return words_read(
		    ctx, src, str_cut(lang, '-', &rest), base, out);
	}
	if (!found)
		return FAIL(ctx, ERR_NOTFOUND, "the theme has no words in %.*s",
		    STR_FMT(lang));
	TRY(read_text(ctx, file, text, &w));
	for (size_t i = 0; i < KEYS_N; i++)
		if (member(&w, i)->n == 0)
			return FAIL(ctx, ERR_INVALID,
			    "%.*s: the word \"%s\" is missing", STR_FMT(file),
			    keys[i].name);
	*out = w;
	return ERR_OK;
}

struct str
words_fill(
    struct arena *a, struct str words, const char *what, struct str value)
{
	struct str mark = STR_CAT(a, STR("{"), str_c(what), STR("}"));
	size_t at = str_find(words, mark, 0);
	struct str head = { 0 };
	struct str tail = { 0 };

	if (at == SIZE_MAX)
		return words;
	head = str_sub(words, 0, at);
	tail = str_from(words, at + mark.n);
	return STR_CAT(a, head, value, tail);
}
