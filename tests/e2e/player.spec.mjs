// SPDX-License-Identifier: MIT
// Films as readers meet them: the page before anybody asks, the player, other
// sites' pages, and what stands behind an advisory.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import {
  inaccessible,
  looks,
  shots,
  startBrowser,
  tooWide,
  validator,
} from "./browser.mjs";
import { startNewsroom } from "./newsroom.mjs";

const invalid = validator({
  "aria-label-misuse": ["error", { allowAnyNamable: true }], // a video has a name
});

const SECONDS = 12;
const vtt = `WEBVTT

NOTE for the desk only

00:00.000 --> 00:05.000
The pumps ran for <i>eleven</i> nights.

00:05.000 --> 00:12.000
<v Engineer>Then the gate could open.
`;

// In a browser that has no HLS of its own hls.js plays.
const hlsjs = () => (HTMLMediaElement.prototype.canPlayType = () => "");

let host, browser;
const films = {}; // by name: what media add says
const pages = {}; // by name: where they stand

const get = async (path, more) => {
  const answer = await fetch(new URL(path, host.url), { redirect: "manual", ...more });

  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
// Where a story's page stands.
const address = async (id, prefix = "") =>
  (await get(`${prefix}/news/${id}`)).headers.get("location");

before(async () => {
  host = await startNewsroom();
  host.run("edition", "add", "ar", "--zone", "Asia/Beirut", "--title", "بريد الميناء");
  const words = ["--alt", "Colours that move.", "--caption", "Eleven nights at the quay.",
    "--credit", "Video: The Harbour Courier"];
  films.open = host.add(host.clip("open.mp4", SECONDS), ...words);
  films.gated = host.add(host.clip("gated.mp4", 2, "640x360"),
    "--alt", "The collision.", "--caption", "As the deck camera saw it.");
  films.sound = host.add(host.sound("talk.mp3", 5), "--caption", "The pilot, by radio.");
  films.arabic = host.add(host.clip("arabic.mp4", 3, "640x360"), ...words);
  host.run("media", "captions", films.open.id, "--lang", "en", "--file", host.write("en.vtt", vtt));
  host.run("media", "captions", films.open.address, "--lang", "ar", "--file",
    host.write("ar.vtt", "WEBVTT\n\n00:00.000 --> 00:12.000\nعملت المضخات.\n"));
  const story = { title: "Harbour opens after eleven days", kicker: "The flood works",
    standfirst: "Engineers lifted the last barrier at 05:40.", lead: films.open.address };
  const ids = {
    open: host.publish(story),
    gated: host.publish({ title: "Collision in the sound", lead: films.gated.address,
      advisory: "{ code: graphic, note: Shows injured people. }" }),
    sound: host.publish({ title: "What the pilot said", lead: films.sound.address }),
    text: host.publish({ title: "A quay in fog" }),
  };
  const arabic = host.publish({ title: "الميناء يفتح", edition: "ar", lead: films.arabic.address });
  for (const [name, id] of Object.entries(ids)) pages[name] = await address(id);
  pages.arabic = await address(arabic, "/ar");
  pages.shown = `${pages.gated}/shown`;
  for (const name of ["open", "gated", "sound"])
    pages[`embed-${name}`] = `/embed/${films[name].address.split("_")[1]}`;
  browser = await startBrowser(host, { init: hlsjs });
});

after(async () => {
  await browser?.stop();
  await host?.stop();
});

const press = (page) => page.locator("button.screen").click();
const playing = (page) => page.locator(".player > video, .player > audio");
const video = (page, what) => playing(page).evaluate(what);
// Until the film is as it should be.  Asked anew each time, by the devtools'
// door: what a page itself is left to ask again, its policy refuses.
const PATIENCE = 60_000; // ms
const until = async (page, what) => {
  const end = Date.now() + PATIENCE;

  while (!(await video(page, what))) {
    assert.ok(Date.now() < end, `in vain: ${what}`);
    await page.waitForTimeout(50);
  }
};

const isFilm = (path) => /(master|av1)\.m3u8|\.m4s|_init\.mp4|\/\d+\/[^/]+\.m3u8|_\d+\.(mp4|m4a)$|\.vtt$/.test(path);

test("each page: valid, accessible before and after the press, as its policy says", async () => {
  for (const [name, path] of Object.entries(pages)) {
    const { status, text, headers } = await get(path);
    const policy = headers.get("content-security-policy");
    const plays = !["gated", "text", "embed-gated"].includes(name);

    assert.equal(status, 200, name);
    assert.deepEqual(await invalid(text), [], name);
    if (plays) {
      assert.match(policy, /script-src 'self'; media-src 'self' blob:$/);
      assert.equal(text.match(/<script src=/g).length, 1);
    } else {
      assert.doesNotMatch(policy, /script-src|media-src/, name);
      assert.doesNotMatch(text, /<script src/, name);
      if (!name.startsWith("embed")) assert.doesNotMatch(text, /\.screen/, name);
    }
    assert.match(policy, name.startsWith("embed")
      ? /frame-ancestors \*/ : /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
    const visit = await browser.look(path);
    const { page } = visit;

    assert.deepEqual(await inaccessible(visit), [], name);
    if (plays) {
      await press(page);
      await until(page, (v) => v.currentTime > 0);
      await page.keyboard.press("k");
      assert.deepEqual(await inaccessible(visit), [], `${name}, pressed`);
    }
    assert.deepEqual(visit.faults, [], name);
  }
});

for (const native of [false, true])
  test(`nothing is fetched before somebody asks; then all plays, ${native ? "as the browser can" : "by hls.js"}`, async () => {
    const { page, close, faults, asked } = await browser.visit(pages.open, native ? { init: null } : {});

    await page.waitForLoadState("networkidle");
    assert.deepEqual(asked.filter(isFilm), []);
    assert.ok(!asked.some((p) => p.endsWith("hls.js")));
    const script = await get(asked.find((p) => p.endsWith("/player.js")));
    assert.ok(script.text.length < 8000, `${script.text.length} bytes`);
    assert.match(await page.locator(".bar").textContent(), /0:12 \d+ (MB|kB)/);

    await press(page);
    await until(page, (v) => v.currentTime > 0.5 && !v.paused && !v.muted);
    // It shows AV1, and asks for that; there is none, so it gets the other.
    assert.ok(asked.some((p) => p.endsWith("/av1.m3u8")));
    assert.ok(!asked.some((p) => p.endsWith("/master.m3u8")));
    // Captions of the page's language stand there, and say the cue.
    await until(page, (v) => [...v.textTracks].some((t) => t.mode === "showing" && t.activeCues?.[0]?.text.includes("pumps")));
    // Sought, and from the start to the end.
    await page.getByRole("slider").focus();
    await page.keyboard.press("ArrowRight");
    await until(page, (v) => v.currentTime > 5 && [...v.textTracks].some((t) => t.activeCues?.[0]?.text.includes("gate")));
    await page.keyboard.press("Home");
    await until(page, (v) => v.currentTime < 2);
    await page.getByRole("combobox", { name: "Speed" }).selectOption("2");
    await until(page, (v) => v.ended);
    assert.ok(Math.abs((await video(page, (v) => v.duration)) - SECONDS) < 0.2);
    assert.deepEqual(faults, []);
    assert.equal(await page.locator(".fault:visible").count(), 0);
    if (!native) {
      assert.ok(await video(page, (v) => v.currentSrc.startsWith("blob:")));
      assert.ok(asked.some((p) => /v\d+_\d+\.m4s$/.test(p)));
      assert.ok(asked.some((p) => /a\d+_\d+\.m4s$/.test(p)));
    }
    await close();
  });

test("the keyboard does all", async () => {
  const { page, close, faults } = await browser.visit(pages.open);

  await page.locator("button.screen").focus();
  await page.keyboard.press("Enter");
  await until(page, (v) => v.currentTime > 0 && !v.paused);
  // The button of the picture is gone: its focus is on the next of its kind.
  assert.equal(await page.evaluate(() => document.activeElement.dataset.do), "play");
  await page.keyboard.press(" ");
  await until(page, (v) => v.paused);
  // The film has stopped a moment before its event comes, which names the button.
  await until(page, () =>
    document.activeElement.getAttribute("aria-label") === "Play");
  await page.keyboard.press("ArrowRight");
  await until(page, (v) => v.currentTime >= 5);
  await page.keyboard.press("ArrowLeft");
  await until(page, (v) => v.currentTime < 5);
  await page.keyboard.press("m");
  await until(page, (v) => v.muted);
  await page.keyboard.press("m");
  await until(page, (v) => !v.muted);
  await page.keyboard.press("ArrowDown");
  await until(page, (v) => v.volume < 0.95);
  await page.keyboard.press(">");
  await until(page, (v) => v.playbackRate === 1.25);
  await page.keyboard.press("<");
  await until(page, (v) => v.playbackRate === 1);
  await page.keyboard.press("c");
  await until(page, (v) => [...v.textTracks].every((t) => t.mode === "disabled"));
  await page.keyboard.press("c");
  await until(page, (v) => [...v.textTracks].some((t) => t.mode === "showing"));
  await page.keyboard.press("f");
  await until(page, () => document.fullscreenElement !== null);
  await page.keyboard.press("f");
  await until(page, () => document.fullscreenElement === null);
  await page.keyboard.press("k");
  await until(page, (v) => !v.paused);
  // Every control is reached, and its focus is seen: white on black.
  for (const seen of ["seek", "mute", "speed", "full"]) {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.do), seen);
    assert.equal(await page.evaluate(() =>
      getComputedStyle(document.activeElement).outlineColor), "rgb(255, 255, 255)");
  }
  await page.getByRole("combobox", { name: "Speed" }).selectOption("1.5");
  await until(page, (v) => v.playbackRate === 1.5);
  await page.getByRole("button", { name: "العربية" }).click();
  await until(page, (v) => [...v.textTracks].find((t) => t.language === "ar").mode === "showing");
  assert.equal(await page.getByRole("button", { name: /^Captions: English/ }).getAttribute("aria-pressed"), "false");
  assert.deepEqual(faults, []);
  await close();
});

