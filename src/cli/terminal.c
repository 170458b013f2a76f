/* SPDX-License-Identifier: MIT */
/* Text without controls, for terminals. */

#include "cli/terminal.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct filter {
	int fd;
	bool lead; /* the last byte was C2, which begins the C1 controls */
};

static bool
is_control(bool lead, unsigned char c)
{
	if (c == '\n' || c == '\t')
		return false;
	return c < 0x20 || c == 0x7f || (lead && c >= 0x80 && c < 0xa0);
}

static ssize_t
write_all(int fd, const char *p, size_t n)
{
	for (size_t at = 0; at < n;) {
		ssize_t put = write(fd, p + at, n - at);

		if (put < 0 && errno != EINTR)
			return -1;
		at += put > 0 ? (size_t)put : 0;
	}
	return (ssize_t)n;
}

/* A C1 control keeps its first byte till the second is seen: so C2 waits. */
static ssize_t
filter_write(void *cookie, const char *bytes, size_t n)
{
	struct filter *f = cookie;
	char out[1024];
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];
		bool control = is_control(f->lead, c);

		if (f->lead && !control)
			out[used++] = '\xc2';
		f->lead = c == 0xc2;
		if (!f->lead)
			out[used++] = control ? '?' : bytes[i];
		if (used + 2 > sizeof out || i + 1 == n) {
			if (write_all(f->fd, out, used) < 0)
				return 0;
			used = 0;
		}
	}
	return (ssize_t)n;
}

static int
filter_close(void *cookie)
{
	free(cookie);
	return 0;
}

FILE *
terminal_open(int fd)
{
	static const cookie_io_functions_t calls = {
		.write = filter_write,
		.close = filter_close,
	};
	struct filter *f = calloc(1, sizeof *f);
	FILE *out = NULL;

	if (f == NULL)
		abort();
	f->fd = fd;
	out = fopencookie(f, "w", calls);
	if (out == NULL)
		abort();
	return out;
}

FILE *
terminal_stdout(void)
{
	return isatty(STDOUT_FILENO) == 1 ? terminal_open(STDOUT_FILENO)
					  : stdout;
}

void
terminal_say(const char *words)
{
	FILE *out = terminal_open(STDERR_FILENO);

	fprintf(out, "masthead: ");
	for (; *words != '\0'; words++)
		fputc(*words == '\n' ? ' ' : *words, out);
	fputc('\n', out);
	fclose(out);
}
