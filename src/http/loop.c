/* SPDX-License-Identifier: MIT */
/*
 * The event threads.  Each drives a daemon of the library's own; all of them
 * accept from one socket.
 *
 * The library's own threads are not used: they take epoll's events in batches
 * of 128, and after a whole batch they wait for more before they look at what
 * they have.  128 readers at once would hang until the next one came.
 */

#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/listener.h"

enum { BUSY = 2 }; /* requests of one round */

struct loop {
	struct http *http;
	struct MHD_Daemon *daemon;
	pthread_t thread;
	bool started;
	int wake; /* an eventfd */
	/*
	 * The thread says that it sleeps, then looks whether it is wanted; who
	 * wants it says so, then looks whether it sleeps.
	 */
	atomic_bool wanted;
	atomic_bool asleep;
	atomic_bool closing; /* accept no more */
	atomic_bool ending;
};

static void
quiet(void *cls, const char *fmt, va_list ap)
{
	(void)cls;
	(void)fmt;
	(void)ap;
}

/* Escapes stay as they were sent: we decode them ourselves. */
static size_t
keep_escapes(void *cls, struct MHD_Connection *mhd, char *s)
{
	(void)cls;
	(void)mhd;
	return strlen(s);
}

static struct MHD_Daemon *
daemon_start(struct loop *l)
{
	struct http *h = l->http;

	/*
	 * Without MHD_USE_TURBO: with it, one request in some ten thousand was
	 * left unread in its socket while the library's thread waited for ever.
	 */
	return MHD_start_daemon(
	    MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0,
	    conn_accept, h, exchange_step, h,
	    /* The logger comes first. */
	    MHD_OPTION_EXTERNAL_LOGGER, quiet, NULL, MHD_OPTION_LISTEN_SOCKET,
	    h->fd, MHD_OPTION_STRICT_FOR_CLIENT, -1,
	    MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
	    MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, h,
	    MHD_OPTION_NOTIFY_COMPLETED, exchange_end, h,
	    MHD_OPTION_NOTIFY_CONNECTION, conn_notify, h,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    h->conf.head_max + HEAD_MEMORY_SPARE,
	    /* We count ourselves; it would leave strangers in the backlog. */
	    MHD_OPTION_CONNECTION_LIMIT, h->conf.connections + 64,
	    /* The sweeper ends what is idle, as it ends what is late. */
	    MHD_OPTION_CONNECTION_TIMEOUT, 0U, MHD_OPTION_END);
}

/* Milliseconds until the library wants to run; -1: when something comes. */
static int
patience(struct loop *l)
{
	MHD_UNSIGNED_LONG_LONG ms = 0;

	if (MHD_get_timeout(l->daemon, &ms) != MHD_YES)
		return -1;
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

static void
sleep_until_event(struct loop *l, int epoll)
{
	struct pollfd fds[] = {
		{ .fd = epoll, .events = POLLIN },
		{ .fd = l->wake, .events = POLLIN },
	};
	int ms = patience(l);
	eventfd_t n = 0;

	if (ms == 0)
		return;
	atomic_store(&l->asleep, true);
	if (!atomic_load(&l->wanted))
		(void)poll(fds, 2, ms);
	atomic_store(&l->asleep, false);
	if (fds[1].revents != 0)
		(void)eventfd_read(l->wake, &n);
}

static void *
loop_main(void *arg)
{
	struct loop *l = arg;
	struct event_thread *mine = event_thread(l->http);
	int epoll =
	    MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	const bool may_lead = l->http->may_lead;
	struct thread_lead lead;
	bool accepts = true;

	mine->loop = l;
	thread_lead_begin(&lead, clock_monotonic_ns());
	while (!atomic_load(&l->ending)) {
		uint64_t begun = mine->counts.begun;

		atomic_store(&l->wanted, false);
		if (accepts && atomic_load(&l->closing)) {
			(void)MHD_quiesce_daemon(l->daemon);
			accepts = false;
		}
		MHD_run(l->daemon);
		pool_call(l->http->pool);
		if (may_lead)
			thread_lead_worked(&lead, clock_monotonic_ns());
		/* Where many requests came, there are more: look at once. */
		if (mine->counts.begun - begun < BUSY) {
			sleep_until_event(l, epoll);
			if (may_lead)
				thread_lead_slept(&lead, clock_monotonic_ns());
		}
	}
	return NULL;
}

void
loop_wake(struct loop *l)
{
	atomic_store(&l->wanted, true);
	if (atomic_load(&l->asleep))
		(void)eventfd_write(l->wake, 1);
}

static enum err
loop_start(struct ctx *ctx, struct loop *l)
{
	l->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->wake >= 0)
		l->daemon = daemon_start(l);
	if (l->daemon == NULL)
		return FAIL(ctx, ERR_LIMIT,
		    "a thread that reads requests cannot be started: raise "
		    "the limit of open files (ulimit -n, or LimitNOFILE= of "
		    "the service)");
	TRY(thread_start(ctx, &l->thread, loop_main, l));
	/* For top and gdb; here, so that it is there when we return. */
	(void)pthread_setname_np(l->thread, "event");
	l->started = true;
	return ERR_OK;
}

enum err
loops_start(struct ctx *ctx, struct http *h)
{
	h->loops = calloc(h->conf.event_threads, sizeof *h->loops);
	if (h->loops == NULL)
		abort();
	for (unsigned i = 0; i < h->conf.event_threads; i++) {
		struct loop *l = &h->loops[i];

		l->http = h;
		h->loops_n++;
		TRY(loop_start(ctx, l));
	}
	return ERR_OK;
}

void
loops_close(struct http *h)
{
	for (unsigned i = 0; i < h->loops_n; i++) {
		atomic_store(&h->loops[i].closing, true);
		loop_wake(&h->loops[i]);
	}
}

void
loops_stop(struct http *h)
{
	for (unsigned i = 0; i < h->loops_n; i++) {
		struct loop *l = &h->loops[i];

		if (l->started) {
			atomic_store(&l->ending, true);
			loop_wake(l);
			pthread_join(l->thread, NULL);
		}
		if (l->daemon != NULL) {
			/* Else it would close the socket that all share. */
			(void)MHD_quiesce_daemon(l->daemon);
			MHD_stop_daemon(l->daemon);
		}
		if (l->wake >= 0)
			close(l->wake);
	}
	free(h->loops);
}
