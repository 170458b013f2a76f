/* SPDX-License-Identifier: MIT */
/* What people and their feed readers ask for. */

#include "site/own.h"

enum err
front_page(struct visit *v, struct answer *out)
{
	out->store = true;
	return page_front(v->ctx, &v->ask, &out->page);
}

static enum err
list(struct visit *v, enum range_kind kind, struct answer *out)
{
	struct page_list in = {
		.kind = kind,
		.slug = route_text(&v->match, "slug"),
		.before = route_text(&v->match, "before"),
	};

	out->store = true;
	return page_list(v->ctx, &v->ask, &in, &out->page);
}

enum err
section_page(struct visit *v, struct answer *out)
{
	return list(v, RANGE_SECTION, out);
}

enum err
tag_page(struct visit *v, struct answer *out)
{
	return list(v, RANGE_TAG, out);
}

enum err
author_page(struct visit *v, struct answer *out)
{
	return list(v, RANGE_AUTHOR, out);
}

/* "2016" and "08": of so many digits, one spelling for each. */
static bool
digits(const struct visit *v, const char *name, size_t n, int *out)
{
	struct str s = route_text(&v->match, name);
	int value = 0;

	if (route_value(&v->match, name, 0) == NULL)
		return true;
	if (s.n != n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		value = value * 10 + (s.p[i] - '0');
	}
	*out = value;
	return value > 0;
}

enum err
archive_page(struct visit *v, struct answer *out)
{
	struct page_period in = {
		.before = route_text(&v->match, "before"),
	};

	if (!digits(v, "year", 4, &in.period.year) ||
	    !digits(v, "month", 2, &in.period.month) ||
	    !digits(v, "day", 2, &in.period.day))
		return FAIL(v->ctx, ERR_NOTFOUND, "there is no such day");
	out->store = true;
	return page_archive(v->ctx, &v->ask, &in, &out->page);
}

enum err
corrections_page(struct visit *v, struct answer *out)
{
	out->store = true;
	return page_corrections(
	    v->ctx, &v->ask, route_text(&v->match, "before"), &out->page);
}

enum err
story_page(struct visit *v, struct answer *out)
{
	out->store = true;
	return page_story(v->ctx, &v->ask, route_int(&v->match, "id", 0),
	    route_text(&v->match, "slug"), &out->page);
}

enum err
search_page(struct visit *v, struct answer *out)
{
	const struct page_search in = {
		.typed = route_text(&v->match, "q"),
		.section = route_text(&v->match, "section"),
		.year = route_int(&v->match, "year", 0),
		.newest = route_int(&v->match, "sort", 0) == 1,
		.before = route_int(&v->match, "before", 0),
	};

	out->store = true;
	out->rare = true;
	return page_search(v->ctx, &v->ask, &in, &out->page);
}

enum err
search_names(struct visit *v, struct answer *out)
{
	out->store = true;
	out->rare = true;
	return page_suggest(
	    v->ctx, &v->ask, route_text(&v->match, "q"), &out->page);
}

enum err
shown_page(struct visit *v, struct answer *out)
{
	out->store = true;
	return page_shown(v->ctx, &v->ask, route_int(&v->match, "id", 0),
	    route_text(&v->match, "slug"), &out->page);
}

static enum err
feed_format(const struct visit *v, enum feed_format *out)
{
	static const struct {
		struct str name;
		enum feed_format format;
	} formats[] = {
		{ STR_INIT("rss"), FEED_RSS },
		{ STR_INIT("atom"), FEED_ATOM },
		{ STR_INIT("json"), FEED_JSON },
	};
	struct str name = route_text(&v->match, "format");

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (str_eq(name, formats[i].name)) {
			*out = formats[i].format;
			return ERR_OK;
		}
	return FAIL(v->ctx, ERR_NOTFOUND, "there is no such feed");
}

static enum err
feed(struct visit *v, enum range_kind kind, struct answer *out)
{
	struct page_list of = {
		.kind = kind,
		.slug = route_text(&v->match, "slug"),
	};
	enum feed_format format = FEED_RSS;

	TRY(feed_format(v, &format));
	out->store = true;
	return page_feed(v->ctx, &v->ask, &of, format, &out->page);
}

enum err
site_feed(struct visit *v, struct answer *out)
{
	return feed(v, RANGE_EDITION, out);
}

enum err
section_feed(struct visit *v, struct answer *out)
{
	return feed(v, RANGE_SECTION, out);
}

enum err
tag_feed(struct visit *v, struct answer *out)
{
	return feed(v, RANGE_TAG, out);
}

enum err
author_feed(struct visit *v, struct answer *out)
{
	return feed(v, RANGE_AUTHOR, out);
}

enum err
corrections_feed(struct visit *v, struct answer *out)
{
	enum feed_format format = FEED_RSS;

	TRY(feed_format(v, &format));
	out->store = true;
	return page_corrections_feed(v->ctx, &v->ask, format, &out->page);
}

enum err
wire_list(struct visit *v, struct answer *out)
{
	out->store = true;
	return page_wire(
	    v->ctx, &v->ask, route_int(&v->match, "id", 0), &out->page);
}
