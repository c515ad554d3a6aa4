// The learner's own address over a paid film, where the creator wants it: who shares a recording shares it too. It
// discourages, and prevents nothing: whoever can change the page can take it away (docs/video.md).
import { whoReads } from "./session.js";

/** [low, right]: it changes its corner so that no one place of the picture stays hidden; the low ones clear of the controls. */
const corners = [[0, 0], [1, 1], [0, 1], [1, 0]];
const cornerSeconds = 30;

/** @param {import("./player.js").Player} player */
export async function addWatermark({ video }) {
  let text;
  try {
    const { email, learner } = await whoReads();
    text = email ?? learner;
  } catch {
    return; // nobody answers: the film plays all the same
  }
  if (!text) return;
  const mark = document.createElement("span");
  mark.className = "player-mark";
  mark.textContent = text;
  // Not the film's words: a screen reader need not say it.
  mark.setAttribute("aria-hidden", "true");
  video.after(mark);

  // A film that has the whole screen shows nothing of the page but its captions: there it is one.
  const track = video.addTextTrack("subtitles", text);
  const cue = new VTTCue(0, 1e6, `<c.mark>${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</c>`);
  cue.snapToLines = false;
  cue.size = 60;
  const turn = () => { track.mode = document.fullscreenElement === video ? "showing" : "disabled"; };
  document.addEventListener("fullscreenchange", turn);
  video.textTracks.addEventListener("change", turn);

  let last = -1;
  const move = () => {
    const corner = Math.floor(video.currentTime / cornerSeconds) % corners.length;
    if (corner === last) return;
    last = corner;
    const [low, right] = corners[corner];
    mark.style.inset = `${low ? "auto" : "5%"} ${right ? "4%" : "auto"} ${low ? "18%" : "auto"} ${right ? "auto" : "4%"}`;
    cue.line = low ? 78 : 5;
    cue.align = right ? "end" : "start";
    cue.position = right ? 96 : 4;
  };
  video.addEventListener("timeupdate", move);
  move();
  track.addCue(cue);
  turn();
}
