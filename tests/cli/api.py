#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The read API: each answer is held to the description that it serves."""

import http.client
import json
import re
import subprocess
import unittest
import urllib.parse
import xml.etree.ElementTree as xml

from newsroom import PATIENCE, NewsroomTest, main

try:
    import jsonschema
except ImportError:
    jsonschema = None

STORY = """---
title: Story number {n}
slug: story-{n}
date: 2026-01-01 10:00:{n:02d}
section: Harbour
tags: [Ferries, Labour]
authors: [Ilse Varden]
sources: [The port, {{ name: A paper, url: "https://paper.example/" }}]
{more}
---
The words of "story" number {n}. [Next](/news/1)
"""


@unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")
class Api(NewsroomTest):
    def setUp(self):
        super().setUp()
        folder = self.room / "in"
        folder.mkdir()
        for n in range(1, 8):
            more = {1: "related: [2]\ncorrections: [{ date: 2026-01-02 09:00, "
                       "text: The number is 41. }]",
                    2: "advisory: { code: graphic, note: Shows injuries. }",
                    }.get(n, "")
            (folder / f"{n}.md").write_text(STORY.format(n=n, more=more))
        self.masthead("import", folder)
        self.server = self.serve()
        self.description = self.get("/api/v1/openapi.json")

    def ask(self, path, **headers):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.server.port, timeout=60)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def get(self, path, status=200):
        got, headers, body = self.ask(path)
        self.assertEqual(got, status, (path, body[:300]))
        self.assertEqual(
            headers["Content-Type"],
            "application/json" if status == 200 else "application/problem+json")
        return json.loads(body)

    def schema_of(self, path, status):
        """As the description says of that address."""
        path = path.partition("?")[0]
        for template, item in self.description["paths"].items():
            have, want = path.split("/"), template.split("/")
            if len(have) == len(want) and all(
                    w == h or w.startswith("{") for h, w in zip(have, want)):
                break
        else:
            self.fail(f"{path} is not described")
        answer = item["get"]["responses"][str(status)]
        if "$ref" in answer:
            answer = self.description["components"]["responses"]["Problem"]
        (content,) = answer["content"].values()
        return content["schema"]

    def checked(self, path, status=200):
        answer = self.get(path, status)
        schema = dict(self.schema_of(path, status),
                      components=self.description["components"])
        jsonschema.Draft202012Validator(
            schema, format_checker=jsonschema.FormatChecker()).validate(answer)
        return answer

    def find(self, headline):
        return next(s for s in self.checked("/api/v1/stories?limit=100")["stories"]
                    if s["headline"] == headline)

    def test_description__is_of_openapi_3_1_and_of_this_site(self):
        self.assertEqual(self.description["openapi"], "3.1.0")
        self.assertEqual(self.description["servers"],
                         [{"url": f"http://127.0.0.1:{self.server.port}"}])
        for schema in self.description["components"]["schemas"].values():
            jsonschema.Draft202012Validator.check_schema(schema)

    def test_stories__page_by_page_each_once(self):
        path, seen = "/api/v1/stories?limit=3", []
        while path:
            page = self.checked(path)
            seen += [s["headline"] for s in page["stories"]]
            self.assertLessEqual(len(page["stories"]), 3)
            path = page["next"] and "/api" + page["next"].partition("/api")[2]
        self.assertEqual(seen, [f"Story number {n}" for n in range(7, 0, -1)])

    def test_stories__of_a_section_tag_or_author(self):
        for what in ("section=harbour", "tag=ferries", "author=ilse-varden"):
            page = self.checked(f"/api/v1/stories?{what}&limit=5")
            self.assertEqual(len(page["stories"]), 5)
            self.assertIn(what, page["next"])
        self.checked("/api/v1/stories?section=nowhere", 404)
        self.checked("/api/v1/stories?section=harbour&tag=ferries", 400)
        self.checked("/api/v1/stories?edition=xx", 404)

    def test_fields__are_those_asked_for(self):
        page = self.checked("/api/v1/stories?fields=id,headline")
        self.assertEqual(set(page["stories"][0]), {"id", "headline"})
        self.assertIn("body", self.checked(
            "/api/v1/stories?fields=body")["stories"][0])
        self.assertIn("kicker", self.checked(
            "/api/v1/stories?fields=id,nonsense", 400)["detail"])
        self.checked("/api/v1/stories?fields=related", 400)

    def film(self, name, *words):
        path = self.room / name
        subprocess.run(
            ["ffmpeg", "-nostdin", "-v", "error", "-y", *words,
             "-f", "lavfi", "-i", "sine=440:d=2", "-c:a", "aac", path],
            check=True, timeout=PATIENCE)
        return self.json("media", "add", path, "--wait", "--alt", "The gates",
                         "--credit", "N. S.")[0]

    def publish_film(self, title, film, more=""):
        text = (f"---\ntitle: {title}\nlead: {film['address']}\n{more}---\nW.\n")
        story = self.json("story", "new", "--file",
                          self.write("story.md", text))["id"]
        self.masthead("story", "publish", story)
        return story

    def test_film__says_where_it_plays(self):
        film = self.film("gates.mp4", "-f", "lavfi", "-i",
                         "testsrc2=s=640x360:r=25:d=2")
        self.masthead("media", "captions", film["id"], "--lang", "en", "--file",
                      self.write("en.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nA.\n"))
        story = self.publish_film("The gates open", film)
        said = self.checked(f"/api/v1/stories/{story}")["film"]
        self.assertEqual(
            [said[k] for k in ("kind", "seconds", "width", "height", "alt", "credit")],
            ["video", 2, 640, 360, "The gates", "N. S."])
        self.assertEqual(self.find("The gates open")["film"], said)
        addresses = [said["hls"], said["file"], said["still"],
                     said["captions"][0]["url"]]
        for url in addresses:
            path = url.partition(str(self.server.port))[2]
            self.assertEqual((url, self.ask(path)[0]), (url, 200))
        self.assertIsNone(self.checked(f"/api/v1/stories/{story}")["picture"])
        self.assertIsNone(self.find("Story number 1")["film"])
        # Another story's advisory holds it back here, too.
        self.publish_film("The gate falls", film,
                          "advisory: { code: graphic, note: Shows injuries. }\n")
        for answer in (self.checked(f"/api/v1/stories/{story}"),
                       self.find("The gates open"), self.find("The gate falls")):
            self.assertEqual(list(answer["film"]), ["withheld"])

    def test_film__may_be_sound(self):
        story = self.publish_film("What the pilot said", self.film("talk.m4a"))
        said = self.checked(f"/api/v1/stories/{story}")["film"]
        self.assertEqual([said[k] for k in ("kind", "width", "still", "captions")],
                         ["audio", None, None, []])
        self.assertTrue(said["file"].endswith(".m4a"))

    def test_story__whole(self):
        id = self.find("Story number 1")["id"]
        story = self.checked(f"/api/v1/stories/{id}")
        self.assertEqual([t["slug"] for t in story["tags"]], ["ferries", "labour"])
        self.assertEqual(story["corrections"][0]["text"], "The number is 41.")
        self.assertEqual(story["related"][0]["title"], "Story number 2")
        self.assertIn('"story" number 1', story["body"].replace("&quot;", '"'))
        self.assertIn(f'href="http://127.0.0.1:{self.server.port}/news/1"',
                      story["body"])
        self.assertEqual(self.find("Story number 2")["advisory"]["severity"],
                         "gate")

    def test_story__withdrawn_taken_down_or_never_there(self):
        id = self.find("Story number 1")["id"]
        self.checked(f"/api/v1/stories/{id}")
        self.masthead("story", "unpublish", id)
        self.checked(f"/api/v1/stories/{id}", 404)
        self.assertEqual(len(self.checked("/api/v1/stories")["stories"]), 6)
        self.masthead("story", "takedown", id)
        self.checked(f"/api/v1/stories/{id}", 410)
        self.checked("/api/v1/stories/999999999", 404)

    def test_lists__of_front_and_section(self):
        front = self.checked("/api/v1/lists/front?limit=2")
        self.assertEqual((front["kind"], len(front["stories"])), ("front", 2))
        top = self.checked("/api/v1/lists/section/harbour?fields=url")
        self.assertEqual((top["kind"], len(top["stories"])), ("section", 7))
        self.checked("/api/v1/lists/nowhere", 404)
        self.checked("/api/v1/lists/front?fields=body", 400)

    def test_house__sections_and_editions(self):
        self.assertEqual(self.checked("/api/v1/sections")["sections"][0]["title"],
                         "Harbour")
        self.assertEqual(self.checked("/api/v1/editions")["editions"][0]["code"],
                         "en")

    def test_hostile__questions_get_a_problem(self):
        for query in ("limit=0", "limit=101", "limit=x", "before=%00",
                      "before=9", "before=-", "section=../x", "edition=%C3%28",
                      "fields=" + "x" * 400):
            self.checked(f"/api/v1/stories?{query}", 400)
        self.get("/api/v1/nothing", 404)

    def test_search__finds_counts_and_goes_on(self):
        found = self.checked("/api/v1/search?q=words&limit=3")
        self.assertEqual((found["total"], len(found["stories"])), (7, 3))
        self.assertEqual(found["sections"],
                         [{"slug": "harbour", "title": "Harbour", "stories": 7}])
        self.assertEqual(found["years"], [{"year": 2026, "stories": 7}])
        for sort in ("best", "new"):
            path, seen = f"/api/v1/search?q=words&limit=3&sort={sort}", []
            while path:
                page = self.checked(path)
                seen += [s["id"] for s in page["stories"]]
                path = page["next"] and "/api" + page["next"].partition("/api")[2]
            self.assertEqual((len(seen), len(set(seen))), (7, 7))
        self.assertEqual(self.checked('/api/v1/search?q="number+3"')["total"], 1)
        self.assertEqual(self.checked("/api/v1/search?q=nothing-has-it")["total"], 0)
        self.assertEqual(self.checked("/api/v1/search?q=%22%28*%20OR")["stories"], [])
        self.checked("/api/v1/search?q=a&section=nowhere", 404)
        self.checked("/api/v1/search", 400)
        self.masthead("story", "unpublish", self.find("Story number 3")["id"])
        self.assertEqual(self.checked("/api/v1/search?q=words")["total"], 6)

    def oembed(self, url, more="", status=200):
        got, headers, body = self.ask(
            "/oembed?url=" + urllib.parse.quote(url, safe="") + more)
        self.assertEqual(got, status, body[:300])
        return headers["Content-Type"], body.decode()

    def test_oembed__of_a_story_is_offered_by_its_page(self):
        story = self.find("Story number 2")
        path = "/news/" + story["url"].partition("/news/")[2]
        page = self.ask(path)[2].decode()
        (offer,) = re.findall(r'json\+oembed" href="([^"]+)"', page)
        status, _, body = self.ask(offer[offer.index("/oembed"):])
        card = json.loads(body)
        self.assertEqual((status, card["version"], card["type"]),
                         (200, "1.0", "rich"))
        self.assertTrue(card["title"].startswith("Graphic content"))
        self.assertIn(f'href="{story["url"]}"', card["html"])
        self.assertNotIn("<script", card["html"])

    def test_oembed__in_xml_and_of_any_spelling(self):
        story = self.find("Story number 3")
        home = story["url"].partition("/news/")[0]
        for url in (story["url"], story["url"] + "?x#y",
                    f'{home}/news/{story["id"]}'):
            kind, body = self.oembed(url, "&format=xml&maxwidth=200")
            card = xml.fromstring(body)
            self.assertEqual(card.find("width").text, "200")
        for url in (home, home + "/news/x", f"https://elsewhere.example/news/1",
                    home + "/news/" + "9" * 30, home + "/news/1x", ""):
            self.oembed(url, status=404)
        self.assertEqual(self.ask("/oembed")[0], 400)

    def test_json_ld__of_a_story_is_json(self):
        path = "/news/" + self.find("Story number 1")["url"].partition("/news/")[2]
        page = self.ask(path)[2].decode()
        (data,) = re.findall(
            r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
        article, crumbs = json.loads(data)
        self.assertEqual(article["@type"], "NewsArticle")
        self.assertEqual([c["name"] for c in crumbs["itemListElement"]],
                         ["The Harbour Courier", "Harbour", "Story number 1"])

    def test_json_ld__of_front_lists_and_authors(self):
        for path, kinds, names in (
                ("/", ["WebSite"], 0),
                ("/section/harbour", ["CollectionPage", "ItemList"], 7),
                ("/author/ilse-varden", ["ProfilePage", "ItemList"], 7)):
            (data,) = re.findall(
                r'<script type="application/ld\+json">(.*?)</script>',
                self.ask(path)[2].decode(), re.S)
            parts = json.loads(data)
            self.assertEqual([p["@type"] for p in parts], kinds)
            items = [i for p in parts for i in p.get("itemListElement", [])]
            self.assertEqual(len({i["url"] for i in items}), names)
        self.assertIn("Graphic content: Story number 2",
                      {i["name"] for i in items})

    def test_etag__spares_the_answer(self):
        _, headers, _ = self.ask("/api/v1/stories")
        self.assertEqual(headers["Access-Control-Allow-Origin"], "*")
        status, _, body = self.ask(
            "/api/v1/stories", **{"If-None-Match": headers["ETag"]})
        self.assertEqual((status, body), (304, b""))
        self.masthead("story", "unpublish", self.find("Story number 3")["id"])
        status, _, _ = self.ask(
            "/api/v1/stories", **{"If-None-Match": headers["ETag"]})
        self.assertEqual(status, 200)


main()
