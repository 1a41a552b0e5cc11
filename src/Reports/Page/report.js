// The page's interactive parts: the map of verdicts, and the trials as parallel coordinates, slices and a table that share
// one filter. Text goes in through textContent alone.
"use strict";
(() => {
const data = JSON.parse(document.getElementById("data").textContent);
const count = data.id.length;
// The first verdict of a space is the healthy one, and the last the worst; those between share their shade.
const spaces = data.spaces, [main] = spaces;
const spaceOf = name => spaces.find(s => s.name === name);
const shade = (verdict, space) => verdict === 0 ? 0 : verdict === space.verdicts.length - 1 ? 2 : 1;
const STOPPED = data.states.indexOf("stopped"), COMPLETED = data.states.indexOf("completed"), FAILED = data.states.indexOf("failed");
const counts = i => data.state[i] === COMPLETED || data.state[i] === STOPPED;

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children) if (child !== null && child !== undefined) element.append(child);
  return element;
};
const drawn = (tag, attributes = {}, text) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
};
const select = (label, options, value, change) => {
  const box = make("select", { onchange: e => change(e.target.value) });
  for (const [key, text] of options) box.append(make("option", { value: key, selected: String(key) === String(value) }, text));
  return make("label", {}, label, box);
};
const show = (value, digits = 4) => {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e7)) return value.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e");
  return String(Number(value.toPrecision(digits)));
};
// Names break after a slash or an underscore.
const breakable = text => text.split(/(?<=[/_])/).flatMap(part => [part, make("wbr")]);
const plural = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
const mean = list => list.reduce((sum, v) => sum + v, 0) / list.length;
const deviation = list => { const m = mean(list); return list.length < 2 ? null : Math.sqrt(list.reduce((s, v) => s + (v - m) ** 2, 0) / (list.length - 1)); };
// Viridis, as nine of its colours: dark is low, light is high.
const VIRIDIS = [[68, 1, 84], [71, 45, 123], [59, 82, 139], [44, 114, 142], [33, 145, 140], [40, 174, 128], [94, 201, 98], [173, 220, 48], [253, 231, 37]];
const viridis = t => {
  const place = Math.min(1, Math.max(0, t)) * 8, low = Math.min(7, Math.floor(place)), share = place - low;
  return VIRIDIS[low].map((c, k) => Math.round(c + share * (VIRIDIS[low + 1][k] - c)));
};
const css = rgb => `rgb(${rgb.join(",")})`;
const on = rgb => (0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] > 140 ? "#1c2733" : "#fff");
const ramp = () => make("span", { class: "ramp", style: `background:linear-gradient(90deg,${VIRIDIS.map(css).join(",")})`, "aria-hidden": "true" });
const least = list => list.reduce((a, b) => (b < a ? b : a), Infinity);
const most = list => list.reduce((a, b) => (b > a ? b : a), -Infinity);

