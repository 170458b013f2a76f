/* SPDX-License-Identifier: MIT */
#ifndef PAGES_PART_H
#define PAGES_PART_H

/* The room's own: what several kinds of page are put together from. */

#include "pages/page.h"
#include "pages/view.h"

enum { PAGE_MAX = 16 * 1024 * 1024 }; /* bytes of anything made here */

/* The surfaces that a page was made from, each once. */
struct tags {
	struct arena *arena;
	struct str *list;
	size_t n, room;
};
void tag_add(struct tags *t, const char *what, int64_t id);
void tag_word(struct tags *t, struct str word);
void tags_give(const struct tags *t, struct page *out);
/* Of a page that shows a list of the desk's: of what fills it. */
void rule_tag(struct tags *t, const struct list *l);
/* Of a page that shows a story's related list. */
MUST_USE enum err related_tags(
    struct ctx *ctx, struct store *st, int64_t story, struct tags *tags);

/* ---- the house around it ---- */

/* Fills house and editions. */
MUST_USE enum err ask_standing(struct ctx *ctx, struct page_ask *ask);
/* Sections of the edition asked for. */
MUST_USE enum err ask_sections(struct ctx *ctx, const struct page_ask *ask,
    const struct section **out, size_t *n);
/* The tag that one has become, or NULL: it is gone. */
MUST_USE enum err ask_tag(struct ctx *ctx, const struct page_ask *ask,
    int64_t id, const struct term **out);

/* ---- addresses ---- */

/* "" or "/ar" */
struct str path_prefix(struct arena *a, const struct edition *e);
/* "/ar/section/world"; what: section, tag, author */
struct str path_list(struct arena *a, const struct edition *e, const char *what,
    struct str slug);
/* "/ar/" */
struct str path_home(struct arena *a, const struct edition *e);
/* "/ar/archive/2016/11/18" */
struct str path_archive(
    struct arena *a, const struct edition *e, const struct period *p);
struct str path_search(struct arena *a, const struct edition *e);
struct str path_corrections(struct arena *a, const struct edition *e);
struct str whole_url(
    struct arena *a, const struct page_ask *ask, struct str path);

/* ---- cursors: "1479468823-7", where the last page ended ---- */

struct str cursor_path(
    struct arena *a, struct str path, int64_t at, int64_t id);
/* false: nothing that cursor_path() writes. */
bool cursor_read(struct str s, int64_t *at, int64_t *id);

/* ---- times ---- */

/* "13:05": 24 hours everywhere, a column of times is narrow. */
MUST_USE enum err time_clock(
    struct ctx *ctx, const struct page_ask *ask, int64_t at, struct str *out);

/* "13:05" of today, "21 Nov" of this year, "21 Nov 2016". */
MUST_USE enum err time_short(
    struct ctx *ctx, const struct page_ask *ask, int64_t at, struct str *out);
/* As the edition writes it in full. */
MUST_USE enum err time_full(
    struct ctx *ctx, const struct page_ask *ask, int64_t at, struct str *out);
MUST_USE enum err time_iso(
    struct ctx *ctx, const struct page_ask *ask, int64_t at, struct str *out);

/* ---- frame ---- */

struct frame_ask {
	struct str title; /* without the house's name; may be empty */
	struct str description;
	struct str path;       /* of this page; empty: no canonical address */
	struct str list_title; /* of the list whose feeds are offered */
	struct str list_path;  /* empty: the edition's feeds only */
	int64_t section;       /* the one that readers are in; 0: none */
	bool section_page;     /* this page is that section's */
	bool day;	       /* say what day it is */
	bool noindex;
	bool article;
	struct str image; /* whole address, for those who share it */
	/*
	 * Where the other editions have the same, in the order of
	 * page_ask.editions; empty: not at all.  NULL: nowhere.
	 */
	const struct str *elsewhere;
	bool equal; /* say so to machines, too: hreflang */
	bool film;  /* it has a player */
};
MUST_USE enum err frame_make(struct ctx *ctx, const struct page_ask *ask,
    const struct frame_ask *in, struct tags *tags, struct frame_view **out);

/* ---- pictures ---- */

/*
 * prefix: "" or "/shown/{key}".  NULL when it is no picture, or none at all.
 */
const struct image_view *image_make(struct arena *a, const struct page_ask *ask,
    const struct picture *p, struct str prefix);
enum still_shape { STILL_PICTURE /* 3 by 2 */, STILL_WIDE /* 16 by 9 */ };
const struct image_view *image_shaped(struct arena *a,
    const struct page_ask *ask, const struct picture *p, struct str prefix,
    enum still_shape shape);
