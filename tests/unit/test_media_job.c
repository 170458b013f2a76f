/* SPDX-License-Identifier: MIT */
/* Jobs on films: waiting, claimed, renewed, ended; never lost, never faked. */

#include "unit/newsroom_fixture.h"

#include "newsroom/asset.h"
#include "newsroom/change.h"
#include "newsroom/media_extra.h"
#include "newsroom/media_job.h"
#include "store/blob.h"

#define ST room->store
#define CTX &room->ctx

static struct asset
film(struct room *room, const char *words)
{
	return (struct asset){
		.kind = ASSET_VIDEO,
		.type = STR("video/mp4"),
		.blob = digest_hex(room->arena, str_c(words)),
		.size = 1000,
		.width = 1920,
		.height = 1080,
		.duration = 12500,
		.rate_num = 30000,
		.rate_den = 1001,
		.has_audio = true,
		.poster_frame = POSTER_FRAME,
		.focal_x = 500,
		.focal_y = 500,
		.language = STR("fa"),
		.had_location = true,
	};
}

static const struct asset *
add(struct room *room, const char *words)
{
	struct asset in = film(room, words);
	const struct asset *out = NULL;

	OK(asset_add(CTX, ST, &in, &out));
	return out;
}

static const struct media_job_row *
job(struct room *room, int64_t asset)
{
	const struct media_job_row *out = NULL;

	OK(media_job_get(CTX, ST, asset, &out));
	return out;
}

static const struct media_job_row *
claim(struct room *room)
{
	const struct media_job_row *out = NULL;

	OK(media_job_claim(CTX, ST, &out));
	return out;
}

static void
later(struct room *room, int64_t seconds)
{
	atomic_fetch_add(&room->clock.fixed_ns, seconds * CLOCK_SECOND);
}

static const struct rendition made[] = {
	{ .name = STR_INIT("v720"),
	    .codecs = STR_INIT("avc1.64001f"),
	    .width = 1280,
	    .height = 720,
	    .rate_num = 25,
	    .rate_den = 1,
	    .bitrate = 900000,
	    .duration = 12500,
	    .files = 5,
	    .bytes = 70000 },
	{ .name = STR_INIT("a0"),
	    .codecs = STR_INIT("mp4a.40.2"),
	    .channels = 2,
	    .bitrate = 128000,
	    .duration = 12500,
	    .files = 5,
	    .bytes = 9000 },
};

static void
test_asset_add__makes_a_job_of_a_film_and_none_of_a_picture(void **state)
{
	struct room *room = *state;
	const struct asset *a = add(room, "one");
	const struct asset *same = NULL;
	struct asset in = film(room, "two");

	assert_int_equal(job(room, a->id)->state, JOB_WAITING);
	OK(asset_by_id(CTX, ST, a->id, &same));
	assert_int_equal(same->duration, 12500);
	assert_int_equal(same->rate_num, 30000);
	assert_true(same->has_audio && same->had_location && !same->had_owner);
	assert_int_equal(same->poster_frame, 25);
	assert_true(str_eq(same->language, STR("fa")));
	assert_int_equal(add(room, "one")->id, a->id);
	in.kind = ASSET_PICTURE;
	OK(asset_add(CTX, ST, &in, &same));
	assert_null(job(room, same->id));
	REFUSED(ERR_NOTFOUND, "no film", media_job_retry(CTX, ST, same->id, 0));
	in = film(room, "three");
	in.kind = ASSET_AUDIO;
	in.width = in.height = 0;
	OK(asset_add(CTX, ST, &in, &same));
	assert_int_equal(same->width, 0);
	assert_int_equal(job(room, same->id)->state, JOB_WAITING);
}

static void
test_media_job_claim__takes_the_oldest_once(void **state)
{
	struct room *room = *state;
	const struct asset *a = add(room, "one");
	const struct asset *b = NULL;
	const struct media_job_row *j = NULL;
	int64_t next = 0;

	OK(media_job_next(CTX, ST, &next));
	assert_int_equal(next, NOON);
	later(room, 1);
	b = add(room, "two");
	j = claim(room);
	assert_int_equal(j->asset, a->id);
	assert_int_equal(j->state, JOB_RUNNING);
	assert_int_equal(j->take, 1);
	assert_int_equal(j->attempts, 1);
	assert_int_equal(j->lease_until, NOON + 1 + JOB_LEASE);
	assert_int_equal(claim(room)->asset, b->id);
	assert_null(claim(room));
	OK(media_job_next(CTX, ST, &next));
	assert_int_equal(next, NOON + 1 + JOB_LEASE);
	REFUSED(ERR_CONFLICT, "worked on", media_job_retry(CTX, ST, a->id, 0));
}

