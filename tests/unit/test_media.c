/* SPDX-License-Identifier: MIT */
/* Pictures go in, clean stills come out, whatever the pictures are. */

#include "unit/unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/thread.h"
#include "media/material.h"
#include "media/media.h"
#include "media/protocol.h"

/* An encoder that only makes material here loses a little. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:libx265.so";
}

struct bench {
	struct arena *arena;
	struct ctx ctx;
	struct media *media;
};

static int
set_up(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	b->arena = arena_new(0);
	ctx_init(&b->ctx, b->arena, NULL);
	if (media_open(&b->ctx, NULL, &b->media) != ERR_OK) {
		fprintf(stderr, "%s\n", ctx_why(&b->ctx));
		return -1;
	}
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	media_close(b->media);
	arena_free(b->arena);
	free(b);
	return 0;
}

static enum err
run(struct bench *b, struct media *m, int fd, struct media_job job,
    struct media_result *out)
{
	enum err err = media_run(&b->ctx, m, fd, &job, out);

	(void)close(fd);
	return err;
}

/* Runs a job that must go well. */
static struct media_result
make(struct bench *b, int fd, struct media_job job)
{
	struct media_result r = { 0 };
	enum err err = run(b, b->media, fd, job, &r);

	if (err != ERR_OK)
		fail_msg("%s [%s]", ctx_why(&b->ctx), b->ctx.detail);
	return r;
}

static struct media_job
job_of(const struct media_still *stills, size_t n)
{
	return (struct media_job){
		.focus_x = 500, .focus_y = 500, .stills = stills, .n = n
	};
}

