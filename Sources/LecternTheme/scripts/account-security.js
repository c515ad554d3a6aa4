// How a learner signs in: the address, passkeys, a password.
import { newRow, sayDone } from "./account-rows.js";
import { ask, Refusal } from "./companion.js";
import { addPasskey, hasPasskeys } from "./passkey.js";
import { addressIn, codeIn, dateText, fieldRefused, fill, filled, formNamed, onSubmit, part, shop } from "./shop.js";

/** The account's own, so that all of its forms have the address that counts. @type {import("./session.js").Session} */
let session;

/** @param {import("./session.js").Session} current a change of its address is written into it */
export async function showSecurity(current) {
  session = current;
  showAddress();
  part("noPassword").hidden = Boolean(session.password);
  part("hasPassword").hidden = !session.password;
  await showPasskeys();
}

/** Where it is said, and where a password manager reads it beside a new password. */
function showAddress() {
  const email = session.email ?? "";
  fill("who", { email });
  /** @type {HTMLInputElement} */ (formNamed("password").elements.namedItem("username")).value = email;
}

/** @typedef {{ id: string, name: string, createdAt: string | number }} Passkey */

async function showPasskeys() {
  /** @type {{ passkeys: Passkey[] }} */
  const { passkeys } = await ask("GET", "passkeys");
  const list = part("passkeys");
  list.replaceChildren(...passkeys.map(({ id, name, createdAt }) => newRow({
    title: name,
    more: filled(shop.dataset.added, { date: dateText(createdAt) }),
    button: list.dataset.remove,
    press: async () => {
      await ask("DELETE", `passkeys/${encodeURIComponent(id)}`);
      await showPasskeys();
      sayDone(list.dataset.removed);
    },
  })));
  list.hidden = passkeys.length === 0;
}

onSubmit("passkey", async (form) => {
  const says = /** @type {HTMLElement} */ (form.querySelector(".refusal"));
  if (!hasPasskeys) {
    says.textContent = form.dataset.missing ?? "";
    return;
  }
  try {
    await addPasskey();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    says.textContent = form.dataset.failed ?? ""; // the reader, or the browser, said no
    return;
  }
  await showPasskeys();
  sayDone(form.dataset.done);
});

onSubmit("newEmail", async (form) => {
  const email = addressIn(form);
  if (!email) return;
  await ask("POST", "me/email", { email });
  form.hidden = true;
  const codeForm = formNamed("emailCode");
  codeForm.reset();
  /** @type {HTMLElement} */ (codeForm.querySelector(".refusal")).textContent = "";
  codeForm.hidden = false;
  fill("newEmail", { email });
  /** @type {HTMLElement} */ (shop.querySelector('[data-fill="newEmail"]')).focus();
});

onSubmit("emailCode", async (form) => {
  const code = codeIn(form);
  if (!code) return;
  try {
    await ask("POST", "me/email/confirm", { code });
  } catch (error) {
    // Perhaps it is used or expired: the way to another one.
    if (error instanceof Refusal && error.code === "wrong-code") formNamed("newEmail").hidden = false;
    throw error;
  }
  session.email = /** @type {HTMLInputElement} */ (formNamed("newEmail").elements.namedItem("email")).value.trim();
  form.reset();
  formNamed("newEmail").reset();
  form.hidden = true;
  formNamed("newEmail").hidden = false;
  showAddress();
  sayDone(form.dataset.done);
});

onSubmit("password", async (form) => {
  const password = /** @type {HTMLInputElement} */ (form.elements.namedItem("password")).value;
  if (!password) return fieldRefused(form, "password", shop.dataset.needed ?? "");
  await ask("POST", "password", { password });
  form.reset();
  part("noPassword").hidden = true;
  part("hasPassword").hidden = false;
  sayDone(form.dataset.done);
});
