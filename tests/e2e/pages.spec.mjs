// SPDX-License-Identifier: MIT
// What readers see, in a browser: no fault that html-validate, axe or a
// Content-Security-Policy can find, on any kind of page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
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
  front: "/",
  section: "/section/harbour",
  older: "",
  tag: "/tag/east-lock",
  author: "/author/ilse-varden",
  story: "/news/1",
  gated: "/news/4",
  shown: "",
  bare: "/news/901",
  hostile: "/news/900",
  "front-ar": "/ar/",
  "story-ar": "",
  "section-ar": "/ar/section/mina",
  missing: "/nothing/here",
  "section-one": "/section/weather",
  "section-few": "/section/opinion",
  years: "/archive",
  year: "",
  month: "",
  day: "",
  "day-empty": "/archive/2001/02/03",
  corrections: "/corrections",
  "corrections-older": "",
  "years-ar": "/ar/archive",
  "year-ar": "",
  "month-ar": "",
  "day-ar": "",
  "corrections-ar": "/ar/corrections",
  "lite-front": "/lite/",
  "lite-front-ar": "/lite/ar/",
  "lite-section": "/lite/section/harbour",
  "lite-story": "/lite/news/1",
  "lite-gated": "/lite/news/4",
  "lite-day": "",
  "lite-month": "",
  "lite-corrections": "/lite/corrections",
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

// Some addresses are known only once the newsroom is there.
async function address(name, path) {
  const find = async (from, pattern) =>
    pattern.exec(await (await fetch(host.url + from)).text())[1];

  if (name === "older")
    return find("/section/harbour", /href="([^"]+)" rel="next"/);
  if (name === "corrections-older")
    return find("/corrections", /href="([^"]+)" rel="next"/);
  if (name.startsWith("lite-") && path === "")
    return "/lite" + (await address(name.slice(5), ""));
  const [, grain, arabic] = /^(year|month|day)(-ar)?$/.exec(name) ?? [];
  if (grain) {
    const day = await find(arabic ? "/ar/" : "/", /<time datetime="([^"]+)"/);
    const parts = { year: 1, month: 2, day: 3 }[grain];
    const path = day.split("-").slice(0, parts).join("/");

    return `${arabic ? "/ar" : ""}/archive/${path}`;
  }
  if (name === "story-ar") return find("/ar/", /<h2><a href="([^"]+)"/);
  if (name === "shown") return find("/news/4", /class="button" href="([^"]+)"/);
  return path;
}

for (const [name, path] of Object.entries(pages))
  test(`${name}: valid, accessible, nothing refused, nothing too wide`, async () => {
    const visit = await browser.look(await address(name, path));
    const { page, answer, faults } = visit;

    assert.equal(answer.status(), name === "missing" ? 404 : 200);
    assert.deepEqual(await invalid(await answer.text()), []);
    assert.deepEqual(await inaccessible(visit), []);
    assert.equal(await page.locator("h1").count(), 1);
    assert.deepEqual(await tooWide(visit, [2560, 1280, 768, 390, 320]), []);
    await visit.quiet();
    // The browser says of a missing page that it is.
    assert.deepEqual(
      faults.filter((f) => name !== "missing" || !f.includes("404")),
      [],
    );
  });

test("a story is read without script, and fits the first round trip", async () => {
  const { page, close } = await browser.visit("/news/5", { js: false });

  assert.ok(await page.getByRole("article").getByText("steel panel").isVisible());
  await close();
  const answer = await fetch(host.url + "/news/5");
  const bytes = gzipSync(Buffer.from(await answer.text()), { level: 6 }).length;
  assert.ok(bytes <= 14 * 1024, `${bytes} bytes`);
  const style = readFileSync(
    new URL("../../themes/broadsheet/20-broadsheet.css", import.meta.url),
  );
  const styled = gzipSync(style, { level: 6 }).length;
  assert.ok(styled <= 6 * 1024, `${styled} bytes of broadsheet.css`);
});

