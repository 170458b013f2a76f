#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The house from the terminal: its nouns and lists, with a server and without."""

import http.client
import json
import re

from newsroom import NewsroomTest, main, markdown

HOSTILE = (
    "x" * 10000,
    "two\nlines",
    "\x1b[2Jclear",
    "\u202eright to left\u202c\x07",
    "../../etc",
    "",
)


class House(NewsroomTest):
    """Eight stories of the section harbour: self.ids, oldest first."""

    COUNT = 8

    def setUp(self):
        super().setUp()
        folder = self.room / "in"
        folder.mkdir()
        for n in range(self.COUNT):
            text = markdown(n).replace("10:00", f"10:{n:02d}")
            (folder / f"{n}.md").write_text(text)
        report = self.json("import", folder)
        headlines = {s["headline"]: s["id"] for s in self.stories()}
        self.ids = [headlines[f"Story number {n}"] for n in range(self.COUNT)]
        self.assertEqual(report["taken"], self.COUNT)

    def order_on(self, server, path, want=200):
        """Ids of the stories in the order in which the page links to them."""
        status, body = server.get(path)
        self.assertEqual(status, want, path)
        seen = []
        for found in re.findall(rb'href="/(?:\w\w/)?news/(\d+)/', body):
            if int(found) not in seen:
                seen.append(int(found))
        return seen


