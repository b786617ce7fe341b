// What is out of date in one notebook, and running it.
import { differences, interrupted, madeIn, madeWith, order, reached, tableOf, why } from "./dependence.js";
import { SettingsForm } from "./form.js";

const goKernel = "gonb"; // as kernel-setup names it
const metadataKey = "mdn"; // of a cell whose outputs are out of date: what they were made with
const remembered = "mdn:kernel:"; // before a kernel's id, in the browser's storage: what the kernel has declared
const pause = 200;     // milliseconds without a change after which the notebook is read
const longPause = 600; // and after which it runs, where it runs on every change

export class Watch {
  constructor(panel, { ask, choices, changed, NotebookActions, Notification, Widget }) {
    Object.assign(this, { panel, ask, choices, changed, NotebookActions, Notification, Widget });
    this.answer = null;         // of notebook-graph to what the notebook was when it was last read
    this.asked = null;          // {source, promise} of the last reading
    this.kernel = new Map();    // what the kernel has declared: by name, {code, uses}
    this.made = new Map();      // by a cell's id, what its outputs were made with
    this.running = new Map();   // by a cell's id, the reading of the notebook when it was sent to the kernel
    this.stale = new Map();     // by a cell's id, why it is out of date
    this.notes = new Map();     // by a cell's id, the widget that says so
    this.turn = 0;              // grows with each run that takes the place of one before
    this.form = new SettingsForm(this);
    Promise.all([panel.context.ready, panel.revealed, this.session.ready]).then(() => this.begin());
    this.session.kernelChanged.connect(() => {
      this.recall();
      this.begin();
    });
  }

  get notebook() { return this.panel.content; }
  get session() { return this.panel.sessionContext; }
  get cells() { return this.notebook.widgets.filter((cell) => cell.model.type === "code"); }
  widget(id) { return this.cells.find((cell) => cell.model.id === id); }

  // begin begins once the kernel is Go's.
  begin() {
    if (this.begun || this.panel.isDisposed || this.session.session?.kernel?.name !== goKernel) return;
    this.begun = true;
    for (const cell of this.cells) {
      const made = cell.model.getMetadata(metadataKey)?.madeWith;
      if (made) this.made.set(cell.model.id, made);
    }
    this.notebook.model.contentChanged.connect(() => this.later());
    this.session.statusChanged.connect((_, status) => { if (status.endsWith("restarting")) this.forget(); });
    this.recall();
    this.later();
  }

  // fail says once what keeps the notebook from being read.
  fail(error) {
    if (!this.failed) this.Notification.error(`What is out of date cannot be told: ${error.message}`, { autoClose: false });
    this.failed = true;
  }

  // ---- the kernel's declarations ----

  recall() {
    const id = this.session.session?.kernel?.id;
    this.kernel = new Map(JSON.parse(localStorage.getItem(remembered + id) ?? "[]"));
  }

  remember() {
    const id = this.session.session?.kernel?.id;
    if (!id) return;
    const others = Object.keys(localStorage).filter((key) => key.startsWith(remembered) && key !== remembered + id);
    for (const key of others.slice(0, Math.max(0, others.length - 20))) localStorage.removeItem(key);
    localStorage.setItem(remembered + id, JSON.stringify([...this.kernel]));
  }

  forget() {
    this.kernel.clear();
    this.running.clear();
    this.remember();
  }

  // ---- reading ----

  // later reads the notebook once it has not changed for a while.
  later() {
    clearTimeout(this.due);
    this.due = setTimeout(() => this.readAgain().catch((error) => this.fail(error)), this.runsOnChange ? longPause : pause);
  }

  async readAgain() {
    if (this.panel.isDisposed) return;
    const before = this.answer;
    await this.read();
    if (this.runsOnChange && before && this.answer !== before) await this.runStale();
  }

  get runsOnChange() { return this.choices.get("runOnChange").composite; }

  // read returns what there is to know of the notebook as it stands.
  async read() {
    const source = JSON.stringify(this.notebook.model.sharedModel.cells.map((cell) => ({
      id: cell.id, cell_type: cell.cell_type, source: cell.getSource(), metadata: { tags: cell.getMetadata("tags") ?? [] }, ...(cell.cell_type === "code" ? { outputs: [] } : {}),
    })));
    if (this.asked?.source !== source) {
      const promise = this.ask({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: JSON.parse(source) });
      this.asked = { source, promise };
      promise.catch(() => { if (this.asked?.promise === promise) this.asked = null; });
    }
    const { promise } = this.asked;
    const answer = await promise;
    if (this.asked?.promise === promise && this.answer !== answer) this.take(answer);
    return answer;
  }

  // take shows what is known now. What a notebook shows when it is opened was made as it stands, unless it says otherwise.
  take(answer) {
    const first = this.answer === null;
    this.answer = answer;
    if (first) {
      for (const cell of answer.cells) {
        const widget = this.widget(cell.id);
        if (!this.made.has(cell.id) && widget?.model.outputs.length > 0) this.made.set(cell.id, madeIn(answer.cells, cell.id));
      }
    }
    this.form.show(answer);
    this.mark();
  }

  // ---- running ----

