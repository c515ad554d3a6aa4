import { indexAt } from "./player-time.js";

/** The transcript follows the film, and can be searched. @param {import("./player.js").Player} player */
export function addTranscript(player) {
  const lines = player.part("lines");
  if (!lines) return;
  follow(player, lines);
  search(player, lines);
}

/** @param {import("./player.js").Player} player @param {HTMLElement} lines */
function follow({ video, part }, lines) {
  /** @type {HTMLElement[]} */
  const spans = [...lines.querySelectorAll("span[data-start]")];
  const starts = spans.map((span) => Number(span.dataset.start));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let current = -1;
  let leftAt = -Infinity;
  // A reader who looks around in the text is not pulled back for a while.
  for (const name of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    lines.addEventListener(name, () => { leftAt = performance.now(); }, { passive: true });
  }
  video.addEventListener("timeupdate", () => {
    const index = indexAt(starts, video.currentTime);
    if (index === current) return;
    spans[current]?.removeAttribute("aria-current");
    current = index;
    const span = spans[index];
    span?.setAttribute("aria-current", "true");
    if (!span || part("query").value || performance.now() - leftAt < 5000) return;
    // The box is scrolled, never the page.
    const top = lines.scrollTop + span.getBoundingClientRect().top - lines.getBoundingClientRect().top;
    lines.scrollTo({ top: top - lines.clientHeight / 3, behavior: calm.matches ? "auto" : "smooth" });
  });
}

/** @param {import("./player.js").Player} player @param {HTMLElement} lines */
function search({ part, word }, lines) {
  /** @type {HTMLInputElement} */
  const query = part("query");
  const paragraphs = /** @type {HTMLElement[]} */ ([...lines.children]).map((element) => ({
    element,
    nodes: textNodes(element.querySelector(".player-said")),
  }));
  const update = () => {
    const wanted = query.value.trim().toLowerCase();
    /** @type {Range[]} */
    const found = [];
    for (const { element, nodes } of paragraphs) {
      const ranges = wanted ? find(wanted, nodes) : [];
      element.hidden = wanted !== "" && !ranges.length;
      found.push(...ranges);
    }
    part("found").textContent = wanted && word(found.length ? "Found" : "NotFound", { count: found.length });
    if (wanted) lines.scrollTop = 0;
    if (!("highlights" in CSS)) return; // older browsers: the paragraphs are still picked out
    CSS.highlights.set("lectern-found", new Highlight(...found));
  };
  query.addEventListener("input", update);
  query.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !query.value) return;
    event.preventDefault();
    query.value = "";
    update();
  });
}

/** @param {Node} element */
function textNodes(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const nodes = [];
  while (walker.nextNode()) nodes.push(/** @type {Text} */ (walker.currentNode));
  return nodes;
}

/** Where `wanted`, in lower case, stands; it may run from one cue into the next. @param {string} wanted @param {Text[]} nodes */
function find(wanted, nodes) {
  /** @type {Range[]} */
  const ranges = [];
  const text = nodes.map((node) => node.data).join("").toLowerCase();
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    const range = new Range();
    let start = 0;
    for (const node of nodes) {
      const end = start + node.length;
      if (at >= start && at < end) range.setStart(node, at - start);
      if (at + wanted.length > start && at + wanted.length <= end) range.setEnd(node, at + wanted.length - start);
      start = end;
    }
    ranges.push(range);
  }
  return ranges;
}
