// One track of a film in pieces: which are there, which is the next, and what may go.
import { indexAt } from "./player-time.js";

/** Seconds of film that are fetched before they are needed, and kept when they were shown. */
export const ahead = 30, behind = 30;

/** @param {import("./stream.js").Track} track @param {SourceBuffer} buffer @param {HTMLMediaElement} media */
export function bufferOf({ ticks, timescale, qualities }, buffer, media) {
  let sum = 0;
  /** Where each piece begins, and where the last ends. */
  const times = [0, ...ticks.map((ticks) => (sum += ticks) / timescale)];
  const starts = times.slice(0, -1);
  /** How often a piece was put in since the last seek, and not taken out: one that the browser cannot use must not be fetched for ever. */
  let counts = new Map();
  let loading = -1;
  let isPunctual = false;
  let work = new AbortController();
  const has = (/** @type {number} */ piece) => {
    const slack = Math.min(0.2, (times[piece + 1] - times[piece]) / 4);
    const { buffered } = buffer;
    for (let range = 0; range < buffered.length; range += 1) {
      if (buffered.start(range) <= times[piece] + slack && buffered.end(range) >= times[piece + 1] - slack) return true;
    }
    return counts.get(piece) > 2;
  };
  const at = (/** @type {number} */ seconds) => Math.max(0, indexAt(starts, seconds));
  const done = (/** @type {() => void} */ act) => /** @type {Promise<void>} */ (new Promise((go) => {
    act();
    buffer.addEventListener("updateend", () => go(), { once: true });
  }));
  /** Pieces, the last one not included. */
  const drop = (/** @type {number} */ first, /** @type {number} */ last) => {
    for (let piece = first; piece < last; piece += 1) counts.delete(piece);
    return done(() => buffer.remove(times[first], last < starts.length ? times[last] : Infinity));
  };
  const part = {
    qualities,
    starts,
    /** @type {import("./stream.js").Quality | undefined} whose head was put in last */
    head: undefined,
    /** What is there ahead is of a quality that is not wanted any more. */
    isStale: false,
    /** The first piece from here on that is missing; -1: none. */
    next(/** @type {number} */ ahead) {
      const now = media.currentTime;
      for (let piece = at(now); piece < starts.length && starts[piece] < now + ahead; piece += 1) if (!has(piece)) return piece;
      return -1;
    },
    isAtEnd: () => !buffer.updating && has(starts.length - 1) && part.next(ahead) < 0,
    start(/** @type {number} */ piece) {
      loading = piece;
      return work = new AbortController();
    },
    stop: () => work.abort(),
    count: (/** @type {number} */ piece) => counts.set(piece, (counts.get(piece) ?? 0) + 1),
    append: (/** @type {ArrayBuffer} */ bytes) => done(() => buffer.appendBuffer(bytes)),
    /**
     * Pictures are stored in another order than they are shown in, and WebKitGTK tells of all of them as many frames too late
     * as that needs: the first would never come, the others not with their sound.
     * @returns whether it was so, and the piece has to be put in again
     */
    async isLate(/** @type {number} */ piece) {
      if (isPunctual || !buffer.buffered.length) return false;
      isPunctual = true;
      const late = buffer.buffered.start(0) - starts[piece];
      if (late < 0.01 || late > 1) return false;
      await done(() => buffer.remove(0, Infinity));
      buffer.timestampOffset = -late;
      return true;
    },
    /** Drops what lies far behind and far ahead, whole pieces at a time. */
    async trim(/** @type {number} */ behind, /** @type {number} */ ahead) {
      const now = media.currentTime;
      const { buffered } = buffer;
      const first = at(now - behind);
      // What is about to be shown stays, wanted or not: its place would be empty until another one comes.
      const last = (part.isStale ? at(now + 0.5) : at(now + 2 * ahead)) + 1;
      if (buffered.length && buffered.end(buffered.length - 1) > times[last]) await drop(last, starts.length);
      if (buffered.length && now > behind && buffered.start(0) < starts[first]) await drop(0, first);
      part.isStale = false;
    },
  };
  media.addEventListener("seeking", () => {
    counts = new Map();
    if (!media.error && part.next(ahead) !== loading) work.abort();
  });
  return part;
}
