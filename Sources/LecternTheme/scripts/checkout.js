// The checkout: what is bought and what it costs, an address, a consent, one button. `?course=` or `?bundle=` names what is bought.
import { attemptBecame, attemptFor } from "./attempt.js";
import { ask, Refusal } from "./companion.js";
import { knownReader, noteReader, whoReads } from "./session.js";
import { addressIn, courseLine, fieldRefused, fill, filled, linkSignIn, minorUnitsIn, moneyText, onSubmit, orderLine, part, refusalText, shop, show, showBundle, untilAnswered } from "./shop.js";
import { visitID } from "./visit.js";

/** @typedef {import("./shop.js").Money} Money */
/**
 * @typedef {object} Offer what GET /checkout answers
 * @property {{ course: string, title: string, price: Money }[]} items
 * @property {{ id: string, title: string }} [bundle] that the items are bought as
 * @property {number} [months] a membership's, for how many it is
 * @property {Money} [floor] the least that the reader may choose to pay
 * @property {string[]} [owned] courses that the reader has already
 * @property {{ coupon: string, off: Money }} [discount]
 * @property {Money} total
 * @property {string[]} [currencies] in which all of it can be paid
 * @property {{ name: string, label: string }[]} providers
 */

const query = new URLSearchParams(location.search);
const courses = [...new Set(query.getAll("course"))].filter(Boolean);
const bundle = query.get("bundle") ?? "";
const words = shop.dataset;
const button = /** @type {HTMLButtonElement} */ (shop.querySelector(".pay"));
const says = /** @type {HTMLElement} */ (shop.querySelector("[data-form=checkout] .refusal"));
/** @type {Offer | null} */
let offer = null;
let currency = query.get("currency") ?? words.currency ?? "";
/** From a link, or typed. */
let coupon = query.get("coupon") ?? "";
/** In the currency's smallest unit, where the reader chose the price. @type {number | null} */
let amount = null;
/** For how many others; 0: for the reader. */
let seats = Number(query.get("seats")) || 0;
/** Of whoever is signed in. */
let address = "";

/** What the site knows without asking, so that the page is whole at once. */
function showWhatIsKnown() {
  const known = courses.flatMap((id) => courseLine(id) ?? []);
  part("lines").replaceChildren(...known.map(({ line }) => line));
  if (known.length === 1) part("total").textContent = known[0].line.querySelector(".price")?.textContent;
}

async function ready() {
  part("owned").hidden = true;
  button.disabled = true;
  const what = bundle ? `bundle=${encodeURIComponent(bundle)}` : `items=${courses.map(encodeURIComponent).join(",")}`;
  try {
    offer = await untilAnswered(
      () => ask("GET", `checkout?${what}&currency=${encodeURIComponent(currency)}${coupon && `&coupon=${encodeURIComponent(coupon)}`}${amount === null ? "" : `&amount=${amount}`}${seats ? `&seats=${seats}` : ""}`),
      (refusal) => { says.textContent = refusal ? refusalText(refusal) : ""; });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (couponRefused(error)) return ready();
    // A link of before, to what is not sold so any more.
    if (seats && error.code === "invalid-field") {
      seats = 0;
      return ready();
    }
    refused(error);
    return;
  }
  showOffer(/** @type {Offer} */ (offer));
}

/**
 * A code that takes nothing off is told, and the order goes on without it.
 * @param {Refusal} refusal
 * @returns {boolean} whether that was the reason
 */
function couponRefused(refusal) {
  if (refusal.code !== "bad-coupon") return false;
  coupon = "";
  part("couponSays").textContent = refusal.message;
  part("coupon").open = true;
  return true;
}

/** @param {Offer} offer */
function showOffer({ items, bundle, months = 0, floor, owned = [], discount, total, currencies = [], providers }) {
  showBundle(bundle);
  part("membership").hidden = !months;
  part("membership").textContent = filled(words.membership, { months });
  part("own").hidden = part("ownSays").hidden = !floor;
  if (floor) {
    part("own").querySelector("input").value = moneyText(items[0].price).replace(/^\D+/, "");
    part("ownSays").textContent = filled(words.ownHelp, { floor: moneyText(floor) });
  }
  const had = items.filter(({ course }) => owned.includes(course));
  part("ownedPart").hidden = !bundle || had.length === 0 || had.length === items.length;
  const titles = new Intl.ListFormat(document.documentElement.lang).format(had.map(({ title }) => title));
  part("ownedPart").textContent = filled(words.ownedPart, { courses: titles });
  part("owned").hidden = had.length < items.length;
  if (had.length === items.length) says.textContent = words.owned ?? "";
  part("discountLine").hidden = !discount;
  if (discount) {
    part("discountName").textContent = filled(words.coupon, { code: discount.coupon });
    part("discount").textContent = `−${moneyText(discount.off)}`;
    part("couponSays").textContent = "";
  }
  // Where nothing is to be paid and nothing was taken off, there is nothing to take off.
  part("coupon").hidden = !total.minorUnits && !discount;
  currency = total.currency;
  part("lines").replaceChildren(...items.map((item) => orderLine(bundle ? { ...item, price: undefined } : item)));
  part("total").textContent = moneyText(total);
  showForWhom(!months && (total.minorUnits > 0 || Boolean(discount)));
  choices("currencies", currencies.map((code) => ({ name: code, label: currencyName(code) })), currency);
  choices("providers", total.minorUnits ? providers : []);
  part("pay").textContent = total.minorUnits ? filled(words.pay, { total: moneyText(total) }) : words.get;
  button.disabled = false;
}

