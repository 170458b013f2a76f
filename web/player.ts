// SPDX-License-Identifier: MIT
// A film or sound on a reader's page.  Until somebody presses Play nothing of
// it is fetched; without this script the page's own link leads to the file.
//
// The controls stand in the page as a <template>, so that a theme has their
// words and their looks; here is what they do.

import type Hls from "hls.js";

const STEP = 5; // seconds that an arrow moves
const LOUDER = 0.1;

type Film = HTMLMediaElement & { webkitEnterFullscreen?: () => void };
type Connection = { saveData?: boolean };

// The digits that the page itself is written with.
function digits(sample: string): string {
  const { lang } = document.documentElement;

  return /[٠-٩]/.test(sample)
    ? `${lang}-u-nu-arab`
    : /[۰-۹]/.test(sample)
      ? `${lang}-u-nu-arabext`
      : `${lang}-u-nu-latn`;
}

const facts = document.querySelector(".player")?.textContent ?? "";
const number = new Intl.NumberFormat(digits(facts), { useGrouping: false });
const clock = new Intl.NumberFormat(digits(facts), {
  minimumIntegerDigits: 2,
  useGrouping: false,
});

// 134 is 2:14, in the page's own digits.
function time(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds || 0));
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor(s / 60) % 60;

  return (
    (hours ? `${number.format(hours)}:${clock.format(minutes)}` : number.format(minutes)) +
    `:${clock.format(s % 60)}`
  );
}

// Whether this machine shows AV1 without effort; asked before anybody presses,
// because a film must begin within the press.
let av1 = false;

void navigator.mediaCapabilities
  ?.decodingInfo({
    type: "MediaSource" in window ? "media-source" : "file",
    video: {
      contentType: 'video/mp4; codecs="av01.0.05M.08"',
      width: 1280,
      height: 720,
      bitrate: 1_700_000,
      framerate: 30,
    },
  })
  .then(
    ({ supported, smooth }) => (av1 = supported && smooth),
    () => {},
  );

class Player {
  private film!: Film;
  private hls: Hls | undefined;
  private tries = 0;
  private held = false; // the position is in somebody's hand
  private plain = false; // AV1 did not play here
  private list: string;
  private file: string;

  constructor(private box: HTMLElement) {
    this.list = box.dataset.list ?? "";
    this.file = box.dataset.file ?? "";
    const screen = box.querySelector<HTMLElement>(".screen");

    if (!screen || !(this.list || this.file)) return;
    const button = document.createElement("button");

    button.type = "button";
    button.className = screen.className;
    button.append(...screen.childNodes);
    screen.replaceWith(button);
    button.addEventListener("click", () => this.open(button), { once: true });
  }

  private part<T extends HTMLElement>(name: string): T {
    return this.box.querySelector<T>(`[data-do="${name}"]`)!;
  }

  // Somebody pressed Play.
  private open(button: HTMLElement) {
    const parts = this.box.querySelector("template")!.content.cloneNode(
      true,
    ) as DocumentFragment;
    const picture = button.querySelector("img");
    const langs = parts.querySelector(".langs");

    this.film = parts.querySelector<Film>("video, audio")!;
    if (picture && this.film instanceof HTMLVideoElement)
      this.film.poster = picture.currentSrc || picture.src;
    if (langs) this.box.querySelector(".bar .langs")?.replaceWith(langs);
    button.replaceWith(parts);
    this.wire();
    this.part("play").focus({ preventScroll: true });
    void this.load(0);
  }

  // ---- what plays ----

  private async load(from: number) {
    const film = this.film;

    this.fault(false);
    if (this.list && film.canPlayType("application/vnd.apple.mpegurl"))
      film.src = this.wanted();
    else if (!this.list || !(await this.stream(from))) film.src = this.file;
    if (film.src && from > 0)
      film.addEventListener("loadedmetadata", () => (film.currentTime = from), {
        once: true,
      });
    this.play();
  }

  // The list that has AV1, if there is any of this film, or the usual one.
  private wanted(): string {
    return av1 && !this.plain && this.film instanceof HTMLVideoElement
      ? this.list.replace(/master\.m3u8$/, "av1.m3u8")
      : this.list;
  }

  private play() {
    // Refused or overtaken: the button says that nothing plays.
    this.film.play().catch(() => {});
  }