static void
expect(struct bench *b, int fd, enum err err, const char *words)
{
	static const struct media_still still = { .type = MEDIA_JPEG,
		.width = 100 };
	struct media_result r = { 0 };

	assert_int_equal(run(b, b->media, fd, job_of(&still, 1), &r), err);
	if (strstr(ctx_why(&b->ctx), words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", ctx_why(&b->ctx), words);
}

static VipsImage *
read_still(const struct media_image *i)
{
	VipsImage *im =
	    vips_image_new_from_buffer(i->bytes.p, i->bytes.n, "", NULL);

	assert_non_null(im);
	assert_int_equal(im->Xsize, (int)i->width);
	assert_int_equal(im->Ysize, (int)i->height);
	return im;
}

static bool
is_near(VipsImage *im, int x, int y, const unsigned char rgb[3], double slack)
{
	double *v = NULL;
	int n = 0;
	bool near;

	assert_int_equal(vips_getpoint(im, &v, &n, x, y, NULL), 0);
	assert_true(n >= 3);
	near = fabs(v[0] - rgb[0]) <= slack && fabs(v[1] - rgb[1]) <= slack &&
	       fabs(v[2] - rgb[2]) <= slack;
	g_free(v);
	return near;
}

static void
grey(int x, int y, unsigned char rgb[3])
{
	rgb[0] = rgb[1] = rgb[2] = (unsigned char)(64 + (x * 3 + y * 5) % 128);
}

/* Quarters: red, green; blue, white. */
static const unsigned char quarter_colours[4][3] = { { 200, 30, 30 },
	{ 30, 200, 30 }, { 30, 30, 200 }, { 240, 240, 240 } };

static void
quarters(int x, int y, unsigned char rgb[3])
{
	memcpy(rgb, quarter_colours[(y >= 60 ? 2 : 0) + (x >= 100 ? 1 : 0)], 3);
}

static void
test_crop__is_named_as_in_addresses(void **state)
{
	enum media_crop c = MEDIA_UNCROPPED;

	(void)state;
	assert_true(media_crop_by_name(STR("16x9"), &c));
	assert_int_equal(c, MEDIA_16X9);
	assert_string_equal(media_crop_name(MEDIA_9X16), "9x16");
	assert_true(media_crop_by_name(STR(""), &c));
	assert_int_equal(c, MEDIA_UNCROPPED);
	assert_false(media_crop_by_name(STR("5x4"), &c));
	assert_string_equal(media_mime(MEDIA_AVIF), "image/avif");
	assert_string_equal(media_ending(MEDIA_JPEG), "jpg");
}

static void
test_sandbox__holds_against_every_deed(void **state)
{
	struct bench *b = *state;
	const struct media_trial *t = NULL;
	struct media_sandbox offers = { 0 };
	size_t n = 0;
	enum { ALL = 17, PROGRAMS = 2 };

	/* Workers inherit what the server may. */
	threads_keep_places();
	media_sandbox_offers(&offers);
	assert_true(offers.seccomp);
	assert_int_equal(media_sandbox_try(&b->ctx, b->media, &t, &n), ERR_OK);
	assert_int_equal(n, PROGRAMS * (offers.landlock > 0 ? ALL : ALL - 1));
	for (size_t i = 0; i < n; i++) {
#ifdef __SANITIZE_ADDRESS__
		const bool limited = false;
#elif defined(__has_feature)
		const bool limited = !__has_feature(address_sanitizer);
#else
		const bool limited = true;
#endif
		/* ASan's shadow leaves no room for a limit on memory. */
		if (!limited && strcmp(t[i].name, "memory") == 0)
			continue;
		if (!t[i].held)
			fail_msg(
			    "%s, %s: %s", t[i].program, t[i].name, t[i].what);
	}
}

static void
test_stills__say_nothing_of_place_device_or_owner(void **state)
{
	static const char *const traces[] = { "SECRET", "Exif", "exif:GPS",
		"Halabja", "ns.adobe", "8BIM", "ICC_PROFILE", "iCCP", "ICCP",
		"EXIF", "eXIf", "tEXt", "iTXt", "lcms" };
	static const char *const suffixes[] = { ".jpg[profile=p3]",
		".png[profile=p3]", ".webp[profile=p3]", ".avif", ".heic" };
	static const struct media_still stills[] = {
		{ .type = MEDIA_JPEG },
		{ .type = MEDIA_WEBP },
		{ .type = MEDIA_AVIF },
		{ .type = MEDIA_PNG },
		{ .type = MEDIA_JPEG, .crop = MEDIA_1X1, .width = 40 },
		{ .type = MEDIA_AVIF, .quality = 95 },
		{ .type = MEDIA_WEBP, .safe = true },
	};
	enum { N = sizeof stills / sizeof *stills };
	struct bench *b = *state;
	VipsImage *im = material_betray(material_draw(200, 120, quarters));

	for (size_t s = 0; s < sizeof suffixes / sizeof *suffixes; s++) {
		struct str in = material_saved(b->arena, im, suffixes[s]);
		struct media_result r =
		    make(b, material_bytes(in.p, in.n), job_of(stills, N));

		/* The material does betray: else this proves nothing. */
		assert_true(r.facts.location);
		assert_true(r.facts.history);
		if (s != 1) { /* libvips gives a PNG its XMP only, packed */
			assert_true(r.facts.device);
			assert_true(r.facts.owner);
			assert_true(str_find(in, STR("SECRET"), 0) != SIZE_MAX);
		}
		assert_int_equal(r.n, N);
		for (size_t i = 0; i < r.n; i++) {
			for (size_t t = 0; t < sizeof traces / sizeof *traces;
			     t++) {
				if (str_find(r.stills[i].bytes,
					str_c(traces[t]), 0) != SIZE_MAX)
					fail_msg("%s in a %s of %s", traces[t],
					    media_ending(r.stills[i].type),
					    suffixes[s]);
			}
		}
	}
	g_object_unref(im);
}

/* What a packet says between two tags, escaped as it stands there. */
static void
expect_said(
    struct str file, const char *before, const char *after, const char *words)
{
	size_t from = str_find(file, str_c(before), 0);
	struct str rest;

	if (from == SIZE_MAX)
		fail_msg("no %s", before);
	rest = str_from(file, from + strlen(before));
	rest = str_sub(rest, 0, str_find(rest, str_c(after), 0));
	if (!str_eq(rest, str_c(words)))
		fail_msg("%s is %.*s", before, STR_FMT(rest));
}

static void
test_stills__carry_what_the_house_says_and_nothing_else(void **state)
{
	static const char *const traces[] = { "SECRET", "Exif", "exif:", "8BIM",
		"ICC", "EXIF", "tiff:", "xmp:", "xmpMM:", "photoshop:City",
		"dc:creator" };
	static const struct media_still stills[] = {
		{ .type = MEDIA_JPEG },
		{ .type = MEDIA_WEBP },
		{ .type = MEDIA_AVIF },
		{ .type = MEDIA_JPEG, .crop = MEDIA_1X1, .width = 40 },
		{ .type = MEDIA_WEBP, .safe = true },
		{ .type = MEDIA_AVIF, .width = 33 },
	};
	enum { N = sizeof stills / sizeof *stills };
	struct bench *b = *state;
	VipsImage *im = material_betray(material_draw(200, 120, quarters));
	struct media_job job = job_of(stills, N);
	struct media_result r;

	job.says = (struct media_says){
		.credit = STR("N. \xc3\x96 z <\"Quay\"> & 'Co'"),
		.copyright = STR("]]><?xpacket end=\"w\"?>"),
		.licence = STR("https://example.org/by?a=1&b=2"),
	};
	r = make(b, material_file(b->arena, im, ".jpg[profile=p3]"), job);
	assert_int_equal(r.n, N);
	for (size_t i = 0; i < r.n; i++) {
		struct str s = r.stills[i].bytes;

		expect_said(s, "<photoshop:Credit>", "</photoshop:Credit>",
		    "N. \xc3\x96 z &lt;&quot;Quay&quot;&gt; &amp; "
		    "&#39;Co&#39;");
		expect_said(s, "<rdf:li xml:lang=\"x-default\">", "</rdf:li>",
		    "]]&gt;&lt;?xpacket end=&quot;w&quot;?&gt;");
		expect_said(s, "<xmpRights:WebStatement>",
		    "</xmpRights:WebStatement>",
		    "https://example.org/by?a=1&amp;b=2");
		for (size_t t = 0; t < sizeof traces / sizeof *traces; t++)
			if (str_find(s, str_c(traces[t]), 0) != SIZE_MAX)
				fail_msg("%s in still %zu", traces[t], i);
		g_object_unref(read_still(&r.stills[i]));
	}
	/* One alone has no room for the others. */
	job.says = (struct media_says){ .licence = STR("https://a.example") };
	r = make(b, material_file(b->arena, im, ".jpg"), job);
	for (size_t i = 0; i < r.n; i++) {
		assert_true(str_find(r.stills[i].bytes, STR("WebStatement"),
				0) != SIZE_MAX);
		assert_true(str_find(r.stills[i].bytes,
				STR("<photoshop:Credit"), 0) == SIZE_MAX);
		assert_true(str_find(r.stills[i].bytes, STR("<dc:rights"), 0) ==
			    SIZE_MAX);
	}
	g_object_unref(im);
}

/* As much as a desk may write, in what takes the most room. */
static void
test_stills__carry_words_of_any_length(void **state)
{
	static const struct media_still stills[] = {
		{ .type = MEDIA_JPEG },
		{ .type = MEDIA_WEBP },
		{ .type = MEDIA_AVIF },
	};
	struct bench *b = *state;
	VipsImage *im = material_draw(20, 12, quarters);
	struct media_job job = job_of(stills, 3);
	char *quotes = arena_alloc(b->arena, MEDIA_SAYS_MAX);
	struct media_result r;

	memset(quotes, '"', MEDIA_SAYS_MAX);
	job.says.credit = job.says.copyright = job.says.licence =
	    str_make(quotes, MEDIA_SAYS_MAX);
	r = make(b, material_file(b->arena, im, ".png"), job);
	for (size_t i = 0; i < r.n; i++) {
		assert_true(
		    str_find(r.stills[i].bytes,
			STR("&quot;</xmpRights:WebStatement>"), 0) != SIZE_MAX);
		g_object_unref(read_still(&r.stills[i]));
	}
	g_object_unref(im);
}

static void
test_facts__are_silent_when_nothing_is_told(void **state)
{
	struct bench *b = *state;
	VipsImage *im = material_draw(200, 120, quarters);
	struct media_result r =
	    make(b, material_file(b->arena, im, ".png"), job_of(NULL, 0));

	assert_int_equal(r.facts.type, MEDIA_PNG);
	assert_int_equal(r.facts.width, 200);
	assert_int_equal(r.facts.height, 120);
	assert_int_equal(r.facts.frames, 1);
	assert_false(r.facts.alpha);
	assert_false(r.facts.location);
	assert_false(r.facts.device);
	assert_false(r.facts.owner);
	assert_false(r.facts.history);
	assert_int_equal(r.n, 0);
	g_object_unref(im);
}

static void
test_stills__stand_upright_in_all_eight_orientations(void **state)
{
	/* Where the stored quarters must be seen: EXIF 2.3, tag 274. */
	static const int seen[9][4] = { { 0 }, { 0, 1, 2, 3 }, { 1, 0, 3, 2 },
		{ 3, 2, 1, 0 }, { 2, 3, 0, 1 }, { 0, 2, 1, 3 }, { 2, 0, 3, 1 },
		{ 3, 1, 2, 0 }, { 1, 3, 0, 2 } };
	static const struct media_still still = { .type = MEDIA_PNG };
	struct bench *b = *state;
	VipsImage *im = material_draw(200, 120, quarters);

	for (int o = 1; o <= 8; o++) {
		struct media_result r;
		VipsImage *out;

		vips_image_set_int(im, VIPS_META_ORIENTATION, o);
		r = make(b, material_file(b->arena, im, ".jpg[Q=95]"),
		    job_of(&still, 1));
		assert_int_equal(r.facts.width, o < 5 ? 200 : 120);
		assert_int_equal(r.facts.height, o < 5 ? 120 : 200);
		assert_int_equal(r.stills[0].width, r.facts.width);
		out = read_still(&r.stills[0]);
		for (int q = 0; q < 4; q++) {
			int x = out->Xsize * (q % 2 * 2 + 1) / 4;
			int y = out->Ysize * (q / 2 * 2 + 1) / 4;

			if (!is_near(out, x, y, quarter_colours[seen[o][q]], 6))
				fail_msg("orientation %d, quarter %d", o, q);
		}
		g_object_unref(out);
	}
	g_object_unref(im);
}

static void
test_crop__keeps_the_focal_point_inside(void **state)
{
	static const struct media_still still = { .type = MEDIA_PNG,
		.crop = MEDIA_9X16 };
	struct bench *b = *state;
	VipsImage *im = material_draw(200, 120, quarters);

	for (int focus = 0; focus <= 1000; focus += 1000) {
		struct media_job job = { .focus_x = focus,
			.focus_y = 500,
			.stills = &still,
			.n = 1 };
		struct media_result r =
		    make(b, material_file(b->arena, im, ".png"), job);
		VipsImage *out = read_still(&r.stills[0]);

		assert_int_equal(r.stills[0].width, 68);
		assert_int_equal(r.stills[0].height, 120);
		assert_true(is_near(
		    out, 30, 20, quarter_colours[focus == 0 ? 0 : 1], 2));
		g_object_unref(out);
	}
	g_object_unref(im);
}

static void
test_stills__have_the_size_asked_for_and_never_grow(void **state)
{
	static const struct {
		struct media_still still;
		uint32_t width, height;
	} cases[] = {
		{ { MEDIA_JPEG, MEDIA_4X3, 160, 0, false }, 160, 120 },
		{ { MEDIA_WEBP, MEDIA_16X9, 320, 0, false }, 320, 180 },
		{ { MEDIA_AVIF, MEDIA_1X1, 200, 0, false }, 200, 200 },
		{ { MEDIA_JPEG, MEDIA_9X16, 90, 0, false }, 90, 160 },
		{ { MEDIA_PNG, MEDIA_3X2, 99, 0, false }, 99, 66 },
		{ { MEDIA_JPEG, MEDIA_UNCROPPED, 400, 0, false }, 400, 240 },
		{ { MEDIA_JPEG, MEDIA_UNCROPPED, 8192, 0, false }, 2000, 1200 },
		{ { MEDIA_JPEG, MEDIA_1X1, 8192, 0, false }, 1200, 1200 },
		{ { MEDIA_WEBP, MEDIA_16X9, 640, 0, true }, 640, 360 },
	};
	enum { N = sizeof cases / sizeof *cases };
	struct media_still stills[N];
	struct bench *b = *state;
	VipsImage *im = material_draw(2000, 1200, grey);
	struct media_result r;

	for (size_t i = 0; i < N; i++)
		stills[i] = cases[i].still;
	r = make(b, material_file(b->arena, im, ".jpg"), job_of(stills, N));
	assert_int_equal(r.n, N);
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(r.stills[i].type, cases[i].still.type);
		assert_int_equal(r.stills[i].width, cases[i].width);
		assert_int_equal(r.stills[i].height, cases[i].height);
		g_object_unref(read_still(&r.stills[i]));
	}
	g_object_unref(im);
}

static void
sea(int x, int y, unsigned char rgb[3])
{
	(void)x, (void)y;
	memcpy(rgb, (unsigned char[]){ 17, 68, 119 }, 3);
}

static void
test_stills__keep_their_colours_in_srgb(void **state)
{
	static const struct media_still still = { .type = MEDIA_PNG };
	static const unsigned char want[3] = { 17, 68, 119 };
	struct bench *b = *state;
	VipsImage *plain = material_draw(40, 40, sea);
	VipsImage *deep = NULL, *cmyk = NULL;
	struct {
		VipsImage *im;
		const char *suffix;
		double slack;
	} cases[4];

	assert_int_equal(
	    vips_colourspace(plain, &deep, VIPS_INTERPRETATION_RGB16, NULL), 0);
	assert_int_equal(vips_icc_transform(plain, &cmyk, "cmyk",
			     "input_profile", "srgb", NULL),
	    0);
	cases[0].im = plain, cases[0].suffix = ".png", cases[0].slack = 1;
	cases[1].im = plain, cases[1].suffix = ".png[profile=srgb]",
	cases[1].slack = 1;
	cases[2].im = deep, cases[2].suffix = ".png", cases[2].slack = 1;
	/* Printing inks cannot quite say this blue. */
	cases[3].im = cmyk, cases[3].suffix = ".jpg[Q=100]",
	cases[3].slack = 20;
	for (size_t i = 0; i < 4; i++) {
		struct media_result r = make(b,
		    material_file(b->arena, cases[i].im, cases[i].suffix),
		    job_of(&still, 1));
		VipsImage *out = read_still(&r.stills[0]);

		if (!is_near(out, 20, 20, want, cases[i].slack))
			fail_msg("colours of case %zu", i);
		g_object_unref(out);
	}
	g_object_unref(plain);
	g_object_unref(deep);
	g_object_unref(cmyk);
}

static void
checks(int x, int y, unsigned char rgb[3])
{
	memset(rgb, (x / 5 + y / 5) % 2 == 0 ? 255 : 0, 3);
}

static void
checks_reversed(int x, int y, unsigned char rgb[3])
{
	memset(rgb, (x / 5 + y / 5) % 2 == 0 ? 0 : 255, 3);
}

/*
 * Two pictures that differ in every pixel, but not on average, have one safe
 * poster: so nothing finer can be read from it.
 */
static void
test_safe_poster__holds_averages_only(void **state)
{
	static const struct media_still stills[] = {
		{ .type = MEDIA_PNG, .safe = true },
		{ .type = MEDIA_PNG },
	};
	struct bench *b = *state;
	VipsImage *one = material_draw(640, 640, checks);
	VipsImage *two = material_draw(640, 640, checks_reversed);
	struct media_result r1 =
	    make(b, material_file(b->arena, one, ".png"), job_of(stills, 2));
	struct media_result r2 =
	    make(b, material_file(b->arena, two, ".png"), job_of(stills, 2));
	double apart[2] = { 0 };

	for (size_t i = 0; i < 2; i++) {
		VipsImage *a = read_still(&r1.stills[i]);
		VipsImage *c = read_still(&r2.stills[i]);
		VipsImage *d = NULL, *m = NULL;

		assert_int_equal(vips_subtract(a, c, &d, NULL), 0);
		assert_int_equal(vips_abs(d, &m, NULL), 0);
		assert_int_equal(vips_max(m, &apart[i], NULL), 0);
		g_object_unref(a);
		g_object_unref(c);
		g_object_unref(d);
		g_object_unref(m);
	}
	assert_true(apart[0] <= 8);
	assert_true(apart[1] >= 250); /* the clear ones do differ */
	g_object_unref(one);
	g_object_unref(two);
}

static void
test_transparency__is_kept_or_laid_on_white(void **state)
{
	static const struct media_still stills[] = { { .type = MEDIA_PNG },
		{ .type = MEDIA_JPEG, .quality = 95 }, { .type = MEDIA_WEBP } };
	static const unsigned char white[3] = { 255, 255, 255 };
	struct bench *b = *state;
	int fd = material_text(
	    "<svg xmlns='http://www.w3.org/2000/svg' width='80' height='60'>"
	    "<rect width='40' height='60' fill='red'/></svg>");
	struct media_result r = make(b, fd, job_of(stills, 3));
	VipsImage *png = read_still(&r.stills[0]);
	VipsImage *jpeg = read_still(&r.stills[1]);
	VipsImage *webp = read_still(&r.stills[2]);

	assert_true(r.facts.alpha);
	assert_int_equal(png->Bands, 4);
	assert_int_equal(webp->Bands, 4);
	assert_int_equal(jpeg->Bands, 3);
	assert_true(is_near(jpeg, 70, 30, white, 4));
	g_object_unref(png);
	g_object_unref(jpeg);
	g_object_unref(webp);
}

/* What a drawing refers to is not fetched; what it would run is not run. */
static void
test_drawing__is_rasterised_and_reaches_nothing(void **state)
{
	static const struct media_still still = { .type = MEDIA_PNG,
		.width = 400 };
	static const unsigned char blue[3] = { 0, 0, 255 };
	struct bench *b = *state;
	int fd = material_text(
	    "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' "
	    "xmlns:xlink='http://www.w3.org/1999/xlink' width='200' "
	    "height='100' onload='alert(1)'><script>alert(1)</script>"
	    "<rect width='200' height='100' fill='blue'/>"
	    "<image xlink:href='file:///etc/passwd' width='200' "
	    "height='100'/><image xlink:href='http://127.0.0.1/x.png' "
	    "width='200' height='100'/><style>@import "
	    "url(http://127.0.0.1/x.css);</style>"
	    "</svg>");
	struct media_result r = make(b, fd, job_of(&still, 1));
	VipsImage *out = read_still(&r.stills[0]);

	assert_int_equal(r.facts.type, MEDIA_SVG);
	assert_int_equal(r.stills[0].width, 400); /* drawings may grow */
	expect(b,
	    material_text("<!DOCTYPE svg [<!ENTITY f SYSTEM "
			  "'file:///etc/passwd'>]><svg xmlns='http://"
			  "www.w3.org/2000/svg' width='9' height='9'>"
			  "<desc>&f;</desc></svg>"),
	    ERR_INVALID, "could not be read");
	for (int x = 5; x < 400; x += 10) {
		for (int y = 5; y < 200; y += 10)
			assert_true(is_near(out, x, y, blue, 1));
	}
	g_object_unref(out);
}

static void
test_drawing__with_text_is_refused(void **state)
{
	expect(*state,
	    material_text("<svg xmlns='http://www.w3.org/2000/svg' width='9' "
			  "height='9'><text y='9'>Turnout</text></svg>"),
	    ERR_INVALID, "Turn the text into outlines");
}

static void
test_drawing__that_is_long_does_not_blow_up(void **state)
{
	static const struct media_still still = {
		.type = MEDIA_WEBP, .crop = MEDIA_1X1, .width = 4000
	};
	struct media_result r = make(*state,
	    material_text("<svg xmlns='http://www.w3.org/2000/svg' width='10' "
			  "height='20000'/>"),
	    job_of(&still, 1));

	assert_int_equal(r.stills[0].width, 4000);
	assert_int_equal(r.stills[0].height, 4000);
}

/* Above 100 MB libvips would like to write to the disk. */
static void
test_large_picture__needs_no_files(void **state)
{
	static const struct media_still still = { .type = MEDIA_JPEG,
		.width = 100 };
	struct bench *b = *state;
	VipsImage *im = NULL;
	struct media_result r;

	assert_int_equal(vips_black(&im, 6500, 6000, "bands", 3, NULL), 0);
	r = make(b, material_file(b->arena, im, ".webp[effort=0]"),
	    job_of(&still, 1));
	assert_int_equal(r.stills[0].width, 100);
	assert_int_equal(r.stills[0].height, 92);
	g_object_unref(im);
}

static void
test_moving_picture__gives_its_first_frame(void **state)
{
	static const struct media_still still = { .type = MEDIA_PNG };
	struct bench *b = *state;
	VipsImage *im = material_draw(200, 120, quarters);
	struct media_result r;
	VipsImage *out;

	/* Two frames of 60 lines: red and green, then blue and white. */
	vips_image_set_int(im, VIPS_META_PAGE_HEIGHT, 60);
	r = make(b, material_file(b->arena, im, ".gif"), job_of(&still, 1));
	assert_int_equal(r.facts.type, MEDIA_GIF);
	assert_int_equal(r.facts.frames, 2);
	assert_int_equal(r.facts.height, 60);
	out = read_still(&r.stills[0]);
	assert_true(is_near(out, 50, 30, quarter_colours[0], 12));
	assert_true(is_near(out, 150, 30, quarter_colours[1], 12));
	g_object_unref(out);
	g_object_unref(im);
}

static void
test_bomb__is_refused_by_its_head(void **state)
{
	struct bench *b = *state;

	expect(b, material_bomb(41000, 10), ERR_LIMIT,
	    "The picture is 41,000 pixels wide, the limit is 30,000.");
	expect(b, material_bomb(10, 1000000), ERR_LIMIT,
	    "The picture is 1,000,000 pixels high, the limit is 30,000.");
	expect(b, material_bomb(17000, 17000), ERR_LIMIT,
	    "The picture has 289.0 million pixels (17,000 by 17,000), the "
	    "limit is 100 million.");
	expect(b,
	    material_text("<svg xmlns='http://www.w3.org/2000/svg' "
			  "width='90000' height='10'/>"),
	    ERR_LIMIT, "90,000 pixels wide");
}

static void
test_no_picture__is_refused_in_words(void **state)
{
	struct bench *b = *state;
	const char *no = "no picture of a kind that can be taken";

	expect(b, material_text(""), ERR_INVALID, "The file is empty.");
	expect(b, material_zeros(100 << 20), ERR_INVALID, no);
	expect(b, material_zeros((off_t)10 << 30), ERR_LIMIT,
	    "has 10,240 MB, the limit is 256 MB");
	expect(b, material_text("<html><body><svg></svg></body></html>"),
	    ERR_INVALID, no);
	expect(b, material_text("<!-- x --><html><svg></svg></html>"),
	    ERR_INVALID, no);
	expect(
	    b, material_text("#EXTM3U\nfile:///etc/passwd\n"), ERR_INVALID, no);
	expect(b, material_text("%PDF-1.7\n"), ERR_INVALID, no);
	expect(b, material_text("push graphic-context\nurl(http://127.0.0.1)"),
	    ERR_INVALID, no);
	expect(b, material_text("\xff\xd8\xff"), ERR_INVALID, "damaged");
	expect(b, material_text("GIF89a<script>alert(1)</script>"), ERR_INVALID,
	    "damaged");
	expect(b, open("/", O_RDONLY | O_CLOEXEC), ERR_INVALID, "not a file");
}

/* Cut off or bent anywhere: an error or a picture, but always an answer. */
static void
test_damage__is_an_error_and_no_more(void **state)
{
	static const char *const suffixes[] = { ".jpg", ".png", ".webp",
		".avif", ".gif" };
	static const struct media_still still = { .type = MEDIA_JPEG };
	struct bench *b = *state;
	VipsImage *im = material_draw(200, 120, grey);
	uint32_t dice = 12345;

	for (size_t s = 0; s < sizeof suffixes / sizeof *suffixes; s++) {
		struct str whole = material_saved(b->arena, im, suffixes[s]);
		struct media_result r = { 0 };

		for (size_t part = 1; part <= 4; part++)
			expect(b, material_bytes(whole.p, whole.n * part / 5),
			    ERR_INVALID, "The picture could not be read");
		for (int i = 0; i < 8; i++) {
			struct str bent = str_dup(b->arena, whole);
			/* str_dup() gave us these bytes. */
			char *p = (char *)(uintptr_t)bent.p;
			enum err err;

			for (int k = 0; k < 4; k++) {
				dice = dice * 1664525 + 1013904223;
				p[16 + (dice >> 8) % (bent.n - 16)] ^=
				    (char)(1 + dice % 255);
			}
			err = run(b, b->media, material_bytes(p, bent.n),
			    job_of(&still, 1), &r);
			assert_true(err == ERR_OK || err == ERR_INVALID ||
				    err == ERR_LIMIT);
		}
		/* The next job knows nothing of it. */
		(void)make(
		    b, material_bytes(whole.p, whole.n), job_of(&still, 1));
	}
	g_object_unref(im);
}

/* A picture and something else in one file: only the picture comes out. */
static void
test_polyglot__loses_what_it_carried(void **state)
{
	static const struct media_still still = { .type = MEDIA_JPEG };
	struct bench *b = *state;
	VipsImage *im = material_draw(200, 120, quarters);
	struct str jpeg = material_saved(b->arena, im, ".jpg");
	struct media_result r;
	struct buf buf;

	buf_init(&buf, b->arena, 1 << 20);
	buf_put(&buf, jpeg);
	BUF_LIT(&buf, "<script>PAYLOAD</script>PK\x03\x04PAYLOAD");
	r = make(b, material_bytes(buf.p, buf.n), job_of(&still, 1));
	assert_int_equal(r.facts.type, MEDIA_JPEG);
	assert_true(str_find(r.stills[0].bytes, STR("PAYLOAD"), 0) == SIZE_MAX);
	g_object_unref(im);
}

static int
count_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n;
}