class Lists(House):
    def places(self, *words):
        shown = self.json("list", "show", *words)
        return [(p["story"], p["pinned"]) for p in shown["places"]]

    def test_list__pins_move_down_and_come_back(self):
        a, b = self.ids[:2]
        self.masthead("list", "pin", "front", a)
        self.masthead("list", "pin", "front", b)
        self.assertEqual(self.places("front")[:2], [(b, True), (a, True)])
        self.masthead("list", "unpin", "front", b)
        # Not closed up: a stands where it was put.
        self.assertEqual(self.places("front")[:2],
                         [(self.ids[-1], False), (a, True)])

    def test_list__says_until_when_and_who_follows(self):
        a = self.ids[0]
        self.masthead("list", "pin", "front", a, "--until", "3h")
        (place, *_) = self.json("list", "show", "front")["places"]
        self.assertEqual(place["then"], self.ids[-1])
        self.assertRegex(place["until"], r"^\d{4}-\d\d-\d\dT.*Z$")
        text = self.masthead("list", "show", "front").stdout
        self.assertIn(f"{self.ids[-1]}  takes its place then", text)

    def test_list__reads_times_by_the_clock_of_the_edition(self):
        self.masthead("list", "pin", "front", self.ids[0], "--until",
                      "2099-11-24 06:00")
        (place, *_) = self.json("list", "show", "front")["places"]
        self.assertEqual(place["until"], "2099-11-24T06:00:00Z")
        self.assertIn("ended already", self.refused(
            "list", "pin", "front", self.ids[0], "--until", "2001-01-01"))

    def test_list__is_ordered_at_once_or_not_at_all(self):
        shown = self.json("list", "order", "front", *self.ids[:3])
        self.assertEqual([p["story"] for p in shown["places"]][:3],
                         self.ids[:3])
        seen = shown["version"]
        self.masthead("list", "pin", "front", self.ids[4])
        self.assertIn("has moved", self.refused(
            "list", "order", "front", self.ids[5], "--seen", seen))
        self.assertEqual(self.places("front")[0], (self.ids[4], True))
        self.refused("list", "order", "front", self.ids[5], 99999)
        self.assertEqual(self.places("front")[0], (self.ids[4], True))

    def test_list__of_a_section_and_by_name(self):
        self.masthead("list", "pin", "section/harbour", self.ids[0])
        self.assertEqual(self.places("section/harbour")[0][0], self.ids[0])
        self.masthead("list", "add", "works", "--title", "The works")
        self.assertEqual(self.places("works"), [])
        self.masthead("list", "pin", "works", self.ids[2])
        self.assertEqual(self.places("works"), [(self.ids[2], True)])
        self.masthead("list", "rule", "works", "--from", "section/harbour")
        self.assertEqual(len(self.places("works")), self.COUNT)
        names = [l["name"] for l in self.json("list", "list")]
        self.assertEqual(names, ["front", "works", "section/harbour"])
        self.masthead("list", "remove", "works")
        self.refused("list", "show", "works")
        self.refused("list", "remove", "front")
        self.refused("list", "add", "section")

    def test_list__is_on_the_page_when_the_command_returns(self):
        server = self.serve()
        a, b, c = self.ids[:3]
        for path, name in (("/", "front"),
                           ("/section/harbour", "section/harbour")):
            with self.subTest(path):
                newest = self.order_on(server, path)[0]
                self.assertEqual(newest, self.ids[-1])
                self.masthead("list", "pin", name, a)
                self.assertEqual(self.order_on(server, path)[0], a)
                self.masthead("list", "order", name, b, c)
                self.assertEqual(self.order_on(server, path)[:3], [b, c, a])
                for story in (a, b, c):
                    self.masthead("list", "unpin", name, story)
                self.assertEqual(self.order_on(server, path)[0], newest)

    def test_list__fills_by_its_rule_and_hears_of_what_fills_it(self):
        self.write("t.md", markdown(50).replace("section: harbour",
                                                "tags: [Ferries]"))
        server = self.serve()
        self.order_on(server, "/")
        tagged = self.json("import", self.room / "t.md")["stories"][0]["story"]
        self.masthead("list", "rule", "front", "--from", "tag/ferries")
        self.assertEqual(self.order_on(server, "/")[0], tagged)
        self.masthead("story", "unpublish", tagged)
        self.assertNotIn(tagged, self.order_on(server, "/"))
        self.masthead("story", "publish", tagged)
        self.assertEqual(self.order_on(server, "/")[0], tagged)
        self.masthead("list", "rule", "front", "--from", "none")
        self.assertIn(self.ids[-1], self.order_on(server, "/"))

    def test_list__no_story_twice_on_the_front(self):
        server = self.serve()
        self.masthead("list", "pin", "front", self.ids[0])
        self.masthead("list", "pin", "front", self.ids[1], "--at", 6)
        self.masthead("list", "pin", "section/harbour", self.ids[0])
        self.masthead("list", "pin", "section/harbour", self.ids[1])
        body = server.get("/")[1].decode()
        main = body[body.index("<main"):body.index("</main")]
        for story in self.ids:
            self.assertLessEqual(main.count(f"<h2><a href=\"/news/{story}/") +
                                 main.count(f"<h3><a href=\"/news/{story}/"), 1)
        self.assertEqual(self.order_on(server, "/")[5], self.ids[1])

    def test_list__refuses_what_is_no_list_story_or_position(self):
        for words in (["list", "pin", "front", self.ids[0], "--at", "-3"],
                      ["list", "pin", "front", self.ids[0], "--at", "0"],
                      ["list", "pin", "front", "-1"],
                      ["list", "order", "front", self.ids[0], "x"],
                      ["list", "pin", "front"],
                      ["list", "rule", "front", "--from", "everything"]):
            self.refused(*words, status=2)
        for words in (["list", "pin", "front", self.ids[0], "--at", "201"],
                      ["list", "pin", "front", 99999],
                      ["list", "unpin", "front", self.ids[0]],
                      ["list", "show", "section/nowhere"],
                      ["list", "show", "front", "--edition", "xx"],
                      ["list", "pin", "front", self.ids[0], "--until", "soon"],
                      ["list", "rule", "front", "--from", "tag/nothing"],
                      ["list", "rule", "front", "--days", "99999999"]):
            self.refused(*words)
        for name in HOSTILE:
            with self.subTest(name[:20]):
                said = self.refused("list", "show", name)
                self.assertLess(len(said), 500)
                self.refused("list", "add", name)
        self.nothing_is_wrong()


def headers(server, path):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Location")
    finally:
        connection.close()