test("without a script: the browser's own controls, the file and the words", async () => {
  const { page, close } = await browser.visit(pages.open, { js: false });
  const film = page.locator("video");

  assert.equal(await film.getAttribute("controls"), "");
  assert.equal(await film.getAttribute("preload"), "none");
  assert.ok(await film.isVisible());
  assert.ok(!(await page.locator(".screen").isVisible()));
  const file = await page.locator("video source").getAttribute("src");
  const part = await get(file, { headers: { range: "bytes=0-99" } });
  assert.equal(part.status, 206);
  assert.equal(part.headers.get("content-type"), "video/mp4");
  const words = await get(await page.locator("track").first().getAttribute("src"));
  assert.equal(words.headers.get("content-type"), "text/vtt; charset=utf-8");
  assert.doesNotMatch(words.text, /desk only/);
  await page.getByText("Transcript", { exact: true }).click();
  assert.ok(await page.getByText("The pumps ran for eleven nights. Then the gate could open.").isVisible());
  await close();
});

test("sound is a line that plays as sound, and moves nothing when it begins", async () => {
  for (const [path, width] of [[pages.sound, 1280], [pages.sound, 320], [pages["embed-sound"], 320]]) {
    const visit = await browser.visit(path, { width });
    const { page, close, faults } = visit;
    const box = (where) => page.locator(where).boundingBox();
    const button = page.getByRole("button", { name: "Play the recording, 0:05" });

    assert.match(await page.locator(".bar").textContent(), /No transcript yet/);
    const before = await box(".player");
    const play = await box(".start");
    assert.ok(before.height < 130, `${before.height} pixels high at ${width}`);
    await button.focus();
    await page.keyboard.press("Enter");
    await until(page, (v) => v.currentTime > 0.3);
    assert.deepEqual(await box(".player"), before, "it moves the page");
    assert.deepEqual(await box("[data-do=play]"), play, "Play goes elsewhere");
    assert.deepEqual(await tooWide(visit, [width]), []);
    for (const control of await page.locator(".controls > :is(button, input, select)").all()) {
      const { height, width: w } = await control.boundingBox();
      assert.ok(height >= 24 && w >= 24, "a target too small");
    }
    await page.keyboard.press("k");
    await until(page, (v) => v.paused);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await until(page, (v) => v.currentTime >= 4.5);
    await page.keyboard.press(">");
    await until(page, (v) => v.playbackRate === 1.25);
    assert.deepEqual(faults, []);
    await close();
  }
});

