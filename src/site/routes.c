/* SPDX-License-Identifier: MIT */
/* The readers' addresses (DESIGN, section 8). */

#include "newsroom/month.h"
#include "site/own.h"

static const struct route_field paged[] = {
	{ .name = "before", .kind = FIELD_CURSOR },
	{ 0 },
};

/* Bytes; of what is searched for 300 characters are read. */
enum { EDITION_MAX = 16, FIELDS_MAX = 300, TYPED_MAX = 2048 };

#define API_FIELDS                                                      \
	{ .name = "edition", .kind = FIELD_SLUG, .max = EDITION_MAX },  \
	    { .name = "limit",                                          \
		    .kind = FIELD_INT,                                  \
		    .min = 1,                                           \
		    .max = API_LIMIT_MAX },                             \
	{                                                               \
		.name = "fields", .kind = FIELD_TEXT, .max = FIELDS_MAX \
	}

static const struct route_field api_stories_fields[] = {
	API_FIELDS,
	{ .name = "section", .kind = FIELD_SLUG },
	{ .name = "tag", .kind = FIELD_SLUG },
	{ .name = "author", .kind = FIELD_SLUG },
	{ .name = "before", .kind = FIELD_CURSOR },
	{ 0 },
};

static const struct route_field api_list_fields[] = {
	API_FIELDS,
	{ 0 },
};

static const struct route_field api_search_fields[] = {
	API_FIELDS,
	{ .name = "q", .kind = FIELD_SEARCH, .max = TYPED_MAX, .needed = true },
	{ .name = "section", .kind = FIELD_SLUG },
	{ .name = "year", .kind = FIELD_INT, .min = 1, .max = 9999 },
	{ .name = "sort", .kind = FIELD_ENUM, .words = "best new" },
	{ .name = "before", .kind = FIELD_INT },
	{ 0 },
};

static const struct route_field api_story_fields[] = {
	{ .name = "fields", .kind = FIELD_TEXT, .max = FIELDS_MAX },
	{ 0 },
};

static const struct route_field api_edition_fields[] = {
	{ .name = "edition", .kind = FIELD_SLUG, .max = EDITION_MAX },
	{ 0 },
};

enum { URL_MAX = 2048, PIXELS_MAX = 100000 };

static const struct route_field oembed_fields[] = {
	{ .name = "url", .kind = FIELD_TEXT, .max = URL_MAX, .needed = true },
	{ .name = "format", .kind = FIELD_ENUM, .words = "json xml" },
	{ .name = "maxwidth", .kind = FIELD_INT, .min = 1, .max = PIXELS_MAX },
	{ 0 },
};

static const struct route_field searched[] = {
	{ .name = "q", .kind = FIELD_SEARCH, .max = TYPED_MAX },
	{ .name = "sort", .kind = FIELD_ENUM, .words = "best new" },
	{ .name = "section", .kind = FIELD_SLUG },
	{ .name = "year", .kind = FIELD_INT, .min = 1, .max = 9999 },
	{ .name = "before", .kind = FIELD_INT },
	{ 0 },
};

static const struct route_field typed[] = {
	{ .name = "q", .kind = FIELD_SEARCH, .max = TYPED_MAX },
	{ 0 },
};

static const struct route_field parted[] = {
	{ .name = "part", .kind = FIELD_INT, .min = 2, .max = MAP_PARTS_MAX },
	{ 0 },
};

static const struct route_field wide[] = {
	{ .name = "w", .kind = FIELD_INT, .min = 1, .max = 8192 },
	{ 0 },
};

#define PAGE(path_, fn)                                                        \
	{                                                                      \
		.method = METHOD_GET, .path = (path_), .cacheable = true,      \
		.flags = ROUTE_EDITION | ROUTE_LITE, .handler = (route_fn)(fn) \
	}
/* What has no text-first form. */
#define FULL(path_, fn)                                                   \
	{                                                                 \
		.method = METHOD_GET, .path = (path_), .cacheable = true, \
		.flags = ROUTE_EDITION, .handler = (route_fn)(fn)         \
	}
#define LIST(path_, fn)                                                 \
	{                                                               \
		.method = METHOD_GET, .path = (path_), .query = paged,  \
		.cacheable = true, .flags = ROUTE_EDITION | ROUTE_LITE, \
		.handler = (route_fn)(fn)                               \
	}
