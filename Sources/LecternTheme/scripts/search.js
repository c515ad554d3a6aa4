// Search in the browser: fetches the few small files that a question needs, and ranks in the page.
// How the index is cut and written: docs/search.md.

/** @typedef {{documents: number, units: number[], shards: string[]}} Index */
/** @typedef {Map<string, number>} Scores  a document ("unit:number") and what it scores */

const LONGEST_WORD_BYTES = 40;
const CHUNK_DOCUMENTS = 32;
const RESULTS = 20;
const IDEOGRAPH = /^[\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u{20000}-\u{33fff}]$/u;
const LETTER = /^[\p{Alphabetic}\p{Nd}]$/u;

/**
 * Cuts a text into words in lower case, and pairs of Chinese or Japanese characters.
 * @param {string} text
 * @returns {string[]}
 */
export function tokens(text) {
  const found = [];
  let word = "";
  let previous = "";
  let isPaired = false;
  const endWord = () => {
    if (word && new TextEncoder().encode(word).length <= LONGEST_WORD_BYTES) found.push(word);
    word = "";
  };
  const endPairs = () => {
    if (previous && !isPaired) found.push(previous);
    previous = "";
    isPaired = false;
  };
  for (const character of text) {
    if (IDEOGRAPH.test(character)) {
      endWord();
      if (previous) {
        found.push(previous + character);
        isPaired = true;
      }
      previous = character;
    } else if (character < "\u0080" ? /[0-9a-z]/i.test(character) : LETTER.test(character)) {
      endPairs();
      word += character.toLowerCase();
    } else {
      endWord();
      endPairs();
    }
  }
  endWord();
  endPairs();
  return found;
}

/** Which part of the index a word stands in. @param {string} term */
export function bucket(term) {
  if (term.charCodeAt(0) < 0x80) {
    return term[0] + (term.length > 1 && term.charCodeAt(1) < 0x80 ? term[1] : "-");
  }
  const bytes = new TextEncoder().encode(String.fromCodePoint(/** @type {number} */ (term.codePointAt(0))));
  const sum = bytes.reduce((sum, byte) => sum * 31 + byte, 0);
  return "_" + (sum & 255).toString(16).padStart(2, "0");
}

/** One site's index in one language. */
export class SearchIndex {
  /** @param {string} folder URL with a slash at its end */
  constructor(folder) {
    this.folder = folder;
    /** @type {Map<string, Promise<any>>} */
    this.files = new Map();
  }

  /** @param {string} name @returns {Promise<any>} */
  file(name) {
    let file = this.files.get(name);
    if (!file) {
      file = fetch(this.folder + name).then((answer) => {
        if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
        return name.endsWith(".json") ? answer.json() : answer.text();
      });
      this.files.set(name, file);
      file.catch(() => this.files.delete(name));
    }
    return file;
  }

  /**
   * @param {string} question
   * @returns {Promise<{count: number, results: {title: string, url: string, course: string, description: string}[]}>}
   */
  async find(question) {
    const words = [...new Set(tokens(question))];
    if (!words.length) return { count: 0, results: [] };
    /** @type {Index} */
    const index = await this.file("index.json");
    const ending = words[words.length - 1];
    const scores = await Promise.all(words.map((word) => this.scores(word, word === ending || [...word].length === 1, index)));
    const ranked = rank(scores);
    const results = await Promise.all(
      ranked.slice(0, RESULTS).map(async ([key]) => {
        const [unit, number] = key.split(":").map(Number);
        const chunk = await this.file(`${unit}-${Math.floor(number / CHUNK_DOCUMENTS)}.json`);
        const [title, url, course, description] = chunk[number % CHUNK_DOCUMENTS];
        return { title, url, course, description };
      }),
    );
    return { count: ranked.length, results };
  }