static void
test_run__leaves_nothing_behind(void **state)
{
	static const struct media_still still = { .type = MEDIA_JPEG };
	struct bench *b = *state;
	VipsImage *im = material_draw(200, 120, quarters);
	int fd = material_file(b->arena, im, ".png");
	struct media_job job = job_of(&still, 1);
	struct media_result r = { 0 };
	int before;

	assert_int_equal(lseek(fd, 7, SEEK_SET), 7);
	before = count_descriptors();
	assert_int_equal(media_run(&b->ctx, b->media, fd, &job, &r), ERR_OK);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 7); /* not moved */
	assert_int_equal(count_descriptors(), before);
	expect(b, material_text("\xff\xd8\xff"), ERR_INVALID, "");
	assert_int_equal(count_descriptors(), before);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no zombies */
	assert_int_equal(errno, ECHILD);
	(void)close(fd);
	g_object_unref(im);
}

struct errand {
	struct media *media;
	struct str picture;
	int done;
};

static void *
run_errand(void *arg)
{
	static const struct media_still still = { .type = MEDIA_JPEG };
	struct errand *e = arg;

	for (int i = 0; i < 4; i++) {
		struct arena *a = arena_new(0);
		struct ctx ctx;
		struct media_job job = job_of(&still, 1);
		struct media_result r = { 0 };
		int fd = material_bytes(e->picture.p, e->picture.n);

		ctx_init(&ctx, a, NULL);
		if (media_run(&ctx, e->media, fd, &job, &r) == ERR_OK &&
		    r.n == 1 && r.stills[0].width == 200)
			e->done++;
		(void)close(fd);
		arena_free(a);
	}
	return NULL;
}

