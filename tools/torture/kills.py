# SPDX-License-Identifier: MIT
"""kill -9 of the server at random moments under load.

Two writers publish, edit and correct through the server while readers read.
Each deed is written down when it was acknowledged.  After the kill a new
server must know every one of them, and show it to readers.
"""
import json
import re
import subprocess
import threading

import newsroom

WRITERS = 2


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


def new_story(t, data):
    newsroom.run("story", "new", "--file", t.material / "draft.md", "--data", data)


def kills(t):
    data = t.fresh()
    for _ in range(WRITERS - 1):
        new_story(t, data)
    ledger, acknowledged = Ledger(), 0
    for n in range(t.args.kills):
        server = newsroom.Server(data, env=t.env)
        for story, number in ledger.kept.items():
            now = shown(server, story)
            if now < number:
                t.finding(f"kill {n}: story {story} was acknowledged with "
                          f"number {number} and has {now}")
        stop = threading.Event()
        before = dict(ledger.kept)
        threads = [threading.Thread(target=write, args=(
            t, data, s, ledger, ledger.kept.get(s, 0) + 10, stop))
            for s in range(1, WRITERS + 1)]
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
    found = t.check(data)
    if found:
        t.finding(f"after the kills: {found}")
    return {"kill -9 of a server under load": t.args.kills,
            "stories acknowledged between them, all kept": acknowledged}
