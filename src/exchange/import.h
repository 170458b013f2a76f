/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_IMPORT_H
#define EXCHANGE_IMPORT_H

/*
 * The door through which archives come in.
 *
 * A run takes open descriptors (the client's, when a server does the work),
 * finds out what they hold, and takes them in batches: a transaction for
 * each, of a few stories and some milliseconds, so that others get to write
 * in between.  One bad file never stops the rest; of a bad file nothing is
 * kept.  Where each story came from is remembered (system, name, digest):
 * the same file again is "unchanged", and a run that was killed is finished
 * by starting it again.
 *
 * Nothing is dropped silently: what could not be taken as it was stands in
 * the report, with the reason.
 *
 *	capture    a page of the old site as a crawler saw it (docs/IMPORT.md)
 *	markdown   Markdown with YAML front matter: a file, or a folder of
 *	           them, which may hold a house.yaml
 *
 * Memory: the report lives in ctx's arena, and is bounded; everything else
 *         in an arena of the run's own, reset between batches.
 * Errors: a file that is refused is no error of the run.  The run ends with
 *         one when it cannot go on: ERR_IO a full disk, ERR_INVALID an
 *         option that cannot be (an unknown format, zone, edition).  The
 *         report then says how far it came.
 * Threads: as the store.
 */

#include "base/base.h"

struct folder; /* store/folder.h */
struct media;  /* media/media.h */
struct store;  /* store/store.h */

enum {
	IMPORT_BATCH_STORIES = 256,  /* of one transaction, at the most */
	IMPORT_BATCH_MS = 20,	     /* after which it is committed */
	IMPORT_BATCH_MS_ALONE = 500, /* where nobody else can want to write */
	IMPORT_NOTES_MAX = 1000,     /* kept by a report; the rest is counted */
	IMPORT_DONE_MAX = 100,	     /* likewise, of stories that went well */
	IMPORT_GROUPS_MAX = 200,     /* reasons that are counted */
	IMPORT_FILES_MAX = 500000,   /* of one run */
	IMPORT_DEPTH_MAX = 16,	     /* folders inside folders */
	IMPORT_FILE_MAX = 4 << 20,   /* bytes of one text file */
};

struct import_file {
	int fd;		 /* borrowed; read from its first byte, never moved */
	struct str name; /* for messages: as it was typed */
	bool is_dir;
};

struct import_options {
	struct str format;  /* a name from above; empty: detected */
	bool dry_run;	    /* look at everything, keep nothing */
	int64_t id;	    /* the story's own id, for a single capture; or 0 */
	struct str zone;    /* of times without one; empty: the edition's */
	struct str edition; /* code; empty: the file's own, or the default */
	struct str site;    /* the old one's address; may be empty */
	struct str permalink; /* Hugo's pattern of its stories' addresses */
	int media_base_fd;    /* folder of pictures; -1: beside the file */
	int64_t person;	      /* on whose behalf; 0: a command */

	/* Both NULL: pictures are reported, stories taken without them. */
	const struct folder *folder;
	struct media *media;

	/* Any of them may be NULL; arg is theirs. */
	void *arg;
	void (*progress)(void *arg, int64_t done, int64_t total); /* files */
	bool (*cancelled)(void *arg); /* asked between batches */
	/* Between batches: nothing is open, another writer may go first. */
	void (*yield)(void *arg);
};

enum import_outcome {
	IMPORT_TAKEN,	  /* a new story */
	IMPORT_UPDATED,	  /* a newer text of one taken earlier */
	IMPORT_UNCHANGED, /* taken earlier, just so */
	IMPORT_CHANGED,	  /* on the way in: something of it is not as it was */
	IMPORT_SKIPPED,	  /* no story, and of no use here: why is told */
	IMPORT_REFUSED,	  /* nothing of it was kept */
	IMPORT_OUTCOME_N,
};

/* "taken", "updated" …; for JSON. */
const char *import_outcome_name(enum import_outcome what);

struct import_note {
	enum import_outcome what;
	struct str name; /* the file */
	int64_t story;	 /* 0: none */
	struct str why;	 /* a sentence; empty for what went well */
};

/* The same reason, given of many files. */
struct import_group {
	enum import_outcome what;
	struct str why;
	struct str first; /* file */
	int64_t files;
};

struct import_report {
	bool dry_run;
	bool cancelled;
	int64_t total;			 /* files found */
	int64_t count[IMPORT_OUTCOME_N]; /* files; CHANGED ones are also
					    counted as taken or updated */
	/* What went well: the first IMPORT_DONE_MAX. */
	const struct import_note *done;
	size_t done_n;
	/* What was changed or refused: the first IMPORT_NOTES_MAX. */
	const struct import_note *notes;
	size_t notes_n;
	int64_t more; /* notes that found no room */
	/* All notes by their reason, the most frequent first. */
	const struct import_group *groups;
	size_t groups_n;
};

/* The report is filled in whatever is returned. */
MUST_USE enum err import_run(struct ctx *ctx, struct store *st,
    const struct import_options *opts, const struct import_file *files,
    size_t n, struct import_report *report);

/* For people: several lines, each ended. */
struct str import_report_text(
    struct arena *a, const struct import_report *report);
/*
 * One object, without a line end:
 *	{"dry_run": false, "cancelled": false, "total": 1, "taken": 1,
 *	 "updated": 0, "unchanged": 0, "changed": 0, "skipped": 0,
 *	 "refused": 0,
 *	 "stories": [{"outcome": "taken", "file": "a.txt", "story": 7}],
 *	 "notes": [{"outcome": "refused", "file": "b.txt", "story": null,
 *	            "why": "…"}], "more_notes": 0,
 *	 "groups": [{"outcome": "refused", "why": "…", "files": 1,
 *	             "first": "b.txt"}]}
 */
struct str import_report_json(
    struct arena *a, const struct import_report *report);

#endif
