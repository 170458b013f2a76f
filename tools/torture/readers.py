# SPDX-License-Identifier: MIT
"""Readers: many at once, slow ones, and one who looks for stale pages."""
import re
import resource
import selectors
import shutil
import signal
import socket
import subprocess
import threading
import time

import newsroom

EVERY = 0.05  # seconds from one publish to the next


def configure(data, text):
    (data / "masthead.conf").write_text(text)


def more_files(n):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    want = min(max(soft, n), hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (want, hard))
    return want


def publish(t, data, number):
    done = t.edit(data, 1, f"Number {number} here")
    if done.returncode:
        t.finding(f"number {number} is refused: {done.stderr}")
    newsroom.run("story", "publish", 1, "--data", data, env=t.env)


def oldest(body):
    """The smallest number on a page; some pages may show none."""
    body = re.sub(rb"</?mark>", b"", body)
    numbers = [int(n) for n in re.findall(rb"Number (\d+) here", body)]
    return min(numbers, default=None)


SURFACES = ["/", "/feed.rss", "/feed.atom", "/feed.json", "/lite/",
            "/api/v1/stories", "/api/v1/stories/1", "/search?q=number"]


class Press:
    """Publishes revision after revision, and knows what was acknowledged."""

    def __init__(self, t, data, revisions):
        self.t, self.revisions = t, revisions
        self.address = str(data / "control")
        self.acknowledged = 0
        self.late = 0
        self.worst = 0.0

    def publish(self, revision):
        """Over the control socket: no process to start."""
        words = ("story", "publish", "1", "--rev", str(revision))
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
            s.settimeout(newsroom.PATIENCE)
            s.connect(self.address)
            s.send(b"".join(w.encode() + b"\0" for w in words))
            answer = s.recv(1 << 16)
            while not answer.startswith(b"x"):
                answer = s.recv(1 << 16)
        if answer != b"x0":
            self.t.finding(f"revision {revision}: {answer.decode()}")

    def run(self):
        due = time.monotonic()
        for revision in range(2, self.revisions + 1):
            began = time.monotonic()
            self.publish(revision)
            self.worst = max(self.worst, time.monotonic() - began)
            self.acknowledged = revision
            due += EVERY
            self.late += due < time.monotonic()
            time.sleep(max(0, due - time.monotonic()))


def look(t, server, press, surface, stop, counts):
    """Asks for one page again and again: never less than was acknowledged."""
    n = 0
    while not stop.is_set():
        least = press.acknowledged
        status, body = server.get(surface)
        number = oldest(body)
        n += 1
        if status != 200 or number is None:
            t.finding(f"{surface}: {status}, without the story")
        elif number < least:
            t.finding(f"{surface}: number {number} after {least} was published")
    counts.append(n)


def ended(load):
    """What it says at its end.  A signal that comes before it listens is lost."""
    while True:
        load.send_signal(signal.SIGINT)
        try:
            return load.communicate(timeout=1)[0]
        except subprocess.TimeoutExpired:
            pass


def stale(t):
    """A publish every 50 ms under full load: no old byte after its return."""
    data = t.fresh()
    revisions = int(t.args.seconds / EVERY) + 1
    configure(data, "[http]\nconnections_address = 1000\n[log]\naccess = no\n")
    for number in range(2, revisions + 1):  # revision N says Number N
        t.edit(data, 1, f"Number {number} here")
    server = newsroom.Server(data, env=t.env)
    press = Press(t, data, revisions)
    load = None
    try:
        press.publish(2)
        press.acknowledged = 2
        if shutil.which("wrk"):
            load = subprocess.Popen(
                ["wrk", "-c", "64", "-t", "1", "-d", "10h",
                 f"http://127.0.0.1:{server.port}/"],
                stdout=subprocess.PIPE, text=True)
        stop, counts = threading.Event(), []
        threads = [threading.Thread(target=look, args=(
            t, server, press, surface, stop, counts)) for surface in SURFACES]
        for thread in threads:
            thread.start()
        press.run()
        stop.set()
        for thread in threads:
            thread.join()
        answered = 0
        if load:
            said = re.search(r"(\d+) requests in", ended(load))
            answered = int(said[1]) if said else 0
        t.say(f"the slowest publish took {press.worst * 1000:.0f} ms; "
              f"{press.late} of {revisions - 1} came late")
        return {"publishes, one every 50 ms, under load": revisions - 1,
                "pages looked at meanwhile": sum(counts),
                "requests of the load": answered}
    finally:
        if load and load.poll() is None:
            load.kill()
        server.clean_up()


def rendered(server):
    text = server.get("/metrics")[1].decode()
    return int(re.search(r"(?m)^masthead_rendered_total (\d+)", text)[1])


