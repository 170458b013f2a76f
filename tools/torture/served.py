# SPDX-License-Identifier: MIT
"""The failures of faults.py in a running server, which lives on.

It publishes, imports and makes pages while one of its calls fails.  Readers
see what the store says, all of it or nothing; a page that could not be made
says so, and is there when it is asked for again.
"""
import contextlib
import json
import re
import sqlite3
import subprocess

import faults
import newsroom
from newsroom import run

# Without memory the process ends, and without threads it does not begin.
KINDS = {kind: of for kind, of in faults.KINDS.items()
         if kind not in ("large allocation", "thread")}
FILES = 3  # of a folder that is imported
# Times and numbers of revisions.
MOVES = re.compile(rb"\d{4}-\d\d-\d\d[T ][\d:.]+(Z|[+-][\d:]+)?|\d\d:\d\d(:\d\d)?")
PAGES = ["/", "/news/1/the-harbour", "/feed.rss", "/section/harbour", "/archive",
         "/search?q=number", "/sitemap.xml", "/api/v1/stories", "/lite/"]


@contextlib.contextmanager
def serving(t, page, data):
    """A server that is alive at the end, on a newsroom that is whole."""
    page.tell()
    server = newsroom.Server(data, env={**t.env, **page.env})
    try:
        yield server
        page.tell()
        if server.process.poll() is None:
            server.stop()
        found = t.check(data)
        if found:
            t.finding(f"after the server's end: {found}")
    finally:
        server.clean_up()


def ask(t, what, *words):
    """A command to the server; None when it hangs."""
    try:
        return subprocess.run(
            [newsroom.PROGRAM, *map(str, words)], capture_output=True,
            text=True, env=t.env, timeout=newsroom.PATIENCE)
    except subprocess.TimeoutExpired:
        t.finding(f"{what}: it hangs")
        return None


def lives(t, server, what):
    if server.process.poll() is None:
        return True
    t.finding(f"{what}: the server ended:\n{server.said()[-2000:]}")
    return False


def points(t, page, number, errors):
    """1, 2, 3 … until no call of that kind is left to fail."""
    at, came = 0, True
    while came and at < t.limit:
        at += 1
        page.tell(number, errors[at % len(errors)], at)
        yield at
        page.off()
        came = page.heard()[1] > 0


def visible(server, story):
    return server.get(f"/api/v1/stories/{story}")[0] == 200


def publishes(t):
    """Publish and withdraw; what failed is not seen, the rest is."""
    page = faults.Page(t.room / "page", t.library)
    data = t.fresh()
    total = unclear = 0
    with serving(t, page, data) as server:
        shown = False
        for kind, (number, errors) in KINDS.items():
            for at in points(t, page, number, errors):
                deed = "unpublish" if shown else "publish"
                what = f"server, {deed}, {kind} {at}"
                done = ask(t, what, "story", deed, 1, "--data", data)
                page.off()
                total += page.heard()[1]
                if done is None or not lives(t, server, what):
                    break
                now = visible(server, 1)
                if done.returncode == 0 and now == shown:
                    t.finding(f"{what}: acknowledged, and readers see it not")
                if done.returncode not in (0, 1):
                    t.finding(f"{what}: it ended with {done.returncode}")
                # A commit whose fsync failed may stand all the same.
                unclear += done.returncode == 1 and now != shown
                if now != (faults.stories(data)[1]["state"] == "published"):
                    t.finding(f"{what}: readers and the store do not agree")
                shown = now
    return {"failures while a server publishes": total,
            "of them refused, and done all the same": unclear}


def some_files(t, n):
    """A folder of its own, with a picture of its own."""
    folder = t.room / f"some{n}"
    folder.mkdir()
    picture = (t.material / "pictured" / "quay.png").read_bytes()
    (folder / "quay.png").write_bytes(picture + b"%d" % n)
    for i in range(FILES):
        lead = "lead: quay.png\nlead_alt: A quay.\n" if i == 0 else ""
        (folder / f"{i}.md").write_text(newsroom.markdown(i).replace(
            "slug: story-", f"{lead}slug: some{n}-"))
    return folder