class Sections(House):
    def slugs(self, *words):
        return [s["slug"] for s in self.json("section", "list", *words)]

    def test_section__goes_by_another_slug_and_keeps_its_address(self):
        server = self.serve()
        self.assertEqual(len(self.order_on(server, "/section/harbour")),
                         self.COUNT)
        self.order_on(server, "/")
        self.masthead("section", "set", "harbour", "--slug", "port", "--title",
                      "The port")
        self.assertEqual(headers(server, "/section/harbour"),
                         (301, "/section/port"))
        self.assertEqual(headers(server, "/section/harbour/feed.atom"),
                         (301, "/section/port/feed.atom"))
        self.assertEqual(len(self.order_on(server, "/section/port")),
                         self.COUNT)
        self.assertIn(b"The port", server.get("/")[1])
        self.assertNotIn(b"/section/harbour", server.get("/")[1])
        # An import that still says harbour lands there.
        late = self.json("import", self.write("x.md", markdown(70)))
        self.assertIn(late["stories"][0]["story"],
                      self.order_on(server, "/section/port"))
        self.assertEqual(self.slugs(), ["port"])
        # And back again.
        self.masthead("section", "set", "port", "--slug", "harbour")
        self.assertEqual(headers(server, "/section/port"),
                         (301, "/section/harbour"))
        self.assertEqual(len(self.order_on(server, "/section/harbour")),
                         self.COUNT + 1)
        self.assertEqual(
            self.json("list", "show", "section/harbour")["name"],
            "section/harbour")
        self.nothing_is_wrong()

    def test_section__stands_where_it_is_put_in_the_navigation(self):
        server = self.serve()
        for title in ("World", "Culture"):
            self.masthead("section", "add", title)
        self.assertEqual(self.slugs(), ["harbour", "world", "culture"])
        server.get("/section/world")
        self.masthead("section", "order", "culture", "world")
        self.assertEqual(self.slugs(), ["culture", "world", "harbour"])
        body = server.get("/section/world")[1].decode()
        self.assertLess(body.index("/section/culture"),
                        body.index("/section/harbour"))
        self.refused("section", "order", "culture", "culture")
        self.refused("section", "order", "culture", "nowhere")
        self.assertEqual(self.slugs(), ["culture", "world", "harbour"])

    def test_section__is_removed_when_it_is_empty_or_into_another(self):
        server = self.serve()
        self.masthead("section", "add", "World")
        self.masthead("section", "remove", "world")
        self.assertEqual(headers(server, "/section/world")[0], 404)
        self.masthead("section", "add", "World")
        self.assertIn("stories stand under", self.refused(
            "section", "remove", "harbour"))
        self.masthead("list", "pin", "section/harbour", self.ids[0])
        self.order_on(server, "/section/world")
        self.order_on(server, "/section/harbour")
        path = f"/news/{self.ids[0]}/story-0"
        self.assertIn(b"/section/harbour", server.get(path)[1])
        self.masthead("section", "remove", "harbour", "--into", "world")
        self.assertEqual(headers(server, "/section/harbour"),
                         (301, "/section/world"))
        self.assertEqual(len(self.order_on(server, "/section/world")),
                         self.COUNT)
        self.assertNotIn(b"/section/harbour", server.get(path)[1])
        self.assertIn(b"/section/world", server.get(path)[1])
        self.assertEqual(self.json("story", "show", self.ids[0])["section"],
                         "world")
        # Search finds them under the new name.
        found = server.get("/search?q=section:world+story")[1]
        self.assertIn(b"/news/%d/" % self.ids[1], found)
        self.nothing_is_wrong()

    def test_section__with_a_draft_stays(self):
        self.masthead("section", "add", "World")
        draft = markdown(90).replace("harbour", "world").replace(
            "slug:", "draft: true\nslug:")
        report = self.json("import", self.write("d.md", draft))
        story = report["stories"][0]["story"]
        if self.json("story", "show", story)["state"] == "published":
            self.skipTest("the importer publishes drafts")
        self.assertIn("not published yet",
                      self.refused("section", "remove", "world"))


