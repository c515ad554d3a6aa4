// Marks quizzes on this device. Each marking tells the page: a `lectern:quiz` event on the document for each question,
// { quiz, question, answer, correct, attempt }, then `lectern:quiz-result`, { quiz, attempt, percent, passed }.
import { remember, remembered } from "./progress.js";
import { element, filled, Question } from "./quiz-question.js";

/** @type {WeakMap<Element, Question>} of every fieldset that was started */
export const known = new WeakMap();

/** Starts every quiz in a part of the page that has not been started. */
export function startQuizzes(root = document) {
  for (const form of root.querySelectorAll("form[data-quiz]:not([data-started])")) start(form);
}

/** @param {HTMLFormElement} form */
function start(form) {
  const quiz = form.dataset;
  quiz.started = "";
  const questions = [...form.querySelectorAll("fieldset")].map((fieldset, index) => new Question(fieldset, index + 1, quiz));
  for (const question of questions) known.set(question.fieldset, question);
  const total = questions.reduce((sum, question) => sum + question.points, 0);
  const limit = Number(quiz.attempts) || Infinity;
  const status = form.querySelector(".quiz-status");
  const submit = form.querySelector("[type=submit]");
  const retry = form.querySelector("[data-retry]");
  const reveal = form.querySelector("[data-show]");
  const place = `quiz:${quiz.quiz}`;
  /** Which questions were said to be unanswered: who checks again means it. */
  let warned = "";

  /** @returns {{ version: string, attempts: number, answers: Record<string, string[]> }} */
  function kept() {
    const kept = remembered(place);
    // Another version of the quiz is another quiz: its attempts start anew.
    return kept?.version === quiz.version ? kept : { version: quiz.version, attempts: 0, answers: {} };
  }
  let state = kept();

  function clear() {
    status.replaceChildren();
    delete status.dataset.result;
  }

  /**
   * @param {string} text
   * @param {Question[]} [about] linked where the text says {questions}
   */
  function say(text, about = []) {
    const [before, after = ""] = text.split("{questions}");
    const links = about.flatMap(({ fieldset, number }, index) => {
      const link = element("a", "", `${number}`);
      link.href = `#${fieldset.id}`;
      return index ? [", ", link] : link;
    });
    status.append(element("p", "", before, ...links, after));
  }

  /**
   * @param {boolean} reveals the right answers, whatever is left to try
   * @param {string} [before] what is said first
   */
  function show(reveals, before) {
    const wrong = questions.filter((question) => !question.isRight);
    const points = wrong.reduce((rest, question) => rest - question.points, total);
    const result = { percent: Math.floor(points * 100 / total), passed: points * 100 >= quiz.pass * total };
    const left = limit - state.attempts;
    const isOver = left < 1 || !wrong.length;
    for (const question of questions) question.show(reveals || isOver);
    clear();
    status.dataset.result = result.passed ? "passed" : "failed";
    if (before) say(before);
    say(filled(result.passed ? quiz.passed : quiz.failed, { ...quiz, ...result, points, total }));
    if (wrong.length) {
      say(quiz.review, wrong);
      if (limit < Infinity) say(isOver ? quiz.noneLeft : filled(quiz.left, { count: left }));
    }
    submit.hidden = true;
    retry.hidden = isOver;
    reveal.hidden = reveals || isOver || limit < Infinity;
    return result;
  }

  /** @returns {boolean} whether the answers may be marked as they are; else the learner hears why not */
  function isReady() {
    clear();
    const noNumber = questions.filter((question) => question.isNoNumber);
    for (const { inputs, isNoNumber } of questions) {
      for (const input of inputs) input.ariaInvalid = isNoNumber ? "true" : null;
    }
    if (noNumber.length) {
      say(quiz.number, noNumber);
      noNumber[0].focus();
      return false;
    }
    const open = questions.filter((question) => !question.isAnswered);
    const warning = open.map((question) => question.id).join();
    if (warning === "" || warning === warned) return true;
    warned = warning;
    say(quiz.unanswered, open);
    status.focus();
    return false;
  }

  /**
   * @param {string} name
   * @param {object} detail
   */
  function tell(name, detail) {
    document.dispatchEvent(new CustomEvent(name, { detail: { quiz: quiz.quiz, attempt: state.attempts, ...detail } }));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // Another tab may have used attempts; storage may be blocked.
    if (kept().attempts > state.attempts) state = kept();
    if (state.attempts < limit) {
      if (!isReady()) return;
      const answers = Object.fromEntries(questions.map((question) => [question.id, question.given]));
      state = { ...state, attempts: state.attempts + 1, answers };
      remember(place, state);
      for (const { id, given, isRight } of questions) tell("lectern:quiz", { question: id, answer: given.join("\n"), correct: isRight });
      tell("lectern:quiz-result", show(false));
    } else {
      show(true);
    }
    status.focus();
  });

  retry.addEventListener("click", () => {
    const wrong = questions.find((question) => !question.isRight);
    for (const question of questions) question.reset();
    clear();
    warned = "";
    submit.hidden = false;
    retry.hidden = reveal.hidden = true;
    wrong.focus();
  });

  reveal.addEventListener("click", () => {
    show(true);
    status.focus();
  });

  form.querySelector(".needs-script").remove();
  submit.disabled = submit.hidden = false;
  if (state.attempts) {
    for (const question of questions) question.given = state.answers[question.id] ?? [];
    show(false, quiz.last);
  }
}

startQuizzes();