test("sound without a script, on other sites, in lists, and with its words", async () => {
  const { page, close } = await browser.visit(pages.sound, { js: false });

  assert.ok(await page.locator("audio[controls]").isVisible());
  assert.ok(!(await page.locator(".screen").isVisible()));
  const file = await page.getByRole("link", { name: "Download the recording" }).getAttribute("href");
  assert.equal((await get(file)).headers.get("content-type"), "audio/mp4");
  await close();
  const card = JSON.parse((await get(
    `/oembed?url=${encodeURIComponent(host.url + pages.sound)}`)).text);
  assert.equal(card.type, "rich");
  assert.ok(card.html.includes(`<iframe src="${host.url}${pages["embed-sound"]}"`), card.html);
  assert.ok(card.height < 200, `${card.height} pixels for a line`);
  assert.equal(card.thumbnail_url, undefined);
  assert.match((await get("/")).text, /What the pilot said[\s\S]*?Recording, 0:05/);
  host.run("media", "captions", films.sound.id, "--lang", "en", "--file", host.write("en.vtt", vtt));
  const { text } = await get(pages.sound);
  assert.match(text, /<a href="#transcript">Read the transcript<\/a>/);
  assert.match(text, /<p dir="auto">The pumps ran for eleven nights\./);
  assert.doesNotMatch(text, /data-track|No transcript yet/);
  host.run("media", "captions", films.sound.id, "--lang", "en", "--remove");
});

