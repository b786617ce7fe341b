// The controls of a notebook's settings, above the cell that declares them.

export class SettingsForm {
  constructor(watch) {
    this.watch = watch;
    this.controls = [];
    this.cell = null; // the widget that the form stands in
  }

  get shown() { return this.controls.length > 0; }

  async focus() {
    const { notebook } = this.watch;
    await notebook.scrollToItem(notebook.widgets.indexOf(this.cell));
    this.controls[0]?.focus();
  }

  // show shows the settings as they are, or why they cannot be read.
  show({ settings, problem }) {
    if (problem) return this.say(this.problem = problem);
    if (this.problem) this.say(this.problem = "");
    const declaring = this.watch.cells.find((cell) => (cell.model.getMetadata("tags") ?? []).includes("parameters"));
    const kinds = JSON.stringify(settings.map(({ name, type, range, choices, meaning }) => [name, type, range, choices, meaning]));
    if (declaring !== this.cell || kinds !== this.kinds) this.build(declaring, settings);
    this.kinds = kinds;
    for (const control of this.controls) control.show(settings.find((s) => s.name === control.setting.name).value);
  }

  say(words) { if (this.message) this.message.textContent = words; }

  build(cell, settings) {
    this.widget?.dispose();
    this.controls = [];
    this.cell = cell;
    if (!cell || settings.length === 0) return;
    const { created, Control } = window.controls;
    const number = ++forms;
    this.message = created("p", { className: "again-message" });
    this.message.setAttribute("role", "status");
    for (const s of settings) {
      this.controls.push(new Control(s, {
        id: `mdn-${number}-${s.name}`,
        own: s.value,
        choose: (text, preview) => { if (!preview) this.watch.set(s.name, text); },
        say: (words) => this.say(words),
      }));
    }
    const form = created("form", { className: "again-form mdn-form", autocomplete: "off" },
      ...this.controls.map((control) => control.element), this.choice(number), this.message);
    form.setAttribute("aria-label", "Settings of this notebook");
    // Keys are the form's: they neither run the notebook's commands, nor does the notebook take the focus for them.
    form.dataset.lmSuppressShortcuts = "true";
    form.addEventListener("keydown", (event) => event.stopPropagation());
    form.addEventListener("submit", (event) => event.preventDefault());
    this.widget = new this.watch.Widget({ node: form });
    cell.layout.insertWidget(0, this.widget);
  }

  // choice lets the reader choose whether everything that is out of date runs on every change.
  choice(number) {
    const { created } = window.controls;
    const { choices } = this.watch;
    const box = created("input", { type: "checkbox", id: `mdn-${number}-run`, checked: choices.get("runOnChange").composite });
    box.addEventListener("change", () => choices.set("runOnChange", box.checked));
    choices.changed.connect(() => { box.checked = choices.get("runOnChange").composite; });
    this.status = created("span", { className: "mdn-count" });
    this.status.setAttribute("role", "status");
    return created("p", { className: "mdn-choice" }, box, created("label", { htmlFor: box.id, textContent: "On every change, run what is out of date" }), this.status);
  }

  // count says how many cells are out of date.
  count(n) {
    if (this.status) this.status.textContent = n === 0 ? "" : `${n} ${n === 1 ? "cell is" : "cells are"} out of date.`;
  }
}

let forms = 0;
