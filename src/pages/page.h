/* SPDX-License-Identifier: MIT */
#ifndef PAGES_PAGE_H
#define PAGES_PAGE_H

/*
 * Pages, feeds and the old wire format: newsroom calls in, finished bytes
 * out, with the tags of all that they were made from.
 *
 *	TRY(page_ask_init(ctx, &(struct page_ask_init){ st, press, url },
 *	    code, &ask));
 *	TRY(page_story(ctx, &ask, id, &page));
 *
 * The caller holds a read transaction around both, so that a page shows one
 * moment of the house.
 *
 * Memory: ctx's arena.
 * Errors: ERR_NOTFOUND and ERR_GONE as readers shall see them; page_error()
 *         makes the page that says so.
 * Threads: as the store.
 */

#include "base/base.h"
#include "newsroom/archive.h"
#include "newsroom/asset.h"
#include "newsroom/house.h"
#include "newsroom/list.h"
#include "newsroom/story.h"
#include "pages/press.h"

/*
 * What stands around every page and hardly ever changes: the house, its
 * editions, their sections.  Kept by whoever makes many pages, with the
 * change number that it was read at: as long as no newer change is seen it
 * holds.  Measured: reading it for each page was an eighth of its render.
 *
 * Threads: belongs to one.
 */
struct standing;
struct still_widths; /* below */
struct standing *standing_new(void);
void standing_free(struct standing *s);

struct page_ask_init {
	struct store *st;
	struct press *press;
	struct str url; /* of the site, without a slash at the end */
	/* NULL: read anew.  It must live as long as what is asked. */
	struct standing *standing;
	int64_t change; /* newest that the read transaction sees */
	const struct still_widths *widths; /* NULL: the usual ones */
};

/* For whom, and with what, a page is made.  A record. */
struct page_ask {
	struct store *st;
	struct press *press;
	struct str url;
	struct standing *standing; /* NULL: none is kept */
	int64_t change;
	const struct still_widths *widths;
	const struct house *house;
	const struct edition *edition; /* whose page it is */
	const struct edition *editions;
	size_t editions_n;
	const struct locale *locale;
	const struct words *w;
	enum press_form form; /* of pages; set by the caller */
};

/* code empty: the default edition.  ERR_NOTFOUND: there is none of it. */
MUST_USE enum err page_ask_init(struct ctx *ctx, const struct page_ask_init *in,
    struct str code, struct page_ask *out);

struct page {
	struct str type;
	struct str body;
	const struct str *tags;
	size_t tags_n;
	bool noindex;
	bool script;	     /* it brings a script of the theme */
	bool film;	     /* and that is the player's, with a film */
	bool framed;	     /* other sites may show it in a frame */
	int64_t dated;	     /* edition whose day stands on it; 0: none */
	struct str redirect; /* not empty: the path where it stands now */
};

MUST_USE enum err page_front(
    struct ctx *ctx, const struct page_ask *ask, struct page *out);

/* A list that readers page through. */
struct page_list {
	enum range_kind kind; /* RANGE_SECTION, _TAG or _AUTHOR */
	struct str slug;
	struct str before; /* cursor; empty: the first page */
};
MUST_USE enum err page_list(struct ctx *ctx, const struct page_ask *ask,
    const struct page_list *in, struct page *out);

/* Of the archive: its years, or a year, a month, a day of it. */
struct page_period {
	struct period period;
	struct str before; /* cursor, of a day; empty: the first page */
};
MUST_USE enum err page_archive(struct ctx *ctx, const struct page_ask *ask,
    const struct page_period *in, struct page *out);

/* before: cursor; empty: the first page. */
MUST_USE enum err page_corrections(struct ctx *ctx, const struct page_ask *ask,
    struct str before, struct page *out);

/* slug: as asked for; another than the story's gives a redirect. */
MUST_USE enum err page_story(struct ctx *ctx, const struct page_ask *ask,
    int64_t id, struct str slug, struct page *out);
MUST_USE enum err page_shown(struct ctx *ctx, const struct page_ask *ask,
    int64_t id, struct str slug, struct page *out);

/* What somebody looks for; any text, empty: the form alone. */
struct page_search {
	struct str typed;
	struct str section; /* slug; only of that one */
	int64_t year;	    /* 0: any */
	bool newest;	    /* newest first, not best first */
	int64_t before;	    /* where the last page ended; 0: the first */
};
MUST_USE enum err page_search(struct ctx *ctx, const struct page_ask *ask,
    const struct page_search *in, struct page *out);
/* [["tag:\"Port Velmar\"","Port Velmar"], …] for what was typed so far. */
MUST_USE enum err page_suggest(struct ctx *ctx, const struct page_ask *ask,
    struct str typed, struct page *out);

/* 400, 404, 410, 500, 503. */
MUST_USE enum err page_error(
    struct ctx *ctx, const struct page_ask *ask, int status, struct page *out);

