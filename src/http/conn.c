/* SPDX-License-Identifier: MIT */
/* Connections: how many, from whom, and how long they may take. */

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http/listener.h"

enum { SWEEP_MS = 250 };

int64_t
coarse_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return ts.tv_sec * CLOCK_SECOND + ts.tv_nsec;
}

/*
 * Counted here, given back in conn_notify().  Trusted proxies may open as
 * many connections as there are: their clients are counted by request.
 */
enum MHD_Result
conn_accept(void *cls, const struct sockaddr *sa, socklen_t sa_n)
{
	struct http *h = cls;
	struct address a = address_of(sa);
	bool ok = false;

	(void)sa_n;
	pthread_mutex_lock(&h->conns_lock);
	ok = h->conns_n < h->conf.connections && !h->stopping;
	pthread_mutex_unlock(&h->conns_lock);
	if (ok && !networks_have(&h->trusted, &a))
		ok = tally_has_room(h->tally, &a);
	if (!ok)
		atomic_fetch_add(&h->refused, 1);
	return ok ? MHD_YES : MHD_NO;
}

static struct conn *
conn_new(struct http *h, struct MHD_Connection *mhd)
{
	struct conn *c = calloc(1, sizeof *c);
	const union MHD_ConnectionInfo *info = NULL;

	if (c == NULL)
		abort();
	c->http = h;
	c->mhd = mhd;
	c->loop = event_thread(h)->loop;
	c->x.conn = c;
	atomic_init(&c->refs, 1);
	info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	c->fd = info->connect_fd;
	info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	c->address = address_of(info->client_addr);
	c->text_n = address_print(&c->address, c->text);
	c->trusted = networks_have(&h->trusted, &c->address);
	conn_expect(c, coarse_now() + h->conf.head_seconds * CLOCK_SECOND);
	return c;
}

void
conn_unref(struct conn *c)
{
	if (atomic_fetch_sub(&c->refs, 1) != 1)
		return;
	exchange_clear(&c->x);
	free(c);
}

void
conn_resume(struct conn *c)
{
	struct loop *l = c->loop;

	MHD_resume_connection(c->mhd);
	loop_wake(l);
}

static void
conn_add(struct http *h, struct conn *c)
{
	if (!c->trusted)
		tally_count(h->tally, &c->address);
	atomic_fetch_add(&h->accepted, 1);
	pthread_mutex_lock(&h->conns_lock);
	c->next = h->conns;
	if (c->next != NULL)
		c->next->prev = c;
	h->conns = c;
	h->conns_n++;
	pthread_mutex_unlock(&h->conns_lock);
}

/* Before the library closes the socket: the sweeper cannot hit another. */
static void
conn_remove(struct http *h, struct conn *c)
{
	pthread_mutex_lock(&h->conns_lock);
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		h->conns = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	h->conns_n--;
	pthread_mutex_unlock(&h->conns_lock);
	if (!c->trusted)
		tally_remove(h->tally, &c->address);
}

void
conn_notify(void *cls, struct MHD_Connection *mhd, void **socket_context,
    enum MHD_ConnectionNotificationCode what)
{
	struct http *h = cls;
	struct conn *c = *socket_context;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		c = conn_new(h, mhd);
		conn_add(h, c);
		*socket_context = c;
	} else if (c != NULL) {
		*socket_context = NULL;
		conn_remove(h, c);
		conn_unref(c);
	}
}

static void
sweep(struct http *h)
{
	int64_t now = coarse_now();

	for (struct conn *c = h->conns; c != NULL; c = c->next) {
		int64_t deadline = atomic_load(&c->deadline);

		if (deadline == 0 || deadline > now)
			continue;
		/* The event thread sees the end and cleans up. */
		shutdown(c->fd, SHUT_RDWR);
		conn_expect(c, 0);
		atomic_fetch_add(&h->swept, 1);
	}
}

void
conn_linger(struct conn *c)
{
	struct http *h = c->http;
	int fd = fcntl(c->fd, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return;
	pthread_mutex_lock(&h->conns_lock);
	if (h->lingers_n < LINGER_MAX && h->sweeping) {
		h->lingers[h->lingers_n++] = (struct lingering){
			.fd = fd,
			.until = coarse_now() + LINGER_SECONDS * CLOCK_SECOND,
		};
		fd = -1;
	}
	pthread_mutex_unlock(&h->conns_lock);
	if (fd >= 0)
		close(fd);
}

/* Throws away what is there: false when nothing more will come. */
static bool
read_away(int fd)
{
	ssize_t n = 0;

	for (int i = 0; i < 64; i++) {
		/* Of TCP it discards, and copies nothing. */
		n = recv(fd, NULL, 1 << 20, MSG_TRUNC | MSG_DONTWAIT);
		if (n <= 0)
			break;
	}
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* conns_lock is held. */
static void
linger(struct http *h, bool all)
{
	int64_t now = coarse_now();
	unsigned kept = 0;

	for (unsigned i = 0; i < h->lingers_n; i++) {
		if (read_away(h->lingers[i].fd) && !all &&
		    now < h->lingers[i].until)
			h->lingers[kept++] = h->lingers[i];
		else
			close(h->lingers[i].fd);
	}
	h->lingers_n = kept;
}

static void *
sweeper_main(void *arg)
{
	struct http *h = arg;

	pthread_mutex_lock(&h->conns_lock);
	while (h->sweeping) {
		struct timespec until;

		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += SWEEP_MS * 1000000L;
		if (until.tv_nsec >= CLOCK_SECOND) {
			until.tv_nsec -= CLOCK_SECOND;
			until.tv_sec++;
		}
		pthread_cond_timedwait(&h->conns_less, &h->conns_lock, &until);
		sweep(h);
		linger(h, false);
	}
	linger(h, true);
	pthread_mutex_unlock(&h->conns_lock);
	return NULL;
}

static void
conns_clear(struct http *h)
{
	pthread_cond_destroy(&h->conns_less);
	pthread_mutex_destroy(&h->conns_lock);
	tally_free(h->tally);
	tally_free(h->forwarded);
}

enum err
conns_start(struct ctx *ctx, struct http *h)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&h->conns_lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&h->conns_less, &attr);
	pthread_condattr_destroy(&attr);
	h->tally = tally_new(h->conf.connections_address);
	h->forwarded = tally_new(h->conf.connections_address);
	h->sweeping = true;
	if (thread_start(ctx, &h->sweeper, sweeper_main, h) == ERR_OK)
		return ERR_OK;
	h->sweeping = false;
	conns_clear(h);
	return ERR_LIMIT;
}

void
conns_stop(struct http *h)
{
	if (!h->sweeping) /* it never began */
		return;
	pthread_mutex_lock(&h->conns_lock);
	assert(h->conns == NULL);
	h->sweeping = false;
	pthread_cond_signal(&h->conns_less);
	pthread_mutex_unlock(&h->conns_lock);
	pthread_join(h->sweeper, NULL);
	conns_clear(h);
}
