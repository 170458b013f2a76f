#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Torments the program, and counts what it bears.

	tools/torture/torture.py PROGRAM [--only WHAT …] [OPTION…]

Ends with a table, and exit status 1 when anything was found.  Takes about an
hour whole; `make torture TORTURE="--only faults --points 20"` a minute.
"""
import argparse
import contextlib
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import zlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "cli"))

import newsroom  # noqa: E402  (reads the program's path from sys.argv)

FOLDER_STORIES = 40
FULL_STORIES = 100  # more than the search index takes one by one
SHOWN = 20  # findings told again at the end


def picture(path):
    """A small PNG."""
    def chunk(name, data):
        return (struct.pack(">I", len(data)) + name + data
                + struct.pack(">I", zlib.crc32(name + data)))
    rows = b"".join(b"\0" + bytes(itertools.chain.from_iterable(
        (x * 4, y * 5, 90) for x in range(60))) for y in range(40))
    path.write_bytes(b"\x89PNG\r\n\x1a\n"
                     + chunk(b"IHDR", struct.pack(">IIBBBBB", 60, 40, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class Torture:
    """A room to work in, a newsroom to copy, and what was found."""

    def __init__(self, args):
        self.args = args
        self.room = pathlib.Path(tempfile.mkdtemp(prefix="masthead-torture-"))
        self.env = {k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}
        self.library = self.room / "fault.so"
        self.limit = args.points or 1 << 30
        self.folder_stories = FOLDER_STORIES
        self.full_stories = FULL_STORIES
        self.found, self.rows, self.unclear = [], [], 0
        self.copies = itertools.count()
        self.random = random.Random(args.seed)
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", HERE / "fault.c", "-o",
                        self.library, "-ldl"], check=True)
        self.make_material()

    def make_material(self):
        self.material = m = self.room / "material"
        (m / "folder").mkdir(parents=True)
        (m / "pictured").mkdir()
        for n in range(FOLDER_STORIES):
            (m / "folder" / f"{n}.md").write_text(newsroom.markdown(n))
        picture(m / "pictured" / "quay.png")
        (m / "pictured" / "quay.md").write_text(
            "---\ntitle: A quay in fog\ndate: 2026-01-01 10:00\n"
            "lead: quay.png\nlead_alt: A quay.\n---\nNobody saw it.\n")
        (m / "draft.md").write_text("---\ntitle: The harbour\n---\nIt is calm.\n")
        self.mould = self.room / "mould"
        self.full = self.room / "full"
        newsroom.run("init", "--data", self.mould, "--title", "T", "--house", "t")
        shutil.copytree(self.mould, self.full)
        (m / "full").mkdir()
        for n in range(FULL_STORIES):
            (m / "full" / f"{n}.md").write_text(newsroom.markdown(n))
        newsroom.run("import", m / "full", "--data", self.full)
        newsroom.run("story", "new", "--file", m / "draft.md", "--data", self.mould)
        shown = newsroom.run("story", "show", 1, "--markdown", "--data", self.mould)
        (m / "edited.md").write_text(
            shown.stdout.replace("title: The harbour", "title: A calmer harbour"))

    def fresh(self, mould=None):
        """A copy of the mould, where story 1 is a draft, or of the full one,
        which has a folder of stories.  Older copies go."""
        n = next(self.copies)
        shutil.rmtree(self.room / f"copy{n - 1}", ignore_errors=True)
        shutil.copytree(mould or self.mould, self.room / f"copy{n}")
        return self.room / f"copy{n}"

    def edit(self, data, story, title):
        """Saves a new headline; what the program said."""
        shown = subprocess.run(
            [newsroom.PROGRAM, "story", "show", str(story), "--markdown",
             "--data", data], capture_output=True, text=True, env=self.env,
            timeout=newsroom.PATIENCE)
        path = self.room / f"text{story}.md"
        path.write_text(re.sub(r"(?m)^title: .*", f"title: {title}",
                               shown.stdout, count=1))
        return subprocess.run(
            [newsroom.PROGRAM, "story", "edit", str(story), "--file", path,
             "--data", data], capture_output=True, text=True, env=self.env,
            timeout=newsroom.PATIENCE)

    def look(self, data):
        """What SQLite and audit verify find amiss: quick."""
        with contextlib.closing(sqlite3.connect(data / "newsroom.db")) as db:
            amiss = [r[0] for r in db.execute("PRAGMA integrity_check")]
            amiss += [str(r) for r in db.execute("PRAGMA foreign_key_check")]
            blobs = db.execute("SELECT blob FROM asset").fetchall()
        amiss = [a for a in amiss if a != "ok"]
        for (blob,) in blobs:
            if not list((data / "media").rglob(f"*{blob[4:]}*")):
                amiss.append(f"the original {blob} is not there")
        audit = subprocess.run([newsroom.PROGRAM, "audit", "verify", "--data", data],
                               capture_output=True, text=True, env=self.env,
                               timeout=newsroom.PATIENCE)
        return amiss + ([audit.stderr] if audit.returncode else [])

    def check(self, data):
        """The same by masthead check."""
        done = subprocess.run([newsroom.PROGRAM, "check", "--quick", "--json", "--data", data],
                              capture_output=True, text=True, env=self.env,
                              timeout=newsroom.PATIENCE)
        try:
            amiss = [f for f in json.loads(done.stdout) if f["state"] == "fault"]
        except ValueError:
            return done.stderr or done.stdout
        return amiss + self.look(data)

    def sample(self, points):
        """All, or as many as --points allows, spread over them."""
        points = list(points)
        if self.args.points and len(points) > self.args.points:
            points = sorted(self.random.sample(points, self.args.points))
        return points

    def finding(self, text):
        self.found.append(text)
        self.say(f"FOUND: {text}")

    def say(self, text):
        print(f"  {text}", file=sys.stderr, flush=True)

    def close(self):
        shutil.rmtree(self.room, ignore_errors=True)


def parts():
    import faults
    import fuzz
    import ground
    import kills
    import readers
    import served
    return {
        "faults": [faults.commands],
        "served": [served.publishes, served.imports, served.makes_pages],
        "kills": [kills.kills],
        "stale": [readers.stale],
        "stampede": [readers.stampede],
        "slow": [readers.slow],
        "disk": [ground.disk],
        "clock": [ground.clock],
        "fuzz": [fuzz.fuzz],
    }


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("program")
    p.add_argument("--only", nargs="+", metavar="WHAT")
    p.add_argument("--points", type=int, default=0,
                   help="faults of each kind at the most (all)")
    p.add_argument("--kills", type=int, default=1000)
    p.add_argument("--seconds", type=int, default=60,
                   help="of publishing under load, and of each slow attack")
    p.add_argument("--connections", type=int, default=5000)
    p.add_argument("--fuzz", type=int, default=60, metavar="SECONDS",
                   help="for each fuzzer")
    p.add_argument("--seed", type=int, default=int(time.time()))
    args = p.parse_args()
    all_parts = parts()
    for name in args.only or ():
        if name not in all_parts:
            p.error(f"there is no {name}; there are {', '.join(all_parts)}")
    t = Torture(args)
    print(f"seed {args.seed}", flush=True)
    rows = []
    try:
        for name in args.only or all_parts:
            for part in all_parts[name]:
                before, began = len(t.found), time.monotonic()
                t.say(f"{name} …")
                for what, n in part(t).items():
                    rows.append((what, n, len(t.found) - before,
                                 time.monotonic() - began))
    finally:
        t.close()
    print("| torment | count | found | seconds |\n|---|---|---|---|")
    for what, n, found, seconds in rows:
        print(f"| {what} | {n} | {found} | {seconds:.0f} |")
    for found in t.found[:SHOWN]:
        print(f"\nFOUND: {found}")
    sys.exit(1 if t.found else 0)


if __name__ == "__main__":
    main()
