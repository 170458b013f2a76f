/* SPDX-License-Identifier: MIT */
/*
 * The related list in the house's old wire format, which its apps read:
 *
 *	[{"id":"1886610","sort":"3666470",…} ,{…} ]
 *
 * Byte for byte: the order of the keys, " ," between items and " ]" at the
 * end, everything a string, nothing escaped but ", \ and controls.  The old
 * system never showed an empty list; ours is "[]".
 */

#include "pages/part.h"

static void
put_pair(struct buf *b, const char *key, struct str value)
{
	buf_printf(b, "\"%s\":\"", key);
	escape_json(b, value);
	buf_char(b, '"');
}

static void
put_item(struct buf *b, const struct wire_item *item)
{
	buf_printf(b, "{\"id\":\"%" PRId64 "\",\"sort\":\"%" PRId64 "\",",
	    item->id, item->sort);
	put_pair(b, "contenttypeid", item->content_type);
	buf_char(b, ',');
	put_pair(b, "pic", item->pic);
	buf_char(b, ',');
	put_pair(b, "title", item->title);
	buf_char(b, '}');
}

enum err
wire_write(
    struct ctx *ctx, const struct wire_item *items, size_t n, struct str *out)
{
	struct buf b;

	buf_init(&b, ctx->arena, PAGE_MAX);
	buf_char(&b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			BUF_LIT(&b, " ,");
		put_item(&b, &items[i]);
	}
	if (n > 0)
		buf_char(&b, ' ');
	buf_char(&b, ']');
	return buf_done(ctx, &b, out);
}

static struct wire_item
item_make(struct arena *a, const struct related *r)
{
	struct wire_item item = r->wire;

	item.id = r->id;
	item.sort = r->sort;
	if (r->stub)
		return item;
	item.content_type = STR("21");
	item.title =
	    label_headline(a, r->teaser.advisory_label, r->teaser.headline);
	item.pic = r->teaser.lead.asset == 0
		       ? STR("")
		       : still_path(a, &r->teaser.lead, "4x3");
	return item;
}

enum err
page_wire(struct ctx *ctx, const struct page_ask *ask, int64_t story,
    struct page *out)
{
	struct page page = { .type = STR("application/json") };
	struct tags tags = { .arena = ctx->arena };
	const struct article *article = NULL;
	const struct related *r = NULL;
	struct wire_item *items = NULL;
	size_t n = 0;

	/* Is it there for readers at all? */
	TRY(story_for_readers(ctx, ask->st, story, &article));
	TRY(related_read(ctx, ask->st, story, &r, &n));
	tag_add(&tags, "story", story);
	TRY(related_tags(ctx, ask->st, story, &tags));
	items = ARENA_ARRAY(ctx->arena, n, struct wire_item);
	for (size_t i = 0; i < n; i++) {
		items[i] = item_make(ctx->arena, &r[i]);
		if (!r[i].stub) {
			tag_add(&tags, "advisory", r[i].teaser.advisory);
			tag_add(&tags, "asset", r[i].teaser.lead.asset);
		}
	}
	TRY(wire_write(ctx, items, n, &page.body));
	tags_give(&tags, &page);
	*out = page;
	return ERR_OK;
}
