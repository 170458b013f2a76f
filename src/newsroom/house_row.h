/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_HOUSE_ROW_H
#define NEWSROOM_HOUSE_ROW_H

/* What the files of the house's nouns share.  Only this room includes it. */

#include "newsroom/house.h"
#include "newsroom/list.h"
#include "store/sql.h"

MUST_USE enum err house_check_title(
    struct ctx *ctx, const char *what, struct str s, bool needed);
MUST_USE enum err house_check_lang(struct ctx *ctx, struct str lang);
/* Small letters, digits and, where allowed, hyphens. */
bool house_is_code(struct str s, size_t max, bool hyphen);

/* Tell readers' surfaces and the audit; tags[0] is what was changed. */
MUST_USE enum err house_record(struct ctx *ctx, struct store *st,
    const char *action, const struct str *tags, size_t n, struct str detail);
MUST_USE enum err house_record_one(struct ctx *ctx, struct store *st,
    const char *action, const char *what, int64_t id, struct str detail);

/* ---- name.c: sections, tags and authors alike ---- */

/* enum range_kind: RANGE_SECTION, RANGE_TAG, RANGE_AUTHOR */
struct name {
	int64_t id, edition;
	struct str slug, title, standfirst;
	int64_t position; /* of a section */
};

/* "section", "tag", "author" */
const char *name_word(int kind);
/* By its slug, or by one that it had; NULL: none. */
MUST_USE enum err name_find(struct ctx *ctx, struct store *st, int kind,
    int64_t edition, struct str slug, const struct name **out);
/* An old name's id gives what it is a name of; NULL: none, or gone. */
MUST_USE enum err name_get(struct ctx *ctx, struct store *st, int kind,
    int64_t id, const struct name **out);
/* As section_put() and tag_put() say; *made: it is new. */
MUST_USE enum err name_put(struct ctx *ctx, struct store *st, int kind,
    const struct name *in, int64_t *id, bool *made);

#endif
