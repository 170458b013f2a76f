#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The examples of docs/TERMINAL.md, run as they stand there."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from newsroom import PATIENCE, PROGRAM, main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "TERMINAL.md"


def examples(page):
    """(line, command, what it prints) of each example."""
    block = False
    for number, line in enumerate(page.split("\n"), 1):
        if line.startswith("```"):
            if block and found:
                yield tuple(found)
            block, found = line == "```console", None
        elif block and line.startswith("$ "):
            if found:
                yield tuple(found)
            found = [number, line[2:], ""]
        elif block and line.startswith(">") and found and not found[2] and (
                "<<" in found[1]):
            found[1] += "\n" + line[1:].removeprefix(" ")
        elif block and found:
            found[2] += line + "\n"


class Tour(unittest.TestCase):
    def test_tour__is_true(self):
        room = tempfile.mkdtemp(prefix="masthead-tour-")
        self.addCleanup(shutil.rmtree, room)
        bin_ = Path(room, "bin")
        bin_.mkdir()
        (bin_ / "masthead").symlink_to(PROGRAM)
        environment = os.environ | {"PATH": f"{bin_}:{os.environ['PATH']}"}
        environment.pop("VISUAL", None)
        count = 0
        for number, command, printed in examples(PAGE.read_text()):
            done = subprocess.run(
                ["bash", "-c", command], cwd=room, env=environment,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, text=True, timeout=PATIENCE)
            wanted = ".*".join(map(re.escape, printed.split("…")))
            self.assertRegex(done.stdout, re.compile(rf"\A{wanted}\Z", re.S),
                             f"{PAGE.name}:{number}: {command}")
            count += 1
        self.assertGreater(count, 15)


if __name__ == "__main__":
    main()
