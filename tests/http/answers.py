# SPDX-License-Identifier: MIT
"""What a good request gets, to the byte."""

import gzip
import shutil
import socket
import subprocess

from wire import HOST, PATIENCE, closed, read_all, read_answer, request, run, serving

PIECE = 16384  # of long bodies, as they are kept
FILE = b"abcdefghijklmnopqrstuvwxyz" * 1000


def test_plain():
    with serving() as server:
        answer = server.get("/hello")
        assert answer.line == "HTTP/1.1 200 OK", answer.line
        assert answer.body == b"hello\n"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


def test_escaped_path_is_the_same_page():
    with serving() as server:
        assert server.get("/%68ello").body == b"hello\n"
        assert server.get("/hello?nobody=asked&for=this").body == b"hello\n"


def test_absolute_target():
    with serving() as server:
        assert server.get("http://a.example/hello").body == b"hello\n"


def test_not_found_and_wrong_method():
    with serving() as server:
        assert server.get("/nothing").status == 404
        got = server.ask(request("DELETE", "/hello", "Connection: close"))
        assert got.startswith(b"HTTP/1.1 405 "), got[:60]
        assert b"\r\nAllow: GET, HEAD\r\n" in got


def test_declared_parameters():
    with serving() as server:
        assert server.get("/page?n=7").status == 200
        assert server.get("/page?n=0").status == 400
        assert server.get("/page?n=%00").status == 400


def test_head():
    with serving() as server:
        for path in ("/hello", "/page", "/page", "/file"):
            whole = server.get(path)
            with server.connect() as s:
                s.sendall(request("HEAD", path))
                answer = read_answer(s, head_only=True)
                assert answer.status == 200
                length = answer.headers["content-length"]
                assert length == str(len(whole.body)), length
                # Not a byte of body: the next answer follows at once.
                s.sendall(request("GET", "/hello"))
                assert read_answer(s).body == b"hello\n"


def test_keep_alive():
    with serving() as server:
        with server.connect() as s:
            for _ in range(50):
                s.sendall(request("GET", "/hello"))
                assert read_answer(s).body == b"hello\n"
            s.sendall(request("GET", "/hello", "Connection: close"))
            assert read_answer(s).headers["connection"].lower() == "close"
            assert read_all(s) == b""