class Terms(House):
    """Half of the stories have one tag, half the other, one both."""

    def setUp(self):
        super().setUp()
        folder = self.room / "tags"
        folder.mkdir()
        for n in range(10):
            tags = ["Ferry", "Ferries"] if n == 9 else [
                ["Ferry", "Ferries"][n % 2]]
            (folder / f"{n}.md").write_text(
                markdown(100 + n).replace(
                    "---\nThe",
                    f"tags: [{', '.join(tags)}]\n"
                    "authors: [I. Varden]\n---\nThe"))
        self.json("import", folder)

    def tags(self, *words):
        return {t["slug"]: t["stories"]
                for t in self.json("tag", "list", *words)}

    def test_tag__is_merged_everywhere_at_once(self):
        server = self.serve()
        self.assertEqual(self.tags(), {"ferries": 5, "ferry": 6})
        both = next(s["id"] for s in self.stories()
                    if s["headline"] == "Story number 109")
        paths = ("/tag/ferry", "/tag/ferries", "/tag/ferries/feed.rss",
                 f"/news/{both}/story-109", "/")
        for path in paths:
            server.get(path)
        rev = self.json("story", "show", both)["number"]
        self.masthead("tag", "merge", "ferry", "ferries")
        self.assertEqual(headers(server, "/tag/ferry"), (301, "/tag/ferries"))
        self.assertEqual(headers(server, "/tag/ferry/feed.rss"),
                         (301, "/tag/ferries/feed.rss"))
        self.assertEqual(len(self.order_on(server, "/tag/ferries")), 10)
        self.assertEqual(server.get("/tag/ferries/feed.rss")[1].count(b"<item>"),
                         10)
        page = server.get(f"/news/{both}/story-109")[1]
        self.assertEqual(page.count(b'href="/tag/ferries"'), 1)
        self.assertNotIn(b"/tag/ferry\"", page)
        self.assertEqual(self.tags(), {"ferries": 10})
        self.assertEqual(self.json("story", "show", both)["number"], rev)
        self.assertEqual(server.get("/api/v1/stories?tag=ferry")[1].count(
            b'"headline"'), 10)
        # What still says the old name lands under the new.
        self.json("import", self.write("n.md", markdown(120).replace(
            "---\nThe", "tags: [Ferry]\n---\nThe")))
        self.assertEqual(self.tags(), {"ferries": 11})
        self.assertIn("old name", self.refused("tag", "add", "Ferry"))
        self.assertIn("old name", self.refused("tag", "remove", "ferry"))
        self.assertIn("old name", self.refused("tag", "set", "ferry",
                                               "--title", "X"))
        self.masthead("tag", "merge", "ferry", "ferries")  # nothing is left
        self.masthead("story", "unpublish", both)
        self.masthead("story", "publish", both)
        self.assertEqual(self.tags(), {"ferries": 11})
        self.nothing_is_wrong()

    def test_tag__goes_by_its_present_name_in_every_feed(self):
        server = self.serve()

        def topics():
            """Of each story, as each form of feed has them."""
            feeds = [server.get(f"/feed.{form}")[1].decode()
                     for form in ("rss", "atom", "json")]
            return [
                [re.findall(r"<category>(.*?)</category>", item)
                 for item in feeds[0].split("<item>")[1:]],
                [re.findall(r'<category term="(.*?)"', entry)
                 for entry in feeds[1].split("<entry>")[1:]],
                [item.get("tags", []) for item in json.loads(feeds[2])["items"]],
            ]

        def tags(of_one):
            return [t for t in of_one if t.lower().startswith(("ferr", "ship"))]

        def seen():
            """The same in all three, or it fails; sorted."""
            rss, atom, as_json = (sorted(filter(None, map(tags, form)))
                                  for form in topics())
            self.assertEqual(rss, atom)
            self.assertEqual(rss, as_json)
            return rss

        one, other = ["Ferry"], ["Ferries"]
        self.assertEqual(seen(), sorted([one] * 5 + [other] * 4 + [one + other]))
        self.masthead("tag", "set", "ferry", "--title", "Ferryboats")
        one = ["Ferryboats"]
        self.assertEqual(seen(), sorted([one] * 5 + [other] * 4 + [one + other]))
        self.masthead("tag", "merge", "ferry", "ferries")
        self.assertEqual(seen(), [other] * 10)
        self.masthead("tag", "set", "ferries", "--title", "Ships")
        self.assertEqual(seen(), [["Ships"]] * 10)

    def test_tag__is_merged_in_a_chain(self):
        self.masthead("tag", "add", "Ships")
        self.masthead("tag", "merge", "ferry", "ferries")
        self.masthead("tag", "merge", "ferries", "ships")
        self.assertEqual(self.tags(), {"ships": 10})
        server = self.serve()
        for old in ("ferry", "ferries"):
            self.assertEqual(headers(server, f"/tag/{old}"),
                             (301, "/tag/ships"))
        self.assertIn("itself", self.refused("tag", "merge", "ships", "ships"))

    def test_merge__that_was_cut_short_is_finished_by_the_same_words(self):
        self.masthead("tag", "merge", "ferry", "ferries")
        # As a kill after the first transaction leaves it.
        self.tamper("UPDATE placement SET ref = (SELECT id FROM tag WHERE "
                    "slug = 'ferry') WHERE kind = 3 AND story % 2 = 0")
        self.assertLess(self.tags()["ferries"], 10)
        self.masthead("tag", "merge", "ferry", "ferries")
        self.assertEqual(self.tags(), {"ferries": 10})

    def test_tag__list_goes_page_by_page_and_by_beginning(self):
        for n in range(30):
            self.masthead("tag", "add", f"Number {n:02d}")
        first = self.json("tag", "list", "numb", "--limit", "20")
        rest = self.json("tag", "list", "Numb", "--limit", "20", "--after",
                         first[-1]["slug"])
        self.assertEqual([t["title"] for t in first + rest],
                         [f"Number {n:02d}" for n in range(30)])
        self.assertEqual(self.tags("nothing"), {})

    def test_tag__changes_and_goes(self):
        server = self.serve()
        server.get("/tag/ferry")
        self.masthead("tag", "set", "ferry", "--title", "The ferry",
                      "--standfirst", "It comes back.")
        body = server.get("/tag/ferry")[1]
        self.assertIn(b"It comes back.", body)
        self.assertIn("stories stand", self.refused("tag", "remove", "ferry"))
        self.masthead("tag", "add", "Nobody")
        self.assertEqual(headers(server, "/tag/nobody")[0], 200)
        self.masthead("tag", "remove", "nobody")
        self.assertEqual(headers(server, "/tag/nobody")[0], 404)
        self.masthead("tag", "add", "Nobody")

    def test_author__is_merged_and_bylines_stay(self):
        server = self.serve()
        self.masthead("author", "add", "Ilse Varden", "--standfirst",
                      "Writes from the quay.")
        path = self.order_on(server, "/author/i-varden")
        self.masthead("author", "merge", "i-varden", "ilse-varden")
        self.assertEqual(headers(server, "/author/i-varden"),
                         (301, "/author/ilse-varden"))
        self.assertEqual(self.order_on(server, "/author/ilse-varden"), path)
        self.masthead("author", "set", "ilse-varden", "--slug", "i-v")
        self.assertEqual(headers(server, "/author/i-varden"),
                         (301, "/author/i-v"))

    def test_list__that_a_merged_tag_fills_is_filled_by_the_other(self):
        self.masthead("list", "rule", "front", "--from", "tag/ferry")
        self.masthead("tag", "merge", "ferry", "ferries")
        self.assertEqual(self.json("list", "show", "front")["from"],
                         "tag/ferries")
        self.masthead("tag", "add", "Empty")
        self.masthead("list", "rule", "front", "--from", "tag/empty")
        self.assertIn("filled from it",
                      self.refused("tag", "remove", "empty"))

    def test_names__hostile(self):
        for what in ("section", "tag", "author"):
            for name in HOSTILE:
                with self.subTest(what=what, name=name[:20]):
                    if name.startswith(("../", "\u202e")):
                        continue  # words like any other; the slug is plain
                    said = self.refused(what, "add", name)
                    self.assertLess(len(said), 500)
                    self.refused(what, "remove", name)
                    self.refused(what, "set", name, "--title"
                                 if what != "author" else "--name", "X")
            self.refused(what, "add", "Fine", "--slug", "Not A Slug")
            self.refused(what, "add", "Fine", "--slug", "old--7")
            self.refused(what, "list", "--edition", "x\ny")
        for what in ("tag", "author"):
            self.refused(what, "list", "x" * 10000)
            self.refused(what, "merge", "nobody", "nowhere")
            self.masthead(what, "list", "--limit", "0", status=2)
        self.nothing_is_wrong()


