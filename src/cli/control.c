/* SPDX-License-Identifier: MIT */
/* Both ends of the control socket. */

#include "cli/control.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/thread.h"
#include "cli/perform.h"
#include "jobs/writer.h"
#include "store/folder.h"

enum {
	PACKET_MAX = 32768, /* bytes of output in one packet */
	BACKLOG = 16,
	/* Milliseconds. */
	HEAR_WAIT = 5000,      /* for a client's words */
	SEND_WAIT = 600000,    /* for a client that reads nothing */
	SEND_WAIT_STOP = 2000, /* likewise, when the server ends */
	PROGRESS_EVERY = 100,
	NO_PLACE_WAIT = 20,
	/* Words of a message: the command's, and options with a value. */
	MESSAGE_WORDS = WORDS_MAX + 2 * (OPTIONS_MAX + 2),
};

struct control {
	struct control_conf conf;
	int listen;
	int stop[2]; /* a pipe: closing its end wakes every thread */
	pthread_t thread;
	atomic_bool stopping;
	atomic_int clients;
};

/* One command under way. */
struct client {
	struct control *control;
	int socket;
	int64_t told; /* when progress went out; monotonic nanoseconds */
	bool behind;  /* it works behind readers */
};

/*
 * Socket paths end at 107 bytes; through the folder's descriptor any folder
 * has a short one.
 */
static void
control_address(const struct folder *f, struct sockaddr_un *out)
{
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(out->sun_path, sizeof out->sun_path,
	    "/proc/self/fd/%d/control", folder_fd(f));
}

/* ---- the server: answering ---- */

