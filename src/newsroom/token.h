/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_TOKEN_H
#define NEWSROOM_TOKEN_H

/*
 * A token lets a program act in a person's name, in one way only.  It is
 * "mht_", its number, "_" and 43 characters that stand for 256 random bits;
 * the store holds the digest of these, so that who reads it can use nothing.
 * A digest without salt or stretching is right for what cannot be guessed.
 *
 * Memory: ctx's arena.  Threads: as their store.
 */

#include "base/base.h"

struct store;

enum {
	TOKEN_LABEL_MAX = 100, /* characters */
	TOKEN_TEXT_MAX = 80,   /* bytes of a token */
};

struct token {
	int64_t id;
	int64_t person; /* in whose name */
	struct str email;
	struct str rights; /* "upload" */
	struct str label;  /* where it is used; may be empty */
	int64_t created_at;
	int64_t expires_at; /* 0: never */
	int64_t used_at;    /* to some minutes; 0: never */
	int64_t revoked_at; /* 0: it holds */
};

struct token_new {
	struct str email;
	struct str rights;
	struct str label;
	int64_t expires_at; /* 0: never */
};

/* *text is the token, never to be had again.  ERR_NOTFOUND: no such person. */
MUST_USE enum err token_add(struct ctx *ctx, struct store *st,
    const struct token_new *in, int64_t *id, struct str *text);
/* By rising id, those that hold no longer among them. */
MUST_USE enum err token_list(
    struct ctx *ctx, struct store *st, const struct token **out, size_t *n);
/* From the next request on.  ERR_NOTFOUND; twice is once. */
MUST_USE enum err token_revoke(struct ctx *ctx, struct store *st, int64_t id);

/*
 * Whose token is that, and does it hold?  ERR_DENIED, in the same words
 * whatever is the matter with it.  created_at is not filled.
 */
MUST_USE enum err token_verify(struct ctx *ctx, struct store *st,
    struct str text, const struct token **out);
/* Is it long since it was noted that it is used? */
bool token_is_unnoted(const struct ctx *ctx, const struct token *t);
/* Notes it. */
MUST_USE enum err token_note(struct ctx *ctx, struct store *st, int64_t id);

#endif
