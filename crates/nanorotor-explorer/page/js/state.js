// Keep what the page is about: study, settings and view; with undo, and all of it in the address.

/** @typedef {import("./types.js").Where} Where */
/** @typedef {import("./types.js").View} View */

/** @type {View} */
const VIEW = {
  panel: "potential", over: "", from: "", to: "", and: "", quantity: "rotation_rate", rotors: "1", speed: "-2",
};

/**
 * The state that a fragment tells; keys with a dot are the page's own, all others parameters.
 * @param {string} fragment
 * @returns {{ where: Where | null, view: View }}
 */
export function read(fragment) {
  const view = { ...VIEW };
  /** @type {Record<string, string>} */
  const set = {};
  /** @type {import("./types.js").Source | null} */
  let study = null;
  for (const [key, value] of new URLSearchParams(fragment.replace(/^#/, ""))) {
    if (key === "study.preset") study = { preset: value };
    else if (key === "study.toml") study = { toml: value };
    else if (key === "study.opened") study = { opened: true };
    else if (key.startsWith("view.")) {
      const name = key.slice(5);
      if (name in view) view[/** @type {keyof View} */ (name)] = value;
    } else if (!key.includes(".")) set[key] = value;
  }
  return { where: study && { study, set }, view };
}

/**
 * The fragment that tells this state.
 * @param {Where} where
 * @param {View} view
 */
export function write(where, view) {
  const query = new URLSearchParams();
  for (const [kind, value] of Object.entries(where.study)) query.set(`study.${kind}`, String(value));
  for (const [name, value] of Object.entries(where.set)) query.set(name, value);
  for (const [name, value] of Object.entries(view)) {
    if (value !== VIEW[/** @type {keyof View} */ (name)]) query.set(`view.${name}`, value);
  }
  return `#${query}`;
}

/** The state, and who wants to know when it changes. */
export class State {
  /**
   * @param {Where} where
   * @param {View} view
   */
  constructor(where, view) {
    this.where = where;
    this.view = view;
    /** @type {Where[]} */
    this.past = [];
    /** @type {Where[]} */
    this.future = [];
    /** What undo goes back to: the settings before the hand began to move. */
    this.settled = where;
    /** @type {((what: "study" | "set" | "view") => void)[]} */
    this.listeners = [];
  }

  /** @param {(what: "study" | "set" | "view") => void} listener */
  watch(listener) {
    this.listeners.push(listener);
  }

  /**
   * Set parameters while the hand moves; `settle` makes a step of undo of it.
   * @param {Record<string, string | null>} changes null takes the study's own value
   */
  set(changes) {
    const set = { ...this.where.set };
    for (const [name, text] of Object.entries(changes)) {
      if (text === null) delete set[name];
      else set[name] = text;
    }
    this.where = { ...this.where, set };
    this.tell("set");
  }

  /** The hand rests: what is set now can be taken back in one step. */
  settle() {
    if (same(this.where, this.settled)) return;
    this.past.push(this.settled);
    this.future = [];
    this.settled = this.where;
    this.tell("set");
  }

  /** @param {Where} where another study, or other settings, in one step of undo */
  open(where) {
    this.where = where;
    const study = !same(where.study, this.settled.study);
    this.settle();
    if (study) this.tell("study");
  }

  /** @param {Partial<View>} changes */
  look(changes) {
    this.view = { ...this.view, ...changes };
    this.tell("view");
  }

  undo() {
    this.step(this.past, this.future);
  }

  redo() {
    this.step(this.future, this.past);
  }

  /**
   * @param {Where[]} from
   * @param {Where[]} to
   */
  step(from, to) {
    const next = from.pop();
    if (!next) return;
    const study = !same(next.study, this.where.study);
    to.push(this.settled);
    this.where = next;
    this.settled = next;
    this.tell(study ? "study" : "set");
  }

  /** @param {"study" | "set" | "view"} what */
  tell(what) {
    for (const listener of this.listeners) listener(what);
  }
}

/**
 * @param {unknown} one
 * @param {unknown} other
 */
function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
