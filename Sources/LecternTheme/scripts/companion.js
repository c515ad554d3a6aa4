// How every script speaks to the companion: where it answers, the learner's cookie, and its refusals as errors.

/** Where it answers, with a slash at the end; "" on a site that has none. */
export const companionURL = document.documentElement.dataset.companion ?? "";

const patienceMilliseconds = 20_000;

/**
 * What went wrong with a request. `code` is the companion's stable word for it ("price-changed", "sign-in-needed"),
 * or "unreachable": no answer, a broken one, or one that is not the companion's.
 */
export class Refusal extends Error {
  /**
   * @param {string} code
   * @param {number} status 0 when nothing answered
   * @param {Record<string, any>} [problem] the RFC 9457 document: `detail` says it in the reader's language, and some
   *   codes bring more, such as `total` or `opens`
   * @param {number} [retryAfter] seconds that the companion asks to wait
   */
  constructor(code, status, problem = {}, retryAfter = 0) {
    super(problem.detail ?? problem.title ?? code);
    this.code = code;
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later without anybody doing anything. */
  get isPassing() { return this.code === "unreachable" || this.status === 429 || this.status >= 500; }
}

/**
 * Asks the companion, as whoever is signed in on this device.
 * @param {string} method
 * @param {string} path below `companionURL`: "orders/" + encodeURIComponent(id)
 * @param {unknown} [body] sent as JSON
 * @param {RequestInit} [options] more for `fetch`
 * @returns {Promise<any>} its answer, or null where there is nothing to say
 * @throws {Refusal}
 */
export async function ask(method, path, body, options = {}) {
  /** @type {Record<string, string>} */
  const headers = { accept: "application/json", "accept-language": document.documentElement.lang };
  if (method !== "GET") headers["content-type"] = "application/json"; // asked of everything that changes something
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(companionURL + path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "include", cache: "no-store", signal: AbortSignal.timeout(patienceMilliseconds), ...options,
    });
  } catch {
    throw new Refusal("unreachable", 0); // offline, refused, too slow: the browser does not tell which
  }
  if (answer.status === 204) return null;
  const isJSON = /^application\/(problem\+)?json\b/.test(answer.headers.get("content-type") ?? "");
  /** @type {any} */
  let content = null;
  try {
    if (isJSON) content = await answer.json();
  } catch {
    throw new Refusal("unreachable", answer.status); // it broke off
  }
  // A host that does not pass the path on to the companion answers with a page of its own, perhaps even with 200.
  if (!content) throw new Refusal("unreachable", answer.status);
  if (answer.ok) return content;
  throw new Refusal(content.code ?? "unreachable", answer.status, content, Number(answer.headers.get("retry-after")) || 0);
}
