// Charts to touch: the values behind a chart, at the pointer and by the arrow keys, in pages and in JupyterLab. A page is complete without
// this script.
//
// Whatever is shown stands in the chart's tables; where it is drawn, the drawing's data-panels say, see mdnlib/figure/panels.go.
// touch(figure) makes a <figure class="chart"> answer. A script that has replaced a drawing or tables in it calls it again, or dispatches
// the event "shown" on it or around it. touch.from(svg, figure, whose) says that a drawing, which stands elsewhere, is that of a figure.
if (!window.touch) window.touch = (() => {
"use strict";

const reach = 24; // pixels, as far as a finger's or a pointer's tip is taken to mean a line or a dot
const gap = 8;    // pixels between what is marked and the label

// ---- what there is to point at ----

// What a row of numbers is in a drawing: the box that it takes up, as x from and to and y from and to, and the places to ring. A component
// is not drawn where it has less weight, see mdnlib/figure/components.go.
const dot = ([x, y]) => ({ box: [x, x, y, y], rings: [[x, y]] });
const between = ([x, low, high]) => ({ box: [x, x, low, high], rings: [[x, low], [x, high]] });
const marks = {
  dot,
  line: dot,
  component: ([x, mean, , weight]) => ({ ...dot([x, mean]), drawn: weight >= 0.01 }),
  band: between,
  interval: between,
  spread: ([x, mean, deviation]) => ({ box: [x, x, mean - deviation, mean + deviation], rings: [[x, mean]] }),
  bin: ([from, to, height]) => ({ box: [from, to, 0, height], rings: [[(from + to) / 2, height]] }),
  stripe: ([from, to]) => ({ box: [from, to, -Infinity, Infinity], rings: [] }),
  upright: ([x]) => ({ box: [x, x, -Infinity, Infinity], rings: [] }),
  bar: ([value, error], bar) => ({ box: [value - error, value + error, -bar, -bar], rings: [[value, -bar]] }),
  mark: ([number, value]) => ({ box: [value, value, 1 - number, 1 - number], rings: [[value, 1 - number]] }),
};
const areas = ["band", "stripe", "bin"];
const within = (v, low, high) => Math.min(Math.max(v, low), high);
const apart = (v, low, high) => Math.max(low - v, 0, v - high);

// placed returns where a row is, in units of the drawing, as far as its panel shows it.
function placed(panel, { box, rings, drawn = true }) {
  const share = (v, [from, to], log) => log ? Math.log(Math.max(v, Number.MIN_VALUE) / from) / Math.log(to / from) : (v - from) / (to - from);
  const across = (v) => panel.left + share(v, panel.x, panel.logX) * (panel.right - panel.left);
  const down = (v) => panel.bottom - share(v, panel.y, panel.logY) * (panel.bottom - panel.top);
  const x = [across(box[0]), across(box[1])], y = [down(box[2]), down(box[3])].sort((a, b) => a - b);
  const rounding = 0.5;
  return {
    seen: drawn && x[1] >= panel.left - rounding && x[0] <= panel.right + rounding
      && y[1] >= panel.top - rounding && y[0] <= panel.bottom + rounding,
    left: within(x[0], panel.left, panel.right), right: within(x[1], panel.left, panel.right),
    top: within(y[0], panel.top, panel.bottom), bottom: within(y[1], panel.top, panel.bottom),
    rings: rings.map(([v, w]) => [across(v), down(w)]).filter(([v, w]) =>
      drawn && apart(v, panel.left, panel.right) < rounding && apart(w, panel.top, panel.bottom) < rounding),
  };
}

// nameOf returns a layer's name from its table's caption, which says as well how many of its rows are there, and which panel it is of.
function nameOf(caption, rows, title) {
  const thinned = caption.match(/^(.*) \((\d+) of (\d+)\)$/s);
  const name = thinned && Number(thinned[2]) === rows ? thinned[1] : caption;
  return { name: title && name.startsWith(`${title}: `) ? name.slice(title.length + 2) : name, thinned: name !== caption };
}

// layerOf reads the table of a layer in a panel.
function layerOf(svg, panel, mark, table, bar) {
  const texts = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent));
  const { name, thinned } = nameOf(table.caption.textContent, texts.length, panel.title);
  const { whose } = owners.get(svg) || {};
  const columns = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const values = texts.map((row) => row.map((text) => Number(text.replace(/−/g, "-"))));
  const rightwards = values.every((row, i) => i === 0 || row[0] >= values[i - 1][0]);
  // What is looked for first: the nearest x, the nearest y, or simply the nearest.
  const first = { band: "x", bin: "x", stripe: "x", bar: "y", mark: "y", line: rightwards ? "x" : "", component: "x" }[mark] || "";
  return {
    svg, panel, mark, thinned, bar, first,
    rows: texts.map((row, i) => ({
      name: whose ? `${name}, ${whose}` : name,
      values: row.map((text, k) => ({ column: columns[k], text })),
      ...placed(panel, marks[mark](values[i], bar)),
    })),
  };
}

