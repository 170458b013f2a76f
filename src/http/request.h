/* SPDX-License-Identifier: MIT */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

/*
 * A request as it came, already checked: what is here may be believed to be
 * well formed, never to be well meant.
 *
 * Memory: everything points into the exchange and lasts until it is
 *         answered; copy what must live longer.
 * Threads: belongs to whoever holds the exchange.
 */

#include "base/base.h"

enum method {
	METHOD_GET,
	METHOD_HEAD,
	METHOD_POST,
	METHOD_PUT,
	METHOD_PATCH,
	METHOD_DELETE,
	METHOD_OPTIONS,
	METHOD_OTHER, /* answered 501 before any handler sees it */
};

struct http_header {
	struct str name;
	struct str value; /* printable; bytes above 127 may be no UTF-8 */
};

/* How a body may be coded for the way, the order in which we like them. */
enum coding { CODING_IDENTITY, CODING_GZIP, CODING_BROTLI };
enum { CODING_COUNT = 3 };

/* A record, not an object: read it freely, change it never. */
struct request {
	enum method method;
	bool http10;	   /* HTTP/1.0; else 1.1 */
	bool https;	   /* as the reader sees it, after trusted proxies */
	struct str path;   /* as sent, begins with '/', percent signs kept */
	struct str query;  /* what followed the first '?', as sent */
	struct str client; /* numeric address, after trusted proxies */
	struct str body;   /* empty for streamed ones */
	int64_t body_n;	   /* announced; 0 none, -1 chunked */
	const struct http_header *headers; /* in the order sent */
	size_t headers_n;
};

enum { REQUEST_HEADERS_MAX = 64 }; /* more: 431 */

/* The first header of that name, any case; empty when there is none. */
struct str request_header(const struct request *req, struct str name);

/* The value of a cookie; empty when there is none. */
struct str request_cookie(const struct request *req, struct str name);

/*
 * The best coding that the client accepts (RFC 9110, 12.5.3) of identity,
 * gzip and, if it was made, brotli.
 */
enum coding request_coding(const struct request *req, bool brotli_made);

/*
 * How well Accept likes a type such as image/avif: 0 (not at all) to 1000.
 * Without an Accept header everything is liked.  Named exactly counts;
 * `*` does too unless exact is set (browsers say it of everything).
 */
int request_accepts(const struct request *req, struct str type, bool exact);

/*
 * One segment or value decoded: %XX always, '+' as space in forms only.
 * false for a broken escape, a NUL, or when UTF-8 is broken afterwards.
 */
bool url_decode(struct arena *a, struct str raw, bool form, struct str *out);
/* Of a form, whatever it holds: bytes; a broken escape stays as it stands. */
struct str url_decode_bytes(struct arena *a, struct str raw);

enum { URL_ESCAPED_MAX = 4096 }; /* bytes */

/*
 * Is that a path we take?  Begins with '/', holds printable ASCII only,
 * whole escapes, no %00, decodes to valid UTF-8 in each segment.  One with
 * escapes is no longer than URL_ESCAPED_MAX, as no address is.
 */
bool url_path_ok(struct str raw);

enum method method_read(struct str name);
struct str method_name(enum method m);

#endif
