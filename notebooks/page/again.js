// A page that runs again: its settings are controls, and moving one computes anew what depends on it, by the notebook's own program in
// Web Workers. The page is complete without this script.
(() => {
"use strict";

const { read, Control, created } = window.controls;
const find = (id) => document.getElementById(id);
const needed = ["Worker", "WebAssembly", "DecompressionStream", "ReadableStream"];
if (!find("again-data") || !needed.every((name) => name in window)) return;

const page = JSON.parse(find("again-data").textContent);
const settings = page.settings;
const made = Object.fromEntries(settings.map((s) => [s.name, s.value]));     // as the page was made: "the text"
const usual = Object.fromEntries(settings.map((s) => [s.name, s.default]));  // as the notebook has them, of which its sentences speak
const now = () => performance.now() / 1000;

// ---- values of settings: texts, as Go writes them ----

let current = { ...made };

const written = (v) => (v === "" ? "“”" : v.replace(/^-/, "−"));
const differing = (from, to) => settings.map((s) => s.name).filter((name) => from[name] !== to[name]);

// asJSON writes values for the program: texts as strings, numbers and what is true or false as they are.
const asJSON = (values) =>
  `{${settings.map((s) => `${JSON.stringify(s.name)}:${s.type === "string" ? JSON.stringify(values[s.name]) : values[s.name]}`).join(",")}}`;

// readAll returns the text's values with some of them replaced.
function readAll(some) {
  const values = { ...made };
  for (const [name, value] of Object.entries(some)) {
    const s = settings.find((s) => s.name === name);
    if (!s) throw new Error(`There is no setting ${name}; there are ${settings.map((s) => s.name).join(", ")}.`);
    values[name] = read(s, value);
  }
  return values;
}

// ---- cells ----

// A cell keeps what it has in the text, and shows that or what has been computed.
class Cell {
  constructor({ number, settings, same }, index) {
    Object.assign(this, { number, settings, same, index });
    this.element = find(`cell-${number}`);
    this.outputs = this.element.querySelector(".outputs");
    this.original = [...this.outputs.children]; // nodes, which other scripts may have changed
    this.items = this.original.map((node) => node.outerHTML);
    this.shown = "text";
    this.state = document.createElement("p");
    this.state.className = "state";
  }

  // key is the same for values with which the cell shows the same.
  key(values) { return JSON.stringify([this.settings.map((name) => values[name]), files.version]); }

  restore() {
    if (this.shown !== "text") this.outputs.replaceChildren(...this.original);
    this.shown = "text";
    this.become("text");
  }

  show(result, key, preview) {
    if (this.shown !== key || preview) {
      const nodes = render(result.items, this.number);
      const live = this.original.filter((node) => node.matches(".live")); // which has settings of its own
      this.outputs.replaceChildren(...nodes, ...live);
      this.outputs.dispatchEvent(new CustomEvent("shown", { bubbles: true })); // for the scripts that make outputs ready
      compare(this.original, nodes);
      nodes.forEach((node, i) => addSwitch(node, this.original[i]));
    }
    this.shown = preview ? "preview" : key;
    this.become(result.error ? "failed" : preview ? "preview" : "recomputed", result.error);
  }

  // become says how things stand with the outputs, by a line beside them and a word.
  become(state, error = "") {
    this.element.dataset.state = state;
    const words = {
      waiting: "Waiting: still shows other settings.", running: "Computing …", recomputed: this.original.some((node) => node.matches(".output, .results")) ? "Recomputed; struck through, as in the text." : "Recomputed.",
      preview: "A preview, with a tenth of the epochs.", failed: `It fails with these settings: ${error}`,
      same: "The same with these settings.", still: "Stays as in the text: it does not run again.",
    }[state];
    this.state.textContent = words ?? "";
    if (words && this.items.length > 0) this.outputs.before(this.state);
    else this.state.remove();
  }
}

// render makes nodes of what a cell has printed and shown.
function render(items, number) {
  return items.flatMap((item) => {
    if (item.live !== undefined) return [];
    if (item.text !== undefined) {
      const pre = document.createElement("pre");
      pre.className = "printed";
      pre.tabIndex = 0;
      pre.setAttribute("role", "group");
      pre.setAttribute("aria-label", `Printed by cell ${number}`);
      pre.textContent = item.text;
      return [pre];
    }
    const template = document.createElement("template");
    template.innerHTML = item.html;
    clean(template.content);
    return [...template.content.children];
  });
}

// clean leaves nothing that would run. The package figure writes nothing of the kind; a cell may have written it by other ways.
function clean(content) {
  for (const element of content.querySelectorAll("*")) {
    if (element.matches("script, iframe, frame, object, embed, link, meta, base, form")) element.remove();
    for (const { name } of [...element.attributes]) if (name.startsWith("on")) element.removeAttribute(name);
  }
}

// compare adds to each number of the new nodes that differs what the text has there.
function compare(before, after) {
  const numbers = (node) => node?.matches(".output, .results") ? [...node.querySelectorAll("td, dd")] : [];
  after.forEach((node, i) => {
    const [was, is] = [numbers(before[i]), numbers(node)];
    if (was.length !== is.length) return;
    is.forEach((cell, k) => {
      const text = was[k].firstChild?.textContent ?? "";
      if (text === cell.textContent || text === "") return;
      const small = document.createElement("small");
      small.className = "was";
      small.innerHTML = '<span class="unseen"> (in the text </span><span></span><span class="unseen">)</span>';
      small.children[1].textContent = text;
      cell.append(small);
    });
  });
}

// addSwitch lets the reader look at a recomputed chart, at that of the text, or at both on the axes of the first.
function addSwitch(node, before) {
  if (!node.matches("figure.chart") || !before?.matches("figure.chart")) return;
  const group = document.createElement("div");
  group.className = "switch";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", `Which chart: ${node.getAttribute("aria-label")}`);
  const svg = (figure) => [...figure.querySelectorAll(".drawing > svg")];
  const own = svg(node), texts = svg(before);
  const kinds = [["yours", "Yours"], ["text", "The text’s"]];
  if (own.every((drawing, i) => together(drawing, texts[i]))) kinds.push(["both", "Both"]);
  const show = (which) => {
    own.forEach((drawing, i) => {
      const shown = which === "yours" ? drawing : which === "both" ? together(drawing, texts[i]) : texts[i].cloneNode(true);
      if (which === "text") window.touch?.from(shown, before, "the text’s");
      svg(node)[i].replaceWith(shown);
    });
    for (const button of group.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.which === which));
    note.hidden = which !== "both";
    node.dispatchEvent(new CustomEvent("shown", { bubbles: true }));
  };
  for (const [which, words] of kinds) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.which = which;
    const whose = document.createElement("span"); // each button has a name of its own
    whose.className = "unseen";
    whose.textContent = `: ${node.getAttribute("aria-label")}`;
    button.append(words, whose);
    button.setAttribute("aria-pressed", String(which === "yours"));
    button.addEventListener("click", () => show(which));
    group.append(button);
  }
  const note = document.createElement("span");
  note.textContent = "Grey: the text’s, on these axes.";
  note.hidden = true;
  group.append(note);
  node.querySelector("figcaption").before(group);
}

