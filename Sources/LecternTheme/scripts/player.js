// The player: the browser's own <video> and its controls, and what a course needs around them. Each concern is a module
// that is handed the player. Where its bytes come from is not known here: the <source> elements of the page, which the
// browser loads by itself, or stream.js, which brings a sealed film in pieces.
//
// For other modules, on the <video>, bubbling: "lectern:watched" (detail: from, to in seconds of the film, and rate)
// for each range that was shown without a break, and "lectern:seen" when it has come to its end, once.
import { addBar } from "./player-bar.js";
import { addChapters } from "./player-chapters.js";
import { addEnd } from "./player-end.js";
import { addKeys } from "./player-keys.js";
import { addResume } from "./player-resume.js";
import { addTranscript } from "./player-transcript.js";
import { watchRanges } from "./player-watched.js";
import { readFragment } from "./player-time.js";

/**
 * @typedef {object} Player
 * @property {HTMLElement} root
 * @property {HTMLVideoElement} video
 * @property {string} id of the film, the same in every language of the page
 * @property {(name: string) => any} part the element with that data-part, or null
 * @property {(name: string, values?: Record<string, string|number>) => string} word from data-say-NAME, its {names} filled
 * @property {(text: string) => void} say to a screen reader, politely
 * @property {(seconds: number, play?: boolean) => void} seek
 * @property {{ranges: () => [number, number][], seconds: () => number}} watched
 */

/** The looks of what is seen after a click: a page's first flight has no room for them. */
function addStyles() {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = new URL("./player-more.css", import.meta.url).href;
  document.head.append(sheet);
}

/** @param {HTMLElement} root @returns {Player} */
function startPlayer(root) {
  const video = root.querySelector("video");
  const part = (/** @type {string} */ name) => root.querySelector(`[data-part="${name}"]`);
  /** @type {Player} */
  const player = {
    root,
    video,
    part,
    id: root.dataset.player,
    word: (name, values = {}) =>
      (root.dataset["say" + name] ?? "").replace(/\{(\w+)\}/g, (all, key) => String(values[key] ?? all)),
    say: (text) => { part("status").textContent = text; },
    seek(seconds, play = false) {
      const go = () => {
        video.currentTime = Math.min(seconds, Math.max(0, video.duration - 0.1) || seconds);
      };
      // Before the film's head has arrived, browsers differ in whether they remember a place to start from.
      if (video.readyState >= 1) go();
      else video.addEventListener("loadedmetadata", go, { once: true });
      if (!play) return;
      video.play().catch(() => {}); // refused by the reader's settings: the film waits at its new place
      part("stage").scrollIntoView({ block: "nearest" });
    },
    watched: watchRanges(video),
  };

  tellFailure(player);
  addBar(player);
  addChapters(player);
  addTranscript(player);
  addKeys(player);
  addEnd(player);
  for (const box of root.querySelectorAll("details[data-part]")) {
    box.addEventListener("toggle", () => import("./player-boxes.js").then(({ fillBox }) => fillBox(player, box)), { once: true });
  }
  if ("watermark" in root.dataset) import("./player-watermark.js").then(({ addWatermark }) => addWatermark(player));
  const asked = [...document.querySelectorAll("fieldset[data-at]")];
  if (asked.length) import("./player-quiz.js").then(({ addQuestions }) => addQuestions(player, /** @type {HTMLFieldSetElement[]} */ (asked)));

  const fragment = readFragment(location.hash);
  if (fragment !== null) player.seek(fragment);
  addResume(player, fragment === null);

  addEventListener("hashchange", () => {
    const seconds = readFragment(location.hash);
    if (seconds !== null) player.seek(seconds);
  });
  root.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-start]"));
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (target instanceof HTMLAnchorElement) {
      event.preventDefault();
      // Replaced, not pushed: "back" should leave the lesson, not walk through its chapters.
      history.replaceState(history.state, "", target.getAttribute("href"));
    } else if (!getSelection()?.isCollapsed) {
      return; // the reader was marking words, not choosing a place
    }
    player.seek(Number(target.dataset.start), true);
  });
  return player;
}

/** @param {Player} player */
function tellFailure({ video, part }) {
  const error = part("error");
  const check = () => {
    // A sealed film that could not be begun keeps the button that begins it, and nothing may lie over that.
    if (part("stage").querySelector(".sealed-play")) return;
    if (video.error || video.networkState === HTMLMediaElement.NETWORK_NO_SOURCE) error.hidden = false;
  };
  // A <source> reports for itself, and its event does not bubble.
  video.addEventListener("error", () => setTimeout(check), true);
  video.addEventListener("loadedmetadata", () => { error.hidden = true; });
  check();
}

addStyles();
for (const root of document.querySelectorAll("[data-player]")) startPlayer(/** @type {HTMLElement} */ (root));
