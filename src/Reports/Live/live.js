// Keeps a served page like its store: asks for what is new, and puts it in place so that whoever reads keeps the place, the choices, the
// zoom and the trial that is open. Nothing is asked for while the page cannot be seen.
"use strict";
(() => {
const LEAST = 1000, AGAIN = 5000, RESTS = 3, MOST_WAIT = 15000, IN_USE = 4000;
const bar = document.getElementById("live");
let number = Number(bar.dataset.number), at = bar.dataset.at, paused = false, over = false, timer = null, asking = false;

// The token has become a cookie. It must not stay where a screen is shared, or in the history.
if (location.search) history.replaceState(null, "", location.pathname + location.hash);

const said = document.createElement("span"), when = document.createElement("span"), button = document.createElement("button");
said.setAttribute("role", "status");
button.type = "button";
bar.append(when, said, button);
const tell = (text, isTrouble) => {
  when.textContent = at ? `As of ${at}. ` : "";
  // Said only once, though it is asked again and again.
  if (said.textContent !== text) said.textContent = text;
  bar.classList.toggle("trouble", isTrouble === true);
  button.textContent = paused ? "Go on" : "Pause";
  button.hidden = over;
};
button.addEventListener("click", () => {
  paused = !paused;
  tell(paused ? "Paused." : "");
  if (!paused) ask();
});

// ---- What whoever reads is at -----------------------------------------------------------------------------------------------
let pressed = false, used = 0;
for (const name of ["pointerdown", "keydown", "input"]) document.addEventListener(name, () => { used = Date.now(); }, true);
document.addEventListener("pointerdown", () => { pressed = true; }, true);
for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, () => { pressed = false; }, true);
const isInUse = () => pressed || (document.activeElement?.matches("select, input") && Date.now() - used < IN_USE);
const pause = time => new Promise(done => { setTimeout(done, time); });
const settled = async () => { for (let waited = 0; isInUse() && waited < MOST_WAIT; waited += 200) await pause(200); };

const FOCUSABLE = "a, button, input, select, summary, [tabindex]";
const regions = () => [document.getElementById("head"), ...document.querySelectorAll("main > section"), ...document.querySelectorAll("dialog")];
const nameOf = region => region.id || region.className;
const each = (visit) => {
  for (const region of regions()) {
    for (const selector of ["details", ".scroll"]) [...region.querySelectorAll(selector)].forEach((e, k) => visit(e, `${nameOf(region)} ${selector} ${k}`));
  }
};
// Runs what replaces parts of the page, and puts back what whoever reads has opened, scrolled and focused.
const steadily = change => {
  const open = new Map(), scrolled = new Map();
  each((e, key) => {
    if (e.matches("details")) open.set(key, e.open);
    else if (e.scrollLeft || e.scrollTop) scrolled.set(key, [e.scrollLeft, e.scrollTop]);
  });
  const active = document.activeElement, region = regions().find(r => r.contains(active));
  const place = region && { of: nameOf(region), k: [...region.querySelectorAll(FOCUSABLE)].indexOf(active), tag: active.tagName,
    from: active.matches("input[type=search]") ? active.selectionStart : null };
  // The last thing with a name that begins above the upper third of the window stays where it is.
  const named = () => [...document.querySelectorAll("#head, main [id]:not(symbol):not(clipPath):not(svg *)")].filter(e => e.offsetParent !== null || e.id === "head");
  const anchor = window.scrollY > 0 ? named().filter(e => e.getBoundingClientRect().top < window.innerHeight / 3).pop() : null;
  const before = anchor && { id: anchor.id, top: anchor.getBoundingClientRect().top };

  change();

  each((e, key) => {
    if (open.has(key) && e.open !== open.get(key)) e.open = open.get(key);
    if (scrolled.has(key)) [e.scrollLeft, e.scrollTop] = scrolled.get(key);
  });
  if (place && !document.contains(active)) {
    const found = regions().find(r => nameOf(r) === place.of)?.querySelectorAll(FOCUSABLE)[place.k];
    if (found?.tagName === place.tag) {
      found.focus({ preventScroll: true });
      if (place.from !== null) found.setSelectionRange?.(place.from, place.from);
    }
  }
  const after = before && document.getElementById(before.id);
  if (after) window.scrollBy({ top: after.getBoundingClientRect().top - before.top, behavior: "instant" });
};

// ---- What takes long to work out ---------------------------------------------------------------------------------------------
const parse = markup => [...new DOMParser().parseFromString(markup, "text/html").body.childNodes];
const load = async part => {
  seen.unobserve(part);
  try {
    const answer = await fetch(`later/${part.dataset.part}`);
    if (!answer.ok) throw new Error();
    const markup = await answer.text();
    await settled();
    steadily(() => part.replaceChildren(...parse(markup)));
  } catch {
    setTimeout(() => seen.observe(part), AGAIN);
  }
};
const seen = new IntersectionObserver(entries => entries.filter(e => e.isIntersecting).forEach(e => load(e.target)), { rootMargin: "300px" });
const watch = () => document.querySelectorAll(".later").forEach(part => seen.observe(part));

// ---- What is new ----------------------------------------------------------------------------------------------------------
const put = (order, name, markup) => {
  const [fresh] = parse(markup).filter(e => e.nodeType === Node.ELEMENT_NODE), old = document.getElementById(name);
  if (old) {
    // What was worked out stays in sight until it is again.
    for (const part of fresh.querySelectorAll(".later")) {
      const known = old.querySelector(`.later[data-part="${CSS.escape(part.dataset.part)}"]`);
      if (known) part.replaceChildren(...known.childNodes);
    }
    old.replaceWith(fresh);
  } else {
    const before = order.slice(0, order.indexOf(name)).reverse().map(id => document.querySelector(`main > #${CSS.escape(id)}`)).find(e => e);
    if (before) before.after(fresh); else document.querySelector("main").prepend(fresh);
  }
};
const show = news => {
  const parts = Object.entries(news.parts);
  if (!parts.length && !news.data && !news.course) return;
  steadily(() => {
    for (const [name, markup] of parts) {
      if (name === "head") document.getElementById("head").replaceChildren(...parse(markup));
      else put(news.order, name, markup);
    }
    document.querySelectorAll("main > section").forEach(section => { if (!news.order.includes(section.id)) section.remove(); });
    if (news.data || news.course || parts.some(([name]) => name !== "head" && name !== "now")) report.update(news.data, news.course);
  });
  watch();
};

const ask = async () => {
  clearTimeout(timer);
  if (document.hidden || paused || over || asking) return;
  asking = true;
  let next = LEAST;
  try {
    const answer = await fetch(`live?after=${number}`);
    if (answer.status === 403) {
      over = true;
      tell("Another server answers at this address by now. Use the address that it printed.", true);
      return;
    }
    if (!answer.ok) throw new Error();
    const news = await answer.json();
    await settled();
    if (paused) return;
    if (news.number > 0) {
      const start = performance.now();
      show(news);
      document.title = news.title;
      [number, at] = [news.number, news.at];
      next = Math.max(LEAST, RESTS * (performance.now() - start));
    }
    over = Boolean(news.ended);
    tell(news.ended ?? news.trouble ?? "", Boolean(news.ended ?? news.trouble));
  } catch {
    next = AGAIN;
    tell("The server does not answer: it has ended, or the way to it is broken. This page goes on asking.", true);
  } finally {
    asking = false;
    if (!over && !paused) timer = setTimeout(ask, next);
  }
};
document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
tell("");
watch();
timer = setTimeout(ask, LEAST);
})();
