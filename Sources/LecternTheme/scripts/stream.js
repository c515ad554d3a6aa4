// A paid film in pieces of four seconds: each is fetched, opened and handed to the <video> shortly before it is shown, in
// the size that the network and the screen are good for. What lies where stands in the film's list (docs/video.md).
import { remember, remembered } from "./progress.js";
import { indexAt } from "./player-time.js";
import { Damaged, Gone, openFile } from "./sealed-file.js";

/**
 * @typedef {{ name: string, width: number, height: number, codecs: string, bitrate: number, head: string, segments: string[] }} Quality
 * @typedef {{ type: string, timescale: number, ticks: number[], qualities: Quality[] }} Track
 */

/** Seconds of film that are fetched before they are needed, and kept when they were shown. */
const ahead = 30, behind = 30;
/** A piece that is lost is asked for again after so many seconds, without a click. */
const againSeconds = 5;
// What an iPhone has is called otherwise, and is not for playing on another screen.
const Source = globalThis.MediaSource ?? /** @type {any} */ (globalThis).ManagedMediaSource;

/**
 * Starts to play a film.
 * @param {HTMLMediaElement} media
 * @param {{ url: string, path: string }} file its list
 * @param {import("./sealed-parts.js").Opener} opener
 * @returns {Promise<void>} when the first pieces are on their way
 * @throws what openFile does; TypeError where the browser cannot play it
 */
export async function stream(media, { url, path }, { key, word }) {
  /** @type {{ epoch: number, tracks: Track[] }} */
  const { epoch, tracks } = JSON.parse(await (await openFile(url, path, key)).text());
  const mime = ({ type, qualities }) => `${type}; codecs="${qualities[qualities.length - 1].codecs}"`;
  if (!Source || tracks.some((track) => !Source.isTypeSupported(mime(track)))) throw new TypeError("no such film here");

  const beside = (/** @type {string} */ text) => text.slice(0, text.lastIndexOf("/") + 1);
  const connection = /** @type {any} */ (navigator).connection ?? {};
  /** Bits a second, as pictures arrive. */
  let speed = (connection.downlink || 2) * 1e6;
  /** The name of the quality that the reader chose; "" for ours. */
  let chosen = "";

  /** @param {Quality} quality @param {number} piece -1: its head @param {RequestCache} cache @param {AbortSignal} signal */
  async function fetched(quality, piece, cache, signal) {
    const [digest, name] = piece < 0 ? [quality.head, ".mp4"] : [quality.segments[piece], `-${piece}.m4s`];
    const begun = performance.now();
    const blob = await openFile(`${beside(url)}sealed.${epoch}.${digest}.bin`, beside(path) + quality.name + name, key, { cache, signal });
    const bits = blob.size * 8;
    // Small pieces measure the way there and back, and sound shares the road with pictures.
    if (quality.width && bits > 2e5) speed = 0.6 * speed + 0.4 * Math.min(bits / (performance.now() - begun) * 1000, 1e8);
    return blob.arrayBuffer();
  }

  /** @param {Quality[]} qualities the smallest first @param {number} lead seconds that are there already */
  function choose(qualities, lead) {
    const [first, ...others] = qualities;
    let best = qualities.find(({ name }) => name === chosen) ?? first;
    if (best.name === chosen || connection.saveData) return best;
    const shown = Math.min(media.clientWidth, media.clientHeight) * devicePixelRatio;
    for (const quality of others) {
      if (quality.bitrate > speed * (lead < 8 ? 0.5 : 0.8) || Math.min(best.width, best.height) >= shown) break;
      best = quality;
    }
    return best;
  }

  // Work that waits looks again whenever one of these happens.
  /** @type {(() => void)[]} */
  let waiting = [];
  const wake = () => waiting.splice(0).forEach((go) => go());
  const change = () => /** @type {Promise<void>} */ (new Promise((go) => waiting.push(go)));
  for (const name of ["timeupdate", "seeking", "waiting", "play"]) media.addEventListener(name, wake);
  const trouble = addTrouble(media, word, wake);

  const source = new Source();
  if (!globalThis.MediaSource) media.disableRemotePlayback = true;
  const opened = new Promise((go) => source.addEventListener("sourceopen", go, { once: true }));
  media.src = URL.createObjectURL(source);
  await opened;
  URL.revokeObjectURL(media.src);
  source.duration = Math.max(...tracks.map(({ ticks, timescale }) => ticks.reduce((sum, ticks) => sum + ticks, 0) / timescale));

  const parts = tracks.map((track) => bufferOf(track, source.addSourceBuffer(mime(track)), media));
  if (tracks[0].qualities.length > 1) {
    addChoice(media, tracks[0].qualities, word, (name) => {
      chosen = name;
      parts[0].isStale = true;
      parts[0].stop();
      wake();
    });
  }

  /** Tries again, then another quality, then tells. @returns {Promise<{ quality: Quality, bytes: ArrayBuffer[] } | undefined>} */
  async function load(/** @type {ReturnType<typeof bufferOf>} */ part, /** @type {number} */ piece) {
    /** @type {Set<Quality>} */
    const lost = new Set();
    for (let tries = 0; ; tries += 1) {
      const quality = choose(part.qualities.filter((quality) => !lost.has(quality)), part.starts[piece] - media.currentTime);
      const signal = part.start(piece);
      const cache = tries ? "reload" : "default";
      try {
        const wanted = part.head === quality ? [piece] : [-1, piece];
        return { quality, bytes: await Promise.all(wanted.map((piece) => fetched(quality, piece, cache, signal))) };
      } catch (error) {
        if (signal.aborted) return undefined;
        if (!navigator.onLine) await new Promise((go) => addEventListener("online", go, { once: true }));
        else if (tries % 2 === 0) {
          if (!(error instanceof Damaged)) await new Promise((go) => setTimeout(go, 1000));
        } else if (lost.add(quality).size === part.qualities.length) {
          lost.clear();
          // What was fetched before goes on playing, and the reader may turn to another place.
          while (part.next(ahead) === piece && !(await trouble.told(part, error, part.starts[piece] - media.currentTime < 1, change)));
          if (part.next(ahead) !== piece) return undefined;
        }
      }
    }
  }

  /** Keeps one track filled from the place that is shown. */
  async function fill(/** @type {ReturnType<typeof bufferOf>} */ part) {
    let limit = ahead;
    while (source.readyState !== "closed" && !media.error) {
      if (part.isStale) await part.trim(behind, ahead);
      const piece = part.next(limit);
      if (piece < 0) {
        if (source.readyState === "open" && parts.every((part) => part.isAtEnd())) source.endOfStream();
        await change();
        continue;
      }
      const got = await load(part, piece);
      trouble.over(part);
      try {
        await part.trim(behind, ahead);
        if (!got) continue;
        for (const bytes of got.bytes) await part.append(bytes);
        part.head = got.quality;
        part.count(piece);
        media.dataset.quality = parts[0].head?.name;
      } catch (error) {
        if (media.error || source.readyState === "closed") return; // player-source.js says so
        if (/** @type {Error} */ (error).name !== "QuotaExceededError") throw error;
        // Browsers give a film less room than we would: less is kept, and less is fetched.
        limit = Math.max(8, limit / 2);
        await part.trim(4, limit);
        await change();
      }
    }
  }
  for (const part of parts) fill(part);
}

