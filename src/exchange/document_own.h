/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_DOCUMENT_OWN_H
#define EXCHANGE_DOCUMENT_OWN_H

/* Between the files of the document.  Only this room includes it. */

#include "exchange/document.h"
#include "exchange/front.h"

enum document_key {
	KEY_TITLE,
	KEY_KICKER,
	KEY_STANDFIRST,
	KEY_SECTION,
	KEY_AUTHORS,
	KEY_BYLINE,
	KEY_DATELINE,
	KEY_TAGS,
	KEY_ADVISORY,
	KEY_LEAD,
	KEY_LEAD_ALT,
	KEY_LEAD_CAPTION,
	KEY_LEAD_CREDIT,
	KEY_SOURCES,
	KEY_SIGNOFF,
	KEY_DESK,
	KEY_SLUG,
	KEY_EDITION,
	KEY_TRANSLATION,
	KEY_FORMAT,
	KEYS,
};

/* Values as YAML in a single form, so that equal ones are equal bytes. */
struct document {
	int64_t story;	  /* 0: a new one */
	int64_t revision; /* its number within the story; 0: a new one */
	struct str seen;  /* empty: a new one */
	struct str value[KEYS];
	struct str body;
};

extern const char *const document_keys[KEYS];

/* "title: Ferry crews vote", ended; "" when it has no such value. */
struct str document_line(
    struct arena *a, const struct document *d, enum document_key key);
struct str document_text(struct ctx *ctx, const struct document *d);

/* The digests of `seen`: of the slug, the translation, the picture's words. */
enum { SEEN_SLUG, SEEN_TRANSLATION, SEEN_PICTURE, SEEN_N };
uint32_t document_digest(const struct document *d, int what);
/* "3-1f0c9a72-811c9dc5-5e0f2b41"; false when it is none. */
bool document_seen(struct str s, int64_t *number, uint32_t digests[SEEN_N]);

/* Bytes as typed, checked as far as one can without a store. */
MUST_USE enum err document_read(struct ctx *ctx, struct str bytes,
    struct front *front, struct document *out);

MUST_USE enum err document_of_revision(struct ctx *ctx, struct store *st,
    int64_t story, int64_t rev, struct document *out);

/* "/2026/11/22/courier_636150734595751124.jpg": its ticks; 0: it is none. */
int64_t document_ticks(struct str address);

#endif
