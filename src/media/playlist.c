/* SPDX-License-Identifier: MIT */
/* HLS: a list for each rendition, and one over all of them. */

#include "media/playlist.h"

enum { TEXT_MAX = 4 << 20 };

const char *
playlist_part(struct arena *a, const struct playlist *p, uint32_t n)
{
	const char *name = p->rung.name;

	return str_cstr(
	    a, n == 0 ? str_printf(a, "%s_init.mp4", name)
		      : str_printf(a, "%s_%05" PRIu32 ".m4s", name, n));
}

enum err
playlist_media(
    struct ctx *ctx, const struct playlist *p, bool whole, struct str *out)
{
	struct buf b;

	buf_init(&b, ctx->arena, TEXT_MAX);
	buf_printf(&b,
	    "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:%d\n"
	    "#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PLAYLIST-TYPE:%s\n"
	    "#EXT-X-INDEPENDENT-SEGMENTS\n",
	    PLAYLIST_TARGET, whole ? "VOD" : "EVENT");
	/* Players take a growing list for a broadcast and join at its end. */
	if (!whole)
		BUF_LIT(&b, "#EXT-X-START:TIME-OFFSET=0,PRECISE=YES\n");
	buf_printf(
	    &b, "#EXT-X-MAP:URI=\"%s\"\n", playlist_part(ctx->arena, p, 0));
	for (uint32_t i = 0; i < p->rung.segments; i++)
		buf_printf(&b,
		    "#EXTINF:%" PRIu32 ".%06" PRIu32 ",\n%s_%05" PRIu32
		    ".m4s\n",
		    p->us[i] / 1000000, p->us[i] % 1000000, p->rung.name,
		    i + 1);
	if (whole)
		BUF_LIT(&b, "#EXT-X-ENDLIST\n");
	return buf_done(ctx, &b, out);
}

static bool
is_ready(const struct playlist *p)
{
	return p->begun && p->rung.segments > 0;
}

/* The rate of the busiest segment, and over all. */
struct rates {
	int64_t peak, mean;
};

static struct rates
rates_of(const struct playlist *p, bool whole)
{
	struct rates r = { .peak = p->rung.peak };

	if (p->rung.ms > 0)
		r.mean = p->rung.bytes * 8000 / p->rung.ms;
	/* What is to come may be busier, up to what the encoder may. */
	if (!whole && r.peak < p->ceiling)
		r.peak = p->ceiling;
	return r;
}

static void
put_sound(
    struct buf *b, const struct playlist *p, bool first, const char *below)
{
	buf_printf(b,
	    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\",NAME=\"%" PRIu32
	    "%s%s\",",
	    p->rung.track + 1, p->language[0] != '\0' ? " " : "", p->language);
	if (p->language[0] != '\0')
		buf_printf(b, "LANGUAGE=\"%s\",", p->language);
	buf_printf(b,
	    "DEFAULT=%s,AUTOSELECT=YES,CHANNELS=\"%" PRIu32
	    "\",URI=\"%s%s.m3u8\"\n",
	    first ? "YES" : "NO", p->rung.channels, below, p->rung.name);
}

/* A choice: a video with the sound that goes with it, or sound alone. */
static void
put_choice(struct buf *b, const struct playlist *p,
    const struct playlist *sound, bool whole, const char *below)
{
	struct rates r = rates_of(p, whole);

	if (sound != NULL && sound != p) {
		struct rates s = rates_of(sound, whole);

		r.peak += s.peak;
		r.mean += s.mean;
	}
	buf_printf(b,
	    "#EXT-X-STREAM-INF:BANDWIDTH=%" PRId64 ",AVERAGE-BANDWIDTH=%" PRId64
	    ",CODECS=\"%s%s%s\"",
	    r.peak, r.mean, p->rung.codecs,
	    sound != NULL && sound != p ? "," : "",
	    sound != NULL && sound != p ? sound->rung.codecs : "");
	if (p->rung.width > 0) {
		uint64_t milli =
		    (uint64_t)p->rung.rate_num * 1000 / p->rung.rate_den;

		buf_printf(b,
		    ",RESOLUTION=%" PRIu32 "x%" PRIu32 ",FRAME-RATE=%" PRIu64
		    ".%03" PRIu64,
		    p->rung.width, p->rung.height, milli / 1000, milli % 1000);
	}
	if (sound != NULL)
		BUF_LIT(b, ",AUDIO=\"sound\"");
	buf_printf(b, "\n%s%s.m3u8\n", below, p->rung.name);
}

enum err
playlist_master(struct ctx *ctx, const struct playlist *p, size_t n, bool whole,
    const char *below, struct str *out)
{
	const struct playlist *sound = NULL;
	struct buf b;

	buf_init(&b, ctx->arena, TEXT_MAX);
	BUF_LIT(&b, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");
	for (size_t i = 0; i < n; i++) {
		if (p[i].rung.width > 0 || !is_ready(&p[i]))
			continue;
		put_sound(&b, &p[i], sound == NULL, below);
		if (sound == NULL)
			sound = &p[i];
	}
	for (size_t i = 0; i < n; i++) {
		if (p[i].rung.width > 0 && is_ready(&p[i]))
			put_choice(&b, &p[i], sound, whole, below);
	}
	if (sound != NULL)
		put_choice(&b, sound, sound, whole, below);
	return buf_done(ctx, &b, out);
}
