// SPDX-License-Identifier: MIT
// Suggestions while somebody types in the search field: names of sections,
// tags and authors.  Without this script the field, its form and the list
// that came with the page work all the same.

const WAIT_MS = 150; // after the last key
const MIN = 2; // characters

const field = document.querySelector<HTMLInputElement>("input[data-suggest]");
const list = field?.list as HTMLDataListElement | null | undefined;

if (field && list) {
  let timer = 0;
  let asked = "";
  let pending: AbortController | undefined;

  // What is being typed: behind the last space, unless in a quotation.
  const word = (): string =>
    /(?:^|\s)-?([^\s"“”«»:]*)$/.exec(field.value)?.[1] ?? "";

  const show = (names: [question: string, name: string][], typed: string) => {
    const before = field.value.slice(0, field.value.length - typed.length);

    list.replaceChildren(
      // A browser offers only what holds the text that stands in the field.
      ...names.map(
        ([question, name]) =>
          new Option(
            before ? `${before}${typed} · ${name}` : name,
            before + question,
          ),
      ),
    );
  };

  const ask = async () => {
    const typed = word();

    if (typed.length < MIN || typed === asked) return;
    asked = typed;
    pending?.abort();
    pending = new AbortController();
    try {
      const answer = await fetch(
        `${field.dataset.suggest}?q=${encodeURIComponent(typed)}`,
        { signal: pending.signal },
      );

      if (answer.ok) show(await answer.json(), typed);
    } catch {
      // Overtaken, or offline: what stands there stays.
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT_MS);
  });
}

export {};
