/* SPDX-License-Identifier: MIT */
/* libyaml's events to a small tree; see the header. */

#include "exchange/yaml_tree.h"

#include <yaml.h>

struct reading {
	struct ctx *ctx;
	size_t line; /* of the first line, less one */
	struct yaml *open[YAML_DEPTH_MAX + 1];
	size_t depth;
	struct yaml *root;
	struct str key; /* of the entry that comes next in a map */
	bool has_key;
	size_t nodes;
};

const char *
yaml_kind_name(enum yaml_kind kind)
{
	switch (kind) {
	case YAML_NULL:
		return "empty";
	case YAML_TEXT:
		return "a text";
	case YAML_LIST:
		return "a list";
	case YAML_MAP:
		return "a map";
	}
	return "nothing";
}

const struct yaml *
yaml_get(const struct yaml *map, struct str key)
{
	if (map == NULL || map->kind != YAML_MAP)
		return NULL;
	for (const struct yaml *y = map->first; y != NULL; y = y->next) {
		if (str_eq(y->key, key))
			return y;
	}
	return NULL;
}

static size_t
line_of(const struct reading *r, const yaml_event_t *e)
{
	return r->line + e->start_mark.line + 1;
}

static enum err
attach(struct reading *r, struct yaml *y)
{
	struct yaml *in = r->depth != 0 ? r->open[r->depth - 1] : NULL;

	if (++r->nodes > YAML_NODES_MAX)
		return FAIL(r->ctx, ERR_LIMIT,
		    "the YAML has more than %d values", YAML_NODES_MAX);
	if (in == NULL) {
		r->root = y;
		return ERR_OK;
	}
	if (in->kind == YAML_MAP) {
		y->key = r->key;
		r->has_key = false;
		y->again = yaml_get(in, y->key) != NULL;
	}
	if (in->last != NULL)
		in->last->next = y;
	else
		in->first = y;
	in->last = y;
	in->n++;
	return ERR_OK;
}

static bool
is_null(const yaml_event_t *e, struct str s)
{
	return e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (s.n == 0 || str_eq(s, STR("~")) || str_eq(s, STR("null")));
}

static enum err
scalar(struct reading *r, const yaml_event_t *e)
{
	struct yaml *in = r->depth != 0 ? r->open[r->depth - 1] : NULL;
	struct str s =
	    str_dup(r->ctx->arena, str_make((const char *)e->data.scalar.value,
				       e->data.scalar.length));
	struct yaml *y = NULL;

	if (memchr(s.p, '\0', s.n) != NULL)
		return FAIL(r->ctx, ERR_INVALID, "line %zu: a NUL in the YAML",
		    line_of(r, e));
	if (in != NULL && in->kind == YAML_MAP && !r->has_key) {
		r->key = s;
		r->has_key = true;
		return ERR_OK;
	}
	y = ARENA_NEW(r->ctx->arena, struct yaml);
	y->line = line_of(r, e);
	y->kind = is_null(e, s) ? YAML_NULL : YAML_TEXT;
	y->text = s;
	return attach(r, y);
}

static enum err
open_node(struct reading *r, const yaml_event_t *e, enum yaml_kind kind)
{
	struct yaml *in = r->depth != 0 ? r->open[r->depth - 1] : NULL;
	struct yaml *y = ARENA_NEW(r->ctx->arena, struct yaml);

	if (r->depth == YAML_DEPTH_MAX)
		return FAIL(r->ctx, ERR_LIMIT,
		    "line %zu: the YAML nests more than %d deep", line_of(r, e),
		    YAML_DEPTH_MAX);
	if (in != NULL && in->kind == YAML_MAP && !r->has_key)
		return FAIL(r->ctx, ERR_INVALID,
		    "line %zu: a key must be a text", line_of(r, e));
	y->line = line_of(r, e);
	y->kind = kind;
	TRY(attach(r, y));
	r->open[r->depth++] = y;
	return ERR_OK;
}

static enum err
event(struct reading *r, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return scalar(r, e);
	case YAML_SEQUENCE_START_EVENT:
		return open_node(r, e, YAML_LIST);
	case YAML_MAPPING_START_EVENT:
		return open_node(r, e, YAML_MAP);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		r->depth--;
		return ERR_OK;
	case YAML_ALIAS_EVENT:
		return FAIL(r->ctx, ERR_INVALID,
		    "line %zu: aliases (*name) are not taken", line_of(r, e));
	case YAML_DOCUMENT_START_EVENT:
		if (r->root != NULL)
			return FAIL(r->ctx, ERR_INVALID,
			    "line %zu: a second YAML document", line_of(r, e));
		return ERR_OK;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		return ERR_OK;
	}
	return ERR_OK;
}

enum err
yaml_read(
    struct ctx *ctx, struct str bytes, size_t line, const struct yaml **out)
{
	struct reading r = { .ctx = ctx, .line = line > 0 ? line - 1 : 0 };
	CLEANUP(yaml_parser_delete) yaml_parser_t parser = { 0 };
	bool end = false;

	if (bytes.n > YAML_BYTES_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "the YAML is %zu bytes long, the limit is %d", bytes.n,
		    YAML_BYTES_MAX);
	if (yaml_parser_initialize(&parser) == 0)
		return FAIL(ctx, ERR_IO, "no memory for the YAML reader");
	yaml_parser_set_input_string(
	    &parser, (const unsigned char *)bytes.p, bytes.n);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	while (!end) {
		CLEANUP(yaml_event_delete) yaml_event_t e = { 0 };

		if (yaml_parser_parse(&parser, &e) == 0)
			return FAIL(ctx, ERR_INVALID,
			    "line %zu: not YAML: %s (a value that holds a "
			    "colon stands in quotes)",
			    r.line + parser.problem_mark.line + 1,
			    parser.problem != NULL ? parser.problem : "?");
		TRY(event(&r, &e));
		end = e.type == YAML_STREAM_END_EVENT;
	}
	if (r.root == NULL)
		r.root = ARENA_NEW(ctx->arena, struct yaml);
	*out = r.root;
	return ERR_OK;
}

const struct yaml *
yaml_twice(const struct yaml *y)
{
	const struct yaml *found = NULL;

	for (const struct yaml *e = y->first; e != NULL && found == NULL;
	     e = e->next)
		found = e->again ? e : yaml_twice(e);
	return found;
}