#define STILL(path_, fn)                                              \
	{                                                             \
		.method = METHOD_GET, .path = (path_), .query = wide, \
		.cacheable = true, .flags = ROUTE_STILL,              \
		.handler = (route_fn)(fn)                             \
	}
/* Segments are files: the cache has no use for them. */
#define FILM(path_, kept, fn)                                               \
	{                                                                   \
		.method = METHOD_GET, .path = (path_), .cacheable = (kept), \
		.flags = ROUTE_FILM, .handler = (route_fn)(fn)              \
	}
#define MACHINE(path_, fn, kept)                                            \
	{                                                                   \
		.method = METHOD_GET, .path = (path_), .cacheable = (kept), \
		.handler = (route_fn)(fn)                                   \
	}

#define API(path_, fields_, fn)                                            \
	{                                                                  \
		.method = METHOD_GET, .path = (path_), .query = (fields_), \
		.cacheable = true, .handler = (route_fn)(fn)               \
	}

static const struct route routes[] = {
	PAGE("/", front_page),
	LIST("/section/{slug}", section_page),
	LIST("/tag/{slug}", tag_page),
	LIST("/author/{slug}", author_page),
	PAGE("/archive", archive_page),
	PAGE("/archive/{year}", archive_page),
	PAGE("/archive/{year}/{month}", archive_page),
	LIST("/archive/{year}/{month}/{day}", archive_page),
	LIST("/corrections", corrections_page),
	{ .method = METHOD_GET,
	    .path = "/search",
	    .query = searched,
	    .cacheable = true,
	    .flags = ROUTE_EDITION | ROUTE_LITE,
	    .handler = (route_fn)search_page },
	{ .method = METHOD_GET,
	    .path = "/search/suggest",
	    .query = typed,
	    .cacheable = true,
	    .flags = ROUTE_EDITION,
	    .handler = (route_fn)search_names },
	PAGE("/news/{id:int}", story_page),
	PAGE("/news/{id:int}/{slug}", story_page),
	FULL("/news/{id:int}/{slug}/shown", shown_page),
	FULL("/feed.{format}", site_feed),
	FULL("/section/{slug}/feed.{format}", section_feed),
	FULL("/tag/{slug}/feed.{format}", tag_feed),
	FULL("/author/{slug}/feed.{format}", author_feed),
	FULL("/corrections/feed.{format}", corrections_feed),
	MACHINE("/api/related/{id:int}", wire_list, true),
	API("/api/v1/stories", api_stories_fields, stories_api),
	API("/api/v1/stories/{id:int}", api_story_fields, story_api),
	API("/api/v1/lists/{name:slug}", api_list_fields, list_api),
	API("/api/v1/lists/section/{name:slug}", api_list_fields,
	    section_list_api),
	API("/api/v1/search", api_search_fields, search_api),
	API("/api/v1/sections", api_edition_fields, sections_api),
	API("/api/v1/editions", NULL, editions_api),
	API("/api/v1/openapi.json", NULL, description_api),
	MACHINE("/theme/{hash}/{name}", theme_file, true),
	API("/oembed", oembed_fields, oembed),
	MACHINE("/embed/{ticks:int}", embed_page, true),
	MACHINE("/robots.txt", robots_text, true),
	MACHINE("/llms.txt", llms_text, true),
	MACHINE("/sitemap.xml", sitemap_index, true),
	MACHINE("/sitemap/news.xml", sitemap_news, true),
	MACHINE("/sitemap/video.xml", sitemap_video, true),
	{ .method = METHOD_GET,
	    .path = "/sitemap/{month}.xml",
	    .query = parted,
	    .cacheable = true,
	    .flags = ROUTE_EDITION,
	    .handler = (route_fn)sitemap_month },
	MACHINE("/healthz", health, false),
	MACHINE("/readyz", ready, false),
	MACHINE("/metrics", metrics, false),
	STILL("/shown/{key}/{year}/{month}/{day}/{name}", still_shown),
	FILM("/shown/{key}/{year}/{month}/{day}/{name}/master.m3u8", true,
	    film_master_shown),
	FILM("/shown/{key}/{year}/{month}/{day}/{name}/av1.m3u8", true,
	    film_av1_shown),
	FILM("/shown/{key}/{year}/{month}/{day}/{name}/{take:int}/{file}",
	    false, film_part_shown),
	FILM("/{year}/{month}/{day}/{name}/master.m3u8", true, film_master),
	FILM("/{year}/{month}/{day}/{name}/av1.m3u8", true, film_av1),
	FILM(
	    "/{year}/{month}/{day}/{name}/{take:int}/{file}", false, film_part),
	FILM("/shown/{key}/{year}/{month}/{day}/{name}/captions/{file}", true,
	    captions_file_shown),
	FILM("/{year}/{month}/{day}/{name}/captions/{file}", true,
	    captions_file),
	/* Last: any four segments. */
	STILL("/{year}/{month}/{day}/{name}", still_page),
};

