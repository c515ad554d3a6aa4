// On the account's line of a course: keeping it on this device, and removing it from there.
import { Refusal } from "./companion.js";
import { keepCourse, keptCourses, removeCourse, renew } from "./offline.js";
import { canOpen } from "./sealed-file.js";
import { dateText, filled, shop } from "./shop.js";

const worker = shop.dataset.offline ?? "";
const canKeep = worker && canOpen && "serviceWorker" in navigator && "caches" in globalThis && "indexedDB" in globalThis;

/** What is kept of courses that are this reader's no longer goes. @param {string[]} courses ids */
export async function removeOthers(courses) {
  for (const course of Object.keys(keptCourses())) {
    if (!courses.includes(course)) await removeCourse(course);
  }
}

/**
 * @param {string} course its id
 * @param {string} url its page
 * @returns {HTMLElement | null} null where the creator does not allow it, or the browser cannot
 */
export function offlineControl(course, url) {
  if (!canKeep) return null;
  const place = document.createElement("p");
  place.className = "note offline";
  const says = document.createElement("span");
  says.setAttribute("role", "status");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link" });
  place.append(says, " ", button);
  const draw = () => {
    const kept = keptCourses()[course];
    says.textContent = kept ? filled(shop.dataset.kept, { date: dateText(kept.until) }) : "";
    button.textContent = (kept ? shop.dataset.keepNot : shop.dataset.keep) ?? "";
  };
  button.addEventListener("click", async () => {
    if (button.ariaBusy) return;
    button.ariaBusy = "true";
    try {
      if (keptCourses()[course]) await removeCourse(course);
      else await keep(course, url, (text) => { says.textContent = text; });
      draw();
    } catch (error) {
      draw();
      says.textContent = error instanceof Refusal && !error.isPassing ? error.message : shop.dataset.keepFailed ?? "";
    }
    button.ariaBusy = null;
  });
  draw();
  renew(course).then(draw, () => {});
  return place;
}

/** @param {string} course @param {string} url @param {(text: string) => void} say */
async function keep(course, url, say) {
  say(filled(shop.dataset.keeping, { done: 0, count: "…" }));
  await navigator.serviceWorker.register(worker);
  // A browser that is short of room would else remove it first. It may ask the reader, or decide by itself.
  await navigator.storage?.persist?.().catch(() => false);
  try {
    await keepCourse(course, new URL(url, location.href).href, (done, count) => say(filled(shop.dataset.keeping, { done, count })));
  } catch (error) {
    await removeCourse(course);
    throw error;
  }
}
