# SPDX-License-Identifier: MIT
"""A newsroom in a folder of its own, the program, and a server on it."""

import contextlib
import http.client
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.path.abspath(sys.argv[1])
# Commands are its, too, unless another build of the same source is given.  A
# thread sanitizer has nothing to see in a command that a server carries out.
CLIENT = os.environ.get("MASTHEAD_CLIENT", PROGRAM)
# What a command leaks ends with it, and to look for it takes as long as most
# commands do.  Servers and unit tests are looked through.
IN_PASSING = os.environ | {
    "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
SANITIZED = any(
    mark in Path(PROGRAM).read_bytes() for mark in (b"__asan_init", b"__tsan_init"))
# Seconds until a test that waits in vain gives up.  An import through a server
# runs when nothing else does, and other tests do.
PATIENCE = 300

RELATED = (
    '[{"id":"5001","sort":"31","contenttypeid":"21",'
    '"pic":"/2016/11/18/house_636150734595751124_25f_4x3.mp4",'
    '"title":"Crews \u2019weigh\u2019 the offer"} ,'
    '{"id":"5002","sort":"32","contenttypeid":"1",'
    '"pic":"/2016/11/17/house_636149791885749146_25f_4x3.jpg",'
    '"title":"A quay in fog"} ]'
)


def captured_page(title="A lock gate fails", related=RELATED):
    """A page of the old site as a crawler saw it."""
    size = len(related.encode())
    return (
        f"GRAPHIC CONTENT: {title}\n\nFri Nov 18, 2016 14:53:43\n\n"
        "The gate gave way at noon, the port said.\n\nNobody was hurt.\n\n"
        f'S/SH 11\n\nstring({size}) "{related}"\n'
    )


def markdown(n):
    return (
        f"---\ntitle: Story number {n}\ndate: 2026-01-01 10:00\n"
        f"section: harbour\nslug: story-{n}\n---\n"
        f"The words of story number {n}.\n"
    )


def run(*words, status=0, timeout=PATIENCE, **more):
    """Runs the program to its end, which must be that one."""
    done = subprocess.run(
        [CLIENT, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=timeout,
        **{"env": IN_PASSING, **more},
    )
    assert done.returncode == status, (
        f"{words}: exit {done.returncode}, not {status}\n"
        f"{done.stdout}{done.stderr}"
    )
    return done


def refusal(*words, status=1, **more):
    """Its one sentence on standard error."""
    done = run(*words, status=status, **more)
    lines = done.stderr.splitlines()
    said = [line for line in lines if line.startswith("masthead: ")]
    assert len(said) == 1 and said[0] == lines[-1], done.stderr
    return said[0]


class Server:
    """masthead serve, on a free port, until it is stopped or killed."""

    def __init__(self, data, *words, log=None, **more):
        self.log = log or tempfile.TemporaryFile()
        listen = [] if "--listen" in words else ["--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", str(data), *listen, *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            **more,
        )
        self.ready = self.process.stdout.readline()
        if not self.ready:
            self.process.wait(PATIENCE)
            raise AssertionError(f"the server did not start:\n{self.said()}")
        self.port = int(self.ready.rstrip("\n/").rpartition(":")[2])

    def said(self):
        self.log.flush()
        return os.pread(self.log.fileno(), 1 << 24, 0).decode()

    def get(self, path, **headers):
        """Status and body."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE
        )
        with contextlib.closing(connection):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def threads(self, beginning):
        """Names of its threads that begin so."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        names = [(task / "comm").read_text().strip() for task in tasks]
        return [name for name in names if name.startswith(beginning)]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(PATIENCE)

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)

    def clean_up(self):
        self.kill()
        self.process.stdout.close()
        self.log.close()


class NewsroomTest(unittest.TestCase):
    """self.data is a fresh newsroom, self.room the folder that it is in."""

    @classmethod
    def setUpClass(cls):
        cls.mould = Path(tempfile.mkdtemp(prefix="masthead-cli-"))
        run("init", "--data", cls.mould / "newsroom", "--title",
            "The Harbour Courier", "--house", "courier")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.mould)

    def setUp(self):
        self.room = Path(tempfile.mkdtemp(prefix="masthead-cli-"))
        self.addCleanup(shutil.rmtree, self.room)
        self.data = self.room / "newsroom"
        shutil.copytree(self.mould / "newsroom", self.data)

    def fresh(self):
        """The newsroom as init left it."""
        shutil.rmtree(self.data)
        shutil.copytree(self.mould / "newsroom", self.data)

    def write(self, name, text):
        path = self.room / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def masthead(self, *words, **more):
        return run(*words, "--data", self.data, **more)

    def refused(self, *words, **more):
        return refusal(*words, "--data", self.data, **more)

    def json(self, *words):
        return json.loads(self.masthead(*words, "--json").stdout)

    def stories(self):
        out, before = [], []
        while page := self.json("story", "list", "--limit", "1000", *before):
            out += page
            before = ["--before", str(page[-1]["id"])]
        return out

    def tamper(self, *statements):
        """As somebody with the file in hand, past every trigger."""
        with contextlib.closing(sqlite3.connect(self.data / "newsroom.db")) as db:
            for (name,) in db.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall():
                db.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                db.execute(statement)
            db.commit()

    def checked(self, *states):
        """What masthead check finds of those states: a line each."""
        done = subprocess.run(
            [PROGRAM, "check", "--quick", "--json", "--data", str(self.data)],
            capture_output=True, text=True, timeout=PATIENCE)
        found = json.loads(done.stdout)
        self.assertEqual(done.returncode,
                         int(any(f["state"] == "fault" for f in found)))
        return [f"{f['what']}: {f['words']}" for f in found
                if f["state"] in states]

    def nothing_is_wrong(self):
        """A note is no fault: that a film is being made, for one."""
        self.assertEqual(self.checked("fault"), [])

    def serve(self, *words, **more):
        server = Server(self.data, *words, **more)
        self.addCleanup(server.clean_up)
        return server

    def publish(self, title="A lock gate fails"):
        """Takes a captured page in: its story's id."""
        page = self.write("page.txt", captured_page(title))
        report = self.json("import", str(page))
        return report["stories"][0]["story"]


def main():
    unittest.main(module="__main__", argv=[sys.argv[0], *sys.argv[2:]])
