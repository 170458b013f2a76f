/* SPDX-License-Identifier: MIT */
/* The tables of what templates may name. */

#include "pages/view.h"

static const struct tpl_field link_fields[] = {
	TPL_TEXT(struct link_view, before),
	TPL_TEXT(struct link_view, title),
	TPL_URL(struct link_view, url),
	TPL_TEXT(struct link_view, lang),
	TPL_TEXT(struct link_view, dir),
	TPL_TEXT(struct link_view, type),
	TPL_TEXT(struct link_view, current),
	TPL_END,
};

static const struct tpl_field share_fields[] = {
	TPL_TEXT(struct share_view, type),
	TPL_TEXT(struct share_view, site),
	TPL_TEXT(struct share_view, title),
	TPL_URL(struct share_view, url),
	TPL_TEXT(struct share_view, description),
	TPL_URL(struct share_view, image),
	TPL_END,
};

static const struct tpl_field frame_fields[] = {
	TPL_VIEW(struct frame_view, w, words_fields),
	TPL_TEXT(struct frame_view, lang),
	TPL_TEXT(struct frame_view, dir),
	TPL_BOOL(struct frame_view, rtl),
	TPL_TEXT(struct frame_view, title),
	TPL_TEXT(struct frame_view, description),
	TPL_URL(struct frame_view, canonical),
	TPL_BOOL(struct frame_view, noindex),
	TPL_TEXT(struct frame_view, house),
	TPL_TEXT(struct frame_view, standfirst),
	TPL_URL(struct frame_view, home),
	TPL_URL(struct frame_view, here),
	TPL_URL(struct frame_view, archive),
	TPL_URL(struct frame_view, corrections),
	TPL_URL(struct frame_view, search),
	TPL_TEXT(struct frame_view, day),
	TPL_TEXT(struct frame_view, day_iso),
	TPL_BOOL(struct frame_view, has_editions),
	TPL_BOOL(struct frame_view, has_sections),
	TPL_LIST(struct frame_view, editions, link_fields),
	TPL_LIST(struct frame_view, sections, link_fields),
	TPL_LIST(struct frame_view, feeds, link_fields),
	TPL_LIST(struct frame_view, alternates, link_fields),
	TPL_VIEW(struct frame_view, share, share_fields),
	TPL_URL(struct frame_view, oembed),
	TPL_HTML(struct frame_view, data),
	TPL_BOOL(struct frame_view, film),
	TPL_END,
};

static const struct tpl_field source_fields[] = {
	TPL_URL(struct source_view, url),
	TPL_INT(struct source_view, w),
	TPL_END,
};

static const struct tpl_field image_fields[] = {
	TPL_TEXT(struct image_view, ratio),
	TPL_TEXT(struct image_view, length),
	TPL_TEXT(struct image_view, kind),
	TPL_HTML(struct image_view, hint),
	TPL_URL(struct image_view, src),
	TPL_LIST(struct image_view, smaller, source_fields),
	TPL_URL(struct image_view, largest),
	TPL_INT(struct image_view, largest_w),
	TPL_INT(struct image_view, width),
	TPL_INT(struct image_view, height),
	TPL_TEXT(struct image_view, alt),
	TPL_BOOL(struct image_view, captioned),
	TPL_TEXT(struct image_view, caption),
	TPL_TEXT(struct image_view, credit),
	TPL_END,
};

static const struct tpl_field withheld_fields[] = {
	TPL_TEXT(struct withheld_view, ratio),
	TPL_TEXT(struct withheld_view, title),
	TPL_TEXT(struct withheld_view, note),
	TPL_END,
};

static const struct tpl_field track_fields[] = {
	TPL_TEXT(struct track_view, before),
	TPL_URL(struct track_view, url),
	TPL_TEXT(struct track_view, lang),
	TPL_TEXT(struct track_view, label),
	TPL_BOOL(struct track_view, first),
	TPL_END,
};

