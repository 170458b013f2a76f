# SPDX-License-Identifier: MIT
"""The ground gives way: the disk is full, the clock jumps."""
import contextlib
import itertools
import os
import shutil
import subprocess

import faults
import newsroom

DISK = "6m"


@contextlib.contextmanager
def small_disk(t):
    where = t.room / "disk"
    where.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "masthead",
                    where], check=True)
    try:
        yield where
    finally:
        subprocess.run(["umount", "-l", where], check=True)


def import_until_full(t, data, folder):
    done = subprocess.run([newsroom.PROGRAM, "import", folder, "--data", data],
                          capture_output=True, text=True, env=t.env,
                          timeout=newsroom.PATIENCE * 5)
    return done.returncode, done.stdout + done.stderr


def disk(t):
    """Imports into a full disk: a sentence, nothing half, and on it goes."""
    if os.geteuid() != 0:
        t.say("a small disk needs root: left out")
        return {"disk full (needs root)": 0}
    folder = t.room / "many"
    folder.mkdir()
    for n in range(3000):
        (folder / f"{n}.md").write_text(
            newsroom.markdown(n) + "A sentence of some length. " * 40)
    filled = 0
    for served in (False, True):
        with small_disk(t) as where:
            data = where / "newsroom"
            shutil.copytree(t.mould, data)
            server = newsroom.Server(data, env=t.env) if served else None
            status, said = import_until_full(t, data, folder)
            filled += 1
            if status != 1 or "masthead: " not in said:
                t.finding(f"disk full (served: {served}): exit {status}: "
                          f"{said[-300:]}")
            if server and server.get("/")[0] != 200:
                t.finding("disk full: the server does not answer any more")
            before = len(faults.stories(data))
            subprocess.run(["mount", "-o", "remount,size=200m", where], check=True)
            status, said = import_until_full(t, data, folder)
            if status != 0:
                t.finding(f"disk free again (served: {served}): exit {status}: "
                          f"{said[-300:]}")
            if len(faults.stories(data)) < before:
                t.finding("disk full: stories that were there are gone")
            if server:
                server.stop()
                server.clean_up()
            found = t.check(data)
            if found:
                t.finding(f"after a full disk (served: {served}): {found}")
    return {"imports into a full disk": filled}


HOUR, DAY = 3600, 86400


def clock(t):
    """The wall clock jumps under a server with a schedule."""
    page = faults.Page(t.room / "page", t.library)
    data = t.fresh()
    server = newsroom.Server(data, env={**t.env, **page.env})
    jumps, edits = 0, itertools.count()

    def is_live():
        # The timer looks again when something was written.
        t.edit(data, 2, f"Another one, {next(edits)}")
        return server.get("/api/v1/stories/1")[0] == 200

    try:
        newsroom.run("story", "new", "--file", t.material / "draft.md",
                     "--data", data, env=t.env)
        newsroom.run("story", "schedule", 1, "+2h", "--data", data, env=t.env)
        for ahead, live in ((HOUR, False), (-DAY, False), (0, False),
                            (-30 * DAY, False), (2 * HOUR + 5, True),
                            (-DAY, True), (400 * DAY, True), (0, True)):
            page.move_clock(ahead)
            jumps += 1
            now = is_live()
            for _ in range(200):  # the timer takes a moment
                if now == live:
                    break
                now = is_live() if live else now
            if now != live:
                t.finding(f"the clock {ahead} s ahead: live is {now}")
            for path in ("/", "/feed.rss", "/archive", "/search?q=harbour"):
                if server.get(path)[0] != 200:
                    t.finding(f"the clock {ahead} s ahead: {path} is not there")
        if server.process.poll() is not None:
            t.finding("a jump of the clock ended the server")
    finally:
        server.clean_up()
    found = t.check(data)
    if found:
        t.finding(f"after the clock's jumps: {found}")
    return {"jumps of the clock": jumps}
