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

enum err
story_page(struct visit *v, struct answer *out)
{
	out->store = true;
	return page_story(v->ctx, &v->ask, route_int(&v->match, "id", 0),
	    route_text(&v->match, "slug"), &out->page);
}

enum err
shown_page(struct visit *v, struct answer *out)
{
	out->store = true;
	return page_shown(v->ctx, &v->ask, route_int(&v->match, "id", 0),
	    route_text(&v->match, "slug"), &out->page);
}

static enum err
feed(struct visit *v, enum range_kind kind, struct answer *out)
{
	static const struct {
		struct str name;
		enum feed_format format;
	} formats[] = {
		{ STR_INIT("rss"), FEED_RSS },
		{ STR_INIT("atom"), FEED_ATOM },
		{ STR_INIT("json"), FEED_JSON },
	};
	struct page_list of = {
		.kind = kind,
		.slug = route_text(&v->match, "slug"),
	};
	struct str name = route_text(&v->match, "format");

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (str_eq(name, formats[i].name)) {
			out->store = true;
			return page_feed(v->ctx, &v->ask, &of,
			    formats[i].format, &out->page);
		}
	return FAIL(v->ctx, ERR_NOTFOUND, "there is no such feed");
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
wire_list(struct visit *v, struct answer *out)
{
	out->store = true;
	return page_wire(
	    v->ctx, &v->ask, route_int(&v->match, "id", 0), &out->page);
}
