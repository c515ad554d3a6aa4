// Pictures of the film by time, below it: a bar that shows the place under pointer or focus, and goes there when it is let
// go. The browser's own seek bar cannot be told to. Loaded when the learner opens it.
import { indexAt, timeText } from "./player-time.js";

/**
 * @param {import("./player.js").Player} player
 * @param {HTMLElement & { key?: CryptoKey }} place data-url: the list; data-sheet: the pictures, where they do not lie beside
 *   the list; `key`: the lesson's, where both are sealed
 */
export async function addStoryboard({ root, video, seek }, place) {
  const { url = "", sheet, lost = "" } = place.dataset;
  const bar = document.createElement("input");
  const picture = document.createElement("div");
  const line = document.createElement("p");
  /** @type {ReturnType<typeof read>} */
  let pieces;
  try {
    pieces = read(await (await fetched(url, place.key)).text());
    const pictures = await fetched(sheet ?? new URL(pieces[0].sheet, new URL(url, location.href)).href, place.key);
    picture.style.backgroundImage = `url("${URL.createObjectURL(pictures)}")`;
  } catch {
    line.setAttribute("role", "alert");
    line.textContent = lost;
    return place.append(line);
  }
  const starts = pieces.map(({ start }) => start);
  const end = pieces[pieces.length - 1].end;
  const chapters = [...root.querySelectorAll(".player-chapters [data-start]")].map((link) => ({
    start: Number(/** @type {HTMLElement} */ (link).dataset.start), title: link.querySelector(".player-title")?.textContent ?? "",
  }));
  picture.className = "player-picture";
  picture.setAttribute("aria-hidden", "true");
  bar.type = "range";
  bar.min = "0";
  // From picture to picture: what is seen is where it goes.
  bar.max = String(pieces.length - 1);
  bar.setAttribute("aria-label", place.querySelector("summary")?.textContent ?? "");
  place.append(picture, bar, line);

  const show = (/** @type {number} */ piece) => {
    const { start, x, y, width, height } = pieces[piece];
    const share = piece / Math.max(1, pieces.length - 1);
    Object.assign(picture.style, {
      inlineSize: `${width}px`, blockSize: `${height}px`, backgroundPosition: `${-x}px ${-y}px`,
      marginInlineStart: `calc(1rem + (100% - 2rem - ${width}px) * ${share})`,
    });
    // Until the piece is over the film may be anywhere in it, and the chapter that begins there has its name.
    const title = chapters[indexAt(chapters.map(({ start }) => start), start)]?.title;
    line.textContent = timeText(start) + (title ? " · " + title : "");
    bar.setAttribute("aria-valuetext", line.textContent);
  };
  /** While the reader looks around, the film does not move the bar. */
  let isHeld = false;
  const follow = () => {
    if (isHeld) return;
    const piece = Math.max(0, indexAt(starts, video.currentTime));
    bar.value = String(piece);
    show(piece);
  };
  video.addEventListener("timeupdate", follow);
  video.addEventListener("seeked", follow);
  bar.addEventListener("input", () => {
    isHeld = true;
    show(Number(bar.value));
  });
  bar.addEventListener("change", () => {
    isHeld = false;
    seek(starts[Number(bar.value)]);
  });
  bar.addEventListener("pointermove", (event) => {
    if (event.buttons) return; // it is being dragged, and says so itself
    isHeld = true;
    const { left, right, width } = bar.getBoundingClientRect();
    const share = getComputedStyle(bar).direction === "rtl" ? (right - event.clientX) / width : (event.clientX - left) / width;
    show(Math.max(0, indexAt(starts, Math.min(1, Math.max(0, share)) * end)));
  });
  bar.addEventListener("pointerleave", () => {
    isHeld = false;
    follow();
  });
  follow();
}

/** @param {string} url @param {CryptoKey | undefined} key @returns {Promise<Blob>} */
async function fetched(url, key) {
  if (key) {
    const [{ openFile }, { named }] = await Promise.all([import("./sealed-file.js"), import("./sealed-parts.js")]);
    const file = named(url);
    if (file) return openFile(file.url, file.path, key, { type: file.type });
  }
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.blob();
}

/** @param {string} text WebVTT whose cues are addresses of a part of a sheet: "storyboard.jpg#xywh=160,0,160,90" */
function read(text) {
  const cue = /(\S+) --> (\S+)\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g;
  const seconds = (/** @type {string} */ time) => time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  const pieces = [...text.matchAll(cue)].map(([, start, end, sheet, ...sides]) => {
    const [x, y, width, height] = sides.map(Number);
    return { start: seconds(start), end: seconds(end), sheet, x, y, width, height };
  });
  if (!pieces.length) throw new Error("no pictures");
  return pieces;
}
