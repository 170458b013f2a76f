// SPDX-License-Identifier: MIT
// Lighthouse over the demo newsroom: a table, and a report for each page.
//
//	node tools/lighthouse/run.mjs PROGRAM NEWSROOM OUT
//
// A page is looked at three times, as a phone on a slow line; the table has the
// median of each category.  Exit status 1 when one is below 100.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import * as launcher from "chrome-launcher";
import lighthouse from "lighthouse";

const TIMES = 3;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
  "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

const [program, data, out] = process.argv.slice(2);

// The program says where it listens in its first line.
async function serve() {
  const server = spawn(program,
    ["serve", "--data", data, "--listen", "127.0.0.1:0"],
    { stdio: ["ignore", "pipe", "ignore"] });
  for await (const line of createInterface({ input: server.stdout })) {
    const at = line.match(/ at (http:\S+)\/$/);
    if (at) return { server, base: at[1] };
  }
  throw new Error(`${program} serve ended`);
}

// The newest story of a list, with a picture or without.
async function story(base, query, picture) {
  const all = await (await fetch(
    `${base}/api/v1/stories?limit=50&${query}`)).json();
  const one = all.stories.find((s) => Boolean(s.picture) === picture);
  return new URL(one.url).pathname;
}

const median = (all) => [...all].sort((a, b) => a - b)[all.length >> 1];

async function look(chrome, url) {
  const runs = [];
  for (let i = 0; i < TIMES; i++)
    runs.push(await lighthouse(url,
      { port: chrome.port, output: "html", logLevel: "error" }));
  const scores = CATEGORIES.map((c) =>
    Math.round(median(runs.map((r) => r.lhr.categories[c].score)) * 100));
  const lost = new Set(runs.flatMap((r) => Object.values(r.lhr.audits)
    .filter((a) => a.score !== null && a.score < 0.9 &&
      a.scoreDisplayMode === "binary").map((a) => a.id)));
  const ms = (id) =>
    Math.round(median(runs.map((r) => r.lhr.audits[id].numericValue)));
  const worst = [...runs].sort((a, b) =>
    a.lhr.categories.performance.score - b.lhr.categories.performance.score)[0];
  return { scores, lost, report: worst.report,
    facts: [ms("first-contentful-paint"), ms("largest-contentful-paint"),
      ms("total-blocking-time")],
    shift: median(runs.map(
      (r) => r.lhr.audits["cumulative-layout-shift"].numericValue)) };
}

const { server, base } = await serve();
const chrome = await launcher.launch(
  { chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell", chromeFlags: FLAGS });
let below = 0;
try {
  const pages = [
    ["front", "/"],
    ["section", "/section/harbour"],
    ["text story", await story(base, "edition=en&section=opinion", false)],
    ["story", await story(base, "edition=en", true)],
    ["Arabic front", "/ar/"],
    ["Arabic story", await story(base, "edition=ar", true)],
  ];
  mkdirSync(out, { recursive: true });
  console.log("| page | performance | accessibility | best practices | SEO " +
    "| first paint, ms | largest paint, ms | blocked, ms | layout shift |");
  console.log("|---|---|---|---|---|---|---|---|---|");
  for (const [name, path] of pages) {
    const { scores, lost, report, facts, shift } = await look(chrome, base + path);
    writeFileSync(`${out}/${name.replaceAll(" ", "-")}.html`, report);
    console.log(`| ${name} | ${scores.join(" | ")} | ${facts.join(" | ")} ` +
      `| ${shift.toFixed(3)} |`);
    for (const id of lost) console.log(`  lost: ${id}`);
    below += scores.some((s) => s < 100);
  }
  console.log(`Reports of the worst run of each: ${out}/`);
} finally {
  await chrome.kill();
  server.kill();
}
process.exit(below > 0 ? 1 : 0);
