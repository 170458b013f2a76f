#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SQL stands in src/store only: none in a string of any other room."""
import re
import sys
from pathlib import Path

STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
SQL = re.compile(r"\b(SELECT .* FROM|INSERT INTO|DELETE FROM|UPDATE \w+ SET|"
                 r"CREATE (TABLE|INDEX)|PRAGMA \w+)\b")


def main():
    src = Path(sys.argv[1]) / "src"
    faults = 0
    for path in sorted(src.rglob("*.[ch]")):
        if path.relative_to(src).parts[0] == "store":
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for text in STRING.findall(line):
                if SQL.search(text):
                    print(f"{path}:{number}: SQL outside src/store/sql")
                    faults += 1
    sys.exit(1 if faults else 0)


main()