/* More threads than workers: they wait for each other, none is lost. */
static void
test_run__serves_many_threads(void **state)
{
	struct bench *b = *state;
	VipsImage *im = material_draw(200, 120, quarters);
	struct media_settings settings = { .workers = 2 };
	struct errand errands[4];
	pthread_t threads[4];
	struct media *m = NULL;

	assert_int_equal(media_open(&b->ctx, &settings, &m), ERR_OK);
	for (int i = 0; i < 4; i++) {
		errands[i] = (struct errand){ .media = m,
			.picture = material_saved(b->arena, im, ".png") };
		assert_int_equal(
		    pthread_create(&threads[i], NULL, run_errand, &errands[i]),
		    0);
	}
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(errands[i].done, 4);
	}
	media_close(m);
	g_object_unref(im);
}

/*
 * A worker that was taken over, played by this program itself: what it does
 * stands in the first byte of its input.
 */
static void
say(uint32_t kind, uint32_t n, const void *p, size_t really)
{
	struct wire_head h = { .kind = kind, .n = n };

	(void)!write(WIRE_SOCKET_FD, &h, sizeof h);
	(void)!write(WIRE_SOCKET_FD, p, really);
}

static int
play_worker(void)
{
	static const struct wire_facts facts = {
		.type = MEDIA_JPEG, .width = 10, .height = 10
	};
	static const struct {
		struct wire_image head;
		char bytes[16];
	} html = { { MEDIA_JPEG, 10, 10 }, "<html><script>" };
	char what = 0;

	(void)!read(WIRE_INPUT_FD, &what, 1);
	if (what == 'h')
		(void)pause(); /* hangs */
	if (what == 'c')
		abort();
	if (what == 'z') { /* hangs up, and lives on */
		(void)close(WIRE_SOCKET_FD);
		(void)pause();
	}
	if (what == 'k') /* as the kernel does when memory is short */
		(void)raise(SIGKILL);
	if (what == '7')
		_exit(127);
	if (what == 'n')
		say(77, 8, "nonsense", 8);
	if (what == 'd')
		say(WIRE_DONE, 0, "", 0); /* without having done it */
	if (what == 'l')
		say(WIRE_DETAIL, UINT32_MAX, "", 0);
	say(WIRE_FACTS, sizeof facts, &facts, sizeof facts);
	if (what == 'f')
		say(WIRE_FACTS, sizeof facts, &facts, sizeof facts);
	if (what == 'b')
		say(WIRE_STILL, UINT32_MAX, &html, sizeof html);
	if (what == 't')
		say(WIRE_STILL, sizeof html, &html, sizeof html);
	if (what == 'w')
		say(WIRE_DETAIL, 6, "\n\x1b[31m", 6);
	return 0; /* hangs up */
}

