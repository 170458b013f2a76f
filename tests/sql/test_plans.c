/* SPDX-License-Identifier: MIT */
/*
 * What SQLite means to do: no block walks through a table that grows with
 * the house, and no range is sorted after it was read.  An archive of a
 * million stories costs what one of a thousand does.
 */

#include "sql/sql_fixture.h"

#include <stdio.h>
#include <string.h>

/* These may walk: the tables are short, or the walk ends at the first row. */
static const struct {
	const char *block;
	const char *step; /* how the plan says it */
} walks[] = {
	{ "edition_all", "SCAN edition" },	      /* a handful */
	{ "film_list", "SCAN a" },		      /* a thousand at most */
	{ "advisory_all", "SCAN v" },		      /* a page of vocabulary */
	{ "map_part", "SCAN p" },		      /* one part of a month */
	{ "month_all", "SCAN month" },		      /* a few hundred */
	{ "person_all", "SCAN person USING INDEX" },  /* the desk's people */
	{ "person_admins", "SCAN person" },	      /* the same */
	{ "token_all", "SCAN t" },		      /* their programs */
	{ "upload_next", "SCAN upload USING INDEX" }, /* ends at a row or two */
	{ "tag_page", "SCAN counted" },		      /* a thousand at most */
	{ "author_page", "SCAN counted" },	      /* the same */
	{ "placement_count", "SCAN counted" },	      /* the same */
	{ "audit_head", "SCAN audit" }, /* the last row by its id */
	/* FTS5 follows the lists of its words, and stops at the limit. */
	{ "search_best", "SCAN search VIRTUAL TABLE INDEX 64:M5" },
	{ "search_keys", "SCAN search VIRTUAL TABLE INDEX 64:M5" },
	{ "search_wait_count", "SCAN search_wait" }, /* of a command only */
};

/* These may sort: what they sort is short. */
static const char *const sorts[] = {
	"asset_find",  /* three at the most */
	"edition_all", /* a handful */
	"film_list",   /* a thousand at most */
	"film_story",  /* stories that lead with one film */
	"section_all", /* the navigation */
};

static bool
may_walk(const char *block, const char *step)
{
	for (size_t i = 0; i < sizeof walks / sizeof *walks; i++)
		if (strcmp(walks[i].block, block) == 0 &&
		    strncmp(walks[i].step, step, strlen(walks[i].step)) == 0)
			return true;
	return strcmp(step, "SCAN CONSTANT ROW") == 0;
}

static bool
may_sort(const char *block)
{
	for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++)
		if (strcmp(sorts[i], block) == 0)
			return true;
	return false;
}

/* Hands each step of a block's plan to look(); returns what it counted. */
static int
each_step(sqlite3 *db, const struct sql_block *b,
    bool (*look)(const char *block, const char *step))
{
	char text[8192];
	sqlite3_stmt *s = NULL;
	int found = 0;

	assert_true(snprintf(text, sizeof text, "EXPLAIN QUERY PLAN %s",
			b->sqlite) < (int)sizeof text);
	if (sqlite3_prepare_v2(db, text, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s: %s", b->name, sqlite3_errmsg(db));
	while (sqlite3_step(s) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(s, 3);

		if (look(b->name, step)) {
			print_error("%s: %s\n", b->name, step);
			found++;
		}
	}
	sqlite3_finalize(s);
	return found;
}

static bool
walks_wrongly(const char *block, const char *step)
{
	return strncmp(step, "SCAN ", 5) == 0 && !may_walk(block, step);
}

static bool
sorts_wrongly(const char *block, const char *step)
{
	return strstr(step, "USE TEMP B-TREE") != NULL && !may_sort(block);
}

static bool
uses_an_automatic_index(const char *block, const char *step)
{
	(void)block;
	return strstr(step, "AUTOMATIC") != NULL;
}

static int
all(sqlite3 *db, bool (*look)(const char *block, const char *step))
{
	int found = 0;

	for (size_t i = 0; i < sql_block_count; i++)
		found += each_step(db, &sql_blocks[i], look);
	return found;
}

static void
test_plans__walk_through_no_table_that_grows(void **state)
{
	assert_int_equal(all(*state, walks_wrongly), 0);
}

static void
test_plans__sort_nothing_that_an_index_orders(void **state)
{
	assert_int_equal(all(*state, sorts_wrongly), 0);
}

static void
test_plans__need_no_index_made_on_the_way(void **state)
{
	assert_int_equal(all(*state, uses_an_automatic_index), 0);
}

/* The tests above would pass if nothing were ever explained. */
static void
test_plans__notice_a_walk(void **state)
{
	static const struct sql_block bad = {
		.name = "bad",
		.sqlite = "SELECT id FROM story WHERE slug = 'x' "
			  "ORDER BY live_at",
	};

	assert_true(each_step(*state, &bad, walks_wrongly) > 0);
	assert_true(each_step(*state, &bad, sorts_wrongly) > 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		SQL_TEST(test_plans__walk_through_no_table_that_grows),
		SQL_TEST(test_plans__sort_nothing_that_an_index_orders),
		SQL_TEST(test_plans__need_no_index_made_on_the_way),
		SQL_TEST(test_plans__notice_a_walk),
	};

	return UNIT_RUN(tests, argc, argv);
}