test("320 pixels, and from right to left", async () => {
  for (const path of [pages.open, pages.arabic, pages["embed-open"], pages.gated, "/", "/ar/"]) {
    const visit = await browser.look(path, { width: 320 });
    const { page } = visit;

    assert.deepEqual(await tooWide(visit, [320]), [], path);
    if (await page.locator("button.screen").count()) {
      const before = await page.locator(".screen").boundingBox();
      await press(page);
      await until(page, (v) => v.currentTime > 0);
      assert.deepEqual(await tooWide(visit, [320]), [], `${path} playing`);
      const now = await page.locator(".player > video").boundingBox();
      assert.ok(Math.abs(now.height - before.height) < 2, "it moves the page");
      for (const control of await page.locator(".controls > :is(button, input, select)").all()) {
        const box = await control.boundingBox();
        assert.ok(box.width === 0 || box.height >= 24, "a target too small");
      }
    }
  }
  const { page } = await browser.look(pages.arabic);
  await press(page);
  const play = await page.locator("[data-do=play]").boundingBox();
  const full = await page.locator("[data-do=full]").boundingBox();
  assert.ok(play.x < full.x, "controls are mirrored");
});

for (const native of [false, true])
  test(`AV1 that does not come: it plays without, ${native ? "as the browser can" : "by hls.js"}`, async () => {
    const { page, close, asked } = await browser.visit(pages.open, native ? { init: null } : {});

    await page.route((url) => url.pathname.endsWith("/av1.m3u8"), (route) => route.abort());
    await press(page);
    await until(page, (v) => v.currentTime > 0);
    assert.ok(asked.some((p) => p.endsWith("/master.m3u8")));
    assert.equal(await page.locator(".fault:visible").count(), 0);
    await close();
  });

