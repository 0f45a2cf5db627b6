// Let electrons hop from lead to lead at the rate of the current.

import * as three from "../vendor/three.module.min.js";

/** Electrons per ns of a µA. */
const PER_MICROAMPERE = 6241.509;
/** The most dots that start in a second; each then stands for several electrons. */
const MOST = 14;
const DOTS = 40;
/** How long a dot takes to pass (s). */
const PASSAGE = 1.1;

/** Dots that hop along the sites of the molecule. */
export class Electrons {
  constructor() {
    this.material = new three.MeshBasicMaterial();
    this.mesh = new three.InstancedMesh(new three.IcosahedronGeometry(0.24, 1), this.material, DOTS);
    this.mesh.frustumCulled = false;
    /** @type {{ stations: import("./layout.js").Station[], age: number }[]} */
    this.dots = [];
    this.due = 0;
    /** How many electrons a dot stands for. */
    this.each = 1;
    /** @type {import("./layout.js").Layout["way"] | null} */
    this.way = null;
    this.matrix = new three.Matrix4();
  }

  /** @param {import("./layout.js").Layout["way"]} way between two leads */
  route(way) {
    this.way = way;
    this.dots = [];
  }

  /**
   * @param {number[]} currents leaving each lead, µA
   * @param {number} seconds
   * @param {number} pace ns per second
   * @param {number} turn of the rotor about the x axis from where it was laid out
   */
  move(currents, seconds, pace, turn) {
    const flowing = currents.reduce((sum, current) => sum + Math.max(current, 0), 0);
    const rate = flowing * PER_MICROAMPERE * pace;
    this.each = Math.max(1, rate / MOST);
    this.due += (rate / this.each) * seconds;
    while (this.due >= 1) {
      this.due -= 1;
      const [from, to] = [choose(currents, 1), choose(currents, -1)];
      if (this.way && from !== to && this.dots.length < DOTS) this.dots.push({ stations: this.way(from, to), age: 0 });
    }
    this.due = Math.min(this.due, 1);
    this.dots = this.dots.filter((dot) => (dot.age += seconds / PASSAGE) < 1);
    this.mesh.count = this.dots.length;
    this.dots.forEach(({ stations, age }, k) => this.mesh.setMatrixAt(k, this.matrix.makeTranslation(...place(stations, age, turn))));
    this.mesh.instanceMatrix.needsUpdate = true;
  }
}

/**
 * @param {import("./layout.js").Station[]} stations
 * @param {number} age from 0 to 1
 * @param {number} turn
 * @returns {[number, number, number]}
 */
function place(stations, age, turn) {
  const at = age * (stations.length - 1);
  const k = Math.min(Math.floor(at), stations.length - 2);
  // It stays on a site and then hops to the next in an arc.
  const share = Math.min(Math.max((at - k - 0.35) / 0.65, 0), 1);
  const [a, b] = [turned(stations[k], turn), turned(stations[k + 1], turn)];
  const [x, y, z] = a.map((from, i) => from + share * (b[i] - from));
  return [x, y + Math.min(1.1, 0.3 * Math.hypot(...a.map((from, i) => b[i] - from))) * Math.sin(Math.PI * share) + 0.5, z];
}

/**
 * Where a station is when the rotor has turned.
 * @param {import("./layout.js").Station} station
 * @param {number} turn
 */
function turned({ at: [x, y, z], turns }, turn) {
  if (!turns) return [x, y, z];
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
  return [x, cosine * y - sine * z, sine * y + cosine * z];
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
