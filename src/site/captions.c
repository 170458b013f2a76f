/* SPDX-License-Identifier: MIT */
/*
 * Captions of films and sound, below their permanent addresses:
 *
 *	/2016/11/18/courier_636150734595751124/captions/en.vtt
 *
 * They tell what is said, so who may see the film may read them, and nobody
 * else.
 */

#include "newsroom/film.h"
#include "site/own.h"

static enum err
no_such(struct visit *v)
{
	return FAIL(v->ctx, ERR_NOTFOUND, "there are no such captions");
}

/* "courier_636150734595751124" on that day. */
static enum err
find(struct visit *v, const struct asset **out)
{
	struct str digits = { 0 };
	struct str house = str_cut(route_text(&v->match, "name"), '_', &digits);
	struct str day = str_printf(v->ctx->arena, "%.*s/%.*s/%.*s",
	    STR_FMT(route_text(&v->match, "year")),
	    STR_FMT(route_text(&v->match, "month")),
	    STR_FMT(route_text(&v->match, "day")));
	int64_t ticks = 0;

	if (digits.n == 0 || digits.p[0] < '1' || !str_int(digits, &ticks))
		return no_such(v);
	TRY(asset_by_ticks(v->ctx, v->store, ticks, out));
	if (*out == NULL || !str_eq((*out)->house, house) ||
	    !str_eq((*out)->day, day))
		return no_such(v);
	return ERR_OK;
}

static enum err
judge(struct visit *v, const struct asset *a, struct str key)
{
	struct asset_gate gate = { 0 };

	TRY(asset_gate(v->ctx, v->store, a, &gate));
	if (!gate.live)
		return no_such(v);
	if (key.n == 0 && gate.gated)
		return FAIL(v->ctx, ERR_DENIED,
		    "These captions stand behind an advisory: their story's "
		    "page has them for who asks for it.");
	if (key.n > 0 &&
	    (!gate.gated || !str_eq(key, shown_key(v->ctx->arena, v->ask.house,
					     a->id, gate.version))))
		return no_such(v);
	return ERR_OK;
}

static enum err
answer(struct visit *v, struct str key, struct answer *out)
{
	struct str ending = { 0 };
	struct str lang = str_cut(route_text(&v->match, "file"), '.', &ending);
	const struct asset *a = NULL;

	TRY(find(v, &a));
	TRY(judge(v, a, key));
	if (!str_eq(ending, STR("vtt")))
		return no_such(v);
	TRY(caption_get(v->ctx, v->store, a->id, lang, &out->page.body));
	if (out->page.body.n == 0)
		return no_such(v);
	asset_tags(v, a, out);
	out->page.type = STR("text/vtt; charset=utf-8");
	if (key.n > 0)
		out->cache_control = STR("private, no-cache");
	out->store = key.n == 0;
	return ERR_OK;
}

enum err
captions_file(struct visit *v, struct answer *out)
{
	return answer(v, STR(""), out);
}

enum err
captions_file_shown(struct visit *v, struct answer *out)
{
	return answer(v, route_text(&v->match, "key"), out);
}