test("when nothing more arrives it says so, and tries again", async () => {
  const { page, close } = await browser.visit(pages.open);
  let broken = true;

  await page.route((url) => isFilm(url.pathname) && !/\.vtt$/.test(url.pathname), (route) =>
    broken ? route.abort() : route.continue());
  await press(page);
  await page.locator(".fault").waitFor({ state: "visible" });
  assert.match(await page.locator(".fault").textContent(), /has stopped/);
  assert.match(await page.locator(".fault a").getAttribute("href"), /_\d+\.mp4$/);
  broken = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await until(page, (v) => v.currentTime > 0.2);
  assert.equal(await page.locator(".fault:visible").count(), 0);
  await close();
});

test("on another site's page: oEmbed gives the frame, and it plays there", async () => {
  const story = await get(pages.open);
  const card = JSON.parse((await get(
    /type="application\/json\+oembed" href="([^"]+)"/.exec(story.text)[1].replaceAll("&amp;", "&"))).text);

  assert.equal(card.type, "video");
  assert.ok(card.width > 0 && card.height > 0 && card.thumbnail_url);
  const other = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html; charset=utf-8");
    answer.end(`<!DOCTYPE html><title>Other</title>${card.html}`);
  });
  await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${other.address().port}/`);
  const frame = page.frameLocator("iframe");
  await frame.locator("button.screen").click();
  await frame.locator(".controls .on[data-do=play]").waitFor();
  assert.equal(await frame.getByRole("link", { name: /Harbour opens/ }).getAttribute("href"),
    host.url + pages.open);
  await page.close();
  other.close();
  assert.equal((await get(pages["embed-open"])).headers.get("x-robots-tag"), "noindex");
  for (const path of ["/embed/1", "/embed/0", "/embed/x", "/embed/"])
    assert.equal((await get(path)).status, 404, path);
});

test("machines are told: JSON-LD, the map of videos, feeds, lists", async () => {
  const file = new RegExp(`${films.open.address}\\.mp4`);
  const story = (await get(pages.open)).text;
  const data = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(story)[1]);
  const film = data.find((d) => d["@type"] === "VideoObject");

  assert.equal(film.duration, "PT0H0M12S");
  assert.match(film.contentUrl, file);
  assert.match(film.thumbnailUrl, /_25f_16x9\.mp4\?w=1280$/);
  assert.match(film.embedUrl, /\/embed\/\d+$/);
  assert.ok(film.name && film.description && film.uploadDate);
  assert.match((await get("/sitemap.xml")).text, /\/sitemap\/video\.xml/);
  const map = (await get("/sitemap/video.xml")).text;
  assert.match(map, new RegExp(`<video:content_loc>[^<]+${films.open.address}\\.mp4</video:content_loc>`));
  assert.match(map, /<video:duration>12<\/video:duration>/);
  const rss = (await get("/feed.rss")).text;
  assert.match(rss, new RegExp(`<enclosure url="[^"]+${films.open.address}\\.mp4" length="\\d+" type="video/mp4"/>`));
  assert.match(rss, /<media:content medium="video"[^>]+duration="12" width="1280" height="720">/);
  assert.match(rss, /<media:rating scheme="urn:simple">nonadult/);
  assert.match(rss, new RegExp(`<enclosure url="[^"]+${films.sound.address}\\.m4a"`));
  const feed = JSON.parse((await get("/feed.json")).text);
  const item = feed.items.find((i) => i.url.endsWith(pages.open));
  assert.equal(item.attachments[0].mime_type, "video/mp4");
  assert.equal(item.attachments[0].duration_in_seconds, 12);
  assert.match((await get("/feed.atom")).text, file);
  const lite = (await get(`/lite${pages.open}`)).text;
  assert.match(lite, file);
  assert.match(lite, /\d+ (MB|kB)/);
  assert.doesNotMatch(lite, /<img|<video|<script src/);
  // In lists: the still, with its length.
  const front = (await get("/")).text;
  assert.match(front, /class="poster"[\s\S]*?_25f_3x2\.mp4[\s\S]*?class="length"[\s\S]*?0:12/);
});