def stampede(t):
    """Thousands ask for a page that was just purged: it is made once."""
    wanted = t.args.connections
    files = more_files(wanted + 200)
    n = min(wanted, files - 200)
    data = t.fresh()
    configure(data, f"[http]\nconnections = {n + 500}\n"
                    f"connections_address = {n + 500}\n[log]\naccess = no\n")
    publish(t, data, 0)
    server = newsroom.Server(data, env=t.env)
    rounds, worst = 5, 0
    try:
        for number in range(1, rounds + 1):
            sockets = []
            for _ in range(n):
                s = socket.create_connection(("127.0.0.1", server.port))
                s.setblocking(False)
                sockets.append(s)
            publish(t, data, number)
            before = rendered(server)
            answers = ask_all(sockets, b"GET / HTTP/1.1\r\nHost: a\r\n"
                                       b"Connection: close\r\n\r\n")
            made = rendered(server) - before - 1  # /metrics is made, too
            worst = max(worst, made)
            good = sum(a.startswith(b"HTTP/1.1 200 ") and
                       b"Number %d here" % number in a for a in answers)
            if good != n:
                t.finding(f"stampede: {n - good} of {n} were not answered "
                          "with the new page")
            if made != 1:
                t.finding(f"stampede: the page was made {made} times")
        return {f"stampedes of {n} connections on a purged page": rounds,
                "renders of the page in the worst of them": worst}
    finally:
        server.clean_up()


def ask_all(sockets, request):
    """Each gets the request; what each was answered."""
    select = selectors.DefaultSelector()
    answers = {s: b"" for s in sockets}
    for s in sockets:
        s.send(request)
        select.register(s, selectors.EVENT_READ)
    until = time.monotonic() + newsroom.PATIENCE
    while select.get_map() and time.monotonic() < until:
        for key, _ in select.select(1):
            try:
                more = key.fileobj.recv(1 << 16)
            except OSError:
                more = b""
            answers[key.fileobj] += more
            if not more:
                select.unregister(key.fileobj)
                key.fileobj.close()
    for s in sockets:
        s.close()
    return list(answers.values())


ATTACKS = {
    "slow heads": ["-H"],
    "slow bodies": ["-B"],
    "slow reading": ["-X", "-w", "1", "-y", "2", "-n", "5", "-z", "1"],
}


def silent(port, n, stop):
    """Connects, and says nothing."""
    sockets = []
    for _ in range(n):
        try:
            sockets.append(socket.create_connection(("127.0.0.1", port), 5))
        except OSError:
            break
    stop.wait()
    for s in sockets:
        s.close()


def attacked(t, server, name, other_address):
    """An honest reader's answers while it lasts: how many, the slowest."""
    answered = failed = 0
    worst = 0.0
    until = time.monotonic() + t.args.seconds / 2
    while time.monotonic() < until:
        began = time.monotonic()
        try:
            with socket.create_connection(("127.0.0.1", server.port), 10,
                                          (other_address, 0)) as s:
                s.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                answered += s.recv(12) == b"HTTP/1.1 200"
        except OSError:
            failed += 1
        worst = max(worst, time.monotonic() - began)
        time.sleep(0.02)
    if failed or not answered:
        t.finding(f"{name}: {failed} honest readers got nothing, {answered} did")
    t.say(f"{name}: {answered} honest readers answered, the slowest after "
          f"{worst * 1000:.0f} ms")
    return answered


def slow(t):
    """Slow and silent clients by the thousand; others are answered."""
    if not shutil.which("slowhttptest"):
        t.finding("slowhttptest is not installed: tools/deps torture")
        return {}
    n = min(2000, more_files(4000) // 2)
    data = t.fresh()
    publish(t, data, 0)
    server = newsroom.Server(data, env=t.env)
    counts = {}
    try:
        for name, options in ATTACKS.items():
            attack = subprocess.Popen(
                ["slowhttptest", "-c", str(n), *options, "-i", "5", "-r", "500",
                 "-l", str(t.args.seconds // 2 + 5), "-p", "3",
                 "-u", f"http://127.0.0.1:{server.port}/"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            counts[f"honest readers answered under {n} × {name}"] = attacked(
                t, server, name, "127.0.0.2")
            attack.kill()
            attack.wait()
        stop = threading.Event()
        thread = threading.Thread(target=silent, args=(server.port, n, stop))
        thread.start()
        counts[f"honest readers answered under {n} × silence"] = attacked(
            t, server, "silence", "127.0.0.2")
        stop.set()
        thread.join()
        if server.process.poll() is not None:
            t.finding(f"slow clients: the server ended:\n{server.said()[-2000:]}")
    finally:
        server.clean_up()
    return counts
