// Begins the show, once every slide fits.
"use strict";

(async () => {
  const reveal = document.querySelector(".reveal");
  await Fitting.all(reveal);
  await Reveal.initialize({
    width: 1280,
    height: 720,
    margin: 0.02,
    center: false,
    hash: true,
    history: true,
    navigationMode: "linear",
    slideNumber: "c/t",
    transition: "none",
    backgroundTransition: "none",
    scrollActivationWidth: null,
    pdfSeparateFragments: false,
    pdfMaxPagesPerSlide: 1,
    plugins: [RevealNotes],
  });
  document.querySelector("[data-help]").addEventListener("click", () => Reveal.toggleHelp());
})();
