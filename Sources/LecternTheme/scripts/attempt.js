// One press of "pay" is one order, however often it is pressed, and after a reload too: its id lives in this tab until
// the order has come to an end.
import { randomHex } from "./random.js";

/** @typedef {{ wanted: string, id: string, order?: string }} Attempt */

const place = `lectern:${document.documentElement.dataset.root}attempt`;
/** @type {Attempt | null} */
let current = read();

/** @returns {Attempt | null} */
function read() {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? "null");
  } catch {
    return null; // blocked, or not ours
  }
}

/** @param {Attempt | null} attempt */
function keep(attempt) {
  current = attempt;
  try {
    if (attempt) sessionStorage.setItem(place, JSON.stringify(attempt));
    else sessionStorage.removeItem(place);
  } catch { /* blocked: a reload is then another order, and the unpaid one expires */ }
}

/**
 * @param {unknown} wanted what is ordered, by whom, for how much, paid how: anything else is another order
 * @returns {string} 32 hexadecimal digits
 */
export function attemptFor(wanted) {
  const text = JSON.stringify(wanted);
  if (current?.wanted !== text) keep({ wanted: text, id: randomHex() });
  return /** @type {Attempt} */ (current).id;
}

/** @param {string} order that the current attempt became */
export function attemptBecame(order) {
  if (current) keep({ ...current, order });
}

/** @param {string} order that is over: the next press is a new one */
export function attemptIsOver(order) {
  if (current?.order === order) keep(null);
}
