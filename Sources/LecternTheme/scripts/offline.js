// Courses that a reader keeps on this device, to read them without a network: pages, what they are made of, and the keys of
// paid lessons for a lease of seven days. Films stay where they are. Kept are courses as "offline" in localStorage, files
// in a cache for each course, keys in offline-keys.js; offline-worker.js hands the files out.
import { ask, Refusal } from "./companion.js";
import { dropKeys, keepKeys, leasedKey, leaseMilliseconds } from "./offline-keys.js";
import { remember, remembered } from "./progress.js";
import { Gone, importLessonKey, openText, Unreachable } from "./sealed-file.js";

/**
 * @typedef {object} Kept
 * @property {string} url of the course's page
 * @property {number} until end of the lease, in milliseconds since 1970
 */

const root = document.documentElement.dataset.root ?? "/";
/** @param {string} course */
const cacheName = (course) => `lectern-offline:${root}:${course}`;
/** What is left of a lease when it is renewed by reading. */
const renewedBelow = leaseMilliseconds / 2;

/** @returns {Record<string, Kept>} by the id of the course */
export function keptCourses() {
  const kept = remembered("offline");
  return kept && typeof kept === "object" ? kept : {};
}

/** @param {string} course @param {Kept | null} kept */
function note(course, kept) {
  const { [course]: _, ...others } = keptCourses();
  const all = kept ? { ...others, [course]: kept } : others;
  remember("offline", Object.keys(all).length ? all : null);
}

/** The files of one course, each fetched once. */
class Keeping {
  /** @param {Cache} cache */
  constructor(cache) {
    this.cache = cache;
    /** @type {Set<string>} */
    this.have = new Set();
  }

  /**
   * Fetches a file and keeps it.
   * @param {string} url absolute
   * @returns {Promise<Response | null>} null for what is here already, and for another host's
   */
  async file(url) {
    if (this.have.has(url) || new URL(url).origin !== location.origin) return null;
    this.have.add(url);
    /** @type {Response} */
    let answer;
    try {
      answer = await fetch(url);
    } catch {
      throw new Unreachable();
    }
    if (answer.status === 404 || answer.status === 410) throw new Gone();
    if (!answer.ok) throw new Unreachable();
    // A browser takes no answer for a page that came by a detour.
    await this.cache.put(url, answer.redirected ? new Response(await answer.clone().blob(), { headers: answer.headers }) : answer.clone());
    return answer;
  }

  /** @param {string} url @returns {Promise<Document>} */
  async page(url) {
    const answer = await this.file(url);
    const page = new DOMParser().parseFromString(await answer?.text() ?? "", "text/html");
    await this.partsOf(page, url);
    return page;
  }

  /** Styles, scripts and pictures that a page shows. @param {ParentNode} page @param {string} base */
  async partsOf(page, base) {
    const named = (/** @type {string} */ selector, /** @type {string} */ attribute) =>
      [...page.querySelectorAll(selector)].map((element) => element.getAttribute(attribute) ?? "");
    const urls = [
      ...named("link[rel=stylesheet], link[rel=modulepreload], link[rel=icon]", "href"),
      ...named("script[src], img[src], track[src]", "src"), ...named("video[poster]", "poster"),
      // Which width a screen asks for is not known here; which kind is, the first.
      ...named("picture > source:first-child[srcset], img[srcset]", "srcset")
        .flatMap((set) => set.split(/,\s+/).map((choice) => choice.trim().split(/\s/)[0])),
    ];
    for (const url of urls) {
      if (url && !/^(data|blob):/.test(url)) await this.part(new URL(url, base));
    }
  }

