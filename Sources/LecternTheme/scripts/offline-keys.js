// Keys of lessons that a reader keeps on this device, for when the companion cannot be reached: each good for a lease of
// seven days at most from the last time it answered, and for opening alone. No script can read one out of the browser.

const name = `lectern-offline:${document.documentElement.dataset.root ?? "/"}`;
export const leaseMilliseconds = 7 * 24 * 3600 * 1000;
/** So much may a clock be set back by whoever keeps it right. */
const toleranceMilliseconds = 10 * 60 * 1000;
/** Under this name stands the latest time that was ever seen here: a clock turned back makes no lease longer. */
const latest = "latest";

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(keys: IDBObjectStore) => IDBRequest<T> | void} act
 * @returns {Promise<T | undefined>} what the request brought, when all of it is on the disk
 */
async function withKeys(mode, act) {
  /** @type {IDBDatabase} */
  const database = await new Promise((done, failed) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => { asked.result.createObjectStore("keys"); };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  try {
    return await new Promise((done, failed) => {
      const transaction = database.transaction("keys", mode);
      const request = act(transaction.objectStore("keys"));
      transaction.oncomplete = () => done(request?.result);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** @param {string} course */
const ofCourse = (course) => IDBKeyRange.bound([course], [course, []]);

/**
 * Keeps a course's keys, and none that were kept of it before.
 * @param {string} course
 * @param {number} until milliseconds since 1970
 * @param {{ lesson: string, epoch: string, key: CryptoKey }[]} lessons
 */
export async function keepKeys(course, until, lessons) {
  await withKeys("readwrite", (keys) => {
    keys.delete(ofCourse(course));
    for (const { lesson, epoch, key } of lessons) keys.put({ key, until }, [course, lesson, epoch]);
    // The companion has just answered: a clock that once ran ahead is right again.
    keys.put(Date.now(), latest);
  });
}

/**
 * @param {string} course
 * @param {string} lesson
 * @param {string} epoch
 * @returns {Promise<CryptoKey | null>} null where none is kept, or its lease is over: then it is gone, too
 */
export async function leasedKey(course, lesson, epoch) {
  const now = Date.now();
  const kept = await withKeys("readonly", (keys) => keys.get([course, lesson, epoch]));
  if (!kept) return null;
  const seen = await withKeys("readonly", (keys) => keys.get(latest)) ?? 0;
  if (now >= kept.until || now < seen - toleranceMilliseconds) {
    await dropKeys(course);
    return null;
  }
  await withKeys("readwrite", (keys) => { keys.put(Math.max(now, seen), latest); });
  return kept.key;
}

/** @param {string} course */
export async function dropKeys(course) {
  await withKeys("readwrite", (keys) => { keys.delete(ofCourse(course)); });
}
