// Opens sealed files (docs/sealed.md): HKDF and AES-256-GCM of the browser's own, chunk by chunk, and nothing is given out
// before it was found genuine.

/** The file is not the one that was published: changed, cut short, another's, or of another key. */
export class Damaged extends Error {}
/** The host has no such file: the lesson was published anew since this page was. */
export class Gone extends Error {}
/** No answer, or a broken one. */
export class Unreachable extends Error {}

const headBytes = 40, tagBytes = 16, epochAt = 8, saltAt = 12, sizeAt = 28, lengthAt = 32;
const magic = "lectern\u0001";
const utf8 = new TextEncoder();

/** Whether this browser can: an old one cannot unpack, and none has its ciphers on a page without https. */
export const canOpen = typeof DecompressionStream === "function" && !!globalThis.crypto?.subtle;

/**
 * @param {string} base64URL `offers.key` of the companion's answer
 * @returns {Promise<CryptoKey>} usable to derive from, and not to be read again
 */
export async function importLessonKey(base64URL) {
  const letters = atob(base64URL.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  return crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]);
}

/** @param {CryptoKey} lessonKey @param {Uint8Array} salt @param {string} path */
function fileKey(lessonKey, salt, path) {
  const parts = ["lectern/1/file", path].map((part) => utf8.encode(part));
  const info = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  let at = 0;
  for (const part of parts) {
    new DataView(info.buffer).setUint32(at, part.length);
    info.set(part, at + 4);
    at += 4 + part.length;
  }
  const how = { name: "HKDF", hash: "SHA-256", salt, info };
  return crypto.subtle.deriveKey(how, lessonKey, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
}

/**
 * Hands out the bytes of an answer in the portions that are asked for.
 * @param {Response} answer
 * @param {(bytes: number) => void} arrived called with how many are there by now
 */
function portions(answer, arrived) {
  const reader = answer.body.getReader();
  /** @type {Uint8Array[]} */
  let waiting = [];
  let have = 0, total = 0;
  /** @param {number} count @returns {Promise<Uint8Array>} fewer where the file ends */
  return async (count) => {
    while (have < count) {
      let part;
      try {
        part = await reader.read();
      } catch {
        throw new Unreachable();
      }
      if (part.done) break;
      waiting.push(part.value);
      have += part.value.length;
      arrived(total += part.value.length);
    }
    const out = new Uint8Array(Math.min(count, have));
    let filled = 0;
    while (filled < out.length) {
      const part = waiting[0].subarray(0, out.length - filled);
      out.set(part, filled);
      filled += part.length;
      if (part.length < waiting[0].length) waiting[0] = waiting[0].subarray(part.length);
      else waiting.shift();
    }
    have -= out.length;
    return out;
  };
}

/**
 * Fetches a sealed file and opens it; `progress` hears what share of it has arrived.
 * @param {string} url
 * @param {string} path what it is opened under
 * @param {CryptoKey | ((epoch: number) => Promise<CryptoKey>)} lessonKey or who gives it for the epoch that the file names
 * @param {{ type?: string, cache?: RequestCache, signal?: AbortSignal, progress?: (share: number) => void }} [options]
 * @returns {Promise<Blob>}
 * @throws {Damaged | Gone | Unreachable}
 */
export async function openFile(url, path, lessonKey, { type = "", cache = "default", signal, progress } = {}) {
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(url, { cache, signal });
  } catch {
    throw new Unreachable();
  }
  if (answer.status === 404 || answer.status === 410) throw new Gone();
  if (!answer.ok || !answer.body) throw new Unreachable();
  let whole = 0;
  const next = portions(answer, (bytes) => { if (whole) progress?.(bytes / whole); });
  const head = await next(headBytes);
  if (head.length < headBytes || String.fromCharCode(...head.subarray(0, 8)) !== magic) throw new Damaged();
  const view = new DataView(head.buffer);
  const size = view.getUint32(sizeAt), length = Number(view.getBigUint64(lengthAt));
  if (!size || !Number.isSafeInteger(length)) throw new Damaged();
  const opener = typeof lessonKey === "function" ? await lessonKey(view.getUint32(epochAt)) : lessonKey;
  const key = await fileKey(opener, head.slice(saltAt, sizeAt), path);
  const count = Math.max(1, Math.ceil(length / size));
  whole = headBytes + length + count * tagBytes;
  const parts = [];
  for (let index = 0; index < count; index += 1) {
    const isLast = index === count - 1;
    const chunk = await next((isLast ? length - index * size : size) + tagBytes);
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setBigUint64(0, BigInt(index));
    nonce[11] = Number(isLast);
    try {
      parts.push(new Blob([await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce, additionalData: head }, key, chunk)]));
    } catch {
      throw new Damaged();
    }
  }
  if ((await next(1)).length) throw new Damaged();
  return new Blob(parts, { type });
}

/**
 * Opens a lesson's text.
 * @param {string} url
 * @param {string} path
 * @param {CryptoKey} lessonKey
 * @param {RequestCache} [cache]
 * @returns {Promise<string>} HTML
 * @throws {Damaged | Gone | Unreachable}
 */
export async function openText(url, path, lessonKey, cache) {
  const packed = await openFile(url, path, lessonKey, { cache });
  try {
    return await new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).text();
  } catch {
    throw new Damaged();
  }
}
