/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_STORY_H
#define NEWSROOM_STORY_H

/*
 * A story is one article and every version it has had.
 *
 *	stub  (only in related lists, until the story itself arrives)
 *	draft -> review -> ready -> scheduled -> published
 *	published -> withdrawn (404, text kept, may return)
 *	any but stub -> canceled (takedown: 410, for good)
 *
 * Its text lives in revisions, which never change once written: saving adds
 * one, publishing points the story at one.  A published story may have a
 * newer revision pending behind the live one.
 *
 * Memory: results live in ctx's arena.
 * Errors: on anything but ERR_OK the database is unchanged and ctx_why()
 *         says what happened.  ERR_CONFLICT: the story is no longer at the
 *         version seen; ERR_GONE: it is canceled.
 * Threads: as their store.  Calls may stand inside a larger transaction.
 */

#include "base/base.h"
#include "newsroom/house.h"

struct store;

enum {
	HEADLINE_MAX = 500,    /* characters */
	KICKER_MAX = 100,      /* characters */
	STANDFIRST_MAX = 2000, /* characters */
	BYLINE_MAX = 300,      /* characters */
	STORY_LINE_MAX = 300,  /* characters: dateline, sign-off, desk … */
	BODY_MAX = 2097152,    /* bytes, as the sanitiser's */
	STORY_AUTHORS_MAX = 50,
	STORY_TAGS_MAX = 100,
	STORY_SOURCES_MAX = 50,
	RELATED_MAX = 200,     /* stories in one related list */
	CORRECTIONS_MAX = 200, /* of one story */
};

enum story_state {
	STORY_STUB,
	STORY_DRAFT,
	STORY_REVIEW,
	STORY_READY,
	STORY_SCHEDULED,
	STORY_PUBLISHED,
	STORY_WITHDRAWN,
	STORY_CANCELED,
};

struct str story_state_name(enum story_state s);
bool story_state_by_name(struct str name, enum story_state *out);

enum body_format { BODY_HTML, BODY_MARKDOWN, BODY_PLAIN };

struct story_source {
	struct str name, url; /* url may be empty */
};

/* What an editor types; saving makes a revision of it. */
struct story_text {
	int64_t section;	   /* id; 0: none */
	int64_t advisory;	   /* id; 0: none */
	struct str advisory_label; /* another spelling than the house's */
	struct str advisory_note;  /* what is withheld, without detail */
	struct str headline, kicker, standfirst;
	struct str byline; /* as printed; empty: made from the authors */
	struct str dateline, signoff, desk;
	int64_t lead; /* asset id; 0: none */
	enum body_format format;
	struct str body; /* as typed; HTML is sanitised here */
	/* What the sanitiser made of it, if the caller has that already. */
	const struct html *clean;
	size_t clean_words;	       /* html_words() of that */
	const int64_t *authors, *tags; /* ids */
	size_t authors_n, tags_n;
	const struct story_source *sources;
	size_t sources_n;
};

struct story_save {
	int64_t id;		/* 0: a new story */
	int64_t want_id;	/* a new story's own id; 0: any that is free */
	int64_t seen;		/* version the editor had on screen; 0: new */
	int64_t person;		/* 0: a command */
	int64_t edition;	/* of a new story */
	struct str slug;	/* set by hand; empty: made from the headline */
	int64_t translation_of; /* story id; 0: leave as it is */
	bool translates_none;	/* leaves the set that it is in */
	struct story_text text;
};

struct story_saved {
	int64_t id;
	int64_t rev; /* the new revision */
	int64_t version;
	bool stub_arrived; /* want_id was a stub before */
};

/*
 * Adds a revision.  want_id may name a stub: the story arrives.
 * ERR_CONFLICT when want_id is taken by a story.
 */
MUST_USE enum err story_save(struct ctx *ctx, struct store *st,
    const struct story_save *in, struct story_saved *out);

/*
 * An id that a story will have, for those who already link to it: until it
 * is saved with that want_id it is a stub that stands nowhere.
 */
MUST_USE enum err story_reserve(
    struct ctx *ctx, struct store *st, int64_t edition, int64_t *id);

/* "A and B", as the edition's language joins the names of its authors. */
MUST_USE enum err byline_make(struct ctx *ctx, struct store *st,
    int64_t edition, const int64_t *authors, size_t n, struct str *out);

struct story_publish {
	int64_t id;
	int64_t rev;	/* the revision readers shall see; 0: newest */
	int64_t seen;	/* the version the editor had on screen; 0: any */
	int64_t at;	/* time on the page; 0: now, or as it was.  Later
			   than now: scheduled */
	int64_t person; /* 0: a command */
	/* Search learns of it in search_catch_up(): for imports, which end
	   with that. */
	bool search_later;
};

MUST_USE enum err story_publish(
    struct ctx *ctx, struct store *st, const struct story_publish *in);

/*
 * Saves, and publishes the revision that this makes: as story_save() and
 * story_publish() would one after the other, but the story changes once.
 * Of how, id, rev and seen mean nothing.
 */
MUST_USE enum err story_save_public(struct ctx *ctx, struct store *st,
    const struct story_save *in, const struct story_publish *how,
    struct story_saved *out);

struct story_move {
	int64_t id, seen, person;
};

MUST_USE enum err story_withdraw(
    struct ctx *ctx, struct store *st, const struct story_move *in);
MUST_USE enum err story_takedown(
    struct ctx *ctx, struct store *st, const struct story_move *in);
/* Draft, review or ready, before publication or for what is pending. */
MUST_USE enum err story_set_state(struct ctx *ctx, struct store *st,
    const struct story_move *in, enum story_state to);