static void
test_worker__that_turns_bad_is_a_failed_job(void **state)
{
	struct bench *b = *state;
	static const struct {
		const char *input;
		enum err err;
		const char *words;
	} cases[] = {
		{ "h", ERR_LIMIT, "takes more than 1 seconds" },
		{ "c", ERR_INVALID, "could not be read" },
		{ "k", ERR_BUSY, "short of memory" },
		{ "7", ERR_IO, "lacks a library" },
		{ "z", ERR_BUSY, "short of memory or time" },
		{ "n", ERR_INVALID, "could not be read" },
		{ "d", ERR_INVALID, "could not be read" },
		{ "l", ERR_INVALID, "could not be read" },
		{ "f", ERR_INVALID, "could not be read" },
		{ "b", ERR_LIMIT, "more than 64 MB" },
		{ "t", ERR_INVALID, "could not be read" },
		{ "w", ERR_INVALID, "could not be read" },
		{ "e", ERR_INVALID, "could not be read" },
	};
	static const struct media_still still = { .type = MEDIA_JPEG };
	struct media_settings settings = { .program = "/proc/self/exe",
		.deadline = 1 };
	struct media *m = NULL;
	char self[4096] = "";

	assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
	settings.program = self;
	assert_int_equal(media_open(&b->ctx, &settings, &m), ERR_OK);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct media_result r = { 0 };

		assert_int_equal(run(b, m, material_text(cases[i].input),
				     job_of(&still, 1), &r),
		    cases[i].err);
		assert_non_null(strstr(ctx_why(&b->ctx), cases[i].words));
		/* Nothing that a log line could choke on. */
		assert_null(strchr(b->ctx.detail, '\x1b'));
		assert_null(strchr(b->ctx.detail, '\n'));
	}
	media_close(m);
}

