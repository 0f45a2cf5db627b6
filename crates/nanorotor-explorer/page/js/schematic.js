// Lay out what is drawn of a junction: rings on an axis between electrodes, or the atoms of a scan. Lengths in Å.

/** @typedef {[number, number, number]} Place */
/** @typedef {{ atoms: { at: Place, size: number }[], bonds: [Place, Place][] }} Body */

const BOND = 1.42;
const GAP = 1.5;
/** Where the second lead is, for the electrons' way; others come from below. */
export const REACH = 7;

/**
 * Rings in a row on the x axis; each is turned about it by an angle of its own.
 * @param {number[]} turns angle of each ring (rad)
 * @returns {Body & { ends: [number, number], centres: number[] }}
 */
export function rings(turns) {
  const length = turns.length * 2 * BOND + (turns.length - 1) * GAP;
  /** @type {Body} */
  const body = { atoms: [], bonds: [] };
  const centres = turns.map((_, k) => -length / 2 + BOND + k * (2 * BOND + GAP));
  turns.forEach((turn, k) => {
    const corner = (/** @type {number} */ n, /** @type {number} */ radius) => {
      const angle = (n * Math.PI) / 3;
      const across = radius * Math.sin(angle);
      return /** @type {Place} */ ([centres[k] + radius * Math.cos(angle), across * Math.sin(turn), across * Math.cos(turn)]);
    };
    for (let n = 0; n < 6; n++) {
      body.atoms.push({ at: corner(n, BOND), size: 0.42 });
      body.bonds.push([corner(n, BOND), corner(n + 1, BOND)]);
      if (n % 3 !== 0) {
        body.atoms.push({ at: corner(n, BOND + 1.05), size: 0.26 });
        body.bonds.push([corner(n, BOND), corner(n, BOND + 1.05)]);
      }
    }
    if (k > 0) body.bonds.push([[centres[k - 1] + BOND, 0, 0], [centres[k] - BOND, 0, 0]]);
  });
  const ends = /** @type {[number, number]} */ ([-length / 2 - GAP, length / 2 + GAP]);
  body.bonds.push([[ends[0], 0, 0], [-length / 2, 0, 0]], [[length / 2, 0, 0], [ends[1], 0, 0]]);
  return { ...body, ends, centres };
}

/**
 * A sheet of graphene in the plane y = 0, that ends with an atom on the axis.
 * @param {number} end x of that atom
 * @param {number} side -1 to the left, 1 to the right
 * @returns {Body}
 */
export function sheet(end, side) {
  /** @type {Body} */
  const body = { atoms: [], bonds: [] };
  const wide = BOND * Math.sqrt(3);
  for (let row = 0; row < 5; row++) {
    const x = end + side * (Math.floor(row / 2) * 1.5 * BOND + (row % 2) * 0.5 * BOND);
    const shift = (Math.floor(row / 2) + (row % 2)) % 2 ? wide / 2 : 0;
    for (let n = -2; n <= 2; n++) {
      const z = n * wide + shift;
      if (Math.abs(z) < 4.4) body.atoms.push({ at: [x, 0, z], size: 0.34 });
    }
  }
  const { atoms } = body;
  atoms.forEach((one, k) => {
    for (const other of atoms.slice(k + 1)) {
      const distance = Math.hypot(one.at[0] - other.at[0], one.at[2] - other.at[2]);
      if (distance < BOND * 1.1) body.bonds.push([one.at, other.at]);
    }
  });
  return body;
}

/**
 * How many rings and how they are turned, for a study that says no more than levels and parameters.
 * @param {import("./types.js").Study} study
 */
export function turnsOf(study) {
  const phi = study.parameters.find(({ name }) => name === "phi")?.value;
  const levels = study.levels.length;
  if (levels === 6) return [0];
  const count = Math.min(Math.max(levels, 1), 4);
  if (levels === 0) return [0];
  return Array.from({ length: count }, (_, k) => (k === 0 ? 0 : (phi ?? 0)));
}

/**
 * The atoms of a scan with the axis along x.
 * @param {import("./types.js").Geometry} geometry
 * @returns {{ rotor: Body, rest: Body }}
 */
export function atomsOf(geometry) {
  const [a, b] = geometry.axis;
  const along = unit(minus(b, a));
  const helper = Math.abs(along[1]) < 0.9 ? [0, 1, 0] : [0, 0, 1];
  const third = unit(cross(along, helper));
  const second = cross(third, along);
  const middle = a.map((value, k) => (value + b[k]) / 2);
  const places = geometry.positions.map((position) => {
    const from = minus(position, middle);
    return /** @type {Place} */ ([dot(from, along), dot(from, second), dot(from, third)]);
  });
  const turning = new Set(geometry.rotor);
  /** @type {{ rotor: Body, rest: Body }} */
  const bodies = { rotor: { atoms: [], bonds: [] }, rest: { atoms: [], bonds: [] } };
  places.forEach((at, k) => {
    const light = geometry.elements[k] === "H";
    (turning.has(k) ? bodies.rotor : bodies.rest).atoms.push({ at, size: light ? 0.26 : 0.42 });
    places.slice(k + 1).forEach((other, n) => {
      if (Math.hypot(...minus(at, other)) > 1.75) return;
      const both = turning.has(k) && turning.has(k + 1 + n);
      (both ? bodies.rotor : bodies.rest).bonds.push([at, other]);
    });
  });
  return bodies;
}

/** @param {number[]} a @param {number[]} b */
const minus = (a, b) => a.map((value, k) => value - b[k]);
/** @param {number[]} a @param {number[]} b */
const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);
/** @param {number[]} a @param {number[]} b */
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
/** @param {number[]} a */
const unit = (a) => a.map((value) => value / Math.hypot(...a));
