/* SPDX-License-Identifier: MIT */
/*
 * A newsroom made for the browser's tests, and a server on port 0.
 *
 *	host FOLDER IMAGES		prints "http://127.0.0.1:PORT"
 *
 * Then each line of standard input is a deed, answered by "ok" when readers
 * see it: withdraw N, takedown N, publish N, quit.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "http/http.h"
#include "media/media.h"
#include "newsroom/asset.h"
#include "newsroom/house.h"
#include "newsroom/list.h"
#include "newsroom/story.h"
#include "site/site.h"
#include "store/blob.h"
#include "store/folder.h"
#include "store/store.h"

#define OK(call)                                                         \
	do {                                                             \
		if ((call) != ERR_OK) {                                  \
			fprintf(stderr, "%s: %s (%s)\n", #call, ctx.why, \
			    ctx.detail);                                 \
			exit(1);                                         \
		}                                                        \
	} while (0)

static struct ctx ctx;
static struct store *store;
static struct folder *folder;
static struct media *media;
static const char *images;

static int64_t graphic;
static int64_t en, ar, fa;

struct seed {
	const char *headline, *kicker, *standfirst, *image;
};

static const struct seed seeds[] = {
	{ "Harbour opens after eleven days as the sea wall holds its first "
	  "high tide",
	    "The flood works",
	    "Engineers lifted the last barrier at 05:40. Forty-one ships are "
	    "waiting in the roads, and the port says that bringing them in "
	    "will take until Thursday.",
	    "lock-dawn.svg" },
	{ "Ferry crews vote to suspend their strike until the new year",
	    "Labour",
	    "The truce ends on 4 January. Night sailings resume on Monday.",
	    "ferry.svg" },
	{ "Three boats, one radar: how the night search worked", "Safety",
	    "Rescuers redraw the track that led them to the crew after six "
	    "hours.",
	    "light-storm.svg" },
	{ "Collision in the sound: what the deck camera recorded", "",
	    "Four minutes of footage contradict the first report.",
	    "night-quay.svg" },
	{ "Tanker Orrin Maid is the first ship through the east lock", "", "",
	    NULL },
	{ "Council publishes the inspection reports for all six pumps", "", "",
	    NULL },
	{ "Rail freight to the north quay resumes with four trains a day", "",
	    "", NULL },
	{ "Court fixes a date for the dredging appeal", "",
	    "The port wants two more metres. Three fishing villages want to be "
	    "heard first.",
	    NULL },
	{ "Gale warning lifted for the outer sound", "", "", NULL },
	{ "Two schools in the lower town stay closed on Monday", "", "", NULL },
	{ "Fish auction reopens at half its usual volume", "", "", NULL },
	{ "Pilots\xe2\x80\x99 association names its first woman chair", "", "",
	    NULL },
	{ "Bridge tolls suspended until the end of the month", "", "", NULL },
	{ "Power restored to the last 340 homes in Chandlers\xe2\x80\x99 Ward",
	    "", "", NULL },
	{ "Museum finds its flooded map room dry", "", "", NULL },
	{ "Nine thousand boxes in the wrong order: the slow art of emptying a "
	  "full terminal",
	    "Cargo",
	    "What is needed first lies, as a rule, at the bottom. The yard "
	    "planners explain how they will dig it out.",
	    "stacks.svg" },
	{ "Lower town residents are told when they can go home", "Housing",
	    "Street by street, from Tuesday. Three blocks by the customs house "
	    "must wait for their lifts.",
	    "old-town.svg" },
	{ "The small boats go first", "Fishing",
	    "Forty skippers were let through the side gate at dawn, ahead of "
	    "the tankers.",
	    "boats.svg" },
	{ "Who pays for the wall: five figures from the council\xe2\x80\x99s "
	  "own tables",
	    "Budget",
	    "The city carries 38 per cent, more than it was told in spring.",
	    NULL },
	{ "Where the 41 ships lie, and who decides their turn", "Chart",
	    "Depth, cargo and the next tide: the three columns of the queue.",
	    "old-town.svg" },
	{ "A gymnasium, 212 camp beds and one very good cook", "Schools",
	    "The shelter closes tonight. Its last guests wrote the menu.",
	    NULL },
	{ "Two hundred seafarers come ashore, some after five weeks", "Crews",
	    "", NULL },
	{ "The north quay gets its siding back, a year early", "Rail", "",
	    NULL },
	{ "Aboard the pilot boat: the jump that starts every port call",
	    "Pilots",
	    "Two metres of swell, one rope ladder, four seconds to decide.",
	    "pilot-boat.svg" },
	{ "Insurers redraw the storm map for the coming winter", "Shipping", "",
	    NULL },
	{ "What three other sea walls learned in their first year", "Climate",
	    "Two were raised within a decade. The third was taken down.",
	    "light-storm.svg" },
	{ "Grain prices steady as the queue begins to move", "Trade", "",
	    NULL },
	{ "Neighbouring ports offer berths, at a price", "Straits",
	    "Three harbours up the coast took diverted ships and now want a "
	    "say in the next plan.",
	    "hall.svg" },
};

static const char body[] =
    "<p>The last steel panel came out of the east lock at 05:40 on Sunday, and "
    "for the first time in eleven days there was nothing between the harbour "
    "and the sea. The tide behind it stood 2.4 metres above the old quay. The "
    "new wall took it without a sound.</p>"
    "<p>\xe2\x80\x9cWe listened more than we watched,\xe2\x80\x9d said the "
    "duty engineer, who had slept in the pump house since the storm. By seven "
    "the gauges agreed: no seepage on the city side, and a lock that opened "
    "and closed in under nine minutes.</p>"
    "<p>Outside, in the roads, forty-one ships had swung to their anchors with "
    "the ebb. Their turn is set by <a href=\"https://example.org/queue\">a "
    "list that the port publishes every hour</a>: depth first, then cargo, "
    "then the next tide that will carry them.</p>"
    "<h2>What opens, and when</h2>"
    "<p>The port authority has set out the coming days in four steps. Each "
    "depends on the one before it, and any of them can be stopped by wind "
    "above force seven.</p>"
    "<ul><li>Sunday: fishing boats and one tanker, by daylight "
    "only.</li><li>Monday: ferries, with night sailings from "
    "19:00.</li><li>Tuesday and Wednesday: container ships, four each "
    "tide.</li></ul>"
    "<blockquote><p>A tide table is the one timetable that nobody has ever "
    "been able to negotiate with.</p></blockquote>"
    "<table><caption>High water on 22 November, metres above the old "
    "quay</caption><thead><tr><th scope=\"col\">Gauge</th><th "
    "scope=\"col\">Forecast</th><th "
    "scope=\"col\">Measured</th></tr></thead><tbody><tr><th scope=\"row\">East "
    "lock</th><td>2.31</td><td>2.40</td></tr><tr><th scope=\"row\">Customs "
    "House</th><td>2.25</td><td>2.28</td></tr></tbody></table>"
    "<p>The wall itself will be inspected by divers on Monday at low water. "
    "Until their report is published, the council is keeping the six pumps "
    "manned and two streets of the lower town closed.</p>";

static const char mosul[] =
    "<p>Residents of Mosul are being deliberately targeted as they leave the "
    "city, UK broadcaster Sky News reported on Friday.</p>"
    "<p>Sky broadcast footage of people leaving the east of the city, filmed "
    "on Wednesday, where special forces are clearing the area.</p>"
    "<p>Civilians, some of them wounded, could be seen fleeing the "
    "fighting.</p>";

static int64_t
asset_make(const char *name)
{
	struct str path = str_printf(ctx.arena, "%s/%s", images, name);
	struct media_job job = { .focus_x = 500, .focus_y = 500 };
	struct media_result facts = { 0 };
	const struct asset *a = NULL;
	struct asset in = { 0 };
	int fd = open(path.p, O_RDONLY | O_CLOEXEC);

	OK(media_run(&ctx, media, fd, &job, &facts));
	in = (struct asset){
		.kind = ASSET_PICTURE,
		.type = str_c(media_mime(facts.facts.type)),
		.width = facts.facts.width,
		.height = facts.facts.height,
		.focal_x = 500,
		.focal_y = 500,
		.alt = STR("Illustration: ships in the harbour."),
		.caption = STR("The harbour, seen from the wall."),
		.credit = STR("Drawing: The Harbour Courier"),
	};
	OK(blob_put(&ctx, folder, fd, MEDIA_INPUT_MAX, &in.blob, &in.size));
	close(fd);
	OK(asset_add(&ctx, store, &in, &a));
	return a->id;
}

static int64_t
section_make(int64_t edition, const char *slug, const char *title, int64_t at)
{
	int64_t id = 0;

	OK(section_put(&ctx, store,
	    &(struct section){
		.edition = edition,
		.slug = str_c(slug),
		.title = str_c(title),
		.standfirst = STR("Everything from the port, the sound and the "
				  "people who work there."),
		.position = at,
	    },
	    &id));
	return id;
}

static int64_t
save(const struct story_save *in, int64_t at)
{
	struct story_saved out = { 0 };

	OK(story_save(&ctx, store, in, &out));
	OK(story_publish(
	    &ctx, store, &(struct story_publish){ .id = out.id, .at = at }));
	return out.id;
}

static void
seed_english(int64_t now)
{
	int64_t sections[4] = {
		section_make(en, "harbour", "Harbour", 1),
		section_make(en, "city", "City", 2),
		section_make(en, "world", "World", 3),
		section_make(en, "trade", "Trade", 4),
	};
	int64_t author = 0;
	int64_t second = 0;
	int64_t tag = 0;
	size_t n = sizeof(seeds) / sizeof(seeds[0]);

	OK(author_put(&ctx, store,
	    &(struct term){ .edition = en, .title = STR("Ilse Varden") },
	    &author));
	OK(author_put(&ctx, store,
	    &(struct term){ .edition = en, .title = STR("Tomas Oyelund") },
	    &second));
	OK(tag_put(&ctx, store,
	    &(struct term){ .edition = en, .title = STR("East lock") }, &tag));
	for (size_t i = 0; i < n; i++) {
		const struct seed *s = &seeds[i];
		bool held = i == 3;
		int64_t people[] = { author, second };
		struct story_source source = {
			STR("Port authority tide gauges"),
			STR("https://example.org/gauges")
		};
		struct story_save in = {
			.edition = en,
			.text = {
				.section = sections[i % 4],
				.advisory = held ? graphic : 0,
				.advisory_note = held ? STR("Shows two injured people.") : STR(""),
				.headline = str_c(s->headline),
				.kicker = str_c(s->kicker),
				.standfirst = str_c(s->standfirst),
				.dateline = STR("Port Velmar"),
				.signoff = STR("IV/TO"),
				.desk = STR("11"),
				.lead = s->image != NULL ? asset_make(s->image) : 0,
				.body = str_c(body),
				.authors = people,
				.authors_n = i == 0 ? 2 : 1,
				.tags = &tag,
				.tags_n = 1,
				.sources = &source,
				.sources_n = 1,
			},
		};
		int64_t id = save(&in, now - 1800 * (int64_t)i - 600);

		if (i == 0)
			OK(story_correct(&ctx, store,
			    &(struct story_correct){ .id = id,
				.text =
				    STR("An earlier version said that 14 ships "
					"were waiting. The number is 41.") },
			    &second));
	}
	for (int64_t i = 0; i < 60; i++) {
		struct story_save in = {
			.edition = en,
			.text = {
				.section = sections[0],
				.headline = str_printf(ctx.arena, "Notice to mariners, number %d", (int)i),
				.body = STR("<p>Buoy 7 is out of place.</p>"),
			},
		};

		save(&in, now - 86400 * (i + 2));
	}
}

/* Sections with little in them, and several corrections. */
static void
seed_little(int64_t now)
{
	static const char *const heads[] = {
		"First snow on the pass, and the buses still run",
		"What the barometer said",
		"A quiet week for the tide tables",
	};
	static const char *const wrong[] = {
		"The sum was given in the wrong currency. It is 4.1 million "
		"crowns.",
		"A caption named the wrong ship. It shows the ferry Aldis.",
	};
	int64_t one = section_make(en, "weather", "Weather", 5);
	int64_t three = section_make(en, "opinion", "Opinion", 6);
	int64_t id = 0;

	for (size_t i = 0; i < 4; i++) {
		struct story_save in = {
			.edition = en,
			.text = {
				.section = i == 0 ? one : three,
				.headline = str_c(heads[i % 3]),
				.kicker = STR("Outlook"),
				.standfirst = STR("The valley expects two more days of it. The roads stay open."),
				.byline = STR("Tomas Oyelund"),
				.body = str_c(body),
			},
		};

		save(&in, now - 86400 * 3 - 7200 * (int64_t)i);
	}
	for (int64_t i = 0; i < 40; i++)
		OK(story_correct(&ctx, store,
		    &(struct story_correct){
			.id = i % 20 + 5,
			.at = now - 86400 * (i + 1),
			.text = str_c(wrong[i % 2]),
		    },
		    &id));
}