// read returns the layers of a drawing: all tables, one after the other, but for bars, of which each has a table.
function read(svg, tables) {
  const panels = JSON.parse(svg.dataset.panels), layers = [];
  const rest = [...tables];
  for (const panel of panels) {
    const bars = [...panel.bars || []];
    for (const mark of panel.tables) {
      if (rest.length === 0) return []; // tables of another chart than this
      const layer = layerOf(svg, panel, mark, rest.shift(), mark === "bar" ? bars.shift() : 0);
      const last = layers[layers.length - 1];
      if (mark === "bar" && last && last.panel === panel && last.mark === "bar" && last.bar < layer.bar) {
        last.rows.push(...layer.rows);
        last.bar = layer.bar;
      } else layers.push(layer);
    }
  }
  return rest.length === 0 ? layers : [];
}

const known = new WeakMap();  // the layers of each <svg> that have been read
const owners = new WeakMap(); // of an <svg>, the figure whose tables it draws, where that is not the one that it is in
const tablesOf = (svg) => (owners.has(svg) ? owners.get(svg).figure : svg.closest(".chart")).querySelectorAll(".numbers table");

// svgsOf returns what is drawn in a drawing's container: one chart, or two to be compared.
const svgsOf = (drawing) => [...drawing.querySelectorAll(":scope > svg")].filter((svg) => svg.dataset.panels && tablesOf(svg).length > 0);

// layersOf returns what can be pointed at in a drawing, read when it is first asked for.
function layersOf(drawing) {
  return svgsOf(drawing).flatMap((svg) => {
    if (!known.has(svg)) known.set(svg, read(svg, tablesOf(svg)));
    return known.get(svg);
  });
}

// nearest returns the row of a layer that is nearest to a place, of those that can be seen.
function nearest(layer, x, y) {
  let best = null;
  layer.rows.forEach((row, i) => {
    if (!row.seen) return;
    const across = apart(x, row.left, row.right), down = apart(y, row.top, row.bottom);
    const straight = Math.hypot(across, down);
    const order = { x: across, y: down, "": straight }[layer.first];
    if (best && (order > best.order || order === best.order && straight >= best.straight)) return;
    // The height of a bin is its upper edge, and what is below that belongs to it as an area does.
    const distance = layer.mark === "bin" ? Math.hypot(across, y - row.top) : straight;
    best = { layer, row: i, order, straight, distance, across, inside: down === 0, height: row.bottom - row.top };
  });
  return best;
}

// pick returns what is meant by a place in a drawing: the nearest line or dot, if one is in reach, or the smallest area around the place,
// or else what is nearest. What is drawn later, above the others, wins.
function pick(layers, x, y, scale) {
  const near = ({ panel: p }) => apart(x, p.left, p.right) * scale <= 2 * gap && apart(y, p.top, p.bottom) * scale <= 2 * gap;
  const first = layers.find(near);
  if (!first) return null;
  const all = layers.filter((layer) => layer.panel === first.panel).map((layer) => nearest(layer, x, y)).filter((found) => found);
  const least = (list, measure) => list.reduce((best, one) => best && one[measure] > best[measure] ? best : one, null);
  const thin = ({ layer, distance }) => layer.mark !== "band" && layer.mark !== "stripe" && distance * scale <= reach;
  const around = ({ layer, inside, across }) => areas.includes(layer.mark) && inside && across * scale <= reach;
  return least(all.filter(thin), "distance") || least(all.filter(around), "height") || least(all, "distance");
}

// ---- what is shown ----

// There is one label for the whole page, in the drawing that it is about, and one line that a screen reader reads aloud.
const make = (name, namespace) => namespace ? document.createElementNS(namespace, name) : document.createElement(name);
const over = make("div"), label = make("div"), said = make("div"), help = make("div");
const ring = make("svg", "http://www.w3.org/2000/svg");
const strokes = ["touched-halo", "touched-ink"].map((name) => {
  const path = make("path", "http://www.w3.org/2000/svg");
  path.setAttribute("class", name);
  return path;
});
ring.append(...strokes);
over.className = "touched";
over.setAttribute("aria-hidden", "true"); // said says it
label.className = "touched-label";
over.append(ring, label);
said.className = help.className = "touched-said";
said.setAttribute("aria-live", "polite");
help.id = "touch-help";
help.hidden = true;
help.textContent = "Left and right arrow keys go from value to value, up and down from layer to layer; Home, End, Page Up and Page Down go "
  + "further at once. Escape hides the value.";
