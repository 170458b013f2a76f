/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_FRONT_H
#define EXCHANGE_FRONT_H

/*
 * The front matter of a Markdown file: YAML between two lines of "---",
 * checked for type and size.  docs/IMPORT.md lists the keys.
 *
 * Memory: ctx's arena; texts may point into the bytes given.
 * Errors: ERR_INVALID and ERR_LIMIT, with the line.
 * Threads: any.
 */

#include "base/base.h"
#include "exchange/yaml_tree.h"
#include "newsroom/story.h"

struct front_correction {
	struct str date, text;
};

struct front {
	struct str title, date, slug, section, kicker, standfirst, byline;
	struct str dateline, signoff, desk;
	struct str advisory_code, advisory_label, advisory_note;
	struct str lead, lead_alt, lead_caption, lead_credit, lead_focus;
	struct str edition, lang, translation_of;
	struct str format;	/* html, plain or markdown; else Markdown too */
	struct str story, seen; /* exchange/document.h */
	bool draft;
	struct str *authors, *tags, *related;
	size_t authors_n, tags_n, related_n;
	struct str *aliases; /* old addresses */
	size_t aliases_n;
	struct str deck, source, source_url;
	struct str redirect; /* it only sends readers on, to there */
	struct story_source *sources;
	size_t sources_n;
	struct front_correction *corrections;
	size_t corrections_n;

	struct str *unknown; /* keys that nobody knows, or that say nothing */
	size_t unknown_n;

	struct str *keys; /* all that stand there */
	size_t keys_n;

	struct str body; /* what follows the front matter */
};

MUST_USE enum err front_read(
    struct ctx *ctx, struct str bytes, struct front *out);

/*
 * Lines that readers see (title, summary, tags …) as plain text: shortcodes
 * lose their marks, named characters (&#8217;) and HTML within a line
 * become what they mean.  A line may be empty then.  front_plain.c
 */
MUST_USE enum err front_plain(struct ctx *ctx, struct front *f);

/* ERR_INVALID, in words, for a key that stands twice. */
enum err front_twice(struct ctx *ctx, const struct yaml *y);

/* Of its body. */
enum body_format front_format(const struct front *f);

/* A text, or the one text in an empty value; ERR_INVALID for all else. */
MUST_USE enum err front_text(
    struct ctx *ctx, const struct yaml *y, size_t max, struct str *out);
/* A text that was folded over several lines is one line here. */
struct str front_one_line(struct arena *a, struct str s);
/* A list of texts, or one text. */
MUST_USE enum err front_texts(struct ctx *ctx, const struct yaml *y, size_t max,
    struct str **out, size_t *n);

#endif
