/* SPDX-License-Identifier: MIT */
/*
 * Pictures at their permanent addresses, in the format that Accept likes
 * best.  A still is made once, by a sandboxed worker, and kept as a derived
 * file.
 *
 * Who may see it is decided here, for every address: an asset that no live
 * story shows is not there; a gated one answers its safe poster, and clear
 * only under the key of its advisories.
 *
 * A worker takes a second; so only a part of the pool threads may wait for
 * one, and the other requests for stills queue without a thread.
 */

#include <errno.h>
#include <sodium.h>
#include <unistd.h>

#include "base/fd.h"
#include "media/media.h"
#include "site/own.h"
#include "store/blob.h"
#include "store/store.h"

enum {
	STILL_WIDTH = 1280,   /* when none is asked for; pixels */
	STILL_MAX = 32 << 20, /* bytes that a derived file may have */
	SAYS_KEY = crypto_generichash_BYTES_MIN,
};

struct still {
	const struct asset *asset;
	bool safe;    /* the poster that shows nothing */
	bool shown;   /* under a key */
	bool lasting; /* that address will never show another frame */
	enum media_crop crop;
	enum media_type type;
	int64_t width;
	struct media_says says;
	struct str name; /* of the derived file */
};

int
still_type(const struct request *req)
{
	if (request_accepts(req, STR("image/avif"), true) > 0)
		return MEDIA_AVIF;
	if (request_accepts(req, STR("image/webp"), true) > 0)
		return MEDIA_WEBP;
	return MEDIA_JPEG;
}

/* ---- which one ---- */

static bool
ending_fits(struct str ending, enum asset_kind kind)
{
	static const struct {
		struct str name;
		enum asset_kind kind;
	} endings[] = {
		{ STR_INIT("jpg"), ASSET_PICTURE },
		{ STR_INIT("jpeg"), ASSET_PICTURE },
		{ STR_INIT("png"), ASSET_PICTURE },
		{ STR_INIT("webp"), ASSET_PICTURE },
		{ STR_INIT("avif"), ASSET_PICTURE },
		{ STR_INIT("gif"), ASSET_PICTURE },
		{ STR_INIT("mp4"), ASSET_VIDEO },
		{ STR_INIT("mov"), ASSET_VIDEO },
		{ STR_INIT("webm"), ASSET_VIDEO },
	};

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (str_eq(ending, endings[i].name))
			return kind == endings[i].kind;
	return false;
}

struct still_name {
	struct str house, crop, ending;
	int64_t ticks, frame;
};

/* "courier_636150734595751124_0f_3x2.jpg" */
static bool
read_name(struct str s, struct still_name *out)
{
	struct str rest = { 0 };
	struct str ticks = { 0 };
	struct str frame = { 0 };

	out->house = str_cut(s, '_', &rest);
	ticks = str_cut(rest, '_', &rest);
	frame = str_cut(rest, '_', &rest);
	out->crop = str_cut(rest, '.', &out->ending);
	return ticks.n > 0 && ticks.p[0] != '-' && ticks.p[0] != '0' &&
	       str_int(ticks, &out->ticks) && frame.n >= 2 && frame.n <= 7 &&
	       str_ends(frame, STR("f")) && frame.p[0] != '-' &&
	       str_int(str_sub(frame, 0, frame.n - 1), &out->frame) &&
	       out->crop.n > 0 && out->ending.n > 0;
}

/*
 * Of a film the chosen frame is shown, and no other, or strangers would fill
 * the disk.  Frame 25 is the house's old word for it, whichever it is.
 */
static bool
frame_fits(int64_t frame, const struct asset *a)
{
	return a->kind == ASSET_PICTURE || frame == a->poster_frame ||
	       frame == POSTER_FRAME;
}

static enum err
no_such(struct visit *v)
{
	return FAIL(v->ctx, ERR_NOTFOUND, "there is no such picture");
}

static enum err
read_width(struct visit *v, int64_t *out)
{
	*out = route_int(&v->match, "w", STILL_WIDTH);
	if (still_is_made(&v->site->conf.widths, *out))
		return ERR_OK;
	return FAIL(v->ctx, ERR_INVALID,
	    "pictures are not made %" PRId64 " pixels wide", *out);
}

