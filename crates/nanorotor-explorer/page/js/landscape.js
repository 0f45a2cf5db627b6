// Draw what the rotor feels against the angle, with the rotors' points on the potential.

import { css, named } from "./colours.js";
import { make } from "./dom.js";
import { number } from "./format.js";
import { Heat, TURN, bar, tilted, wholeTurn } from "./heat.js";
import { Plot } from "./plots.js";

/** @typedef {import("./types.js").Results} Results */
/** @typedef {import("./types.js").Point} Point */

/** The panel of the landscape. */
export class Landscape {
  constructor() {
    this.plot = new Plot("landscape-panel");
    this.plot.onDraw = () => this.fitOverlay();
    this.overlay = make("canvas", { class: "overlay", "aria-hidden": "true" });
    /** Whether the rotors must be marked anew. */
    this.stale = true;
    /** @type {Point | null} */
    this.point = null;
    this.panel = "potential";
  }

  /**
   * Whether enough is known of a point to draw a panel.
   * @param {Point} point
   * @param {string} panel
   */
  canShow(point, panel) {
    if (panel === "density") return point.rate !== undefined;
    return panel === "sensitivity" ? point.sensitivity !== undefined : point.landscape !== null;
  }

  /**
   * @param {Point} point
   * @param {string} panel
   */
  show(point, panel) {
    this.point = point;
    this.panel = panel;
    const { landscape, rate, sensitivity, levels } = point;
    this.curve = null;
    this.stale = true;
    if (!landscape) return this.plot.clear("No landscape at these values.");
    const { repeat, angles } = wholeTurn(landscape.theta, landscape.period);
    const base = { x: angles, xLabel: "θ (rad)", angle: true };
    const range = (/** @type {ArrayLike<number>} */ values) => {
      const all = Array.from(values);
      return `from ${number(Math.min(...all))} to ${number(Math.max(...all))}`;
    };
    if (panel === "potential") return this.potential(landscape);
    if (panel === "density") {
      if (!rate?.density) return this.plot.clear("No stationary density without a rotation rate.");
      const density = repeat(rate.density.map((/** @type {number} */ v) => (v * landscape.period) / TURN));
      return this.plot.show({
        ...base, yLabel: "probability density (1/rad)", rightLabel: "k_BT (eV)", zero: true,
        words: `Probability density against the angle, ${range(density)} per rad`,
        series: [
          { label: "density", values: density, colour: "--blue" },
          { label: "kinetic temperature", values: repeat(rate.kinetic_temperature), scale: "right", colour: "--vermilion" },
          { label: "k_BT_eff", values: repeat(landscape.effective_temperature), scale: "right", colour: "--orange", dashed: true },
        ],
      });
    }
    if (panel === "friction" || panel === "noise") {
      const name = panel === "friction" ? "friction" : "diffusion";
      const electrons = repeat(landscape[name]);
      const total = point.dynamics
        ? repeat(resample(point.dynamics[name], landscape.theta.length).map((v) => v * 1e3)) : electrons;
      return this.plot.show({
        ...base, yLabel: `${panel === "friction" ? "friction" : "noise strength D"} (${panel === "friction" ? "eV ps" : "eV² ps"})`,
        zero: true, words: `${panel} against the angle, total ${range(total)}`,
        series: [
          { label: "electrons", values: electrons, colour: "--blue" },
          { label: "with environment", values: total, colour: "--ink", dashed: true },
        ],
      });
    }
    if (panel === "torque") {
      return this.plot.show({
        ...base, yLabel: "torque (eV/rad)", zero: true, words: `Torque against the angle, ${range(landscape.total_torque)} eV per rad`,
        series: [
          { label: "electrons", values: repeat(landscape.torque), colour: "--blue" },
          { label: "with potential and load", values: repeat(landscape.total_torque), colour: "--vermilion", dashed: true },
        ],
      });
    }
    if (panel === "levels") return this.levels(levels);
    if (!sensitivity) return this.plot.clear("Computing the sensitivity …");
    const answer = wholeTurn(sensitivity.theta, sensitivity.period);
    const values = answer.repeat(sensitivity.diffusion_sensitivity);
    this.plot.show({
      ...base, x: answer.angles, yLabel: "S_D = δR/δD  (1/(ns eV² ps))", rightLabel: "U (eV)", zero: true,
      words: `How the rate answers to more noise at each angle, ${range(values)}`,
      series: [
        { label: "S_D: more noise here turns it forward (+) or back (−)", values, colour: "--vermilion" },
        { label: "U", values: answer.repeat(sensitivity.potential), scale: "right", colour: "--ink", dashed: true, width: 1 },
      ],
    });
  }

