// Let electrons hop from lead to lead at the rate of the current.

import * as three from "../vendor/three.module.min.js";

/** Electrons per ns of a µA. */
const PER_MICROAMPERE = 6241.509;
/** The most dots that start in a second; each then stands for several electrons. */
const MOST = 14;
const DOTS = 40;
/** How long a dot takes to pass (s). */
const PASSAGE = 1.1;

/** Dots that hop along the sites of the chain. */
export class Electrons {
  constructor() {
    this.material = new three.MeshBasicMaterial();
    this.mesh = new three.InstancedMesh(new three.IcosahedronGeometry(0.24, 1), this.material, DOTS);
    this.mesh.frustumCulled = false;
    /** @type {{ from: number, to: number, age: number }[]} */
    this.dots = [];
    this.due = 0;
    /** How many electrons a dot stands for. */
    this.each = 1;
    /** @type {number[]} */
    this.sites = [];
    this.matrix = new three.Matrix4();
  }

  /** @param {number[]} sites x of the first lead, the rings and the second lead */
  route(sites) {
    this.sites = sites;
    this.dots = [];
  }

  /**
   * @param {number[]} currents leaving each lead, µA
   * @param {number} seconds
   * @param {number} pace ns per second
   */
  move(currents, seconds, pace) {
    const flowing = currents.reduce((sum, current) => sum + Math.max(current, 0), 0);
    const rate = flowing * PER_MICROAMPERE * pace;
    this.each = Math.max(1, rate / MOST);
    this.due += (rate / this.each) * seconds;
    while (this.due >= 1) {
      this.due -= 1;
      if (this.dots.length < DOTS) this.dots.push({ from: choose(currents, 1), to: choose(currents, -1), age: 0 });
    }
    this.due = Math.min(this.due, 1);
    this.dots = this.dots.filter((dot) => (dot.age += seconds / PASSAGE) < 1);
    this.mesh.count = this.dots.length;
    this.dots.forEach((dot, k) => this.mesh.setMatrixAt(k, this.matrix.makeTranslation(...this.place(dot))));
    this.mesh.instanceMatrix.needsUpdate = true;
  }

  /**
   * @param {{ from: number, to: number, age: number }} dot
   * @returns {[number, number, number]}
   */
  place({ from, to, age }) {
    const stations = [...end(this.sites, from), ...middle(this.sites, from, to), ...end(this.sites, to)];
    const at = age * (stations.length - 1);
    const k = Math.min(Math.floor(at), stations.length - 2);
    // It stays on a site and then hops to the next in an arc.
    const share = Math.min(Math.max((at - k - 0.35) / 0.65, 0), 1);
    const [a, b] = [stations[k], stations[k + 1]];
    return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]) + 1.1 * Math.sin(Math.PI * share) + 0.5, 0];
  }
}

/**
 * @param {number[]} sites
 * @param {number} lead
 * @returns {[number, number][]}
 */
function end(sites, lead) {
  if (lead === 0) return [[sites[0], 0]];
  if (lead === 1) return [[sites[sites.length - 1], 0]];
  return [[0, -4]];
}

/**
 * The rings between two leads, in the order of the way.
 * @param {number[]} sites
 * @param {number} from
 * @param {number} to
 * @returns {[number, number][]}
 */
function middle(sites, from, to) {
  /** @type {[number, number][]} */
  const inner = sites.slice(1, -1).map((x) => [x, 0]);
  const half = Math.floor(inner.length / 2);
  if (from > 1) return to === 0 ? inner.slice(0, half + 1).reverse() : inner.slice(half);
  if (to > 1) return from === 0 ? inner.slice(0, half + 1) : inner.slice(half).reverse();
  return from === 0 ? inner : inner.reverse();
}

/**
 * A lead chosen by its share of what flows out of it (sign 1) or into it (sign -1).
 * @param {number[]} currents
 * @param {number} sign
 */
function choose(currents, sign) {
  const shares = currents.map((current) => Math.max(sign * current, 0));
  let rest = Math.random() * shares.reduce((sum, share) => sum + share, 0);
  for (const [lead, share] of shares.entries()) {
    rest -= share;
    if (rest <= 0 && share > 0) return lead;
  }
  return Math.max(shares.findIndex((share) => share > 0), 0);
}
