/* SPDX-License-Identifier: MIT */
/* Words become a command and its arguments; its help. */

#include "cli/command.h"

#include <assert.h>
#include <stdlib.h>

enum { SHOWN_MAX = 100 }; /* characters of a wrong word */

/* ---- words ---- */

const struct command *
command_find(struct str *words, size_t n, size_t *name_words)
{
	for (size_t i = 0; i < commands_n; i++) {
		struct str second = { 0 };
		struct str first =
		    str_cut(str_c(commands[i].name), ' ', &second);
		size_t need = second.n != 0 ? 2 : 1;

		if (n < need || !str_eq(words[0], first) ||
		    (need == 2 && !str_eq(words[1], second)))
			continue;
		*name_words = need;
		return &commands[i];
	}
	return NULL;
}

/* Index of an option; OPTIONS_MAX when the command has none of that name. */
static size_t
option_find(const struct option *options, struct str name)
{
	for (size_t i = 0; options != NULL && options[i].name != NULL; i++)
		if (str_eq(str_c(options[i].name), name))
			return i;
	return OPTIONS_MAX;
}

/* Enough of a word to know it by: a sentence is no place for a megabyte. */
static struct str
shown(struct str word)
{
	return utf8_head(word, SHOWN_MAX);
}

/* "ROLE" of "EMAIL ROLE". */
static struct str
last_name(const struct command *c)
{
	const char *space = strrchr(c->words, ' ');

	return str_c(space != NULL ? space + 1 : c->words);
}

/* "ID" of "ID TIME". */
static struct str
first_name(const struct command *c)
{
	struct str rest = { 0 };

	return str_cut(str_c(c->words), ' ', &rest);
}

static enum err
fits(struct ctx *ctx, const struct kind *kind, const char *dashes,
    struct str name, struct str value)
{
	if (kind == NULL || kind->fits(value))
		return ERR_OK;
	return FAIL(ctx, ERR_INVALID, "%s%.*s wants %s, not \"%.*s\"", dashes,
	    STR_FMT(name), kind->wants, STR_FMT(shown(value)));
}

/* "--name", "--name=value": the value follows, or is the next word. */
static enum err
parse_option(struct ctx *ctx, const struct command *c, const struct str *words,
    size_t n, size_t *at, struct args *a)
{
	struct str value = { 0 };
	struct str word = str_from(words[*at], 2);
	bool inline_value = str_find_char(word, '=', 0) != SIZE_MAX;
	struct str name = str_cut(word, '=', &value);
	bool data = str_eq(name, STR("data"));
	size_t i = option_find(c->options, name);

	if (str_eq(name, STR("json")) || str_eq(name, STR("help"))) {
		if (name.p[0] == 'j')
			a->json = true;
		else
			a->help = true;
		return ERR_OK;
	}
	if (!data && i == OPTIONS_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "`%s` has no option --%.*s; `masthead %s --help` lists "
		    "them",
		    c->name, STR_FMT(shown(name)), c->name);
	if (!data && c->options[i].arg == NULL) {
		a->given[i] = true;
		return inline_value
			   ? FAIL(ctx, ERR_INVALID, "--%.*s takes no value",
				 STR_FMT(name))
			   : ERR_OK;
	}
	if (!inline_value) {
		if (*at + 1 >= n)
			return FAIL(ctx, ERR_INVALID, "--%.*s needs a value",
			    STR_FMT(name));
		value = words[++*at];
	}
	if (data) {
		a->data = value;
		return ERR_OK;
	}
	if (a->all_n == GIVEN_MAX)
		return FAIL(ctx, ERR_INVALID, "`%s` takes at most %d options",
		    c->name, GIVEN_MAX);
	a->all[a->all_n++] = (struct given){ i, value };
	a->given[i] = true;
	a->values[i] = value;
	return fits(ctx, c->options[i].kind, "--", name, value);
}

enum err
args_parse(struct ctx *ctx, const struct command *c, const struct str *words,
    size_t n, struct args *out)
{
	bool options = true;

	*out = (struct args){
		.options = c->options,
		.data = STR("./newsroom"),
	};
	/* All, before one of them stands in a sentence about another. */
	for (size_t i = 0; i < n; i++)
		if (!utf8_ok(words[i]))
			return FAIL(ctx, ERR_INVALID,
			    "word %zu is not valid UTF-8", i + 1);
	for (size_t i = 0; i < n; i++) {
		if (options && str_eq(words[i], STR("--"))) {
			options = false;
			continue;
		}
		if (options && str_starts(words[i], STR("--"))) {
			TRY(parse_option(ctx, c, words, n, &i, out));
			continue;
		}
		if (options && str_eq(words[i], STR("-h"))) {
			out->help = true;
			continue;
		}
		if (out->words_n == c->words_max)
			return FAIL(ctx, ERR_INVALID,
			    c->words_max == 0
				? "`%s` takes no further word, but was given "
				  "\"%.*s\""
				: "`%s` takes fewer words; \"%.*s\" is one too "
				  "many",
			    c->name, STR_FMT(shown(words[i])));
		out->words[out->words_n++] = words[i];
		if (out->words_n == 1)
			TRY(fits(ctx, c->first, "", first_name(c), words[i]));
		if (out->words_n >= c->words_min)
			TRY(fits(ctx, c->word, "", last_name(c), words[i]));
	}
	if (!out->help && out->words_n < c->words_min)
		return FAIL(ctx, ERR_INVALID,
		    "`%s` needs %s; `masthead %s "
		    "--help` shows an example",
		    c->name, c->words, c->name);
	return ERR_OK;
}

