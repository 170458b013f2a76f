#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SQL stands in src/store/sql: in no string of a C file but the engine's."""
import re
import sys
from pathlib import Path

# What an engine says for itself, and how a store begins and ends.
MAY = {"store/engine_sqlite.c", "store/store.c"}
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|\'(?:[^\'\\\n]|\\.)+\''
                   r'|(?P<text>"(?:[^"\\\n]|\\.)*"'
                   r'(?:(?:\s|[A-Z][A-Za-z0-9_]*)*"(?:[^"\\\n]|\\.)*")*)', re.S)
SQL = re.compile(
    r"(?:^|[;(\s])(?:select\s.*\sfrom\s|insert\s+(?:or\s+\w+\s+)?into\s"
    r"|replace\s+into\s|delete\s+from\s|update\s+\w+\s+set\s"
    r"|(?:create|drop|alter)\s+(?:unique\s+|virtual\s+|temp\s+)?"
    r"(?:table|index|view|trigger)\s|pragma\s+\w|begin\s+(?:immediate|exclusive)"
    r"|savepoint\s+\w|attach\s+database\s|vacuum\s+into\s)", re.I | re.S)


def sql_in(code):
    """Line and first words of each string that reads as SQL.

    Strings that the compiler joins are one, also around a macro (PRId64).
    """
    for found in TOKEN.finditer(code):
        text = "".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', found["text"] or ""))
        if SQL.search(text.replace("\\n", " ").replace("\\t", " ") + " "):
            yield code.count("\n", 0, found.start()) + 1, text[:50]


def main():
    src = Path(sys.argv[1]) / "src"
    faults = 0
    for path in sorted(src.rglob("*.[ch]")):
        if str(path.relative_to(src)) in MAY:
            continue
        for line, words in sql_in(path.read_text()):
            print(f"{path}:{line}: SQL outside src/store/sql: {words}")
            faults += 1
    sys.exit(1 if faults else 0)


main()
