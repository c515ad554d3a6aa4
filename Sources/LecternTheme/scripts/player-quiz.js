// Questions with a time (`at:` in quiz.yml): the film stops there and asks. What is answered stands in the quiz below it too.
import { known } from "./quiz.js";
import { element } from "./quiz-question.js";

/** A jump over a question does not ask it; a film that plays on, at any speed, does. */
const longestStepSeconds = 2;

/** @param {import("./player.js").Player} player @param {HTMLFieldSetElement[]} asked fieldsets with data-at */
export function addQuestions({ video, root, word }, asked) {
  const moments = asked.map((fieldset) => ({ at: Number(fieldset.dataset.at), fieldset, isOver: false }));
  let before = video.currentTime;

  video.addEventListener("timeupdate", () => {
    const now = video.currentTime;
    const isStep = !video.seeking && now > before && now - before < longestStepSeconds;
    const due = isStep && moments.find(({ at, isOver }) => !isOver && at > before && at <= now);
    before = now;
    if (!due) return;
    due.isOver = true;
    const question = known.get(due.fieldset);
    // Marked already: by the quiz below, or on another day.
    if (!question || due.fieldset.disabled) return;
    video.pause();
    ask(question);
  });
  video.addEventListener("seeking", () => { before = video.currentTime; });

  /** @param {import("./quiz-question.js").Question} question */
  function ask(question) {
    const { fieldset, quiz } = question;
    const check = element("button", "button");
    const go = element("button", "button quiet");
    check.textContent = word("Check");
    go.textContent = word("Continue");
    const actions = element("p", "actions", check, " ", go);
    const dialog = /** @type {HTMLDialogElement} */ (element("dialog", "player-question quiz"));
    dialog.setAttribute("aria-label", word("Question"));
    // The question itself moves, so that there is one of it: what is chosen, what is marked.
    const place = document.createComment("");
    fieldset.replaceWith(place);
    dialog.append(fieldset, actions);
    root.append(dialog);
    // Where attempts are counted, nothing is given away before they are.
    check.hidden = !!quiz.attempts;
    check.addEventListener("click", () => {
      if (!question.isAnswered || question.isNoNumber) return question.focus();
      question.show(true);
      check.hidden = true;
      go.focus();
    });
    go.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      if (fieldset.disabled) question.reset(); // the answer stays, and counts when the quiz is marked
      place.replaceWith(fieldset);
      dialog.remove();
      video.focus({ preventScroll: true });
      video.play().catch(() => {}); // refused by the reader's settings: the film waits at its place
    });
    dialog.showModal();
    question.focus();
  }
}
