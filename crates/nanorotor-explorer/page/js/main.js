// Start the page, and carry every change from the hand to the server and back to the screen.

import * as api from "./api.js";
import { Curve } from "./curve.js";
import { find, oncePerTask, whenAtRest } from "./dom.js";
import { exports } from "./export.js";
import { Landscape } from "./landscape.js";
import { Motion } from "./motion.js";
import { showNumbers } from "./numbers.js";
import { Sliders } from "./parameters.js";
import { Presets } from "./presets.js";
import { State, read, write } from "./state.js";
import { tabs } from "./tabs.js";
import { theme } from "./theme.js";

/** A point that takes longer is left for a newer one (ms). */
const PATIENCE = 300;

const first = read(location.hash);
const state = new State(first.where ?? { study: { opened: true }, set: {} }, first.view);
const sliders = new Sliders(state);
const landscape = new Landscape();
const curve = new Curve(state, failed);
const presets = new Presets(state);
const motion = new Motion(state, landscape);
const choosePanel = tabs(find("landscape-tabs"), (panel) => state.look({ panel }));

/** @type {import("./types.js").Study | null} */
let study = null;
/** @type {import("./types.js").Point | null} */
let shown = null;
let sequence = 0;
/** The newest point of which something is shown. */
let newest = 0;
/** When the point that is being computed was asked for; 0 if none is. */
let since = 0;
/** What it was asked for. */
let asked = state.where;
let wanted = false;
/** Which study is described, so that nothing asks it for parameters of another. */
let studied = "";
let retries = 0;
/** Settings whose sensitivity is on its way or shown. */
let sensitiveTo = "";

/**
 * Tell what went wrong; true where it is for the one who asked to tell.
 * @param {unknown} error
 */
function failed(error) {
  if (error instanceof api.Overtaken) return false;
  if (error instanceof api.Refused) return true;
  const alarm = find("alarm");
  alarm.hidden = false;
  if (error instanceof api.Locked) {
    alarm.textContent = "This page's key is not that of the server: open the address that nanorotor explore printed when it started.";
  } else if (error instanceof api.Lost) {
    const wait = Math.min(1000 * 2 ** retries++, 5000);
    alarm.textContent = `The server does not answer. Is nanorotor explore still running? Trying again in ${wait / 1000} s …`;
    again(wait);
  } else {
    alarm.textContent = `This page made a mistake: ${error}`;
    console.error(error);
  }
  return false;
}

let timer = 0;
/** @param {number} wait ms */
function again(wait) {
  clearTimeout(timer);
  timer = window.setTimeout(() => (presets.all.length ? refresh() : start()), wait);
}

function connected() {
  retries = 0;
  find("alarm").hidden = true;
}

/** Ask for the point that the sliders stand at; while one is computed the next waits, or overtakes it if it is slow. */
const refresh = oncePerTask(() => {
  // A slider that is let go tells once more what is being computed already.
  if (since && state.where === asked) return;
  if (since && performance.now() - since < PATIENCE) {
    wanted = true;
    setTimeout(() => wanted && refresh(), PATIENCE);
    return;
  }
  compute();
});

async function compute() {
  wanted = false;
  const mine = ++sequence;
  const where = state.where;
  asked = where;
  since = performance.now();
  motion.spare(true);
  // What takes its time is seen to be under way: until it comes the numbers are those of another point.
  const numbers = find("numbers");
  const slow = setTimeout(() => numbers.setAttribute("aria-busy", "true"), PATIENCE);
  try {
    const describing = api.json("api/study", where);
    // Should it fail, that is told where it is waited for.
    describing.catch(() => {});
    const body = { ...where, tab: api.TAB, sequence: mine, what: ["landscape", "rate", "levels"], angles: 256 };
    const point = await api.point(body, (early) => ahead(early, mine, where));
    const described = await describing;
    connected();
    if (newest > mine) return;
    newest = mine;
    study = described;
    studied = JSON.stringify(where.study);
    shown = point;
    sliders.refuse(null);
    sliders.show(described.parameters);
    // What was drawn ahead stands.
    draw(landscape.point !== point);
    document.documentElement.dataset.drawn = String(mine);
    document.documentElement.dataset.shown = String(mine);
    curve.offer(described, studied);
    curve.changed();
    rest();
  } catch (error) {
    if (mine !== sequence) return;
    if (failed(error)) {
      sliders.refuse(/** @type {api.Refused} */ (error).mistake);
      numbers.classList.add("stale");
    }
  } finally {
    clearTimeout(slow);
    if (mine === sequence) {
      since = 0;
      numbers.removeAttribute("aria-busy");
    }
    // The frame that shows the point does not wait for the molecule.
    requestAnimationFrame(() => motion.spare(since > 0));
    if (wanted) refresh();
  }
}

