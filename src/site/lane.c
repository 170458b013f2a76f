/* SPDX-License-Identifier: MIT */
/*
 * A request's way: cached and answered at once, or made on a pool thread,
 * once for all who wait for the same.
 */

#include <assert.h>

#include "site/own.h"
#include "store/store.h"

static const char page_cache_control[] = "public, max-age=0, must-revalidate";

/* ---- the event thread ---- */

static bool
method_reads(enum method m)
{
	return m == METHOD_GET || m == METHOD_HEAD;
}

static struct response *
refuse_method(struct str allow)
{
	const struct http_header h = { STR("Allow"), allow };

	return response_new(&(struct response_make){
	    .status = 405,
	    .type = STR("text/plain; charset=utf-8"),
	    .body = STR("This address is only read: GET or HEAD.\n"),
	    .headers = &h,
	    .headers_n = 1,
	    .no_etag = true,
	});
}

static struct visit *
visit_new(struct site *s, struct exchange *x)
{
	struct visit *v = ARENA_NEW(exchange_arena(x), struct visit);
	struct ctx ctx;

	v->site = s;
	v->x = x;
	v->req = exchange_request(x);
	ctx_init(&ctx, exchange_arena(x), s->conf.clock);
	visit_route(&ctx, v);
	return v;
}

static void
kept_end(void *arg)
{
	response_unref(arg);
}

/* It is there; v: NULL where none was needed yet. */
static enum lane
answer_kept(struct site *s, struct exchange *x, struct visit *v,
    struct response *r, struct response **out)
{
	if (!response_waits(r, exchange_request(x))) {
		*out = r;
		return LANE_ANSWERED;
	}
	if (v == NULL)
		v = visit_new(s, x);
	v->kept = r;
	arena_defer(exchange_arena(x), kept_end, r);
	exchange_set_data(x, v);
	return LANE_SLOW;
}

enum lane
lane_first(void *site, struct exchange *x, struct response **out)
{
	struct site *s = site;
	const struct request *req = exchange_request(x);
	struct response *kept = NULL;
	struct visit *v = NULL;
	int64_t now = clock_now_ns(s->conf.clock) / CLOCK_SECOND;

	days_look(s, now);
	if (method_reads(req->method) && req->query.n == 0) {
		kept = cache_get(s->cache, req->path);
		if (kept != NULL)
			return answer_kept(s, x, NULL, kept, out);
	}
	v = visit_new(s, x);
	if (v->fault == ERR_CONFLICT) {
		*out = refuse_method(v->match.allow);
		return LANE_ANSWERED;
	}
	exchange_set_data(x, v);
	if (v->fault != ERR_OK || !v->match.route->cacheable)
		return LANE_SLOW;
	switch (cache_first(s->cache, v->key, x, &kept, &v->flight)) {
	case CACHE_HIT:
		return answer_kept(s, x, v, kept, out);
	case CACHE_JOINED:
		return LANE_PARKED;
	case CACHE_LEAD:
		break;
	}
	return LANE_SLOW;
}

struct response *
lane_crowded(void *site, struct exchange *x)
{
	struct visit *v = exchange_data(x);

	(void)site;
	if (v->flight != NULL)
		cache_abandon(v->flight);
	v->flight = NULL;
	/* In another coding than the best, but at once. */
	return v->kept != NULL ? response_ref(v->kept) : NULL;
}

/* ---- the pool thread ---- */

/* Pages of readers bring no script, but those that say so. */
static struct str
page_csp(const struct visit *v, const struct answer *a)
{
	const struct page *p = &a->page;

	/* What a player plays of a stream is a blob: of its own making. */
	return STR_CAT(v->ctx->arena, press_csp(v->press),
	    p->framed ? STR("; frame-ancestors *")
		      : STR("; frame-ancestors 'none'"),
	    p->script || p->film ? STR("; script-src 'self'") : STR(""),
	    p->film ? STR("; media-src 'self' blob:") : STR(""));
}

static struct response *
page_response(const struct visit *v, const struct answer *a)
{
	const struct http_header robots = { STR("X-Robots-Tag"),
		STR("noindex") };
	const struct http_header open = { STR("Access-Control-Allow-Origin"),
		STR("*") };
	bool html = str_starts(a->page.type, STR("text/html"));

	if (a->page.redirect.n > 0)
		return response_redirect(301, a->page.redirect,
		    str_c(page_cache_control), v->site->hsts);
	return response_new(&(struct response_make){
	    .status = a->status,
	    .type = a->page.type,
	    .body = a->page.body,
	    .codings = a->store && !a->rare ? RESPONSE_LATER : RESPONSE_GZIP,
	    .cache_control = a->cache_control.n > 0 ? a->cache_control
						    : str_c(page_cache_control),
	    .csp = html ? page_csp(v, a) : STR("default-src 'none'"),
	    .headers = a->open ? &open : &robots,
	    .headers_n = a->open || a->page.noindex ? 1 : 0,
	    .tags = a->page.tags,
	    .tags_n = a->page.tags_n,
	    .hsts = v->site->hsts,
	});
}

