/* SPDX-License-Identifier: MIT */
#ifndef CLI_PERFORM_H
#define CLI_PERFORM_H

/*
 * Carrying out a command, wherever: words become a command and its
 * arguments, descriptors become its files, and it runs.
 */

#include "cli/command.h"

struct perform {
	FILE *out;
	struct folder *folder;
	struct store *store; /* unless the command needs none */
	struct media *media; /* may be NULL */
	struct site *site;   /* in the server; else NULL */
	/* The paths among the words, opened in their order, then the folder
	   of --media-base; or what was typed, and where an answer to that
	   goes.  They stay the caller's. */
	const int *fds;
	size_t fds_n;
	struct host host;
	/* Set by perform_prepare(). */
	const struct command *command;
	struct args args;
};

/* ERR_INVALID: wrong usage. */
MUST_USE enum err perform_prepare(
    struct ctx *ctx, struct str *words, size_t n, struct perform *p);
MUST_USE enum err perform_run(struct ctx *ctx, const struct perform *p);

/* Does it take what a person types (typed.h)? */
bool perform_is_typed(const struct perform *p);

/*
 * Root, in the newsroom of somebody else, becomes that somebody: the server
 * could not write what root has made there.  For others it does nothing.
 */
MUST_USE enum err perform_step_down(struct ctx *ctx, const struct folder *f);

/*
 * Opens the paths of a prepared command, as perform.fds wants them.
 * ERR_NOTFOUND, ERR_INVALID for what is neither a file nor a folder.
 */
MUST_USE enum err perform_open(
    struct ctx *ctx, const struct perform *p, int fds[WORDS_MAX], size_t *n);

#endif
