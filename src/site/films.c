/* SPDX-License-Identifier: MIT */
/*
 * Films and sound at their permanent addresses: an HLS master list, the lists
 * and segments of one take below it, and the whole as one file.
 *
 *	/2016/11/18/courier_636150734595751124/master.m3u8
 *	/2016/11/18/courier_636150734595751124/av1.m3u8
 *	/2016/11/18/courier_636150734595751124/1/v720.m3u8
 *	/2016/11/18/courier_636150734595751124/1/v720_00001.m4s
 *	/2016/11/18/courier_636150734595751124.mp4
 *
 * av1.m3u8 is for players that know AV1: that where it is made, else the same as
 * the master list.  No list has both, because there are players that change
 * from one to the other and break.
 *
 * Who may see it is decided here, for every one of them: what no live story
 * shows, or whose rights have ended, is not there; what is gated is refused
 * (403), and stands only under the key of its advisories.  A take never
 * changes, so a segment may be kept for ever by whoever got it; lists grow
 * until it is whole.
 */

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "media/media.h"
#include "newsroom/media_extra.h"
#include "site/own.h"
#include "store/blob.h"

enum { FILM_LIST_MAX = 4 << 20 }; /* bytes */

struct film {
	const struct asset *asset;
	const struct media_job_row *job;
	bool shown; /* under a key */
};

static enum err
no_such(struct visit *v)
{
	return FAIL(v->ctx, ERR_NOTFOUND, "there is no such film");
}

/* ---- which one ---- */

/* "courier_636150734595751124" */
static bool
read_name(struct str s, struct str *house, int64_t *ticks)
{
	struct str digits = { 0 };

	*house = str_cut(s, '_', &digits);
	return house->n > 0 && digits.n > 0 && digits.p[0] != '-' &&
	       digits.p[0] != '0' && str_int(digits, ticks);
}

bool
film_named(struct str name)
{
	struct str ending = { 0 };
	struct str house = { 0 };
	int64_t ticks = 0;

	return read_name(str_cut(name, '.', &ending), &house, &ticks);
}

static enum err
judge(struct visit *v, struct str key, struct film *f)
{
	struct asset_gate gate = { 0 };

	TRY(asset_gate(v->ctx, v->store, f->asset, &gate));
	if (!gate.live)
		return no_such(v);
	f->shown = key.n != 0;
	if (!f->shown && gate.gated)
		return FAIL(v->ctx, ERR_DENIED,
		    "This film stands behind an advisory: its story's page "
		    "shows it to who asks for it.");
	if (f->shown &&
	    (!gate.gated || !str_eq(key, shown_key(v->ctx->arena, v->ask.house,
					     f->asset->id, gate.version))))
		return no_such(v);
	return ERR_OK;
}

static enum err
find(struct visit *v, struct str name, struct str key, struct film *out)
{
	struct str house = { 0 };
	struct str day = str_printf(v->ctx->arena, "%.*s/%.*s/%.*s",
	    STR_FMT(route_text(&v->match, "year")),
	    STR_FMT(route_text(&v->match, "month")),
	    STR_FMT(route_text(&v->match, "day")));
	int64_t ticks = 0;

	if (!read_name(name, &house, &ticks))
		return no_such(v);
	TRY(asset_by_ticks(v->ctx, v->store, ticks, &out->asset));
	if (out->asset == NULL || !str_eq(out->asset->house, house) ||
	    !str_eq(out->asset->day, day))
		return no_such(v);
	TRY(media_job_get(v->ctx, v->store, out->asset->id, &out->job));
	if (out->job == NULL)
		return no_such(v);
	TRY(judge(v, key, out));
	/* Nothing plays yet, or it came to nothing. */
	return out->job->shown != 0 ? ERR_OK : no_such(v);
}

/* ---- answering ---- */

