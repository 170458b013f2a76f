#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The house from the terminal: its lists, with and without a server."""

import re
import unittest

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


if __name__ == "__main__":
    main()
