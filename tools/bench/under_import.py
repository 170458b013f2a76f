# SPDX-License-Identifier: MIT
"""The latency of a cached page while its server imports, and a film is worked on."""

import contextlib
import json
import shutil
import statistics
import subprocess
import sys

import ladder
from machine import CLIENT_CORE, SERVER_CORE, Masthead, compile_c
from newsroom import found, import_folder, run, story_paths

RATE = 1000   # requests a second
WARM = 1000   # stories that are there before
MORE = 4      # times as many come meanwhile as for the mark of importing
FILM = 60     # seconds of it: its ladder takes longer than all turns


class Turn:
    """What load.c says of one, in µs."""

    def __init__(self, line):
        self.n, self.half, self.tenth, self.p99, self.p999, self.most = map(float, line.split())


@contextlib.contextmanager
def spinning(core):
    """
    A program that only counts has that core, when nobody else wants it: what it
    costs a reader is the machine's own, and no server could do better.
    """
    loop = subprocess.Popen(["taskset", "-c", core, "chrt", "--idle", "0",
                             "sh", "-c", "while :; do :; done"])
    try:
        yield
    finally:
        loop.kill()
        loop.wait()


def measure(bench):
    """Turns in quiet, beside a loop, and during both; the page stays cached throughout."""
    load = compile_c("load", bench.folder)
    folder, data = bench.folder / "tmp" / "under", bench.folder / "tmp" / "under-newsroom"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run([bench.generator, "peers", 0, WARM, WARM, folder / "before"])
    run([bench.generator, "peers", WARM, MORE * bench.peers, MORE * bench.peers,
         folder / "meanwhile"])
    ladder.make_clip(folder / "camera.mkv", FILM)
    found(bench.program, data)
    import_folder(bench.program, data, folder / "before")
    # As the design has it: load from core 0; server and import share core 1.
    with Masthead(bench.program, data, core=CLIENT_CORE) as server:
        page = story_paths(server.wait().port, 60)[7]
        server.settle()

        def turn():
            return Turn(run(["taskset", "-c", SERVER_CORE, load, server.port, page, RATE,
                             bench.seconds]))

        turn()  # its pages of memory, and the cache
        quiet = [turn() for _ in range(bench.runs)]
        with spinning(CLIENT_CORE):
            loop = [turn() for _ in range(bench.runs)]
        run([bench.program, "media", "add", folder / "camera.mkv", "--data", data])
        made = server.metrics()["masthead_rendered_total"]
        with subprocess.Popen(
                ["taskset", "-c", CLIENT_CORE, bench.program, "import", folder / "meanwhile",
                 "--data", data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as client:
            busy = []
            while len(busy) < bench.runs:
                one = turn()
                if client.poll() is not None:
                    break  # some of that turn was quiet
                busy.append(one)
            # The readings of /metrics are made, too.
            made = server.metrics()["masthead_rendered_total"] - made - 1
            client.terminate()
        [film] = json.loads(run([bench.program, "media", "list", "--json", "--data", data]))
        if film["job"]["state"] != "running":
            sys.exit(f"the film was {film['job']['state']} before the last turn")
    shutil.rmtree(folder)
    shutil.rmtree(data)
    return quiet, loop, busy, made


def middle(turns, what):
    return statistics.median(getattr(t, what) for t in turns)
