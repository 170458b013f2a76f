/* SPDX-License-Identifier: MIT */
#ifndef UNIT_PAGES_FIXTURE_H
#define UNIT_PAGES_FIXTURE_H

/* Pages of a founded newsroom, asked for as the site does. */

#include "unit/newsroom_fixture.h"

#include "pages/page.h"

static inline void
page_ask_for(struct room *room, const char *edition, struct page_ask *out)
{
	struct press *press = NULL;

	OK(press_load(&room->ctx, -1, NULL, &press));
	arena_defer(room->arena, (void (*)(void *))press_unref, press);
	OK(page_ask_init(&room->ctx,
	    &(struct page_ask_init){
		room->store, press, STR("https://courier.example") },
	    str_c(edition), out));
}

static inline bool
page_has(const struct page *p, const char *what)
{
	return str_find(p->body, str_c(what), 0) != SIZE_MAX;
}

static inline bool
page_tagged(const struct page *p, const char *tag)
{
	for (size_t i = 0; i < p->tags_n; i++)
		if (str_eq(p->tags[i], str_c(tag)))
			return true;
	return false;
}

/* Would the newest commit have dropped it from the cache? */
static inline bool
page_dropped(const struct room *room, const struct page *p)
{
	for (size_t i = 0; i < p->tags_n; i++)
		for (size_t k = 0; k < room->last.n; k++)
			if (str_eq(p->tags[i], room->last.tags[k]))
				return true;
	return false;
}

/* The address in the first <a …> whose end is as given; "" for none. */
static inline struct str
page_link(const struct page *p, const char *end)
{
	size_t at = str_find(p->body, str_c(end), 0);
	size_t from = at;

	if (at == SIZE_MAX)
		return STR("");
	while (!str_starts(str_from(p->body, from), STR("href=\"")))
		from--;
	from += 6;
	return str_sub(p->body, from, str_find_char(p->body, '"', from) - from);
}

#endif
