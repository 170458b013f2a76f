/* SPDX-License-Identifier: MIT */
#ifndef UPLOAD_UPLOAD_H
#define UPLOAD_UPLOAD_H

/*
 * Files from reporters at /upload, by tus 1.0: core, creation, creation with
 * upload, expiration, checksum, termination (docs/UPLOAD.md).
 *
 * An offset that is answered is on the disk: the bytes first, then the row
 * that says so.  A request that is cut off keeps what came.  Who goes on with
 * an upload takes it from whoever was at it, if he knows how far that one got:
 * a line that broke unnoticed holds nobody up.
 *
 * Bytes come on pool threads; finishing (the sandbox, the blob, the asset) is
 * done by one thread of this room's own, while whoever waits for it occupies
 * none.
 *
 *	TRY(uploads_new(ctx, &conf, &u));
 *	... http_start() with uploads_first() and so on ...
 *	http_stop(http, 10);
 *	uploads_free(u);
 *
 * Threads: the functions of an application as http.h says; new and free by
 *          one, which does not have the writer.
 */

#include "http/http.h"

struct folder;
struct media;
struct uploads;
struct writer; /* jobs/writer.h */

struct uploads_conf {
	const struct folder *folder;
	struct writer *writer;
	struct media *media;	   /* NULL: what is whole waits */
	struct str url;		   /* the house's own origin */
	const struct clock *clock; /* NULL: the system's */
};

/* Files that no row speaks of are removed: a kill may leave them. */
MUST_USE enum err uploads_new(
    struct ctx *ctx, const struct uploads_conf *conf, struct uploads **out);
void uploads_free(struct uploads *u);

/* Is it an address of this room? */
bool uploads_own(struct str path);

/* Parts of an http_app, for requests to addresses of this room. */
enum lane uploads_first(
    struct uploads *u, struct exchange *x, struct response **out);
void uploads_work(struct uploads *u, struct exchange *x);
enum body uploads_body(struct exchange *x, size_t *max);
struct response *uploads_stream(struct uploads *u, struct exchange *x,
    enum stream_step step, struct str bytes);

void uploads_metrics(struct uploads *u, struct buf *out);

#endif
