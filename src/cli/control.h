/* SPDX-License-Identifier: MIT */
#ifndef CLI_CONTROL_H
#define CLI_CONTROL_H

/*
 * While a server holds the folder, a writing command is carried out by it,
 * and so is one that asks the server about itself.
 * The client passes its words and open descriptors over `control`, a socket
 * in the data folder, and prints what comes back.
 *
 * SOCK_SEQPACKET.  The client sends one packet: its words, each ended with
 * NUL, and with it the descriptors (SCM_RIGHTS).  The server answers with
 * packets of a letter and bytes:
 *
 *	o bytes          for standard output
 *	p done total     progress, in digits
 *	x status words   the end: exit status in a digit, and the sentence
 *
 * Only the server's own user and root are listened to.  A client that goes
 * away has its command ended after the present batch.
 *
 * Threads: control_start() and control_stop() from one.
 */

#include "base/base.h"
#include "cli/command.h"

struct control;
struct folder;
struct media;
struct site;
struct writer;

enum {
	CONTROL_WORDS_MAX = 65536, /* bytes of a command's words */
	CONTROL_CLIENTS_MAX = 16,  /* commands at once; others wait */
};

struct control_conf {
	struct folder *folder; /* locked by us: its old socket is stale */
	struct writer *writer;
	struct media *media;
	struct site *site; /* may be NULL */
};

MUST_USE enum err control_start(
    struct ctx *ctx, const struct control_conf *conf, struct control **out);
/* Asks commands under way to end, and waits for them. */
void control_stop(struct control *c);

/* What a packet of a client says.  ERR_INVALID, ERR_LIMIT. */
MUST_USE enum err control_words(
    struct ctx *ctx, struct str packet, struct str **words, size_t *n);

struct control_call {
	const struct folder *folder;
	const struct str *words;
	size_t words_n;
	const int *fds;
	size_t fds_n;
	FILE *out;
	const struct host *host; /* progress only */
};

/*
 * Has the server do it.  ERR_BUSY: no server listens there.  Otherwise
 * *status is its exit status, and on 1 or 2 ctx_why() its sentence.
 */
MUST_USE enum err control_ask(
    struct ctx *ctx, const struct control_call *call, int *status);

#endif
