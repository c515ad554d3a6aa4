// Opens a paid lesson for who is enrolled: one question to the companion, one file, its text put into the page once. For
// everybody else the page stays what it is, the paywall. Keys live as long as the page.
//
// For other scripts: "lectern:opened" on the document when the text is there.
import { ask, Refusal } from "./companion.js";
import { remember, remembered } from "./progress.js";
import { canOpen, Damaged, Gone, importLessonKey, openText, Unreachable } from "./sealed-file.js";
import { prepareParts } from "./sealed-parts.js";

const root = document.documentElement;
/** @type {HTMLElement} */
const place = document.querySelector("[data-sealed]");
/** @type {HTMLElement} */
const status = place.querySelector(".sealed-say");
/** @type {HTMLElement} */
const article = place.closest("article");
/** The path of the course: its buyers' devices remember it, so that the next lesson opens without a paywall first. */
const course = new URL("..", location.href).pathname;

/** @param {string} name @param {Record<string, string|number>} [values] */
const word = (name, values = {}) =>
  (status.dataset["say" + name] ?? "").replace(/\{(\w+)\}/g, (all, key) => String(values[key] ?? all));

/** @param {string} text "" for nothing @param {Node[]} more */
function say(text, ...more) {
  const line = document.createElement("span");
  line.textContent = text;
  status.className = "sealed-say";
  status.replaceChildren(...(text ? [line] : []), ...more);
}

/** @param {string} name @param {() => void} act */
function button(name, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.textContent = word(name);
  button.addEventListener("click", act);
  return button;
}

const reloading = () => button("Reload", () => location.reload());

/** @returns {string[]} */
function openCourses() {
  const courses = remembered("opens");
  return Array.isArray(courses) ? courses.filter((path) => typeof path === "string") : [];
}

/** @param {boolean} isOpen */
function rememberCourse(isOpen) {
  const others = openCourses().filter((path) => path !== course);
  remember("opens", isOpen ? [...others, course] : others);
}

/** Shows the page as everybody sees it, which a returning buyer's device had kept back. */
function showPaywall() {
  root.classList.remove("opens");
}

/** @param {HTMLElement} sealed the element that names file, path and epoch @returns {Promise<[string, CryptoKey]>} */
async function openedText(sealed) {
  const { sealed: url = "", path = "", epoch = "" } = sealed.dataset;
  const { courseId = "", lessonId = "" } = article.dataset;
  const askKey = async () => {
    const ids = `${encodeURIComponent(courseId)}/${encodeURIComponent(lessonId)}`;
    const { offers } = await ask("GET", `enrollment/${ids}?epoch=${epoch}`);
    if (typeof offers?.key !== "string") throw new Unreachable(); // an answer, but not the companion's
    return importLessonKey(offers.key);
  };
  const isKept = !!remembered("offline")?.[courseId];
  const key = await (isKept ? (await import("./offline.js")).keyOrLease(askKey, courseId, lessonId, epoch) : askKey());
  try {
    return [await openText(url, path, key), key];
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    return [await openText(url, path, key, "reload"), key]; // perhaps it was only a cache that damaged it
  }
}

/** The page as the host has it now: this one may be older than the lesson. @returns {Promise<HTMLElement | null>} */
async function currentPage() {
  try {
    const answer = await fetch(location.pathname, { cache: "reload" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("[data-sealed]");
  } catch {
    throw new Unreachable();
  }
}

/** @param {unknown} error */
const isOutdated = (error) => error instanceof Gone || (error instanceof Refusal && error.code === "epoch-gone");

async function open() {
  // A visitor is not told of a door that they never saw.
  if (root.classList.contains("opens") || tries) say(word("Opening"));
  /** @type {[string, CryptoKey]} */
  let opened;
  try {
    opened = await openedText(place);
  } catch (error) {
    if (!isOutdated(error)) throw error;
    const current = await currentPage();
    if (!current || current.dataset.sealed === place.dataset.sealed) throw error;
    opened = await openedText(current);
  }
  await show(...opened);
}

/** The text brings the styles that only it needs: they come first, so that nothing jumps. @param {DocumentFragment} content */
async function loadSheets(content) {
  /** @type {HTMLLinkElement[]} */
  const links = [...content.querySelectorAll("link[rel=stylesheet]")];
  const loaded = links.map((link) => new Promise((done) => { link.onload = link.onerror = done; }));
  // Before the page's own, which may change what they say.
  document.querySelector("link[rel=stylesheet]")?.before(...links);
  await Promise.all(loaded);
}

/** @param {string} html @param {CryptoKey} key */
async function show(html, key) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const { content } = template;
  const startParts = prepareParts(content, { key, word, say });
  await loadSheets(content);
  // The table of contents has its own place beside the lesson.
  const contents = content.querySelector("#contents");
  const contentsButton = content.querySelector("[popovertarget=contents]");
  if (contents) document.querySelector(".page")?.append(contents);
  if (contentsButton) document.querySelector(".lesson-bar")?.append(contentsButton);
  place.replaceChildren(content, status);
  say(word("Opened"));
  status.className = "visually-hidden";
  startParts();
  rememberCourse(true);
  document.dispatchEvent(new CustomEvent("lectern:opened"));
  if (place.querySelector("[data-player]")) await import("./player.js");
  if (place.querySelector("[data-quiz]")) await import("./quiz.js");
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

/** @param {string} iso */
function dateText(iso) {
  const date = new Date(iso);
  return isNaN(date.getTime()) ? iso : date.toLocaleString(root.lang, { dateStyle: "long", timeStyle: "short" });
}

let tries = 0;
/** Set while a next try is awaited, and only then. @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/** Tries, and says what came of it in words; what may pass is tried again. */
async function tryToOpen() {
  clearTimeout(waiting);
  waiting = undefined;
  try {
    await open();
  } catch (error) {
    refuse(error);
  }
}

/** @param {unknown} error */
function refuse(error) {
  if (error instanceof Unreachable || (error instanceof Refusal && error.isPassing)) {
    const pause = Math.max(Math.min(2 ** tries, 60), error instanceof Refusal ? error.retryAfter : 0);
    tries += 1;
    say(word("Away"), button("Retry", tryToOpen));
    waiting = setTimeout(tryToOpen, pause * 1000);
    return;
  }
  if (error instanceof Damaged) return say(word("Damaged"), reloading());
  if (isOutdated(error)) return say(word("Outdated"), reloading());
  if (!(error instanceof Refusal)) throw error;
  const wasOpen = openCourses().includes(course);
  showPaywall();
  if (error.status === 401) return wasOpen ? say(word("SignedOut")) : say("");
  if (typeof error.problem.opens === "string") {
    place.querySelector(".paywall")?.remove(); // it is bought, and only its day has not come
    return say(word("NotYet", { date: dateText(error.problem.opens) }));
  }
  if (error.status === 402) rememberCourse(false);
  say(error.status === 402 ? word("NotYours") : error.message);
}

if (canOpen) {
  addEventListener("online", () => { if (waiting) tryToOpen(); });
  tryToOpen();
} else {
  showPaywall();
  if (openCourses().includes(course)) say(word("OldBrowser"));
}
