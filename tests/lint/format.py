#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""clang-format 14 decides how the code is laid out."""
import shutil
import subprocess
import sys
from pathlib import Path

SKIP = 77


def main():
    root = Path(sys.argv[1])
    if shutil.which("clang-format-14") is None:
        print("clang-format-14 is not installed")
        sys.exit(SKIP)
    files = [p for top in ("src", "tests", "tools")
             for p in sorted((root / top).rglob("*.[ch]"))
             if "node_modules" not in p.parts]
    done = subprocess.run(["clang-format-14", "--dry-run", "-Werror", *files])
    sys.exit(1 if done.returncode else 0)


main()
