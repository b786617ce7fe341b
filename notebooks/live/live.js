// The page's side of the live part: it reads the controls, asks the worker to train, and draws what the worker reports.
(() => {
"use strict";

const section = document.currentScript.closest(".live");
const find = (selector) => section.querySelector(selector);
const text = JSON.parse(find(".live-settings").textContent); // the settings of the text
const needed = ["Worker", "WebAssembly", "DecompressionStream", "IntersectionObserver", "ResizeObserver"];
if (!text.law || !needed.every((name) => name in window)) return; // the section stays hidden

const controls = find(".live-controls");
const names = ["law", "noise", "samples", "components", "epochs", "seed", "rate"];
const inText = { // what the controls show for the text
  law: text.law, noise: text.noise, samples: text.samples, components: text.network.head.k ?? 1, epochs: text.training.epochs, seed: text.seed,
  rate: text.training.adam?.rate ?? 0.001,
};
const values = { ...inText }; // what is trained: the text's settings until the reader moves a control
const still = matchMedia("(prefers-reduced-motion: reduce)"); // then nothing moves unasked, and training is drawn in ten steps

let state = "waiting"; // then "training", "stopped", "done" or "failed"
let run = 0;           // the number of the training
let asked = null;      // the values it was asked for with
let setting = null;    // those of the training that is shown, and what the worker says of it when it begins
let report = null;     // and what it said last
let costs = [];        // of the epochs so far

// ---- words and numbers ----

// number writes four digits, with a true minus sign.
const number = (v) => (Math.abs(v) < 1e-9 ? "0" : String(Number(v.toPrecision(4)))).replace("-", "−");
const cost = (v) => v.toFixed(4).replace("-", "−");
const asInText = (asked) => names.every((name) => asked[name] === inText[name]);
const finite = (v) => Number.isFinite(v);

function say(words) { // to everyone; a screen reader reads it aloud
  const line = find(".live-result");
  if (line.textContent !== words) line.textContent = words;
}

function progress() {
  if (!setting || costs.length === 0) return "Not trained yet.";
  const floor = finite(setting.floor) ? ` · the truth’s ${cost(setting.floor)}` : "";
  return `Epoch ${costs.length} of ${setting.epochs} · cost ${cost(costs.at(-1))}${floor}`;
}

const training = () => asInText(asked) ? "Training with the settings of the text." : "Training.";

function result() {
  const final = costs.at(-1).toFixed(4);
  const own = `Done after ${costs.length} epochs. `;
  if (!asInText(asked) || !text.finalCost) return own + `The final cost is ${cost(costs.at(-1))}; ${finite(setting.floor)
    ? `on the same samples the truth’s is ${cost(setting.floor)}.` : "without noise there is no floor for it."}`;
  return own + `The text’s final cost is ${text.finalCost.replace("-", "−")}, here ${final.replace("-", "−")}` +
    (final === text.finalCost ? ": the same digits." : ". They differ, and should not.");
}

// describe puts what the charts show into words and a table.
function describe() {
  if (!setting) return;
  const range = (list) => `${number(Math.min(...list))} to ${number(Math.max(...list))}`;
  const many = setting.components > 1;
  const at = (list, i) => number(list[i]);
  const last = setting.x.length - 1;
  const point = ({ mean, deviation }, i) => `${at(mean, i)} ± ${at(deviation, i)} at x = ${at(setting.x, i)}`;
  const ends = (law) => `${point(law, 0)} to ${point(law, last)}`;
  const data = `${setting.dataX.length} samples, x from ${range(setting.dataX)}, y from ${range(setting.dataY)}.`;
  const truth = setting.stretchX.length > 0 ? " The truth has up to three answers at one x."
    : ` The truth, mean ± standard deviation: ${ends(setting)}.`;
  const learned = !report ? " Nothing is learned yet."
    : ` Learned${many ? `, all ${setting.components} components together` : ""}: ${ends(report)}.`;
  const spread = `The standard deviation: the truth’s from ${range(setting.deviation)}` +
    (report ? `; learned, from ${range(report.deviation)}.` : ".");
  const fall = costs.length === 0 ? "No epoch is trained yet."
    : `The cost: ${cost(costs[0])} after the first epoch, ${cost(costs.at(-1))} after ${costs.length} of ${setting.epochs}` +
      (finite(setting.floor) ? `; the truth’s cost on the same samples is ${cost(setting.floor)}.` : "; there is no floor.");
  fit.label(data + truth + learned);
  spreadChart.label(spread);
  costChart.label(fall);
  find(".live-numbers p").textContent = [data + truth + learned, spread, fall].join(" ");
  find(".live-numbers tbody").replaceChildren(...[0, 25, 50, 75, 100].map((percent) => {
    const i = Math.round(last * percent / 100);
    const row = document.createElement("tr");
    [setting.x, setting.mean, report && report.mean, setting.deviation, report && report.deviation].forEach((list, column) => {
      const cell = document.createElement(column === 0 ? "th" : "td");
      if (column === 0) cell.scope = "row";
      cell.textContent = list ? number(Number(list[i].toFixed(column === 0 ? 2 : 3))) : "–";
      row.append(cell);
    });
    return row;
  }));
}

// ---- charts ----

function svg(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// ticks returns round values, about as many as asked for.
function ticks(from, to, count) {
  const rough = (to - from) / count;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((round) => round * magnitude).find((s) => s >= rough * 0.999);
  const marks = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++) marks.push(k * step);
  return { step, marks };
}

// roundOut widens a range to the next tenth of its size, so that small changes do not move the axis.
function roundOut(from, to) {
  const { step } = ticks(from, to > from ? to : from + 1, 10);
  return [Math.floor(from / step + 1e-9) * step, Math.ceil(to / step - 1e-9) * step];
}

// withMargin keeps what is at the ends of a range off the edge.
function withMargin(from, to) {
  const margin = 0.015 * (to - from);
  return [from - margin, to + margin];
}

// A Chart is two SVGs in the screen's own pixels, one on the other: below what stays while the network trains, the axes among
// it, and above what moves. Each layer is a path.
class Chart {
  constructor(figure, xName, staying) {
    this.figure = figure;
    this.xName = xName;
    this.axes = svg("g", {});
    this.below = svg("svg", { "aria-hidden": "true" });
    this.above = svg("svg", { class: "moving", role: "img" });
    this.label("Not trained yet.");
    this.areas = [this.below, this.above].map((picture, i) => {
      const id = `${figure.className}-clip-${i}`;
      const clip = svg("clipPath", { id }), area = svg("g", { "clip-path": `url(#${id})` });
      clip.append(svg("rect", {}));
      picture.append(clip, ...(i === 0 ? [this.axes] : []), area);
      return area;
    });
    this.layers = {};
    for (const name of staying) this.layer(name, this.areas[0]);
    this.legend = document.createElement("ul");
    this.legend.className = "live-legend";
    this.plot = document.createElement("div");
    this.plot.className = "live-plot";
    this.plot.append(this.below, this.above);
    figure.append(this.legend, this.plot);
  }

  layer(name, area = this.areas[1]) {
    if (!this.layers[name]) {
      this.layers[name] = svg("path", { class: name.replace(/\d+$/, "") });
      area.append(this.layers[name]);
    }
    return this.layers[name];
  }

  label(words) { this.above.setAttribute("aria-label", `${this.figure.querySelector("figcaption").textContent}. ${words}`); }

  // names says what the layers are: {class: name}.
  names(entries) {
    const key = JSON.stringify(entries);
    if (key === this.legendKey) return;
    this.legendKey = key;
    this.legend.replaceChildren(...Object.entries(entries).map(([layer, name]) => {
      const item = document.createElement("li");
      const swatch = svg("svg", { width: 26, height: 12, "aria-hidden": "true" });
      const shape = { band: "M0 0H26V12H0Z", samples: "M13 6h0" }[layer] || "M0 6H26";
      swatch.append(svg("path", { class: layer, d: shape }));
      item.append(swatch, name);
      return item;
    }));
  }

  // scale sets the ranges of the axes, and says whether anything has changed since the last time.
  scale(x, y) {
    const { width, height } = this.plot.getBoundingClientRect();
    const key = [width, height, ...x, ...y].join(" ");
    if (key === this.key || width === 0) return false;
    this.key = key;
    const yTicks = ticks(...y, Math.max(2, height / 50)), xTicks = ticks(...x, Math.max(2, width / 70));
    const left = 14 + 7 * Math.max(...yTicks.marks.map((mark) => number(mark).length)), right = 18, top = 10, bottom = 38;
    this.x = (v) => left + (v - x[0]) / (x[1] - x[0]) * (width - left - right);
    this.y = (v) => height - bottom - (v - y[0]) / (y[1] - y[0]) * (height - top - bottom);
    Object.entries({ x: left, y: top, width: Math.max(0, width - left - right), height: Math.max(0, height - top - bottom) })
      .forEach(([name, value]) => this.plot.querySelectorAll("rect").forEach((rect) => rect.setAttribute(name, value)));
    const word = (x, y, anchor, content) => {
      const element = svg("text", { x, y, "text-anchor": anchor });
      element.textContent = content;
      return element;
    };
    const grid = xTicks.marks.map((mark) => `M${this.x(mark)} ${top}V${height - bottom}`)
      .concat(yTicks.marks.map((mark) => `M${left} ${this.y(mark)}H${width - right}`)).join("");
    this.axes.replaceChildren(
      svg("path", { class: "grid", d: grid }),
      ...xTicks.marks.map((mark) => word(this.x(mark), height - bottom + 16, "middle", number(mark))),
      ...yTicks.marks.map((mark) => word(left - 6, this.y(mark) + 4, "end", number(mark))),
      word((left + width - right) / 2, height - 5, "middle", this.xName));
    return true;
  }

  draw(layer, d) { this.layer(layer).setAttribute("d", d); }

  line(x, y) {
    let d = "";
    for (let i = 0; i < x.length; i++) d += `${i ? "L" : "M"}${this.x(x[i]).toFixed(1)} ${this.clamp(y[i]).toFixed(1)}`;
    return d;
  }

  dots(x, y) {
    let d = "";
    for (let i = 0; i < x.length; i++) d += `M${this.x(x[i]).toFixed(1)} ${this.clamp(y[i]).toFixed(1)}h0`;
    return d;
  }

  bars(x, low, high) {
    let d = "";
    for (let i = 0; i < x.length; i++) {
      d += `M${this.x(x[i]).toFixed(1)} ${this.clamp(low[i]).toFixed(1)}V${this.clamp(high[i]).toFixed(1)}`;
    }
    return d;
  }

  band(x, low, high) {
    if (x.length === 0) return "";
    return this.line(x, low) + this.line([...x].reverse(), [...high].reverse()).replace("M", "L") + "Z";
  }

  // clamp keeps what lies far outside within the numbers that an SVG can draw.
  clamp(y) { return Math.min(1e5, Math.max(-1e5, this.y(y))); }
}

const fit = new Chart(find(".live-fit"), "x", ["stretches", "samples", "truth-spread", "truth"]);
const spreadChart = new Chart(find(".live-spread"), "x", ["truth"]);
const costChart = new Chart(find(".live-cost"), "epoch", ["floor"]);

const off = (mean, deviation, times) => mean.map((m, i) => m + times * deviation[i]);

function draw() {
  if (state === "failed") return; // nothing is shown but the message
  find(".live-progress").textContent = progress();
  if (!setting) return;
  drawFit();
  drawSpread();
  drawCost();
}

function drawFit() {
  const { dataX, dataY, x, mean, deviation, stretchX, stretchFrom, stretchTo } = setting;
  const many = setting.components > 1;
  const inverse = stretchX.length > 0;
  const whole = roundOut(Math.min(...dataY, ...mean), Math.max(...dataY, ...mean));
  if (fit.scale(withMargin(Math.min(x[0], ...dataX), Math.max(x.at(-1), ...dataX)), whole) || fit.shown !== setting) {
    fit.shown = setting;
    fit.draw("samples", fit.dots(dataX, dataY));
    fit.draw("truth", inverse ? "" : fit.line(x, mean));
    fit.draw("truth-spread", inverse ? "" : fit.line(x, off(mean, deviation, 2)) + fit.line(x, off(mean, deviation, -2)));
    fit.draw("stretches", fit.bars(stretchX, stretchFrom, stretchTo));
    fit.layer("stretches").style.strokeWidth = fit.x(x[1]) - fit.x(x[0]) + 0.5; // side by side
  }
  fit.names({
    samples: "samples",
    ...(inverse ? { stretches: "truth: where y can be" } : { truth: "true mean", "truth-spread": "true mean ± 2 σ" }),
    predicted: many ? "learned components, as strong as their weights" : "learned mean",
    band: many ? "their ± 1 σ" : "learned ± 1 σ, ± 2 σ",
  });
  const curves = !report ? []
    : many ? pieces(report.components, setting.components)
    : [{ mean: report.mean, deviation: report.deviation, bands: [1, 2] }];
  let lines = 0, bands = 0;
  for (const curve of curves) {
    for (const times of curve.bands) {
      const layer = `band${++bands}`;
      const [low, high] = [-times, times].map((t) => off(curve.mean, curve.deviation, t));
      fit.draw(layer, fit.band(curve.x || x, low, high));
      fit.layer(layer).style.fillOpacity = curve.strength ? 0.22 * curve.strength : "";
    }
    const layer = `predicted${++lines}`;
    fit.draw(layer, fit.line(curve.x || x, curve.mean));
    fit.layer(layer).style.strokeOpacity = curve.strength ? 0.25 + 0.75 * curve.strength : "";
  }
  while (fit.layers[`band${++bands}`]) fit.draw(`band${bands}`, "");
  while (fit.layers[`predicted${++lines}`]) fit.draw(`predicted${lines}`, "");
}

// pieces cuts the components' curves where their weight goes from one quarter to the next, and leaves out what has none.
function pieces(components, count) {
  const pieces = [];
  const x = setting.x;
  for (let k = 0; k < count; k++) {
    let piece = null;
    for (let i = 0; i < x.length; i++) {
      const [weight, mean, deviation] = components.subarray(3 * (i * count + k), 3 * (i * count + k) + 3);
      const level = Math.ceil(4 * weight); // quarters
      if (weight < 0.05) { piece = null; continue; }
      const point = [x[i], mean, deviation];
      if (!piece || piece.level !== level) {
        if (piece) piece.points.push(point); // no gap between two pieces
        piece = { level, points: [] };
        pieces.push(piece);
      }
      piece.points.push(point);
    }
  }
  return pieces.map(({ level, points }) => ({
    x: points.map((p) => p[0]), mean: points.map((p) => p[1]), deviation: points.map((p) => p[2]),
    strength: level / 4, bands: [1],
  }));
}

function drawSpread() {
  const { x, deviation } = setting;
  const chart = spreadChart;
  const [, top] = roundOut(0, Math.max(0.25, 2 * Math.max(...deviation)));
  if (chart.scale(withMargin(x[0], x.at(-1)), [0, top]) || chart.shown !== setting) {
    chart.shown = setting;
    chart.draw("truth", chart.line(x, deviation));
  }
  chart.names({ truth: "true σ(x)", predicted: "learned σ(x)" });
  chart.draw("predicted", report ? chart.line(x, report.deviation) : "");
}

function drawCost() {
  const chart = costChart;
  const known = finite(setting.floor);
  const start = costs.length > 0 ? costs[0] : (known ? setting.floor : 0) + 2;
  let lowest = known ? Math.min(setting.floor, start) : start;
  for (const c of costs) lowest = Math.min(lowest, c);
  chart.scale([0, setting.epochs], roundOut(lowest, Math.max(start, lowest + 0.5)));
  chart.names({ predicted: "cost of the network", ...(known ? { floor: "the truth’s" } : {}) });
  chart.draw("floor", known ? chart.line([0, setting.epochs], [setting.floor, setting.floor]) : "");
  const every = Math.max(1, Math.ceil(setting.epochs / 500)); // no more points than the chart has pixels
  const epochs = [];
  for (let i = 0; i < costs.length; i += every) epochs.push(i);
  if (costs.length > 0 && epochs.at(-1) !== costs.length - 1) epochs.push(costs.length - 1);
  chart.draw("predicted", chart.line(epochs, epochs.map((i) => costs[i])));
}

// ---- drawing no more often than the screen ----

let drawIsDue = false, describedAt = 0;
function drawSoon() {
  if (drawIsDue) return;
  drawIsDue = true;
  requestAnimationFrame((now) => {
    drawIsDue = false;
    draw();
    if (state !== "training" || now - describedAt > 1000) {
      describedAt = now;
      describe();
    }
    if (report && !opened.drawn) {
      opened.drawn = true;
      performance.mark("live: first curve");
    }
  });
}

new ResizeObserver(drawSoon).observe(find(".live-charts"));

// ---- the worker ----

let worker = null;

function startWorker() {
  if (worker) return;
  // In a page that runs again this is the worker, and the program, of the whole page.
  const part = (name) => (find(`.live-${name}`) ?? document.getElementById(`again-${name}`)).textContent;
  const source = new Blob([part("worker")], { type: "text/javascript" });
  worker = new Worker(URL.createObjectURL(source));
  worker.onmessage = ({ data }) => {
    if (data.failure) return fail(data.failure);
    if (data.run !== run) return; // of a training that was dropped
    if (data.setting) begun(data.setting);
    if (data.report) reported(data.report);
  };
  worker.onerror = (event) => fail(event.message || "the program ended");
  worker.postMessage({ plain: part("plain"), simd: part("simd") });
}

// settingsFor returns the text's settings with the controls' values, and all that no control has moved as it is in the text.
function settingsFor({ law, noise, samples, components, epochs, seed, rate }) {
  const head = components === inText.components ? text.network.head : components > 1 ? { name: "mixture", k: components } : { name: "gaussian" };
  const order = seed === inText.seed ? {} : { seed };
  return { ...text, law, noise, samples, seed, network: { ...text.network, head }, training: { ...text.training, epochs, adam: { ...text.training.adam, rate }, ...order } };
}

// begin trains anew with the latest values.
function begin(paused = false) {
  startWorker(); // a control can be reached before the section is seen
  run++;
  asked = { ...values };
  worker.postMessage({ begin: settingsFor(asked), run, paused });
  become(paused ? "waiting" : "training");
  say(paused ? "" : training());
}

function begun(message) {
  if (message.error) return fail(message.error);
  setting = { ...asked, ...message };
  section.dataset.kernels = setting.kernels; // for who asks why it is fast or slow
  report = null;
  costs = [];
  drawSoon();
}

function reported(message) {
  const tenth = Math.floor(10 * costs.length / setting.epochs);
  report = message;
  for (const c of message.costs) costs.push(c);
  if (message.error) {
    become("done");
    say(message.error);
  } else if (message.done) {
    become("done");
    say(result());
    performance.mark("live: done");
  }
  if (!still.matches || message.done || Math.floor(10 * costs.length / setting.epochs) > tenth) drawSoon();
}

function fail(reason) {
  become("failed");
  say(`This browser cannot train here: ${reason}`);
}

// ---- the controls ----

const buttons = Object.fromEntries(["pause", "again", "text"].map((name) => [name, controls.elements[name]]));

function become(next) {
  state = section.dataset.state = next;
  buttons.pause.textContent = { waiting: "Start", training: "Stop", stopped: "Go on" }[state] || "Stop";
  if (state === "done" && document.activeElement === buttons.pause) buttons.again.focus();
  buttons.pause.hidden = state === "done";
  drawSoon();
}

// show moves the controls to the values.
function show() {
  for (const name of names) {
    const control = controls.elements[name];
    if (control.type === "range" || control.type === "number") {
      control.min = Math.min(control.min, values[name]);
      control.max = Math.max(control.max, values[name]);
    }
    control.value = values[name];
    showValue(control);
  }
}

function showValue(control) {
  const output = control.parentElement.querySelector("output");
  if (output) output.textContent = number(values[control.name]);
}

let beginIsDue = false;
controls.addEventListener("input", ({ target }) => {
  if (!target.checkValidity()) {
    return say(`${target.labels[0].textContent}: a ${target.step === "any" ? "" : "whole "}number from ${target.min} to ${target.max}.`);
  }
  values[target.name] = target.name === "law" ? target.value : Number(target.value);
  showValue(target);
  if (beginIsDue) return; // a slider that is moved fast has several values between two pictures
  beginIsDue = true;
  requestAnimationFrame(() => {
    beginIsDue = false;
    begin();
  });
});
controls.addEventListener("submit", (event) => event.preventDefault());

buttons.pause.addEventListener("click", () => {
  if (state === "training") {
    worker.postMessage({ pause: true });
    become("stopped");
    say(`Stopped after ${costs.length} of ${setting.epochs} epochs.`);
  } else if (!worker) {
    begin();
  } else if (state === "stopped" || state === "waiting") {
    worker.postMessage({ resume: true });
    become("training");
    say(training());
  }
});
buttons.again.addEventListener("click", () => begin());
buttons.text.addEventListener("click", () => {
  Object.assign(values, inText);
  show();
  begin();
});

// ---- opening ----

// The program is unpacked and the data drawn when the section comes near. It trains when it is asked to.
const opened = { drawn: false };
function whenSeen(target, rootMargin, then) {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    then();
  }, { rootMargin });
  observer.observe(target);
}

show();
section.hidden = false;
become("waiting");
whenSeen(section, "100%", () => {
  if (run === 0) begin(true);
  whenSeen(find(".live-fit"), "0px", () => {
    performance.mark("live: opened");
  });
});
})();
