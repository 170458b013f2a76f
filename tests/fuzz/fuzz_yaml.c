/* SPDX-License-Identifier: MIT */
/* YAML of any bytes becomes a tree within its bounds, or a sentence. */

#include <stdlib.h>

#include "exchange/yaml_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static size_t
check_node(const struct yaml *y, size_t lines, size_t depth)
{
	size_t nodes = 1;
	size_t entries = 0;

	check(depth <= YAML_DEPTH_MAX + 1);
	check(y->line <= lines + 1);
	check(utf8_ok(y->text) && utf8_ok(y->key));
	check(y->first == NULL || y->kind == YAML_LIST || y->kind == YAML_MAP);
	for (const struct yaml *e = y->first; e != NULL; e = e->next) {
		nodes += check_node(e, lines, depth + 1);
		entries++;
		check(e->next != NULL || e == y->last);
		if (y->kind == YAML_MAP && !e->again)
			check(yaml_get(y, e->key) == e);
	}
	check(entries == y->n);
	return nodes;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new(0);
	struct str in = str_make((const char *)data, n);
	const struct yaml *y = NULL;
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	if (yaml_read(&ctx, in, 1, &y) != ERR_OK) {
		check(utf8_ok(str_c(ctx_why(&ctx))));
		check(ctx_why(&ctx)[0] != '\0');
	} else if (y != NULL) {
		check(check_node(y, n, 0) <= YAML_NODES_MAX + 1);
		(void)yaml_twice(y);
		(void)yaml_kind_name(y->kind);
	}
	arena_free(a);
	return 0;
}
