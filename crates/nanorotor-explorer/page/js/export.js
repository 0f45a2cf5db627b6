// Let the reader take everything along: link, command, Python, study file, sweep, and files of each panel.

import * as api from "./api.js";
import { find, make } from "./dom.js";
import { write } from "./state.js";
import { tabs } from "./tabs.js";

/**
 * @param {import("./state.js").State} state
 * @param {import("./curve.js").Curve} curve
 * @param {(error: unknown) => boolean} failed
 */
export function exports(state, curve, failed) {
  const dialog = /** @type {HTMLDialogElement} */ (find("exports"));
  const text = find("export-text");
  let asked = 0;
  let form = "";
  const over = () => (form === "sweep" ? curve.request() : {});
  const show = async (/** @type {string} */ name) => {
    choose(name);
    form = name;
    find("copied").textContent = "";
    const isFile = name === "toml" || name === "sweep";
    find("save").hidden = !isFile;
    find("beside").hidden = true;
    const mine = ++asked;
    try {
      const answer = await api.json("api/export", { ...state.where, as: name, ...over() });
      if (mine !== asked) return;
      text.textContent = answer.text;
      find("beside").hidden = !isFile || answer.beside.length === 0;
      find("beside").textContent = `The study reads ${answer.beside.join(" and ")}: take it along by Download, which packs all together.`;
    } catch (error) {
      if (mine === asked) text.textContent = /** @type {Error} */ (error).message;
      failed(error);
    }
  };
  const choose = tabs(find("export-tabs"), show);
  find("export").addEventListener("click", () => {
    dialog.showModal();
    show("command");
  });
  find("close").addEventListener("click", () => dialog.close());
  find("copy").addEventListener("click", async () => {
    await copy(text.textContent ?? "", text);
    find("copied").textContent = "copied";
  });
  find("save").addEventListener("click", async () => {
    try {
      const response = await api.request("api/download", { ...state.where, panel: "study", ...over() });
      const blob = await response.blob();
      save(blob, blob.type === "application/zip" ? "study.zip" : "study.toml");
    } catch (error) {
      failed(error);
    }
  });
  const link = find("link");
  link.addEventListener("click", async () => {
    await copy(location.origin + location.pathname + write(state.where, state.view), link);
    link.textContent = "Copied";
    setTimeout(() => (link.textContent = "Copy link"), 1500);
  });
  downloads(state, curve, failed);
}

/**
 * @param {string} text
 * @param {HTMLElement} place selected where the clipboard is closed
 */
async function copy(text, place) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    getSelection()?.selectAllChildren(place);
  }
}

/** What a tab of the landscape is called where files are drawn. */
const PANELS = new Map([["density", "rate"], ["sensitivity", "sensitivity"], ["levels", "levels"]]);

/**
 * @param {import("./state.js").State} state
 * @param {import("./curve.js").Curve} curve
 * @param {(error: unknown) => boolean} failed
 */
function downloads(state, curve, failed) {
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".downloads"))) {
    for (const format of ["csv", "svg", "pdf"]) {
      const whole = place.dataset.panel;
      const button = make("button", { type: "button", "aria-label": `Download the ${whole} as ${format.toUpperCase()}`, "data-format": format },
        format.toUpperCase());
      button.addEventListener("click", async () => {
        button.disabled = true;
        const panel = whole === "curve" ? "curve" : (PANELS.get(state.view.panel) ?? "landscape");
        try {
          const body = { ...state.where, panel, format, ...(panel === "curve" ? curve.request() : {}) };
          const response = await api.request("api/download", body);
          save(await response.blob(), `${panel}.${format}`);
        } catch (error) {
          failed(error);
        } finally {
          button.disabled = false;
        }
      });
      place.append(button);
    }
  }
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
function save(blob, name) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
