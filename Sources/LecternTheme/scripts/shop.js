// What the pages of sign-in, checkout, orders and account share: which part is shown, words with values filled in,
// amounts, forms that speak to the companion, and waiting for a companion that cannot be reached.
import { Refusal } from "./companion.js";

export const shop = /** @type {HTMLElement} */ (document.querySelector(".shop"));

/**
 * @param {string} name
 * @param {ParentNode} [within]
 * @returns {any} the element with that data-part
 */
export const part = (name, within = shop) => within.querySelector(`[data-part="${name}"]`);

/** @param {string} name @returns {HTMLFormElement} */
export const formNamed = (name) => /** @type {HTMLFormElement} */ (shop.querySelector(`[data-form="${name}"]`));

/**
 * Shows one of the page's views and hides the others.
 * @param {string} name
 * @param {boolean} [focuses] puts the keyboard's place at its beginning: for a view that comes after an action
 */
export function show(name, focuses = false) {
  for (const view of shop.querySelectorAll("[data-view]")) {
    if (view instanceof HTMLElement) view.hidden = view.dataset.view !== name;
  }
  if (!focuses) return;
  /** @type {HTMLElement | null} */
  const start = shop.querySelector(`[data-view="${name}"] :is([tabindex="-1"], input)`);
  start?.focus();
}

/**
 * Fills the {names} of a text.
 * @param {string | undefined} text
 * @param {Record<string, string | number>} values
 */
export const filled = (text, values) => (text ?? "").replace(/\{(\w+)\}/g, (all, key) => String(values[key] ?? all));

/**
 * Fills and shows the element with that data-fill; its own words are the form.
 * @param {string} name
 * @param {Record<string, string | number>} values
 */
export function fill(name, values) {
  const element = /** @type {HTMLElement} */ (shop.querySelector(`[data-fill="${name}"]`));
  element.dataset.text ??= element.textContent ?? "";
  element.textContent = filled(element.dataset.text, values);
  element.hidden = false;
}

/** @typedef {{ currency: string, minorUnits: number }} Money */

/** @type {Record<string, [number, string]>} digits after the point, and the sign */
const currencies = JSON.parse(shop.dataset.money ?? "{}");

/**
 * As the build writes it: ¥199, US$29.90.
 * @param {Money} money
 */
export function moneyText({ currency, minorUnits }) {
  const [digits, sign] = currencies[currency] ?? [2, `${currency} `];
  const padded = String(minorUnits).padStart(digits + 1, "0");
  const whole = padded.slice(0, padded.length - digits), fraction = padded.slice(padded.length - digits);
  return sign + whole + (/[1-9]/.test(fraction) ? `.${fraction}` : "");
}

/**
 * Reads what a reader typed: 60, 59.90, ¥59,90.
 * @param {string} text
 * @param {string} currency
 * @returns {number | null} in the currency's smallest unit; null for what is no amount of it
 */
export function minorUnitsIn(text, currency) {
  const [digits] = currencies[currency] ?? [2, ""];
  const [, whole, fraction = ""] = /^\D*?(\d{1,9})(?:[.,](\d+))?\s*$/.exec(text.normalize("NFKC")) ?? [];
  return whole && fraction.length <= digits ? Number(whole + fraction.padEnd(digits, "0")) : null;
}

/**
 * @param {string | number} instant milliseconds, or RFC 3339
 * @param {boolean} [withTime]
 */
export function dateText(instant, withTime = false) {
  const style = /** @type {const} */ ({ dateStyle: "long", ...(withTime && { timeStyle: "short" }) });
  return new Intl.DateTimeFormat(document.documentElement.lang, style).format(new Date(instant));
}

/**
 * The line of a course, ready to be put into a list.
 * @param {string} id
 * @returns {{ line: HTMLElement, title: string, url: string, first: string } | null} null for a course that the site
 *   does not have (any more)
 */
export function courseLine(id) {
  /** @type {HTMLTemplateElement | null} */
  const template = document.querySelector(`template[data-course="${CSS.escape(id)}"]`);
  const line = /** @type {DocumentFragment | undefined} */ (template?.content.cloneNode(true))?.querySelector("li");
  if (!template || !line) return null;
  const { url = "", first = url } = template.dataset;
  return { line, title: line.querySelector("h3")?.textContent ?? id, url, first };
}

/**
 * The bundle that an order's courses are bought as, above them.
 * @param {{ title: string } | undefined} bundle
 */
export function showBundle(bundle) {
  part("bundle").hidden = !bundle;
  part("bundle").textContent = bundle?.title ?? "";
}

/**
 * A course as it stands in an order: the site's own line of it, with the order's title and price.
 * @param {{ course: string, title?: string, price?: Money }} item
 */
export function orderLine({ course, title, price }) {
  const known = courseLine(course);
  const line = known?.line ?? document.createElement("li");
  if (!known) line.append(Object.assign(document.createElement("h3"), { textContent: title ?? course }));
  const place = line.querySelector(".price");
  if (place) place.textContent = price ? moneyText(price) : "";
  return line;
}

