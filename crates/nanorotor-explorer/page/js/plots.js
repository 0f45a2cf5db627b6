// Draw curves with uPlot, in the page's colours and at the size of their place.

import uPlot from "../vendor/uPlot.esm.js";
import { CURVES, named } from "./colours.js";
import { find, make } from "./dom.js";
import { number } from "./format.js";

/**
 * @typedef {object} Series
 * @property {string} label
 * @property {ArrayLike<number | null | undefined>} values undefined is passed over, null is a gap
 * @property {string} [scale] "y" or "right"
 * @property {string} [colour] of style.css
 * @property {(plot: uPlot) => string | CanvasGradient} [paint] instead of a colour
 * @property {boolean} [points] marks instead of a line
 * @property {number} [width]
 * @property {boolean} [dashed]
 */

/**
 * @typedef {object} Drawing
 * @property {ArrayLike<number>} x
 * @property {string} xLabel
 * @property {string} yLabel
 * @property {string} [rightLabel]
 * @property {Series[]} series
 * @property {boolean} [angle] ticks at fractions of π
 * @property {boolean} [logarithmic] in x
 * @property {boolean} [zero] the axis of y holds zero
 * @property {[number, number]} [shade] between two values of y
 * @property {string} words what a reader who does not see it must know
 */

/**
 * A multiple of π/4 or the number.
 * @param {number} value
 */
function angleText(value) {
  const quarters = Math.round((value / Math.PI) * 4);
  if (Math.abs(value - (quarters * Math.PI) / 4) > 1e-6) return number(value, 3);
  if (quarters === 0) return "0";
  const divisor = quarters % 4 === 0 ? 1 : quarters % 2 === 0 ? 2 : 4;
  const times = (quarters * divisor) / 4;
  const head = Math.abs(times) === 1 ? "" : String(Math.abs(times));
  return `${times < 0 ? "−" : ""}${head}π${divisor === 1 ? "" : `/${divisor}`}`;
}

/** One place for plots. */
export class Plot {
  /** @param {string} id of its place */
  constructor(id) {
    this.place = find(id);
    /** @type {uPlot | null} */
    this.plot = null;
    this.shape = "";
    /** @type {(() => void) | undefined} called when the plot is drawn, maybe at another size */
    this.onDraw = undefined;
    new ResizeObserver(() => this.fit()).observe(this.place);
  }

  size() {
    const legend = /** @type {HTMLElement | null} */ (this.place.querySelector(".u-legend"));
    const height = this.place.clientHeight - (legend?.offsetHeight ?? 24) - 2;
    return { width: Math.max(this.place.clientWidth, 120), height: Math.max(height, 80) };
  }

  fit() {
    this.plot?.setSize(this.size());
  }

  /** @param {string} [message] why nothing is drawn */
  clear(message = "") {
    this.plot?.destroy();
    this.plot = null;
    this.shape = "";
    this.place.replaceChildren(make("p", { class: "empty" }, message));
  }

  /** @param {Drawing} drawing */
  show(drawing) {
    this.drawing = drawing;
    const { series, words, x, ...rest } = drawing;
    const shape = JSON.stringify([rest.xLabel, rest.yLabel, rest.rightLabel, rest.angle, rest.logarithmic, rest.zero,
      series.map(({ label, scale, points }) => [label, scale, points]), document.documentElement.dataset.theme]);
    const data = /** @type {uPlot.AlignedData} */ ([x, ...series.map(({ values }) => values)]);
    if (!this.plot || shape !== this.shape) {
      this.plot?.destroy();
      this.place.replaceChildren();
      this.shape = shape;
      this.plot = new uPlot(this.options(drawing), data, this.place);
      // The legend takes its height when it has the width of the plot.
      this.fit();
      requestAnimationFrame(() => this.fit());
    } else this.plot.setData(data);
    const canvas = this.plot.root.querySelector("canvas");
    canvas?.setAttribute("role", "img");
    canvas?.setAttribute("aria-label", words);
  }

