/* SPDX-License-Identifier: MIT */
/* Credit, copyright and licence as photo desks and search engines read them. */

#include "media/xmp.h"

#include <assert.h>

#include "media/protocol.h"

/* The two ends are those that XMP part 1 prescribes (7.3.2), read-only. */
#define BEGIN                                                                \
	"<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>" \
	"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"                             \
	"<rdf:RDF "                                                          \
	"xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"         \
	"<rdf:Description rdf:about=\"\""                                    \
	" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""                     \
	" xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\""            \
	" xmlns:xmpRights=\"http://ns.adobe.com/xap/1.0/rights/\">"
#define END                                        \
	"</rdf:Description></rdf:RDF></x:xmpmeta>" \
	"<?xpacket end=\"r\"?>"

enum {
	ENTITY_MAX = 6, /* bytes of a character, escaped */
	FRAME_MAX = 1024,
	FIELDS = 3,
};
_Static_assert(FIELDS *MEDIA_SAYS_MAX *ENTITY_MAX + FRAME_MAX <= WIRE_XMP_MAX,
    "whatever is said fits");

/* A property, its text between the two tags given; left out when empty. */
static void
put(struct buf *b, const char *before, struct str s, const char *after)
{
	if (s.n == 0)
		return;
	buf_put(b, str_c(before));
	escape_xml(b, s);
	buf_put(b, str_c(after));
}

struct str
xmp_packet(struct arena *a, const struct media_says *says)
{
	struct buf b;

	if (says->credit.n + says->copyright.n + says->licence.n == 0)
		return STR("");
	buf_init(&b, a, WIRE_XMP_MAX);
	BUF_LIT(&b, BEGIN);
	put(&b, "<photoshop:Credit>", says->credit, "</photoshop:Credit>");
	put(&b, "<dc:rights><rdf:Alt><rdf:li xml:lang=\"x-default\">",
	    says->copyright, "</rdf:li></rdf:Alt></dc:rights>");
	put(&b, "<xmpRights:WebStatement>", says->licence,
	    "</xmpRights:WebStatement>");
	BUF_LIT(&b, END);
	assert(!b.over);
	return buf_str(&b);
}
