/**
 * Adds a range to sorted, disjoint ranges.
 * @param {[number, number][]} ranges
 * @param {number} from
 * @param {number} to
 * @returns {[number, number][]}
 */
export function union(ranges, from, to) {
  const apart = ranges.filter(([start, end]) => end < from || start > to);
  const touching = ranges.filter(([start, end]) => end >= from && start <= to);
  /** @type {[number, number]} */
  const joined = [Math.min(from, ...touching.map((r) => r[0])), Math.max(to, ...touching.map((r) => r[1]))];
  return [...apart, joined].sort((a, b) => a[0] - b[0]);
}

/** A range is told at the latest after so many seconds of film. */
const tellAfterSeconds = 15;

/**
 * Keeps which seconds of the film were shown, at any speed and across seeks.
 * @param {HTMLVideoElement} video
 */
export function watchRanges(video) {
  /** @type {[number, number][]} */
  let ranges = [];
  /** @type {number|null} */
  let from = null;
  let to = 0;
  const close = () => {
    if (from !== null && to > from) {
      ranges = union(ranges, from, to);
      const detail = { from, to, rate: video.playbackRate };
      video.dispatchEvent(new CustomEvent("lectern:watched", { detail, bubbles: true }));
    }
    from = null;
  };
  const advance = () => {
    if (video.seeking) return;
    const now = video.currentTime;
    if (from === null || now < to) {
      close();
      if (video.paused) return;
      from = now;
    }
    to = now;
    if (to - from >= tellAfterSeconds) {
      close();
      from = now;
    }
  };
  video.addEventListener("timeupdate", advance);
  video.addEventListener("seeking", close); // the time is already the new one: what was seen ended at the last update
  for (const name of ["pause", "ended", "ratechange"]) {
    video.addEventListener(name, () => { advance(); close(); });
  }
  addEventListener("pagehide", () => { advance(); close(); });
  return { ranges: () => ranges, seconds: () => ranges.reduce((sum, [start, end]) => sum + end - start, 0) };
}
