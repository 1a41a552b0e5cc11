// The page's interactive parts: the map of verdicts, and the trials as parallel coordinates, slices and a table that share
// one filter; the courses of points and trials; and a window for one trial. Text goes in through textContent alone.
// A page that is served while the sweep runs is given new numbers, and everything is drawn anew: what somebody has chosen stays.
"use strict";
const report = (() => {
let data, course, count, spaces, main, placeOf, STOPPED, COMPLETED, FAILED;
const take = (list, courses) => {
  [data, course] = [list, courses];
  count = data.id.length;
  // The first verdict of a space is the healthy one, and the last the worst; those between share their shade.
  spaces = data.spaces;
  [main] = spaces;
  placeOf = new Map(data.id.map((id, i) => [id, i]));
  [STOPPED, COMPLETED, FAILED] = ["stopped", "completed", "failed"].map(state => data.states.indexOf(state));
};
take(...["data", "course"].map(id => JSON.parse(document.getElementById(id).textContent)));
// What somebody has chosen, by what it is of. It is numbers of axes, levels and metrics, and so means nothing where these are others.
const chosen = new Map();
const shape = () => JSON.stringify([data.axes.map(a => [a.name, a.levels]), data.metrics, spaces.map(s => s.name)]);
const kept = (name, fresh) => {
  if (!chosen.has(name)) chosen.set(name, fresh());
  return chosen.get(name);
};
const observers = [];
const observe = (element, redraw) => {
  const observer = new ResizeObserver(redraw);
  observers.push(observer);
  observer.observe(element);
};
const spaceOf = name => spaces.find(s => s.name === name);
const shade = (verdict, space) => verdict === 0 ? 0 : verdict === space.verdicts.length - 1 ? 2 : 1;
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
const breakable = text => text.split(/(?<=[/_,])/).flatMap(part => [part, make("wbr")]);
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
// Colours of the page as its style has them, light or dark.
const theme = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const atThemeChange = [];
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => atThemeChange.forEach(redraw => redraw()));
// The healthy verdict is called "none" in data, and alive where people read.
const word = (space, v) => v === 0 ? "alive" : space.verdicts[v] ?? "–";
const least = list => list.reduce((a, b) => (b < a ? b : a), Infinity);
const most = list => list.reduce((a, b) => (b > a ? b : a), -Infinity);

// ---- The map of verdicts -------------------------------------------------------------------------------------------------
const drawMap = () => {
  const map = document.getElementById("map");
  if (!map) return;
  const state = kept("map", () =>
    ({ x: data.order[0], y: data.axes.length > 1 ? data.order[1] : -1, what: main?.name ?? data.objective, fixed: data.axes.map(() => -1) }));
  const options = [...spaces.map(s => [s.name, `verdict of the ${s.name}`]), ...data.metrics.map((m, k) => [k, m])];
  const controls = make("div", { class: "controls" }), grid = make("div", { class: "scroll", tabindex: "0" }), legend = make("p", { class: "legend" });
  map.replaceChildren(controls, grid, legend);

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
      controls.append(select(axis.name, [[-1, "all taken together"], ...axis.levels.map((l, n) => [n, l])], state.fixed[k],
        v => { state.fixed[k] = Number(v); render(); }));
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
    const table = make("table", { class: "heat" }, make("caption", {},
      `${what} by ${across.name}${state.y < 0 ? "" : ` and ${up.name}`}; n = ${plural(judged, "trial")}${data.sampled < data.all ? `, a sample of ${data.all.toLocaleString("en")}; the figures below count all` : ""}`));
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
      ? space.verdicts.map((v, k) => make("span", {}, make("i", { class: `v${shade(k, space)}` }), k === 0 ? "alive" : `${v} ${data.defect}`))
      : means.length ? [make("span", {}, show(low, 3), ramp(), show(high, 3))] : []));
  };

  const marks = cell => {
    const failed = cell.filter(i => data.state[i] === FAILED).length, stopped = cell.filter(i => data.state[i] === STOPPED).length;
    const open = cell.filter(i => !counts(i) && data.state[i] !== FAILED).length;
    return [failed ? `✕ ${failed} failed` : "", stopped ? `◌ ${stopped} stopped` : "", open ? `… ${open} open` : ""].filter(t => t).join(" ");
  };
  // A click, or Enter, opens the cell's trials.
  const cellOf = (cell, attributes, text, ...more) => make("td", attributes,
    make("button", { type: "button", class: "cell", onclick: () => openTrials(cell), "aria-label": `${text}: open ${plural(cell.length, "trial")}` }, text),
      ...more);
  const blank = cell => make("td", { class: "blank" }, cell.length ? "" : "not run", cell.length ? make("small", {}, marks(cell)) : null);

  const verdictCell = (cell, space) => {
    const found = cell.filter(i => counts(i) && space.at[i] !== null);
    if (!found.length) return blank(cell);
    const by = space.verdicts.map((_, v) => found.filter(i => space.at[i] === v).length);
    const pure = by.findIndex(n => n === found.length);
    const text = pure >= 0 ? word(space, pure) : `${by[0]} of ${found.length} alive`;
    const td = cellOf(cell, { class: pure >= 0 ? `v${shade(pure, space)}` : "split" }, text, make("small", {}, `n = ${found.length} ${marks(cell)}`));
    if (pure < 0) td.append(make("div", { class: "mix", "aria-hidden": "true" }, ...by.map((n, v) => make("span", { class: `v${shade(v, space)}`,
      style: `flex:${n}` }))));
    if (pure < 0) td.title = by.map((n, v) => `${word(space, v)}: ${n}`).join(", ");
    return td;
  };

  const metricCell = (cell, values, low, high) => {
    const found = cell.filter(i => counts(i) && values[i] !== null).map(i => values[i]);
    if (!found.length) return blank(cell);
    const m = mean(found), sd = deviation(found), color = viridis(high > low ? (m - low) / (high - low) : 0.5);
    return cellOf(cell, { style: `background:${css(color)};color:${on(color)}` }, show(m, 3),
      make("small", {}, `${sd === null ? "" : `sd ${show(sd, 2)}, `}n = ${found.length} ${marks(cell)}`));
  };

  renderControls();
  render();
};

