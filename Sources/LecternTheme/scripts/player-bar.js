import { remember, remembered } from "./progress.js";

/** Speed, captions and picture-in-picture: what native controls hide, forget or lack. @param {import("./player.js").Player} player */
export function addBar(player) {
  addSpeed(player);
  addCaptions(player);
  addPictureInPicture(player);
}

/** @param {import("./player.js").Player} player */
function addSpeed({ video, part, word, say }) {
  /** @type {HTMLSelectElement} */
  const select = part("speed");
  const set = (/** @type {number} */ rate) => {
    video.defaultPlaybackRate = rate;
    video.playbackRate = rate;
  };
  const stored = Number(remembered("speed"));
  if (stored >= 0.25 && stored <= 4) set(stored);

  const show = () => {
    const value = String(video.playbackRate);
    // The browser's own menu may know speeds that ours does not.
    if (![...select.options].some((option) => option.value === value)) select.add(new Option(value + "×", value));
    select.value = value;
  };
  show();
  select.addEventListener("change", () => set(Number(select.value)));
  let last = video.playbackRate;
  video.addEventListener("ratechange", () => {
    if (video.playbackRate === last) return;
    last = video.playbackRate;
    show();
    remember("speed", last);
    say(word("Speed", { speed: last }));
  });
}

/** One step slower (-1) or faster (1). @param {import("./player.js").Player} player @param {number} step */
export function changeSpeed({ video, part }, step) {
  const speeds = [...part("speed").options].map((option) => Number(option.value)).sort((a, b) => a - b);
  const next = speeds.indexOf(video.playbackRate) + step;
  if (speeds[next]) video.defaultPlaybackRate = video.playbackRate = speeds[next];
}

/** @param {HTMLVideoElement} video */
const captionTracks = (video) => [...video.textTracks].filter((track) => track.kind === "captions");

/** @param {import("./player.js").Player} player */
function addCaptions({ video, part, word, say }) {
  /** @type {HTMLSelectElement|null} */
  const select = part("captions");
  if (!select) return;
  const tracks = captionTracks(video);
  const show = () => {
    // Options stand in the order of the tracks, after "off".
    select.selectedIndex = 1 + tracks.findIndex((track) => track.mode === "showing");
  };
  const choose = (/** @type {number} */ index) => {
    tracks.forEach((track, place) => { track.mode = place === index ? "showing" : "disabled"; });
  };
  const stored = remembered("captions");
  const known = tracks.findIndex((track) => track.language === stored);
  if (stored === "off" || known >= 0) choose(known);
  show();

  select.addEventListener("change", () => choose(select.selectedIndex - 1));
  let last = select.value;
  video.textTracks.addEventListener("change", () => {
    show();
    if (select.value === last) return;
    last = select.value;
    remember("captions", last);
    if (last !== "off") remember("captions-last", last);
    say(last === "off" ? word("CaptionsOff") : word("Captions", { language: select.selectedOptions[0].text }));
  });
}

/** On in the language used last, or off. @param {import("./player.js").Player} player */
export function toggleCaptions({ video }) {
  const tracks = captionTracks(video);
  const on = tracks.some((track) => track.mode === "showing");
  const last = remembered("captions-last");
  const chosen = on ? undefined : tracks.find((track) => track.language === last) ?? tracks[0];
  for (const track of tracks) track.mode = track === chosen ? "showing" : "disabled";
}

/** @param {import("./player.js").Player} player */
function addPictureInPicture({ video, part }) {
  if (!document.pictureInPictureEnabled || video.disablePictureInPicture) return;
  /** @type {HTMLButtonElement} */
  const button = part("pip");
  button.hidden = false;
  button.addEventListener("click", () => {
    const done = document.pictureInPictureElement ? document.exitPictureInPicture() : video.requestPictureInPicture();
    done.catch(() => {}); // the film has no picture yet, or the browser said no: the button stays as it was
  });
  for (const name of ["enterpictureinpicture", "leavepictureinpicture"]) {
    video.addEventListener(name, () => button.setAttribute("aria-pressed", String(name[0] === "e")));
  }
}