// together returns a drawing with the data of another over its own, on its axes, or null where the two have no axes in common.
function together(drawing, other) {
  const panels = JSON.parse(drawing.dataset.panels ?? "[]"), others = JSON.parse(other.dataset.panels ?? "[]");
  const both = drawing.cloneNode(true);
  const data = [...both.querySelectorAll("g.data")], under = [...other.querySelectorAll("g.data")];
  if (panels.length === 0 || panels.length !== others.length || data.length !== panels.length || under.length !== panels.length) return null;
  panels.forEach((panel, i) => {
    const their = others[i];
    // A value v is drawn at (v − from)/(to − from) of the way from one end of an axis to the other, or so its logarithm.
    const across = (ends, axis, theirs, other, log) => {
      const [[from, to], [start, stop]] = log ? [axis.map(Math.log), other.map(Math.log)] : [axis, other];
      const scale = (stop - start) / (theirs[1] - theirs[0]) * (ends[1] - ends[0]) / (to - from);
      return [scale, ends[0] + (start - from) / (to - from) * (ends[1] - ends[0]) - theirs[0] * scale];
    };
    const [scaleX, shiftX] = across([panel.left, panel.right], panel.x, [their.left, their.right], their.x, panel.logX);
    const [scaleY, shiftY] = across([panel.bottom, panel.top], panel.y, [their.bottom, their.top], their.y, panel.logY);
    const id = `both-${++clips}`;
    const clip = drawn("clipPath", { id });
    clip.append(drawn("rect", { x: panel.left, y: panel.top, width: panel.right - panel.left, height: panel.bottom - panel.top }));
    const moved = under[i].cloneNode(true);
    moved.setAttribute("transform", `matrix(${scaleX} 0 0 ${scaleY} ${shiftX} ${shiftY})`);
    const part = drawn("g", { class: "of-the-text", "clip-path": `url(#${id})` });
    part.append(moved);
    data[i].after(clip, part);
  });
  return both;
}

