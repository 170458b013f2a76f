#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The three feeds, as a feed reader sees them: feedparser, Debian's.

Debian's version knows RSS and Atom; JSON Feed is held to the fields that
its version 1.1 asks for.
"""

import json
import unittest

from newsroom import NewsroomTest, main

try:
    import feedparser
except ImportError:
    feedparser = None


@unittest.skipIf(feedparser is None, "python3-feedparser is not installed")
class Feeds(NewsroomTest):
    def setUp(self):
        super().setUp()
        self.story = self.publish("Crews <b>vote</b> & wait")
        self.server = self.serve()

    def read(self, path, version):
        status, body = self.server.get(path)
        self.assertEqual(status, 200)
        feed = feedparser.parse(body)
        self.assertFalse(feed.bozo, feed.get("bozo_exception"))
        self.assertEqual(feed.version, version)
        self.assertEqual(feed.feed.title, "The Harbour Courier")
        self.assertEqual(len(feed.entries), 1)
        return feed.entries[0]

    def check(self, entry):
        self.assertIn("GRAPHIC CONTENT", entry.title)
        self.assertIn(f"/news/{self.story}/", entry.link)
        self.assertEqual(tuple(entry.published_parsed)[:6],
                         (2016, 11, 18, 14, 53, 43))
        content = entry.content[0].value
        self.assertIn("The gate gave way at noon", content)

    def test_rss__is_read_by_a_feed_reader(self):
        self.check(self.read("/feed.rss", "rss20"))

    def test_atom__is_read_by_a_feed_reader(self):
        self.check(self.read("/feed.atom", "atom10"))

    def test_json_feed__has_what_1_1_asks_for(self):
        status, body = self.server.get("/feed.json")
        self.assertEqual(status, 200)
        feed = json.loads(body)
        self.assertEqual(feed["version"], "https://jsonfeed.org/version/1.1")
        self.assertEqual(feed["title"], "The Harbour Courier")
        self.assertTrue(feed["feed_url"].endswith("/feed.json"))
        (item,) = feed["items"]
        self.assertIsInstance(item["id"], str)
        self.assertIn(f"/news/{self.story}/", item["url"])
        self.assertEqual(item["date_published"], "2016-11-18T14:53:43Z")
        self.assertIn("The gate gave way at noon", item["content_html"])


main()
