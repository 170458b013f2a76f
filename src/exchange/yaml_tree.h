/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_YAML_TREE_H
#define EXCHANGE_YAML_TREE_H

/*
 * A small piece of YAML as a tree: front matter, a house's order.
 *
 * One document; no aliases (they make little grow large), no tags that
 * change what a value is.  Of a key that stands twice the first is found;
 * whether that is an error is for the reader to say.  Scalars are kept as they are
 * written: what is a date or a number is for the reader to say.
 *
 * Memory: ctx's arena.  Threads: any.
 * Errors: ERR_INVALID with the line, ERR_LIMIT for too much.
 */

#include "base/base.h"

enum {
	YAML_BYTES_MAX = 1 << 18,
	YAML_NODES_MAX = 8192,
	YAML_DEPTH_MAX = 8,
};

enum yaml_kind { YAML_NULL, YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml {
	enum yaml_kind kind;
	size_t line;	/* 1 .. */
	struct str key; /* of an entry of a map */
	struct str text;
	struct yaml *first, *next; /* entries of a list or map */
	struct yaml *last;
	size_t n;   /* entries */
	bool again; /* its key stood in the map before */
};

/* line: where the piece begins in its file, for messages. */
MUST_USE enum err yaml_read(
    struct ctx *ctx, struct str bytes, size_t line, const struct yaml **out);

/* The first key that stands twice in its map, anywhere; NULL: none. */
const struct yaml *yaml_twice(const struct yaml *y);

/* NULL when the map has no such entry, or is none. */
const struct yaml *yaml_get(const struct yaml *map, struct str key);

/* "a list" … for messages. */
const char *yaml_kind_name(enum yaml_kind kind);

#endif
