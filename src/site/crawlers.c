/* SPDX-License-Identifier: MIT */
/*
 * The house's policy on crawlers: robots.txt (RFC 9309) asks by name, and
 * those who do not listen are a matter for the proxy in front.
 */

#include "site/own.h"

/* As their operators publish them: what collects text to train models. */
static const char *const training[] = {
	"AI2Bot",
	"Amazonbot",
	"Applebot-Extended",
	"Bytespider",
	"CCBot",
	"ClaudeBot",
	"Diffbot",
	"FacebookBot",
	"GPTBot",
	"Google-Extended",
	"PanguBot",
	"Timpibot",
	"anthropic-ai",
	"cohere-training-data-crawler",
	"img2dataset",
	"meta-externalagent",
	NULL,
};

/* What fetches pages to answer a question, and mostly names its source. */
static const char *const answers[] = {
	"ChatGPT-User",
	"Claude-SearchBot",
	"Claude-User",
	"DuckAssistBot",
	"Google-CloudVertexBot",
	"MistralAI-User",
	"OAI-SearchBot",
	"Perplexity-User",
	"PerplexityBot",
	"meta-externalfetcher",
	NULL,
};

static void
refuse(struct buf *b, const char *const *names)
{
	buf_char(b, '\n');
	for (; *names != NULL; names++)
		buf_printf(b, "User-agent: %s\n", *names);
	BUF_LIT(b, "Disallow: /\n");
}

/* A name of RFC 9309: letters, - and _; digits are met as well. */
static bool
is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	return s.n > 0;
}

static void
refuse_named(struct buf *b, struct str names)
{
	while (names.n > 0) {
		struct str rest = { 0 };
		struct str name = str_trim(str_cut(names, ',', &rest));

		if (is_name(name))
			buf_printf(b, "\nUser-agent: %.*s\nDisallow: /\n",
			    STR_FMT(name));
		names = rest;
	}
}

void
crawlers_refuse(struct buf *b, const struct site_conf *c)
{
	if (c->no_training)
		refuse(b, training);
	if (c->no_answers)
		refuse(b, answers);
	refuse_named(b, c->refused);
}

struct str
crawlers_policy(const struct site_conf *c)
{
	if (c->no_training && c->no_answers)
		return STR("The house does not allow its stories to be used "
			   "to train models, nor to be fetched to answer "
			   "questions.");
	if (c->no_training)
		return STR("Stories may be fetched to answer a person's "
			   "question, with the house named and the story "
			   "linked. They may not be used to train models.");
	if (c->no_answers)
		return STR("Stories may be used to train models. They may not "
			   "be fetched to answer questions.");
	return STR("Stories may be read by machines, with the house named and "
		   "the story linked.");
}
