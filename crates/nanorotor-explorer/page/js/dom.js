// Make and find elements.

/**
 * The element of this id, which index.html has.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function find(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no element #${id}`);
  return /** @type {T} */ (element);
}

/**
 * A new element with attributes and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | boolean>} [attributes] true sets an empty one, false none
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/**
 * Fill a select with options, keeping its value where it can.
 * @param {HTMLSelectElement} select
 * @param {{ value: string, label: string }[]} options
 * @param {string} value
 */
export function fill(select, options, value) {
  select.replaceChildren(...options.map((option) => make("option", { value: option.value }, option.label)));
  select.value = options.some((option) => option.value === value) ? value : (options[0]?.value ?? "");
}

/**
 * Call `handler` once per animation frame however often it is asked for.
 * @param {() => void} handler
 */
export function oncePerFrame(handler) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      handler();
    });
  };
}

/**
 * Call `handler` once after what runs now, however often it is asked for.
 * @param {() => void} handler
 */
export function oncePerTask(handler) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      handler();
    });
  };
}

/**
 * Call `handler` when nothing has asked for it during `delay` ms.
 * @param {() => void} handler
 * @param {number} delay
 */
export function whenAtRest(handler, delay) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(handler, delay);
  };
}
