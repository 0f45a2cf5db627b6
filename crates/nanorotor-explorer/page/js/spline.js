// Interpolate a periodic function by a cubic spline.

/**
 * The values of the periodic cubic spline through equidistant samples at `cells` equidistant angles.
 * @param {ArrayLike<number>} samples over one period, the first at 0, the end left out
 * @param {number} cells
 */
export function refine(samples, cells) {
  const moments = secondDerivatives(samples);
  const n = samples.length;
  const values = new Float64Array(cells);
  for (let i = 0; i < cells; i++) {
    const at = (i * n) / cells;
    const k = Math.floor(at);
    const next = (k + 1) % n;
    const b = at - k;
    const a = 1 - b;
    const bend = (a * a * a - a) * moments[k] + (b * b * b - b) * moments[next];
    values[i] = a * samples[k] + b * samples[next] + bend / 6;
  }
  return values;
}

/**
 * m_(k-1) + 4 m_k + m_(k+1) = 6 (y_(k-1) - 2 y_k + y_(k+1)) on a ring, by Sherman & Morrison.
 * @param {ArrayLike<number>} y
 */
function secondDerivatives(y) {
  const n = y.length;
  if (n < 3) return new Float64Array(n);
  const right = new Float64Array(n);
  for (let k = 0; k < n; k++) right[k] = 6 * (y[(k + n - 1) % n] - 2 * y[k] + y[(k + 1) % n]);
  // The corners are taken into u vᵀ with u = (-4, 0, …, 0, 1) and v = (1, 0, …, 0, -1/4).
  const diagonal = new Float64Array(n).fill(4);
  diagonal[0] = 8;
  diagonal[n - 1] = 4.25;
  const corner = new Float64Array(n);
  corner[0] = -4;
  corner[n - 1] = 1;
  const plain = solve(diagonal, right);
  const column = solve(diagonal, corner);
  const share = (plain[0] - plain[n - 1] / 4) / (1 + column[0] - column[n - 1] / 4);
  return plain.map((value, k) => value - share * column[k]);
}

/**
 * Solve a tridiagonal system whose neighbours of the diagonal are 1.
 * @param {Float64Array} diagonal
 * @param {Float64Array} right
 */
function solve(diagonal, right) {
  const n = right.length;
  const upper = new Float64Array(n);
  const x = new Float64Array(n);
  upper[0] = 1 / diagonal[0];
  x[0] = right[0] / diagonal[0];
  for (let k = 1; k < n; k++) {
    const pivot = diagonal[k] - upper[k - 1];
    upper[k] = 1 / pivot;
    x[k] = (right[k] - x[k - 1]) / pivot;
  }
  for (let k = n - 2; k >= 0; k--) x[k] -= upper[k] * x[k + 1];
  return x;
}
