// What a page does besides being read: colours, keys, contents that follow, copying, enlarging, previews, search.
// Every part is for itself, and without any of them the page is whole.
"use strict";
{
const root = document.documentElement;
const base = new URL(root.dataset.content_root || "./", location.href); // of the site
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

const words = JSON.parse(document.getElementById("book-words")?.textContent || "{}"); // in the language of the book
const say = (text) => words[text] || text;

const remembered = {
  get: (name) => { try { return localStorage.getItem(name); } catch { return null; } },
  set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* the browser keeps nothing */ } },
};

// ---------------------------------------------------------------- colours

const system = matchMedia("(prefers-color-scheme: dark)");

function colour() {
  const { mode } = root.dataset;
  root.dataset.theme = mode === "auto" ? (system.matches ? "dark" : "light") : mode;
  for (const button of all("#theme-menu [data-mode]")) button.setAttribute("aria-pressed", button.dataset.mode === mode);
}

for (const button of all("#theme-menu [data-mode]")) {
  button.addEventListener("click", () => {
    remembered.set("mode", root.dataset.mode = button.dataset.mode);
    colour();
    document.getElementById("theme-menu").hidePopover?.();
  });
}
system.addEventListener("change", colour);
colour();

// ---------------------------------------------------------------- search

const search = (place) => window.nbpressSearch(place, base, say); // of search.js

for (const link of all("a.search-button")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab of its own
    event.preventDefault();
    search(null);
  });
}
for (const place of all("[data-search]")) search(place);

// ---------------------------------------------------------------- keys

const isTyped = (element) => element.closest("input, textarea, select, [contenteditable], dialog, [popover]");
const usesArrows = (element) => element.closest("[role=tab], .sd-tab-set, summary, video, audio") || element.scrollWidth > element.clientWidth + 1;

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if ((event.ctrlKey || event.metaKey) && key === "k" || key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyped(target)) {
    event.preventDefault();
    search(null);
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || isTyped(target)) return;
  if (document.querySelector(":popover-open") || !getSelection().isCollapsed) return; // a reader who is busy with something else
  const to = { ArrowLeft: "a.left-prev", ArrowRight: "a.right-next" }[key];
  if (to && !(target !== document.body && usesArrows(target))) document.querySelector(to)?.click();
});

// ---------------------------------------------------------------- contents of the page

const lines = all("nav.page-toc a[href^='#']").map((link) => [link, document.getElementById(decodeURIComponent(link.hash.slice(1)))]).filter(([, target]) => target);

function passedLines() { // asks only where it must: what a phone does not show has no place yet
  const edge = innerHeight * 0.25;
  return lines.filter(([, target]) => {
    const outer = target.closest(".bd-article > section > section") || target;
    const { top, bottom } = outer.getBoundingClientRect();
    return top < edge && (outer === target || bottom < edge || target.getBoundingClientRect().top < edge);
  });
}

function follow() {
  const atEnd = scrollY + innerHeight >= root.scrollHeight - 2;
  const passed = passedLines();
  const current = (atEnd ? lines : passed).at(-1)?.[0];
  for (const [link] of lines) {
    link.classList.toggle("active", link === current);
    if (link === current) link.setAttribute("aria-current", "location"); else link.removeAttribute("aria-current");
  }
  waiting = false;
}

let waiting = false;
if (lines.length) {
  addEventListener("scroll", () => { if (!waiting) waiting = !!requestAnimationFrame(follow); }, { passive: true });
}
requestAnimationFrame(() => { // when all parts have made their changes: to ask where something is lays the page out
  const here = document.querySelector(".book-contents [aria-current=page]");
  if (here && here.offsetTop > innerHeight * 0.7) here.closest(".bd-sidebar").scrollTop = here.offsetTop - innerHeight / 3;
  if (lines.length) follow();
});
for (const panel of all(".bd-sidebar[popover], .bd-toc[popover]")) {
  panel.addEventListener("click", (event) => { if (event.target.closest("a") && panel.matches(":popover-open")) panel.hidePopover(); });
}

// ---------------------------------------------------------------- what is folded

// opens for a link that leads to it; those that lead into it are the browser's matter
function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.matches("details:not([open])")) target.open = true;
}
addEventListener("hashchange", unfold);
unfold();

