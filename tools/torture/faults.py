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
import shutil
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

    def heard(self):
        """Calls seen, calls failed."""
        return LAYOUT.unpack(self.map[:])[4:6]

    def move_clock(self, seconds):
        self.ahead = seconds
        self.tell()


class Deed:
    """Something that a person has done: how, and how to see that it is."""

    def __init__(self, name, words, done):
        self.name, self.words, self.done = name, words, done


def stories(data):
    return {s["id"]: s for s in json.loads(
        run("story", "list", "--json", "--limit", "1000", "--data", data).stdout)}


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
    ]


def whole(t, data, what):
    found = t.look(data)
    if found:
        t.finding(f"{what}: the newsroom is not whole: {found}")


def once(t, page, deed, kind, error, at, stays):
    """Runs the deed with that failure; true if the failure came."""
    what = f"{deed.name}, {kind} {at} fails with {error}{', and all after' if stays else ''}"
    data = t.fresh()
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
            data = t.fresh()
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


# ---- the same in a server, which lives on ----

def visible(server, story):
    return server.get(f"/api/v1/stories/{story}")[0] == 200


def served(t):
    """Publish and withdraw through a server whose calls fail."""
    page = Page(t.room / "page", t.library)
    data = t.fresh()
    total = 0
    server = newsroom.Server(data, env={**t.env, **page.env})
    try:
        for kind, (number, errors) in KINDS.items():
            if kind == "large allocation":
                continue  # the process ends, as the page of faults says
            at, came, shown = 0, True, visible(server, 1)
            while came and at < t.limit:
                at += 1
                deed = "unpublish" if shown else "publish"
                what = f"server, {deed}, {kind} {at}"
                page.tell(number, errors[at % len(errors)], at)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    done = subprocess.run(
                        [newsroom.PROGRAM, "story", deed, "1", "--data", data],
                        capture_output=True, text=True, timeout=60, env=t.env)
                came = page.heard()[1] > 0
                page.tell()
                if server.process.poll() is not None:
                    t.finding(f"{what}: the server ended:\n{server.said()[-2000:]}")
                    return {"failures injected into a server": total}
                total += came
                now = visible(server, 1)
                if done.returncode == 0 and now == shown:
                    t.finding(f"{what}: acknowledged, and readers see it not")
                if done.returncode == 1 and now != shown:
                    # Only what cannot be known may be so: a failed commit.
                    t.unclear += 1
                if now != (stories(data)[1]["state"] == "published"):
                    t.finding(f"{what}: readers and the store do not agree")
                shown = now
            deed = "unpublish" if shown else "publish"
            run("story", deed, "1", "--data", data)
        server.stop()
        found = t.check(data)
        if found:
            t.finding(f"after the server's end: {found}")
    finally:
        server.clean_up()
        shutil.rmtree(data, ignore_errors=True)
    return {"failures injected into a server": total}
