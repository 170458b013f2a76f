/* SPDX-License-Identifier: MIT */
/* Traces of people and places in metadata. */

#include "media/worker/facts.h"

#include <string.h>

enum trace { TRACE_LOCATION, TRACE_DEVICE, TRACE_OWNER, TRACE_HISTORY };

struct mark {
	const char *word;
	enum trace trace;
};

/* libvips calls EXIF fields exif-ifdN-Name; 3 is GPS, 1 the thumbnail. */
static const struct mark exif_marks[] = {
	{ "exif-ifd0-Make", TRACE_DEVICE },
	{ "exif-ifd0-Model", TRACE_DEVICE },
	{ "exif-ifd2-MakerNote", TRACE_DEVICE },
	{ "exif-ifd2-Lens", TRACE_DEVICE },
	{ "exif-ifd2-BodySerialNumber", TRACE_DEVICE },
	{ "exif-ifd0-Artist", TRACE_OWNER },
	{ "exif-ifd0-Copyright", TRACE_OWNER },
	{ "exif-ifd0-XPAuthor", TRACE_OWNER },
	{ "exif-ifd2-CameraOwnerName", TRACE_OWNER },
	{ "exif-ifd0-Software", TRACE_HISTORY },
	{ "exif-ifd0-HostComputer", TRACE_DEVICE },
	{ "exif-ifd0-ProcessingSoftware", TRACE_HISTORY },
	{ "exif-ifd0-ImageDescription", TRACE_HISTORY },
	{ "exif-ifd0-XP", TRACE_HISTORY },
	{ "exif-ifd2-UserComment", TRACE_HISTORY },
	{ "exif-ifd1-", TRACE_HISTORY },
	{ "jpeg-thumbnail-data", TRACE_HISTORY },
	{ "heif-thumbnail", TRACE_HISTORY },
	{ "png-comment-", TRACE_HISTORY },
	{ "gif-comment", TRACE_HISTORY },
};

static const struct mark text_marks[] = {
	{ "exif:GPS", TRACE_LOCATION },
	{ "photoshop:City", TRACE_LOCATION },
	{ "photoshop:State", TRACE_LOCATION },
	{ "photoshop:Country", TRACE_LOCATION },
	{ "Iptc4xmpCore:Location", TRACE_LOCATION },
	{ "Iptc4xmpExt:Location", TRACE_LOCATION },
	{ "tiff:Make", TRACE_DEVICE },
	{ "tiff:Model", TRACE_DEVICE },
	{ "aux:SerialNumber", TRACE_DEVICE },
	{ "aux:Lens", TRACE_DEVICE },
	{ "exifEX:BodySerialNumber", TRACE_DEVICE },
	{ "dc:creator", TRACE_OWNER },
	{ "dc:rights", TRACE_OWNER },
	{ "photoshop:Credit", TRACE_OWNER },
	{ "photoshop:AuthorsPosition", TRACE_OWNER },
	{ "xmpRights:", TRACE_OWNER },
	{ "aux:OwnerName", TRACE_OWNER },
	{ "Iptc4xmpCore:CreatorContactInfo", TRACE_OWNER },
	{ "xmpMM:", TRACE_HISTORY },
	{ "xmp:CreatorTool", TRACE_HISTORY },
	{ "photoshop:History", TRACE_HISTORY },
	{ "inkscape:", TRACE_HISTORY },
	{ "sodipodi:", TRACE_HISTORY },
	{ "<!--", TRACE_HISTORY },
};

/* Data sets of IPTC's record 2. */
static const struct {
	unsigned char set;
	enum trace trace;
} iptc_marks[] = {
	{ 26, TRACE_LOCATION },	 /* location code */
	{ 27, TRACE_LOCATION },	 /* location name */
	{ 90, TRACE_LOCATION },	 /* city */
	{ 92, TRACE_LOCATION },	 /* place in it */
	{ 95, TRACE_LOCATION },	 /* province */
	{ 101, TRACE_LOCATION }, /* country */
	{ 65, TRACE_HISTORY },	 /* program */
	{ 80, TRACE_OWNER },	 /* by-line */
	{ 110, TRACE_OWNER },	 /* credit */
	{ 115, TRACE_OWNER },	 /* source */
	{ 116, TRACE_OWNER },	 /* copyright */
	{ 118, TRACE_OWNER },	 /* contact */
	{ 120, TRACE_HISTORY },	 /* caption */
	{ 122, TRACE_HISTORY },	 /* its writer */
};

static void
set(struct wire_facts *out, enum trace trace)
{
	switch (trace) {
	case TRACE_LOCATION:
		out->location = 1;
		break;
	case TRACE_DEVICE:
		out->device = 1;
		break;
	case TRACE_OWNER:
		out->owner = 1;
		break;
	case TRACE_HISTORY:
		out->history = 1;
		break;
	}
}

void
facts_read_text(const void *p, size_t n, struct wire_facts *out)
{
	for (size_t i = 0; i < sizeof text_marks / sizeof *text_marks; i++) {
		const char *word = text_marks[i].word;

		if (memmem(p, n, word, strlen(word)) != NULL)
			set(out, text_marks[i].trace);
	}
}

static void
read_iptc(const unsigned char *p, size_t n, struct wire_facts *out)
{
	for (size_t at = 0; at + 2 < n; at++) {
		if (p[at] != 0x1c || p[at + 1] != 2)
			continue;
		for (size_t i = 0; i < sizeof iptc_marks / sizeof *iptc_marks;
		     i++) {
			if (p[at + 2] == iptc_marks[i].set)
				set(out, iptc_marks[i].trace);
		}
	}
}

static void *
read_field(VipsImage *im, const char *name, GValue *value, void *arg)
{
	struct wire_facts *out = arg;
	const void *p = NULL;
	size_t n = 0;

	(void)value;
	/* Nearly every camera writes GPSVersionID, wherever it is. */
	if (g_str_has_prefix(name, "exif-ifd3-GPS") &&
	    strcmp(name, "exif-ifd3-GPSVersionID") != 0)
		out->location = 1;
	for (size_t i = 0; i < sizeof exif_marks / sizeof *exif_marks; i++) {
		if (g_str_has_prefix(name, exif_marks[i].word))
			set(out, exif_marks[i].trace);
	}
	if (strcmp(name, VIPS_META_XMP_NAME) == 0 &&
	    vips_image_get_blob(im, name, &p, &n) == 0)
		facts_read_text(p, n, out);
	if (strcmp(name, VIPS_META_IPTC_NAME) == 0 &&
	    vips_image_get_blob(im, name, &p, &n) == 0)
		read_iptc(p, n, out);
	return NULL;
}

void
facts_read(VipsImage *im, struct wire_facts *out)
{
	(void)vips_image_map(im, read_field, out);
}
