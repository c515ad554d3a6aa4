// The service worker of readers who keep a course on their device (offline.js), at the site's root: the network comes
// first, and what is kept is for when it fails. It knows nothing but the device's caches.

/** How long a page may take where a kept one would do. */
const patienceMilliseconds = 5000;
/** Of these, a kept one is the same: their names hold a digest of their bytes. */
const isNamedByDigest = (/** @type {URL} */ url) => /\.(?:[0-9a-f]{8}\.\w+|[0-9a-f]{16}\.bin)$/.test(url.pathname);

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  // The companion is asked with "no-store": its answers are nobody's but its own. Pieces of a film are asked for by range.
  if (request.method !== "GET" || request.cache === "no-store" || request.headers.has("range") || url.origin !== location.origin) return;
  event.respondWith(answer(request, url));
});

/** @param {Request} request @param {URL} url */
async function answer(request, url) {
  const isPage = request.mode === "navigate";
  const kept = await caches.match(request, { ignoreVary: true, ignoreSearch: isPage });
  if (!kept) return fetch(request);
  if (isNamedByDigest(url)) return kept;
  const fresh = fetch(request);
  const late = new Promise((done) => setTimeout(() => done(kept), patienceMilliseconds));
  return Promise.race([fresh, late]).catch(() => kept);
}