static enum err
find(struct visit *v, struct still *out)
{
	struct still_name name = { 0 };
	struct str day = str_printf(v->ctx->arena, "%.*s/%.*s/%.*s",
	    STR_FMT(route_text(&v->match, "year")),
	    STR_FMT(route_text(&v->match, "month")),
	    STR_FMT(route_text(&v->match, "day")));
	const struct asset *a = NULL;

	TRY(read_width(v, &out->width));
	if (!read_name(route_text(&v->match, "name"), &name) ||
	    !media_crop_by_name(name.crop, &out->crop))
		return no_such(v);
	TRY(asset_by_ticks(v->ctx, v->store, name.ticks, &a));
	if (a == NULL || !str_eq(a->house, name.house) ||
	    !str_eq(a->day, day) || !ending_fits(name.ending, a->kind) ||
	    !frame_fits(name.frame, a))
		return no_such(v);
	out->asset = a;
	out->lasting =
	    a->kind == ASSET_PICTURE || name.frame == a->poster_frame;
	return ERR_OK;
}

static enum err
judge(struct visit *v, struct str key, struct still *s)
{
	struct asset_gate gate = { 0 };

	TRY(asset_gate(v->ctx, v->store, s->asset, &gate));
	if (!gate.live)
		return no_such(v);
	s->safe = gate.gated;
	if (key.n == 0)
		return ERR_OK;
	if (!gate.gated || !str_eq(key, shown_key(v->ctx->arena, v->ask.house,
					    s->asset->id, gate.version)))
		return no_such(v);
	s->safe = false;
	s->shown = true;
	return ERR_OK;
}

/* ---- making it ---- */

/* Other words are another file; without any it has the name it always had. */
static struct str
says_key(struct arena *a, const struct media_says *says)
{
	unsigned char key[SAYS_KEY];
	char hex[2 * SAYS_KEY + 1];
	struct str words =
	    str_printf(a, "%.*s\n%.*s\n%.*s", STR_FMT(says->credit),
		STR_FMT(says->copyright), STR_FMT(says->licence));

	if (words.n == 2)
		return STR("");
	(void)crypto_generichash(
	    key, sizeof(key), (const unsigned char *)words.p, words.n, NULL, 0);
	sodium_bin2hex(hex, sizeof(hex), key, sizeof(key));
	return str_printf(a, "_%s", hex);
}

static void
name_still(struct arena *a, struct still *s)
{
	const struct asset *of = s->asset;
	struct str frame = { 0 };

	s->says = (struct media_says){
		.credit = of->credit,
		.copyright = of->copyright,
		.licence = of->licence,
	};
	if (of->kind != ASSET_PICTURE)
		frame = str_printf(a, "_%" PRId64 "f", of->poster_frame);
	s->name = str_printf(a,
	    "%.*s%.*s_%s_%" PRId64 "_%" PRId64 "-%" PRId64 "%s%.*s.%s",
	    STR_FMT(of->blob), STR_FMT(frame), media_crop_name(s->crop),
	    s->width, of->focal_x, of->focal_y, s->safe ? "_safe" : "",
	    STR_FMT(says_key(a, &s->says)), media_ending(s->type));
}

/* The frame that a film's poster shows, found when nobody has yet. */
static enum err
find_frame(struct visit *v, const struct asset *a, int *fd, int64_t *size)
{
	const struct site_conf *conf = &v->site->conf;
	const struct str name = asset_poster_name(v->ctx->arena, a);
	const struct media_still whole = {
		.type = MEDIA_JPEG,
		.quality = ASSET_POSTER_QUALITY,
	};
	const struct media_job job = {
		.focus_x = 500,
		.focus_y = 500,
		.stills = &whole,
		.n = 1,
	};
	struct media_result result = { 0 };
	CLEANUP(fd_close) int film = -1;
	enum err err = derived_open(v->ctx, conf->folder, name, fd, size);

	if (err != ERR_NOTFOUND)
		return err;
	TRY(blob_open(v->ctx, conf->folder, a->blob, &film, size));
	TRY(media_frame(v->ctx, conf->media, film, (uint32_t)a->poster_frame,
	    &job, &result));
	TRY(derived_put(v->ctx, conf->folder, name, result.stills[0].bytes));
	return derived_open(v->ctx, conf->folder, name, fd, size);
}

static enum err
make(struct visit *v, const struct still *s, struct str *bytes)
{
	CLEANUP(fd_close) int fd = -1;
	int64_t size = 0;
	struct media_still still = {
		.type = s->type,
		.crop = s->crop,
		.width = (uint32_t)s->width,
		.safe = s->safe,
	};
	struct media_job job = {
		.focus_x = (int)s->asset->focal_x,
		.focus_y = (int)s->asset->focal_y,
		.stills = &still,
		.n = 1,
		.says = s->says,
	};
	struct media_result result = { 0 };
	const struct site_conf *conf = &v->site->conf;

	if (conf->media == NULL)
		return FAIL(v->ctx, ERR_BUSY, "no pictures are made here");
	/* A second or more: no moment of the store is held that long. */
	store_tx_end(v->tx);
	if (s->asset->kind == ASSET_PICTURE)
		TRY(blob_open(
		    v->ctx, conf->folder, s->asset->blob, &fd, &size));
	else
		TRY(find_frame(v, s->asset, &fd, &size));
	TRY(media_run(v->ctx, conf->media, fd, &job, &result));
	*bytes = result.stills[0].bytes;
	return derived_put(v->ctx, conf->folder, s->name, *bytes);
}

