/* SPDX-License-Identifier: MIT */
/*
 * What comes over the control socket, or from a shell: words, and a command
 * with arguments made of them.  It is not run.
 */

#include <stdlib.h>

#include "cli/control.h"
#include "cli/perform.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static void
check_args(const struct perform *p)
{
	const struct args *a = &p->args;
	const struct option *o = p->command->options;

	check(a->words_n <= p->command->words_max && a->all_n <= GIVEN_MAX);
	check(a->help || a->words_n >= p->command->words_min);
	check(utf8_ok(a->data));
	for (size_t i = 0; i < a->words_n; i++)
		check(utf8_ok(a->words[i]));
	for (size_t i = 0; o != NULL && o[i].name != NULL; i++) {
		check(utf8_ok(args_value(a, o[i].name)));
		check(args_given(a, o[i].name) ||
		      args_value(a, o[i].name).n == 0);
		if (args_given(a, o[i].name) && o[i].kind != NULL)
			check(o[i].kind->fits(args_value(a, o[i].name)));
	}
	if (!a->help && a->words_n > 0 && p->command->first != NULL)
		check(p->command->first->fits(a->words[0]));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new(0);
	struct str packet = str_make((const char *)data, n);
	struct perform p = { 0 };
	struct str *words = NULL;
	size_t words_n = 0;
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	if (n > 0 && n <= CONTROL_WORDS_MAX &&
	    control_words(&ctx, packet, &words, &words_n) == ERR_OK &&
	    perform_prepare(&ctx, words, words_n, &p) == ERR_OK)
		check_args(&p);
	/* The sentence goes to a client, and onto a terminal. */
	check(utf8_ok(str_c(ctx_why(&ctx))));
	arena_free(a);
	return 0;
}