/**
 * Sends a form through the companion instead of the browser: once at a time, and says why when it is refused.
 * @param {string} name its data-form
 * @param {(form: HTMLFormElement) => Promise<void>} work throws a `Refusal`
 */
export function onSubmit(name, work) {
  const form = formNamed(name);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    busyWhile(form, () => work(form));
  });
  return form;
}

/**
 * @param {HTMLElement} place a form or a button; a second press while it works is ignored
 * @param {() => Promise<void>} work
 * @param {HTMLElement | null} [says] where a refusal is said
 */
export async function busyWhile(place, work, says = place.querySelector(".refusal")) {
  if (place.ariaBusy === "true") return;
  place.ariaBusy = "true";
  if (says) says.textContent = "";
  for (const input of place.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (says) says.textContent = refusalText(error);
    if (error.code === "proof-needed") says?.append(" ", proveAnew(place));
  } finally {
    place.ariaBusy = null;
  }
}

/** Some things are for somebody who has just signed in: the way there, and back to this place. @param {HTMLElement} place */
function proveAnew(place) {
  const next = `${location.pathname}#${place.closest("details")?.id ?? ""}`;
  const href = `${shop.dataset.signIn}?again=1&next=${encodeURIComponent(next)}`;
  return Object.assign(document.createElement("a"), { href, textContent: shop.dataset.signInWords });
}

/** @param {Refusal} refusal */
export function refusalText(refusal) {
  return refusal.code === "unreachable" ? shop.dataset.noAnswer ?? shop.dataset.unreachable ?? "" : refusal.message;
}

/**
 * Says what is wrong with a field, and puts the keyboard there.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} words
 */
export function fieldRefused(form, name, words) {
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  const says = form.querySelector(".refusal");
  field.ariaInvalid = "true";
  if (says) {
    says.id ||= `refused-${form.dataset.form}`;
    says.textContent = words;
    field.setAttribute("aria-errormessage", says.id);
  }
  field.focus();
}

/**
 * @param {HTMLFormElement} form
 * @param {string} [name] of its field for an address
 * @returns {string | null} the address, or null when none could be meant, and the reader is told so
 */
export function addressIn(form, name = "email") {
  const address = /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value.trim();
  if (/^[^\s@]+@[^\s@]+$/.test(address)) return address;
  fieldRefused(form, name, shop.dataset.emailNeeded ?? "");
  return null;
}

/**
 * @param {HTMLFormElement} form with a field "code"
 * @returns {string | null} six digits, however they were pasted; or null, and the reader is told so
 */
export function codeIn(form) {
  const digits = /** @type {HTMLInputElement} */ (form.elements.namedItem("code")).value.normalize("NFKC").replace(/\D/g, "");
  if (digits.length === 6) return digits;
  fieldRefused(form, "code", form.dataset.short ?? "");
  return null;
}

const longestWaitSeconds = 60;

/**
 * Does the work, and again until it is answered: after a growing wait, or as soon as the device is online again.
 * @template T
 * @param {() => Promise<T>} work
 * @param {(refusal: Refusal | null) => void} trouble told of each failure, and null when all is well again
 * @returns {Promise<T>}
 * @throws {Refusal} one that waiting does not mend
 */
export async function untilAnswered(work, trouble) {
  let isTroubled = false;
  for (let wait = 2; ; wait = Math.min(wait * 2, longestWaitSeconds)) {
    try {
      const answer = await work();
      if (isTroubled) trouble(null);
      return answer;
    } catch (error) {
      if (!(error instanceof Refusal) || !error.isPassing) throw error;
      isTroubled = true;
      trouble(error);
      await pause(Math.max(wait, error.retryAfter));
    }
  }
}

/**
 * Waits; comes back early when the device is online again, or when the reader comes back to the page.
 * @param {number} seconds
 * @returns {Promise<void>}
 */
export function pause(seconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, seconds * 1000);
    const back = () => { if (!document.hidden) done(); };
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      document.removeEventListener("visibilitychange", back);
      resolve();
    }
    addEventListener("online", done);
    document.addEventListener("visibilitychange", back);
  });
}

/** Shows or clears the page's line about a companion that cannot be reached. @param {Refusal | null} refusal */
export function sayTrouble(refusal) {
  const line = part("trouble");
  line.hidden = !refusal;
  line.textContent = refusal ? shop.dataset.unreachable : "";
}

/**
 * @param {string | null} written an address that came with the page's own
 * @returns {string | null} the same as a path, when it is of this site; null for any other
 */
export function ownPath(written) {
  const root = document.documentElement.dataset.root ?? "/";
  try {
    const url = new URL(written ?? "", location.origin + root);
    const isOwn = written && url.origin === location.origin && url.pathname.startsWith(root) && !url.pathname.startsWith("//");
    return isOwn ? url.pathname + url.search + url.hash : null;
  } catch {
    return null; // no address at all
  }
}

/** Makes links to the sign-in page lead back here. */
export function linkSignIn() {
  const next = encodeURIComponent(location.pathname + location.search);
  for (const link of shop.querySelectorAll('a[data-part="signIn"]')) {
    if (link instanceof HTMLAnchorElement) link.search = `?next=${next}`;
  }
}
