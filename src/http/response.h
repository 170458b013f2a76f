/* SPDX-License-Identifier: MIT */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

/*
 * An answer, finished: bytes in every coding, headers, ETags, and the 304
 * that says them unchanged.  What it says never changes once made, so that
 * one serves any number of requests at once and a cached page costs no work.
 * Only a coding may come later, when somebody first asks for it: most pages
 * are never asked for in all of them.
 *
 * Memory: counted references; whoever makes one owns one.  What is passed
 *         in is copied.
 * Errors: making one cannot fail.  A header whose value holds a control
 *         character is left out: no header is ever split.
 * Threads: any.
 */

#include <sys/types.h>

#include "base/base.h"
#include "http/request.h"

struct response;

enum response_codings {
	RESPONSE_ALL,	/* gzip and brotli too: for what is kept */
	RESPONSE_LATER, /* likewise, by response_encode() */
	RESPONSE_GZIP,	/* fast gzip: for what is sent once */
	RESPONSE_PLAIN, /* never compressed: secrets beside reflected input */
};

enum { RESPONSE_COMPRESS_MIN = 600 }; /* bytes; below, nothing is won */

struct response_make {
	int status;	 /* 0: 200 */
	struct str type; /* with charset; empty: no Content-Type */
	struct str body;
	enum response_codings codings;
	struct str cache_control; /* empty: "no-store" */
	int64_t last_modified;	  /* seconds UTC; 0: not said */
	struct str csp;		  /* Content-Security-Policy; empty: none */
	const struct http_header *headers; /* more of them */
	size_t headers_n;
	const struct str *tags; /* Surrogate-Key */
	size_t tags_n;
	bool hsts;    /* the site's url is https */
	bool no_etag; /* for what is never asked again */
	bool close;   /* end the connection afterwards */
};

struct response *response_new(const struct response_make *make);

/* A file, with ranges. */
struct response_file {
	int fd; /* taken over; regular, read with offsets only */
	int64_t size;
	struct str type;
	struct str etag; /* with its quotes; empty: from size and time */
	struct str cache_control;
	int64_t last_modified; /* seconds UTC */
	struct str csp;
	const struct http_header *headers; /* Content-Disposition … */
	size_t headers_n;
	const struct str *tags;
	size_t tags_n;
	bool hsts;
};

struct response *response_new_file(const struct response_file *make);

/* No body to speak of. status 301, 302, 303, 307 or 308. */
struct response *response_redirect(
    int status, struct str location, struct str cache_control, bool hsts);

/* One sentence as text/plain; never cached. */
struct response *response_text(int status, struct str sentence);

struct response *response_ref(struct response *r); /* returns r */
void response_unref(struct response *r);	   /* NULL: nothing */

/*
 * Would req get another coding than it does now, were that made?  Then
 * response_encode(), on a thread that may take milliseconds, makes it: once,
 * and whoever comes meanwhile is sent the best there is.
 */
bool response_waits(const struct response *r, const struct request *req);
void response_encode(struct response *r, const struct request *req);

/* What it keeps in memory, all codings and headers together, in bytes. */
size_t response_size(const struct response *r);

/* What compressing it has cost up to now, in nanoseconds of processors. */
int64_t response_encode_ns(const struct response *r);

int response_status(const struct response *r);
struct str response_type(const struct response *r);
/* The bytes in a coding; identity's when there is no such variant (yet).
   In one piece: they are copied when they are kept in several. */
struct str response_body(
    struct arena *a, const struct response *r, enum coding coding);
/* With quotes; empty when there is none. */
struct str response_etag(const struct response *r, enum coding coding);

#endif
