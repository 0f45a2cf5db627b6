// Show a slider and a field of text for every parameter.

import { find, make } from "./dom.js";
import { number, prettyUnit, symbol } from "./format.js";

/** @typedef {import("./types.js").Parameter} Parameter */

const STEPS = 400;

/**
 * The value at a position of the slider.
 * @param {Parameter} parameter
 * @param {number} position 0 to STEPS
 */
export function valueAt(parameter, position) {
  const { minimum, maximum, logarithmic } = parameter;
  const share = position / STEPS;
  if (logarithmic) return Number((minimum * (maximum / minimum) ** share).toPrecision(4));
  const digits = Math.max(0, 3 - Math.floor(Math.log10(maximum - minimum)));
  // Adding 0 makes a zero of a negative zero.
  return Number((minimum + share * (maximum - minimum)).toFixed(Math.min(digits, 20))) + 0;
}

/**
 * The position of a value on the slider.
 * @param {Parameter} parameter
 * @param {number} value
 */
export function positionOf(parameter, value) {
  const { minimum, maximum, logarithmic } = parameter;
  const share = logarithmic
    ? Math.log(Math.max(value, minimum) / minimum) / Math.log(maximum / minimum)
    : (value - minimum) / (maximum - minimum);
  return Math.round(STEPS * Math.min(Math.max(share, 0), 1));
}

/**
 * What a number is as a study's text.
 * @param {Parameter} parameter
 * @param {number} value
 */
export function written(parameter, value) {
  return parameter.unit ? `${value} ${parameter.unit}` : String(value);
}

/**
 * An end of a range as people write it: -pi/2.
 * @param {Parameter} parameter
 * @param {number} value
 */
export function end(parameter, value) {
  const halves = Math.round((value / Math.PI) * 2);
  const isAngle = parameter.unit === "" && halves !== 0 && Math.abs(value - (halves * Math.PI) / 2) < 1e-9;
  if (!isAngle) return written(parameter, value);
  const times = Math.abs(halves) === 1 || Math.abs(halves) === 2 ? "" : `${halves % 2 ? Math.abs(halves) : Math.abs(halves) / 2}*`;
  return `${value < 0 ? "-" : ""}${times}pi${halves % 2 ? "/2" : ""}`;
}

/** All sliders of a study. */
export class Sliders {
  /** @param {import("./state.js").State} state */
  constructor(state) {
    this.state = state;
    /** @type {Map<string, { row: HTMLElement, range: HTMLInputElement, text: HTMLInputElement, mistake: HTMLElement, parameter: Parameter }>} */
    this.rows = new Map();
  }

  /** @param {Parameter[]} parameters those of another study, or the same with other values */
  show(parameters) {
    const names = parameters.map((parameter) => parameter.name);
    if (names.join() !== [...this.rows.keys()].join()) {
      this.rows.clear();
      for (const parameter of parameters) this.rows.set(parameter.name, this.row(parameter));
      find("sliders").replaceChildren(...[...this.rows.values()].map(({ row }) => row));
      this.offerExchange(parameters);
    }
    for (const parameter of parameters) this.update(parameter);
  }

  /** @param {Parameter} parameter */
  update(parameter) {
    const row = this.rows.get(parameter.name);
    if (!row) return;
    const before = row.parameter;
    // A range stays as it is while its slider is held.
    const held = document.activeElement === row.range && this.moving;
    row.parameter = held ? { ...parameter, minimum: before.minimum, maximum: before.maximum } : parameter;
    const { row: element, range, text } = row;
    if (!held) range.value = String(positionOf(row.parameter, parameter.value));
    if (document.activeElement !== text) text.value = parameter.text;
    range.setAttribute("aria-valuetext", `${number(parameter.value)} ${prettyUnit(parameter.unit)}`);
    element.classList.toggle("changed", parameter.name in this.state.where.set);
    element.classList.toggle("unused", !parameter.used);
    range.title = parameter.fixed_by_formula ? `${parameter.text} = ${number(parameter.value)} ${parameter.unit}` : "";
  }

