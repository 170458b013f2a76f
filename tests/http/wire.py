# SPDX-License-Identifier: MIT
"""Raw bytes to a server of our own, and its very bytes back."""

import contextlib
import socket
import subprocess
import sys
import time
import traceback

HOST = b"Host: a.example\r\n"
PATIENCE = 20  # seconds until a test that waits in vain gives up


class Server:
    """The small site, on a port of its own."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [sys.argv[1], "access=none", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.port = int(self.process.stdout.readline())

    def connect(self):
        s = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return s

    def ask(self, data, close=True):
        """All that comes back until the server closes."""
        with self.connect() as s:
            # It may refuse, and end, before it has read everything.
            with contextlib.suppress(OSError):
                s.sendall(data)
                if close:
                    s.shutdown(socket.SHUT_WR)
            return read_all(s)

    def get(self, path, *headers):
        """One request on a connection of its own: the answer."""
        with self.connect() as s:
            s.sendall(request("GET", path, *headers))
            return read_answer(s)

    def stop(self):
        """Asked to end, it must end well: leaks and races show here."""
        self.process.stdin.close()
        status = self.process.wait(PATIENCE)
        assert status == 0, f"the server ended with {status}"


@contextlib.contextmanager
def serving(*arguments):
    server = Server(*arguments)
    try:
        yield server
        server.stop()
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


def request(method, path, *headers, version="HTTP/1.1", body=b""):
    head = f"{method} {path} {version}\r\n".encode() + HOST
    for header in headers:
        head += header.encode() + b"\r\n"
    return head + b"\r\n" + body


def read_all(s):
    data = b""
    try:
        while True:
            part = s.recv(65536)
            if not part:
                return data
            data += part
    except ConnectionResetError:
        return data


class Answer:
    def __init__(self, head, body):
        lines = head.decode("latin-1").split("\r\n")
        self.line = lines[0]
        self.status = int(lines[0].split()[1])
        self.headers = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            self.headers[name.lower()] = value
        self.body = body


def read_answer(s, head_only=False):
    """Exactly one answer, no byte more."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        part = s.recv(1)
        assert part, f"closed after {head!r}"
        head += part
    answer = Answer(head[:-4], b"")
    n = int(answer.headers.get("content-length", "0"))
    if head_only or answer.status == 304:
        n = 0
    while len(answer.body) < n:
        part = s.recv(n - len(answer.body))
        assert part, "the body was cut"
        answer.body += part
    return answer


def closed(s):
    """Has the server ended it?  Waits for that."""
    return read_all(s) == b""


def until(what):
    """Waits until what() is true."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def run(tests):
    """Runs the functions of a file; one by its name as second argument."""
    failed = 0
    for name, test in list(tests.items()):
        if not name.startswith("test_") or not callable(test):
            continue
        if len(sys.argv) > 2 and sys.argv[2] not in name:
            continue
        try:
            test()
            print("ok", name, flush=True)
        except Exception:  # every failure is reported, and the next is tried
            failed += 1
            print("FAILED", name, flush=True)
            traceback.print_exc()
    sys.exit(failed != 0)
