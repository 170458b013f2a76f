/* SPDX-License-Identifier: MIT */
/* The commands, in the order in which help lists them. */

#include "cli/command.h"

#include "newsroom/story.h"

/* ---- what values may be ---- */

static bool
is_number(struct str s)
{
	int64_t v = 0;

	return str_int(s, &v) && v > 0;
}
static const struct kind number = { "a whole number above 0", is_number };

static bool
is_state(struct str s)
{
	enum story_state state = STORY_STUB;

	return story_state_by_name(s, &state);
}
static const struct kind state = { "stub, draft, review, ready, scheduled, "
				   "published, withdrawn or canceled",
	is_state };

static bool
is_one_of(struct str s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (str_eq(s, str_c(*words)))
			return true;
	return false;
}

static bool
is_role(struct str s)
{
	static const char *const words[] = { "reporter", "editor", "chief",
		"admin", NULL };

	return is_one_of(s, words);
}
static const struct kind role = { "reporter, editor, chief or admin", is_role };

static bool
is_format(struct str s)
{
	static const char *const words[] = { "capture", "markdown", NULL };

	return is_one_of(s, words);
}
static const struct kind format = { "capture or markdown", is_format };

/* As the log and `check` print it: its number, a colon, 64 hex digits. */
static bool
is_head(struct str s)
{
	struct str hash = { 0 };

	if (!is_number(str_cut(s, ':', &hash)) || hash.n != 64)
		return false;
	for (size_t i = 0; i < hash.n; i++)
		if (memchr("0123456789abcdef", hash.p[i], 16) == NULL)
			return false;
	return true;
}
static const struct kind head = {
	"a head as the log notes it (its number, a colon, 64 hex digits)",
	is_head
};

/* As list_set_rule() takes them. */
static bool
is_rest(struct str s)
{
	static const char *const whole[] = { "edition", "none", NULL };
	static const char *const parts[] = { "section", "tag", "author", NULL };
	struct str slug = { 0 };

	return is_one_of(s, whole) ||
	       (is_one_of(str_cut(s, '/', &slug), parts) && slug.n > 0);
}
static const struct kind rest = {
	"edition, section/SLUG, tag/SLUG, author/SLUG or none", is_rest
};

/* ---- the tables ---- */

static const struct option init_options[] = {
	{ "title", "T", "the name on the nameplate" },
	{ "house", "CODE", "first word of media addresses: a-z, 0-9" },
	{ "lang", "TAG", "language of the first edition (en)" },
	{ "zone", "ZONE", "its time zone (UTC)" },
	{ "date-form", "PATTERN",
	    "how it writes times, in ICU's letters (as its language does)" },
	{ "admin", "EMAIL", "the administrator's account (admin@localhost)" },
	{ NULL, NULL, NULL },
};

static const struct option serve_options[] = {
	{ "listen", "ADDR:PORT", "where to listen (127.0.0.1:8080)" },
	{ "config", "FILE", "instead of masthead.conf in the data folder" },
	{ "print-config", NULL, "print the whole configuration, and end" },
	{ NULL, NULL, NULL },
};

static bool
is_url(struct str s)
{
	return str_starts(s, STR("http://")) || str_starts(s, STR("https://"));
}
static const struct kind url = { "an address that begins with https://",
	is_url };

static const struct option import_options[] = {
	{ "format", "F", "capture or markdown (found out)", &format },
	{ "dry-run", NULL, "look at everything, keep nothing" },
	{ "media-base", "DIR", "where pictures are looked for" },
	{ "id", "N", "the story's own id, for one captured page", &number },
	{ "zone", "ZONE", "of times that name none (the edition's)" },
	{ "edition", "CODE", "where stories go that name none" },
	{ "site", "URL",
	    "the old site's address: links to what is not in the "
	    "archive stay",
	    &url },
	{ "permalink", "PATTERN",
	    "of its stories, such as "
	    "/:year/:month/:day/:slug/" },
	{ NULL, NULL, NULL },
};

static const struct option list_options[] = {
	{ "state", "S", "only draft, review, ready, scheduled, published …",
	    &state },
	{ "before", "ID", "older than that story", &number },
	{ "limit", "N", "at most so many (50)", &number },
	{ NULL, NULL, NULL },
};

static const struct option show_options[] = {
	{ "rev", "N", "revision N instead of the newest", &number },
	{ NULL, NULL, NULL },
};

static const struct option schedule_options[] = {
	{ "rev", "N", "revision N instead of the newest", &number },
	{ "cancel", NULL, "not at any time: it is ready, and waits" },
	{ NULL, NULL, NULL },
};

static const struct option publish_options[] = {
	{ "rev", "N", "revision N instead of the newest", &number },
	{ "at", "TIME", "its time; later than now schedules it" },
	{ NULL, NULL, NULL },
};

