/* SPDX-License-Identifier: MIT */
/* A request at /upload, from its headers to its answer. */

#include "upload/upload.h"

#include <assert.h>
#include <stdlib.h>

#include "jobs/writer.h"
#include "newsroom/intake.h"
#include "store/partial.h"
#include "upload/own.h"

static const char place[] = "/upload";
static const char octets[] = "application/offset+octet-stream";

/* One request. */
struct call {
	struct uploads *u;
	struct exchange *x;
	const struct request *req;
	struct ctx *ctx;
	enum method method;
	struct str name; /* of the upload; empty: the collection */
	const struct token *token;
	struct session *session; /* it has bytes to take */
	bool handed;		 /* the finisher has the exchange */
};

bool
uploads_own(struct str path)
{
	const size_t n = sizeof place - 1;

	return path.n >= n && memcmp(path.p, place, n) == 0 &&
	       (path.n == n || path.p[n] == '/');
}

/* Old proxies let through GET and POST only. */
static enum method
method_meant(const struct request *req)
{
	struct str meant = request_header(req, STR("x-http-method-override"));

	return meant.n > 0 && req->method == METHOD_POST ? method_read(meant)
							 : req->method;
}

static struct response *
refuse(struct call *c, int status, const char *sentence)
{
	return reply_text(c->u, c->req, status, str_c(sentence));
}

/* What the sender did wrong, as ctx says it. */
static struct response *
refuse_why(struct call *c, int status)
{
	return refuse(c, status, ctx_why(c->ctx));
}

static struct response *
fail(struct call *c, enum err err)
{
	return reply_failure(c->u, c->req, c->ctx, err);
}

static struct response *
refuse_method(struct call *c)
{
	struct reply r = {
		.status = 405,
		.sentence = STR("This address does not take this method.\n"),
	};

	reply_add(&r, STR("Allow"),
	    c->name.n > 0 ? STR("OPTIONS, HEAD, PATCH, DELETE")
			  : STR("OPTIONS, POST"));
	return reply_make(c->u, c->req, &r);
}

/* ---- who, and what ---- */

static bool
is_upload_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];

		if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
			(ch >= '0' && ch <= '9') || ch == '-' || ch == '_'))
			return false;
	}
	return s.n == UPLOAD_NAME;
}

static struct response *
check_token(struct call *c)
{
	struct uploads *u = c->u;
	struct str text =
	    tus_bearer(request_header(c->req, STR("authorization")));
	enum err err = ERR_OK;

	if (text.n == 0)
		return refuse(c, 401,
		    "Uploads need a token: Authorization: Bearer TOKEN; "
		    "`masthead token add` makes one.");
	pthread_mutex_lock(&u->reader_lock);
	err = token_verify(c->ctx, u->reader, text, &c->token);
	pthread_mutex_unlock(&u->reader_lock);
	if (err == ERR_DENIED) {
		atomic_fetch_add(&u->denied, 1);
		return refuse_why(c, 401);
	}
	if (err != ERR_OK)
		return fail(c, err);
	if (!str_eq(c->token->rights, STR("upload")))
		return refuse(c, 403, "This token may not upload.");
	return NULL;
}

/* NULL: it may go on. */
static struct response *
check(struct call *c)
{
	if (c->req->path.n > sizeof place &&
	    !is_upload_name(str_from(c->req->path, sizeof place)))
		return refuse(c, 404, "There is no such upload.");
	c->name = str_from(c->req->path, sizeof place);
	if (!str_eq(
		request_header(c->req, STR("tus-resumable")), STR(TUS_VERSION)))
		return refuse(c, 412,
		    "This is tus " TUS_VERSION ": say so with Tus-Resumable.");
	return check_token(c);
}

enum err
upload_read(struct ctx *ctx, struct uploads *u, struct str name,
    const struct upload **out)
{
	enum err err = ERR_OK;

	pthread_mutex_lock(&u->reader_lock);
	err = upload_by_name(ctx, u->reader, name, out);
	pthread_mutex_unlock(&u->reader_lock);
	return err;
}

