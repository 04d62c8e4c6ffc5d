// Search as you type. Pagefind answers where the site is served; where pages are opened from a folder, and where words
// are not divided by spaces, the book's whole text is looked through.
"use strict";
{
const MOST = 30; // sections that are shown
const AROUND = 70; // characters of a snippet on each side of what was found
const UNDIVIDED = /[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]/; // Chinese and Japanese
const escape = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

let pagefind = null, text = null;

function wholeText(base) {
  text ||= new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = new URL("_static/search-text.js", base).href;
    script.onload = () => resolve(window.nbpressText.map(([page, handbook, title, address, words, defined]) => ({ page, handbook, title, address, words, defined, lower: `${title}\n${words}`.toLowerCase() })));
    script.onerror = () => resolve([]);
    document.head.append(script);
  });
  return text;
}

function snippet(words, terms) {
  const lower = words.toLowerCase();
  const first = Math.min(...terms.map((term) => lower.indexOf(term)).filter((place) => place >= 0));
  let from = Number.isFinite(first) ? Math.max(0, first - AROUND) : 0;
  if (from) from += Math.max(0, words.slice(from, first).indexOf(" ") + 1); // the beginning of a word
  const part = words.slice(from, from + 2 * AROUND + terms[0].length);
  const any = new RegExp(terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "gi");
  let html = "", end = 0;
  for (const found of part.matchAll(any)) {
    html += `${escape(part.slice(end, found.index))}<mark>${escape(found[0])}</mark>`;
    end = found.index + found[0].length;
  }
  return `${from ? "… " : ""}${html}${escape(part.slice(end))}${from + part.length < words.length ? " …" : ""}`;
}

async function inText(base, query) {
  const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (await wholeText(base)).filter(({ lower }) => terms.every((term) => lower.includes(term)));
  const weight = ({ title, lower }) => terms.reduce((sum, term) => sum + (title.toLowerCase().includes(term) ? 20 : 0) + lower.split(term).length - 1, 0);
  const best = found.map((one) => [weight(one), one]).sort(([one], [other]) => other - one).map(([, one]) => one);
  return inOrder(query, best).slice(0, MOST).map((one) => ({ ...one, excerpt: snippet(one.words, terms) }));
}

// What defines just the words that were typed comes first, then what is called so, and the handbook last.
function inOrder(query, found) {
  const isCalled = ({ title }) => title.toLowerCase() === query.toLowerCase();
  const place = (one) => isCalled(one) && one.defined ? 0 : one.handbook ? 3 : isCalled(one) ? 1 : 2;
  return found.toSorted((one, other) => place(one) - place(other));
}

// Where no word begins with what was typed, Pagefind answers with shorter ones, down to a single letter.
function isMeant(query, excerpt) {
  const marked = [...excerpt.matchAll(/<mark>(.*?)<\/mark>/g)].map(([, word]) => word.toLowerCase());
  const beginnings = query.toLowerCase().split(/\s+/).map((term) => term.slice(0, Math.max(3, Math.ceil(term.length * 0.6))));
  return !marked.length || marked.some((word) => beginnings.some((beginning) => word.includes(beginning)));
}

async function inIndex(base, query) {
  pagefind ||= import(new URL("pagefind/pagefind.js", base).href).then(async (module) => {
    await module.options({ baseUrl: "/", excerptLength: 24 });
    return module;
  });
  const answer = await (await pagefind).search(query);
  const data = await Promise.all(answer.results.slice(0, MOST).map((result) => result.data()));
  const meant = data.filter(({ excerpt }) => isMeant(query, excerpt));
  return inOrder(query, meant.map(({ raw_url: address, meta, excerpt }) => ({ ...meta, address: address.replace(/^\//, ""), excerpt })));
}

async function find(base, query) {
  if (location.protocol === "file:") return inText(base, query);
  const found = await inIndex(base, query).catch(() => null);
  if (found && !UNDIVIDED.test(query)) return found;
  const exact = await inText(base, query);
  const known = new Set(exact.map(({ address }) => address));
  return inOrder(query, [...exact, ...(found || []).filter(({ address }) => !known.has(address))]).slice(0, MOST);
}

const counted = (count, say) => (count === 1 ? say("%s section") : say("%s sections")).replace("%s", count);

function build(base, say) {
  const box = document.createElement("div");
  box.className = "search-box";
  box.innerHTML = `<input type="search" autocomplete="off" spellcheck="false" enterkeyhint="search"><p class="search-count" role="status"></p><ol class="search-results"></ol>`;
  const [input, count, list] = box.children;
  input.placeholder = input.ariaLabel = say("Search the book");
  let latest = 0;

  async function answer() {
    const query = input.value.trim(), number = ++latest;
    if (!query) { list.replaceChildren(); count.textContent = ""; return; }
    const found = await find(base, query);
    if (number !== latest) return; // more was typed meanwhile
    count.textContent = found.length ? counted(found.length, say) : say("Nothing found for “%s”").replace("%s", () => query);
    list.innerHTML = found.map(({ page, title, address, excerpt }) =>
      `<li><a href="${escape(new URL(address, base).href)}"><span class="search-title">${escape(title)}</span>${page.endsWith(title) ? "" : `<span class="search-page">${escape(page)}</span>`}<span class="search-excerpt">${excerpt}</span></a></li>`).join("");
  }

  let timer = 0;
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(answer, 120); });
  box.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")], at = links.indexOf(document.activeElement);
    const to = { ArrowDown: links[at + 1], ArrowUp: at > 0 ? links[at - 1] : input }[event.key];
    if (to) { event.preventDefault(); to.focus(); }
    if (event.key === "Escape") { event.preventDefault(); box.closest("dialog")?.close(); }
    if (event.key === "Enter" && event.target === input && links[0]) links[0].click();
  });
  return { box, input, answer };
}

let dialog = null;

window.nbpressSearch = (place, base, say) => {
  if (place) {
    const { box, input, answer } = build(base, say);
    place.append(box);
    input.value = new URLSearchParams(location.search).get("q") || "";
    input.focus();
    answer();
    return;
  }
  if (!dialog) {
    const { box, input } = build(base, say);
    dialog = document.createElement("dialog");
    dialog.className = "search";
    dialog.append(box);
    dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target.closest("a")) dialog.close(); });
    document.body.append(dialog);
    dialog.begin = () => { dialog.showModal(); input.select(); };
  }
  if (!dialog.open) dialog.begin();
};
}
