# SPDX-License-Identifier: MIT
"""How soon after its last byte a phone's clip has a poster, and plays."""

import os
import re
import shutil
import socket
import time

import ladder
from machine import Masthead, say
from newsroom import found, run

SECONDS = 60  # of film
PATIENCE = 600


def tell(port, method, path, token, head, body=b""):
    """One request of tus; when its last byte went, and the answer's head."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as s:
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close",
                 "Tus-Resumable: 1.0.0", f"Authorization: Bearer {token}",
                 f"Content-Length: {len(body)}", *head]
        s.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        sent = time.monotonic()
        answer = b""
        while part := s.recv(65536):
            answer += part
    status = int(answer[9:12])
    if status not in (201, 204):
        raise SystemExit(f"{method} {path}: {answer.decode(errors='replace')[:500]}")
    return sent, answer.decode(errors="replace")


def upload(server, token, clip):
    body = clip.read_bytes()
    _, answer = tell(server.port, "POST", "/upload", token, [f"Upload-Length: {len(body)}"])
    path = re.search(r"(?im)^location: (?:https?://[^/]+)?(\S+)", answer)[1]
    sent, _ = tell(server.port, "PATCH", path, token,
                   ["Upload-Offset: 0", "Content-Type: application/offset+octet-stream"], body)
    return sent


def measure(bench):
    """Seconds from the last byte to the poster, to a first segment, to the whole ladder."""
    folder = bench.folder / "tmp" / "first-play"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    clip, data = folder / "phone.mp4", folder / "newsroom"
    say(f"  making {SECONDS} s of 1080p as a phone has it")
    ladder.make_clip(clip, SECONDS)
    found(bench.program, data)
    mail = "reporter@bench.example"
    run([bench.program, "user", "add", mail, "--role", "reporter", "--data", data])
    token = re.search(r"mht_\S+", run([bench.program, "token", "add", mail, "--data", data]))[0]
    ours, its = os.pipe()
    with os.fdopen(its, "wb") as log, os.fdopen(ours) as lines, \
            Masthead(bench.program, data, log=log, core="0,1") as server:
        server.wait()
        log.close()  # the server has it
        sent = upload(server, token, clip)
        times = {}
        for line in lines:
            event = re.search(r"event=media_(poster|plays|done|failed)\b", line)
            if event:
                times[event[1]] = time.monotonic() - sent
            if "done" in times or "failed" in times:
                break
    shutil.rmtree(folder)
    if "failed" in times:
        raise SystemExit(f"the clip's ladder failed: {line}")
    return times
