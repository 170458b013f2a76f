#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""make bench: every mark of the design that needs no video, in one table.

    tools/bench/all [BUILD] [--stories N] [--only NAME…] [--quick] [--docs]

Makes archives of 1,000, 10,000 … up to N stories in BUILD/bench (kept for the
next run), measures the marks on the largest and the growth on all, and prints
a Markdown table.  The same stands in BUILD/bench/table.md; --docs writes it
and the plot into docs/.  The exit status is 1 when a mark is missed.

Only ratios, and the CPU time of a process, mean anything on a busy machine:
figures of wall time (publishing, search, import, start) want a quiet one.
"""

import argparse
import datetime
import os
import pathlib
import subprocess
import sys

import growth
import marks
import report
from machine import Masthead, compile_c, describe, need, pace, say
from newsroom import Archive

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = ("cached", "pages", "publish", "import", "under", "films", "search",
         "start", "growth")


def version():
    """Of the program that is measured; build it from this very tree."""
    return subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"],
                          capture_output=True, text=True, check=False).stdout.strip()


class Bench:
    """What all measurements share."""

    def __init__(self, args):
        self.root = ROOT
        self.program = pathlib.Path(args.build).resolve() / "masthead"
        self.folder = self.program.parent / "bench"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.version = version()
        self.generator = compile_c("archive", self.folder, "-lm")
        quick = args.quick
        self.runs, self.seconds = (3, 1) if quick else (5, 3)
        self.pages = 480 if quick else 2080
        self.feeds = 60 if quick else 400
        self.publishes = 40 if quick else 400
        self.peers = 2000 if quick else 10000
        self.queries = 200 if quick else 2000


def sizes_to(stories):
    """1,000, 10,000 … and the size asked for."""
    n, out = 1000, []
    while n < stories:
        out.append(n)
        n *= 10
    return [*out, stories]


def serving(bench, archive, want):
    """What is asked of one running server, in an order that leaves each honest."""
    rows, point = [], {}
    archive.read_once()
    with Masthead(bench.program, archive.data) as server:
        server.wait()
        server.settle()
        links = set()
        if "pages" in want:
            point["page"], row = marks.rendered(bench, server, links)
            rows.append(row)
            point["feed"], row = marks.feeds(bench, server, links)
            rows.append(row)
        if "publish" in want:
            point["publish"], row = marks.published(bench, archive, server)
            rows.append(row)
        if "search" in want:
            rows.append(marks.searched(bench, server))
        if "pages" in want:
            rows.append(marks.weight(bench, server))
            point["memory"], row = marks.memory(server)
            rows.append(row)
    if "start" in want:
        point["start"], row = marks.started(bench, archive)
        rows.append(row)
    point["import"] = archive.stories_a_second()
    point["maker"] = archive.maker()
    point["bytes"] = archive.bytes_a_story()
    return rows, point


def measure(bench, stories, want):
    archives = [Archive(bench, n) for n in (sizes_to(stories) if "growth" in want else [stories])]
    for archive in archives:
        archive.make()
    rows, points = [], {}
    for archive in archives[:-1]:
        say(f"\nGrowth: {archive.count:,} stories")
        points[archive.count] = serving(bench, archive, want)[1]
    say(f"\nThe marks: {archives[-1].count:,} stories")
    if "cached" in want:
        rows += marks.cached(bench, archives[-1])
    served, points[stories] = serving(bench, archives[-1], want)
    rows += served
    if "import" in want:
        rows.append(marks.imported(bench))
    if "under" in want:
        rows.append(marks.readers_first(bench))
    if "films" in want:
        rows += marks.films(bench)
    return rows, points


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("build", nargs="?", default="build")
    p.add_argument("--stories", type=int, default=100000)
    p.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME",
                   help="some of: " + " ".join(NAMES))
    p.add_argument("--quick", action="store_true", help="fewer repetitions, rougher figures")
    p.add_argument("--docs", action="store_true", help="write the table and the plot into docs/")
    args = p.parse_args()
    if args.stories < 1000:
        p.error("an archive has 1,000 stories at least")
    need("wrk", "nginx", "taskset", "cc", "ffmpeg")
    bench = Bench(args)
    paces = [pace()]
    rows, points = measure(bench, args.stories, set(args.only))
    paces.append(pace())
    when = datetime.date.today().isoformat()
    loads = " ".join(f"{x:.1f}" for x in os.getloadavg())
    text = report.table(rows, args.stories, f"{when}, {bench.version}, {describe()}; load at the end {loads}; "
                        f"pace (zlib of fixed bytes) {paces[0] / 1000:.1f} and "
                        f"{paces[1] / 1000:.1f} ms")
    if len(points) > 1:
        text += "\n" + report.growth_table(points, bench.version)
    print(text)
    (bench.folder / "table.md").write_text(text)
    (bench.folder / "growth.svg").write_text(growth.plot(points))
    if args.docs:
        report.into_docs(ROOT, text, growth.plot(points))
    return 1 if any(r.met is False for r in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
