#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""CPU time a request for a cached page: Masthead, nginx, a bare epoll loop.

All three send the same headers and the same body, and write an access log;
each runs on core 0, wrk on core 1, in alternating turns.  Counted is the
server's own CPU time (user and system) from /proc, over the requests that
wrk counts.  Only the ratios mean anything.

    cached_page.py --masthead build/masthead --data DIR --path /news/1/x
    cached_page.py --server build/tests/http/http_server --path /page
"""

import argparse
import contextlib
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
MARKS = {"bare epoll": 1.4, "nginx": 0.9}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_port(port):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    sys.exit(f"nothing listens on port {port}")


def fetch(port, path, coding):
    """The whole answer, head and body, as sent to wrk."""
    request = (f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
               f"Accept-Encoding: {coding}\r\n\r\n").encode()
    with socket.create_connection(("127.0.0.1", port), 10) as s:
        s.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += s.recv(65536)
        head, body = data.split(b"\r\n\r\n", 1)
        if not head.startswith(b"HTTP/1.1 200 "):
            sys.exit(f"{path}: {head.splitlines()[0].decode()}")
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
        while len(body) < length:
            body += s.recv(65536)
    return head, body


def cpu_ns(pid):
    """User and system time of all threads, to the nanosecond.

    The tick of /proc/PID/stat is 10 ms; schedstat counts the same finely.
    """
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total


def wrk(port, path, coding, seconds, connections):
    out = subprocess.run(
        ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s",
         "-H", f"Accept-Encoding: {coding}",
         f"http://127.0.0.1:{port}{path}"],
        capture_output=True, text=True, check=True,
    ).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        sys.exit(f"port {port}: {out}")
    return int(re.search(r"(\d+) requests in", out)[1])


class Server:
    def __init__(self, name, command, port=None, log=None, stdin=None):
        self.name = name
        self.process = subprocess.Popen(
            ["taskset", "-c", "0", *map(str, command)],
            stdin=stdin or subprocess.DEVNULL,
            stdout=subprocess.PIPE if port is None else subprocess.DEVNULL,
            stderr=log or subprocess.DEVNULL,
        )
        self.port = port or int(self.process.stdout.readline())
        self.pid = self.process.pid
        self.costs = []
        wait_port(self.port)

    def run(self, path, coding, seconds, connections):
        before = cpu_ns(self.pid)
        requests = wrk(self.port, path, coding, seconds, connections)
        time.sleep(0.1)  # its log is written
        self.costs.append((cpu_ns(self.pid) - before) / requests / 1000)

    def stop(self):
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.process.kill()
        self.process.wait()


def nginx(folder, head, body):
    """The same body as a file, the same headers from the configuration."""
    skip = {"date", "content-length", "content-type", "last-modified", "etag",
            "connection", "server"}
    kind = "text/html"
    headers = []
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, value = line.split(": ", 1)
        if name.lower() == "content-type":
            kind = value
        if name.lower() not in skip:
            value = value.replace("\\", "\\\\").replace('"', '\\"')
            headers.append(f'    add_header {name} "{value}";')
    (folder / "html").mkdir()
    (folder / "html" / "page").write_bytes(body)
    port = free_port()
    conf = folder / "nginx.conf"
    conf.write_text(
        f"""daemon off; master_process off; worker_processes 1;
pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  types {{ }}
  default_type "{kind}";
  access_log {folder}/access.log combined buffer=64k flush=1s;
  sendfile on; tcp_nopush on; tcp_nodelay on;
  keepalive_requests 100000000;
  open_file_cache max=100 inactive=1h; open_file_cache_valid 1h;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2;
  fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4;
  scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/html; location / {{
{chr(10).join(headers)}
    try_files /page =404; }} }}
}}
""")
    return Server("nginx", ["nginx", "-p", folder, "-c", conf], port)


def bare(folder, head, body):
    program = folder / "bare_epoll"
    subprocess.run(
        ["cc", "-O2", "-D_GNU_SOURCE", "-o", program, HERE / "bare_epoll.c"], check=True)
    (folder / "answer").write_bytes(head + b"\r\n\r\n" + body)
    return Server("bare epoll", [program, folder / "answer", folder / "epoll.log"])


def masthead(args, folder):
    log = open(folder / "masthead.log", "wb")
    if args.server:
        return Server("masthead", [args.server, "access=cut"], log=log,
                      stdin=subprocess.PIPE)
    port = free_port()
    return Server(
        "masthead",
        [args.masthead, "serve", "--data", args.data, "--listen", f"127.0.0.1:{port}"],
        port, log)


def table(servers):
    ours = statistics.median(servers[0].costs)
    print(f"{'':12}{'µs a request':>14}  {'runs':40}{'ratio':>7}{'mark':>7}")
    reached = True
    for s in servers:
        median = statistics.median(s.costs)
        runs = " ".join(f"{c:.2f}" for c in s.costs)
        line = f"{s.name:12}{median:14.2f}  {runs:40}"
        if s.name in MARKS:
            ratio = ours / median
            good = ratio <= MARKS[s.name]
            reached &= good
            line += f"{ratio:7.2f}{MARKS[s.name]:7.1f}  {'reached' if good else 'MISSED'}"
        print(line)
    return reached


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--masthead", help="the program")
    p.add_argument("--data", help="its data folder")
    p.add_argument("--server", help="the http suite's small site instead")
    p.add_argument("--path", default="/page")
    p.add_argument("--coding", default="identity",
                   help="Accept-Encoding of every request: identity, gzip, br")
    p.add_argument("--runs", type=int, default=5)
    p.add_argument("--seconds", type=int, default=3)
    p.add_argument("--connections", type=int, default=32)
    args = p.parse_args()
    if not args.server and not (args.masthead and args.data):
        p.error("give --masthead and --data, or --server")
    for tool in ("wrk", "nginx", "taskset"):
        if shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin") is None:
            sys.exit(f"{tool} is missing: tools/deps installs it")
    os.environ["PATH"] += ":/usr/sbin"
    servers = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        try:
            servers.append(masthead(args, folder))
            fetch(servers[0].port, args.path, args.coding)  # rendered now, kept from here on
            head, body = fetch(servers[0].port, args.path, args.coding)
            servers.append(bare(folder, head, body))
            servers.append(nginx(folder, head, body))
            for s in servers:
                s.run(args.path, args.coding, 1, args.connections)
                s.costs.clear()
            for _ in range(args.runs):
                for s in servers:
                    s.run(args.path, args.coding, args.seconds,
                          args.connections)
            print(f"{args.path}: {len(head) + 4} bytes of head, {len(body)} of body; "
                  f"{args.coding}, {args.connections} connections")
            return 0 if table(servers) else 1
        finally:
            for s in servers:
                s.stop()


if __name__ == "__main__":
    sys.exit(main())
