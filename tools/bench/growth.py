# SPDX-License-Identifier: MIT
"""How cost grows with the archive, as an SVG of small plots."""

import math

PANELS = (
    ("page", "story page, µs CPU", lambda v: v),
    ("feed", "feed, ms CPU", lambda v: v / 1000),
    ("publish", "publish, median ms", lambda v: v[0]),
    ("start", "start to first answer, ms", lambda v: v),
    ("memory", "RssAnon, MB", lambda v: v),
    ("import", "import, stories a second", lambda v: v),
)
WIDTH, HEIGHT, LEFT, TOP, GAP = 260, 120, 20, 34, 46
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1b1b1b }
.axis { stroke: #8a8a8a } .line { fill: none; stroke: #0b5c8a; stroke-width: 2 }
.dot { fill: #0b5c8a } .quiet { fill: #5b5b5b }
@media (prefers-color-scheme: dark) {
text { fill: #eee } .quiet { fill: #b5b5b5 } .line { stroke: #6cc1f0 } .dot { fill: #6cc1f0 }
}
""".strip()


def number(v):
    return f"{v:,.0f}" if v >= 20 else f"{v:.1f}" if v >= 1 else f"{v:.2f}"


def panel(points, key, title, value):
    """From nought, so that a flat line looks flat; the sizes on a log scale."""
    known = [(n, value(p[key])) for n, p in sorted(points.items()) if p.get(key)]
    if not known:
        return f'<text x="0" y="-12">{title}: not measured</text>'
    low, high = math.log10(known[0][0]), math.log10(known[-1][0])
    top = max(v for _, v in known) * 1.15 or 1
    at = [((math.log10(n) - low) / ((high - low) or 1) * WIDTH, HEIGHT - v / top * HEIGHT, n, v)
          for n, v in known]
    out = [f'<text x="0" y="-12">{title}</text>',
           f'<path class="axis" d="M0 0V{HEIGHT}H{WIDTH}" fill="none"/>',
           '<polyline class="line" points="' + " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in at) + '"/>']
    for x, y, n, v in at:
        anchor = "start" if x < 20 else "end" if x > WIDTH - 20 else "middle"
        out.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
                   f'<text x="{x:.1f}" y="{y - 7:.1f}" text-anchor="{anchor}">{number(v)}</text>'
                   f'<text class="quiet" x="{x:.1f}" y="{HEIGHT + 16}" text-anchor="{anchor}">{n:,}</text>')
    return "\n".join(out)


def plot(points):
    columns = 2
    rows = -(-len(PANELS) // columns)
    width = LEFT + columns * (WIDTH + GAP)
    height = rows * (HEIGHT + TOP + GAP)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
           f'role="img" aria-label="Cost by number of stories">', f"<style>{STYLE}</style>"]
    for i, (key, title, value) in enumerate(PANELS):
        x = LEFT + (i % columns) * (WIDTH + GAP)
        y = TOP + (i // columns) * (HEIGHT + TOP + GAP)
        out.append(f'<g transform="translate({x} {y})">\n{panel(points, key, title, value)}\n</g>')
    return "\n".join([*out, "</svg>"]) + "\n"