class Editions(House):
    def test_edition__is_made_changed_and_seen(self):
        server = self.serve()
        server.get("/")
        self.masthead("edition", "add", "ar", "--zone", "Asia/Beirut",
                      "--title", "بريد الميناء")
        self.assertIn("بريد الميناء", server.get("/")[1].decode())
        page = server.get("/ar/")[1].decode()
        self.assertIn('dir="rtl"', page)
        self.masthead("edition", "set", "ar", "--title", "الميناء")
        self.assertNotIn("بريد الميناء", server.get("/")[1].decode())
        self.masthead("section", "add", "الميناء", "--slug", "port",
                      "--edition", "ar")
        self.assertIn("/ar/section/port", server.get("/ar/")[1].decode())
        (en, ar) = self.json("edition", "list")
        self.assertEqual((en["default"], ar["default"]), (True, False))

    def test_edition__becomes_the_default(self):
        server = self.serve()
        self.masthead("edition", "add", "ar", "--zone", "Asia/Beirut")
        self.order_on(server, "/")
        self.masthead("edition", "set", "ar", "--default")
        self.assertIn('dir="rtl"', server.get("/")[1].decode())
        self.assertEqual(len(self.order_on(server, "/en/section/harbour")),
                         self.COUNT)
        self.nothing_is_wrong()

    def test_edition__of_what_cannot_be_one(self):
        for code in ("section", "tag", "author", "archive", "search",
                     "corrections", "news", "lite", "sitemap", "shown", "api",
                     "upload", "desk", "healthz", "readyz", "metrics",
                     "oembed", "a", "AR", "2016", "x" * 17, "a\nb", ""):
            with self.subTest(code):
                self.refused("edition", "add", code, "--lang", "en")
        self.assertIn("time zone", self.refused(
            "edition", "set", "en", "--zone", "Mars/Phobos"))
        self.refused("edition", "set", "en", "--title", "")
        self.refused("edition", "set", "en", "--title", "x" * 10000)
        self.refused("edition", "set", "xx", "--title", "X")
        self.refused("edition", "add", "en")