const hint = "Arrow keys show the values";

let shown = null;     // what the label is about: { drawing, layer, row, by }, the last "pointer" or "keys"
let dismissed = null; // the drawing in which Escape has hidden the label, until the pointer leaves it
const positions = new WeakMap(); // of a drawing, which layer and row were shown last

// measure writes a value with the name of its column.
const measure = ({ column, text }) => `${column}${/[,:]/.test(column) ? ":" : ""} ${text}`;

// write puts a row's name and values into the label, so that no line ends between a column's name and its value.
function write(row) {
  const values = row.values.map(({ column, text }) => {
    const value = make("span"), number = make("b");
    number.textContent = text;
    value.append(measure({ column, text: "" }), number);
    return value;
  });
  fill(row.name, ...values.flatMap((value) => ["\u00a0· ", value]));
}

// fill makes the label as wide as its lines are: CSS leaves a text of several lines as wide as it may be.
function fill(...content) {
  label.replaceChildren(...content);
  label.style.width = "";
  const text = document.createRange();
  text.selectNodeContents(label);
  const { paddingLeft, paddingRight } = getComputedStyle(label);
  const border = 2;
  label.style.width = `${Math.ceil(text.getBoundingClientRect().width + parseFloat(paddingLeft) + parseFloat(paddingRight) + border)}px`;
}

// screen returns how large a unit of an <svg> is in pixels, and where its corner is from that of the drawing's container.
function screen(drawing, svg) {
  if (over.parentElement !== drawing) drawing.append(over);
  const frame = over.getBoundingClientRect(), box = svg.getBoundingClientRect();
  return { scale: box.width / svg.viewBox.baseVal.width, left: box.left - frame.left, top: box.top - frame.top, frame };
}

const onScreen = (box, { scale, left, top }) =>
  ({ left: left + box.left * scale, right: left + box.right * scale, top: top + box.top * scale, bottom: top + box.bottom * scale });

// outline returns a row's box and rings as a path, and the rectangle around them.
function outline(row, where) {
  const radius = 6;
  const around = onScreen(row, where);
  const { left: l, right: r, top: t, bottom: b } = around;
  let path = "";
  if (row.seen && (l < r || t < b)) path = l < r && t < b ? `M${l} ${t}H${r}V${b}H${l}Z` : `M${l} ${t}L${r} ${b}`;
  for (const [x, y] of row.rings) {
    const cx = where.left + x * where.scale, cy = where.top + y * where.scale;
    path += `M${cx - radius} ${cy}a${radius} ${radius} 0 1 1 ${2 * radius} 0a${radius} ${radius} 0 1 1 ${-2 * radius} 0`;
    around.left = Math.min(around.left, cx - radius);
    around.right = Math.max(around.right, cx + radius);
    around.top = Math.min(around.top, cy - radius);
    around.bottom = Math.max(around.bottom, cy + radius);
  }
  return { path, around };
}

// stand puts the label inside the frame, beside what is marked, and clear of it and of the pointer wherever there is room. Of several
// panels, which are small, it stands beside the one, so that the pointer does not run into it at every turn.
function stand(frame, around, panel, pointer) {
  const { offsetWidth: width, offsetHeight: height } = label;
  const clear = pointer ? [around, pointer] : [around];
  const all = clear.reduce((a, b) => ({
    left: Math.min(a.left, b.left), right: Math.max(a.right, b.right), top: Math.min(a.top, b.top), bottom: Math.max(a.bottom, b.bottom),
  }));
  const middle = [(around.left + around.right - width) / 2, (around.top + around.bottom - height) / 2];
  const beside = (box, [x, y] = [(box.left + box.right - width) / 2, (box.top + box.bottom - height) / 2]) =>
    [[x, box.top - gap - height], [x, box.bottom + gap], [box.right + gap, y], [box.left - gap - width, y]];
  const corners = [[0, 0], [Infinity, 0], [0, Infinity], [Infinity, Infinity]];
  let best = null;
  for (const [wantX, wantY] of [...panel ? beside(panel, middle) : [], ...beside(around), ...beside(all), ...corners]) {
    const x = within(wantX, 2, Math.max(2, frame.width - width - 2)), y = within(wantY, 2, Math.max(2, frame.height - height - 2));
    const covered = clear.reduce((sum, box) => sum + Math.max(0, Math.min(x + width, box.right + 2) - Math.max(x, box.left - 2)) *
      Math.max(0, Math.min(y + height, box.bottom + 2) - Math.max(y, box.top - 2)), 0);
    if (!best || covered < best.covered) best = { x, y, covered };
  }
  label.style.transform = `translate(${best.x}px, ${best.y}px)`;
}

