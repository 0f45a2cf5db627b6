// Draw a quantity against two parameters as a map of colours.

import { css, diverging, named, sequential } from "./colours.js";
import { make } from "./dom.js";
import { number } from "./format.js";

/** @typedef {{ name: string, values: number[], unit: string }} Axis */
/** @typedef {(number | null | undefined)[]} Values */

/** A map in the place of a plot. */
export class HeatMap {
  /** @param {import("./plots.js").Plot} plot whose place it takes */
  constructor(plot) {
    this.plot = plot;
  }

  /** The canvas, which takes the place of a curve. */
  canvas() {
    const { place } = this.plot;
    const there = /** @type {HTMLCanvasElement | null} */ (place.querySelector(":scope > canvas"));
    if (there) return there;
    this.plot.clear();
    const canvas = make("canvas", { role: "img" });
    place.replaceChildren(canvas);
    return canvas;
  }

  box() {
    const { clientWidth, clientHeight } = this.plot.place;
    return { left: 64, top: 18, width: clientWidth - 72, height: clientHeight - 36 };
  }

  /**
   * @param {Axis[]} axes
   * @param {Values} values the second axis fastest
   * @param {string} label of the quantity
   * @param {(number | undefined)[]} here where the sliders stand
   * @param {number[] | null} cursor where the keyboard is
   */
  draw(axes, values, label, here, cursor) {
    const canvas = this.canvas();
    const [across, up] = axes;
    const { clientWidth, clientHeight } = this.plot.place;
    canvas.width = clientWidth * devicePixelRatio;
    canvas.height = clientHeight * devicePixelRatio;
    const context = canvas.getContext("2d");
    if (!context) return;
    context.scale(devicePixelRatio, devicePixelRatio);
    const finite = values.filter((value) => typeof value === "number");
    const [low, high] = [Math.min(...finite, 0), Math.max(...finite, 0)];
    const size = Math.max(-low, high) || 1;
    const colour = (/** @type {number} */ value) => css(low < 0 ? diverging(value / size) : sequential(value / size));
    const box = this.box();
    const [width, height] = [box.width / across.values.length, box.height / up.values.length];
    values.forEach((value, k) => {
      if (typeof value !== "number") return;
      const [i, j] = [Math.floor(k / up.values.length), k % up.values.length];
      context.fillStyle = colour(value);
      context.fillRect(box.left + i * width, box.top + box.height - (j + 1) * height, width + 0.5, height + 0.5);
    });
    context.strokeStyle = named("--line");
    context.strokeRect(box.left, box.top, box.width, box.height);
    this.label(context, axes, finite.length ? `${label}: ${number(Math.min(...finite), 3)} … ${number(Math.max(...finite), 3)}` : "");
    const mark = (/** @type {number[]} */ at, /** @type {string} */ ink) => {
      context.strokeStyle = ink;
      context.lineWidth = 2;
      context.strokeRect(box.left + (at[0] + 0.5) * width - 5, box.top + box.height - (at[1] + 0.5) * height - 5, 10, 10);
    };
    const [x, y] = here;
    if (x !== undefined && y !== undefined) mark([placeOf(across.values, x), placeOf(up.values, y)], named("--ink"));
    if (cursor) mark(cursor, named("--vermilion"));
    canvas.setAttribute("aria-label", `Map of ${label} against ${across.name} and ${up.name}` +
      (finite.length ? `, from ${number(Math.min(...finite))} to ${number(Math.max(...finite))}` : ""));
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Axis[]} axes
   * @param {string} range what the colours go over
   */
  label(context, [across, up], range) {
    const box = this.box();
    context.fillStyle = named("--soft");
    context.font = "12px system-ui, sans-serif";
    const text = (/** @type {string} */ what, /** @type {number} */ x, /** @type {number} */ y, /** @type {CanvasTextAlign} */ align) => {
      context.textAlign = align;
      context.fillText(what, x, y);
    };
    const name = (/** @type {Axis} */ axis) => `${axis.name}${axis.unit ? ` (${axis.unit})` : ""}`;
    const below = box.top + box.height + 14;
    text(number(across.values[0], 3), box.left, below, "left");
    text(number(across.values.at(-1), 3), box.left + box.width, below, "right");
    text(name(across), box.left + box.width / 2, below, "center");
    text(number(up.values[0], 3), box.left - 4, box.top + box.height, "right");
    text(number(up.values.at(-1), 3), box.left - 4, box.top + 10, "right");
    text(name(up), 4, box.top + box.height / 2, "left");
    text(range, box.left, 12, "left");
  }

  /**
   * The cell under the pointer: an index of each axis.
   * @param {Axis[]} axes
   * @param {MouseEvent} event
   */
  cell(axes, event) {
    const bounds = this.plot.place.getBoundingClientRect();
    const box = this.box();
    const share = [(event.clientX - bounds.left - box.left) / box.width, 1 - (event.clientY - bounds.top - box.top) / box.height];
    if (share.some((s) => s < 0 || s > 1)) return null;
    return share.map((s, k) => Math.min(Math.floor(s * axes[k].values.length), axes[k].values.length - 1));
  }
}

/**
 * Where a value stands among rising ones, as a fractional index.
 * @param {number[]} values
 * @param {number} value
 */
export function placeOf(values, value) {
  const above = values.findIndex((v) => v >= value);
  if (above < 0) return values.length - 1;
  if (above === 0) return 0;
  return above - 1 + (value - values[above - 1]) / (values[above] - values[above - 1]);
}
