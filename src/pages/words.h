/* SPDX-License-Identifier: MIT */
#ifndef PAGES_WORDS_H
#define PAGES_WORDS_H

/*
 * The interface's own words, by language: a theme's words/en.ini and its
 * sisters.  A line is `key = words`; quotes keep spaces at the ends; a line
 * that begins with ; or # is a comment.
 *
 * English is whole; what another language leaves out is said in English.
 *
 * Memory: the arena given.  Threads: constant once read.
 */

#include "base/base.h"
#include "markup/theme.h"

/* Every key, once. */
/* A list, not code. */
/* clang-format off */
#define WORDS(W) \
	W(skip) W(editions) W(sections) W(more_top) W(latest) W(newest) \
	W(earlier) W(more_from) W(pages) W(newer) W(older) W(feed_of) \
	W(feed_site) W(by) W(and) W(comma) W(from) W(published) W(updated) \
	W(corrected) W(what_changed) W(also_in) W(advisory) W(withheld) \
	W(withheld_choose) W(withheld_choose_film) W(withheld_choose_sound) \
	W(gate_closed) W(show) W(shown_title) \
	W(shown_open) W(back) W(correction) W(corrections) W(sources) \
	W(tags) W(related) W(home) W(made_with) W(empty_front) \
	W(empty_list) W(error_404) W(error_404_text) W(error_410) \
	W(error_410_text) W(error_400) W(error_400_text) W(error_500) \
	W(error_500_text) W(error_503) W(error_503_text) W(archive) \
	W(archive_of) W(last_time) W(next_time) W(other_times) W(empty_day) \
	W(empty_time) W(follow) W(corrections_of) W(corrections_about) \
	W(empty_corrections) W(newer_corrections) W(older_corrections) \
	W(correction_of) W(text_only) W(with_pictures) \
	W(search) W(search_label) W(search_go) W(search_hint) W(search_count) \
	W(search_more) W(search_best) W(search_best_of) W(search_by_age) \
	W(search_to_newest) W(search_to_best) W(search_empty) \
	W(search_unfinished) W(search_unknown) W(search_narrow) W(search_jump) \
	W(search_results) W(search_section) W(search_all_sections) W(search_when) \
	W(search_any_time) W(search_first) W(search_next) W(tools) W(help_words) \
	W(help_phrase) W(help_not) W(help_author) W(help_section) W(help_tag) \
	W(help_after) W(help_before) W(help_range) W(search_help) \
	W(eg_words) W(eg_phrase) W(eg_not) W(eg_author) \
	W(eg_section) W(eg_tag) W(eg_after) W(eg_before) \
	W(video) W(sound) W(play_video) W(play_sound) W(size_kb) W(size_mb) \
	W(film_making) W(film_failed) W(film_fault) W(take_file) W(again) \
	W(player) W(play) W(pause) W(position) W(mute) W(unmute) W(speed) \
	W(full) W(full_end) W(captions) W(uncaptioned) W(transcript) \
	W(untranscribed) W(download) W(transcript_go) W(withheld_film) W(withheld_sound) \
	W(gate_closed_film) W(gate_closed_sound) W(show_film) W(show_sound) \
	W(shown_title_film) W(shown_title_sound) W(shown_open_film) \
	W(shown_open_sound)
/* clang-format on */

struct words {
#define WORDS_MEMBER(name) struct str name;
	WORDS(WORDS_MEMBER)
#undef WORDS_MEMBER
};

extern const struct tpl_field words_fields[];

/*
 * words/{lang}.ini of a theme; of "ar-EG" also words/ar.ini.  base: what
 * stands where it is silent; NULL: the file must be there and whole.
 * ERR_INVALID with file and line; ERR_NOTFOUND: no such language.
 */
MUST_USE enum err words_read(struct ctx *ctx, const struct theme_source *src,
    struct str lang, const struct words *base, struct words *out);

/* "More from {name}" with the name in its place. */
struct str words_fill(
    struct arena *a, struct str words, const char *what, struct str value);

#endif
