/* SPDX-License-Identifier: MIT */
/* Films are looked at, refused in words, and shown by one of their frames. */

#include "unit/unit.h"

#include <math.h>
#include <sys/mman.h>
#include <vips/vips.h>

#include "media/clips.h"
#include "media/media.h"

/* Loaded machines are slow; nothing here waits for a time to pass. */
enum { PATIENCE = 600 };

struct bench {
	struct arena *arena;
	struct ctx ctx;
	struct media *media;
};

static int
set_up(void **state)
{
	struct media_settings settings = { .deadline = PATIENCE };
	struct bench *b = calloc(1, sizeof *b);

	b->arena = arena_new(0);
	ctx_init(&b->ctx, b->arena, NULL);
	if (media_open(&b->ctx, &settings, &b->media) != ERR_OK) {
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

static struct media_probe
probe(struct bench *b, int fd)
{
	struct media_probe p = { 0 };

	if (media_probe(&b->ctx, b->media, fd, &p) != ERR_OK)
		fail_msg("%s [%s]", ctx_why(&b->ctx), b->ctx.detail);
	(void)close(fd);
	return p;
}

static void
expect(struct bench *b, int fd, enum err err, const char *words)
{
	struct media_probe p = { 0 };

	assert_int_equal(media_probe(&b->ctx, b->media, fd, &p), err);
	(void)close(fd);
	if (strstr(ctx_why(&b->ctx), words) == NULL)
		fail_msg("\"%s\" does not say \"%s\" [%s]", ctx_why(&b->ctx),
		    words, b->ctx.detail);
}

static int
text(const char *s, size_t n)
{
	int fd = memfd_create("text", MFD_CLOEXEC);

	if (fd < 0 || (n > 0 && write(fd, s, n) != (ssize_t)n))
		abort();
	return fd;
}

#define TEXT(s) text((s), sizeof(s) - 1)

#define TESTSRC "-f lavfi -i testsrc2=s=320x180:r=25:d=2 "
#define SINE "-f lavfi -i sine=440:d=2:r=44100 "
#define X264 "-c:v libx264 -preset ultrafast -pix_fmt yuv420p "

/*
 * What a phone writes when it is held upright.  (This ffmpeg counts turns
 * against the clock.)
 */
#define PHONE                                                                  \
	TESTSRC SINE SINE "-map 0 -map 1 -map 2 " X264 "-c:a aac " CLIP_THEN   \
			  "-map 0 -c copy -metadata:s:v:0 rotate=270 "         \
			  "-metadata:s:a:0 language=kur "                      \
			  "-metadata:s:a:1 language=eng "                      \
			  "-movflags use_metadata_tags "                       \
			  "-metadata com.apple.quicktime.location.ISO6709="    \
			  "+35.1771+045.9850/ "                                \
			  "-metadata com.apple.quicktime.make=SECRET-Make "    \
			  "-metadata com.apple.quicktime.author=SECRET-Author" \
			  " -metadata comment=SECRET-Comment"

static void
test_probe__tells_what_a_phone_filmed(void **state)
{
	struct media_probe p = probe(*state, clip("phone.mov", PHONE));
	const struct media_film *f = &p.film;

	assert_int_equal(p.kind, MEDIA_VIDEO);
	assert_string_equal(f->container, "mov");
	assert_string_equal(f->codec, "h264");
	assert_int_equal(f->width, 180); /* upright */
	assert_int_equal(f->height, 320);
	assert_int_equal(f->turned, 90);
	assert_int_equal(f->rate_num, 25 * f->rate_den);
	assert_int_equal(f->depth, 8);
	assert_int_equal(f->frames, 50);
	assert_in_range(f->ms, 1990, 2050);
	assert_false(f->variable);
	assert_false(f->hdr);
	assert_int_equal(f->n, 2);
	assert_string_equal(f->tracks[0].codec, "aac");
	assert_string_equal(f->tracks[0].language, "kur");
	assert_string_equal(f->tracks[1].language, "eng");
	assert_int_equal(f->tracks[0].rate, 44100);
	assert_int_equal(f->tracks[0].channels, 1);
	assert_true(f->location);
	assert_true(f->device);
	assert_true(f->owner);
	assert_true(f->history);
}

static void
test_probe__is_silent_when_nothing_is_told(void **state)
{
	struct media_probe p =
	    probe(*state, clip("plain.mp4", TESTSRC X264 CLIP_THEN
			      "-c copy -fflags +bitexact -map_metadata -1 "
			      "-map_metadata:s:v -1 -empty_hdlr_name 1"));

	assert_false(p.film.location);
	assert_false(p.film.device);
	assert_false(p.film.owner);
	assert_false(p.film.history);
	assert_int_equal(p.film.extras, 0);
	assert_int_equal(p.film.n, 0);
}

#define HDR                                                                 \
	"-f lavfi -i testsrc2=s=320x180:r=25:d=1 -vf "                      \
	"format=yuv420p10le,setparams=color_primaries=bt2020:"              \
	"color_trc=smpte2084:colorspace=bt2020nc -c:v libx265 -preset "     \
	"ultrafast -tag:v hvc1 -color_primaries bt2020 -color_trc "         \
	"smpte2084 -colorspace bt2020nc -x265-params "                      \
	"log-level=none:pools=1:frame-threads=1:colorprim=bt2020:transfer=" \
	"smpte2084:colormatrix=bt2020nc"

/* Frames of 40 ms, then of 100 ms. */
#define UNEVEN                                                        \
	"-f lavfi -i testsrc2=s=320x180:r=50:d=2 -vf "                \
	"\"select='if(lt(t,1),not(mod(n,2)),not(mod(n,5)))'\" -vsync" \
	" vfr " X264

static void
test_probe__knows_the_odd_kinds(void **state)
{
	struct bench *b = *state;
	struct media_probe p = probe(b, clip("hdr.mp4", HDR));

	assert_string_equal(p.film.codec, "hevc");
	assert_true(p.film.hdr);
	assert_int_equal(p.film.depth, 10);

	p = probe(b, clip("uneven.mp4", UNEVEN));
	assert_true(p.film.variable);

	p = probe(b, clip("slow.mp4", "-f lavfi -i "
				      "testsrc2=s=160x90:r=240:d=1 " X264));
	assert_int_equal(p.film.rate_num, 240 * p.film.rate_den);

	p = probe(b, clip("odd.mkv", "-f lavfi -i testsrc=s=641x359:r=25:d=1 "
				     "-c:v libx264 -preset ultrafast -pix_fmt "
				     "yuv444p"));
	assert_string_equal(p.film.container, "matroska");
	assert_int_equal(p.film.width, 641);
	assert_int_equal(p.film.height, 359);

	p = probe(b, clip("voice.m4a", SINE "-c:a aac"));
	assert_int_equal(p.kind, MEDIA_SOUND);
	assert_int_equal(p.film.width, 0);
	assert_string_equal(p.film.codec, "");
	assert_int_equal(p.film.n, 1);

	p = probe(b, clip("still.jpg", TESTSRC "-frames:v 1"));
	assert_int_equal(p.kind, MEDIA_PICTURE);
	assert_int_equal(p.picture.type, MEDIA_JPEG);
	assert_int_equal(p.picture.width, 320);
}

/* An attached file and chapters are seen, and are no film. */
static void
test_probe__counts_what_rides_along(void **state)
{
	struct media_probe p;

	(void)clips_run("printf 'SECRET attachment' > secret.txt; printf "
			"';FFMETADATA1\\n[CHAPTER]\\nTIMEBASE=1/1\\nSTART=0\\n"
			"END=1\\ntitle=SECRET\\n' > chapters.txt");
	p = probe(*state,
	    clip("attached.mkv",
		TESTSRC "-i chapters.txt -map_metadata 1 -attach "
			"secret.txt -metadata:s:t mimetype=text/plain " X264));
	assert_int_equal(p.film.extras, 2);
	assert_true(p.film.history);
}

static void
test_probe__refuses_what_is_no_film(void **state)
{
	struct bench *b = *state;
	const char *no = "no picture, video or sound of a kind";
	const char *list = "This is a playlist";

	expect(b, TEXT(""), ERR_INVALID, "The file is empty.");
	expect(
	    b, TEXT("Minutes of the council, 18 November.\n"), ERR_INVALID, no);
	expect(b, TEXT("%PDF-1.7\n"), ERR_INVALID, no);
	expect(b,
	    TEXT("\0\0\0\x18"
		 "ftypmp42\0\0\0\0mp42isom"),
	    ERR_INVALID, "only a part of it arrived");
	expect(b, TEXT("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"),
	    ERR_INVALID, list);
	expect(b, TEXT("ffconcat version 1.0\nfile /etc/passwd\n"), ERR_INVALID,
	    list);
	expect(b, TEXT("file '/etc/passwd'\n"), ERR_INVALID, list);
	expect(b,
	    TEXT("<?xml version='1.0'?>\n<MPD><BaseURL>file:///etc/"
		 "passwd</BaseURL></MPD>"),
	    ERR_INVALID, list);
	expect(
	    b, TEXT("v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n"), ERR_INVALID, list);
	expect(b, TEXT("[playlist]\nFile1=/etc/passwd\n"), ERR_INVALID, list);
	expect(b, open("/", O_RDONLY | O_CLOEXEC), ERR_INVALID, "not a file");
}

static int
sparse(off_t n)
{
	int fd = memfd_create("sparse", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, n) != 0)
		abort();
	return fd;
}

static void
test_probe__refuses_what_is_too_much(void **state)
{
	struct bench *b = *state;

	expect(b, sparse((off_t)21 << 30), ERR_LIMIT,
	    "has 21,504 MB, the limit is 20480 MB");
	expect(b, sparse((off_t)1 << 30), ERR_INVALID, "no picture, video");
	expect(b,
	    clip("wide.mkv", "-f lavfi -i color=s=5000x16:r=5:d=1 -c:v mjpeg"),
	    ERR_LIMIT, "5,000 by 16 pixels, the limit is 4,096");
	expect(b,
	    clip("long.mp4", "-f lavfi -i color=s=16x16:r=1/20:d=20000 " X264),
	    ERR_LIMIT, "plays for 333 minutes, the limit is 240");
	expect(b,
	    clip("hour.mp4", "-f lavfi -i color=s=64x64:r=1/3600:d=3600 " X264),
	    ERR_INVALID, "has only 1 frame in 3600 seconds");
}

static void
test_probe__refuses_half_a_file(void **state)
{
	struct bench *b = *state;
	const char *part = "only a part of it arrived";

	(void)close(clip("whole.mp4", TESTSRC X264));
	(void)close(clip("front.mp4", TESTSRC X264 "-movflags faststart"));
	expect(
	    b, clip_part("whole.mp4", "whole-cut.mp4", 60), ERR_INVALID, part);
	expect(
	    b, clip_part("front.mp4", "front-cut.mp4", 60), ERR_INVALID, part);
}

static void
test_probe__refuses_what_is_encrypted(void **state)
{
	expect(*state,
	    clip("locked.mp4",
		TESTSRC X264 "-encryption_scheme cenc-aes-ctr -encryption_key "
			     "00112233445566778899aabbccddeeff -encryption_kid "
			     "00112233445566778899aabbccddeeff"),
	    ERR_INVALID, "The film is encrypted");
}

/* ---- Frames ---- */

static struct media_result
frame(struct bench *b, int fd, uint32_t n, struct media_still still)
{
	struct media_job job = { 500, 500, &still, 1 };
	struct media_result r = { 0 };

	if (media_frame(&b->ctx, b->media, fd, n, &job, &r) != ERR_OK)
		fail_msg("%s [%s]", ctx_why(&b->ctx), b->ctx.detail);
	assert_int_equal(r.n, 1);
	(void)close(fd);
	return r;
}

/* The colour in the middle of one of nine fields, in a row. */
static void
colour(const struct media_image *i, int x, int y, double rgb[3])
{
	VipsImage *im =
	    vips_image_new_from_buffer(i->bytes.p, i->bytes.n, "", NULL);
	double *v = NULL;
	int n = 0;

	assert_non_null(im);
	assert_int_equal(im->Xsize, (int)i->width);
	assert_int_equal(vips_getpoint(im, &v, &n, im->Xsize * (2 * x + 1) / 6,
			     im->Ysize * (2 * y + 1) / 6, NULL),
	    0);
	assert_true(n >= 3);
	memcpy(rgb, v, 3 * sizeof *v);
	g_free(v);
	g_object_unref(im);
}

static bool
is_near(const double rgb[3], double r, double g, double b)
{
	enum { SLACK = 16 };

	return fabs(rgb[0] - r) < SLACK && fabs(rgb[1] - g) < SLACK &&
	       fabs(rgb[2] - b) < SLACK;
}

static void
assert_near(const double rgb[3], double r, double g, double b)
{
	if (!is_near(rgb, r, g, b))
		fail_msg("%.0f %.0f %.0f is not %.0f %.0f %.0f", rgb[0], rgb[1],
		    rgb[2], r, g, b);
}

/* Red for a second of 25 frames, then blue. */
#define RED_BLUE                                                             \
	"-f lavfi -i color=0xc81e1e:s=320x180:r=25:d=1 "                     \
	"-f lavfi -i color=0x1e1ec8:s=320x180:r=25:d=1 "                     \
	"-filter_complex \"[0][1]concat=n=2,scale=out_color_matrix=bt709\" " \
	"-colorspace bt709 " X264

static void
test_frame__is_the_one_asked_for(void **state)
{
	static const struct media_still png = { .type = MEDIA_PNG };
	struct bench *b = *state;
	static const struct {
		uint32_t frame;
		bool red;
	} cases[] = { { 0, true }, { 24, true }, { 25, false }, { 49, false },
		{ 5000, false } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double rgb[3];
		struct media_result r = frame(
		    b, clip("redblue.mp4", RED_BLUE), cases[i].frame, png);

		colour(&r.stills[0], 1, 1, rgb);
		if (cases[i].red)
			assert_near(rgb, 200, 30, 30);
		else
			assert_near(rgb, 30, 30, 200);
	}
}

static void
test_frame__far_inside_is_found_by_seeking(void **state)
{
	static const struct media_still png = { .type = MEDIA_PNG };
	double rgb[3];
	/* One grey step a frame: 10 frames a second, 25 seconds. */
	struct media_result r = frame(*state,
	    clip("ramp.mp4", "-f lavfi -i color=s=64x64:r=10:d=25 -vf "
			     "\"geq=lum='16+mod(N,200)':cb=128:cr=128\" -g 20 "
			     "-colorspace bt709 " X264 "-crf 1"),
	    170, png);

	colour(&r.stills[0], 1, 1, rgb);
	/* Luma of 186, as full-range grey. */
	assert_true(fabs(rgb[0] - (186 - 16) * 255.0 / 219) < 3);
}

/* Red above, stored lying on its side. */
static void
test_frame__stands_upright(void **state)
{
	static const struct media_still png = { .type = MEDIA_PNG };
	static const int degrees[] = { 0, 90, 180, 270 };
	struct bench *b = *state;
	double rgb[3];

	for (size_t i = 0; i < 4; i++) {
		char name[32], words[512];
		struct media_result r;

		/* Turned back while stored, so that all look alike. */
		(void)snprintf(name, sizeof name, "turn%d.mp4", degrees[i]);
		(void)snprintf(words, sizeof words,
		    "-f lavfi -i color=0x1e1ec8:s=180x240:r=25:d=0.2 -vf "
		    "drawbox=h=80:c=0xc81e1e:t=fill,"
		    "scale=out_color_matrix=bt709%s -colorspace bt709 " X264
			CLIP_THEN "-c copy -metadata:s:v:0 rotate=%d",
		    degrees[i] == 270	? ",transpose=cclock"
		    : degrees[i] == 180 ? ",hflip,vflip"
		    : degrees[i] == 90	? ",transpose=clock"
					: "",
		    degrees[i]);
		r = frame(b, clip(name, words), 0, png);
		assert_int_equal(r.stills[0].width, 180);
		assert_int_equal(r.stills[0].height, 240);
		colour(&r.stills[0], 1, 0, rgb);
		assert_near(rgb, 200, 30, 30);
		colour(&r.stills[0], 1, 2, rgb);
		assert_near(rgb, 30, 30, 200);
	}
}

/* What a screen shows as white paper, 203 cd/m2 of PQ, must come out light. */
static void
test_frame__of_hdr_is_as_light_as_it_was(void **state)
{
	static const struct media_still png = { .type = MEDIA_PNG };
	double rgb[3];
	/* PQ 0.58 is 203 cd/m2: 64 + 0.58 * 876 of ten bits. */
	struct media_result r = frame(*state,
	    clip("paper.mp4",
		"-f lavfi -i color=s=128x128:r=25:d=0.2 -vf "
		"\"format=yuv420p10le,geq=lum=572:cb=512:cr=512\" "
		"-c:v libx265 -preset ultrafast -color_primaries bt2020 "
		"-color_trc smpte2084 -colorspace bt2020nc -x265-params "
		"log-level=none:pools=1:frame-threads=1:colorprim=bt2020:"
		"transfer=smpte2084:colormatrix=bt2020nc"),
	    0, png);

	colour(&r.stills[0], 1, 1, rgb);
	assert_true(rgb[0] > 150 && rgb[0] <= 255);
	assert_true(fabs(rgb[0] - rgb[2]) < 4);
}

static void
test_frame__is_cut_sized_and_made_safe(void **state)
{
	static const struct media_still stills[] = {
		{ .type = MEDIA_AVIF, .crop = MEDIA_4X3, .width = 160 },
		{ .type = MEDIA_WEBP, .crop = MEDIA_1X1, .width = 4000 },
		{ .type = MEDIA_JPEG, .width = 320, .safe = true },
	};
	struct bench *b = *state;
	struct media_job job = { 500, 500, stills, 3 };
	struct media_result r = { 0 };
	int fd = clip("attached2.mkv", TESTSRC X264);

	assert_int_equal(
	    media_frame(&b->ctx, b->media, fd, 25, &job, &r), ERR_OK);
	(void)close(fd);
	assert_int_equal(r.n, 3);
	assert_int_equal(r.stills[0].width, 160);
	assert_int_equal(r.stills[0].height, 120);
	assert_int_equal(r.stills[1].width, 180); /* it never grows */
	assert_int_equal(r.stills[2].height, 180);
}

static void
test_frame__of_sound_is_refused(void **state)
{
	static const struct media_still png = { .type = MEDIA_PNG };
	struct bench *b = *state;
	struct media_job job = { 500, 500, &png, 1 };
	struct media_result r = { 0 };
	int fd = clip("voice.m4a", SINE "-c:a aac");

	assert_int_equal(
	    media_frame(&b->ctx, b->media, fd, 25, &job, &r), ERR_INVALID);
	assert_non_null(strstr(ctx_why(&b->ctx), "no frame"));
	(void)close(fd);
}

/* Bent anywhere: an error or a still, but always an answer in words. */
static void
test_damage__is_an_error_and_no_more(void **state)
{
	static const struct media_still png = { .type = MEDIA_PNG };
	struct bench *b = *state;
	struct media_job job = { 500, 500, &png, 1 };
	uint32_t dice = 4711;
	static char bytes[1 << 20];
	int fd = clip("phone.mov", PHONE);
	ssize_t n = read(fd, bytes, sizeof bytes);

	assert_true(n > 4096 && n < (ssize_t)sizeof bytes);
	(void)close(fd);
	for (int i = 0; i < 12; i++) {
		struct media_result r = { 0 };
		enum err err;

		for (int k = 0; k < 8; k++) {
			/* Half of it in the index at the end. */
			size_t span = k % 2 == 0 ? (size_t)n : 4096;

			dice = dice * 1664525 + 1013904223;
			bytes[(size_t)n - 1 - (dice >> 8) % span] ^=
			    (char)(1 + dice % 255);
		}
		fd = text(bytes, (size_t)n);
		err = media_frame(&b->ctx, b->media, fd, 5, &job, &r);
		(void)close(fd);
		if (err != ERR_OK && err != ERR_INVALID && err != ERR_LIMIT)
			fail_msg("%s [%s]", ctx_why(&b->ctx), b->ctx.detail);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_probe__tells_what_a_phone_filmed),
		TEST(test_probe__is_silent_when_nothing_is_told),
		TEST(test_probe__knows_the_odd_kinds),
		TEST(test_probe__counts_what_rides_along),
		TEST(test_probe__refuses_what_is_no_film),
		TEST(test_probe__refuses_what_is_too_much),
		TEST(test_probe__refuses_half_a_file),
		TEST(test_probe__refuses_what_is_encrypted),
		TEST(test_frame__is_the_one_asked_for),
		TEST(test_frame__far_inside_is_found_by_seeking),
		TEST(test_frame__stands_upright),
		TEST(test_frame__of_hdr_is_as_light_as_it_was),
		TEST(test_frame__is_cut_sized_and_made_safe),
		TEST(test_frame__of_sound_is_refused),
		TEST(test_damage__is_an_error_and_no_more),
	};
	int failed;

	if (vips_init(argv[0]) != 0)
		return 1;
	clips_begin();
	failed = UNIT_RUN(tests, argc, argv);
	clips_end();
	return failed;
}
