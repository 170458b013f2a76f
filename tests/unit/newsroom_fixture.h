/* SPDX-License-Identifier: MIT */
#ifndef UNIT_NEWSROOM_FIXTURE_H
#define UNIT_NEWSROOM_FIXTURE_H

/*
 * A founded newsroom in a folder of its own, with a clock that the test
 * sets; gone at the end.
 */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit/unit.h"

#include "base/base.h"
#include "newsroom/house.h"
#include "newsroom/story.h"
#include "store/folder.h"
#include "store/store.h"

#define NOON INT64_C(1479470023) /* 2016-11-18T11:53:43Z */

struct room {
	struct clock clock;
	struct arena *arena;
	struct ctx ctx;
	char path[64];
	struct folder *folder;
	struct store *store;
	int64_t edition;
	struct store_commit last; /* of the newest commit that touched */
	struct str tags[512];
	char text[512][48];
};

#define OK(call)                                                      \
	do {                                                          \
		if ((call) != ERR_OK)                                 \
			fail_msg("%s: %s (%s)", #call, room->ctx.why, \
			    room->ctx.detail);                        \
	} while (0)

#define REFUSED(err_, words, call)                                \
	do {                                                      \
		assert_int_equal((call), (err_));                 \
		if (strstr(ctx_why(&room->ctx), (words)) == NULL) \
			fail_msg("says \"%s\", not \"%s\"",       \
			    ctx_why(&room->ctx), (words));        \
	} while (0)

static inline void
room_heard(void *arg, const struct store_commit *c)
{
	struct room *room = arg;

	room->last = *c;
	room->last.tags = room->tags;
	for (size_t i = 0; i < c->n && i < 512; i++) {
		snprintf(room->text[i], sizeof room->text[i], "%.*s",
		    STR_FMT(c->tags[i]));
		room->tags[i] = str_c(room->text[i]);
	}
}

static inline bool
room_touched(const struct room *room, const char *tag)
{
	for (size_t i = 0; i < room->last.n; i++)
		if (str_eq(room->last.tags[i], str_c(tag)))
			return true;
	return false;
}

static inline int
room_setup(void **state)
{
	struct room *room = calloc(1, sizeof *room);
	const struct edition *e = NULL;

	atomic_store(&room->clock.fixed_ns, NOON * CLOCK_SECOND);
	room->arena = arena_new(0);
	ctx_init(&room->ctx, room->arena, &room->clock);
	snprintf(room->path, sizeof room->path, "/tmp/masthead-unit-XXXXXX");
	assert_non_null(mkdtemp(room->path));
	OK(folder_create(&room->ctx,
	    str_printf(room->arena, "%s/newsroom", room->path), &room->folder));
	OK(folder_lock(&room->ctx, room->folder));
	OK(store_open(&room->ctx,
	    &(struct store_open){ room->folder, STORE_WRITE }, &room->store));
	OK(house_found(&room->ctx, room->store,
	    &(struct house_new){
		.code = STR("courier"), .title = STR("The Harbour Courier") }));
	OK(edition_by_code(&room->ctx, room->store, STR(""), &e));
	room->edition = e->id;
	store_on_commit(room->store, room_heard, room);
	*state = room;
	return 0;
}

static inline int
room_teardown(void **state)
{
	struct room *room = *state;
	char command[128];

	store_close(room->store);
	folder_close(room->folder);
	snprintf(command, sizeof command, "rm -rf %s", room->path);
	assert_int_equal(system(command), 0);
	arena_free(room->arena);
	free(room);
	return 0;
}

/* A story with that headline, saved, and published if at is not 0. */
static inline int64_t
room_story(struct room *room, const char *headline, int64_t section, int64_t at)
{
	struct story_saved saved = { 0 };

	OK(story_save(&room->ctx, room->store,
	    &(struct story_save){
		.edition = room->edition,
		.text = {
		    .headline = str_c(headline),
		    .section = section,
		    .body = STR("<p>Some words.</p>"),
		},
	    },
	    &saved));
	if (at != 0)
		OK(story_publish(&room->ctx, room->store,
		    &(struct story_publish){ .id = saved.id, .at = at }));
	return saved.id;
}

#define ROOM_TEST(f) \
	cmocka_unit_test_setup_teardown(f, room_setup, room_teardown)

#endif
