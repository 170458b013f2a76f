/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_FILM_H
#define NEWSROOM_FILM_H

/*
 * What readers get of a film or of sound: whether it plays yet, and its
 * captions.  The work that makes it is media_job.h's.
 *
 * Memory: ctx's arena.  Threads: as their store.
 */

#include "base/base.h"

struct store;

enum { CAPTIONS_MAX = 40 /* languages of one film */ };

struct film {
	bool plays;    /* something of it: its list can be asked for */
	bool whole;    /* all of it, and the file */
	bool failed;   /* nothing plays, and nobody works on it */
	int64_t bytes; /* of the file; 0: not there yet */
	const struct str *captions; /* their languages, in order */
	size_t captions_n;
};

/* All is false for a picture, and for what nobody has begun with. */
MUST_USE enum err film_read(
    struct ctx *ctx, struct store *st, int64_t asset, struct film *out);

/* A live story, and the video that it leads with. */
struct film_story {
	int64_t asset, story;
};

enum { FILM_STORIES_MAX = 1000 };

/* The newest videos first. */
MUST_USE enum err film_stories(struct ctx *ctx, struct store *st,
    const struct film_story **out, size_t *n);
/* The newest live story that leads with that asset; 0: none does. */
MUST_USE enum err film_story(
    struct ctx *ctx, struct store *st, int64_t asset, int64_t *story);

/*
 * The captions of that language are these from now on, whatever was there
 * before.  vtt is read strictly (markup/vtt.h) and kept as it is written
 * anew; *notes: comments in it that were left out.  ERR_INVALID: the file,
 * or the language, an asset that nobody could hear, or one that has ended when
 * the last caption begins.
 */
struct caption {
	int64_t asset;
	struct str lang; /* BCP 47 */
	struct str vtt;
};
MUST_USE enum err caption_set(struct ctx *ctx, struct store *st,
    const struct caption *in, int64_t person, size_t *notes);
/* ERR_NOTFOUND: there are none in that language. */
MUST_USE enum err caption_drop(struct ctx *ctx, struct store *st, int64_t asset,
    struct str lang, int64_t person);
/* *vtt empty: there are none. */
MUST_USE enum err caption_get(struct ctx *ctx, struct store *st, int64_t asset,
    struct str lang, struct str *vtt);

#endif
