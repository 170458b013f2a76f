/* SPDX-License-Identifier: MIT */
/* What the commands on the house's nouns have in common. */

#include "cli/noun.h"

#include "markup/locale.h"

enum { SHOWN_MAX = 60, DURATION_MAX = 3650 };

enum err
noun_edition(struct run *run, const struct edition **out)
{
	struct str code = args_value(run->args, "edition");

	TRY(edition_by_code(run->ctx, run->store, code, out));
	if (*out == NULL)
		return FAIL(run->ctx, ERR_NOTFOUND,
		    "there is no edition \"%.*s\"; `masthead edition list` "
		    "shows them",
		    STR_FMT(utf8_head(code, SHOWN_MAX)));
	return ERR_OK;
}

/* "3h": seconds; 0: it is no duration. */
static int64_t
duration(struct str text)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
		{ 'w', 604800 } };
	int64_t n = 0;

	if (text.n < 2 || !str_int(str_sub(text, 0, text.n - 1), &n) || n < 1 ||
	    n > DURATION_MAX)
		return 0;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (text.p[text.n - 1] == units[i].unit)
			return n * units[i].seconds;
	return 0;
}

enum err
noun_until(struct ctx *ctx, struct str text, struct str zone, int64_t *out)
{
	int64_t seconds = duration(text);

	if (seconds == 0)
		return date_parse(ctx, text, zone, out);
	*out = ctx_now(ctx) + seconds;
	return ERR_OK;
}

enum err
noun_when(struct ctx *ctx, struct str zone, int64_t at, char out[WHEN_BYTES])
{
	struct wall_time w = { 0 };

	TRY(zone_from_utc(ctx, zone, at, &w));
	snprintf(out, WHEN_BYTES, "%04d-%02d-%02d %02d:%02d", w.year, w.month,
	    w.day, w.hour, w.minute);
	return ERR_OK;
}

void
noun_take(struct run *run, const char *option, struct str *out)
{
	if (args_given(run->args, option))
		*out = args_value(run->args, option);
}

int64_t
noun_limit(struct run *run, int64_t usual, int64_t most)
{
	int64_t limit = args_int(run->args, "limit", usual);

	return limit < most ? limit : most;
}

void
noun_item(FILE *out, bool *first)
{
	fprintf(out, *first ? "\n{" : ",\n{");
	*first = false;
}
