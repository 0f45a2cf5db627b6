// Let a point of the curve or the map be picked: by a click, or by arrow keys and Enter.

import { find } from "./dom.js";
import { number } from "./format.js";
import { placeOf } from "./map.js";
import { written } from "./parameters.js";

/** @typedef {import("./curve.js").Curve} Curve */

/** @param {Curve} curve */
export function pickFrom(curve) {
  const { place } = curve.plot;
  place.addEventListener("click", (event) => pick(curve, event));
  place.addEventListener("keydown", (event) => key(curve, event));
  place.addEventListener("blur", () => {
    curve.cursor = null;
    point(curve);
  });
}

/**
 * @param {Curve} curve
 * @param {MouseEvent} event
 */
function pick(curve, event) {
  if (curve.axes.length === 0) return;
  if (curve.axes.length === 2) {
    const cell = curve.map.cell(curve.axes, event);
    if (cell) take(curve, cell.map((k, n) => curve.axes[n].values[k]));
  } else if (curve.plot.plot) {
    const over = curve.plot.plot.over.getBoundingClientRect();
    if (event.clientX < over.left || event.clientX > over.right) return;
    const value = curve.plot.plot.posToVal(event.clientX - over.left, "x");
    const { values } = curve.axes[0];
    // To the digits that a pixel tells.
    take(curve, [Number(Math.min(Math.max(value, values[0]), values.at(-1) ?? value).toPrecision(4))]);
  }
}

/**
 * Arrow keys go from point to point, Enter sets the parameters of the one reached.
 * @param {Curve} curve
 * @param {KeyboardEvent} event
 */
function key(curve, event) {
  if (curve.axes.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const here = curve.axes.map((axis) => Math.round(placeOf(axis.values, curve.parameter(axis.name)?.value ?? axis.values[0])));
  const cursor = curve.cursor ?? here;
  const [across, up] = [cursor[0], cursor[1] ?? 0];
  const last = curve.axes.map(({ values }) => values.length - 1);
  /** @type {Record<string, number[]>} */
  const moves = {
    ArrowRight: [across + 1, up], ArrowLeft: [across - 1, up], ArrowUp: [across, up + 1], ArrowDown: [across, up - 1],
    Home: [0, up], End: [last[0], up], PageUp: [across + 5, up], PageDown: [across - 5, up],
  };
  if (event.key in moves) {
    const [x, y] = moves[event.key];
    curve.cursor = [x, y].slice(0, last.length).map((k, n) => Math.min(Math.max(k, 0), last[n]));
    point(curve);
  } else if (event.key === "Enter" && curve.cursor) {
    take(curve, curve.cursor.map((k, n) => curve.axes[n].values[k]));
  } else if (event.key === "Escape") {
    curve.cursor = null;
    point(curve);
  } else return;
  event.preventDefault();
}

/**
 * Show and say where the keys have gone.
 * @param {Curve} curve
 */
function point(curve) {
  const { cursor } = curve;
  if (curve.axes.length === 2) curve.draw();
  else if (curve.plot.plot) {
    const left = cursor ? curve.plot.plot.valToPos(curve.axes[0].values[cursor[0]], "x") : -10;
    curve.plot.plot.setCursor({ left, top: cursor ? 10 : -10 });
  }
  if (!cursor) return (find("curve-spoken").textContent = "");
  const at = curve.axes.map((axis, n) => `${axis.name} = ${number(axis.values[cursor[n]])} ${axis.unit}`.trim()).join(", ");
  const value = curve.values[curve.axes.length === 2 ? cursor[0] * curve.axes[1].values.length + cursor[1] : cursor[0]];
  find("curve-spoken").textContent = `${at}: ${value === undefined ? "not known yet" : value === null ? "no answer" : number(value)}`;
}

/**
 * @param {Curve} curve
 * @param {number[]} values of the axes' parameters
 */
function take(curve, values) {
  /** @type {Record<string, string>} */
  const set = {};
  for (const [k, value] of values.entries()) {
    const parameter = curve.parameter(curve.axes[k].name);
    if (parameter) set[parameter.name] = written({ ...parameter, unit: curve.axes[k].unit ?? parameter.unit }, Number(value.toPrecision(6)));
  }
  curve.state.set(set);
  curve.state.settle();
}
