/* SPDX-License-Identifier: MIT */
/* The order of what search finds, by the row alone. */

#include "store/rank.h"

#include <stddef.h>
#include <stdint.h>

enum {
	PHRASES_MAX = 32, /* of a query; the rest do not count */
	HITS_MAX = 24,	  /* of a phrase in a row; more say nothing more */
	EARLY = 50,	  /* words from the beginning of the body */
};

/* The columns of the table, as 0015_lines.sql has them. */
enum { BODY, HEAD, DECK, BYLINE, MARKS, COLUMNS };

struct hits {
	int n;
	int column[HITS_MAX], offset[HITS_MAX];
	int size; /* terms of the phrase */
};

static int
read_hits(
    const Fts5ExtensionApi *api, Fts5Context *fts, int phrase, struct hits *out)
{
	Fts5PhraseIter at;
	int column = 0;
	int offset = 0;
	int code = api->xPhraseFirst(fts, phrase, &at, &column, &offset);

	out->n = 0;
	out->size = api->xPhraseSize(fts, phrase);
	while (code == SQLITE_OK && column >= 0 && out->n < HITS_MAX) {
		if (column < MARKS) {
			out->column[out->n] = column;
			out->offset[out->n++] = offset;
		}
		api->xPhraseNext(fts, &at, &column, &offset);
	}
	return code;
}

static int64_t
worth_alone(const struct hits *h)
{
	/* 0, 8, 11, 12 … 16: saturated, without a division. */
	static const int body[] = { 0, 8, 11, 12, 13, 14, 14, 15, 15, 16 };
	enum { BODY_TOP = sizeof body / sizeof body[0] - 1 };
	int in[COLUMNS] = { 0 };
	int64_t worth = 0;

	for (int i = 0; i < h->n; i++) {
		if (in[h->column[i]]++ == 0 && h->column[i] == BODY &&
		    h->offset[i] < EARLY)
			worth += 6;
	}
	worth += in[HEAD] > 0 ? 40 : 0;
	worth += in[DECK] > 0 ? 12 : 0;
	worth += in[BYLINE] > 0 ? 10 : 0;
	return worth + body[in[BODY] < BODY_TOP ? in[BODY] : BODY_TOP];
}

/* Does one stand right before the other?  Both lists rise. */
static int
are_neighbours(const struct hits *a, const struct hits *b)
{
	for (int i = 0, k = 0; i < a->n && k < b->n;) {
		int64_t want =
		    ((int64_t)a->column[i] << 32) + a->offset[i] + a->size;
		int64_t have = ((int64_t)b->column[k] << 32) + b->offset[k];

		if (want == have)
			return 1;
		if (have < want)
			k++;
		else
			i++;
	}
	return 0;
}

static void
rank(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *result,
    int n, sqlite3_value **values)
{
	struct hits two[2];
	int phrases = api->xPhraseCount(fts);
	int64_t worth = 0;
	int code = SQLITE_OK;

	(void)n;
	(void)values;
	two[1].n = 0;
	if (phrases > PHRASES_MAX)
		phrases = PHRASES_MAX;
	for (int i = 0; i < phrases && code == SQLITE_OK; i++) {
		struct hits *now = &two[i & 1];

		code = read_hits(api, fts, i, now);
		worth += worth_alone(now);
		if (i > 0 && are_neighbours(&two[(i & 1) ^ 1], now))
			worth += 12;
	}
	if (code != SQLITE_OK)
		sqlite3_result_error_code(result, code);
	else
		sqlite3_result_int64(result, worth);
}

int
rank_register(sqlite3 *db)
{
	sqlite3_stmt *s = NULL;
	fts5_api *api = NULL;
	int code = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &s, NULL);

	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_pointer(s, 1, (void *)&api, "fts5_api_ptr", NULL);
	sqlite3_step(s);
	sqlite3_finalize(s);
	if (api == NULL)
		return SQLITE_ERROR;
	return api->xCreateFunction(api, "masthead_rank", NULL, rank, NULL);
}
