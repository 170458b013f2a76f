// SPDX-License-Identifier: MIT
// Makes the demo's clip anew, which nobody needs for anything else:
//
//	node tools/clip/make.mjs [demo/clips/orrin-light.mp4]
//
// A browser draws each frame (orrin-light.js); FFmpeg adds wind, a fog signal
// and codes it as a phone would.  Needs chromium (tools/deps lighthouse) and
// ffmpeg (tools/deps test).

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const RATE = 25;
const to = process.argv[2] ?? "demo/clips/orrin-light.mp4";
const drawing = readFileSync(new URL("orrin-light.js", import.meta.url), "utf8");

const WIND = "anoisesrc=color=brown:seed=4:r=48000,lowpass=f=700,"
  + "tremolo=f=0.2:d=0.5,volume=0.5[wind]";
const HORN = "aevalsrc='0.22*(sin(2*PI*98*t)+0.4*sin(2*PI*196*t))"
  + "*between(mod(t,6),3.2,4.8)*min(1,4*min(mod(t,6)-3.2,4.8-mod(t,6)))':s=48000[horn]";

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage();
await page.setContent('<canvas width="1280" height="720"></canvas>');
await page.addScriptTag({
  type: "module",
  content: `${drawing}\nObject.assign(window, { paint, seconds });`,
});
await page.waitForFunction("window.paint");
const seconds = await page.evaluate("seconds");

const ffmpeg = spawn("ffmpeg", [
  "-v", "error", "-y",
  "-f", "image2pipe", "-framerate", String(RATE), "-c:v", "png", "-i", "-",
  "-filter_complex", `${WIND};${HORN};[wind][horn]amix=inputs=2:normalize=0[a]`,
  "-map", "0:v", "-map", "[a]", "-t", String(seconds),
  "-c:v", "libx264", "-preset", "veryslow", "-crf", "32", "-pix_fmt", "yuv420p",
  "-g", "50", "-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart", to,
], { stdio: ["pipe", "inherit", "inherit"] });

for (let n = 0; n < seconds * RATE; n++) {
  const url = await page.evaluate((t) => {
    const canvas = document.querySelector("canvas");
    window.paint(canvas, t);
    return canvas.toDataURL("image/png");
  }, n / RATE);
  const frame = Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
  if (!ffmpeg.stdin.write(frame)) await once(ffmpeg.stdin, "drain");
}
ffmpeg.stdin.end();
const [status] = await once(ffmpeg, "close");
await browser.close();
process.exitCode = status;
