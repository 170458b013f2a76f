/* SPDX-License-Identifier: MIT */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

/*
 * A command of the program: a row of a table, and a function that does the
 * work.  The function is the same whether it runs in a process of its own
 * or, because a server holds the folder, inside that server (control.h): it
 * gets its words and open descriptors, and writes to run->out.
 *
 * Exit status: 0 done, 1 refused or failed, 2 wrong usage.
 */

#include <stdio.h>

#include "base/base.h"

struct folder;
struct import_file;
struct media;
struct site; /* site/site.h */
struct store;

enum {
	OPTIONS_MAX = 16,
	GIVEN_MAX = 64,	 /* options of one command, each time they are given */
	WORDS_MAX = 250, /* also what one message can carry of descriptors */
};

/* What a value may be: looked at before the command runs. */
struct kind {
	const char *wants; /* "a whole number above 0" */
	bool (*fits)(struct str s);
};

struct option {
	const char *name; /* "zone"; NULL ends the list */
	const char *arg;  /* what stands for its value; NULL: none */
	const char *help;
	const struct kind *kind; /* NULL: any text */
};

struct given {
	size_t option;
	struct str value;
};

struct args {
	const struct option *options; /* those of the command */
	struct str values[OPTIONS_MAX];
	bool given[OPTIONS_MAX];
	struct given all[GIVEN_MAX]; /* those with values, in their order */
	size_t all_n;
	struct str words[WORDS_MAX];
	size_t words_n;
	struct str data; /* --data, or ./newsroom */
	bool json, help;
};

enum needs {
	NEEDS_NOTHING,
	NEEDS_READER, /* a store for reading */
	NEEDS_WRITER, /* the one writer: here, or in the server */
	NEEDS_SERVER, /* done by the server, if one runs; else a reader */
};

/* What runs a command, and hears of its progress. */
struct host {
	void *arg;
	void (*progress)(void *arg, int64_t done, int64_t total);
	bool (*cancelled)(void *arg);
	void (*yield)(void *arg); /* somebody else may write now */
	/* Until it is called again with false the store is not touched. */
	void (*rest)(void *arg, bool resting);
};

struct run {
	struct ctx *ctx;
	const struct args *args;
	FILE *out;
	struct folder *folder;	 /* unless NEEDS_NOTHING */
	struct store *store;	 /* unless NEEDS_NOTHING */
	struct media *media;	 /* may be NULL; for commands with paths */
	struct site *site;	 /* in the server; else NULL */
	int typed_fd, answer_fd; /* of typing (typed.h); -1 */
	const struct import_file *files; /* the words, opened */
	size_t files_n;
	int base_fd; /* --media-base, opened; -1 */
	struct host host;
};

/* What a person types for it besides its words (typed.h). */
enum typing {
	TYPING_NONE,
	TYPING_FILE,   /* with --file only */
	TYPING_EDITOR, /* --file, or an editor */
};

struct command {
	const char *name;	      /* "story list" */
	const char *words;	      /* "ID", "PATH…"; "" for none */
	const char *what;	      /* in a line */
	const char *more;	      /* further lines of help; may be NULL */
	const char *example;	      /* without the program's name */
	const struct option *options; /* may be NULL */
	size_t words_min, words_max;
	enum needs needs;
	bool paths; /* the words are paths: opened before it runs */
	enum err (*run)(struct run *run);
	/* What the last word that it needs is, and all after it; NULL: any. */
	const struct kind *word;
	const struct kind *first; /* what the first of several is */
	enum typing typing;
	/* What its editor begins with; in the client, with a reader. */
	enum err (*blank)(struct run *run, struct str *out);
};

extern const struct command commands[];
extern const size_t commands_n;

/* The longest command whose name the words begin with; NULL: none. */
const struct command *command_find(
    struct str *words, size_t n, size_t *name_words);

/* ERR_INVALID for what the command does not take. */
MUST_USE enum err args_parse(struct ctx *ctx, const struct command *c,
    const struct str *words, size_t n, struct args *out);

