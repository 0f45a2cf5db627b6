// Know a landscape over a whole turn: its potential with tilt, and its effective temperature as a colour.

import { css, sequential } from "./colours.js";
import { find, make } from "./dom.js";
import { number } from "./format.js";

/** @typedef {import("./types.js").Results} Results */

export const TURN = 2 * Math.PI;

/**
 * Angles of a whole turn, and a function of one period repeated over them.
 * @param {number[]} theta
 * @param {number} period
 */
export function wholeTurn(theta, period) {
  const times = Math.max(1, Math.round(TURN / period));
  const n = theta.length;
  const angles = Float64Array.from({ length: times * n + 1 }, (_, k) => theta[k % n] + Math.floor(k / n) * period);
  /** @param {number[]} values */
  const repeat = (values) => Float64Array.from(angles, (_, k) => values[k % n]);
  return { angles, repeat };
}

/**
 * Minus the integral of the total torque: potential and tilt.
 * @param {Results} landscape
 */
export function tilted(landscape) {
  const { angles, repeat } = wholeTurn(landscape.theta, landscape.period);
  const torque = landscape.total_torque;
  const mean = torque.reduce((/** @type {number} */ sum, /** @type {number} */ value) => sum + value, 0) / torque.length;
  const potential = repeat(landscape.potential);
  return { angles, values: potential.map((value, k) => value - mean * angles[k]), repeat };
}

/** The range of k_BT_eff, for colours; a uniform one has the middle colour. */
export class Heat {
  /** @param {Results} landscape */
  constructor(landscape) {
    this.theta = landscape.theta;
    this.period = landscape.period;
    this.values = landscape.effective_temperature;
    this.low = Math.min(...this.values);
    this.high = Math.max(...this.values);
    this.flat = this.high - this.low < 1e-6 * Math.abs(this.high);
  }

  /** @param {number} temperature */
  colour(temperature) {
    return sequential(this.flat ? 0.5 : (temperature - this.low) / (this.high - this.low));
  }

  /** @param {number} angle */
  at(angle) {
    const n = this.values.length;
    const at = ((((angle / this.period) % 1) + 1) % 1) * n;
    const k = Math.floor(at) % n;
    return this.values[k] + (at - Math.floor(at)) * (this.values[(k + 1) % n] - this.values[k]);
  }
}

/** @param {Heat} heat its bar of colours, beside the molecule */
export function bar(heat) {
  const place = find("temperature");
  let canvas = place.querySelector("canvas");
  if (!canvas) {
    canvas = make("canvas", { width: "160", height: "8" });
    place.append(make("span", {}), canvas);
    const context = canvas.getContext("2d");
    for (let k = 0; context && k < 160; k++) {
      context.fillStyle = css(sequential(k / 159));
      context.fillRect(k, 0, 1, 8);
    }
  }
  const label = heat.flat ? number(heat.low, 3) : `${number(heat.low, 3)} … ${number(heat.high, 3)}`;
  /** @type {HTMLElement} */ (place.querySelector("span")).textContent = `k_BT_eff ${label} eV`;
}
