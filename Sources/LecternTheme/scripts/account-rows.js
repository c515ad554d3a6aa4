// What the lists of an account are made of: rows with a button, and the line that says what was done.
import { busyWhile, part } from "./shop.js";

/** @param {string} words what was done, said to everybody */
export const sayDone = (words = "") => { part("done").textContent = words; };

/** @param {HTMLElement} button @param {() => Promise<void>} work throws a `Refusal`, which is said on the page */
export const onPress = (button, work) => button.addEventListener("click", () => busyWhile(button, work, part("refusal")));

/**
 * A row of a list with a button at its end.
 * @param {{ title: string, more: string, button?: string, press?: () => Promise<void> }} row
 * @returns {HTMLElement}
 */
export function newRow({ title, more, button, press }) {
  const row = /** @type {HTMLElement} */ (part("line").content.querySelector("li").cloneNode(true));
  const place = (/** @type {string} */ name) => /** @type {HTMLElement} */ (row.querySelector(`[data-row="${name}"]`));
  place("title").textContent = title;
  place("more").textContent = more;
  if (button && press) {
    place("button").textContent = button;
    place("button").ariaLabel = `${button}: ${title}`;
    onPress(place("button"), press);
  } else {
    place("button").remove();
  }
  return row;
}
