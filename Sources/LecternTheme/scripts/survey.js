// The survey: each answer is told like any other event (docs/beacons.md), only when its button is pressed. The last one counts.
import { send, tell } from "./beacon-queue.js";

const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-survey]"));
const refusal = /** @type {HTMLElement} */ (form.querySelector(".refusal"));
const says = /** @type {HTMLElement} */ (document.querySelector("[data-sent]"));

/** @returns {{ question: string, answer: string | string[] }[]} what was answered; the rest is nobody's business */
function answers() {
  return [...form.querySelectorAll("[data-question]")].flatMap((place) => {
    const question = /** @type {HTMLElement} */ (place).dataset.question ?? "";
    const words = place.querySelector("textarea")?.value.trim();
    if (words !== undefined) return words ? [{ question, answer: words }] : [];
    const chosen = [...place.querySelectorAll("input:checked")].map((input) => /** @type {HTMLInputElement} */ (input).value);
    return chosen.length ? [{ question, answer: chosen }] : [];
  });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = answers();
  refusal.textContent = "";
  if (!given.length) {
    refusal.textContent = form.dataset.empty ?? "";
    /** @type {HTMLElement | null} */ (form.querySelector("input, textarea"))?.focus();
    return;
  }
  // The form goes at once: a second press would only say it again.
  form.hidden = true;
  for (const one of given) tell("survey", one);
  says.textContent = (await send() ? says.dataset.sent : says.dataset.kept) ?? "";
  says.focus();
});