static void
test_media_job_plays__tells_the_pages_once(void **state)
{
	struct room *room = *state;
	const struct asset *a = add(room, "one");
	const struct media_job_row *j = claim(room);
	struct str tag = str_printf(room->arena, "asset:%" PRId64, a->id);

	room->last.n = 0;
	OK(media_job_poster(CTX, ST, j));
	assert_true(room_touched(room, str_cstr(room->arena, tag)));
	assert_int_equal(job(room, a->id)->shown, 0);
	room->last.n = 0;
	OK(media_job_plays(CTX, ST, j));
	assert_true(room_touched(room, str_cstr(room->arena, tag)));
	assert_int_equal(job(room, a->id)->shown, 1);
	room->last.n = 0;
	OK(media_job_plays(CTX, ST, j));
	assert_int_equal(room->last.n, 0);
	OK(media_job_renew(CTX, ST, j, 40, STR("v240")));
	assert_int_equal(room->last.n, 0);
	assert_int_equal(job(room, a->id)->percent, 40);
	assert_true(str_eq(job(room, a->id)->rung, STR("v240")));
}

static void
test_media_job_done__keeps_what_was_made(void **state)
{
	struct room *room = *state;
	const struct asset *a = add(room, "one");
	const struct media_job_row *j = claim(room);
	const struct rendition *all = NULL;
	size_t n = 0;

	OK(media_job_done(CTX, ST, j, made, 2));
	assert_int_equal(job(room, a->id)->state, JOB_DONE);
	assert_int_equal(job(room, a->id)->percent, 100);
	assert_int_equal(job(room, a->id)->shown, 1);
	OK(rendition_list(CTX, ST, a->id, 1, &all, &n));
	assert_int_equal(n, 2);
	assert_true(str_eq(all[0].name, STR("v720")));
	assert_int_equal(all[0].height, 720);
	assert_int_equal(all[1].channels, 2);
	assert_null(claim(room));
	REFUSED(ERR_GONE, "no longer", media_job_done(CTX, ST, j, made, 2));
}

/* Asked for once more: readers keep the old one until the new is whole. */
static void
test_media_job_retry__keeps_what_readers_have(void **state)
{
	struct room *room = *state;
	const struct asset *a = add(room, "one");
	const struct media_job_row *j = claim(room);
	const struct rendition *all = NULL;
	bool again = true;
	size_t n = 0;

	OK(media_job_done(CTX, ST, j, made, 2));
	OK(media_job_retry(CTX, ST, a->id, 0));
	j = claim(room);
	assert_int_equal(j->take, 2);
	OK(media_job_plays(CTX, ST, j));
	assert_int_equal(job(room, a->id)->shown, 1);
	OK(media_job_broke(
	    CTX, ST, j, ERR_INVALID, STR("It is damaged."), &again));
	assert_false(again);
	assert_int_equal(job(room, a->id)->state, JOB_FAILED);
	assert_int_equal(job(room, a->id)->shown, 1);
	OK(rendition_list(CTX, ST, a->id, 1, &all, &n));
	assert_int_equal(n, 2);
	OK(media_job_retry(CTX, ST, a->id, 0));
	j = claim(room);
	OK(media_job_done(CTX, ST, j, made, 1));
	assert_int_equal(job(room, a->id)->shown, 3);
	OK(rendition_list(CTX, ST, a->id, 1, &all, &n));
	assert_int_equal(n, 0);
	OK(rendition_list(CTX, ST, a->id, 3, &all, &n));
	assert_int_equal(n, 1);
}

static void
test_media_job_broke__waits_longer_each_time_and_then_has_failed(void **state)
{
	struct room *room = *state;
	const struct asset *a = add(room, "one");
	int64_t pause = 0;
	bool again = true;

	for (int i = 1; i <= JOB_ATTEMPTS_MAX; i++) {
		const struct media_job_row *j = claim(room);
		int64_t until = 0;

		assert_non_null(j);
		assert_int_equal(j->attempts, i);
		OK(media_job_plays(CTX, ST, j));
		OK(media_job_broke(
		    CTX, ST, j, ERR_IO, STR("The disk is full."), &again));
		assert_int_equal(again, i < JOB_ATTEMPTS_MAX);
		if (!again)
			break;
		assert_null(claim(room));
		until = job(room, a->id)->not_before - ctx_now(CTX);
		assert_true(until > pause);
		pause = until;
		later(room, pause);
	}
	assert_int_equal(job(room, a->id)->state, JOB_FAILED);
	assert_int_equal(job(room, a->id)->shown, 0);
	assert_true(str_eq(job(room, a->id)->reason, STR("The disk is full.")));
	OK(media_job_retry(CTX, ST, a->id, 0));
	assert_int_equal(claim(room)->attempts, 1);
}

