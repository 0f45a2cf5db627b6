// Tell the numbers of a point: the rate, how sure it is, what flows, and what is questionable.

import { find, make, whenAtRest } from "./dom.js";
import { duration, prettyUnit, withError, words } from "./format.js";

/** @typedef {import("./types.js").Results} Results */

const NAMES = ["rotational_diffusion", "mean_current", "electrical_power", "power", "efficiency", "barrier",
  "mean_kinetic_temperature", "max_effective_temperature", "mean_torque"];
/** @type {Record<string, string>} */
const LABELS = {
  rotational_diffusion: "Diffusion D_eff", mean_current: "Current", electrical_power: "Electrical power", power: "Power to the load",
  efficiency: "Efficiency", barrier: "Barrier", mean_kinetic_temperature: "Kinetic temperature",
  max_effective_temperature: "Highest k_BT_eff", mean_torque: "Mean torque",
};

/**
 * The sign of the rate, zero where its error hides it.
 * @param {Results} rate
 */
export function direction(rate) {
  const error = rate.error_estimate?.rotation_rate ?? 0;
  // Below what any of these rotors does in a second the rest is rounding.
  return Math.abs(rate.rotation_rate) <= Math.max(2 * error, 1e-9) ? 0 : Math.sign(rate.rotation_rate);
}

/** @param {Results} rate */
function sentence(rate) {
  const sign = direction(rate);
  if (sign === 0) return "It turns neither way: the rate is zero within its error.";
  const way = sign > 0 ? "↺ forward (+θ)" : "↻ back (−θ)";
  return `${way}; sure (2 σ) after ${duration(rate.certainty_time)}`;
}

/** @type {string} */
let toSpeak = "";
const speak = whenAtRest(() => {
  find("spoken").textContent = toSpeak;
}, 600);

/** @param {import("./types.js").Point} point */
export function showNumbers(point) {
  const { rate, landscape } = point;
  find("rate").replaceChildren();
  find("values").replaceChildren();
  if (rate) {
    find("rate").append(`R = ${withError(rate.rotation_rate, rate.error_estimate?.rotation_rate)} `,
      make("small", {}, prettyUnit(rate.units.rotation_rate)));
    find("direction").textContent = sentence(rate);
    toSpeak = `${find("rate").textContent}. ${sentence(rate)}`;
    values(rate);
  } else {
    const problem = point.problems?.find(({ what }) => what === "rate");
    find("rate").append("R = –");
    const told = problem ? `${problem.message}${problem.hint ? ` – ${problem.hint}` : ""}` : "no rate";
    find("direction").textContent = told;
    toSpeak = `No rotation rate: ${told}`;
  }
  find("rate").dataset.sign = String(rate ? direction(rate) : 0);
  speak();
  doubts({ ...landscape?.validity, ...rate?.validity }, rate?.status ?? "");
}

/** @param {Results} rate */
function values(rate) {
  const list = find("values");
  /**
   * @param {string} label
   * @param {string} name
   * @param {number | null | undefined} value
   * @param {number | undefined} error
   */
  const row = (label, name, value, error) => {
    if (value === undefined || value === null) return;
    list.append(make("dt", {}, label),
      make("dd", { "data-name": name }, withError(value, error), " ", make("small", {}, prettyUnit(rate.units[name.split(".")[0]] ?? ""))));
  };
  for (const name of NAMES) {
    const value = rate[name];
    if (value && typeof value === "object") {
      for (const [lead, part] of Object.entries(value)) {
        row(`${LABELS[name]}, ${lead}`, `${name}.${lead}`, part, rate.error_estimate?.[`${name}.${lead}`]);
      }
    } else row(LABELS[name], name, value, rate.error_estimate?.[name]);
  }
}

/**
 * @param {Record<string, { standing: string, text: string }>} validity
 * @param {string} status
 */
function doubts(validity, status) {
  const bad = Object.entries(validity).filter(([, { standing }]) => standing !== "holds");
  const box = find("doubts");
  box.classList.toggle("sound", bad.length === 0);
  const summary = /** @type {HTMLElement} */ (box.querySelector("summary"));
  const told = bad.map(([name]) => words(name)).join(", ");
  const state = status && status !== "converged" ? `${status}; ` : "";
  summary.textContent = bad.length ? `${state}${bad.length} questionable: ${told}` : `${state}all assumptions hold`;
  /** @type {HTMLElement} */ (box.querySelector("ul")).replaceChildren(
    ...bad.map(([name, { standing, text }]) => make("li", {}, make("b", {}, words(name)), ` ${standing}: ${text}`)));
}