static void
seed_relations(void)
{
	size_t added = 0;
	struct wire_item items[] = {
		{ .id = 2 },
		{ .id = 4 },
		{ .id = 1886610,
		    .content_type = STR("21"),
		    .pic = STR(
			"/2016/11/18/alalam_636150734595751124_25f_4x3.mp4"),
		    .title = STR("Fresh VIDEO: Gunfire, Plumes of Smoke over "
				 "Eastern Mosul") },
		{ .id = 1886502,
		    .content_type = STR("21"),
		    .pic = STR(
			"/2016/11/18/alalam_636150544461130889_25f_4x3.mp4"),
		    .title = STR("Battlefield VIDEO: Tal Afar Airbase West of "
				 "Iraq\xe2\x80\x99s Mosul") },
	};

	OK(related_add(&ctx, store, 1, items, 4, &added));
}

static void
seed_hostile(int64_t now)
{
	struct story_save in = {
		.edition = en,
		.want_id = 900,
		.text = {
			.headline = STR("</title><script>alert(1)</script> \"quoted\" & 'single' {{frame.w}}"),
			.kicker = STR("<b>\"'&"),
			.standfirst = STR("-->]]></script><img src=x onerror=alert(1)>"),
			.byline = STR("A \"B\" <c@example.org>"),
			.body = STR("<script>alert(1)</script><p onclick=\"x()\">Write href=\"/x\" & so on.</p><p><a href=\"javascript:alert(1)\">no</a> <a href=\"/news/1\">yes</a></p>"),
		},
	};

	save(&in, now - 86400 * 90);
	in = (struct story_save){
		.edition = en,
		.want_id = 901,
		.text = {
			.advisory = graphic,
			.advisory_label = STR("GRAPHIC CONTENT"),
			.headline = STR("VIDEO Shows Iraqi Civilians Flee Mosul Fighting against ISIS"),
			.signoff = STR("S/SH"), .desk = STR("11"),
			.body = str_c(mosul),
		},
	};
	save(&in, INT64_C(1479480823));
}