/* false, and errno, when it does not go at once. */
static bool
send_packet(int socket, char letter, struct str bytes)
{
	struct iovec parts[] = {
		{ .iov_base = &letter, .iov_len = 1 },
		{ .iov_base = (void *)(uintptr_t)bytes.p, .iov_len = bytes.n },
	};
	struct msghdr m = { .msg_iov = parts, .msg_iovlen = 2 };

	return sendmsg(socket, &m, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

/* Waits for a client to read, never while holding the writer. */
static bool
send_patiently(const struct client *c, char letter, struct str bytes)
{
	while (!send_packet(c->socket, letter, bytes)) {
		bool stopping = atomic_load(&c->control->stopping);
		struct pollfd p[] = {
			{ .fd = c->socket, .events = POLLOUT },
			{ .fd = c->control->stop[0], .events = POLLIN },
		};

		if (errno != EAGAIN && errno != EINTR)
			return false;
		if (poll(p, stopping ? 1 : 2,
			stopping ? SEND_WAIT_STOP : SEND_WAIT) == 0)
			return false;
	}
	return true;
}

static void
send_output(const struct client *c, struct str all)
{
	for (size_t at = 0; at < all.n; at += PACKET_MAX)
		if (!send_patiently(c, 'o', str_sub(all, at, PACKET_MAX)))
			return;
}

/* One that finds no room is lost: the next says more. */
static void
on_progress(void *arg, int64_t done, int64_t total)
{
	struct client *c = arg;
	int64_t now = clock_monotonic_ns();
	char text[64];

	if (now - c->told < PROGRESS_EVERY * (CLOCK_SECOND / 1000))
		return;
	c->told = now;
	snprintf(text, sizeof text, "%" PRId64 " %" PRId64, done, total);
	send_packet(c->socket, 'p', str_c(text));
}

static bool
on_cancelled(void *arg)
{
	const struct client *c = arg;
	struct pollfd p = { .fd = c->socket, .events = POLLRDHUP };

	if (atomic_load(&c->control->stopping))
		return true;
	return poll(&p, 1, 0) > 0 &&
	       (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

static void
on_yield(void *arg)
{
	struct client *c = arg;
	struct writer *w = c->control->conf.writer;

	if (writer_wanted(w)) {
		writer_give(w);
		writer_take(w);
	}
	/* Whatever comes by here is long work. */
	if (!c->behind)
		threads_behind_begin();
	c->behind = true;
	writer_go_back(w);
}

static void
on_rest(void *arg, bool resting)
{
	struct writer *w = ((const struct client *)arg)->control->conf.writer;

	if (resting)
		writer_give(w);
	else
		(void)writer_take(w);
}

/* ---- the server: one client ---- */

/* A command as it came: words and descriptors, all of them ours to close. */
struct message {
	char *bytes;
	size_t n;
	int fds[WORDS_MAX];
	size_t fds_n;
};

static void
message_end(struct message *m)
{
	for (size_t i = 0; i < m->fds_n; i++)
		close(m->fds[i]);
}

static void
take_fds(struct message *m, struct msghdr *h)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c != NULL;
	     c = CMSG_NXTHDR(h, c)) {
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < n; i++) {
			int fd = -1;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
			if (m->fds_n < WORDS_MAX)
				m->fds[m->fds_n++] = fd;
			else
				close(fd);
		}
	}
}

/* A client that says nothing must not hold a thread, or the end, up. */
static enum err
wait_for_words(struct ctx *ctx, const struct client *c)
{
	struct pollfd p[] = {
		{ .fd = c->socket, .events = POLLIN },
		{ .fd = c->control->stop[0], .events = POLLIN },
	};

	if (poll(p, 2, HEAR_WAIT) <= 0 || p[0].revents == 0)
		return FAIL(ctx, ERR_INVALID, "the client said nothing");
	return ERR_OK;
}

static enum err
receive(struct ctx *ctx, const struct client *c, struct message *m)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int) * WORDS_MAX)];
	} room;
	struct iovec part = { 0 };
	struct msghdr h = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &room,
		.msg_controllen = sizeof room,
	};
	ssize_t got = 0;

	TRY(wait_for_words(ctx, c));
	m->bytes = arena_alloc(ctx->arena, CONTROL_WORDS_MAX);
	part.iov_base = m->bytes;
	part.iov_len = CONTROL_WORDS_MAX;
	got = recvmsg(c->socket, &h, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	/* An empty packet may carry descriptors too. */
	if (got >= 0)
		take_fds(m, &h);
	if (got <= 0)
		return FAIL(ctx, ERR_INVALID, "the client said nothing");
	if ((h.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
		return FAIL(ctx, ERR_LIMIT,
		    "the command has too many words: name a folder instead");
	m->n = (size_t)got;
	return ERR_OK;
}

enum err
control_words(struct ctx *ctx, struct str packet, struct str **words, size_t *n)
{
	struct str left = packet;

	if (!str_ends(packet, str_make("", 1)))
		return FAIL(ctx, ERR_INVALID, "the message is cut off");
	*words = ARENA_ARRAY(ctx->arena, MESSAGE_WORDS, struct str);
	for (*n = 0; left.n != 0; (*n)++) {
		if (*n == MESSAGE_WORDS)
			return FAIL(
			    ctx, ERR_LIMIT, "the command has too many words");
		(*words)[*n] = str_cut(left, '\0', &left);
	}
	return ERR_OK;
}

static bool
is_allowed(int socket)
{
	struct ucred who = { 0 };
	socklen_t n = sizeof who;

	return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 &&
	       (who.uid == geteuid() || who.uid == 0);
}

static enum err
do_command(struct ctx *ctx, struct client *c, const struct message *m,
    FILE *out, int *status)
{
	const struct control_conf *conf = &c->control->conf;
	struct perform p = {
		.out = out,
		.folder = conf->folder,
		.media = conf->media,
		.site = conf->site,
		.fds = m->fds,
		.fds_n = m->fds_n,
		.host = { c, on_progress, on_cancelled, on_yield, on_rest },
	};
	struct str *words = NULL;
	size_t n = 0;
	enum err err = ERR_OK;

	*status = 1;
	/* Only now: a client that is not read out does not hear an answer. */
	if (!is_allowed(c->socket))
		return FAIL(ctx, ERR_DENIED,
		    "only the server's own user and root may do this");
	*status = 2;
	TRY(control_words(ctx, str_make(m->bytes, m->n), &words, &n));
	TRY(perform_prepare(ctx, words, n, &p));
	if ((p.command->needs != NEEDS_WRITER &&
		p.command->needs != NEEDS_SERVER) ||
	    p.args.help)
		return FAIL(ctx, ERR_INVALID,
		    "`%s` is not for the server to do", p.command->name);
	p.store = writer_take(conf->writer);
	*status = 1;
	err = on_cancelled(c)
		  ? FAIL(ctx, ERR_BUSY, "the server ends: try again shortly")
		  : perform_run(ctx, &p);
	thread_forward();
	if (c->behind)
		threads_behind_end();
	writer_give(conf->writer);
	*status = err == ERR_OK ? 0 : 1;
	return err;
}

/* The output waits in memory: reports are bounded, and the writer's time
   is not spent on a client that reads slowly. */
static void
serve_client(struct client *c, struct ctx *ctx)
{
	CLEANUP(message_end) struct message m = { 0 };
	char *text = NULL;
	size_t text_n = 0;
	FILE *out = open_memstream(&text, &text_n);
	int status = 1;
	enum err err = ERR_OK;

	if (out == NULL)
		abort();
	err = receive(ctx, c, &m);
	if (err == ERR_OK)
		err = do_command(ctx, c, &m, out, &status);
	if (fclose(out) != 0)
		abort();
	if (err == ERR_IO)
		log_failure(ctx, "command");
	send_output(c, str_make(text, text_n));
	free(text);
	send_patiently(c, 'x',
	    str_printf(
		ctx->arena, "%d%s", status, err != ERR_OK ? ctx_why(ctx) : ""));
}

static void *
client_thread(void *arg)
{
	struct client *c = arg;
	struct arena *a = arena_new(0);
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	serve_client(c, &ctx);
	close(c->socket);
	arena_free(a);
	atomic_fetch_sub(&c->control->clients, 1);
	free(c);
	return NULL;
}

/* ---- the server: listening ---- */

static void
welcome(struct control *c, int socket)
{
	struct client *client = calloc(1, sizeof *client);
	pthread_t thread;

	if (client == NULL)
		abort();
	*client = (struct client){ .control = c, .socket = socket };
	atomic_fetch_add(&c->clients, 1);
	if (pthread_create(&thread, NULL, client_thread, client) != 0) {
		atomic_fetch_sub(&c->clients, 1);
		close(socket);
		free(client);
		return;
	}
	pthread_detach(thread);
}

static void *
listen_thread(void *arg)
{
	struct control *c = arg;
	struct pollfd stop = { .fd = c->stop[0], .events = POLLIN };
	struct pollfd p[] = { stop, { .fd = c->listen, .events = POLLIN } };

	while (!atomic_load(&c->stopping)) {
		bool full = atomic_load(&c->clients) >= CONTROL_CLIENTS_MAX;
		int socket = -1;

		if (!full && poll(p, 2, -1) > 0 && p[1].revents != 0)
			socket = accept4(c->listen, NULL, NULL, SOCK_CLOEXEC);
		if (socket >= 0)
			welcome(c, socket);
		else
			/* No place, or no descriptor, till somebody goes. */
			poll(&stop, 1, NO_PLACE_WAIT);
	}
	return NULL;
}

static enum err
listen_at(struct ctx *ctx, const struct folder *f, int *out)
{
	struct sockaddr_un address;
	int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	mode_t mask = 0;
	int bad = 0;

	if (s < 0)
		return FAIL(ctx, ERR_IO, "no control socket can be made: %s",
		    strerror(errno));
	control_address(f, &address);
	unlinkat(folder_fd(f), "control", 0);
	mask = umask(0177);
	bad = bind(s, (struct sockaddr *)&address, sizeof address);
	umask(mask);
	if (bad != 0 || listen(s, BACKLOG) != 0) {
		int why = errno;

		close(s);
		return FAIL(ctx, ERR_IO, "%s/control cannot be made: %s",
		    folder_path(f), strerror(why));
	}
	*out = s;
	return ERR_OK;
}

static enum err
start_listening(struct ctx *ctx, struct control *c)
{
	enum err err = ERR_OK;

	if (pipe2(c->stop, O_CLOEXEC) != 0)
		return FAIL(ctx, ERR_LIMIT, "the control socket gets no pipe");
	err = thread_start(ctx, &c->thread, listen_thread, c);
	if (err != ERR_OK) {
		close(c->stop[0]);
		close(c->stop[1]);
	}
	return err;
}

enum err
control_start(
    struct ctx *ctx, const struct control_conf *conf, struct control **out)
{
	struct control *c = NULL;
	enum err err = ERR_OK;
	int s = -1;

	TRY(listen_at(ctx, conf->folder, &s));
	c = calloc(1, sizeof *c);
	if (c == NULL)
		abort();
	c->conf = *conf;
	c->listen = s;
	err = start_listening(ctx, c);
	if (err != ERR_OK) {
		unlinkat(folder_fd(conf->folder), "control", 0);
		close(s);
		free(c);
		return err;
	}
	*out = c;
	return ERR_OK;
}

void
control_stop(struct control *c)
{
	struct timespec nap = { .tv_nsec = 5000000 };

	if (c == NULL)
		return;
	atomic_store(&c->stopping, true);
	close(c->stop[1]);
	pthread_join(c->thread, NULL);
	unlinkat(folder_fd(c->conf.folder), "control", 0);
	close(c->listen);
	/* Commands end after their present batch. */
	while (atomic_load(&c->clients) > 0)
		nanosleep(&nap, NULL);
	close(c->stop[0]);
	free(c);
}

/* ---- the client ---- */

static enum err
send_words(struct ctx *ctx, int socket, const struct control_call *call)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int) * WORDS_MAX)];
	} room = { 0 };
	struct iovec part = { 0 };
	struct msghdr h = { .msg_iov = &part, .msg_iovlen = 1 };
	struct buf b;

	assert(call->fds_n <= WORDS_MAX);
	buf_init(&b, ctx->arena, CONTROL_WORDS_MAX);
	for (size_t i = 0; i < call->words_n; i++) {
		buf_put(&b, call->words[i]);
		buf_char(&b, '\0');
	}
	if (b.over)
		return FAIL(ctx, ERR_LIMIT,
		    "the command has too many words: name a folder instead");
	part.iov_base = b.p;
	part.iov_len = b.n;
	if (call->fds_n != 0) {
		h.msg_control = &room;
		h.msg_controllen = CMSG_SPACE(sizeof(int) * call->fds_n);
		room.head.cmsg_level = SOL_SOCKET;
		room.head.cmsg_type = SCM_RIGHTS;
		room.head.cmsg_len = CMSG_LEN(sizeof(int) * call->fds_n);
		memcpy(CMSG_DATA(&room.head), call->fds,
		    sizeof(int) * call->fds_n);
	}
	if (sendmsg(socket, &h, MSG_NOSIGNAL) < 0)
		return FAIL(ctx, ERR_IO,
		    "the server did not take the "
		    "command: %s",
		    strerror(errno));
	return ERR_OK;
}

