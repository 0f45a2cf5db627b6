// Lay out the atoms of a scan between the tips of its electrodes, the axis along x. Lengths in Å.

/** @typedef {import("./layout.js").Place} Place */
/** @typedef {import("./layout.js").Body} Body */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./types.js").Geometry} Geometry */

const SYMBOLS = ("X H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb " +
  "Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi").split(" ");
/** From an anchor to the point of its electrode. */
const CONTACT = 2;
/** How far into an electrode its electrons are seen, and how long a tip is. */
const INTO = 3;

/**
 * The molecular formula in Hill's order: C12H10.
 * @param {Geometry} geometry
 */
export function formula({ numbers }) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const number of numbers) {
    const symbol = SYMBOLS[number] ?? `[${number}]`;
    counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  }
  const rest = [...counts.keys()].sort();
  const order = counts.has("C") ? ["C", "H", ...rest.filter((one) => one !== "C" && one !== "H")] : rest;
  return order.filter((symbol) => counts.has(symbol)).map((symbol) => symbol + ((counts.get(symbol) ?? 1) > 1 ? counts.get(symbol) : "")).join("");
}

/**
 * The places of the atoms in a frame with the axis along x, the first lead to the left, and what is at rest in the plane y = 0.
 * @param {Geometry} geometry
 * @param {Set<number>} turning
 * @returns {{ places: Place[], sense: 1 | -1 }}
 */
function placed(geometry, turning) {
  const arms = geometry.positions.map((position) => minus(position, geometry.point));
  let along = unit(geometry.direction);
  const middle = (/** @type {number} */ lead) => {
    const own = geometry.anchors.filter(([, other]) => other === lead).map(([atom]) => dot(arms[atom], along));
    return own.reduce((sum, x) => sum + x, 0) / own.length;
  };
  const sense = middle(0) > middle(1) ? -1 : 1;
  along = along.map((x) => x * sense);
  const across = arms.map((arm) => minus(arm, along.map((x) => x * dot(arm, along))));
  const size = (/** @type {number[]} */ arm) => Math.hypot(...arm);
  // What is at rest lies in the plane of x and z: its atom farthest from the axis tells where that is.
  const farthest = (/** @type {number[][]} */ arms) => arms.reduce((far, arm) => (size(arm) > size(far) ? arm : far), [0, 0, 0]);
  const still = farthest(across.filter((_, k) => !turning.has(k)));
  const third = unit(size(still) > 0.3 ? still : farthest(across));
  const second = cross(third, along);
  const places = arms.map((arm) => /** @type {Place} */ ([dot(arm, along), dot(arm, second), dot(arm, third)]));
  const xs = places.map(([x]) => x);
  const shift = (Math.min(...xs) + Math.max(...xs)) / 2;
  return { places: places.map(([x, y, z]) => [x - shift, y, z]), sense };
}

/**
 * @param {Geometry} geometry
 * @param {number} leads how many
 * @returns {Layout}
 */
export function atoms(geometry, leads) {
  const turning = new Set(geometry.rotor);
  const { places, sense } = placed(geometry, turning);
  /** @type {{ rotor: Body, rest: Body }} */
  const bodies = { rotor: { atoms: [], bonds: [] }, rest: { atoms: [], bonds: [] } };
  places.forEach((at, k) => {
    const number = geometry.numbers[k];
    (turning.has(k) ? bodies.rotor : bodies.rest).atoms.push({ at, size: number === 1 ? 0.26 : number < 11 ? 0.42 : 0.52 });
  });
  for (const [one, other] of geometry.bonds) {
    const turns = turning.has(one) && turning.has(other);
    (turns ? bodies.rotor : bodies.rest).bonds.push([places[one], places[other]]);
  }
  const width = Math.max(...places.map(([x]) => Math.abs(x)));
  const ends = Array.from({ length: leads }, (_, lead) => tip(geometry, places, lead, width));
  /** @type {(from: number, to: number) => import("./layout.js").Station[]} */
  const way = (from, to) => [
    { at: ends[from].inside, turns: false },
    ...path(geometry, ends[from].atom, ends[to].atom).map((k) => ({ at: places[k], turns: turning.has(k) })),
    { at: ends[to].inside, turns: false },
  ];
  const radius = Math.max(...places.map(([, y, z]) => Math.hypot(y, z)), 1);
  const widest = Math.max(...geometry.rotor.map((k) => Math.hypot(places[k][1], places[k][2])), 1);
  return {
    shape: JSON.stringify([geometry, leads]),
    ...bodies,
    metal: { atoms: [], bonds: [] },
    tips: ends.map(({ at, outward }) => ({ at, outward })),
    way,
    sense,
    start: geometry.angle,
    reach: Math.max(width, ...ends.map(({ inside }) => Math.abs(inside[0]))) + 0.5,
    height: 2 * Math.max(radius, ...ends.map(({ inside }) => Math.hypot(inside[1], inside[2]))) + 3,
    ring: widest + 1,
  };
}

/**
 * Where an electrode ends: outwards of the atoms that it touches; at an end of the molecule where nobody says which.
 * @param {Geometry} geometry
 * @param {Place[]} places
 * @param {number} lead
 * @param {number} width
 */
function tip(geometry, places, lead, width) {
  const side = lead === 0 ? -1 : 1;
  const own = geometry.anchors.filter(([, other]) => other === lead).map(([atom]) => atom);
  const nearest = places.reduce((best, place, k) => (place[0] * side > places[best][0] * side ? k : best), 0);
  const atom = own[0] ?? nearest;
  const at = /** @type {Place} */ ([0, 1, 2].map((k) => (own.length ? own.reduce((sum, j) => sum + places[j][k], 0) / own.length : places[nearest][k])));
  // Mostly along the axis where the anchor is near an end of it, sideways otherwise.
  const off = Math.hypot(at[1], at[2]);
  const ahead = Math.abs(at[0]) / Math.max(width, 1);
  const outward = /** @type {Place} */ (off < 0.5 || ahead > 0.6 ? [Math.sign(at[0]) || side, 0, 0] : [0, at[1] / off, at[2] / off]);
  const beyond = (/** @type {number} */ distance) => /** @type {Place} */ (at.map((x, k) => x + distance * outward[k]));
  return { atom, outward, at: beyond(CONTACT), inside: beyond(CONTACT + INTO) };
}

/**
 * The atoms on the shortest way along bonds; both ends where no bonds lead there.
 * @param {Geometry} geometry
 * @param {number} from
 * @param {number} to
 */
function path({ bonds }, from, to) {
  /** @type {Map<number, number>} */
  const before = new Map([[from, from]]);
  const ways = [from];
  for (let k = 0; k < ways.length && !before.has(to); k++) {
    for (const [one, other] of bonds) {
      const next = one === ways[k] ? other : other === ways[k] ? one : null;
      if (next === null || before.has(next)) continue;
      before.set(next, ways[k]);
      ways.push(next);
    }
  }
  if (!before.has(to)) return [from, to];
  const found = [to];
  while (found[0] !== from) found.unshift(/** @type {number} */ (before.get(found[0])));
  return found;
}

/** @param {number[]} a @param {number[]} b */
const minus = (a, b) => a.map((value, k) => value - b[k]);
/** @param {number[]} a @param {number[]} b */
const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);
/** @param {number[]} a @param {number[]} b */
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
/** @param {number[]} a */
const unit = (a) => a.map((value) => value / Math.hypot(...a));