// ---- The map of verdicts -------------------------------------------------------------------------------------------------
const map = document.getElementById("map");
if (map) {
  const state = { x: data.order[0], y: data.axes.length > 1 ? data.order[1] : -1, what: main?.name ?? data.objective, fixed: data.axes.map(() => -1) };
  const options = [...spaces.map(s => [s.name, `verdict of the ${s.name}`]), ...data.metrics.map((m, k) => [k, m])];
  const controls = make("div", { class: "controls" }), grid = make("div", { class: "scroll", tabindex: "0" }), legend = make("p", { class: "legend" });
  map.append(controls, grid, legend);

  const renderControls = focus => {
    const axes = data.axes.map((a, k) => [k, a.name]);
    const change = (name, value) => {
      const old = state[name];
      state[name] = Number(value);
      if (state.x === state.y) state[name === "x" ? "y" : "x"] = old;
      renderControls(name);
      render();
    };
    controls.replaceChildren(
      select("Show", options, state.what, v => { state.what = v; render(); }),
      select("across", axes, state.x, v => change("x", v)));
    if (data.axes.length > 1) controls.append(select("up", axes, state.y, v => change("y", v)));
    data.axes.forEach((axis, k) => {
      if (k === state.x || k === state.y) return;
      controls.append(select(axis.name, [[-1, "all taken together"], ...axis.levels.map((l, n) => [n, l])], state.fixed[k], v => { state.fixed[k] = Number(v); render(); }));
    });
    [...controls.querySelectorAll("select")].forEach((s, k) => { s.id = `map-${k}`; });
    if (focus) controls.querySelectorAll("select")[focus === "x" ? 1 : 2].focus({ preventScroll: true });
  };

  const render = () => {
    const across = data.axes[state.x], up = state.y < 0 ? { levels: [""], name: "" } : data.axes[state.y];
    const cells = across.levels.map(() => up.levels.map(() => []));
    // The best that are listed beside a sample are not part of it: they would make every cell look better than it is.
    for (let i = 0; i < data.sampled; i++) {
      if (data.axes.some((_, k) => k !== state.x && k !== state.y && state.fixed[k] >= 0 && data.levels[k][i] !== state.fixed[k])) continue;
      cells[data.levels[state.x][i]][state.y < 0 ? 0 : data.levels[state.y][i]].push(i);
    }
    const space = spaceOf(state.what), isVerdict = space !== undefined;
    const values = isVerdict ? null : data.values[state.what];
    const means = isVerdict ? [] : cells.flat().map(c => c.filter(i => counts(i) && values[i] !== null).map(i => values[i])).filter(l => l.length).map(mean);
    const [low, high] = [least(means), most(means)];
    const what = isVerdict ? `verdict of the ${state.what}` : data.metrics[state.what];
    const judged = cells.flat(2).filter(i => counts(i) && (isVerdict ? space.at[i] : values[i]) !== null).length;
    const table = make("table", { class: "heat" }, make("caption", {}, `${what} by ${across.name}${state.y < 0 ? "" : ` and ${up.name}`}; n = ${plural(judged, "trial")}${data.sampled < data.all ? `, a sample of ${data.all.toLocaleString("en")}; the figures below count all` : ""}`));
    const corner = state.y < 0 ? make("td", { class: "corner" }) : make("th", { scope: "col", class: "axis" }, ...breakable(`${across.name} →\n${up.name} ↓`));
    const head = make("tr", {}, corner);
    across.levels.forEach(level => head.append(make("th", { scope: "col" }, level)));
    table.append(make("thead", {}, head));
    const body = make("tbody");
    for (let y = up.levels.length - 1; y >= 0; y--) {
      const row = make("tr", {}, make("th", { scope: "row" }, up.levels[y]));
      across.levels.forEach((_, x) => row.append(isVerdict ? verdictCell(cells[x][y], space) : metricCell(cells[x][y], values, low, high)));
      body.append(row);
    }
    table.append(body);
    grid.replaceChildren(table);
    legend.replaceChildren(...(isVerdict
      ? space.verdicts.map((v, k) => make("span", {}, make("i", { class: `v${shade(k, space)}` }), k === 0 ? `alive (${v})` : `${v} ${data.defect}`))
      : means.length ? [make("span", {}, show(low, 3), ramp(), show(high, 3))] : []));
  };

  const marks = cell => {
    const failed = cell.filter(i => data.state[i] === FAILED).length, stopped = cell.filter(i => data.state[i] === STOPPED).length;
    const open = cell.filter(i => !counts(i) && data.state[i] !== FAILED).length;
    return [failed ? `✕ ${failed} failed` : "", stopped ? `◌ ${stopped} stopped` : "", open ? `… ${open} open` : ""].filter(t => t).join(" ");
  };
  const blank = cell => make("td", { class: "blank" }, cell.length ? "" : "not run", cell.length ? make("small", {}, marks(cell)) : null);

  const verdictCell = (cell, space) => {
    const found = cell.filter(i => counts(i) && space.at[i] !== null);
    if (!found.length) return blank(cell);
    const by = space.verdicts.map((_, v) => found.filter(i => space.at[i] === v).length);
    const pure = by.findIndex(n => n === found.length);
    const text = pure >= 0 ? space.verdicts[pure] : `${by[0]} of ${found.length} alive`;
    const td = make("td", { class: pure >= 0 ? `v${shade(pure, space)}` : "split" }, text, make("small", {}, `n = ${found.length} ${marks(cell)}`));
    if (pure < 0) td.append(make("div", { class: "mix", "aria-hidden": "true" }, ...by.map((n, v) => make("span", { class: `v${shade(v, space)}`, style: `flex:${n}` }))));
    if (pure < 0) td.title = by.map((n, v) => `${space.verdicts[v]}: ${n}`).join(", ");
    return td;
  };

  const metricCell = (cell, values, low, high) => {
    const found = cell.filter(i => counts(i) && values[i] !== null).map(i => values[i]);
    if (!found.length) return blank(cell);
    const m = mean(found), sd = deviation(found), color = viridis(high > low ? (m - low) / (high - low) : 0.5);
    return make("td", { style: `background:${css(color)};color:${on(color)}` }, show(m, 3),
      make("small", {}, `${sd === null ? "" : `sd ${show(sd, 2)}, `}n = ${found.length} ${marks(cell)}`));
  };

  renderControls();
  render();
}