static void
test_media_open__says_when_the_program_is_missing(void **state)
{
	struct bench *b = *state;
	struct media_settings settings = { .program = "/nonexistent/x" };
	struct media *m = NULL;

	assert_int_equal(media_open(&b->ctx, &settings, &m), ERR_IO);
	assert_non_null(strstr(ctx_why(&b->ctx), "masthead-media is missing"));
	assert_null(m);
}

/* The samples beside the work tree, where there are any. */
static DIR *
open_samples(const char *folder, char path[4096])
{
	(void)snprintf(path, 4096, "%.*s/../../../shared/samples/photos/%s",
	    (int)(strrchr(__FILE__, '/') - __FILE__), __FILE__, folder);
	return opendir(path);
}

/*
 * What exiftool may find in a still: its size, how it is coded, and what the
 * house says.
 */
static const char *const innocent[] = { "[ExifTool]", "[System]", "[File]",
	"[Composite]", "[JFIF]", "[PNG]", "[PNG-pHYs]", "[RIFF]", "[QuickTime]",
	"[Meta]", "[XMP-photoshop] Credit                          : N. S.",
	"[XMP-dc]        Rights                          : The Courier" };

static void
exiftool_check(const char *folder)
{
	char command[256], line[1024];
	FILE *p;
	int lines = 0;

	if (access("/usr/bin/exiftool", X_OK) != 0)
		return;
	(void)snprintf(
	    command, sizeof command, "exiftool -a -G1 -s -q '%s' 2>&1", folder);
	p = popen(command, "r");
	assert_non_null(p);
	for (; fgets(line, sizeof line, p) != NULL; lines++) {
		bool fine = strncmp(line, "====", 4) == 0;

		for (size_t i = 0; i < sizeof innocent / sizeof *innocent; i++)
			fine |= strncmp(line, innocent[i],
				    strlen(innocent[i])) == 0;
		if (!fine)
			fail_msg("exiftool: %s", line);
	}
	assert_int_equal(pclose(p), 0);
	assert_true(lines > 0);
}