/* The caller's own, and alive; another's is as if it were not there. */
static struct response *
find_upload(struct call *c, const struct upload **out)
{
	enum err err = upload_read(c->ctx, c->u, c->name, out);

	if (err != ERR_OK)
		return fail(c, err);
	if (*out == NULL || (*out)->person != c->token->person)
		return refuse(c, 404, "There is no such upload.");
	if ((*out)->refused.n > 0)
		return reply_text(c->u, c->req, 410, (*out)->refused);
	if ((*out)->expires_at <= ctx_now(c->ctx) && !upload_is_whole(*out))
		return refuse(
		    c, 410, "This upload has expired: begin it anew.");
	return NULL;
}

/* ---- HEAD, DELETE ---- */

static struct response *
head(struct call *c)
{
	struct reply r = { .status = 200 };
	const struct upload *up = NULL;
	struct response *no = NULL;
	enum err err = session_keep_of(c->ctx, c->u, c->name);

	if (err != ERR_OK && err != ERR_GONE)
		return fail(c, err);
	no = find_upload(c, &up);
	if (no != NULL)
		return no;
	if (up->asset != 0)
		return finished_reply(c->u, c->req, c->ctx, up, false);
	reply_int(&r, c->ctx->arena, STR("Upload-Offset"), up->kept);
	reply_int(&r, c->ctx->arena, STR("Upload-Length"), up->size);
	if (up->metadata.n > 0)
		reply_add(&r, STR("Upload-Metadata"), up->metadata);
	reply_expires(&r, c->ctx->arena, up->expires_at);
	return reply_make(c->u, c->req, &r);
}

static struct response *
terminate(struct call *c)
{
	struct uploads *u = c->u;
	struct reply r = { .status = 204 };
	const struct upload *up = NULL;
	struct session *s = NULL;
	struct response *no = find_upload(c, &up);
	enum err err = ERR_OK;

	if (no != NULL)
		return no;
	err = session_oust(c->ctx, u, c->name, &s);
	if (err != ERR_OK)
		return fail(c, err);
	err = upload_remove(c->ctx, writer_take(u->conf.writer), up);
	writer_give(u->conf.writer);
	if (err == ERR_OK)
		partial_remove(u->conf.folder, c->name);
	session_end(s);
	pthread_mutex_unlock(&s->lock);
	session_unref(s);
	return err == ERR_OK ? reply_make(u, c->req, &r) : fail(c, err);
}

/* ---- the bytes ---- */

/* A session for what comes; its lock is held. */
static struct response *
open_session(struct call *c, const struct upload *up, struct session *s)
{
	enum err err = tus_checksum_read(
	    c->ctx, request_header(c->req, STR("upload-checksum")), &s->sum);

	if (err != ERR_OK)
		return refuse_why(c, 400);
	if (c->req->body_n > up->size - up->kept)
		return refuse(
		    c, 413, "This is more than the length that was announced.");
	err =
	    partial_open(c->ctx, c->u->conf.folder, up->name, up->kept, &s->fd);
	if (err != ERR_OK)
		return fail(c, err);
	s->id = up->id;
	s->size = up->size;
	s->kept = s->put = up->kept;
	s->kept_at = clock_monotonic_ns();
	s->expires_at = up->expires_at;
	return NULL;
}

/* NULL: there is a session now, which takes what comes. */
static struct response *
begin_bytes(struct call *c, int64_t offset, bool created)
{
	const struct upload *up = NULL;
	struct session *s = NULL;
	struct response *no = NULL;
	enum err err = session_claim(c->ctx, c->u, c->name, offset, &s);

	if (err != ERR_OK)
		return fail(c, err);
	/* Only now is it certain that nobody moves it. */
	no = find_upload(c, &up);
	if (no == NULL && up->kept != offset)
		no = refuse(c, 409,
		    "The upload is at another offset: HEAD says which.");
	if (no == NULL)
		no = open_session(c, up, s);
	s->created = created;
	if (no != NULL)
		session_end(s);
	pthread_mutex_unlock(&s->lock);
	if (no != NULL)
		session_unref(s);
	else
		c->session = s;
	return no;
}

static bool
says_octets(struct call *c)
{
	return str_eq_nocase(
	    request_header(c->req, STR("content-type")), str_c(octets));
}

