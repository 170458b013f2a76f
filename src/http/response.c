/* SPDX-License-Identifier: MIT */
/* Answers, made once and sent many times. */

#include "http/response.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <libdeflate.h>

#include "http/encode.h"
#include "http/pieces.h"
#include "http/send.h"

enum {
	ETAG_BEGIN = 40,	  /* bytes of what all codings' tags share */
	SURROGATE_KEY_MAX = 4000, /* bytes: HEAD_MEMORY_SPARE holds it */
	HEADERS_OWN_MAX = 24,	  /* that we add ourselves, at the most */
};

/* The rest of a variant may be read once its state is MADE, by anybody. */
enum variant_state {
	NEVER,	/* there is none: not wanted, or it would be no smaller */
	LATER,	/* whoever wants it first makes it */
	MAKING, /* somebody does */
	MADE,
};

struct variant {
	_Atomic(enum variant_state) state;
	char etag[ETAG_BEGIN + 8]; /* with quotes; empty: none; set at once */
	struct pieces body;
	struct MHD_Response *full;
};

struct response {
	atomic_uint refs;
	/*
	 * One for ourselves and one for each library object, which a slow
	 * connection may hold long after our last reference has gone.
	 */
	atomic_uint parts;
	int status;
	struct arena *arena; /* type and headers */
	struct str type;
	struct http_header *headers; /* of the full answer */
	size_t headers_n;
	int64_t last_modified;
	_Atomic(size_t) size;
	size_t head_n;
	bool thorough; /* compressed for many, not for one */
	_Atomic(int64_t) encode_ns;
	struct variant variants[CODING_COUNT];
	int fd; /* a file instead; -1: none */
	int64_t file_size;
	struct str file_etag;
};

/* The headers under construction. */
struct heads {
	struct arena *arena;
	struct http_header *list;
	size_t n;
	size_t max;
};

static bool
value_clean(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return s.n != 0;
}

static void
heads_put(struct heads *h, struct str name, struct str value)
{
	value = str_trim(value);
	if (!value_clean(value) || !value_clean(name))
		return;
	assert(h->n < h->max);
	h->list[h->n++] = (struct http_header){
		.name = str_dup(h->arena, name),
		.value = str_dup(h->arena, value),
	};
}

static bool
heads_have(const struct heads *h, struct str name)
{
	for (size_t i = 0; i < h->n; i++)
		if (str_eq_nocase(h->list[i].name, name))
			return true;
	return false;
}

/* Ours, unless the maker has said otherwise. */
static void
heads_default(struct heads *h, struct str name, struct str value)
{
	if (!heads_have(h, name))
		heads_put(h, name, value);
}

static void
heads_security(struct heads *h, struct str csp, bool hsts)
{
	heads_put(h, STR("Content-Security-Policy"), csp);
	heads_default(h, STR("X-Content-Type-Options"), STR("nosniff"));
	heads_default(
	    h, STR("Referrer-Policy"), STR("strict-origin-when-cross-origin"));
	heads_default(h, STR("Permissions-Policy"),
	    STR("camera=(), geolocation=(), microphone=()"));
	heads_default(h, STR("Cross-Origin-Opener-Policy"), STR("same-origin"));
	if (hsts)
		heads_default(h, STR("Strict-Transport-Security"),
		    STR("max-age=31536000"));
}

/* All tags or none: a CDN that knew some of them would keep stale pages. */
static void
heads_tags(struct heads *h, const struct str *tags, size_t n)
{
	struct buf b;

	if (n == 0)
		return;
	buf_init(&b, h->arena, SURROGATE_KEY_MAX);
	for (size_t i = 0; i < n; i++) {
		if (i != 0)
			buf_char(&b, ' ');
		buf_put(&b, tags[i]);
	}
	if (b.over)
		heads_put(h, STR("Surrogate-Control"), STR("no-store"));
	else
		heads_put(h, STR("Surrogate-Key"), buf_str(&b));
}

static void
heads_time(struct heads *h, int64_t last_modified)
{
	char date[32];

	if (last_modified == 0)
		return;
	http_date_write(last_modified, date);
	heads_put(h, STR("Last-Modified"), str_c(date));
}

