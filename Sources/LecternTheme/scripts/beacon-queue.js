// What is told to the companion waits here, on the device, until the companion has answered that it is on disk. Every
// event has an id of its own, so that telling it twice does no harm.
import { companionURL } from "./companion.js";
import { remember, remembered } from "./progress.js";
import { randomHex } from "./random.js";
import { visitID } from "./visit.js";

/** @typedef {{ visit: string, id: string, kind: string, at: number } & Record<string, unknown>} Event */

const site = location.origin + (document.documentElement.dataset.root ?? "/");
/** The oldest give way: a device that is never online again must not fill up. */
const mostEvents = 500;
/** Below what browsers let a page send while it closes, 64 KiB. */
const mostBytes = 48 * 1024;
const mostEventsAtOnce = 200;
const gatherMilliseconds = 3_000;
/** Of a reader who is not to be counted: another one for every page. */
const visit = visitID() ?? randomHex();
const waits = { first: 10_000, longest: 600_000 };

let wait = waits.first;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {Promise<boolean> | null} */
let sending = null;
let isOneByOne = false;
/** Where storage is blocked, the queue lasts as long as the page. @type {Event[]} */
let unkept = [];

/** @returns {Event[]} */
function waiting() {
  const kept = remembered("beacons");
  return [...Array.isArray(kept) ? kept : [], ...unkept];
}

/** @param {Event[]} events */
function keep(events) {
  const newest = events.slice(-mostEvents);
  unkept = remember("beacons", newest) ? [] : newest;
}

/**
 * Puts an event into the queue; it is sent soon.
 * @param {string} kind
 * @param {Record<string, unknown>} fields
 */
export function tell(kind, fields) {
  keep([...waiting(), { visit, id: randomHex(), kind, at: Date.now(), ...fields }]);
  later(gatherMilliseconds);
}

/** Whether some progress in this lesson is still to be sent: that its page was looked at is none. @param {string} lesson */
export const isWaitingFor = (lesson) => waiting().some((event) => event.lesson === lesson && event.kind !== "view");

/** @param {number} milliseconds */
function later(milliseconds) {
  timer ??= setTimeout(() => { timer = undefined; send(); }, milliseconds);
}

/**
 * @param {Event[]} events of one visit: an event that is sent again, perhaps from another tab, is known by its visit and id
 */
function envelope(events) {
  return JSON.stringify({ v: 1, site, visit: events[0].visit, sentAt: Date.now(), events: events.map(({ visit, ...event }) => event) });
}

/** As many of the oldest as may be sent at once. */
function batch() {
  /** @type {Event[]} */
  const events = [];
  let bytes = 0;
  for (const event of waiting()) {
    bytes += JSON.stringify(event).length * 3; // UTF-8 of what is not ASCII
    const isFull = isOneByOne || events.length === mostEventsAtOnce || bytes > mostBytes;
    if (events.length && (isFull || event.visit !== events[0].visit)) break;
    events.push(event);
  }
  return events;
}

/**
 * Sends all that waits.
 * @returns {Promise<boolean>} whether all of it has arrived
 */
export function send() {
  sending ??= sendAll().finally(() => { sending = null; });
  return sending;
}

async function sendAll() {
  for (let events = batch(); events.length; events = batch()) {
    const status = await post(envelope(events));
    // One that the companion cannot read must not keep the others waiting for ever.
    const isUnreadable = status === 400 || status === 413 || status === 422;
    if (isUnreadable && events.length > 1) {
      isOneByOne = true;
    } else if (isUnreadable || (status >= 200 && status < 300)) {
      const sent = new Set(events.map((event) => event.id));
      keep(waiting().filter((event) => !sent.has(event.id)));
      wait = waits.first;
    } else {
      later(wait);
      wait = Math.min(wait * 2, waits.longest);
      return false;
    }
  }
  isOneByOne = false;
  return true;
}

/**
 * As plain text, which a page may send to another host of its site without asking first.
 * @param {string} body
 * @returns {Promise<number>} the status; 0 when nothing answered
 */
async function post(body) {
  try {
    const answer = await fetch(`${companionURL}beacon`, {
      method: "POST", body, keepalive: true, credentials: "include", headers: { "content-type": "text/plain" },
    });
    await answer.text(); // until it is read, its request counts towards what pages may send while they close
    // A host that does not pass the path on answers with a page of its own.
    return answer.ok && !answer.headers.get("content-type")?.includes("json") ? 404 : answer.status;
  } catch {
    return 0; // offline
  }
}

addEventListener("online", () => { wait = waits.first; send(); });
document.addEventListener("visibilitychange", () => { if (document.hidden) send(); });
// The last gasp. Its answer cannot be seen, so what it sends stays and is sent again on the next page.
addEventListener("pagehide", () => {
  const events = batch();
  if (events.length) navigator.sendBeacon(`${companionURL}beacon`, new Blob([envelope(events)], { type: "text/plain" }));
});
if (waiting().length) later(gatherMilliseconds);
