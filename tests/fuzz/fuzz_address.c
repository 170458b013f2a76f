/* SPDX-License-Identifier: MIT */
/*
 * Network addresses: trusted networks on the first line, X-Forwarded-For on
 * the second.
 */

#include <stdlib.h>

#include "http/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check(bool ok)
{
	if (!ok)
		abort();
}

/* Printed and read it is the same; its cut is its own. */
static void
check_address(const struct address *a)
{
	char text[ADDRESS_TEXT];
	struct address again;
	struct address cut = address_cut(a);
	struct address twice = address_cut(&cut);
	size_t n = address_print(a, text);

	check(n > 0 && n < sizeof text && text[n] == '\0');
	check(address_read(str_make(text, n), &again));
	check(memcmp(a, &again, sizeof again) == 0);
	check(memcmp(&cut, &twice, sizeof cut) == 0);
	check(address_is_v4(a) == address_is_v4(&cut));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *arena = arena_new(0);
	struct str header = { 0 };
	struct str line =
	    str_cut(str_make((const char *)data, n), '\n', &header);
	struct networks set = { 0 };
	struct address a;
	struct ctx ctx;

	ctx_init(&ctx, arena, NULL);
	if (address_read(line, &a))
		check_address(&a);
	if (networks_read(&ctx, line, &set) == ERR_OK) {
		check(set.n <= NETWORKS_MAX);
		for (size_t i = 0; i < set.n; i++) {
			check(set.list[i].bits <= 128);
			check(networks_have(&set, &set.list[i].address));
		}
	} else {
		set.n = 0;
	}
	if (forwarded_read(&set, header, &a))
		check_address(&a);
	arena_free(arena);
	return 0;
}
