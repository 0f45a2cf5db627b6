// Keep the rotors turning: ask the worker for the next angles, draw them, tell what was counted.

import { formula } from "./atoms.js";
import { find } from "./dom.js";
import { duration, number } from "./format.js";
import { Heat } from "./heat.js";
import { direction } from "./numbers.js";

/** The longest frame that is caught up with (s). */
const LONGEST = 0.1;
/** While a point is computed the picture is drawn no more often than this, as both need the cores, and for how long at most (ms). */
const SPARING = { every: 150, during: 300 };

/** The animation of the molecule and of the points on the potential. */
export class Motion {
  /**
   * @param {import("./state.js").State} state
   * @param {import("./landscape.js").Landscape} landscape
   */
  constructor(state, landscape) {
    this.state = state;
    this.landscape = landscape;
    this.worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    this.worker.addEventListener("message", ({ data }) => this.arrived(data));
    /** @type {import("./molecule.js").Molecule | null} */
    this.molecule = null;
    /** @type {number[]} */
    this.angles = [];
    this.idle = true;
    this.frames = 0;
    /** Until when a point that is being computed goes before the picture. */
    this.spared = 0;
    /** When the molecule was drawn, and whether what stands still must be drawn once more. */
    this.drawn = 0;
    this.stale = true;
    /** How many rotors turn. */
    this.count = 0;
    this.playing = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    /** Time asked of the worker and given by it in the last second or so (ns). */
    this.reached = 1;
    this.controls();
    this.last = performance.now();
    requestAnimationFrame((now) => this.frame(now));
  }

  controls() {
    const play = find("play");
    const told = () => {
      play.textContent = this.playing ? "Pause" : "Play";
      play.setAttribute("aria-pressed", String(this.playing));
    };
    told();
    play.addEventListener("click", () => {
      this.playing = !this.playing;
      told();
    });
    const speed = /** @type {HTMLInputElement} */ (find("speed"));
    speed.addEventListener("input", () => this.state.look({ speed: speed.value }));
    const rotors = /** @type {HTMLSelectElement} */ (find("rotors"));
    rotors.addEventListener("change", () => this.state.look({ rotors: rotors.value }));
    find("recount").addEventListener("click", () => this.worker.postMessage({ restart: true, advance: 0 }));
    this.looked();
  }

  get pace() {
    const speed = Number(this.state.view.speed);
    return 10 ** (Number.isFinite(speed) ? Math.min(Math.max(speed, -4), 1) : -2);
  }

  /** The view changed: speed and number of rotors. */
  looked() {
    const { speed, rotors } = this.state.view;
    const slider = /** @type {HTMLInputElement} */ (find("speed"));
    slider.value = speed;
    const text = `${duration(this.pace)} per second`;
    slider.setAttribute("aria-valuetext", text);
    find("speed-text").textContent = text;
    const select = /** @type {HTMLSelectElement} */ (find("rotors"));
    select.value = rotors;
    const count = Number(select.value) || 1;
    if (count === this.count) return;
    this.count = count;
    this.worker.postMessage({ count, advance: 0 });
    if (this.study) this.molecule?.build(this.study, count);
  }

  /**
   * @param {import("./types.js").Point} point
   * @param {import("./types.js").Study} study
   */
  show(point, study) {
    this.point = point;
    this.study = study;
    this.stale = true;
    this.heat = point.landscape ? new Heat(point.landscape) : null;
    // A friction that is not positive somewhere has no trajectories.
    const able = point.dynamics && Math.min(...point.dynamics.friction) > 0;
    this.worker.postMessage({ dynamics: able ? point.dynamics : null, advance: 0 });
    this.molecule?.build(study, this.count);
    const rate = point.rate?.rotation_rate;
    const molecule = study.geometry ? `${formula(study.geometry)}, atom by atom,` : "The molecule";
    find("scene").setAttribute("aria-label", `${molecule} between its electrodes` +
      (rate === undefined ? "" : `, turning ${number(rate)} revolutions per ns in the mean`));
  }

  /** Draw with three.js, which comes after the first paint. */
  async load() {
    const { Molecule } = await import("./molecule.js");
    try {
      this.molecule = new Molecule(/** @type {HTMLCanvasElement} */ (find("scene")));
    } catch {
      find("turns").textContent = "This browser draws no WebGL; everything else works.";
      return;
    }
    if (this.study) this.molecule.build(this.study, this.count);
  }

  /** @param {{ angles: number[], turned: number[], time: number, forward: number, back: number }} data */
  arrived(data) {
    this.idle = true;
    this.stale = true;
    this.angles = data.angles;
    const given = data.time - (this.time ?? 0);
    this.time = data.time;
    if (given > 0 && this.asked) this.reached += 0.05 * (Math.min(given / this.asked, 1) - this.reached);
    this.counted = data;
  }

  /** @param {number} now */
  frame(now) {
    requestAnimationFrame((next) => this.frame(next));
    const seconds = Math.min((now - this.last) / 1000, LONGEST);
    this.last = now;
    if (document.hidden) return;
    if (this.playing && this.idle && this.point?.dynamics) {
      this.idle = false;
      this.asked = this.pace * (seconds + (this.missed ?? 0));
      this.missed = 0;
      this.worker.postMessage({ advance: this.asked });
    } else if (this.playing && !this.idle) this.missed = Math.min((this.missed ?? 0) + seconds, LONGEST);
    this.frames++;
    this.draw(now, seconds);
    if (this.frames % 12 === 0) this.tell();
  }

  /** @param {boolean} computing whether a point has just been asked for, or has come */
  spare(computing) {
    this.spared = computing ? performance.now() + SPARING.during : 0;
  }

  /**
   * Draw what has moved; nothing where all stands still.
   * @param {number} now
   * @param {number} seconds since the last frame
   */
  draw(now, seconds) {
    const { molecule } = this;
    const isSpared = now < this.spared;
    if (isSpared && now - this.drawn < SPARING.every) return;
    const passed = Math.min((now - this.drawn) / 1000, LONGEST);
    this.drawn = now;
    if (!this.playing && !this.stale && !this.landscape.stale && !molecule?.stale) return;
    this.stale = false;
    this.landscape.mark(this.angles);
    const rate = this.point?.rate;
    molecule?.draw({
      angles: this.angles, heat: this.heat ?? null, rate: rate?.rotation_rate ?? 0, sign: rate ? direction(rate) : 0,
      currents: rate?.mean_current ?? {}, seconds: this.playing ? passed : 0, pace: this.pace,
    });
    if (this.playing && !isSpared) molecule?.adapt(seconds * 1000);
  }

  tell() {
    if (!this.counted || !this.point?.dynamics) return;
    const { forward, back, time, turned } = this.counted;
    const rate = this.point.rate;
    const total = time * turned.length;
    const net = turned.reduce((sum, value) => sum + value, 0) / (2 * Math.PI);
    let text = `${duration(total)}: ${forward} turns forward, ${back} back, net ${number(net, 3)}`;
    if (rate && total > 0) {
      const spread = Math.sqrt(2 * rate.rotational_diffusion * total) / (2 * Math.PI);
      text += ` (R t = ${number(rate.rotation_rate * total, 3)} ± ${number(spread, 2)})`;
    }
    if (this.reached < 0.85) text += `; this machine reaches ${duration(this.pace * this.reached)} per second`;
    const each = this.molecule?.electrons.each ?? 1;
    if (each > 1.5) text += `; a dot is ${number(each, 2)} electrons`;
    find("turns").textContent = text;
  }
}