  /** @param {URL} url */
  async part(url) {
    url.hash = "";
    const answer = await this.file(url.href);
    if (!answer) return;
    const calls = url.pathname.endsWith(".js") ? /"(\.\/[\w.-]+\.(?:js|css))"/g : url.pathname.endsWith(".css") ? /url\(["']?([^"')]+)/g : null;
    if (!calls) return;
    for (const [, name] of (await answer.text()).matchAll(calls)) {
      if (!name.startsWith("data:")) await this.part(new URL(name, url));
    }
  }
}

/**
 * Keeps a course, or makes what is kept of it new, with a new lease.
 * @param {string} course its id
 * @param {string} url its page
 * @param {(done: number, count: number) => void} [progress] lessons
 * @returns {Promise<Kept>}
 * @throws {Refusal | Gone | Unreachable | DOMException} the last: the device has no room
 */
export async function keepCourse(course, url, progress) {
  const { until } = await ask("GET", `enrollment/${encodeURIComponent(course)}`);
  const kept = { url, until: Math.min(Date.now() + leaseMilliseconds, until ? new Date(until).getTime() : Infinity) };
  const keeping = new Keeping(await caches.open(cacheName(course)));
  const outline = await keeping.page(url);
  const lessons = [...new Set([...outline.querySelectorAll("a[data-lesson][href]")].map((link) => new URL(link.getAttribute("href") ?? "", url).href))];
  /** @type {{ lesson: string, epoch: string, key: CryptoKey }[]} */
  const keys = [];
  for (const [index, lesson] of lessons.entries()) {
    const key = await keepLesson(keeping, lesson);
    if (key) keys.push(key);
    progress?.(index + 1, lessons.length);
  }
  await keepKeys(course, kept.until, keys);
  // What an earlier edition of the course was made of.
  for (const { url } of await keeping.cache.keys()) {
    if (!keeping.have.has(url)) await keeping.cache.delete(url);
  }
  note(course, kept);
  return kept;
}

/** @param {Keeping} keeping @param {string} url @returns {Promise<{ lesson: string, epoch: string, key: CryptoKey } | null>} null for a free one */
async function keepLesson(keeping, url) {
  const page = await keeping.page(url);
  /** @type {HTMLElement | null} */
  const place = page.querySelector("[data-sealed]");
  /** @type {HTMLElement | null | undefined} */
  const article = place?.closest("article");
  if (!place || !article) return null;
  const { sealed = "", path = "", epoch = "" } = place.dataset;
  const { courseId = "", lessonId = "" } = article.dataset;
  /** @type {CryptoKey} */
  let key;
  try {
    const { offers } = await ask("GET", `enrollment/${encodeURIComponent(courseId)}/${encodeURIComponent(lessonId)}?epoch=${epoch}`);
    key = await importLessonKey(offers.key);
  } catch (error) {
    if (error instanceof Refusal && typeof error.problem.opens === "string") return null; // its day has not come
    throw error;
  }
  const text = new URL(sealed, url).href;
  await keeping.file(text);
  const content = document.createElement("template");
  content.innerHTML = await openText(text, path, key);
  for (const film of content.content.querySelectorAll("video[src], audio[src], source[src]")) film.removeAttribute("src");
  await keeping.partsOf(content.content, url);
  for (const link of content.content.querySelectorAll("a[href]")) {
    const file = new URL(link.getAttribute("href") ?? "", url);
    if (/\/sealed\.\d+\.[0-9a-f]{16}\.bin$/.test(file.pathname)) await keeping.part(file);
  }
  return { lesson: lessonId, epoch, key };
}

/** Makes a kept course new when its lease is half over. @param {string} course @returns {Promise<void>} */
export async function renew(course) {
  const kept = keptCourses()[course];
  if (kept && kept.until - Date.now() < renewedBelow) await keepCourse(course, kept.url);
}

/** @param {string} course */
export async function removeCourse(course) {
  note(course, null);
  await dropKeys(course);
  await caches.delete(cacheName(course));
  if (Object.keys(keptCourses()).length) return;
  // Without anything to hand out, the worker would only stand in the way.
  await (await navigator.serviceWorker?.getRegistration(root))?.unregister();
}

/** Removes all that is kept: another reads here from now on, or nobody. */
export async function forgetOffline() {
  for (const course of Object.keys(keptCourses())) await removeCourse(course);
}

/**
 * A kept lesson's key: the companion's, or the one on this device where it cannot be reached.
 * @param {() => Promise<CryptoKey>} askKey asks the companion
 * @param {string} course
 * @param {string} lesson
 * @param {string} epoch
 */
export async function keyOrLease(askKey, course, lesson, epoch) {
  try {
    const key = await askKey();
    renew(course).catch(() => {}); // reading does not wait for it, and what hinders it now is tried again with the next lesson
    return key;
  } catch (error) {
    const isAway = error instanceof Unreachable || (error instanceof Refusal && error.isPassing);
    const key = isAway ? await leasedKey(course, lesson, epoch).catch(() => null) : null;
    if (key) return key;
    const kept = keptCourses()[course];
    if (isAway && kept) note(course, { ...kept, until: 0 });
    // Signed out or given back: what was kept ends with it.
    if (error instanceof Refusal && (error.status === 401 || error.status === 402)) await removeCourse(course);
    throw error;
  }
}
