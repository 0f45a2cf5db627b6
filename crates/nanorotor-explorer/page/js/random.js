// Draw normal random numbers from a small seeded generator.

/**
 * xoshiro128** of Blackman & Vigna (2021): 32 bits at a time, period 2^128 - 1.
 */
export class Generator {
  /** @param {number} seed any whole number; it is spread over the state by SplitMix32 */
  constructor(seed) {
    let z = seed | 0;
    const next = () => {
      z = (z + 0x9e3779b9) | 0;
      let t = z ^ (z >>> 16);
      t = Math.imul(t, 0x21f0aaad);
      t ^= t >>> 15;
      t = Math.imul(t, 0x735a2d97);
      return t ^ (t >>> 15);
    };
    this.state = Int32Array.from({ length: 4 }, next);
  }

  /** @returns {number} 32 random bits as a signed whole number */
  bits() {
    const state = this.state;
    const b = state[1];
    const b5 = Math.imul(b, 5);
    const result = Math.imul((b5 << 7) | (b5 >>> 25), 9);
    const c = state[2] ^ state[0];
    const d = state[3] ^ b;
    state[1] = b ^ c;
    state[0] ^= d;
    state[2] = c ^ (b << 9);
    state[3] = (d << 11) | (d >>> 21);
    return result;
  }

  /** @returns {number} uniform in the open interval (0, 1) */
  uniform() {
    return ((this.bits() >>> 0) + 0.5) / 4294967296;
  }

  /**
   * A normal number by the ziggurat of Marsaglia & Tsang (2000) as Doornik (2005) mended it: the layer and the position in
   * it come from different bits, 7 and 25.
   * @returns {number} mean 0, variance 1
   */
  normal() {
    for (;;) {
      const bits = this.bits();
      const layer = bits & (LAYERS - 1);
      const u = ((bits >> 7) + 0.5) / 16777216;
      if (Math.abs(u) < RATIO[layer]) return u * EDGE[layer];
      if (layer === 0) return this.tail(u < 0);
      const x = u * EDGE[layer];
      const high = Math.exp(-0.5 * (EDGE[layer] * EDGE[layer] - x * x));
      const low = Math.exp(-0.5 * (EDGE[layer + 1] * EDGE[layer + 1] - x * x));
      if (low + this.uniform() * (high - low) < 1) return x;
    }
  }

  /**
   * A normal number beyond the last layer.
   * @param {boolean} negative on which side
   */
  tail(negative) {
    let x, y;
    do {
      x = Math.log(this.uniform()) / START;
      y = Math.log(this.uniform());
    } while (-2 * y < x * x);
    return negative ? x - START : START - x;
  }
}

/** Layers of equal area, where the tail begins, and the area of each. */
const LAYERS = 128;
const START = 3.442619855899;
const AREA = 9.91256303526217e-3;

/** Right edges of the layers, from the bottom up, and the share of each that lies under the curve for sure. */
const EDGE = new Float64Array(LAYERS + 1);
const RATIO = new Float64Array(LAYERS);
{
  let height = Math.exp(-0.5 * START * START);
  EDGE[0] = AREA / height;
  EDGE[1] = START;
  for (let i = 2; i < LAYERS; i++) {
    EDGE[i] = Math.sqrt(-2 * Math.log(AREA / EDGE[i - 1] + height));
    height = Math.exp(-0.5 * EDGE[i] * EDGE[i]);
  }
  for (let i = 0; i < LAYERS; i++) RATIO[i] = EDGE[i + 1] / EDGE[i];
}