enum feed_format { FEED_RSS, FEED_ATOM, FEED_JSON };
/* kind RANGE_EDITION: of the whole edition. */
MUST_USE enum err page_feed(struct ctx *ctx, const struct page_ask *ask,
    const struct page_list *of, enum feed_format format, struct page *out);
MUST_USE enum err page_corrections_feed(struct ctx *ctx,
    const struct page_ask *ask, enum feed_format format, struct page *out);

/* ---- the read API, described in openapi.json ---- */

enum { API_LIMIT = 20, API_LIMIT_MAX = 100 };

struct api_stories {
	struct page_list of; /* RANGE_EDITION: of the whole edition */
	size_t limit;	     /* 1 .. API_LIMIT_MAX */
	struct str fields;   /* names, separated by commas; empty: most */
};
MUST_USE enum err api_stories(struct ctx *ctx, const struct page_ask *ask,
    const struct api_stories *in, struct page *out);
MUST_USE enum err api_story(struct ctx *ctx, const struct page_ask *ask,
    int64_t id, struct str fields, struct page *out);

struct api_list {
	bool of_section; /* name is a section's slug; else front, or a code */
	struct str name;
	size_t limit;
	struct str fields;
};
MUST_USE enum err api_list(struct ctx *ctx, const struct page_ask *ask,
    const struct api_list *in, struct page *out);
struct api_search {
	struct page_search of;
	size_t limit;
	struct str fields;
};
/* ERR_NOTFOUND: no such section.  Any typed text will do. */
MUST_USE enum err api_search(struct ctx *ctx, const struct page_ask *ask,
    const struct api_search *in, struct page *out);
MUST_USE enum err api_sections(
    struct ctx *ctx, const struct page_ask *ask, struct page *out);
MUST_USE enum err api_editions(
    struct ctx *ctx, const struct page_ask *ask, struct page *out);
/* The description itself, with this site's address in it. */
MUST_USE enum err api_description(
    struct ctx *ctx, const struct page_ask *ask, struct page *out);

/* ---- for other sites ---- */

/*
 * The player of a film or sound alone, by the ticks of its address; of what
 * is gated the label, and a link to the story.  ERR_NOTFOUND: no live story
 * leads with it.
 */
MUST_USE enum err page_embed(struct ctx *ctx, const struct page_ask *ask,
    int64_t ticks, struct page *out);

struct oembed {
	struct str url; /* of a story of this site */
	bool xml;	/* instead of JSON */
	int64_t width;	/* at the most; 0: any */
};
/* ERR_NOTFOUND: no published story of this site has that address. */
MUST_USE enum err page_oembed(struct ctx *ctx, const struct page_ask *ask,
    const struct oembed *in, struct page *out);

/* ---- for crawlers ---- */

/* The index of all maps. */
MUST_USE enum err page_sitemap(
    struct ctx *ctx, const struct page_ask *ask, struct page *out);
/* month: 201611; part: from 1.  ERR_NOTFOUND: nothing is there. */
MUST_USE enum err page_sitemap_month(struct ctx *ctx,
    const struct page_ask *ask, int64_t month, int64_t part, struct page *out);
/* The last two days of all editions. */
MUST_USE enum err page_sitemap_news(
    struct ctx *ctx, const struct page_ask *ask, struct page *out);
/* Live stories that lead with a video, newest first, of all editions. */
MUST_USE enum err page_sitemap_video(
    struct ctx *ctx, const struct page_ask *ask, struct page *out);
/* llms.txt: what the house is and where things stand; use: its policy. */
MUST_USE enum err page_llms(struct ctx *ctx, const struct page_ask *ask,
    struct str use, struct page *out);

/* The related list of a published story, in the house's old format. */
MUST_USE enum err page_wire(struct ctx *ctx, const struct page_ask *ask,
    int64_t story, struct page *out);
/* Its bytes alone; pics of live stories are made by wire_pic(). */
MUST_USE enum err wire_write(
    struct ctx *ctx, const struct wire_item *items, size_t n, struct str *out);

/* ---- addresses ---- */

/* "/ar/news/7/rain": where a story's page stands. */
struct str path_story(
    struct arena *a, const struct edition *e, int64_t id, struct str slug);
/* NULL: the house has no such edition. */
const struct edition *ask_edition(const struct page_ask *ask, int64_t id);

/*
 * Widths that stills are made in, and no others, or strangers would fill the
 * disk: those that a page offers, as the house lists them, and a few that
 * feeds, maps and cards name.
 */
enum { STILL_WIDTHS_MAX = 12, STILL_WIDTH_MIN = 64, STILL_WIDTH_TOP = 8192 };
struct still_widths {
	int64_t all[STILL_WIDTHS_MAX]; /* pixels, rising */
	size_t n;
};
extern const struct still_widths still_widths_usual;
bool still_is_made(const struct still_widths *w, int64_t width);

/*
 * The key of the addresses where a gated asset stands clear: 32 hex digits
 * of the asset and the version of its advisories under the house's secret.
 */
struct str shown_key(
    struct arena *a, const struct house *h, int64_t asset, int64_t version);

#endif
