#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""masthead media: pictures from a terminal to a story's page."""

import base64
import json
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from newsroom import PATIENCE, PROGRAM, NewsroomTest, main


class Media(NewsroomTest):
    def photo(self, name="quay.jpg", place=True, size="640x400"):
        """A JPEG that says where it was taken, and by what."""
        path = self.room / name
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
             f"testsrc2=s={size}", "-frames:v", "1", "-strict", "-1", path],
            check=True, timeout=PATIENCE)
        if place:
            subprocess.run(
                ["exiftool", "-q", "-overwrite_original", "-GPSLatitude=54.3",
                 "-GPSLatitudeRef=N", "-GPSLongitude=10.1",
                 "-GPSLongitudeRef=E", "-Make=Acme", "-Artist=A. Source", path],
                check=True, timeout=PATIENCE)
        return path

    def add(self, *words):
        return self.json("media", "add", *words)

    def story_with(self, address, more=""):
        text = (f"---\ntitle: A quay in fog\nlead: {address}\n{more}---\n"
                "Nobody saw it.\n")
        path = self.write("story.md", text)
        story = self.json("story", "new", "--file", path)["id"]
        self.masthead("story", "publish", story)
        return story

    def test_add__prints_the_address_and_what_is_kept_back(self):
        [a] = self.add(self.photo(), "--alt", "A quay", "--credit", "N. S.",
                       "--focus", "300,700")
        self.assertRegex(a["address"],
                         r"^/\d{4}/\d\d/\d\d/courier_\d{18}$")
        self.assertEqual((a["kind"], a["type"], a["width"], a["height"]),
                         ("picture", "image/jpeg", 640, 400))
        self.assertEqual((a["alt"], a["credit"], a["focus"]),
                         ("A quay", "N. S.", [300, 700]))
        self.assertEqual(a["removed"], {"location": True, "device": True,
                                        "owner": True, "history": False})
        self.assertFalse(a["already"])
        said = self.masthead("media", "add", self.photo("two.jpg", size="64x40"))
        self.assertIn("Kept back: where it was taken, the device, its owner",
                      said.stdout)
        self.assertIn("masthead media set 2 --alt", said.stdout)

    def test_add__the_same_bytes_are_the_same_picture(self):
        [a] = self.add(self.photo(), "--alt", "A quay")
        shutil.copy(self.room / "quay.jpg", self.room / "copy.jpg")
        [b] = self.add(self.room / "copy.jpg", "--alt", "Another")
        self.assertEqual((b["id"], b["alt"], b["already"]),
                         (a["id"], "A quay", True))

    def test_add__one_bad_file_never_stops_the_rest(self):
        words = self.write("words.jpg", "No picture at all.")
        folder = self.room / "folder"
        folder.mkdir()
        empty = self.write("empty.png", "")
        cut = self.room / "cut.jpg"
        cut.write_bytes(self.photo("whole.jpg").read_bytes()[:3000])
        done = subprocess.run(
            [PROGRAM, "media", "add", words, folder, empty, cut, self.photo(),
             "--json", "--data", self.data],
            capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 1)
        self.assertIn("4 of 5 files were refused", done.stderr)
        all_ = json.loads(done.stdout)
        self.assertEqual([("refused" in a) for a in all_],
                         [True, True, True, True, False])
        self.assertEqual(len(self.json("media", "list")), 1)
        self.assertIn("no such file",
                      self.refused("media", "add", "nowhere.jpg").lower())

    def test_options__that_cannot_be(self):
        photo = self.photo()
        for words, said in ((["--focus", "1"], "two numbers"),
                            (["--focus", "1001 0"], "between 0 and 1000"),
                            (["--focus", "a b"], "two numbers"),
                            (["--advisory", "nix"], "no advisory"),
                            (["--alt", "x" * 2001], "2000"),
                            (["--alt", "two\nlines"], "lines")):
            with self.subTest(words[0], words=words):
                done = subprocess.run(
                    [PROGRAM, "media", "add", photo, *words, "--data",
                     self.data], capture_output=True, text=True,
                    timeout=PATIENCE)
                self.assertEqual(done.returncode, 1)
                self.assertIn(said, done.stdout + done.stderr)
        self.assertEqual(self.json("media", "list"), [])
        self.assertIn("no asset 9", self.refused("media", "show", 9))
        self.assertIn("no asset 9",
                      self.refused("media", "set", 9, "--alt", "x"))

    def test_stills__say_what_the_desk_says_and_nothing_else(self):
        kinds = ("image/avif", "image/webp", "image/jpeg")
        server = self.serve()
        [a] = self.add(self.photo(), "--alt", "A quay", "--credit", "N. Öz",
                       "--copyright", "© The Courier", "--licence",
                       "https://courier.example/terms?a=1&b=2")
        self.story_with(a["address"])
        still = a["address"] + "_0f_3x2.jpg?w=320"

        def said():
            out = []
            for kind in kinds:
                path = self.room / f"still.{kind[6:]}"
                status, got = server.get(still, Accept=kind)
                self.assertEqual(status, 200)
                path.write_bytes(got)
                [tags] = json.loads(subprocess.run(
                    ["exiftool", "-j", "-G1", "-XMP:all", "-EXIF:all",
                     "-IPTC:all", path],
                    check=True, capture_output=True, timeout=PATIENCE).stdout)
                tags.pop("SourceFile")
                out.append(tags)
            self.assertEqual(out, [out[0]] * len(kinds))
            return out[0]

        self.assertEqual(said(), {
            "XMP-photoshop:Credit": "N. Öz",
            "XMP-dc:Rights": "© The Courier",
            "XMP-xmpRights:WebStatement":
                "https://courier.example/terms?a=1&b=2"})
        # Other words are in the very next answer, and none leave none.
        self.masthead("media", "set", a["id"], "--credit", "N. Yilmaz",
                      "--copyright", "", "--licence", "")
        self.assertEqual(said(), {"XMP-photoshop:Credit": "N. Yilmaz"})
        self.masthead("media", "set", a["id"], "--credit", "")
        self.assertEqual(said(), {})
        self.assertIn("a licence is the address", self.refused(
            "media", "set", a["id"], "--licence", "CC BY"))

    def test_story__shows_it_and_an_advisory_withholds_it_at_once(self):
        server = self.serve()
        [a] = self.add(self.photo(), "--alt", "A quay")
        still = a["address"] + "_0f_3x2.jpg?w=320"
        self.assertEqual(server.get(still)[0], 404)  # no story shows it
        story = self.story_with(a["address"])
        self.assertEqual(
            self.json("media", "show", a["id"])["stories"],
            [{"id": story, "headline": "A quay in fog", "live": True}])
        page = server.get("/")[1].decode()
        self.assertIn(a["address"], page)
        status, clear = server.get(still)
        self.assertEqual(status, 200)
        self.masthead("media", "set", a["id"], "--advisory", "graphic",
                      "--note", "Shows a wreck.")
        page = server.get("/")[1].decode()
        self.assertNotIn(a["address"], page)
        self.assertIn("Shows a wreck.", page)
        status, safe = server.get(still)
        self.assertEqual(status, 200)
        self.assertNotEqual(safe, clear)
        self.masthead("media", "set", a["id"], "--advisory", "none", "--note",
                      "")
        self.assertEqual(server.get(still)[1], clear)
        self.assertIn(a["address"], server.get("/")[1].decode())

    def hints(self, server, page="/"):
        """What stands in the page where pictures have not come yet."""
        text = server.get(page)[1].decode()
        return [base64.b64decode(h, validate=True) for h in re.findall(
            r'<img class="hint" alt="" src="data:image/webp;base64,([^"]*)"><img ',
            text)]

    def test_hint__stands_there_until_the_picture_has_come(self):
        server = self.serve()
        [a] = self.add(self.photo(), "--alt", "A quay")
        story = self.story_with(a["address"])
        slug = self.json("story", "show", story)["slug"]
        for page in ("/", f"/news/{story}/{slug}"):
            [hint] = self.hints(server, page)
            self.assertEqual((hint[:4], hint[8:12]), (b"RIFF", b"WEBP"))
            self.assertLessEqual(len(hint), 400)
            for chunk in (b"EXIF", b"XMP ", b"ICCP", b"Acme"):
                self.assertNotIn(chunk, hint)
        self.masthead("media", "set", a["id"], "--advisory", "graphic")
        self.assertEqual(self.hints(server), [])
        self.masthead("media", "set", a["id"], "--advisory", "none")
        self.assertEqual(self.hints(server), [hint])

    def test_section__fetches_at_once_what_is_seen_first_and_nothing_else(self):
        server = self.serve()
        section = "section: harbour\n"
        self.masthead("import", self.write(
            "first.md", f"---\ntitle: The first\n{section}---\nFog.\n"))
        for size in ("640x400", "320x200"):
            [a] = self.add(self.photo(f"{size}.jpg", size=size))
            self.story_with(a["address"], section)
        page = server.get("/section/harbour")[1].decode()
        first, other = re.findall(r'<img class="r[^>]*>', page)
        self.assertIn('fetchpriority="high"', first)
        self.assertNotIn("lazy", first)
        self.assertIn('loading="lazy"', other)
        self.assertEqual(len(self.hints(server, "/section/harbour")), 1)

    def test_hint__is_not_seen_through_a_picture(self):
        server = self.serve()
        for name, colour, n in (("glass.png", "red@0.5", 0),
                                ("wall.png", "red@1.0", 1)):
            path = self.room / name
            subprocess.run(
                ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
                 f"color=c={colour}:s=640x400,format=rgba", "-frames:v", "1",
                 path], check=True, timeout=PATIENCE)
            [a] = self.add(path)
            story = self.story_with(a["address"])
            self.assertEqual(len(self.hints(server)), n, name)
            self.masthead("story", "unpublish", story)

    def test_widths__are_those_that_the_house_lists(self):
        (self.data / "masthead.conf").write_text("[media]\nwidths = 200, 500\n")
        server = self.serve()
        [a] = self.add(self.photo())
        self.story_with(a["address"])
        page = server.get("/")[1].decode()
        still = a["address"] + "_0f_3x2.jpg?w="
        self.assertIn(f'srcset="{still}200 200w, {still}500 500w"', page)
        for width, status in ((200, 200), (500, 200), (320, 400), (1920, 400),
                              (640, 200), (960, 200), (1280, 200)):
            self.assertEqual((width, server.get(f"{still}{width}")[0]),
                             (width, status))

    def test_set__the_focus_moves_the_crop(self):
        server = self.serve()
        [a] = self.add(self.photo(size="1600x400"))
        self.story_with(a["address"])
        still = a["address"] + "_0f_1x1.jpg?w=320"
        middle = server.get(still)[1]
        self.masthead("media", "set", a["id"], "--focus", "1000 500")
        self.assertNotEqual(server.get(still)[1], middle)
        kept = self.json("media", "set", a["id"], "--caption", "Fog.")
        self.assertEqual((kept["focus"], kept["caption"]), ([1000, 500], "Fog."))

    def test_rights__withhold_a_picture_everywhere_when_they_end(self):
        server = self.serve()
        [a] = self.add(self.photo(), "--alt", "A quay",
                       "--rights", "Agency", "--rights-until", "2d")
        story = self.story_with(a["address"])
        still = a["address"] + "_0f_3x2.jpg?w=320"
        slug = self.json("story", "show", story)["slug"]
        pages = ["/", f"/news/{story}/{slug}", "/feed.rss",
                 f"/api/v1/stories/{story}"]
        for page in pages:
            self.assertIn(a["address"], server.get(page)[1].decode(), page)
        self.assertEqual(server.get(still)[0], 200)
        self.assertNotIn("Agency", server.get("/")[1].decode())
        self.masthead("media", "set", a["id"], "--rights-until",
                      "2020-01-01 00:00")
        for page in pages:
            status, text = server.get(page)
            self.assertEqual(status, 200)
            self.assertNotIn(a["address"], text.decode(), page)
        self.assertEqual(server.get(still)[0], 404)
        # Its editor still sees what it leads with.
        shown = self.masthead("media", "show", a["id"]).stdout
        self.assertIn("Ended", shown)
        self.masthead("media", "set", a["id"], "--rights-until", "none")
        for page in pages:
            self.assertIn(a["address"], server.get(page)[1].decode(), page)

    def test_list__newest_first_page_by_page(self):
        for n in range(3):
            self.add(self.photo(f"{n}.jpg", place=False, size=f"{64 + 32 * n}x40"))
        self.assertEqual([a["id"] for a in self.json("media", "list")],
                         [3, 2, 1])
        self.assertEqual(
            [a["id"] for a in self.json("media", "list", "--before", 3,
                                        "--limit", 1)], [2])


if __name__ == "__main__":
    main()