test("a gated film leaves no clear address on any surface", async () => {
  const a = films.gated.address;
  const ticks = a.split("_")[1];
  const surfaces = ["/", "/section/none", "/archive", pages.gated, pages.text, pages.open,
    `/lite${pages.gated}`, "/lite/", "/feed.rss", "/feed.atom", "/feed.json", "/sitemap.xml",
    "/sitemap/news.xml", "/sitemap/video.xml", "/api/v1/stories", "/api/v1/stories/2",
    "/api/v1/lists/front", "/api/v1/search?q=collision", "/search?q=collision", "/llms.txt",
    `/oembed?url=${encodeURIComponent(host.url + pages.gated)}`, `/embed/${ticks}`,
    `/api/related/1`];
  const months = [...(await get("/sitemap.xml")).text.matchAll(/<loc>([^<]+\d\.xml)<\/loc>/g)];

  for (const [, url] of months) surfaces.push(new URL(url).pathname);
  for (const path of surfaces) {
    const { text } = await get(path);

    // Its name stands in the address of its player, which shows the label.
    assert.doesNotMatch(text.replaceAll(`/embed/${ticks}`, ""), new RegExp(ticks), path);
    assert.doesNotMatch(text, /\/shown\/[0-9a-f]{32}/, path);
  }
  for (const path of [`${a}.mp4`, `${a}/master.m3u8`, `${a}/av1.m3u8`, `${a}/1/v240.m3u8`,
    `${a}/1/v240_init.mp4`, `${a}/1/v240_00001.m4s`, `${a}/captions/en.vtt`])
    assert.ok([403, 404].includes((await get(path)).status), path);
  const label = (await get(`/embed/${ticks}`)).text;
  assert.match(label, /Video withheld/);
  assert.match(label, /Graphic content/i);
  const rss = (await get("/feed.rss")).text;
  assert.match(rss, /<media:rating scheme="urn:simple">adult/);
  const still = async (path) => (await (await fetch(host.url + path)).arrayBuffer()).byteLength;
  const shown = (await get(pages.shown)).text;
  const key = /\/shown\/[0-9a-f]{32}/.exec(shown)[0];
  const name = `${a}_25f_16x9.mp4?w=640`;
  assert.notEqual(await still(key + name), await still(name));

  // Behind the button it plays, from addresses with the key alone.
  const { page, close, faults, asked } = await browser.visit(pages.gated);
  await page.getByRole("link", { name: "Show the video" }).click();
  await page.locator("button.screen").click();
  await until(page, (v) => v.ended);
  assert.deepEqual(faults, []);
  assert.deepEqual(asked.filter((p) => p.includes(ticks) && !p.startsWith(key)), []);
  await close();
});

test("an advisory that comes later takes the film away at once", async () => {
  const tags = (await get(pages["embed-sound"])).headers.get("surrogate-key");
  const id = films.sound.id;

  assert.match(tags, new RegExp(`asset:${id}( |$)`));
  assert.equal((await get(`${films.sound.address}.m4a`)).status, 200);
  host.run("media", "set", id, "--advisory", "graphic");
  assert.equal((await get(`${films.sound.address}.m4a`)).status, 403);
  assert.match((await get(pages.sound)).text, /Recording withheld/);
  assert.doesNotMatch((await get(pages["embed-sound"])).text, /\.m4a|<script src/);
  host.run("media", "set", id, "--advisory", "none");
  assert.match((await get(pages.sound)).text, /\.m4a/);
});

test("screenshots", { skip: !shots }, async () => {
  for (const name of ["open", "gated", "shown", "arabic", "sound", "embed-open", "embed-sound", "embed-gated", "front"])
    for (const look of looks) {
      const { page, quiet } = await browser.look(pages[name] ?? "/", look);
      const path = `${shots}/player-${name}-${look.size}-${look.scheme}`;

      await quiet();
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: `${path}.png` });
      if (await page.locator("button.screen").count()) {
        await press(page);
        await until(page, (v) => v.currentTime > 1);
        await page.keyboard.press("k");
        await page.screenshot({ path: `${path}-playing.png` });
      }
    }
});