static void
seed_arabic(int64_t now)
{
	int64_t section = section_make(ar, "mina", "الميناء", 1);
	int64_t world = section_make(ar, "world", "العالم", 2);
	int64_t correction = 0;
	const char *heads[] = { "الميناء يعود إلى العمل بعد أحد عشر يومًا "
				"والجدار البحري يصمد أمام أول مدّ عالٍ",
		"أطقم العبّارات تصوّت لتعليق الإضراب حتى مطلع العام",
		"ثلاثة قوارب ورادار واحد: كيف جرى البحث الليلي" };
	const char *pics[] = { "market.svg", NULL, NULL };

	for (size_t i = 0; i < 3; i++) {
		struct story_save in = {
			.edition = ar,
			.translation_of = i == 0 ? 1 : 0,
			.text = {
				.section = i == 2 ? world : section,
				.headline = str_c(heads[i]),
				.standfirst = STR("رفع المهندسون آخر الحواجز عند الساعة ٠٥:٤٠. وتنتظر إحدى وأربعون سفينة في المرسى الخارجي."),
				.kicker = STR("أعمال الحماية من الفيضان"),
				.lead = pics[i] != NULL ? asset_make(pics[i]) : 0,
				.byline = STR("إلسه فاردن"),
				.body = STR("<p>خرج آخر لوح فولاذي من الهويس الشرقي عند الخامسة وأربعين دقيقة من صباح الأحد، وللمرة الأولى منذ أحد عشر يومًا لم يكن بين الميناء والبحر شيء.</p><h2>ما الذي يُفتح</h2><p>وضعت إدارة الميناء خطة من أربع مراحل.</p>"),
			},
		};

		int64_t id = save(&in, now - 3600 * (int64_t)i - 60);

		if (i == 1)
			OK(story_correct(&ctx, store,
			    &(struct story_correct){ .id = id,
				.text =
				    STR("ذكرت نسخة سابقة أن الهدنة تنتهي في "
					"الثالث من يناير. "
					"والصحيح أنها تنتهي في الرابع منه.") },
			    &correction));
	}
}