let clips = 0;

function drawn(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// ---- files that the program reads ----

const files = {
  version: 0, // grows with each file of the reader's
  own: [],    // the names of those
  content: Object.fromEntries(Object.entries(page.files).map(([path, base64]) =>
    [path, Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))])),
};

const cells = page.cells.map((cell, index) => new Cell(cell, index + 1));
const running = cells.filter((cell) => cell.same);

// ---- trainings, which the workers remember together ----

const trainings = new Map(); // by key: {result} or {worker, waiting: [{worker, answer}]}
const mostRemembered = 500;

const memory = {
  claim(worker, { claim, wait, answer }) {
    const known = trainings.get(claim);
    if (known?.result) return worker.postMessage({ answer, result: known.result });
    if (!known) {
      trainings.set(claim, { worker, waiting: [] });
      return worker.postMessage({ answer, result: true });
    }
    if (wait) known.waiting.push({ worker, answer });
    else worker.postMessage({ answer, result: false });
  },
  keep({ keep, result }) {
    const waiting = trainings.get(keep)?.waiting ?? [];
    trainings.delete(keep);
    trainings.set(keep, { result });
    for (const { worker, answer } of waiting) worker.postMessage({ answer, result });
    for (const [oldest, known] of trainings) {
      if (trainings.size <= mostRemembered) break;
      if (known.result) trainings.delete(oldest);
    }
  },
  drop({ drop }) {
    const waiting = (trainings.get(drop)?.waiting ?? []).filter(({ worker }) => pool.includes(worker));
    trainings.delete(drop);
    const next = waiting.shift();
    if (!next) return;
    trainings.set(drop, { worker: next.worker, waiting });
    next.worker.postMessage({ answer: next.answer, result: true });
  },
  lose(worker) { // it has been ended
    for (const [key, known] of trainings) if (known.worker === worker) memory.drop({ drop: key });
  },
};

// ---- workers ----

const pool = [];
const mostWorkers = Math.max(1, Math.min(navigator.hardwareConcurrency || 2, 8));
let compiled = null; // resolves to the program, or to null where each worker has to unpack it itself; the first worker is at it
let runs = 0;

function newWorker() {
  const address = URL.createObjectURL(new Blob([find("again-worker").textContent], { type: "text/javascript" }));
  const worker = new Worker(address);
  const packed = () => ({ plain: find("again-plain").textContent, simd: find("again-simd").textContent });
  worker.ready = (async () => {
    if (!compiled) {
      compiled = new Promise((resolve) => { worker.compiled = resolve; });
      worker.postMessage(packed());
      await compiled;
    } else {
      const module = await compiled;
      worker.postMessage(module ? { module } : packed());
    }
    worker.postMessage({ files: files.content });
  })();
  worker.onmessage = ({ data }) => receive(worker, data);
  worker.onerror = (event) => {
    event.preventDefault();
    receive(worker, { failure: event.message || "the browser has ended its worker" });
  };
  pool.push(worker);
  return worker;
}

function end(worker) {
  worker.terminate();
  if (worker.compiled) { // who waits for it unpacks the program itself, and the next worker for others again
    compiled = null;
    worker.compiled(null);
  }
  pool.splice(pool.indexOf(worker), 1);
  memory.lose(worker);
}

function receive(worker, data) {
  if ("module" in data) {
    worker.compiled?.(data.module);
    worker.compiled = null;
    return;
  }
  if (data.claim) return memory.claim(worker, data);
  if (data.keep) return memory.keep(data);
  if (data.drop) return memory.drop(data);
  const job = worker.job;
  if (data.failure) {
    end(worker);
    if (job) finish(job, { items: job.items, error: `the program does not run here (${data.failure})` });
    return next();
  }
  if (!job || data.run !== job.run) return;
  if (data.item) return add(job.items, data.item, job.places);
  if (data.done) {
    worker.job = null;
    const exited = data.exited ? lastLine(job.items) : "";
    finish(job, { items: job.items.filter((item) => item.html !== ""), error: data.error || exited });
    next();
  }
}