static const struct option user_options[] = {
	{ "name", "NAME", "as colleagues see it" },
	{ "initials", "I", "for sign-offs" },
	{ "role", "R", "reporter, editor, chief or admin (reporter)", &role },
	{ NULL, NULL, NULL },
};

#define EDITION                                                        \
	{                                                              \
		"edition", "CODE", "of that edition (the default one)" \
	}
#define SEEN                                                                 \
	{                                                                    \
		"seen", "VERSION",                                           \
		    "refuse when the list has moved since that one", &number \
	}

static const struct option lists_options[] = {
	EDITION,
	{ NULL, NULL, NULL },
};

static const struct option board_options[] = {
	EDITION,
	{ "limit", "N", "at most so many positions (20)", &number },
	{ NULL, NULL, NULL },
};

static const struct option pin_options[] = {
	EDITION,
	{ "at", "N", "its position (1)", &number },
	{ "until", "TIME",
	    "when the pin ends, by the edition's clock, or after 30m, 3h, 2d" },
	SEEN,
	{ NULL, NULL, NULL },
};

static const struct option unpin_options[] = {
	EDITION,
	SEEN,
	{ NULL, NULL, NULL },
};

static const struct option order_options[] = {
	EDITION,
	{ "only", NULL, "end all other pins" },
	SEEN,
	{ NULL, NULL, NULL },
};

static const struct option rule_options[] = {
	EDITION,
	{ "from", "RANGE", "edition, section/SLUG, tag/SLUG, author/SLUG, none",
	    &rest },
	{ "days", "N", "only stories of today and the days before", &number },
	SEEN,
	{ NULL, NULL, NULL },
};

static const struct option list_add_options[] = {
	EDITION,
	{ "title", "T", "what readers see above it" },
	{ NULL, NULL, NULL },
};

static const struct option audit_options[] = {
	{ "head", "N:HASH", "a head noted earlier; the chain must pass it",
	    &head },
	{ NULL, NULL, NULL },
};

