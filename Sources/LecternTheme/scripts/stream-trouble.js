// What is said over a film whose pieces do not come, and the way to try again.
import { Damaged, Gone } from "./sealed-file.js";

/** A piece that is lost is asked for again after so many seconds, without a click. */
const againSeconds = 5;

/** @param {HTMLMediaElement} media @param {(name: string) => string} word @param {() => void} wake */
export function addTrouble(media, word, wake) {
  const box = document.createElement("div");
  const line = document.createElement("span");
  const button = document.createElement("button");
  box.className = "player-error";
  box.setAttribute("role", "alert");
  box.hidden = true;
  button.type = "button";
  button.textContent = word("Retry");
  box.append(line, button);
  media.after(box);
  let tries = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const again = () => {
    clearTimeout(timer);
    timer = undefined;
    tries += 1;
    wake();
  };
  button.addEventListener("click", again);
  addEventListener("online", again);
  /** Whose film stands still. */
  const still = new Set();
  const over = (/** @type {object} */ part) => {
    still.delete(part);
    box.hidden = !still.size;
  };
  return {
    over,
    /** @param {object} part @param {unknown} error @param {boolean} isDue @param {() => Promise<void>} change @returns whether to try again */
    async told(part, error, isDue, change) {
      if (isDue) {
        const text = word(error instanceof Damaged ? "PieceDamaged" : error instanceof Gone ? "Outdated" : "Piece");
        if (line.textContent !== text) line.textContent = text;
        still.add(part);
        box.hidden = false;
      } else {
        over(part);
      }
      const before = tries;
      timer ??= setTimeout(again, againSeconds * 1000);
      await change();
      return tries !== before;
    },
  };
}
