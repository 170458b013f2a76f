/* SPDX-License-Identifier: MIT */
/* Answers at /upload. */

#include "newsroom/intake.h"
#include "store/partial.h"
#include "upload/own.h"

#include <time.h>

static const char exposed[] =
    "Location, Masthead-Asset, Masthead-Kept-Back, Tus-Extension, "
    "Tus-Max-Size, Tus-Resumable, Tus-Version, Tus-Checksum-Algorithm, "
    "Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset";

static const char allowed[] =
    "Authorization, Content-Type, Tus-Resumable, Upload-Checksum, "
    "Upload-Length, Upload-Metadata, Upload-Offset, X-HTTP-Method-Override";

void
reply_add(struct reply *r, struct str name, struct str value)
{
	if (r->n < REPLY_HEADERS)
		r->headers[r->n++] = (struct http_header){ name, value };
}

void
reply_int(struct reply *r, struct arena *a, struct str name, int64_t value)
{
	reply_add(r, name, str_printf(a, "%" PRId64, value));
}

void
reply_expires(struct reply *r, struct arena *a, int64_t at)
{
	/* RFC 9110's names, whatever language the process speaks. */
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm t = { 0 };
	time_t seconds = (time_t)at;

	gmtime_r(&seconds, &t);
	reply_add(r, STR("Upload-Expires"),
	    str_printf(a, "%.3s, %02d %.3s %d %02d:%02d:%02d GMT",
		days + 3 * t.tm_wday, t.tm_mday, months + 3 * t.tm_mon,
		t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec));
}

/* The house's own pages may read the answer; nobody else's. */
static void
add_origin(const struct uploads *u, const struct request *req, struct reply *r)
{
	struct str origin = request_header(req, STR("origin"));

	reply_add(r, STR("Vary"), STR("Origin"));
	if (origin.n == 0 || !str_eq_nocase(origin, u->url))
		return;
	reply_add(r, STR("Access-Control-Allow-Origin"), u->url);
	if (req->method != METHOD_OPTIONS) {
		reply_add(
		    r, STR("Access-Control-Expose-Headers"), str_c(exposed));
		return;
	}
	reply_add(r, STR("Access-Control-Allow-Methods"),
	    STR("OPTIONS, POST, HEAD, PATCH, DELETE"));
	reply_add(r, STR("Access-Control-Allow-Headers"), str_c(allowed));
	reply_add(r, STR("Access-Control-Max-Age"), STR("86400"));
}

struct response *
reply_make(const struct uploads *u, const struct request *req, struct reply *r)
{
	reply_add(r, STR("Tus-Resumable"), STR(TUS_VERSION));
	add_origin(u, req, r);
	return response_new(&(struct response_make){
	    .status = r->status,
	    .type = r->sentence.n > 0 ? STR("text/plain; charset=utf-8")
				      : (struct str){ 0 },
	    .body = r->sentence,
	    .codings = RESPONSE_PLAIN,
	    .headers = r->headers,
	    .headers_n = r->n,
	    .hsts = str_starts(u->url, STR("https://")),
	    .no_etag = true,
	});
}

/* A sentence begins with a capital and ends with a stop. */
static struct str
as_sentence(struct arena *a, struct str s)
{
	struct str out = str_printf(a, "%.*s%s\n", STR_FMT(s),
	    s.n > 0 && s.p[s.n - 1] == '.' ? "" : ".");
	char *p = (char *)(uintptr_t)out.p;

	if (p[0] >= 'a' && p[0] <= 'z')
		p[0] = (char)(p[0] - 'a' + 'A');
	return out;
}

struct response *
reply_text(const struct uploads *u, const struct request *req, int status,
    struct str sentence)
{
	struct arena *a = arena_new(0);
	struct reply r = {
		.status = status,
		.sentence = as_sentence(a, sentence),
	};
	struct response *out = NULL;

	if (status == 401)
		reply_add(&r, STR("WWW-Authenticate"),
		    STR("Bearer realm=\"upload\""));
	if (status == 412)
		reply_add(&r, STR("Tus-Version"), STR(TUS_VERSION));
	out = reply_make(u, req, &r);
	arena_free(a);
	return out;
}

/* What the store says of a full disk is an IO failure like others. */
static bool
is_full(struct uploads *u)
{
	struct arena *a = arena_new(0);
	struct ctx ctx;
	int64_t room = 0;
	bool full = false;

	ctx_init(&ctx, a, NULL);
	full = partial_room(&ctx, u->conf.folder, &room) == ERR_OK &&
	       room < (1 << 20);
	arena_free(a);
	return full;
}

struct response *
reply_failure(
    struct uploads *u, const struct request *req, struct ctx *ctx, enum err err)
{
	int status = http_status(err);

	if (err == ERR_LIMIT || (err == ERR_IO && is_full(u)))
		status = 507;
	else if (err == ERR_BUSY)
		status = 423;
	if (status >= 500)
		log_failure(ctx, "upload");
	/* Our own failures are for the log. */
	return reply_text(u, req, status,
	    status == 500 ? STR("the fault is ours and has been noted; what "
				"was acknowledged is kept")
			  : str_c(ctx_why(ctx)));
}

struct str
upload_address(struct arena *a, struct str name)
{
	return str_printf(a, "/upload/%.*s", STR_FMT(name));
}

struct response *
reply_options(
    const struct uploads *u, const struct request *req, struct arena *a)
{
	struct reply r = { .status = 200 };
	struct buf b;

	buf_init(&b, a, 4096);
	buf_printf(&b,
	    "{\"max_bytes\": %" PRId64 ", \"open_max\": %d, "
	    "\"open_bytes_max\": %" PRId64 ", \"keep_seconds\": %d, "
	    "\"types\": [",
	    INTAKE_MAX, UPLOADS_OPEN_MAX, UPLOADS_BYTES_MAX,
	    UPLOAD_KEEP_SECONDS);
	for (size_t i = 0; intake_types[i] != NULL; i++)
		buf_printf(&b, "%s\"%s\"", i > 0 ? ", " : "", intake_types[i]);
	BUF_LIT(&b, "]}\n");
	reply_add(&r, STR("Tus-Version"), STR(TUS_VERSION));
	reply_add(&r, STR("Tus-Extension"),
	    STR("creation,creation-with-upload,expiration,checksum,"
		"termination"));
	reply_add(&r, STR("Tus-Checksum-Algorithm"), STR("sha1,sha256"));
	reply_int(&r, a, STR("Tus-Max-Size"), INTAKE_MAX);
	reply_add(&r, STR("Tus-Resumable"), STR(TUS_VERSION));
	add_origin(u, req, &r);
	return response_new(&(struct response_make){
	    .type = STR("application/json"),
	    .body = buf_str(&b),
	    .codings = RESPONSE_PLAIN,
	    .headers = r.headers,
	    .headers_n = r.n,
	    .hsts = str_starts(u->url, STR("https://")),
	    .no_etag = true,
	});
}