class Advisories(House):
    def count(self, server, page, words):
        return words in server.get(page)[1]

    def test_advisory__changes_wherever_it_stands(self):
        text = markdown(60).replace("---\nThe", "advisory: graphic\n---\nThe")
        report = self.json("import", self.write("g.md", text))
        path = f"/news/{report['stories'][0]['story']}/story-60"
        server = self.serve()
        for page in (path, "/", "/feed.rss"):
            self.assertEqual(self.count(server, page, b"raphic content"), True)
        before = {a["code"]: a for a in self.json("advisory", "list")}
        self.masthead("advisory", "set", "graphic", "--label",
                      "en=Hard to look at")
        for page in (path, "/", "/feed.rss"):
            self.assertEqual(self.count(server, page, b"raphic content"), False)
            self.assertEqual(self.count(server, page, b"Hard to look"), True)
        self.masthead("advisory", "set", "graphic", "--severity", "note")
        after = {a["code"]: a for a in self.json("advisory", "list")}
        self.assertEqual(after["graphic"]["version"],
                         before["graphic"]["version"] + 2)
        self.assertEqual(after["graphic"]["severity"], "note")
        self.assertEqual(after["graphic"]["labels"]["ar"],
                         before["graphic"]["labels"]["ar"])
        # In vain: the keys of /shown addresses stay.
        self.masthead("advisory", "set", "graphic", "--severity", "note")
        self.assertEqual(self.json("advisory", "list"), list(after.values()))
        self.assertIn("carries", self.refused("advisory", "remove", "graphic"))

    def test_advisory__comes_and_goes(self):
        made = self.json("advisory", "add", "war", "--severity", "note",
                         "--label", "en=Scenes of war", "--label",
                         "ar=مشاهد حرب")
        self.assertEqual(made["labels"],
                         {"ar": "مشاهد حرب", "en": "Scenes of war"})
        self.refused("advisory", "add", "war", "--label", "en=Again")
        self.masthead("advisory", "remove", "war")
        self.refused("advisory", "remove", "war")

    def test_advisory__hostile(self):
        self.refused("advisory", "add", "war")
        self.refused("advisory", "add", "war", "--label", "nothing", status=2)
        self.refused("advisory", "add", "war", "--severity", "x", status=2)
        for label in ("en=" + "x" * 10000, "en=a\nb", "no language=x"):
            self.refused("advisory", "add", "war", "--label", "en=Fine",
                         "--label", label)
        self.assertNotIn("war", [a["code"] for a in
                                 self.json("advisory", "list")])
        for code in HOSTILE:
            self.refused("advisory", "add", code, "--label", "en=X")
            self.refused("advisory", "remove", code)


