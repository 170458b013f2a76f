#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The running process: its start, its configuration, its end."""

import contextlib
import datetime
import functools
import http.client
import os
import re
import resource
import signal
import socket
import subprocess
import unittest

from newsroom import PATIENCE, PROGRAM, NewsroomTest, captured_page, main, run


def wait_for(happened, server):
    """A line of the log, or an answer, that must come."""
    give_up = datetime.datetime.now() + datetime.timedelta(seconds=PATIENCE)
    while not happened():
        assert datetime.datetime.now() < give_up, server.said()


class Start(NewsroomTest):
    def test_serve__says_the_house_and_the_real_port(self):
        server = self.serve()
        self.assertRegex(
            server.ready,
            r"^Serving The Harbour Courier at http://127\.0\.0\.1:\d+/\n$")
        self.assertNotIn(":0/", server.ready)
        self.assertEqual(server.get("/")[0], 200)
        self.assertEqual(server.get("/readyz")[0], 200)

    def test_serve__tells_a_service_manager(self):
        path = str(self.room / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.settimeout(PATIENCE)
            manager.bind(path)
            server = self.serve(env={"NOTIFY_SOCKET": path})
            self.assertEqual(manager.recv(100), b"READY=1")
            server.stop()
            self.assertEqual(manager.recv(100), b"STOPPING=1")

    def test_codings__each_is_there_for_whoever_asks_first(self):
        server = self.serve()
        connection = http.client.HTTPConnection("127.0.0.1", server.port,
                                                timeout=PATIENCE)
        for accept, sent in (("identity", None), ("br", "br"),
                             ("gzip, deflate", "gzip"), ("gzip, br", "br")):
            with self.subTest(accept):
                connection.request("GET", "/",
                                   headers={"Accept-Encoding": accept})
                answer = connection.getresponse()
                answer.read()
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer.headers["Content-Encoding"], sent)
        connection.close()
        # The page was made once, whatever it was packed in.
        self.assertIn("masthead_cache_stored_total 1\n",
                      server.get("/metrics")[1].decode())

    def test_cpu_of_pages__grows_while_pages_are_made(self):
        server = self.serve()

        def made():
            text = server.get("/metrics")[1].decode()
            return float(re.search(
                r'(?m)^masthead_page_cpu_seconds_total{part="make"} (\S+)$',
                text)[1])

        before = made()
        self.assertEqual(server.get("/")[0], 200)
        self.assertGreater(made(), before)

    def test_event_threads__are_as_many_as_cores_are_ours(self):
        cores = sorted(os.sched_getaffinity(0))
        for ours in (cores[:1], cores[:8]):
            with self.subTest(cores=len(ours)):
                server = self.serve(preexec_fn=functools.partial(
                    os.sched_setaffinity, 0, ours))
                self.assertEqual(server.get("/healthz")[0], 200)
                self.assertEqual(len(server.threads("event")), len(ours))
                server.stop()

    def test_no_more_threads__is_a_sentence_whichever_is_missing(self):
        # Root has no such limit, but a user whom the newsroom belongs to.
        # Nobody else's processes count with those of this one.
        root, owner = os.geteuid() == 0, 1000000 + os.getpid()
        if root:
            self.room.chmod(0o755)
            for path in (self.data, *self.data.rglob("*")):
                os.chown(path, owner, owner)
        started, said = False, ""
        for most in range(1, 60):
            server = subprocess.Popen(
                [PROGRAM, "serve", "--data", self.data,
                 "--listen", "127.0.0.1:0"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                # Looking for leaks takes a thread.
                env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"},
                preexec_fn=functools.partial(
                    resource.setrlimit, resource.RLIMIT_NPROC, (most, most)))
            started = server.stdout.readline() != ""
            if started:
                server.terminate()
            said = server.communicate(timeout=PATIENCE)[1]
            with self.subTest(most=most):
                self.assertEqual(server.returncode, 0 if started else 1, said)
                if not started:
                    self.assertRegex(said.splitlines()[-1],
                                     "^masthead: .*thread.*ulimit -u")
                self.assertFalse((self.data / "control").exists())
            if started or not root:
                break
        self.assertEqual(started, root)
        self.assertGreaterEqual(most, 8 if root else 1)

    def test_two_servers__the_second_says_so(self):
        first = self.serve()
        self.assertIn("another Masthead",
                      self.refused("serve", "--listen", "127.0.0.1:0"))
        self.assertEqual(first.get("/")[0], 200)

    def test_busy_port__says_which_option_moves_it(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            said = self.refused("serve", "--listen", f"127.0.0.1:{port}")
        self.assertIn("--listen", said)
        self.assertIn(str(port), said)
        self.assertFalse((self.data / "control").exists())

    def test_listen__that_cannot_be_read(self):
        for listen in ("", "8080", "nowhere:http:80", "127.0.0.1:99999"):
            with self.subTest(listen):
                self.refused("serve", "--listen", listen)

    def test_broken_theme__is_refused_with_its_fault(self):
        self.write("newsroom/theme/story.html", "{{colour}}")
        self.assertIn("colour",
                      self.refused("serve", "--listen", "127.0.0.1:0"))

    def test_long_path__has_a_control_socket_too(self):
        deep = self.room / ("d" * 120) / ("e" * 120)
        deep.parent.mkdir()
        self.data.rename(deep)
        self.data = deep
        self.serve()
        self.publish()


def files_at_most(soft, hard):
    return {"preexec_fn": lambda: resource.setrlimit(
        resource.RLIMIT_NOFILE, (soft, hard))}


class OpenFiles(NewsroomTest):
    """Readers leave enough of them for the newsroom."""

    def test_crowd__more_than_files_may_be_open(self):
        (self.data / "masthead.conf").write_text(
            "[http]\nconnections_address = 4000\n"
            "head_seconds = 3600\nidle_seconds = 3600\n")
        server = self.serve(**files_at_most(100, 400))
        with contextlib.ExitStack() as crowd:
            clients = [crowd.enter_context(socket.create_connection(
                ("127.0.0.1", server.port), PATIENCE)) for _ in range(450)]
            # Who comes too late is told so at once, and the desk works on.
            self.assertEqual(clients[-1].recv(1), b"")
            story = self.publish()
        wait_for(lambda: self.answers(server), server)
        self.assertEqual(server.get(f"/news/{story}")[0], 301)
        server.stop()
        self.assertIn("event=connections_lowered", server.said())

    def answers(self, server):
        try:
            return server.get("/healthz")[0] == 200
        except OSError:
            return False

    def test_limit__is_raised_as_far_as_it_goes(self):
        server = self.serve(**files_at_most(100, 1 << 14))
        with open(f"/proc/{server.process.pid}/limits") as limits:
            self.assertRegex(limits.read(), r"Max open files +8\d\d\d ")

    def test_too_few__is_refused(self):
        self.assertIn("ulimit -n", self.refused(
            "serve", "--listen", "127.0.0.1:0", **files_at_most(100, 200)))


class Configuration(NewsroomTest):
    def configure(self, text):
        (self.data / "masthead.conf").write_text(text)

    def test_unknown__is_refused_with_its_line(self):
        for text, line, part in (
            ("[site]\nurl = http://a.example\nurll = x\n", 3, '"urll"'),
            ("\n[cookies]\nflavour = oat\n", 3, "[cookies]"),
            ("[http]\nlisten\n", 2, "key = value"),
            ("[http]\nhead_seconds = soon\n", 2, "whole number"),
            ("[http]\nconnections = 3\n", 2, "from 16"),
            ("[log]\naddress = half\n", 2, "whole, cut or none"),
            ("[log]\naccess = maybe\n", 2, "yes or no"),
            ("[site]\nurl = ftp://a.example\n", 2, "http://"),
            ("[site]\nurl = http://a.example /\n", 2, "no blank"),
            ("[http]\ncache_mb = 1\ncache_mb = 2\n", 3, "second time"),
            ("[http]\ntrusted_proxies = ::1\n  10.0.0.1\n", 3, "second time"),
            ("[media]\nwidths = 640, 320\n", 2, "rising"),
            ("[media]\nwidths = 320, 64000\n", 2, "from 64 to 8192"),
            ("[media]\nwidths = wide\n", 2, "whole numbers"),
            ("[media]\nwidths =\n", 2, "at least"),
            ("[media]\nwidths = " + ", ".join(str(100 * n) for n in range(1, 14)) + "\n",
             2, "up to 12"),
            ("[site]\ncontact = " + "x" * 300 + "\n", 2, "longer"),
        ):
            with self.subTest(text):
                self.configure(text)
                said = self.refused("serve", "--listen", "127.0.0.1:0")
                self.assertIn(f"masthead.conf:{line}:", said)
                self.assertIn(part, said)

    def test_print_config__is_a_configuration(self):
        self.configure("[site]\nurl = https://courier.example/\n"
                       "[log]\naddress = none\n[media]\nworkers = 3\n"
                       "widths = 200,800\n")
        printed = self.masthead("serve", "--print-config").stdout
        self.assertIn("url = https://courier.example\n", printed)
        self.assertIn("address = none\n", printed)
        self.assertIn("widths = 200, 800\n", printed)
        path = self.write("all.conf", printed)
        again = self.masthead("serve", "--print-config", "--config", path)
        self.assertEqual(again.stdout, printed)
        # Not a comment, though it begins like one.
        self.configure("[crawlers]\nrefuse =;a, b\n")
        printed = self.masthead("serve", "--print-config").stdout
        self.assertIn("refuse =;a, b\n", printed)
        for section in ("site", "http", "log", "media"):
            self.assertIn(f"[{section}]", printed)

    def test_url__begins_every_absolute_link(self):
        self.configure("[site]\nurl = https://courier.example\n")
        server = self.serve()
        self.publish()
        feed = server.get("/feed.rss", Host="evil.example")[1]
        self.assertIn(b"https://courier.example/news/", feed)
        self.assertNotIn(b"evil.example", feed)

    def test_log__has_addresses_as_it_is_told(self):
        for setting, there, proxy in (
            ("address = whole", "203.0.113.77", "127.0.0.1"),
            ("address = cut", "203.0.113.0", "127.0.0.1"),
            ("address = cut", "127.0.0.0", "10.0.0.1"),  # not trusted
        ):
            with self.subTest(setting):
                self.configure(f"[log]\n{setting}\n[http]\n"
                               f"trusted_proxies = {proxy}\n")
                server = self.serve()
                server.get("/", **{"X-Forwarded-For": "203.0.113.77"})
                server.stop()
                self.assertIn(there, server.said())
                if there != "203.0.113.77":
                    self.assertNotIn("203.0.113.77", server.said())

    def test_log__none_and_no_access(self):
        for setting, path in (("address = none", 1), ("access = no", 0)):
            with self.subTest(setting):
                self.configure(f"[log]\n{setting}\n")
                server = self.serve()
                server.get("/healthz?seen=1")
                server.get("/section/none")
                server.stop()
                self.assertEqual(server.said().count("/section/none"), path)
                self.assertNotIn("127.0.0.0", server.said())


class End(NewsroomTest):
    def test_signals__end_it_in_good_order(self):
        for sent in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(sent):
                self.fresh()
                server = self.serve()
                story = self.publish()
                server.process.send_signal(sent)
                self.assertEqual(server.process.wait(PATIENCE), 0)
                self.assertFalse((self.data / "control").exists())
                heads = re.findall(r"event=audit_head rows=(\d+) hash=(\w{64})",
                                   server.said())
                self.assertEqual(len(heads), 2)
                self.masthead("audit", "verify", "--head", ":".join(heads[1]))
                self.masthead("story", "show", story)

    def test_signal__waits_for_no_silent_client(self):
        server = self.serve()
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
            client.connect(str(self.data / "control"))
            self.assertEqual(server.stop(), 0)

    def test_kill__loses_nothing_and_leaves_no_lock(self):
        server = self.serve()
        story = self.publish()
        server.kill()
        self.assertTrue((self.data / "control").exists())
        # The stale socket holds nobody up: neither a command …
        self.masthead("story", "unpublish", story)
        self.masthead("story", "publish", story)
        # … nor the next server.
        again = self.serve()
        self.assertEqual(again.get(f"/news/{story}")[0], 301)
        self.masthead("story", "unpublish", story)
        self.assertEqual(again.get(f"/news/{story}")[0], 404)
        self.nothing_is_wrong()

    def test_hangup__reads_the_theme_again(self):
        server = self.serve()
        before = server.get("/")[1]
        front = self.data / "theme" / "front.html"
        front.parent.mkdir()
        front.write_text("<!DOCTYPE html><title>x</title><p>A new look</p>\n")
        server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: "event=theme_reload" in server.said(), server)
        self.assertIn(b"A new look", server.get("/")[1])
        # A broken one changes nothing, and the log says why.
        front.write_text("{{colour}}")
        server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: "colour" in server.said(), server)
        self.assertIn(b"A new look", server.get("/")[1])
        self.assertNotEqual(before, b"")


