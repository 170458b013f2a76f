#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The examples of docs/nginx and docs/caddy, tried before a real newsroom.

    proxies.py MASTHEAD ROOT

Ports, names and certificates are replaced; all else is as the examples say.
"""
import contextlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

SKIP = 77
MASTHEAD, ROOT = sys.argv[1], Path(sys.argv[2])


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def fetch(port, deadline=20):
    """Waits for the proxy to listen; then one request."""
    end = time.monotonic() + deadline
    while True:
        request = urllib.request.Request(f"http://127.0.0.1:{port}/",
                                         headers={"Host": "news.example.org",
                                                  "Accept-Encoding": "gzip"})
        try:
            return urllib.request.urlopen(request, timeout=5)
        except OSError:
            if time.monotonic() > end:
                raise


@contextlib.contextmanager
def newsroom(room):
    subprocess.run([MASTHEAD, "init", "--data", room / "n", "--title", "T"],
                   check=True, stdout=subprocess.DEVNULL)
    (room / "n/masthead.conf").write_text(
        "[site]\nurl = https://news.example.org\n"
        "[http]\ntrusted_proxies = 127.0.0.1\n[log]\naddress = whole\n")
    with open(room / "log", "w") as log:
        child = subprocess.Popen(
            [MASTHEAD, "serve", "--data", room / "n", "--listen",
             "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            line = child.stdout.readline()
            yield int(re.search(r":(\d+)/", line)[1])
        finally:
            child.terminate()
            child.wait()


def nginx(room, upstream, port):
    text = (ROOT / "docs/nginx/masthead.conf").read_text()
    text = text.replace("127.0.0.1:8080", f"127.0.0.1:{upstream}")
    text = text.replace("listen 443 ssl http2", f"listen 127.0.0.1:{port}")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    text = re.sub(r"\tssl_certificate.*\n", "", text)
    (room / "nginx.conf").write_text(
        f"daemon off; pid {room}/pid; error_log stderr;\nevents {{}}\n"
        f"http {{ access_log off; client_body_temp_path {room}/b; "
        f"proxy_temp_path {room}/p; fastcgi_temp_path {room}/f; "
        f"uwsgi_temp_path {room}/u; scgi_temp_path {room}/s;\n{text}}}\n")
    return ["nginx", "-p", str(room), "-c", str(room / "nginx.conf")]


def caddy(room, upstream, port):
    text = (ROOT / "docs/caddy/Caddyfile").read_text()
    text = text.replace("127.0.0.1:8080", f"127.0.0.1:{upstream}")
    text = text.replace("news.example.org {",
                        f"http://news.example.org:{port} {{")
    (room / "Caddyfile").write_text(
        "{\n\tadmin off\n\tauto_https off\n}\n" + text)
    return ["env", f"HOME={room}", "caddy", "run", "--adapter", "caddyfile",
            "--config", str(room / "Caddyfile")]


def try_proxy(name, make):
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as s:
        room = Path(folder)
        upstream = s.enter_context(newsroom(room))
        port = free_port()
        child = subprocess.Popen(make(room, upstream, port),
                                 stderr=subprocess.DEVNULL)
        s.callback(child.wait)
        s.callback(child.terminate)
        with fetch(port) as answer:
            assert answer.status == 200, answer.status
            assert answer.headers["Content-Encoding"] == "gzip"
            assert "max-age" in answer.headers["Strict-Transport-Security"]
            assert answer.headers["ETag"]
    print(f"{name}: good")


def main():
    missing = [p for p in ("nginx", "caddy") if shutil.which(p) is None]
    if missing:
        print("not installed:", *missing)
        sys.exit(SKIP)
    try_proxy("nginx", nginx)
    try_proxy("caddy", caddy)


main()
