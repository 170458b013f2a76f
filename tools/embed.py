#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write a C source that holds files, as a table of struct embedded_file.

    tools/embed.py --symbol broadsheet_files --strip themes/broadsheet \\
        --output broadsheet.c themes/broadsheet/front.html ...

In Meson, with the source's folder at hand:

    broadsheet_c = custom_target(
      input: files('front.html', 'fonts/x.woff2'),
      output: 'broadsheet.c',
      command: [python, embed_py, '--symbol', 'broadsheet_files',
        '--strip', meson.current_source_dir(), '--output', '@OUTPUT@',
        '@INPUT@'],
    )

The bytes are brought in by the assembler (.incbin): half a megabyte of
fonts as a C array takes the compiler seconds.
"""

import argparse
import hashlib
import os
import re
import sys


def c_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def bytes_of(label, path):
    """One file's bytes under a label that only this source can see."""
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    # The digest lets a compiler cache notice that the bytes have changed.
    return f"""\
__asm__(".pushsection .rodata\\n"
    "/* {digest} */\\n"
    ".balign 16\\n"
    "{label}:\\n"
    ".incbin " {c_string(c_string(path))} "\\n"
    "{label}_end:\\n"
    ".byte 0\\n"
    ".popsection\\n");
extern const unsigned char {label}[] __attribute__((visibility("hidden")));
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--symbol", required=True)
    parser.add_argument("--strip", required=True, help="folder of the names")
    parser.add_argument("--output", required=True)
    parser.add_argument("--also", action="append", default=[],
                        metavar="NAME=PATH", help="a file from elsewhere")
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", args.symbol):
        sys.exit(f"embed.py: {args.symbol} is not a name for C")

    files = {}
    for path in args.files:
        name = os.path.relpath(path, args.strip).replace(os.sep, "/")
        if name.startswith("../"):
            sys.exit(f"embed.py: {path} is not below {args.strip}")
        if name in files:
            sys.exit(f"embed.py: {name} is given twice")
        files[name] = os.path.abspath(path)
    for also in args.also:
        name, _, path = also.partition("=")
        if name in files:
            sys.exit(f"embed.py: {name} is given twice")
        files[name] = os.path.abspath(path)

    bodies = []
    rows = []
    for i, name in enumerate(sorted(files)):
        label = f"{args.symbol}_{i}"
        bodies.append(bytes_of(label, files[name]))
        size = os.path.getsize(files[name])
        rows.append(f"\t{{ {c_string(name)}, {label}, {size} }},\n")
    rows.append("\t{ 0 },\n")

    with open(args.output, "w", encoding="utf-8") as out:
        out.write("/* Made by tools/embed.py: do not edit. */\n\n")
        out.write('#include "base/embed.h"\n\n')
        out.write("\n".join(bodies))
        out.write(f"""
extern const struct embedded_file {args.symbol}[];
extern const size_t {args.symbol}_n;

const struct embedded_file {args.symbol}[] = {{
{"".join(rows)}}};
const size_t {args.symbol}_n = {len(files)};
""")


main()
