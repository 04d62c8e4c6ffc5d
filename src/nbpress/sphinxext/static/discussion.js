// The discussion under a page: giscus comes when the reader opens it, and not before.

const ORIGIN = "https://giscus.app";
const box = document.querySelector("details.book-discussion");
const theme = () => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

function load() {
  const script = document.createElement("script");
  const { term, lang, repo, repoId, category, categoryId } = box.dataset;
  Object.assign(script.dataset, { term, lang, repo, repoId, category, categoryId, theme: theme() });
  Object.assign(script.dataset, { mapping: "specific", strict: "1", reactionsEnabled: "1", inputPosition: "top" });
  script.crossOrigin = "anonymous";
  script.src = `${ORIGIN}/client.js`;
  box.append(script);
}

function recolour() {
  const frame = box.querySelector("iframe.giscus-frame");
  frame?.contentWindow.postMessage({ giscus: { setConfig: { theme: theme() } } }, ORIGIN);
}

box.addEventListener("toggle", load, { once: true });
new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ["data-theme"] });