/* Makes stills of a sample and puts them into a folder. */
static void
sample_check(struct bench *b, const char *path, const char *folder)
{
	static const struct media_still stills[] = {
		{ .type = MEDIA_JPEG, .width = 320 },
		{ .type = MEDIA_WEBP, .width = 320 },
		{ .type = MEDIA_AVIF, .width = 320 },
		{ .type = MEDIA_PNG, .width = 320 },
	};
	static int count;
	struct media_job job = job_of(stills, 4);
	struct media_result r;

	job.says.credit = STR("N. S.");
	job.says.copyright = STR("The Courier");
	r = make(b, open(path, O_RDONLY | O_CLOEXEC), job);
	assert_true(r.facts.location || strstr(path, "/gps/") == NULL);
	for (size_t i = 0; i < r.n; i++) {
		struct str s = r.stills[i].bytes;
		char file[256];
		int fd;

		assert_true(str_find(s, STR("Exif"), 0) == SIZE_MAX);
		assert_true(str_find(s, STR("exif:GPS"), 0) == SIZE_MAX);
		(void)snprintf(file, sizeof file, "%s/%d.%s", folder, count++,
		    media_ending(r.stills[i].type));
		fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, s.p, s.n), s.n);
		(void)close(fd);
	}
}

static void
remove_folder(const char *path)
{
	DIR *d = opendir(path);

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		(void)unlinkat(dirfd(d), e->d_name, 0);
	(void)closedir(d);
	assert_int_equal(rmdir(path), 0);
}

