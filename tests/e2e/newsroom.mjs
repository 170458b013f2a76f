// SPDX-License-Identifier: MIT
// The program itself, with a newsroom of its own and a server on a free port:
// for what needs its workers.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program = process.env.MASTHEAD ?? join(root, "build/masthead");

export async function startNewsroom() {
  const room = mkdtempSync("/tmp/masthead-e2e-");
  const data = join(room, "newsroom");
  const run = (...words) =>
    execFileSync(program, [...words.map(String), "--data", data], {
      encoding: "utf8",
    });

  run("init", "--title", "The Harbour Courier", "--house", "courier");
  const child = spawn(
    program, ["serve", "--data", data, "--listen", "127.0.0.1:0"],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const ready = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", () => reject(new Error("the server has ended")));
  });
  const write = (name, text) => {
    writeFileSync(join(room, name), text);
    return join(room, name);
  };
  const json = (...words) => JSON.parse(run(...words, "--json"));

  return {
    url: ready.trim().replace(/^.*(http:\S+?)\/?$/, "$1"),
    room,
    run,
    json,
    write,
    // A clip that moves and sounds, of that many seconds; with few frames, as
    // each is coded for every rung.
    clip(name, seconds, size = "1280x720") {
      execFileSync("ffmpeg", [
        "-nostdin", "-v", "error", "-y",
        "-f", "lavfi", "-i", `testsrc2=s=${size}:r=12:d=${seconds}`,
        "-f", "lavfi", "-i", `sine=330:d=${seconds}`,
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
        "-g", "24", "-c:a", "aac", join(room, name),
      ]);
      return join(room, name);
    },
    sound(name, seconds) {
      execFileSync("ffmpeg", [
        "-nostdin", "-v", "error", "-y", "-f", "lavfi",
        "-i", `sine=440:d=${seconds}`, join(room, name),
      ]);
      return join(room, name);
    },
    // Waits until all of it is made.
    add(path, ...words) {
      return json("media", "add", path, "--wait", ...words)[0];
    },
    publish(front, text = "Nobody saw it.\n") {
      const lines = Object.entries(front).map(([k, v]) => `${k}: ${v}\n`);
      const file = write("story.md", `---\n${lines.join("")}---\n${text}`);
      const { id } = json("story", "new", "--file", file);

      run("story", "publish", id);
      return id;
    },
    async stop() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await gone;
      rmSync(room, { recursive: true });
    },
  };
}
