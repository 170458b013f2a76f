/* SPDX-License-Identifier: MIT */
/* masthead serve: one process, from the folder's lock to the last reader. */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/thread.h"
#include "cli/command.h"
#include "cli/conf.h"
#include "cli/control.h"
#include "cli/perform.h"
#include "http/http.h"
#include "jobs/keeper.h"
#include "jobs/media.h"
#include "jobs/timer.h"
#include "jobs/writer.h"
#include "media/media.h"
#include "newsroom/audit.h"
#include "newsroom/house.h"
#include "site/site.h"
#include "store/folder.h"
#include "store/store.h"
#include "upload/upload.h"

enum {
	GRACE_SECONDS = 10,    /* for answers under way at the end */
	FILES_CONNECTION = 2,  /* its socket, and a file that is sent */
	FILES_POOL_THREAD = 8, /* its reader's, and what a sort spills */
	FILES_OTHER = 256,     /* the writer's, workers', commands' */
	CONNECTIONS_MIN = 16,
};

/* Everything that runs; each may be NULL, and is ended in this order. */
struct server {
	struct control *control;
	struct http *http;
	struct timer *timer;
	struct keeper *keeper;
	struct uploads *uploads;
	struct dispatch *dispatch;
	struct site *site;
	struct media *media;
	struct writer *writer;
	struct store *store;
	struct folder *folder;
	struct http_app readers; /* the site's part of http's calls */
};

static void
note_audit_head(struct ctx *ctx, struct store *st)
{
	struct audit_head head = { 0 };

	if (audit_head(ctx, st, &head) != ERR_OK) {
		log_failure(ctx, "audit_head");
		return;
	}
	log_event(LOG_INFO, "audit_head",
	    { "rows", str_printf(ctx->arena, "%" PRId64, head.id) },
	    { "hash", head.hash });
}

static void
server_end(struct server *s)
{
	struct arena *a = arena_new(0);
	bool whole = s->timer != NULL; /* or it did not come so far */
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	control_stop(s->control);
	if (s->site != NULL)
		site_leave(s->site);
	http_stop(s->http, GRACE_SECONDS);
	keeper_stop(s->keeper);
	timer_stop(s->timer);
	uploads_free(s->uploads);
	dispatch_stop(s->dispatch);
	if (whole)
		note_audit_head(&ctx, s->store);
	if (s->store != NULL)
		store_on_commit(s->store, NULL, NULL);
	site_free(s->site);
	media_close(s->media);
	writer_free(s->writer);
	store_close(s->store);
	folder_close(s->folder);
	arena_free(a);
}

/* ---- starting ---- */

/* Without workers the site goes on; pictures that are not made yet wait. */
static void
open_media(struct ctx *ctx, const struct conf *conf, struct media **out)
{
	struct media_settings settings = {
		.deadline = (int)conf->media_deadline,
		.workers = (int)conf->media_workers,
	};

	if (media_open(ctx, &settings, out) != ERR_OK) {
		*out = NULL;
		log_failure(ctx, "media");
	}
}

/*
 * Connections must leave descriptors for the store.  When there are none, the
 * event threads ask for the next connection over and over, as fast as they
 * can, and nothing can be published: so no more connections are taken than
 * that the rest has what it needs.
 */
static enum err
fit_connections(struct ctx *ctx, struct conf *conf)
{
	rlim_t rest =
	    FILES_OTHER + FILES_POOL_THREAD * (rlim_t)conf->pool_threads;
	rlim_t want = rest + FILES_CONNECTION * (rlim_t)conf->connections;
	rlim_t least = rest + FILES_CONNECTION * CONNECTIONS_MIN;
	struct rlimit now = { 0 };

	if (getrlimit(RLIMIT_NOFILE, &now) != 0)
		return FAIL(ctx, ERR_IO, "the limit of open files is unknown");
	if (now.rlim_cur < want) {
		now.rlim_cur = now.rlim_max < want ? now.rlim_max : want;
		if (setrlimit(RLIMIT_NOFILE, &now) != 0)
			getrlimit(RLIMIT_NOFILE, &now);
	}
	if (now.rlim_cur >= want)
		return ERR_OK;
	if (now.rlim_cur < least)
		return FAIL(ctx, ERR_LIMIT,
		    "a server needs %ju open files at the least and may have "
		    "%ju: raise the limit (ulimit -n, or LimitNOFILE= of the "
		    "service)",
		    (uintmax_t)least, (uintmax_t)now.rlim_cur);
	conf->connections = (int64_t)((now.rlim_cur - rest) / FILES_CONNECTION);
	log_event(LOG_WARN, "connections_lowered",
	    { "connections",
		str_printf(ctx->arena, "%" PRId64, conf->connections) },
	    { "open_files",
		str_printf(ctx->arena, "%ju", (uintmax_t)now.rlim_cur) },
	    { "needed", str_printf(ctx->arena, "%ju", (uintmax_t)want) });
	return ERR_OK;
}

