/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_RUN_H
#define EXCHANGE_RUN_H

/*
 * Between a run of the importer and the formats that it knows.  Only this
 * room includes it.
 *
 * Each file goes through three steps.  read() makes of it what can be made
 * without the store, on another thread, before its turn comes.  prepare()
 * asks the store.  take() writes, inside the batch's transaction; when that is
 * undone, because it failed or another file's did, it may be asked once more,
 * and finds the taking as prepare() left it.
 */

#include "exchange/import.h"
#include "newsroom/house.h"

/* Of a story whose id is reserved, and which has not come. */
#define RESERVED_DIGEST                        \
	STR("00000000000000000000000000000000" \
	    "00000000000000000000000000000000")

enum {
	NOTES_OF_FILE = 16, /* of one file; the rest is dropped as repetition */
	PREPARED_MAX = 16 << 20, /* bytes in the arena that end a batch */
};

/* A file to be taken. */
struct source {
	struct str name; /* for messages */
	struct str key;	 /* what the origin table calls it; may be empty */
	struct str path; /* below the root; empty: the file itself */
	int root;	 /* descriptor of the folder, or of the file */
	bool in_folder;
};

/* What a story needed and the house did not have. */
enum made { MADE_SECTIONS, MADE_TAGS, MADE_AUTHORS, MADE_N };

/* What became of it. */
struct taking {
	enum import_outcome what;
	int64_t story;
	struct str notes[NOTES_OF_FILE];
	size_t notes_n;
	bool waits; /* prepare(): another file must be taken first */
	int64_t made[MADE_N];
};

struct ahead;	    /* ahead.h */
struct aside;	    /* aside.h */
struct catalogue;   /* catalogue.h */
struct known;	    /* known.h */
struct source_list; /* below */

struct run {
	struct ctx *ctx; /* its arena is the batch's */
	struct store *st;
	const struct import_options *opts;
	struct arena *keep; /* the report's; the caller's */
	struct arena *all;  /* as long as the run */
	struct import_report *report;
	struct import_note *done, *notes; /* the report's, being filled */
	struct import_group *groups;	  /* likewise */
	size_t *note_groups;		  /* of each note; NO_GROUP */
	size_t spare; /* from here on no note can be given up */
	int round;    /* 1, or 2 for those that waited */
	int64_t made[MADE_N];
	const struct source_list *files; /* all of the run */
	struct catalogue *catalogue;	 /* of them; NULL: not asked yet */
	int64_t joined, dead;		 /* links in bodies */
	struct known *known;
	struct aside *aside; /* NULL: all is done on this thread */
	struct ahead *ahead; /* of the present round */
	struct link *links;  /* what is joined at the end: links.c */
	struct link *links_last;
};

/* Adds to what readers of the report are told of this file. */
void taking_note(struct run *r, struct taking *t, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

struct import_format {
	const char *name;
	/*
	 * May be NULL.  All is ctx's; fresh: it is no file that was taken
	 * before, as far as one can guess.
	 */
	MUST_USE enum err (*read)(struct ctx *ctx,
	    const struct import_options *opts, const struct source *src,
	    struct str bytes, bool fresh, void **out);
	/* *out: what read() made of it. */
	MUST_USE enum err (*prepare)(struct run *r, const struct source *src,
	    struct str bytes, struct taking *t, void **out);
	/* May be NULL: what prepare() began for it is waited for. */
	MUST_USE enum err (*ready)(
	    struct run *r, void *prepared, struct taking *t);
	MUST_USE enum err (*take)(struct run *r, const struct source *src,
	    void *prepared, struct taking *t);
};

extern const struct import_format import_capture;
extern const struct import_format import_markdown;

/* The edition that new stories go to. */
MUST_USE enum err run_edition(
    struct run *r, struct str code, const struct edition **out);
/* The zone of the options, else of the edition. */
struct str run_zone(const struct run *r, const struct edition *e);

/* May the run go on?  Lets others write first; false when cancelled. */
bool run_goes_on(struct run *r);

/* The whole file.  An error says why it is refused. */
MUST_USE enum err source_read(
    struct ctx *ctx, const struct source *src, struct str *out);
const struct import_format *format_of(const struct import_options *opts,
    const struct source *src, struct str bytes);

/* ---- markdown.c ---- */

/*
 * The slug that the story of that file will have, in the run's arena; empty:
 * it will be refused.
 */
MUST_USE enum err markdown_would_take(
    struct run *r, const struct source *src, struct str *slug);

/* ---- house_file.c ---- */

/* Reads house.yaml of a folder, if it has one, and puts its order. */
MUST_USE enum err house_file_take(struct run *r, const struct import_file *f);

/* ---- links.c: what is joined when all files are there ---- */

/* Files that a file, or the front of an edition, names. */
struct link {
	struct link *next;
	struct str name;   /* for messages */
	struct str prefix; /* of the keys: the folder that was imported */
	struct str folder; /* of the file that names them, below it */
	struct str key;	   /* what the origin table calls this link */
	int64_t story;	   /* whose related list it is; 0: a front's pins */
	int64_t edition;   /* of the front */
	const struct str *targets;
	size_t n;
};

/* Remembers a copy until the end of the run. */
void link_add(struct run *r, const struct link *in);
/* Forgets all behind that one; NULL: all. */
void links_cut(struct run *r, struct link *last);
/* Which story came from that file?  0: none. */
MUST_USE enum err link_target(
    struct run *r, const struct link *l, struct str target, int64_t *story);
/* Related lists and pins, each in a transaction of its own. */
MUST_USE enum err links_take(struct run *r);

/* ---- report.c ---- */

void report_begin(struct run *r);
void report_add(struct run *r, struct str name, const struct taking *t);
void report_refuse(struct run *r, struct str name, const char *why);
/* A note of the run rather than of one file. */
void report_note(struct run *r, struct str name, const char *why);
void report_end(struct run *r);

/* ---- files.c ---- */

struct source_list {
	struct source *v;
	size_t n, room;
};

void files_add(
    struct arena *a, struct source_list *l, const struct source *src);
/* Appends the text files of a folder, sorted, and says what it skipped. */
MUST_USE enum err files_walk(
    struct run *r, const struct import_file *folder, struct source_list *out);
/* Opens what lies below root; no symbolic link is followed.  -1: errno. */
int files_open(int root, struct str path);
/* The whole file, at most max bytes, from its first byte. */
MUST_USE enum err files_read(
    struct ctx *ctx, int fd, size_t max, struct str *out);
/* "a/b/../c" -> "a/c"; false when it leaves the root or is absolute. */
bool files_join(
    struct arena *a, struct str folder, struct str path, struct str *out);
/* "a/b/c.md" -> "a/b"; "" */
struct str files_folder(struct str path);
/* Where the descriptor's file lies, and the last name of that. */
struct str files_path(struct arena *a, int fd);
struct str files_name(struct arena *a, int fd);

/* ---- text.c ---- */

/*
 * Is it text that can be taken?  ERR_INVALID names the byte and line, and
 * says what to do.
 */
MUST_USE enum err text_check(struct ctx *ctx, struct str bytes);
/* For messages: one line, cut at 60 characters, printable. */
const char *text_quote(struct arena *a, struct str s);
/*
 * A file's name for messages: whole, on one line, and so that it can be
 * found again: what is no UTF-8 or a control stands there as \x1b.
 */
struct str text_name(struct arena *a, struct str bytes);
/* Equal but for case, in any script. */
bool text_same(struct arena *a, struct str x, struct str y);

#endif
