// What this reader did on this device: the last lesson of each course, and the lessons that are completed.
// Kept under "lectern:" in localStorage; where storage is blocked or full, nothing is remembered and nothing breaks.

/**
 * @typedef {object} CourseProgress
 * @property {{ lesson: string, title: string, url: string }} [last]
 * @property {string[]} [done] ids of completed lessons
 * @property {string[]} [undone] ids of lessons whose mark was taken back here: another device's does not bring it back
 */

// Two sites on one host share its storage; their paths keep them apart.
const prefix = `lectern:${document.documentElement.dataset.root ?? "/"}`;

/**
 * @param {string} name
 * @returns {any} what was remembered under this name, or null
 */
export function remembered(name) {
  try {
    return JSON.parse(localStorage.getItem(prefix + name) ?? "null");
  } catch {
    return null; // blocked storage, or something else wrote there
  }
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {boolean} whether the device keeps it
 */
export function remember(name, value) {
  try {
    localStorage.setItem(prefix + name, JSON.stringify(value));
    return true;
  } catch {
    return false; // blocked or full
  }
}

/**
 * @param {string} course its id
 * @returns {CourseProgress}
 */
export function courseProgress(course) {
  const progress = remembered(`course:${course}`);
  return progress && typeof progress === "object" ? progress : {};
}

/**
 * Remembers the lesson that is open now.
 * @param {{ course: string, lesson: string, title: string, url: string }} visit
 */
export function recordVisit({ course, lesson, title, url }) {
  remember(`course:${course}`, { ...courseProgress(course), last: { lesson, title, url } });
  remember("last-course", course);
}

/**
 * @param {string} [course] its id; without it, the course that was open last
 * @returns {{ lesson: string, title: string, url: string } | null}
 */
export function lastLesson(course = remembered("last-course")) {
  const last = course ? courseProgress(course).last : null;
  // The address goes into a link: only one of this site is taken.
  return last && typeof last.url === "string" && /^\/(?!\/)/.test(last.url) ? last : null;
}

/**
 * @param {string} course
 * @returns {Set<string>} ids of the completed lessons
 */
export function completedLessons(course) {
  const { done } = courseProgress(course);
  return new Set(Array.isArray(done) ? done : []);
}

/**
 * @param {HTMLAnchorElement} link of an outline or a curriculum
 * @param {string} course its id
 * @returns {string} the id of the lesson that it leads to
 */
export const linkedLesson = (link, course) => link.dataset.lesson ?? `${course}/${decodeURIComponent(link.pathname.split("/").at(-2) ?? "")}`;

/**
 * Adds what another device knows. Tells the page as `setCompleted` does, with `{ course, followed: true }`.
 * @param {string} course
 * @param {string[]} lessons ids of completed ones
 */
export function followCompleted(course, lessons) {
  const done = completedLessons(course);
  const undone = new Set(courseProgress(course).undone);
  const news = lessons.filter((lesson) => !done.has(lesson) && !undone.has(lesson));
  if (!news.length) return;
  remember(`course:${course}`, { ...courseProgress(course), done: [...done, ...news] });
  document.dispatchEvent(new CustomEvent("lectern:completed", { detail: { course, followed: true } }));
}

/** Forgets everything that a learner did on this site with this device, told to the companion or not. */
export function forgetProgress() {
  try {
    for (const key of Object.keys(localStorage)) {
      // "/learn/…" begins with "/" as well, and is a neighbour's: our own names have no slash but behind a colon.
      if (key.startsWith(prefix) && /^[\w-]+(:|$)/.test(key.slice(prefix.length))) localStorage.removeItem(key);
    }
  } catch { /* blocked: nothing was remembered */ }
}

/**
 * Tells the page with a `lectern:completed` event on the document.
 * @param {string} course
 * @param {string} lesson
 * @param {boolean} [completed]
 */
export function setCompleted(course, lesson, completed = true) {
  const done = completedLessons(course);
  const undone = new Set(courseProgress(course).undone);
  for (const [set, isIn] of /** @type {[Set<string>, boolean][]} */ ([[done, completed], [undone, !completed]])) {
    if (isIn) set.add(lesson);
    else set.delete(lesson);
  }
  remember(`course:${course}`, { ...courseProgress(course), done: [...done], undone: [...undone] });
  document.dispatchEvent(new CustomEvent("lectern:completed", { detail: { course, lesson, completed } }));
}
