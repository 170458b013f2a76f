// SPDX-License-Identifier: MIT
// Searching as readers do: with and without script, in three languages,
// whatever they type.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  inaccessible,
  looks,
  shots,
  startBrowser,
  tooWide,
  validator,
} from "./browser.mjs";
import { startHost } from "./host.mjs";

const invalid = validator();

const pages = {
  form: "/search",
  found: "/search?q=the+harbour",
  newest: "/search?q=harbour&sort=new",
  narrowed: "/search?q=harbour&section=harbour",
  nothing: "/search?q=zebra",
  unknown: "/search?q=section%3Anowhere+harbour",
  hostile: `/search?q=${encodeURIComponent(`"><script>alert(1)</script> <mark> '{{frame.w}}' "open`)}`,
  lite: "/lite/search?q=harbour",
  "lite-form": "/lite/search",
  "form-ar": "/ar/search",
  "found-ar": `/ar/search?q=${encodeURIComponent("الميناء")}`,
  "form-fa": "/fa/search",
  "found-fa": `/fa/search?q=${encodeURIComponent("کتاب‌های بندر")}`,
};

let host, browser;

before(async () => {
  host = await startHost();
  browser = await startBrowser(host);
});

after(async () => {
  await browser?.stop();
  await host?.stop();
});

const get = async (path) => {
  const answer = await fetch(host.url + path);

  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
const search = (q, more = "") =>
  get(`/search?q=${encodeURIComponent(q)}${more}`);
const stories = (text) =>
  [...text.matchAll(/<h3><a href="\/(?:ar\/)?news\/(\d+)\//g)].map((m) => +m[1]);

for (const [name, path] of Object.entries(pages))
  test(`${name}: valid, accessible, as its policy says`, async () => {
    const { status, text, headers } = await get(path);

    assert.equal(status, 200);
    assert.deepEqual(await invalid(text), []);
    const policy = headers.get("content-security-policy");
    if (name.startsWith("lite")) assert.doesNotMatch(policy, /script-src/);
    else assert.match(policy, /script-src 'self'/);
    assert.equal(headers.get("x-robots-tag"), "noindex");
    assert.match(headers.get("surrogate-key"), /search:\d/);
    const visit = await browser.look(path);

    assert.deepEqual(await inaccessible(visit), []);
    await visit.quiet();
    assert.deepEqual(visit.faults, []);
  });

test("the script is the search page's alone, and small", async () => {
  const form = await get("/search");
  const src = /<script src="([^"]+)" defer><\/script>/.exec(form.text)[1];
  const script = await get(src);

  assert.match(script.headers.get("content-type"), /^text\/javascript/);
  assert.match(script.headers.get("cache-control"), /immutable/);
  assert.ok(script.text.length < 1500);
  for (const path of ["/", "/news/1", "/section/harbour"]) {
    const page = await fetch(host.url + path);

    assert.doesNotMatch(page.headers.get("content-security-policy"), /script-src/);
    assert.doesNotMatch(await page.text(), /<script src/);
  }
});

test("from the front to a story without a script", async () => {
  const { page, close } = await browser.visit("/", { js: false });

  await page.getByRole("link", { name: "Search" }).first().click();
  await page.getByLabel("Words to look for").fill("ferry crews");
  await page.getByRole("button", { name: "Search" }).click();
  assert.match(page.url(), /\/search\?q=ferry\+crews$/);
  assert.match(await page.locator("mark").first().textContent(), /ferry/i);
  await page.getByRole("link", { name: /Ferry crews/ }).click();
  assert.match(page.url(), /\/news\/2\//);
  await close();
});

test("by keyboard on a phone: no sideways scrolling", async () => {
  for (const path of [pages.found, pages["found-ar"], pages.lite]) {
    const visit = await browser.look(path, { width: 320 });
    const { page } = visit;

    assert.deepEqual(await tooWide(visit, [320]), [], path);
    await page.getByRole("searchbox").or(page.getByRole("combobox")).first().focus();
    await page.keyboard.type(" x");
    await page.keyboard.press("Enter");
    await page.waitForURL((u) => u.searchParams.get("q").includes(" x"));
  }
});

test("names are suggested while typing, and are questions", async () => {
  const { page, close, faults } = await browser.visit("/search");
  const field = page.getByLabel("Words to look for");
  const asked = page.waitForResponse(/suggest\?q=east/);

  await field.pressSequentially("east");
  assert.equal((await asked).status(), 200);
  const option = page.locator("#names option[value*='East lock']");
  await option.waitFor({ state: "attached" });
  assert.equal(await option.getAttribute("value"), 'tag:"East lock"');
  await field.fill('tag:"East lock"');
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=tag/);
  assert.ok((await page.locator("ol h3").count()) > 0);
  assert.deepEqual(faults, []);
  await close();
});

test("withdrawn: gone from results and counts at once, and back", async () => {
  const before = await search("ferry crews");

  assert.ok(stories(before.text).includes(2));
  await host.does("withdraw 2");
  assert.ok(!stories((await search("ferry crews")).text).includes(2));
  await host.does("publish 2");
  assert.ok(stories((await search("ferry crews")).text).includes(2));
});

test("orders, facets and pages lead on", async () => {
  const best = await search("the");
  const links = [...best.text.matchAll(/href="(\/search\?q=the&amp;[^"]+)"/g)]
    .map((m) => m[1].replaceAll("&amp;", "&"));

  assert.match(best.text, /Stories found: \d+\. Best match first\./);
  assert.ok(links.some((l) => /sort=new/.test(l)));
  assert.ok(links.some((l) => /section=/.test(l)));
  assert.ok(links.some((l) => /year=/.test(l)));
  const seen = new Set(stories(best.text));
  for (let next = links.find((l) => /before=/.test(l)); next; ) {
    const page = await get(next);

    assert.equal(page.status, 200);
    for (const id of stories(page.text)) {
      assert.ok(!seen.has(id), `story ${id} twice`);
      seen.add(id);
    }
    next = /href="([^"]+)" rel="next"/.exec(page.text)?.[1].replaceAll("&amp;", "&");
  }
  assert.equal(seen.size, +/Stories found: (\d+)/.exec(best.text)[1]);
  for (const link of links) assert.equal((await get(link)).status, 200);
});