test("the keyboard reaches the text first, then the navigation", async () => {
  const { page, close } = await browser.visit("/");

  await page.keyboard.press("Tab");
  assert.equal(
    await page.evaluate(() => document.activeElement.getAttribute("href")),
    "#main",
  );
  await close();
});

test("a gated picture is shown only behind its button", async () => {
  const { page, close } = await browser.visit("/news/4");
  const source = await page.content();

  assert.equal(await page.locator("main img").count(), 0);
  assert.ok(!/_0f_(3x2|16x9|4x3)\.jpg/.test(source.split('class="block related')[0]));
  assert.ok(!source.includes("/shown/"));
  await page.getByRole("link", { name: "Show the picture" }).click();
  await page.getByRole("img", { name: /Illustration/ }).waitFor();
  assert.match(
    await page.locator("meta[name=robots]").getAttribute("content"),
    /noindex/,
  );
  const clear = await page.locator("main figure img").getAttribute("src");
  assert.match(clear, /^\/shown\/[0-9a-f]{32}\//);
  assert.equal((await fetch(host.url + clear)).status, 200);
  // The permanent address answers with what shows nothing.
  const permanent = clear.replace(/^\/shown\/[0-9a-f]+/, "");
  const safe = await fetch(host.url + permanent);
  const shown = await fetch(host.url + clear);
  assert.equal(safe.status, 200);
  assert.notDeepEqual(
    Buffer.from(await safe.arrayBuffer()),
    Buffer.from(await shown.arrayBuffer()),
  );
  assert.equal(
    (await fetch(host.url + clear.replace(/[0-9a-f]{32}/, "0".repeat(32)))).status,
    404,
  );
  await close();
});

test("published means visible: withdrawn, back, and taken down", async () => {
  const front = async () => (await fetch(host.url + "/")).text();
  const feed = async () => (await fetch(host.url + "/feed.json")).json();
  const has = (f) => f.items.some((i) => i.id.endsWith("/news/2"));

  assert.match(await front(), /Ferry crews vote/);
  assert.ok(has(await feed()));
  await host.does("withdraw 2");
  assert.doesNotMatch(await front(), /Ferry crews vote/);
  assert.ok(!has(await feed()));
  assert.equal((await fetch(host.url + "/news/2")).status, 404);
  await host.does("publish 2");
  assert.match(await front(), /Ferry crews vote/);
  assert.equal((await fetch(host.url + "/news/2")).status, 200);
  await host.does("takedown 27");
  const gone = await fetch(host.url + "/news/27");
  assert.equal(gone.status, 410);
  assert.match(await gone.text(), /taken down/);
});

test("addresses: one for each page, and the right refusals", async () => {
  const get = (path, more) =>
    fetch(host.url + path, { redirect: "manual", ...more });

  assert.equal((await get("/news/1")).status, 301);
  assert.match((await get("/ar/news/1/x")).headers.get("location"), /^\/news\/1\//);
  assert.equal((await get("/ar")).headers.get("location"), "/ar/");
  assert.equal((await get("/news/1886610")).status, 404);
  assert.equal((await get("/news/999999")).status, 404);
  assert.equal((await get("/en/")).status, 404);
  assert.equal((await get("/section/harbour?before=x")).status, 400);
  assert.equal((await get("/feed.xml")).status, 404);
  const post = await get("/news/1", { method: "POST", body: "x" });
  assert.equal(post.status, 405);
  assert.match(post.headers.get("allow"), /GET/);
  const story = await fetch(host.url + "/news/1");
  assert.match(story.headers.get("content-security-policy"), /default-src 'none'; style-src 'sha256-/);
  assert.match(story.headers.get("surrogate-key"), /story:1/);
  const etag = story.headers.get("etag");
  const again = await fetch(story.url, { headers: { "if-none-match": etag } });
  assert.equal(again.status, 304);
});

test("the archive: from the foot of the front to a day, and back in time", async () => {
  const { page, close } = await browser.visit("/", { js: false });

  await page.getByRole("contentinfo").getByRole("link", { name: "Archive" }).click();
  await page.getByRole("main").getByRole("link").first().click();
  await page.getByRole("main").getByRole("listitem").getByRole("link").last().click();
  await page.getByRole("table").getByRole("link").last().click();
  const day = new URL(page.url()).pathname;
  assert.match(day, /^\/archive\/\d{4}\/\d\d\/\d\d$/);
  await page.getByRole("link", { name: /^Before: / }).click();
  assert.ok(new URL(page.url()).pathname < day);
  // The date of a story leads to its day.
  await page.goto(host.url + "/news/1");
  await page.locator(".credits a[href^='/archive/']").click();
  assert.equal(new URL(page.url()).pathname, day);
  await close();
});

test("the archive: what is no day, and what is an empty one", async () => {
  const get = (path) => fetch(host.url + path, { redirect: "manual" });

  for (const path of [
    "/archive/2015/02/29", "/archive/2016/13", "/archive/2016/1", "/archive/16",
    "/archive/0000", "/archive/2016/00", "/archive/20160", "/archive/x/y/z",
    "/archive/2016/11/18x", "/archive/2016/11/18/", "/archive/+016",
    "/ar/archive/2015/02/29", "/archive/2016/11/18/feed.rss",
  ])
    assert.equal((await get(path)).status, 404, path);
  const empty = await get("/archive/2001/02/03");
  assert.equal(empty.status, 200);
  assert.equal(empty.headers.get("x-robots-tag"), "noindex");
  assert.match(await empty.text(), /After: /);
  assert.equal((await get("/archive/2001/02/03?before=1-1")).status, 404);
  assert.equal((await get("/archive/2001/02/03?before=01-1")).status, 400);
  assert.equal((await get("/archive/9999/12/31")).status, 200);
  assert.equal((await get("/archive/0001/01/01")).status, 200);
  assert.equal((await get("/corrections?before=9999999999-1")).headers.get("location"), "/corrections");
  assert.equal((await get("/corrections/feed.rss")).status, 200);
  assert.equal((await get("/ar/corrections/feed.atom")).status, 200);
});

test("stills: by width and by what the browser likes", async () => {
  const source = await (await fetch(host.url + "/news/1")).text();
  const src = /<img class="r32" src="([^"?]+)/.exec(source)[1];
  const type = async (accept, query = "?w=320") =>
    (await fetch(host.url + src + query, { headers: { accept } })).headers.get(
      "content-type",
    );

  assert.equal(await type("image/avif,image/webp,*/*"), "image/avif");
  assert.equal(await type("image/webp,*/*"), "image/webp");
  assert.equal(await type("*/*"), "image/jpeg");
  assert.equal((await fetch(host.url + src + "?w=333")).status, 400);
  assert.equal((await fetch(host.url + src.replace("_0f", "0_0f"))).status, 404);
  const answer = await fetch(host.url + src + "?w=320");
  assert.match(answer.headers.get("cache-control"), /immutable/);
  assert.match(answer.headers.get("vary"), /Accept/);
});

test("the wire keeps its old form", async () => {
  const answer = await fetch(host.url + "/api/related/1");
  const text = await answer.text();

  assert.equal(answer.headers.get("content-type"), "application/json");
  assert.match(text, /^\[\{"id":"2","sort":"\d+","contenttypeid":"21","pic":"\/\d{4}[^"]+_0f_4x3\.jpg","title":"Ferry/);
  assert.match(text, /"\} ,\{"id":"4",[^}]+"title":"Graphic content: Collision/i);
  assert.match(text, /"id":"1886502",[^}]+"title":"Battlefield VIDEO[^"]+"\} \]$/);
  assert.equal((await fetch(host.url + "/api/related/1886610")).status, 404);
  assert.equal(await (await fetch(host.url + "/api/related/5")).text(), "[]");
});

test("screenshots", { skip: !shots }, async () => {
  for (const [name, path] of Object.entries(pages))
    for (const look of looks) {
      const { page, quiet } = await browser.look(await address(name, path), look);

      await quiet();
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({
        path: `${shots}/${name}-${look.size}-${look.scheme}.png`,
        fullPage: look.size === "wide" && name !== "tag",
      });
    }
});