// ---------------------------------------------------------------- the reader's place

const place = `nbpress:${base.pathname}`; // of this book, on this machine

function resume() {
  const last = JSON.parse(remembered.get(place) || "null");
  const start = document.querySelector("body.cover .bd-article h1 ~ p:has(.sd-btn)") || document.querySelector("body.cover .bd-article h1 ~ p:has(a.reference.internal)");
  if (last && start) start.append(" ", make("a", { className: "book-resume", href: new URL(last.path, base).href }, say("Continue: %s").replace("%s", () => last.title)));
}

if (document.body.classList.contains("cover")) resume();
else if (document.querySelector(".book-contents [aria-current=page]")) {
  const keep = () => {
    const section = passedLines().at(-1)?.[1].id;
    const path = location.pathname.slice(base.pathname.length) + (section ? `#${section}` : "");
    remembered.set(place, JSON.stringify({ path, title: document.querySelector(".bd-article h1")?.firstChild && heading(document.querySelector(".bd-article h1")) }));
  };
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", keep);
}

function heading(element) {
  const copy = element.cloneNode(true);
  for (const part of all(".headerlink, .katex-html", copy)) part.remove();
  return copy.textContent.trim();
}

// ---------------------------------------------------------------- what is wider than its place

// can be scrolled by keyboard too
const reachable = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const scrolls = /auto|scroll/.test(getComputedStyle(target).overflow);
    if (scrolls && (target.scrollWidth > target.clientWidth + 1 || target.scrollHeight > target.clientHeight + 1)) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
const SCROLLED = ":is(pre, .output_area, .long-output, .katex-display)";
const measure = (element, isSkipped) => { // what a phone has not laid out cannot be measured
  reachable.unobserve(element);
  if (isSkipped) element.tabIndex = 0; else reachable.observe(element);
};
for (const section of all(".bd-article > section > section")) {
  section.addEventListener("contentvisibilityautostatechange", (event) => {
    if (event.target === section) for (const element of all(SCROLLED, section)) measure(element, event.skipped);
  });
}
for (const element of all(`.bd-article ${SCROLLED}`)) {
  element.tabIndex = 0;
  reachable.observe(element);
}

// ---------------------------------------------------------------- copying code

const COPIED = "div.input_area pre, div.highlight:not(.output_area .highlight) > pre";
const NOT_CODE = ".linenos, .gp, .go"; // numbers of lines, prompts, what was printed

function addCopyButtons() {
  for (const pre of all(COPIED)) {
    const button = make("button", { type: "button", className: "copy", ariaLabel: say("Copy") });
    button.addEventListener("click", async () => {
      const code = pre.cloneNode(true);
      const hasPrompts = code.querySelector(".gp");
      for (const part of all(NOT_CODE, code)) part.remove();
      const text = code.textContent.replace(/\s+$/, "");
      await navigator.clipboard.writeText(hasPrompts ? text.replace(/^\s*\n/gm, "") : text);
      button.classList.add("done");
      setTimeout(() => button.classList.remove("done"), 1500);
    });
    pre.parentElement.append(button);
  }
}
(window.requestIdleCallback || setTimeout)(addCopyButtons);

// ---------------------------------------------------------------- enlarging pictures

function enlarge(image) {
  const dialog = make("dialog", { className: "enlarged" });
  const large = image.cloneNode();
  large.removeAttribute("style");
  large.removeAttribute("width");
  large.removeAttribute("height");
  const close = make("button", { type: "button", ariaLabel: say("Close"), className: "close" }, "×");
  dialog.append(close, large);
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

for (const image of all(".bd-article figure img")) {
  if (image.closest("a")) continue;
  image.classList.add("can-enlarge");
  image.addEventListener("click", () => enlarge(image));
  const button = make("button", { type: "button", className: "enlarge", ariaLabel: say("Enlarge: %s").replace("%s", () => image.alt) });
  button.addEventListener("click", () => enlarge(image));
  image.after(button);
}

// ---------------------------------------------------------------- previews of what a link leads to

const PREVIEWED = ".bd-article a.reference.internal:is([href*='#'], [href$='.html']), .bd-article a.footnote-reference";
const pages = new Map();
const preview = make("div", { className: "preview bd-article", popover: "manual", id: "preview" });
let shownFor = null, timer = 0;

function page(address) {
  const key = address.origin + address.pathname;
  if (key === location.origin + location.pathname) return Promise.resolve(document);
  if (location.protocol === "file:") return Promise.resolve(null); // which may not read other files
  if (!pages.has(key)) {
    pages.set(key, fetch(key).then(async (answer) => {
      if (!answer.ok) return null;
      const read = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const [name, selector] of [["src", "img[src]"], ["href", "a[href]"]]) {
        for (const element of all(selector, read)) element.setAttribute(name, new URL(element.getAttribute(name), key).href);
      }
      return read;
    }).catch(() => null));
  }
  return pages.get(key);
}

