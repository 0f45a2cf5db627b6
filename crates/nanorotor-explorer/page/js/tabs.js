// Make a row of tabs that the keyboard moves through, as the WAI-ARIA pattern has it.

/**
 * @param {HTMLElement} list a role=tablist with buttons of role=tab, each with data-name
 * @param {(name: string) => void} chosen
 */
export function tabs(list, chosen) {
  const buttons = /** @type {HTMLButtonElement[]} */ ([...list.querySelectorAll("[role=tab]")]);

  /** @param {string} name */
  const choose = (name) => {
    for (const button of buttons) {
      const here = button.dataset.name === name;
      button.setAttribute("aria-selected", String(here));
      button.tabIndex = here ? 0 : -1;
    }
    const panel = document.getElementById(list.dataset.panel ?? "");
    const current = buttons.find((button) => button.dataset.name === name);
    if (panel && current) panel.setAttribute("aria-labelledby", current.id);
  };

  for (const [k, button] of buttons.entries()) {
    button.addEventListener("click", () => chosen(button.dataset.name ?? ""));
    button.addEventListener("keydown", (event) => {
      const last = buttons.length - 1;
      /** @type {Record<string, number>} */
      const moves = { ArrowRight: k === last ? 0 : k + 1, ArrowLeft: k === 0 ? last : k - 1, Home: 0, End: last };
      if (!(event.key in moves)) return;
      event.preventDefault();
      const next = buttons[moves[event.key]];
      next.focus();
      chosen(next.dataset.name ?? "");
    });
  }
  return choose;
}