static enum err
read_list(struct visit *v, int fd, int64_t size, struct str *out)
{
	char *p = NULL;
	int64_t at = 0;

	if (size < 0 || size > FILM_LIST_MAX)
		return FAIL(
		    v->ctx, ERR_LIMIT, "a list of %" PRId64 " bytes", size);
	p = arena_alloc(v->ctx->arena, (size_t)size);
	while (at < size) {
		ssize_t got = pread(fd, p + at, (size_t)(size - at), at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return FAIL(v->ctx, ERR_IO, "a list cannot be read");
		at += got;
	}
	*out = str_make(p, (size_t)size);
	return ERR_OK;
}

/* Lists are short and asked for again and again while they grow. */
static enum err
give_list(struct visit *v, const struct film *f, struct str name, bool kept,
    struct answer *out)
{
	const struct media_job_row *j = f->job;
	bool whole = j->shown == j->whole;
	CLEANUP(fd_close) int fd = -1;
	struct str text = { 0 };
	int64_t size = 0;

	TRY(take_open(v->ctx, v->site->conf.folder, f->asset->blob, j->shown,
	    name, &fd, &size));
	TRY(read_list(v, fd, size, &text));
	asset_tags(v, f->asset, out);
	out->store = kept && whole && !f->shown;
	out->response = response_new(&(struct response_make){
	    .type = STR("application/vnd.apple.mpegurl"),
	    .body = text,
	    .codings = RESPONSE_PLAIN,
	    .cache_control = f->shown ? STR("private, no-cache")
			     : !whole ? STR("public, max-age=1")
			     : !kept  ? STR("public, max-age=300")
				      : STR("public, max-age=0, "
					     "must-revalidate"),
	    .csp = STR("default-src 'none'"),
	    .tags = out->page.tags,
	    .tags_n = out->page.tags_n,
	    .hsts = v->site->hsts,
	});
	return ERR_OK;
}

static enum err
give_file(struct visit *v, const struct film *f, struct str name,
    struct str type, bool lasting, struct answer *out)
{
	struct stat s = { 0 };
	int64_t size = 0;
	int fd = -1;

	TRY(take_open(v->ctx, v->site->conf.folder, f->asset->blob,
	    f->job->shown, name, &fd, &size));
	asset_tags(v, f->asset, out);
	out->response = response_new_file(&(struct response_file){
	    .fd = fd,
	    .size = size,
	    .type = type,
	    .etag =
		str_printf(v->ctx->arena, "\"%.*s-%" PRId64 "-%" PRIx64 "\"",
		    STR_FMT(str_sub(f->asset->blob, 0, 16)), f->job->shown,
		    (uint64_t)size),
	    .cache_control = f->shown ? STR("private, max-age=600")
			     : lasting
				 ? STR("public, max-age=31536000, immutable")
				 : STR("public, max-age=0, must-revalidate"),
	    .last_modified = fstat(fd, &s) == 0 ? s.st_mtime : 0,
	    .csp = STR("default-src 'none'"),
	    .tags = out->page.tags,
	    .tags_n = out->page.tags_n,
	    .hsts = v->site->hsts,
	});
	return ERR_OK;
}

/* ---- the addresses ---- */

static enum err
master(struct visit *v, struct str key, struct answer *out)
{
	struct film f = { 0 };

	TRY(find(v, route_text(&v->match, "name"), key, &f));
	return give_list(v, &f, STR(MEDIA_MASTER), true, out);
}

/* AV1 from the moment on when all of it is there; until then what there is. */
static enum err
master_av1(struct visit *v, struct str key, struct answer *out)
{
	const struct media_extra_row *extra = NULL;
	struct film f = { 0 };
	bool more = false;

	TRY(find(v, route_text(&v->match, "name"), key, &f));
	TRY(media_extra_get(v->ctx, v->store, f.asset->id, &extra));
	more = extra != NULL && extra->state == JOB_DONE &&
	       extra->take == f.job->shown;
	return give_list(
	    v, &f, more ? STR(MEDIA_MASTER_AV1) : STR(MEDIA_MASTER), true, out);
}

enum err
film_master(struct visit *v, struct answer *out)
{
	return master(v, STR(""), out);
}

enum err
film_master_shown(struct visit *v, struct answer *out)
{
	return master(v, route_text(&v->match, "key"), out);
}

enum err
film_av1(struct visit *v, struct answer *out)
{
	return master_av1(v, STR(""), out);
}

enum err
film_av1_shown(struct visit *v, struct answer *out)
{
	return master_av1(v, route_text(&v->match, "key"), out);
}

static enum err
part(struct visit *v, struct str key, struct answer *out)
{
	struct str file = route_text(&v->match, "file");
	struct str type =
	    str_starts(file, STR("a")) ? STR("audio/mp4") : STR("video/mp4");
	struct film f = { 0 };

	TRY(find(v, route_text(&v->match, "name"), key, &f));
	if (route_int(&v->match, "take", 0) != f.job->shown)
		return no_such(v);
	if (str_ends(file, STR(".m3u8")) && !str_starts(file, STR("master")))
		return give_list(v, &f, file, false, out);
	if (str_ends(file, STR("_init.mp4")) || str_ends(file, STR(".m4s")))
		return give_file(v, &f, file, type, true, out);
	return no_such(v);
}

enum err
film_part(struct visit *v, struct answer *out)
{
	return part(v, STR(""), out);
}

enum err
film_part_shown(struct visit *v, struct answer *out)
{
	return part(v, route_text(&v->match, "key"), out);
}

enum err
film_whole(struct visit *v, struct str key, struct answer *out)
{
	struct str ending = { 0 };
	struct str name = str_cut(route_text(&v->match, "name"), '.', &ending);
	struct film f = { 0 };
	bool sound = false;

	TRY(find(v, name, key, &f));
	sound = f.asset->kind == ASSET_AUDIO;
	if (!str_eq(ending, sound ? STR("m4a") : STR("mp4")))
		return no_such(v);
	return give_file(v, &f, sound ? STR("file.m4a") : STR("file.mp4"),
	    sound ? STR("audio/mp4") : STR("video/mp4"), false, out);
}
