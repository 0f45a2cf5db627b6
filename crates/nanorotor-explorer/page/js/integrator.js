// Integrate noisy trajectories of the rotor, with the splitting that the library uses.
//
// | symbol | here       | unit                 |
// |--------|------------|----------------------|
// | x      | fraction   | L, (θ - θ_c)/L mod 1 |
// | h      | halfDrift  | L, u dt/(2L)         |
// | θ_c    | origin     | rad                  |
//
// BAOAB of Leimkuhler & Matthews (2013), with the Ornstein-Uhlenbeck step exact at frozen angle:
//
//   B  u ← u + F dt/(2I)        A  θ ← θ + u dt/2
//   O  u ← u e^(-X dt/I) + √(D (1 - e^(-2X dt/I))/(2XI)) N(0, 1)        A        B
//
// The kick that ends a step and the one that begins the next are done together, as in crates/nanorotor/src/langevin.

import { Generator } from "./random.js";
import { refine } from "./spline.js";

/** Cells of the tables of a step's coefficients. */
const CELLS = 4096;

/**
 * The longest time step that resolves the motion, as the library's, and a quarter of it: at the paper's motor 24 fs, where the
 * error of the step is far below the noise of what a page can run.
 * @param {Float64Array} force
 * @param {Float64Array} friction
 * @param {Float64Array} diffusion
 * @param {import("./types.js").Dynamics} dynamics
 */
function timeStep(force, friction, diffusion, dynamics) {
  const { moment_of_inertia: inertia, period } = dynamics;
  let stiffness = 0;
  for (let i = 0; i < CELLS; i++) {
    const slope = ((force[(i + 1) % CELLS] - force[i]) * CELLS) / period;
    stiffness = Math.max(stiffness, Math.abs(slope));
  }
  const drag = mean(friction);
  const thermal = Math.sqrt(Math.abs(mean(diffusion) / (2 * drag * inertia)));
  const speed = Math.hypot(thermal, mean(force) / drag);
  const candidates = [
    0.5 * Math.sqrt(inertia / stiffness),
    inertia / friction.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    period / (10 * speed),
  ];
  return 0.25 * Math.min(...candidates.filter(Number.isFinite));
}

/** @param {Float64Array} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The index where minus the integral of the force is lowest: where turns are counted.
 * @param {Float64Array} force
 */
function lowest(force) {
  const drive = mean(force);
  let potential = 0;
  let least = 0;
  let where = 0;
  for (let i = 1; i < CELLS; i++) {
    potential -= 0.5 * (force[i - 1] + force[i]) - drive;
    if (potential < least) [least, where] = [potential, i];
  }
  return where;
}

/** Several independent rotors in one landscape. */
export class Ensemble {
  /**
   * @param {import("./types.js").Dynamics} dynamics
   * @param {number} count how many rotors
   * @param {number} seed
   */
  constructor(dynamics, count, seed) {
    this.generator = new Generator(seed);
    this.fraction = new Float64Array(count);
    this.halfDrift = new Float64Array(count);
    this.cells = new Float64Array(count);
    this.offset = new Int32Array(count);
    this.decay = new Float64Array(CELLS);
    this.noise = new Float64Array(CELLS);
    this.kick = new Float64Array(CELLS);
    this.start = new Float64Array(count);
    /** ns of each rotor, and turns of all, since the counting began. */
    this.time = 0;
    this.forward = 0;
    this.back = 0;
    this.dt = 0;
    this.period = 0;
    this.scale = 0;
    this.origin = 0;
    this.periods = 1;
    this.thermal = 0;
    this.adopt(dynamics);
    for (let i = 0; i < count; i++) this.halfDrift[i] = this.thermal * this.generator.normal();
    this.restart();
  }

  /** Forget what was counted. */
  restart() {
    this.time = 0;
    this.forward = 0;
    this.back = 0;
    this.cells.fill(0);
    this.offset.fill(0);
    this.start = this.fraction.slice();
  }