/* "/ar" for "/ar/" */
static bool
is_edition(const struct visit *v, struct str path)
{
	for (size_t i = 0; i < v->ask.editions_n; i++)
		if (!v->ask.editions[i].is_default &&
		    str_eq(v->ask.editions[i].code, str_from(path, 1)))
			return true;
	return false;
}

/* "/ar" for "/ar/": an edition's front without its slash. */
static enum err
find_front(struct visit *v, struct str *out)
{
	struct str code = str_from(v->req->path, 1);
	const struct edition *e = NULL;

	if (code.n == 0 || str_find_char(code, '/', 0) != SIZE_MAX)
		return ERR_OK;
	TRY(edition_by_code(v->ctx, v->store, code, &e));
	if (e != NULL)
		*out = e->is_default
			   ? STR("/")
			   : str_printf(v->ctx->arena, "/%.*s/", STR_FMT(code));
	return ERR_OK;
}

/* A path of the site, in the form that was asked for. */
static struct str
in_form(const struct visit *v, struct str path)
{
	if (v->form == PRESS_FULL || path.n == 0 || path.p[0] != '/')
		return path;
	return str_printf(v->ctx->arena, "/lite%.*s", STR_FMT(path));
}

/* Old addresses, which the house has promised to keep. */
static enum err
find_moved(struct visit *v, struct str *out)
{
	struct redirect r = { 0 };
	const struct story *story = NULL;
	const struct edition *e = NULL;

	if (v->plain) {
		*out = v->path;
		return ERR_OK;
	}
	if (str_eq(v->path, STR("/lite")) || is_edition(v, v->path)) {
		*out = in_form(
		    v, str_printf(v->ctx->arena, "%.*s/", STR_FMT(v->path)));
		return ERR_OK;
	}
	TRY(redirect_find(v->ctx, v->store, v->req->path, &r));
	*out = r.target;
	if (r.story == 0)
		return r.target.n != 0 ? ERR_OK : find_front(v, out);
	TRY(story_by_id(v->ctx, v->store, r.story, &story));
	if (story == NULL || story->state != STORY_PUBLISHED)
		return ERR_OK;
	e = ask_edition(&v->ask, story->edition);
	if (e != NULL)
		*out = path_story(v->ctx->arena, e, story->id, story->slug);
	return ERR_OK;
}

/* The page for a failure; err is what ctx holds. */
static enum err
make_error(struct visit *v, enum err err, struct answer *out)
{
	/* A page that grew too large is no fault of who asked for it. */
	int status = err == ERR_LIMIT ? 500 : http_status(err);

	*out = (struct answer){ .status = status };
	if (status >= 500) {
		log_failure(v->ctx, "page");
		atomic_fetch_add(&v->site->failed, 1);
	}
	if (v->ask.edition == NULL)
		return err;
	if (api_asked(v))
		return api_problem(v, err, status, &out->page);
	if (err == ERR_NOTFOUND) {
		TRY(find_moved(v, &out->page.redirect));
		if (out->page.redirect.n > 0)
			return ERR_OK;
	}
	return page_error(v->ctx, &v->ask, status, &out->page);
}

static const char plain_500[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width\">"
    "<title>The page could not be made</title>"
    "<h1>The page could not be made</h1>"
    "<p>The fault is ours and has been noted. Try again in a moment.</p>"
    "</html>\n";

/* When not even the page that says so can be made. */
static struct response *
last_resort(struct visit *v, int status)
{
	return response_new(&(struct response_make){
	    .status = status,
	    .type = STR("text/html; charset=utf-8"),
	    .body = str_c(plain_500),
	    .codings = RESPONSE_PLAIN,
	    .csp = STR("default-src 'none'"),
	    .hsts = v->site->hsts,
	    .no_etag = true,
	});
}

struct page_ask_init
visit_asks(const struct visit *v)
{
	return (struct page_ask_init){
		.st = v->store,
		.press = v->press,
		.url = v->site->conf.url,
		.standing = v->standing,
		.change = v->change,
		.widths = &v->site->conf.widths,
	};
}

/* With the reader's edition; another's pages fail in the default one. */
static enum err
ask_init(struct visit *v)
{
	const struct page_ask_init in = visit_asks(v);
	enum err err = page_ask_init(v->ctx, &in, v->edition, &v->ask);

	if (err != ERR_NOTFOUND || v->edition.n == 0)
		return err;
	TRY(page_ask_init(v->ctx, &in, STR(""), &v->ask));
	return err;
}

static enum err
handle(struct visit *v, struct answer *out)
{
	TRY(ask_init(v));
	v->ask.form = v->form;
	if (v->fault != ERR_OK)
		return FAIL(v->ctx, v->fault, "%s",
		    v->fault == ERR_NOTFOUND ? "there is no such address"
					     : "the address cannot be read");
	TRY(((handler)v->match.route->handler)(v, out));
	out->page.redirect = in_form(v, out->page.redirect);
	return ERR_OK;
}

struct made {
	struct answer answer;
	struct response *response;
	int64_t change; /* what its read could see */
};

static void
make(struct visit *v, struct made *m)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	enum err err = ERR_OK;
	bool later = m->answer.later;

	v->tx = &tx;
	v->ask = (struct page_ask){ 0 };
	err = store_tx_begin(v->ctx, v->store, &tx);
	if (err == ERR_OK)
		err = change_newest(v->ctx, v->store, &m->change);
	v->change = m->change;
	if (err == ERR_OK)
		err = handle(v, &m->answer);
	if (err != ERR_OK) {
		int status = http_status(err);

		err = make_error(v, err, &m->answer);
		m->answer.store = false;
		if (err != ERR_OK) {
			log_failure(v->ctx, "page");
			m->response = last_resort(v, status);
			return;
		}
	}
	if (m->answer.later && !later)
		return; /* nothing was made: it waits for a worker */
	m->response = m->answer.response != NULL ? m->answer.response
						 : page_response(v, &m->answer);
}

