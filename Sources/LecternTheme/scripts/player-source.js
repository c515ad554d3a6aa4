/**
 * Where the film's bytes come from: here the <source> elements of the page, which the browser loads by itself. A sealed
 * film has none: sealed-parts.js took them out, and stream.js brings it in pieces.
 * @param {import("./player.js").Player} player
 */
export function attachSource({ video, part }) {
  const error = part("error");
  const check = () => {
    // A sealed film that could not be begun keeps the button that begins it, and nothing may lie over that.
    if (part("stage").querySelector(".sealed-play")) return;
    if (video.error || video.networkState === HTMLMediaElement.NETWORK_NO_SOURCE) error.hidden = false;
  };
  // A <source> reports for itself, and its event does not bubble.
  video.addEventListener("error", () => setTimeout(check), true);
  video.addEventListener("loadedmetadata", () => { error.hidden = true; });
  check();
}
