// "Report a problem" names the section that the reader is at.

function name(event) {
  const link = event.currentTarget;
  const address = new URL(link.href);
  const key = address.searchParams.has("body") ? "body" : "issue[description]"; // of GitHub and of GitLab
  const passed = [...document.querySelectorAll("article section[id] > :is(h2, h3)")].filter(
    (heading) => heading.getBoundingClientRect().top < innerHeight / 3,
  );
  const heading = passed.at(-1);
  const words = [...(heading?.childNodes ?? [])].filter((node) => !node.classList?.contains("headerlink"));
  const title = words.map((node) => node.textContent).join("").trim();
  const section = heading ? `Section: ${title} (#${heading.parentElement.id})\n` : "";
  const before = /^Section: .*\n/; // of an earlier click
  address.searchParams.set(key, section + address.searchParams.get(key).replace(before, ""));
  link.href = address;
}

for (const link of document.querySelectorAll("a[data-report]")) link.addEventListener("click", name);
