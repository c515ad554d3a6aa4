import { remember, remembered } from "./progress.js";
import { timeText } from "./player-time.js";

/** Shorter beginnings are not worth a question. */
const leastSeconds = 10;
/** From here on the film counts as seen to its end. */
const completedShare = 0.95;
const keepEverySeconds = 5;

/**
 * Keeps the place in the film on this device, and offers to go on from there.
 * @param {import("./player.js").Player} player
 * @param {boolean} mayOffer false when the URL already named a place
 */
export function addResume(player, mayOffer) {
  const { video, id, part, word } = player;
  const key = "video:" + id;
  const chip = part("resume");
  let stored = 0;
  // While the offer stands, the place that it offers must not be overwritten.
  let isOffered = false;
  let keptAt = NaN;
  let isCompleted = false;

  const settle = () => {
    isOffered = false;
    chip.hidden = true;
  };
  const keep = () => {
    const now = video.currentTime;
    if (isOffered || !video.played.length || now === keptAt) return;
    keptAt = now;
    const isDone = now >= video.duration * completedShare;
    if (isDone && !isCompleted && (!video.paused || video.ended)) {
      isCompleted = true;
      video.dispatchEvent(new CustomEvent("lectern:seen", { bubbles: true }));
    }
    if (isDone || now < leastSeconds) remember(key, null);
    else remember(key, { at: Math.floor(now) });
  };

  const offer = () => {
    stored = Number(remembered(key)?.at);
    isOffered = mayOffer && !video.played.length && stored >= leastSeconds;
    chip.hidden = !isOffered;
    part("resumeGo").textContent = isOffered ? word("Resume", { time: timeText(stored) }) : "";
  };
  part("resumeGo").addEventListener("click", () => {
    settle();
    player.seek(stored, true);
    video.focus({ preventScroll: true });
  });
  part("resumeClose").addEventListener("click", () => {
    settle();
    video.focus({ preventScroll: true });
  });
  video.addEventListener("seeking", settle);
  offer();
  document.addEventListener("lectern:place", offer); // the place on another device has been heard
  video.addEventListener("timeupdate", () => {
    if (isOffered && video.currentTime >= leastSeconds) settle();
    if (!(Math.abs(video.currentTime - keptAt) < keepEverySeconds)) keep();
  });
  for (const name of ["pause", "seeked", "ended"]) video.addEventListener(name, keep);
  addEventListener("pagehide", keep);
}
