# SPDX-License-Identifier: MIT
"""Slow, many, greedy: everything has an end."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from wire import HOST, closed, read_all, read_answer, request, run, serving, until


def number(server, name):
    return int(re.search(rf"^{name} (\d+)$", server.get("/metrics").body.decode(), re.M)[1])


def test_slow_head_is_ended():
    with serving("head_seconds=1") as server:
        with server.connect() as s:
            # A byte now and then: never idle, never done.
            s.sendall(b"GET /hello HTTP/1.1\r\n" + HOST)
            begun = time.monotonic()
            try:
                while not closed_now(s):
                    s.sendall(b"A: b\r\n")
                    assert time.monotonic() - begun < 20
            except (BrokenPipeError, ConnectionResetError):
                pass
        assert number(server, "masthead_http_connections_late_total") == 1


def closed_now(s):
    s.settimeout(0.05)
    try:
        return s.recv(100) == b""
    except socket.timeout:
        return False


def test_silent_connection_is_ended():
    with serving("head_seconds=1") as server:
        with server.connect() as s:
            assert closed(s)


def test_slow_body_is_ended():
    with serving("body_seconds=1") as server:
        with server.connect() as s:
            s.sendall(request("POST", "/echo", "Content-Length: 10", body=b"half"))
            assert closed(s)


def cut(server):
    """How much had come of the stream that was cut off last."""
    return int(server.get("/abandon").body.split()[2])


def test_silent_stream_is_ended_and_keeps_what_came():
    with serving("idle_seconds=1") as server:
        with server.connect() as s:
            s.sendall(request("PUT", "/upload", "Content-Length: 1000000"))
            assert closed(s)
        with server.connect() as s:
            s.sendall(request("PUT", "/upload", "Content-Length: 1000000",
                              body=b"x" * 500000))
            assert closed(s)
        until(lambda: cut(server) == 500000)


def test_slow_stream_is_ended():
    with serving("body_seconds=1") as server:
        with server.connect() as s:
            s.sendall(request("PUT", "/upload", "Content-Length: 1000000"))
            try:
                # A byte now and then: never silent, never done.
                while not closed_now(s):
                    s.sendall(b"x")
            except (BrokenPipeError, ConnectionResetError):
                pass
        until(lambda: cut(server) > 0)


def test_idle_connection_is_ended():
    with serving("idle_seconds=1") as server:
        with server.connect() as s:
            s.sendall(request("GET", "/hello"))
            assert read_answer(s).status == 200
            assert closed(s)


def test_long_work_is_not():
    with serving("head_seconds=1", "idle_seconds=1", "body_seconds=1") as server:
        server.get("/gate/shut")
        with server.connect() as s:
            s.sendall(request("GET", "/cold/a"))
            until(lambda: number(server, "masthead_cache_flights") == 1)
            # Another is swept meanwhile: the sweeper has looked at both.
            with server.connect() as other:
                assert closed(other)
            server.get("/gate/open")
            assert read_answer(s).body == b"version 1\n"


def test_two_thousand_idle_connections():
    with serving("connections=3000", "connections_address=3000",
                 "idle_seconds=60", "head_seconds=60") as server:
        held = []
        for i in range(2000):
            held.append(server.connect())
            if i % 2:
                held[-1].sendall(request("GET", "/hello"))
                assert read_answer(held[-1]).status == 200
        assert server.get("/page").status == 200
        assert number(server, "masthead_http_connections") >= 2001
        for s in held[1::2]:
            s.sendall(request("GET", "/hello"))
        for s in held[1::2]:
            assert read_answer(s).body == b"hello\n"
        for s in held:
            s.close()
        until(lambda: number(server, "masthead_http_connections") == 1)


@contextlib.contextmanager
def held_still(process):
    def still():
        return all(task.read_text().rpartition(")")[2].split()[0] == "T"
                   for task in Path(f"/proc/{process.pid}/task").glob("*/stat"))

    process.send_signal(signal.SIGSTOP)
    until(still)
    yield
    process.send_signal(signal.SIGCONT)


def test_bursts_of_every_size():
    # Whole batches of epoll's events, too: it finds all of them at once.
    with serving("event_threads=1", "connections_address=300") as server:
        held = [server.connect() for _ in range(256)]
        for n in 1, 127, 128, 129, 256:
            with held_still(server.process):
                for s in held[:n]:
                    s.sendall(request("GET", "/hello"))
            for s in held[:n]:
                assert read_answer(s).body == b"hello\n", n
        for s in held:
            s.close()


def test_pages_of_one_burst_take_a_thread_each():
    with serving("event_threads=1", "pool_threads=4") as server:
        server.get("/gate/shut")
        held = [server.connect() for _ in range(4)]
        with held_still(server.process):
            for s, name in zip(held, "abcd"):
                s.sendall(request("GET", f"/cold/{name}"))
        # None of them ends before the last has begun.
        until(lambda: server.get("/count").body.split()[2] == b"4")
        server.get("/gate/open")
        for s in held:
            assert read_answer(s).body == b"version 1\n"
            s.close()


def refused(server):
    try:
        with server.connect() as s:
            s.sendall(request("GET", "/hello", "Connection: close"))
            return read_all(s) == b""
    except (BrokenPipeError, ConnectionResetError):
        return True


def test_connections_of_one_address():
    with serving("connections_address=5") as server:
        held = [server.connect() for _ in range(5)]
        for s in held:
            s.sendall(request("GET", "/hello"))
            assert read_answer(s).status == 200
        assert refused(server)
        held.pop().close()
        until(lambda: not refused(server))
        for s in held:
            s.close()


def test_connections_in_all():
    with serving("connections=3", "trusted_proxies=127.0.0.1") as server:
        held = [server.connect() for _ in range(3)]
        for s in held:
            s.sendall(request("GET", "/hello"))
            assert read_answer(s).status == 200
        assert refused(server)
        for s in held:
            s.close()
        until(lambda: not refused(server))


def test_requests_of_one_forwarded_address():
    with serving("trusted_proxies=127.0.0.1", "connections_address=2") as server:
        server.get("/gate/shut")
        who = "X-Forwarded-For: 192.0.2.1"
        held = [server.connect() for _ in range(2)]
        for i, s in enumerate(held):
            s.sendall(request("GET", f"/cold/{i}", who))
        until(lambda: number(server, "masthead_cache_flights") == 2)
        assert server.get("/hello", who).status == 503
        assert server.get("/hello", "X-Forwarded-For: 192.0.2.2").status == 200
        server.get("/gate/open")
        for s in held:
            assert read_answer(s).status == 200
        until(lambda: server.get("/hello", who).status == 200)


def test_busy_port_says_what_to_do():
    with serving() as server:
        out = subprocess.run(
            [sys.argv[1], f"listen=127.0.0.1:{server.port}"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )
        assert out.returncode == 1
        assert out.stderr.startswith("busy: "), out.stderr
        assert "--listen" in out.stderr


def test_wrong_listen_says_what_to_do():
    for wrong in ("8080", "localhost", "127.0.0.1:x", "127.0.0.1:70000", ":80"):
        out = subprocess.run(
            [sys.argv[1], f"listen={wrong}"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )
        assert out.returncode == 1 and "--listen" in out.stderr, (wrong, out.stderr)


run(globals())
