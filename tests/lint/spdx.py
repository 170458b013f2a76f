#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every C file says its licence in its first line, and its purpose."""
import sys
from pathlib import Path


def main():
    root = Path(sys.argv[1])
    faults = 0
    for path in sorted((root / "src").rglob("*.[ch]")):
        if "SPDX-License-Identifier: MIT" not in path.read_text()[:200]:
            print(f"{path}: no SPDX line")
            faults += 1
    sys.exit(1 if faults else 0)


main()