static struct str
site_url(struct ctx *ctx, const struct conf *conf, const struct http *h)
{
	if (conf->url.n != 0)
		return conf->url;
	return str_printf(ctx->arena, "http://%.*s", STR_FMT(http_address(h)));
}

/* Readers may want what it takes there: it must not wait for them. */
static void
on_commit(void *arg, const struct store_commit *commit)
{
	struct server *s = arg;
	bool went_back = thread_forward();

	site_commit(s->site, commit);
	if (went_back)
		writer_go_back(s->writer);
}

static enum err
open_site(struct ctx *ctx, const struct conf *conf, struct server *s)
{
	TRY(site_new(ctx,
	    &(struct site_conf){
		.folder = s->folder,
		.url = site_url(ctx, conf, s->http),
		.readers = (unsigned)conf->pool_threads,
		.cache_bytes = (size_t)conf->cache_mb << 20,
		.media = s->media,
		.widths = conf->widths,
		.no_training = conf->no_training,
		.no_answers = conf->no_answers,
		.refused = conf->refused,
		.contact = conf->contact,
	    },
	    &s->site));
	store_on_commit(s->store, on_commit, s);
	return ERR_OK;
}

static enum err
open_http(struct ctx *ctx, const struct conf *conf, struct server *s)
{
	struct http_conf http = {
		.listen = str_cstr(ctx->arena, conf->listen),
		.event_threads = (unsigned)conf->event_threads,
		.pool_threads = (unsigned)conf->pool_threads,
		.connections = (unsigned)conf->connections,
		.connections_address = (unsigned)conf->connections_address,
		.head_seconds = (unsigned)conf->head_seconds,
		.body_seconds = (unsigned)conf->body_seconds,
		.idle_seconds = (unsigned)conf->idle_seconds,
		.access = conf->access_off ? ACCESS_NONE : conf->access,
		.trusted_proxies = str_cstr(ctx->arena, conf->trusted_proxies),
	};

	return http_open(ctx, &http, &s->http);
}

static enum err
open_uploads(struct ctx *ctx, const struct conf *conf, struct server *s)
{
	return uploads_new(ctx,
	    &(struct uploads_conf){
		.folder = s->folder,
		.writer = s->writer,
		.media = s->media,
		.url = site_url(ctx, conf, s->http),
	    },
	    &s->uploads);
}

/* ---- which room a request is for ---- */

static bool
for_uploads(struct exchange *x)
{
	return uploads_own(exchange_request(x)->path);
}

static enum lane
serve_first(void *arg, struct exchange *x, struct response **out)
{
	struct server *s = arg;

	return for_uploads(x) ? uploads_first(s->uploads, x, out)
			      : s->readers.first(s->readers.arg, x, out);
}

static void
serve_work(void *arg, struct exchange *x, unsigned worker)
{
	struct server *s = arg;

	if (for_uploads(x))
		uploads_work(s->uploads, x);
	else
		s->readers.work(s->readers.arg, x, worker);
}

static struct response *
serve_crowded(void *arg, struct exchange *x)
{
	struct server *s = arg;

	/* An upload that waits for its turn has begun nothing yet. */
	return for_uploads(x) ? NULL : s->readers.crowded(s->readers.arg, x);
}

static enum body
serve_body(void *arg, struct exchange *x, size_t *max)
{
	(void)arg;
	return for_uploads(x) ? uploads_body(x, max) : BODY_MEMORY;
}

static struct response *
serve_stream(void *arg, struct exchange *x, unsigned worker,
    enum stream_step step, struct str bytes)
{
	struct server *s = arg;

	(void)worker;
	return uploads_stream(s->uploads, x, step, bytes);
}

static enum err
serve_site(struct ctx *ctx, struct server *s)
{
	struct http_app app = {
		.arg = s,
		.first = serve_first,
		.work = serve_work,
		.crowded = serve_crowded,
		.body = serve_body,
		.stream = serve_stream,
	};

	s->readers = site_app(s->site);
	site_set_http(s->site, s->http);
	return http_serve(ctx, s->http, &app);
}

