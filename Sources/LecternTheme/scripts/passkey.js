// Passkeys (WebAuthn level 2): between the companion's JSON, where bytes are base64url, and the browser's own objects.
// Browsers have functions of their own for this, but not all, and password managers that answer instead of them fewer.
import { ask } from "./companion.js";

export const hasPasskeys = typeof PublicKeyCredential === "function" && isSecureContext;

/** Whether the browser can offer passkeys in an address field, before anybody asks. */
export async function offersPasskeys() {
  return hasPasskeys && Boolean(await PublicKeyCredential.isConditionalMediationAvailable?.());
}

/** @returns {Promise<PublicKeyCredentialRequestOptions>} what a passkey is to sign; good for one use */
export async function signInOptions() {
  return optionsFrom(await ask("POST", "sign-in/passkey/options", {}));
}

/**
 * @param {PublicKeyCredentialRequestOptions} publicKey
 * @param {CredentialMediationRequirement} [mediation] "conditional": offered in the field that says "webauthn", for as
 *   long as the page stands
 * @param {AbortSignal} [signal]
 * @throws {import("./companion.js").Refusal}
 * @throws {DOMException} when the reader, or the browser, says no
 */
export async function signInWithPasskey(publicKey, mediation = "optional", signal) {
  const credential = await navigator.credentials.get({ publicKey, mediation, signal });
  await ask("POST", "sign-in/passkey", { credential: plain(/** @type {PublicKeyCredential} */ (credential)) });
}

/** Makes one for whoever is signed in. @throws as `signInWithPasskey` */
export async function addPasskey() {
  const options = optionsFrom(await ask("POST", "passkeys/options", {}));
  const credential = await navigator.credentials.create({ publicKey: options });
  await ask("POST", "passkeys", { credential: plain(/** @type {PublicKeyCredential} */ (credential)) });
}

/** @param {string} text */
function bytes(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function base64url(buffer) {
  const text = btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {any} answer */
function optionsFrom(answer) {
  const options = { ...answer.publicKey ?? answer };
  options.challenge = bytes(options.challenge);
  if (options.user) options.user = { ...options.user, id: bytes(options.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (options[list]) options[list] = options[list].map((/** @type {any} */ known) => ({ ...known, id: bytes(known.id) }));
  }
  return options;
}

/** @param {PublicKeyCredential} credential */
function plain({ id, rawId, type, authenticatorAttachment, response }) {
  /** @type {Record<string, any>} */
  const told = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    const value = /** @type {any} */ (response)[name];
    if (value) told[name] = base64url(value);
  }
  if ("getTransports" in response) told.transports = /** @type {AuthenticatorAttestationResponse} */ (response).getTransports();
  return { id, rawId: base64url(rawId), type, authenticatorAttachment, response: told, clientExtensionResults: {} };
}
