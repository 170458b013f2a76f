# SPDX-License-Identifier: MIT
"""libFuzzer on every parser of strangers' bytes, for a while each."""
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build-fuzz"
SETUP = ["-Db_sanitize=address,undefined", "-Db_lundef=false",
         "-Dbuildtype=debug", "-Doptimization=1", "-Dfuzz=true"]


def fuzz(t):
    if not (BUILD / "build.ninja").exists():
        subprocess.run(["meson", "setup", BUILD, *SETUP], cwd=ROOT, check=True,
                       stdout=subprocess.DEVNULL,
                       env={**t.env, "CC": "clang-14"})
    targets = sorted(p.stem.removeprefix("fuzz_")
                     for p in (ROOT / "tests/fuzz").glob("fuzz_*.c"))
    subprocess.run(["ninja", "-C", BUILD, "--quiet",
                    *(f"tests/fuzz/fuzz_{n}" for n in targets)], check=True)
    runs = 0
    # Kept: what crashed belongs into tests/fuzz/corpus when it is mended.
    found = BUILD / "found"
    found.mkdir(exist_ok=True)
    for name in targets:
        grown = BUILD / "corpus" / name
        grown.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [BUILD / f"tests/fuzz/fuzz_{name}", f"-max_total_time={t.args.fuzz}",
             "-print_final_stats=1", "-rss_limit_mb=4096", "-timeout=20",
             f"-artifact_prefix={found}/{name}-", grown,
             ROOT / "tests/fuzz/corpus" / name],
            capture_output=True, text=True, env=t.env)
        n = int((re.search(r"number_of_executed_units: (\d+)", done.stderr)
                 or [0, 0])[1])
        runs += n
        t.say(f"{name}: {n} executions")
        if done.returncode != 0:
            t.finding(f"fuzz_{name}: {done.stderr[-3000:]}")
    return {f"executions of {len(targets)} fuzzers, {t.args.fuzz} s each": runs}