  /** @param {Parameter} parameter */
  row(parameter) {
    const { name, unit } = parameter;
    const id = `parameter-${name}`;
    const [head, sub] = symbol(name);
    const label = make("label", { for: `${id}-range`, title: `${parameter.comment ?? name}; double click: ${parameter.default_text}` },
      make("span", {}, head, make("sub", {}, sub)), " ", make("small", {}, prettyUnit(unit)));
    const range = make("input", { id: `${id}-range`, type: "range", min: "0", max: String(STEPS), step: "1" });
    const text = make("input", {
      id: `${id}-text`, class: "text", "aria-label": `${name} as text`, spellcheck: "false", autocomplete: "off",
      "aria-describedby": `${id}-mistake`,
    });
    const mistake = make("span", { id: `${id}-mistake`, class: "mistake" });
    range.addEventListener("input", () => {
      this.moving = true;
      const known = this.rows.get(name)?.parameter ?? parameter;
      this.state.set({ [name]: written(known, valueAt(known, Number(range.value))) });
    });
    range.addEventListener("change", () => {
      this.moving = false;
      this.state.settle();
    });
    text.addEventListener("change", () => {
      this.state.set({ [name]: text.value.trim() || null });
      this.state.settle();
    });
    label.addEventListener("dblclick", () => {
      this.state.set({ [name]: null });
      this.state.settle();
    });
    const row = make("div", { class: "slider" }, label, range, text, mistake);
    return { row, range, text, mistake, parameter };
  }

  /** @param {Parameter[]} parameters those called …_L and …_R, or …_1 and …_2, can change places */
  offerExchange(parameters) {
    const names = parameters.map((parameter) => parameter.name);
    const pairs = names.flatMap((name) => {
      const other = name.replace(/_L$/, "_R").replace(/_1$/, "_2");
      return other !== name && names.includes(other) ? [[name, other]] : [];
    });
    find("exchange").replaceChildren(...pairs.map(([one, other]) => {
      const [head, sub] = symbol(one);
      const [, otherSub] = symbol(other);
      // What is seen stands in the name too, for those who speak it.
      const label = `${head}${sub} ⇄ ${head}${otherSub}: exchange ${one} and ${other}`;
      const button = make("button", { type: "button", "aria-label": label, "data-pair": one },
        head, make("sub", {}, sub), " ⇄ ", head, make("sub", {}, otherSub));
      button.addEventListener("click", () => this.exchange(one, other));
      return button;
    }));
  }

  /**
   * @param {string} one
   * @param {string} other
   */
  exchange(one, other) {
    const [a, b] = [this.rows.get(one)?.parameter, this.rows.get(other)?.parameter];
    if (!a || !b) return;
    this.state.set({ [one]: written(b, b.value), [other]: written(a, a.value) });
    this.state.settle();
  }

  /** @param {import("./types.js").Mistake | null} mistake shown at its parameter, or below all */
  refuse(mistake) {
    let placed = false;
    for (const [name, { mistake: place, text }] of this.rows) {
      const here = mistake !== null && mistake.parameter === name;
      place.textContent = here ? told(mistake) : "";
      text.setAttribute("aria-invalid", String(here));
      if (here) text.value = this.state.where.set[name] ?? text.value;
      placed ||= here;
    }
    const place = find("refusal");
    place.hidden = mistake === null || placed;
    place.textContent = mistake ? where(mistake) + told(mistake) : "";
  }
}

/** @param {import("./types.js").Mistake} mistake of a study, not of what was set in it */
function where({ place }) {
  return place && place.name.endsWith(".toml") ? `${place.name}, line ${place.line}: ` : "";
}

/** @param {import("./types.js").Mistake} mistake */
export function told(mistake) {
  return mistake.hint ? `${mistake.message} – ${mistake.hint}` : mistake.message;
}
