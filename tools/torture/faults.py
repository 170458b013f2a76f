# SPDX-License-Identifier: MIT
"""One failure at every point where the program asks the system for something.

A run without failure says how often it asks.  Then it is run once for each:
the first write fails, the second, and so on.  Whatever fails, the program
ends with a sentence or does its work all the same, the newsroom is whole,
what was acknowledged is kept, and the next try succeeds.
"""
import contextlib
import errno
import json
import mmap
import sqlite3
import struct
import subprocess

import newsroom
from newsroom import run

LAYOUT = struct.Struct("=iiqqqqq")  # struct page of fault.c
KINDS = {
    "statement step": (1, [7, 10, 13]),  # SQLITE_NOMEM, _IOERR, _FULL
    "write": (2, [errno.ENOSPC, errno.EIO]),
    "fsync": (3, [errno.EIO]),
    "rename": (4, [errno.ENOSPC]),
    "spawn": (5, [errno.EAGAIN]),
    "large allocation": (6, [errno.ENOMEM]),
    "open": (7, [errno.EMFILE, errno.EIO, errno.EACCES]),
    "read": (8, [errno.EIO]),
    "mapping": (9, [errno.ENOMEM]),
    "thread": (10, [errno.EAGAIN]),
}
# Without memory the program ends at once, which must do no harm.
ABORTED = -6


class Page:
    """What fault.so is told, and says."""

    def __init__(self, path, library):
        path.write_bytes(bytes(LAYOUT.size))
        self.file = open(path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), LAYOUT.size)
        self.env = {"TORTURE_PAGE": str(path), "LD_PRELOAD": str(library)}
        self.ahead = 0

    def tell(self, kind=0, error=0, at=0, stays=False):
        self.map[:] = LAYOUT.pack(kind, error, at, stays, 0, 0, self.ahead)

    def off(self):
        """No more failures; what was heard is kept."""
        self.map[:4] = bytes(4)

    def heard(self):
        """Calls seen, calls failed."""
        return LAYOUT.unpack(self.map[:])[4:6]

    def move_clock(self, seconds):
        self.ahead = seconds
        self.tell()


class Deed:
    """Something that a person has done: how, and how to see that it is."""

    def __init__(self, name, words, done, mould=None):
        self.name, self.words, self.done = name, words, done
        self.mould = mould


def stories(data):
    return {s["id"]: s for s in json.loads(
        run("story", "list", "--json", "--limit", "1000", "--data", data).stdout)}


def indexed(data):
    with contextlib.closing(sqlite3.connect(data / "newsroom.db")) as db:
        (n,) = db.execute("SELECT count(*) FROM search_doc").fetchone()
        (waiting,) = db.execute("SELECT count(*) FROM search_wait").fetchone()
    return n - waiting


def deeds(t):
    """Deeds on the mould, which has a draft, story 1."""
    material = t.material
    return [
        Deed("publish", ["story", "publish", "1"],
             lambda d: stories(d)[1]["state"] == "published"),
        Deed("save a revision", ["story", "edit", "1", "--file",
                                 material / "edited.md"],
             lambda d: stories(d)[1]["headline"] == "A calmer harbour"),
        Deed("import a story with its picture",
             ["import", material / "pictured"],
             lambda d: any(s["headline"] == "A quay in fog"
                           for s in stories(d).values())),
        Deed("import a folder", ["import", material / "folder"],
             lambda d: sum(s["headline"].startswith("Story number")
                           for s in stories(d).values()) == t.folder_stories),
        Deed("make the search index anew", ["search", "rebuild"],
             lambda d: indexed(d) == t.full_stories, t.full),
    ]


def whole(t, data, what):
    found = t.look(data)
    if found:
        t.finding(f"{what}: the newsroom is not whole: {found}")


def once(t, page, deed, kind, error, at, stays):
    """Runs the deed with that failure; true if the failure came."""
    what = f"{deed.name}, {kind} {at} fails with {error}{', and all after' if stays else ''}"
    data = t.fresh(deed.mould)
    page.tell(KINDS[kind][0], error, at, stays)
    try:
        done = subprocess.run(
            [newsroom.PROGRAM, *map(str, deed.words), "--data", data],
            capture_output=True, text=True, timeout=newsroom.PATIENCE,
            env={**t.env, **page.env})
    except subprocess.TimeoutExpired:
        t.finding(f"{what}: it hangs")
        return True
    finally:
        hit = page.heard()[1]
        page.tell()
    if not hit:
        return False
    if done.returncode not in (0, 1) and not (
            kind == "large allocation" and done.returncode == ABORTED):
        t.finding(f"{what}: it ended with {done.returncode}: {done.stderr[-300:]}")
    if done.returncode == 1 and "masthead: " not in done.stderr + done.stdout:
        t.finding(f"{what}: it failed without a sentence: {done.stderr[-300:]}")
    whole(t, data, what)
    there = deed.done(data)
    if done.returncode == 0 and not there:
        # An import that says what it left out has told the truth.
        if deed.words[0] != "import" or "1 refused" not in done.stdout:
            t.finding(f"{what}: acknowledged, and not there: {done.stdout[-300:]}")
    again = subprocess.run(
        [newsroom.PROGRAM, *map(str, deed.words), "--data", data],
        capture_output=True, text=True, timeout=newsroom.PATIENCE, env=t.env)
    if not there and again.returncode != 0:
        t.finding(f"{what}: the next try fails: {again.stderr[-300:]}")
    if not deed.done(data):
        t.finding(f"{what}: not there after the next try")
    whole(t, data, what + ", after the next try")
    return True


def commands(t):
    """Every point of every deed, done by the command itself."""
    page = Page(t.room / "page", t.library)
    total = 0
    for deed in deeds(t):
        points = []
        for kind, (number, errors) in KINDS.items():
            data = t.fresh(deed.mould)
            page.tell(number)
            run(*deed.words, "--data", data, env={**t.env, **page.env})
            seen = page.heard()[0]
            points.append(f"{seen} {kind}")
            for at in t.sample(range(1, seen + 1)):
                error = errors[at % len(errors)]
                total += once(t, page, deed, kind, error, at, False)
                if kind in ("write", "fsync"):
                    total += once(t, page, deed, kind, error, at, True)
        t.say(f"{deed.name}: points {', '.join(points)}")
    return {"failures injected into commands": total}
