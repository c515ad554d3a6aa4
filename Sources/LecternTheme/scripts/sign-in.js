// The page of sign-in: a mailed code or link, a passkey, or a password. `?next=` names the page to go on to, `#token=`
// is the mailed link's: it does nothing until the button is pressed, since mail scanners open links too.
import { ask, Refusal } from "./companion.js";
import { hasPasskeys, offersPasskeys, signInOptions, signInWithPasskey } from "./passkey.js";
import { knownReader, whoReads } from "./session.js";
import { addressIn, busyWhile, codeIn, fieldRefused, fill, formNamed, onSubmit, ownPath, part, refusalText, shop, show } from "./shop.js";

const query = new URLSearchParams(location.search);
const next = ownPath(query.get("next")) ?? shop.dataset.home ?? "/";
/** Somebody who is signed in proves it anew, to do what only they may. */
const provesAnew = query.has("again");
const language = document.documentElement.lang;
const token = new URLSearchParams(location.hash.slice(1)).get("token");
/** The address that the code was mailed to. */
let address = "";
/** Where to go on to; somebody who forgot their password is led to where a new one is set. */
let goal = next;
const waiting = new AbortController();

/** Ends the page: whoever reads is signed in. */
async function goOn() {
  waiting.abort();
  await whoReads();
  location.replace(goal);
}

onSubmit("email", async (form) => {
  const email = addressIn(form);
  if (!email) return;
  await ask("POST", "sign-in", { email, next, language });
  codeIsMailed(email);
});

/** @param {string} email */
function codeIsMailed(email) {
  address = email;
  waiting.abort();
  fill("sent", { email });
  show("code");
  /** @type {HTMLInputElement} */ (formNamed("code").elements.namedItem("code")).focus();
}

const codeForm = onSubmit("code", async (form) => {
  const code = codeIn(form);
  if (!code) return;
  await ask("POST", "sign-in/confirm", { email: address, code });
  await goOn();
});

part("again").addEventListener("click", () => busyWhile(part("again"), async () => {
  part("resent").textContent = "";
  await ask("POST", "sign-in", { email: address, next, language });
  codeForm.reset();
  // What was wrong with the last one does not stand beside the new one.
  /** @type {HTMLElement} */ (codeForm.querySelector(".refusal")).textContent = "";
  part("resent").textContent = part("resent").dataset.done;
}, part("resent")));

part("other").addEventListener("click", () => show("email", true));

onSubmit("token", async () => {
  await ask("POST", "sign-in/confirm", { token });
  await goOn();
});

part("noToken").addEventListener("click", () => show("email", true));

onSubmit("password", async (form) => {
  const email = addressIn(form);
  if (!email) return;
  // Spaces at its ends belong to it.
  const password = /** @type {HTMLInputElement} */ (form.elements.namedItem("password")).value;
  if (!password) return fieldRefused(form, "password", shop.dataset.needed ?? "");
  await ask("POST", "sign-in/password", { email, password });
  await goOn();
});

part("forgot").addEventListener("click", () => busyWhile(formNamed("password"), async () => {
  const email = addressIn(formNamed("password"));
  if (!email) return;
  await ask("POST", "password/reset", { email, language });
  goal = `${shop.dataset.home}#password`;
  codeIsMailed(email);
}));

function passkeys() {
  if (!hasPasskeys) return;
  const says = part("passkeyRefusal");
  part("passkey").addEventListener("click", () => busyWhile(part("passkey"), async () => {
    waiting.abort();
    try {
      await signInWithPasskey(await signInOptions());
    } catch (error) {
      if (error instanceof Refusal) throw error;
      says.textContent = says.dataset.failed;
      return;
    }
    await goOn();
  }, says));
  offerPasskeys(says);
}

/** In the address field itself, where the browser can. @param {HTMLElement} says */
async function offerPasskeys(says) {
  /** @type {PublicKeyCredentialRequestOptions} */
  let options;
  try {
    if (!await offersPasskeys()) return;
    /** @type {HTMLInputElement} */ (formNamed("email").elements.namedItem("email")).autocomplete = /** @type {any} */ ("username webauthn");
    options = await signInOptions();
  } catch (error) {
    if (error instanceof Refusal) return; // nothing was asked for yet; the form and the button stand
    throw error;
  }
  try {
    await signInWithPasskey(options, "conditional", waiting.signal);
    await goOn();
  } catch (error) {
    // The reader signs in some other way, or the browser will not; a passkey that was refused is told.
    if (error instanceof Refusal) says.textContent = refusalText(error);
  }
}

async function start() {
  if (token) {
    // Out of the address, so that it stays in no history and no screenshot.
    history.replaceState(null, "", location.pathname + location.search);
    show("token", true);
    return;
  }
  part("passkey").hidden = !hasPasskeys;
  // Somebody new sees the form at once.
  const isShown = !knownReader();
  if (isShown) show("email");
  try {
    const session = await whoReads();
    if (session.signedIn && !provesAnew) {
      part("continue").href = next;
      fill("who", { email: session.email ?? "" });
      show("done");
      return;
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Who cannot be asked is shown the form, which says what is wrong when it is sent.
  }
  if (!isShown) show("email");
  passkeys();
}

start();