// ---- The filter that parallel coordinates, slices and the table share -----------------------------------------------------
const filterBox = document.getElementById("filter");
if (!filterBox) return;
const filter = { text: "", state: "", verdicts: new Map(), brushes: new Map() };
const seen = new Uint8Array(count).fill(1);
const listeners = [];
const searchable = Array.from({ length: count }, (_, i) =>
  [data.id[i], data.states[data.state[i]], data.reason[i] ?? "", ...data.axes.map((a, k) => `${a.short} ${a.exact?.[i] ?? a.levels[data.levels[k][i]]}`)].join(" ").toLowerCase());
const status = make("p", { class: "note", role: "status", id: "shown" });
const apply = () => {
  const words = filter.text.toLowerCase().split(/\s+/).filter(w => w);
  for (let i = 0; i < count; i++) {
    seen[i] = words.every(w => searchable[i].includes(w))
      && (filter.state === "" || data.state[i] === Number(filter.state))
      && [...filter.verdicts].every(([space, verdict]) => verdict === "" || space.at[i] === Number(verdict))
      && [...filter.brushes].every(([dimension, [low, high]]) => { const v = dimension.at(i); return v !== null && v >= low && v <= high; }) ? 1 : 0;
  }
  const n = seen.reduce((sum, v) => sum + v, 0);
  const listed = data.sampled < data.all ? ` Listed here are ${count.toLocaleString("en")} of ${data.all.toLocaleString("en")}: ${data.sampled.toLocaleString("en")} by lot, and the best of the others.` : "";
  status.textContent = (n < count ? `${n.toLocaleString("en")} of ${plural(count, "trial")} pass the filter.` : count === 1 ? "The only trial." : `All ${plural(count, listed ? "listed trial" : "trial")}.`) + listed;
  for (const listener of listeners) listener();
};
filterBox.append(
  make("div", { class: "controls" },
    make("label", {}, "Words in id, state, reason or settings", make("input", { type: "search", id: "words", oninput: e => { filter.text = e.target.value; apply(); } })),
    select("state", [["", "any"], ...data.states.map((s, k) => [k, s])], "", v => { filter.state = v; apply(); }),
    ...spaces.map(s => select(s.name, [["", "any"], ...s.verdicts.map((v, k) => [k, v])], "", v => { filter.verdicts.set(s, v); apply(); })),
    make("button", { type: "button", id: "reset", onclick: () => {
      Object.assign(filter, { text: "", state: "" });
      filter.verdicts.clear();
      filter.brushes.clear();
      for (const field of filterBox.querySelectorAll("input, select")) field.value = "";
      apply();
    } }, "Show all")),
  status);

// ---- Parallel coordinates ---------------------------------------------------------------------------------------------
const objective = data.values[data.objective];
const scored = Array.from(objective).filter(v => v !== null);
const [worst, best] = [least(scored), most(scored)];
const colour = i => objective[i] === null ? [150, 150, 150] : viridis(best > worst ? (objective[i] - worst) / (best - worst) : 0.5);

