/* SPDX-License-Identifier: MIT */
/* A film becomes a ladder: sizes, segments and lists, clean and playable. */

#include "unit/unit.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <sys/wait.h>

#include "media/clips.h"
#include "media/media.h"
#include "media/protocol.h"
#include "media/run.h"

enum { PATIENCE = 600, NAMES_MAX = 512 };

struct bench {
	struct arena *arena;
	struct ctx ctx;
	struct media *media;

	/* What a ladder put, in order. */
	const char *folder;
	int fd; /* of it */
	char names[NAMES_MAX][64];
	size_t n;
	size_t images;	      /* stills that have come */
	size_t images_before; /* of them before the first file */
	int told;
	size_t end_after; /* files; 0: never */
	struct media_film film;
	struct media_rung rungs[MEDIA_RUNGS_MAX];
	size_t rungs_n;
};

static int
set_up(void **state)
{
	struct media_settings settings = { .deadline = PATIENCE };
	struct bench *b = calloc(1, sizeof *b);

	b->arena = arena_new(0);
	b->fd = -1;
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

	if (b->fd >= 0)
		(void)close(b->fd);
	media_close(b->media);
	arena_free(b->arena);
	free(b);
	return 0;
}

static bool
is_put(const struct bench *b, const char *name)
{
	for (size_t i = 0; i < b->n; i++) {
		if (strcmp(b->names[i], name) == 0)
			return true;
	}
	return false;
}

/* Every line of a list that names a file names one that is there. */
static void
assert_names_are_there(const struct bench *b, struct str list)
{
	while (list.n > 0) {
		struct str line = str_cut(list, '\n', &list);
		size_t at = str_find(line, STR("URI=\""), 0);
		char name[64];

		if (at != SIZE_MAX) {
			struct str rest;

			line = str_cut(str_from(line, at + 5), '"', &rest);
		} else if (line.n == 0 || line.p[0] == '#')
			continue;
		(void)snprintf(name, sizeof name, "%.*s", STR_FMT(line));
		if (!is_put(b, name))
			fail_msg("%s is named but not there", name);
	}
}

static enum err
put(struct ctx *ctx, void *arg, const struct media_file *file)
{
	struct bench *b = arg;

	if (b->n == 0)
		b->images_before = b->images;
	if (str_ends(str_c(file->name), STR(".m3u8")))
		assert_names_are_there(b, file->bytes);
	assert_true(b->n < NAMES_MAX);
	(void)snprintf(b->names[b->n++], 64, "%s", file->name);
	if (b->end_after > 0 && b->n >= b->end_after)
		return FAIL(ctx, ERR_GONE, "nobody wants it any more");
	return media_put(ctx, b->fd, file);
}

static enum err
image(struct ctx *ctx, void *arg, size_t which, const struct media_image *i)
{
	struct bench *b = arg;

	(void)ctx;
	assert_int_equal(which, b->images);
	assert_true(i->bytes.n > 0);
	b->images++;
	return ERR_OK;
}

static enum err
tell(struct ctx *ctx, void *arg, const struct media_progress *p)
{
	struct bench *b = arg;

	(void)ctx;
	assert_in_range(p->percent, 0, 100);
	assert_true(p->playable > 0 || p->rung[0] == '\0');
	b->told++;
	return ERR_OK;
}

static enum err
write_piece(struct ctx *ctx, void *arg, int64_t at, struct str bytes)
{
	const struct bench *b = arg;

	(void)ctx;
	assert_int_equal(pwrite(b->fd, bytes.p, bytes.n, at), bytes.n);
	return ERR_OK;
}

static const struct media_still poster = { .type = MEDIA_JPEG, .width = 320 };
static const struct media_job posters = { 500, 500, &poster, 1 };

static enum err
run(struct bench *b, int input, const struct media_ladder *job)
{
	struct media_rungs r = { 0 };
	enum err err = media_ladder(&b->ctx, b->media, input, job, &r);

	(void)close(input);
	b->film = r.film;
	b->rungs_n = r.n;
	if (r.n > 0)
		memcpy(b->rungs, r.rungs, r.n * sizeof *r.rungs);
	return err;
}

