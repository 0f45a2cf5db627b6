// Talk to the server: with the session's token, newest first, and again when it was lost.

/** What the server refused, with the place to show it. */
export class Refused extends Error {
  /** @param {import("./types.js").Mistake} mistake */
  constructor(mistake) {
    super(mistake.message);
    this.mistake = mistake;
  }
}

/** The request was overtaken by a newer one. */
export class Overtaken extends Error {}

/** The server does not know this page's token. */
export class Locked extends Error {}

/** The server gave no answer. */
export class Lost extends Error {}

const KEY = "nanorotor.token";

/** Each page that is open has a name of its own, so that tabs do not cancel each other's work. */
export const TAB = Array.from(crypto.getRandomValues(new Uint32Array(2)), (word) => word.toString(36)).join("");

/** Take the token out of the address bar; links and reloads find it in the browser's store of this address. */
function keepToken() {
  const query = new URLSearchParams(location.search);
  const given = query.get("token");
  if (given !== null) {
    localStorage.setItem(KEY, given);
    query.delete("token");
    const rest = query.size ? `?${query}` : "";
    history.replaceState(null, "", location.pathname + rest + location.hash);
  }
  return given ?? localStorage.getItem(KEY) ?? "";
}

const token = keepToken();

/**
 * Send a request and give back the response if it holds an answer.
 * @param {string} path
 * @param {object} [body] a POST if given
 * @param {AbortSignal} [signal]
 */
export async function request(path, body, signal) {
  /** @type {Record<string, string>} */
  const headers = { "X-Nanorotor-Token": token };
  if (body) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal, cache: "no-store",
    });
  } catch (error) {
    if (signal?.aborted) throw new Overtaken();
    throw new Lost(String(error));
  }
  if (response.ok) return response;
  if (response.status === 401 || response.status === 403) throw new Locked();
  if (response.status === 409) throw new Overtaken();
  const answer = await response.json().catch(() => null);
  throw new Refused(answer?.error ?? { message: `the server answers ${response.status} to ${path}` });
}

/**
 * @param {string} path
 * @param {object} [body]
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function json(path, body, signal) {
  const response = await request(path, body, signal);
  try {
    return await response.json();
  } catch (error) {
    if (signal?.aborted) throw new Overtaken();
    throw new Lost(String(error));
  }
}

/**
 * Ask for a point: its landscape comes first, and is handed over as soon as it is there.
 * @param {object} body
 * @param {(point: import("./types.js").Point) => void} [early]
 * @returns {Promise<import("./types.js").Point>}
 */
export async function point(body, early = () => {}) {
  /** @type {any} */
  const point = {};
  await lines("api/point", body, undefined, (part) => {
    if (part.error) throw new Refused(part.error);
    if (part.cancelled) throw new Overtaken();
    Object.assign(point, part);
    if (!part.problems) early(point);
  });
  if (!point.problems) throw new Lost("the answer broke off");
  return point;
}

/**
 * Read an answer of one JSON per line as the lines arrive.
 * @param {string} path
 * @param {object} body
 * @param {AbortSignal | undefined} signal
 * @param {(line: any) => void} take
 */
export async function lines(path, body, signal, take) {
  const response = await request(path, body, signal);
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    let part;
    try {
      part = await reader.read();
    } catch (error) {
      if (signal?.aborted) throw new Overtaken();
      throw new Lost(String(error));
    }
    if (part.done) break;
    const parts = (rest + decoder.decode(part.value, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) if (line.trim()) take(JSON.parse(line));
  }
  if (rest.trim()) take(JSON.parse(rest));
}