/* Empty when it was not given. */
struct str args_value(const struct args *a, const char *name);
bool args_given(const struct args *a, const char *name);
/* An option that may be given more than once: *at is 0 for the first. */
bool args_each(
    const struct args *a, const char *name, size_t *at, struct str *value);
/* Of an option that is a number; fallback when it was not given. */
int64_t args_int(const struct args *a, const char *name, int64_t fallback);
/* Of a word that is a number. */
int64_t args_word_int(const struct args *a, size_t i);

void command_help(FILE *out, const struct command *c);
/* All commands; those of one noun ("story"), unless it is empty. */
void command_overview(FILE *out, struct str noun);
/* Is it the first of two words that name a command? */
bool command_is_noun(struct str word);

/* ---- the commands, each in its noun's file ---- */

enum err run_init(struct run *run);
enum err run_serve(struct run *run);
enum err run_import(struct run *run);
enum err run_story_list(struct run *run);
enum err run_story_show(struct run *run);
enum err run_story_publish(struct run *run);
enum err run_story_unpublish(struct run *run);
enum err run_story_takedown(struct run *run);
enum err run_story_schedule(struct run *run);
enum err run_story_correct(struct run *run);
enum err run_story_new(struct run *run);
enum err run_story_edit(struct run *run);
enum err story_new_blank(struct run *run, struct str *out);
enum err story_edit_blank(struct run *run, struct str *out);
enum err run_story_history(struct run *run);
enum err run_story_restore(struct run *run);
enum err run_story_trace(struct run *run);
enum err run_user_add(struct run *run);
enum err run_user_list(struct run *run);
enum err run_user_passwd(struct run *run);
enum err run_user_role(struct run *run);
enum err run_token_add(struct run *run);
enum err run_token_list(struct run *run);
enum err run_token_revoke(struct run *run);
enum err run_search_rebuild(struct run *run);
enum err run_edition_list(struct run *run);
enum err run_edition_add(struct run *run);
enum err run_edition_set(struct run *run);
enum err run_section_list(struct run *run);
enum err run_section_add(struct run *run);
enum err run_section_set(struct run *run);
enum err run_section_order(struct run *run);
enum err run_section_remove(struct run *run);
enum err run_tag_list(struct run *run);
enum err run_tag_add(struct run *run);
enum err run_tag_set(struct run *run);
enum err run_tag_merge(struct run *run);
enum err run_tag_remove(struct run *run);
enum err run_author_list(struct run *run);
enum err run_author_add(struct run *run);
enum err run_author_set(struct run *run);
enum err run_author_merge(struct run *run);
enum err run_author_remove(struct run *run);
enum err run_advisory_list(struct run *run);
enum err run_advisory_add(struct run *run);
enum err run_advisory_set(struct run *run);
enum err run_advisory_remove(struct run *run);
enum err run_redirect_list(struct run *run);
enum err run_redirect_add(struct run *run);
enum err run_redirect_remove(struct run *run);
enum err run_list_list(struct run *run);
enum err run_list_show(struct run *run);
enum err run_list_pin(struct run *run);
enum err run_list_unpin(struct run *run);
enum err run_list_order(struct run *run);
enum err run_list_rule(struct run *run);
enum err run_list_add(struct run *run);
enum err run_list_remove(struct run *run);
enum err run_media_add(struct run *run);
enum err run_media_list(struct run *run);
enum err run_media_show(struct run *run);
enum err run_media_set(struct run *run);
enum err run_media_retry(struct run *run);
enum err run_media_captions(struct run *run);
enum err run_check(struct run *run);
enum err run_audit_verify(struct run *run);
enum err run_theme_check(struct run *run);

/* ---- JSON on run->out ---- */

/* "key": "text", with a comma before it unless it is the first. */
void json_text(FILE *out, bool first, const char *key, struct str s);
void json_int(FILE *out, bool first, const char *key, int64_t v);
/* null for 0. */
void json_time(FILE *out, bool first, const char *key, int64_t at);

#endif