// add adds what a cell prints or shows to the rest, in its place.
function add(items, { id, ...item }, places) {
  const last = items.at(-1);
  if (item.text !== undefined && last?.text !== undefined) {
    last.text += item.text;
  } else if (id && places.has(id)) {
    items[places.get(id)] = item;
  } else if (item.text !== "") {
    if (id) places.set(id, items.length);
    items.push(item);
  }
}

const lastLine = (items) => items.filter((item) => item.text).map((item) => item.text.trim().split("\n").at(-1)).at(-1) || "it ended.";

// ---- what is to be computed ----

const results = new Map(); // by cell and key; the oldest go first
const mostResults = 200;
let queue = [];            // jobs that wait, in their order
let stopped = false;
const speed = new Map();   // by cell, seconds of work for each unit of it, see work

const jobs = () => [...queue, ...pool.map((worker) => worker.job).filter(Boolean)];

// work is what the time that a cell takes is proportional to, roughly.
const work = (cell, values) => ["epochs", "samples"].filter((name) => cell.settings.includes(name) && values[name])
  .reduce((product, name) => product * (10 + Number(values[name])), 1);

function next() {
  while (queue.length > 0) {
    const idle = pool.find((worker) => !worker.job) ?? (pool.length < mostWorkers ? newWorker() : null);
    if (!idle) break;
    const job = queue.shift();
    Object.assign(job, { run: ++runs, items: [], places: new Map(), began: now() });
    idle.job = job;
    if (!job.silent && job.cell.shown !== "preview") job.cell.become("running");
    idle.ready.then(() => { if (idle.job === job) idle.postMessage({ cell: job.cell.index, settings: asJSON(job.values), run: job.run }); });
  }
  tell();
}

function finish(job, result) {
  speed.set(job.cell, (now() - job.began) / work(job.cell, job.values));
  job.done(result);
  tell();
}

// distance says how far a cell's outputs are from the window, 0 where they are in view: those are computed first.
function distance(cell) {
  const { top, bottom } = cell.outputs.getBoundingClientRect();
  return bottom < 0 ? -bottom : top > innerHeight ? top - innerHeight : 0;
}

const byDistance = (jobs) => {
  const far = new Map(jobs.map((job) => [job, Math.min(distance(job.cell), innerHeight)]));
  return jobs.sort((a, b) => far.get(a) - far.get(b) || a.cell.index - b.cell.index);
};

// move shows the page with other values: from what is known at once, the rest as it is computed. It resolves when all is done, or
// other values have come, or the reader has stopped it. While a slider is dragged, preview is the name of its setting.
async function move(values, preview = "") {
  current = values;
  stopped = false;
  if (!preview) remember();
  for (const control of controls) control.show(values[control.setting.name]);
  qualify();
  let list = showKnown(values, preview);
  if (preview) {
    const tenth = "epochs" in values && preview !== "epochs" ? String(Math.max(1, Math.round(Number(values.epochs) / 10))) : values.epochs;
    list = list.filter(({ cell }) => distance(cell) === 0).map((job) => ({ ...job, values: { ...values, epochs: tenth }, preview: true }));
  } else {
    for (const { cell } of list) if (cell.shown !== "preview") cell.become("waiting");
  }
  const kept = endOthers(list);
  queue = byDistance(list.filter((job) => !kept.some(({ cell }) => cell === job.cell)));
  for (const job of queue) promise(job);
  const all = [...kept, ...queue].map((job) => job.promise);
  if (all.length > 0 && !preview) announce(`Computing ${counted(all.length, "cell")} anew.`);
  next();
  await Promise.all(all);
  if (current === values && !stopped && !preview) announce(summary());
}

// showKnown shows what needs no computing, and returns the jobs for the rest.
function showKnown(values, preview) {
  const list = [];
  for (const cell of cells) {
    const key = cell.key(values);
    if (key === cell.key(made) && files.version === 0) {
      cell.restore();
      if (cell.settings.length > 0 && differing(made, values).length > 0) cell.become("same");
    } else if (!cell.same) {
      cell.become("still");
    } else if (results.has(cell.index + key)) {
      cell.show(results.get(cell.index + key), key);
    } else if (cell.shown !== key || preview) {
      list.push({ cell, key, values });
    }
  }
  return list;
}

