/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_MEDIA_JOB_H
#define NEWSROOM_MEDIA_JOB_H

/*
 * The work on a film or on sound, and what came of it.
 *
 * asset_add() makes a job; it waits until a server claims it.  Each attempt
 * has a number, its take, and a folder of its own: readers get the files of
 * one take, and whole ones stay theirs until another is whole.  A claim is a
 * lease: whoever works on the job renews it, and when it ends the job waits
 * again.  So a job outlives the server that had it.
 *
 * Memory: ctx's arena.  Threads: as their store.
 * Errors: ERR_GONE when the job is no longer that claim's: its lease ended.
 */

#include "base/base.h"

struct store;

enum media_job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_FAILED };

enum {
	/* Seconds; longer than a worker may be silent (media.h). */
	JOB_LEASE = 240,
	JOB_ATTEMPTS_MAX = 4, /* of what may go better another time */
};

struct media_job_row {
	int64_t asset;
	enum media_job_state state;
	int64_t percent;
	struct str rung; /* the newest that plays: "v240"; "" */
	int64_t attempts;
	int64_t not_before;
	int64_t lease_until; /* 0: not running */
	int64_t take;	     /* the newest attempt ever begun */
	int64_t shown;	     /* the take that readers get; 0: none */
	int64_t whole;	     /* the newest that was finished; 0: none */
	struct str reason;   /* why it failed, or is to be tried again */
	int64_t created_at, started_at, ended_at;
};

/* "waiting" … */
const char *media_job_state_name(enum media_job_state state);
enum media_job_state media_job_state_of(struct str name);

/* NULL when that asset has none: it is a picture. */
MUST_USE enum err media_job_get(struct ctx *ctx, struct store *st,
    int64_t asset, const struct media_job_row **out);

/* When one is due, or a lease ends; 0: nothing to wait for. */
MUST_USE enum err media_job_next(
    struct ctx *ctx, struct store *st, int64_t *at);

/*
 * Jobs whose lease has ended wait again, or have failed if that happens over
 * and over.  all: those with a lease too, when nobody else can have them.
 */
MUST_USE enum err media_job_recover(
    struct ctx *ctx, struct store *st, bool all);

/* Begins the one that is due for longest; NULL: none is. */
MUST_USE enum err media_job_claim(
    struct ctx *ctx, struct store *st, const struct media_job_row **out);

MUST_USE enum err media_job_renew(struct ctx *ctx, struct store *st,
    const struct media_job_row *job, int64_t percent, struct str rung);

/* Its poster can be had now: pages that show the asset are made anew. */
MUST_USE enum err media_job_poster(
    struct ctx *ctx, struct store *st, const struct media_job_row *job);

/* Something of it plays: likewise.  Nothing, while a whole take is shown. */
MUST_USE enum err media_job_plays(
    struct ctx *ctx, struct store *st, const struct media_job_row *job);

/* What readers get of it. */
struct rendition {
	struct str name; /* of its list: "v720", "v720av1", "a0"; "file": the
			    whole */
	struct str codecs;
	int64_t width, height;	    /* 0: sound */
	int64_t rate_num, rate_den; /* 0: sound */
	int64_t channels;	    /* 0: video */
	int64_t track;		    /* of sound: which of the original's */
	bool copied;		    /* the original's own bits, cleaned */
	int64_t bitrate;	    /* bits a second, of the busiest part */
	int64_t duration;	    /* milliseconds */
	int64_t files, bytes;
};

enum { RENDITIONS_MAX = 40 };

/*
 * Every file of its take is there and has been looked through: video from the
 * largest, then sound, then the whole.
 */
MUST_USE enum err media_job_done(struct ctx *ctx, struct store *st,
    const struct media_job_row *job, const struct rendition *all, size_t n);

/*
 * The attempt came to nothing.  Waits longer each time before the next, where
 * another could go better (ERR_IO, ERR_BUSY); *again says whether there will
 * be one.
 */
MUST_USE enum err media_job_broke(struct ctx *ctx, struct store *st,
    const struct media_job_row *job, enum err err, struct str reason,
    bool *again);

/* Whoever worked on it ends: the attempt does not count. */
MUST_USE enum err media_job_give_back(
    struct ctx *ctx, struct store *st, const struct media_job_row *job);

/*
 * From the beginning, as if it had just arrived; readers keep what is whole.
 * ERR_CONFLICT while it runs, ERR_NOTFOUND for a picture.
 */
MUST_USE enum err media_job_retry(
    struct ctx *ctx, struct store *st, int64_t asset, int64_t person);

/* One more of that job's take. */
MUST_USE enum err rendition_put(struct ctx *ctx, struct store *st,
    const struct media_job_row *job, size_t place, const struct rendition *r);

/* Of one take, in the order in which they were given. */
MUST_USE enum err rendition_list(struct ctx *ctx, struct store *st,
    int64_t asset, int64_t take, const struct rendition **out, size_t *n);

#endif
