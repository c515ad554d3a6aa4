// When an answer is right. Everything here has its twin in the build, and docs/quizzes.md says it in words; both are
// tested with Tests/Browser/answer-forms.json.

const written = "‘’‚‛′´“”„‟″«»「」『』‐‑‒–—―−。、【】〜￥ς";
const meant = "''''''\"\"\"\"\"\"\"\"\"\"\"-------.,[]~¥σ";
const invisible = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFE00-\uFE0F\uFEFF]/g;
const spaces = /[\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+/g;
const besideThese = / ?([!-/:-@[-^\x60{-~\u2E80-\u9FFF\uF900-\uFAFF\uFF61-\uFF9F\u{20000}-\u{3FFFF}]) ?/gu;

/** @param {string} letter */
function plain(letter) {
  const code = letter.codePointAt(0) ?? 0;
  if (code >= 0xFF01 && code <= 0xFF5E) letter = String.fromCharCode(code - 0xFEE0);
  if (letter === "…") return "...";
  // Each letter alone: the last sigma of a word has no form of its own here.
  letter = letter.toLowerCase();
  const known = written.indexOf(letter);
  return known < 0 ? letter : meant[known];
}

/**
 * The form in which written answers are compared.
 * @param {string} text
 */
export function answerForm(text) {
  const letters = [...text.normalize("NFC").replace(invisible, "")].map(plain).join("");
  return letters.replace(spaces, " ").replace(besideThese, "$1").trim();
}

/**
 * @param {string} salt the quiz's
 * @param {string} question its id; "id.2" for the second blank
 * @param {string} answer
 */
export function answerDigest(salt, question, answer) {
  return sha256(`${salt}\n${question}\n${answer}`).slice(0, 32);
}

/**
 * Reads a number as people write it: 1,234.5 and 0,5 and full-width digits.
 * @param {string} text
 * @returns {number} NaN when it is none
 */
export function readNumber(text) {
  let form = answerForm(text);
  if (/^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(form)) form = form.replaceAll(",", "");
  else form = form.replace(/^([+-]?\d*),(\d+)$/, "$1.$2");
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(form) ? Number(form) : NaN;
  return Number.isFinite(number) ? number : NaN;
}

/**
 * @param {number} given
 * @param {number} answer
 * @param {number} tolerance the largest distance that still counts
 */
export function isNear(given, answer, tolerance) {
  // 13.21 is 0.01000000000000156 away from 13.2.
  return Math.abs(given - answer) <= tolerance + 1e-9 * (Math.abs(answer) + tolerance);
}

// SHA-256 (FIPS 180-4): the browser's own is missing on plain http, and answers later than a form wants to know.

const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);

/** @param {number} root the first 32 bits of its fraction */
const fraction = (root) => (root % 1) * 2 ** 32 | 0;
const constants = primes.map((prime) => fraction(Math.cbrt(prime)));
const start = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

/** @param {number} word @param {number} by */
const turn = (word, by) => word >>> by | word << 32 - by;

/**
 * @param {string} text hashed as UTF-8
 * @returns {string} 64 lower-case hexadecimal digits
 */
export function sha256(text) {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array((bytes.length + 72) >> 6 << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, bytes.length / 2 ** 29);
  view.setUint32(padded.length - 4, bytes.length << 3);
  const state = [...start];
  const w = new Int32Array(64);
  for (let block = 0; block < padded.length; block += 64) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      if (i < 16) w[i] = view.getInt32(block + i * 4);
      else {
        const x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ x >>> 3) + w[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ y >>> 10);
      }
      const first = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e & f ^ ~e & g) + constants[i] + w[i];
      const second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & b ^ a & c ^ b & c);
      [h, g, f, e, d, c, b, a] = [g, f, e, d + first | 0, c, b, a, first + second | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] = state[i] + word | 0; });
  }
  return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