static void
finish(struct visit *v, const struct made *m, int64_t cost_ns)
{
	struct exchange *x = v->x;

	if (v->flight != NULL)
		cache_finish(v->flight, &(struct cache_render){
					    .response = m->response,
					    .tags = m->answer.page.tags,
					    .tags_n = m->answer.page.tags_n,
					    .change = m->change,
					    .cost_ns = cost_ns,
					    .store = m->answer.store,
					});
	v->flight = NULL;
	/* With it v ends. */
	exchange_answer(x, m->response);
}

/* Packs it, too, for who asked first: whoever joined may want the same. */
static void
pack_first(struct visit *v, struct response *r)
{
	response_encode(r, v->req);
	atomic_fetch_add(
	    &v->site->encode_ns, (uint_fast64_t)response_encode_ns(r));
}

/* What is there in other codings, in the one that v would have. */
static void
answer_packed(struct visit *v, struct response *r)
{
	struct site *s = v->site;
	int64_t began = clock_thread_ns(pthread_self());

	if (response_waits(r, v->req)) {
		response_encode(r, v->req);
		cache_weigh(s->cache, v->key, r);
		atomic_fetch_add(&s->encode_ns,
		    (uint_fast64_t)(clock_thread_ns(pthread_self()) - began));
	}
	exchange_answer(v->x, r);
}

static void
trace(const struct visit *v, const struct made *m, int64_t from, int64_t until)
{
	traces_render(v->site->traces, &(struct traces_render){
					   .path = v->key,
					   .surface = v->match.route->path,
					   .tags = m->answer.page.tags,
					   .tags_n = m->answer.page.tags_n,
					   .change = m->change,
					   .began = from,
					   .ended = until,
				       });
}

/* false: the visit was handed on. */
static bool
render(struct visit *v, unsigned worker, bool may_make)
{
	struct site *s = v->site;
	struct worker *w = &s->workers[worker];
	struct ctx ctx;
	struct made m = { .answer.later = may_make };
	int64_t from = clock_monotonic_ns();
	int64_t began = clock_now_ns(s->conf.clock) / CLOCK_SECOND;
	bool done = false;

	ctx_init(&ctx, w->arena, s->conf.clock);
	v->ctx = &ctx;
	v->store = w->store;
	v->standing = w->standing;
	v->press = site_press(s);
	make(v, &m);
	done = m.response != NULL;
	if (done)
		pack_first(v, m.response);
	atomic_fetch_add(&s->rendered, done ? 1 : 0);
	press_unref(v->press);
	v->press = NULL;
	if (done) {
		struct visit copy = *v; /* finish() ends v */
		int64_t until = clock_monotonic_ns();

		if (m.answer.store)
			trace(v, &m, from, until);
		finish(v, &m, until - from);
		if (m.answer.store && m.answer.page.dated != 0)
			days_note(&copy, m.answer.page.dated, began);
	}
	arena_reset(w->arena);
	return done;
}

static void
render_still(struct visit *v, unsigned worker)
{
	struct site *s = v->site;

	switch (stills_enter(v)) {
	case STILLS_GO:
		for (; v != NULL; v = stills_next(s))
			(void)render(v, worker, true);
		return;
	case STILLS_QUEUED:
		return;
	case STILLS_FULL:
		break;
	}
	finish(v,
	    &(struct made){
		.response = response_text(
		    503, STR("Too many pictures at once. Try again soon.")),
	    },
	    0);
}

void
lane_work(void *site, struct exchange *x, unsigned worker)
{
	struct site *s = site;
	struct visit *v = exchange_data(x);
	struct response *r = NULL;

	assert(worker < s->workers_n);
	if (v->kept != NULL) {
		answer_packed(v, response_ref(v->kept));
		return;
	}
	if (v->fault == ERR_OK && v->match.route->cacheable &&
	    v->flight == NULL) {
		/* Whoever led gave up: perhaps it is our turn now. */
		switch (cache_first(s->cache, v->key, x, &r, &v->flight)) {
		case CACHE_HIT:
			answer_packed(v, r);
			return;
		case CACHE_JOINED:
			return;
		case CACHE_LEAD:
			break;
		}
	}
	if (!render(v, worker, false))
		render_still(v, worker);
}