static struct response *
patch(struct call *c)
{
	const struct upload *up = NULL;
	struct response *no = NULL;
	int64_t offset = 0;

	if (!says_octets(c))
		return refuse(
		    c, 415, "Bytes come as application/offset+octet-stream.");
	if (!tus_number(request_header(c->req, STR("upload-offset")), &offset))
		return refuse(c, 400,
		    "Upload-Offset says where the bytes belong: a number.");
	no = find_upload(c, &up);
	if (no != NULL)
		return no;
	if (up->kept < up->size)
		return begin_bytes(c, offset, false);
	if (offset != up->size)
		return refuse(c, 409,
		    "The upload is at another offset: HEAD says which.");
	if (c->req->body_n != 0)
		return refuse(
		    c, 413, "This is more than the length that was announced.");
	if (up->asset != 0)
		return finished_reply(c->u, c->req, c->ctx, up, false);
	/* Nothing is missing; it may be asked what has become of it. */
	c->handed = true;
	finisher_put(c->u, c->name, c->x, false);
	return NULL;
}

/* ---- POST ---- */

static struct response *
check_size(struct call *c, int64_t *size)
{
	struct str text = request_header(c->req, STR("upload-length"));
	int64_t room = 0;

	if (request_header(c->req, STR("upload-defer-length")).n > 0)
		return refuse(
		    c, 400, "The length must be known at the beginning.");
	if (!tus_number(text, size))
		return refuse(c, 400,
		    "Upload-Length says how many bytes will come: a number.");
	if (*size == 0)
		return refuse(c, 400, "An empty file is no picture.");
	if (*size > INTAKE_MAX) {
		struct str why = str_printf(c->ctx->arena,
		    "a file has at most %" PRId64 " bytes", INTAKE_MAX);

		return reply_text(c->u, c->req, 413, why);
	}
	if (c->req->body_n > *size)
		return refuse(
		    c, 413, "This is more than the length that was announced.");
	if (partial_room(c->ctx, c->u->conf.folder, &room) != ERR_OK)
		return fail(c, ERR_IO);
	if (room < *size + ROOM_SPARED)
		return refuse(c, 507,
		    "The house's disk has no room for a file of this size.");
	return NULL;
}

static struct response *
check_kind(struct call *c, struct tus_metadata *meta)
{
	struct str list = { 0 };

	if (tus_metadata_read(c->ctx,
		request_header(c->req, STR("upload-metadata")), meta) != ERR_OK)
		return refuse_why(c, 400);
	if (intake_may_be(meta->type))
		return NULL;
	for (size_t i = 0; intake_types[i] != NULL; i++)
		list = str_printf(c->ctx->arena, "%.*s%s%s", STR_FMT(list),
		    i > 0 ? ", " : "", intake_types[i]);
	list = str_printf(c->ctx->arena,
	    "files of the type %.*s are not taken, but %.*s",
	    STR_FMT(utf8_head(meta->type, 100)), STR_FMT(list));
	return reply_text(c->u, c->req, 415, list);
}

/* Creates the row, and notes that the token is used. */
static enum err
add(struct call *c, int64_t size, const struct tus_metadata *meta,
    const struct upload **out)
{
	struct store *st = writer_take(c->u->conf.writer);
	enum err err = upload_add(c->ctx, st,
	    &(struct upload){
		.person = c->token->person,
		.size = size,
		.file = meta->file,
		.type = meta->type,
		.metadata = request_header(c->req, STR("upload-metadata")),
		.alt = meta->alt,
		.caption = meta->caption,
		.credit = meta->credit,
		.copyright = meta->copyright,
		.licence = meta->licence,
	    },
	    out);

	if (err == ERR_OK && token_is_unnoted(c->ctx, c->token))
		err = token_note(c->ctx, st, c->token->id);
	writer_give(c->u->conf.writer);
	return err;
}

static struct response *
create(struct call *c)
{
	struct reply r = { .status = 201 };
	struct tus_metadata meta = { 0 };
	const struct upload *up = NULL;
	struct response *no = NULL;
	int64_t size = 0;
	enum err err = ERR_OK;

	if (c->req->body_n != 0 && !says_octets(c))
		return refuse(
		    c, 415, "Bytes come as application/offset+octet-stream.");
	no = check_size(c, &size);
	if (no == NULL)
		no = check_kind(c, &meta);
	if (no != NULL)
		return no;
	err = add(c, size, &meta, &up);
	if (err == ERR_BUSY)
		return refuse_why(c, 429);
	if (err != ERR_OK)
		return fail(c, err);
	if (c->req->body_n != 0) {
		c->name = up->name;
		return begin_bytes(c, 0, true);
	}
	reply_add(&r, STR("Location"), upload_address(c->ctx->arena, up->name));
	reply_expires(&r, c->ctx->arena, up->expires_at);
	return reply_make(c->u, c->req, &r);
}

