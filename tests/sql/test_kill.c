/* SPDX-License-Identifier: MIT */
/*
 * Acknowledged means kept (DESIGN, promise 2).  A child publishes numbered
 * stories and acknowledges each; it is killed at a random moment, a hundred
 * times over.  Nothing that it acknowledged is lost, nothing stands half.
 *
 * A kill is no power cut: what fsync promises is the disk's to keep.
 */

#include "unit/newsroom_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "newsroom/audit.h"
#include "newsroom/list.h"
#include "store/sql.h"

#define ST room->store
#define CTX &room->ctx

enum {
	KILLS = 100,
	STORIES = 8,	 /* a child is killed after 0 to 8 of them, */
	MOMENT_US = 4000 /* and a moment: within the next one, or opening */
};

/* ---- the child ---- */

static enum err
publish(struct room *room, int64_t id)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	struct story_saved saved = { 0 };

	TRY(store_tx_begin(CTX, ST, &tx));
	TRY(story_save(CTX, ST,
	    &(struct story_save){
		.want_id = id,
		.edition = room->edition,
		.text = {
		    .headline =
			str_printf(room->arena, "Story %" PRId64, id),
		    .body = STR("<p>Some words.</p>"),
		},
	    },
	    &saved));
	TRY(story_publish(CTX, ST, &(struct story_publish){ .id = id }));
	return store_tx_commit(CTX, &tx);
}

/* Publishes from that id on until it is killed. */
static _Noreturn void
child(struct room *room, int64_t id, int out)
{
	if (folder_open(CTX, str_printf(room->arena, "%s/newsroom", room->path),
		&room->folder) != ERR_OK ||
	    folder_lock(CTX, room->folder) != ERR_OK ||
	    store_open(CTX, &(struct store_open){ room->folder, STORE_WRITE },
		&ST) != ERR_OK)
		_exit(1);
	for (;; id++) {
		if (publish(room, id) != ERR_OK)
			_exit(1);
		if (write(out, &id, sizeof id) != sizeof id)
			_exit(1);
	}
}

/* ---- the parent ---- */

static int64_t
read_one(int from, int64_t last)
{
	int64_t id = 0;

	if (read(from, &id, sizeof id) != sizeof id)
		return 0;
	assert_int_equal(id, last + 1);
	return id;
}

/* Starts a child, kills it, and gives the last id that it acknowledged. */
static int64_t
run_and_kill(struct room *room, int64_t next, unsigned *seed)
{
	int64_t want = rand_r(seed) % (STORIES + 1);
	int64_t last = next - 1;
	int64_t id = 0;
	int pipes[2];
	int status = 0;
	pid_t pid = 0;

	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		child(room, next, pipes[1]);
	close(pipes[1]);
	while (last < next - 1 + want && (id = read_one(pipes[0], last)) != 0)
		last = id;
	usleep((useconds_t)rand_r(seed) % MOMENT_US);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFSIGNALED(status))
		fail_msg("the child ended by itself");
	while ((id = read_one(pipes[0], last)) != 0)
		last = id;
	close(pipes[0]);
	return last;
}

static void
say_fault(void *arg, struct str line)
{
	++*(int *)arg;
	print_error("%.*s\n", STR_FMT(line));
}

static void
assert_whole(struct room *room, int64_t id)
{
	const struct article *a = NULL;
	struct teaser t = { 0 };
	bool there = false;

	OK(story_article(CTX, ST, id, 0, &a));
	assert_int_equal(a->state, STORY_PUBLISHED);
	assert_int_equal(a->number, 1);
	OK(teaser_read(CTX, ST, id, false, &t, &there));
	assert_true(there);
}

/* How many stories the edition's list holds below its newest. */
static size_t
count_listed(struct room *room, int64_t from, int64_t to)
{
	struct range range = { .kind = RANGE_EDITION, .n = LIST_MAX };
	const struct teaser *t = NULL;
	size_t n = 0;
	size_t found = 0;

	range.ref = room->edition;
	do {
		OK(range_read(CTX, ST, &range, &t, &n));
		for (size_t i = 0; i < n; i++) {
			found += t[i].id >= from && t[i].id <= to;
			range.at = t[i].at;
			range.story = t[i].id;
		}
	} while (n == LIST_MAX && t[n - 1].id > from);
	return found;
}

/* What the next process finds; gives the last story that is there. */
static int64_t
look(struct room *room, int64_t first, int64_t acknowledged, int64_t *rows)
{
	const struct sql_story_top_id_row *top = NULL;
	struct audit_head head = { 0 };
	int faults = 0;

	arena_reset(room->arena);
	OK(folder_open(CTX, str_printf(room->arena, "%s/newsroom", room->path),
	    &room->folder));
	OK(folder_lock(CTX, room->folder)); /* a dead holder holds nothing */
	OK(store_open(
	    CTX, &(struct store_open){ room->folder, STORE_WRITE }, &ST));
	OK(store_check(CTX, ST, say_fault, &faults));
	assert_int_equal(faults, 0);
	OK(audit_verify(CTX, ST, &(struct audit_head){ 0 }, &head));
	OK(sql_story_top_id(CTX, ST, &top));
	/* One may be kept whose acknowledgement was on its way. */
	if (top->id < acknowledged || top->id > acknowledged + 1)
		fail_msg("%" PRId64 " acknowledged, %" PRId64 " kept",
		    acknowledged, top->id);
	for (int64_t id = first; id <= top->id; id++)
		assert_whole(room, id);
	assert_int_equal(
	    count_listed(room, first, top->id), top->id - first + 1);
	/* A save and a publish each wrote their row, in the same breath. */
	assert_int_equal(head.id, *rows + 2 * (top->id - first + 1));
	*rows = head.id;
	store_close(ST);
	folder_close(room->folder);
	ST = NULL;
	room->folder = NULL;
	return top->id;
}

static void
test_kill__loses_nothing_that_was_acknowledged(void **state)
{
	struct room *room = *state;
	struct audit_head head = { 0 };
	unsigned seed = (unsigned)getpid();
	int64_t next = 1;
	int64_t total = 0;
	int64_t rows = 0;

	OK(audit_head(CTX, ST, &head));
	rows = head.id;
	store_close(ST);
	folder_close(room->folder);
	ST = NULL;
	room->folder = NULL;
	for (int i = 0; i < KILLS; i++) {
		int64_t last = run_and_kill(room, next, &seed);

		total += last - next + 1;
		next = look(room, next, last, &rows) + 1;
	}
	print_message(
	    "%" PRId64 " stories acknowledged before %d kills\n", total, KILLS);
	assert_true(total > KILLS);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_kill__loses_nothing_that_was_acknowledged),
	};

	return UNIT_RUN(tests, argc, argv);
}
