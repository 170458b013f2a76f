# SPDX-License-Identifier: MIT
"""CPU of a film's whole ladder beside one ffmpeg command for each rendition.

Both sides take the same file, preset, rate factor, ceilings, key frames,
threads and loudness; the ladder makes a poster besides.  Counted is the CPU
time of all processes.  The source is decoded once here and once for each
rendition there: that is what a ladder saves.  SSIM is taken of every
rendition against the source, scaled to its size.
"""

import dataclasses
import pathlib
import re
import resource
import subprocess

from machine import say

HERE = pathlib.Path(__file__).resolve().parent
SRC = HERE.parent.parent / "src"
THREADS = 1
SECONDS = 10  # of film
CEILINGS = ((1000, 5000), (640, 2800), (400, 1400), (300, 800), (0, 400))  # kbit/s
REACH = 0.75
SSIM_NOISE = 0.002  # two encodings of one film differ by as much


def run(*words):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True)


def ffmpeg(*words):
    return run("ffmpeg", "-nostdin", "-v", "error", "-y", *words)


def cpu(work):
    """Seconds of user and system time of all that a piece of work ran."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, out


def make_clip(path, seconds):
    """Moving shapes under a sensor's noise, coded as phones do: High, CABAC."""
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=s=1920x1080:r=30:d={seconds}",
           "-f", "lavfi", "-i", f"anoisesrc=c=pink:d={seconds}:r=48000:a=0.1:seed=1",
           "-vf", "noise=alls=6:allf=t:all_seed=1,gblur=sigma=0.7", "-c:v", "libx264",
           "-preset", "veryfast", "-profile:v", "high", "-b:v", "16M", "-g", 30, "-sc_threshold", 0,
           "-pix_fmt", "yuv420p", "-colorspace", "bt709",
           "-color_primaries", "bt709", "-color_trc", "bt709", "-c:a", "aac", path)


def build_driver(build, folder):
    libs = [build / "src/media/libmedia.a", build / "src/base/libbase.a"]
    run("cc", "-O2", "-D_GNU_SOURCE", f"-I{SRC}", "-o", folder / "ladder",
        HERE / "ladder.c", *libs, "-lsodium", "-lpthread")
    return folder / "ladder"


def ladder(driver, build, clip, out, threads):
    out.mkdir()
    lines = run(driver, clip, out, threads, build / "src/media/masthead-media").stdout
    return [(n, int(w), int(h), c == "1") for n, w, h, c in
            re.findall(r"^rung (\S+) (\d+) (\d+) (\d)$", lines, re.M)]


def one_each(clip, out, rungs, threads):
    """What a house has today: a command for each rendition."""
    out.mkdir()
    for name, width, height, _ in rungs:
        if width == 0:
            ffmpeg("-threads", threads, "-i", clip, "-vn", "-af",
                   "aresample=48000,aformat=channel_layouts=mono,"
                   "loudnorm=I=-23:TP=-1:LRA=20,aresample=48000",
                   "-c:a", "aac", "-b:a", "80k", out / f"{name}.mp4")
            continue
        rate = next(k for side, k in CEILINGS if min(width, height) >= side)
        ffmpeg("-threads", threads, "-i", clip, "-an", "-filter_threads", 1,
               "-vf", f"scale={width}:{height}:flags=bicubic", "-c:v", "libx264",
               "-preset", "veryfast", "-crf", 23, "-maxrate", f"{rate}k",
               "-bufsize", f"{2 * rate}k", "-g", 60, "-keyint_min", 60,
               "-sc_threshold", 0, "-threads", threads if min(width, height) >= 400 else 1,
               out / f"{name}.mp4")


def ssim(film, clip, width, height):
    out = run("ffmpeg", "-nostdin", "-v", "info", "-i", film, "-i", clip, "-lavfi",
              f"[1:v]scale={width}:{height}:flags=bicubic,setpts=N[s];[0:v]setpts=N[r];[r][s]ssim", "-f", "null", "-")
    return float(re.search(r"All:([0-9.]+)", out.stderr)[1])


@dataclasses.dataclass
class Comparison:
    ours: float   # s of CPU
    theirs: float
    worst: float  # the SSIM of a rendition less that of its peer
    rungs: list   # name, SSIM, the peer's


def compare(build, folder, name):
    """Of a clip of that name: MP4 as phones make it has its top rung copied."""
    folder.mkdir(parents=True)
    clip, ours, theirs = folder / name, folder / "ours", folder / "theirs"
    make_clip(clip, SECONDS)
    driver = build_driver(build, folder)
    say(f"  the ladder of {SECONDS} s of 1080p in {name}")
    cost, rungs = cpu(lambda: ladder(driver, build, clip, ours, THREADS))
    say("  one ffmpeg command each")
    peer, _ = cpu(lambda: one_each(clip, theirs, rungs, THREADS))
    seen = [(name, ssim(ours / f"{name}.m3u8", clip, width, height),
             ssim(theirs / f"{name}.mp4", clip, width, height))
            for name, width, height, _ in rungs if width]
    return Comparison(cost, peer, min(a - b for _, a, b in seen), seen)