/* Runs a ladder of a clip into a folder of its own. */
static enum err
climb(struct bench *b, int input, const char *folder)
{
	struct media_ladder job = {
		.stills = &posters,
		.frame = 25,
		.put = put,
		.still = image,
		.tell = tell,
		.arg = b,
	};

	b->folder = folder;
	b->n = b->images = 0;
	(void)mkdir(clips_path(folder), 0755);
	if (b->fd >= 0)
		(void)close(b->fd);
	b->fd = open(clips_path(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return run(b, input, &job);
}

/* AV1 of the same clip, for the sound that climb() has given. */
static enum err
climb_on(struct bench *b, int input)
{
	struct media_rung sounds[MEDIA_RUNGS_MAX];
	struct media_ladder job = {
		.put = put,
		.tell = tell,
		.arg = b,
		.av1 = true,
		.sounds = sounds,
	};

	for (size_t i = 0; i < b->rungs_n; i++)
		if (b->rungs[i].channels > 0)
			sounds[job.sounds_n++] = b->rungs[i];
	return run(b, input, &job);
}

static void
make(struct bench *b, int input, const char *folder)
{
	if (climb(b, input, folder) != ERR_OK)
		fail_msg(
		    "%s: %s [%s]", folder, ctx_why(&b->ctx), b->ctx.detail);
}

static void
make_on(struct bench *b, int input)
{
	if (climb_on(b, input) != ERR_OK)
		fail_msg(
		    "%s: %s [%s]", b->folder, ctx_why(&b->ctx), b->ctx.detail);
}

static const char *
below(const struct bench *b, const char *name)
{
	static char paths[4][128];
	static unsigned next;
	char *p = paths[next++ % 4];

	(void)snprintf(p, sizeof paths[0], "%s/%s", b->folder, name);
	return p;
}

/*
 * Frames, size and beginning of a rung, as a player finds them through its
 * list; every frame is decoded.
 */
static void
assert_coded(struct bench *b, const char *codec, const char *list,
    uint32_t width, uint32_t height, int frames, int slack)
{
	char want[64], got[256];
	double start = 1;
	int n = 0;

	(void)snprintf(got, sizeof got, "%s",
	    clips_probe(below(b, list), "v:0",
		"stream=codec_name,width,height,pix_fmt,start_time,"
		"nb_read_frames"));
	(void)snprintf(want, sizeof want, "%s,%" PRIu32 ",%" PRIu32 ",yuv420p,",
	    codec, width, height);
	if (strncmp(got, want, strlen(want)) != 0 ||
	    sscanf(got + strlen(want), "%lf,%d", &start, &n) != 2)
		fail_msg("%s is %s", list, got);
	if (fabs(start) > 0.001 || abs(n - frames) > slack)
		fail_msg("%s begins at %f and has %d frames", list, start, n);
}

static void
assert_video(struct bench *b, const char *list, uint32_t width, uint32_t height,
    int frames, int slack)
{
	assert_coded(b, "h264", list, width, height, frames, slack);
}

static double
seconds_of(struct bench *b, const char *list)
{
	return atof(clips_run("ffmpeg -nostdin -v error -i %s -f null "
			      "-progress - - 2>&1 | sed "
			      "-n 's/^out_time_us=//p' | tail -n 1",
		   below(b, list))) /
	       1e6;
}

static void
assert_near(double is, double want, double slack)
{
	if (fabs(is - want) > slack)
		fail_msg("%f is not %f", is, want);
}

/* The text of a file of the ladder. */
static const char *
read_list(struct bench *b, const char *name)
{
	return clips_run("cat %s", below(b, name));
}

static void
assert_says(const char *text, const char *words)
{
	if (strstr(text, words) == NULL)
		fail_msg("\"%s\" is not in:\n%s", words, text);
}

#define X264 "-c:v libx264 -preset ultrafast -pix_fmt yuv420p "

static void
test_ladder__has_a_rung_for_each_size_below(void **state)
{
	struct bench *b = *state;
	const char *list;

	make(b,
	    clip("five.mkv",
		"-f lavfi -i testsrc2=s=856x480:r=25:d=5 -f lavfi -i "
		"sine=440:d=5:r=44100 -c:a aac " X264),
	    "five");
	assert_int_equal(b->rungs_n, 3);
	assert_string_equal(b->rungs[0].name, "v480");
	assert_string_equal(b->rungs[1].name, "v240");
	assert_string_equal(b->rungs[2].name, "a0");
	assert_video(b, "v480.m3u8", 856, 480, 125, 0);
	assert_video(b, "v240.m3u8", 428, 240, 125, 0);
	assert_near(seconds_of(b, "a0.m3u8"), 5, 0.04);

	list = read_list(b, "master.m3u8");
	assert_says(list, "RESOLUTION=856x480,FRAME-RATE=25.000,AUDIO=");
	assert_says(list, "CODECS=\"avc1.64001e,mp4a.40.2\"");
	assert_says(list, "\nv240.m3u8\n");
	assert_says(list, "CODECS=\"mp4a.40.2\",AUDIO=\"sound\"\na0.m3u8");

	list = read_list(b, "v240.m3u8");
	assert_says(list, "#EXT-X-PLAYLIST-TYPE:VOD");
	assert_says(list, "#EXTINF:2.000000,\nv240_00001.m4s\n"
			  "#EXTINF:3.000000,\nv240_00002.m4s\n"
			  "#EXT-X-ENDLIST");
	/* Like its source. */
	assert_true(clips_ssim("five/v480.m3u8", "five.mkv", "null") > 0.95);
}

/* All rungs are cut at the same moments, and each part begins anew. */
static void
test_ladder__is_cut_alike_and_at_key_frames(void **state)
{
	struct bench *b = *state;

	make(b,
	    clip("five.mkv",
		"-f lavfi -i testsrc2=s=856x480:r=25:d=5 -f lavfi -i "
		"sine=440:d=5:r=44100 -c:a aac " X264),
	    "cuts");
	for (size_t i = 0; i < 2; i++) {
		const char *keys = clips_run(
		    "ffprobe -v error -show_entries packet=pts_time,flags -of "
		    "csv=p=0 cuts/%s.m3u8 | grep K | cut -d, -f1 | tr '\\n' ' "
		    "'",
		    b->rungs[i].name);

		assert_says(keys, "0.000000 2.000000 4.000000");
	}
}

/* What can be played grows: lists never name what is not there (see put). */
static void
test_ladder__can_be_played_while_it_is_made(void **state)
{
	struct bench *b = *state;
	const char *first = "";
	size_t masters = 0;

	make(b,
	    clip("five.mkv",
		"-f lavfi -i testsrc2=s=856x480:r=25:d=5 -f lavfi -i "
		"sine=440:d=5:r=44100 -c:a aac " X264),
	    "grow");
	assert_int_equal(b->images, 1);
	assert_int_equal(b->images_before, 1); /* the poster is first of all */
	assert_true(b->told > 0);
	for (size_t i = 0; i < b->n; i++) {
		masters += strcmp(b->names[i], "master.m3u8") == 0;
		if (b->names[i][0] == 'v' && first[0] == '\0')
			first = b->names[i];
		/* Playable before the second segment of anything is made. */
		if (strcmp(b->names[i], "v240_00002.m4s") == 0)
			assert_true(masters > 0);
	}
	assert_string_equal(first, "v240_init.mp4");
	assert_true(masters >= 3); /* begun, grown, whole */
	assert_string_equal(clips_run("ls grow | grep -c tmp || true"), "0");
}

static void
test_ladder__stands_upright_and_even(void **state)
{
	struct bench *b = *state;

	make(b,
	    clip("portrait.mov",
		"-f lavfi -i testsrc2=s=640x360:r=25:d=1 " X264 CLIP_THEN
		"-c copy -metadata:s:v:0 rotate=90"),
	    "portrait");
	assert_string_equal(b->rungs[0].name, "v360");
	assert_video(b, "v360.m3u8", 360, 640, 25, 0);
	assert_video(b, "v240.m3u8", 240, 426, 25, 0);
	assert_true(
	    clips_ssim("portrait/v360.m3u8", "portrait.mov", "null") > 0.9);

	make(b,
	    clip("odd.mkv", "-f lavfi -i testsrc=s=641x359:r=25:d=1 -c:v "
			    "libx264 -preset ultrafast -pix_fmt yuv444p"),
	    "odd");
	assert_video(b, "v358.m3u8", 640, 358, 25, 0);
	assert_video(b, "v240.m3u8", 428, 240, 25, 0);

	/* Pixels that are not square. */
	make(b,
	    clip("pal.mpg", "-f lavfi -i testsrc2=s=352x288:r=25:d=1 -vf "
			    "setsar=16/11 -c:v mpeg2video"),
	    "pal");
	assert_video(b, "v288.m3u8", 512, 288, 25, 0);
}

static void
test_ladder__has_even_times(void **state)
{
	struct bench *b = *state;

	/* 40 ms a frame, then 100: 25 and 10 frames a second. */
	make(b,
	    clip("uneven.mp4",
		"-f lavfi -i testsrc2=s=320x180:r=50:d=4 -vf "
		"\"select='if(lt(t,2),not(mod(n,2)),not(mod(n,5)))'\" "
		"-vsync vfr " X264),
	    "uneven");
	assert_true(b->film.variable);
	assert_int_equal(b->rungs[0].rate_den, 1);
	assert_near(seconds_of(b, "v180.m3u8"), 4, 0.11);

	make(b,
	    clip("slow.mp4", "-f lavfi -i testsrc2=s=160x90:r=240:d=1 " X264),
	    "slow");
	assert_int_equal(b->rungs[0].rate_num, 60);
	assert_video(b, "v90.m3u8", 160, 90, 60, 1);

	make(b,
	    clip("ntsc.mkv",
		"-f lavfi -i testsrc2=s=320x180:r=30000/1001:d=5 " X264),
	    "ntsc");
	assert_says(read_list(b, "master.m3u8"), "FRAME-RATE=29.970");
	assert_video(b, "v180.m3u8", 320, 180, 150, 0);
}

/* Lines of two moments, as television sends them, become one picture. */
static void
test_ladder__is_not_interlaced(void **state)
{
	struct bench *b = *state;

	make(b,
	    clip("tv.mpg",
		"-f lavfi -i testsrc2=s=352x288:r=50:d=2 -vf "
		"tinterlace=interleave_top,setfield=tff -c:v mpeg2video -q:v 2 "
		"-flags +ildct+ilme"),
	    "tv");
	assert_video(b, "v288.m3u8", 352, 288, 50, 0);
	/* Far fewer of its frames look combed than of the source's. */
	assert_in_range(
	    atoi(clips_run(
		"ffmpeg -nostdin -v info -i tv/v288.m3u8 -vf idet -f null - "
		"2>&1 | sed -n 's/.*Multi.*TFF: *\\([0-9]*\\).*/\\1/p'")),
	    0, 24);
	assert_in_range(
	    atoi(clips_run(
		"ffmpeg -nostdin -v info -i tv.mpg -vf idet -f null - 2>&1 | "
		"sed -n 's/.*Multi.*TFF: *\\([0-9]*\\).*/\\1/p'")),
	    40, 50);
}

static void
test_ladder__of_hdr_is_sdr(void **state)
{
	struct bench *b = *state;

	make(b,
	    clip("hdr.mp4",
		"-f lavfi -i testsrc2=s=320x180:r=25:d=1 -vf "
		"format=yuv420p10le -c:v libx265 -preset ultrafast -tag:v "
		"hvc1 -color_primaries bt2020 -color_trc arib-std-b67 "
		"-colorspace bt2020nc -x265-params log-level=none:pools=1:"
		"frame-threads=1:colorprim=bt2020:transfer=arib-std-b67:"
		"colormatrix=bt2020nc"),
	    "hdr");
	assert_true(b->film.hdr);
	assert_video(b, "v180.m3u8", 320, 180, 25, 0);
	assert_string_equal(
	    clips_probe("hdr/v180.m3u8", "v:0",
		"stream=color_space,color_transfer,color_primaries"),
	    "bt709,bt709,bt709");
}

/* A second track is a choice, named by its language. */
static void
test_ladder__offers_each_track_of_sound(void **state)
{
	struct bench *b = *state;
	const char *list;

	make(b,
	    clip("tracks.mkv",
		"-f lavfi -i testsrc2=s=160x90:r=25:d=3 -f lavfi -i "
		"sine=440:d=3:r=44100 -f lavfi -i sine=880:d=3:r=48000 -map 0 "
		"-map 1 -map 2 -c:a libopus -ac 2 "
		"-metadata:s:a:0 language=kur -metadata:s:a:1 language=ara "
		"-disposition:a:0 0 -disposition:a:1 default " X264),
	    "tracks");
	list = read_list(b, "master.m3u8");
	/* The file's default one is first. */
	assert_says(list, "NAME=\"1 ara\",LANGUAGE=\"ara\",DEFAULT=YES,"
			  "AUTOSELECT=YES,CHANNELS=\"2\",URI=\"a0.m3u8\"");
	assert_says(list, "NAME=\"2 kur\",LANGUAGE=\"kur\",DEFAULT=NO");
	assert_near(seconds_of(b, "a0.m3u8"), 3, 0.04);
	assert_near(seconds_of(b, "a1.m3u8"), 3, 0.04);
}

static void
test_ladder__does_without_sound_or_video(void **state)
{
	struct bench *b = *state;

	make(b,
	    clip("mute.mp4", "-f lavfi -i testsrc2=s=160x90:r=25:d=1 " X264),
	    "mute");
	assert_int_equal(b->rungs_n, 1);
	assert_null(strstr(read_list(b, "master.m3u8"), "AUDIO"));

	make(b,
	    clip("voice.mp3", "-f lavfi -i sine=440:d=7:r=22050 -c:a "
			      "libmp3lame -metadata artist=SECRET"),
	    "voice");
	assert_int_equal(b->rungs_n, 1);
	assert_int_equal(b->images, 0);
	assert_int_equal(b->rungs[0].channels, 1);
	assert_near(seconds_of(b, "a0.m3u8"), 7, 0.06);
	assert_says(read_list(b, "master.m3u8"), "\na0.m3u8");
}

/* Sound that starts late, or has holes, still goes with its picture. */
static void
test_ladder__keeps_sound_in_time(void **state)
{
	struct bench *b = *state;

	make(b,
	    clip("late.mkv",
		"-f lavfi -i testsrc2=s=160x90:r=25:d=4 -itsoffset 1.5 -f "
		"lavfi -i sine=440:d=2:r=48000 -c:a pcm_s16le " X264),
	    "late");
	/* Silent until then. */
	assert_near(
	    atof(clips_run(
		"ffmpeg -nostdin -v info -i late/a0.m3u8 -af "
		"silencedetect=n=-50dB:d=0.5 -f null - 2>&1 | sed -n "
		"'s/.*silence_end: \\([0-9.]*\\).*/\\1/p' | head -n 1")),
	    1.5, 0.05);
}

static double
loudness(struct bench *b)
{
	return atof(clips_run(
	    "ffmpeg -nostdin -v info -i %s -af ebur128=peak=true -f null - 2>&1"
	    " | sed -n 's/^ *I: *\\(-[0-9.]*\\) LUFS/\\1/p' | tail -n 1",
	    below(b, "a0.m3u8")));
}

static double
true_peak(struct bench *b)
{
	return atof(clips_run(
	    "ffmpeg -nostdin -v info -i %s -af ebur128=peak=true -f null - 2>&1"
	    " | sed -n 's/^ *Peak: *\\(-\\?[0-9.]*\\) dBFS/\\1/p' | tail -n 1",
	    below(b, "a0.m3u8")));
}

/* EBU R 128: -23 LUFS, whether it was a whisper or a shout. */
static void
test_ladder__is_equally_loud(void **state)
{
	struct bench *b = *state;
	static const char *const gains[] = { "-30dB", "17dB" };

	for (size_t i = 0; i < 2; i++) {
		char name[32], words[256];

		(void)snprintf(name, sizeof name, "gain%zu.wav", i);
		(void)snprintf(words, sizeof words,
		    "-f lavfi -i anoisesrc=c=pink:d=12:r=48000:a=0.2:seed=1 "
		    "-af volume=%s -ac 2",
		    gains[i]);
		make(b, clip(name, words), name[4] == '0' ? "soft" : "loud");
		assert_near(loudness(b), -23, 1);
		assert_true(true_peak(b) < -0.5);
	}
}

/* H.264 that phones play is cut and cleaned, not made anew. */
static void
test_ladder__copies_what_phones_can_play(void **state)
{
	struct bench *b = *state;
	const char *same;

	make(b,
	    clip("ready.mp4",
		"-f lavfi -i testsrc2=s=640x480:r=25:d=7 -f lavfi -i "
		"sine=440:d=7:r=48000 -c:v libx264 -preset veryfast -g 25 "
		"-sc_threshold 0 "
		"-pix_fmt yuv420p -c:a aac -metadata comment=SECRET"),
	    "ready");
	assert_true(b->rungs[0].copied);
	assert_false(b->rungs[1].copied);
	assert_video(b, "v480.m3u8", 640, 480, 175, 0);
	assert_video(b, "v240.m3u8", 320, 240, 175, 0);
	/* Every frame is the source's. */
	same = clips_run(
	    "for i in ready.mp4 ready/v480.m3u8; do ffmpeg -nostdin -v error "
	    "-i $i -map 0:v -f md5 -; done | uniq | wc -l");
	assert_string_equal(same, "1");
	/* Both are cut at the source's own key frames. */
	assert_says(read_list(b, "v240.m3u8"),
	    "#EXTINF:2.000000,\nv240_00001.m4s\n"
	    "#EXTINF:4.000000,\nv240_00002.m4s\n"
	    "#EXTINF:1.000000,\nv240_00003.m4s\n");
	assert_says(read_list(b, "v480.m3u8"),
	    "#EXTINF:2.000000,\nv480_00001.m4s\n"
	    "#EXTINF:4.000000,\nv480_00002.m4s\n"
	    "#EXTINF:1.000000,\nv480_00003.m4s\n");

	/* Key frames too far apart, or lying on its side: made anew. */
	make(b,
	    clip("rare.mp4", "-f lavfi -i testsrc2=s=320x180:r=25:d=8 -g 250 "
			     "-keyint_min 250 " X264),
	    "rare");
	assert_false(b->rungs[0].copied);
}

/*
 * All that a film can say of its maker is in this one; none of it is in
 * anything that comes out, nor are the names of encoders.
 */
static void
test_ladder__says_nothing_of_place_device_or_owner(void **state)
{
	struct bench *b = *state;
	struct media_rung rungs[MEDIA_RUNGS_MAX + 1];
	size_t n;
	static const char *const allowed =
	    "^\\[(ExifTool|System|File|Composite|JFIF|QuickTime|Track1)\\]";

	(void)clips_run("printf ';FFMETADATA1\\n[CHAPTER]\\nTIMEBASE=1/1\\n"
			"START=0\\nEND=1\\ntitle=SECRET-Chapter\\n' > ch.txt; "
			"printf '1\\n00:00:00,000 --> 00:00:01,000\\n"
			"SECRET-Subtitle GPS(35.17)\\n' > s.srt");
	make(b,
	    clip("telling.mov",
		"-f lavfi -i testsrc2=s=320x240:r=25:d=3 -f lavfi -i "
		"sine=440:d=3:r=48000 -i ch.txt -i s.srt -map 0 -map 1 -map 3 "
		"-map_metadata 2 -map_chapters 2 -c:s mov_text -g 25 " X264
		"-c:a aac -timecode 01:02:03:04 "
		"-movflags use_metadata_tags "
		"-metadata creation_time=2016-11-18T14:53:43 "
		"-metadata com.apple.quicktime.location.ISO6709="
		"+35.1771+045.9850/ "
		"-metadata location=+35.1771+045.9850/ "
		"-metadata com.apple.quicktime.make=SECRET-Make "
		"-metadata title=SECRET-Title -metadata comment=SECRET-Comment "
		"-metadata:s:v:0 handler_name=SECRET-Handler "
		"-metadata:s:a:0 title=SECRET-Sound"),
	    "telling");
	assert_true(b->film.location && b->film.device && b->film.history);
	assert_true(b->film.extras > 0);
	assert_true(b->rungs[0].copied); /* the harder one to clean */
	n = b->rungs_n;
	assert_true(n == 2 || n == 3);
	memcpy(rungs, b->rungs, n * sizeof *rungs);
	make_on(b, open(clips_path("telling.mov"), O_RDONLY | O_CLOEXEC));
	/* The source's own bits are a size in H.264; AV1 is made of it, too. */
	assert_int_equal(b->rungs_n, 1);
	assert_false(b->rungs[0].copied);
	assert_coded(b, "av1", "v240av1.m3u8", 320, 240, 75, 0);
	rungs[n++] = b->rungs[0];
	assert_string_equal(
	    clips_run("cat telling/* | strings -n 4 | grep -icE "
		      "'secret|lavc|lavf|x264|svt|\\+35|handler|45.98' || "
		      "true"),
	    "0");
	/* The source does tell: else this proves nothing. */
	assert_true(atoi(clips_run("strings -n 4 telling.mov | grep -icE "
				   "'secret|lavc|x264|\\+35'")) > 5);
	if (access("/usr/bin/exiftool", X_OK) != 0)
		return;
	for (size_t i = 0; i < n; i++) {
		const char *name = rungs[i].name;

		(void)clips_run("cd telling && cat %s_init.mp4 %s_0*.m4s > "
				"whole.mp4",
		    name, name);
		assert_string_equal(
		    clips_run("exiftool -a -G1 -s -ee telling/whole.mp4 | grep "
			      "-vE '%s' || true",
			allowed),
		    "");
		assert_string_equal(
		    clips_run("exiftool -a -G1 -s -ee telling/whole.mp4 | grep "
			      "-iE 'gps|encoder|comment|title|2016|make ' || "
			      "true"),
		    "");
		assert_string_equal(
		    clips_run("ffprobe -v error -show_entries "
			      "stream_tags:format_tags:chapter -of csv=p=0 "
			      "telling/whole.mp4 | grep -vE "
			      "'^(und,)?\\[0\\]\\[0\\]\\[0\\]\\[0\\]$|^cmfc' "
			      "|| true"),
		    "");
	}
}

/* ---- AV1 ---- */

/* The profile and the level in CODECS are those that a decoder finds. */
static void
assert_codecs_are_true(struct bench *b, const struct media_rung *rung)
{
	char list[32], found[64];
	int level = -1;

	(void)snprintf(list, sizeof list, "%s.m3u8", rung->name);
	assert_int_equal(sscanf(clips_run("ffprobe -v error -show_entries "
					  "stream=profile,level -of csv=p=0 %s",
				    below(b, list)),
			     "Main,%d", &level),
	    1);
	(void)snprintf(found, sizeof found, "av01.0.%02dM.08", level);
	assert_string_equal(rung->codecs, found);
}

#define FOUR                                                   \
	"-f lavfi -i testsrc2=s=568x320:r=25:d=4 -f lavfi -i " \
	"sine=440:d=4:r=44100 -c:a aac " X264

/* All of AV1 is in one list, which comes last; the ladder stays as it was. */
static void
test_av1__stands_beside_the_ladder(void **state)
{
	struct bench *b = *state;
	char before[64], line[256];
	const char *list;
	int64_t sound;

	make(b, clip("four.mkv", FOUR), "beside");
	sound = b->rungs[2].peak;
	assert_null(strstr(read_list(b, "master.m3u8"), "av01"));
	(void)snprintf(before, sizeof before, "%s",
	    clips_run("cat beside/* | md5sum | cut -c1-32"));
	make_on(b, clip("four.mkv", FOUR));
	assert_int_equal(b->rungs_n, 2);
	assert_string_equal(b->rungs[0].name, "v320av1");
	assert_string_equal(b->rungs[1].name, "v240av1");
	assert_coded(b, "av1", "v320av1.m3u8", 568, 320, 100, 0);
	assert_coded(b, "av1", "v240av1.m3u8", 426, 240, 100, 0);
	assert_codecs_are_true(b, &b->rungs[0]);
	assert_codecs_are_true(b, &b->rungs[1]);
	assert_true(
	    clips_ssim("beside/v320av1.m3u8", "four.mkv", "null") > 0.9);
	assert_true(b->told > 0);
	assert_string_equal(b->names[b->n - 1], MEDIA_MASTER_AV1);
	/* Nothing that was there is another now. */
	assert_string_equal(
	    clips_run("ls -d beside/* | grep -v av1 | xargs cat | md5sum | cut "
		      "-c1-32"),
	    before);

	assert_says(read_list(b, "v240av1.m3u8"),
	    "#EXTINF:2.000000,\nv240av1_00001.m4s\n"
	    "#EXTINF:2.000000,\nv240av1_00002.m4s\n"
	    "#EXT-X-ENDLIST");
	list = read_list(b, MEDIA_MASTER_AV1);
	/* The busiest segment, and the busiest of the sound. */
	(void)snprintf(line, sizeof line,
	    "#EXT-X-STREAM-INF:BANDWIDTH=%" PRId64 ",AVERAGE-BANDWIDTH=",
	    b->rungs[0].peak + sound);
	assert_says(list, line);
	(void)snprintf(line, sizeof line,
	    ",CODECS=\"%s,mp4a.40.2\",RESOLUTION=568x320,FRAME-RATE=25.000,"
	    "AUDIO=\"sound\"\nv320av1.m3u8\n",
	    b->rungs[0].codecs);
	assert_says(list, line);
	assert_says(list, "\nv240av1.m3u8\n");
	/* The sound is the ladder's, and no list has both codecs. */
	assert_says(list, ",CODECS=\"mp4a.40.2\",AUDIO=\"sound\"\na0.m3u8");
	assert_null(strstr(list, "avc1"));
}

static void
test_av1__is_upright_even_and_sdr(void **state)
{
	struct bench *b = *state;

	/* Lying on its side, in HLG, at uneven times, of an odd width. */
	make(b,
	    clip("all.mov",
		"-f lavfi -i testsrc2=s=322x181:r=50:d=2 -vf "
		"\"select='if(lt(t,1),not(mod(n,2)),not(mod(n,5)))',"
		"format=yuv420p10le,crop=320:180\" -vsync vfr "
		"-c:v libx265 -preset ultrafast -tag:v "
		"hvc1 -color_primaries bt2020 -color_trc arib-std-b67 "
		"-colorspace bt2020nc -x265-params log-level=none:pools=1:"
		"frame-threads=1:colorprim=bt2020:transfer=arib-std-b67:"
		"colormatrix=bt2020nc" CLIP_THEN
		"-c copy -metadata:s:v:0 rotate=90"),
	    "all");
	assert_true(b->film.hdr && b->film.variable);
	make_on(b, open(clips_path("all.mov"), O_RDONLY | O_CLOEXEC));
	assert_int_equal(b->rungs_n, 1);
	assert_coded(b, "av1", "v180av1.m3u8", 180, 320, 50, 6);
	assert_string_equal(
	    clips_probe("all/v180av1.m3u8", "v:0",
		"stream=color_space,color_transfer,color_primaries"),
	    "bt709,bt709,bt709");
	/* Both made of the same frames. */
	assert_true(
	    clips_ssim("all/v180av1.m3u8", "all/v180.m3u8", "null") > 0.9);
}

/* ---- Ends of other kinds ---- */

static void
test_ladder__ends_when_nobody_wants_it(void **state)
{
	struct bench *b = *state;

	b->end_after = 3;
	assert_int_equal(
	    climb(b,
		clip("five.mkv",
		    "-f lavfi -i testsrc2=s=856x480:r=25:d=5 -f lavfi -i "
		    "sine=440:d=5:r=44100 -c:a aac " X264),
		"ended"),
	    ERR_GONE);
	assert_string_equal(ctx_why(&b->ctx), "nobody wants it any more");
	assert_int_equal(b->n, 3); /* and not one file more */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* A list that only turns out too short inside the film. */
static void
test_ladder__of_half_a_film_fails(void **state)
{
	struct bench *b = *state;

	(void)close(clip("five.mkv",
	    "-f lavfi -i testsrc2=s=856x480:r=25:d=5 -f lavfi -i "
	    "sine=440:d=5:r=44100 -c:a aac " X264));
	assert_int_equal(
	    climb(b, clip_part("five.mkv", "half.mkv", 40), "half"),
	    ERR_INVALID);
	assert_says(ctx_why(&b->ctx), "only a part of it arrived");
}

static void
test_ladder__refuses_what_probing_refuses(void **state)
{
	struct bench *b = *state;

	(void)clips_run("printf '#EXTM3U\\nfile:///etc/passwd\\n' > list.mp4");
	assert_int_equal(climb(b, clip("list.mp4", ""), "list"), ERR_INVALID);
	assert_says(ctx_why(&b->ctx), "This is a playlist");
	assert_int_equal(b->n, 0);
}

/* ---- A worker that was taken over, played by this program itself ---- */

static void
say(uint32_t kind, const void *p, size_t n, const void *more, size_t more_n)
{
	struct wire_head h = { kind, (uint32_t)(n + more_n) };

	(void)!write(WIRE_SOCKET_FD, &h, sizeof h);
	(void)!write(WIRE_SOCKET_FD, p, n);
	/* One who is stopped meanwhile has written a part. */
	for (size_t at = 0; at < more_n;) {
		ssize_t put =
		    write(WIRE_SOCKET_FD, (const char *)more + at, more_n - at);

		if (put <= 0)
			return;
		at += (size_t)put;
	}
}

static int
play_whole(char what)
{
	static char much[(1 << 20) + 1];
	struct wire_piece piece = { 0 };

	if (what == 'h')
		piece.high = UINT32_MAX;
	if (what == 'f')
		piece.high = 1;
	if (what == 'l')
		piece.low = UINT32_MAX;
	if (what == 's')
		say(WIRE_SEGMENT, &piece, sizeof piece, "moof", 4);
	if (what == 'w') /* sleeps until it is ended */
		(void)pause();
	for (int i = 0; what == 'm' && i < 600; i++)
		say(WIRE_PIECE, &piece, sizeof piece, much, 1 << 20);
	say(WIRE_PIECE, &piece, sizeof piece, much,
	    what == 'b'	  ? sizeof much
	    : what == '0' ? 0
			  : 8);
	say(WIRE_DONE, "", 0, "", 0);
	return 0;
}

static int
play_worker(void)
{
	struct wire_film film = { .width = 320,
		.height = 180,
		.rate_num = 25,
		.rate_den = 1,
		.ms = 2000,
		.container = "../\"x" };
	struct wire_rung rung = {
		.width = 320, .height = 180, .rate_num = 25, .rate_den = 1
	};
	struct wire_part part = { .us = 2000000 };
	static const char init[] = "\0\0\0\x08"
				   "ftyp";
	static const char moof[] = "\0\0\0\x08"
				   "moof";
	static const char long_moof[2 << 20] = "\0\0\0\x08"
					       "moof";
	static const char html[] = "<html><script>";
	struct wire_job job;
	char what = 0;

	(void)!read(WIRE_INPUT_FD, &what, 1);
	(void)!read(WIRE_SOCKET_FD, &job, sizeof job);
	if (job.task == WIRE_WHOLE)
		return play_whole(what);
	if (what == 't')
		film.tracks = 1000;
	if (what == 'w')
		film.width = 100000;
	say(WIRE_FILM, &film, sizeof film, "", 0);
	if (what == 'n')
		rung.rung = 99;
	if (what == 's')
		rung.channels = 2;
	if (what != 'r')
		say(WIRE_RUNG, &rung, sizeof rung, "", 0);
	if (what == '2')
		say(WIRE_RUNG, &rung, sizeof rung, "", 0);
	if (what != 'i')
		say(WIRE_INIT, &part, sizeof part, init, 8);
	if (what == 'I')
		say(WIRE_INIT, &part, sizeof part, init, 8);
	if (what == 'd')
		part.us = UINT32_MAX;
	if (what == '0')
		part.us = 0;
	if (what == 'R')
		part.rung = 7;
	if (what == 'h')
		say(WIRE_SEGMENT, &part, sizeof part, html, sizeof html);
	if (what == 'b') {
		struct wire_head h = { WIRE_SEGMENT, UINT32_MAX };

		(void)!write(WIRE_SOCKET_FD, &h, sizeof h);
	}
	if (what == 'e')
		say(WIRE_DONE, "", 0, "", 0);
	if (what == 'p') /* more than goes through at once */
		say(WIRE_SEGMENT, &part, sizeof part, long_moof,
		    sizeof long_moof);
	say(WIRE_SEGMENT, &part, sizeof part, moof, 8);
	say(WIRE_DONE, "", 0, "", 0);
	return 0;
}

static void
test_worker__that_turns_bad_is_a_failed_ladder(void **state)
{
	struct bench *b = *state;
	struct media_settings settings = { 0 };
	char self[4096] = "";

	assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
	settings.program = settings.video = self;
	media_close(b->media);
	assert_int_equal(media_open(&b->ctx, &settings, &b->media), ERR_OK);
	for (const char *what = "twnsr2iId0Rhbe"; *what != '\0'; what++) {
		struct media_rungs r = { 0 };
		struct media_ladder job = { .put = put, .arg = b };
		char name[] = "bad-x", word[] = "x";
		int fd;

		name[4] = word[0] = *what;
		(void)clips_run(
		    "rm -rf bad && mkdir bad && printf %s > %s", word, name);
		b->n = 0;
		if (b->fd >= 0)
			(void)close(b->fd);
		b->fd =
		    open(clips_path("bad"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		fd = open(clips_path(name), O_RDONLY | O_CLOEXEC);
		if (media_ladder(&b->ctx, b->media, fd, &job, &r) !=
		    ERR_INVALID)
			fail_msg("%s: %s", word, ctx_why(&b->ctx));
		assert_says(b->ctx.detail, "broke the protocol");
		(void)close(fd);
	}
	/* The same, well behaved. */
	(void)clips_run("printf g > good");
	{
		struct media_rungs r = { 0 };
		struct media_ladder job = { .put = put, .arg = b };
		int fd = open(clips_path("good"), O_RDONLY | O_CLOEXEC);

		b->n = 0;
		assert_int_equal(
		    media_ladder(&b->ctx, b->media, fd, &job, &r), ERR_OK);
		assert_string_equal(r.film.container, "");
		assert_int_equal(r.n, 1);
		(void)close(fd);
	}
}

/* A ladder that begins while AV1 is made, and when it is made no more. */
struct intruder {
	struct media *media;
	pthread_t thread;
	char path[64]; /* of the AV1 worker's state */
	bool begun;
	char seen; /* that state, while the ladder had the room */
};

static char
state_of(const char *path)
{
	FILE *f = fopen(path, "r");
	char state = 0;

	if (f == NULL || fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	if (f != NULL)
		(void)fclose(f);
	return state;
}

static void *
hold_room(void *arg)
{
	struct intruder *i = arg;

	do {
		i->seen = state_of(i->path);
		(void)poll(NULL, 0, 10);
	} while (i->seen != 'T' && i->seen != 'Z' && i->seen != 0);
	media_slot_give(i->media, SLOT_LADDER);
	return NULL;
}

/* With the first thing that comes of it. */
static enum err
intrude(struct ctx *ctx, void *arg, const struct media_file *file)
{
	struct intruder *i = arg;
	FILE *f;
	int pid = 0;

	(void)ctx, (void)file;
	if (i->begun)
		return ERR_OK;
	f = fopen("/proc/thread-self/children", "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &pid), 1);
	(void)fclose(f);
	(void)snprintf(i->path, sizeof i->path, "/proc/%d/stat", pid);
	i->begun = true;
	media_slot_take(i->media, SLOT_LADDER);
	assert_int_equal(pthread_create(&i->thread, NULL, hold_room, i), 0);
	return ERR_OK;
}

static void
test_av1__rests_while_a_ladder_wants_the_machine(void **state)
{
	struct bench *b = *state;
	struct media_settings settings = { .workers = 1 };
	struct intruder i = { 0 };
	struct media_ladder job = { .put = intrude, .arg = &i, .av1 = true };
	char self[4096] = "";

	assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
	settings.program = settings.video = self;
	media_close(b->media);
	assert_int_equal(media_open(&b->ctx, &settings, &b->media), ERR_OK);
	i.media = b->media;
	(void)clips_run("printf p > long");
	assert_int_equal(
	    run(b, open(clips_path("long"), O_RDONLY | O_CLOEXEC), &job),
	    ERR_OK);
	assert_int_equal(pthread_join(i.thread, NULL), 0);
	assert_int_equal(i.seen, 'T');
	assert_int_equal(b->rungs_n, 1);
}

static enum err
count_pieces(struct ctx *ctx, void *arg, int64_t at, struct str bytes)
{
	struct bench *b = arg;

	(void)ctx;
	assert_true(at >= 0 && at < (1 << 30));
	b->n += bytes.n;
	return ERR_OK;
}

static enum err
whole_by_self(struct bench *b, char what)
{
	struct media_settings settings = { 0 };
	struct media_whole job = {
		.piece = count_pieces, .arg = b, .first = 1
	};
	char self[4096] = "";
	enum err err;
	int fd;

	assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
	settings.program = settings.video = self;
	media_close(b->media);
	assert_int_equal(media_open(&b->ctx, &settings, &b->media), ERR_OK);
	(void)clips_run("printf %c > piece", what);
	fd = open(clips_path("piece"), O_RDONLY | O_CLOEXEC);
	if (what == 'w')
		media_stop(b->media);
	err = media_whole(&b->ctx, b->media, fd, &job);
	(void)close(fd);
	return err;
}

/* Outside its file, too long, too many, of another kind. */
static void
test_worker__that_turns_bad_is_a_failed_whole(void **state)
{
	struct bench *b = *state;

	for (const char *what = "hflsb0m"; *what != '\0'; what++) {
		if (whole_by_self(b, *what) != ERR_INVALID)
			fail_msg("%c: %s", *what, ctx_why(&b->ctx));
		assert_says(b->ctx.detail, "broke the protocol");
	}
	b->n = 0;
	assert_int_equal(whole_by_self(b, 'g'), ERR_OK);
	assert_int_equal(b->n, 8);
}

static void
test_media_stop__ends_a_worker_that_says_nothing(void **state)
{
	struct bench *b = *state;

	assert_int_equal(whole_by_self(b, 'w'), ERR_BUSY);
	assert_says(ctx_why(&b->ctx), "the server ends");
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* What a ladder gave, as one file: the index first, all of it, and clean. */
static void
test_whole__has_both_and_its_index_first(void **state)
{
	struct bench *b = *state;
	struct media_whole job = { .piece = write_piece, .arg = b };
	struct stat st;
	int fd;

	make(b,
	    clip("five.mkv",
		"-f lavfi -i testsrc2=s=856x480:r=25:d=5 -f lavfi -i "
		"sine=440:d=5:r=44100 -c:a aac " X264),
	    "parts");
	(void)clips_run("cat parts/v480_init.mp4 parts/v480_0*.m4s > joined");
	assert_int_equal(stat(clips_path("joined"), &st), 0);
	job.first = st.st_size;
	(void)clips_run("cat parts/a0_init.mp4 parts/a0_0*.m4s >> joined");
	(void)close(b->fd);
	b->fd =
	    open(clips_path("whole.mp4"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	fd = open(clips_path("joined"), O_RDONLY | O_CLOEXEC);
	if (media_whole(&b->ctx, b->media, fd, &job) != ERR_OK)
		fail_msg("%s [%s]", ctx_why(&b->ctx), b->ctx.detail);
	(void)close(fd);
	assert_string_equal(clips_probe("whole.mp4", "v:0",
				"stream=codec_name,width,height,"
				"nb_read_frames"),
	    "h264,856,480,125");
	assert_string_equal(
	    clips_probe("whole.mp4", "a:0", "stream=codec_name"), "aac");
	assert_near(atof(clips_probe("whole.mp4", "v:0", "stream=start_time")),
	    0, 0.001);
	assert_near(
	    atof(clips_probe("whole.mp4", "a:0", "stream=duration")), 5, 0.05);
	assert_string_equal(
	    clips_run("strings -n 4 whole.mp4 | grep -E '^(moov|mdat)' | "
		      "head -n 1 | cut -c1-4"),
	    "moov");
	assert_string_equal(clips_run("strings -n 4 whole.mp4 | grep -icE "
				      "'lavc|lavf|x264' || true"),
	    "0");
}

static void
test_sample__becomes_a_ladder(void **state)
{
	struct bench *b = *state;
	char path[4096];
	int fd;

	(void)snprintf(path, sizeof path,
	    "%.*s/../../../shared/samples/video/nasa-10s.mp4",
	    (int)(strrchr(__FILE__, '/') - __FILE__), __FILE__);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		skip();
	make(b, fd, "nasa");
	assert_video(b, "v270.m3u8", 480, 270, 255, 1);
	assert_near(seconds_of(b, "a0.m3u8"), 10.2, 0.05);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ladder__has_a_rung_for_each_size_below),
		TEST(test_ladder__is_cut_alike_and_at_key_frames),
		TEST(test_ladder__can_be_played_while_it_is_made),
		TEST(test_ladder__stands_upright_and_even),
		TEST(test_ladder__has_even_times),
		TEST(test_ladder__is_not_interlaced),
		TEST(test_ladder__of_hdr_is_sdr),
		TEST(test_ladder__offers_each_track_of_sound),
		TEST(test_ladder__does_without_sound_or_video),
		TEST(test_ladder__keeps_sound_in_time),
		TEST(test_ladder__is_equally_loud),
		TEST(test_ladder__copies_what_phones_can_play),
		TEST(test_ladder__says_nothing_of_place_device_or_owner),
		TEST(test_av1__stands_beside_the_ladder),
		TEST(test_av1__is_upright_even_and_sdr),
		TEST(test_av1__rests_while_a_ladder_wants_the_machine),
		TEST(test_ladder__ends_when_nobody_wants_it),
		TEST(test_ladder__of_half_a_film_fails),
		TEST(test_ladder__refuses_what_probing_refuses),
		TEST(test_worker__that_turns_bad_is_a_failed_ladder),
		TEST(test_worker__that_turns_bad_is_a_failed_whole),
		TEST(test_media_stop__ends_a_worker_that_says_nothing),
		TEST(test_whole__has_both_and_its_index_first),
		TEST(test_sample__becomes_a_ladder),
	};
	int failed;

	if (strcmp(argv[0], "masthead-media") == 0)
		return play_worker();
	clips_begin();
	failed = UNIT_RUN(tests, argc, argv);
	clips_end();
	return failed;
}
