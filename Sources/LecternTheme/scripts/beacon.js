// What happens on a page, told to the companion: docs/beacons.md says what, and what not. Of a reader who asked not to
// be counted, only what a learner's own progress needs.
import { send, tell } from "./beacon-queue.js";
import { followProgress } from "./progress-follow.js";
import { knownReader } from "./session.js";
import { isPrivate } from "./visit.js";

const page = document.body.classList;
const article = /** @type {HTMLElement | null} */ (document.querySelector("article[data-lesson-id]"));
const lesson = { course: article?.dataset.courseId ?? "", lesson: article?.dataset.lessonId ?? "" };
const root = document.documentElement.dataset.root ?? "/";

/** Of visitors: which pages are looked at, and where a purchase is begun. */
function visitor() {
  const query = new URLSearchParams(location.search);
  const utm = Object.fromEntries(["source", "medium", "campaign"].flatMap((name) => {
    const value = query.get(`utm_${name}`);
    return value ? [[name, bounded(value, 100)]] : [];
  }));
  const course = /** @type {HTMLElement | null} */ (document.querySelector("article.course"))?.dataset.courseId;
  // Of a course or lesson by its id as well: a path may change.
  tell("view", { path: bounded(ownPath(), 500), ...(lesson.lesson ? lesson : course ? { course } : {}), ...referrer(), ...utm });
  if (page.contains("on-course") && document.querySelector(".offer .button[href*='?course=']")) tell("step", { name: "price-seen", course });
  if (page.contains("on-checkout")) for (const course of query.getAll("course")) tell("step", { name: "checkout-opened", course });
}

/** The page's path below the site's root in its own letters, as the catalogue has it: escaped, 变量 is nine times as long. */
function ownPath() {
  const path = location.pathname.slice(root.length - 1);
  try {
    return decodeURI(path);
  } catch {
    return path; // escapes that are no UTF-8: no page of ours
  }
}

/** Its host alone: an address may hold what is nobody's business. */
function referrer() {
  try {
    const { host } = new URL(document.referrer);
    return host === location.host ? {} : { referrer: host };
  } catch {
    return {}; // none
  }
}

/** Of learners: what their progress is made of. */
function learner() {
  document.addEventListener("lectern:watched", (event) => {
    const video = /** @type {HTMLVideoElement} */ (event.target);
    const { from, to, rate } = /** @type {CustomEvent} */ (event).detail;
    tell("video", { ...lesson, ranges: [[tenth(from), tenth(to)]], rate, length: tenth(video.duration), position: tenth(to) });
  });
  document.addEventListener("lectern:quiz", (event) => {
    const { question, answer, correct, attempt } = /** @type {CustomEvent} */ (event).detail;
    tell("quiz", { ...lesson, question, answer: bounded(answer), correct, attempt });
  });
  document.addEventListener("lectern:completed", (event) => {
    const { course, lesson, completed, followed } = /** @type {CustomEvent} */ (event).detail;
    if (completed && !followed) tell("done", { course, lesson });
  });
}

/** In whole characters: half of one is no text. @param {string} text */
const bounded = (text, most = 2000) => Array.from(text).slice(0, most).join("");

/** @param {number} seconds */
const tenth = (seconds) => Math.round(seconds * 10) / 10;

function questions() {
  const place = document.querySelector("[data-ask]");
  const form = place?.querySelector("form"), says = /** @type {HTMLElement | null} */ (place?.querySelector("[role=status]"));
  // A question without a known learner could not be answered.
  if (!(place instanceof HTMLElement) || !form || !says || !knownReader()) return;
  place.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("text"));
    const text = field.value.trim();
    if (!text) return field.focus();
    tell("ask", { ...lesson, text: bounded(text) });
    form.reset();
    says.textContent = "";
    says.textContent = (await send() ? says.dataset.sent : says.dataset.kept) ?? "";
  });
}

function start() {
  if (!isPrivate) visitor();
  followProgress();
}

if (!isPrivate || knownReader()) learner();
questions();
// A page that is loaded ahead of the reader's decision has not been looked at.
if (/** @type {any} */ (document).prerendering) document.addEventListener("prerenderingchange", start, { once: true });
else start();
// Back from the browser's memory: looked at once more.
addEventListener("pageshow", (event) => { if (event.persisted) start(); });