  /**
   * @param {string} word
   * @param {boolean} isPrefix whether longer words count too, for less: what is still being typed
   * @param {Index} index
   * @returns {Promise<Scores>}
   */
  async scores(word, isPrefix, index) {
    const key = bucket(word);
    const shards = index.shards.includes("") ? [""] : index.shards.filter((shard) => shard === key || shard === key[0]);
    /** @type {Scores} */
    const exact = new Map();
    /** @type {Scores} */
    const longer = new Map();
    for (const text of await Promise.all(shards.map((shard) => this.file(`${shard || "all"}.txt`)))) {
      let unit = 0;
      for (const line of text.split("\n")) {
        if (line[0] === "@") unit = parseInt(line.slice(1), 36);
        else if (line.startsWith(word)) {
          const space = line.indexOf(" ");
          if (space === word.length) addPostings(line.slice(space + 1), unit, exact);
          else if (isPrefix) addPostings(line.slice(space + 1), unit, longer);
        }
      }
    }
    const found = new Set([...exact.keys(), ...longer.keys()]);
    // What stands in few documents says more (inverse document frequency).
    const rarity = Math.log(1 + index.documents / (1 + found.size));
    return new Map([...found].map((key) => [key, rarity * ((exact.get(key) ?? 0) + 0.4 * (longer.get(key) ?? 0))]));
  }
}

/** @param {string} text @param {number} unit @param {Scores} scores */
function addPostings(text, unit, scores) {
  let number = -1;
  for (const posting of text.split(" ")) {
    const [step, weight] = posting.split(".");
    number += parseInt(step, 36);
    const key = `${unit}:${number}`;
    scores.set(key, Math.max(scores.get(key) ?? 0, weight ? parseInt(weight, 36) : 1));
  }
}

/**
 * Documents that hold every word, the best first; when there are none, those that hold most.
 * @param {Scores[]} scores
 * @returns {[string, number][]}
 */
function rank(scores) {
  /** @type {Map<string, {sum: number, words: number}>} */
  const all = new Map();
  for (const one of scores) {
    for (const [key, score] of one) {
      const before = all.get(key) ?? { sum: 0, words: 0 };
      all.set(key, { sum: before.sum + score, words: before.words + 1 });
    }
  }
  const most = Math.max(0, ...[...all.values()].map((found) => found.words));
  return [...all]
    .filter(([, found]) => found.words === most)
    .map(([key, found]) => /** @type {[string, number]} */ ([key, found.sum]))
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** @param {HTMLElement} list @param {{title: string, url: string, course: string, description: string}[]} results */
function show(list, results) {
  list.replaceChildren(
    ...results.map((result) => {
      const item = document.createElement("li");
      const title = document.createElement("h2");
      const link = document.createElement("a");
      link.href = result.url;
      link.textContent = result.title;
      title.append(link);
      item.append(title);
      for (const [text, name] of [[result.course, "note"], [result.description, ""]]) {
        if (!text) continue;
        const line = document.createElement("p");
        if (name) line.className = name;
        line.textContent = text;
        item.append(line);
      }
      return item;
    }),
  );
}

function start() {
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("search-form"));
  const input = /** @type {HTMLInputElement | null} */ (document.getElementById("search-input"));
  const status = document.getElementById("search-status");
  const list = document.getElementById("search-results");
  if (!form || !input || !status || !list) return;
  const page = document.documentElement;
  const index = new SearchIndex(`${page.dataset.root ?? "/"}search/${page.lang}/`);
  let asked = 0;

  const search = async () => {
    const question = input.value.trim();
    const turn = ++asked;
    const address = new URL(location.href);
    if (question) address.searchParams.set("q", question);
    else address.searchParams.delete("q");
    history.replaceState(null, "", address);
    try {
      const { count, results } = await index.find(question);
      if (turn !== asked) return;
      show(list, results);
      const words = count === 0 ? status.dataset.none : count === 1 ? status.dataset.one : status.dataset.many;
      status.textContent = question ? (words ?? "").replace("{count}", String(count)) : "";
    } catch {
      if (turn === asked) status.textContent = status.dataset.failed ?? "";
    }
  };

  /** @type {number | undefined} */
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(search, 120);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
  input.value = new URLSearchParams(location.search).get("q") ?? "";
  input.focus();
  if (input.value) search();
}

if (typeof document !== "undefined") start();