// endOthers ends all jobs but those that run and are in the list, which it returns.
function endOthers(list) {
  const kept = [];
  for (const worker of [...pool]) {
    const job = worker.job;
    if (!job) continue;
    if (list.some(({ cell, key, preview }) => cell === job.cell && key === job.key && !preview === !job.preview) && !job.silent) {
      kept.push(job);
      job.cell.become("running");
    } else {
      job.done(null);
      end(worker);
    }
  }
  for (const job of queue) job.done(null);
  return kept;
}

// promise gives a job its promise, and what shows its result and keeps the promise: done(result), or done(null) where it is given up.
function promise(job) {
  job.promise = new Promise((resolve) => {
    job.done = (result) => {
      if (result && !job.preview) {
        results.set(job.cell.index + job.key, result);
        if (results.size > mostResults) results.delete(results.keys().next().value);
      }
      if (result && job.cell.key(current) === job.key) job.cell.show(result, job.key, job.preview);
      resolve(result);
    };
  });
}

const counted = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;

// abandon ends what is computed.
function abandon() {
  for (const worker of [...pool]) {
    if (!worker.job) continue;
    worker.job.done(null);
    end(worker);
  }
  for (const job of queue) job.done(null);
  queue = [];
}

// stop is the reader's. What waits keeps showing what it showed.
function stop() {
  stopped = true;
  abandon();
  for (const cell of running) if (["running", "waiting"].includes(cell.element.dataset.state)) cell.become("waiting");
  announce("Stopped.");
  tell();
}

// ---- the bar: what differs from the text, and how far the computation is ----

const bar = document.createElement("div");
bar.className = "again-bar";
bar.hidden = true;
bar.innerHTML = `<p><span class="again-with"></span> <span class="again-progress"></span></p>
<p class="again-buttons"><button type="button" name="stop">Stop</button><button type="button" name="go">Go on</button
><button type="button" name="back">Back to the exercise</button><button type="button" name="text">As in the text</button></p>`;
bar.setAttribute("role", "region");
bar.setAttribute("aria-label", "Other settings");
const status = document.createElement("p");
status.className = "unseen";
status.setAttribute("role", "status");
const button = (name) => bar.querySelector(`button[name="${name}"]`);

function announce(words) { status.textContent = words; }

function affected() { return running.filter((cell) => cell.key(current) !== cell.key(made) || files.version > 0); }

function summary() {
  const all = affected();
  const failed = all.filter((cell) => cell.element.dataset.state === "failed");
  if (all.length === 0) return "Everything is as in the text.";
  return `${all.filter((cell) => cell.shown === cell.key(current)).length} of ${counted(all.length, "cell")} recomputed` +
    (failed.length > 0 ? `; ${failed.length === 1 ? "one fails" : `${failed.length} fail`}: cell ${failed.map((cell) => cell.number).join(", ")}.` : ".");
}

let told = 0;
function tell() {
  if (told) return;
  told = requestAnimationFrame(() => {
    told = 0;
    const moved = differing(made, current);
    bar.hidden = moved.length === 0 && files.version === 0 && !exercise;
    document.documentElement.classList.toggle("again-moved", !bar.hidden);
    bar.querySelector(".again-with").textContent = moved.length === 0 ? (files.version > 0 ? "Your file." : "As in the text.")
      : moved.map((name) => `${name} ${written(current[name])} (text: ${written(made[name])})`).join(" · ");
    const left = jobs().filter((job) => !job.silent && !job.preview);
    const waiting = affected().filter((cell) => cell.shown !== cell.key(current));
    bar.querySelector(".again-progress").textContent = affected().length === 0 ? "" : summary() + estimate(left);
    button("stop").hidden = left.length === 0;
    button("go").hidden = left.length > 0 || waiting.length === 0;
    button("back").hidden = !exercise;
    button("text").hidden = moved.length === 0 && files.version === 0;
  });
}