// show marks a row of a layer and labels it.
function show(drawing, layer, row, by, pointer) {
  const { svg, panel, rows: { [row]: at } } = layersOf(drawing)[layer];
  const where = screen(drawing, svg);
  const { path, around } = outline(at, where);
  for (const stroke of strokes) stroke.setAttribute("d", path);
  write(at);
  const tip = pointer && { // what the pointer itself covers
    left: pointer.clientX - where.frame.left - 4, right: pointer.clientX - where.frame.left + 12,
    top: pointer.clientY - where.frame.top - 4, bottom: pointer.clientY - where.frame.top + 18,
  };
  stand(where.frame, around, panel.title && onScreen(panel, where), tip);
  shown = { drawing, layer, row, by, pointer };
  positions.set(drawing, { layer, row });
}

// showHint says to those who see the focus, and have no screen reader, that there are values.
function showHint(drawing) {
  const { frame } = screen(drawing, svgsOf(drawing)[0]);
  for (const stroke of strokes) stroke.setAttribute("d", "");
  fill(hint);
  label.style.transform = `translate(2px, ${frame.height - label.offsetHeight - 2}px)`; // a corner in which charts have nothing
  shown = { drawing, by: "keys" };
}

function hide() {
  over.remove();
  shown = null;
}

// ---- the pointer ----

const drawingOf = (target) => target instanceof Element ? target.closest("figure.chart .drawing") : null;

// find returns what a pointer means in a drawing; of two charts, in that which is under it.
function find(drawing, { clientX, clientY }) {
  for (const svg of svgsOf(drawing).reverse()) {
    const box = svg.getBoundingClientRect(), scale = box.width / svg.viewBox.baseVal.width;
    const layers = layersOf(drawing).filter((layer) => layer.svg === svg);
    const found = scale > 0 && pick(layers, (clientX - box.left) / scale, (clientY - box.top) / scale, scale);
    if (found) return found;
  }
  return null;
}

// point shows what a pointer means, or hides what it has shown.
function point(event) {
  if (label.contains(event.target)) return; // which can be pointed at itself, and read at ease
  const drawing = drawingOf(event.target);
  if (dismissed && dismissed !== drawing) dismissed = null;
  if (dismissed) return;
  const found = drawing && find(drawing, event);
  if (found) show(drawing, layersOf(drawing).indexOf(found.layer), found.row, "pointer", event);
  else if (shown && shown.by === "pointer") hide();
}

const isFinger = (event) => event.pointerType === "touch"; // which points where it taps, and scrolls where it moves
let tap = null;
document.addEventListener("pointermove", (event) => { if (!isFinger(event)) point(event); });
document.addEventListener("pointerout", (event) => { // out of the window
  if (!event.relatedTarget && !isFinger(event) && shown && shown.by === "pointer") hide();
});
document.addEventListener("pointerdown", (event) => {
  dismissed = null;
  tap = event;
});
document.addEventListener("pointerup", (event) => {
  if (tap && Math.hypot(event.clientX - tap.clientX, event.clientY - tap.clientY) < 10) point(event);
});
addEventListener("resize", () => {
  if (!shown) return;
  const { drawing, layer, row, by } = shown;
  if (layer === undefined || !(drawing.getBoundingClientRect().width > 0)) hide();
  else show(drawing, layer, row, by);
});

// ---- the keyboard ----

// across returns the row of another layer that is where this one is, also in another panel.
function across(from, to) {
  const share = (row, panel) => [
    ((row.left + row.right) / 2 - panel.left) / (panel.right - panel.left),
    ((row.top + row.bottom) / 2 - panel.top) / (panel.bottom - panel.top),
  ];
  const [x, y] = share(from.row, from.panel);
  let best = null;
  to.rows.forEach((row, i) => {
    const [otherX, otherY] = share(row, to.panel);
    const order = to.first === "y" ? [Math.abs(otherY - y), Math.abs(otherX - x)] : [Math.abs(otherX - x), Math.abs(otherY - y)];
    if (!best || order[0] < best.order[0] || order[0] === best.order[0] && order[1] < best.order[1]) best = { i, order };
  });
  return best.i;
}

