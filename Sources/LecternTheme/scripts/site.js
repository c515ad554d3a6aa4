// What every page gains from a script: the theme's switch, copy buttons, the place in the contents, and the way back
// to where this reader left off. Every page is complete without it.
import { completedLessons, lastLesson, linkedLesson, recordVisit, setCompleted } from "./progress.js";

const root = document.documentElement;
const words = document.body.dataset;

/**
 * @template {HTMLElement} T
 * @param {string} selector
 * @returns {T[]}
 */
const all = (selector) => [...document.querySelectorAll(selector)];

/** The switch chooses the other theme; choosing what the system has forgets the choice. */
function themeSwitch() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  document.querySelector(".theme-toggle")?.addEventListener("click", () => {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
    const theme = isDark ? "light" : "dark";
    const isSystem = (theme === "dark") === system.matches;
    if (isSystem) delete root.dataset.theme;
    else root.dataset.theme = theme;
    try {
      if (isSystem) localStorage.removeItem("lectern:theme");
      else localStorage.setItem("lectern:theme", theme);
    } catch { /* storage is blocked: the choice lasts as long as this page */ }
  });
}

function copyButtons() {
  if (!navigator.clipboard) return; // plain http
  for (const pre of all("[data-copy] > pre:only-child")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words.copy ?? "";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText((pre.textContent ?? "").replace(/\n$/, ""));
        button.textContent = words.copied ?? "";
        setTimeout(() => { button.textContent = words.copy ?? ""; }, 2000);
      } catch {
        getSelection()?.selectAllChildren(pre); // not allowed: leave it selected, ready for the reader's own keys
      }
    });
    pre.after(button);
  }
}

/** Marks the heading that is being read. */
function placeInContents() {
  const contents = document.getElementById("contents");
  if (!contents) return;
  /** @type {HTMLAnchorElement[]} */
  const links = [...contents.querySelectorAll("a")];
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const mark = () => {
    let current = -1;
    headings.forEach((heading, index) => {
      if (heading && heading.getBoundingClientRect().top < innerHeight / 4) current = index;
    });
    links.forEach((link, index) => {
      if (index === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  }, { passive: true });
  mark();
  contents.addEventListener("click", (event) => {
    if (event.target instanceof HTMLAnchorElement && contents.matches(":popover-open")) contents.hidePopover();
  });
}

function outline() {
  const nav = document.getElementById("outline");
  const here = nav?.querySelector("[aria-current]");
  if (!nav || !here) return;
  const reveal = () => {
    const box = here.getBoundingClientRect(), frame = nav.getBoundingClientRect();
    if (box.bottom > frame.bottom || box.top < frame.top) nav.scrollTop += box.top - frame.top - frame.height / 3;
  };
  nav.addEventListener("toggle", reveal);
  reveal();
}

/** Ticks for completed lessons, in the outline and in the curriculum, and how many they are. */
function showCompleted() {
  for (const place of all(".outline[data-course-id], [data-course-id]:has([data-lesson])")) {
    const course = place.dataset.courseId ?? "";
    const done = completedLessons(course);
    const links = /** @type {HTMLAnchorElement[]} */ ([...place.querySelectorAll(".outline li a, [data-lesson]")]);
    let count = 0;
    for (const link of links) {
      const isDone = done.has(linkedLesson(link, course));
      const tick = link.querySelector(".done");
      if (isDone) count += 1;
      if (!isDone) tick?.remove();
      else if (!tick) (link.querySelector(".name") ?? link).append(newTick());
    }
    const progress = place.querySelector("[data-progress]");
    if (!(progress instanceof HTMLElement)) continue;
    progress.hidden = count === 0;
    progress.textContent = `${words.completed} ${count} / ${links.length}`;
  }
}

function newTick() {
  const tick = document.createElement("span");
  tick.className = "done";
  tick.setAttribute("role", "img");
  tick.ariaLabel = words.completed ?? "";
  tick.textContent = "✓";
  return tick;
}

function lesson() {
  const article = document.querySelector("article[data-lesson-id]");
  if (!(article instanceof HTMLElement)) return;
  const { courseId: course = "", lessonId: id = "" } = article.dataset;
  recordVisit({ course, lesson: id, title: article.querySelector("h1")?.textContent ?? "", url: location.pathname });
  const show = () => {
    article.querySelector("[data-complete]")?.setAttribute("aria-pressed", String(completedLessons(course).has(id)));
  };
  article.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("[data-complete]")) setCompleted(course, id, !completedLessons(course).has(id));
  });
  document.addEventListener("lectern:completed", show);
  document.addEventListener("lectern:opened", show);
  document.addEventListener("lectern:seen", () => setCompleted(course, id)); // the film was watched to its end
  show();
}

/** "Continue where you left off", on the home page and on a course's. */
function resume() {
  for (const place of all("[data-resume]")) {
    const course = /** @type {HTMLElement | null} */ (place.closest("[data-course-id]"));
    const last = lastLesson(course?.dataset.courseId);
    const link = place.querySelector("a");
    const title = place.querySelector("span");
    if (!last?.url.startsWith(location.pathname) || !link || !title) continue;
    link.href = last.url;
    title.textContent = last.title;
    place.hidden = false;
  }
}

/** The bar at the foot of a phone's screen gives way while the offer itself is in view. */
function buyBar() {
  const bar = document.querySelector(".buy-bar");
  const offer = document.querySelector(".offer-text");
  if (!bar || !offer) return;
  new IntersectionObserver(([entry]) => bar.classList.toggle("away", entry.isIntersecting)).observe(offer);
}

themeSwitch();
copyButtons();
placeInContents();
outline();
lesson();
showCompleted();
document.addEventListener("lectern:completed", showCompleted);
resume();
buyBar();
document.addEventListener("lectern:opened", () => {
  copyButtons();
  placeInContents();
});
