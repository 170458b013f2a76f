# SPDX-License-Identifier: MIT
"""What cannot be read in one way is refused, and the connection ended."""

from wire import HOST, run, serving

# What is sent, and how the answer begins; b"" when it just ends.
REFUSED = {
    "no host": (b"GET /hello HTTP/1.1\r\n\r\n", 400),
    "two hosts": (b"GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "two hosts alike": (b"GET /hello HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", 400),
    "host with a path": (b"GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    "length and chunks": (
        b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "chunks and length": (
        b"POST /echo HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n"
        b"Content-Length: 5\r\n\r\n0\r\n\r\n", 400),
    "two lengths": (
        b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n"
        b"Content-Length: 6\r\n\r\nhello", 400),
    "two lengths alike": (
        b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n"
        b"Content-Length: 5\r\n\r\nhello", 400),
    "a list of lengths": (
        b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 5, 5\r\n\r\nhello", 400),
    "a negative length": (
        b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: -5\r\n\r\n", 400),
    "a signed length": (
        b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: +5\r\n\r\nhello", 400),
    "a length in hex": (
        b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 0x5\r\n\r\nhello", 400),
    "a huge length": (
        b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999999999999\r\n\r\n",
        (400, 413)),
    "another coding": (
        b"POST /echo HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n"
        b"0\r\n\r\n", 400),
    "chunks in 1.0": (
        b"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "a bad chunk": (
        b"POST /echo HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
        b"zz\r\nhello\r\n0\r\n\r\n", 400),
    "a space in a name": (b"GET /hello HTTP/1.1\r\n" + HOST + b"A b: c\r\n\r\n", 400),
    "a space before the colon": (
        b"GET /hello HTTP/1.1\r\n" + HOST + b"Accept : c\r\n\r\n", 400),
    "an odd name": (b"GET /hello HTTP/1.1\r\n" + HOST + b"A(b): c\r\n\r\n", 400),
    "a nameless header": (b"GET /hello HTTP/1.1\r\n" + HOST + b": c\r\n\r\n", 400),
    "no colon": (b"GET /hello HTTP/1.1\r\n" + HOST + b"Nonsense\r\n\r\n", 400),
    "a folded line": (b"GET /hello HTTP/1.1\r\n" + HOST + b"A: b\r\n c\r\n\r\n", 400),
    "a space first": (b"GET /hello HTTP/1.1\r\n Host: a\r\n\r\n", 400),
    "HTTP/2.0": (b"GET /hello HTTP/2.0\r\n" + HOST + b"\r\n", (400, 505)),
    "HTTP/1.2": (b"GET /hello HTTP/1.2\r\n" + HOST + b"\r\n", 400),
    "HTTP/1.10": (b"GET /hello HTTP/1.10\r\n" + HOST + b"\r\n", 400),
    "small letters": (b"GET /hello http/1.1\r\n" + HOST + b"\r\n", 400),
    "no version": (b"GET /hello\r\n" + HOST + b"\r\n", 400),
    "two spaces": (b"GET  /hello HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a space in the path": (b"GET /hel lo HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "NUL in the path": (b"GET /hello\0x HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "NUL in a value": (b"GET /hello HTTP/1.1\r\nHost: a\0b\r\n\r\n", 400),
    "NUL in a name": (b"GET /hello HTTP/1.1\r\n" + HOST + b"A\0: b\r\n\r\n", 400),
    "a control in a value": (b"GET /hello HTTP/1.1\r\n" + HOST + b"A: b\x01\r\n\r\n", 400),
    "CR alone": (b"GET /hello HTTP/1.1\r\n" + HOST + b"A: b\rHost: c\r\n\r\n", 400),
    "LF alone": (b"GET /hello HTTP/1.1\r\n" + HOST + b"A: b\nC: d\r\n\r\n", 400),
    "LF after the line": (b"GET /hello HTTP/1.1\n" + HOST + b"\r\n", 400),
    "%00": (b"GET /hello%00 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "half an escape": (b"GET /hello%4 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a broken escape": (b"GET /hello%zz HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "broken UTF-8": (b"GET /hello%ff HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "overlong UTF-8": (b"GET /%c0%af HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "raw bytes": (b"GET /\xd8\xb3 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "dots": (b"GET /a/../hello HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "escaped dots": (b"GET /a/%2e%2e/hello HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "no slash": (b"GET hello HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "an odd method": (b"G(T /hello HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a long address": (
        b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "a long query": (
        b"GET /hello?" + b"a" * 5000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "a longer address": (
        b"GET /" + b"a" * 30000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "a long head": (
        b"GET /hello HTTP/1.1\r\n" + HOST + (b"A: " + b"b" * 500 + b"\r\n") * 36 + b"\r\n",
        431),
    "a longer head": (
        b"GET /hello HTTP/1.1\r\n" + HOST + (b"A: " + b"b" * 500 + b"\r\n") * 99 + b"\r\n",
        431),
    "many headers": (
        b"GET /hello HTTP/1.1\r\n" + HOST + b"A: b\r\n" * 70 + b"\r\n", 431),
    "a large body": (
        b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 2000000\r\n\r\n", 413),
}

EVIL = b"GET /gate/shut HTTP/1.1\r\n" + HOST + b"\r\n"


def test_refused():
    with serving() as server:
        wrong = []
        for name, (data, want) in REFUSED.items():
            # What follows must never be taken for a request.
            got = server.ask(data + EVIL, close=False)
            wants = want if isinstance(want, tuple) else (want,)
            lines = [x for x in got.split(b"\r\n") if x.startswith(b"HTTP/1.1 ")]
            # The library says some of its own refusals twice; never another.
            statuses = {int(x.split()[1]) for x in lines}
            if not statuses or not statuses <= set(wants):
                wrong.append(f"{name}: {lines or got[:80]!r}, not {want}")
        assert not wrong, "\n  ".join([""] + wrong)


def test_unknown_methods():
    with serving() as server:
        for method in (b"BREW", b"TRACE", b"CONNECT"):
            got = server.ask(method + b" /hello HTTP/1.1\r\n" + HOST + b"\r\n")
            assert got.startswith(b"HTTP/1.1 501 "), got[:80]


def test_still_serving_afterwards():
    with serving() as server:
        for data, _ in REFUSED.values():
            server.ask(data)
        assert server.get("/hello").body == b"hello\n"


run(globals())
