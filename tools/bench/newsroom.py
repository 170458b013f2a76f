# SPDX-License-Identifier: MIT
"""The archives that the bench makes and keeps, and what it knows of them."""

import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time

from machine import HERE, Connection, Masthead, Progress, say

CHUNK = 20000          # stories written, imported and deleted at a time
BYTES_A_STORY = 25000  # of disk, generously; said and checked before
DRAFTS = 400           # for the publish mark
BRING_UP_SECONDS = 3600
HOUSE = "bench"


def generation():
    """Of the generator: another text of it makes other stories, and a new archive."""
    return hashlib.sha256((HERE / "archive.c").read_bytes()).hexdigest()[:8]


def run(command, **more):
    r = subprocess.run([str(c) for c in command], capture_output=True, text=True,
                       check=False, **more)
    if r.returncode != 0:
        sys.exit(f"{' '.join(map(str, command[:3]))} failed: {r.stderr.strip() or r.stdout[-2000:]}")
    return r.stdout


def found(program, data):
    shutil.rmtree(data, ignore_errors=True)
    run([program, "init", "--data", data, "--title", "The Bench", "--house", HOUSE,
         "--zone", "UTC"])


def import_folder(program, data, folder):
    """Seconds that it took, on both cores, ready to be read at the end."""
    began = time.monotonic()
    report = json.loads(run(["taskset", "-c", "0,1", program, "import", folder,
                             "--data", data, "--json"]))
    spent = time.monotonic() - began
    return spent, report


class Archive:
    """A data folder of so many stories, kept in build/bench between runs.

    An older program's is brought up to the present schema and index, as a house
    would do it: by serving it.  What its import took stays that program's; the
    note says which it was.
    """

    def __init__(self, bench, count):
        self.bench, self.count = bench, count
        self.folder = bench.folder / f"archive-{count}-{generation()}"
        self.data = self.folder / "newsroom"
        self.note = self.folder / "archive.json"

    def make(self):
        if self.note.exists():
            self.facts = json.loads(self.note.read_text())
            say(f"Archive of {self.count:,} stories: there already, {self.folder}, made by "
                f"{self.maker()}")
            self.bring_up()
            return self
        self.check_disk()
        say(f"Archive of {self.count:,} stories: made now in {self.folder}")
        self.folder.mkdir(parents=True, exist_ok=True)
        found(self.bench.program, self.data)
        chunks, progress = [], Progress("stories in", self.count)
        for start in range(0, self.count, CHUNK):
            n = min(CHUNK, self.count - start)
            spent = self.take("mixed", start, n, f"a{start // CHUNK:04}")
            chunks.append([n, spent])
            progress.at(start + n)
        self.take("drafts", 0, DRAFTS, "drafts")
        self.facts = {"stories": self.count, "chunks": chunks,
                      "program": self.bench.version}
        self.note.write_text(json.dumps(self.facts))
        return self

    def read_once(self):
        """Its file in the kernel's memory, as far as it fits: as of a server that runs for days."""
        piece = bytearray(8 << 20)
        with open(self.data / "newsroom.db", "rb", buffering=0) as file:
            while file.readinto(piece):
                pass

    def maker(self):
        return self.facts.get("program", "an earlier program")

    def bring_up(self):
        """A newer schema, and an index of newer words, before anything is measured."""
        began = time.monotonic()
        with Masthead(self.bench.program, self.data) as server:
            server.wait(BRING_UP_SECONDS)
            server.settle(BRING_UP_SECONDS)
        say(f"  brought up in {time.monotonic() - began:.0f} s")

    def bytes_a_story(self):
        return (self.data / "newsroom.db").stat().st_size / self.count

    def take(self, kind, start, n, name):
        folder = self.folder / "tmp" / name
        run([self.bench.generator, kind, start, n, max(n, self.count), self.made(folder)])
        spent, report = import_folder(self.bench.program, self.data, folder)
        shutil.rmtree(folder)
        if report["taken"] != n:
            sys.exit(f"{report['taken']} of {n} stories were taken from {folder}: "
                     f"{json.dumps(report)[:2000]}")
        return spent

    @staticmethod
    def made(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        return folder

    def check_disk(self):
        need = self.count * BYTES_A_STORY + CHUNK * BYTES_A_STORY
        self.bench.folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.bench.folder).free
        say(f"An archive of {self.count:,} stories needs up to {need / 1e9:.1f} GB of disk; "
            f"{free / 1e9:.1f} GB are free")
        if need > free:
            sys.exit("that is not enough: free some, or ask for fewer with STORIES=…")

    def stories_a_second(self):
        """Of the newest tenth, when the archive was nearly this large."""
        tail = self.facts["chunks"][-max(1, len(self.facts["chunks"]) // 10):]
        return sum(n for n, _ in tail) / sum(s for _, s in tail)


def story_paths(port, want):
    """Addresses of that many stories, spread over the archive's months."""
    c = Connection(port)
    status, head, body = c.get("/sitemap.xml")
    if status != 200:
        sys.exit(f"/sitemap.xml: {head.splitlines()[0].decode()}")
    maps = re.findall(r"<loc>https?://[^/]+(/sitemap/\d{4}-[^<]+)</loc>", body.decode())
    months = len(maps)
    # Twelve months, evenly; then those between them, while there are too few stories.
    maps = maps[::max(1, months // 12)] + [m for i, m in enumerate(maps) if i % max(1, months // 12)]
    out = []
    for path in maps:
        if len(out) >= want:
            break
        body = c.get(path)[2].decode()
        month = re.findall(r"<loc>https?://[^/]+(/[^<]*news/\d+/[^<]+)</loc>", body)
        out += month[::max(1, 12 * len(month) // want)]
    c.close()
    return out[:want]
