# SPDX-License-Identifier: MIT
"""What crawlers are told: sitemaps, robots.txt, llms.txt."""

import datetime
import unittest
import xml.etree.ElementTree as xml

from newsroom import NewsroomTest, main, markdown

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


class Crawlers(NewsroomTest):
    def start(self, conf=""):
        (self.data / "masthead.conf").write_text(
            "[site]\nurl = https://courier.example\n" + conf)
        self.server = self.serve()

    def text(self, path, status=200):
        got, body = self.server.get(path)
        self.assertEqual(got, status, path)
        return body.decode()

    def locs(self, path):
        return [e.text for e in xml.fromstring(self.text(path)).iter(MAP + "loc")]

    def bring(self, name, text):
        report = self.json("import", str(self.write(name, text)))
        return report["stories"][0]["story"]


class Sitemaps(Crawlers):
    def test_index__lists_months_as_they_come_and_go(self):
        self.start()
        always = [f"https://courier.example/sitemap/{name}.xml"
                  for name in ("news", "video")]
        self.assertEqual(self.locs("/sitemap.xml"), always)
        self.text("/sitemap/2026-01.xml", 404)
        story = self.bring("one.md", markdown(1))
        january = "https://courier.example/sitemap/2026-01.xml"
        self.assertEqual(self.locs("/sitemap.xml"), [*always, january])
        self.assertEqual(self.locs("/sitemap/2026-01.xml"),
                         [f"https://courier.example/news/{story}/story-1"])
        self.masthead("story", "unpublish", story)
        self.assertEqual(self.locs("/sitemap.xml"), always)
        self.text("/sitemap/2026-01.xml", 404)

    def test_map__of_no_month(self):
        self.start()
        for name in ("2026-13", "2026-00", "0000-01", "2026-1", "+026-01",
                     "2026--1", "x", "2026-01-01", "%00", "9" * 200):
            self.text(f"/sitemap/{name}.xml", 400 if "%" in name else 404)
        self.text("/sitemap/2026-01.xml?part=0", 400)
        self.text("/sitemap/2026-01.xml?part=2", 404)

    def test_news__holds_two_days(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        for days in (1, 3):
            date = (now - datetime.timedelta(days=days)).isoformat()
            self.bring(f"{days}.md", f"---\ntitle: Of {days} & more\n"
                       f"date: {date}\n---\nWords.\n")
        self.start()
        titles = [e.text for e in xml.fromstring(
            self.text("/sitemap/news.xml")).iter(NEWS + "title")]
        self.assertEqual(titles, ["Of 1 & more"])
        self.bring("new.md", f"---\ntitle: New\ndate: {now.isoformat()}\n---\nx\n")
        self.assertEqual(len(self.locs("/sitemap/news.xml")), 2)


class Policy(Crawlers):
    def groups(self):
        """Who may read the front."""
        refused, names = set(), []
        for line in self.text("/robots.txt").splitlines():
            key, _, value = line.partition(": ")
            if key == "User-agent":
                names.append(value)
            elif line == "Disallow: /":
                refused.update(names)
            elif not line:
                names = []
        return refused

    def test_robots__refuses_training_unless_told_otherwise(self):
        self.start()
        self.assertIn("GPTBot", self.groups())
        self.assertNotIn("*", self.groups())
        self.assertNotIn("PerplexityBot", self.groups())
        self.assertIn("Sitemap: https://courier.example/sitemap.xml",
                      self.text("/robots.txt"))
        self.assertIn("may not be used to train", self.text("/llms.txt"))

    def test_robots__says_what_the_configuration_says(self):
        self.start("[crawlers]\ntraining = yes\nanswers = no\n"
                   "refuse = BadBot, a b, Two-2\n")
        self.assertNotIn("GPTBot", self.groups())
        self.assertLessEqual({"PerplexityBot", "BadBot", "Two-2"}, self.groups())
        self.assertNotIn("a b", self.groups())
        self.assertIn("may not be fetched", " ".join(self.text("/llms.txt").split()))

    def test_llms__names_sections_and_feeds(self):
        self.bring("one.md", markdown(1).replace("harbour", "Har[b]our"))
        self.start()
        told = self.text("/llms.txt")
        self.assertTrue(told.startswith("# The Harbour Courier\n"))
        self.assertIn("- [Har\\[b\\]our](https://courier.example/section/", told)
        self.assertIn("https://courier.example/sitemap.xml", told)


if __name__ == "__main__":
    main()
