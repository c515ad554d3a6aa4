import { changeSpeed, toggleCaptions } from "./player-bar.js";
import { remember, remembered } from "./progress.js";

/**
 * Keys work while the focus is in the player. While the film plays and nothing else has the focus they work for the
 * whole page, which a reader can turn off (WCAG 2.1.4).
 * @param {import("./player.js").Player} player
 */
export function addKeys(player) {
  const { root, video, part } = player;
  /** @type {HTMLDialogElement} */
  const dialog = part("keys");
  /** @type {HTMLInputElement} */
  const anywhere = part("anywhere");
  anywhere.checked = remembered("keys-anywhere") !== false;
  anywhere.addEventListener("change", () => remember("keys-anywhere", anywhere.checked));
  part("help").addEventListener("click", () => dialog.showModal());

  const seekBy = (/** @type {number} */ seconds) => () => {
    video.currentTime = Math.max(0, Math.min(video.duration || 0, video.currentTime + seconds));
  };
  const toggle = () => {
    if (video.paused) video.play().catch(() => {}); // refused by the reader's settings: the film stays paused
    else video.pause();
  };
  /** @type {Record<string, () => void>} */
  const actions = {
    " ": toggle,
    k: toggle,
    ArrowLeft: seekBy(-5),
    ArrowRight: seekBy(5),
    j: seekBy(-10),
    l: seekBy(10),
    f: () => toggleFullscreen(video),
    c: () => toggleCaptions(player),
    m: () => { video.muted = !video.muted; },
    "<": () => changeSpeed(player, -1),
    ">": () => changeSpeed(player, 1),
    "?": () => dialog.showModal(),
  };

  // Paused by a key, the film can be started again by it, until the reader turns to something else.
  let isHeld = false;
  for (const name of ["scroll", "pointerdown", "focusin"]) {
    document.addEventListener(name, (event) => {
      if (!root.contains(/** @type {Node} */ (event.target))) isHeld = false;
    }, { passive: true });
  }

  // Which of the browser's own controls has the focus is hidden from a page: from the film, Tab leads into them, and
  // there space and the arrows are theirs (mute, volume).
  let isInControls = false;
  video.addEventListener("focus", () => { isInControls = false; });
  video.addEventListener("keydown", (event) => { isInControls ||= event.key === "Tab"; });

  const press = (/** @type {KeyboardEvent} */ event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    const isIdle = target === document.body || target === document.documentElement;
    const isActive = !video.paused || isHeld || document.fullscreenElement === video;
    if (!root.contains(target) && !(isIdle && isActive && anywhere.checked)) return;
    // These belong to what has the focus: the browser's controls; a button, a link, a scrolling box.
    if (target === video && isInControls && /^( |Arrow.*)$/.test(event.key)) return;
    if (event.key === " " && target.closest("a, button, summary, [tabindex]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = actions[key];
    if (!action) return;
    event.preventDefault();
    const mayRepeat = key.startsWith("Arrow") || key === "j" || key === "l";
    if (event.repeat && !mayRepeat) return; // a held key must not flicker between play and pause
    if (target === video) event.stopPropagation();
    action();
    isHeld = true;
  };
  document.addEventListener("keydown", press);
  // Chromium's controls act on a key in spite of preventDefault, in their own way: ours come first.
  root.addEventListener("keydown", (event) => { if (event.target === video) press(event); }, true);
}

/** @param {HTMLVideoElement & {webkitEnterFullscreen?: () => void}} video */
function toggleFullscreen(video) {
  if (document.fullscreenElement) document.exitFullscreen();
  else if (video.requestFullscreen) video.requestFullscreen().then(() => video.focus(), () => {}); // refused: stays small
  else video.webkitEnterFullscreen?.(); // iPhone
}