/* Vary is ours and the maker's together. */
static void
heads_vary(struct heads *h, bool encoded)
{
	for (size_t i = 0; i < h->n && encoded; i++) {
		struct http_header *now = &h->list[i];

		if (!str_eq_nocase(now->name, STR("vary")))
			continue;
		now->value = str_printf(
		    h->arena, "%.*s, Accept-Encoding", STR_FMT(now->value));
		return;
	}
	if (encoded)
		heads_put(h, STR("Vary"), STR("Accept-Encoding"));
}

static struct response *
response_start(int status, struct str type)
{
	struct response *r = calloc(1, sizeof *r);

	if (r == NULL)
		abort();
	atomic_init(&r->refs, 1);
	atomic_init(&r->parts, 1);
	r->status = status != 0 ? status : 200;
	r->arena = arena_new(2048);
	r->type = str_dup(r->arena, type);
	r->fd = -1;
	return r;
}

static struct heads
heads_start(struct response *r, const struct http_header *more, size_t n)
{
	struct heads h = { .arena = r->arena, .max = n + HEADERS_OWN_MAX };

	h.list = ARENA_ARRAY(r->arena, h.max, struct http_header);
	heads_put(&h, STR("Content-Type"), r->type);
	for (size_t i = 0; i < n; i++)
		heads_put(&h, more[i].name, more[i].value);
	return h;
}

static void
heads_end(struct response *r, const struct heads *h)
{
	r->headers = h->list;
	r->headers_n = h->n;
	for (size_t i = 0; i < h->n; i++) {
		r->size += h->list[i].name.n + h->list[i].value.n + 64;
		r->head_n += h->list[i].name.n + h->list[i].value.n + 4;
	}
}

/* What is shared by our reference and the library's. */
static void
response_part_done(void *arg)
{
	struct response *r = arg;

	if (atomic_fetch_sub(&r->parts, 1) != 1)
		return;
	for (size_t i = 0; i < CODING_COUNT; i++)
		pieces_clear(&r->variants[i].body);
	if (r->fd >= 0)
		close(r->fd);
	arena_free(r->arena);
	free(r);
}

static struct MHD_Response *
library_response(struct response *r, const struct pieces *body)
{
	struct MHD_Response *m = NULL;

	atomic_fetch_add(&r->parts, 1);
	m = MHD_create_response_from_iovec(
	    body->list, body->n, response_part_done, r);
	if (m == NULL)
		abort(); /* out of memory */
	return m;
}

static void
library_header(struct MHD_Response *m, const char *name, const char *value)
{
	/* Refused only for characters that heads_put() lets nobody bring. */
	(void)MHD_add_response_header(m, name, value);
}

/* May stand in a 304: what a cache needs, nothing of the body. */
static bool
is_for_unchanged(struct str name)
{
	return str_eq_nocase(name, STR("cache-control")) ||
	       str_eq_nocase(name, STR("vary")) ||
	       str_eq_nocase(name, STR("last-modified")) ||
	       str_eq_nocase(name, STR("surrogate-key")) ||
	       str_eq_nocase(name, STR("surrogate-control"));
}

static void
library_headers(
    struct MHD_Response *m, const struct response *r, bool unchanged)
{
	for (size_t i = 0; i < r->headers_n; i++) {
		const struct http_header *h = &r->headers[i];

		if (!unchanged || is_for_unchanged(h->name))
			library_header(m, h->name.p, h->value.p);
	}
}

/*
 * What the entity tags of a body's codings begin with.  Two sums and the
 * length tell one version of a page from the next; that is all a tag is for,
 * and nobody gains by forging one.  Measured on a page of 25 kB: 2.5 us,
 * where BLAKE2b over its three codings took 47.
 */
static void
etag_begin(struct str body, char out[ETAG_BEGIN])
{
	snprintf(out, ETAG_BEGIN, "%08x%08x-%zx",
	    (unsigned)libdeflate_crc32(0, body.p, body.n),
	    (unsigned)libdeflate_adler32(1, body.p, body.n), body.n);
}

/* Of every variant, made or not: who has its bytes need not wait for it. */
static void
variant_name(struct response *r, enum coding coding, const char *etag)
{
	static const char *const endings[] = { "", "-gz", "-br" };
	struct variant *v = &r->variants[coding];

	if (etag[0] != '\0')
		snprintf(
		    v->etag, sizeof v->etag, "\"%s%s\"", etag, endings[coding]);
}