  scheduled(cell) {
    if (cell.model.type === "code") this.running.set(cell.model.id, this.read().catch((error) => this.fail(error)));
  }

  async executed(cell, success, error) {
    const id = cell.model.id;
    const reading = this.running.get(id);
    if (!reading) return;
    const answer = await reading;
    if (this.running.get(id) === reading) this.running.delete(id);
    const known = answer?.cells.find((c) => c.id === id);
    if (!known) return;
    if (!success && !error?.errorName) { // the kernel has not begun with it
      this.made.delete(id);
      return this.mark();
    }
    if (success || error.errorName !== "CompileError") { // otherwise the kernel has not taken it
      for (const declaration of known.declares) this.kernel.set(declaration.name, declaration);
      this.remember();
    }
    const broken = this.broken === reading || error?.errorName === "Interrupted";
    this.made.set(id, broken ? interrupted() : madeWith(known, this.kernel));
    this.mark();
  }

  interruptedByHand() {
    this.turn++;
    this.broken = this.running.values().next().value; // the first that was sent
  }

  // mark says which cells are out of date, in the page and in the notebook's file.
  mark() {
    this.stale.clear();
    for (const cell of this.answer.cells) {
      const widget = this.widget(cell.id);
      if (!widget) continue;
      const made = this.made.get(cell.id);
      const now = madeIn(this.answer.cells, cell.id);
      const reason = made && !this.running.has(cell.id) && differences(made, now).length > 0 ? why(made, now, cell.uses) : "";
      if (reason) this.stale.set(cell.id, reason);
      this.note(widget, reason);
      const kept = widget.model.getMetadata(metadataKey)?.madeWith;
      if (reason ? JSON.stringify(kept) === JSON.stringify(made) : !kept || !made) continue;
      widget.model.sharedModel.transact(() => { // which is not to be undone
        if (reason) widget.model.setMetadata(metadataKey, { madeWith: made });
        else widget.model.deleteMetadata(metadataKey);
      }, false);
    }
    this.changed();
    this.form.count(this.stale.size);
  }

  // note lets a cell wear that it is out of date, or no longer.
  note(cell, reason) {
    cell.toggleClass("mdn-out-of-date", reason !== "");
    let note = this.notes.get(cell.model.id);
    if (reason && (!note || note.isDisposed)) { // as with a cell that has been moved
      note = new this.Widget();
      note.addClass("mdn-note");
      note.node.setAttribute("role", "note");
      cell.layout.insertWidget(2, note); // after its code
      this.notes.set(cell.model.id, note);
    }
    if (!note || note.isDisposed) return;
    note.node.textContent = reason && `Out of date: ${reason}`;
    note.setHidden(reason === "");
  }

  runStale() { return this.run([...this.stale.keys()]); }

  // runDependents runs the cells that depend on a setting.
  async runDependents(name) {
    const answer = await this.read();
    return this.run(answer.cells.filter((cell) => cell.runs && reached(cell.uses, tableOf(answer.cells, cell)).has(name)).map((cell) => cell.id));
  }

  // run runs cells, and those before them that declare what they need and the kernel has not; the cell in view first where that can be.
  // A run that comes later takes its place.
  async run(ids) {
    const turn = ++this.turn;
    const answer = await this.read();
    if (turn !== this.turn) return;
    const before = order(ids, answer.cells, this.kernel);
    const due = new Set(before.keys());
    await this.drop(due, answer);
    while (due.size > 0 && turn === this.turn && !this.panel.isDisposed) {
      const ready = answer.cells.filter(({ id }) => due.has(id) && ![...before.get(id)].some((other) => due.has(other)));
      const next = ready.find(({ id }) => isInView(this.widget(id))) ?? ready[0] ?? answer.cells.find(({ id }) => due.has(id)); // in a circle
      due.delete(next.id);
      const widget = this.widget(next.id);
      if (!widget || await this.NotebookActions.runCells(this.notebook, [widget], this.session)) continue;
      for (const [id, others] of before) if (others.has(next.id)) due.delete(id); // what needs it would fail as well
    }
  }

  // drop interrupts what runs and is to run again.
  async drop(due, answer) {
    for (const [id, reading] of [...this.running]) {
      const cells = (await reading)?.cells;
      if (!cells || !due.has(id) || this.running.get(id) !== reading) continue;
      if (differences(madeIn(cells, id), madeIn(answer.cells, id)).length === 0) {
        due.delete(id); // it runs with what it is to run with
      } else {
        this.broken = reading;
        await this.session.session?.kernel?.interrupt();
      }
    }
  }

  // ---- settings ----

  // set writes a setting's value into the notebook, and runs what depends on it.
  async set(name, text) {
    const answer = await this.read();
    const setting = answer.settings.find((s) => s.name === name);
    const cell = setting && this.widget(setting.cell);
    if (!cell || setting.value === text) return;
    cell.model.sharedModel.updateSource(setting.from, setting.to, setting.type === "string" ? JSON.stringify(text) : text);
    await this.runDependents(name);
  }
}

// isInView reports whether a part of a cell can be seen.
function isInView(cell) {
  const { top, bottom } = cell.node.getBoundingClientRect();
  return cell.isVisible && bottom > 0 && top < innerHeight && bottom > top;
}