static const struct tpl_field film_fields[] = {
	TPL_BOOL(struct film_view, sound),
	TPL_VIEW(struct film_view, poster, image_fields),
	TPL_URL(struct film_view, still),
	TPL_URL(struct film_view, href),
	TPL_URL(struct film_view, list),
	TPL_URL(struct film_view, file),
	TPL_TEXT(struct film_view, making),
	TPL_TEXT(struct film_view, title),
	TPL_TEXT(struct film_view, name),
	TPL_TEXT(struct film_view, length),
	TPL_TEXT(struct film_view, size),
	TPL_TEXT(struct film_view, fault),
	TPL_INT(struct film_view, width),
	TPL_INT(struct film_view, height),
	TPL_INT(struct film_view, seconds),
	TPL_BOOL(struct film_view, has_tracks),
	TPL_BOOL(struct film_view, has_transcript),
	TPL_LIST(struct film_view, tracks, track_fields),
	TPL_TEXT(struct film_view, uncaptioned),
	TPL_TEXTS(struct film_view, transcript),
	TPL_TEXT(struct film_view, transcript_lang),
	TPL_BOOL(struct film_view, captioned),
	TPL_TEXT(struct film_view, caption),
	TPL_TEXT(struct film_view, credit),
	TPL_END,
};

static const struct tpl_field teaser_fields[] = {
	TPL_URL(struct teaser_view, url),
	TPL_TEXT(struct teaser_view, headline),
	TPL_TEXT(struct teaser_view, kicker),
	TPL_TEXT(struct teaser_view, label),
	TPL_TEXT(struct teaser_view, deck),
	TPL_TEXT(struct teaser_view, byline),
	TPL_TEXT(struct teaser_view, time),
	TPL_TEXT(struct teaser_view, iso),
	TPL_TEXT(struct teaser_view, heard),
	TPL_VIEW(struct teaser_view, image, image_fields),
	TPL_VIEW(struct teaser_view, withheld, withheld_fields),
	TPL_BOOL(struct teaser_view, mid),
	TPL_BOOL(struct teaser_view, span),
	TPL_BOOL(struct teaser_view, first),
	TPL_END,
};

static const struct tpl_field stack_fields[] = {
	TPL_LIST(struct stack_view, items, teaser_fields),
	TPL_END,
};

static const struct tpl_field ranked_fields[] = {
	TPL_VIEW(struct ranked_view, first, teaser_fields),
	TPL_LIST(struct ranked_view, stacks, stack_fields),
	TPL_END,
};

static const struct tpl_field row_fields[] = {
	TPL_TEXT(struct row_view, columns),
	TPL_LIST(struct row_view, items, teaser_fields),
	TPL_END,
};

static const struct tpl_field block_fields[] = {
	TPL_INT(struct block_view, id),
	TPL_TEXT(struct block_view, title),
	TPL_URL(struct block_view, url),
	TPL_TEXT(struct block_view, more),
	TPL_VIEW(struct block_view, ranked, ranked_fields),
	TPL_VIEW(struct block_view, row, row_fields),
	TPL_END,
};

const struct tpl_field front_fields[] = {
	TPL_VIEW(struct front_view, frame, frame_fields),
	TPL_TEXT(struct front_view, empty),
	TPL_VIEW(struct front_view, lead, teaser_fields),
	TPL_BOOL(struct front_view, has_second),
	TPL_BOOL(struct front_view, has_latest),
	TPL_BOOL(struct front_view, has_blocks),
	TPL_TEXT(struct front_view, columns),
	TPL_LIST(struct front_view, second, teaser_fields),
	TPL_LIST(struct front_view, latest, teaser_fields),
	TPL_LIST(struct front_view, blocks, block_fields),
	TPL_END,
};

const struct tpl_field section_fields[] = {
	TPL_VIEW(struct section_view, frame, frame_fields),
	TPL_TEXT(struct section_view, heading),
	TPL_TEXT(struct section_view, standfirst),
	TPL_TEXT(struct section_view, empty),
	TPL_TEXT(struct section_view, earlier),
	TPL_URL(struct section_view, feed),
	TPL_BOOL(struct section_view, has_top),
	TPL_BOOL(struct section_view, has_items),
	TPL_BOOL(struct section_view, has_pages),
	TPL_TEXT(struct section_view, columns),
	TPL_LIST(struct section_view, top, teaser_fields),
	TPL_VIEW(struct section_view, stack, stack_fields),
	TPL_LIST(struct section_view, beside, teaser_fields),
	TPL_LIST(struct section_view, items, teaser_fields),
	TPL_URL(struct section_view, newer),
	TPL_URL(struct section_view, older),
	TPL_END,
};

