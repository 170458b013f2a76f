# SPDX-License-Identifier: MIT
"""What was measured, as Markdown."""

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


def table(rows, stories, machine):
    judged = [r for r in rows if r.met is not None]
    lines = [
        f"**{stories:,} stories.** {machine}.", "",
        f"{sum(r.met for r in judged)} of {len(judged)} marks are met.", "",
        "| mark | here | beside it | ratio | to reach | met | a house today |",
        "|---|---:|---|---:|---|---|---|",
    ]
    for r in rows:
        met = "" if r.met is None else "yes" if r.met else "**no**"
        ratio = "" if r.ratio is None else f"{r.ratio:.2f}"
        lines.append(f"| {r.name} | {r.figure} | {r.beside} | {ratio} | {r.reach} | {met} | {r.today} |")
    notes = [r for r in rows if r.note]
    if notes:
        lines += ["", "How each was taken:", ""]
        lines += [f"- *{r.name}*: {r.note}." for r in notes]
    return "\n".join(lines) + "\n"


def growth_table(points, version):
    heads = ("stories", "story page", "feed", "publish, median", "publish, p99", "start",
             "RssAnon", "import", "disk a story")
    lines = ["| " + " | ".join(heads) + " |", "|" + "---:|" * len(heads)]
    for n, p in sorted(points.items()):
        median, p99 = p.get("publish", (0, 0))
        lines.append(
            f"| {n:,} | {p.get('page', 0):.0f} µs | {p.get('feed', 0) / 1000:.2f} ms "
            f"| {median:.1f} ms | {p99:.1f} ms | {p.get('start', 0):.0f} ms "
            f"| {p.get('memory', 0):.0f} MB | {p['import']:,.0f}/s | {p['bytes'] / 1000:.1f} kB |")
    others = [f"{n:,} by {p['maker']}" for n, p in sorted(points.items())
              if p["maker"] != version]
    if others:
        lines += ["", "The column *import* is of the program that made the archive: "
                  + ", ".join(others) + "."]
    return "\n".join(lines) + "\n"


def into_docs(root, text, svg):
    """Between the two marks of docs/PERFORMANCE.md; the plot beside it."""
    path = root / "docs/PERFORMANCE.md"
    page = path.read_text()
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
    (root / "docs/performance-growth.svg").write_text(svg)
