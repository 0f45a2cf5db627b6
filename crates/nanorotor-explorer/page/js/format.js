// Print numbers the way that people read them.

/**
 * A number with `digits` significant ones, powers of ten written out far from one.
 * @param {number | null | undefined} value
 * @param {number} [digits]
 */
export function number(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) {
    return minus(String(Number(value.toPrecision(digits))));
  }
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  return `${minus(String(Number(mantissa)))}·10${superscript(String(Number(exponent)))}`;
}

/**
 * A value with its error, e.g. "1.221 ± 9·10⁻⁹"; a value that its error hides is zero.
 * @param {number | null | undefined} value
 * @param {number | null | undefined} error
 */
export function withError(value, error) {
  if (value === null || value === undefined) return "–";
  if (!error) return number(value);
  if (Math.abs(value) <= error) return `0 ± ${number(error, 1)}`;
  return `${number(value)} ± ${number(error, 1)}`;
}

/** @param {string} text */
function minus(text) {
  return text.replace("-", "−");
}

/** @param {string} text */
function superscript(text) {
  return [...text].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");
}

/**
 * A time in the unit that suits it.
 * @param {number} ns
 */
export function duration(ns) {
  if (!Number.isFinite(ns)) return "–";
  const units = [["fs", 1e-6], ["ps", 1e-3], ["ns", 1], ["µs", 1e3], ["ms", 1e6], ["s", 1e9]];
  const fitting = units.filter(([, size]) => Math.abs(ns) >= Number(size) * 0.9995);
  const [unit, size] = fitting.at(-1) ?? units[0];
  return `${number(ns / Number(size), 3)} ${unit}`;
}

/**
 * The words of a name: "rotation_rate" is "rotation rate".
 * @param {string} name
 */
export function words(name) {
  return name.replaceAll("_", " ");
}

/**
 * A parameter's symbol: "Gamma_L" is "Γ" with a lowered L.
 * @param {string} name
 * @returns {[string, string]} symbol and subscript
 */
export function symbol(name) {
  const greek = "alpha α beta β gamma γ delta δ epsilon ε theta θ kappa κ lambda λ mu μ nu ν xi ξ omega ω phi φ " +
    "psi ψ sigma σ tau τ Gamma Γ Delta Δ Omega Ω Phi Φ";
  const table = greek.split(" ");
  const [head, ...rest] = name.split("_");
  const at = table.indexOf(head);
  return [at >= 0 && at % 2 === 0 ? table[at + 1] : head, rest.join(" ")];
}

/** @param {string} unit */
export function prettyUnit(unit) {
  return unit.replace(/\^(-?\d)/g, (_, power) => superscript(power)).replace("revolutions", "rev");
}