static const struct tpl_field advisory_fields[] = {
	TPL_TEXT(struct advisory_view, title),
	TPL_TEXT(struct advisory_view, sentence),
	TPL_END,
};

static const struct tpl_field gate_fields[] = {
	TPL_TEXT(struct gate_view, title),
	TPL_TEXT(struct gate_view, show),
	TPL_TEXT(struct gate_view, note),
	TPL_URL(struct gate_view, url),
	TPL_END,
};

static const struct tpl_field correction_fields[] = {
	TPL_TEXT(struct correction_view, time),
	TPL_TEXT(struct correction_view, iso),
	TPL_TEXT(struct correction_view, text),
	TPL_END,
};

static const struct tpl_field source_name_fields[] = {
	TPL_TEXT(struct source_name_view, before),
	TPL_TEXT(struct source_name_view, name),
	TPL_URL(struct source_name_view, url),
	TPL_END,
};

const struct tpl_field story_fields[] = {
	TPL_VIEW(struct story_view, frame, frame_fields),
	TPL_TEXT(struct story_view, kicker),
	TPL_TEXT(struct story_view, headline),
	TPL_TEXT(struct story_view, deck),
	TPL_TEXT(struct story_view, byline),
	TPL_TEXT(struct story_view, dateline),
	TPL_TEXT(struct story_view, published),
	TPL_TEXT(struct story_view, published_iso),
	TPL_URL(struct story_view, day),
	TPL_TEXT(struct story_view, updated),
	TPL_TEXT(struct story_view, updated_iso),
	TPL_TEXT(struct story_view, signoff),
	TPL_TEXT(struct story_view, corrections_head),
	TPL_VIEW(struct story_view, image, image_fields),
	TPL_VIEW(struct story_view, film, film_fields),
	TPL_VIEW(struct story_view, advisory, advisory_fields),
	TPL_VIEW(struct story_view, gate, gate_fields),
	TPL_HTML(struct story_view, body),
	TPL_BOOL(struct story_view, has_by),
	TPL_BOOL(struct story_view, has_corrections),
	TPL_BOOL(struct story_view, has_sources),
	TPL_BOOL(struct story_view, has_tags),
	TPL_BOOL(struct story_view, has_translations),
	TPL_BOOL(struct story_view, has_related),
	TPL_BOOL(struct story_view, has_linked),
	TPL_BOOL(struct story_view, has_stubs),
	TPL_LIST(struct story_view, authors, link_fields),
	TPL_LIST(struct story_view, tags, link_fields),
	TPL_LIST(struct story_view, translations, link_fields),
	TPL_LIST(struct story_view, corrections, correction_fields),
	TPL_LIST(struct story_view, sources, source_name_fields),
	TPL_LIST(struct story_view, related, teaser_fields),
	TPL_TEXTS(struct story_view, stubs),
	TPL_END,
};

const struct tpl_field shown_fields[] = {
	TPL_VIEW(struct shown_view, frame, frame_fields),
	TPL_TEXT(struct shown_view, kicker),
	TPL_TEXT(struct shown_view, headline),
	TPL_TEXT(struct shown_view, deck),
	TPL_URL(struct shown_view, url),
	TPL_VIEW(struct shown_view, advisory, advisory_fields),
	TPL_VIEW(struct shown_view, image, image_fields),
	TPL_VIEW(struct shown_view, film, film_fields),
	TPL_END,
};

const struct tpl_field error_fields[] = {
	TPL_VIEW(struct error_view, frame, frame_fields),
	TPL_INT(struct error_view, status),
	TPL_TEXT(struct error_view, heading),
	TPL_TEXT(struct error_view, sentence),
	TPL_END,
};

static const struct tpl_field day_fields[] = {
	TPL_TEXT(struct day_view, title),
	TPL_TEXT(struct day_view, label),
	TPL_URL(struct day_view, url),
	TPL_END,
};

static const struct tpl_field week_fields[] = {
	TPL_LIST(struct week_view, days, day_fields),
	TPL_END,
};

static const struct tpl_field month_fields[] = {
	TPL_LIST(struct month_view, weekdays, day_fields),
	TPL_LIST(struct month_view, weeks, week_fields),
	TPL_END,
};