/** @param {boolean} costs what costs nothing needs nobody to give it */
function showForWhom(costs) {
  const place = part("forWhom"), isTeam = seats > 1;
  place.hidden = !costs || place.querySelectorAll("label").length < 2;
  const wanted = seats === 0 ? "me" : isTeam ? "team" : "gift";
  const input = place.querySelector(`[value=${wanted}]`);
  if (input) input.checked = true;
  part("seats").hidden = !isTeam;
  if (isTeam) part("seats").querySelector("input").value = String(seats);
  part("note").hidden = part("noteHelp").hidden = !seats;
}

/**
 * A choice is shown only where there is one.
 * @param {"currencies" | "providers"} name
 * @param {{ name: string, label: string }[]} options
 * @param {string} [chosen]
 */
function choices(name, options, chosen = chosenOf(name) ?? options[0]?.name) {
  const place = /** @type {HTMLFieldSetElement} */ (part(name));
  place.hidden = options.length < 2;
  for (const old of place.querySelectorAll("label")) old.remove();
  for (const option of options) {
    const input = Object.assign(document.createElement("input"), { type: "radio", name, value: option.name, checked: option.name === chosen });
    const label = document.createElement("label");
    label.append(input, Object.assign(document.createElement("span"), { textContent: option.label }));
    place.append(label);
  }
}

/** @param {string} code @returns {string} "人民币", "US Dollar" */
const currencyName = (code) => new Intl.DisplayNames(document.documentElement.lang, { type: "currency" }).of(code) ?? code;

/** @param {string} name @returns {string | undefined} */
const chosenOf = (name) => /** @type {HTMLInputElement | null} */ (shop.querySelector(`input[name=${name}]:checked`))?.value;

/** @param {Refusal} refusal */
function refused(refusal) {
  says.textContent = refusal.message;
  if (refusal.code === "already-enrolled") {
    says.textContent = words.owned ?? "";
    part("owned").hidden = false;
  }
}

onSubmit("checkout", async (form) => {
  if (!offer) return;
  const email = address || addressIn(form);
  if (!email) return;
  const consent = /** @type {HTMLInputElement} */ (form.elements.namedItem("consent"));
  if (!consent.checked) return fieldRefused(form, "consent", words.consentNeeded ?? "");
  const { total } = offer;
  const provider = total.minorUnits ? chosenOf("providers") ?? offer.providers[0]?.name : "free";
  const wanted = { items: offer.items.map(({ course }) => course), ...(bundle && { bundle }), ...(amount !== null && { amount }), ...(seats && { seats, note: /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("note")).value.trim() }), currency, provider, shownTotal: total, email, ...(offer.discount && { coupon: offer.discount.coupon }) };
  try {
    const { order, next } = await ask("POST", "checkout", {
      ...wanted, language: document.documentElement.lang, visit: visitID() ?? undefined, attempt: attemptFor(wanted),
      terms: words.terms, immediateDelivery: true,
    });
    attemptBecame(order.id);
    if (!knownReader()) noteReader("claim");
    location.assign(goalOf(next) ?? `${words.orders}?order=${encodeURIComponent(order.id)}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "price-changed") {
      await ready();
      const changed = error.problem.total ?? offer?.total;
      says.textContent = filled(words.newPrice, { total: moneyText(changed) });
    } else if (couponRefused(error)) {
      await ready();
    } else if (error.code === "unreachable") {
      says.textContent = words.unsure ?? "";
    } else {
      refused(error);
    }
    return;
  }
  await new Promise(() => {}); // the page is leaving: no second press
});

/**
 * @param {{ kind: string, url?: string }} next
 * @returns {string | null} the provider's page
 */
function goalOf({ kind, url = "" }) {
  return kind === "redirect" && /^https?:\/\//.test(new URL(url, location.href).href) ? url : null;
}

onSubmit("coupon", async (form) => {
  const input = /** @type {HTMLInputElement} */ (form.elements.namedItem("coupon"));
  if (!input.value.trim()) return;
  coupon = input.value.trim();
  await ready();
});

part("own").addEventListener("change", () => {
  const floor = offer?.floor;
  if (!floor) return;
  const chosen = minorUnitsIn(part("own").querySelector("input").value, floor.currency);
  const isGood = chosen !== null && chosen >= floor.minorUnits;
  part("own").querySelector("input").ariaInvalid = isGood ? null : "true";
  part("ownSays").textContent = filled(isGood ? words.ownHelp : words.ownLow, { floor: moneyText(floor) });
  // What is shown is what is paid: nothing is, until the price is one.
  button.disabled = !isGood;
  if (!isGood) return;
  amount = chosen;
  ready();
});

part("forWhom").addEventListener("change", () => {
  const chosen = chosenOf("for");
  seats = chosen === "team" ? Number(part("seats").querySelector("input").value) || 2 : chosen === "gift" ? 1 : 0;
  ready();
});

part("seats").addEventListener("change", () => {
  const input = part("seats").querySelector("input");
  seats = Math.min(Math.max(Math.round(Number(input.value)) || 2, 2), Number(input.max));
  ready();
});

part("currencies").addEventListener("change", () => {
  currency = chosenOf("currencies") ?? currency;
  amount = null;
  ready();
});

// Back from the provider's page, in the state in which this one was left.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

async function greet() {
  const email = part("email");
  if (!knownReader()) email.hidden = false;
  try {
    const session = await untilAnswered(whoReads, () => {});
    address = session.signedIn ? session.email ?? "" : "";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error; // the form says what is wrong when it is sent
  }
  email.hidden = Boolean(address);
  if (address) fill("who", { email: address });
}

if (courses.length || bundle) {
  linkSignIn();
  showWhatIsKnown();
  show("checkout");
  greet();
  ready();
} else {
  show("empty");
}
