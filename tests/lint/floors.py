#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who may include whom: a file's own room, and rooms of lower floors."""
import re
import sys
from pathlib import Path

FLOORS = {"base": 0, "http": 1, "store": 1, "media": 1, "markup": 1,
          "search": 1,
          "newsroom": 2, "pages": 3, "exchange": 4, "site": 5, "desk": 5,
          "jobs": 5, "upload": 6, "cli": 7}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)


def main():
    src = Path(sys.argv[1]) / "src"
    faults = 0
    for path in sorted(src.rglob("*.[ch]")):
        room = path.relative_to(src).parts[0]
        for mark, name in INCLUDE.findall(path.read_text()):
            other = name.split("/")[0]
            if mark == "<" and other not in FLOORS:
                continue
            if other == room or FLOORS.get(other, 99) < FLOORS[room]:
                continue
            print(f"{path}: {room} may not include {name}")
            faults += 1
    sys.exit(1 if faults else 0)


main()
