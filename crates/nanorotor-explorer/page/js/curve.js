// Draw a quantity against one parameter, or as a map against two, as the points arrive.

import * as api from "./api.js";
import { css, diverging, named, sequential } from "./colours.js";
import { fill, find, make, oncePerFrame, whenAtRest } from "./dom.js";
import { number, prettyUnit, words } from "./format.js";
import { Plot } from "./plots.js";
import { written } from "./parameters.js";

/** @typedef {{ name: string, values: number[], unit: string }} Axis */

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
    /** @type {(number | null)[]} */
    this.values = [];
    this.label = "";
    this.asked = "";
    this.later = whenAtRest(() => this.compute(), REST);
    this.draw = oncePerFrame(() => this.drawNow());
    this.cursor = 0;
    this.controls();
    this.plot.place.addEventListener("click", (event) => this.pick(event));
    this.plot.place.addEventListener("keydown", (event) => this.key(event));
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
    return [from || written(parameter, parameter.minimum), to || written(parameter, parameter.maximum)];
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
    const asked = this.key_();
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
  key_() {
    const request = this.request();
    const set = Object.fromEntries(Object.entries(this.state.where.set).filter(([name]) => !(name in request.over)));
    return JSON.stringify([this.state.where.study, set, request]);
  }

  async compute() {
    if (!this.known()) return;
    const asked = this.key_();
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
          this.values = new Array(total).fill(null);
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
        if (this.failed(error)) this.plot.clear(String(/** @type {Error} */ (error).message));
      }
    }
  }

  drawNow() {
    if (this.axes.length === 0) return;
    if (this.axes.length === 2) return this.drawMap();
    const [axis] = this.axes;
    const here = this.parameter(axis.name);
    const finite = this.values.filter((value) => value !== null);
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

  drawMap() {
    const place = this.plot.place;
    let canvas = /** @type {HTMLCanvasElement | null} */ (place.querySelector(":scope > canvas"));
    if (!canvas) {
      this.plot.clear();
      canvas = make("canvas", { role: "img" });
      place.replaceChildren(canvas);
    }
    const [across, up] = this.axes;
    const ratio = devicePixelRatio;
    canvas.width = place.clientWidth * ratio;
    canvas.height = place.clientHeight * ratio;
    const context = canvas.getContext("2d");
    if (!context) return;
    context.scale(ratio, ratio);
    const finite = this.values.filter((value) => value !== null);
    const [low, high] = [Math.min(...finite, 0), Math.max(...finite, 0)];
    const size = Math.max(-low, high);
    /** @param {number} value */
    const colour = (value) => css(low < 0 ? diverging(value / size) : sequential(value / size));
    const box = this.mapBox();
    const [width, height] = [box.width / across.values.length, box.height / up.values.length];
    for (let i = 0; i < across.values.length; i++) {
      for (let j = 0; j < up.values.length; j++) {
        const value = this.values[i * up.values.length + j];
        if (value === null) continue;
        context.fillStyle = colour(value);
        context.fillRect(box.left + i * width, box.top + box.height - (j + 1) * height, width + 0.5, height + 0.5);
      }
    }
    context.strokeStyle = named("--line");
    context.strokeRect(box.left, box.top, box.width, box.height);
    context.fillStyle = named("--soft");
    context.font = "12px system-ui, sans-serif";
    const text = (/** @type {string} */ what, /** @type {number} */ x, /** @type {number} */ y, /** @type {CanvasTextAlign} */ align) => {
      context.textAlign = align;
      context.fillText(what, x, y);
    };
    const name = (/** @type {Axis} */ axis) => `${axis.name}${axis.unit ? ` (${axis.unit})` : ""}`;
    text(number(across.values[0], 3), box.left, box.top + box.height + 14, "left");
    text(number(across.values.at(-1), 3), box.left + box.width, box.top + box.height + 14, "right");
    text(name(across), box.left + box.width / 2, box.top + box.height + 14, "center");
    text(number(up.values[0], 3), box.left - 4, box.top + box.height, "right");
    text(number(up.values.at(-1), 3), box.left - 4, box.top + 10, "right");
    text(name(up), 4, box.top + box.height / 2, "left");
    if (finite.length) text(`${this.label}: ${number(Math.min(...finite), 3)} … ${number(Math.max(...finite), 3)}`, box.left, 12, "left");
    const here = [this.parameter(across.name), this.parameter(up.name)];
    if (here[0] && here[1]) {
      const x = box.left + (place_(across.values, here[0].value) + 0.5) * width;
      const y = box.top + box.height - (place_(up.values, here[1].value) + 0.5) * height;
      context.strokeStyle = named("--ink");
      context.lineWidth = 2;
      context.strokeRect(x - 5, y - 5, 10, 10);
    }
    canvas.setAttribute("aria-label", `Map of ${this.label} against ${across.name} and ${up.name}` +
      (finite.length ? `, from ${number(Math.min(...finite))} to ${number(Math.max(...finite))}` : ""));
  }

  mapBox() {
    const { clientWidth, clientHeight } = this.plot.place;
    return { left: 64, top: 18, width: clientWidth - 72, height: clientHeight - 36 };
  }

  /** @param {MouseEvent} event */
  pick(event) {
    if (this.axes.length === 0) return;
    const bounds = this.plot.place.getBoundingClientRect();
    if (this.axes.length === 2) {
      const box = this.mapBox();
      const share = [(event.clientX - bounds.left - box.left) / box.width, 1 - (event.clientY - bounds.top - box.top) / box.height];
      if (share.some((s) => s < 0 || s > 1)) return;
      this.take(this.axes.map((axis, k) => axis.values[Math.min(Math.floor(share[k] * axis.values.length), axis.values.length - 1)]));
    } else if (this.plot.plot) {
      const over = this.plot.plot.over.getBoundingClientRect();
      if (event.clientX < over.left || event.clientX > over.right) return;
      const value = this.plot.plot.posToVal(event.clientX - over.left, "x");
      const { values } = this.axes[0];
      // To the digits that a pixel tells.
      this.take([Number(Math.min(Math.max(value, values[0]), values.at(-1) ?? value).toPrecision(4))]);
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const [axis] = this.axes;
    if (!axis) return;
    /** @type {Record<string, number>} */
    const moves = { ArrowRight: 1, ArrowLeft: -1 };
    if (event.key in moves) {
      event.preventDefault();
      const start = place_(axis.values, this.parameter(axis.name)?.value ?? axis.values[0]);
      const next = Math.min(Math.max(Math.round(start) + moves[event.key], 0), axis.values.length - 1);
      this.take([axis.values[next]]);
    }
  }

  /** @param {number[]} values of the axes' parameters */
  take(values) {
    /** @type {Record<string, string>} */
    const set = {};
    for (const [k, value] of values.entries()) {
      const parameter = this.parameter(this.axes[k].name);
      if (parameter) set[parameter.name] = written({ ...parameter, unit: this.axes[k].unit ?? parameter.unit }, Number(value.toPrecision(6)));
    }
    this.state.set(set);
    this.state.settle();
  }
}

/**
 * Where a value stands among rising ones, as a fractional index.
 * @param {number[]} values
 * @param {number} value
 */
function place_(values, value) {
  const above = values.findIndex((v) => v >= value);
  if (above < 0) return values.length - 1;
  if (above === 0) return 0;
  return above - 1 + (value - values[above - 1]) / (values[above] - values[above - 1]);
}

/**
 * @param {number[]} x
 * @param {(number | null)[]} y
 * @param {number} at
 */
function interpolate(x, y, at) {
  if (at < x[0] || at > x[x.length - 1]) return null;
  const place = place_(x, at);
  const k = Math.min(Math.floor(place), x.length - 2);
  const [low, high] = [y[k], y[k + 1]];
  return low === null || high === null || low === undefined || high === undefined ? null : low + (place - k) * (high - low);
}

/**
 * @param {(number | null)[]} values
 * @param {number} at
 * @param {number} value
 * @param {boolean} longer
 */
function insert(values, at, value, longer) {
  return longer ? [...values.slice(0, at), value, ...values.slice(at)] : values;
}