// ---- Charts -------------------------------------------------------------------------------------------------------------
// A panel of lines with values under the pointer, a zoom along x that several panels share, and a logarithmic axis where decades
// ask for one. SVG, so that it prints, is searched as text, and takes its colours from the page's style.
const WIDTH = 360, HEIGHT = 230, LEFT = 52, RIGHT = 8, TOP_EDGE = 8, BOTTOM_EDGE = 34;
const steps = (low, high, n) => {
  const raw = (high - low) / n, power = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 5, 10].map(m => m * power).find(s => s >= raw);
  const ticks = [];
  for (let t = Math.ceil(low / step) * step; t <= high + step * 1e-9; t += step) ticks.push(Math.abs(t) < step * 1e-9 ? 0 : t);
  return ticks;
};
const powers = (low, high) => {
  const ticks = [], few = high - low < 2, every = Math.max(1, Math.ceil((high - low) / 6));
  for (let p = Math.floor(low); p <= Math.ceil(high); p++) {
    if (p % every === 0) ticks.push(p);
    if (few) ticks.push(p + Math.log10(2), p + Math.log10(5));
  }
  return ticks.filter(t => t >= low - 1e-9 && t <= high + 1e-9);
};
const wide = values => { const known = values.filter(v => v !== null && v !== 0);
  return known.length > 1 && least(known) > 0 && most(known) > 30 * least(known); };