class Schedule(NewsroomTest):
    def due_in(self, seconds):
        """Schedules a draft; its number."""
        page = self.write(
            "draft.md", "---\ntitle: An embargo\nstate: draft\n---\nWords.\n")
        report = self.json("import", str(page))
        story = report["stories"][0]["story"]
        self.publish_in(story, seconds)
        return story

    def publish_in(self, story, seconds):
        at = (datetime.datetime.now(datetime.timezone.utc)
              + datetime.timedelta(seconds=seconds))
        self.masthead("story", "publish", story, "--at",
                      at.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def test_embargo__ends_by_itself(self):
        server = self.serve()
        story = self.due_in(3600)
        self.assertEqual(server.get(f"/news/{story}")[0], 404)
        self.publish_in(story, 2)
        wait_for(lambda: server.get(f"/news/{story}")[0] == 301, server)

    def test_embargo__that_ended_meanwhile_is_caught_up(self):
        story = self.due_in(3600)
        # Two seconds behind its time it is late enough to be told.
        self.tamper("UPDATE story SET due_at = due_at - 3610")
        server = self.serve()
        wait_for(lambda: server.get(f"/news/{story}")[0] == 301, server)
        wait_for(lambda: "event=schedule_late" in server.said(), server)


if __name__ == "__main__":
    main()
