/* SPDX-License-Identifier: MIT */
/* What a theme's author must mend, in words. */

#include "markup/template.h"

#include <stdarg.h>
#include <stdio.h>

enum { WORDS_MAX = 512 };

static bool
is_known(
    const struct tpl_report *r, struct str file, int line, struct str words)
{
	/* Partials are compiled where they are included: often, here. */
	for (size_t i = 0; i < r->n; i++)
		if (r->problems[i].line == line &&
		    str_eq(r->problems[i].file, file) &&
		    str_eq(r->problems[i].words, words))
			return true;
	return false;
}

void
tpl_problem_add(
    struct tpl_report *r, struct str file, int line, const char *fmt, ...)
{
	char words[WORDS_MAX];
	struct str s;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	/* vsnprintf may have cut a character in two. */
	s = str_sub(str_c(words), 0, utf8_whole(str_c(words)));
	if (is_known(r, file, line, s))
		return;
	if (r->n == TPL_PROBLEMS_MAX) {
		r->more++;
		return;
	}
	if (r->problems == NULL)
		r->problems =
		    ARENA_ARRAY(r->arena, TPL_PROBLEMS_MAX, struct tpl_problem);
	r->problems[r->n++] = (struct tpl_problem){
		.file = str_dup(r->arena, file),
		.line = line,
		.words = str_dup(r->arena, s),
	};
}