static enum err
read_file(struct visit *v, int fd, int64_t size, struct str *out)
{
	size_t n = (size_t)size;
	char *p = NULL;
	size_t at = 0;

	if (size < 0 || size > STILL_MAX)
		return FAIL(
		    v->ctx, ERR_LIMIT, "a still of %" PRId64 " bytes", size);
	p = arena_alloc(v->ctx->arena, n);
	while (at < n) {
		ssize_t got = pread(fd, p + at, n - at, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return FAIL(v->ctx, ERR_IO, "a still cannot be read");
		at += (size_t)got;
	}
	*out = str_make(p, n);
	return ERR_OK;
}

/* *there: false when it has not been made yet. */
static enum err
kept(struct visit *v, const struct still *s, bool *there, struct str *bytes)
{
	CLEANUP(fd_close) int fd = -1;
	int64_t size = 0;
	enum err err =
	    derived_open(v->ctx, v->site->conf.folder, s->name, &fd, &size);

	*there = err == ERR_OK;
	if (err == ERR_NOTFOUND)
		return ERR_OK;
	TRY(err);
	return read_file(v, fd, size, bytes);
}

/* ---- answering ---- */

/* Advisories of the stories that show it have no tag here but the house's. */
void
asset_tags(struct visit *v, const struct asset *a, struct answer *out)
{
	struct str *tags = ARENA_ARRAY(v->ctx->arena, 2, struct str);

	tags[0] = str_printf(v->ctx->arena, "asset:%" PRId64, a->id);
	tags[1] = STR("house");
	out->page.tags = tags;
	out->page.tags_n = 2;
}

static void
give(struct visit *v, const struct still *s, struct str bytes,
    struct answer *out)
{
	const struct http_header vary = { STR("Vary"), STR("Accept") };

	asset_tags(v, s->asset, out);
	out->response = response_new(&(struct response_make){
	    .type = str_c(media_mime(s->type)),
	    .body = bytes,
	    .codings = RESPONSE_PLAIN,
	    .cache_control = s->shown ? STR("private, max-age=600")
			     : s->safe || !s->lasting
				 ? STR("public, max-age=300")
				 : STR("public, max-age=31536000, immutable"),
	    .csp = STR("default-src 'none'"),
	    .headers = &vary,
	    .headers_n = 1,
	    .tags = out->page.tags,
	    .tags_n = out->page.tags_n,
	    .hsts = v->site->hsts,
	});
	out->store = true;
}

static enum err
answer_still(struct visit *v, struct str key, struct answer *out)
{
	struct still s = { .type = (enum media_type)v->type };
	struct str bytes = { 0 };
	bool there = false;
	bool may_make = out->later;

	out->later = false;
	if (film_named(route_text(&v->match, "name")))
		return film_whole(v, key, out);
	TRY(find(v, &s));
	TRY(judge(v, key, &s));
	name_still(v->ctx->arena, &s);
	TRY(kept(v, &s, &there, &bytes));
	if (!there && !may_make) {
		out->later = true;
		return ERR_OK;
	}
	if (!there)
		TRY(make(v, &s, &bytes));
	give(v, &s, bytes, out);
	return ERR_OK;
}

enum err
still_page(struct visit *v, struct answer *out)
{
	return answer_still(v, STR(""), out);
}

enum err
still_shown(struct visit *v, struct answer *out)
{
	return answer_still(v, route_text(&v->match, "key"), out);
}

/* ---- the queue ---- */

enum stills_turn
stills_enter(struct visit *v)
{
	struct site *s = v->site;
	enum stills_turn turn = STILLS_FULL;

	pthread_mutex_lock(&s->stills_lock);
	if (s->stills_running < s->stills_max) {
		s->stills_running++;
		turn = STILLS_GO;
	} else if (s->stills_n < STILLS_WAIT) {
		s->stills[(s->stills_at + s->stills_n++) % STILLS_WAIT] = v;
		turn = STILLS_QUEUED;
	}
	pthread_mutex_unlock(&s->stills_lock);
	return turn;
}

struct visit *
stills_next(struct site *s)
{
	struct visit *v = NULL;

	pthread_mutex_lock(&s->stills_lock);
	if (s->stills_n > 0) {
		v = s->stills[s->stills_at];
		s->stills_at = (s->stills_at + 1) % STILLS_WAIT;
		s->stills_n--;
	} else
		s->stills_running--;
	pthread_mutex_unlock(&s->stills_lock);
	return v;
}