static void
more_metrics(void *arg, struct buf *out)
{
	const struct server *s = arg;

	timer_metrics(s->timer, out);
	keeper_metrics(s->keeper, out);
	uploads_metrics(s->uploads, out);
	if (s->dispatch != NULL)
		dispatch_metrics(s->dispatch, out);
}

static enum err
start(struct ctx *ctx, const struct conf *conf, struct server *s)
{
	TRY(folder_lock(ctx, s->folder));
	TRY(store_open(
	    ctx, &(struct store_open){ s->folder, STORE_WRITE }, &s->store));
	note_audit_head(ctx, s->store);
	s->writer = writer_new(s->store);
	open_media(ctx, conf, &s->media);
	/* First the address: links begin with it, and its port may be any. */
	TRY(open_http(ctx, conf, s));
	TRY(open_site(ctx, conf, s));
	TRY(open_uploads(ctx, conf, s));
	TRY(serve_site(ctx, s));
	TRY(control_start(ctx,
	    &(struct control_conf){
		.folder = s->folder,
		.writer = s->writer,
		.media = s->media,
		.site = s->site,
	    },
	    &s->control));
	if (s->media != NULL)
		TRY(dispatch_start(ctx,
		    &(struct dispatch_conf){
			.folder = s->folder,
			.writer = s->writer,
			.media = s->media,
			.av1 = !conf->no_av1,
		    },
		    &s->dispatch));
	TRY(timer_start(ctx, s->writer, s->folder, &s->timer));
	TRY(keeper_start(ctx, s->folder, s->writer, &s->keeper));
	site_set_metrics(s->site, more_metrics, s);
	return ERR_OK;
}

/* ---- running ---- */

/* What a service manager waits for, if one does (sd_notify(3)). */
static void
notify_manager(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int s = -1;

	if (path == NULL || strlen(path) >= sizeof address.sun_path)
		return;
	memcpy(address.sun_path, path, strlen(path));
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	s = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s < 0)
		return;
	sendto(s, state, strlen(state), MSG_NOSIGNAL,
	    (struct sockaddr *)&address,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path)));
	close(s);
}

static void
say_ready(struct run *run, struct server *s)
{
	struct str address = http_address(s->http);
	const struct house *house = NULL;
	struct str title = STR("the newsroom");

	if (house_get(run->ctx, writer_take(s->writer), &house) == ERR_OK)
		title = house->title;
	writer_give_quietly(s->writer);
	fprintf(run->out, "Serving %.*s at http://%.*s/\n", STR_FMT(title),
	    STR_FMT(address));
	fflush(run->out);
	log_event(LOG_INFO, "serve", { "address", address },
	    { "data", str_c(folder_path(s->folder)) },
	    { "version", STR(MASTHEAD_VERSION) });
	notify_manager("READY=1");
}

static void
reload(struct server *s)
{
	struct arena *a = arena_new(0);
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	if (site_reload_theme(&ctx, s->site) != ERR_OK)
		log_failure(&ctx, "theme_reload");
	else
		log_event(LOG_INFO, "theme_reload", { "state", STR("done") });
	arena_free(a);
}

static void
wait_for_end(const sigset_t *signals, struct server *s)
{
	int signal = 0;

	while (sigwait(signals, &signal) == 0 && signal == SIGHUP)
		reload(s);
	log_event(LOG_INFO, "stop", { "signal", str_c(strsignal(signal)) });
	notify_manager("STOPPING=1");
}

/* Blocked in every thread that starts after this one. */
static void
hold_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGHUP);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, signals, NULL);
	signal(SIGPIPE, SIG_IGN);
}

enum err
run_serve(struct run *run)
{
	CLEANUP(server_end) struct server s = { 0 };
	struct str config = args_value(run->args, "config");
	struct conf conf;
	sigset_t signals;

	TRY(folder_open(run->ctx, run->args->data, &s.folder));
	threads_keep_places();
	TRY(perform_step_down(run->ctx, s.folder));
	TRY(conf_read(run->ctx, folder_fd(s.folder),
	    config.n != 0 ? str_cstr(run->ctx->arena, config) : NULL, &conf));
	if (args_given(run->args, "listen"))
		conf.listen = args_value(run->args, "listen");
	if (args_given(run->args, "print-config")) {
		conf_print(run->out, &conf);
		return ERR_OK;
	}
	hold_signals(&signals);
	TRY(fit_connections(run->ctx, &conf));
	TRY(start(run->ctx, &conf, &s));
	say_ready(run, &s);
	wait_for_end(&signals, &s);
	return ERR_OK;
}
