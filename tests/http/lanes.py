# SPDX-License-Identifier: MIT
"""Fast, slow and parked; one render for many; nothing stale."""

import re
import threading

from wire import read_answer, request, run, serving, until


def number(server, name):
    return int(re.search(rf"^{name} (\d+)$", server.get("/metrics").body.decode(), re.M)[1])


def renders(server):
    return int(server.get("/count").body.split()[2])


def ask_many(server, paths):
    held = [server.connect() for _ in paths]
    for s, path in zip(held, paths):
        s.sendall(request("GET", path))
    return held


def bodies(held):
    got = [read_answer(s).body for s in held]
    for s in held:
        s.close()
    return got


def test_stampede_is_rendered_once():
    with serving() as server:
        server.get("/gate/shut")
        held = ask_many(server, ["/cold/a"] * 200)
        until(lambda: number(server, "masthead_cache_joined_total") == 199)
        # All but one wait without a thread: the fast lane is as fast.
        assert server.get("/hello").body == b"hello\n"
        server.get("/gate/open")
        assert bodies(held) == [b"version 1\n"] * 200
        assert renders(server) == 1
        assert server.get("/cold/a").body == b"version 1\n"
        assert renders(server) == 1


def test_purge_while_rendering():
    with serving("pool_threads=3") as server:
        server.get("/gate/shut")
        before = ask_many(server, ["/cold/a"] * 5)
        until(lambda: number(server, "masthead_cache_joined_total") == 4)
        until(lambda: renders(server) == 1)
        server.get("/change")
        after = ask_many(server, ["/cold/a"] * 5)
        until(lambda: number(server, "masthead_cache_joined_total") == 8)
        until(lambda: renders(server) == 2)
        server.get("/gate/open")
        assert bodies(after) == [b"version 2\n"] * 5
        bodies(before)  # they asked before: either is right
        assert server.get("/cold/a").body == b"version 2\n"
        assert renders(server) == 2


def test_nobody_is_stale_while_all_changes():
    """Readers never see a version older than one announced before."""
    with serving() as server:
        announced = [1]
        over = threading.Event()
        wrong = []

        def read():
            with server.connect() as s:
                while not over.is_set():
                    least = announced[0]
                    s.sendall(request("GET", "/cold/a"))
                    got = int(read_answer(s).body.split()[1])
                    if got < least:
                        wrong.append((got, least))

        readers = [threading.Thread(target=read) for _ in range(4)]
        for t in readers:
            t.start()
        with server.connect() as s:
            for _ in range(500):
                s.sendall(request("GET", "/change"))
                announced[0] = int(read_answer(s).body.split()[1])
        over.set()
        for t in readers:
            t.join()
        assert not wrong, wrong[:5]


def test_given_up_render_is_led_by_another():
    with serving() as server:
        server.get("/gate/shut")
        server.get("/abandon")
        held = ask_many(server, ["/cold/a"] * 10)
        until(lambda: number(server, "masthead_cache_joined_total") == 9)
        server.get("/gate/open")
        got = bodies(held)
        assert sorted(got) == [b"given up"] + [b"version 1\n"] * 9, got


def test_client_that_leaves_while_waiting():
    with serving() as server:
        server.get("/gate/shut")
        held = ask_many(server, ["/cold/a"] * 20)
        until(lambda: number(server, "masthead_cache_joined_total") == 19)
        for s in held:
            s.close()
        server.get("/gate/open")
        until(lambda: number(server, "masthead_http_connections") == 1)
        assert server.get("/cold/a").body == b"version 1\n"


def test_streamed_upload():
    with serving() as server:
        body = b"0123456789abcdef" * 65536
        with server.connect() as s:
            s.sendall(request("PUT", "/upload", f"Content-Length: {len(body)}", body=body))
            assert read_answer(s).body == b"uploaded %d 0\n" % len(body)
            s.sendall(
                request("PUT", "/upload", "Transfer-Encoding: chunked")
                + (b"400\r\n" + b"x" * 1024 + b"\r\n") * 100 + b"0\r\n\r\n")
            assert read_answer(s).body == b"uploaded 102400 0\n"
            s.sendall(request("GET", "/hello"))
            assert read_answer(s).body == b"hello\n"


def test_streamed_upload_that_is_stopped():
    with serving() as server:
        with server.connect() as s:
            body = b"STOP" + b"x" * 300000
            s.sendall(request("PUT", "/upload", f"Content-Length: {len(body)}", body=body))
            assert read_answer(s).status == 507


def test_streamed_upload_that_is_cut_keeps_what_came():
    with serving() as server:
        with server.connect() as s:
            s.sendall(request("PUT", "/upload", "Content-Length: 1000000", body=b"x" * 70000))
            s.shutdown(1)
            until(lambda: server.get("/abandon").body.split()[2] == b"70000")


def test_a_page_that_found_no_place_is_made_for_the_next_who_asks():
    with serving("pool_threads=1", "queue_max=1") as server:
        server.get("/gate/shut")
        held = ask_many(server, ["/cold/a"])
        until(lambda: number(server, "masthead_http_requests_active") == 2
              and number(server, "masthead_http_pool_waiting") == 0)
        held += ask_many(server, ["/cold/b"])
        until(lambda: number(server, "masthead_http_pool_waiting") == 1)
        assert server.get("/cold/c").status == 503
        server.get("/gate/open")
        assert bodies(held) == [b"version 1\n"] * 2
        assert server.get("/cold/c").body == b"version 1\n"


def test_stop_finishes_what_runs():
    with serving() as server:
        server.get("/gate/shut")
        held = ask_many(server, ["/cold/a"] * 5)
        until(lambda: number(server, "masthead_cache_joined_total") == 4)
        opener = server.connect()
        opener.sendall(request("GET", "/hello"))
        read_answer(opener)
        server.process.stdin.close()
        opener.sendall(request("GET", "/gate/open"))
        assert bodies(held) == [b"version 1\n"] * 5
        server.process.wait(20)


def test_stop_answers_what_is_parked():
    with serving() as server:
        with server.connect() as s:
            s.sendall(request("GET", "/park"))
            until(lambda: number(server, "masthead_http_requests_active") == 2)
            server.process.stdin.close()
            assert read_answer(s).status == 503


run(globals())
