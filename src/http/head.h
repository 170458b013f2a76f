/* SPDX-License-Identifier: MIT */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

/*
 * The room's own: our check of a request's head.  The library's is lenient
 * where two readers of the same bytes, a proxy and we, could disagree about
 * where a request ends; we take only what can be read in one way.
 */

#include "http/request.h"

/* The three parts of a request line, and the headers. */
struct head {
	struct str method;
	struct str target; /* as sent */
	struct str version;
	const struct http_header *headers;
	size_t headers_n;
};

/*
 * 0, or the status to refuse with: 400, 501 for methods that nobody here
 * knows.  Fills in what the head says: method, version, path, query, body_n.
 */
int head_read(const struct head *head, struct request *req);

/*
 * The library cuts the head into strings in place.  Whatever lies between
 * them must be what a clean head leaves there: one space, ": ", CR LF.  Else
 * a NUL, a bare CR or LF or a folded line was in it.  n: bytes of the head,
 * from its first; headers must point into it.
 */
bool head_is_clean(const struct head *head, const char *first, size_t n);

#endif