const struct command commands[] = {
	{ "init", "", "make a newsroom in a folder", NULL,
	    "init --data ./newsroom --title \"The Harbour Courier\"",
	    init_options, 0, 0, NEEDS_NOTHING, false, run_init },
	{ "serve", "", "serve readers",
	    "SIGHUP reads the theme again, SIGTERM ends in good order.",
	    "serve --data ./newsroom --listen 127.0.0.1:8080", serve_options, 0,
	    0, NEEDS_NOTHING, false, run_serve },
	{ "import", "PATH…", "take in stories",
	    "A second import of the same file changes nothing.",
	    "import page.txt --zone Asia/Tehran", import_options, 1,
	    WORDS_MAX - 1, NEEDS_WRITER, true, run_import },
	{ "story list", "", "list stories, newest first", NULL,
	    "story list --state draft", list_options, 0, 0, NEEDS_READER, false,
	    run_story_list },
	{ "story show", "ID", "show a story and its newest text", NULL,
	    "story show 7 --json", show_options, 1, 1, NEEDS_READER, false,
	    run_story_show, &number },
	{ "story publish", "ID", "show a story to readers", NULL,
	    "story publish 7 --at 2026-11-23T06:00:00Z", publish_options, 1, 1,
	    NEEDS_WRITER, false, run_story_publish, &number },
	{ "story schedule", "ID [TIME]", "have a story go to readers by itself",
	    "TIME is meant by the clock of the story's edition: 2026-11-24 "
	    "06:00, 06:00,\ntomorrow 06:00, friday 06:00, +2h. A schedule "
	    "names a revision: a newer text\nis taken by scheduling again. "
	    "Held to the second while the server runs.",
	    "story schedule 7 tomorrow 06:00", schedule_options, 1, 8,
	    NEEDS_WRITER, false, run_story_schedule, NULL, &number },
	{ "story correct", "ID [TEXT]",
	    "tell readers what was wrong in a story",
	    "The correction stands below the story and on /corrections, with "
	    "its time. It is\npublic record: it is neither changed nor taken "
	    "back. Who mistyped adds another.\nWithout TEXT the story's "
	    "corrections are listed.",
	    "story correct 7 \"The lock has two gates, not three.\"", NULL, 1,
	    2, NEEDS_WRITER, false, run_story_correct, NULL, &number },
	{ "story history", "ID", "list what a story said before", NULL,
	    "story history 7", NULL, 1, 1, NEEDS_READER, false,
	    run_story_history, &number },
	{ "story restore", "ID REV", "make an older text the newest again",
	    "It becomes a new revision; nothing is lost. Readers see it when "
	    "it is published.",
	    "story restore 7 2", NULL, 2, 2, NEEDS_WRITER, false,
	    run_story_restore, &number, &number },
	{ "story unpublish", "ID", "withdraw a story; it may return", NULL,
	    "story unpublish 7", NULL, 1, 1, NEEDS_WRITER, false,
	    run_story_unpublish, &number },
	{ "story takedown", "ID", "take a story down for good",
	    "Its address answers 410 from then on. It cannot be undone: to "
	    "hide a story\nfor a while, use `story unpublish`.",
	    "story takedown 7", NULL, 1, 1, NEEDS_WRITER, false,
	    run_story_takedown, &number },
	{ "list list", "", "show the lists of an edition",
	    "A list is named front, section/ and a slug, or by the name that "
	    "it was made\nunder.",
	    "list list --edition ar", lists_options, 0, 0, NEEDS_READER, false,
	    run_list_list },
	{ "list show", "LIST", "show a list as readers see it now",
	    "Position, story, until when it is pinned, and which story takes "
	    "its place\nthen.",
	    "list show front", board_options, 1, 1, NEEDS_READER, false,
	    run_list_show },
	{ "list pin", "LIST ID", "keep a story at a position",
	    "What is pinned there already, and follows without a gap, moves "
	    "down by one.\nUnpinned positions fill themselves by the list's "
	    "rule.",
	    "list pin front 7 --at 1 --until \"2026-11-24 06:00\"", pin_options,
	    2, 2, NEEDS_WRITER, false, run_list_pin, &number },
	{ "list unpin", "LIST ID", "let go of a story", NULL,
	    "list unpin front 7", unpin_options, 2, 2, NEEDS_WRITER, false,
	    run_list_unpin, &number },
	{ "list order", "LIST ID…", "pin stories in that order, from the top",
	    "They keep the ends of their pins. Other pins stay, or follow "
	    "where their\nplace is taken.",
	    "list order front 7 12 9 --seen 31", order_options, 2,
	    WORDS_MAX - 1, NEEDS_WRITER, false, run_list_order, &number },
	{ "list rule", "LIST", "say what fills a list below its pins", NULL,
	    "list rule front --from edition --days 3", rule_options, 1, 1,
	    NEEDS_WRITER, false, run_list_rule },
	{ "list add", "NAME", "make a list that the desk arranges",
	    "It holds what is pinned, and what `list rule` says. Readers' "
	    "programs find it\nunder /api/v1/lists/NAME.",
	    "list add flood-works --title \"The flood works\"",
	    list_add_options, 1, 1, NEEDS_WRITER, false, run_list_add },
	{ "list remove", "NAME", "remove a list that was made by name", NULL,
	    "list remove flood-works", unpin_options, 1, 1, NEEDS_WRITER, false,
	    run_list_remove },
	{ "user add", "EMAIL", "give somebody an account",
	    "Prints a first password once.",
	    "user add ilse@example.org --name \"Ilse Varden\" --role editor",
	    user_options, 1, 1, NEEDS_WRITER, false, run_user_add },
	{ "user list", "", "list accounts", NULL, "user list --json", NULL, 0,
	    0, NEEDS_READER, false, run_user_list },
	{ "user passwd", "EMAIL", "give an account a new password",
	    "Prints it once.", "user passwd ilse@example.org", NULL, 1, 1,
	    NEEDS_WRITER, false, run_user_passwd },
	{ "user role", "EMAIL ROLE", "give an account another role",
	    "A role is reporter, editor, chief or admin. The only "
	    "administrator keeps theirs.",
	    "user role ilse@example.org chief", NULL, 2, 2, NEEDS_WRITER, false,
	    run_user_role, &role },
	{ "search rebuild", "", "make the search index anew",
	    "Readers may search all the while; the page says that the index "
	    "is not whole\nyet. Never needed after an upgrade, which does it "
	    "by "
	    "itself.",
	    "search rebuild", NULL, 0, 0, NEEDS_WRITER, false,
	    run_search_rebuild },
	{ "check", "", "examine the newsroom and this machine",
	    "The store, the audit chain, the original of every asset, and "
	    "what the machine\noffers to shut media workers in.",
	    "check --data ./newsroom", NULL, 0, 0, NEEDS_READER, false,
	    run_check },
	{ "audit verify", "", "verify the chain of who did what", NULL,
	    "audit verify --head 1042:6f3a…", audit_options, 0, 0, NEEDS_READER,
	    false, run_audit_verify },
	{ "theme check", "DIR", "check a theme, and list all its faults", NULL,
	    "theme check ./newsroom/theme", NULL, 1, 1, NEEDS_NOTHING, false,
	    run_theme_check },
};
const size_t commands_n = sizeof commands / sizeof *commands;
