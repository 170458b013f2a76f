/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_STORY_ROW_H
#define NEWSROOM_STORY_ROW_H

/*
 * Between the files that change stories (story.c, publish.c) and those that
 * read them (article.c, list.c).  Only this room includes it.
 */

#include "newsroom/story.h"
#include "store/sql.h"

/*
 * The row of a story that somebody is about to change.  ERR_NOTFOUND for
 * none and for stubs, ERR_GONE when it is canceled, ERR_CONFLICT when it is
 * not at the version seen (0: any).
 */
MUST_USE enum err story_row_for_change(struct ctx *ctx, struct store *st,
    int64_t id, int64_t seen, const struct sql_story_get_row **out);

/* ERR_CONFLICT, in the words that the desk shows. */
enum err story_row_moved(struct ctx *ctx, int64_t id, int64_t seen);

enum story_state story_state_of(struct str name);

/*
 * Publishing, inside the caller's transaction.  If it is due now the row's
 * slug and newest revision are written with it: they may be those that the
 * caller has just made, and not written yet.  now is read once by the caller:
 * what it wrote before must be of the same opinion.
 */
MUST_USE enum err story_row_publish(struct ctx *ctx, struct store *st,
    const struct sql_story_get_row *row, const struct story_publish *in,
    int64_t now);

/* From the columns that an article and a teaser share. */
#define PICTURE_OF(r)                                                \
	((struct picture){                                           \
	    .asset = (r)->lead,                                      \
	    .ticks = (r)->ticks,                                     \
	    .house = (r)->house,                                     \
	    .day = (r)->day,                                         \
	    .kind = asset_kind_of((r)->kind),                        \
	    .width = (r)->width,                                     \
	    .height = (r)->height,                                   \
	    .duration = (r)->duration,                               \
	    .poster_frame = (r)->poster_frame,                       \
	    .alt = (r)->alt,                                         \
	    .caption = (r)->caption,                                 \
	    .credit = (r)->credit,                                   \
	    .preview = (r)->preview,                                 \
	    .gated = str_eq((r)->lead_severity, STR("gate")) ||      \
		     (r)->lead_gate != 0,                            \
	    .gated_itself = str_eq((r)->lead_severity, STR("gate")), \
	    .gate = (r)->lead_gate,                                  \
	    .advisory_note = (r)->lead_note,                         \
	})

/* The spelling of the revision, else the house's. */
#define ADVISORY_LABEL_OF(r)                              \
	((r)->advisory_label.n != 0 ? (r)->advisory_label \
				    : (r)->advisory_house_label)

/* The advisory of a story, as readers see it. */
struct warning {
	int64_t id;
	struct str code, label, note;
	enum severity severity;
	int64_t version;
};

/*
 * Where *w, of the story itself, gates nothing, but its lead is gated: by
 * whom, in the words of the story's edition.  Costs nothing where it is not.
 */
MUST_USE enum err warning_of_lead(struct ctx *ctx, struct store *st,
    const struct picture *lead, int64_t edition, struct warning *w);

int64_t asset_kind_of(struct str name);
enum severity severity_of(struct str name);

#endif
