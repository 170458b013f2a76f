/* SPDX-License-Identifier: MIT */
/* What a site says of itself to those who watch it. */

#include "unit/newsroom_fixture.h"

#include <sched.h>

#include "http/http.h"
#include "site/own.h"

enum { TEXT_MAX = 65536 };

static struct str
metrics_text(struct room *room, struct site *s)
{
	struct str text = { 0 };
	struct buf b;

	buf_init(&b, room->arena, TEXT_MAX);
	site_metrics(s, &b);
	OK(buf_done(&room->ctx, &b, &text));
	return text;
}

/* Seconds of page_cpu, of that part. */
static double
page_cpu(struct room *room, struct site *s, const char *part)
{
	const char *text = str_cstr(room->arena, metrics_text(room, s));
	struct str line = str_printf(room->arena,
	    "\nmasthead_page_cpu_seconds_total{part=\"%s\"} ", part);
	const char *at = strstr(text, str_cstr(room->arena, line));

	assert_non_null(at);
	return strtod(at + line.n, NULL);
}

static void
test_site_metrics__tell_time_that_never_falls(void **state)
{
	struct room *room = *state;
	const struct site_conf conf = { .folder = room->folder,
		.url = STR("https://courier.example"),
		.readers = 1 };
	const struct http_conf http_conf = { .listen = "127.0.0.1:0",
		.event_threads = 1,
		.pool_threads = 1,
		.access = ACCESS_NONE };
	struct http_app app;
	struct site *site = NULL;
	struct http *http = NULL;
	double told = 0;

	OK(site_new(&room->ctx, &conf, &site));
	app = site_app(site);
	OK(http_start(&room->ctx, &http_conf, &app, &http));
	site_set_http(site, http);
	/* Some microseconds, once the pool thread has begun. */
	while ((told = page_cpu(room, site, "make")) == 0)
		sched_yield();
	assert_true(told < 1);

	/* Compressing is counted at its end: more than was done meanwhile. */
	atomic_fetch_add(&site->encode_ns, (uint_fast64_t)CLOCK_SECOND);
	assert_true(page_cpu(room, site, "make") == told);
	assert_true(page_cpu(room, site, "compress") == 1);

	/* Nor when the server ends, and its threads are not asked any more. */
	site_leave(site);
	assert_true(page_cpu(room, site, "make") == told);
	http_stop(http, 1);
	site_free(site);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_site_metrics__tell_time_that_never_falls),
	};

	return UNIT_RUN(tests, argc, argv);
}