static void
variant_finish(struct response *r, enum coding coding, struct pieces body)
{
	static const char *const names[] = { NULL, "gzip", "br" };
	struct variant *v = &r->variants[coding];

	v->body = body;
	v->full = library_response(r, &v->body);
	if (coding != CODING_IDENTITY)
		library_header(v->full, "Content-Encoding", names[coding]);
	library_headers(v->full, r, false);
	if (v->etag[0] != '\0')
		library_header(v->full, "ETag", v->etag);
	atomic_fetch_add(&r->size, body.bytes + r->headers_n * 96);
	atomic_store(&v->state, MADE);
}

static bool
is_made(const struct response *r, enum coding coding)
{
	return atomic_load(&r->variants[coding].state) == MADE;
}

/* Unless it is made, or another thread is at it. */
static void
variant_make(struct response *r, enum coding coding)
{
	const struct variant *plain = &r->variants[CODING_IDENTITY];
	struct variant *v = &r->variants[coding];
	enum variant_state later = LATER;
	int64_t from = 0;
	char *own = NULL;
	char *body = NULL;
	size_t n = 0;

	if (!atomic_compare_exchange_strong(&v->state, &later, MAKING))
		return;
	from = clock_thread_ns(pthread_self());
	body = encode_body(
	    coding, r->thorough, pieces_whole(&plain->body, &own), &n);
	free(own);
	if (body != NULL)
		variant_finish(r, coding, pieces_take(body, n));
	else
		atomic_store(&v->state, NEVER);
	atomic_fetch_add(&r->encode_ns, clock_thread_ns(pthread_self()) - from);
}

/* Which codings there are, or will be. */
static void
variants_plan(struct response *r, const struct response_make *make)
{
	bool gzip = make->codings != RESPONSE_PLAIN &&
		    make->body.n >= RESPONSE_COMPRESS_MIN &&
		    encode_worthwhile(r->type);
	bool both = gzip && make->codings != RESPONSE_GZIP;

	r->thorough = make->codings != RESPONSE_GZIP;
	atomic_init(&r->variants[CODING_GZIP].state, gzip ? LATER : NEVER);
	atomic_init(&r->variants[CODING_BROTLI].state, both ? LATER : NEVER);
}

struct response *
response_new(const struct response_make *make)
{
	struct response *r = response_start(make->status, make->type);
	struct heads h = heads_start(r, make->headers, make->headers_n);
	char etag[ETAG_BEGIN] = "";

	variants_plan(r, make);
	heads_vary(&h, atomic_load(&r->variants[CODING_GZIP].state) == LATER);
	heads_default(&h, STR("Cache-Control"),
	    make->cache_control.n != 0 ? make->cache_control : STR("no-store"));
	heads_time(&h, make->last_modified);
	heads_tags(&h, make->tags, make->tags_n);
	heads_security(&h, make->csp, make->hsts);
	if (make->close)
		heads_put(&h, STR("Connection"), STR("close"));
	heads_end(r, &h);
	r->last_modified = make->last_modified;
	r->size += sizeof *r + 2048;

	if (!make->no_etag && r->status == 200)
		etag_begin(make->body, etag);
	for (enum coding c = CODING_IDENTITY; c <= CODING_BROTLI; c++)
		variant_name(r, c, etag);
	variant_finish(r, CODING_IDENTITY, pieces_copy(make->body));
	if (make->codings != RESPONSE_LATER) {
		variant_make(r, CODING_GZIP);
		variant_make(r, CODING_BROTLI);
	}
	return r;
}

struct response *
response_new_file(const struct response_file *file)
{
	struct response *r = response_start(200, file->type);
	struct heads h = heads_start(r, file->headers, file->headers_n);

	heads_default(&h, STR("Cache-Control"),
	    file->cache_control.n != 0 ? file->cache_control : STR("no-store"));
	heads_time(&h, file->last_modified);
	heads_tags(&h, file->tags, file->tags_n);
	heads_put(&h, STR("Accept-Ranges"), STR("bytes"));
	r->file_etag =
	    file->etag.n != 0
		? str_dup(r->arena, file->etag)
		: str_printf(r->arena, "\"%" PRIx64 "-%" PRIx64 "\"",
		      (uint64_t)file->size, (uint64_t)file->last_modified);
	heads_put(&h, STR("ETag"), r->file_etag);
	heads_security(&h, file->csp, file->hsts);
	heads_end(r, &h);
	r->last_modified = file->last_modified;
	r->fd = file->fd;
	r->file_size = file->size;
	r->size += sizeof *r + 2048;
	return r;
}

