// SPDX-License-Identifier: MIT
// A newsroom of its own for each test file, served on a free port.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program =
  process.env.E2E_HOST ?? join(root, "build/tests/e2e/e2e_host");

export async function startHost(...more) {
  const folder = mkdtempSync("/tmp/masthead-e2e-");
  const child = spawn(
    program,
    [join(folder, "newsroom"), join(root, "demo/img"), ...more],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const lines = createInterface({ input: child.stdout });
  const next = () =>
    new Promise((resolve, reject) => {
      lines.once("line", resolve);
      child.once("exit", () => reject(new Error("the host has ended")));
    });
  const url = await next();

  return {
    url,
    // Returns when readers see it.
    async does(deed) {
      const answer = next();
      child.stdin.write(`${deed}\n`);
      await answer;
    },
    async stop() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.stdin.end();
      await gone;
      rmSync(folder, { recursive: true });
    },
  };
}
