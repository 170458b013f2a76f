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
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

from machine import CLIENT_CORE, Masthead, Server, compile_c, fetch, free_port, need

MARKS = {"bare epoll": 1.4, "nginx": 0.9}


def wrk(port, path, coding, seconds, connections):
    out = subprocess.run(
        ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s",
         "-H", f"Accept-Encoding: {coding}",
         f"http://127.0.0.1:{port}{path}"],
        capture_output=True, text=True, check=True,
    ).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        sys.exit(f"port {port}: {out}")
    return int(re.search(r"(\d+) requests in", out)[1])


def turn(server, path, coding, seconds, connections):
    before = server.cpu_ns()
    requests = wrk(server.port, path, coding, seconds, connections)
    time.sleep(0.1)  # its log is written
    server.costs.append((server.cpu_ns() - before) / requests / 1000)


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
    return Server("nginx", ["nginx", "-p", folder, "-c", conf], port).wait()


def bare(folder, head, body):
    program = compile_c("bare_epoll", folder)
    (folder / "answer").write_bytes(head + b"\r\n\r\n" + body)
    return Server("bare epoll", [program, folder / "answer", folder / "epoll.log"]).wait()


def measure(start, path, coding, runs=5, seconds=3, connections=32, told=lambda head, body: None):
    """µs a request, run by run, by server; start(log) starts ours."""
    servers = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        try:
            servers.append(start(open(folder / "masthead.log", "wb")).wait())
            fetch(servers[0].port, path, coding)  # rendered now, kept from here on
            head, body = fetch(servers[0].port, path, coding)
            told(head, body)
            servers.append(bare(folder, head, body))
            servers.append(nginx(folder, head, body))
            for s in servers:
                turn(s, path, coding, 1, connections)
                s.costs.clear()
            for _ in range(runs):
                for s in servers:
                    turn(s, path, coding, seconds, connections)
            return {s.name: s.costs for s in servers}
        finally:
            for s in servers:
                s.stop()


def table(costs):
    ours = statistics.median(costs["masthead"])
    print(f"{'':12}{'µs a request':>14}  {'runs':40}{'ratio':>7}{'mark':>7}")
    reached = True
    for name, runs in costs.items():
        median = statistics.median(runs)
        line = f"{name:12}{median:14.2f}  {' '.join(f'{c:.2f}' for c in runs):40}"
        if name in MARKS:
            ratio = ours / median
            good = ratio <= MARKS[name]
            reached &= good
            line += f"{ratio:7.2f}{MARKS[name]:7.1f}  {'reached' if good else 'MISSED'}"
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
    need("wrk", "nginx", "taskset")

    def start(log):
        if args.server:
            return Server("masthead", [args.server, "access=cut"], log=log,
                          stdin=subprocess.PIPE)
        return Masthead(args.masthead, args.data, log=log)

    def told(head, body):
        print(f"{args.path}: {len(head) + 4} bytes of head, {len(body)} of body; "
              f"{args.coding}, {args.connections} connections")

    return 0 if table(measure(start, args.path, args.coding, args.runs, args.seconds,
                              args.connections, told)) else 1


if __name__ == "__main__":
    sys.exit(main())
