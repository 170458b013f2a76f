/* SPDX-License-Identifier: MIT */
/*
 * Lists say what day it is, and the clock only of today's stories: at
 * midnight in an edition's zone its lists have grown old.  No thread waits
 * for that: the first request of each new minute looks.
 */

#include <stdio.h>

#include "markup/locale.h"
#include "site/own.h"

static int64_t
day_number(struct str zone, int64_t at)
{
	struct arena *a = arena_new(1024);
	struct ctx ctx;
	struct wall_time w = { 0 };
	int64_t number = 0;

	ctx_init(&ctx, a, NULL);
	/* A zone that cannot be read any more is never a new day. */
	if (zone_from_utc(&ctx, zone, at, &w) == ERR_OK)
		number = days_from_date(w.year, w.month, w.day);
	arena_free(a);
	return number;
}

static void
purge(struct site *s, int64_t edition)
{
	char text[32];
	struct str tag = { 0 };

	snprintf(text, sizeof(text), "day:%" PRId64, edition);
	tag = str_c(text);
	/* No change of the house: renders under way are not too old. */
	cache_purge(s->cache, 0, &tag, 1);
}

void
days_look(struct site *s, int64_t now)
{
	int64_t minute = now / 60;

	if (atomic_load_explicit(&s->minute, memory_order_relaxed) == minute)
		return;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->days_n; i++) {
		struct day *d = &s->days[i];
		int64_t number = day_number(str_c(d->zone), now);

		if (number == d->number)
			continue;
		d->number = number;
		purge(s, d->edition);
	}
	pthread_mutex_unlock(&s->lock);
	/* Last, so that nobody passes before the old pages are gone. */
	atomic_store(&s->minute, minute);
}

void
days_note(struct visit *v, int64_t edition, int64_t began)
{
	struct site *s = v->site;
	struct day *d = NULL;
	struct str zone = v->ask.edition->zone;
	int64_t number = day_number(zone, ctx_now(v->ctx));

	/* Midnight passed while it was made. */
	if (number != day_number(zone, began))
		purge(s, edition);
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->days_n; i++)
		if (s->days[i].edition == edition)
			d = &s->days[i];
	if (d == NULL && s->days_n < DAYS_MAX) {
		d = &s->days[s->days_n++];
		d->edition = edition;
		d->number = number;
	}
	if (d != NULL)
		snprintf(d->zone, sizeof(d->zone), "%.*s", STR_FMT(zone));
	pthread_mutex_unlock(&s->lock);
}