function extract(target) {
  if (target.matches("section")) {
    const parts = [...target.children].filter((part) => !part.matches("section, span:empty"));
    return parts.slice(0, 1 + 1 + (parts[1]?.matches("p") && parts[1].textContent.length < 120 ? 1 : 0));
  }
  if (target.matches("dt")) return [target, ...(target.nextElementSibling?.matches("dd") ? [target.nextElementSibling] : [])];
  return [target.closest("figure, .block, .citation, .displaymath, aside.footnote, table, .nboutput") || target.closest("p, div") || target];
}

async function show(link) {
  const address = new URL(link.href);
  const read = await page(address);
  const target = address.hash ? read?.getElementById(decodeURIComponent(address.hash.slice(1))) : read?.querySelector(".bd-article > section");
  if (!target || shownFor !== link) return;
  const copies = extract(target).map((part) => part.cloneNode(true));
  for (const copy of copies) {
    if (copy.matches("details")) copy.open = true;
    for (const element of [copy, ...all("[id]", copy)]) element.removeAttribute("id");
    for (const element of all(".headerlink, button, script", copy)) element.remove();
  }
  const open = make("a", { className: "preview-open", href: link.href }, link.textContent.trim() || say("Open"));
  preview.replaceChildren(...copies, make("p", { className: "preview-foot" }, open));
  if (!preview.isConnected) document.body.append(preview);
  preview.showPopover?.();
  const at = link.getClientRects()[0] || link.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = preview;
  preview.style.left = `${Math.max(8, Math.min(at.left - 16, innerWidth - width - 8))}px`;
  preview.style.top = `${at.bottom + height + 16 > innerHeight && at.top > height + 16 ? at.top - height - 8 : at.bottom + 8}px`;
  link.setAttribute("aria-describedby", "preview");
}

function begin(link, delay) {
  clearTimeout(timer);
  if (shownFor === link && preview.matches(":popover-open")) return;
  timer = setTimeout(() => { hide(); shownFor = link; show(link); }, delay);
}

function hide() {
  clearTimeout(timer);
  shownFor?.removeAttribute("aria-describedby");
  shownFor = null;
  if (preview.isConnected && preview.matches(":popover-open")) preview.hidePopover();
}

const later = () => { clearTimeout(timer); timer = setTimeout(hide, 250); };

if ("popover" in HTMLElement.prototype) {
  for (const link of all(PREVIEWED)) {
    if (link.matches(".headerlink, .book-table a, .sd-btn")) continue;
    let touched = false;
    link.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") begin(link, 350); });
    link.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") later(); });
    link.addEventListener("pointerdown", (event) => { touched = event.pointerType !== "mouse"; });
    link.addEventListener("focus", () => { if (link.matches(":focus-visible")) begin(link, 500); });
    link.addEventListener("blur", (event) => { if (!preview.contains(event.relatedTarget)) later(); });
    link.addEventListener("click", (event) => {
      if (!touched || shownFor === link || !link.hash || location.protocol === "file:" && new URL(link.href).pathname !== location.pathname) return hide();
      event.preventDefault(); // the first touch shows, the second goes there
      begin(link, 0);
    });
  }
  preview.addEventListener("pointerenter", () => clearTimeout(timer));
  preview.addEventListener("pointerleave", later);
  document.addEventListener("pointerdown", (event) => { if (shownFor && !preview.contains(event.target) && !shownFor.contains(event.target)) hide(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  addEventListener("scroll", () => { if (shownFor && !preview.matches(":hover")) hide(); }, { passive: true });
}
}
