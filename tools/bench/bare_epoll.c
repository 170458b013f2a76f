/* SPDX-License-Identifier: MIT */
/*
 * The measure for the fast lane: an epoll loop that reads a request, sends
 * the very bytes of a file (an answer recorded from the program measured),
 * and writes a line to an access log, in batches.  It does nothing else
 * that a server must: what it costs is the kernel's share.
 *
 *	bare_epoll ANSWER LOG	prints its port
 */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 256, IN = 8192, LOG = 65536, LINE = 256 };

static char *answer;
static size_t answer_n;
static char log_bytes[LOG];
static size_t log_n;
static int log_fd;

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
answer_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		die(path);
	answer_n = (size_t)st.st_size;
	answer = malloc(answer_n);
	if (answer == NULL || read(fd, answer, answer_n) != st.st_size)
		die(path);
	close(fd);
}

static void
log_write_out(void)
{
	if (log_n != 0 && write(log_fd, log_bytes, log_n) < 0)
		die("log");
	log_n = 0;
}

static void
log_line(const char *in, size_t n)
{
	static time_t second;
	static char text[32];
	const char *path = memchr(in, ' ', n);
	const char *end =
	    path == NULL ? NULL
			 : memchr(path + 1, ' ', n - (size_t)(path + 1 - in));
	struct timespec ts;
	int len = 0;

	if (end == NULL)
		return;
	clock_gettime(CLOCK_REALTIME_COARSE, &ts);
	if (ts.tv_sec != second) {
		struct tm tm;

		second = ts.tv_sec;
		gmtime_r(&second, &tm);
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	}
	if (LOG - log_n < LINE)
		log_write_out();
	len = snprintf(log_bytes + log_n, LINE,
	    "time=%s level=info event=request method=%.*s path=%.*s status=200 "
	    "bytes=%zu us=%d lane=fast client=127.0.0.0\n",
	    text, (int)(path - in), in, (int)(end - path - 1), path + 1,
	    answer_n, 10);
	if (len > 0 && len < LINE)
		log_n += (size_t)len;
}

static int
listen_open(void)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t n = sizeof in;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&in, n) != 0 ||
	    listen(fd, 1024) != 0 ||
	    getsockname(fd, (struct sockaddr *)&in, &n) != 0)
		die("listen");
	printf("%d\n", ntohs(in.sin_port));
	fflush(stdout);
	return fd;
}

static void
accept_all(int epoll, int listener)
{
	const int on = 1;
	int fd = -1;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		struct epoll_event e = {
			.events = EPOLLIN | EPOLLET,
			.data.fd = fd,
		};

		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) != 0)
			die("epoll_ctl");
	}
}

/* wrk sends whole requests and waits for whole answers. */
static void
serve(int fd)
{
	char in[IN];
	ssize_t n = recv(fd, in, sizeof in, 0);

	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			close(fd);
		return;
	}
	if (send(fd, answer, answer_n, MSG_NOSIGNAL) != (ssize_t)answer_n)
		close(fd);
	else
		log_line(in, (size_t)n);
}

int
main(int argc, char **argv)
{
	struct epoll_event events[EVENTS];
	struct epoll_event e = { .events = EPOLLIN };
	int epoll = epoll_create1(0);

	if (argc != 3 || epoll < 0) {
		fprintf(stderr, "usage: bare_epoll ANSWER LOG\n");
		return 2;
	}
	answer_read(argv[1]);
	log_fd = open(argv[2], O_WRONLY | O_CREAT | O_APPEND, 0644);
	if (log_fd < 0)
		die(argv[2]);
	e.data.fd = listen_open();
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, e.data.fd, &e) != 0)
		die("epoll_ctl");
	for (;;) {
		int n = epoll_wait(epoll, events, EVENTS, log_n ? 20 : -1);

		if (n == 0)
			log_write_out();
		for (int i = 0; i < n; i++) {
			if (events[i].data.fd == e.data.fd)
				accept_all(epoll, e.data.fd);
			else
				serve(events[i].data.fd);
		}
	}
}