// step returns the layer and the row that a key leads to, null if it is none of the keys.
function step(layers, { layer, row }, key) {
  const last = layers[layer].rows.length - 1, tenth = Math.max(1, Math.round((last + 1) / 10));
  const rows = { ArrowLeft: row - 1, ArrowRight: row + 1, Home: 0, End: last, PageUp: row - tenth, PageDown: row + tenth };
  if (key in rows) return { layer, row: within(rows[key], 0, last) };
  const next = { ArrowUp: layer - 1, ArrowDown: layer + 1 }[key];
  if (next === undefined) return null;
  if (!layers[next]) return { layer, row };
  return { layer: next, row: across({ row: layers[layer].rows[row], panel: layers[layer].panel }, layers[next]) };
}

// say reads a row aloud, with its panel's name, where that is another than before, and how far it is along its layer.
let lastPanel = null;
function say(layer, row) {
  const { name, values } = layer.rows[row], { panel } = layer;
  const title = panel.title && panel !== lastPanel ? `${panel.title}: ` : "";
  const along = `${row + 1} of ${layer.rows.length}${layer.thinned ? " shown" : ""}`;
  lastPanel = panel;
  said.textContent = `${title}${[name, ...values.map(measure)].join(", ")}; ${along}`;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (event.key === "Escape" && shown) {
    if (shown.by === "pointer") dismissed = shown.drawing;
    hide();
    return;
  }
  const drawing = drawingOf(event.target);
  if (!drawing || drawing !== event.target) return;
  const layers = layersOf(drawing);
  if (layers.length === 0) return;
  const before = positions.get(drawing) || { layer: 0, row: 0 };
  const from = layers[before.layer] && layers[before.layer].rows[before.row] ? before : { layer: 0, row: 0 }; // it may have been replaced
  const to = step(layers, from, event.key);
  if (!to) return;
  event.preventDefault();
  const hidden = !shown || shown.drawing !== drawing || shown.layer === undefined;
  const { layer, row } = hidden && event.key.startsWith("Arrow") ? from : to; // the first arrow shows where the reader is
  show(drawing, layer, row, "keys");
  say(layers[layer], row);
});
document.addEventListener("focusin", (event) => {
  const drawing = drawingOf(event.target);
  if (drawing && drawing === event.target && drawing.matches(":focus-visible") && layersOf(drawing).length > 0) {
    lastPanel = null;
    showHint(drawing);
  }
});
document.addEventListener("focusout", (event) => {
  if (shown && shown.by === "keys" && shown.drawing === event.target) hide();
});

// ---- figures ----

// renew shows what is shown again, after it may have been replaced, or hides it where there is no such layer any more.
function renew({ drawing, layer, row, by, pointer }) {
  if (layer === undefined && drawing.isConnected) return;
  const layers = drawing.isConnected ? layersOf(drawing) : [];
  const rows = layers[layer] ? layers[layer].rows.length : 0;
  if (rows === 0) hide();
  else show(drawing, layer, Math.min(row, rows - 1), by, pointer);
}

const given = ["tabindex", "role", "aria-roledescription", "aria-labelledby", "aria-label", "aria-describedby"];

// The drawing is one stop for the Tab key. It is an application: the other roles that a drawing could have, a group or a picture, leave
// the arrow keys to the screen reader, which would read letters with them and never hand them on. Nothing is lost by that: the name and
// the words of the chart, and its tables, are outside.
function touch(figure) {
  if (!help.isConnected) document.body.append(help, said);
  for (const drawing of figure.querySelectorAll(".drawing")) {
    const svgs = svgsOf(drawing);
    for (const svg of svgs) known.delete(svg);
    if (svgs.length === 0) {
      for (const name of given) drawing.removeAttribute(name);
      continue;
    }
    drawing.tabIndex = 0;
    drawing.setAttribute("role", "application");
    drawing.setAttribute("aria-roledescription", "chart");
    drawing.setAttribute("aria-describedby", help.id);
    const name = figure.getAttribute("aria-labelledby");
    if (name) drawing.setAttribute("aria-labelledby", name);
    else drawing.setAttribute("aria-label", svgs[0].getAttribute("aria-label"));
  }
  if (shown && (!shown.drawing.isConnected || figure.contains(shown.drawing))) renew(shown);
}
touch.from = (svg, figure, whose = "") => { owners.set(svg, { figure, whose }); };
document.addEventListener("shown", ({ target }) => {
  for (const figure of target.matches("figure.chart") ? [target] : target.querySelectorAll("figure.chart")) touch(figure);
});
return touch;
})();
for (const figure of document.querySelectorAll("figure.chart")) window.touch(figure);