/** @param {Track} track @param {SourceBuffer} buffer @param {HTMLMediaElement} media */
function bufferOf({ ticks, timescale, qualities }, buffer, media) {
  let sum = 0;
  /** Where each piece begins, and where the last ends. */
  const times = [0, ...ticks.map((ticks) => (sum += ticks) / timescale)];
  const starts = times.slice(0, -1);
  /** How often a piece was put in since the last seek: one that the browser cannot use must not be fetched for ever. */
  let counts = new Map();
  let loading = -1;
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
  const part = {
    qualities,
    starts,
    /** @type {Quality | undefined} whose head was put in last */
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
      work = new AbortController();
      return work.signal;
    },
    stop: () => work.abort(),
    count: (/** @type {number} */ piece) => counts.set(piece, (counts.get(piece) ?? 0) + 1),
    append: (/** @type {ArrayBuffer} */ bytes) => done(() => buffer.appendBuffer(bytes)),
    /** Drops what lies far behind and far ahead, whole pieces at a time. */
    async trim(/** @type {number} */ behind, /** @type {number} */ ahead) {
      const now = media.currentTime;
      const { buffered } = buffer;
      if (!buffered.length) return;
      const first = starts[at(now - behind)];
      const last = part.isStale ? times[at(now) + 1] : times[at(now + 2 * ahead) + 1];
      if (buffered.end(buffered.length - 1) > last) await done(() => buffer.remove(last, Infinity));
      if (now > behind && buffered.start(0) < first) await done(() => buffer.remove(0, first));
      part.isStale = false;
    },
  };
  media.addEventListener("seeking", () => {
    counts = new Map();
    if (!media.error && part.next(ahead) !== loading) work.abort();
  });
  return part;
}

/** A message over the film, and a way to try again. @param {HTMLMediaElement} media @param {(name: string) => string} word @param {() => void} wake */
function addTrouble(media, word, wake) {
  const box = document.createElement("div");
  const line = document.createElement("span");
  const button = document.createElement("button");
  box.className = "player-error";
  box.setAttribute("role", "alert");
  box.hidden = true;
  button.type = "button";
  button.textContent = word("Retry");
  box.append(line, button);
  media.after(box);
  let tries = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const again = () => {
    clearTimeout(timer);
    timer = undefined;
    tries += 1;
    wake();
  };
  button.addEventListener("click", again);
  addEventListener("online", again);
  /** Whose film stands still. */
  const still = new Set();
  const over = (/** @type {object} */ part) => {
    still.delete(part);
    box.hidden = !still.size;
  };
  return {
    over,
    /** @param {object} part @param {unknown} error @param {boolean} isDue @param {() => Promise<void>} change @returns whether to try again */
    async told(part, error, isDue, change) {
      if (isDue) {
        const text = word(error instanceof Damaged ? "PieceDamaged" : error instanceof Gone ? "Outdated" : "Piece");
        if (line.textContent !== text) line.textContent = text;
        still.add(part);
        box.hidden = false;
      } else {
        over(part);
      }
      const before = tries;
      timer ??= setTimeout(again, againSeconds * 1000);
      await change();
      return tries !== before;
    },
  };
}

/** @param {HTMLMediaElement} media @param {Quality[]} qualities @param {(name: string) => string} word @param {(name: string) => void} choose */
function addChoice(media, qualities, word, choose) {
  const select = document.createElement("select");
  select.dataset.part = "quality";
  select.setAttribute("aria-label", word("Quality"));
  select.append(new Option(word("Auto"), ""), ...qualities.map(({ name }) => new Option(name + "p", name)).reverse());
  const known = remembered("quality");
  if (qualities.some(({ name }) => name === known)) choose(select.value = known);
  select.addEventListener("change", () => {
    remember("quality", select.value || null);
    choose(select.value);
  });
  media.closest("[data-player]")?.querySelector("[data-part=speed]")?.before(select);
}