static void
test_media_job_recover__gives_back_what_nobody_works_on(void **state)
{
	struct room *room = *state;
	const struct asset *a = add(room, "one");
	const struct media_job_row *j = claim(room);
	int rounds = 1;

	OK(media_job_recover(CTX, ST, false));
	assert_int_equal(job(room, a->id)->state, JOB_RUNNING);
	later(room, JOB_LEASE - 1);
	OK(media_job_renew(CTX, ST, j, 5, STR("")));
	later(room, JOB_LEASE - 1);
	OK(media_job_recover(CTX, ST, false));
	assert_int_equal(job(room, a->id)->state, JOB_RUNNING);
	later(room, 1);
	OK(media_job_recover(CTX, ST, false));
	assert_int_equal(job(room, a->id)->state, JOB_WAITING);
	REFUSED(ERR_GONE, "no longer", media_job_renew(CTX, ST, j, 6, STR("")));
	/* At a start: all of them; a film that ends every server fails. */
	for (; claim(room) != NULL; rounds++)
		OK(media_job_recover(CTX, ST, true));
	assert_int_equal(rounds, JOB_ATTEMPTS_MAX);
	assert_int_equal(job(room, a->id)->state, JOB_FAILED);
}

static void
test_media_job_give_back__does_not_count(void **state)
{
	struct room *room = *state;
	const struct asset *a = add(room, "one");

	for (int i = 0; i < 2 * JOB_ATTEMPTS_MAX; i++)
		OK(media_job_give_back(CTX, ST, claim(room)));
	assert_int_equal(job(room, a->id)->state, JOB_WAITING);
	assert_int_equal(job(room, a->id)->attempts, 0);
}

static void
test_asset_rights__end_for_readers_by_themselves(void **state)
{
	struct room *room = *state;
	const struct asset *a = add(room, "one");
	struct asset changed = *a;
	const struct asset *now = NULL;
	int64_t next = 0;
	size_t ended = 0;

	OK(asset_rights_due(CTX, ST, &ended, &next));
	assert_int_equal(next, 0);
	changed.rights = STR("Agency, until the trial");
	changed.rights_until = NOON + 60;
	OK(asset_set(CTX, ST, &changed, 0));
	OK(asset_rights_due(CTX, ST, &ended, &next));
	assert_int_equal(next, NOON + 60);
	later(room, 60);
	room->last.n = 0;
	OK(asset_rights_due(CTX, ST, &ended, &next));
	assert_int_equal(next, 0);
	assert_true(room_touched(room,
	    str_cstr(room->arena, change_tag(room->arena, "asset", a->id))));
	OK(asset_by_id(CTX, ST, a->id, &now));
	assert_true(now->rights_ended);
	changed.rights_until = NOON + 600;
	OK(asset_set(CTX, ST, &changed, 0));
	OK(asset_by_id(CTX, ST, a->id, &now));
	assert_false(now->rights_ended);
}

/* ---- what is extra ---- */

static const struct media_extra_row *
extra(struct room *room, int64_t asset)
{
	const struct media_extra_row *out = NULL;

	OK(media_extra_get(CTX, ST, asset, &out));
	return out;
}

static const struct media_extra_row *
claim_extra(struct room *room)
{
	const struct media_extra_row *out = NULL;

	OK(media_extra_claim(CTX, ST, &out));
	return out;
}

/* A film that is done, and asked for more. */
static const struct asset *
done_film(struct room *room, const char *words)
{
	const struct asset *a = add(room, words);
	const struct media_job_row *j = claim(room);

	OK(media_job_done(CTX, ST, j, made, 2));
	OK(media_extra_ask(CTX, ST, j));
	return a;
}

static void
test_media_extra__adds_to_a_film_that_is_done(void **state)
{
	struct room *room = *state;
	const struct asset *a = done_film(room, "one");
	const struct media_extra_row *e = NULL;
	const struct rendition *all = NULL;
	size_t n = 0;

	assert_int_equal(extra(room, a->id)->state, JOB_WAITING);
	e = claim_extra(room);
	assert_int_equal(e->asset, a->id);
	assert_int_equal(e->take, 1);
	assert_int_equal(e->attempts, 1);
	assert_null(claim_extra(room));
	OK(media_extra_tell(CTX, ST, e, 30, STR("v720av1")));
	assert_int_equal(extra(room, a->id)->percent, 30);
	room->last.n = 0;
	OK(media_extra_done(CTX, ST, e, made, 1));
	assert_true(room_touched(room,
	    str_cstr(room->arena, change_tag(room->arena, "asset", a->id))));
	assert_int_equal(extra(room, a->id)->state, JOB_DONE);
	OK(rendition_list(CTX, ST, a->id, 1, &all, &n));
	assert_int_equal(n, 3);
	assert_true(str_eq(all[2].name, STR("v720")));
	assert_int_equal(job(room, a->id)->state, JOB_DONE);
	REFUSED(
	    ERR_GONE, "another take", media_extra_done(CTX, ST, e, made, 1));
}

