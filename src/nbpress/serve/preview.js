// The preview's part in the browser: loads the page again when it was printed anew, at the place where the reader is,
// and shows in a bar what is wrong and what is being executed. No file of the site has it; the server puts it in.
(() => {
  "use strict";
  const script = document.currentScript;
  const { page, version } = script.dataset;
  const KEY = `nbpress preview ${page}`;
  const FOLDED = "nbpress preview folded"; // whether the reader does not want to see problems
  const READING = 120; // pixels below the window's upper edge, where a reader's eyes are taken to be
  const RETRY = 500; // milliseconds

  const top = (element) => element.getBoundingClientRect().top;

  // Elements by names that survive an edit elsewhere: their id or their text, and which of that name they are.
  function named(selector, nameOf) {
    const seen = {};
    return [...document.querySelectorAll(selector)].map((element) => {
      const name = nameOf(element);
      seen[name] = (seen[name] ?? 0) + 1;
      return [`${name} ${seen[name]}`, element];
    });
  }
  const folds = () => named("details", (element) => element.querySelector("summary")?.textContent.trim() ?? "");
  const anchors = () =>
    named("article :is(section, figure)[id], article :is(h1, h2, h3, h4, p, pre, li, tr, .math)", (element) =>
      element.id && element.tagName !== "PRE" ? `#${element.id}` : element.textContent.trim().slice(0, 200),
    );

  function keepPlace() {
    const above = anchors().filter(([, element]) => element.offsetParent && top(element) <= READING);
    const place = {
      anchors: above.slice(-50).reverse().map(([name, element]) => [name, top(element)]),
      pixels: window.scrollY,
      folds: folds().map(([name, element]) => [name, element.open]),
    };
    sessionStorage.setItem(KEY, JSON.stringify(place));
  }

  function takePlace() {
    const place = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    sessionStorage.removeItem(KEY);
    if (!place) return;
    history.scrollRestoration = "manual";
    const open = new Map(place.folds);
    for (const [name, element] of folds()) element.open = open.get(name) ?? element.open;
    let moved = false; // by the reader
    for (const kind of ["wheel", "touchmove", "keydown", "mousedown"])
      window.addEventListener(kind, () => (moved = true), { once: true, passive: true });
    const scroll = () => {
      if (moved) return;
      const now = new Map(anchors());
      const [name, offset] = place.anchors.find(([name]) => now.has(name)) ?? [];
      const y = name && place.pixels ? window.scrollY + top(now.get(name)) - offset : place.pixels;
      window.scrollTo({ top: y, behavior: "instant" });
    };
    scroll();
    window.addEventListener("load", scroll); // pictures may have come
    document.fonts?.ready.then(scroll);
  }

  const host = document.createElement("nbpress-preview");
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = `<style>
    :host { position: fixed; inset: auto 0 0 0; z-index: 2000; pointer-events: none; font: 0.875rem/1.5 system-ui, sans-serif; }
    [hidden] { display: none !important; }
    div, details { pointer-events: auto; color: var(--pst-color-text-base, #222); background: var(--pst-color-surface, #f4f4f4); }
    #status { width: fit-content; margin: 0 0 1rem 1rem; padding: 0.25rem 0.75rem; border-radius: 1rem;
      border: 1px solid var(--pst-color-border, #ccc); }
    #status > * + *:not([hidden]) { margin-left: 0.75em; }
    a { color: var(--pst-color-link, #0a58ca); }
    details { max-height: 50vh; overflow: auto; border-top: 3px solid var(--pst-color-danger, #b3261e); padding: 0.5rem 1rem; }
    summary { cursor: pointer; font-weight: 600; }
    article { margin: 0.5rem 0 0.75rem; }
    pre { margin: 0.125rem 0 0; font: 0.8125rem/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
    .hint { color: var(--pst-color-text-muted, #555); padding-left: 1.5rem; }
  </style>
  <div id="status" role="status" hidden><span id="text" hidden></span><a id="edited" hidden></a></div>
  <details id="problems" role="alert" open hidden><summary></summary><section></section></details>`;
  const $ = (id) => root.getElementById(id);

  function element(kind, text, more = {}) {
    return Object.assign(document.createElement(kind), { textContent: text, ...more });
  }

  // As the terminal has it, with a link to the page.
  function show(problem) {
    const line = element("pre", "");
    const place = element(problem.document ? "a" : "span", problem.place);
    if (problem.document) place.href = `/${problem.document}.html`;
    line.append(...(problem.place ? [place, ": "] : []), problem.message);
    const article = element("article", "");
    article.append(line, ...(problem.hint ? [element("pre", problem.hint, { className: "hint" })] : []));
    return article;
  }

  let saves; // how many there had been when this page was opened
  function tell(state) {
    saves ??= state.saves;
    const other = state.saves !== saves && state.edited !== page ? state.edited : "";
    const { progress } = state;
    const text = progress ? `running cell ${progress.cell} of ${progress.cells} …` : state.busy;
    Object.assign($("text"), { textContent: text, hidden: !text });
    Object.assign($("edited"), { textContent: `${other.split("/").pop()} changed`, href: `/${other}.html`, hidden: !other });
    $("status").hidden = !text && !other;
    const count = state.problems.length;
    root.querySelector("summary").textContent = count === 1 ? "1 problem" : `${count} problems`;
    root.querySelector("section").replaceChildren(...state.problems.map(show));
    $("problems").hidden = count === 0;
    document.body.style.paddingBottom = count ? "50vh" : ""; // so that nothing stays behind them
    document.documentElement.dataset.preview = "live";
  }

  function listen() {
    const socket = new WebSocket(`ws://${location.host}/_preview/events?page=${encodeURIComponent(page)}`);
    socket.onmessage = (event) => {
      const state = JSON.parse(event.data);
      if (state.version && state.version !== version) {
        keepPlace();
        location.reload();
      } else tell(state);
    };
    socket.onclose = () => {
      Object.assign($("text"), { textContent: "the preview has ended; waiting for it to begin again …", hidden: false });
      $("status").hidden = false;
      setTimeout(listen, RETRY);
    };
  }

  $("problems").open = !sessionStorage.getItem(FOLDED);
  $("problems").ontoggle = () => sessionStorage.setItem(FOLDED, $("problems").open ? "" : "yes");
  document.body.append(host);
  takePlace();
  listen();
})();
