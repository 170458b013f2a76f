#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The examples of docs/caddy and docs/nginx, tried with the programs."""

import contextlib
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

from newsroom import PATIENCE, NewsroomTest, main

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
READER = "127.0.0.2"  # another address of this machine than the proxy's
FORGED = "203.0.113.9"
os.environ["PATH"] += ":/usr/sbin"
MISSING = [p for p in ("nginx", "caddy") if shutil.which(p) is None]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


class Proxy(NewsroomTest):
    def setUp(self):
        super().setUp()
        (self.data / "masthead.conf").write_text(
            "[site]\nurl = https://news.example.org\n"
            "[http]\ntrusted_proxies = 127.0.0.1, ::1\n"
            "[log]\naddress = whole\n")
        self.server = self.serve()
        self.port = free_port()
        self.story = self.publish()

    def start(self, *words):
        log = open(self.room / "proxy.log", "w+")
        self.addCleanup(log.close)
        process = subprocess.Popen(words, stdout=log, stderr=log, env={
            **os.environ, "HOME": str(self.room)})
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        give_up = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            if process.poll() is not None or time.monotonic() > give_up:
                log.seek(0)
                self.fail(log.read())

    def ask(self, connection, path, **headers):
        connection.request("GET", path, headers={
            "Host": "news.example.org", "X-Forwarded-For": FORGED, **headers})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def serves(self, connection):
        with contextlib.closing(connection):
            status, _, body = self.ask(connection, "/")
            self.assertEqual((status, body), self.server.get("/"))
            status, headers, packed = self.ask(
                connection, "/", **{"Accept-Encoding": "br"})
            self.assertEqual((status, headers["Content-Encoding"]),
                             (200, "br"))
            self.assertIn("max-age", headers["Strict-Transport-Security"])
            status, headers, _ = self.ask(
                connection, "/", **{"If-None-Match": headers["ETag"],
                                    "Accept-Encoding": "br"})
            self.assertEqual(status, 304)
            status, headers, _ = self.ask(connection, f"/news/{self.story}")
            self.assertEqual(status, 301)
            self.assertTrue(headers["Location"].startswith(
                ("/news/", "https://news.example.org/news/")))
            # An encoded slash arrives as it was sent.
            self.assertEqual(self.ask(connection, "/section/a%2Fb")[0], 404)
        self.server.stop()
        self.assertIn(READER, self.server.said())
        self.assertNotIn(FORGED, self.server.said())
        self.assertIn("a%2Fb", self.server.said())

    def test_nginx__as_in_the_example(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-subj", "/CN=news.example.org", "-days", "2",
             "-keyout", self.room / "key.pem", "-out", self.room / "cert.pem"],
            check=True, capture_output=True)
        text = (DOCS / "nginx/masthead.conf").read_text()
        for old, new in (
            ("server 127.0.0.1:8080;",
             f"server 127.0.0.1:{self.server.port};"),
            (r"listen \[::\]:\d+.*;\n", ""),
            ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
            ("listen 443 ", f"listen 127.0.0.1:{self.port} "),
            (r"ssl_certificate /.*;", f"ssl_certificate {self.room}/cert.pem;"),
            (r"ssl_certificate_key /.*;",
             f"ssl_certificate_key {self.room}/key.pem;"),
        ):
            text, n = re.subn(old, new, text)
            self.assertGreater(n, 0, old)
        self.write("masthead.conf", text)
        temps = "".join(f"{kind}_temp_path {self.room}/{kind};\n" for kind in (
            "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;\n" if os.geteuid() == 0 else ""
        conf = self.write("nginx.conf", (
            f"{user}daemon off; pid {self.room}/pid; error_log stderr;\n"
            "events {}\nhttp {\naccess_log off;\n"
            f"{temps}include {self.room}/masthead.conf;\n}}\n"))
        words = ["nginx", "-p", str(self.room), "-c", str(conf)]
        tried = subprocess.run([*words, "-t"], capture_output=True, text=True)
        self.assertEqual(tried.returncode, 0, tried.stderr)
        self.start(*words)
        trust = ssl.create_default_context(cafile=self.room / "cert.pem")
        trust.check_hostname = False
        self.serves(http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=PATIENCE, context=trust,
            source_address=(READER, 0)))

    def test_caddy__as_in_the_example(self):
        example = DOCS / "caddy/Caddyfile"
        tried = subprocess.run(
            ["caddy", "validate", "--adapter", "caddyfile", "--config",
             example], capture_output=True, text=True,
            env={**os.environ, "HOME": str(self.room)})
        self.assertEqual(tried.returncode, 0, tried.stderr)
        text = example.read_text()
        # Without a certificate authority in reach: plain HTTP.
        for old, new in (
            ("news.example.org {", f"http://127.0.0.1:{self.port}, "
             f"http://news.example.org:{self.port} {{"),
            ("127.0.0.1:8080", f"127.0.0.1:{self.server.port}"),
        ):
            self.assertIn(old, text)
            text = text.replace(old, new)
        conf = self.write("Caddyfile", "{\n\tadmin off\n}\n" + text)
        self.start("caddy", "run", "--adapter", "caddyfile", "--config",
                   str(conf))
        self.serves(http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE,
            source_address=(READER, 0)))


if __name__ == "__main__":
    if MISSING:
        print("not installed:", *MISSING)
        sys.exit(77)
    main()
