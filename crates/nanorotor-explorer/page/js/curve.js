// Draw a quantity against one parameter, or as a map against two, as the points arrive.

import * as api from "./api.js";
import { fill, find, oncePerFrame, whenAtRest } from "./dom.js";
import { number, prettyUnit, words } from "./format.js";
import { HeatMap, placeOf } from "./map.js";
import { end, told, written } from "./parameters.js";
import { pickFrom } from "./picker.js";
import { Plot } from "./plots.js";

/** @typedef {import("./map.js").Axis} Axis */

const POINTS = 41;
const MAP_POINTS = 17;
/** How long the hand rests before a curve is computed anew (ms). */
const REST = 350;

/** The panel of the curve. */
export class Curve {
  /**
   * @param {import("./state.js").State} state
   * @param {(error: unknown) => boolean} failed tells what went wrong; true if it was the curve's own
   */
  constructor(state, failed) {
    this.state = state;
    this.failed = failed;
    this.plot = new Plot("curve-panel");
    this.sequence = 0;
    /** @type {import("./types.js").Study | null} */
    this.study = null;
    /** Which study that is. */
    this.studied = "";
    /** @type {Axis[]} */
    this.axes = [];
    /** Of points that have not arrived undefined, of those without an answer null. @type {import("./map.js").Values} */
    this.values = [];
    this.label = "";
    this.asked = "";
    this.later = whenAtRest(() => this.compute(), REST);
    this.draw = oncePerFrame(() => this.drawNow());
    this.map = new HeatMap(this.plot);
    /** Where the keyboard is: an index of each axis. @type {number[] | null} */
    this.cursor = null;
    this.controls();
    pickFrom(this);
    new ResizeObserver(() => this.axes.length === 2 && this.draw()).observe(this.plot.place);
  }

  controls() {
    for (const name of /** @type {const} */ (["quantity", "over", "and"])) {
      find(name).addEventListener("change", () => {
        const value = /** @type {HTMLSelectElement} */ (find(name)).value;
        this.state.look(name === "over" ? { over: value, from: "", to: "" } : { [name]: value });
      });
    }
    for (const name of /** @type {const} */ (["from", "to"])) {
      find(name).addEventListener("change", () => this.state.look({ [name]: /** @type {HTMLInputElement} */ (find(name)).value.trim() }));
    }
  }

  /**
   * @param {import("./types.js").Study} study
   * @param {string} studied which study that is
   */
  offer(study, studied) {
    this.study = study;
    this.studied = studied;
    const { view } = this.state;
    const used = study.parameters.filter(({ used }) => used);
    const names = used.map(({ name }) => ({ value: name, label: name }));
    const quantities = (study.quantities ?? []).map(({ name, label }) => ({ value: name, label }));
    fill(find("quantity"), quantities.length ? quantities : [{ value: "rotation_rate", label: "rotation rate" }], view.quantity);
    const first = names.find(({ value }) => value === "phi") ?? names.find(({ value }) => value === "V") ?? names[0];
    fill(find("over"), names, view.over || (first?.value ?? ""));
    fill(find("and"), [{ value: "", label: "–" }, ...names], view.and);
    const [from, to] = this.range();
    /** @type {HTMLInputElement} */ (find("from")).value = from;
    /** @type {HTMLInputElement} */ (find("to")).value = to;
  }

  get over() {
    return /** @type {HTMLSelectElement} */ (find("over")).value;
  }

  /** @param {string} name */
  parameter(name) {
    return this.study?.parameters.find((parameter) => parameter.name === name);
  }

  /** @returns {[string, string]} of the first axis */
  range() {
    const parameter = this.parameter(this.over);
    const { from, to } = this.state.view;
    if (!parameter) return [from, to];
    return [from || end(parameter, parameter.minimum), to || end(parameter, parameter.maximum)];
  }

  /** What a request or an export says of the curve. */
  request() {
    const { view } = this.state;
    const and = this.parameter(view.and);
    const two = and !== undefined && view.and !== this.over;
    const points = two ? MAP_POINTS : POINTS;
    const [from, to] = this.range();
    const spacing = (/** @type {string} */ name) => (this.parameter(name)?.logarithmic ? "logarithmic" : "linear");
    /** @type {Record<string, object>} */
    const over = { [this.over]: { from, to, points, spacing: spacing(this.over) } };
    if (two) over[and.name] = { from: written(and, and.minimum), to: written(and, and.maximum), points, spacing: spacing(and.name) };
    return { over, quantity: /** @type {HTMLSelectElement} */ (find("quantity")).value };
  }

  /** The state changed: compute anew when the hand rests, if the curve depends on what changed. */
  changed() {
    if (!this.known()) return;
    const asked = this.dependsOn();
    if (asked !== this.asked) {
      this.abort?.abort();
      this.later();
    } else this.draw();
  }

