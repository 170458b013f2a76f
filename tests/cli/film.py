#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Films and sound: taken in, worked on whatever happens, given to readers."""

import contextlib
import hashlib
import http.client
import os
import re
import signal
import sqlite3
import subprocess
import unittest
from pathlib import Path

from newsroom import PATIENCE, PROGRAM, NewsroomTest, main


# What a file may say of itself, and what of its making it may not.
CLEAN = r"^\[(Composite|JFIF|QuickTime|Track[12])\]"
TELLING = (r"(?i)secret|gps|latitude|make  |model|serial|comment|title|"
           r"artist|author|encoder|software|lavc|x264|svt|Date\s*: (?!0000:00:00)")


class Film(NewsroomTest):
    def clip(self, name="clip.mp4", size="640x360", seconds=5, *more):
        path = self.room / name
        subprocess.run(
            ["ffmpeg", "-nostdin", "-v", "error", "-y",
             "-f", "lavfi", "-i", f"testsrc2=s={size}:r=25:d={seconds}",
             "-f", "lavfi", "-i", f"sine=440:d={seconds}",
             "-c:v", "libx264", "-preset", "ultrafast", "-g", "50",
             "-c:a", "aac", "-metadata", "location=+54.3200+010.1300/",
             *more, path], check=True, timeout=PATIENCE)
        return path

    def sound(self, name="talk.mp3", seconds=4):
        path = self.room / name
        subprocess.run(
            ["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i",
             f"sine=440:d={seconds}", path], check=True, timeout=PATIENCE)
        return path

    def add(self, *words):
        return self.json("media", "add", *words)[0]

    def masthead(self, *words, **more):
        """Workers give way to everything else on the machine."""
        if "--wait" in words:
            more["timeout"] = 10 * PATIENCE
        return super().masthead(*words, **more)

    def job(self, asset):
        return self.json("media", "show", asset)["job"]

    def finish(self, asset):
        """Waits for the work on it: what became of it."""
        self.masthead("media", "retry", asset, "--wait")
        return self.job(asset)

    def publish_with(self, address, advisory=""):
        gate = f"advisory: {advisory}\n" if advisory else ""
        text = (f"---\ntitle: A quay in fog\nlead: {address}\n{gate}---\n"
                "Nobody saw it.\n")
        story = self.json("story", "new", "--file",
                          self.write("story.md", text))["id"]
        self.masthead("story", "publish", story)
        return story

    def whole(self, server, address, first="master.m3u8"):
        """Every list and segment that a player would get, by name."""
        status, master = server.get(f"{address}/{first}")
        self.assertEqual(status, 200)
        found = {first: master}
        lists = re.findall(r'^[^#\n]+|(?<=URI=")[^"]+', master.decode(), re.M)
        for name in set(lists):
            status, text = server.get(f"{address}/{name}")
            self.assertEqual((name, status), (name, 200))
            found[name] = text
            self.assertIn(b"#EXT-X-ENDLIST", text)
            folder = name.rpartition("/")[0]
            for part in re.findall(r'^[^#\n]+|(?<=URI=")[^"]+',
                                   text.decode(), re.M):
                status, found[f"{folder}/{part}"] = server.get(
                    f"{address}/{folder}/{part}")
                self.assertEqual((part, status), (part, 200))
        return found

    def head(self, server, path, **headers):
        connection = http.client.HTTPConnection(
            "127.0.0.1", server.port, timeout=PATIENCE)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body


    def serve_aloud(self):
        """A server whose log is heard()."""
        ours, its = os.pipe()
        self.log = os.fdopen(ours)
        self.addCleanup(self.log.close)
        return self.serve(log=os.fdopen(its, "wb"))

    def heard(self, event):
        """Waits until the log has it."""
        for line in self.log:
            if f"event={event} " in line:
                return line
        self.fail(f"no {event}")