static void
heard_progress(const struct control_call *call, struct str text)
{
	struct str rest = { 0 };
	struct str first = str_cut(text, ' ', &rest);
	int64_t done = 0;
	int64_t total = 0;

	if (call->host->progress != NULL && str_int(first, &done) &&
	    str_int(rest, &total))
		call->host->progress(call->host->arg, done, total);
}

static enum err
listen_to_server(
    struct ctx *ctx, int socket, const struct control_call *call, int *status)
{
	char *packet = arena_alloc(ctx->arena, PACKET_MAX + 1);

	for (;;) {
		ssize_t got = recv(socket, packet, PACKET_MAX + 1, 0);
		struct str rest = { 0 };

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return FAIL(ctx, ERR_IO,
			    "the server went away before it was done; what it "
			    "had acknowledged is kept");
		rest = str_make(packet + 1, (size_t)got - 1);
		if (packet[0] == 'o') {
			fwrite(rest.p, 1, rest.n, call->out);
		} else if (packet[0] == 'p') {
			heard_progress(call, rest);
		} else if (packet[0] == 'x' && rest.n > 0) {
			*status = rest.p[0] - '0';
			if (*status == 0)
				return ERR_OK;
			return FAIL(ctx, ERR_INVALID, "%.*s",
			    STR_FMT(str_from(rest, 1)));
		}
	}
}

enum err
control_ask(struct ctx *ctx, const struct control_call *call, int *status)
{
	struct sockaddr_un address;
	int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	enum err err = ERR_OK;

	*status = 1;
	control_address(call->folder, &address);
	if (s < 0 ||
	    connect(s, (struct sockaddr *)&address, sizeof address) != 0) {
		if (s >= 0)
			close(s);
		return FAIL(ctx, ERR_BUSY,
		    "another Masthead is writing %s, and does not listen: try "
		    "again when it is done",
		    folder_path(call->folder));
	}
	err = send_words(ctx, s, call);
	if (err == ERR_OK)
		err = listen_to_server(ctx, s, call, status);
	close(s);
	return err;
}