class Redirects(House):
    def setUp(self):
        super().setUp()
        # Those that the import made.
        for row in self.json("redirect", "list"):
            self.masthead("redirect", "remove", row["path"])

    def test_redirect__leads_to_a_story_or_a_path(self):
        server = self.serve()
        self.assertEqual(headers(server, "/2011/05/rain")[0], 404)
        self.masthead("redirect", "add", "/2011/05/rain/", self.ids[0])
        self.assertEqual(headers(server, "/2011/05/rain"),
                         (301, f"/news/{self.ids[0]}/story-0"))
        self.masthead("redirect", "add", "/ports", "/section/harbour")
        self.assertEqual(headers(server, "/ports"), (301, "/section/harbour"))
        self.masthead("redirect", "add", "/أخبار", "/ports")
        self.assertEqual(
            headers(server, "/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1"),
            (301, "/ports"))
        self.masthead("redirect", "remove", "/2011/05/rain")
        self.assertEqual(headers(server, "/2011/05/rain")[0], 404)
        self.assertEqual([r["path"] for r in self.json("redirect", "list")],
                         ["/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1", "/ports"])
        self.assertEqual(len(self.json("redirect", "list", "/po")), 1)

    def test_redirect__never_in_a_circle_or_over_a_living_address(self):
        self.masthead("redirect", "add", "/a", "/section/harbour")
        self.masthead("redirect", "add", "/b", "/a")
        for path, to, words in (
                ("/a", "/b", "back to itself"), ("/c", "/c", "back to itself"),
                ("/c", "/nowhere", "nothing stands"),
                ("/", "/a", "something stands"),
                ("/section/harbour", "/a", "something stands"),
                ("/section/harbour/", "/a", "something stands"),
                ("/section/harbour/feed.rss", "/a", "something stands"),
                ("/search", "/a", "something stands"),
                ("/desk/x", "/a", "something stands"),
                ("/api/v1/x", "/a", "something stands"),
                (f"/news/{self.ids[0]}", "/a", "something stands"),
                (f"/en/news/{self.ids[0]}/x", "/a", "something stands"),
                ("/c", "99999", "no story"), ("c", "/a", "begins with one /"),
                ("//elsewhere.example", "/a", "begins with one /"),
                ("/c", "//elsewhere.example/x", "begins with one /"),
                ("/c", "https://elsewhere.example/x", "no address of this"),
                ("/c\n/d", "/a", "one line"), ("/c?x=1", "/a", "no ?"),
                ("/" + "x" * 10000, "/a", "at most")):
            with self.subTest(path=path[:30], to=to):
                self.assertIn(words, self.refused("redirect", "add", path, to))
        self.refused("redirect", "remove", "/c")
        # What an empty section's slug was may be led elsewhere.
        self.masthead("redirect", "add", "/section/gone", "/section/harbour")
        self.assertEqual(len(self.json("redirect", "list")), 3)

    def test_redirect__takes_whole_addresses_of_the_site(self):
        (self.data / "masthead.conf").write_text(
            "[site]\nurl = https://courier.example\n")
        self.masthead("redirect", "add", "https://courier.example/old",
                      "https://courier.example/section/harbour")
        self.assertEqual(self.json("redirect", "list"),
                         [{"path": "/old", "target": "/section/harbour"}])


if __name__ == "__main__":
    main()