test("whatever is typed is answered", async () => {
  for (const q of ['"', "-", "((", "a\0b".replace("\0", "\u0001"), "x".repeat(300),
    "-".repeat(300), '"a '.repeat(100), "section:", "after:never", "..",
    "\u202e\u2066x", "AND OR NOT", "{head}:x*", "' OR 1=1 --", "🙂"])
    assert.equal((await search(q)).status, 200, JSON.stringify(q));
  assert.equal((await get("/search?q=%ff%fe")).status, 200);
  assert.equal((await get(`/search?q=${"x".repeat(3000)}`)).status, 200);
  assert.equal((await get("/search?q=x&section=nowhere")).status, 200);
  assert.equal((await get("/search?q=x&before=99999999999")).status, 200);
  const hostile = await get(pages.hostile);
  assert.doesNotMatch(hostile.text, /<script>alert/);
});

test("odd spellings find the same", async () => {
  const arabic = async (q) =>
    stories((await get(`/ar/search?q=${encodeURIComponent(q)}`)).text).sort();
  const right = await arabic("الميناء");

  assert.ok(right.length > 0);
  for (const q of ["ميناء", "الْمِينَاء", "المينـــاء", "والميناء", "الميناء\u200f"])
    assert.deepEqual(await arabic(q), right, q);
  const english = async (q) => stories((await search(q)).text).sort();
  const ferry = await english("ferry strike");
  assert.ok(ferry.length > 0);
  for (const q of ["Ferries strikes", "FÉRRY striking", "ferry's strike"])
    assert.deepEqual(await english(q), ferry, q);
});

// Typed into the form of a real browser: what keyboards and phones make of it.
test("Persian is found however it is typed, and marked", async () => {
  const typed = [
    // Headline of the third story: its own letters, half-spaces.
    ["کتاب‌های کمیاب", 2, ["کتاب‌های", "کمیاب"]],
    ["كتاب‌هاي كمياب", 2, ["کتاب‌های", "کمیاب"]], // Arabic kaf and yeh
    ["کتابهای کمیاب", 2, ["کتاب‌های", "کمیاب"]], // no half-space
    ["کتاب های کمیاب", 2, ["کتاب‌های", "کمیاب"]], // a space instead
    ["كتابهاي كمياب", 2, ["کتاب‌های", "کمیاب"]], // both
    ["کِتاب‌هایِ کَمیاب", 2, ["کتاب‌های", "کمیاب"]], // vowels
    ["کتـــاب‌های کمیــاب", 2, ["کتاب‌های", "کمیاب"]], // drawn out
    ["\u200fکتاب کمیاب\u200e", 2, ["کتاب", "کمیاب"]], // with bidi marks
    ["مسئول کتابخانه", 2, ["مسئول", "کتابخانه"]],
    ["مسيول كتابخانة", 2, ["مسئول", "کتابخانه"]], // hamza left out, Arabic heh
    // Headline of the second: a verb's prefix.
    ["می‌گویند کشتی", 1, ["می‌گویند"]],
    ["میگویند کشتی", 1, ["می‌گویند"]],
    ["می گویند کشتی", 1, ["می", "گویند"]],
    ["ميگويند كشتي", 1, ["می‌گویند"]],
    // Digits of three keyboards.
    ["بار ۱۲ کشتی", 1, ["بار", "۱۲", "کشتی"]],
    ["بار ١٢ كشتي", 1, ["بار", "۱۲", "کشتی"]],
    ["بار 12 کشتی", 1, ["بار", "۱۲", "کشتی"]],
    ['"کتاب های کمیاب"', 2, ["کتاب‌های کمیاب"]],
  ];
  const heads = ["بندر پس از یازده روز", "خبرنگاران می‌گویند", "کتابخانهٔ بندر"];
  const { page, close, faults } = await browser.visit("/fa/search");
  const plain = (s) => s.replaceAll("\u200c", " ").trim();

  assert.equal(await page.locator("html").getAttribute("lang"), "fa");
  assert.equal(await page.locator("html").getAttribute("dir"), "rtl");
  for (const [words, story, marks] of typed) {
    const field = page.locator("main input[name=q]");

    await field.fill("");
    await field.pressSequentially(words);
    await Promise.all([
      page.waitForURL((u) => u.searchParams.get("q") === words),
      page.keyboard.press("Enter"),
    ]);
    const first = page.locator("main li").filter({ has: page.locator("h3") }).first();

    assert.equal(await first.count(), 1, `nothing for ${words}`);
    assert.match(await first.locator("h3").textContent(),
      new RegExp(heads[story]), words);
    const marked = plain((await first.locator("mark").allTextContents()).join(" "));
    for (const m of marks)
      for (const part of plain(m).split(" "))
        assert.ok(marked.includes(part), `${words}: ${part} in ${marked}`);
    assert.equal(await page.locator("main input[name=q]").inputValue(), words);
  }
  assert.deepEqual(faults, []);
  await close();
});

test("screenshots", { skip: !shots }, async () => {
  for (const [name, path] of Object.entries(pages))
    for (const look of looks) {
      const { page, quiet } = await browser.look(path, look);

      await quiet();
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({
        path: `${shots}/search-${name}-${look.size}-${look.scheme}.png`,
      });
    }
});