  /**
   * Go on in another landscape, from the same angles and velocities.
   * @param {import("./types.js").Dynamics} dynamics
   */
  adopt(dynamics) {
    const force = refine(dynamics.force, CELLS);
    const friction = refine(dynamics.friction, CELLS);
    const diffusion = refine(dynamics.diffusion, CELLS);
    const { moment_of_inertia: inertia, period } = dynamics;
    const dt = timeStep(force, friction, diffusion, dynamics);
    const scale = (0.5 * dt) / period;
    const shift = lowest(force);
    if (this.period > 0) this.keep(period, (shift / CELLS) * period, scale);
    Object.assign(this, { dt, period, scale, origin: (shift / CELLS) * period });
    this.periods = Math.max(1, Math.round((2 * Math.PI) / period));
    const temperature = diffusion[shift] / (2 * friction[shift]);
    this.thermal = Math.sqrt(Math.max(temperature, 0) / inertia) * scale;
    for (let i = 0; i < CELLS; i++) {
      const at = (i + shift) % CELLS;
      const y = (2 * friction[at] * dt) / inertia;
      const shape = Math.abs(y) < 1e-12 ? 1 : -Math.expm1(-y) / y;
      this.decay[i] = Math.expm1(-0.5 * y);
      this.noise[i] = (Math.sqrt(Math.max(diffusion[at], 0) * dt * shape) / inertia) * scale;
      this.kick[i] = ((force[at] * dt) / inertia) * scale;
    }
  }

  /**
   * Express angles and velocities by another period, origin and time step.
   * @param {number} period
   * @param {number} origin
   * @param {number} scale
   */
  keep(period, origin, scale) {
    for (let i = 0; i < this.fraction.length; i++) {
      const x = (this.angle(i) - origin) / period;
      this.fraction[i] = x - Math.floor(x);
      this.halfDrift[i] *= scale / this.scale;
    }
    this.restart();
  }

  /** @param {number} i which rotor */
  angle(i) {
    return this.origin + this.fraction[i] * this.period;
  }

  /** @param {number} i which rotor; its angle since the counting began, turns included (rad) */
  turned(i) {
    return (this.cells[i] + this.fraction[i] - this.start[i]) * this.period;
  }

  /** The mean velocity of all rotors since the counting began, in revolutions per ns. */
  meanRate() {
    let sum = 0;
    for (let i = 0; i < this.fraction.length; i++) sum += this.turned(i);
    return sum / (2 * Math.PI * this.time * this.fraction.length);
  }

  /** @param {number} steps how many time steps each rotor goes on */
  advance(steps) {
    for (let i = 0; i < this.fraction.length; i++) this.run(i, steps);
    this.time += steps * this.dt;
  }

  /**
   * @param {number} i which rotor
   * @param {number} steps
   */
  run(i, steps) {
    const { decay, noise, kick, generator } = this;
    let x = this.fraction[i];
    let h = this.halfDrift[i];
    for (let n = 0; n < steps; n++) {
      let halfway = x + h;
      halfway -= Math.floor(halfway);
      const at = halfway * CELLS;
      const cell = at & (CELLS - 1);
      const next = (cell + 1) & (CELLS - 1);
      const share = at - cell;
      const drag = decay[cell] + share * (decay[next] - decay[cell]);
      const spread = noise[cell] + share * (noise[next] - noise[cell]);
      const drift = h + drag * h + spread * generator.normal();
      x += h + drift;
      const passed = Math.floor(x);
      if (passed !== 0) {
        // A negative number too small to be told from a whole period below it stays in the cell above.
        x = Math.min(x - passed, 1 - 1.1e-16);
        this.count(i, passed);
      }
      const end = x * CELLS;
      const low = end & (CELLS - 1);
      h = drift + kick[low] + (end - low) * (kick[(low + 1) & (CELLS - 1)] - kick[low]);
    }
    this.fraction[i] = x;
    this.halfDrift[i] = h;
  }

  /**
   * Count whole revolutions: the counter stands on a lattice of angles θ_c + 2πn and moves when the rotor has gone 2π from where
   * it last moved.
   * @param {number} i which rotor
   * @param {number} passed cells that it has just gone, signed
   */
  count(i, passed) {
    this.cells[i] += passed;
    let offset = this.offset[i] + passed;
    while (offset >= this.periods) {
      offset -= this.periods;
      this.forward++;
    }
    while (offset <= -this.periods - 1) {
      offset += this.periods;
      this.back++;
    }
    this.offset[i] = offset;
  }
}