  /** @param {Results} landscape */
  potential(landscape) {
    const { angles, values } = tilted(landscape);
    const heat = new Heat(landscape);
    this.curve = { angles, values };
    const unit = landscape.units?.potential ?? "eV";
    this.plot.show({
      x: angles, xLabel: "θ (rad)", angle: true, yLabel: `U with tilt (${unit})`,
      words: `Potential with its tilt against the angle; barrier ${number(landscape.barrier)} eV; k_BT_eff from ` +
        `${number(heat.low)} to ${number(heat.high)} eV`,
      series: [{
        label: "U with tilt, coloured by k_BT_eff", values, width: 3.5,
        paint: (plot) => {
          // The legend asks before the plot has a place.
          if (!Number.isFinite(plot.bbox.left)) return named("--ink");
          const now = new Heat(this.point?.landscape ?? landscape);
          const gradient = plot.ctx.createLinearGradient(plot.bbox.left, 0, plot.bbox.left + plot.bbox.width, 0);
          for (let k = 0; k <= 96; k++) gradient.addColorStop(k / 96, css(now.colour(now.at((k / 96) * TURN))));
          return gradient;
        },
      }],
    });
    bar(heat);
  }

  /** @param {Results | null | undefined} levels */
  levels(levels) {
    if (!levels) return this.plot.clear("This study has no levels to draw.");
    const period = this.point?.landscape?.period ?? TURN;
    const { angles, repeat } = wholeTurn(levels.theta, period);
    /** @type {import("./plots.js").Series[]} */
    const series = levels.level_energy.flatMap((/** @type {number[]} */ energy, /** @type {number} */ k) => {
      const half = levels.level_width[k].map((/** @type {number} */ width) => width / 2);
      const colour = ["--blue", "--vermilion", "--green", "--purple", "--orange", "--sky"][k % 6];
      return [
        { label: `level ${k + 1}`, values: repeat(energy), colour },
        { label: `+Γ/2`, values: repeat(energy.map((e, i) => e + half[i])), colour, width: 0.7, dashed: true },
        { label: `−Γ/2`, values: repeat(energy.map((e, i) => e - half[i])), colour, width: 0.7, dashed: true },
      ];
    });
    const potentials = /** @type {[string, number][]} */ (Object.entries(levels.chemical_potential ?? {}));
    const all = potentials.map(([, value]) => value);
    for (const [lead, value] of potentials) {
      series.push({ label: `μ ${lead}`, values: Float64Array.from(angles, () => value), colour: "--soft", width: 1 });
    }
    this.plot.show({
      x: angles, xLabel: "θ (rad)", angle: true, yLabel: "energy (eV)", series,
      shade: all.length ? [Math.min(...all), Math.max(...all)] : undefined,
      words: `Energies of ${levels.level_energy.length} levels against the angle; bias window from ${number(Math.min(...all))} to ` +
        `${number(Math.max(...all))} eV`,
    });
  }

  fitOverlay() {
    const { plot } = this.plot;
    if (!plot) return;
    const canvas = plot.root.querySelector("canvas");
    if (!canvas) return;
    const { overlay } = this;
    this.stale = true;
    if (overlay.parentElement !== this.plot.place) this.plot.place.append(overlay);
    if (overlay.width === canvas.width && overlay.height === canvas.height) return;
    overlay.width = canvas.width;
    overlay.height = canvas.height;
    overlay.style.width = `${canvas.width / devicePixelRatio}px`;
    overlay.style.height = `${canvas.height / devicePixelRatio}px`;
  }

  /** @param {number[]} angles where the rotors are; the first is drawn large */
  mark(angles) {
    this.stale = false;
    const context = this.overlay.getContext("2d");
    const { plot } = this.plot;
    if (!context || !plot) return;
    context.clearRect(0, 0, this.overlay.width, this.overlay.height);
    const { curve } = this;
    if (this.panel !== "potential" || !curve) return;
    const ink = named("--ink");
    for (let i = angles.length - 1; i >= 0; i--) {
      const angle = ((angles[i] % TURN) + TURN) % TURN;
      const at = (angle / TURN) * (curve.angles.length - 1);
      const k = Math.min(Math.floor(at), curve.angles.length - 2);
      const height = curve.values[k] + (at - k) * (curve.values[k + 1] - curve.values[k]);
      context.beginPath();
      context.arc(plot.valToPos(angle, "x", true), plot.valToPos(height, "y", true), (i === 0 ? 6 : 3.5) * devicePixelRatio, 0, TURN);
      context.fillStyle = i === 0 ? ink : named("--soft");
      context.fill();
    }
  }
}

/**
 * Equidistant values of a period at another number of angles.
 * @param {number[]} values
 * @param {number} count
 */
function resample(values, count) {
  const n = values.length;
  return Array.from({ length: count }, (_, k) => {
    const at = (k * n) / count;
    const low = Math.floor(at);
    return values[low] + (at - low) * (values[(low + 1) % n] - values[low]);
  });
}