  // false: not in this browser, or what it takes did not arrive.
  private async stream(from: number): Promise<boolean> {
    if (!("MediaSource" in window) && !("ManagedMediaSource" in window))
      return false;
    try {
      const { default: Loader } = (await import(this.box.dataset.hls!)) as {
        default: typeof Hls;
      };

      if (!Loader.isSupported()) return false;
      const hls = new Loader({
        enableWorker: false, // the pieces need no other packing
        capLevelToPlayerSize: true,
        startPosition: from || -1,
        // Captions are the page's own tracks: hands off.
        subtitleTrackController: undefined,
        subtitleStreamController: undefined,
        timelineController: undefined,
      });

      hls.on(Loader.Events.MANIFEST_PARSED, () => {
        const line = (navigator as { connection?: Connection }).connection;

        if (line?.saveData) hls.autoLevelCapping = 0;
      });
      hls.on(Loader.Events.ERROR, (_, error) => {
        if (!error.fatal) return;
        if (error.type === Loader.ErrorTypes.MEDIA_ERROR && this.tries++ < 2)
          hls.recoverMediaError();
        else this.fallBack();
      });
      hls.attachMedia(this.film);
      hls.loadSource(this.wanted());
      this.hls = hls;
      return true;
    } catch {
      return false;
    }
  }

  // Its pieces do not come: without AV1, then the file, if it is there, or a
  // sentence.
  private fallBack() {
    const at = this.film.currentTime;

    if (this.list && this.wanted() !== this.list) {
      this.plain = true;
      this.hls?.destroy();
      this.hls = undefined;
      void this.load(at);
      return;
    }
    if (!this.hls) {
      this.fault(true);
      return;
    }
    this.hls.destroy();
    this.hls = undefined;
    if (!this.file) {
      this.fault(true);
      return;
    }
    this.list = "";
    void this.load(at);
  }

  private fault(there: boolean) {
    this.box.querySelector<HTMLElement>(".fault")!.hidden = !there;
  }

  private again() {
    this.list = this.box.dataset.list ?? "";
    this.tries = 0;
    void this.load(this.film.currentTime);
  }

  // ---- controls ----

  private wire() {
    const film = this.film;
    const seek = this.part<HTMLInputElement>("seek");
    const speed = this.part<HTMLSelectElement>("speed");

    for (const [name, deed] of [
      ["play", () => this.toggle()],
      ["mute", () => (film.muted = !film.muted)],
      ["full", () => this.full()],
      ["again", () => this.again()],
    ] as const)
      this.part(name)?.addEventListener("click", deed);
    for (const b of this.box.querySelectorAll<HTMLElement>("[data-track]"))
      b.addEventListener("click", () => this.caption(b));
    seek.addEventListener("pointerdown", () => (this.held = true));
    seek.addEventListener("change", () => (this.held = false));
    seek.addEventListener("input", () => this.seek(seek.valueAsNumber));
    speed.addEventListener("change", () => (film.playbackRate = +speed.value));
    this.box.addEventListener("keydown", (e) => this.key(e));
    for (const event of ["play", "pause", "ended", "volumechange"])
      film.addEventListener(event, () => this.state());
    for (const event of ["timeupdate", "durationchange", "seeking"])
      film.addEventListener(event, () => this.position());
    film.addEventListener("ratechange", () => (speed.value = `${film.playbackRate}`));
    film.addEventListener("click", () => this.toggle());
    film.addEventListener("error", () => this.fallBack());
    film.addEventListener("play", () => {
      for (const other of document.querySelectorAll<HTMLMediaElement>("video, audio"))
        if (other !== film) other.pause();
    });
    document.addEventListener("fullscreenchange", () => this.state());
    film.textTracks.addEventListener("change", () => this.show());
    this.first();
    this.state();
    this.position();
  }

  private toggle() {
    if (this.film.paused) this.play();
    else this.film.pause();
  }

  private seek(to: number) {
    const { film } = this;
    const { seekable } = film;
    const end = seekable.length ? seekable.end(seekable.length - 1) : 0;

    film.currentTime = Math.min(Math.max(0, to), end || this.length());
  }

