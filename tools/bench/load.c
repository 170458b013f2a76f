/* SPDX-License-Identifier: MIT */
/*
 * Readers who do not wait for each other: one request for a page every so
 * often, whatever became of those before.  Each is counted from the moment
 * that it was due, so that a server which stands still for a while does not
 * hide those who would have come meanwhile (coordinated omission).
 *
 *	load PORT PATH RATE SECONDS
 *
 * It turns without rest, on a core of its own, rather than measure how long
 * the kernel takes to wake it.  Out comes a line: requests, and quantiles in
 * microseconds.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 64, ROOM = 1 << 16 };

struct reader {
	int fd;
	int64_t due;  /* of the request under way; 0: idle */
	size_t whole; /* bytes of its answer; 0: not known yet */
	size_t got;
	char head[4096];
};

static struct reader readers[CONNECTIONS];
static char request[2048];
static size_t request_n;

static void
die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
meet(struct reader *r, int port, int epoll)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = r };
	const int on = 1;

	in.sin_port = htons((uint16_t)port);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	r->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (r->fd < 0 || connect(r->fd, (struct sockaddr *)&in, sizeof in) != 0)
		die("connect");
	setsockopt(r->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, r->fd, &e) != 0)
		die("epoll");
}

static void
ask(struct reader *r, int64_t due)
{
	r->due = due;
	r->whole = r->got = 0;
	if (send(r->fd, request, request_n, MSG_NOSIGNAL) != (ssize_t)request_n)
		die("send");
}

/* The head comes first and whole, in practice; its length says the rest. */
static void
learn(struct reader *r)
{
	char *end = NULL;
	char *length = NULL;

	r->head[r->got < sizeof r->head ? r->got : sizeof r->head - 1] = '\0';
	end = strstr(r->head, "\r\n\r\n");
	if (end == NULL)
		return;
	length = strcasestr(r->head, "\r\ncontent-length: ");
	if (strncmp(r->head, "HTTP/1.1 200 ", 13) != 0 || length == NULL ||
	    length > end) {
		fprintf(stderr, "load: %.60s\n", r->head);
		exit(1);
	}
	r->whole =
	    (size_t)(end + 4 - r->head) + strtoull(length + 18, NULL, 10);
}

/* Is its answer whole now? */
static int
hear(struct reader *r)
{
	static char room[ROOM];
	ssize_t n = recv(r->fd, room, sizeof room, 0);

	if (n <= 0)
		die("the server closed a connection");
	if (r->whole == 0 && r->got < sizeof r->head - 1) {
		size_t take = sizeof r->head - 1 - r->got;

		if (take > (size_t)n)
			take = (size_t)n;
		memcpy(r->head + r->got, room, take);
	}
	r->got += (size_t)n;
	if (r->whole == 0)
		learn(r);
	return r->whole != 0 && r->got >= r->whole;
}

static struct reader *
idle(void)
{
	for (int i = 0; i < CONNECTIONS; i++)
		if (readers[i].due == 0)
			return &readers[i];
	return NULL; /* all wait: so does the next, and its time runs */
}

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
load(int epoll, int64_t *spent, size_t n, int64_t every)
{
	struct epoll_event events[CONNECTIONS];
	int64_t began = now();
	size_t sent = 0;
	size_t done = 0;

	while (done < n) {
		struct reader *r = NULL;
		int ready = 0;

		while (sent < n && began + (int64_t)sent * every <= now() &&
		       (r = idle()) != NULL) {
			ask(r, began + (int64_t)sent * every);
			sent++;
		}
		ready = epoll_wait(epoll, events, CONNECTIONS, 0);
		for (int i = 0; i < ready; i++) {
			r = events[i].data.ptr;
			if (hear(r)) {
				spent[done++] = now() - r->due;
				r->due = 0;
			}
		}
	}
}

int
main(int argc, char **argv)
{
	static const double quantiles[] = { .5, .9, .99, .999, 1 };
	int epoll = epoll_create1(0);
	int64_t *spent = NULL;
	size_t n = 0;

	if (argc != 5 || atoi(argv[3]) < 1 || atoi(argv[4]) < 1) {
		fprintf(stderr, "usage: load PORT PATH RATE SECONDS\n");
		return 2;
	}
	request_n = (size_t)snprintf(request, sizeof request,
	    "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
	    "Accept-Encoding: br\r\n\r\n",
	    argv[2]);
	n = (size_t)atoi(argv[3]) * (size_t)atoi(argv[4]);
	spent = calloc(n, sizeof *spent);
	if (epoll < 0 || spent == NULL || request_n >= sizeof request)
		die("start");
	for (int i = 0; i < CONNECTIONS; i++)
		meet(&readers[i], atoi(argv[1]), epoll);
	load(epoll, spent, n, 1000000000 / atoi(argv[3]));
	qsort(spent, n, sizeof *spent, by_size);
	printf("%zu", n);
	for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++) {
		size_t at = (size_t)(quantiles[i] * (double)n);

		printf(" %.1f", (double)spent[at < n ? at : n - 1] / 1000);
	}
	printf("\n");
	return 0;
}