class Adding(Film):
    def test_add__keeps_a_job_until_a_server_runs(self):
        a = self.add(self.clip(), "--rights", "Agency", "--language", "fa",
                     "--poster", "30")
        self.assertEqual((a["kind"], a["type"], a["width"], a["height"]),
                         ("video", "video/mp4", 640, 360))
        self.assertEqual((a["rate"], a["poster"], a["has_audio"]),
                         ([25, 1], 30, True))
        self.assertTrue(4900 <= a["milliseconds"] <= 5100)
        self.assertTrue(a["removed"]["location"])
        self.assertEqual((a["rights"], a["language"]), ("Agency", "fa"))
        self.assertEqual(a["job"]["state"], "waiting")
        again = self.add(self.room / "clip.mp4")
        self.assertEqual((again["id"], again["already"]), (a["id"], True))
        s = self.add(self.sound())
        self.assertEqual((s["kind"], s["width"], s["job"]["state"]),
                         ("audio", 0, "waiting"))
        self.assertIn("start `masthead serve`", self.refused(
            "media", "retry", a["id"], "--wait"))
        self.assertIn("no film", self.refused(
            "media", "retry", self.add(self.picture())["id"]))
        self.assertIn("waiting for the server",
                      self.masthead("media", "show", a["id"]).stdout)

    def picture(self, name="quay.jpg", *filters):
        path = self.room / name
        subprocess.run(
            ["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i",
             "mandelbrot=s=640x400", "-vf", ",".join(["null", *filters]),
             "-frames:v", "1", "-strict", "-1", path],
            check=True, timeout=PATIENCE)
        return path

    def test_add__notices_the_same_picture_in_another_size(self):
        a = self.add(self.picture())
        b = self.add(self.picture("small.png", "scale=320:200"))
        c = self.add(self.picture("other.jpg", "hflip"))
        self.assertEqual((a["alike"], b["alike"], c["alike"]),
                         ([], [a["id"]], []))
        said = self.masthead("media", "add",
                             self.picture("third.webp", "scale=500:312"))
        self.assertIn(f"looks the same as asset {a['id']}, {b['id']}",
                      said.stdout)

    def test_captions__are_read_strictly_and_can_be_taken_away(self):
        a = self.add(self.sound())
        cue = "WEBVTT\n\n00:00.000 --> 00:02.000\n"
        bad = self.write("bad.vtt", cue + "<script>x</script>\n")
        good = self.write("good.vtt", cue + "Fog.\n\nNOTE ours alone\n")
        captions = ("media", "captions", a["address"])
        self.assertIn("line 4", self.refused(
            *captions, "--lang", "en", "--file", bad))
        self.assertIn("--lang", self.refused(*captions, "--file", good))
        self.assertIn("no language", self.refused(
            *captions, "--lang", "zz-!", "--file", good))
        late = self.write("late.vtt", cue + "Fog.\n\n00:05.000 --> 00:06.000\nX\n")
        self.assertIn("begins at 00:00:05.000, but asset 1 ends at 00:00:04.",
                      self.refused(*captions, "--lang", "en", "--file", late))
        self.assertIn("No captions yet", self.masthead(*captions).stdout)
        done = self.masthead(*captions, "--lang", "en", "--file", good)
        self.assertIn("Comments left out: 1", done.stdout)
        self.assertEqual(
            self.json("media", "captions", a["id"])["captions"], ["en"])
        self.assertIn("picture", self.refused(
            "media", "captions", self.add(self.picture())["id"],
            "--lang", "en", "--file", good))
        gone = self.json(*captions, "--lang", "en", "--remove")
        self.assertEqual(gone["captions"], [])
        self.refused(*captions, "--lang", "en", "--remove")

    def test_add__refuses_before_work_is_wasted(self):
        clip = self.clip("long.mp4", "320x180", 30)
        cut = self.room / "cut.mp4"
        cut.write_bytes(clip.read_bytes()[:20000])
        listing = self.write("list.m3u8", "#EXTM3U\nfile:///etc/passwd\n")
        for path, said in ((cut, "arrived"), (listing, "playlist"),
                           (self.write("empty.mp4", ""), "empty")):
            with self.subTest(path.name):
                done = self.masthead("media", "add", path, status=1)
                self.assertIn(said, done.stdout)
        self.assertEqual(self.json("media", "list"), [])
        kept = [p for p in (self.data / "media").rglob("*") if p.is_file()]
        self.assertEqual(kept, [])


