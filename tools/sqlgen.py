#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes store/sql.h and sql.c: a typed call for each named block of SQL.

usage: sqlgen.py OUT_H OUT_C MIGRATIONS... -- BLOCKS...
A block's comments say its name, its parameters (in:), its columns (out:) and
how many rows it gives (rows: none, one, many LIMIT).  STYLE, section SQL.
"""
import hashlib
import re
import sys
from pathlib import Path

TYPES = {"int": ("int64_t", "SQL_INT"), "text": ("struct str", "SQL_TEXT"),
         "blob": ("struct str", "SQL_BLOB")}
FIELD = re.compile(r"^(\w+) (int|text|blob)(\?)?$")


class Block:
    def __init__(self, path, line, name, dialect):
        self.where, self.name, self.dialect = f"{path}:{line}", name, dialect
        self.doc, self.ins, self.outs, self.rows, self.limit = [], [], [], None, 0
        self.lines = []

    def fail(self, words):
        sys.exit(f"{self.where}: {self.name}: {words}")

    def fields(self, text):
        found = []
        for part in re.split(r",\s*", text.strip()):
            m = FIELD.match(part)
            if not m:
                self.fail(f"'{part}' is not 'name int|text|blob[?]'")
            found.append((m[1], m[2], bool(m[3])))
        return found

    def comment(self, words):
        key, _, value = words.partition(": ")
        if key == "in":
            self.ins += self.fields(value)
        elif key == "out":
            self.outs += self.fields(value)
        elif key == "rows":
            m = re.fullmatch(r"(none|one|many (\d+))", value)
            if not m:
                self.fail("rows: is none, one or many LIMIT")
            self.rows, self.limit = value.split()[0], int(m[2] or 1)
        elif self.lines:
            self.fail("comments stand above the statement")
        else:
            self.doc.append(words)

    def check(self):
        self.sql = " ".join(" ".join(self.lines).split()).rstrip("; ")
        if self.rows is None:
            self.fail("no rows: line")
        if (self.rows == "none") != (not self.outs):
            self.fail("out: goes with rows: one or many")
        used = set(re.findall(r"(?<![:\w]):([a-z_]\w*)", self.sql))
        declared = [f[0] for f in self.ins]
        if used != set(declared) or len(declared) != len(set(declared)):
            self.fail(f"in: and the text disagree: {used ^ set(declared)}")

    def gives_id(self):
        """One new row's id, which SQLite knows without being asked for it."""
        return (self.sql.startswith("INSERT INTO") and self.rows == "one"
                and self.sql.endswith(" RETURNING id") and "ON CONFLICT" not in self.sql)

    def text(self, mark):
        order = {f[0]: i + 1 for i, f in enumerate(self.ins)}
        sql = self.sql
        if mark == "?" and self.gives_id():
            sql = sql.removesuffix(" RETURNING id")
        return re.sub(r"(?<![:\w]):([a-z_]\w*)",
                      lambda m: mark + str(order[m[1]]), sql)


def read_blocks(paths):
    blocks, order = {}, []
    for path in paths:
        block = None
        for number, line in enumerate(Path(path).read_text().splitlines(), 1):
            m = re.match(r"-- name: (\w+)(?: \[(sqlite|pg)\])?$", line)
            if m:
                block = Block(Path(path).name, number, m[1], m[2])
                key = (m[1], m[2])
                if key in blocks or (m[2] and (m[1], None) in blocks):
                    block.fail("stands twice")
                blocks[key] = block
                if m[1] not in order:
                    order.append(m[1])
            elif block is None:
                if line.strip() and not line.startswith("--"):
                    sys.exit(f"{path}:{number}: text outside a block")
            elif line.startswith("--"):
                block.comment(line[2:].strip())
            elif line.strip():
                block.lines.append(line)
    pairs = []
    for name in order:
        lite = blocks.get((name, None)) or blocks.get((name, "sqlite"))
        pg = blocks.get((name, None)) or blocks.get((name, "pg"))
        if not lite or not pg:
            (lite or pg).fail("the other dialect is missing")
        lite.check()
        pg.check()
        if (lite.ins, lite.outs, lite.rows, lite.limit) != (
                pg.ins, pg.outs, pg.rows, pg.limit):
            pg.fail("the two dialects differ in in:, out: or rows:")
        pairs.append((lite, pg))
    return pairs


