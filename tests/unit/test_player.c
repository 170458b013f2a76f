/* SPDX-License-Identifier: MIT */
/* A film on its pages while it is made; and its captions. */

#include "unit/pages_fixture.h"

#include "newsroom/asset.h"
#include "newsroom/film.h"
#include "newsroom/media_job.h"
#include "store/blob.h"

#define ST room->store
#define CTX &room->ctx

static const struct asset *
film(struct room *room)
{
	const struct asset in = {
		.kind = ASSET_VIDEO,
		.type = STR("video/mp4"),
		.blob = digest_hex(room->arena, STR("film")),
		.size = 1000,
		.width = 1920,
		.height = 1080,
		.duration = 134000,
		.rate_num = 25,
		.rate_den = 1,
		.has_audio = true,
		.poster_frame = POSTER_FRAME,
		.focal_x = 500,
		.focal_y = 500,
	};
	const struct asset *out = NULL;

	OK(asset_add(CTX, ST, &in, &out));
	return out;
}

static int64_t
story_with(struct room *room, const struct asset *a)
{
	struct story_saved saved = { 0 };

	OK(story_save(CTX, ST,
	    &(struct story_save){
		.edition = room->edition,
		.text = {
		    .headline = STR("Rain"),
		    .lead = a->id,
		    .body = STR("<p>Some words.</p>"),
		},
	    },
	    &saved));
	OK(story_publish(
	    CTX, ST, &(struct story_publish){ .id = saved.id, .at = NOON }));
	return saved.id;
}

static struct page
page(struct room *room, int64_t id)
{
	struct page_ask ask = { 0 };
	struct page out = { 0 };

	page_ask_for(room, "", &ask);
	OK(page_story(CTX, &ask, id, STR("rain"), &out));
	return out;
}

static void
test_page_story__says_that_a_film_is_made_until_it_plays(void **state)
{
	struct room *room = *state;
	const struct asset *a = film(room);
	int64_t id = story_with(room, a);
	const struct media_job_row *job = NULL;
	struct page before = page(room, id);
	struct page after = { 0 };

	assert_true(before.film);
	assert_true(page_has(&before, "being prepared"));
	assert_true(page_has(&before, "_25f_16x9.mp4"));
	assert_false(page_has(&before, "master.m3u8"));
	assert_false(page_has(&before, "class=\"screen\""));
	OK(media_job_claim(CTX, ST, &job));
	OK(media_job_plays(CTX, ST, job));
	assert_true(page_dropped(room, &before));
	after = page(room, id);
	assert_false(page_has(&after, "being prepared"));
	assert_true(page_has(&after, "/master.m3u8"));
	/* The file comes when all of it is made. */
	assert_false(page_has(&after, "<source"));
	assert_true(page_has(&after, "2:14"));
}

static void
test_page_story__says_when_a_film_has_failed(void **state)
{
	struct room *room = *state;
	int64_t id = story_with(room, film(room));
	const struct media_job_row *job = NULL;
	struct page p = { 0 };
	bool again = true;

	OK(media_job_claim(CTX, ST, &job));
	OK(media_job_broke(
	    CTX, ST, job, ERR_INVALID, STR("It is cut off."), &again));
	assert_false(again);
	p = page(room, id);
	assert_true(page_has(&p, "has failed"));
	assert_false(page_has(&p, "cut off"));
}

static void
test_caption_set__drops_the_page_and_stands_in_it(void **state)
{
	struct room *room = *state;
	const struct asset *a = film(room);
	int64_t id = story_with(room, a);
	struct page before = page(room, id);
	struct page after = { 0 };
	struct caption in = {
		.asset = a->id,
		.lang = STR("en"),
		.vtt = STR("WEBVTT\n\n00:00.000 --> 00:02.000\n"
			   "Rain &lt;all day>\n"),
	};
	size_t notes = 0;

	assert_true(page_has(&before, "No captions and no transcript"));
	REFUSED(ERR_INVALID, "line 4", caption_set(CTX, ST, &in, 0, &notes));
	in.vtt = STR("WEBVTT\n\n00:00.000 --> 00:02.000\n"
		     "Rain &lt;all day&gt;\n");
	OK(caption_set(CTX, ST, &in, 0, &notes));
	assert_true(page_dropped(room, &before));
	after = page(room, id);
	assert_false(page_has(&after, "No captions"));
	assert_true(page_has(&after, "<p dir=\"auto\">Rain &lt;all day&gt;"));
	assert_true(page_has(&after, "id=\"transcript\""));
	in.lang = STR("../x");
	REFUSED(
	    ERR_INVALID, "no language", caption_set(CTX, ST, &in, 0, &notes));
	OK(caption_drop(CTX, ST, a->id, STR("en"), 0));
	assert_true(page_dropped(room, &after));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(
		    test_page_story__says_that_a_film_is_made_until_it_plays),
		ROOM_TEST(test_page_story__says_when_a_film_has_failed),
		ROOM_TEST(test_caption_set__drops_the_page_and_stands_in_it),
	};

	return UNIT_RUN(tests, argc, argv);
}
