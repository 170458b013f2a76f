#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Commands carried out by a running server, and what comes in their way."""

import array
import contextlib
import functools
import os
import random
import re
import signal
import socket
import subprocess
import time
import unittest
from pathlib import Path

from newsroom import (CLIENT, PATIENCE, RELATED, SANITIZED, NewsroomTest,
                      captured_page, main, markdown)

# So many that an import of them is still under way when it is looked at; a
# sanitizer makes each take many times as long.
MANY = 800 if SANITIZED else 3000


class Visible(NewsroomTest):
    """Published means visible: the moment that the command returns."""

    def surfaces(self, server, story):
        """Which of them show it."""
        slug = self.json("story", "show", story)["slug"]
        return {
            path: b"A lock gate fails" in server.get(path)[1]
            for path in (f"/news/{story}/{slug}", "/", "/feed.rss",
                         "/feed.atom", "/feed.json")
        }

    def test_import__shows_on_every_surface_at_once(self):
        server = self.serve()
        for path in ("/", "/feed.rss", "/feed.atom", "/feed.json"):
            server.get(path)  # so that a stale copy could be there
        story = self.publish()
        self.assertEqual(set(self.surfaces(server, story).values()), {True})
        self.assertEqual(server.get(f"/api/related/{story}"),
                         (200, RELATED.encode()))
        self.masthead("story", "unpublish", story)
        self.assertEqual(set(self.surfaces(server, story).values()), {False})
        self.masthead("story", "publish", story)
        self.assertEqual(set(self.surfaces(server, story).values()), {True})
        self.masthead("story", "takedown", story)
        self.assertEqual(set(self.surfaces(server, story).values()), {False})
        self.assertEqual(server.get(f"/news/{story}")[0], 410)

    def test_command__says_the_same_with_a_server_and_without(self):
        page = self.write("page.txt", captured_page())
        commands = (
            (["import", page, "--id", 7], 0),
            (["import", page], 0),
            (["import", "/nowhere"], 1),
            (["story", "publish", 9], 1),
            (["story", "unpublish", 7, "--json"], 0),
            (["user", "passwd", "nobody@a.example"], 1),
        )

        def answers():
            out = []
            for words, status in commands:
                done = self.masthead(*words, status=status)
                out.append((re.sub(r'"updated": "[^"]*"', "", done.stdout),
                            done.stderr))
            return out

        alone = answers()
        self.fresh()
        self.serve()
        self.assertEqual(answers(), alone)

    def test_import__of_a_path_that_only_the_client_can_say(self):
        """The server opens nothing: its folder is another one."""
        self.serve(cwd="/")
        self.write("archive/one.md", markdown(1))
        self.masthead("import", "archive", cwd=self.room)
        self.assertEqual(len(self.stories()), 1)

    def test_commands__from_many_at_once(self):
        self.serve()
        pages = [self.write(f"{n}/{n}.md", markdown(n)) for n in range(12)]
        clients = [
            subprocess.Popen([CLIENT, "import", page, "--data", self.data],
                             stdout=subprocess.DEVNULL)
            for page in pages
        ]
        self.assertEqual([c.wait(PATIENCE) for c in clients], [0] * 12)
        self.assertEqual(len(self.stories()), 12)