struct str
args_value(const struct args *a, const char *name)
{
	size_t i = option_find(a->options, str_c(name));

	return i < OPTIONS_MAX ? a->values[i] : (struct str){ 0 };
}

bool
args_given(const struct args *a, const char *name)
{
	size_t i = option_find(a->options, str_c(name));

	return i < OPTIONS_MAX && a->given[i];
}

bool
args_each(const struct args *a, const char *name, size_t *at, struct str *value)
{
	size_t i = option_find(a->options, str_c(name));

	while (*at < a->all_n && a->all[*at].option != i)
		(*at)++;
	if (*at == a->all_n)
		return false;
	*value = a->all[(*at)++].value;
	return true;
}

/* Kinds saw to it that it is one. */
static int64_t
sure_int(struct str s)
{
	int64_t v = 0;
	bool is = str_int(s, &v);

	assert(is);
	return v;
}

int64_t
args_int(const struct args *a, const char *name, int64_t fallback)
{
	return args_given(a, name) ? sure_int(args_value(a, name)) : fallback;
}

int64_t
args_word_int(const struct args *a, size_t i)
{
	assert(i < a->words_n);
	return sure_int(a->words[i]);
}

/* ---- help ---- */

void
command_help(FILE *out, const struct command *c)
{
	fprintf(out, "masthead %s%s%s%s\n\n  %s\n", c->name,
	    c->words[0] != '\0' ? " " : "", c->words,
	    c->options != NULL ? " [OPTION…]" : "", c->what);
	if (c->more != NULL)
		fprintf(out, "\n%s\n", c->more);
	fprintf(out, "\nOptions\n");
	for (size_t i = 0; c->options != NULL && c->options[i].name != NULL;
	     i++) {
		const struct option *o = &c->options[i];
		int width = fprintf(out, "  --%s%s%s", o->name,
		    o->arg != NULL ? " " : "", o->arg != NULL ? o->arg : "");

		fprintf(
		    out, "%*s%s\n", width < 26 ? 26 - width : 1, "", o->help);
	}
	if (c->needs != NEEDS_NOTHING || c->run == run_init ||
	    c->run == run_serve)
		fprintf(out, "  --data DIR              the newsroom's folder "
			     "(./newsroom)\n");
	fprintf(out, "  --json                  print JSON, where there is "
		     "something to print\n");
	fprintf(out, "  --help                  this page\n");
	fprintf(out, "\nExample\n  masthead %s\n", c->example);
}

bool
command_is_noun(struct str word)
{
	for (size_t i = 0; i < commands_n; i++) {
		struct str second = { 0 };

		if (str_eq(
			str_cut(str_c(commands[i].name), ' ', &second), word) &&
		    second.n != 0)
			return true;
	}
	return false;
}

void
command_overview(FILE *out, struct str noun)
{
	fprintf(out,
	    "masthead %.*s%sCOMMAND [WORD…] [--data DIR] [--json]\n\n"
	    "A newsroom's publishing system, in one program.\n\n",
	    STR_FMT(noun), noun.n != 0 ? " " : "");
	for (size_t i = 0; i < commands_n; i++) {
		struct str rest = { 0 };
		int width = 0;

		if (noun.n != 0 &&
		    !str_eq(str_cut(str_c(commands[i].name), ' ', &rest), noun))
			continue;
		width = fprintf(
		    out, "  %s %s", commands[i].name, commands[i].words);
		/* "…" is three bytes and one column. */
		if (strstr(commands[i].words, "…") != NULL)
			width -= 2;
		fprintf(out, "%*s%s\n", width < 26 ? 26 - width : 1, "",
		    commands[i].what);
	}
	fprintf(out, "\n`masthead COMMAND --help` shows options and an "
		     "example.\n");
}

/* ---- JSON ---- */

void
json_text(FILE *out, bool first, const char *key, struct str s)
{
	struct arena *a = arena_new(0);
	struct buf b;

	buf_init(&b, a, s.n * 6 + 1);
	escape_json(&b, s);
	fprintf(out, "%s\"%s\": \"%.*s\"", first ? "" : ", ", key,
	    STR_FMT(buf_str(&b)));
	arena_free(a);
}

void
json_int(FILE *out, bool first, const char *key, int64_t v)
{
	fprintf(out, "%s\"%s\": %" PRId64, first ? "" : ", ", key, v);
}

void
json_time(FILE *out, bool first, const char *key, int64_t at)
{
	char text[32];

	if (at == 0) {
		fprintf(out, "%s\"%s\": null", first ? "" : ", ", key);
		return;
	}
	log_time(at, text);
	json_text(out, first, key, str_c(text));
}
