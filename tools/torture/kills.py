# SPDX-License-Identifier: MIT
"""kill -9 of the server at random moments under load.

Two writers publish, edit and correct through the server, a third imports, while
readers read.  Each deed is written down when it was acknowledged.  After the
kill a new server must know every one of them, and show it to readers; an
import that was cut off is finished by starting it again.
"""
import contextlib
import json
import re
import shutil
import sqlite3
import subprocess
import threading

import newsroom

WRITERS = 2
BATCH = 25  # stories of a folder that is imported


class Ledger:
    """What was acknowledged: the newest number of each story."""

    def __init__(self):
        self.lock = threading.Lock()
        self.kept = {}

    def note(self, story, number):
        with self.lock:
            self.kept[story] = number


def write(t, data, story, ledger, number, stop):
    """Saves and publishes headline after headline until the server is gone."""
    while not stop.is_set():
        number += 1
        done = t.edit(data, story, f"Number {number} of {story}")
        if done.returncode == 0:
            done = subprocess.run(
                [newsroom.PROGRAM, "story", "publish", str(story), "--data",
                 data], capture_output=True, text=True, env=t.env,
                timeout=newsroom.PATIENCE)
        if done.returncode == 0:
            ledger.note(story, number)
        elif done.returncode < 0:
            t.finding(f"a client died: {done.returncode}")
        else:
            stop.wait(0.01)


def read(server, stop):
    while not stop.is_set():
        try:
            for path in ("/", "/feed.rss", "/news/1", "/search?q=number"):
                server.get(path)
        except OSError:
            return


def shown(server, story):
    status, body = server.get(f"/api/v1/stories/{story}?fields=headline")
    if status != 200:
        return 0
    found = re.match(r"Number (\d+) of", json.loads(body)["headline"])
    return int(found[1]) if found else 0


class Imports:
    """Folder after folder, each of another name; some are cut off."""

    def __init__(self, t, data):
        self.t, self.data, self.n = t, data, 0
        self.folder = t.room / "batch0"
        self.whole = []  # acknowledged; looked for after the kill
        self.finished = 0

    def make(self):
        self.n += 1
        shutil.rmtree(self.folder, ignore_errors=True)
        # A file of the same name would be the same story, changed.
        self.folder = self.t.room / f"batch{self.n}"
        self.folder.mkdir()
        for i in range(BATCH):
            (self.folder / f"{i}.md").write_text(
                newsroom.markdown(i).replace("slug: story-", f"slug: b{self.n}-s-"))

    def take(self):
        done = subprocess.run(
            [newsroom.PROGRAM, "import", self.folder, "--data", self.data],
            capture_output=True, text=True, env=self.t.env,
            timeout=newsroom.PATIENCE)
        if done.returncode == 0:
            self.whole.append(self.n)
        elif done.returncode < 0:
            self.t.finding(f"an import died: {done.returncode}")
        return done.returncode == 0

    def work(self, stop):
        while not stop.is_set():
            self.make()
            if not self.take():
                return

    def check(self, kill):
        """With a new server: is all there, and can the last be finished?"""
        if self.n and self.n not in self.whole and not self.take():
            self.t.finding(f"kill {kill}: import {self.n} cannot be finished")
        with contextlib.closing(sqlite3.connect(self.data / "newsroom.db")) as db:
            for n in self.whole:
                (there,) = db.execute(
                    "SELECT count(*) FROM story WHERE state = 'published' AND "
                    "slug LIKE ?", (f"b{n}-s-%",)).fetchone()
                if there != BATCH:
                    self.t.finding(f"kill {kill}: of import {n}'s {BATCH} stories "
                                   f"{there} are there")
        self.finished += len(self.whole)
        self.whole = []


def new_story(t, data):
    newsroom.run("story", "new", "--file", t.material / "draft.md", "--data", data)


def kills(t):
    data = t.fresh()
    for _ in range(WRITERS - 1):
        new_story(t, data)
    ledger, acknowledged = Ledger(), 0
    imports = Imports(t, data)
    for n in range(t.args.kills):
        server = newsroom.Server(data, env=t.env)
        for story, number in ledger.kept.items():
            now = shown(server, story)
            if now < number:
                t.finding(f"kill {n}: story {story} was acknowledged with "
                          f"number {number} and has {now}")
        imports.check(n)
        stop = threading.Event()
        before = dict(ledger.kept)
        threads = [threading.Thread(target=write, args=(
            t, data, s, ledger, ledger.kept.get(s, 0) + 10, stop))
            for s in range(1, WRITERS + 1)]
        threads.append(threading.Thread(target=imports.work, args=(stop,)))
        threads.append(threading.Thread(target=read, args=(server, stop)))
        for thread in threads:
            thread.start()
        stop.wait(t.random.uniform(0, 0.4))
        server.kill()
        stop.set()
        for thread in threads:
            thread.join()
        server.clean_up()
        acknowledged += sum(ledger.kept[s] != before.get(s) for s in ledger.kept)
        if n % 50 == 49:
            found = t.check(data)
            if found:
                t.finding(f"after kill {n}: {found}")
            t.say(f"{n + 1} kills")
    imports.check("the last")
    found = t.check(data)
    if found:
        t.finding(f"after the kills: {found}")
    return {"kill -9 of a server under load": t.args.kills,
            "stories acknowledged between them": acknowledged,
            "imports, whole or finished after it": imports.finished}
