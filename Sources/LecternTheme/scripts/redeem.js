// A gift, or a seat of a team: the code stands behind `#`, where it reaches no server's log, and does nothing until the button is pressed.
import { ask, Refusal } from "./companion.js";
import { whoReads } from "./session.js";
import { courseLine, fill, onSubmit, orderLine, part, refusalText, sayTrouble, shop, show, showBundle, untilAnswered } from "./shop.js";

/**
 * @typedef {object} Invitation what POST /enrollment/invitation answers
 * @property {{ course: string, title: string }[]} items
 * @property {{ id: string, title: string }} [bundle]
 * @property {boolean} gift
 * @property {number} left
 * @property {string} [note]
 */

const code = location.hash.slice(1);
let isKnown = false;

/** @param {Invitation} invitation */
function showInvitation({ items, bundle, gift, note }) {
  const title = /** @type {HTMLElement} */ (shop.querySelector("#section-invitation"));
  title.textContent = (gift ? title.dataset.gift : title.dataset.team) ?? "";
  part("note").hidden = !note;
  part("note").textContent = note ?? "";
  showBundle(bundle);
  part("lines").replaceChildren(...items.map(({ course, title }) => orderLine({ course, title })));
  show("invitation");
}

/** @param {Refusal} refusal */
function refuse(refusal) {
  sayTrouble(null);
  part("why").textContent = refusalText(refusal);
  show("refused", true);
}

onSubmit("accept", async () => {
  // The way there is a page of its own, and back to this one.
  if (!isKnown) return location.assign(`${shop.dataset.signIn}?next=${encodeURIComponent(location.pathname + location.hash)}`);
  const { courses } = await ask("POST", "enrollment/invitation/accept", { code });
  const first = courses.flatMap((/** @type {string} */ course) => courseLine(course) ?? [])[0];
  if (first) part("start").href = first.first;
  show("done", true);
});

async function start() {
  if (!/^[\w-]{43}$/.test(code)) return show("refused", true);
  try {
    const session = await untilAnswered(whoReads, sayTrouble);
    isKnown = session.signedIn;
    showInvitation(await untilAnswered(() => ask("POST", "enrollment/invitation", { code }), sayTrouble));
    part("signInFirst").hidden = isKnown;
    if (isKnown) fill("who", { email: session.email ?? "" });
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    refuse(refusal);
  }
}

// Another link, opened in the same tab.
addEventListener("hashchange", () => location.reload());
start();
