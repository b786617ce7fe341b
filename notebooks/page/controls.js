// The controls of a notebook's settings, for pages that run again and for JupyterLab.
(() => {
"use strict";

const whole = (s) => /^u?int/.test(s.type);

// read returns a value as Go would write it, or throws an Error that says what the setting can be.
function read(s, value) {
  const text = String(value).trim();
  const refuse = (can) => { throw new Error(`${s.name} cannot be ${text === "" ? "empty" : text.slice(0, 60)}; it can be ${can}.`); };
  if (s.choices) return s.choices.includes(text) ? text : refuse(`one of ${s.choices.join(", ")}`);
  if (s.type === "string") return String(value);
  const can = `${whole(s) ? "a whole number" : "a number"}${s.range ? ` from ${s.range.low} to ${s.range.high}` : ""}`;
  if (!(whole(s) ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i).test(text)) refuse(can);
  const number = Number(text);
  if (!Number.isFinite(number) || s.range && !(number >= Number(s.range.low) && number <= Number(s.range.high))) refuse(can);
  if (whole(s) && text.startsWith("-") && s.type.startsWith("u")) refuse(can);
  return whole(s) && !Number.isSafeInteger(number) ? text.replace(/^\+/, "") : String(number);
}

const created = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// A Scale maps the places of a slider to values: evenly, or by their logarithms where they go over two powers of ten or more.
class Scale {
  constructor(s) {
    this.low = Number(s.range.low);
    this.high = Number(s.range.high);
    this.whole = whole(s);
    this.even = !(this.low > 0 && this.high / this.low >= 100);
    const step = 10 ** Math.floor(Math.log10((this.high - this.low) / 50));
    this.step = this.whole ? Math.max(1, step) : step;
    this.places = this.even ? Math.round((this.high - this.low) / this.step) : 100;
  }

  value(place) {
    if (place <= 0) return this.low;
    if (place >= this.places) return this.high;
    const v = this.even ? this.low + place * this.step : this.low * (this.high / this.low) ** (place / this.places);
    return Number(v.toPrecision(this.even ? 12 : 2)) || 0;
  }

  place(value) {
    return Math.round(this.even ? (value - this.low) / this.step : this.places * Math.log(value / this.low) / Math.log(this.high / this.low));
  }

  // nearest returns the value of a place, and the text's own where that lies nearest to the place.
  nearest(place, own) {
    if (this.place(Number(own)) === place) return own;
    const v = this.value(place);
    return String(this.whole ? Math.round(v) : v);
  }
}

// A Control is one setting's: its name, what it means, and what it is set by. It calls choose(value, preview), with what Go would write,
// and preview true while a slider is dragged; and say(why) where a value cannot be, or "". own is the value that is marked as the text's.
class Control {
  constructor(setting, { id, own, choose, say }) {
    Object.assign(this, { setting, id, own, choose, say });
    const s = setting;
    this.label = created("label", { htmlFor: id }, created("code", { textContent: s.name }));
    this.meaning = created("span", { id: `${id}-meaning`, className: "again-meaning", textContent: s.meaning });
    this.parts = [];
    if (s.choices) {
      this.field = created("select", { id }, ...s.choices.map((choice) => created("option", { value: choice, textContent: choice })));
    } else if (s.type === "string") {
      this.field = created("input", { id, type: "text", spellcheck: false });
    } else {
      this.field = created("input", { id, type: "text", inputMode: whole(s) ? "numeric" : "decimal" });
      if (s.range && Number(s.range.high) - Number(s.range.low) < 1e5) this.addSlider();
    }
    this.field.setAttribute("aria-describedby", this.meaning.id);
    this.field.addEventListener("change", () => this.set(this.field.value));
    this.element = created("div", { className: "again-control" }, this.label, ...this.parts, this.field, this.meaning);
  }

  addSlider() {
    this.scale = new Scale(this.setting);
    this.slider = created("input", { id: `${this.id}-slider`, type: "range", min: 0, max: this.scale.places, step: 1 });
    this.slider.setAttribute("aria-label", this.setting.name);
    this.slider.setAttribute("aria-describedby", `${this.id}-meaning`);
    const value = () => this.scale.nearest(Number(this.slider.value), this.own);
    this.slider.addEventListener("input", () => {
      this.field.value = value();
      this.slider.setAttribute("aria-valuetext", value());
      cancelAnimationFrame(this.due);
      this.due = requestAnimationFrame(() => this.set(value(), true)); // a slider that is moved fast has several values between two pictures
    });
    this.slider.addEventListener("change", () => {
      cancelAnimationFrame(this.due);
      this.set(value());
    });
    this.parts.push(this.slider);
  }

  set(value, preview = false) {
    try {
      const text = read(this.setting, value);
      this.field.removeAttribute("aria-invalid");
      this.say("");
      this.choose(text, preview);
    } catch (error) {
      this.field.setAttribute("aria-invalid", "true");
      this.say(error.message);
    }
  }

  show(value) {
    this.field.value = value;
    this.field.removeAttribute("aria-invalid");
    if (this.slider && document.activeElement !== this.slider) this.slider.value = this.scale.place(Number(value));
    this.slider?.setAttribute("aria-valuetext", value);
    this.element.classList.toggle("moved", value !== this.own);
  }

  focus() { (this.slider ?? this.field).focus(); }
}

window.controls = { read, created, Control };
})();
