# SPDX-License-Identifier: MIT
"""What measuring takes: servers on a core, their CPU time, HTTP by hand."""

import contextlib
import os
import pathlib
import platform
import re
import shutil
import socket
import subprocess
import sys
import time
import zlib

HERE = pathlib.Path(__file__).resolve().parent
SERVER_CORE, CLIENT_CORE = "0", "1"


def need(*tools):
    """Ends the program with a sentence when one is missing."""
    os.environ["PATH"] += ":/usr/sbin"
    for tool in tools:
        if shutil.which(tool) is None:
            sys.exit(f"{tool} is missing: `tools/deps bench` installs it")
    if (os.cpu_count() or 1) < 2:
        sys.exit("the bench needs two cores: one for the server, one for its readers")


def say(*words):
    """Progress; never on standard output, where the table goes."""
    print(*words, file=sys.stderr, flush=True)


class Progress:
    """A line that is written over, on a terminal; else one now and then."""

    def __init__(self, what, total):
        self.what, self.total = what, total
        self.began = self.told = time.monotonic()
        self.live = sys.stderr.isatty()

    def at(self, done):
        now = time.monotonic()
        if now - self.told < (0.2 if self.live else 20) and done < self.total:
            return
        self.told = now
        spent = now - self.began
        rate = done / spent if spent > 0 else 0
        left = (self.total - done) / rate if rate > 0 else 0
        line = f"  {self.what}: {done:,} of {self.total:,}, {rate:,.0f}/s, {left:,.0f} s left"
        end = "\r" if self.live and done < self.total else "\n"
        print(f"{line:79}" if self.live else line, end=end, file=sys.stderr, flush=True)


def compile_c(name, folder, *libraries):
    """A helper program of this folder, built when it is older than its text."""
    source, program = HERE / f"{name}.c", pathlib.Path(folder) / name
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-o", program, source, *libraries],
                       check=True)
    return program


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_port(port, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    sys.exit(f"nothing listens on port {port}")


def cpu_ns(pid):
    """User and system time of all threads, to the nanosecond.

    The tick of /proc/PID/stat is 10 ms; schedstat counts the same finely.
    """
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):
            total += int((task / "schedstat").read_text().split()[0])
    return total


def status_kb(pid, field):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{field}:\s+(\d+) kB", text)[1])


def written(pid):
    """Bytes that the process has handed to write(2) and its kin."""
    return int(re.search(r"wchar: (\d+)", pathlib.Path(f"/proc/{pid}/io").read_text())[1])


class Connection:
    """Keep-alive HTTP/1.1 with nothing between us and the bytes."""

    def __init__(self, port, coding="identity"):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.coding = coding
        self.data = b""

    def send(self, path):
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                            f"Accept-Encoding: {self.coding}\r\n\r\n".encode())

    def more(self):
        part = self.socket.recv(262144)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.data += part

    def receive(self):
        """Status, head and body."""
        while (end := self.data.find(b"\r\n\r\n")) < 0:
            self.more()
        head = self.data[:end]
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        whole = end + 4 + (int(length[1]) if length else 0)
        while len(self.data) < whole:
            self.more()
        body, self.data = self.data[end + 4:whole], self.data[whole:]
        return int(head[9:12]), head, body

    def get(self, path):
        self.send(path)
        return self.receive()

    def close(self):
        self.socket.close()


def fetch(port, path, coding="identity"):
    """Head and body of an answer that must be a 200."""
    c = Connection(port, coding)
    status, head, body = c.get(path)
    c.close()
    if status != 200:
        sys.exit(f"{path}: {head.splitlines()[0].decode()}")
    return head, body


class Server:
    """A process on the server's core."""

    def __init__(self, name, command, port=None, log=None, stdin=None, core=SERVER_CORE):
        self.name = name
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            ["taskset", "-c", core, *map(str, command)],
            stdin=stdin or subprocess.DEVNULL,
            stdout=subprocess.PIPE if port is None else subprocess.DEVNULL,
            stderr=log or subprocess.DEVNULL,
        )
        self.port = port or int(self.process.stdout.readline())
        self.pid = self.process.pid
        self.costs = []

    def wait(self, seconds=60):
        wait_port(self.port, seconds)
        return self

    def cpu_ns(self):
        return cpu_ns(self.pid)

    def stop(self):
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Masthead(Server):
    def __init__(self, program, data, *options, log=None, core=SERVER_CORE):
        self.program, self.data = program, pathlib.Path(data)
        port = free_port()
        super().__init__("masthead", [program, "serve", "--data", data, "--listen",
                                      f"127.0.0.1:{port}", *options], port, log, core=core)

    def settle(self, seconds=600):
        """Waits until it has nothing of its own to do, such as filling the index."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            before = self.cpu_ns()
            time.sleep(0.5)
            if self.cpu_ns() - before < 5e6:
                return
        sys.exit(f"the server has been busy by itself for {seconds} seconds")

    def metrics(self):
        text = fetch(self.port, "/metrics")[1].decode()
        return {m[1]: float(m[2]) for m in re.finditer(r"(?m)^(\S+) ([0-9.e+]+)$", text)}

    def ask(self, *words):
        """A command over the server's control socket: the sentence it ends with, or None.

        What `masthead …` itself does, without the start of a process.
        """
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
            folder = os.open(self.data, os.O_RDONLY | os.O_DIRECTORY)
            try:
                s.connect(f"/proc/self/fd/{folder}/control")
            finally:
                os.close(folder)
            s.send(b"".join(str(w).encode() + b"\0" for w in words))
            while packet := s.recv(40000):
                if packet[:1] == b"x":
                    return None if packet[1:2] == b"0" else packet[2:].decode()
        return "the server went away"


def pace():
    """µs of CPU for a fixed piece of work: how fast this machine is just now.

    Others on it slow every figure here; this one says by how much.
    """
    words = [str(n * 2654435761 % 4294967296) for n in range(20000)]
    text = " ".join(words).encode()
    spent = []
    for _ in range(9):
        began = time.thread_time_ns()
        zlib.compress(text, 6)
        spent.append((time.thread_time_ns() - began) / 1000)
    return sorted(spent)[4]


def describe():
    """The machine, in a line or two."""
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    versions = []
    for command in (["nginx", "-v"], ["sqlite3", "--version"], ["wrk", "-v"]):
        with contextlib.suppress(OSError):
            r = subprocess.run(command, capture_output=True, text=True, check=False)
            found = re.search(r"\d+\.\d+\.\d+", r.stdout + r.stderr)
            if found:
                versions.append(f"{command[0]} {found[0]}")
    return (f"{os.cpu_count()} cores of {cpu[1] if cpu else platform.machine()}, "
            f"{int(memory[1]) / 1048576:.0f} GB of memory, Linux {platform.release()}, "
            f"{', '.join(versions)}")
