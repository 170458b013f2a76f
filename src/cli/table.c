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
static bool
is_frame(struct str s)
{
	int64_t v = 0;

	return str_int(s, &v) && v >= 0;
}
static const struct kind frame = { "a whole number, 0 or above", is_frame };

static const struct kind head = {
	"a head as the log notes it (its number, a colon, 64 hex digits)",
	is_head
};

static bool
is_severity(struct str s)
{
	static const char *const words[] = { "note", "gate", NULL };

	return is_one_of(s, words);
}
static const struct kind severity = { "note or gate", is_severity };

/* en="Graphic content" */
static bool
is_label(struct str s)
{
	struct str label = { 0 };

	return str_cut(s, '=', &label).n > 0 && label.n > 0;
}
static const struct kind label = {
	"a language, = and the words, such as en=\"Graphic content\"", is_label
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
	{ "markdown", NULL, "as `story edit` takes it: front matter and text" },
	{ "rev", "N", "revision N instead of the newest", &number },
	{ NULL, NULL, NULL },
};

static const struct option trace_options[] = {
	{ "all", NULL, "every change of it that is remembered" },
	{ NULL, NULL, NULL },
};

static const struct option new_options[] = {
	{ "file", "F", "the text from a file, or - for standard input" },
	{ "edition", "CODE", "where it goes (the default edition)" },
	{ "title", "T", "its title, unless the text has one" },
	{ NULL, NULL, NULL },
};

static const struct option edit_options[] = {
	{ "file", "F", "the text from a file, or - for standard input" },
	{ NULL, NULL, NULL },
};