/* Takes back what was scheduled: the text is ready again. */
MUST_USE enum err story_unschedule(
    struct ctx *ctx, struct store *st, const struct story_move *in);

/* A story that went to readers by itself. */
struct story_went {
	int64_t id;
	int64_t due;  /* its time on the page */
	int64_t late; /* seconds after that */
};
struct story_due {
	const struct story_went *went; /* oldest first */
	size_t n;		       /* at most 100; more: next is past */
	int64_t next;		       /* when the next is due; 0: none */
};

/*
 * Publishes what is due by now, each under the time that it was due.  One
 * that cannot be published does not stop the others; the error is the first.
 */
MUST_USE enum err story_publish_due(
    struct ctx *ctx, struct store *st, struct story_due *out);

struct story_correct {
	int64_t at; /* 0: now */
	int64_t id, person;
	struct str text; /* what readers are told */
};
MUST_USE enum err story_correct(struct ctx *ctx, struct store *st,
    const struct story_correct *in, int64_t *id);

/* ---- reading ---- */

/* A story as the desk and the command line see it. */
struct story {
	int64_t id, edition;
	enum story_state state;
	enum story_state pending; /* STORY_STUB: nothing pending */
	int64_t version;
	struct str slug;
	int64_t work_rev, live_rev;
	int64_t live_at, updated_at, due_at, due_rev;
	int64_t created_at;
	int64_t translation_set;
	bool slug_fixed;     /* by hand, or because it was published */
	struct str headline; /* of the newest revision; a stub's whole title */
};

/* NULL when there is none. */
MUST_USE enum err story_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct story **out);

/* Newest ids first, below before (0: from the top); at most n <= 1000. */
struct story_query {
	int64_t before;
	bool any_state;
	enum story_state state; /* unless any_state */
	size_t n;
};
MUST_USE enum err story_list(struct ctx *ctx, struct store *st,
    const struct story_query *in, const struct story **out, size_t *n);

struct story_link { /* an author, tag or section that readers can follow */
	int64_t id;
	struct str slug, title;
};

struct correction {
	int64_t id, at;
	struct str text;
};

/* A picture that stands with a story or teaser. */
struct picture {
	int64_t asset; /* 0: none */
	int64_t ticks;
	struct str house, day;
	int64_t kind; /* enum asset_kind */
	int64_t width, height;
	int64_t duration;     /* of film and sound, milliseconds */
	int64_t poster_frame; /* of a film: what its stills show */
	struct str alt, caption, credit;
	struct str preview; /* as of an asset */
	bool gated; /* by its own advisory, or a story's that leads with it */
	bool gated_itself; /* by its own */
	int64_t gate;	   /* the revision of such a story; 0: none gates */
	struct str advisory_note; /* of its own */
};

/* One whole revision, live or newest. */
struct article {
	int64_t id, edition, rev, number;
	enum story_state state;
	int64_t version;
	struct str slug;
	int64_t live_at, updated_at;
	int64_t translation_set;
	struct story_link section; /* id 0: none */
	/*
	 * id; 0: none.  For readers, where the story's own gates nothing: the
	 * one that gates its lead, which is its picture's or another story's.
	 */
	int64_t advisory;
	struct str advisory_code, advisory_label, advisory_note;
	struct str advisory_spelling; /* its own label; empty: the house's */
	enum severity severity;
	int64_t advisory_version;
	struct str headline, kicker, standfirst, byline, dateline, signoff,
	    desk;
	struct picture lead;
	int64_t words;
	enum body_format format;
	struct str source; /* as typed; empty: the body itself */
	struct html body;
	const struct story_link *authors, *tags;
	size_t authors_n, tags_n;
	const struct story_source *sources;
	size_t sources_n;
	const struct correction *corrections; /* oldest first */
	size_t corrections_n;
};

/*
 * rev 0: what readers see (ERR_NOTFOUND: no such story, a stub, not
 * published; ERR_GONE: taken down); -1: the newest; else that revision.
 */
MUST_USE enum err story_article(struct ctx *ctx, struct store *st, int64_t id,
    int64_t rev, const struct article **out);

/* What readers see, without source: what was typed is none of their business. */
MUST_USE enum err story_for_readers(
    struct ctx *ctx, struct store *st, int64_t id, const struct article **out);

/* Tags of a revision as it was saved: see tag_by_id() for what became of them. */
MUST_USE enum err story_tag_ids(struct ctx *ctx, struct store *st, int64_t rev,
    const int64_t **out, size_t *n);

/* Where readers are sent for an old path: story id, or path; 0 and "". */
struct redirect {
	int64_t story;
	struct str target;
};
MUST_USE enum err redirect_find(
    struct ctx *ctx, struct store *st, struct str path, struct redirect *out);
MUST_USE enum err redirect_put(struct ctx *ctx, struct store *st,
    struct str path, const struct redirect *to);

/* Published stories of a translation set, but the one itself. */
struct translation {
	int64_t story, edition;
	struct str slug;
};
MUST_USE enum err story_translations(struct ctx *ctx, struct store *st,
    int64_t id, int64_t set, const struct translation **out, size_t *n);

/* ---- where imports came from ---- */

struct origin {
	struct str system, name; /* "capture", what it is called there */
	struct str digest;	 /* hex, of what was taken */
	int64_t story;
};
/* NULL when that was never imported. */
MUST_USE enum err origin_find(struct ctx *ctx, struct store *st,
    struct str system, struct str name, const struct origin **out);
MUST_USE enum err origin_put(
    struct ctx *ctx, struct store *st, const struct origin *in);

/* The newest change number: what a read beginning now can see. */
MUST_USE enum err change_newest(
    struct ctx *ctx, struct store *st, int64_t *out);

#endif