/* As Persian desks write: its own yeh and kaf, half-spaces before endings. */
static void
seed_persian(int64_t now)
{
	/* clang-format counts right-to-left text anew each time. */
	/* clang-format off */
	static const char *const heads[] = {
		"بندر پس از یازده روز باز شد",
		"خبرنگاران می‌گویند کشتی‌های تازه در راه‌اند",
		"کتابخانهٔ بندر کتاب‌های کمیاب را به نمایش می‌گذارد",
	};
	static const char *const bodies[] = {
		"<p>مهندسان آخرین سد را برداشتند و چهل و یک کشتی بیرون بندر منتظرند.</p>",
		"<p>به گفتهٔ یکی از کارکنان، اسکله‌ها تا پایان هفته پر می‌شوند و بار ۱۲ کشتی تخلیه خواهد شد.</p>",
		"<p>این مجموعه را یک ناخدای قدیمی گرد آورده است و مسئول کتابخانه آن را گنجی کم‌نظیر می‌خواند.</p>",
	};
	/* clang-format on */
	int64_t section = section_make(fa, "bandar", "بندر", 1);

	for (size_t i = 0; i < 3; i++)
		save(
		    &(struct story_save){
			.edition = fa,
			.text = {
				.section = section,
				.headline = str_c(heads[i]),
				.byline = STR("ایلسه واردن"),
				.body = str_c(bodies[i]),
			},
		    },
		    now - 3600 * (int64_t)i - 120);
}

