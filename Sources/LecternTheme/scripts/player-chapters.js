import { indexAt } from "./player-time.js";

/** Shows which chapter runs and how far it is. @param {import("./player.js").Player} player */
export function addChapters({ root, video, part, word, say }) {
  /** @type {HTMLElement[]} */
  const links = [...root.querySelectorAll(".player-chapters [data-start]")];
  if (!links.length) return;
  const list = root.querySelector(".player-chapters ol");
  const starts = links.map((link) => Number(link.dataset.start));
  const titles = links.map((link) => link.querySelector(".player-title").textContent);
  let current = -1;

  const show = () => {
    const now = video.currentTime;
    const index = indexAt(starts, now);
    links.forEach((link, place) => {
      const end = starts[place + 1] ?? (video.duration || Infinity);
      const done = Math.min(1, Math.max(0, (now - starts[place]) / (end - starts[place])));
      link.style.setProperty("--done", done.toFixed(4));
    });
    if (index === current) return;
    links[current]?.removeAttribute("aria-current");
    links[index]?.setAttribute("aria-current", "true");
    current = index;
    part("now").textContent = titles[index] ?? "";
    // A long list is a box that scrolls: the running chapter stays in sight.
    list.scrollTop = (links[index]?.parentElement.offsetTop ?? 0) - list.clientHeight / 2;
  };
  video.addEventListener("timeupdate", show);
  // Only a jump is spoken: a chapter that begins by itself would talk over the film.
  /** @type {number|null} */
  let jumpedFrom = null;
  video.addEventListener("seeking", () => { jumpedFrom ??= current; });
  video.addEventListener("seeked", () => {
    show();
    if (current !== jumpedFrom && current >= 0) say(word("Chapter", { title: titles[current] }));
    jumpedFrom = null;
  });
  show();
}