def readers_see(server, n):
    """Which of that folder's stories."""
    status, body = server.get("/api/v1/stories?limit=50")
    return {s["url"].rpartition("/")[2] for s in json.loads(body)["stories"]
            if f"/some{n}-" in s["url"]} if status == 200 else None


def store_has(data, n):
    with contextlib.closing(sqlite3.connect(data / "newsroom.db")) as db:
        return {slug for (slug,) in db.execute(
            "SELECT slug FROM story WHERE state = 'published' AND slug LIKE ?",
            (f"some{n}-%",))}


def imports(t):
    """Imports; readers see what the store has, and it can be finished."""
    page = faults.Page(t.room / "page", t.library)
    data = t.fresh()
    total = n = 0
    with serving(t, page, data) as server:
        for kind, (number, errors) in KINDS.items():
            for at in points(t, page, number, errors):
                n += 1
                folder = some_files(t, n)
                what = f"server, import, {kind} {at}"
                # A new folder: the fault falls into what is counted from here.
                page.tell(number, errors[at % len(errors)], at)
                done = ask(t, what, "import", folder, "--data", data)
                page.off()
                total += page.heard()[1]
                if done is None or not lives(t, server, what):
                    break
                if done.returncode not in (0, 1):
                    t.finding(f"{what}: it ended with {done.returncode}")
                has = store_has(data, n)
                if done.returncode == 0 and len(has) != FILES:
                    t.finding(f"{what}: acknowledged, and {len(has)} of {FILES} "
                              f"stories are there: {done.stdout[-300:]}")
                if readers_see(server, n) != has:
                    t.finding(f"{what}: readers and the store do not agree")
                again = ask(t, what, "import", folder, "--data", data)
                if again and (again.returncode or
                              len(readers_see(server, n)) != FILES):
                    t.finding(f"{what}: the next try fails: "
                              f"{again.stdout[-300:]}{again.stderr[-300:]}")
    return {"failures while a server imports": total}


def makes_pages(t):
    """Pages that cannot be made: an error, then the page, never half of it."""
    page = faults.Page(t.room / "page", t.library)
    data = t.fresh()
    run("import", t.material / "folder", "--data", data)
    total = errors_seen = 0
    with serving(t, page, data) as server:
        run("story", "publish", 1, "--data", data)
        for path in t.sample(PAGES):
            whole = server.get(path)[1]
            for kind, (number, errors) in KINDS.items():
                for at in points(t, page, number, errors):
                    what = f"server, {path}, {kind} {at}"
                    page.off()  # so that only the page is what fails
                    run("story", "unpublish", 1, "--data", data)
                    run("story", "publish", 1, "--data", data)
                    page.tell(number, errors[at % len(errors)], at)
                    status, body = get(t, server, path, what)
                    page.off()
                    total += page.heard()[1]
                    errors_seen += status >= 500
                    if not lives(t, server, what):
                        break
                    if status < 500 and same(body) != same(whole):
                        t.finding(f"{what}: {status}, and not the page: "
                                  f"{difference(whole, body)}")
                    status, body = server.get(path)
                    if status >= 400 or same(body) != same(whole):
                        t.finding(f"{what}: then {status}, and not the page: "
                                  f"{difference(whole, body)}")
    return {"failures while a server makes a page": total,
            "of them answered with an error": errors_seen}


def get(t, server, path, what):
    try:
        return server.get(path)
    except OSError as why:
        t.finding(f"{what}: no answer: {why}")
        return 500, b""


def difference(whole, body):
    """The first lines that differ."""
    ours, theirs = same(whole).splitlines(), same(body).splitlines()
    return next(((a[:300], b[:300]) for a, b in zip(ours, theirs) if a != b),
                (len(ours), len(theirs)))


def same(body):
    """Without what each publish changes."""
    return MOVES.sub(b"", body)
