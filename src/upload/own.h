/* SPDX-License-Identifier: MIT */
#ifndef UPLOAD_OWN_H
#define UPLOAD_OWN_H

/*
 * The room's own.
 *
 *	tus.c      headers as strangers write them
 *	upload.c   a request, from its headers to its answer
 *	session.c  the bytes of one request
 *	finish.c   from the last byte to an asset
 *	answer.c   answers
 *
 * Order of locks: a session's before that of the list of them; the writer
 * inside both; nothing inside the reader's.
 */

#include <pthread.h>
#include <stdatomic.h>

#include "newsroom/token.h"
#include "newsroom/upload.h"
#include "store/store.h"
#include "upload/tus.h"
#include "upload/upload.h"

enum {
	/* What may be lost of a request when the machine is cut off. */
	SYNC_BYTES = 8 << 20,
	SYNC_SECONDS = 2,
	/* The disk keeps so much for everything else. */
	ROOM_SPARED = 256 << 20,
	REPLY_HEADERS = 16,
};

/*
 * Who is at an upload: a request with its bytes, or the finisher.  One at a
 * time for each upload, in the list of uploads.
 */
struct session {
	struct session *next; /* under uploads->lock */
	struct uploads *uploads;
	atomic_uint refs;
	char name[UPLOAD_NAME + 1];

	pthread_mutex_t lock; /* of all below */
	bool over;	      /* it has ended, or another has taken over */
	bool finishing;	      /* the finisher is at it */
	bool created;	      /* by the same request: it is answered 201 */
	int64_t id;
	int fd;
	int64_t size;
	int64_t kept;	 /* bytes for good, as the row says */
	int64_t put;	 /* bytes written */
	int64_t kept_at; /* monotonic ns */
	int64_t expires_at;
	struct tus_checksum sum;
	struct arena *arena; /* for what one step needs */
};

/* Waits for the finisher. */
struct waiting {
	struct waiting *next;
	char name[UPLOAD_NAME + 1];
	struct exchange *x; /* NULL: nobody waits for it */
	bool created;
};

struct uploads {
	struct uploads_conf conf;
	struct str url; /* a copy */
	struct arena *arena;

	pthread_mutex_t reader_lock;
	struct store *reader;

	pthread_mutex_t lock; /* of all below */
	struct session *sessions;
	struct waiting *first, **last;
	pthread_cond_t more;
	bool stopping;
	pthread_t finisher;
	bool running;

	atomic_uint_fast64_t bytes, taken, refused, denied;
};

/* ---- answer.c ---- */

/* One answer to one request. */
struct reply {
	int status;
	struct str sentence; /* with its type text/plain; empty: no body */
	struct http_header headers[REPLY_HEADERS];
	size_t n;
};

void reply_add(struct reply *r, struct str name, struct str value);
void reply_int(
    struct reply *r, struct arena *a, struct str name, int64_t value);
/* "Wed, 25 Jun 2014 16:00:00 GMT" */
void reply_expires(struct reply *r, struct arena *a, int64_t at);
/* With what every answer has. */
struct response *reply_make(
    const struct uploads *u, const struct request *req, struct reply *r);
/* Where an upload is. */
struct str upload_address(struct arena *a, struct str name);
/* What may be sent here, for OPTIONS. */
struct response *reply_options(
    const struct uploads *u, const struct request *req, struct arena *a);
/* What failed, in words; ERR_LIMIT is a full disk. */
struct response *reply_failure(struct uploads *u, const struct request *req,
    struct ctx *ctx, enum err err);
struct response *reply_text(const struct uploads *u, const struct request *req,
    int status, struct str sentence);

/* ---- session.c ---- */

/*
 * The upload is the caller's, with its lock held.  ERR_CONFLICT: somebody is
 * at it, and at another offset; ERR_BUSY: the finisher is.
 */
MUST_USE enum err session_claim(struct ctx *ctx, struct uploads *u,
    struct str name, int64_t offset, struct session **out);
/* Takes it from whoever is at it, for good.  ERR_BUSY: the finisher is. */
MUST_USE enum err session_oust(
    struct ctx *ctx, struct uploads *u, struct str name, struct session **out);
/* What was written is on the disk, and the row says so. */
MUST_USE enum err session_keep(struct ctx *ctx, struct session *s);
/* If somebody is at it: keeps what he has. */
MUST_USE enum err session_keep_of(
    struct ctx *ctx, struct uploads *u, struct str name);
/* What it was for is done, or failed.  Its lock is held. */
void session_end(struct session *s);
/* Keeps what it can, and ends.  Its lock is held. */
void session_stop(struct session *s);
void session_unref(struct session *s);

/* ---- upload.c ---- */

MUST_USE enum err upload_read(struct ctx *ctx, struct uploads *u,
    struct str name, const struct upload **out);

/* ---- finish.c ---- */

MUST_USE enum err finisher_start(struct ctx *ctx, struct uploads *u);
void finisher_stop(struct uploads *u);
/* x: the request that sent the last byte; answered by the finisher. */
void finisher_put(
    struct uploads *u, struct str name, struct exchange *x, bool created);
/* The answer to who asks about one that is whole: 0 no answer of its own. */
struct response *finished_reply(struct uploads *u, const struct request *req,
    struct ctx *ctx, const struct upload *up, bool created);

#endif
