/* SPDX-License-Identifier: MIT */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

/*
 * Which handler an address belongs to, and what it was given: a table for
 * each room.
 *
 *	static const struct route_field list_fields[] = {
 *		{ .name = "before", .kind = FIELD_CURSOR },
 *		{ 0 },
 *	};
 *	static const struct route routes[] = {
 *		{ .method = METHOD_GET, .path = "/section/{slug:slug}",
 *		    .query = list_fields, .cacheable = true,
 *		    .handler = (route_fn)section_page },
 *	};
 *
 * A handler never sees a parameter that its route does not declare, nor a
 * value that its field does not allow.
 *
 * Memory: results live in the arena given.  Threads: tables are constant.
 */

#include "base/base.h"
#include "http/request.h"

enum {
	ROUTE_FIELDS_MAX = 48,	/* of one route, path and query together */
	ROUTE_TEXT_MAX = 4096,	/* bytes of a FIELD_TEXT without maximum */
	ROUTE_SLUG_MAX = 300,	/* bytes */
	ROUTE_CURSOR_MAX = 128, /* bytes */
};

enum field_kind {
	FIELD_END,    /* closes a list: { 0 } */
	FIELD_INT,    /* digits, within min .. max (0, 0: 0 .. INT64_MAX) */
	FIELD_SLUG,   /* a-z 0-9 - and letters above ASCII */
	FIELD_CURSOR, /* A-Z a-z 0-9 - _ . */
	FIELD_TEXT,   /* one line of UTF-8, up to max bytes */
	FIELD_PROSE,  /* any UTF-8 with newlines (made \n), up to max bytes */
	FIELD_SEARCH, /* what anybody types: whatever is no text is a space,
			 what goes beyond max bytes is cut */
	FIELD_ENUM,   /* one of the words of .words, space separated */
	FIELD_BOOL,   /* absent or empty, 0: 0; 1, on, true: 1 */
};

struct route_field {
	const char *name;
	enum field_kind kind;
	int64_t min;
	int64_t max;
	const char *words;
	bool needed;   /* 400 when it is missing */
	unsigned many; /* how often it may come; 0: once, the first counts */
};

/* Whatever the room casts it to. */
typedef void (*route_fn)(void);

struct route {
	enum method method; /* GET answers HEAD too */
	/*
	 * Segments, literal or "{name:kind}" with kind int, slug, cursor or
	 * text (default), anywhere in a segment once: "sitemap", "{id:int}",
	 * "{month:text}.xml".  A last "{name:rest}" takes all that is left.
	 */
	const char *path;
	const char *right; /* what the caller must be allowed; NULL: anybody */
	const struct route_field *query; /* may be NULL */
	const struct route_field *form;	 /* of an urlencoded body */
	route_fn handler;
	bool cacheable;
	unsigned flags;	 /* the room's own */
	size_t body_max; /* 0: the listener's */
};

struct route_value {
	const char *name;
	struct str text; /* decoded and checked */
	int64_t num;	 /* FIELD_INT, FIELD_BOOL, index of FIELD_ENUM */
};

struct route_match {
	const struct route *route;
	struct route_value *values; /* path, then query, then form */
	size_t values_n;
	/*
	 * For the cache: the path and the declared parameters that were
	 * given, in the table's order, in one spelling.
	 */
	struct str key;
	struct str allow; /* after ERR_CONFLICT: "GET, HEAD, POST" */
};

/*
 * ERR_NOTFOUND no such address; ERR_CONFLICT the address, but not the
 * method (405 with Allow); ERR_INVALID a declared parameter is wrong, with
 * words for the reader in ctx_why().  Earlier rows win.  path and query are
 * as sent (request.path, or its end where a prefix was taken off).
 */
MUST_USE enum err route_match(struct ctx *ctx, const struct route *table,
    size_t n, enum method method, struct str path, struct str query,
    struct route_match *out);

/* Reads an urlencoded body into the values.  ERR_INVALID, ERR_LIMIT. */
MUST_USE enum err route_form(
    struct ctx *ctx, struct str body, struct route_match *m);

/* NULL when it was not given; at: which of many. */
const struct route_value *route_value(
    const struct route_match *m, const char *name, size_t at);

/* Empty, or fallback, when it was not given. */
struct str route_text(const struct route_match *m, const char *name);
int64_t route_int(
    const struct route_match *m, const char *name, int64_t fallback);

#endif
