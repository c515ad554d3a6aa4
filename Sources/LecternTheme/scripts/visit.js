// The id of a visit: it lives in this tab, is made of chance, and says nothing about who reads.
import { randomHex } from "./random.js";

const place = `lectern:${document.documentElement.dataset.root}visit`;

/** True where the reader asked not to be counted (Global Privacy Control, Do Not Track), or the creator counts nobody. */
export const isPrivate = Boolean(
  /** @type {any} */ (navigator).globalPrivacyControl || navigator.doNotTrack === "1" || document.documentElement.dataset.beacons === "own");

/** @returns {string | null} null for a reader who asked not to be counted */
export function visitID() {
  if (isPrivate) return null;
  try {
    const kept = sessionStorage.getItem(place);
    if (kept) return kept;
    const id = randomHex();
    sessionStorage.setItem(place, id);
    return id;
  } catch {
    return null; // storage is blocked: a page cannot be told from the next
  }
}