class Serving(Film):
    def test_film__plays_for_readers_once_a_story_shows_it(self):
        server = self.serve()
        a = self.add(self.clip(), "--wait", "--alt", "A quay")
        self.assertEqual(a["job"]["state"], "done")
        self.assertNotIn("av1", a)  # nobody asked for it
        names = [r["name"] for r in a["renditions"]]
        self.assertEqual(names[:2], ["v360", "v240"])
        self.assertIn("a0", names)
        address = a["address"]
        for path in ("/master.m3u8", "/1/v240.m3u8", "/1/v240_00001.m4s",
                     ".mp4", "_25f_4x3.mp4"):
            self.assertEqual((path, server.get(address + path)[0]),
                             (path, 404))
        story = self.publish_with(address)
        self.assertIn(b'<img class="hint"', server.get("/")[1])
        found = self.whole(server, address)
        self.assertTrue({"1/v360_00001.m4s", "1/v240_init.mp4",
                         "1/a0_00002.m4s"} <= found.keys())
        # A player's own way, by its list.
        probe = subprocess.run(
            ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name",
             "-of", "csv=p=0",
             f"http://127.0.0.1:{server.port}{address}/master.m3u8"],
            check=True, capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(probe.stderr, "")
        self.assertEqual(set(probe.stdout.split()), {"h264", "aac"})
        self.headers(server, address, found)
        self.stills(server, address)
        self.as_one_file(server, address)
        self.nothing_else(server, address)
        self.masthead("story", "unpublish", story)
        for path in ("/master.m3u8", "/1/v240_00001.m4s", "_25f_4x3.mp4"):
            self.assertEqual((path, server.get(address + path)[0]),
                             (path, 404))
        self.nothing_is_wrong()

    def headers(self, server, address, found):
        answer, body = self.head(server, f"{address}/master.m3u8")
        self.assertEqual(answer.headers["Content-Type"],
                         "application/vnd.apple.mpegurl")
        self.assertIn("must-revalidate", answer.headers["Cache-Control"])
        segment = f"{address}/1/v240_00001.m4s"
        answer, body = self.head(server, segment)
        self.assertEqual(answer.headers["Content-Type"], "video/mp4")
        self.assertIn("immutable", answer.headers["Cache-Control"])
        self.assertIn("asset:1", answer.headers["Surrogate-Key"])
        tag = answer.headers["ETag"]
        part, some = self.head(server, segment, Range="bytes=10-19")
        self.assertEqual((part.status, some), (206, body[10:20]))
        self.assertEqual(part.headers["Content-Range"],
                         f"bytes 10-19/{len(body)}")
        part, some = self.head(server, segment, Range="bytes=-5")
        self.assertEqual((part.status, some), (206, body[-5:]))
        part, _ = self.head(server, segment, Range="bytes=99999999-")
        self.assertEqual(part.status, 416)
        part, _ = self.head(server, segment, **{"If-None-Match": tag})
        self.assertEqual(part.status, 304)
        answer, _ = self.head(server, f"{address}/1/a0_init.mp4")
        self.assertEqual(answer.headers["Content-Type"], "audio/mp4")

    def as_one_file(self, server, address):
        answer, body = self.head(server, f"{address}.mp4")
        self.assertEqual((answer.status, answer.headers["Content-Type"]),
                         (200, "video/mp4"))
        # The index stands before the rest: it plays while it comes.
        self.assertLess(body.index(b"moov"), body.index(b"mdat"))
        path = self.room / "got.mp4"
        path.write_bytes(body)
        told = subprocess.run(
            ["ffprobe", "-v", "error", "-count_frames", "-show_entries",
             "stream=codec_name,width,height,nb_read_frames,start_time",
             "-of", "csv=p=0", path],
            check=True, capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(told.stderr, "")
        self.assertIn("h264,640,360,0.000000,125", told.stdout)
        self.assertIn("aac,0.000000,", told.stdout)
        middle = len(body) // 2
        part, some = self.head(server, f"{address}.mp4",
                               Range=f"bytes={middle}-")
        self.assertEqual((part.status, some), (206, body[middle:]))
        self.assertEqual(server.get(f"{address}.m4a")[0], 404)

    def stills(self, server, address):
        answer, still = self.head(server, f"{address}_25f_4x3.mp4?w=320")
        self.assertEqual((answer.status, answer.headers["Content-Type"]),
                         (200, "image/jpeg"))
        self.assertTrue(still.startswith(b"\xff\xd8"))
        for wrong in ("_26f_4x3.mp4", "_25f_4x3.jpg", "_25f_5x3.mp4"):
            self.assertEqual(server.get(address + wrong)[0], 404)
        self.masthead("media", "set", 1, "--poster", 100)
        answer, other = self.head(server, f"{address}_100f_4x3.mp4?w=320")
        self.assertEqual(answer.status, 200)
        self.assertIn("immutable", answer.headers["Cache-Control"])
        self.assertNotEqual(other, still)
        # The house's old word for it: the frame that is chosen.
        answer, body = self.head(server, f"{address}_25f_4x3.mp4?w=320")
        self.assertEqual(body, other)
        self.assertNotIn("immutable", answer.headers["Cache-Control"])

    def nothing_else(self, server, address):
        """No file that is none of a rendition, no other take."""
        for path in ("/1/master.m3u8", "/2/v240.m3u8", "/0/v240.m3u8",
                     "/1/v240.m3u8.tmp", "/1/..m4s", "/1/x",
                     "/1/file.mp4", "/1/v999_00001.m4s", "/1/.m4s"):
            self.assertEqual((path, server.get(address + path)[0]),
                             (path, 404))
        day, _, name = address.rpartition("/")
        self.assertEqual(
            server.get(f"/2001/01/01/{name}/master.m3u8")[0], 404)
        self.assertEqual(
            server.get(f"{day}/x{name}/master.m3u8")[0], 404)

    def tags(self, path):
        return subprocess.run(
            ["exiftool", "-a", "-G1", "-s", "-ee", path], check=True,
            capture_output=True, text=True, timeout=PATIENCE).stdout

    def looked_through(self, folder):
        """Each rendition as exiftool sees it, and each still."""
        out = {}
        for init in folder.rglob("*_init.mp4"):
            rung = init.name.removesuffix("_init.mp4")
            joined = self.room / f"{rung}.mp4"
            parts = [init, *sorted(init.parent.glob(f"{rung}_0*.m4s"))]
            joined.write_bytes(b"".join(p.read_bytes() for p in parts))
            out[rung] = self.tags(joined)
        for whole in [*folder.rglob("file.*"), *folder.rglob("*.jpg")]:
            out[whole.name] = self.tags(whole)
        return out

    def test_renditions__tell_nothing_of_their_originals(self):
        telling = self.clip(
            "telling.mov", "320x240", 3, "-movflags", "use_metadata_tags",
            "-metadata", "creation_time=2016-11-18T14:53:43",
            "-metadata", "com.apple.quicktime.location.ISO6709=+35.1+045.9/",
            "-metadata", "com.apple.quicktime.make=SECRET-Make",
            "-metadata", "title=SECRET-Title",
            "-metadata", "comment=SECRET-Comment",
            "-metadata:s:v:0", "handler_name=SECRET-Handler")
        self.assertIn("SECRET-Make", self.tags(telling))
        samples = Path(__file__).parents[2] / "../../shared/samples/video"
        server = self.serve()
        for path in [telling, *sorted(samples.glob("*"))]:
            a = self.add(path, "--wait")
            self.assertEqual(a["job"]["state"], "done")
            self.publish_with(a["address"])
            self.assertEqual(
                server.get(a["address"] + "_25f_4x3.mp4")[0], 200)
        told = self.looked_through(self.data / "media")
        self.assertTrue({"v240", "a0", "file.mp4"} <= told.keys())
        for name, text in told.items():
            for line in text.splitlines():
                if line.startswith(("[ExifTool]", "[System]", "[File]")):
                    continue
                with self.subTest(name, line=line):
                    self.assertRegex(line, CLEAN)
                    self.assertNotRegex(line, TELLING)

    def with_av1(self):
        """A server of a house that wants AV1; its log is heard()."""
        (self.data / "masthead.conf").write_text("[media]\nav1 = yes\n")
        return self.serve_aloud()

    def av1(self, asset):
        return self.json("media", "show", asset).get("av1")

    def test_av1__joins_a_film_that_plays_already(self):
        server = self.with_av1()
        a = self.add(self.clip("clip.mp4", "160x120", 1, "-metadata",
                               "comment=SECRET-Comment"), "--wait")
        self.publish_with(a["address"])
        self.assertEqual(a["job"]["state"], "done")
        self.assertIn(a["av1"]["state"], ("waiting", "running", "done"))
        server.get(a["address"] + "/av1.m3u8")
        self.heard("media_av1_done")
        self.assertEqual(self.av1(a["id"])["state"], "done")
        metrics = server.get("/metrics")[1].decode()
        for work in ("ladder", "av1"):
            for state, n in (("begun", 1), ("done", 1), ("failed", 0)):
                self.assertIn(f'masthead_media_jobs_total{{work="{work}",'
                              f'state="{state}"}} {n}\n', metrics)
        self.assertIn("AV1         done\n",
                      self.masthead("media", "show", a["id"]).stdout)
        # Its list was asked for before, and is another now.
        found = self.whole(server, a["address"], "av1.m3u8")
        self.assertTrue({"1/v120av1_init.mp4", "1/v120av1_00001.m4s",
                         "1/a0_00001.m4s"} <= found.keys())
        self.assertIn(b'CODECS="av01.0.', found["av1.m3u8"])
        self.assertNotIn(b"avc1", found["av1.m3u8"])
        # The other has what players of any kind know.
        self.assertNotIn(b"av01", self.whole(server, a["address"])[
            "master.m3u8"])
        self.assertEqual(
            server.get(a["address"] + "/1/master_av1.m3u8")[0], 404)
        [rung] = [r for r in self.json("media", "show", a["id"])["renditions"]
                  if r["name"] == "v120av1"]
        self.assertEqual((rung["width"], rung["height"]), (160, 120))
        self.assertRegex(rung["codecs"], r"^av01\.0\.\d\dM\.08$")
        answer, _ = self.head(server, f"{a['address']}/1/v120av1_init.mp4")
        self.assertEqual(answer.headers["Content-Type"], "video/mp4")
        told = self.looked_through(self.data / "media")
        for line in told["v120av1"].splitlines():
            if not line.startswith(("[ExifTool]", "[System]", "[File]")):
                self.assertRegex(line, CLEAN)
                self.assertNotRegex(line, TELLING)
        self.av1_is_gated(server, a)
        self.nothing_is_wrong()

    def av1_is_gated(self, server, a):
        self.masthead("media", "set", a["id"], "--advisory", "graphic")
        for path in ("/av1.m3u8", "/1/v120av1.m3u8", "/1/v120av1_00001.m4s"):
            self.assertEqual((path, server.get(a["address"] + path)[0]),
                             (path, 403))
        shown = f"/shown/{self.key(a['id'])}{a['address']}"
        self.assertIn("1/v120av1_00001.m4s",
                      self.whole(server, shown, "av1.m3u8"))

    def test_av1__is_not_made_of_what_plays_longer_than_an_hour(self):
        server = self.serve()
        a = self.add(self.clip("clip.mp4", "160x120", 1), "--wait")
        server.stop()
        self.tamper(
            "UPDATE rendition SET duration = 3601000",
            "INSERT INTO media_extra VALUES"
            f"({a['id']}, 1, 'waiting', 0, '', 0, 1, '')")
        server = self.with_av1()
        self.heard("media_av1")
        av1 = self.av1(a["id"])
        self.assertEqual((av1["state"], av1["attempts"]), ("failed", 1))
        self.assertIn("plays for 61 minutes", av1["reason"])
        self.assertIn('work="av1",state="failed"} 1',
                      server.get("/metrics")[1].decode())
        self.assertEqual(list((self.data / "media").rglob("*av1*")), [])

    def test_av1__that_fails_leaves_the_film_as_it_is(self):
        server = self.with_av1()
        # Too small for the encoder of AV1, not for the other.
        a = self.add(self.clip("tiny.mp4", "64x32", 1), "--wait")
        self.publish_with(a["address"])
        self.heard("media_av1")
        job = self.json("media", "show", a["id"])
        self.assertEqual(job["job"]["state"], "done")
        self.assertEqual(job["av1"]["attempts"], 1)
        self.assertIn("could not be made", job["av1"]["reason"])
        self.assertIn("waiting for try 2: The film was read",
                      self.masthead("media", "show", a["id"]).stdout)
        # Players that ask for it get the other.
        for name in ("av1.m3u8", "master.m3u8"):
            self.assertIn(b"avc1", self.whole(server, a["address"], name)[
                name])
        self.assertEqual(list((self.data / "media").rglob("*av1*")), [])
        self.nothing_is_wrong()

    def test_sound__plays_without_a_picture(self):
        server = self.serve()
        a = self.add(self.sound(), "--wait")
        self.assertEqual(a["job"]["state"], "done")
        self.publish_with(a["address"])
        found = self.whole(server, a["address"])
        self.assertIn("1/a0_00001.m4s", found)
        answer, body = self.head(server, f"{a['address']}.m4a")
        self.assertEqual((answer.status, answer.headers["Content-Type"]),
                         (200, "audio/mp4"))
        self.assertEqual(body[4:8], b"ftyp")
        self.assertEqual(server.get(a["address"] + "_25f_4x3.mp4")[0], 404)

    def test_gated__clear_only_under_its_key(self):
        server = self.serve()
        a = self.add(self.clip(), "--wait")
        self.publish_with(a["address"])
        address = a["address"]
        clear = server.get(f"{address}_25f_4x3.mp4?w=320")[1]
        server.get(f"{address}/master.m3u8")
        self.masthead("media", "set", a["id"], "--advisory", "graphic")
        for path in ("/master.m3u8", "/1/v240.m3u8", "/1/v240_00001.m4s",
                     "/1/v240_init.mp4", ".mp4"):
            self.assertEqual((path, server.get(address + path)[0]),
                             (path, 403))
        status, safe = server.get(f"{address}_25f_4x3.mp4?w=320")
        self.assertEqual(status, 200)
        self.assertNotEqual(safe, clear)
        wrong = f"/shown/{'0' * 32}{address}"
        for path in ("/master.m3u8", "/1/v240_00001.m4s", ".mp4",
                     "_25f_4x3.mp4"):
            self.assertEqual((path, server.get(wrong + path)[0]), (path, 404))
        shown = f"/shown/{self.key(a['id'])}{address}"
        self.assertIn("1/v240_00001.m4s", self.whole(server, shown))
        self.assertEqual(server.get(shown + "_25f_4x3.mp4?w=320"),
                         (200, clear))
        answer, _ = self.head(server, f"{shown}.mp4")
        self.assertEqual(answer.status, 200)
        self.assertIn("private", answer.headers["Cache-Control"])
        # A key is for one asset, and for these advisories.
        self.masthead("media", "set", a["id"], "--advisory", "distressing")
        self.assertEqual(server.get(f"{shown}/master.m3u8")[0], 404)
        self.masthead("media", "set", a["id"], "--advisory", "none")
        self.assertEqual(server.get(f"{address}/master.m3u8")[0], 200)
        self.assertEqual(server.get(f"{shown}/master.m3u8")[0], 404)

    def key(self, asset):
        """What stands in addresses behind the Show button."""
        with contextlib.closing(
                sqlite3.connect(self.data / "newsroom.db")) as db:
            [secret] = db.execute("SELECT secret FROM house").fetchone()
            [version] = db.execute(
                "SELECT sum(v.id * 1000000 + v.version) FROM asset a "
                "JOIN advisory v ON v.id = a.advisory WHERE a.id = ?",
                [asset]).fetchone()
        return hashlib.blake2b(
            f"shown asset:{asset} version:{version}".encode(), key=secret,
            digest_size=16).hexdigest()

    def test_rights__end_by_themselves(self):
        server = self.serve()
        a = self.add(self.clip(), "--wait")
        self.publish_with(a["address"])
        master = f"{a['address']}/master.m3u8"
        self.assertEqual(server.get(master)[0], 200)
        self.masthead("media", "set", a["id"], "--rights-until",
                      "2020-01-01 00:00")
        self.assertEqual(server.get(master)[0], 404)
        self.assertEqual(server.get(a["address"] + "_25f_4x3.mp4")[0], 404)
        self.masthead("media", "set", a["id"], "--rights-until", "none")
        self.assertEqual(server.get(master)[0], 200)


class Working(Film):
    def ended(self, clip):
        """Waits for the work on a file that is there already."""
        a = self.add(clip, "--wait")
        self.assertTrue(a["already"])
        return a["job"]

    def test_kill__is_picked_up_by_the_next_server(self):
        server = self.serve_aloud()
        clip = self.clip("long.mp4", "854x480", 12)
        a = self.add(clip)
        self.publish_with(a["address"])
        self.heard("media_poster")
        self.heard("media_plays")
        self.assertEqual(server.get(a["address"] + "/master.m3u8")[0], 200)
        server.kill()
        self.assertEqual(self.job(a["id"])["state"], "running")
        server = self.serve()
        # What played before goes on until the new take does.
        self.assertEqual(server.get(a["address"] + "/master.m3u8")[0], 200)
        job = self.ended(clip)
        self.assertEqual((job["state"], job["attempts"]), ("done", 2))
        self.assertIn("2/v240_00001.m4s", self.whole(server, a["address"]))
        [films] = (self.data / "media/films").glob("*/*/*")
        self.assertEqual([p.name for p in films.iterdir()], ["2"])
        self.nothing_is_wrong()

    def test_stop__gives_back_what_is_under_way(self):
        server = self.serve_aloud()
        a = self.add(self.clip("long.mp4", "854x480", 12))
        self.heard("media_plays")
        self.assertEqual(server.stop(), 0)
        self.assertEqual((self.job(a["id"])["state"],
                          self.job(a["id"])["attempts"]), ("waiting", 0))

    def workers(self, server, program="masthead-video"):
        """Its processes below the server."""
        out = []
        for task in Path(f"/proc/{server.process.pid}/task").iterdir():
            with contextlib.suppress(OSError):  # one that has ended
                for pid in (task / "children").read_text().split():
                    if os.readlink(f"/proc/{pid}/exe").endswith(program):
                        out.append(int(pid))
        return out

    def turn(self, worker):
        """How it is scheduled, and its niceness."""
        return (os.sched_getscheduler(worker),
                os.getpriority(os.PRIO_PROCESS, worker))

    def test_workers__go_after_readers_and_ladders_after_all(self):
        server = self.serve_aloud()
        self.add(self.clip("long.mp4", "854x480", 12))
        self.heard("media_plays")
        [worker] = self.workers(server)
        self.assertEqual(self.turn(worker), (os.SCHED_IDLE, 19))
        # Somebody waits for what is made of a picture.
        still = self.room / "large.png"
        subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi",
                        "-i", "testsrc2=s=5000x4000", "-frames:v", "1", still],
                       check=True, timeout=PATIENCE)
        client = subprocess.Popen(
            [PROGRAM, "media", "add", still, "--data", self.data],
            stdout=subprocess.DEVNULL)
        self.addCleanup(client.wait)
        seen = set()
        while client.poll() is None:
            for worker in self.workers(server, "masthead-media"):
                with contextlib.suppress(OSError):
                    seen.add(self.turn(worker))
        self.assertIn((os.SCHED_OTHER, 10), seen)
        self.assertNotIn(os.SCHED_IDLE, [policy for policy, _ in seen])

    def test_worker__that_dies_is_a_job_with_a_reason(self):
        server = self.serve_aloud()
        clip = self.clip("long.mp4", "854x480", 12)
        a = self.add(clip)
        self.heard("media_plays")
        [worker] = self.workers(server)
        os.kill(worker, signal.SIGSEGV)
        job = self.ended(clip)
        self.assertEqual(job["state"], "failed")
        self.assertIn("damaged", job["reason"])
        self.assertEqual(server.get("/healthz")[0], 200)
        # Nothing of it is left to be served, nor on the disk.
        self.publish_with(a["address"])
        self.assertEqual(server.get(a["address"] + "/master.m3u8")[0], 404)
        b = self.add(self.clip("other.mp4"), "--wait")
        self.assertEqual(b["job"]["state"], "done")
        self.assertEqual(self.finish(a["id"])["state"], "done")
        self.assertEqual(server.get(a["address"] + "/master.m3u8")[0], 200)

    def test_retry__keeps_what_readers_have(self):
        server = self.serve()
        a = self.add(self.clip(), "--wait")
        self.publish_with(a["address"])
        self.assertIn("1/v240.m3u8", self.whole(server, a["address"]))
        self.masthead("media", "retry", a["id"], "--wait")
        self.assertIn("2/v240.m3u8", self.whole(server, a["address"]))

    def test_check__tells_of_files_that_are_missing(self):
        server = self.serve()
        clip = self.clip()
        a = self.add(clip, "--wait")
        server.stop()
        self.assertIn("films: 1 films and sounds have all that was made of them",
                      self.checked("good"))
        self.assertEqual(self.checked("fault"), [])
        [segment] = (self.data / "media/films").rglob("v240_00002.m4s")
        segment.unlink()
        [whole] = (self.data / "media/films").rglob("file.mp4")
        whole.chmod(0o600)
        whole.write_bytes(whole.read_bytes()[:-1])
        found = "\n".join(self.checked("fault"))
        self.assertIn("files of rendition v240 of asset 1", found)
        self.assertIn("files of rendition file of asset 1", found)
        self.assertNotIn("rendition v360", found)
        self.masthead("media", "retry", a["id"])
        self.assertIn("films: asset 1 is waiting",
                      "\n".join(self.checked("note")))
        self.serve()
        self.assertEqual(self.ended(clip)["state"], "done")
        self.nothing_is_wrong()

    def test_original__that_is_missing_is_said(self):
        clip = self.clip()
        a = self.add(clip)
        [blob] = [p for p in (self.data / "media/blobs").rglob("*")
                  if p.is_file()]
        blob.unlink()
        self.serve_aloud()
        self.heard("media")
        job = self.job(a["id"])
        self.assertEqual(job["state"], "failed")
        self.assertIn("The original is missing", job["reason"])
        # The file brought back, it is made.
        self.add(clip)
        self.assertEqual(self.finish(a["id"])["state"], "done")


if __name__ == "__main__":
    main()