// estimate says how long it will take, where that is known and more than 5 seconds.
function estimate(left) {
  if (left.length === 0 || !left.every((job) => speed.has(job.cell))) return "";
  const seconds = left.reduce((sum, job) => sum + speed.get(job.cell) * work(job.cell, job.values) - (job.began ? Math.min(now() - job.began, 1) : 0), 0)
    / Math.min(mostWorkers, left.length);
  return seconds > 5 ? ` About ${Math.ceil(seconds)} s more.` : "";
}

button("stop").addEventListener("click", stop);
button("go").addEventListener("click", () => move(current));
button("text").addEventListener("click", () => {
  reset();
  controls[0]?.focus();
});
button("back").addEventListener("click", () => {
  exercise.scrollIntoView({ block: "center" });
  exercise.focus({ preventScroll: true });
  exercise = null;
  tell();
});

function reset() {
  for (const path of files.own) delete files.content[path];
  if (files.version > 0) { // workers hold them
    files.version = 0;
    files.own = [];
    for (const worker of [...pool]) end(worker);
    results.clear();
  }
  return move({ ...made });
}

// ---- sentences that speak of the usual settings ----

function qualify() {
  for (const sentence of document.querySelectorAll(".usual")) {
    const names = sentence.dataset.settings?.split(" ") ?? settings.map((s) => s.name);
    const moved = differing(usual, current).filter((name) => names.includes(name));
    let note = sentence.querySelector(":scope > .said");
    if (!note) {
      note = document.createElement("span");
      note.className = "said";
      sentence.append(note);
    }
    note.textContent = moved.length === 0 ? "" : ` (said of ${moved.map((name) => `${name} ${written(usual[name])}`).join(", ")})`;
    note.hidden = moved.length === 0;
  }
}

// ---- the address: #noise=0.4 ----

function remember() {
  const moved = differing(made, current);
  const hash = moved.map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(current[name])}`).join("&");
  if (!hash && !fromHash()) return; // an anchor of the text stays
  try {
    history.replaceState(history.state, "", hash ? `#${hash}` : location.pathname + location.search);
  } catch { /* a browser may not let a file change its address */ }
}

// fromHash returns the values that the address asks for, null where it asks for none.
function fromHash() {
  const pairs = [...new URLSearchParams(location.hash.slice(1))];
  if (pairs.length === 0 || !pairs.every(([name]) => name in made)) return null;
  try {
    return readAll(Object.fromEntries(pairs));
  } catch (error) {
    say(error.message);
    return null;
  }
}

// ---- the controls ----

const controls = [];
const form = document.createElement("form");
form.className = "again-form";
form.autocomplete = "off";
form.setAttribute("aria-label", "Settings of this page");
const message = document.createElement("p");
message.className = "again-message";
message.setAttribute("role", "status");

function say(words) { message.textContent = words; }

function choose(name, text, preview) {
  if (text !== current[name] || !preview) move({ ...current, [name]: text }, preview ? name : "");
}

// addFile lets the reader take a file of their own, which stays in this page.
function addFile(control) {
  const input = created("input", { id: `${control.id}-file`, type: "file", accept: ".csv,text/csv" });
  const label = created("label", { htmlFor: input.id, textContent: "A file of your own" });
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    if (file.size > 20e6) return say(`${file.name} has ${Math.round(file.size / 1e6)} MB; take a file of 20 MB at most.`);
    files.content[file.name] = new Uint8Array(await file.arrayBuffer());
    files.version++;
    files.own.push(file.name);
    for (const worker of pool) worker.postMessage({ files: { [file.name]: files.content[file.name] } });
    offerColumns(new TextDecoder().decode(files.content[file.name].subarray(0, 10_000)));
    control.set(file.name);
    say(`${file.name} is read in this page and goes nowhere else. Choose its columns.`);
  });
  control.element.append(created("div", { className: "again-file" }, label, input));
}

// offerColumns offers the names of a file's columns where a setting is a text that can be anything.
function offerColumns(text) {
  const names = [];
  for (const [, quoted, plain] of text.split(/\r?\n/, 1)[0].replace(/^\ufeff/, "").matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)) {
    names.push(quoted?.replaceAll('""', '"') ?? plain);
  }
  find("again-columns")?.remove();
  form.append(created("datalist", { id: "again-columns" }, ...names.map((value) => created("option", { value }))));
  for (const { setting, field } of controls) {
    if (setting.type === "string" && !setting.choices && !(setting.value in page.files)) field.setAttribute("list", "again-columns");
  }
}