const dimensions = [
  ...data.axes.map((a, k) => ({ name: a.short, full: a.name, at: i => data.levels[k][i], low: 0, high: a.levels.length - 1, text: v => a.brief[Math.round(v)] ?? "", levels: a.levels })),
  ...spaces.map(s => ({ name: s.name, full: `verdict of the ${s.name}`, at: i => s.at[i], low: 0, high: s.verdicts.length - 1, text: v => s.verdicts[Math.round(v)] ?? "", levels: s.verdicts })),
  ...[...new Set([data.metrics[data.objective], ...data.beside, ...data.total])].filter(m => data.metrics.includes(m)).map(m => {
    const values = data.values[data.metrics.indexOf(m)], known = Array.from(values).filter(v => v !== null);
    return { name: spaces.reduce((name, s) => name.startsWith(`${s.name}/`) ? s.short + name.slice(s.name.length) : name, m), full: m, at: i => values[i], low: known.length ? least(known) : 0, high: known.length ? most(known) : 1, text: v => show(v, 3) };
  }),
];

const parallel = document.getElementById("parallel");
{
  const HEIGHT = 340, TOP = 46, BOTTOM = 318;
  const canvas = make("canvas", { role: "img", "aria-label": `Parallel coordinates of ${plural(count, "listed trial")} over ${dimensions.map(d => d.full).join(", ")}; the table below holds the same numbers.` });
  const svg = drawn("svg", { "aria-hidden": "true" });
  const frame = make("div", { class: "parallel" }, canvas, svg);
  parallel.append(
    make("p", { class: "note" }, "Drag along an axis to keep the trials that cross it there; tap it to let all pass. Colour is ",
      `${data.metrics[data.objective]}: `, make("span", { class: "legend", style: "display:inline-flex" }, scored.length ? show(worst, 3) : "", ramp(), scored.length ? show(best, 3) : "")),
    make("div", { class: "scroll", tabindex: "0" }, frame),
    make("details", {}, make("summary", {}, "Brush by keyboard"), make("div", { class: "controls", id: "brushes" })));
  const byKeyboard = parallel.querySelector("#brushes");
  const fields = new Map();
  let width = 0;
  const xOf = k => 60 + (k * (width - 130)) / Math.max(1, dimensions.length - 1);
  const yOf = (d, v) => BOTTOM - ((d.high > d.low ? (v - d.low) / (d.high - d.low) : 0.5) * (BOTTOM - TOP));
  const valueAt = (d, y) => d.low + ((BOTTOM - Math.min(BOTTOM, Math.max(TOP, y))) / (BOTTOM - TOP)) * (d.high - d.low);

  // Equal levels would lie on each other, so each trial keeps a little aside, by its number.
  const lane = i => ((i * 0.618034) % 1) - 0.5;
  const draw = () => {
    width = frame.clientWidth;
    const scale = Math.min(2, window.devicePixelRatio || 1);
    canvas.width = width * scale;
    canvas.height = HEIGHT * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.lineWidth = count > 2000 ? 0.6 : 1.1;
    const alpha = count > 5000 ? 0.12 : count > 500 ? 0.3 : 0.75;
    for (const pass of [0, 1]) {
      for (let i = 0; i < count; i++) {
        if (seen[i] !== pass || !counts(i)) continue;
        pen.strokeStyle = pass ? `rgba(${colour(i).join(",")},${alpha})` : "rgba(160,170,180,0.08)";
        pen.beginPath();
        let open = false;
        dimensions.forEach((d, k) => {
          const v = d.at(i);
          if (v === null) { open = false; return; }
          const y = yOf(d, v) + (d.levels ? lane(i) * Math.min(12, 80 / d.levels.length) : 0);
          if (open) pen.lineTo(xOf(k), y); else pen.moveTo(xOf(k), y);
          open = true;
        });
        pen.stroke();
      }
    }
    drawAxes();
  };
  const drawAxes = () => {
    svg.replaceChildren();
    dimensions.forEach((d, k) => {
      const x = xOf(k);
      // The outermost names stand against the edges, which would cut them.
      const edge = k === 0 ? { x: 4, "text-anchor": "start" } : k === dimensions.length - 1 ? { x: width - 4, "text-anchor": "end" } : { x, "text-anchor": "middle" };
      svg.append(drawn("text", { ...edge, y: k % 2 ? 34 : 16, class: "name" }, d.name));
      svg.append(drawn("line", { x1: x, x2: x, y1: TOP, y2: BOTTOM, stroke: "#1c2733" }));
      const ticks = d.levels ? d.levels.map((_, n) => n).filter(n => n % Math.ceil(d.levels.length / 12) === 0) : [0, 0.25, 0.5, 0.75, 1].map(t => d.low + t * (d.high - d.low));
      for (const tick of ticks) {
        const text = d.text(tick);
        const label = drawn("text", { x: x + 6, y: yOf(d, tick) + 4, stroke: "#fff", "stroke-width": 3, "paint-order": "stroke" }, text);
        svg.append(label);
      }
      const range = filter.brushes.get(d);
      if (range) svg.append(drawn("rect", { x: x - 9, width: 18, y: yOf(d, Math.min(d.high, range[1])), height: Math.max(3, yOf(d, Math.max(d.low, range[0])) - yOf(d, Math.min(d.high, range[1]))), class: "brush" }));
      const hit = drawn("rect", { x: x - 14, width: 28, y: TOP - 6, height: BOTTOM - TOP + 12, class: "hit", "data-axis": k });
      hit.addEventListener("pointerdown", e => begin(e, d));
      svg.append(hit);
    });
  };
  const begin = (event, d) => {
    event.preventDefault();
    const top = svg.getBoundingClientRect().top, start = event.clientY - top;
    let moved = false;
    const move = e => {
      const [a, b] = [valueAt(d, start), valueAt(d, e.clientY - top)];
      if (!moved && Math.abs(e.clientY - top - start) < 4) return;
      moved = true;
      brush(d, Math.min(a, b), Math.max(a, b));
    };
    const end = () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      if (!moved) brush(d, null);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
  };
  const brush = (d, low, high) => {
    if (low === null) filter.brushes.delete(d);
    else filter.brushes.set(d, [low, high]);
    apply();
  };

  for (const d of dimensions) {
    const change = () => {
      const [low, high] = fields.get(d).map((f, k) => (f.value === "" ? (k ? Infinity : -Infinity) : Number(f.value)));
      brush(d, low === -Infinity && high === Infinity ? null : low, high);
    };
    const field = (label, k) => d.levels
      ? make("select", { "aria-label": `${d.full}, ${label}`, onchange: change }, make("option", { value: "" }, label), ...d.levels.map((l, n) => make("option", { value: n }, l)))
      : make("input", { type: "number", step: "any", placeholder: label, style: "width:7rem", "aria-label": `${d.full}, ${label}`, onchange: change });
    fields.set(d, [field("from", 0), field("to", 1)]);
    byKeyboard.append(make("label", {}, d.full, make("span", {}, ...fields.get(d))));
  }
  listeners.push(() => {
    for (const [d, pair] of fields) if (!filter.brushes.has(d)) for (const f of pair) f.value = "";
    draw();
  });
  new ResizeObserver(() => { if (frame.clientWidth !== width) draw(); }).observe(frame);
}

