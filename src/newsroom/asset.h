/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_ASSET_H
#define NEWSROOM_ASSET_H

/*
 * A picture, video or sound that stories show.  Its original is a blob that
 * no reader reaches; its address is permanent (DESIGN, section 8).
 *
 * Memory: ctx's arena.  Threads: as their store.
 */

#include "base/base.h"

struct folder; /* store/folder.h */
struct media;  /* media/media.h */
struct store;

enum asset_kind {
	ASSET_PICTURE,
	ASSET_VIDEO,
	ASSET_AUDIO,
	/* What a story's lead is for pages when the rights in it have ended. */
	ASSET_WITHHELD,
};

struct asset {
	int64_t id;
	int64_t ticks;	  /* key of its address */
	struct str house; /* first word of its address */
	struct str day;	  /* "2026/11/22" */
	enum asset_kind kind;
	struct str type;       /* media type of the original */
	struct str blob;       /* its digest */
	int64_t size;	       /* bytes */
	int64_t width, height; /* pixels, upright; 0: sound */
	int64_t duration;      /* milliseconds; 0: a picture, or not known */
	int64_t rate_num, rate_den; /* frames a second; 0: no film */
	bool has_audio;
	int64_t poster_frame;	  /* of a film: what its stills show, from 0 */
	int64_t focal_x, focal_y; /* per mille */
	struct str alt, caption, credit;
	struct str copyright; /* IPTC's notice; in the files of its stills */
	struct str licence;   /* address of its terms; there, too; may be "" */
	struct str rights;    /* who holds them, what for; never shown */
	int64_t rights_until; /* from then on no reader gets it; 0: no end */
	bool rights_ended;    /* that time has come */
	struct str language;  /* spoken in it, BCP 47; may be "" */
	int64_t look; /* 64 bits that pictures alike share; 0: unknown */
	/* What the original tells, and nothing that readers get. */
	struct str preview; /* WebP, 24 pixels across, in base64; "": none */
	bool had_location, had_device, had_owner, had_history;
	int64_t advisory; /* id; 0: none */
	struct str advisory_note;
};

enum { POSTER_FRAME = 25 /* unless another is chosen */ };

/*
 * id is ignored; ticks 0 takes the present, moved on while taken; day and
 * house empty are made from it and the house.  The same blob twice gives
 * the asset that is there.
 */
MUST_USE enum err asset_add(struct ctx *ctx, struct store *st,
    const struct asset *in, const struct asset **out);
/* NULL when there is none. */
MUST_USE enum err asset_by_ticks(
    struct ctx *ctx, struct store *st, int64_t ticks, const struct asset **out);
MUST_USE enum err asset_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct asset **out);
/* By the digest of its original. */
MUST_USE enum err asset_by_blob(struct ctx *ctx, struct store *st,
    struct str blob, const struct asset **out);

/*
 * Pictures that look the same as that one, itself not among them: the same
 * picture, saved again, smaller or in another format.
 */
enum { ALIKE_MAX = 5 };
MUST_USE enum err asset_alike(struct ctx *ctx, struct store *st,
    const struct asset *a, int64_t ids[ALIKE_MAX], size_t *n);

enum { ASSETS_MAX = 1000 }; /* of one call */

/* Newest first, below that id; 0: from the newest. */
MUST_USE enum err asset_list(struct ctx *ctx, struct store *st, int64_t before,
    size_t max, const struct asset **out, size_t *n);

struct asset_use {
	int64_t story;
	struct str state, headline;
	bool live; /* readers see it there; else its newest revision has it */
};

/* The first 200 stories with it as their lead. */
MUST_USE enum err asset_used(struct ctx *ctx, struct store *st, int64_t id,
    const struct asset_use **out, size_t *n);
/* "" or an address of the web; ERR_INVALID. */
MUST_USE enum err asset_licence_check(struct ctx *ctx, struct str s);

/*
 * The words that stand with it from now on, on every page that shows it.
 * Only id, alt, caption and credit are looked at.
 */
MUST_USE enum err asset_describe(
    struct ctx *ctx, struct store *st, const struct asset *in, int64_t person);
/*
 * The same, and all else that a desk may change: copyright, licence, rights,
 * the focal point, the frame of the poster, the language, the advisory and
 * its note.
 */
MUST_USE enum err asset_set(
    struct ctx *ctx, struct store *st, const struct asset *in, int64_t person);
/* The preview of a film, from that frame: on every page that shows it. */
MUST_USE enum err asset_preview(struct ctx *ctx, struct store *st, int64_t id,
    int64_t frame, struct str preview);
/*
 * Must readers choose to see it?  By its own advisory, or by that of any
 * published story that shows it as its lead, where that gates.  A story's
 * text is not searched: a picture inside it needs an advisory of its own.
 */
struct asset_gate {
	bool gated;
	bool live;	 /* some published story shows it, by right */
	int64_t version; /* changes with every change of the advisories */
};
MUST_USE enum err asset_gate(struct ctx *ctx, struct store *st,
    const struct asset *a, struct asset_gate *out);

/*
 * The derived file that stills of a film are made from: its poster's frame,
 * whole and clear.  No reader gets it as it is.
 */
enum { ASSET_POSTER_QUALITY = 92 };
struct str asset_poster_name(struct arena *a, const struct asset *as);

/*
 * Rights that have ended by now end for readers, too: their pages are made
 * anew.  *ended: how many did; *next: when the next ones end; 0: none do.
 */
MUST_USE enum err asset_rights_due(
    struct ctx *ctx, struct store *st, size_t *ended, int64_t *next);

/* "/2026/11/22/courier_636150734595751124", to which a suffix is added. */
struct str asset_address(struct arena *a, const struct asset *as);

#endif
