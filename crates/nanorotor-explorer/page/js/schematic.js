// Lay out rings on an axis between electrodes, for a study that knows no atoms. Lengths in Å.

/** @typedef {import("./layout.js").Place} Place */
/** @typedef {import("./layout.js").Body} Body */
/** @typedef {import("./layout.js").Layout} Layout */

const BOND = 1.42;
const GAP = 1.5;
/** How far into an electrode its electrons are seen. */
const INTO = 2.5;
/** The end of a third electrode, which comes from below. */
const BELOW = /** @type {Place} */ ([0, -4, 0]);

/**
 * Rings in a row on the x axis; each is turned about it by an angle of its own.
 * @param {number[]} turns angle of each ring (rad)
 * @returns {Body & { ends: [number, number], centres: number[] }}
 */
function rings(turns) {
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
function sheet(end, side) {
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
function turnsOf(study) {
  const phi = study.parameters.find(({ name }) => name === "phi")?.value;
  const levels = study.levels.length;
  if (levels === 6) return [0];
  const count = Math.min(Math.max(levels, 1), 4);
  if (levels === 0) return [0];
  return Array.from({ length: count }, (_, k) => (k === 0 ? 0 : (phi ?? 0)));
}

/**
 * Rings between two sheets of graphene, or alone where there are no leads.
 * @param {import("./types.js").Study} study
 * @returns {Layout}
 */
export function schematic(study) {
  const turns = turnsOf(study);
  const { atoms, bonds, ends: [left, right], centres } = rings(turns);
  const leads = study.leads.length;
  const [first, last] = leads > 0 ? [sheet(left, -1), sheet(right, 1)] : [];
  const metal = { atoms: [...(first?.atoms ?? []), ...(last?.atoms ?? [])], bonds: [...(first?.bonds ?? []), ...(last?.bonds ?? [])] };
  /** @type {Place[]} */
  const inner = centres.map((x) => [x, 0, 0]);
  const half = Math.floor(inner.length / 2);
  const end = (/** @type {number} */ lead) => (lead > 1 ? BELOW : /** @type {Place} */ ([lead === 0 ? left - INTO : right + INTO, 0, 0]));
  const between = (/** @type {number} */ from, /** @type {number} */ to) => {
    if (from > 1) return to === 0 ? inner.slice(0, half + 1).reverse() : inner.slice(half);
    if (to > 1) return from === 0 ? inner.slice(0, half + 1) : inner.slice(half).reverse();
    return from === 0 ? inner : [...inner].reverse();
  };
  return {
    shape: JSON.stringify([turns, leads]),
    rotor: { atoms, bonds },
    rest: { atoms: [], bonds: [] },
    metal,
    tips: leads > 2 ? [{ at: [0, -3.3, 0], outward: [0, -1, 0] }] : [],
    way: (from, to) => [end(from), ...between(from, to), end(to)].map((at) => ({ at, turns: false })),
    // Angles grow from the plane of the electrodes, as in the study.
    sense: -1,
    start: 0,
    reach: right + 3,
    height: 8.5,
    ring: 3.5,
  };
}
