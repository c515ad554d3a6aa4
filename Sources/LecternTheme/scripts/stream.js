// A paid film in pieces of four seconds: each is fetched, opened and handed to the <video> shortly before it is shown, in
// the size that the network and the screen are good for. What lies where stands in the film's list (docs/video.md).
import { remember, remembered } from "./progress.js";
import { Damaged, openFile } from "./sealed-file.js";
import { ahead, behind, bufferOf } from "./stream-buffer.js";
import { addTrouble } from "./stream-trouble.js";

/**
 * @typedef {{ name: string, file?: string, width: number, height: number, codecs: string, bitrate: number, head: string, segments: string[] }} Quality
 * @typedef {{ type: string, timescale: number, ticks: number[], qualities: Quality[] }} Track
 * @typedef {Track & { better?: Track }} Choice the same in fewer bytes, for browsers that know how to read them
 */

/** A piece that is not there after so many seconds is lost. */
const limitSeconds = 30;
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
  /** @type {{ epoch: number, tracks: Choice[] }} */
  const { epoch, tracks: choices } = JSON.parse(await (await openFile(url, path, key)).text());
  const mime = ({ type, qualities }) => `${type}; codecs="${qualities[qualities.length - 1].codecs}"`;
  const tracks = choices.map((track) => [track.better, track].find((one) => one && Source?.isTypeSupported(mime(one))) );
  if (tracks.includes(undefined)) throw new TypeError("no such film here");

  const beside = (/** @type {string} */ text) => text.slice(0, text.lastIndexOf("/") + 1);
  const connection = /** @type {any} */ (navigator).connection ?? {};
  /** Bits a second, as pictures arrive. */
  let speed = (connection.downlink || 2) * 1e6;
  /** The name of the quality that the reader chose; "" for ours. */
  let chosen = "";

  /**
   * @param {Quality} quality
   * @param {number} piece -1: its head
   * @param {{ cache: RequestCache, signal: AbortSignal, progress?: (share: number) => void }} options
   */
  async function fetched(quality, piece, options) {
    const [digest, name] = piece < 0 ? [quality.head, ".mp4"] : [quality.segments[piece], `-${piece}.m4s`];
    const begun = performance.now();
    const blob = await openFile(`${beside(url)}sealed.${epoch}.${digest}.bin`, beside(path) + (quality.file ?? quality.name) + name, key, options);
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

  /** @type {ReturnType<typeof bufferOf>[]} */
  let parts;
  try {
    parts = tracks.map((track) => bufferOf(track, source.addSourceBuffer(mime(track)), media));
  } catch (error) {
    media.removeAttribute("src"); // or it would look like a film that only waits for a click
    media.load();
    throw error;
  }
  if (tracks[0].qualities.length > 1) {
    addChoice(media, tracks[0].qualities, word, (name) => {
      chosen = name;
      parts[0].isStale = true;
      parts[0].stop();
      wake();
    });
  }

  /**
   * Gives a piece up that is lost ("late"), or of which a smaller one would be there sooner, and in time ("slow").
   * @param {AbortController} work
   * @param {Quality} quality
   * @param {Quality | undefined} smaller
   * @param {() => number} lead seconds until it is shown
   */
  function patience(work, quality, smaller, lead) {
    const begun = performance.now();
    let share = 0;
    const timer = setInterval(() => {
      const seconds = (performance.now() - begun) / 1000;
      const left = seconds / share - seconds;
      if (seconds > limitSeconds) work.abort("late");
      if (!smaller || seconds < 2 || (share ? left < lead() : seconds < Math.max(4, lead()))) return;
      if (share && (seconds + left) * smaller.bitrate / quality.bitrate > left) return;
      speed = Math.min(speed, quality.bitrate);
      work.abort("slow");
    }, 500);
    return { progress: (/** @type {number} */ arrived) => { share = arrived; }, over: () => clearInterval(timer) };
  }

  /** Tries again, then another quality, then tells. @returns {Promise<{ quality: Quality, bytes: ArrayBuffer[] } | undefined>} */
  async function load(/** @type {ReturnType<typeof bufferOf>} */ part, /** @type {number} */ piece) {
    /** @type {Set<Quality>} */
    const lost = new Set(), slow = new Set();
    const lead = () => part.starts[piece] - media.currentTime;
    for (let tries = 0; ; tries += 1) {
      const usable = part.qualities.filter((quality) => !lost.has(quality) && !slow.has(quality));
      const quality = choose(usable, lead());
      const work = part.start(piece);
      const { signal } = work;
      const { progress, over } = patience(work, quality, quality === usable[0] || quality.name === chosen ? undefined : usable[0], lead);
      const cache = tries ? "reload" : "default";
      try {
        const whole = fetched(quality, piece, { cache, signal, progress });
        const head = part.head === quality ? [] : [fetched(quality, -1, { cache, signal })];
        return { quality, bytes: await Promise.all([...head, whole]).finally(over) };
      } catch (error) {
        if (signal.reason === "slow") {
          slow.add(quality);
          tries -= 1;
          continue;
        }
        if (signal.aborted && signal.reason !== "late") return undefined;
        if (!navigator.onLine) await new Promise((go) => addEventListener("online", go, { once: true }));
        else if (tries % 2 === 0) {
          if (!(error instanceof Damaged)) await new Promise((go) => setTimeout(go, 1000));
        } else if (lost.add(quality).size + slow.size >= part.qualities.length) {
          lost.clear();
          slow.clear();
          // What was fetched before goes on playing, and the reader may turn to another place.
          while (part.next(ahead) === piece && !(await trouble.told(part, error, lead() < 1, change)));
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
        do for (const bytes of got.bytes) await part.append(bytes); while (await part.isLate(piece));
        part.head = got.quality;
        part.count(piece);
        media.dataset.quality = parts[0].head?.name;
      } catch (error) {
        if (media.error || source.readyState === "closed") return; // player.js says so
        if (/** @type {Error} */ (error).name !== "QuotaExceededError") throw error;
        // Browsers give a film less room than we would: less is kept, and less is fetched.
        limit = Math.max(8, limit / 2);
        part.head = undefined; // it may be in, and may not
        await part.trim(4, limit);
        await change();
      }
    }
  }
  for (const part of parts) fill(part);
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