/* ---- dispatch ---- */

/* NULL: there is a session, or the finisher has the exchange. */
static struct response *
dispatch(struct call *c)
{
	struct response *no = check(c);

	if (no != NULL)
		return no;
	if (c->name.n == 0)
		return c->method == METHOD_POST ? create(c) : refuse_method(c);
	if (c->method == METHOD_HEAD)
		return head(c);
	if (c->method == METHOD_PATCH)
		return patch(c);
	if (c->method == METHOD_DELETE)
		return terminate(c);
	return refuse_method(c);
}

static void
call_init(
    struct call *c, struct uploads *u, struct exchange *x, struct ctx *ctx)
{
	ctx_init(ctx, exchange_arena(x), u->conf.clock);
	*c = (struct call){
		.u = u,
		.x = x,
		.req = exchange_request(x),
		.ctx = ctx,
		.method = method_meant(exchange_request(x)),
	};
}

/* All of the body has come.  NULL: the finisher has the exchange. */
static struct response *
end_bytes(struct call *c, struct session *s)
{
	struct reply r = { .status = s->created ? 201 : 204 };
	enum err err = ERR_OK;

	if (s->over)
		return refuse(
		    c, 423, "Another request goes on with this upload.");
	if (!tus_checksum_matches(&s->sum)) {
		session_end(s);
		return refuse(c, 460,
		    "The bytes are not those of Upload-Checksum; none was "
		    "kept.");
	}
	s->sum.algorithm = TUS_NONE; /* and so they count */
	err = session_keep(c->ctx, s);
	session_end(s);
	if (err != ERR_OK)
		return fail(c, err);
	if (s->kept == s->size) {
		c->handed = true;
		finisher_put(c->u, str_c(s->name), c->x, s->created);
		return NULL;
	}
	if (s->created)
		reply_add(&r, STR("Location"),
		    upload_address(c->ctx->arena, str_c(s->name)));
	reply_int(&r, c->ctx->arena, STR("Upload-Offset"), s->kept);
	reply_expires(&r, c->ctx->arena, s->expires_at);
	return reply_make(c->u, c->req, &r);
}

void
uploads_work(struct uploads *u, struct exchange *x)
{
	struct response *r = NULL;
	struct ctx ctx;
	struct call c;

	call_init(&c, u, x, &ctx);
	c.session = exchange_data(x);
	if (c.session == NULL)
		r = dispatch(&c);
	if (c.session != NULL) { /* all of it has come, if it was nothing */
		pthread_mutex_lock(&c.session->lock);
		r = end_bytes(&c, c.session);
		pthread_mutex_unlock(&c.session->lock);
		session_unref(c.session);
	}
	/* Else x may be gone by now. */
	if (!c.handed)
		exchange_answer(x, r);
}

enum lane
uploads_first(struct uploads *u, struct exchange *x, struct response **out)
{
	if (exchange_request(x)->method == METHOD_OPTIONS) {
		*out = reply_options(u, exchange_request(x), exchange_arena(x));
		return LANE_ANSWERED;
	}
	if (exchange_data(x) == NULL)
		return LANE_SLOW;
	/* Bytes that came are never turned away at the door. */
	exchange_queue(x);
	return LANE_PARKED;
}

/* ---- streams ---- */

enum body
uploads_body(struct exchange *x, size_t *max)
{
	enum method m = method_meant(exchange_request(x));

	if (m != METHOD_POST && m != METHOD_PATCH)
		return BODY_MEMORY;
	*max = SIZE_MAX / 2; /* we look ourselves, and say more */
	return BODY_STREAM;
}

/* NULL: it was taken. */
static struct response *
take_bytes(struct call *c, struct session *s, struct str bytes)
{
	int64_t since = clock_monotonic_ns() - s->kept_at;
	enum err err = ERR_OK;

	if (s->over)
		return refuse(
		    c, 423, "Another request goes on with this upload.");
	if ((int64_t)bytes.n > s->size - s->put) {
		session_stop(s);
		return refuse(
		    c, 413, "This is more than the length that was announced.");
	}
	tus_checksum_update(&s->sum, bytes);
	err = partial_write(c->ctx, s->fd, s->put, bytes);
	if (err == ERR_OK)
		s->put += (int64_t)bytes.n;
	if (err == ERR_OK && (s->put - s->kept >= SYNC_BYTES ||
				 since >= SYNC_SECONDS * CLOCK_SECOND))
		err = session_keep(c->ctx, s);
	if (err == ERR_OK)
		return NULL;
	session_stop(s);
	return fail(c, err);
}

