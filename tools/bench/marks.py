# SPDX-License-Identifier: MIT
"""One function for each mark of the design's table: measure, compare, judge."""

import dataclasses
import json
import os
import random
import re
import shutil
import statistics
import sys
import time
import urllib.parse

import cached_page
import first_play
import ladder
import under_import
from machine import Connection, Masthead, Progress, fetch, say, status_kb, written
from newsroom import found, import_folder, run, story_paths

CONNECTIONS = 8   # of the readers who ask for pages that nobody has asked for yet
BATCHES = 5       # of which the median counts
FILL = 2400       # story pages: more than the cache holds
FILL_LEAST = 80   # the first of each language opens locales and prepares statements


@dataclasses.dataclass
class Mark:
    name: str
    figure: str            # ours, with its unit
    beside: str = ""       # floor or peer of the same run, with its figure
    ratio: float | None = None
    reach: str = ""        # what is to be reached
    met: bool | None = None  # None: cannot be said
    today: str = ""        # what a house has today, from the design
    note: str = ""


def quantile(values, q):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


# ---- cached page ----

def cached(bench, archive):
    """CPU of a cached story page beside a bare epoll loop and nginx."""
    out = []
    with Masthead(bench.program, archive.data) as m:
        path = story_paths(m.wait().port, 60)[7]
    for coding in ("br", "identity"):
        say(f"Cached story page, {coding}: five turns each of masthead, epoll loop, nginx")
        costs = cached_page.measure(
            lambda log: Masthead(bench.program, archive.data, log=log),
            path, coding, runs=bench.runs, seconds=bench.seconds)
        ours = statistics.median(costs["masthead"])
        for peer, limit in cached_page.MARKS.items():
            theirs = statistics.median(costs[peer])
            out.append(Mark(f"cached story page, {coding}, CPU a request", f"{ours:.1f} µs",
                            f"{peer} {theirs:.1f} µs", ours / theirs, f"≤ {limit} ×",
                            ours / theirs <= limit,
                            "Varnish 16.3 µs, nginx fastcgi_cache 240 µs"))
    return out


# ---- rendered pages ----

def ask_all(connections, paths, each=lambda path, body: None):
    """Each path once, eight at a time: nobody has asked for it before."""
    for at in range(0, len(paths), len(connections)):
        part = paths[at:at + len(connections)]
        for c, path in zip(connections, part):
            c.send(path)
        for c, path in zip(connections, part):
            status, head, body = c.receive()
            if status != 200:
                sys.exit(f"{path}: {head.splitlines()[0].decode()}")
            each(path, body)