  private length(): number {
    const { duration } = this.film;

    return Number.isFinite(duration) && duration > 0
      ? duration
      : this.part<HTMLInputElement>("seek").max === ""
        ? 0
        : +this.part<HTMLInputElement>("seek").max;
  }

  private full() {
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (this.box.requestFullscreen) void this.box.requestFullscreen();
    else this.film.webkitEnterFullscreen?.();
  }

  // ---- captions ----

  private tracks(): HTMLElement[] {
    return [...this.box.querySelectorAll<HTMLElement>("[data-track]")];
  }

  // Those of the page's own language stand there from the beginning.
  private first() {
    const page = document.documentElement.lang.split("-")[0];
    const own = this.tracks().find(
      (b) => b.dataset.track?.split("-")[0] === page,
    );

    if (own) this.caption(own);
  }

  // Shows those, and no others; the same once more: none.
  private caption(chosen: HTMLElement) {
    const on = chosen.getAttribute("aria-pressed") !== "true";

    for (const b of this.tracks())
      b.setAttribute("aria-pressed", `${on && b === chosen}`);
    this.show();
  }

  // As the buttons say, whatever a browser would choose by itself.
  private show() {
    const shown = this.box.querySelector<HTMLElement>(
      "[data-track][aria-pressed=true]",
    )?.dataset.track;

    for (const t of this.film.textTracks) {
      const mode = t.language === shown ? "showing" : "disabled";

      if (t.mode !== mode) t.mode = mode;
    }
  }

  private captionKey() {
    const all = this.tracks();
    const shown = all.find((b) => b.getAttribute("aria-pressed") === "true");
    const chosen = shown ?? all[0];

    if (chosen) this.caption(chosen);
  }

  // ---- keys ----

  private faster(by: number) {
    const speed = this.part<HTMLSelectElement>("speed");
    const to = Math.min(
      Math.max(speed.selectedIndex + by, 0),
      speed.options.length - 1,
    );

    speed.selectedIndex = to;
    this.film.playbackRate = +speed.value;
  }

  private louder(by: number) {
    this.film.volume = Math.min(Math.max(this.film.volume + by, 0), 1);
    this.film.muted = false;
  }

  private key(e: KeyboardEvent) {
    if (e.ctrlKey || e.altKey || e.metaKey) return;
    const on = e.target as HTMLElement;

    if (on instanceof HTMLSelectElement && !["<", ">"].includes(e.key)) return;
    const deeds: Record<string, () => void> = {
      k: () => this.toggle(),
      ArrowLeft: () => this.seek(this.film.currentTime - STEP),
      ArrowRight: () => this.seek(this.film.currentTime + STEP),
      ArrowUp: () => this.louder(LOUDER),
      ArrowDown: () => this.louder(-LOUDER),
      Home: () => this.seek(0),
      End: () => this.seek(Infinity),
      m: () => (this.film.muted = !this.film.muted),
      f: () => this.full(),
      c: () => this.captionKey(),
      "<": () => this.faster(-1),
      ">": () => this.faster(1),
    };

    // On a button or a link the space is its own.
    if (!on.closest("button, a")) deeds[" "] = () => this.toggle();
    const deed = deeds[e.key];
    if (!deed) return;
    e.preventDefault();
    deed();
  }

  // ---- what the controls say ----

  private say(name: string, on: boolean) {
    const b = this.part(name);

    if (!b) return;
    b.dataset.off ??= b.getAttribute("aria-label") ?? "";
    b.classList.toggle("on", on);
    b.setAttribute("aria-label", (on ? b.dataset.on : b.dataset.off) ?? "");
  }

  private state() {
    this.say("play", !this.film.paused && !this.film.ended);
    this.say("mute", this.film.muted || this.film.volume === 0);
    this.say("full", document.fullscreenElement === this.box);
  }

  private position() {
    const seek = this.part<HTMLInputElement>("seek");
    const all = this.length();
    const words = `${time(this.film.currentTime)} / ${time(all)}`;

    if (all > 0) seek.max = `${Math.ceil(all)}`;
    if (!this.held) seek.value = `${this.film.currentTime}`;
    seek.setAttribute("aria-valuetext", words);
    this.box.querySelector(".time")!.textContent = words;
  }
}

for (const box of document.querySelectorAll<HTMLElement>(".player"))
  new Player(box);

export {};