struct response *
response_redirect(
    int status, struct str location, struct str cache_control, bool hsts)
{
	const struct http_header to = {
		.name = STR("Location"),
		.value = location,
	};

	return response_new(&(struct response_make){
	    .status = status,
	    .headers = &to,
	    .headers_n = 1,
	    .cache_control = cache_control,
	    .hsts = hsts,
	});
}

struct response *
response_text(int status, struct str sentence)
{
	struct arena *a = arena_new(1024);
	struct str line = str_printf(a, "%.*s\n", STR_FMT(sentence));
	struct response *r = response_new(&(struct response_make){
	    .status = status,
	    .type = STR("text/plain; charset=utf-8"),
	    .body = line,
	    .codings = RESPONSE_PLAIN,
	    .csp = STR("default-src 'none'"),
	    .no_etag = true,
	    /* These end a conversation that cannot be followed further. */
	    .close = status == 400 || status == 413 || status == 414 ||
		     status == 431,
	});

	arena_free(a);
	return r;
}

struct response *
response_ref(struct response *r)
{
	atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
	return r;
}

void
response_unref(struct response *r)
{
	if (r == NULL ||
	    atomic_fetch_sub_explicit(&r->refs, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < CODING_COUNT; i++) {
		if (is_made(r, (enum coding)i))
			MHD_destroy_response(r->variants[i].full);
	}
	response_part_done(r);
}

size_t
response_size(const struct response *r)
{
	return atomic_load(&r->size);
}

size_t
response_head_size(const struct response *r)
{
	const struct pieces *body = &r->variants[CODING_IDENTITY].body;

	return r->head_n + body->n * sizeof *body->list;
}

int64_t
response_encode_ns(const struct response *r)
{
	return atomic_load(&r->encode_ns);
}

int
response_status(const struct response *r)
{
	return r->status;
}

struct str
response_type(const struct response *r)
{
	return r->type;
}

static const struct variant *
variant_for(const struct response *r, enum coding coding)
{
	return &r->variants[is_made(r, coding) ? coding : CODING_IDENTITY];
}

/* What the client likes best of what there is, or will be. */
static enum coding
coding_wanted(const struct response *r, const struct request *req)
{
	bool brotli = atomic_load(&r->variants[CODING_BROTLI].state) != NEVER;
	enum coding c = CODING_IDENTITY;

	if (atomic_load(&r->variants[CODING_GZIP].state) == NEVER && !brotli)
		return CODING_IDENTITY;
	c = request_coding(req, brotli);
	return atomic_load(&r->variants[c].state) != NEVER ? c
							   : CODING_IDENTITY;
}

/* The next best, while that is being made. */
static const struct variant *
variant_now(
    const struct response *r, const struct request *req, enum coding wanted)
{
	if (wanted == CODING_BROTLI && !is_made(r, CODING_BROTLI))
		wanted = request_coding(req, false);
	return variant_for(r, wanted);
}

struct str
response_body(struct arena *a, const struct response *r, enum coding coding)
{
	char *own = NULL;
	struct str body = pieces_whole(&variant_for(r, coding)->body, &own);

	if (own != NULL)
		arena_defer(a, free, own);
	return body;
}

struct str
response_etag(const struct response *r, enum coding coding)
{
	if (r->fd >= 0)
		return r->file_etag;
	return str_c(variant_for(r, coding)->etag);
}

/* Has the client the very thing already (RFC 9110, 13.2.2)? */
static bool
is_unchanged(
    const struct response *r, const struct request *req, struct str etag)
{
	struct str none_match = { 0 };
	int64_t since = 0;

	if (r->status != 200 ||
	    (req->method != METHOD_GET && req->method != METHOD_HEAD))
		return false;
	none_match = request_header(req, STR("if-none-match"));
	if (none_match.n != 0)
		return etag_listed(none_match, etag);
	if (r->last_modified == 0)
		return false;
	since = http_date_read(request_header(req, STR("if-modified-since")));
	return since >= 0 && r->last_modified <= since;
}

/* Its very bytes, whether they are made here or not. */
static bool
is_held(const struct response *r, const struct request *req,
    const struct variant *v)
{
	return v->etag[0] != '\0' && is_unchanged(r, req, str_c(v->etag));
}

bool
response_waits(const struct response *r, const struct request *req)
{
	enum coding wanted = CODING_IDENTITY;

	if (r->fd >= 0)
		return false;
	wanted = coding_wanted(r, req);
	return atomic_load(&r->variants[wanted].state) == LATER &&
	       !is_held(r, req, &r->variants[wanted]);
}

void
response_encode(struct response *r, const struct request *req)
{
	/* Where brotli wins nothing, gzip is wanted next. */
	while (response_waits(r, req))
		variant_make(r, coding_wanted(r, req));
}

/* Is the part asked for one of the file as it is now? */
static bool
range_applies(const struct response *r, const struct request *req)
{
	struct str condition = request_header(req, STR("if-range"));

	if (condition.n == 0)
		return true;
	if (condition.p[0] == '"')
		return str_eq(condition, r->file_etag);
	return r->last_modified != 0 &&
	       http_date_read(condition) == r->last_modified;
}

/*
 * Not satisfiable, or not changed: headers and no body.  Made each time: of
 * the pages in the cache few are ever asked for again in this way, and one
 * kept for each would cost them all memory.
 */
static void
choose_empty(
    const struct response *r, struct sending *out, int status, const char *etag)
{
	char range[48];

	out->status = status;
	out->bytes = 0;
	out->made = true;
	out->mhd =
	    MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	if (out->mhd == NULL)
		abort();
	if (status == 304) {
		library_header(out->mhd, "ETag", etag);
		library_headers(out->mhd, r, true);
		return;
	}
	snprintf(range, sizeof range, "bytes */%" PRId64, r->file_size);
	library_header(out->mhd, "Content-Range", range);
	library_header(out->mhd, "Cache-Control", "no-store");
}

static void
choose_file(
    const struct response *r, const struct request *req, struct sending *out)
{
	int64_t from = 0;
	int64_t n = r->file_size;
	enum range range = RANGE_NONE;
	int fd = -1;

	out->made = true;
	if (is_unchanged(r, req, r->file_etag)) {
		choose_empty(r, out, 304, r->file_etag.p);
		return;
	}
	if (req->method == METHOD_GET && range_applies(r, req))
		range = byte_range_read(
		    request_header(req, STR("range")), r->file_size, &from, &n);
	if (range == RANGE_BAD) {
		choose_empty(r, out, 416, NULL);
		return;
	}
	/* The library closes what it is given. */
	fd = dup(r->fd);
	if (fd < 0) {
		*out = (struct sending){ .status = 503 };
		return;
	}
	out->status = range == RANGE_PART ? 206 : 200;
	out->bytes = (uint64_t)n;
	out->mhd = MHD_create_response_from_fd_at_offset64(
	    (uint64_t)n, fd, (uint64_t)from);
	if (out->mhd == NULL)
		abort();
	library_headers(out->mhd, r, false);
	if (range == RANGE_PART) {
		char text[80];

		snprintf(text, sizeof text,
		    "bytes %" PRId64 "-%" PRId64 "/%" PRId64, from,
		    from + n - 1, r->file_size);
		library_header(out->mhd, "Content-Range", text);
	}
}

void
response_choose(
    const struct response *r, const struct request *req, struct sending *out)
{
	const struct variant *v = NULL;
	enum coding wanted = CODING_IDENTITY;

	*out = (struct sending){ 0 };
	if (r->fd >= 0) {
		choose_file(r, req, out);
		return;
	}
	wanted = coding_wanted(r, req);
	v = variant_now(r, req, wanted);
	if (is_held(r, req, v)) {
		choose_empty(r, out, 304, v->etag);
		return;
	}
	if (v != &r->variants[wanted] &&
	    is_held(r, req, &r->variants[wanted])) {
		choose_empty(r, out, 304, r->variants[wanted].etag);
		return;
	}
	out->status = r->status;
	out->mhd = v->full;
	out->bytes = v->body.bytes;
}
