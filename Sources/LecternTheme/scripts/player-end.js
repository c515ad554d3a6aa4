/** At the end, the way to the next lesson. @param {import("./player.js").Player} player */
export function addEnd({ root, video, part, word, say }) {
  addMediaSession(root, video);
  const card = part("end");
  if (!card) return;
  const hide = () => { card.hidden = true; };
  video.addEventListener("ended", () => {
    if (document.fullscreenElement === video) document.exitFullscreen();
    card.hidden = false;
    say(word("End", { title: part("next").textContent }));
  });
  for (const name of ["play", "seeking"]) video.addEventListener(name, hide);
  part("replay").addEventListener("click", () => {
    video.currentTime = 0;
    video.play().catch(() => {}); // refused by the reader's settings: the film waits at its start
    video.focus({ preventScroll: true });
    hide(); // at once: "play" and "seeking" are told of later, when the film may already run
  });
}

/** The title and picture on a lock screen, and its keys. @param {HTMLElement} root @param {HTMLVideoElement} video */
function addMediaSession(root, video) {
  if (!("mediaSession" in navigator)) return;
  const session = navigator.mediaSession;
  video.addEventListener("play", () => {
    const artwork = video.poster ? [{ src: video.poster }] : [];
    session.metadata = new MediaMetadata({ title: video.getAttribute("aria-label") ?? "", artwork });
  });
  const seekBy = (/** @type {number} */ seconds) => () => { video.currentTime += seconds; };
  session.setActionHandler("seekbackward", seekBy(-10));
  session.setActionHandler("seekforward", seekBy(10));
  const next = /** @type {HTMLAnchorElement|null} */ (root.querySelector('[data-part="next"]'));
  if (next) session.setActionHandler("nexttrack", () => { location.href = next.href; });
}