form.addEventListener("submit", (event) => event.preventDefault());

// ---- the proof ----

// check computes everything anew with the text's settings, and compares it with what stands in the page, digit for digit.
async function check() {
  const began = now();
  abandon();
  trainings.clear();
  for (const worker of [...pool]) end(worker);
  const list = running.map((cell) => ({ cell, key: "check", values: made, silent: true })); // silent: its result is not shown
  for (const job of list) job.promise = new Promise((resolve) => { job.done = resolve; });
  queue = [...list];
  stopped = false;
  next();
  const different = [];
  let outputs = 0, equal = 0;
  for (const job of list) {
    const result = await job.promise;
    if (!result) throw new Error("the check was stopped, as something else was to be computed");
    const own = job.cell.items.filter((_, i) => !job.cell.original[i].matches(".live"));
    const nodes = render(result.items, job.cell.number).map((node) => node.outerHTML);
    outputs += own.length;
    const same = own.filter((html, i) => html === nodes[i]).length;
    equal += same;
    if (result.error || same < own.length || nodes.length !== own.length) different.push(job.cell.number);
  }
  return { outputs, equal, different, seconds: now() - began };
}

async function checkAndSay(target) {
  const before = current;
  target.disabled = true;
  say("Computing everything anew …");
  try {
    const { outputs, equal, different, seconds } = await check();
    const still = cells.filter((cell) => !cell.same).map((cell) => cell.number);
    say(`${equal} of ${outputs} outputs: the same digits` + (different.length === 0 ? "" : `; others in cell ${different.join(", ")}`) +
      `. It took ${seconds.toFixed(1)} s.` + (still.length === 0 ? "" : ` Not computed: cell ${still.join(", ")}.`));
  } catch (error) {
    say(`Not finished: ${error.message}.`);
  }
  target.disabled = false;
  if (differing(made, before).length > 0) move(before);
}

// ---- exercises ----

let exercise = null; // the button that has been tried

for (const target of document.querySelectorAll("button.try")) {
  target.hidden = false;
  target.addEventListener("click", () => {
    exercise = target;
    try {
      move(readAll(JSON.parse(target.dataset.set)));
    } catch (error) {
      return say(error.message);
    }
    const place = target.dataset.go && find(target.dataset.go);
    place?.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    tell();
  });
}

// ---- opening ----

const declaring = document.querySelector(".cell[data-settings]");
if (declaring && running.length > 0) {
  for (const s of settings) {
    const control = new Control(s, { id: `again-${s.name}`, own: made[s.name], choose: (text, preview) => choose(s.name, text, preview), say });
    if (s.type === "string" && s.value in page.files) addFile(control);
    controls.push(control);
  }
  const proof = created("button", { type: "button", textContent: "Check this page" });
  proof.addEventListener("click", () => checkAndSay(proof));
  form.append(...controls.map((control) => control.element), created("p", { className: "again-buttons" }, proof), message);
  declaring.append(form);
  document.querySelector("main").prepend(status);
  document.body.append(bar);
  for (const control of controls) control.show(made[control.setting.name]);
}

addEventListener("hashchange", () => {
  const values = fromHash();
  if (values) move(values);
});
const asked = fromHash();
if (asked && differing(made, asked).length > 0) move(asked);

// For other scripts of the page, and for tests. settings() returns what the settings are and can be; run(values) recomputes what depends
// on them, the others as in the text, and returns {outputs: [{cell, items: [{text} or {html}]}], recomputed, failed, seconds}, the last
// two cells and a time; check() computes the text anew, and returns {outputs, equal, different, seconds}; reset() shows the text again.
window.tutorial = {
  settings: () => settings.map(({ name, type, range, choices, meaning }) =>
    ({ name, type, value: current[name], text: made[name], range, choices, meaning })),
  async run(values = {}) {
    const began = now();
    await move(readAll(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))));
    const all = affected().filter((cell) => cell.shown === cell.key(current));
    return {
      outputs: all.map((cell) => ({ cell: cell.number, items: results.get(cell.index + cell.shown).items })),
      recomputed: all.length,
      failed: all.filter((cell) => cell.element.dataset.state === "failed").map((cell) => cell.number),
      seconds: now() - began,
    };
  },
  check,
  reset,
};
})();
