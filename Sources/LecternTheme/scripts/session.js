// Who reads on this device, as far as a script may know: the cookie itself is hidden from scripts.
import { ask } from "./companion.js";
import { forgetProgress, remember, remembered } from "./progress.js";

/**
 * @typedef {object} Session
 * @property {boolean} signedIn
 * @property {string} [learner] an id
 * @property {string} [email]
 * @property {boolean} [creator]
 * @property {boolean} [claim] something was bought in this browser without signing in
 * @property {boolean} [password] whether the learner has one
 * @property {number} [passkeys]
 */

/**
 * Asks who is signed in, and remembers it for pages that should not ask.
 * @returns {Promise<Session>}
 */
export async function whoReads() {
  const session = await ask("GET", "session");
  noteReader(session.signedIn ? session.learner ?? "learner" : session.claim ? "claim" : null);
  return session;
}

/**
 * @param {string | null} reader a learner's id, "claim" for somebody who bought without signing in, or nobody
 */
export function noteReader(reader) {
  const learner = reader === "claim" ? null : reader;
  const last = remembered("last-learner");
  // On a shared device, what one learner did is not another's to see, nor told in another's name.
  if (learner && last && learner !== last) forgetProgress();
  // What is kept for reading offline goes with who kept it.
  if (remembered("offline") && (!reader || (learner && learner !== last))) import("./offline.js").then(({ forgetOffline }) => forgetOffline()).catch(() => {});
  if (learner) remember("last-learner", learner);
  remember("reader", reader);
}

/** @returns {string | null} who read here when it was last heard; nobody has to be asked who never bought or signed in */
export function knownReader() {
  const reader = remembered("reader");
  return typeof reader === "string" ? reader : null;
}
