// Switch between light and dark; the system's choice holds until the reader makes one.

import { find } from "./dom.js";

const KEY = "nanorotor.theme";

/** @param {() => void} changed draws anew what holds colours of its own */
export function theme(changed) {
  const button = find("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (localStorage.getItem(KEY) ?? (system.matches ? "dark" : "light")) === "dark";
  const apply = () => {
    document.documentElement.dataset.theme = dark() ? "dark" : "light";
    button.setAttribute("aria-pressed", String(dark()));
    changed();
  };
  button.addEventListener("click", () => {
    localStorage.setItem(KEY, dark() ? "light" : "dark");
    apply();
  });
  system.addEventListener("change", apply);
  apply();
}
