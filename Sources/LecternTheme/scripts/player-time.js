/** 83 → "1:23", 3723 → "1:02:03" @param {number} seconds */
export function timeText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${two(whole % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** "#t=83", "#t=83.5", "#t=1:23" → seconds, else null (W3C Media Fragments, temporal) @param {string} hash */
export function readFragment(hash) {
  const match = /^#t=(?:npt:)?(\d+(?::\d\d){0,2}(?:\.\d+)?)(?:,|$)/.exec(hash);
  return match ? match[1].split(":").reduce((total, part) => total * 60 + Number(part), 0) : null;
}

/**
 * The index of the last start that is not after `seconds`, -1 before the first.
 * @param {number[]} starts in order
 * @param {number} seconds
 */
export function indexAt(starts, seconds) {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= seconds + 0.05) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
