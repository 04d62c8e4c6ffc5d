// Sees to it that each slide holds what is on it. In this order: what is too wide becomes smaller, pictures become
// smaller, all becomes a little smaller, and what is still too much goes on on another slide. What cannot be parted is
// made as small as it must be, since a slide does not scroll.
"use strict";

const Fitting = (() => {
  const LEGIBLE = 0.55; // how much smaller something wide may become before its lines are broken
  const A_LITTLE = [0.95, 0.9]; // how much smaller a whole slide may become before it is parted
  const LARGER = 25 / 16; // the size of type on slides against that on the site
  const ROOMY = [1.25, 1.15]; // how much larger a slide with little on it may become
  const PICTURE = 260; // px; a smaller picture says nothing, unless it is small by itself
  const WIDE = "table, .katex-display, svg, video, .rendered_html > *";
  const ROWS = "li, tbody > tr, .slide-body > *, .pair > div > *, .block > *, .fragment > *, .nboutput > *, .output_area > *, .solution-body > *, blockquote > *, dd > *";

  const over = (body) => body.scrollHeight - body.clientHeight > 1;
  const sizes = (body) => body.getBoundingClientRect();

  // The bottom of what is in a box, which may be lower than its own.
  function bottom(body) {
    const range = document.createRange();
    range.selectNodeContents(body);
    return range.getBoundingClientRect().bottom;
  }
  const tooHigh = (body) => over(body) || bottom(body) > sizes(body).bottom + 1;

  function zoom(element, factor) {
    element.style.zoom = String(Number((Number(element.style.zoom || 1) * factor).toFixed(3)));
  }

  // How much of its width there is room for; 1 and more: it fits.
  function room(wide, body) {
    if (wide.matches(".katex-display")) return wide.clientWidth / wide.scrollWidth;
    const box = (wide.parentElement.closest(".pair > div, .slide-body") || body).getBoundingClientRect();
    const own = wide.getBoundingClientRect();
    const stands = own.width * Math.max(1, wide.scrollWidth / (wide.clientWidth || wide.scrollWidth || 1));
    return (box.right - own.left) / stands;
  }

  const wideOnes = (body) => [...body.querySelectorAll(WIDE)].filter((one) => !one.parentElement.closest("table, .katex-display"));

  function narrow(body) {
    for (const wide of wideOnes(body)) {
      if (room(wide, body) > 0.999) continue;
      if (wide.matches("table") && room(wide, body) < LEGIBLE) {
        zoom(wide, LEGIBLE);
        wide.classList.add("wrapped");
      }
      for (let tries = 0; tries < 4 && room(wide, body) <= 0.999; tries++) zoom(wide, room(wide, body) * 0.99);
    }
  }

  const pictures = (body) => [...body.querySelectorAll("img")].filter((one) => one.offsetHeight > 40);

  function makeHigh(picture, height) {
    picture.style.width = "auto";
    picture.style.height = `${Math.floor(height)}px`;
  }

  // Pictures are larger than on the site, as everything is, unless they say how wide they are.
  function enlargePictures(body) {
    for (const one of pictures(body)) {
      if (one.naturalWidth && !one.style.width && !one.hasAttribute("width")) one.style.width = `min(100%, ${one.naturalWidth * LARGER}px)`;
    }
  }

  // They take the room that everything else leaves them.
  function shrinkPictures(body) {
    const shown = pictures(body);
    if (!shown.length) return;
    for (let tries = 0; tries < 4 && tooHigh(body); tries++) {
      const beside = shown.some((one) => one.closest(".pair"));
      const taken = shown.reduce((sum, one) => (beside ? Math.max(sum, one.offsetHeight) : sum + one.offsetHeight), 0);
      const excess = Math.max(body.scrollHeight - body.clientHeight, bottom(body) - sizes(body).bottom) + 2;
      const ratio = (taken - excess) / taken;
      if (shown.some((one) => one.offsetHeight * ratio < Math.min(PICTURE, one.naturalHeight || PICTURE))) return;
      for (const one of shown) makeHigh(one, one.offsetHeight * ratio);
    }
  }

  // The places at which a slide may be parted, with how good they are.
  function places(body) {
    const found = [];
    for (const row of body.querySelectorAll(ROWS)) {
      if (row.matches("caption, thead, figcaption, .block-title, .pair > div > :first-child")) continue;
      if (row.previousElementSibling && row.previousElementSibling.matches("h3, .block-title")) continue;
      if (row.parentElement.closest("figure, .katex-display") || row.closest("table table, thead")) continue;
      const first = row.parentElement === body ? row === body.firstElementChild : !row.previousElementSibling;
      if (first) continue;
      const goesWithCode = row.matches(".nboutput") && row.previousElementSibling?.matches(".nbinput");
      found.push({ rank: row.parentElement === body && !goesWithCode ? 3 : 2, node: row });
    }
    const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const pre = text.parentElement.closest("pre");
      if (pre) {
        for (let at = text.data.indexOf("\n"); at >= 0; at = text.data.indexOf("\n", at + 1)) {
          found.push({ rank: text.data[at + 1] === "\n" || text.data[at - 1] === "\n" ? 2 : 1, node: text, offset: at + 1 });
        }
      } else if (text.parentElement.closest("p") && !text.parentElement.closest(".katex, td, th, figcaption, .kept")) {
        for (const end of text.data.matchAll(/[.!?]\s+|[。！？]/g)) {
          found.push({ rank: 0, node: text, offset: end.index + end[0].length });
        }
      }
    }
    return found.sort((a, b) => (a.node === b.node ? a.offset - b.offset : a.node.compareDocumentPosition(b.node) & 4 ? -1 : 1));
  }

  function rangeTo(body, place) {
    const range = document.createRange();
    range.setStart(body, 0);
    if (place.offset === undefined) range.setEndBefore(place.node);
    else range.setEnd(place.node, place.offset);
    return range;
  }

  // The last place before which everything fits; a better one is taken that lies not much higher.
  function choose(body, slack) {
    const box = sizes(body);
    const fitting = places(body).map((place) => ({ ...place, y: rangeTo(body, place).getBoundingClientRect().bottom }))
      .filter((place) => place.y > box.top + 40 && place.y <= box.bottom - slack);
    const lowest = Math.max(...fitting.map((place) => place.y));
    const near = fitting.filter((place) => place.y >= box.top + (lowest - box.top) * 0.6);
    const best = Math.max(...near.map((place) => place.rank));
    return near.filter((place) => place.rank === best).at(-1);
  }

  // What stands behind a place, on a slide of its own that has the same heading.
  function part(section, body, place, number, continued) {
    const table = (place.node.parentElement || body).closest("table");
    const range = document.createRange();
    if (place.offset === undefined) range.setStartBefore(place.node);
    else range.setStart(place.node, place.offset);
    range.setEnd(body, body.childNodes.length);
    const rest = range.extractContents();
    for (const twin of rest.querySelectorAll("[id]")) if (document.getElementById(twin.id)) twin.removeAttribute("id");
    const next = section.cloneNode(true);
    next.id = `${section.id.replace(/---\d+$/, "")}---${number}`;
    for (const twin of next.querySelectorAll("[id]")) twin.removeAttribute("id");
    const heading = next.querySelector(".bd-article > h2");
    if (heading && !heading.querySelector(".continued")) {
      const mark = document.createElement("span");
      mark.className = "continued";
      mark.textContent = ` (${continued})`;
      heading.append(mark);
    }
    const room = next.querySelector(".slide-body");
    room.replaceChildren(rest);
    room.style.zoom = "";
    if (table && table.tHead) {
      const again = room.querySelector("table");
      if (again && !again.tHead) again.prepend(table.tHead.cloneNode(true));
    }
    for (const list of room.querySelectorAll("ol")) {
      const before = [...body.querySelectorAll("ol")].at(-1);
      if (before && list === room.querySelector("ol") && place.node.nodeName === "LI") list.start = before.start + before.children.length;
    }
    for (const empty of [...room.children]) if (!empty.textContent.trim() && !empty.querySelector("img, svg, video, table")) empty.remove();
    section.after(next);
    return next;
  }

  function fit(section, continued) {
    let current = section;
    for (let number = 2; current && number < 200; number++) {
      const body = current.querySelector(".slide-body");
      if (!body || current.classList.contains("opening")) return;
      enlargePictures(body);
      narrow(body);
      shrinkPictures(body);
      if (!tooHigh(body)) {
        grow(body);
        return;
      }
      for (const pair of body.querySelectorAll(".pair")) pair.classList.toggle("stacked", pair.offsetHeight > body.clientHeight);
      if (!tooHigh(body)) return;
      for (const factor of A_LITTLE) {
        body.style.zoom = factor;
        if (!tooHigh(body)) return;
      }
      body.style.zoom = "";
      const place = [4, 24, 60].map((slack) => choose(body, slack)).find(Boolean);
      const next = place && part(current, body, place, number, continued);
      squeeze(body);
      current = next;
    }
  }

  // Little stands larger, so that the last row can read it.
  function grow(body) {
    if (body.querySelector("img, table")) return;
    const filled = (bottom(body) - sizes(body).top) / sizes(body).height;
    const lines = brokenLines(body);
    for (const factor of ROOMY) {
      if (filled * factor * factor > 0.8) continue;
      body.style.zoom = factor;
      if (!tooHigh(body) && wideOnes(body).every((one) => room(one, body) > 0.999) && brokenLines(body) === lines) return;
    }
    body.style.zoom = "";
  }

  // How many lines all code takes, broken ones counted as they are seen.
  function brokenLines(body) {
    return [...body.querySelectorAll("pre")].reduce((sum, one) => sum + Math.round(one.clientHeight / Number.parseFloat(getComputedStyle(one).lineHeight)), 0);
  }

  // The last measure: whatever it takes.
  function squeeze(body) {
    for (let tries = 0; tries < 30 && tooHigh(body); tries++) {
      for (const one of pictures(body)) makeHigh(one, one.offsetHeight * 0.9);
      if (tooHigh(body)) zoom(body, 0.93);
    }
  }

  async function all(reveal) {
    await document.fonts.ready;
    await Promise.all([...reveal.querySelectorAll("img")].map((picture) => picture.decode().catch(() => {})));
    try {
      for (const section of [...reveal.querySelectorAll("section:not(:has(> section))")]) fit(section, reveal.dataset.continued);
    } finally {
      reveal.classList.remove("fitting"); // something is better than nothing
    }
  }

  return { all };
})();
