/* SPDX-License-Identifier: MIT */
/* The media tree: written whole or not at all, and never twice. */

#include "unit/newsroom_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "store/blob.h"

#define CTX &room->ctx
#define F room->folder

/* A descriptor at the start of those bytes. */
static int
bytes_fd(const char *bytes, size_t n)
{
	int fd = memfd_create("bytes", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static enum err
put(struct room *room, const char *bytes, int64_t max, struct str *digest)
{
	int fd = bytes_fd(bytes, strlen(bytes));
	int64_t size = 0;
	enum err err = blob_put(CTX, F, fd, max, digest, &size);

	close(fd);
	if (err == ERR_OK)
		assert_int_equal(size, strlen(bytes));
	return err;
}

static struct str
take(struct room *room, int fd, int64_t size)
{
	char *p = arena_alloc(room->arena, (size_t)size + 1);

	assert_int_equal(read(fd, p, (size_t)size + 1), size);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	return str_make(p, (size_t)size);
}

/* Nothing half-written is left behind. */
static void
assert_no_drafts(struct room *room)
{
	char path[128];
	DIR *d = NULL;
	int n = 0;

	snprintf(path, sizeof path, "%s/newsroom/media/tmp", room->path);
	d = opendir(path);
	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	assert_int_equal(n, 2); /* . and .. */
}

static void
test_blob_put__keeps_bytes_under_their_digest(void **state)
{
	struct room *room = *state;
	struct str one = { 0 };
	struct str two = { 0 };
	struct stat s = { 0 };
	int64_t size = 0;
	int fd = -1;

	OK(put(room, "rain in may", 100, &one));
	assert_true(str_eq(one, digest_hex(room->arena, STR("rain in may"))));
	OK(put(room, "rain in may", 100, &two));
	assert_true(str_eq(one, two));
	OK(blob_open(CTX, F, one, &fd, &size));
	assert_int_equal(fstat(fd, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0440);
	assert_true(str_eq(take(room, fd, size), STR("rain in may")));
	assert_no_drafts(room);
}

static void
test_digest_hex__is_blake2b_256(void **state)
{
	struct room *room = *state;

	/* b2sum -l 256 of nothing */
	assert_true(str_eq(digest_hex(room->arena, STR("")),
	    STR("0e5751c026e543b2e8ab2eb06099daa1"
		"d1e5df47778f7787faab45cdf12fe3a8")));
}

static void
test_blob_put__refuses_what_is_too_large(void **state)
{
	struct room *room = *state;
	struct str digest = STR("untouched");

	REFUSED(ERR_LIMIT, "larger than 10 bytes",
	    put(room, "eleven byte", 10, &digest));
	assert_true(str_eq(digest, STR("untouched")));
	assert_no_drafts(room);
	OK(put(room, "ten bytes!", 10, &digest));
}

static void
test_blob_put__a_full_disk_leaves_nothing(void **state)
{
	struct room *room = *state;
	char *bytes = arena_alloc(room->arena, 200001);
	struct rlimit was = { 0 };
	struct str digest = { 0 };
	int64_t size = 0;
	enum err err = ERR_OK;
	int fd = -1;

	memset(bytes, 'x', 200000);
	fd = bytes_fd(bytes, 200000);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 100000, was.rlim_max });
	err = blob_put(CTX, F, fd, 1000000, &digest, &size);
	setrlimit(RLIMIT_FSIZE, &was);
	close(fd);
	REFUSED(ERR_IO, "disk is full", err);
	assert_no_drafts(room);
	REFUSED(ERR_NOTFOUND, "no such media file",
	    blob_open(CTX, F, digest_hex(room->arena, str_make(bytes, 200000)),
		&fd, &size));
}

static void
test_blob_open__takes_digests_only(void **state)
{
	static const char *const wrong[] = { "", "abc", "../../masthead.conf",
		"0E5751C026E543B2E8AB2EB06099DAA1"
		"D1E5DF47778F7787FAAB45CDF12FE3A8",
		"../../../../../../../../../../.."
		"/../../../../../../../etc/passwd" };
	struct room *room = *state;
	int64_t size = 0;
	int fd = -1;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		REFUSED(ERR_INVALID, "no digest",
		    blob_open(CTX, F, str_c(wrong[i]), &fd, &size));
	REFUSED(ERR_NOTFOUND, "no such media file",
	    blob_open(
		CTX, F, digest_hex(room->arena, STR("other")), &fd, &size));
	assert_int_equal(fd, -1);
}

static void
test_derived_put__is_replaced_whole(void **state)
{
	struct room *room = *state;
	int64_t size = 0;
	int fd = -1;
	int old = -1;

	REFUSED(ERR_NOTFOUND, "no such media file",
	    derived_open(CTX, F, STR("7_4x3.avif"), &fd, &size));
	OK(derived_put(CTX, F, STR("7_4x3.avif"), STR("first")));
	OK(derived_open(CTX, F, STR("7_4x3.avif"), &old, &size));
	OK(derived_put(CTX, F, STR("7_4x3.avif"), STR("the second")));
	/* Whoever reads the old one reads it to its end. */
	assert_true(str_eq(take(room, old, 5), STR("first")));
	OK(derived_open(CTX, F, STR("7_4x3.avif"), &fd, &size));
	assert_true(str_eq(take(room, fd, size), STR("the second")));
	assert_no_drafts(room);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_blob_put__keeps_bytes_under_their_digest),
		ROOM_TEST(test_digest_hex__is_blake2b_256),
		ROOM_TEST(test_blob_put__refuses_what_is_too_large),
		ROOM_TEST(test_blob_put__a_full_disk_leaves_nothing),
		ROOM_TEST(test_blob_open__takes_digests_only),
		ROOM_TEST(test_derived_put__is_replaced_whole),
	};

	return UNIT_RUN(tests, argc, argv);
}
