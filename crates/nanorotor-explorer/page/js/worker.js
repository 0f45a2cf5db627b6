// Run the trajectories beside the page, so that drawing never waits for them.

import { Ensemble } from "./integrator.js";

/** The longest work for one frame (ms); what does not fit is told as a slower speed. */
const BUDGET = 12;

/** @type {Ensemble | null} */
let ensemble = null;
/** @type {import("./types.js").Dynamics | null} */
let dynamics = null;
let count = 1;
let seed = 1;
/** Steps of all rotors per ms, as measured. */
let pace = 2000;
/** Time asked for that is shorter than a step. */
let owed = 0;

/** @param {number} time ns */
function advance(time) {
  if (!ensemble) return;
  owed += time;
  const wanted = Math.floor(owed / ensemble.dt);
  const most = Math.max(1, Math.floor((pace * BUDGET) / count));
  const steps = Math.min(wanted, most);
  owed = wanted > most ? 0 : owed - steps * ensemble.dt;
  if (steps === 0) return;
  const start = performance.now();
  ensemble.advance(steps);
  const took = performance.now() - start;
  if (took > 1) pace += 0.2 * ((steps * count) / took - pace);
}

function report() {
  if (!ensemble) return;
  const angles = Array.from({ length: count }, (_, i) => /** @type {Ensemble} */ (ensemble).angle(i));
  const turned = Array.from({ length: count }, (_, i) => /** @type {Ensemble} */ (ensemble).turned(i));
  const { time, forward, back } = ensemble;
  postMessage({ angles, turned, time, forward, back });
}

addEventListener("message", ({ data }) => {
  if (data.dynamics !== undefined) {
    dynamics = data.dynamics;
    if (!dynamics) ensemble = null;
    else if (ensemble) ensemble.adopt(dynamics);
  }
  if (data.count !== undefined) {
    count = data.count;
    ensemble = null;
  }
  if (data.restart) ensemble?.restart();
  if (!ensemble && dynamics) ensemble = new Ensemble(dynamics, count, seed++);
  if (data.advance !== undefined) {
    advance(data.advance);
    report();
  }
});