static const struct option correct_options[] = {
	{ "file", "F", "the text from a file, or - for standard input" },
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

static const struct option token_options[] = {
	{ "label", "TEXT", "where it is used, to know it again" },
	{ "days", "N", "ends by itself after so many (never)", &number },
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

#define STANDFIRST                                                \
	{                                                         \
		"standfirst", "TEXT", "what it is, in a sentence" \
	}

static const struct option edition_options[] = {
	{ "lang", "TAG", "its language (as its code)" },
	{ "zone", "ZONE", "its time zone (that of the default edition)" },
	{ "title", "T", "its nameplate (the house's)" },
	STANDFIRST,
	{ "date-form", "PATTERN",
	    "how it writes times, in ICU's letters (as its language does)" },
	{ "default", NULL, "its pages stand at the root, without its code" },
	{ NULL, NULL, NULL },
};

static const struct option section_add_options[] = {
	EDITION,
	{ "slug", "SLUG", "in its address (made from the title)" },
	STANDFIRST,
	{ NULL, NULL, NULL },
};

static const struct option section_set_options[] = {
	EDITION,
	{ "slug", "SLUG", "another; the old address leads to the new one" },
	{ "title", "T", "its name" },
	STANDFIRST,
	{ NULL, NULL, NULL },
};

static const struct option section_remove_options[] = {
	EDITION,
	{ "into", "OTHER", "the section where its stories stand then" },
	{ NULL, NULL, NULL },
};

static const struct option terms_options[] = {
	EDITION,
	{ "after", "SLUG", "those that follow it" },
	{ "limit", "N", "at most so many (50)", &number },
	{ NULL, NULL, NULL },
};

static const struct option author_set_options[] = {
	EDITION,
	{ "slug", "SLUG", "another; the old address leads to the new one" },
	{ "name", "NAME", "as it stands in new bylines" },
	STANDFIRST,
	{ NULL, NULL, NULL },
};

static const struct option advisory_options[] = {
	{ "severity", "S", "gate: behind a button; note: words only (gate)",
	    &severity },
	{ "label", "LANG=WORDS", "its spelling in a language; again for others",
	    &label },
	{ NULL, NULL, NULL },
};

static const struct option advisory_set_options[] = {
	{ "severity", "S", "gate: behind a button; note: words only",
	    &severity },
	{ "label", "LANG=WORDS", "its spelling in a language; again for others",
	    &label },
	{ NULL, NULL, NULL },
};

static const struct option redirects_options[] = {
	{ "after", "PATH", "those that follow it" },
	{ "limit", "N", "at most so many (50)", &number },
	{ NULL, NULL, NULL },
};

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

#define MEDIA_OPTIONS                                                          \
	{ "alt", "TEXT", "what it shows, for those who cannot see it" },       \
	    { "caption", "TEXT", "the words below it" },                       \
	    { "credit", "TEXT", "who made it" },                               \
	    { "copyright", "TEXT", "the notice, in the files of its stills" }, \
	    { "licence", "URL",                                                \
		    "the page that says what may be done with it" },           \
	    { "focus", "X Y",                                                  \
		    "what crops keep: per mille from the left and the top" },  \
	    { "advisory", "CODE", "what stands before it, or none" },          \
	{                                                                      \
		"note", "TEXT", "what is withheld, without detail"             \
	}

#define MEDIA_MORE                                                            \
	{ "poster", "N", "of a film: the frame its stills show (25)",         \
		&frame },                                                     \
	    { "rights", "TEXT", "who holds them, what for; never shown" },    \
	    { "rights-until", "TIME",                                         \
		    "from then on no reader gets it: a date, 30d, or none" }, \
	{                                                                     \
		"language", "TAG", "spoken in it: en, fa, pt-BR"              \
	}

static const struct option media_options[] = {
	MEDIA_OPTIONS,
	MEDIA_MORE,
	{ NULL, NULL, NULL },
};

static const struct option media_add_options[] = {
	MEDIA_OPTIONS,
	MEDIA_MORE,
	{ "wait", NULL, "until films and sound are made; say how far it is" },
	{ NULL, NULL, NULL },
};

static const struct option media_retry_options[] = {
	{ "wait", NULL, "until it is made; say how far it is" },
	{ NULL, NULL, NULL },
};

static const struct option media_captions_options[] = {
	{ "file", "F", "a WebVTT file, or - for standard input" },
	{ "lang", "TAG", "what they are written in: en, fa, pt-BR" },
	{ "remove", NULL, "take those of that language away" },
	{ NULL, NULL, NULL },
};

static const struct option media_list_options[] = {
	{ "before", "ID", "older than that one", &number },
	{ "limit", "N", "at most so many (50)", &number },
	{ NULL, NULL, NULL },
};

static const struct option audit_options[] = {
	{ "head", "N:HASH", "a head noted earlier; the chain must pass it",
	    &head },
	{ NULL, NULL, NULL },
};

static const struct option check_options[] = {
	{ "quick", NULL, "do not try how media workers are shut in: seconds" },
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
	{ "story new", "", "write a new story",
	    "Opens $VISUAL or $EDITOR on a blank text: front matter, then "
	    "Markdown. Saving it\nthere makes a draft; left as it is, "
	    "nothing is made.",
	    "story new --edition en --title \"Ferry strike ends\"", new_options,
	    0, 0, NEEDS_WRITER, false, run_story_new, NULL, NULL, TYPING_EDITOR,
	    story_new_blank },
	{ "story edit", "ID", "change a story's text",
	    "Opens $VISUAL or $EDITOR on its newest text. If somebody saves "
	    "another meanwhile,\nboth are put together; where they touch, "
	    "nothing is saved and both are shown.\nWhat was typed and could "
	    "not be saved is kept in a file, which --file takes.\nReaders "
	    "see the new text when it is published.",
	    "story edit 7", edit_options, 1, 1, NEEDS_WRITER, false,
	    run_story_edit, &number, NULL, TYPING_EDITOR, story_edit_blank },
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
	    "story correct 7 \"The lock has two gates, not three.\"",
	    correct_options, 1, 2, NEEDS_WRITER, false, run_story_correct, NULL,
	    &number, TYPING_FILE },
	{ "story history", "ID", "list what a story said before", NULL,
	    "story history 7", NULL, 1, 1, NEEDS_READER, false,
	    run_story_history, &number },
	{ "story trace", "ID", "tell how long it took to reach readers",
	    "The newest change of the story that the running server has shown "
	    "to readers: the\nmilliseconds of its writing, of the commit and "
	    "of the purge; and each page that shows\nit, when somebody asked "
	    "for it first and how long it was made. The server keeps the\n"
	    "newest 256 changes while it runs; /metrics has the histograms of "
	    "all.",
	    "story trace 7", trace_options, 1, 1, NEEDS_SERVER, false,
	    run_story_trace, &number },
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
	{ "edition list", "", "list the editions", NULL, "edition list", NULL,
	    0, 0, NEEDS_READER, false, run_edition_list },
	{ "edition add", "CODE", "make an edition: a language or region",
	    "Its code is the first part of its addresses: /ar/…",
	    "edition add ar --zone Asia/Beirut --title \"بريد الميناء\"",
	    edition_options, 1, 1, NEEDS_WRITER, false, run_edition_add },
	{ "edition set", "CODE", "change an edition",
	    "What is not given stays. An edition's code stays: addresses hold "
	    "it. There is\n"
	    "always one default; `--default` passes that on.",
	    "edition set en --zone Europe/Vienna --date-form \"d MMMM y\"",
	    edition_options, 1, 1, NEEDS_WRITER, false, run_edition_set },
	{ "section list", "", "list sections in the order of the navigation",
	    NULL, "section list --edition ar", lists_options, 0, 0,
	    NEEDS_READER, false, run_section_list },
	{ "section add", "TITLE", "make a section",
	    "It stands last in the navigation until `section order`.",
	    "section add \"The harbour\" --slug harbour", section_add_options,
	    1, 1, NEEDS_WRITER, false, run_section_add },
	{ "section set", "SLUG", "change a section",
	    "What is not given stays. Another slug keeps the old address: it "
	    "leads to the\n"
	    "new one.",
	    "section set harbour --slug port --title \"The port\"",
	    section_set_options, 1, 1, NEEDS_WRITER, false, run_section_set },
	{ "section order", "SLUG…", "put sections in order in the navigation",
	    "The others follow as they stood.",
	    "section order world harbour culture", lists_options, 1,
	    WORDS_MAX - 1, NEEDS_WRITER, false, run_section_order },
	{ "section remove", "SLUG", "remove a section",
	    "Only when no story stands in it, unless `--into` says where they "
	    "go. Its\n"
	    "address leads there then.",
	    "section remove port --into harbour", section_remove_options, 1, 1,
	    NEEDS_WRITER, false, run_section_remove },
	{ "tag list", "[BEGINNING]", "list tags, or those that begin so",
	    "By slug, with the stories that stand under each, counted to 1000.",
	    "tag list ferr --limit 100", terms_options, 0, 1, NEEDS_READER,
	    false, run_tag_list },
	{ "tag add", "TITLE", "make a tag", NULL,
	    "tag add Ferries --standfirst \"Ships that come back.\"",
	    section_add_options, 1, 1, NEEDS_WRITER, false, run_tag_add },
	{ "tag set", "SLUG", "change a tag",
	    "What is not given stays. Another slug keeps the old address: it "
	    "leads to the\n"
	    "new one.",
	    "tag set ferries --title \"Ferries and tugs\"", section_set_options,
	    1, 1, NEEDS_WRITER, false, run_tag_set },
	{ "tag merge", "SLUG INTO", "make one tag of two",
	    "Stories of the one stand under the other at once; revisions are "
	    "not\n"
	    "changed. The old address leads to the new one. It cannot be "
	    "undone. What was\n"
	    "cut short is finished by the same command.",
	    "tag merge ferry ferries", lists_options, 2, 2, NEEDS_WRITER, false,
	    run_tag_merge },
	{ "tag remove", "SLUG", "remove a tag that no story has", NULL,
	    "tag remove ferries", lists_options, 1, 1, NEEDS_WRITER, false,
	    run_tag_remove },
	{ "author list", "[BEGINNING]", "list authors, or those that begin so",
	    "By slug, with the stories that stand under each, counted to 1000.",
	    "author list il", terms_options, 0, 1, NEEDS_READER, false,
	    run_author_list },
	{ "author add", "NAME", "make an author", NULL,
	    "author add \"Ilse Varden\" --standfirst \"Writes from the quay.\"",
	    section_add_options, 1, 1, NEEDS_WRITER, false, run_author_add },
	{ "author set", "SLUG", "change an author",
	    "Bylines that were printed stay as they are.",
	    "author set ilse-varden --slug i-varden", author_set_options, 1, 1,
	    NEEDS_WRITER, false, run_author_set },
	{ "author merge", "SLUG INTO", "make one author of two",
	    "Stories of the one stand under the other at once; revisions are "
	    "not\n"
	    "changed. The old address leads to the new one. It cannot be "
	    "undone. What was\n"
	    "cut short is finished by the same command.",
	    "author merge i-varden ilse-varden", lists_options, 2, 2,
	    NEEDS_WRITER, false, run_author_merge },
	{ "author remove", "SLUG", "remove an author that no story has", NULL,
	    "author remove ilse-varden", lists_options, 1, 1, NEEDS_WRITER,
	    false, run_author_remove },
	{ "media add", "FILE…", "add pictures, films and sound",
	    "Prints the permanent address of each, which a story's `lead:` "
	    "takes. The same bytes\nonce more give the asset that is there. "
	    "The words given are said of all the files.\nNo reader reaches one "
	    "before a story shows it, nor ever its original. The server\nmakes "
	    "films and sound into what readers get, as soon as it runs.",
	    "media add quay.jpg --alt \"A quay in fog\" --credit \"N. "
	    "Selkirkby\"",
	    media_add_options, 1, WORDS_MAX, NEEDS_WRITER, true,
	    run_media_add },
	{ "media retry", "ID", "make a film's or sound's renditions once more",
	    "From the beginning, as if it had just arrived. Readers keep what "
	    "is "
	    "whole until\nthe new is whole.",
	    "media retry 7 --wait", media_retry_options, 1, 1, NEEDS_WRITER,
	    false, run_media_retry, &number },
	{ "media captions", "ID", "have what is said in a film to read",
	    "ID may be the asset's address. One text for each language; the "
	    "file is read\nstrictly, and comments in it are left out. Readers "
	    "get it in the player and as a\ntranscript. Without --file the "
	    "captions that are there are listed.",
	    "media captions 7 --lang en --file pilots.en.vtt",
	    media_captions_options, 1, 1, NEEDS_WRITER, false,
	    run_media_captions, NULL, NULL, TYPING_FILE },
	{ "media list", "", "list pictures, films and sound, newest first",
	    NULL, "media list --limit 20", media_list_options, 0, 0,
	    NEEDS_READER, false, run_media_list },
	{ "media show", "ID",
	    "show what is known of an asset, the work on it, and where it "
	    "stands",
	    NULL, "media show 7 --json", NULL, 1, 1, NEEDS_READER, false,
	    run_media_show, &number },
	{ "media set", "ID",
	    "change an asset's words, focus, rights or advisory",
	    "On every page that shows it, at once. An advisory that gates "
	    "withholds it everywhere.",
	    "media set 7 --focus \"500 380\" --advisory graphic", media_options,
	    1, 1, NEEDS_WRITER, false, run_media_set, &number },
	{ "advisory list", "", "list the house's advisories", NULL,
	    "advisory list --json", NULL, 0, 0, NEEDS_READER, false,
	    run_advisory_list },
	{ "advisory add", "CODE", "add an advisory to the vocabulary", NULL,
	    "advisory add war --label en=\"Scenes of war\" --label ar=\"مشاهد "
	    "حرب\"",
	    advisory_options, 1, 1, NEEDS_WRITER, false, run_advisory_add },
	{ "advisory set", "CODE", "change an advisory, wherever it stands",
	    "Readers see it at once. The addresses of what it withholds change "
	    "with it.",
	    "advisory set graphic --severity gate --label en=\"Graphic "
	    "content\"",
	    advisory_set_options, 1, 1, NEEDS_WRITER, false, run_advisory_set },
	{ "advisory remove", "CODE",
	    "remove an advisory that nothing ever carried", NULL,
	    "advisory remove war", NULL, 1, 1, NEEDS_WRITER, false,
	    run_advisory_remove },
	{ "redirect list", "[BEGINNING]",
	    "list redirects, or those whose path begins so", NULL,
	    "redirect list /2011/ --limit 100", redirects_options, 0, 1,
	    NEEDS_READER, false, run_redirect_list },
	{ "redirect add", "PATH TARGET",
	    "lead an old address to a story or another path",
	    "TARGET is a story's id, a path or an address of the site. Never "
	    "over an\n"
	    "address at which something stands, and never in a circle.",
	    "redirect add /2011/05/rain 7", NULL, 2, 2, NEEDS_WRITER, false,
	    run_redirect_add },
	{ "redirect remove", "PATH", "forget a redirect", NULL,
	    "redirect remove /2011/05/rain", NULL, 1, 1, NEEDS_WRITER, false,
	    run_redirect_remove },
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
	{ "token add", "EMAIL", "let a program upload in somebody's name",
	    "Prints the token once, for the header Authorization: Bearer "
	    "TOKEN of requests to\n/upload (docs/UPLOAD.md).",
	    "token add ilse@example.org --label \"Ilse's phone\" --days 90",
	    token_options, 1, 1, NEEDS_WRITER, false, run_token_add },
	{ "token list", "", "list tokens, and when they were used", NULL,
	    "token list --json", NULL, 0, 0, NEEDS_READER, false,
	    run_token_list },
	{ "token revoke", "ID", "take a token back, at once", NULL,
	    "token revoke 3", NULL, 1, 1, NEEDS_WRITER, false, run_token_revoke,
	    &number },
	{ "search rebuild", "", "make the search index anew",
	    "Readers may search all the while; the page says that the index "
	    "is not whole\nyet. Never needed after an upgrade, which does it "
	    "by "
	    "itself.",
	    "search rebuild", NULL, 0, 0, NEEDS_WRITER, false,
	    run_search_rebuild },
	{ "check", "", "examine the newsroom and this machine",
	    "The store, the audit chain, the files of every asset, and what "
	    "the machine\noffers to shut media workers in, which is tried.",
	    "check --data ./newsroom", check_options, 0, 0, NEEDS_READER, false,
	    run_check },
	{ "audit verify", "", "verify the chain of who did what", NULL,
	    "audit verify --head 1042:6f3a…", audit_options, 0, 0, NEEDS_READER,
	    false, run_audit_verify },
	{ "theme check", "DIR", "check a theme, and list all its faults", NULL,
	    "theme check ./newsroom/theme", NULL, 1, 1, NEEDS_NOTHING, false,
	    run_theme_check },
};
const size_t commands_n = sizeof commands / sizeof *commands;