/*
 * "/2026/11/22/courier_636150734595751124_0f_3x2.jpg"; of a film the frame of
 * its poster.
 */
struct str still_path(
    struct arena *a, const struct picture *p, const char *crop);

/* ---- films and sound ---- */

/* Does it play; is there something to be seen? */
bool lead_plays(const struct picture *p);
bool lead_is_seen(const struct picture *p);
/* The words that fit what it is. */
struct str lead_word(const struct picture *p, struct str picture,
    struct str film, struct str sound);

/* NULL when p does not play; prefix as of image_make(); with its transcript. */
MUST_USE enum err film_make(struct ctx *ctx, const struct page_ask *ask,
    const struct picture *p, struct str prefix, bool transcript,
    const struct film_view **out);
/* "2:14"; "" where that is not known. */
MUST_USE enum err film_length(
    struct ctx *ctx, const struct page_ask *ask, int64_t ms, struct str *out);
/* "PT0H2M14S" */
struct str film_duration_iso(struct arena *a, int64_t ms);
/* Of the whole as one file; it is there when film_read() says so. */
struct str film_file_path(struct arena *a, const struct picture *p);
struct str film_file_type(const struct picture *p);
/* "/embed/636150734595751124" */
struct str film_embed_path(struct arena *a, const struct picture *p);

/* ---- teasers ---- */

MUST_USE enum err teaser_make(struct ctx *ctx, const struct page_ask *ask,
    const struct teaser *t, struct tags *tags, struct teaser_view *out);
MUST_USE enum err teasers_make(struct ctx *ctx, const struct page_ask *ask,
    const struct teaser *t, size_t n, struct tags *tags,
    struct teaser_view **out);
/* The first words of its text where it has no standfirst. */
MUST_USE enum err teaser_excerpt(struct ctx *ctx, const struct page_ask *ask,
    const struct teaser *t, struct teaser_view *v);
/* "GRAPHIC CONTENT: VIDEO Shows …" */
struct str label_headline(
    struct arena *a, struct str label, struct str headline);

/* ---- lists ---- */

struct list_head {
	int64_t id;
	bool moved; /* it was found by an old name; path is the new one */
	struct str title, standfirst, path;
	const char *list_tag, *name_tag; /* "list:s", "section" */
};
/* ERR_NOTFOUND. */
MUST_USE enum err list_find(struct ctx *ctx, const struct page_ask *ask,
    const struct page_list *in, struct list_head *out);

/* "/ar/section/world/feed.rss": the one that is offered by a link. */
struct str path_feed(struct arena *a, struct str list);

struct corrected; /* newsroom/correction.h */
/* Where it stands: at the end of its story. */
struct str path_correction(
    struct arena *a, const struct page_ask *ask, const struct corrected *c);

/* ---- bodies ---- */

/* Tables get a scroller of their own. */
struct html body_tables(struct arena *a, struct html body, struct str label);
/* Every address made whole, for readers elsewhere. */
void body_whole(
    struct buf *b, struct html body, struct str url, struct str page);
/* Text first: a picture becomes the words that stand for it. */
struct html body_lite(struct arena *a, struct html body);
/* The first words, for descriptions; "…" where it was cut. */
struct str body_words(struct arena *a, struct html body, size_t max);

/* ---- for machines ---- */

/* The JSON-LD element of a story. */
struct json_ld {
	const struct article *article;
	struct str title, url, description, image;
	struct str published_iso, updated_iso;
	bool gated;		      /* the lead */
	const struct film_view *film; /* the lead's player; may be NULL */
};
MUST_USE enum err json_ld(struct ctx *ctx, const struct page_ask *ask,
    const struct json_ld *in, struct html *out);

MUST_USE enum err json_ld_front(
    struct ctx *ctx, const struct page_ask *ask, struct html *out);

struct json_ld_list {
	bool author; /* the page of a person */
	struct str title, standfirst, path;
	const struct json_ld_part {
		const struct teaser_view *items;
		size_t n;
	} * parts; /* in the order of the page */
	size_t parts_n;
};
MUST_USE enum err json_ld_list(struct ctx *ctx, const struct page_ask *ask,
    const struct json_ld_list *in, struct html *out);

MUST_USE enum err page_print(struct ctx *ctx, const struct page_ask *ask,
    enum press_page which, const void *view, const struct tags *tags,
    struct page *out);

#endif
