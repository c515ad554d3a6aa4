// A learner's own notes on a film, each with its time. They stay on this device; as Markdown they go wherever they are wanted.
import { remember, remembered } from "./progress.js";
import { timeText } from "./player-time.js";

/** @typedef {{ at: number, text: string }} Note at: in whole seconds */

const longestNote = 4000, mostNotes = 500;

/**
 * @param {import("./player.js").Player} player
 * @param {HTMLDetailsElement} box open; what it holds behind its summary is made here
 */
export function addNotes({ video, id, word, say }, box) {
  const key = "notes:" + id;
  /** @returns {Note[]} by their times */
  const kept = () => {
    const notes = remembered(key);
    return Array.isArray(notes) ? notes.filter((note) => typeof note?.text === "string" && note.at >= 0) : [];
  };
  const form = document.createElement("form");
  const area = document.createElement("textarea");
  const add = document.createElement("button");
  const list = document.createElement("ol");
  const save = document.createElement("button");
  area.rows = 3;
  area.maxLength = longestNote;
  area.setAttribute("aria-label", word("Note"));
  save.type = "button";
  save.textContent = word("NotesSave");
  form.append(area, add);
  box.append(form, list, save);

  /** The time at which the note was begun: the film may play on while it is written. @type {number | null} */
  let begunAt = null;
  const time = () => Math.floor(begunAt ?? video.currentTime);
  const name = () => { add.textContent = word("NoteAdd", { time: timeText(time()) }); };
  area.addEventListener("input", () => {
    area.setCustomValidity("");
    if (!area.value) begunAt = null;
    else begunAt ??= video.currentTime;
    name();
  });
  video.addEventListener("timeupdate", name);
  name();

  const show = () => {
    const notes = kept();
    list.replaceChildren(...notes.map((note) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const text = document.createElement("span");
      const remove = document.createElement("button");
      link.className = "player-time";
      link.href = `#t=${note.at}`;
      link.dataset.start = String(note.at);
      link.textContent = timeText(note.at);
      text.textContent = note.text;
      remove.type = "button";
      remove.textContent = "×";
      remove.setAttribute("aria-label", word("NoteRemove", { time: timeText(note.at) }));
      remove.addEventListener("click", () => {
        // Another tab may have added some meanwhile.
        const left = kept();
        const place = left.findIndex(({ at, text }) => at === note.at && text === note.text);
        if (place >= 0) left.splice(place, 1);
        remember(key, left.length ? left : null);
        show();
        area.focus();
      });
      item.append(link, text, remove);
      return item;
    }));
    save.hidden = !notes.length;
  };
  show();

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = area.value.trim();
    const notes = kept();
    if (!text || notes.length >= mostNotes) return area.focus();
    const note = { at: time(), text };
    if (!remember(key, [...notes, note].sort((a, b) => a.at - b.at))) {
      area.setCustomValidity(word("NoteLost"));
      return area.reportValidity();
    }
    area.value = "";
    begunAt = null;
    name();
    show();
    say(word("NoteAdd", { time: timeText(note.at) }));
    area.focus();
  });
  // As in other places where one writes: the keyboard's way to be done.
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });

  save.addEventListener("click", () => {
    const page = location.href.replace(/#.*/, "");
    const lines = kept().map(({ at, text }) => `- [${timeText(at)}](${page}#t=${at}) ${text.replaceAll("\n", "\n  ")}\n`);
    const title = video.getAttribute("aria-label") ?? document.title;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`# ${title}\n\n${lines.join("")}`], { type: "text/markdown" }));
    link.download = `${id.replaceAll("/", "-")}.md`;
    link.click();
    // The browser has begun to copy it by then, or never will.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
}
