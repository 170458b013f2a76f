/* SPDX-License-Identifier: MIT */
#ifndef CLI_TYPED_H
#define CLI_TYPED_H

/*
 * What a person types for a command: in an editor, in a file, or on
 * standard input.  This is the client's part: it has the terminal and the
 * files.  What was typed then goes to whoever carries the command out, as
 * an open descriptor of a nameless file, and with it another one for an
 * answer: the text with its conflicts marked.
 *
 * Nothing typed is ever lost.  The editor works on a file that only its
 * owner reads, in the data folder's `typed` (where that cannot be written:
 * $XDG_RUNTIME_DIR, $TMPDIR, /tmp).  It goes when the text is saved, and
 * stays otherwise, also when the client is killed.
 *
 * Threads: one; it forks the editor.
 */

#include "base/base.h"

struct folder;

enum { TYPED_MAX = 4 << 20 /* bytes */ };

struct typed {
	const struct folder *folder;
	const char *name; /* what a kept file's name begins with: "story-7" */
	const char *command; /* what takes a kept file: "story edit 7" */

	struct str blank; /* what the editor began with */
	struct str text;  /* what was typed */
	const char *path; /* the file that has it; NULL: none */
	bool ours;	  /* it goes when the text is saved */
	bool again;	  /* the editor opens on path once more */
	int fds[2];	  /* for the command: the text, the answer; or -1 */
};

void typed_init(struct typed *t);
/* Closes; a file that is there stays. */
void typed_clear(struct typed *t);

/* From a file, "-" for standard input. */
MUST_USE enum err typed_read(struct ctx *ctx, struct typed *t, struct str path);

/*
 * Opens the editor on blank, or, when there is a path already, on that
 * again.  ERR_INVALID when it cannot be started or failed: typed_keep()
 * then says where the text is.
 */
MUST_USE enum err typed_edit(struct ctx *ctx, struct typed *t);

/* Is it as it was, or empty? */
bool typed_nothing(const struct typed *t);

/* Makes the descriptors; before each time that the command is asked. */
MUST_USE enum err typed_hand_over(struct ctx *ctx, struct typed *t);

/* The text is saved: its file goes. */
void typed_done(struct typed *t);
/*
 * It is not: it is in a named file from now on, with conflicts marked if
 * the command answered with those.  Gives what to add to the sentence.
 */
struct str typed_keep(struct ctx *ctx, struct typed *t);

/*
 * Says why, and asks whether to edit again: if somebody is there to ask.
 */
bool typed_can_ask(void);
bool typed_ask_again(const char *why);

/* As the shell reads it as one word. */
const char *typed_shell_word(struct arena *a, struct str s);

/* ---- where the command is carried out ---- */

/* The whole text.  ERR_LIMIT, ERR_INVALID when it is no plain file. */
MUST_USE enum err typed_take(struct ctx *ctx, int fd, struct str *out);
MUST_USE enum err typed_answer(struct ctx *ctx, int fd, struct str text);

#endif