static void
test_samples__come_out_clean(void **state)
{
	static const char *const folders[] = { "gps", "orientation",
		"awkward" };
	char path[4096], file[8192], stills[] = "/tmp/test_media_XXXXXX";
	int n = 0;

	assert_non_null(mkdtemp(stills));
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		DIR *d = open_samples(folders[i], path);

		for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
			if (e->d_name[0] == '.' ||
			    strcmp(e->d_name, "README") == 0 ||
			    strstr(e->d_name, "17000") != NULL)
				continue;
			(void)snprintf(
			    file, sizeof file, "%s/%s", path, e->d_name);
			sample_check(*state, file, stills);
			n++;
		}
		if (d != NULL)
			(void)closedir(d);
	}
	if (n > 0)
		exiftool_check(stills);
	remove_folder(stills);
	if (n == 0)
		skip();
}

static void
test_sample_bomb__is_refused(void **state)
{
	struct bench *b = *state;
	char path[4096];
	DIR *d = open_samples("awkward", path);
	int fd;

	if (d == NULL)
		skip();
	fd = openat(dirfd(d), "17000x17000.avif", O_RDONLY | O_CLOEXEC);
	(void)closedir(d);
	expect(b, fd, ERR_LIMIT, "17,000 pixels wide");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crop__is_named_as_in_addresses),
		TEST(test_sandbox__holds_against_every_deed),
		TEST(test_stills__say_nothing_of_place_device_or_owner),
		TEST(test_stills__carry_what_the_house_says_and_nothing_else),
		TEST(test_stills__carry_words_of_any_length),
		TEST(test_facts__are_silent_when_nothing_is_told),
		TEST(test_stills__stand_upright_in_all_eight_orientations),
		TEST(test_crop__keeps_the_focal_point_inside),
		TEST(test_stills__have_the_size_asked_for_and_never_grow),
		TEST(test_stills__keep_their_colours_in_srgb),
		TEST(test_safe_poster__holds_averages_only),
		TEST(test_transparency__is_kept_or_laid_on_white),
		TEST(test_drawing__is_rasterised_and_reaches_nothing),
		TEST(test_drawing__with_text_is_refused),
		TEST(test_drawing__that_is_long_does_not_blow_up),
		TEST(test_large_picture__needs_no_files),
		TEST(test_moving_picture__gives_its_first_frame),
		TEST(test_bomb__is_refused_by_its_head),
		TEST(test_no_picture__is_refused_in_words),
		TEST(test_damage__is_an_error_and_no_more),
		TEST(test_polyglot__loses_what_it_carried),
		TEST(test_run__leaves_nothing_behind),
		TEST(test_run__serves_many_threads),
		TEST(test_worker__that_turns_bad_is_a_failed_job),
		TEST(test_media_open__says_when_the_program_is_missing),
		TEST(test_samples__come_out_clean),
		TEST(test_sample_bomb__is_refused),
	};

	if (strcmp(argv[0], "masthead-media") == 0)
		return play_worker();
	if (vips_init(argv[0]) != 0)
		return 1;
	vips_cache_set_max(0);
	return UNIT_RUN(tests, argc, argv);
}