struct response *
uploads_stream(struct uploads *u, struct exchange *x, enum stream_step step,
    struct str bytes)
{
	struct session *s = exchange_data(x);
	struct response *r = NULL;
	struct ctx ctx;
	struct call c;

	if (step == STREAM_OPEN) {
		call_init(&c, u, x, &ctx);
		r = dispatch(&c);
		exchange_set_data(x, c.session);
		return r;
	}
	if (s == NULL)
		return NULL;
	pthread_mutex_lock(&s->lock);
	if (step == STREAM_BYTES) {
		call_init(&c, u, x, &ctx);
		ctx.arena = s->arena;
		r = take_bytes(&c, s, bytes);
		arena_reset(s->arena);
	} else {
		session_stop(s);
	}
	pthread_mutex_unlock(&s->lock);
	if (r != NULL || step == STREAM_CUT) {
		exchange_set_data(x, NULL);
		session_unref(s);
	}
	return r;
}

/* ---- beginning and end ---- */

/* What a kill left: files without a row, or of one that is done with. */
static enum err
remove_orphans(struct ctx *ctx, struct uploads *u)
{
	const struct str *names = NULL;
	size_t n = 0;

	TRY(partial_list(ctx, u->conf.folder, &names, &n));
	for (size_t i = 0; i < n; i++) {
		const struct upload *up = NULL;

		TRY(upload_read(ctx, u, names[i], &up));
		if (up == NULL || up->asset != 0 || up->refused.n > 0)
			partial_remove(u->conf.folder, names[i]);
	}
	return ERR_OK;
}

static enum err
prepare(struct ctx *ctx, struct uploads *u)
{
	TRY(store_open(ctx,
	    &(struct store_open){
		.folder = u->conf.folder,
		.mode = STORE_READ,
	    },
	    &u->reader));
	return remove_orphans(ctx, u);
}

enum err
uploads_new(
    struct ctx *ctx, const struct uploads_conf *conf, struct uploads **out)
{
	struct arena *a = arena_new(0);
	struct uploads *u = ARENA_NEW(a, struct uploads);
	enum err err = ERR_OK;

	u->arena = a;
	u->conf = *conf;
	u->url = str_dup(a, conf->url);
	u->last = &u->first;
	pthread_mutex_init(&u->lock, NULL);
	pthread_mutex_init(&u->reader_lock, NULL);
	pthread_cond_init(&u->more, NULL);
	err = prepare(ctx, u);
	if (err == ERR_OK)
		err = finisher_start(ctx, u);
	if (err != ERR_OK) {
		uploads_free(u);
		return err;
	}
	*out = u;
	return ERR_OK;
}

void
uploads_free(struct uploads *u)
{
	if (u == NULL)
		return;
	finisher_stop(u);
	assert(u->sessions == NULL);
	store_close(u->reader);
	pthread_cond_destroy(&u->more);
	pthread_mutex_destroy(&u->lock);
	pthread_mutex_destroy(&u->reader_lock);
	arena_free(u->arena);
}

void
uploads_metrics(struct uploads *u, struct buf *out)
{
	buf_printf(out,
	    "# HELP masthead_upload_bytes_total Bytes of uploads that were "
	    "kept.\n"
	    "# TYPE masthead_upload_bytes_total counter\n"
	    "masthead_upload_bytes_total %" PRIuFAST64 "\n"
	    "# HELP masthead_uploads_total Uploads that came to an end.\n"
	    "# TYPE masthead_uploads_total counter\n"
	    "masthead_uploads_total{end=\"taken\"} %" PRIuFAST64 "\n"
	    "masthead_uploads_total{end=\"refused\"} %" PRIuFAST64 "\n"
	    "# HELP masthead_upload_denied_total Requests with a token that "
	    "does not hold.\n"
	    "# TYPE masthead_upload_denied_total counter\n"
	    "masthead_upload_denied_total %" PRIuFAST64 "\n",
	    atomic_load(&u->bytes), atomic_load(&u->taken),
	    atomic_load(&u->refused), atomic_load(&u->denied));
}
