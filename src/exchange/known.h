/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_KNOWN_H
#define EXCHANGE_KNOWN_H

/*
 * Sections, tags and authors that this run has found by a name: thousands of
 * stories stand under the same few.
 *
 * What is known must be so: forget all of it whenever something may have
 * changed under the run, which is when another writer had its turn, when a
 * story or a batch was undone (it may have made what it then found), and when
 * the run itself has changed a name.
 *
 * Memory: its own, made on first use, ends with the run.
 */

#include "exchange/run.h"

enum known_kind { KNOWN_SECTION, KNOWN_TAG, KNOWN_AUTHOR };

struct known_name {
	enum known_kind kind;
	int64_t edition;
	struct str name; /* as the file has it */
};

/* Its id; 0: not known. */
int64_t known_find(const struct run *r, const struct known_name *n);
void known_add(struct run *r, const struct known_name *n, int64_t id);
void known_forget(struct run *r);

#endif