class Clients(NewsroomTest):
    """Clients that die, sleep, or keep silent."""

    def archive(self, n):
        for i in range(n):
            self.write(f"archive/{i:05}.md", markdown(i))
        return self.room / "archive"

    def start_import(self, path):
        client = subprocess.Popen(
            [CLIENT, "import", path, "--data", self.data],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(client.communicate)
        return client

    def under_way(self, client):
        """Some are in, and not all of them."""
        while client.poll() is None and not self.json(
                "story", "list", "--limit", "1"):
            pass
        self.assertIsNone(client.poll(), "the import was too quick")

    def test_client_killed__ends_its_import_and_no_more(self):
        server = self.serve()
        archive = self.archive(MANY)
        client = self.start_import(archive)
        self.under_way(client)
        client.kill()
        client.wait()
        # The next command waits its turn, so the import is over after it.
        self.masthead("user", "add", "a@courier.example")
        count = len(self.stories())
        self.assertLess(count, MANY)
        self.masthead("user", "passwd", "a@courier.example")
        self.assertEqual(len(self.stories()), count)
        self.assertEqual(server.get("/")[0], 200)
        # Started again it takes the rest, and doubles nothing.
        report = self.json("import", str(archive))
        self.assertEqual((report["taken"], report["unchanged"]),
                         (MANY - count, count))

    def threads(self, server):
        """Of each thread: its name, how it is scheduled, and how nice it is."""
        for task in Path(f"/proc/{server.process.pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                tid = int(task.name)
                yield ((task / "comm").read_text().strip(),
                       os.sched_getscheduler(tid) & ~os.SCHED_RESET_ON_FORK,
                       os.getpriority(os.PRIO_PROCESS, tid))

    def places(self, server):
        """Of each thread: its name, and whether it is behind others."""
        return [(name, policy == os.SCHED_IDLE or nice == 10)
                for name, policy, nice in self.threads(server)]

    def leads(self, server):
        """Do all event threads go before everything else?"""
        return all(policy == os.SCHED_RR for name, policy, _ in self.threads(server)
                   if name == "event")

    def queues(self, server):
        """They do not, once the keeper has merged and moved what there is."""
        until = time.monotonic() + PATIENCE
        self.assertEqual(server.get("/")[0], 200)
        while self.leads(server):
            self.assertLess(time.monotonic(), until)
            self.assertEqual(server.get("/")[0], 200)

    def test_event_threads__go_first_while_something_works_behind_readers(self):
        may = subprocess.run(["chrt", "--rr", "1", "true"],
                             capture_output=True).returncode == 0
        server = self.serve()
        self.queues(server)
        client = self.start_import(self.archive(MANY))
        seen = 0
        while client.poll() is None:
            # They look how things stand when they wake.
            self.assertEqual(server.get("/")[0], 200)
            seen += self.leads(server)
        self.assertEqual(seen > 0, may)
        self.queues(server)

    def test_event_threads__queue_where_several_share_a_core(self):
        """Each would have its quarter of it: together they had it all."""
        (self.data / "masthead.conf").write_text("[http]\nevent_threads = 4\n")
        core = max(os.sched_getaffinity(0))
        server = self.serve(
            preexec_fn=functools.partial(os.sched_setaffinity, 0, {core}))
        self.assertEqual(len(server.threads("event")), 4)
        client = self.start_import(self.archive(MANY))
        while client.poll() is None:
            self.assertEqual(server.get("/")[0], 200)
            self.assertNotIn(
                os.SCHED_RR,
                [policy for name, policy, _ in self.threads(server)
                 if name == "event"])

    def test_import__runs_behind_readers(self):
        server = self.serve()
        before = [name for name, _ in self.places(server)]
        readers = len(before) - before.count("keeper")
        self.assertIn("event", before)
        client = self.start_import(self.archive(MANY))
        seen = 0
        while client.poll() is None:
            now = self.places(server)
            seen += any(behind for _, behind in now)
            # Those that were there before stay before it, but who tidies up.
            self.assertGreaterEqual(sum(not b for _, b in now), readers)
            self.assertFalse(any(b for n, b in now if n.startswith("event")))
        self.assertGreater(seen, 0)

    def test_others__need_not_wait_for_an_import(self):
        self.serve()
        client = self.start_import(self.archive(MANY))
        self.under_way(client)
        story = self.json("story", "list", "--limit", "1")[0]["id"]
        self.masthead("story", "unpublish", story)
        self.assertIsNone(client.poll(), "the import was too quick")
        client.kill()

    def test_client_asleep__does_not_hold_the_writer(self):
        server = self.serve()
        client = self.start_import(self.archive(MANY))
        self.under_way(client)
        client.send_signal(signal.SIGSTOP)
        self.masthead("user", "add", "a@courier.example")
        client.send_signal(signal.SIGCONT)
        self.assertIn(f"{MANY} taken".encode(), client.communicate(timeout=PATIENCE)[0])
        self.assertEqual(server.stop(), 0)

    def test_server_stopped__tells_its_client(self):
        server = self.serve()
        client = self.start_import(self.archive(MANY))
        self.under_way(client)
        self.assertEqual(server.stop(), 0)
        client.communicate(timeout=PATIENCE)
        count = len(self.stories())
        self.assertGreater(count, 0)
        self.nothing_is_wrong()

    def test_silent_clients__do_not_keep_others_out_for_ever(self):
        self.serve()
        with contextlib.ExitStack() as silent:
            for _ in range(20):
                s = silent.enter_context(
                    socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
                s.connect(str(self.data / "control"))
            # More than there are places: ours comes when theirs are over.
            self.publish()


class Garbage(NewsroomTest):
    """A hostile or garbled message hurts nobody."""

    def send(self, data, fds=()):
        """What the server answers, till it hangs up."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
            s.connect(str(self.data / "control"))
            s.settimeout(PATIENCE)
            s.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                                array.array("i", fds))] if fds else [])
            out = b""
            try:
                while part := s.recv(65536):
                    out = part
            except ConnectionResetError:
                pass
            return out

    def words(self, *words, fds=()):
        return self.send(b"".join(w.encode() + b"\0" for w in words), fds)

    def open_in(self, server):
        return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))

    def test_garbage__is_answered_with_a_sentence(self):
        server = self.serve()
        page = os.open(self.write("page.txt", captured_page()), os.O_RDONLY)
        pipe, other_end = os.pipe()
        room = os.open(self.room, os.O_RDONLY)
        self.assertEqual(self.words("import", "page.txt", fds=[page])[:2],
                         b"x0")
        before = self.open_in(server)
        rnd = random.Random(7)
        for data, fds in (
            (b"\0", ()),
            (b"import", ()),  # not ended
            (b"import\0x\0", ()),  # named, not opened
            (b"import\0x\0", (page, page)),
            (b"import\0x\0", (pipe,)),
            (b"import\0x\0--media-base\0y\0", (page, page)),
            (b"import\0x\0--media-base\0y\0", (room,)),
            (b"import\0--help\0", (page,)),
            (b"import\0\xff\xfe\0", (page,)),
            (b"serve\0", ()),
            (b"init\0--data\0/tmp/x\0", ()),
            (b"check\0", ()),
            (b"story\0publish\0", ()),
            (b"story\0publish\0-1\0", ()),
            (b"user\0add\0" + b"a" * 60000 + b"\0", ()),
            (b"a\0" * 30000, ()),
            (b"x" * 65536, ()),
            (b"x" * 100000, ()),
            (b"import\0x\0", (page,) * 253),
            *((rnd.randbytes(rnd.randrange(1, 4000)) + b"\0", ())
              for _ in range(100)),
        ):
            with self.subTest(data[:40]):
                answer = self.send(data, fds)
                self.assertRegex(answer, rb"^x[12].")
        # Descriptors that came with it are closed, even with an empty one.
        self.send(b"", [page, page])
        self.masthead("story", "list")
        self.assertLessEqual(self.open_in(server), before)
        self.assertEqual(len(self.stories()), 3)
        self.assertEqual(server.get("/")[0], 200)
        for fd in (page, pipe, other_end, room):
            os.close(fd)

    def test_socket__is_the_owners_alone(self):
        self.serve()
        self.assertEqual((self.data / "control").stat().st_mode & 0o777, 0o600)

    @unittest.skipIf(os.geteuid() != 0, "only root can be somebody else")
    def test_stranger__is_turned_away_even_with_the_door_open(self):
        self.serve()
        for path, mode in ((self.room, 0o755), (self.data, 0o755),
                           (self.data / "control", 0o666)):
            path.chmod(mode)
        child = os.fork()
        if child == 0:
            os.setuid(65534)
            try:
                answer = self.words("user", "passwd", "admin@localhost")
                os._exit(0 if answer.startswith(b"x1only the server") else 1)
            except BaseException:  # whatever it was, end here
                os._exit(2)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)


if __name__ == "__main__":
    main()