// ---- Slices -------------------------------------------------------------------------------------------------------------
{
  const slices = document.getElementById("slices");
  const state = { metric: data.objective };
  const grid = make("div", { class: "slices" });
  if (!data.axes.length) slices.append(make("p", {}, "Nothing varies, so there is nothing to slice."));
  else slices.append(
    make("div", { class: "controls" }, select("metric", data.metrics.map((m, k) => [k, m]), state.metric, v => { state.metric = Number(v); render(); })),
    make("p", { class: "legend" }, ...(main?.verdicts ?? []).map((v, k) => make("span", {}, `${["○ light", "◐ mid", "● dark"][shade(k, main)]}: ${k === 0 ? `${main.name} alive` : v}`)), make("span", {}, "grey: filtered out")),
    grid);
  const FILL = ["#bfe3f2", "#e8a33d", "#5c1a3a"];
  const render = () => {
    grid.replaceChildren();
    const values = data.values[state.metric];
    const known = Array.from({ length: count }, (_, i) => i).filter(i => counts(i) && values[i] !== null);
    data.axes.forEach((axis, k) => {
      const canvas = make("canvas", { role: "img", "aria-label": `${data.metrics[state.metric]} by ${axis.name}, ${plural(known.length, "trial")}` });
      grid.append(make("figure", {}, canvas, make("figcaption", {}, ...breakable(`${axis.name}; n = ${plural(known.length, "trial")}`))));
      const width = canvas.clientWidth || 260, height = 210, scale = Math.min(2, window.devicePixelRatio || 1);
      canvas.width = width * scale;
      canvas.height = height * scale;
      const pen = canvas.getContext("2d");
      pen.scale(scale, scale);
      pen.font = "11px system-ui, sans-serif";
      if (!known.length) return;
      const all = known.map(i => values[i]);
      const [low, high] = [least(all), most(all)];
      const [left, right, top, bottom] = [46, width - 8, 8, height - 22];
      const x = v => left + ((v + 0.5) / axis.levels.length) * (right - left);
      const y = v => bottom - (high > low ? (v - low) / (high - low) : 0.5) * (bottom - top);
      pen.strokeStyle = "#d8dfe6";
      pen.fillStyle = "#1c2733";
      for (const t of [0, 0.5, 1]) {
        const v = low + t * (high - low);
        pen.beginPath();
        pen.moveTo(left, y(v));
        pen.lineTo(right, y(v));
        pen.stroke();
        pen.textAlign = "right";
        pen.fillText(show(v, 3), left - 5, y(v) + 4);
      }
      // As many labels as do not touch; none is cut, for a number that is cut reads as another.
      const room = most(axis.brief.map(level => pen.measureText(level).width)) + 10;
      const every = Math.ceil(axis.levels.length / Math.max(1, Math.floor((right - left) / room)));
      axis.brief.forEach((level, n) => {
        if (n % every !== 0) return;
        const half = pen.measureText(level).width / 2;
        pen.textAlign = x(n) + half > width ? "right" : x(n) - half < 0 ? "left" : "center";
        pen.fillText(level, pen.textAlign === "right" ? width - 1 : pen.textAlign === "left" ? 1 : x(n), height - 6);
      });
      const spread = Math.min(26, ((right - left) / axis.levels.length) * 0.6);
      for (const pass of [0, 1]) {
        for (const i of known) {
          if (seen[i] !== pass) continue;
          pen.beginPath();
          pen.arc(x(data.levels[k][i]) + ((((i * 0.618034) % 1) - 0.5) * spread), y(values[i]), count > 2000 ? 2 : 3.4, 0, 7);
          pen.fillStyle = pass ? (FILL[main && main.at[i] !== null ? shade(main.at[i], main) : -1] ?? "#fff") : "rgba(200,207,214,.45)";
          pen.fill();
          pen.strokeStyle = pass ? "#1c2733" : "rgba(160,170,180,.4)";
          pen.lineWidth = 0.7;
          pen.stroke();
        }
      }
    });
  };
  if (data.axes.length) { listeners.push(render); new ResizeObserver(render).observe(slices); }
}

