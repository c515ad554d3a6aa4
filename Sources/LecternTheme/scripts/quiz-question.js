// One question of a quiz: what was answered, whether it is right, and how that is shown.
import { answerDigest, answerForm, isNear, readNumber } from "./quiz-answers.js";

/**
 * What the build tells about a question, to be shown when it has been marked.
 * @typedef {{ answer?: string, tolerance?: string, shown?: string[], explain?: string, options?: Record<string, string> }} After
 */

/**
 * @param {string} tag
 * @param {string} className
 * @param {(string | Node)[]} content
 */
export function element(tag, className, ...content) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
}

/**
 * @param {string} word "Attempts left: {count}"
 * @param {Record<string, any>} values
 */
export const filled = (word, values) => word.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

/** @param {string} html the creator's own, as trusted as the page */
const fragment = (html) => document.createRange().createContextualFragment(html);

export class Question {
  /**
   * @param {HTMLFieldSetElement} fieldset
   * @param {number} number from 1
   * @param {Record<string, any>} quiz its id, and the words to speak with
   */
  constructor(fieldset, number, quiz) {
    const { question = "", kind = "", points, answers = "", after } = fieldset.dataset;
    this.fieldset = fieldset;
    this.number = number;
    this.quiz = quiz;
    this.id = question;
    this.kind = kind;
    this.points = Number(points);
    this.answers = answers.split(" ");
    /** @type {After} base64 of JSON in UTF-8 */
    this.after = after ? JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(after), (byte) => byte.charCodeAt(0)))) : {};
    /** @type {HTMLInputElement[]} those of the answer; a prompt may hold others */
    this.inputs = [...fieldset.querySelectorAll("input[name]")];
    this.isChoice = this.inputs.some((input) => input.type !== "text");
    fieldset.addEventListener("click", ({ target }) => {
      if (target instanceof HTMLElement && target.dataset.move) this.move(target.closest("li"), target.dataset.move === "up");
    });
  }

  /** @returns {HTMLElement[]} of an ordering, as they stand now */
  get items() { return [...this.fieldset.querySelectorAll("[data-item]")]; }

  /** @returns {string[]} ids of the chosen options, ids of the items in their order, or what was written */
  get given() {
    if (this.kind === "ordering") return this.items.map((item) => item.dataset.item);
    return this.inputs.filter((input) => input.checked || !this.isChoice).map((input) => input.value);
  }

  /** @param {string[]} given as it was read once */
  set given(given) {
    for (const item of given.flatMap((id) => this.items.filter((item) => item.dataset.item === id))) item.parentElement.append(item);
    this.inputs.forEach((input, index) => {
      if (this.isChoice) input.checked = given.includes(input.value);
      else input.value = given[index] ?? "";
    });
  }

  get isAnswered() { return this.given.join("") !== "" && this.given.every((text) => text.trim()); }

  /** True when a number is asked and something else was written. */
  get isNoNumber() { return this.kind === "number" && this.isAnswered && Number.isNaN(readNumber(this.given[0])); }

  /**
   * @param {string} answer
   * @param {string} [part]
   */
  knows(answer, part = "") { return this.answers.includes(answerDigest(this.quiz.quiz, this.id + part, answer)); }

  /** @returns {boolean[]} for each option whether it is rightly chosen or left; for each item and blank whether it is right */
  get marks() {
    if (this.isChoice) return this.inputs.map((input) => this.knows(input.value) === input.checked);
    const { answer, tolerance } = this.after;
    return this.given.map((text, index) => {
      if (this.kind === "number") return isNear(readNumber(text), Number(answer), Number(tolerance));
      if (this.kind === "ordering") return this.knows(`${index + 1}:${text}`);
      return this.knows(answerForm(text), this.kind === "blanks" ? `.${index + 1}` : "");
    });
  }

  get isRight() { return this.marks.every(Boolean); }

  /** @param {boolean} isRight */
  verdict(isRight) {
    return element("strong", isRight ? "marking right" : "marking wrong", isRight ? `✓ ${this.quiz.right}` : `✗ ${this.quiz.wrong}`);
  }

  /** @param {boolean} isRight a verdict that is small enough to stand inside a line */
  sign(isRight) {
    const sign = this.verdict(isRight);
    sign.role = "img";
    sign.ariaLabel = sign.textContent;
    sign.textContent = isRight ? " ✓" : " ✗";
    return sign;
  }

  /**
   * Locks the question and shows how it went.
   * @param {boolean} reveals the right answer too
   */
  show(reveals) {
    this.reset();
    const { fieldset, inputs, isRight, after } = this;
    fieldset.disabled = true;
    const verdict = element("div", "marking verdict", element("p", "", this.verdict(isRight)));
    if (this.isChoice) this.showOptions(reveals);
    else if (this.kind === "blanks") this.marks.forEach((mark, index) => inputs[index].after(this.sign(mark)));
    if (reveals && !isRight && !this.isChoice) verdict.append(element("div", "", `${this.quiz.answer} `, this.rightAnswer()));
    verdict.append(fragment(after.explain ?? ""));
    verdict.id = `${fieldset.id}-verdict`;
    fieldset.append(verdict);
    fieldset.setAttribute("aria-describedby", verdict.id);
  }

  /** @param {boolean} reveals the right ones that were not chosen too */
  showOptions(reveals) {
    for (const input of this.inputs) {
      const isRight = this.knows(input.value);
      if (!input.checked && !reveals) continue;
      const note = element("div", "marking option-note");
      if (input.checked) note.append(this.verdict(isRight), " ");
      else if (isRight) note.append(element("strong", "right", this.quiz.answer), " ");
      note.append(fragment(this.after.options?.[input.value] ?? ""));
      if (note.firstChild) input.closest(".option").append(note);
    }
  }

  rightAnswer() {
    if (this.kind !== "ordering") return element("code", "", (this.after.shown ?? []).join(" · "));
    const { items } = this;
    const inOrder = items.map((_, index) => items.find((item) => this.knows(`${index + 1}:${item.dataset.item}`)));
    return element("ol", "", ...inOrder.map((item) => element("li", "", fragment(item.querySelector("span").innerHTML))));
  }

  /**
   * @param {HTMLElement} item one place up or down
   * @param {boolean} up
   */
  move(item, up) {
    // The neighbour steps aside: an element that is moved itself would lose the focus.
    if (up) item.after(item.previousElementSibling ?? "");
    else item.before(item.nextElementSibling ?? "");
    const position = this.items.indexOf(item) + 1;
    const values = { item: item.querySelector("span").textContent, position, count: this.items.length };
    this.fieldset.querySelector(".announcement").textContent = filled(this.quiz.moved, values);
  }

  /** Open again, with the answers as they are. */
  reset() {
    this.fieldset.disabled = false;
    this.fieldset.removeAttribute("aria-describedby");
    for (const note of this.fieldset.querySelectorAll(".marking")) note.remove();
  }

  focus() { this.fieldset.querySelector("input[name], [data-move]").focus(); }
}