def cost_of(server, paths, each=lambda path, body: None):
    """µs of the whole process a page, and of these compressing: medians of batches."""
    connections = [Connection(server.port) for _ in range(CONNECTIONS)]
    whole, compress, size = [], [], max(1, len(paths) // BATCHES)
    part = 'masthead_page_cpu_seconds_total{part="compress"}'
    for at in range(0, size * BATCHES, size):
        batch = paths[at:at + size]
        if not batch:
            break
        zip_before, misses = server.metrics()[part], server.metrics()["masthead_rendered_total"]
        before = server.cpu_ns()
        ask_all(connections, batch, each)
        spent = server.cpu_ns() - before
        after = server.metrics()
        rendered = after["masthead_rendered_total"] - misses
        # The three readings of /metrics are rendered, too, and counted there only.
        if rendered < len(batch):
            sys.exit(f"only {rendered:.0f} of {len(batch)} pages were rendered: some were cached")
        whole.append(spent / len(batch) / 1000)
        compress.append((after[part] - zip_before) / len(batch) * 1e6)
    for c in connections:
        c.close()
    return statistics.median(whole), statistics.median(compress)


def rendered(bench, server, found_links):
    """Story pages that nobody has asked for before, of a server that has run for a while.

    Its cache is full, where the archive has as many pages: what is made sends another away,
    and no memory is touched for the first time.
    """
    paths = story_paths(server.port, FILL + bench.pages)
    random.Random(1).shuffle(paths)
    before = max(FILL_LEAST, len(paths) - bench.pages)
    connections = [Connection(server.port) for _ in range(CONNECTIONS)]
    ask_all(connections, paths[:before])
    paths = paths[before:]
    sizes = []

    def look(_, body):
        sizes.append(len(body))
        found_links.update(re.findall(rb'href="(/[^"]*(?:section|author)/[^"/]+)"', body))

    say(f"Story pages from the store: {len(paths):,}, each asked for once")
    whole, compress = cost_of(server, paths, look)
    ours = whole - compress
    return ours, Mark(
        "story page rendered from the store, CPU", f"{ours:.0f} µs",
        "", None, "≤ 150 µs", ours <= 150, "Ghost 21,700 µs, WordPress 36,300",
        f"whole process, {whole:.0f} µs, less {compress:.0f} µs for gzip and brotli; "
        f"median page {statistics.median(sizes) / 1000:.1f} kB; {before:,} others before them")


def feeds(bench, server, found_links):
    paths = [f"{link.decode()}/feed.{form}" for link in sorted(found_links)
             for form in ("rss", "atom", "json")]
    random.Random(2).shuffle(paths)
    paths = paths[:bench.feeds]
    sizes = []
    say(f"Feeds from the store: {len(paths)}, each asked for once")
    whole, compress = cost_of(server, paths, lambda _, body: sizes.append(len(body)))
    ours = whole - compress
    return ours, Mark(
        "feed rendered from the store, CPU", f"{ours / 1000:.2f} ms", "", None, "≤ 1 ms",
        ours <= 1000, "Ghost 29.7 ms, WordPress 63.9",
        f"whole process, {whole / 1000:.2f} ms, less {compress / 1000:.2f} ms for gzip and "
        f"brotli; median feed {statistics.median(sizes) / 1000:.0f} kB")


# ---- publishing ----

def drafts_of(bench, archive):
    ids = []
    for state in ("draft", "withdrawn"):
        ids += [s["id"] for s in json.loads(run(
            [bench.program, "story", "list", "--state", state, "--limit", "1000", "--json",
             "--data", archive.data]))]
    return ids


def surfaces_of(server, reader, story):
    """The story's own page, and all that must show it once it is published."""
    status, head, _ = reader.get(f"/news/{story}")
    where = re.search(rb"(?i)\r\nlocation: \S*?(/news/\S+)", head)
    if status != 301 or not where:
        sys.exit(f"/news/{story} does not lead to the story: {head!r}")
    page = where[1].decode()
    body = reader.get(page)[2].decode()
    text = body.split("<main", 1)[1].split("</main>")[0]
    lists = dict.fromkeys(re.findall(r'href="(/(?:section|tag|author)/[^"/]+)"', text))
    lists |= dict.fromkeys(re.findall(r'<a href="(/section/[^"/]+)" aria-current="true"', body))
    if not lists:
        sys.exit(f"{page} names no section, tag or author")
    feeds_too = ["/feed.rss", "/feed.atom", "/feed.json", "/sitemap/news.xml"]
    return [page, "/", *lists, *feeds_too]


def published(bench, archive, server):
    """From the call to the last surface that shows the story, asked for in turn."""
    stories = drafts_of(bench, archive)[:bench.publishes]
    reader = Connection(server.port)
    probe = os.open(archive.folder / "probe", os.O_RDWR | os.O_CREAT, 0o600)
    os.pwrite(probe, b"\0" * (8 << 20), 0)
    os.fsync(probe)
    calls, visible, syncs, bytes_written, shown = [], [], [], [], 0
    progress = Progress("stories published", len(stories))
    for n, story in enumerate(stories):
        def must(*words):
            sentence = server.ask(*words)
            if sentence is not None:
                sys.exit(f"{' '.join(map(str, words))}: {sentence}")

        must("story", "publish", story)
        surfaces = surfaces_of(server, reader, story)
        must("story", "unpublish", story)
        for path in surfaces[1:]:  # as they stand in the cache before
            reader.get(path)
        before = written(server.pid)
        began = time.perf_counter()
        must("story", "publish", story)
        called = time.perf_counter()
        # Then, one after the other, whatever shows it.
        late = [p for p in surfaces if f"/news/{story}".encode() not in reader.get(p)[2]]
        seen = time.perf_counter()
        if late:
            sys.exit(f"story {story} was published and did not stand on {late}")
        bytes_written.append(written(server.pid) - before)
        calls.append((called - began) * 1000)
        visible.append((seen - began) * 1000)
        shown += len(surfaces)
        must("story", "unpublish", story)
        size = int(statistics.median(bytes_written))
        began = time.perf_counter()
        os.pwrite(probe, b"m" * size, (n * 65536) % (7 << 20))
        os.fdatasync(probe)
        syncs.append((time.perf_counter() - began) * 1000)
        progress.at(n + 1)
    os.close(probe)
    os.unlink(archive.folder / "probe")
    reader.close()
    sync, ours, all_seen = quantile(syncs, .99), quantile(calls, .99), quantile(visible, .99)
    return (quantile(calls, .5), ours), Mark(
        "publish call to visible on every surface, p99", f"{ours:.1f} ms",
        f"fdatasync of the same {statistics.median(bytes_written) / 1000:.0f} kB: {sync:.1f} ms",
        None, "≤ 5 ms + fdatasync", ours <= 5 + sync,
        "front page only: WordPress 79 ms, Ghost 83",
        f"median {quantile(calls, .5):.1f} ms (fdatasync {quantile(syncs, .5):.1f}); when the call "
        f"returns no surface serves the old state; all {shown / len(stories):.0f} surfaces rendered "
        f"and read, plain, one after the other: median {quantile(visible, .5):.0f}, "
        f"p99 {all_seen:.0f} ms after the call began")


# ---- import ----

def imported(bench):
    """The peers' stories into an empty newsroom; both cores, fdatasync on."""
    rates = []
    folder, data = bench.folder / "tmp" / "peers", bench.folder / "tmp" / "peers-newsroom"
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    run([bench.generator, "peers", 0, bench.peers, bench.peers, folder])
    for n in range(3):
        say(f"Import of {bench.peers:,} stories of the peers' kind, {n + 1} of 3")
        found(bench.program, data)
        spent, report = import_folder(bench.program, data, folder)
        if report["taken"] != bench.peers:
            sys.exit(f"{report['taken']} of {bench.peers} were taken")
        rates.append(bench.peers / spent)
    shutil.rmtree(folder)
    shutil.rmtree(data)
    ours = statistics.median(rates)
    return Mark(f"import of {bench.peers:,} stories of 580 words", f"{ours:,.0f} a second", "", None,
                "≥ 3,000 a second", ours >= 3000, "WordPress 73, Ghost 69",
                "wall time of the whole command, two cores, synchronous=FULL; runs: "
                + ", ".join(f"{r:,.0f}" for r in rates))


def readers_first(bench):
    """A cached page's latency while the server works, beside what it is in quiet."""
    say(f"A cached page, {under_import.RATE:,} times a second, in quiet and under an import "
        "and a film")
    quiet, loop, busy, made = under_import.measure(bench)
    name, reach = "cached page while an import and a transcode run, p99", "≤ 2 × in quiet"
    if not busy:
        sys.exit("the import was over before a turn was: the bench must give it more stories")
    calm, least, ours = (under_import.middle(t, "p99") for t in (quiet, loop, busy))
    halves = [under_import.middle(t, "half") for t in (quiet, busy)]
    thousandths = [under_import.middle(t, "p999") / 1000 for t in (quiet, busy)]
    return Mark(name, f"{ours / 1000:.2f} ms", f"in quiet {calm / 1000:.2f} ms", ours / calm,
                reach, ours <= 2 * calm, "",
                f"{under_import.RATE:,} a second from core 0, each from the moment it was due; server, "
                f"import and transcode on core 1; medians of {len(quiet)} and {len(busy)} turns of "
                f"{bench.seconds} s; beside a loop that only counts, SCHED_IDLE on core 1, instead of "
                f"import and transcode: p99 {least / 1000:.2f} ms; half within {halves[0]:.0f} and {halves[1]:.0f} µs, p99.9 "
                f"{thousandths[0]:.1f} and {thousandths[1]:.1f} ms; {made:.0f} pages made meanwhile")


# ---- films ----

def films(bench):
    say("Films: a phone's clip from its last byte, and the ladder beside one command each")
    times = first_play.measure(bench)
    what = f"{first_play.SECONDS} s of 1080p by one PATCH; both cores; the whole ladder after {times['done']:.0f} s"
    rows = [Mark("video: poster after the last byte", f"{times['poster']:.2f} s", "", None,
                 "≤ 1 s", times["poster"] <= 1, "none published", what),
            Mark("video: first playable segment after the last byte", f"{times['plays']:.2f} s",
                 "", None, "≤ 3 s", times["plays"] <= 3, "none published")]
    for name, how in (("camera.mkv", "all rungs encoded"), ("phone.mp4", "its top rung copied")):
        folder = bench.folder / "tmp" / "ladder"
        shutil.rmtree(folder, ignore_errors=True)
        c = ladder.compare(bench.program.parent, folder, name)
        shutil.rmtree(folder)
        ratio = c.ours / c.theirs
        seen = "; ".join(f"{n} SSIM {a:.4f}, beside {b:.4f}" for n, a, b in c.rungs)
        rows.append(Mark(
            f"whole ladder, {how}, CPU", f"{c.ours:.1f} s", f"one ffmpeg command each {c.theirs:.1f} s",
            ratio, f"≤ {ladder.REACH} ×, SSIM no lower",
            ratio <= ladder.REACH and c.worst > -ladder.SSIM_NOISE, "",
            f"{ladder.SECONDS} s of 1080p, veryfast, one thread on both sides; {seen}"))
    return rows


# ---- search ----

def searched(bench, server):
    name, reach = "full-text search, p99", "≤ 20 ms"
    today = "WordPress 271–295 ms CPU"
    status = Connection(server.port).get("/search?q=the")[0]
    if status == 404:
        return Mark(name, "not there yet", "", None, reach, None, today)
    lines = run([bench.generator, "queries", bench.queries]).splitlines()
    prefix = {"en": "", "ar": "/ar", "fa": "/fa"}
    reader, spent = Connection(server.port), []
    say(f"Search: {len(lines)} queries of one to three words, drawn by frequency")
    before = server.cpu_ns()
    for line in dict.fromkeys(lines):
        code, words = line.split("\t")
        quoted = urllib.parse.quote(words)
        began = time.perf_counter()
        status, head, _ = reader.get(f"{prefix[code]}/search?q={quoted}")
        spent.append((time.perf_counter() - began) * 1000)
        if status != 200:
            sys.exit(f"search for {words}: {head.splitlines()[0].decode()}")
    cpu = (server.cpu_ns() - before) / len(spent) / 1e6
    reader.close()
    return Mark(name, f"{quantile(spent, .99):.1f} ms", "", None, reach,
                quantile(spent, .99) <= 20, today,
                f"median {quantile(spent, .5):.1f} ms; CPU {cpu:.1f} ms a query")


# ---- memory, start, weight ----

def memory(server):
    resident = status_kb(server.pid, "RssAnon") / 1024
    limit = int(re.search(r"(?m)^cache_mb *= *(\d+)", run(
        [server.program, "serve", "--print-config", "--data", server.data]))[1])
    held = server.metrics().get("masthead_cache_bytes", 0) / 1048576
    return resident, Mark(
        "resident memory serving it (RssAnon)", f"{resident:.0f} MB", "", None,
        f"≤ 150 MB + {limit} MB of cache", resident <= 150 + limit,
        "WordPress 499 MB, Ghost 675", f"after all of the above; the cache held {held:.0f} MB of it")


def started(bench, archive):
    spent = []
    for _ in range(7):
        with Masthead(bench.program, archive.data) as m:
            answered = False
            while not answered:
                try:
                    c = Connection(m.port)
                    answered = c.get("/")[0] == 200
                    c.close()
                except OSError:
                    time.sleep(0.0005)
            spent.append((time.monotonic() - m.began) * 1000)
    ours = statistics.median(spent)
    return ours, Mark("start to first answer (the front page)", f"{ours:.0f} ms", "", None,
                      "≤ 100 ms", ours <= 100, "",
                      f"the machine's file cache warm; median of {len(spent)}, from exec on")


def weight(bench, server):
    """Every text story of a sample: HTML, with its styles in it."""
    sizes = {"br": [], "gzip": []}
    for coding, out in sizes.items():
        reader = Connection(server.port, coding)
        for path in story_paths(server.port, 200):
            _, head, body = reader.get(path)
            out.append(len(body))
        reader.close()
    body = fetch(server.port, story_paths(server.port, 60)[3])[1].decode()
    beside = re.findall(r'<link[^>]+rel="stylesheet"[^>]*>', body)
    scripts = [s for s in re.findall(r"<script[^>]*>", body) if "application/ld+json" not in s]
    most = max(sizes["br"]) / 1000
    usual = statistics.median(sizes["br"]) / 1000
    return Mark("text story page, HTML and CSS, compressed", f"{usual:.1f} kB", "", None,
                "≤ 14 kB, no script", usual <= 14 and not beside and not scripts,
                "HTML alone: Ghost 8.2 kB, WordPress 12.3",
                f"median of {len(sizes['br'])} with brotli; with gzip "
                f"{statistics.median(sizes['gzip']) / 1000:.1f} kB; the longest {most:.1f} kB; "
                f"{len(beside)} style sheets beside it, {len(scripts)} scripts")