// ---- The table ------------------------------------------------------------------------------------------------------------
{
  const PAGE = 50;
  const place = document.getElementById("table");
  const fixed = [
    { name: "trial", at: i => data.id[i], row: true },
    { name: "seed", at: i => BigInt(data.seed[i]), n: true },
    ...data.axes.map((a, k) => ({ name: a.short, full: a.name, at: i => data.levels[k][i], text: i => a.exact?.[i] ?? a.levels[data.levels[k][i]], n: a.numeric })),
  ];
  const verdicts = [
    { name: "state", at: i => data.states[data.state[i]], text: i => data.states[data.state[i]] + (data.state[i] === STOPPED ? " ◌" : data.state[i] === FAILED ? " ✕" : "") },
    ...spaces.map(s => ({ name: s.name, at: i => s.at[i], text: i => s.verdicts[s.at[i]] ?? "–", verdict: s })),
  ];
  if (Object.keys(data.reason).length) verdicts.push({ name: "reason", at: i => data.reason[i] ?? "" });
  const metricColumn = m => { const values = data.values[m]; return { name: data.metrics[m], at: i => values[i], text: i => show(values[i]), n: true, metric: m }; };
  // Few, so that a row fits a page; the others are a tick away.
  const chosen = new Set([data.objective, ...data.beside.map(m => data.metrics.indexOf(m))].filter(m => m >= 0));
  const state = { by: metricColumn(data.objective), down: data.maximize, page: 0 };
  const boxes = make("details", {}, make("summary", {}, "Columns"), make("div", { class: "columns" }, ...data.metrics.map((m, k) =>
    make("label", {}, make("input", { type: "checkbox", checked: chosen.has(k), onchange: e => { if (e.target.checked) chosen.add(k); else chosen.delete(k); render(); } }), " ", m))));
  const frame = make("div", { class: "scroll", tabindex: "0" }), pager = make("div", { class: "controls" });
  place.append(boxes, frame, pager);

  const compare = (a, b) => {
    const [x, y] = [state.by.at(a), state.by.at(b)];
    // What is missing comes last, whichever way the rest is sorted.
    if (x === null || y === null) return (x === null) - (y === null) || a - b;
    const order = x < y ? -1 : x > y ? 1 : 0;
    return (state.down ? -order : order) || a - b;
  };
  const render = () => {
    const metrics = [...chosen].sort((a, b) => (b === data.objective) - (a === data.objective) || a - b).map(metricColumn);
    const columns = [...fixed, ...metrics.slice(0, 1), ...verdicts, ...metrics.slice(1)];
    const rows = Array.from({ length: count }, (_, i) => i).filter(i => seen[i]).sort(compare);
    const pages = Math.max(1, Math.ceil(rows.length / PAGE));
    state.page = Math.min(state.page, pages - 1);
    const head = make("tr");
    for (const column of columns) {
      const sorted = column.name === state.by.name;
      head.append(make("th", { scope: "col", class: column.n ? "n" : null, "aria-sort": sorted ? (state.down ? "descending" : "ascending") : "none", title: column.full ?? null },
        make("button", { type: "button", "data-column": column.name, onclick: () => {
          state.down = sorted ? !state.down : column.n === true && column.metric !== undefined;
          state.by = column;
          state.page = 0;
          render();
          frame.querySelector(`button[data-column="${CSS.escape(column.name)}"]`)?.focus({ preventScroll: true });
        } }, ...breakable(column.name))));
    }
    const body = make("tbody");
    for (const i of rows.slice(state.page * PAGE, (state.page + 1) * PAGE)) {
      const row = make("tr");
      for (const column of columns) {
        const text = column.text ? column.text(i) : String(column.at(i));
        const cell = make(column.row ? "th" : "td", { scope: column.row ? "row" : null, class: column.n ? "n" : null });
        if (column.verdict && column.at(i) !== null) cell.append(make("span", { class: `chip v${shade(column.at(i), column.verdict)}` }, text));
        else cell.append(text);
        row.append(cell);
      }
      body.append(row);
    }
    frame.replaceChildren(make("table", { id: "trials-table" }, make("caption", {}, `${plural(rows.length, "trial")}; a heading sorts, and again the other way`), make("thead", {}, head), body));
    pager.replaceChildren(
      make("button", { type: "button", disabled: state.page === 0, onclick: () => { state.page--; render(); } }, "Previous"),
      make("span", {}, `page ${state.page + 1} of ${pages.toLocaleString("en")}`),
      make("button", { type: "button", disabled: state.page >= pages - 1, onclick: () => { state.page++; render(); } }, "Next"));
  };
  listeners.push(render);
}
apply();
})();
