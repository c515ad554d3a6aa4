// The account: courses and progress, orders, ways to sign in, devices, and the learner's own data. `#email-token=` is
// the link that was mailed to a new address; it does nothing until its button is pressed.
import { showCourses } from "./account-courses.js";
import { newRow, onPress, sayDone } from "./account-rows.js";
import { showSecurity } from "./account-security.js";
import { ask, Refusal } from "./companion.js";
import { forgetOffline } from "./offline.js";
import { showOrders } from "./order-rows.js";
import { forgetProgress } from "./progress.js";
import { noteReader, whoReads } from "./session.js";
import { dateText, fieldRefused, fill, filled, linkSignIn, onSubmit, part, sayTrouble, shop, show, untilAnswered } from "./shop.js";

const token = new URLSearchParams(location.hash.slice(1)).get("email-token");
/** @type {import("./session.js").Session} */
let session = { signedIn: false };

/**
 * @typedef {object} Device
 * @property {string} id
 * @property {string} name
 * @property {string | number} lastSeenAt
 * @property {boolean} current
 */

async function showDevices() {
  /** @type {{ devices: Device[] }} */
  const { devices } = await ask("GET", "devices");
  const list = part("devices");
  list.replaceChildren(...devices.map(({ id, name, lastSeenAt, current }) => newRow({
    title: name,
    more: current ? list.dataset.this : filled(shop.dataset.lastSeen, { date: dateText(lastSeenAt) }),
    button: current ? undefined : list.dataset.end,
    press: async () => {
      await ask("DELETE", `devices/${encodeURIComponent(id)}`);
      await showDevices();
      sayDone(list.dataset.ended);
    },
  })));
  part("endOthers").hidden = devices.length < 2;
}

onPress(part("endOthers"), async () => {
  await ask("DELETE", "devices");
  await showDevices();
  sayDone(part("devices").dataset.ended);
});

async function signOut() {
  await ask("POST", "sign-out", {});
  await forgetOffline();
  noteReader(null);
  show("signed-out", true);
}

onPress(part("signOut"), signOut);

// Who bought without signing in has no name here: whoever signs in next must not be taken for the one who did all this.
onPress(part("forget"), async () => {
  await signOut();
  forgetProgress();
});

onPress(part("export"), async () => {
  const data = await ask("GET", "me/export");
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
  Object.assign(document.createElement("a"), { href: url, download: `${location.hostname}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
});

onSubmit("delete", async (form) => {
  const confirm = /** @type {HTMLInputElement} */ (form.elements.namedItem("confirm")).value.trim();
  if (confirm.toLowerCase() !== session.email?.toLowerCase()) {
    fieldRefused(form, "confirm", filled(form.dataset.other, { email: session.email ?? "" }));
    return;
  }
  await ask("DELETE", "me", { confirm: session.email });
  await forgetOffline();
  forgetProgress();
  show("deleted", true);
});

onSubmit("emailToken", async () => {
  await ask("POST", "me/email/confirm", { token });
  await showAccount();
  sayDone(shop.dataset.emailChanged);
});

/** A part that cannot be had leaves the others standing. @param {() => Promise<void>} work */
async function attempt(work) {
  try {
    await untilAnswered(work, sayTrouble);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    part("refusal").textContent = error.message;
  }
}

async function showAccount() {
  session = await untilAnswered(whoReads, sayTrouble);
  if (!session.signedIn && !session.claim) {
    location.replace(/** @type {HTMLAnchorElement} */ (part("signIn")).href);
    return;
  }
  for (const section of shop.querySelectorAll('[data-part="signedIn"]')) {
    if (section instanceof HTMLElement) section.hidden = !session.signedIn;
  }
  part("claim").hidden = session.signedIn;
  part("who").hidden = !session.signedIn;
  part("report").hidden = !session.creator;
  if (session.signedIn) fill("who", { email: session.email ?? "" });
  show("account");
  await Promise.all([
    attempt(showCourses),
    ...(session.signedIn ? [
      attempt(async () => showOrders((await ask("GET", "orders")).orders, part("orders"), part("noOrders"))),
      attempt(showDevices),
      attempt(() => showSecurity(session)),
    ] : []),
  ]);
  // "#password" leads to a part that was closed.
  const goal = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  if (goal instanceof HTMLDetailsElement) {
    goal.open = true;
    goal.scrollIntoView();
  }
}

linkSignIn();
if (token) {
  history.replaceState(null, "", location.pathname);
  show("token", true);
} else {
  showAccount();
}
