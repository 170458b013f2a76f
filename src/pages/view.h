/* SPDX-License-Identifier: MIT */
#ifndef PAGES_VIEW_H
#define PAGES_VIEW_H

/*
 * What templates may name.  Only what stands in these structs and their
 * tables can reach a reader.
 *
 * "has_x" says that the list x is not empty, for the markup around it.
 */

#include "base/base.h"
#include "markup/template.h"
#include "pages/words.h"

struct link_view {
	struct str before; /* what stands between it and the one before */
	struct str title;
	struct str url;	    /* "": no link */
	struct str lang;    /* of the title; only for other languages */
	struct str dir;	    /* the same */
	struct str type;    /* of a feed */
	struct str current; /* "page", "true" or "": aria-current */
};

/* For those who pass the page on. */
struct share_view {
	struct str type; /* "article" or "website" */
	struct str site, title, url, description;
	struct str image; /* whole address; "": none, or withheld */
};

/* What every page has. */
struct frame_view {
	const struct words *w;
	struct str lang, dir;
	bool rtl; /* as dir says */
	struct str title, description;
	struct str canonical;
	bool noindex;
	struct str house, standfirst, home;
	struct str here; /* path of this page in its full form */
	struct str archive, corrections, search; /* where these stand */
	struct str day, day_iso; /* "": a page that does not grow old */
	bool has_editions, has_sections;
	const struct link_view *editions, *sections, *feeds, *alternates;
	size_t editions_n, sections_n, feeds_n, alternates_n;
	const struct share_view *share;
	struct str oembed; /* whole address; "": nothing to embed */
	struct html data;  /* JSON-LD */
	bool film;	   /* there is a player on it */
};

struct source_view {
	struct str url;
	int64_t w; /* pixels */
};

struct image_view {
	struct str ratio;  /* r32, or r169: the class of its shape */
	struct str length; /* "2:14" of what it stands for; "": a picture */
	struct str kind;   /* "Video", likewise */
	struct html
	    hint;	/* what stands there until it has come; may be empty */
	struct str src; /* for browsers without srcset */
	const struct source_view *smaller;
	size_t smaller_n;
	struct str largest;
	int64_t largest_w;
	int64_t width, height;
	struct str alt;
	bool captioned;
	struct str caption, credit;
};

/* The field that stands where a picture is withheld. */
struct withheld_view {
	struct str ratio; /* of the picture's shape; "": nothing to be seen */
	struct str title, note;
};

struct track_view {
	struct str before; /* what stands between it and the one before */
	struct str url, lang, label;
	bool first;
};

/* A film or sound, and what its player needs. */
struct film_view {
	bool sound;			 /* nothing to be seen */
	const struct image_view *poster; /* NULL: sound */
	struct str still;		 /* one of its addresses */
	struct str href, list, file;	 /* one that plays; HLS; "": not yet */
	struct str making; /* why nothing plays; "": something does */
	struct str title;  /* "Play the video, 2:14" */
	struct str name;   /* of it, for those who hear the page */
	struct str length, size;
	struct str fault; /* when it stops */
	int64_t width, height, seconds;
	bool has_tracks, has_transcript;
	const struct track_view *tracks;
	size_t tracks_n;
	struct str uncaptioned; /* what is missing; "": there are captions */
	const struct str *transcript; /* paragraphs */
	size_t transcript_n;
	struct str transcript_lang;
	bool captioned; /* in words below it, as a picture is */
	struct str caption, credit;
};

struct teaser_view {
	struct str url, headline;
	struct str kicker; /* the advisory's label where there is one */
	struct str label;  /* of the advisory */
	struct str deck, byline, time, iso;
	struct str heard; /* "Recording, 12:14"; "": none, or withheld */
	const struct image_view *image;
	const struct withheld_view *withheld;
	bool mid, span; /* its rank in a block */
	bool first;	/* its picture is what is seen first */
};

struct stack_view {
	const struct teaser_view *items;
	size_t items_n;
};

struct ranked_view {
	const struct teaser_view *first;
	const struct stack_view *stacks;
	size_t stacks_n;
};

struct row_view {
	struct str columns; /* g1 … g4 */
	const struct teaser_view *items;
	size_t items_n;
};

/* A section on the front: one of the two layouts. */
struct block_view {
	int64_t id;
	struct str title, url, more;
	const struct ranked_view *ranked;
	const struct row_view *row;
};

struct front_view {
	const struct frame_view *frame;
	struct str empty;
	const struct teaser_view *lead;
	bool has_second, has_latest, has_blocks;
	struct str columns;
	const struct teaser_view *second, *latest;
	size_t second_n, latest_n;
	const struct block_view *blocks;
	size_t blocks_n;
};

