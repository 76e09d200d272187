"use strict";
// Progressive enhancement only: every page works without this file.
(() => {
  const stops = () => [...document.querySelectorAll(".stop")].filter((e) => e.offsetParent);
  let at = -1;
  const go = (step) => {
    const all = stops();
    if (!all.length) return;
    const here = all.indexOf(document.activeElement?.closest?.(".stop"));
    at = Math.min(Math.max((here >= 0 ? here : at) + step, 0), all.length - 1);
    const target = all[at];
    const link = target.querySelector("h3 a, h4 a, a.anchor, .on a") ?? target;
    link.focus({ preventScroll: true });
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    target.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  };
  // Whoever speaks to the machine, or brushes a key, can switch single keys off.
  const kept = "clausewatch.keys";
  let on = true;
  try { on = localStorage.getItem(kept) !== "off"; } catch { /* not remembered, then */ }
  const keys = document.getElementById("keys");
  const button = keys?.querySelector("button");
  const tell = () => { button.textContent = on ? "Switch them off" : "They are off: switch them on"; };
  if (button) {
    tell();
    keys.hidden = false;
    button.addEventListener("click", () => {
      on = !on;
      try { localStorage.setItem(kept, on ? "on" : "off"); } catch { /* for this page only */ }
      tell();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("input, select, textarea");
    if (typing) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "/") {
      event.preventDefault();
      document.getElementById("q")?.focus();
    }
  });
  // A link to a clause inside something folded opens it.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let up = target && target.parentElement; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
})();