const struct tpl_field archive_fields[] = {
	TPL_VIEW(struct archive_view, frame, frame_fields),
	TPL_TEXT(struct archive_view, heading),
	TPL_TEXT(struct archive_view, empty),
	TPL_BOOL(struct archive_view, has_trail),
	TPL_BOOL(struct archive_view, has_places),
	TPL_BOOL(struct archive_view, has_items),
	TPL_BOOL(struct archive_view, has_pages),
	TPL_BOOL(struct archive_view, has_neighbours),
	TPL_LIST(struct archive_view, trail, link_fields),
	TPL_LIST(struct archive_view, places, link_fields),
	TPL_VIEW(struct archive_view, month, month_fields),
	TPL_LIST(struct archive_view, items, teaser_fields),
	TPL_URL(struct archive_view, newer),
	TPL_URL(struct archive_view, older),
	TPL_VIEW(struct archive_view, earlier, link_fields),
	TPL_VIEW(struct archive_view, later, link_fields),
	TPL_END,
};

static const struct tpl_field corrected_fields[] = {
	TPL_TEXT(struct corrected_view, time),
	TPL_TEXT(struct corrected_view, iso),
	TPL_TEXT(struct corrected_view, text),
	TPL_URL(struct corrected_view, url),
	TPL_TEXT(struct corrected_view, headline),
	TPL_TEXT(struct corrected_view, label),
	TPL_END,
};

const struct tpl_field corrections_fields[] = {
	TPL_VIEW(struct corrections_view, frame, frame_fields),
	TPL_TEXT(struct corrections_view, heading),
	TPL_TEXT(struct corrections_view, empty),
	TPL_URL(struct corrections_view, feed),
	TPL_BOOL(struct corrections_view, has_items),
	TPL_BOOL(struct corrections_view, has_pages),
	TPL_LIST(struct corrections_view, items, corrected_fields),
	TPL_URL(struct corrections_view, newer),
	TPL_URL(struct corrections_view, older),
	TPL_END,
};

static const struct tpl_field mark_fields[] = {
	TPL_TEXT(struct mark_view, plain),
	TPL_TEXT(struct mark_view, hit),
	TPL_END,
};

static const struct tpl_field result_fields[] = {
	TPL_VIEW(struct result_view, teaser, teaser_fields),
	TPL_LIST(struct result_view, title, mark_fields),
	TPL_LIST(struct result_view, text, mark_fields),
	TPL_BOOL(struct result_view, has_text),
	TPL_END,
};

static const struct tpl_field facet_fields[] = {
	TPL_TEXT(struct facet_view, title),
	TPL_URL(struct facet_view, url),
	TPL_TEXT(struct facet_view, n),
	TPL_TEXT(struct facet_view, current),
	TPL_END,
};

const struct tpl_field search_fields[] = {
	TPL_VIEW(struct search_view, frame, frame_fields),
	TPL_TEXT(struct search_view, typed),
	TPL_URL(struct search_view, action),
	TPL_URL(struct search_view, suggest),
	TPL_BOOL(struct search_view, help),
	TPL_TEXT(struct search_view, summary),
	TPL_TEXT(struct search_view, empty),
	TPL_TEXT(struct search_view, unfinished),
	TPL_TEXT(struct search_view, other),
	TPL_URL(struct search_view, other_url),
	TPL_TEXTS(struct search_view, unknown),
	TPL_BOOL(struct search_view, has_results),
	TPL_BOOL(struct search_view, has_facets),
	TPL_BOOL(struct search_view, has_sections),
	TPL_BOOL(struct search_view, has_years),
	TPL_BOOL(struct search_view, has_pages),
	TPL_LIST(struct search_view, results, result_fields),
	TPL_LIST(struct search_view, sections, facet_fields),
	TPL_LIST(struct search_view, years, facet_fields),
	TPL_URL(struct search_view, first),
	TPL_URL(struct search_view, older),
	TPL_END,
};

const struct tpl_field embed_fields[] = {
	TPL_VIEW(struct embed_view, frame, frame_fields),
	TPL_TEXT(struct embed_view, headline),
	TPL_URL(struct embed_view, url),
	TPL_VIEW(struct embed_view, film, film_fields),
	TPL_VIEW(struct embed_view, gate, gate_fields),
	TPL_END,
};
