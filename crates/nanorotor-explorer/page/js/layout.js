// Say what is drawn of a junction: the atoms of a scan where the study has them, rings between electrodes otherwise.

import { atoms } from "./atoms.js";
import { schematic } from "./schematic.js";

/** @typedef {[number, number, number]} Place x along the axis, Å */
/** @typedef {{ atoms: { at: Place, size: number }[], bonds: [Place, Place][] }} Body */
/** @typedef {{ at: Place, turns: boolean }} Station a stop of an electron, on the rotor or beside it */

/**
 * @typedef {object} Layout
 * @property {string} shape the same for two studies that look alike
 * @property {Body} rotor what turns about the x axis
 * @property {Body} rest the molecule at rest
 * @property {Body} metal electrodes drawn as atoms
 * @property {{ at: Place, outward: Place }[]} tips electrodes drawn as tips: their points and where they come from
 * @property {(from: number, to: number) => Station[]} way of an electron between two leads
 * @property {1 | -1} sense 1 where θ is right-handed about +x
 * @property {number} start θ at which the rotor is laid out
 * @property {number} reach half the width
 * @property {number} height
 * @property {number} ring radius of the ring of arrows
 */

/**
 * @param {import("./types.js").Study} study
 * @returns {Layout}
 */
export function layoutOf(study) {
  return study.geometry ? atoms(study.geometry, study.leads.length) : schematic(study);
}
