/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_PERSON_H
#define NEWSROOM_PERSON_H

/*
 * People of the desk.  Passwords are kept as Argon2id strings (libsodium).
 *
 * Memory: ctx's arena.  Threads: as their store; hashing a password takes
 * 64 MB and a good part of a second: never in an event thread.
 */

#include "base/base.h"

struct store;

enum {
	PASSWORD_MIN = 12,  /* characters */
	PASSWORD_MAX = 512, /* bytes: more costs us, and gains nobody */
	PASSWORD_MADE = 20, /* characters of one made by the program */
};

struct person {
	int64_t id;
	struct str email, name, initials;
	struct str role; /* reporter, editor, chief, admin */
	int64_t created_at;
	int64_t disabled_at; /* 0: open */
};

struct person_new {
	struct str email;
	struct str name;     /* empty: the part before @ */
	struct str initials; /* may be empty */
	struct str role;
	struct str password; /* empty: one is made and returned */
};

/* ERR_CONFLICT when the address has an account; *made: "" or the password. */
MUST_USE enum err person_add(struct ctx *ctx, struct store *st,
    const struct person_new *in, int64_t *id, struct str *made);
/* Likewise for a new password.  ERR_NOTFOUND. */
MUST_USE enum err person_set_password(struct ctx *ctx, struct store *st,
    struct str email, struct str password, struct str *made);
/*
 * ERR_NOTFOUND; ERR_CONFLICT when the house would be left without an
 * administrator.  The role that they have already changes nothing.
 */
MUST_USE enum err person_set_role(
    struct ctx *ctx, struct store *st, struct str email, struct str role);
MUST_USE enum err person_list(
    struct ctx *ctx, struct store *st, const struct person **out, size_t *n);
/* ERR_DENIED, after as long a time, also when there is no such person. */
MUST_USE enum err person_verify(struct ctx *ctx, struct store *st,
    struct str email, struct str password, const struct person **out);

#endif