static void
seed(int64_t now)
{
	const struct edition *e = NULL;
	const struct advisory *a = NULL;
	size_t n = 0;

	OK(edition_by_code(&ctx, store, STR(""), &e));
	en = e->id;
	OK(edition_put(&ctx, store,
	    &(struct edition){ .code = STR("ar"),
		.lang = STR("ar"),
		.rtl = true,
		.zone = STR("UTC"),
		.title = STR("بريد الميناء"),
		.standfirst = STR("أخبار ميناء فلمار والمضيق."),
		.position = 2 },
	    &ar));
	OK(edition_put(&ctx, store,
	    &(struct edition){ .code = STR("fa"),
		.lang = STR("fa"),
		.rtl = true,
		.zone = STR("Asia/Tehran"),
		.title = STR("پیک بندر"),
		.standfirst = STR("خبرهای بندر ولمار و تنگه."),
		.position = 3 },
	    &fa));
	OK(advisory_list(&ctx, store, STR("en"), &a, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq(a[i].code, STR("graphic")))
			graphic = a[i].id;
	seed_english(now);
	seed_little(now);
	seed_relations();
	seed_hostile(now);
	seed_arabic(now);
	seed_persian(now);
}

static void
obey(struct str line)
{
	struct str rest = { 0 };
	struct str verb = str_cut(str_trim(line), ' ', &rest);
	int64_t id = 0;
	struct story_move move = { 0 };

	(void)str_int(rest, &id);
	move.id = id;
	if (str_eq(verb, STR("withdraw")))
		OK(story_withdraw(&ctx, store, &move));
	else if (str_eq(verb, STR("takedown")))
		OK(story_takedown(&ctx, store, &move));
	else if (str_eq(verb, STR("publish")))
		OK(story_publish(
		    &ctx, store, &(struct story_publish){ .id = id }));
	printf("ok\n");
}

int
main(int argc, char **argv)
{
	struct site_conf conf = { .readers = 3 };
	struct http_conf http_conf = { .listen = "127.0.0.1:0",
		.pool_threads = 3,
		.access = ACCESS_NONE };
	struct http_app app;
	struct site *site = NULL;
	struct http *http = NULL;
	bool empty = argc > 3;
	char line[256];

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 3)
		return 2;
	images = argv[2];
	ctx_init(&ctx, arena_new(0), NULL);
	OK(media_open(&ctx, NULL, &media));
	OK(folder_create(&ctx, str_c(argv[1]), &folder));
	OK(folder_lock(&ctx, folder));
	OK(store_open(
	    &ctx, &(struct store_open){ folder, STORE_WRITE }, &store));
	OK(house_found(&ctx, store,
	    &(struct house_new){
		.code = STR("courier"), .title = STR("The Harbour Courier") }));
	if (!empty)
		seed(ctx_now(&ctx));
	conf.folder = folder;
	conf.media = media;
	conf.url = STR("https://courier.example");
	OK(site_new(&ctx, &conf, &site));
	store_on_commit(store, site_commit, site);
	app = site_app(site);
	OK(http_start(&ctx, &http_conf, &app, &http));
	site_set_http(site, http);
	printf("http://127.0.0.1:%d\n", http_port(http));
	while (fgets(line, sizeof(line), stdin) != NULL &&
	       strncmp(line, "quit", 4) != 0)
		obey(str_c(line));
	site_set_http(site, NULL);
	http_stop(http, 1);
	site_free(site);
	store_close(store);
	folder_close(folder);
	media_close(media);
	arena_free(ctx.arena);
	return 0;
}
