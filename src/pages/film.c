/* SPDX-License-Identifier: MIT */
/* Films and sound on pages: their addresses, and what a player needs. */

#include "markup/vtt.h"
#include "newsroom/film.h"
#include "pages/part.h"

enum {
	FILM_STILL = 1280,  /* width of a poster that has one address */
	MEGA = 1000 * 1000, /* bytes, as whoever pays for them counts */
	FILM_WIDTH = 1280,  /* of the frame, where the film has no size */
	FILM_HEIGHT = 720,
};

bool
lead_plays(const struct picture *p)
{
	return p->asset != 0 &&
	       (p->kind == ASSET_VIDEO || p->kind == ASSET_AUDIO);
}

bool
lead_is_seen(const struct picture *p)
{
	return p->asset != 0 &&
	       (p->kind == ASSET_VIDEO || p->kind == ASSET_PICTURE);
}

struct str
lead_word(const struct picture *p, struct str picture, struct str film,
    struct str sound)
{
	return p->kind == ASSET_VIDEO	? film
	       : p->kind == ASSET_AUDIO ? sound
					: picture;
}

/* ---- addresses ---- */

static struct str
base(struct arena *a, const struct picture *p)
{
	return str_printf(a, "/%.*s/%.*s_%" PRId64, STR_FMT(p->day),
	    STR_FMT(p->house), p->ticks);
}

struct str
film_file_path(struct arena *a, const struct picture *p)
{
	return STR_CAT(
	    a, base(a, p), p->kind == ASSET_AUDIO ? STR(".m4a") : STR(".mp4"));
}

struct str
film_file_type(const struct picture *p)
{
	return p->kind == ASSET_AUDIO ? STR("audio/mp4") : STR("video/mp4");
}

struct str
film_embed_path(struct arena *a, const struct picture *p)
{
	return str_printf(a, "/embed/%" PRId64, p->ticks);
}

static struct str
list_path(struct arena *a, const struct picture *p)
{
	return STR_CAT(a, base(a, p), STR("/master.m3u8"));
}

static struct str
captions_path(struct arena *a, const struct picture *p, struct str lang)
{
	return STR_CAT(a, base(a, p), STR("/captions/"), lang, STR(".vtt"));
}

/* ---- how long, how large ---- */

/* Two digits of the locale's own. */
static enum err
two_digits(
    struct ctx *ctx, const struct page_ask *ask, int64_t n, struct str *out)
{
	struct str zero = { 0 };

	TRY(locale_number(ctx, ask->locale, n, out));
	if (n >= 10)
		return ERR_OK;
	TRY(locale_number(ctx, ask->locale, 0, &zero));
	*out = STR_CAT(ctx->arena, zero, *out);
	return ERR_OK;
}

enum err
film_length(
    struct ctx *ctx, const struct page_ask *ask, int64_t ms, struct str *out)
{
	int64_t seconds = (ms + 500) / 1000;
	int64_t minutes = seconds / 60;
	struct str m = { 0 };
	struct str s = { 0 };

	*out = STR("");
	if (ms <= 0)
		return ERR_OK;
	TRY(two_digits(ctx, ask, seconds % 60, &s));
	if (minutes < 60) {
		TRY(locale_number(ctx, ask->locale, minutes, &m));
		*out = STR_CAT(ctx->arena, m, STR(":"), s);
		return ERR_OK;
	}
	TRY(two_digits(ctx, ask, minutes % 60, &m));
	TRY(locale_number(ctx, ask->locale, minutes / 60, out));
	*out = STR_CAT(ctx->arena, *out, STR(":"), m, STR(":"), s);
	return ERR_OK;
}

static enum err
film_size(
    struct ctx *ctx, const struct page_ask *ask, int64_t bytes, struct str *out)
{
	bool large = bytes >= MEGA;
	struct str n = { 0 };

	*out = STR("");
	if (bytes <= 0)
		return ERR_OK;
	TRY(locale_number(ctx, ask->locale,
	    large ? (bytes + MEGA / 2) / MEGA : (bytes + 999) / 1000, &n));
	*out = words_fill(
	    ctx->arena, large ? ask->w->size_mb : ask->w->size_kb, "n", n);
	return ERR_OK;
}

struct str
film_duration_iso(struct arena *a, int64_t ms)
{
	int64_t s = (ms + 500) / 1000;

	return str_printf(a, "PT%" PRId64 "H%" PRId64 "M%" PRId64 "S", s / 3600,
	    s / 60 % 60, s % 60);
}

/* ---- captions ---- */

/* Is b as good a language for readers of a, as any of it? */
static bool
same_tongue(struct str a, struct str b)
{
	struct str rest = { 0 };

	return str_eq_nocase(str_cut(a, '-', &rest), str_cut(b, '-', &rest));
}

