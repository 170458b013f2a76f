/* SPDX-License-Identifier: MIT */
/* Words that nearly every text has: articles, pronouns, prepositions. */

#include "search/common.h"

static const struct {
	struct str code, words;
} lists[] = {
	{ STR_INIT("en"),
	    STR_INIT("the of and to in a is that for it was on with as he be "
		     "at by had his but from this have not they which or are "
		     "an we were been said her she there their one will would "
		     "its all more who when if out up about after some other "
		     "into than could you i has what so no them can") },
	{ STR_INIT("ar"),
	    STR_INIT("في من على إلى أن التي الذي عن مع هذا هذه كان كانت بعد ما "
		     "لا بين كل قال قالت كما قد ذلك تلك لم لن أو هو هي هم عند "
		     "حتى وقد خلال منذ قبل أكثر عام اليوم غير أي ثم إن كانوا "
		     "له لها به بها فيه فيها منه منها عليه عليها و يكون") },
	{ STR_INIT("fa"),
	    STR_INIT("و در به از که این را با است برای آن یک خود تا کرد بر هم "
		     "نیز گفت شد شده او ما یا اما هر بود پس اگر می نمی ها های "
		     "ای کرده کند شود دارد داد ولی چه من آنها باید دو بین روی "
		     "نه همه بی هیچ") },
	{ STR_INIT("de"),
	    STR_INIT("der die das und in zu den von mit ist im dem nicht ein "
		     "eine einen einer einem des sich auf für es sie er auch "
		     "an als bei hat war aus nach wie am um so wir noch vor "
		     "wird sind oder haben über zum zur man aber ich nur bis "
		     "sein ihre durch kann mehr wenn habe") },
	{ STR_INIT("fr"),
	    STR_INIT("de la le et les des en un une du que à est pour qui dans "
		     "l d s n qu il elle sur par pas plus au se ne ce son avec "
		     "a sont aux cette ou mais ses comme été sa nous on leur "
		     "ils ont fait même deux être entre après tout sans") },
	{ STR_INIT("es"),
	    STR_INIT("de la el que en y a los se del las un por con no una su "
		     "para es al lo como más pero sus le ha o este sí porque "
		     "esta son entre cuando muy sin sobre ser también me hasta "
		     "hay donde fue han desde todo nos durante uno ya") },
	{ STR_INIT("it"),
	    STR_INIT("di e il la che in un a per è una del non i le si della "
		     "con da l dell al sono come più nel alla ha o dei gli lo "
		     "ma anche dal dalla delle su ed se questo questa suo sua "
		     "nella all stato ci essere tra hanno") },
	{ STR_INIT("pt"),
	    STR_INIT("de a o que e do da em um para é com não uma os no se na "
		     "por mais as dos como mas foi ao ele das tem à seu sua ou "
		     "ser quando muito há nos já está eu também só pelo pela "
		     "até isso ela entre era depois sem") },
	{ STR_INIT("nl"),
	    STR_INIT("de van het een en in is dat op te zijn voor met die niet "
		     "aan er om ook als bij maar uit door over naar dan was "
		     "hij ze nog wordt tot je of heeft worden wel kan deze "
		     "meer zich na hun al had dit geen we") },
	{ STR_INIT("sv"),
	    STR_INIT("och i att det som en på är av för med den till inte om "
		     "ett har de men var jag han från vi så när kan nu hon "
		     "man eller vid sig under ut efter ska skulle också år") },
	{ STR_INIT("da"),
	    STR_INIT("og i at det er en til af på for med som den de der ikke "
		     "har et var han om fra men sig vi kan så efter ved nu "
		     "eller hun man også blev over være ud skal") },
	{ STR_INIT("no"),
	    STR_INIT("og i det er på som en til at av for med den de ikke har "
		     "et var han om fra men seg vi kan så etter ved nå eller "
		     "hun man også ble over være ut skal") },
	{ STR_INIT("ru"),
	    STR_INIT("и в не на я что он с как это по но они к у из за от о "
		     "а же мы для то все так его вы было бы до она был при "
		     "также или ее их уже если еще во со том только") },
	{ STR_INIT("tr"),
	    STR_INIT("ve bir bu da de için ile çok olarak daha o ne gibi kadar "
		     "en ki olan var sonra ama her ya göre iki değil ise "
		     "diye ancak yeni olduğu") },
};

enum { LISTS = sizeof lists / sizeof lists[0] };

struct str
common_words(struct str code)
{
	for (size_t i = 0; i < LISTS; i++)
		if (str_eq(lists[i].code, code))
			return lists[i].words;
	return STR("");
}

void
common_put_all(struct buf *out)
{
	for (size_t i = 0; i < LISTS; i++) {
		buf_put(out, lists[i].code);
		buf_put(out, lists[i].words);
	}
}

static size_t
slot_of(struct str term)
{
	const unsigned char *p = (const unsigned char *)term.p;
	size_t n = term.n;

	return p[0] * 5u + p[n / 2] * 23u + p[n - 1] * 101u + n;
}

int
common_find(const struct common *c, struct str term)
{
	if (term.n == 0 || term.n > COMMON_TERM)
		return -1;
	for (size_t at = slot_of(term);; at++) {
		int i = c->slots[at % COMMON_SLOTS] - 1;

		if (i < 0)
			return -1;
		if (c->all[i].n == term.n &&
		    memcmp(c->all[i].text, term.p, term.n) == 0)
			return i;
	}
}

void
common_add(struct common *c, struct str term)
{
	size_t at = 0;

	if (term.n == 0 || term.n > COMMON_TERM || c->n == COMMON_MAX ||
	    common_find(c, term) >= 0)
		return;
	memcpy(c->all[c->n].text, term.p, term.n);
	c->all[c->n++].n = (uint8_t)term.n;
	for (at = slot_of(term); c->slots[at % COMMON_SLOTS] != 0; at++)
		;
	c->slots[at % COMMON_SLOTS] = (uint8_t)c->n;
}