static void
test_media_extra_claim__takes_the_newest(void **state)
{
	struct room *room = *state;
	const struct asset *a = done_film(room, "one");
	const struct asset *b = NULL;
	int64_t next = 0;

	later(room, 1);
	b = done_film(room, "two");
	assert_int_equal(claim_extra(room)->asset, b->id);
	assert_int_equal(claim_extra(room)->asset, a->id);
	OK(media_extra_next(CTX, ST, &next));
	assert_int_equal(next, 0);
	/* Their server is gone. */
	OK(media_extra_recover(CTX, ST));
	assert_int_equal(extra(room, a->id)->state, JOB_WAITING);
	assert_int_equal(claim_extra(room)->attempts, 2);
}

static void
test_media_extra_broke__leaves_the_film_and_says_why(void **state)
{
	struct room *room = *state;
	const struct asset *a = done_film(room, "one");
	const struct media_extra_row *e = claim_extra(room);
	bool again = false;

	OK(media_extra_give_back(CTX, ST, e));
	assert_int_equal(extra(room, a->id)->attempts, 0);
	e = claim_extra(room);
	OK(media_extra_broke(CTX, ST, e, ERR_BUSY, STR("No memory."), &again));
	assert_true(again);
	assert_null(claim_extra(room));
	later(room, EXTRA_PAUSE);
	e = claim_extra(room);
	assert_int_equal(e->attempts, 2);
	OK(media_extra_broke(CTX, ST, e, ERR_LIMIT, STR("Too long."), &again));
	assert_false(again);
	assert_int_equal(extra(room, a->id)->state, JOB_FAILED);
	assert_true(str_eq(extra(room, a->id)->reason, STR("Too long.")));
	assert_int_equal(job(room, a->id)->state, JOB_DONE);
	assert_int_equal(job(room, a->id)->shown, 1);
}

/* One that takes its server with it each time is left alone in the end. */
static void
test_media_extra_recover__does_not_try_for_ever(void **state)
{
	struct room *room = *state;
	const struct asset *a = done_film(room, "one");

	for (int i = 0; i < JOB_ATTEMPTS_MAX; i++) {
		assert_int_equal(claim_extra(room)->attempts, i + 1);
		OK(media_extra_recover(CTX, ST));
	}
	assert_null(claim_extra(room));
	assert_int_equal(extra(room, a->id)->state, JOB_FAILED);
	assert_true(
	    str_starts(extra(room, a->id)->reason, STR("The server ended 4")));
}

/* Made anew: what was under way for the old take is nobody's any more. */
static void
test_media_job_retry__asks_for_what_is_extra_anew(void **state)
{
	struct room *room = *state;
	const struct asset *a = done_film(room, "one");
	const struct media_extra_row *old = claim_extra(room);
	const struct media_job_row *j = NULL;

	OK(media_job_retry(CTX, ST, a->id, 0));
	j = claim(room);
	OK(media_job_done(CTX, ST, j, made, 2));
	OK(media_extra_ask(CTX, ST, j));
	REFUSED(ERR_GONE, "another take",
	    media_extra_tell(CTX, ST, old, 50, STR("")));
	REFUSED(
	    ERR_GONE, "another take", media_extra_done(CTX, ST, old, made, 1));
	assert_int_equal(claim_extra(room)->take, 2);
	/* Or not, when the house does not want it any more. */
	OK(media_extra_drop(CTX, ST, j));
	assert_null(extra(room, a->id));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(
		    test_asset_add__makes_a_job_of_a_film_and_none_of_a_picture),
		ROOM_TEST(test_media_job_claim__takes_the_oldest_once),
		ROOM_TEST(test_media_job_plays__tells_the_pages_once),
		ROOM_TEST(test_media_job_done__keeps_what_was_made),
		ROOM_TEST(test_media_job_retry__keeps_what_readers_have),
		ROOM_TEST(
		    test_media_job_broke__waits_longer_each_time_and_then_has_failed),
		ROOM_TEST(
		    test_media_job_recover__gives_back_what_nobody_works_on),
		ROOM_TEST(test_media_job_give_back__does_not_count),
		ROOM_TEST(test_media_extra__adds_to_a_film_that_is_done),
		ROOM_TEST(test_media_extra_claim__takes_the_newest),
		ROOM_TEST(test_media_extra_broke__leaves_the_film_and_says_why),
		ROOM_TEST(test_media_extra_recover__does_not_try_for_ever),
		ROOM_TEST(test_media_job_retry__asks_for_what_is_extra_anew),
		ROOM_TEST(test_asset_rights__end_for_readers_by_themselves),
	};

	return UNIT_RUN(tests, argc, argv);
}