/* Which of them is the edition's; the first, when none is. */
static size_t
own_captions(const struct page_ask *ask, const struct film *film)
{
	for (size_t i = 0; i < film->captions_n; i++)
		if (same_tongue(film->captions[i], ask->edition->lang))
			return i;
	return 0;
}

static enum err
tracks_make(struct ctx *ctx, const struct page_ask *ask,
    const struct picture *p, const struct film *film, struct str prefix,
    struct film_view *v)
{
	struct track_view *t =
	    ARENA_ARRAY(ctx->arena, film->captions_n, struct track_view);
	size_t own = own_captions(ask, film);

	for (size_t i = 0; i < film->captions_n; i++) {
		/* Those that most of its readers want come first. */
		struct str lang = film->captions[i == 0	    ? own
						 : i <= own ? i - 1
							    : i];

		t[i] = (struct track_view){
			.before = i == 0 ? STR("") : ask->w->comma,
			.first = i == 0,
			.lang = lang,
			.url = STR_CAT(ctx->arena, prefix,
			    captions_path(ctx->arena, p, lang)),
		};
		TRY(lang_name(ctx, t[i].lang, &t[i].label));
	}
	v->tracks = t;
	v->tracks_n = film->captions_n;
	v->has_tracks = v->tracks_n > 0;
	if (!v->has_tracks)
		v->uncaptioned =
		    v->sound ? ask->w->untranscribed : ask->w->uncaptioned;
	return ERR_OK;
}

/* In the edition's language if there is one, else in the first there is. */
static enum err
transcript_make(struct ctx *ctx, const struct page_ask *ask, int64_t asset,
    const struct film *film, struct film_view *v)
{
	struct str vtt = { 0 };
	struct vtt read = { 0 };

	if (film->captions_n == 0)
		return ERR_OK;
	v->transcript_lang = film->captions[own_captions(ask, film)];
	TRY(caption_get(ctx, ask->st, asset, v->transcript_lang, &vtt));
	TRY(vtt_read(ctx, vtt, &read));
	TRY(vtt_words(ctx, &read, &v->transcript, &v->transcript_n));
	v->has_transcript = v->transcript_n > 0;
	return ERR_OK;
}

/* ---- the player ---- */

static enum err
words_make(struct ctx *ctx, const struct page_ask *ask, const struct picture *p,
    const struct film *film, struct film_view *v)
{
	struct arena *a = ctx->arena;
	const struct words *w = ask->w;
	struct str play = v->sound ? w->play_sound : w->play_video;

	TRY(film_length(ctx, ask, p->duration, &v->length));
	TRY(film_size(ctx, ask, film->bytes, &v->size));
	v->title = words_fill(a, play, "n", v->length);
	v->name = p->alt.n > 0	     ? p->alt
		  : p->caption.n > 0 ? p->caption
		  : v->sound	     ? w->sound
				     : w->video;
	v->fault = w->film_fault;
	v->caption = p->caption;
	v->credit = p->credit;
	v->captioned = p->caption.n > 0 || p->credit.n > 0;
	if (!film->plays)
		v->making = film->failed ? w->film_failed : w->film_making;
	return ERR_OK;
}

enum err
film_make(struct ctx *ctx, const struct page_ask *ask, const struct picture *p,
    struct str prefix, bool transcript, const struct film_view **out)
{
	struct arena *a = ctx->arena;
	struct film_view *v = NULL;
	struct film film = { 0 };

	*out = NULL;
	if (!lead_plays(p))
		return ERR_OK;
	TRY(film_read(ctx, ask->st, p->asset, &film));
	v = ARENA_NEW(a, struct film_view);
	v->sound = p->kind == ASSET_AUDIO;
	if (!v->sound) {
		v->poster = image_shaped(a, ask, p, prefix, STILL_WIDE);
		v->still = str_printf(a, "%.*s%.*s?w=%d", STR_FMT(prefix),
		    STR_FMT(still_path(a, p, "16x9")), FILM_STILL);
	}
	v->width = p->width > 0 ? p->width : FILM_WIDTH;
	v->height = p->height > 0 ? p->height : FILM_HEIGHT;
	v->seconds = (p->duration + 999) / 1000;
	if (film.plays)
		v->list = STR_CAT(a, prefix, list_path(a, p));
	if (film.bytes > 0)
		v->file = STR_CAT(a, prefix, film_file_path(a, p));
	v->href = v->file.n > 0 ? v->file : v->list;
	TRY(words_make(ctx, ask, p, &film, v));
	TRY(tracks_make(ctx, ask, p, &film, prefix, v));
	if (transcript)
		TRY(transcript_make(ctx, ask, p->asset, &film, v));
	*out = v;
	return ERR_OK;
}