def c_string(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def struct(name, fields):
    rows = "".join(f"\t{TYPES[t][0]} {n};\n" for n, t, _ in fields)
    return f"struct {name} {{\n{rows}}};\n"


def signature(b):
    args = ["struct ctx *ctx", "struct store *st"]
    if b.ins:
        args.append(f"const struct sql_{b.name} *in")
    if b.rows == "none":
        args.append("int64_t *changed")
    else:
        args.append(f"const struct sql_{b.name}_row **out")
    if b.rows == "many":
        args.append("size_t *n")
    return f"enum err\nsql_{b.name}({', '.join(args)})"


def header(pairs):
    out = ["/* Written by tools/sqlgen.py from the .sql files; see store/store.h. */",
           "#ifndef STORE_SQL_H\n#define STORE_SQL_H\n",
           '#include "store/store.h"\n']
    for b, _ in pairs:
        out.append("/* " + " ".join(b.doc) + " */")
        if b.ins:
            out.append(struct(f"sql_{b.name}", b.ins))
        if b.outs:
            out.append(struct(f"sql_{b.name}_row", b.outs))
        out.append("MUST_USE " + signature(b).replace("\n", " ") + ";\n")
    return "\n".join(out) + "#endif\n"


def body(b):
    value = {"int": ".i", "text": ".s", "blob": ".s"}
    name, out = b.name, [signature(b), "{"]
    if b.ins:
        out.append("\tconst struct sql_value values[] = {")
        for n, t, null in b.ins:
            out.append(f"\t\t{{ .kind = {TYPES[t][1]}, .nullable = "
                       f"{str(null).lower()}, {value[t]} = in->{n} }},")
        out.append("\t};")
    values = "values" if b.ins else "NULL"
    call = f"ctx, st, BLOCK_{name.upper()}, {values}, {len(b.ins)}"
    if b.rows == "none":
        out += [f"\treturn store_run({call}, changed);", "}\n"]
        return "\n".join(out)
    out += ["\tstruct sql_rows rows = { 0 };", f"\tstruct sql_{name}_row *all = NULL;\n",
            f"\tTRY(store_query({call}, &rows));",
            f"\tall = ARENA_ARRAY(ctx->arena, rows.n, struct sql_{name}_row);",
            "\tfor (size_t i = 0; i < rows.n; i++) {",
            f"\t\tconst struct sql_value *v = rows.values + i * {len(b.outs)};\n"]
    for i, (n, t, _) in enumerate(b.outs):
        out.append(f"\t\tall[i].{n} = v[{i}]{value[t]};")
    out.append("\t}")
    out.append("\t*out = rows.n != 0 ? all : NULL;" if b.rows == "one"
               else "\t*out = all;\n\t*n = rows.n;")
    out += ["\treturn ERR_OK;", "}\n"]
    return "\n".join(out)


def source(pairs, migrations):
    out = ["/* Written by tools/sqlgen.py. */", '#include "store/sql.h"\n',
           '#include "store/block.h"\n', "enum {"]
    out += [f"\tBLOCK_{b.name.upper()}," for b, _ in pairs] + ["};\n"]
    for b, _ in pairs:
        kinds = [("in", b.ins), ("out", b.outs)]
        for what, fields in kinds:
            if fields:
                out.append(f"static const struct sql_field {b.name}_{what}[] = {{")
                out += [f"\t{{ \"{n}\", {TYPES[t][1]}, {str(z).lower()} }}," for n, t, z in fields]
                out.append("};")
    out.append("\nconst struct sql_block sql_blocks[] = {")
    for b, pg in pairs:
        ins = f"{b.name}_in" if b.ins else "NULL"
        outs = f"{b.name}_out" if b.outs else "NULL"
        out.append(f"\t{{ \"{b.name}\",\n\t    {c_string(b.text('?'))},\n\t    "
                   f"{c_string(pg.text('$'))},\n\t    {ins}, {len(b.ins)}, {outs}, "
                   f"{len(b.outs)}, {b.limit}, {str(b.gives_id()).lower()} }},")
    out += ["};", f"const size_t sql_block_count = {len(pairs)};\n"]
    for dialect in ("sqlite", "pg"):
        files = sorted(p for p in migrations if f"/{dialect}/" in p)
        numbers = [int(Path(p).name[:4]) for p in files]
        if numbers != list(range(1, len(files) + 1)):
            sys.exit(f"migrations of {dialect} are numbered {numbers}, "
                     "not 1, 2, 3 …: give the newest the next number")
        out.append(f"const struct sql_migration sql_migrations_{dialect}[] = {{")
        for p in files:
            text = Path(p).read_text()
            digest = hashlib.blake2b(text.encode(), digest_size=32).hexdigest()
            lines = "\n".join("\t    " + c_string(l + "\n") for l in text.splitlines())
            out.append(f"\t{{ {int(Path(p).name[:4])}, \"{digest}\",\n{lines} }},")
        out.append("};")
        if dialect == "sqlite":
            out.append(f"const size_t sql_migration_count = {len(files)};\n")
    out += [""] + [body(b) for b, _ in pairs]
    return "\n".join(out)


def main():
    out_h, out_c, rest = sys.argv[1], sys.argv[2], sys.argv[3:]
    cut = rest.index("--")
    pairs = read_blocks(rest[cut + 1:])
    Path(out_h).write_text(header(pairs))
    Path(out_c).write_text(source(pairs, rest[:cut]))


main()