enum { ROUTES_N = sizeof(routes) / sizeof(routes[0]) };

/* "/ar/news/7" is "ar" and "/news/7"; false when it cannot be. */
static bool
cut_edition(struct str path, struct str *code, struct str *rest)
{
	size_t slash = str_find_char(path, '/', 1);

	if (slash == SIZE_MAX)
		return false;
	*code = str_sub(path, 1, slash - 1);
	*rest = str_from(path, slash);
	for (size_t i = 0; i < code->n; i++) {
		char c = code->p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			c == '-'))
			return false;
	}
	return code->n >= 2 && code->n <= 16;
}

static enum err
match(struct ctx *ctx, struct visit *v, struct str path)
{
	return route_match(ctx, routes, ROUTES_N, v->req->method, path,
	    v->req->query, &v->match);
}

/* A still's name has its ending; a story or list under an edition has none. */
static bool
fits_still(struct str path)
{
	return path.n > 1 && path.p[1] >= '0' && path.p[1] <= '9';
}

static enum err
match_edition(struct ctx *ctx, struct visit *v, enum err plain)
{
	struct str code = { 0 };
	struct str rest = { 0 };
	enum err err = ERR_OK;

	if (!cut_edition(v->path, &code, &rest))
		return plain;
	err = match(ctx, v, rest);
	if (err == ERR_NOTFOUND || err == ERR_INVALID)
		return err == ERR_NOTFOUND ? plain : err;
	if (err == ERR_OK && (v->match.route->flags & ROUTE_EDITION) == 0)
		return FAIL(ctx, ERR_NOTFOUND, "there is no such address");
	v->edition = code;
	return err;
}

/* "/lite/ar/news/7" is "/ar/news/7" in another form. */
static void
cut_form(struct visit *v)
{
	const struct str lite = STR("/lite/");

	v->path = v->req->path;
	if (!str_starts(v->path, lite))
		return;
	v->form = PRESS_LITE;
	v->path = str_from(v->path, lite.n - 1);
}

void
visit_route(struct ctx *ctx, struct visit *v)
{
	cut_form(v);
	v->fault = match(ctx, v, v->path);
	if (v->fault == ERR_NOTFOUND ||
	    (v->fault == ERR_OK &&
		(v->match.route->flags & (ROUTE_STILL | ROUTE_FILM)) != 0 &&
		!str_starts(v->path, STR("/shown/")) && !fits_still(v->path)))
		v->fault = match_edition(ctx, v,
		    FAIL(ctx, ERR_NOTFOUND, "there is no such address"));
	if (v->fault != ERR_OK)
		return;
	if (v->form == PRESS_LITE &&
	    (v->match.route->flags & ROUTE_LITE) == 0) {
		v->plain = true;
		v->fault = FAIL(ctx, ERR_NOTFOUND, "it has no such form");
		return;
	}
	v->key = v->match.key;
	if (v->edition.n > 0)
		v->key = str_printf(ctx->arena, "/%.*s%.*s",
		    STR_FMT(v->edition), STR_FMT(v->match.key));
	if (v->form == PRESS_LITE)
		v->key = str_printf(ctx->arena, "/lite%.*s", STR_FMT(v->key));
	if ((v->match.route->flags & ROUTE_STILL) != 0) {
		v->type = still_type(v->req);
		/* No path holds a space. */
		v->key =
		    str_printf(ctx->arena, "%.*s %d", STR_FMT(v->key), v->type);
	}
}
