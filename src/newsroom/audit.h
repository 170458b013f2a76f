/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_AUDIT_H
#define NEWSROOM_AUDIT_H

/*
 * Who did what, in a chain: hash(n) = BLAKE2b-256(hash(n-1), row n), where
 * hash(0) is 32 zero bytes and a row is its fields, each with its length as
 * 8 bytes, little end first.  A changed row breaks the chain; a cut end
 * shows against a head noted elsewhere: in the log and in backups.
 *
 * Threads: as their store.  A row is written in the caller's transaction.
 */

#include "base/base.h"

struct store;

struct audit_entry {
	int64_t person;	    /* 0: a command on the machine */
	const char *action; /* "story.publish" */
	struct str subject; /* "story:7" */
	struct str detail;  /* may be empty */
};

MUST_USE enum err audit_add(
    struct ctx *ctx, struct store *st, const struct audit_entry *in);

struct audit_head {
	int64_t id;	 /* rows in the chain; 0: none yet */
	struct str hash; /* 64 hex digits */
};
MUST_USE enum err audit_head(
    struct ctx *ctx, struct store *st, struct audit_head *out);

/*
 * Walks the whole chain.  ERR_CONFLICT names the first row that breaks it.
 * With a noted head (id > 0) the chain must also pass through it:
 * ERR_CONFLICT when rows at its end are missing.
 */
MUST_USE enum err audit_verify(struct ctx *ctx, struct store *st,
    const struct audit_head *noted, struct audit_head *out);

#endif
