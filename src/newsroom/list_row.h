/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_LIST_ROW_H
#define NEWSROOM_LIST_ROW_H

/*
 * Between the files that arrange lists: list.c and pin.c.  Only this room
 * includes it.  Call inside a transaction.
 */

#include "newsroom/list.h"

/* ERR_NOTFOUND; ERR_CONFLICT when it is not at the version seen (0: any). */
MUST_USE enum err list_for_change(struct ctx *ctx, struct store *st, int64_t id,
    int64_t seen, const struct list **out);
/* Its version grows, readers and the audit hear of it. */
MUST_USE enum err list_changed(struct ctx *ctx, struct store *st,
    const struct list *l, const char *action, struct str detail);
/* The surface that it is arranged on. */
struct str list_tag(struct arena *a, int64_t section, int64_t edition);

#endif
