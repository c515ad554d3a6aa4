// What a sealed text shows and offers, sealed as well: pictures are opened when they come near, files when they are asked
// for, a film piece by piece when it is played. In the text they stand as "…/sealed.1.0123456789abcdef.bin#path".
import { openFile } from "./sealed-file.js";

/**
 * @typedef {object} Opener
 * @property {CryptoKey} key the lesson's
 * @property {(name: string, values?: Record<string, string|number>) => string} word
 * @property {(text: string) => void} say
 */

const sealed = /^[^#]*\/sealed\.\d+\.[0-9a-f]{16}\.bin(?=#)/;
const types = { svg: "image/svg+xml", vtt: "text/vtt", mp4: "video/mp4", webm: "video/webm", mp3: "audio/mpeg" };

/**
 * @param {string} url as it stands in the text
 * @returns {{ url: string, path: string, name: string, type: string } | null} null for what is not sealed
 */
export function named(url) {
  const file = sealed.exec(url)?.[0];
  if (!file) return null;
  const path = decodeURIComponent(url.slice(file.length + 1));
  const name = path.slice(path.lastIndexOf("/") + 1);
  const ending = /** @type {keyof typeof types} */ (name.slice(name.lastIndexOf(".") + 1).toLowerCase());
  return { url: file, path, name, type: types[ending] ?? "" };
}

/**
 * @param {Opener} opener
 * @param {string} url
 * @param {(share: number) => void} [progress]
 * @returns {Promise<string>} a blob: URL, good as long as the page is
 */
async function blobURL({ key }, url, progress) {
  const { url: file, path, type } = /** @type {NonNullable<ReturnType<typeof named>>} */ (named(url));
  return URL.createObjectURL(await openFile(file, path, key, { type, progress }));
}

/**
 * Takes sealed URLs out of a text before it becomes part of the page: the browser must not fetch them as they are.
 * @param {DocumentFragment} fragment
 * @param {Opener} opener
 * @returns {() => void} to be called when it is part of the page: browsers load no captions before that, nor later
 */
export function prepareParts(fragment, opener) {
  /** @type {(() => void)[]} */
  const later = [];
  for (const image of fragment.querySelectorAll("img[src]")) {
    const url = image.getAttribute("src") ?? "";
    if (!sealed.test(url)) continue;
    image.removeAttribute("src");
    image.setAttribute("data-sealed", url);
  }
  for (const link of fragment.querySelectorAll("a[href]")) {
    const file = named(link.getAttribute("href") ?? "");
    if (!file) continue;
    link.setAttribute("download", file.name);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      save(/** @type {HTMLAnchorElement} */ (link), file.name, opener);
    });
  }
  // player-storyboard.js opens what it needs by itself.
  for (const place of fragment.querySelectorAll("[data-url]")) Object.assign(place, { key: opener.key });
  for (const media of fragment.querySelectorAll("video, audio")) prepareFilm(/** @type {HTMLMediaElement} */ (media), opener, later);
  const pictures = [...fragment.querySelectorAll("img[data-sealed]")];
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      showPicture(/** @type {HTMLImageElement} */ (target), opener);
    }
  }, { rootMargin: "800px" });
  for (const picture of pictures) near.observe(picture);
  return () => later.forEach((start) => start());
}

/** @param {HTMLImageElement} image @param {Opener} opener */
async function showPicture(image, opener) {
  const choices = (image.dataset.sealed ?? "").split(", ").map((choice) => choice.split(" "));
  const wanted = image.clientWidth * devicePixelRatio;
  const [url] = choices.find(([, width]) => parseInt(width) >= wanted) ?? choices[choices.length - 1];
  try {
    image.src = await blobURL(opener, url);
  } catch {
    opener.say(opener.word("File", { name: image.alt || named(url)?.name || "" }));
  }
}

/** @param {HTMLAnchorElement} link @param {string} name @param {Opener} opener */
async function save(link, name, opener) {
  if (link.ariaBusy) return;
  link.ariaBusy = "true";
  try {
    const saved = document.createElement("a");
    saved.href = await blobURL(opener, link.getAttribute("href") ?? "");
    saved.download = name;
    saved.click();
    // The browser has begun to copy it by then, or never will.
    setTimeout(() => URL.revokeObjectURL(saved.href), 60_000);
  } catch {
    opener.say(opener.word("File", { name }));
  }
  link.ariaBusy = null;
}

/**
 * A film is opened when it is first played, by its button, a chapter, a key, whatever calls play(): piece by piece where
 * the build cut it into pieces, else as a whole.
 * @param {HTMLMediaElement} media
 * @param {Opener} opener
 * @param {(() => void)[]} later
 */
function prepareFilm(media, opener, later) {
  const places = [media, ...media.querySelectorAll("source")];
  const url = places.map((place) => place.getAttribute("src") ?? "").find((url) => sealed.test(url));
  const poster = media.getAttribute("poster") ?? "";
  if (sealed.test(poster)) {
    media.removeAttribute("poster");
    // A film without a poster plays as well.
    later.push(() => blobURL(opener, poster).then((url) => media.setAttribute("poster", url), () => {}));
  }
  for (const track of media.querySelectorAll("track")) {
    const url = track.getAttribute("src") ?? "";
    if (!sealed.test(url)) continue;
    track.removeAttribute("src");
    later.push(() => blobURL(opener, url).then((url) => { track.src = url; }, () => opener.say(opener.word("File", { name: track.label }))));
  }
  const file = url && named(url);
  if (!file) return;
  for (const place of places) place === media ? place.removeAttribute("src") : place.remove();
  media.querySelector("p")?.remove(); // the way for browsers that cannot play: its link leads to ciphertext
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sealed-play";
  button.textContent = opener.word("Film");
  button.addEventListener("click", () => media.play().catch(() => {})); // what is wrong, `load` says
  media.after(button);
  const load = async () => {
    button.disabled = true;
    try {
      if (file.name.endsWith(".json")) {
        await (await import("./stream.js")).stream(media, file, opener);
      } else {
        media.src = await blobURL(opener, url, (share) => {
          button.textContent = opener.word("Loading", { percent: Math.floor(share * 100) });
        });
      }
      button.remove();
      await media.play();
    } catch (error) {
      if (media.src) return; // it is there, and the reader's settings want another click
      media.pause();
      media.addEventListener("play", load, { once: true });
      button.disabled = false;
      button.textContent = opener.word("Film");
      opener.say(opener.word("File", { name: media.ariaLabel ?? "" }));
    }
  };
  media.addEventListener("play", load, { once: true });
}
