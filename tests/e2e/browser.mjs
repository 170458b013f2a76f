// SPDX-License-Identifier: MIT
// A browser, and what every page is asked: is it valid, can all use it, is it
// as wide as its window, does anything go wrong while it loads?

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";

const axe = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);
// What another colour scheme can change; axe's other rules see no colour.
const COLOURS = ["color-contrast", "link-in-text-block"];

const rules = {
  "no-trailing-whitespace": "off",
  "long-title": "off", // a headline is as long as it is
  "void-style": "off", // bodies are written as XML wants them too
  "attribute-boolean-style": "off",
  // The scroller of a wide table must be reachable by keyboard.
  "no-redundant-aria-label": "off",
};

// Answers what is wrong with a page's HTML, one line for each fault.
export function validator(more = {}) {
  const validate = new HtmlValidate({
    extends: ["html-validate:recommended"],
    rules: { ...rules, ...more },
  });

  return async (source) =>
    (await validate.validateString(source)).results.flatMap((r) =>
      r.messages.map((m) => `${m.line}: ${m.ruleId}: ${m.message}`),
    );
}

// What axe finds in the page as it stands, in both colour schemes.
export async function inaccessible({ page, devtools }) {
  const run = async (scheme, options) => {
    await page.emulateMedia({ colorScheme: scheme });
    const found = await page.evaluate(async ([scheme, options]) => {
      if (!matchMedia(`(prefers-color-scheme: ${scheme})`).matches)
        throw new Error(`not in ${scheme}`);
      const { violations } = await axe.run({
        resultTypes: ["violations"],
        ...options,
      });

      return violations.map(
        (v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" | ")}`,
      );
    }, [scheme, options]);

    return found.map((f) => `${scheme}: ${f}`);
  };

  // By the devtools' door, as the page's own policy allows no script; as one
  // and the same text, which the browser compiles once for all pages.
  if (!(await page.evaluate(() => "axe" in window)))
    await devtools.send("Runtime.evaluate", { expression: axe });
  const dark = await run("dark", { runOnly: COLOURS });

  return [...(await run("light")), ...dark];
}

// In windows of these widths, by how much is the page wider?
export async function tooWide({ page }, widths) {
  const { width, height } = page.viewportSize();
  const found = [];

  for (const wanted of widths) {
    await page.setViewportSize({ width: wanted, height });
    const over = await page.evaluate(async (w) => {
      while (innerWidth !== w) await new Promise(requestAnimationFrame);
      return document.documentElement.scrollWidth - w;
    }, wanted);

    if (over > 0) found.push(`${over} px wider than ${wanted}`);
  }
  await page.setViewportSize({ width, height });
  return found;
}

// Screenshots for people: a folder for them, or nothing.
export const shots = process.env.E2E_SHOTS;
export const looks = [["wide", 1280, 900], ["phone", 390, 844]].flatMap(
  ([size, width, height]) =>
    ["light", "dark"].map((scheme) => ({ size, width, height, scheme })),
);

// init: a script for every tab, before those of its pages.
export async function startBrowser(host, { init: first } = {}) {
  if (shots) mkdirSync(shots, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-dev-shm-usage",
    ],
  });
  let kept;

  // A tab that notes what goes wrong in it and what it asks for.
  async function tab({ js = true, init = first }) {
    const context = await browser.newContext({ javaScriptEnabled: js });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    const visit = { page, devtools, faults: [], asked: [] };
    const waiting = new Set();
    let idle = () => {};
    const answered = (request) => {
      waiting.delete(request);
      if (waiting.size === 0) idle();
    };

    if (init) await page.addInitScript(init);
    page.on("console", (m) => m.type() === "error" && visit.faults.push(m.text()));
    page.on("pageerror", (e) => visit.faults.push(String(e)));
    page.on("request", (r) => {
      // What the page before still wanted may never be told of again.
      if (r.isNavigationRequest() && r.frame() === page.mainFrame())
        waiting.clear();
      // A film comes as it is played: it may never end.
      if (r.resourceType() !== "media") waiting.add(r);
      visit.asked.push(new URL(r.url()).pathname);
    });
    page.on("requestfinished", answered);
    page.on("requestfailed", answered);
    // Stills that nobody waits for any more would crowd out the next page's.
    visit.quiet = async () => {
      if (waiting.size) await new Promise((resolve) => (idle = resolve));
    };
    visit.close = () => context.close();
    visit.go = async (path, { width = 1280, height = 900, scheme = "light" }) => {
      visit.faults.length = visit.asked.length = 0;
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme });
      visit.answer = await page.goto(host.url + path, { waitUntil: "load" });
      return visit;
    };
    return visit;
  }

  return {
    // In a tab of its own, which knows nothing of the others. To be closed.
    async visit(path, how = {}) {
      return (await tab(how)).go(path, how);
    },
    // In the tab that all share, when it has all that it asked for: for visits
    // that leave nothing behind, for a tab takes longer to come than a page.
    async look(path, how = {}) {
      kept ??= await tab({});
      await kept.quiet();
      return kept.go(path, how);
    },
    newPage: () => browser.newPage(),
    stop: () => browser.close(),
  };
}
