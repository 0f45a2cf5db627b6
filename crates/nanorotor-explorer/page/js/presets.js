// Offer the studies that come with nanorotor, and name the one that is open.

import { find, make } from "./dom.js";

/** @typedef {{ name: string, title: string, group?: string, description?: string, set?: Record<string, string> }} Preset */

/** The list of studies. */
export class Presets {
  /** @param {import("./state.js").State} state */
  constructor(state) {
    this.state = state;
    /** @type {Preset[]} */
    this.all = [];
    /** The title of the study that the command line opened. */
    this.opened = "";
    this.select = /** @type {HTMLSelectElement} */ (find("preset"));
    this.select.addEventListener("change", () => {
      const chosen = this.all[Number(this.select.value)];
      if (chosen) state.open(where(chosen));
    });
  }

  /** @param {{ presets: Preset[], opened: string | null }} answer of the server */
  offer({ presets, opened }) {
    this.all = presets;
    this.opened = opened ?? "";
    const groups = [...new Set(presets.map(({ group }) => group ?? ""))];
    this.select.replaceChildren(...groups.map((group) => make("optgroup", { label: group }, ...presets.flatMap((preset, k) => (
      (preset.group ?? "") === group ? [make("option", { value: String(k), title: preset.description ?? "" }, preset.title)] : [])))));
  }

  /** What is open where nothing else is asked for. */
  first() {
    return where(this.all[0]);
  }

  /** Show which study is open. */
  name() {
    const { study: source, set } = this.state.where;
    // Of those that fit, the one that says most.
    const said = (/** @type {Preset} */ preset) => Object.entries(preset.set ?? {});
    const fitting = this.all.filter((preset) => "preset" in source && preset.name === source.preset
      && said(preset).every(([name, text]) => set[name] === text));
    const most = fitting.reduce((best, preset) => Math.max(best, said(preset).length), 0);
    const at = this.all.findIndex((preset) => fitting.includes(preset) && said(preset).length === most);
    let own = /** @type {HTMLOptionElement | null} */ (this.select.querySelector("option[value=own]"));
    if ("preset" in source) {
      own?.remove();
      this.select.value = String(at);
      return;
    }
    if (!own) {
      own = make("option", { value: "own" });
      this.select.prepend(own);
    }
    own.textContent = "toml" in source ? "Study from a file" : this.opened;
    this.select.value = "own";
  }
}

/**
 * @param {Preset} preset
 * @returns {import("./types.js").Where}
 */
function where({ name, set }) {
  return { study: { preset: name }, set: set ?? {} };
}
