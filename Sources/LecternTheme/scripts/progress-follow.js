// A learner's progress from other devices: completed lessons, and the place in this lesson's film.
import { isWaitingFor, tell } from "./beacon-queue.js";
import { ask, Refusal } from "./companion.js";
import { completedLessons, followCompleted, linkedLesson, remember, remembered } from "./progress.js";
import { knownReader, noteReader } from "./session.js";

/**
 * @typedef {object} LessonProgress
 * @property {number} [position] seconds of the film
 * @property {boolean} [done]
 */

/** Asks for the course of this page, if a learner reads here, who may have progress elsewhere: who only bought has none. */
export async function followProgress() {
  const course = /** @type {HTMLElement | null} */ (document.querySelector("article[data-course-id]"))?.dataset.courseId;
  const reader = knownReader();
  if (!course || !reader || reader === "claim") return;
  try {
    const { progress = {} } = await ask("GET", `enrollment/${encodeURIComponent(course)}`);
    follow(course, progress);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Signed out, here or from another device: what was done here stays, and not every page asks again. Offline: nothing is lost.
    if (error.code === "sign-in-needed") noteReader(null);
  }
}

/** @param {string} course @param {Record<string, LessonProgress>} progress by lesson */
function follow(course, progress) {
  const here = completedLessons(course);
  // What was taken out of the course since is nobody's progress in it: told, it would be refused on page after page.
  const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".outline li a, [data-lesson]"));
  const listed = new Set([...links].map((link) => linkedLesson(link, course)));
  followCompleted(course, Object.keys(progress).filter((lesson) => progress[lesson].done && !isWaitingFor(lesson)));
  // What was done here before signing in belongs to the learner too.
  for (const lesson of here) {
    if (listed.has(lesson) && !progress[lesson]?.done && !isWaitingFor(lesson)) tell("done", { course, lesson });
  }
  for (const [lesson, { position = 0, done }] of Object.entries(progress)) {
    // What was watched here and has not arrived yet is newer; what was seen to its end begins anew.
    if (isWaitingFor(lesson) || done || !(position > 0) || remembered(`video:${lesson}`)?.at === Math.floor(position)) continue;
    remember(`video:${lesson}`, { at: Math.floor(position) });
  }
  document.dispatchEvent(new CustomEvent("lectern:place"));
}
