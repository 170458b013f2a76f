#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a program beside a PostgreSQL of its own, gone when it returns.

usage: with_postgres.py PROGRAM...
The server listens on a Unix socket in a new folder and nowhere else; the
program finds it through PGHOST.  Exit 77 where PostgreSQL is not installed.
"""
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SKIPPED = 77
TOOLS = "/usr/lib/postgresql/15/bin"
START_SECONDS = 60


def find(name):
    return shutil.which(name, path=f"{TOOLS}:{os.environ.get('PATH', '')}")


def skip(words):
    print(f"skipped: {words}")
    sys.exit(SKIPPED)


def as_user():
    """PostgreSQL refuses root: then it runs as the user of Debian's package.

    Not through runuser, which stays in between and passes no signal on.
    """
    if os.geteuid() != 0:
        return {}
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        skip("root, and there is no user postgres")
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def wait_for(server, ready, log):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        if subprocess.run(ready).returncode == 0:
            return
        time.sleep(0.05)
    sys.exit("PostgreSQL did not start:\n" + log.read_text())


def run(folder, program):
    user = as_user()
    data = folder / "data"
    if user:
        shutil.chown(folder, "postgres", "postgres")
    subprocess.run(
        [find("initdb"), "-D", data, "-U", "masthead", "-A", "trust",
         "-E", "UTF8", "--no-locale", "--no-sync"],
        cwd=folder, check=True, stdout=subprocess.DEVNULL, **user)
    with open(folder / "log", "wb") as log:
        server = subprocess.Popen(
            [find("postgres"), "-D", data, "-k", folder,
             "-c", "listen_addresses=", "-c", "fsync=off"],
            cwd=folder, stdout=log, stderr=log, **user)
    try:
        wait_for(server, [find("pg_isready"), "-q", "-h", folder],
                 folder / "log")
        settings = {"PGHOST": str(folder), "PGUSER": "masthead",
                    "PGDATABASE": "postgres"}
        return subprocess.run(program, env={**os.environ, **settings}).returncode
    finally:
        # The fast way: whoever is connected is sent away.
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.send_signal(signal.SIGQUIT)
            server.wait()


def main():
    if not all(find(name) for name in ("initdb", "postgres", "pg_isready")):
        skip("PostgreSQL 15 is not installed (tools/deps installs it)")
    # Meson ends a late test with SIGTERM: leave by the same way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    with tempfile.TemporaryDirectory(prefix="masthead-pg-") as name:
        code = run(Path(name), sys.argv[1:])
    sys.exit(code)


if __name__ == "__main__":
    main()