struct section_view {
	const struct frame_view *frame;
	struct str heading, standfirst, empty, earlier;
	struct str feed;
	bool has_top, has_items, has_pages;
	struct str columns; /* g1, g2, g12 or g21 */
	const struct teaser_view *top, *beside, *items;
	size_t top_n, beside_n, items_n;
	const struct stack_view *stack; /* beside, in one column */
	struct str newer, older;
};

/* In a calendar: a day, or a weekday above its column. */
struct day_view {
	struct str title; /* "18", "Fri"; "": of another month */
	struct str label; /* in full */
	struct str url;	  /* "": no story */
};

struct week_view {
	const struct day_view *days;
	size_t days_n;
};

struct month_view {
	const struct day_view *weekdays;
	size_t weekdays_n;
	const struct week_view *weeks;
	size_t weeks_n;
};

/* The archive, a year, a month or a day of it. */
struct archive_view {
	const struct frame_view *frame;
	struct str heading, empty;
	bool has_trail, has_places, has_items, has_pages, has_neighbours;
	const struct link_view *trail;	/* from the whole archive down */
	const struct link_view *places; /* years, or months */
	size_t trail_n, places_n;
	const struct month_view *month;
	const struct teaser_view *items;
	size_t items_n;
	struct str newer, older; /* pages of the same day */
	const struct link_view *earlier, *later;
};

/* A piece of text: one of the two is empty. */
struct mark_view {
	struct str plain, hit;
};

struct result_view {
	const struct teaser_view *teaser;
	const struct mark_view *title, *text;
	size_t title_n, text_n;
	bool has_text;
};

/* A narrower question, and how many stories it would find. */
struct facet_view {
	struct str title, url, n;
	struct str current; /* "true" or "" */
};

struct search_view {
	const struct frame_view *frame;
	struct str typed, action, suggest;
	bool help; /* nothing was asked: say what can be */
	struct str summary, empty, unfinished;
	struct str other, other_url; /* the other order */
	const struct str *unknown;
	size_t unknown_n;
	bool has_results, has_facets, has_sections, has_years, has_pages;
	const struct result_view *results;
	size_t results_n;
	const struct facet_view *sections, *years;
	size_t sections_n, years_n;
	struct str first, older;
};

struct advisory_view {
	struct str title, sentence;
};

struct gate_view {
	struct str title, show;
	struct str note, url;
};

struct correction_view {
	struct str time, iso, text;
};

/* A correction among others: with its story. */
struct corrected_view {
	struct str time, iso, text, url, headline, label;
};

struct corrections_view {
	const struct frame_view *frame;
	struct str heading, empty, feed;
	bool has_items, has_pages;
	const struct corrected_view *items;
	size_t items_n;
	struct str newer, older;
};

struct source_name_view {
	struct str before, name, url;
};

struct story_view {
	const struct frame_view *frame;
	struct str kicker, headline, deck, byline, dateline;
	struct str published, published_iso, updated, updated_iso;
	struct str day; /* of the archive */
	struct str signoff, corrections_head;
	const struct image_view *image;
	const struct film_view *film;
	const struct advisory_view *advisory;
	const struct gate_view *gate;
	struct html body;
	bool has_by, has_corrections, has_sources, has_tags, has_translations;
	bool has_related, has_linked, has_stubs;
	const struct link_view *authors, *tags, *translations;
	size_t authors_n, tags_n, translations_n;
	const struct correction_view *corrections;
	size_t corrections_n;
	const struct source_name_view *sources;
	size_t sources_n;
	const struct teaser_view *related;
	size_t related_n;
	const struct str *stubs;
	size_t stubs_n;
};

/* The page behind Show. */
struct shown_view {
	const struct frame_view *frame;
	struct str kicker, headline, deck, url;
	const struct advisory_view *advisory;
	const struct image_view *image;
	const struct film_view *film;
};

/* A player on another site's page: film or gate. */
struct embed_view {
	const struct frame_view *frame;
	struct str headline, url; /* of its story */
	const struct film_view *film;
	const struct gate_view *gate;
};

struct error_view {
	const struct frame_view *frame;
	int64_t status;
	struct str heading, sentence;
};

extern const struct tpl_field front_fields[];
extern const struct tpl_field section_fields[];
extern const struct tpl_field story_fields[];
extern const struct tpl_field shown_fields[];
extern const struct tpl_field search_fields[];
extern const struct tpl_field error_fields[];
extern const struct tpl_field archive_fields[];
extern const struct tpl_field corrections_fields[];
extern const struct tpl_field embed_fields[];

#endif
