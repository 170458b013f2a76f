#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An archive in Hugo's dialect: what becomes of it, and of its addresses.

The generated one always runs.  The real one of 2,084 posts runs where the
samples lie beside the tree, or where MASTHEAD_SAMPLES says.
"""

import contextlib
import http.client
import json
import os
import re
import sqlite3
import subprocess
import sys
import tarfile
import unittest
from pathlib import Path

import hugo
from newsroom import PROGRAM, NewsroomTest, main

POSTS = 60
SAMPLES = Path(os.environ.get("MASTHEAD_SAMPLES")
               or Path(__file__).resolve().parents[3] / "shared" / "samples")
REAL = SAMPLES / "stories" / "digitalgov-posts.tar.gz"


class ArchiveTest(NewsroomTest):
    def rows(self, query):
        with contextlib.closing(
                sqlite3.connect(self.data / "newsroom.db")) as db:
            return db.execute(query).fetchall()

    def count(self, table):
        return self.rows(f"SELECT count(*) FROM {table}")[0][0]

    def where(self, server, path):
        """Status and Location of an address."""
        c = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        with contextlib.closing(c):
            c.request("GET", path)
            answer = c.getresponse()
            answer.read()
            return answer.status, answer.getheader("Location")

    def no_braces(self):
        for story, *texts in self.rows(
                "SELECT story, headline, standfirst, kicker, body "
                "FROM revision"):
            for text in texts:
                shown = re.sub(r"<code>.*?</code>", "", text, flags=re.S)
                self.assertNotRegex(shown, r"\{\{(<|&lt;|%)|[>%]\}\}|&gt;\}\}",
                                    f"story {story}")
                self.assertNotIn("&amp;#", shown, f"story {story}")

    def links(self):
        """Those of all bodies that lead to a story: each must be there."""
        out = []
        shown = {story: slug for story, slug in self.rows(
            "SELECT id, slug FROM story WHERE live_rev IS NOT NULL")}
        for story, body in self.rows("SELECT story, body FROM revision"):
            for target, slug in re.findall(
                    r'href="/news/(\d+)/([^"/#?]*)[^"/]*"', body):
                self.assertIn(int(target), shown, f"story {story}")
                self.assertEqual(shown[int(target)], slug)
                out.append((story, int(target)))
        return out

    def redirects(self, server, paths, story):
        for path in paths:
            for spelt in (path.rstrip("/"), path.rstrip("/") + "/"):
                status, to = self.where(server, spelt)
                self.assertEqual(status, 301, spelt)
                self.assertRegex(to or "", rf"/news/{story}/", spelt)

    def nothing_changes(self, archive, report):
        """A second run: all of it is unchanged, and nothing is written."""
        tables = ("change", "audit", "revision", "redirect", "story", "tag",
                  "author")
        before = {t: self.count(t) for t in tables}
        again = self.json_of("import", archive)
        self.assertEqual((again["taken"], again["updated"]), (0, 0))
        self.assertEqual(again["unchanged"], report["taken"])
        self.assertEqual({t: self.count(t) for t in tables}, before)

    def json_of(self, *words):
        """What it prints, also when files were refused."""
        done = subprocess.run(
            [PROGRAM, *map(str, words), "--json", "--data", self.data],
            capture_output=True, text=True, timeout=300)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return json.loads(done.stdout)


class Generated(ArchiveTest):
    def setUp(self):
        super().setUp()
        self.files = hugo.write(self, POSTS)
        self.report = self.json("import", str(self.room / "content"))

    def story_of(self, n):
        ((story,),) = self.rows(
            f"SELECT id FROM story WHERE slug = '{hugo.slug(n)}'")
        return story

    def test_archive__becomes_a_house(self):
        r = self.report
        self.assertEqual(r["total"], self.files)
        self.assertEqual(r["taken"] + r["skipped"], self.files)
        self.assertEqual(r["refused"], 0)
        self.assertEqual(len(self.stories()), POSTS)
        self.assertEqual(self.count("author"), hugo.AUTHORS)
        self.assertEqual(self.count("tag"), hugo.TOPICS)
        self.assertEqual(
            self.rows("SELECT name, slug, standfirst FROM author "
                      "WHERE slug = 'writer-3'"),
            [("Writer O\u20193", "writer-3", "Office 3")])
        self.assertEqual(
            self.rows("SELECT title FROM tag WHERE slug = 'topic-2'"),
            [("The 2th Topic",)])
        self.no_braces()

    def test_archive__shortcodes_became_what_they_mean(self):
        (headline, standfirst, body), = self.rows(
            "SELECT headline, standfirst, body FROM revision "
            f"WHERE story = {self.story_of(9)}")
        self.assertEqual(headline, "Post 9: it\u2019s in")
        self.assertEqual(standfirst, "In short 9")
        for words in ("A chart, 9", "By me", "<strong>Mind</strong>",
                      "Inner words <strong>9</strong>", "kept",
                      "https://www.youtube.com/watch?v=abc_9",
                      "<blockquote>", "Said it.", "Somebody", "a guide",
                      "dead one", "without an end:",
                      "{{&lt; in code &gt;}}"):
            self.assertIn(words, body)
        self.assertNotIn("guides", body)

    def test_archive__links_lead_to_stories(self):
        links = set(self.links())
        for n in range(POSTS):
            here = self.story_of(n)
            for other in ((n - 1) % POSTS, (n + 7) % POSTS):
                self.assertIn((here, self.story_of(other)), links)
        # Written once: an id was there before the story was.
        self.assertEqual(self.count("revision"), POSTS)

    def test_archive__old_addresses_redirect(self):
        server = self.serve()
        for n in (0, 31, POSTS - 1):
            self.redirects(server, [
                hugo.old_address(n), f"/old/{n}/", f"/older/{n}.html",
                hugo.file_name(n)[len("content"):-len(".md")],
            ], self.story_of(n))
        status, to = self.where(server, "/2012/01/01/gone/")
        self.assertEqual((status, to), (301, "https://else.example/"))
        self.assertEqual(server.get("/author/writer-3")[0], 200)
        self.assertIn("The 2th Topic", server.get("/tag/topic-2")[1].decode())

    def test_archive__a_second_time_changes_nothing(self):
        self.nothing_changes(self.room / "content", self.report)

    def test_archive__its_report_says_each_reason_once(self):
        groups = {g["why"]: g["files"] for g in self.report["groups"]}
        (dates,) = [n for why, n in groups.items() if "expirydate" in why]
        self.assertEqual(dates, POSTS)


@unittest.skipUnless(REAL.exists(), f"{REAL} is not there")
class Real(ArchiveTest):
    def test_archive__of_2084_posts(self):
        with tarfile.open(REAL) as tar:
            tar.extractall(self.room, filter="data")
        content = self.room / "content"
        posts = list(content.glob("news/2*/**/*.md"))
        elsewhere = [p for p in posts if re.search(
            r"^redirectto: *[\"']?[/h]", p.read_text(), re.M)]
        report = self.json_of("import", content)
        self.assertEqual(report["refused"], 1)  # a form that nobody filled in
        self.assertEqual(len(posts), 2083)  # and their list page
        self.assertEqual(self.count("story"),
                         len(posts) - len(elsewhere) - 1)
        self.assertGreaterEqual(
            self.count("author"),
            len(list(content.glob("authors/*/_index.md"))))
        self.assertEqual(
            self.rows("SELECT name FROM author "
                      "WHERE slug = 'jessica-milcetich'"),
            [("Jessica Milcetich",)])
        self.assertGreaterEqual(self.count("tag"), 50)
        self.no_braces()
        self.assertGreater(len(self.links()), 1500)
        self.nothing_changes(content, report)
        server = self.serve()
        for path in sorted(posts)[::100]:
            front = path.read_text()
            slug = re.search(r"^slug: *[\"']?([a-z0-9-]+)", front, re.M)
            date = re.search(r"^date: *[\"']?(\d{4}-\d\d-\d\d)", front, re.M)
            if path in elsewhere or not slug or not date:
                continue
            old = f"/{date[1].replace('-', '/')}/{slug[1]}/"
            self.assertEqual(self.where(server, old)[0], 301, path.name)


if __name__ == "__main__":
    if not REAL.exists():
        print(f"without the real archive: {REAL} is not there; "
              "MASTHEAD_SAMPLES=DIR names its folder", file=sys.stderr)
    main()
