// Give the colours of the figures: a palette and maps that colour-blind readers can tell apart.
//
// The same as crates/nanorotor-figures/src/colour.rs: curves after Okabe & Ito (2008), maps through Oklab (Ottosson 2020) with
// the lightness linear in the value.

/** Colours of curves, as names of custom properties of style.css: black is white on a dark page. */
export const CURVES = ["--ink", "--vermilion", "--blue", "--green", "--purple", "--orange", "--sky"];

/**
 * The colour of a name of style.css on the page as it is now, light or dark.
 * @param {string} name
 */
export function named(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/**
 * Linear sRGB of an Oklab colour.
 * @param {number} lightness
 * @param {number} a
 * @param {number} b
 */
function linear(lightness, a, b) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/**
 * The colour of this lightness and hue, as strong as `chroma` or as the screen can show.
 * @param {number} lightness
 * @param {number} chroma
 * @param {number} hue degrees
 * @returns {[number, number, number]} sRGB, 0 to 255
 */
function of(lightness, chroma, hue) {
  const angle = (hue * Math.PI) / 180;
  for (let c = chroma; ; c -= 0.001) {
    const rgb = linear(lightness, Math.max(c, 0) * Math.cos(angle), Math.max(c, 0) * Math.sin(angle));
    if (c <= 0 || rgb.every((part) => part >= 0 && part <= 1)) {
      const [red, green, blue] = rgb.map((part) => Math.round(255 * encoded(Math.min(Math.max(part, 0), 1))));
      return [red, green, blue];
    }
  }
}

/** @param {number} value linear */
function encoded(value) {
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}

const STEPS = 256;
const SEQUENTIAL = Array.from({ length: STEPS }, (_, k) => {
  const share = k / (STEPS - 1);
  return of(0.3 + 0.5 * share, 0.21, 275 + 160 * share);
});
const DIVERGING = Array.from({ length: STEPS + 1 }, (_, k) => {
  const fromZero = (2 * k) / STEPS - 1;
  return of(0.97 - 0.55 * Math.abs(fromZero), 0.17 * Math.abs(fromZero), fromZero < 0 ? 255 : 40);
});

/**
 * From dark blue to light amber, for values on one side of zero.
 * @param {number} share 0 to 1
 */
export function sequential(share) {
  return SEQUENTIAL[Math.round((STEPS - 1) * Math.min(Math.max(share || 0, 0), 1))];
}

/**
 * From dark blue through white to dark red, the white at zero.
 * @param {number} share -1 to 1
 */
export function diverging(share) {
  return DIVERGING[Math.round((STEPS / 2) * (1 + Math.min(Math.max(share || 0, -1), 1)))];
}

/** @param {[number, number, number]} rgb */
export function css([red, green, blue]) {
  return `rgb(${red} ${green} ${blue})`;
}
