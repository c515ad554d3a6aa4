// A learner's courses: how far each is, and the lesson to go on with.
import { offlineControl, removeOthers } from "./account-offline.js";
import { ask } from "./companion.js";
import { courseLine, dateText, filled, part, shop } from "./shop.js";

/**
 * @typedef {object} OwnCourse
 * @property {string} course
 * @property {string | number} [until]
 * @property {number} completed
 * @property {number} lessons
 * @property {string} [next] the lesson that comes next
 */

export async function showCourses() {
  /** @type {{ courses: OwnCourse[] }} */
  const { courses } = await ask("GET", "enrollment");
  await removeOthers(courses.map(({ course }) => course));
  const lines = courses.flatMap((own) => lineOf(own) ?? []);
  part("courses").replaceChildren(...lines);
  part("courses").hidden = lines.length === 0;
  part("noCourses").hidden = lines.length > 0;
}

/** @param {OwnCourse} own */
function lineOf({ course, until, completed, lessons, next }) {
  const known = courseLine(course);
  if (!known) return null; // the creator took the course off the site
  const { line, url, first } = known;
  const done = filled(shop.dataset.progress, { done: completed, count: lessons });
  const place = /** @type {HTMLElement} */ (line.querySelector("[data-line]"));
  place.textContent = until ? `${done} · ${filled(shop.dataset.until, { date: dateText(until) })}` : done;
  const bar = Object.assign(document.createElement("progress"), { max: lessons || 1, value: completed, ariaLabel: done });
  place.before(bar);
  line.querySelector(".price")?.remove();
  line.querySelector(".facts-line")?.remove();
  const link = Object.assign(document.createElement("a"), { className: "button quiet", href: completed ? url : first });
  link.textContent = (completed ? shop.dataset.goOn : shop.dataset.start) ?? "";
  line.append(link);
  const offline = offlineControl(course, url);
  if (offline) line.append(offline);
  if (next) nameNext(link, url, next);
  return line;
}

/**
 * The course's page knows where each of its lessons is and what it is called in this language.
 * @param {HTMLAnchorElement} link
 * @param {string} url of the course
 * @param {string} lesson its id
 */
async function nameNext(link, url, lesson) {
  try {
    const answer = await fetch(url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const entry = page.querySelector(`[data-lesson="${CSS.escape(lesson)}"]`);
    const goal = entry?.getAttribute("href");
    if (!goal) return;
    link.href = new URL(goal, answer.url).href;
    link.textContent = filled(shop.dataset.next, { lesson: entry?.querySelector(".name")?.firstChild?.textContent?.trim() ?? "" });
  } catch { /* offline: the link leads to the course, which knows the way itself */ }
}