/**
 * Draw the landscape of a point whose rate is still being computed.
 * @param {import("./types.js").Point} point what is known of it
 * @param {number} mine
 * @param {import("./types.js").Where} where
 */
function ahead(point, mine, where) {
  if (newest > mine || studied !== JSON.stringify(where.study) || !landscape.canShow(point, state.view.panel)) return;
  newest = mine;
  landscape.show(point, state.view.panel);
  document.documentElement.dataset.drawn = String(mine);
}

/** @param {boolean} [curves] whether to draw the landscape, too */
function draw(curves = true) {
  if (!shown || !study) return;
  find("numbers").classList.remove("stale");
  showNumbers(shown);
  if (curves) landscape.show(shown, state.view.panel);
  motion.show(shown, study);
}

/** The sensitivity is only asked for where it is looked at, when the hand rests. */
const rest = whenAtRest(async () => {
  if (!shown || state.view.panel !== "sensitivity") return;
  const key = JSON.stringify(state.where);
  if (key === sensitiveTo && shown.sensitivity) return;
  sensitiveTo = key;
  const mine = shown;
  try {
    const body = { ...state.where, tab: `${api.TAB}:s`, sequence: ++sequence, what: ["sensitivity"], angles: 256 };
    mine.sensitivity = (await api.point(body)).sensitivity;
    if (mine === shown) landscape.show(mine, state.view.panel);
  } catch (error) {
    if (failed(error) && mine === shown) landscape.plot.clear(/** @type {Error} */ (error).message);
  }
}, 150);

const keep = whenAtRest(() => history.replaceState(null, "", location.search + write(state.where, state.view)), 100);

state.watch((what) => {
  keep();
  /** @type {HTMLButtonElement} */ (find("undo")).disabled = state.past.length === 0;
  /** @type {HTMLButtonElement} */ (find("redo")).disabled = state.future.length === 0;
  /** @type {HTMLButtonElement} */ (find("reset")).disabled = Object.keys(state.where.set).length === 0;
  if (what === "view") {
    choosePanel(state.view.panel);
    if (shown) landscape.show(shown, state.view.panel);
    motion.looked();
    if (study) curve.offer(study, studied);
    curve.changed();
    rest();
  } else {
    presets.name();
    refresh();
  }
});

function buttons() {
  find("undo").addEventListener("click", () => state.undo());
  find("redo").addEventListener("click", () => state.redo());
  find("reset").addEventListener("click", () => state.open({ ...state.where, set: {} }));
  addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement && event.target.type !== "range";
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || typing) return;
    event.preventDefault();
    if (event.shiftKey) state.redo();
    else state.undo();
  });
  const open = /** @type {HTMLInputElement} */ (find("open"));
  open.addEventListener("change", async () => {
    const text = await open.files?.[0]?.text();
    open.value = "";
    if (text !== undefined) state.open({ study: { toml: text }, set: {} });
  });
  addEventListener("hashchange", () => {
    const { where, view } = read(location.hash);
    state.look(view);
    if (where) state.open(where);
  });
}

async function start() {
  try {
    const answer = await api.json("api/presets");
    connected();
    presets.offer(answer);
    if (!first.where && !answer.opened) {
      state.where = presets.first();
      state.settled = state.where;
    }
    state.tell("set");
  } catch (error) {
    failed(error);
  }
}

buttons();
choosePanel(state.view.panel);
exports(state, curve, (error) => {
  if (!failed(error)) return false;
  find("alarm").hidden = false;
  find("alarm").textContent = /** @type {Error} */ (error).message;
  return true;
});
start();
theme(() => {
  motion.molecule?.recolour();
  draw();
  curve.draw();
});
// three.js comes after the first paint.
requestAnimationFrame(() => setTimeout(() => motion.load()));