const merged = (points, at) => {
  // Mean and range of several curves by x.
  const by = new Map();
  for (const [xs, ys] of points) xs.forEach((x, k) => { if (ys[k] !== null) by.set(x, [...(by.get(x) ?? []), ys[k]]); });
  return [...by].sort((a, b) => a[0] - b[0]).map(([x, ys]) => ({ x, low: least(ys), high: most(ys),
    y: at === "log" ? 10 ** mean(ys.map(Math.log10)) : mean(ys), n: ys.length }));
};
// lines: { name, points: [{x, y, low, high}], colour, dash, open }
const chart = (title, xName, lines, { zoom = { range: null, charts: [] }, scale = () => "auto", note = "" } = {}) => {
  const figure = make("figure", { class: "chart" }), svg = drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, tabindex: "0", role: "img" });
  const tip = make("div", { class: "tip", hidden: true });
  figure.append(make("figcaption", {}, make("b", {}, ...breakable(title)), note ? make("span", { class: "faint" }, ` ${note}`) : ""), svg, tip);
  const known = lines.filter(l => l.points.length);
  let place = null, focus = null;
  const render = () => {
    svg.replaceChildren();
    const inRange = p => !zoom.range || (p.x >= zoom.range[0] && p.x <= zoom.range[1]);
    const log = scale() === "log" || (scale() === "auto" && wide(known.flatMap(l => l.points.map(p => p.y))));
    const of = v => log ? (v > 0 ? Math.log10(v) : null) : v;
    const all = known.flatMap(l => l.points.filter(inRange)), ys = all.flatMap(p => [of(p.low), of(p.y),
      of(p.high)]).filter(v => v !== null && Number.isFinite(v));
    svg.setAttribute("aria-label",
      `${title} by ${xName}: ${plural(known.length, "line")}. ${known.slice(0, 12).map(l => `${l.name} ends at ${show(l.points[l.points.length - 1].y, 3)}`).join("; ")}.`);
    if (!ys.length) { svg.append(drawn("text", { x: WIDTH / 2, y: HEIGHT / 2, "text-anchor": "middle" }, "nothing to draw")); return; }
    let [low, high] = [least(ys), most(ys)];
    // Numbers that differ by rounding alone are one number, with some room around it.
    const room = high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high)) ? (high - low) * 0.05 : Math.abs(high) * 0.05 || 1;
    [low, high] = [low - room, high + room];
    let [from, to] = zoom.range ?? [least(all.map(p => p.x)), most(all.map(p => p.x))];
    if (from === to) [from, to] = [from - 1, to + 1];
    const x = v => LEFT + ((v - from) / (to - from)) * (WIDTH - LEFT - RIGHT),
      y = v => HEIGHT - BOTTOM_EDGE - ((v - low) / (high - low)) * (HEIGHT - TOP_EDGE - BOTTOM_EDGE);
    for (const t of log ? powers(low, high) : steps(low, high, 4)) {
      svg.append(drawn("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(t), y2: y(t), class: "grid" }));
      svg.append(drawn("text", { x: LEFT - 5, y: y(t) + 4, "text-anchor": "end" }, show(log ? 10 ** t : t, 3)));
    }
    for (const t of steps(from, to, 5)) svg.append(drawn("text", { x: x(t), y: HEIGHT - BOTTOM_EDGE + 15,
      "text-anchor": x(t) > WIDTH - 20 ? "end" : "middle" }, show(t, 6)));
    svg.append(drawn("text", { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 4, "text-anchor": "middle", class: "faint" }, xName));
    svg.append(drawn("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: HEIGHT - BOTTOM_EDGE, y2: HEIGHT - BOTTOM_EDGE, class: "axis" }));
    const path = points => points.map((p, k) => `${k ? "L" : "M"}${p[0].toFixed(1)} ${p[1].toFixed(1)}`).join("");
    const spots = [];
    known.forEach(line => {
      const points = line.points.filter(p => inRange(p) && of(p.y) !== null);
      if (!points.length) return;
      const band = points.filter(p => p.high > p.low && of(p.low) !== null);
      if (band.length) svg.append(drawn("path",
        { d: `${path([...band.map(p => [x(p.x), y(of(p.high))]), ...band.reverse().map(p => [x(p.x), y(of(p.low))])])}Z`, fill: line.colour, class: "band" }));
      svg.append(drawn("path", { d: path(points.map(p => [x(p.x), y(of(p.y))])), stroke: line.colour, "stroke-dasharray": line.dash ?? "none",
        class: "line" }));
      if (points.length === 1) svg.append(drawn("circle", { cx: x(points[0].x), cy: y(of(points[0].y)), r: 3, fill: line.colour }));
      for (const p of points) spots.push({ px: x(p.x), py: y(of(p.y)), p, line });
    });
    if (focus) {
      const found = spots.find(s => s.line === focus.line && s.p === focus.p);
      if (found) {
        svg.append(drawn("path", { d: path(found.line.points.filter(p => inRange(p) && of(p.y) !== null).map(p => [x(p.x), y(of(p.y))])),
          stroke: found.line.colour, class: "line chosen" }));
        svg.append(drawn("circle", { cx: found.px, cy: found.py, r: 4.5, class: "spot", fill: found.line.colour }));
        tip.replaceChildren(make("b", {}, `${show(found.p.y)}`),
          ` at ${xName} ${show(found.p.x, 7)}${found.p.high > found.p.low ? ` (${show(found.p.low, 3)} to ${show(found.p.high, 3)} over ${found.p.n} seeds)` : ""}`, make("br"), found.line.name);
        tip.hidden = false;
        tip.style.left = `${Math.min(55, (100 * found.px) / WIDTH)}%`;
      }
    } else tip.hidden = true;
    place = { x, spots, back: px => from + ((px - LEFT) / (WIDTH - LEFT - RIGHT)) * (to - from) };
  };
  const pointer = e => { const box = svg.getBoundingClientRect(); return [((e.clientX - box.left) * WIDTH) / box.width,
    ((e.clientY - box.top) * HEIGHT) / box.height]; };
  const find = e => { const [px, py] = pointer(e); return place?.spots.reduce((a, s) => { const d = (s.px - px) ** 2 + (s.py - py) ** 2;
    return d < (a?.d ?? 1600) ? { ...s, d } : a; }, null); };
  let start = null, box = null;
  svg.addEventListener("pointermove", e => {
    if (start !== null) {
      const px = Math.min(WIDTH - RIGHT, Math.max(LEFT, pointer(e)[0]));
      box?.remove();
      box = drawn("rect", { x: Math.min(start, px), width: Math.abs(px - start), y: TOP_EDGE, height: HEIGHT - TOP_EDGE - BOTTOM_EDGE, class: "brush" });
      svg.append(box);
      return;
    }
    const found = find(e);
    if (found?.p !== focus?.p || found?.line !== focus?.line) { focus = found ? { p: found.p, line: found.line } : null; render(); }
    svg.style.cursor = focus?.line.open ? "pointer" : "crosshair";
  });
  svg.addEventListener("pointerleave", () => { if (start === null && focus) { focus = null; render(); } });
  svg.addEventListener("pointerdown", e => { if (e.button === 0) { start = Math.min(WIDTH - RIGHT, Math.max(LEFT, pointer(e)[0]));
    if (e.pointerType !== "touch") svg.setPointerCapture(e.pointerId); } });
  svg.addEventListener("pointerup", e => {
    if (start === null || !place) { start = null; return; }
    const end = Math.min(WIDTH - RIGHT, Math.max(LEFT, pointer(e)[0])), began = start;
    start = null;
    box?.remove();
    if (Math.abs(end - began) > 8) {
      zoom.range = [place.back(Math.min(began, end)), place.back(Math.max(began, end))];
      focus = null;
      zoom.charts.forEach(c => c());
    } else {
      const found = find(e);
      found?.line.open?.();
    }
  });
  svg.addEventListener("pointercancel", () => { start = null; box?.remove(); });
  svg.addEventListener("dblclick", () => { zoom.range = null; zoom.charts.forEach(c => c()); });
  svg.addEventListener("keydown", e => {
    if (!place?.spots.length) return;
    const shown = known.filter(l => place.spots.some(s => s.line === l)), line = focus?.line ?? shown[0], own = place.spots.filter(s => s.line === line),
      at = own.findIndex(s => s.p === focus?.p);
    const to = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[e.key];
    if (to) {
      e.preventDefault();
      const next = shown[(shown.indexOf(line) + to[0] + shown.length) % shown.length], points = place.spots.filter(s => s.line === next);
      const spot = points[Math.min(points.length - 1, Math.max(0, (at < 0 ? points.length - 1 : at) + to[1]))];
      focus = { line: next, p: spot.p };
      render();
      said.textContent = tip.textContent;
    } else if (e.key === "Enter" && focus) focus.line.open?.();
    else if (e.key === "Escape" && (focus || zoom.range)) { e.preventDefault(); focus = null; zoom.range = null; zoom.charts.forEach(c => c()); }
  });
  zoom.charts.push(render);
  render();
  return figure;
};
// What a chart's keys find is said to screen readers.
const said = make("p", { class: "unseen", role: "status", "aria-live": "polite" });
document.body.append(said);
const HOW = "Point at a line for its values; drag to zoom along x, double-click to see all again. By keyboard: arrows move, Enter opens, Escape sees all.";
const DASHES = ["none", "7 4", "2 3"];
const colourOf = (k, n) => `var(--s${n < 2 ? 0 : Math.round((k * 11) / (n - 1))})`;
// The charts of a set of lines that name trials by id: loss terms raw and weighted, metrics and spectra.
const charts = (lines, into, { of, weighted = false, scale = () => "auto", spectraInto = into }) => {
  const [byStep, byEpoch, byNumber] = ["step", "epoch", "number"].map(along => {
    const zoom = kept(`zoom ${of} ${along}`, () => ({ range: null }));
    zoom.charts = [];
    return zoom;
  });
  const line = (l, take, at) => ({ ...l, points: merged(l.ids.map(id => course.trials[id]).filter(t => t).map(take).filter(c => c), at) });
  const group = (title, panels, where = into) => { if (panels.length) where.append(make("h3", {}, title), make("div", { class: "charts" }, ...panels)); };
  const has = l => l.some(x => x.points.length);
  const times = (curve, factor) => factor === null || factor === undefined ? null : [curve[0], curve[1].map(v => v === null ? null : v * factor)];
  const order = [...course.terms.keys()].sort((a, b) => course.totals.includes(a) - course.totals.includes(b));
  group("Loss terms", order.map(k => [k, lines.map(l => line(l, t => weighted && !course.totals.includes(k) ? times(t.losses[k],
    t.factors?.[k]) : t.losses[k]))])
    .filter(([, l]) => has(l)).map(([k, l]) => chart(course.terms[k], "step", l, { zoom: byStep, scale,
      note: course.totals.includes(k) ? "" : weighted ? "as weighted in the total" : "raw" })));
  group("Metrics over the epochs", course.metrics.map((m, k) => [m, lines.map(l => line(l, t => t.metrics[k]))])
    .filter(([, l]) => has(l)).map(([m, l]) => chart(m.name, "epoch", l, { zoom: byEpoch,
      scale: m.share ? () => scale() === "log" ? "log" : "linear" : scale })));
  group("Singular spectra", course.spaces.map((s, k) => [s, lines.map(l => line(l, t => t.spectra[k], "log"))])
    .filter(([, l]) => has(l)).map(([s, l]) => chart(s, "number of the singular value", l, { zoom: byNumber,
      scale: () => scale() === "linear" ? "linear" : "log" })), spectraInto);
};

// ---- Curves of points ---------------------------------------------------------------------------------------------------
const drawCourses = () => {
  const courses = document.getElementById("courses");
  if (!courses) return;
  const state = kept("courses", () => ({ which: "drawn", weighted: false, scale: "auto" }));
  const STANDING = ["best", "middling", "worst"];
  const points = course.points.map((p, k) => ({ ...p, place: k }));
  const key = make("ul", { class: "key" }), into = make("div"), spectraInto = document.getElementById("spectra-live") ?? into;
  const few = points.length <= 12 && points.length < new Set(data.id.map((_, i) => data.axes.map((_, k) => data.levels[k][i]).join())).size;
  const render = () => {
    into.replaceChildren();
    spectraInto.replaceChildren();
    const shown = points.filter(p => state.which === "drawn" || STANDING[p.standing] === state.which);
    const lines = shown.map(p => ({
      name: p.name, ids: p.trials, colour: colourOf(p.place, points.length), dash: DASHES[p.standing],
      open: () => openTrials(p.trials.map(id => placeOf.get(id)).filter(i => i !== undefined)),
    }));
    key.replaceChildren(...lines.map(l => {
      const symbol = drawn("svg", { width: 26, height: 12, "aria-hidden": "true" });
      symbol.append(drawn("line", { x1: 1, x2: 25, y1: 6, y2: 6, stroke: l.colour, "stroke-width": 2.5, "stroke-dasharray": l.dash }));
      return make("li", {}, symbol, " ", make("button", { type: "button", class: "open", onclick: l.open }, l.name));
    }));
    charts(lines, into, { of: "points", weighted: state.weighted, scale: () => state.scale, spectraInto });
  };
  courses.replaceChildren(
    make("p", { class: "note" },
      `A line is a point: the mean of its seeds, with their range as a band.${course.label ? ` Points are named by ${course.label}.` : ""}${few ? ` Of many points the ${points.filter(p => p.standing === 0).length} best by ${data.metrics[data.objective]} are drawn (solid), as many in the middle (dashed) and the worst (dotted).` : ""} `, make("span", { class: "no-print" }, HOW)),
    make("div", { class: "controls" },
      select("points", [["drawn", "all that are drawn"], ...STANDING.map(s => [s, `the ${s}`])], state.which, v => { state.which = v; render(); }),
      Object.values(course.trials).some(t => t.factors) ? select("loss terms", [["", "raw"], ["w", "as weighted in the total"]], state.weighted ? "w" : "",
        v => { state.weighted = v === "w"; render(); }) : "",
      select("axis", [["auto", "logarithmic where decades ask for it"], ["log", "logarithmic"], ["linear", "linear"]], state.scale, v => { state.scale = v;
        render(); })),
    key, into);
  render();
};

// The seeds' strips are there without scripts; with them a dot opens its trial.
document.addEventListener("click", e => {
  const i = placeOf.get(e.target.closest?.(".strip [data-trial]")?.dataset.trial);
  if (i !== undefined) openTrial(i);
});

// ---- One trial ----------------------------------------------------------------------------------------------------------
const box = make("dialog", { class: "trial", "aria-labelledby": "trial-title" });
document.body.append(box);
box.addEventListener("click", e => { if (e.target === box) box.close(); });
const rows = (caption, list) => list.length ? make("table", {}, make("caption", {}, caption), make("tbody", {}, ...list.map(([name, value]) =>
  make("tr", {}, make("th", { scope: "row" }, ...breakable(name)), make("td", { class: "n" }, value))))) : "";
const level = (a, k, i) => a.exact?.[i] ?? a.levels[data.levels[k][i]];
// What is open, by ids: when new numbers come, it is filled with them.
let opened = null;
const refill = () => {
  if (!box.open || !opened) return;
  const there = opened.map(id => placeOf.get(id)).filter(i => i !== undefined);
  if (there.length) openTrials(there);
};
const openTrials = list => {
  if (list.length === 1) { openTrial(list[0]); return; }
  const score = data.values[data.objective], sorted = [...list].sort((a,
    b) => (score[a] === null) - (score[b] === null) || (data.maximize ? score[b] - score[a] : score[a] - score[b]) || a - b);
  fill(list, plural(list.length, "trial"), make("ul", { class: "trials" }, ...sorted.slice(0, 200).map(i => make("li", {},
    make("button", { type: "button", class: "open", onclick: () => openTrial(i) }, data.id[i]),
    ` seed ${data.seed[i]}, ${data.states[data.state[i]]}${score[i] === null ? "" : `, ${data.metrics[data.objective]} ${show(score[i])}`}: ${data.axes.map((a, k) => `${a.short} ${level(a, k, i)}`).join(", ")}`))),
    list.length > 200 ? make("p", { class: "note" }, `The best 200 of ${list.length} are listed.`) : "")();
};
const fill = (list, title, ...content) => {
  const ids = list.map(i => data.id[i]), again = box.open && opened?.join() === ids.join(), top = box.scrollTop;
  opened = ids;
  box.replaceChildren(make("form", { method: "dialog" }, make("button", { class: "close", "aria-label": "Close" }, "✕")), make("h2", { id: "trial-title" },
    title), ...content);
  if (!box.open) box.showModal();
  return () => { box.scrollTop = again ? top : 0; };
};
const openTrial = i => {
  const id = data.id[i], found = course.trials[id], same = data.axes.map((_, k) => data.levels[k][i]).join();
  const siblings = Array.from({ length: count }, (_, j) => j).filter(j => j !== i && data.axes.map((_,
    k) => data.levels[k][j]).join() === same && data.axes.every((a, k) => level(a, k, j) === level(a, k, i)));
  const verdicts = spaces.filter(s => s.at[i] !== null).map(s => {
    const evidence = found?.evidence[course.spaces.indexOf(s.name)] ?? "";
    return make("p", {}, `${s.name}: `, make("span", { class: `chip v${shade(s.at[i], s)}` }, word(s, s.at[i])), evidence ? ` ${evidence}` : "");
  });
  const into = make("div");
  const scroll = fill([i], `Trial ${id}`,
    make("p", { class: "facts" },
      `seed ${data.seed[i]}, ${data.states[data.state[i]]}${data.state[i] === STOPPED ? " (its values are those of an earlier step)" : ""}${data.reason[i] ? `: ${data.reason[i]}` : ""}`),
    ...verdicts,
    siblings.length ? make("p", {}, "The other seeds of its point: ", ...siblings.flatMap(j => [make("button", { type: "button", class: "open",
      onclick: () => openTrial(j) }, data.seed[j]), " "])) : "",
    make("div", { class: "columns2" },
      make("div", {}, rows("What varies", data.axes.map((a, k) => [a.name, level(a, k, i)])),
        make("details", {}, make("summary", {}, "Settings that all trials share"), rows("", course.fixed))),
      rows("Final values", data.metrics.map((m, k) => [m, data.values[k][i]]).filter(([m,
        v]) => v !== null && (course.metrics.some(c => c.name === m) || !course.spaces.some(s => m.startsWith(`${s}/`)))).map(([m, v]) => [m, show(v)]))),
    into,
    make("p", { class: "note" }, `On the command line: vicreg-sweep show STORE ${id}`));
  if (found) {
    charts([{ name: `trial ${id}`, ids: [id], colour: "var(--accent)" }], into, { of: id });
    if (found.picture) into.append(make("h3", {}, "Kept vectors"), picture(found.picture));
  } else into.append(make("p", { class: "note" },
    "This page has no room for the curves of every trial, and not for those of this one; curves.csv of vicreg-sweep export has them."));
  scroll();
};
const picture = ({ what, x, y, label }) => {
  const svg = drawn("svg", { viewBox: "0 0 360 360", role: "img", "aria-label": `${what}; ${plural(x.length, "image")} by class` });
  const [left, right, low, high] = [least(x), most(x), least(y), most(y)], size = Math.max(right - left, high - low) || 1;
  x.forEach((v, k) => {
    const [px, py] = [180 + ((v - (left + right) / 2) / size) * 340, 180 - ((y[k] - (low + high) / 2) / size) * 340],
      mark = { fill: `var(--c${label[k] % 10})` };
    const spot = label[k] % 2 ? drawn("rect", { ...mark, x: px - 2.6, y: py - 2.6, width: 5.2, height: 5.2 }) : drawn("circle", { ...mark, cx: px, cy: py,
      r: 3 });
    spot.append(drawn("title", {}, `class ${label[k]}`));
    svg.append(spot);
  });
  return make("figure", { class: "chart picture" }, make("figcaption", {}, make("b", {}, what),
    ` n = ${plural(x.length, "image")}; colour is the class. One unit is as long across as up.`), svg);
};

// ---- The filter that parallel coordinates, slices and the table share -----------------------------------------------------
const drawTrials = () => {
const filterBox = document.getElementById("filter");
if (!filterBox) return;
for (const id of ["filter", "parallel", "slices", "table"]) document.getElementById(id).replaceChildren();
// Verdicts by space and brushes by dimension.
const filter = kept("filter", () => ({ text: "", state: "", verdicts: new Map(), brushes: new Map() }));
const seen = new Uint8Array(count).fill(1);
const listeners = [];
const searchable = Array.from({ length: count }, (_, i) =>
  [data.id[i], data.states[data.state[i]], data.reason[i] ?? "", ...data.axes.map((a,
    k) => `${a.short} ${a.exact?.[i] ?? a.levels[data.levels[k][i]]}`)].join(" ").toLowerCase());
const status = make("p", { class: "note", role: "status", id: "shown" });
const apply = () => {
  const words = filter.text.toLowerCase().split(/\s+/).filter(w => w);
  const verdicts = [...filter.verdicts].map(([name, verdict]) => [spaceOf(name), verdict]);
  const brushes = [...filter.brushes].map(([name, range]) => [dimensions.find(d => d.full === name), range]).filter(([d]) => d);
  for (let i = 0; i < count; i++) {
    seen[i] = words.every(w => searchable[i].includes(w))
      && (filter.state === "" || data.state[i] === Number(filter.state))
      && verdicts.every(([space, verdict]) => verdict === "" || space.at[i] === Number(verdict))
      && brushes.every(([dimension, [low, high]]) => { const v = dimension.at(i); return v !== null && v >= low && v <= high; }) ? 1 : 0;
  }
  const n = seen.reduce((sum, v) => sum + v, 0);
  const listed = data.sampled < data.all ? ` Listed here are ${count.toLocaleString("en")} of ${data.all.toLocaleString("en")}: ${data.sampled.toLocaleString("en")} by lot, and the best of the others.` : "";
  status.textContent = (n < count ? `${n.toLocaleString("en")} of ${plural(count, "trial")} pass the filter.` : count === 1 ? "The only trial." : `All ${plural(count, listed ? "listed trial" : "trial")}.`) + listed;
  for (const listener of listeners) listener();
};
filterBox.append(
  make("div", { class: "controls" },
    make("label", {}, "Words in id, state, reason or settings", make("input", { type: "search", id: "words", value: filter.text, oninput: e => { filter.text = e.target.value;
      apply(); } })),
    select("state", [["", "any"], ...data.states.map((s, k) => [k, s])], filter.state, v => { filter.state = v; apply(); }),
    ...spaces.map(s => select(s.name, [["", "any"], ...s.verdicts.map((_, k) => [k, word(s, k)])], filter.verdicts.get(s.name) ?? "", v => {
      filter.verdicts.set(s.name, v);
      apply();
    })),
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
  ...data.axes.map((a, k) => ({ name: a.short, full: a.name, at: i => data.levels[k][i], low: 0, high: a.levels.length - 1,
    text: v => a.brief[Math.round(v)] ?? "", levels: a.levels })),
  ...spaces.map(s => ({ name: s.name, full: `verdict of the ${s.name}`, at: i => s.at[i], low: 0, high: s.verdicts.length - 1, text: v => word(s,
    Math.round(v)), levels: s.verdicts.map((_, k) => word(s, k)) })),
  ...[...new Set([data.metrics[data.objective], ...data.beside, ...data.total])].filter(m => data.metrics.includes(m)).map(m => {
    const raw = data.values[data.metrics.indexOf(m)], log = wide(raw);
    const values = log ? raw.map(v => v === null ? null : Math.log10(v)) : raw, known = Array.from(values).filter(v => v !== null);
    return { log, name: spaces.reduce((name, s) => name.startsWith(`${s.name}/`) ? s.short + name.slice(s.name.length) : name, m), full: m,
      at: i => values[i], low: known.length ? least(known) : 0, high: known.length ? most(known) : 1, text: v => show(log ? 10 ** v : v, 3) };
  }),
];

const parallel = document.getElementById("parallel");
{
  const HEIGHT = 340, TOP = 46, BOTTOM = 318;
  const canvas = make("canvas", { role: "img",
    "aria-label": `Parallel coordinates of ${plural(count, "listed trial")} over ${dimensions.map(d => d.full).join(", ")}; the table below holds the same numbers.` });
  const svg = drawn("svg", { "aria-hidden": "true" });
  const frame = make("div", { class: "parallel" }, canvas, svg);
  parallel.append(
    make("p", { class: "note" },
      "Drag along an axis to keep the trials that cross it there; tap it to let all pass. A click on a line opens its trial. Colour is ",
      `${data.metrics[data.objective]}: `, make("span", { class: "legend", style: "display:inline-flex" }, scored.length ? show(worst, 3) : "", ramp(),
        scored.length ? show(best, 3) : "")),
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
  const place = (d, i) => yOf(d, d.at(i)) + (d.levels ? lane(i) * Math.min(12, 80 / d.levels.length) : 0);
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
        pen.strokeStyle = pass ? `rgba(${colour(i).join(",")},${alpha})` : "rgba(140,150,160,0.1)";
        pen.beginPath();
        let open = false;
        dimensions.forEach((d, k) => {
          const v = d.at(i);
          if (v === null) { open = false; return; }
          const y = place(d, i);
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
      const edge = k === 0 ? { x: 4, "text-anchor": "start" } : k === dimensions.length - 1 ? { x: width - 4, "text-anchor": "end" } : { x,
        "text-anchor": "middle" };
      svg.append(drawn("text", { ...edge, y: k % 2 ? 34 : 16, class: "name" }, d.name));
      svg.append(drawn("line", { x1: x, x2: x, y1: TOP, y2: BOTTOM, class: "axis" }));
      const ticks = d.levels ? d.levels.map((_, n) => n).filter(n => n % Math.ceil(d.levels.length / 12) === 0) : [0, 0.25, 0.5, 0.75,
        1].map(t => d.low + t * (d.high - d.low));
      for (const tick of ticks) {
        const text = d.text(tick);
        const label = drawn("text", { x: x + 6, y: yOf(d, tick) + 4, class: "tick" }, text);
        svg.append(label);
      }
      const range = filter.brushes.get(d.full);
      if (range) svg.append(drawn("rect", { x: x - 9, width: 18, y: yOf(d, Math.min(d.high, range[1])), height: Math.max(3, yOf(d, Math.max(d.low,
        range[0])) - yOf(d, Math.min(d.high, range[1]))), class: "brush" }));
      const hit = drawn("rect", { x: x - 14, width: 28, y: TOP - 6, height: BOTTOM - TOP + 12, class: "hit", "data-axis": k });
      hit.addEventListener("pointerdown", e => begin(e, d));
      svg.append(hit);
    });
  };
  // A click beside an axis opens the trial whose line is nearest.
  svg.addEventListener("click", e => {
    if (e.target.classList.contains("hit")) return;
    const box = svg.getBoundingClientRect(), [px, py] = [e.clientX - box.left, e.clientY - box.top];
    let nearest = null, distance = 14;
    for (let i = 0; i < count; i++) {
      if (!seen[i] || !counts(i)) continue;
      dimensions.forEach((d, k) => {
        const next = dimensions[k + 1];
        if (!next || d.at(i) === null || next.at(i) === null || px < xOf(k) || px > xOf(k + 1)) return;
        const share = (px - xOf(k)) / (xOf(k + 1) - xOf(k)), y = place(d, i) + share * (place(next, i) - place(d, i));
        if (Math.abs(y - py) < distance) { distance = Math.abs(y - py); nearest = i; }
      });
    }
    if (nearest !== null) openTrial(nearest);
  });
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
    if (low === null) filter.brushes.delete(d.full);
    else filter.brushes.set(d.full, [low, high]);
    apply();
  };

  for (const d of dimensions) {
    const change = () => {
      const [low, high] = fields.get(d).map((f, k) => (f.value === "" ? (k ? Infinity : -Infinity) : d.log ? Math.log10(Number(f.value)) : Number(f.value)));
      brush(d, low === -Infinity && high === Infinity ? null : low, high);
    };
    const field = (label, k) => d.levels
      ? make("select", { "aria-label": `${d.full}, ${label}`, onchange: change }, make("option", { value: "" }, label), ...d.levels.map((l,
        n) => make("option", { value: n }, l)))
      : make("input", { type: "number", step: "any", placeholder: label, style: "width:7rem", "aria-label": `${d.full}, ${label}`, onchange: change });
    fields.set(d, [field("from", 0), field("to", 1)]);
    filter.brushes.get(d.full)?.forEach((end, k) => {
      if (Number.isFinite(end)) fields.get(d)[k].value = d.levels ? Math.round(end) : d.log ? 10 ** end : end;
    });
    byKeyboard.append(make("label", {}, d.full, make("span", {}, ...fields.get(d))));
  }
  listeners.push(() => {
    for (const [d, pair] of fields) if (!filter.brushes.has(d.full)) for (const f of pair) f.value = "";
    draw();
  });
  atThemeChange.push(draw);
  observe(frame, () => { if (frame.clientWidth !== width) draw(); });
}

// ---- Slices -------------------------------------------------------------------------------------------------------------
{
  const slices = document.getElementById("slices");
  const state = kept("slices", () => ({ metric: data.objective }));
  const grid = make("div", { class: "slices" });
  if (!data.axes.length) slices.append(make("p", {}, "Nothing varies, so there is nothing to slice."));
  else slices.append(
    make("div", { class: "controls" }, select("metric", data.metrics.map((m, k) => [k, m]), state.metric, v => { state.metric = Number(v); render(); })),
    make("p", { class: "legend" }, ...(main?.verdicts ?? []).map((v, k) => make("span", {},
      `${["○ light", "◐ mid", "● dark"][shade(k, main)]}: ${k === 0 ? `${main.name} alive` : v}`)), make("span", {}, "grey: filtered out"), make("span", {},
        "a click opens a trial")),
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
      const spots = [];
      canvas.addEventListener("click", e => {
        const box = canvas.getBoundingClientRect(), at = s => (s[0] - (e.clientX - box.left)) ** 2 + (s[1] - (e.clientY - box.top)) ** 2;
        const nearest = spots.reduce((a, b) => (a && at(a) <= at(b) ? a : b), null);
        if (nearest && at(nearest) < 144) openTrial(nearest[2]);
      });
      canvas.addEventListener("pointermove", e => {
        const box = canvas.getBoundingClientRect(), at = s => (s[0] - (e.clientX - box.left)) ** 2 + (s[1] - (e.clientY - box.top)) ** 2;
        const nearest = spots.reduce((a, b) => (a && at(a) <= at(b) ? a : b), null);
        canvas.title = nearest && at(nearest) < 144 ? `${data.id[nearest[2]]}, seed ${data.seed[nearest[2]]}: ${show(values[nearest[2]])}` : "";
        canvas.style.cursor = canvas.title ? "pointer" : "";
      });
      pen.strokeStyle = theme("line");
      pen.fillStyle = theme("ink");
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
          const [px, py] = [x(data.levels[k][i]) + ((((i * 0.618034) % 1) - 0.5) * spread), y(values[i])];
          if (pass) spots.push([px, py, i]);
          pen.beginPath();
          pen.arc(px, py, count > 2000 ? 2 : 3.4, 0, 7);
          pen.fillStyle = pass ? (FILL[main && main.at[i] !== null ? shade(main.at[i], main) : -1] ?? "#fff") : "rgba(200,207,214,.45)";
          pen.fill();
          pen.strokeStyle = pass ? theme("ink") : "rgba(160,170,180,.4)";
          pen.lineWidth = 0.7;
          pen.stroke();
        }
      }
    });
  };
  if (data.axes.length) { listeners.push(render); atThemeChange.push(render); observe(slices, render); }
}

