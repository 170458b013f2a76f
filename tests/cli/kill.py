#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kill -9 in the middle of an import, a hundred times over, and of what a server
does when nobody writes.

Nothing that was acknowledged is lost, nothing is doubled, nothing stands
half; the import is finished by starting it again.
"""

import contextlib
import json
import os
import random
import re
import sqlite3
import struct
import subprocess
import time
import unittest

import hugo
from newsroom import (PATIENCE, PROGRAM, SANITIZED, NewsroomTest, main,
                      markdown)

# A sanitizer makes the starts slow, of which these tests have many.
KILLS = 30 if SANITIZED else 100
SERVER_KILLS = 10
KEEPER_KILLS = 2 if SANITIZED else 4
STORIES = 3000
# Seconds in which a kill falls: of what is begun anew, and of a whole import.
MOMENT = 0.3 if SANITIZED else 0.06
WHOLE = 5 if SANITIZED else 1
JOINED = 250  # stories of the archive whose files name each other


class Kill(NewsroomTest):
    def setUp(self):
        super().setUp()
        self.archive = self.room / "archive"
        for n in range(STORIES):
            self.write(f"archive/{n:05}.md", markdown(n))

    def import_and_kill(self, victim=None, moment=MOMENT):
        """true if it was in the middle of it."""
        client = subprocess.Popen(
            [PROGRAM, "import", self.archive, "--data", self.data],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0, moment))
        (victim or client).kill()
        status = client.wait(PATIENCE)
        return status == (1 if victim else -9)

    def sound(self, least):
        """Whole, and no fewer stories than before: their number."""
        self.masthead("audit", "verify")
        stories = self.stories()
        self.assertGreaterEqual(len(stories), least)
        self.assertEqual({s["state"] for s in stories} - {"published"}, set())
        slugs = [s["slug"] for s in stories]
        self.assertEqual(len(set(slugs)), len(slugs), "a story is doubled")
        return len(stories)

    def finish(self):
        """The same import once more, to its end."""
        before = self.sound(0)
        report = self.json("import", str(self.archive))
        self.assertEqual(report["unchanged"], before)
        self.assertEqual(report["taken"], STORIES - before)
        self.assertEqual(self.sound(0), STORIES)
        self.nothing_is_wrong()

    def test_import__killed_many_times(self):
        killed = stories = 0
        while killed < KILLS:
            if self.import_and_kill():
                killed += 1
                if killed % 10 == 0:
                    stories = self.sound(stories)
            else:  # all is in: from the beginning
                self.assertEqual(self.sound(stories), STORIES)
                self.fresh()
                stories = 0
        self.finish()

    def test_server__killed_during_imports(self):
        killed = stories = 0
        while killed < SERVER_KILLS:
            server = self.serve()
            # A client that comes too late for the server does it itself.
            killed += self.import_and_kill(server.process, WHOLE)
            server.kill()
            stories = self.sound(stories)
            if stories == STORIES:
                self.fresh()
                stories = 0
        self.finish()


class KillArchive(Kill):
    """The same of an archive whose files name each other.

    An id is reserved for a story that others link to and that comes later,
    and authors stand in files of their own: a kill may fall in between.
    """

    def setUp(self):
        NewsroomTest.setUp(self)
        self.archive = self.room / "content"
        self.files = hugo.write(self, JOINED)

    test_server__killed_during_imports = None  # the plain one shows it

    def rows(self, query):
        with contextlib.closing(
                sqlite3.connect(self.data / "newsroom.db")) as db:
            return db.execute(query).fetchall()

    def sound(self, least):
        """What is there is whole; reserved ids alone may still wait."""
        self.masthead("audit", "verify")
        states = dict(self.rows(
            "SELECT state, count(*) FROM story GROUP BY state"))
        self.assertEqual(set(states) - {"published", "stub"}, set())
        published = states.get("published", 0)
        self.assertGreaterEqual(published, least)
        self.assertEqual(
            self.rows("SELECT count(*) FROM revision"), [(published,)])
        for table in ("story", "author", "tag"):
            self.assertEqual(
                self.rows(f"SELECT slug, count(*) FROM {table} WHERE slug <> ''"
                          " GROUP BY slug HAVING count(*) > 1"), [],
                f"a {table} is doubled")
        return published

    def test_import__killed_many_times(self):
        killed = published = 0
        while killed < KILLS:
            if self.import_and_kill(moment=MOMENT * 6):
                killed += 1
                if killed % 10 == 0:
                    published = self.sound(published)
            else:  # all is in: from the beginning
                self.all_is_joined()
                self.fresh()
                published = 0
        report = self.json("import", str(self.archive))
        self.assertEqual(report["refused"], 0)
        self.all_is_joined()
        self.nothing_is_wrong()

    def all_is_joined(self):
        self.assertEqual(self.sound(JOINED), JOINED)
        self.assertEqual(
            self.rows("SELECT count(*) FROM story WHERE state = 'stub'"),
            [(0,)])
        for table, there in (("author", hugo.AUTHORS), ("tag", hugo.TOPICS),
                             ("redirect", 4 * JOINED)):
            ((n,),) = self.rows(f"SELECT count(*) FROM {table}")
            self.assertGreaterEqual(n, there)
            if table != "redirect":
                self.assertEqual(n, there)
        slugs = dict(self.rows("SELECT id, slug FROM story"))
        links = 0
        for (body,) in self.rows("SELECT body FROM revision"):
            for story, slug in re.findall(r'href="/news/(\d+)/([^"/]*)"',
                                          body):
                self.assertEqual(slugs.get(int(story)), slug)
                links += 1
        self.assertEqual(links, 3 * JOINED)


class KillKeeper(NewsroomTest):
    """A server that tidies up behind its writer.

    What it writes when no command runs is the keeper's: a file that changes then
    is one that it is at.
    """

    def setUp(self):
        super().setUp()
        self.published = 0

    def publish_some(self, n, words=0):
        folder = self.room / f"batch{self.published}"
        folder.mkdir()
        for _ in range(n):
            self.published += 1
            # Words of its own: each makes the index larger.
            more = " ".join(f"w{self.published}x{i}" for i in range(words))
            (folder / f"{self.published}.md").write_text(
                markdown(self.published) + more + "\n")
        self.assertEqual(self.told("import", folder)["taken"], n)

    def told(self, *words):
        """What is acknowledged, not what comes when the client has ended."""
        client = subprocess.Popen(
            [PROGRAM, *words, "--json", "--data", self.data],
            stdout=subprocess.PIPE)
        self.addCleanup(client.stdout.close)
        self.addCleanup(client.wait)
        said = b""
        while more := os.read(client.stdout.fileno(), 1 << 16):
            said += more
            with contextlib.suppress(json.JSONDecodeError):
                return json.loads(said)
        self.fail(said)

    def kill_at(self, server, file, publish):
        """When the keeper has begun to write that file."""
        path = self.data / file
        while True:
            publish()
            was = path.stat().st_mtime_ns
            # It may have had nothing to do, or have done it already.
            end = time.monotonic() + 3 * MOMENT
            while time.monotonic() < end:
                if path.stat().st_mtime_ns != was:
                    time.sleep(random.uniform(0, MOMENT / 20))
                    server.kill()
                    return

    def all_is_there(self):
        self.nothing_is_wrong()
        self.masthead("audit", "verify")
        self.assertEqual(
            sorted(s["slug"] for s in self.stories()),
            sorted(f"story-{n}" for n in range(1, self.published + 1)))
        server = self.serve()
        for n in (1, self.published):
            status, page = server.get(f"/search?q=%22number+{n}%22")
            self.assertEqual(status, 200)
            self.assertIn(f"/story-{n}\"", page.decode())
        return server

    def test_server__killed_while_its_index_is_merged(self):
        server = self.serve()
        for _ in range(KEEPER_KILLS):
            self.kill_at(server, "newsroom.db-wal", lambda: self.publish_some(1))
            server = self.all_is_there()

    def is_half_moved(self):
        """sqlite.org/walformat: the index says what was tried, what is done."""
        index = (self.data / "newsroom.db-shm").read_bytes()
        (done,) = struct.unpack_from("=I", index, 96)
        (tried,) = struct.unpack_from("=I", index, 128)
        return done < tried

    def test_server__killed_while_its_log_is_moved(self):
        server = self.serve()
        half = 0
        while half < KEEPER_KILLS:
            # Nothing else writes this file: commits go to the log.
            self.kill_at(server, "newsroom.db",
                         lambda: self.publish_some(30, words=4000))
            half += self.is_half_moved()
            server = self.all_is_there()


if __name__ == "__main__":
    main()
