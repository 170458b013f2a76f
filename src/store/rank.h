/* SPDX-License-Identifier: MIT */
#ifndef STORE_RANK_H
#define STORE_RANK_H

/*
 * masthead_rank(search): how well a story fits a query, as SQL can ask for
 * each row of the full-text table.  A whole number, larger is better.
 *
 * It looks at the row alone: FTS5's own bm25() counts every row that holds a
 * word before it can say how rare the word is, which for the common ones is
 * the whole archive.
 *
 *	a word in the headline     40     first words of the body   + 6
 *	in the standfirst          12     words side by side, in    + 12 each
 *	in the byline              10     the order of the query
 *	in the body  up to 16, less and less for each time
 *
 * Only this room, and tests that prepare its SQL, include it.
 */

#include <sqlite3.h>

/* SQLITE_OK, or why it cannot be had: FTS5 is missing. */
int rank_register(sqlite3 *db);

#endif