// ---- The table ------------------------------------------------------------------------------------------------------------
{
  const PAGE = 25;
  const place = document.getElementById("table");
  const fixed = [
    { name: "trial", at: i => data.id[i], row: true },
    { name: "seed", at: i => BigInt(data.seed[i]), n: true },
    ...data.axes.map((a, k) => ({ name: a.short, full: a.name, at: i => data.levels[k][i], text: i => a.exact?.[i] ?? a.levels[data.levels[k][i]],
      n: a.numeric })),
  ];
  const verdicts = [
    { name: "state", at: i => data.states[data.state[i]],
      text: i => data.states[data.state[i]] + (data.state[i] === STOPPED ? " ◌" : data.state[i] === FAILED ? " ✕" : "") },
    ...spaces.map(s => ({ name: s.name, at: i => s.at[i], text: i => s.at[i] === null ? "–" : word(s, s.at[i]), verdict: s })),
  ];
  if (Object.keys(data.reason).length) verdicts.push({ name: "reason", at: i => data.reason[i] ?? "" });
  const metricColumn = m => { const values = data.values[m]; return { name: data.metrics[m], at: i => values[i], text: i => show(values[i]), n: true,
    metric: m }; };
  // Few, so that a row fits a page; the others are a tick away.
  const state = kept("table", () => ({
    by: data.metrics[data.objective], down: data.maximize, page: 0, columns: new Set([data.objective, ...data.beside.map(m => data.metrics.indexOf(m))].filter(m => m >= 0)),
  }));
  const boxes = make("details", {}, make("summary", {}, "Columns"), make("div", { class: "columns" }, ...data.metrics.map((m, k) =>
    make("label", {}, make("input", { type: "checkbox", checked: state.columns.has(k), onchange: e => { if (e.target.checked) state.columns.add(k); else state.columns.delete(k);
      render(); } }), " ", m))));
  const frame = make("div", { class: "scroll", tabindex: "0" }), pager = make("div", { class: "controls" });
  place.append(boxes, frame, pager);

  // A column that is sorted by may be hidden by now.
  const sorting = () => [...fixed, ...verdicts].find(c => c.name === state.by) ?? metricColumn(Math.max(0, data.metrics.indexOf(state.by)));
  const compare = by => (a, b) => {
    const [x, y] = [by.at(a), by.at(b)];
    // What is missing comes last, whichever way the rest is sorted.
    if (x === null || y === null) return (x === null) - (y === null) || a - b;
    const order = x < y ? -1 : x > y ? 1 : 0;
    return (state.down ? -order : order) || a - b;
  };
  const render = () => {
    const metrics = [...state.columns].sort((a, b) => (b === data.objective) - (a === data.objective) || a - b).map(metricColumn);
    // The id and the metric that trials are ranked by stay in sight.
    const columns = [...fixed.slice(0, 1), ...metrics.slice(0, 1).map(m => ({ ...m, second: true })), ...verdicts.slice(1, 1 + spaces.length),
      ...fixed.slice(1), verdicts[0], ...verdicts.slice(1 + spaces.length), ...metrics.slice(1)];
    const rows = Array.from({ length: count }, (_, i) => i).filter(i => seen[i]).sort(compare(sorting()));
    const pages = Math.max(1, Math.ceil(rows.length / PAGE));
    state.page = Math.min(state.page, pages - 1);
    const head = make("tr");
    for (const column of columns) {
      const sorted = column.name === state.by;
      head.append(make("th", { scope: "col", class: [column.n ? "n" : "", column.second ? "second" : ""].join(" ").trim() || null,
        "aria-sort": sorted ? (state.down ? "descending" : "ascending") : "none", title: column.full ?? null },
        make("button", { type: "button", "data-column": column.name, onclick: () => {
          state.down = sorted ? !state.down : column.n === true && column.metric !== undefined;
          state.by = column.name;
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
        const cell = make(column.row ? "th" : "td", { scope: column.row ? "row" : null, class: [column.n ? "n" : "",
          column.second ? "second" : ""].join(" ").trim() || null });
        if (column.row) cell.append(make("button", { type: "button", class: "open", onclick: () => openTrial(i) }, text));
        else if (column.verdict && column.at(i) !== null) cell.append(make("span", { class: `chip v${shade(column.at(i), column.verdict)}` }, text));
        else cell.append(text);
        row.append(cell);
      }
      body.append(row);
    }
    frame.replaceChildren(make("table", { id: "trials-table" }, make("caption", {},
      `${plural(rows.length, "trial")}; a heading sorts, and again the other way; an id opens the trial`), make("thead", {}, head), body));
    const first = frame.querySelector("tbody th")?.getBoundingClientRect().width ?? 0;
    for (const cell of frame.querySelectorAll(".second")) cell.style.left = `${first}px`;
    pager.replaceChildren(
      make("button", { type: "button", disabled: state.page === 0, onclick: () => { state.page--; render(); } }, "Previous"),
      make("span", {}, `page ${state.page + 1} of ${pages.toLocaleString("en")}`),
      make("button", { type: "button", disabled: state.page >= pages - 1, onclick: () => { state.page++; render(); } }, "Next"));
  };
  listeners.push(render);
}
apply();
};

const draw = () => {
  observers.splice(0).forEach(observer => observer.disconnect());
  atThemeChange.length = 0;
  drawMap();
  drawCourses();
  drawTrials();
  refill();
};
draw();
return {
  // Draws other numbers; either may be left out.
  update: (list, courses) => {
    const before = shape();
    take(list ?? data, courses ?? course);
    if (shape() !== before) chosen.clear();
    draw();
  },
  draw,
};
})();