  /**
   * @param {Drawing} drawing
   * @returns {uPlot.Options}
   */
  options(drawing) {
    const ink = named("--soft");
    const grid = { stroke: named("--line"), width: 0.5 };
    const font = "12px system-ui, sans-serif";
    const common = { stroke: ink, grid, ticks: { ...grid, size: 4 }, font, labelFont: font, labelSize: 18, gap: 3 };
    /** @type {uPlot.Axis["values"]} */
    const values = (_, ticks) => ticks.map((tick) => (tick === null ? "" : number(tick, 4)));
    /** @type {uPlot.Axis[]} */
    const axes = [
      { ...common, label: drawing.xLabel, size: 26 },
      { ...common, label: drawing.yLabel, size: 52, values, scale: "y" },
    ];
    if (drawing.angle) {
      axes[0].splits = (_, __, low, high) => Array.from({ length: Math.floor(((high - low) * 4) / Math.PI + 1e-9) + 1 },
        (___, k) => (Math.ceil((low * 4) / Math.PI - 1e-9) + k) * (Math.PI / 4));
      axes[0].values = (_, ticks) => ticks.map(angleText);
    } else if (!drawing.logarithmic) axes[0].values = values;
    if (drawing.rightLabel) {
      axes.push({ ...common, label: drawing.rightLabel, size: 52, values, scale: "right", side: 1, grid: { show: false } });
    }
    /** @type {uPlot.Scale} */
    const range = { range: (_, low, high) => spread(low, high, drawing.zero === true) };
    return {
      width: 300, height: 200, axes, padding: [8, drawing.rightLabel ? 0 : 12, 0, 0],
      scales: { x: { time: false, distr: drawing.logarithmic ? 3 : 1, range: (_, low, high) => [low, high] }, y: range, right: range },
      legend: { live: true }, cursor: { drag: { x: false, y: false }, points: { size: 6 } },
      series: [
        { label: drawing.xLabel, value: (_, value) => (value === null ? "–" : number(value)) },
        ...drawing.series.map((series, k) => this.series(series, k)),
      ],
      hooks: { drawClear: [(plot) => this.shade(plot)], draw: [() => this.onDraw?.()] },
    };
  }

  /**
   * @param {Series} series
   * @param {number} k
   * @returns {uPlot.Series}
   */
  series({ label, scale = "y", colour, paint, points, width = 2, dashed }, k) {
    const stroke = named(colour ?? CURVES[k % CURVES.length]);
    return {
      label, scale, width, stroke: paint ? (plot) => paint(plot) : stroke, dash: dashed ? [5, 4] : undefined, spanGaps: false,
      paths: points ? () => null : undefined, points: { show: points === true, size: 6, stroke, fill: stroke },
      value: (_, value) => (value === null || value === undefined ? "–" : number(value)),
    };
  }

  /** @param {uPlot} plot */
  shade(plot) {
    const band = this.drawing?.shade;
    if (!band) return;
    const [low, high] = band.map((value) => plot.valToPos(value, "y", true));
    plot.ctx.fillStyle = named("--window");
    plot.ctx.fillRect(plot.bbox.left, Math.max(high, plot.bbox.top), plot.bbox.width,
      Math.min(low, plot.bbox.top + plot.bbox.height) - Math.max(high, plot.bbox.top));
  }
}

/**
 * A range a little wider than the values.
 * @param {number | null} low
 * @param {number | null} high
 * @param {boolean} zero
 * @returns {[number, number]}
 */
function spread(low, high, zero) {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  let [from, to] = zero ? [Math.min(low, 0), Math.max(high, 0)] : [low, high];
  // What is nothing but rounding is drawn as a straight line.
  const least = Math.max(Math.abs(from), Math.abs(to)) * 1e-6 || 1e-9;
  if (to - from < least) [from, to] = [from - least, to + least];
  const margin = 0.06 * (to - from);
  return [from === 0 ? 0 : from - margin, to === 0 ? 0 : to + margin];
}