def test_http10():
    with serving() as server:
        with server.connect() as s:
            s.sendall(b"GET /hello HTTP/1.0\r\n\r\n")
            assert read_all(s).endswith(b"\r\n\r\nhello\n")
        with server.connect() as s:
            for _ in range(3):
                s.sendall(b"GET /hello HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
                answer = read_answer(s)
                assert answer.body == b"hello\n"
                assert answer.headers["connection"].lower() == "keep-alive"


def test_pipelining():
    paths = ["/hello", "/page", "/slow", "/cold/a", "/hello", "/nothing", "/hello"]
    with serving() as server:
        with server.connect() as s:
            s.sendall(b"".join(request("GET", p) for p in paths))
            got = [read_answer(s).status for _ in paths]
        assert got == [200, 200, 200, 200, 200, 404, 200], got


def counted(n):
    """n bytes of which no two pieces are alike."""
    return b"".join(b"%07d " % i for i in range(n // 8 + 1))[:n]


def test_bodies():
    with serving() as server:
        lengths = (0, 1, 5000, 4 * PIECE, 4 * PIECE + 1, 5 * PIECE, 32 * PIECE,
                   32 * PIECE + 1, 1000000)
        for body in map(counted, lengths):
            with server.connect() as s:
                s.sendall(request("POST", "/echo", f"Content-Length: {len(body)}", body=body))
                assert read_answer(s).body == body
                s.sendall(
                    request("POST", "/echo", "Transfer-Encoding: chunked")
                    + b"".join(
                        b"%x\r\n%s\r\n" % (len(p), p)
                        for p in (body[i : i + 999] for i in range(0, len(body), 999))
                    )
                    + b"0\r\n\r\n"
                )
                assert read_answer(s).body == body


def test_long_answers_are_whole_to_slow_readers():
    body = counted(1000000)
    with serving() as server:
        with socket.socket() as s:
            s.settimeout(PATIENCE)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.connect(("127.0.0.1", server.port))
            s.sendall(request("POST", "/echo", f"Content-Length: {len(body)}", body=body))
            assert read_answer(s).body == body
            # What was told of it last time is not told again.
            s.sendall(request("POST", "/echo", "Content-Length: 2", body=b"ok"))
            assert read_answer(s).body == b"ok"


def test_body_byte_by_byte():
    with serving() as server:
        with server.connect() as s:
            for b in request("POST", "/echo", "Content-Length: 5", body=b"hello"):
                s.sendall(bytes([b]))
            assert read_answer(s).body == b"hello"


def test_chunks_beyond_the_limit():
    with serving() as server:
        with server.connect() as s:
            s.sendall(
                request("POST", "/echo", "Transfer-Encoding: chunked")
                + (b"10000\r\n" + b"x" * 65536 + b"\r\n") * 20
                + b"0\r\n\r\n"
            )
            assert read_answer(s).status == 413


def test_expect_continue():
    with serving() as server:
        with server.connect() as s:
            s.sendall(request("POST", "/echo", "Content-Length: 2", "Expect: 100-continue"))
            assert read_answer(s).line == "HTTP/1.1 100 Continue"
            s.sendall(b"ok")
            assert read_answer(s).body == b"ok"
        with server.connect() as s:
            s.sendall(
                request("PUT", "/upload", "X-No: 1", "Content-Length: 99999999",
                        "Expect: 100-continue"))
            assert read_answer(s).status == 403


def test_early_answer_is_read_by_who_sends_on():
    """Unread bytes would reset the connection, and the answer with it."""
    with serving() as server:
        for _ in range(10):
            with server.connect() as s:
                s.sendall(request("PUT", "/upload", "X-No: 1",
                                  "Content-Length: 5000000",
                                  body=b"x" * 5000000))
                assert read_answer(s).status == 403
                assert closed(s)


def test_accept_encoding():
    with serving() as server:
        plain = server.get("/page")
        assert "content-encoding" not in plain.headers
        assert plain.headers["vary"] == "Accept-Encoding"
        packed = server.get("/page", "Accept-Encoding: gzip;q=0.8, br;q=0")
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed.body) == plain.body
        best = server.get("/page", "Accept-Encoding: gzip, deflate, br")
        assert best.headers["content-encoding"] == "br"
        assert len(best.body) < len(packed.body)
        assert len({a.headers["etag"] for a in (plain, packed, best)}) == 3
        for none in ("identity", "gzip;q=0, *;q=0", "deflate"):
            answer = server.get("/page", f"Accept-Encoding: {none}")
            assert answer.body == plain.body, none
        # Debian's own decoder, where there is one.
        if shutil.which("brotli"):
            out = subprocess.run(
                ["brotli", "-dc"], input=best.body, capture_output=True, check=True
            )
            assert out.stdout == plain.body


def test_long_heads_leave_room_for_the_answer():
    def status(n):
        fill = ["A: " + "b" * 95] * (n // 100)
        return server.get("/tagged", *fill, "C: " + "d" * (n % 100)).status

    with serving() as server:
        # Either an answer or a refusal, at any length: never silence.
        got = [status(n) for n in range(0, 6300, 37)]
        assert got == sorted(got) and set(got) == {200, 431}, got
        assert server.get("/page", *["A: " + "b" * 95] * 55).status == 200


def test_if_none_match():
    with serving() as server:
        etag = server.get("/page").headers["etag"]
        for value in (etag, "W/" + etag, '"x", ' + etag, "*"):
            answer = server.get("/page", f"If-None-Match: {value}")
            assert answer.status == 304, value
            assert answer.headers["etag"] == etag
            assert "content-type" not in answer.headers
            assert answer.headers["cache-control"]
        for value in ('"x"', etag.strip('"'), '"' + etag):
            assert server.get("/page", f"If-None-Match: {value}").status == 200
        # The ETag rules where both are sent.
        since = server.get("/page").headers["last-modified"]
        assert server.get("/page", f"If-Modified-Since: {since}").status == 304
        assert (
            server.get("/page", f"If-Modified-Since: {since}", 'If-None-Match: "x"').status
            == 200
        )


def test_304_keeps_the_connection():
    with serving() as server:
        with server.connect() as s:
            for _ in range(3):
                s.sendall(request("GET", "/page", "If-None-Match: *"))
                assert read_answer(s).status == 304
            s.sendall(request("GET", "/hello"))
            assert read_answer(s).body == b"hello\n"


def test_ranges():
    with serving() as server:
        assert server.get("/file").body == FILE
        for value, first, n in (
            ("0-0", 0, 1), ("10-19", 10, 10), ("25990-", 25990, 10),
            ("-10", 25990, 10), ("25999-99999", 25999, 1), ("-99999", 0, 26000),
        ):
            answer = server.get("/file", f"Range: bytes={value}")
            assert answer.status == 206, value
            assert answer.body == FILE[first : first + n], value
            want = f"bytes {first}-{first + n - 1}/26000"
            assert answer.headers["content-range"] == want
        for value in ("26000-", "-0", "99999-100000"):
            answer = server.get("/file", f"Range: bytes={value}")
            assert answer.status == 416, value
            assert answer.headers["content-range"] == "bytes */26000"
        for value in ("bytes=0-1,3-4", "bytes=5-1", "bytes=a-b", "lines=0-1"):
            assert server.get("/file", f"Range: {value}").status == 200, value
        assert server.get("/file", "Range: bytes=0-1", 'If-Range: "film"').status == 206
        assert server.get("/file", "Range: bytes=0-1", 'If-Range: "old"').status == 200
        assert server.get("/file", 'If-None-Match: "film"').status == 304


def test_forwarded_from_a_trusted_proxy():
    with serving("trusted_proxies=127.0.0.0/8", "connections_address=1") as server:
        # The limit counts the readers behind it, not the proxy.
        with server.connect() as a, server.connect() as b:
            for s, who in ((a, "192.0.2.1"), (b, "192.0.2.2")):
                s.sendall(request("GET", "/hello", f"X-Forwarded-For: {who}"))
                assert read_answer(s).status == 200


run(globals())
