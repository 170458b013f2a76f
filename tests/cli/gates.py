#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A story whose picture or film is gated by somebody else's advisory.

The story says nothing of it itself: another story that shows the same does, or
the picture's own advisory.  Every surface is looked at, and every address that
stands there, or stood there before, is asked for.  Whoever names the story says
the advisory, too; whoever cannot say it names no picture.
"""

import html
import http.client
import re
import subprocess
import urllib.parse

from newsroom import PATIENCE, NewsroomTest, main

STORY = """---
title: {title}
slug: {slug}
section: harbour
tags: [ferries]
authors: [Ilse Varden]
{more}---
They opened at noon.
"""
HEADLINE = "The gates open"
CLEAR = ("/master.m3u8", "/av1.m3u8", ".mp4", "/captions/en.vtt")


class Gates(NewsroomTest):
    def setUp(self):
        super().setUp()
        self.masthead("import", self.write("first.md", STORY.format(
            title="The first", slug="the-first", more="")))
        self.server = self.serve()

    def make(self, name, *words):
        path = self.room / name
        subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *words, path],
                       check=True, timeout=PATIENCE)
        return path

    def picture(self):
        return self.json("media", "add", self.make(
            "quay.png", "-f", "lavfi", "-i", "testsrc2=s=1600x900",
            "-frames:v", "1"), "--alt", "A quay", "--caption", "Fog.")[0]

    def film(self):
        film = self.json("media", "add", self.make(
            "quay.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2",
            "-f", "lavfi", "-i", "sine=440:d=2"), "--wait", "--alt", "A quay")[0]
        self.masthead("media", "captions", film["id"], "--lang", "en", "--file",
                      self.write("en.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nFog.\n"))
        return film

    def publish_with(self, asset, title, more=""):
        slug = title.lower().replace(" ", "-")
        story = self.json("story", "new", "--file", self.write(
            "story.md", STORY.format(
                title=title, slug=slug,
                more=f"lead: {asset['address']}\n{more}")))["id"]
        self.masthead("story", "publish", story)
        return f"/news/{story}/{slug}"

    def ask(self, path, accept="image/jpeg"):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.server.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers={"Accept": accept})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def surfaces(self, page, asset):
        """Wherever the story stands: path and text."""
        story = page.split("/")[2]
        home = f"http://127.0.0.1:{self.server.port}"
        near = self.neighbour
        paths = ["/", "/section/harbour", "/tag/ferries", "/author/ilse-varden",
                 "/archive", "/corrections", "/search?q=gates", page, near,
                 f"/embed/{asset['address'].rpartition('_')[2]}",
                 f"/api/v1/stories/{story}", "/api/v1/stories",
                 "/api/v1/stories?fields=id,headline,advisory",
                 "/api/v1/lists/front", "/api/v1/lists/section/harbour",
                 "/api/v1/search?q=gates", f"/api/related/{near.split('/')[2]}",
                 "/sitemap.xml", "/sitemap/news.xml", "/sitemap/video.xml",
                 "/llms.txt"]
        paths += [f"/lite{p}" for p in (*paths[:5], page)]
        paths += [f"{where}/feed.{kind}" for kind in ("rss", "atom", "json")
                  for where in ("", "/section/harbour", "/tag/ferries",
                                "/author/ilse-varden")]
        paths += [f"/oembed?url={urllib.parse.quote(home + page, safe='')}{xml}"
                  for xml in ("", "&format=xml")]
        found = {}
        while paths:
            path = paths.pop()
            status, body = self.ask(path)
            # Of a picture there is no player.
            self.assertIn(status, (200, 301, 404) if "embed/" in path else (200, 301),
                          path)
            found[path] = re.sub("</?mark>", "", html.unescape(body.decode()))
            paths += [p for p in re.findall(
                r"(?:/sitemap/\d{4}-\d\d\.xml|/archive/[\d/]+)(?=[\"<])", found[path])
                if p not in found and p not in paths]
        return found

    def addresses(self, surfaces, asset):
        """Those of the asset, by all surfaces together."""
        found = set()
        for path, text in surfaces.items():
            self.assertNotRegex(text, r"/shown/[0-9a-f]{32}", path)
            found |= set(re.findall(
                re.escape(asset["address"]) + r"[\w./-]*(?:\?w=\d+)?",
                text.replace("\\/", "/")))
        return found

    def bytes_of(self, addresses):
        return {(path, accept): self.ask(path, accept) for path in addresses
                for accept in ("image/jpeg", "image/webp")}

    def open_everywhere(self, page, asset, labels=()):
        surfaces = self.surfaces(page, asset)
        clear = self.bytes_of(self.addresses(surfaces, asset))
        for label in set(self.labels.values()) - set(labels):
            self.assertEqual([p for p, text in surfaces.items() if label in text], [])
        self.assertEqual({status for status, _ in clear.values()}, {200})
        if asset["kind"] == "picture":
            self.assertIn("data:image/", surfaces[page])
        return clear

    def said(self, surfaces, asset, label):
        """Held back with the advisory before it, or not named at all."""
        named = [path for path, text in surfaces.items() if HEADLINE in text]
        self.assertLessEqual(
            {"/", "/section/harbour", "/tag/ferries", "/author/ilse-varden",
             "/search?q=gates", "/api/v1/stories", "/api/v1/lists/front",
             "/api/v1/search?q=gates", "/sitemap/news.xml", "/corrections",
             "/lite/", "/feed.rss", "/feed.atom", "/feed.json"}, set(named))
        for path in named:
            self.assertIn(label, surfaces[path], path)
            # Where the headline is one line of text, it stands in that line.
            if path.startswith(("/oembed", "/api/related", "/sitemap")) or \
                    "/feed." in path:
                self.assertIn(f"{label}: {HEADLINE}", surfaces[path], path)
        # The old wire format names what stands there, and says the advisory.
        names = [path for path, text in surfaces.items()
                 if self.addresses({path: text}, asset)]
        self.assertEqual([p for p in names if not p.startswith("/api/related/")], [])
        for path in self.lists(surfaces):
            self.assertIn("withheld", surfaces[path], path)
        for path in (p for p in named
                     if p.startswith("/api/v1/") and "fields=" not in p):
            self.assertIn('"withheld"', surfaces[path], path)

    def lists(self, surfaces):
        """Pages that show a picture with each story, if they may."""
        return ["/", "/section/harbour", "/tag/ferries", "/author/ilse-varden",
                "/search?q=gates", self.neighbour]

    def closed_everywhere(self, page, asset, clear, label):
        surfaces = self.surfaces(page, asset)
        there = self.addresses(surfaces, asset)
        self.said(surfaces, asset, label)
        self.assertEqual([p for p, text in surfaces.items() if "data:image/" in text], [])
        self.assertLessEqual(there, {path for path, _ in clear})
        # What cannot be had stands nowhere; a still is the safe one.
        self.assertEqual({p for p in there if p.endswith(CLEAR)}, set())
        shown = {body for _, body in clear.values()}
        for (path, accept), (status, body) in self.bytes_of(
                {path for path, _ in clear}).items():
            self.assertNotIn(body, shown, (path, accept))
            self.assertEqual(status, 403 if path.endswith(CLEAR) else 200, path)
        for path in (page, "/embed/"):
            for said, text in surfaces.items():
                if said.startswith(path) and asset["kind"] == "video":
                    self.assertIn("withheld", text, said)

    def judge(self, asset):
        """By another's advisory, by one that becomes a gate, by its own."""
        page = self.publish_with(asset, HEADLINE)
        story = page.split("/")[2]
        self.masthead("story", "correct", story, "They opened at one.")
        self.labels = {a["code"]: a["labels"]["en"]
                       for a in self.json("advisory", "list")}
        graphic, sensitive = self.labels["graphic"], self.labels["sensitive"]
        report = self.json("import", self.write("near.md", STORY.format(
            title="The gates beside it", slug="near",
            more=f"date: 2026-01-01 10:00\nrelated: [{story}]\n")))
        self.neighbour = f"/news/{report['stories'][0]['story']}/near"
        clear = self.open_everywhere(page, asset)
        other = self.publish_with(
            asset, "The gates fall", "advisory: { code: graphic }\n")
        self.closed_everywhere(page, asset, clear, graphic)
        self.masthead("story", "unpublish", other.split("/")[2])
        self.assertEqual(self.open_everywhere(page, asset), clear)
        other = self.publish_with(
            asset, "The gates shut", "advisory: { code: sensitive }\n")
        self.assertLessEqual(clear.items(),
                             self.open_everywhere(page, asset, [sensitive]).items())
        self.masthead("advisory", "set", "sensitive", "--severity", "gate")
        self.closed_everywhere(page, asset, clear, sensitive)
        self.masthead("advisory", "set", "sensitive", "--severity", "note")
        self.masthead("story", "unpublish", other.split("/")[2])
        self.assertEqual(self.open_everywhere(page, asset), clear)
        self.masthead("media", "set", asset["id"], "--advisory", "graphic")
        self.closed_everywhere(page, asset, clear, graphic)
        self.masthead("media", "set", asset["id"], "--advisory", "none")
        self.assertEqual(self.open_everywhere(page, asset), clear)

    def test_picture__of_another_story_that_is_gated(self):
        self.judge(self.picture())

    def test_film__of_another_story_that_is_gated(self):
        self.judge(self.film())


if __name__ == "__main__":
    main()