  /** Whether the parameters on offer are those of the study that is wanted now. */
  known() {
    return this.study && this.over && this.studied === JSON.stringify(this.state.where.study);
  }

  /** What the curve depends on: all settings but those of its own axes. */
  dependsOn() {
    const request = this.request();
    const set = Object.fromEntries(Object.entries(this.state.where.set).filter(([name]) => !(name in request.over)));
    return JSON.stringify([this.state.where.study, set, request]);
  }

  async compute() {
    if (!this.known()) return;
    const asked = this.dependsOn();
    if (asked === this.asked) return;
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    this.asked = asked;
    const progress = find("progress");
    let arrived = 0;
    let total = 0;
    const body = { ...this.state.where, ...this.request(), tab: `${api.TAB}:curve`, sequence: ++this.sequence };
    try {
      await api.lines("api/curve", body, abort.signal, (line) => {
        if (abort.signal.aborted) return;
        // Of a point `error` is the error of its value.
        if (line.error?.message) throw new api.Refused(line.error);
        if (line.axes) {
          this.axes = Object.entries(line.axes).map(([name, axis]) => ({ name, .../** @type {any} */ (axis) }));
          total = this.axes.reduce((product, axis) => product * axis.values.length, 1);
          this.values = new Array(total).fill(undefined);
          this.cursor = null;
          this.label = `${line.label ?? words(line.quantity)}${line.unit ? ` (${prettyUnit(line.unit)})` : ""}`;
        } else if (line.index) {
          const [i, j] = line.index;
          this.values[this.axes.length === 2 ? i * this.axes[1].values.length + j : i] = line.value ?? null;
          arrived++;
        }
        progress.textContent = arrived < total ? `${arrived} of ${total}` : "";
        this.draw();
      });
    } catch (error) {
      if (error instanceof api.Overtaken) {
        if (this.asked === asked) this.asked = "";
      } else {
        this.asked = error instanceof api.Lost ? "" : asked;
        if (this.failed(error)) {
          const { mistake, message } = /** @type {api.Refused} */ (error);
          this.axes = [];
          this.plot.clear(mistake ? told(mistake) : message);
          progress.textContent = "";
        }
      }
    }
  }

  drawNow() {
    if (this.axes.length === 0) return;
    if (this.axes.length === 2) {
      const here = this.axes.map((axis) => this.parameter(axis.name)?.value);
      return this.map.draw(this.axes, this.values, this.label, here, this.cursor);
    }
    const [axis] = this.axes;
    const here = this.parameter(axis.name);
    const finite = this.values.filter((value) => typeof value === "number");
    /** @type {import("./plots.js").Series[]} */
    const series = [{ label: this.label, values: this.values, colour: "--blue" }];
    let x = axis.values;
    if (here) {
      // The point where the sliders stand, as a mark of its own on the line.
      const value = interpolate(axis.values, this.values, here.value);
      if (value !== null) {
        x = [...axis.values, here.value].sort((a, b) => a - b);
        const at = x.indexOf(here.value);
        series[0].values = insert(this.values, at, value, x.length === axis.values.length + 1);
        series.push({ label: "here", values: x.map((_, k) => (k === at ? value : null)), points: true, colour: "--vermilion" });
      } else series.push({ label: "here", values: x.map(() => null), points: true, colour: "--vermilion" });
    }
    const logarithmic = this.parameter(axis.name)?.logarithmic === true && axis.values[0] > 0;
    this.plot.show({
      x, xLabel: `${axis.name}${axis.unit ? ` (${axis.unit})` : ""}`, yLabel: this.label, series, logarithmic, zero: true,
      words: finite.length ? `${this.label} against ${axis.name}, from ${number(Math.min(...finite))} to ${number(Math.max(...finite))}`
        : `${this.label} against ${axis.name}`,
    });
  }
}

/**
 * The value between the nearest points that have arrived; none beside one without an answer.
 * @param {number[]} x
 * @param {import("./map.js").Values} y
 * @param {number} at
 */
function interpolate(x, y, at) {
  if (at < x[0] || at > x[x.length - 1]) return null;
  let low = Math.min(Math.floor(placeOf(x, at)), x.length - 2);
  let high = low + 1;
  while (low > 0 && y[low] === undefined) low--;
  while (high < x.length - 1 && y[high] === undefined) high++;
  const [from, to] = [y[low], y[high]];
  if (typeof from !== "number" || typeof to !== "number") return null;
  return from + ((at - x[low]) / (x[high] - x[low])) * (to - from);
}

/**
 * @param {import("./map.js").Values} values
 * @param {number} at
 * @param {number} value
 * @param {boolean} longer
 */
function insert(values, at, value, longer) {
  return longer ? [...values.slice(0, at), value, ...values.slice(at)] : values;
}
