/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_DOCUMENT_H
#define EXCHANGE_DOCUMENT_H

/*
 * A story as one text that a person edits and gives back: front matter, and
 * the body as it was typed.
 *
 *	---
 *	story: 7
 *	seen: 3-1f0c9a72-811c9dc5-5e0f2b41
 *	title: Ferry crews vote to suspend their strike
 *	section: harbour
 *	authors: [Rana Qadirin]
 *	---
 *	The crews of the four sound ferries voted …
 *
 * Written out and read back nothing is lost; a body of HTML says `format:
 * html`.  `seen` is the revision that the text began with, and a digest of
 * what belongs to no revision: slug, translation, the picture's words.  So
 * a story that has moved meanwhile is found out, and both are put together
 * (newsroom/merge.h): field by field, and the body by lines.
 *
 * Memory: ctx's arena.  Threads: as the store.
 * Errors: ERR_INVALID with the line, for what was typed.
 */

#include "newsroom/story.h"

enum { DOCUMENT_MAX = BODY_MAX + (1 << 18) /* bytes */ };

/* The story's newest text.  ERR_NOTFOUND, ERR_GONE. */
MUST_USE enum err document_write(
    struct ctx *ctx, struct store *st, int64_t story, struct str *out);
/* Likewise, one of its revisions, by id. */
MUST_USE enum err document_write_rev(struct ctx *ctx, struct store *st,
    int64_t story, int64_t rev, struct str *out);

/* What stands in the editor before a new story is typed.  Both may be "". */
MUST_USE enum err document_blank(struct ctx *ctx, struct store *st,
    struct str edition, struct str title, struct str *out);

struct document_save {
	struct str bytes;
	int64_t story;	/* 0: a new one */
	int64_t person; /* 0: a command */
	/* Of a new story, where the text names none. */
	struct str edition, title;
};

struct document_saved {
	struct story_saved saved;
	bool unchanged;	  /* it says what the story says: nothing is saved */
	bool merged;	  /* with a newer text */
	size_t conflicts; /* nothing is saved: marked has both versions */
	struct str marked;
	int64_t newer;		 /* the number of the newer text, or 0 */
	const struct str *notes; /* "a new tag: Ferries" */
	size_t notes_n;
};

/*
 * One transaction.  ERR_CONFLICT, with the conflicts in *out, when a newer
 * text touches what was changed.
 */
MUST_USE enum err document_save(struct ctx *ctx, struct store *st,
    const struct document_save *in, struct document_saved *out);

#endif
