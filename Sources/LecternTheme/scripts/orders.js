// One order (`?order=`), followed until it comes to an end; or all of them. The order is whatever the companion says:
// coming back from a provider's page proves nothing.
import { attemptIsOver } from "./attempt.js";
import { ask, Refusal } from "./companion.js";
import { showOrders, stateName } from "./order-rows.js";
import { knownReader, noteReader } from "./session.js";
import { addressIn, courseLine, dateText, fill, filled, linkSignIn, moneyText, onSubmit, orderLine, part, pause, sayTrouble, shop, show, showBundle, untilAnswered } from "./shop.js";

/** @typedef {import("./order-rows.js").Order} Order */

const query = new URLSearchParams(location.search);
const id = query.get("order");
const pageTitle = document.title;
/** What is on the page, so that it changes, and is read aloud, only when something changed. */
let shown = "";

/** Seconds until the order is looked at again: money that is on its way takes days. */
const pace = { pending: { first: 2, last: 30 }, processing: { first: 30, last: 300 } };
/** Whoever pays with another device watches this one: for ten minutes it answers at once. */
const scanning = { seconds: 1.5, times: 400 };

/** @param {string} path */
const asked = (path) => untilAnswered(() => ask("GET", path), sayTrouble);

async function follow() {
  let last = "", wait = 0, scans = 0;
  for (;;) {
    const order = await asked(`orders/${encodeURIComponent(/** @type {string} */ (id))}`);
    showOrder(order);
    const { first, last: longest } = pace[/** @type {keyof pace} */ (order.state)] ?? {};
    if (!first) return;
    const isScanning = order.next?.kind === "qr" && (scans += 1) <= scanning.times;
    wait = isScanning ? scanning.seconds : order.state === last ? Math.min(wait * 1.5, longest) : first;
    last = order.state;
    await pause(wait);
  }
}

/** @param {Order} order */
function showOrder(order) {
  show("order");
  const now = JSON.stringify(order);
  if (now === shown) return;
  shown = now;
  if (!["pending", "processing"].includes(order.state)) attemptIsOver(order.id);
  if (order.grants && !order.seats && !knownReader()) noteReader("claim");
  showState(order.seats && order.state === "paid" ? "paid-for-others" : stateName(order.state));
  showInvitation(order);
  showItems(order);
  showWayToPay(order);
  showWhatToDo(order);
  showAddress(order);
}

/** @param {string} name */
function showState(name) {
  const states = /** @type {HTMLElement[]} */ ([...shop.querySelectorAll("div[data-state]")]);
  const current = states.find((state) => state.dataset.state === name) ?? states[states.length - 1];
  for (const state of states) state.hidden = state !== current;
  current.parentElement?.setAttribute("data-tone", current.dataset.tone ?? "");
  document.title = `${current.querySelector("h2")?.textContent} · ${pageTitle}`;
}

/** @param {Order} order */
function showItems(order) {
  showBundle(order.bundle);
  part("lines").replaceChildren(...order.items.map((item) => itemLine(order.bundle ? { ...item, price: undefined } : item)));
  part("discountLine").hidden = !order.discount;
  if (order.discount) {
    part("discountName").textContent = filled(shop.dataset.coupon, { code: order.discount.coupon });
    part("discount").textContent = `−${moneyText(order.discount.off)}`;
  }
  part("total").textContent = moneyText(order.total);
  part("date").textContent = dateText(order.createdAt, true);
  part("number").textContent = order.id;
  part("refundedLine").hidden = !order.refunded?.minorUnits;
  if (order.refunded) part("refunded").textContent = moneyText(order.refunded);
}

/** @param {Parameters<typeof orderLine>[0] & { closed?: boolean }} item one that was given back says so */
function itemLine(item) {
  const line = orderLine(item);
  if (item.closed) line.append(Object.assign(document.createElement("p"), { className: "note", textContent: shop.dataset.closed }));
  return line;
}

/** @param {Order} order */
function showWayToPay(order) {
  const { state, next } = order;
  const isOpen = state === "pending" && next;
  const kind = isOpen ? next.kind : "";
  const payNow = part("payNow");
  payNow.hidden = kind !== "redirect" || !/^https?:/.test(next?.url ?? "");
  if (!payNow.hidden) payNow.href = next?.url;
  // A code, or the way to a provider's page, does not last as long as the order: pressing at the checkout once more gives this
  // same order a fresh one.
  if (state === "pending" && !next) {
    payNow.hidden = false;
    payNow.href = checkoutOf(order);
  }
  part("qr").hidden = kind !== "qr";
  // As a picture: what stands in it can only be looked at.
  if (kind === "qr") {
    const src = `data:image/svg+xml,${encodeURIComponent(next?.svg ?? "")}`;
    const image = Object.assign(new Image(240, 240), { src, alt: part("qrImage").dataset.alt });
    part("qrImage").replaceChildren(image);
  }
  part("instructions").hidden = kind !== "instructions";
  if (kind !== "instructions") return;
  part("instructionLines").replaceChildren(...(next?.lines ?? []).map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  part("referenceLine").hidden = !next?.reference;
  part("reference").textContent = next?.reference ?? "";
}

/** @param {Order} order */
function showWhatToDo(order) {
  const { state, items, grants } = order;
  const start = part("start"), again = part("again");
  const first = items.filter((item) => !item.closed).flatMap((item) => courseLine(item.course) ?? [])[0];
  start.hidden = !grants || !first || Boolean(order.seats);
  if (!start.hidden) start.href = first?.first;
  again.hidden = !["failed", "expired"].includes(state);
  again.href = checkoutOf(order);
  const renew = part("renew");
  renew.hidden = !order.until || !grants;
  renew.href = checkoutOf(order);
  /** @type {HTMLElement} */ (shop.querySelector('[data-fill="membership"]')).hidden = true;
  if (order.until && grants) fill("membership", { date: dateText(order.until) });
}

/** @param {Order} order */
const checkoutOf = ({ bundle, items, seats }) => `${shop.dataset.checkout}?${new URLSearchParams([
  ...(bundle ? [["bundle", bundle.id]] : items.map((item) => ["course", item.course])), ...(seats ? [["seats", String(seats.count)]] : []),
])}`;

/** What the buyer hands on to those whom it is for. @param {Order} order */
function showInvitation({ seats }) {
  const place = part("invitation");
  place.hidden = !seats?.invitation;
  if (!seats?.invitation) return;
  const words = seats.count > 1 ? place.dataset.team : seats.taken ? place.dataset.gone : place.dataset.gift;
  part("invitationText").textContent = filled(words, { taken: seats.taken, count: seats.count });
  part("invitationLink").textContent = new URL(`${place.dataset.redeem}#${seats.invitation}`, location.href).href;
}

onSubmit("invitation", async () => {
  showOrder(await ask("POST", `orders/${encodeURIComponent(/** @type {string} */ (id))}/invitation`, {}));
  part("invitationSays").textContent = part("invitation").dataset.renewed;
});

/** @param {Order} order */
function showAddress({ email = "", grants, receiptSent, canCorrectEmail, seats }) {
  for (const name of ["receipt", "receiptSoon", "device"]) /** @type {HTMLElement} */ (shop.querySelector(`[data-fill="${name}"]`)).hidden = true;
  if (grants && email) {
    fill(receiptSent ? "receipt" : "receiptSoon", { email });
    if (knownReader() === "claim" && !seats) fill("device", { email });
  }
  part("correction").hidden = !canCorrectEmail;
}

onSubmit("email", async (form) => {
  const email = addressIn(form);
  if (!email) return;
  const order = await ask("POST", `orders/${encodeURIComponent(/** @type {string} */ (id))}/email`, { email });
  form.reset();
  part("correction").open = false;
  showOrder(order);
  part("corrected").textContent = part("corrected").dataset.done;
});

for (const [name, what] of [["copy", "reference"], ["copyInvitation", "invitationLink"]]) {
  const button = part(name);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(part(what).textContent);
      button.textContent = shop.dataset.copied;
      setTimeout(() => { button.textContent = shop.dataset.copy; }, 2000);
    } catch {
      getSelection()?.selectAllChildren(part(what)); // not allowed: ready for the reader's own keys
    }
  });
}

/**
 * Inside WeChat: it sent the buyer back with a code that says who they are, and takes the payment in a window of its own. What became of
 * it is the companion's to say: the page follows the order as ever.
 */
async function payInside() {
  const code = query.get("code");
  if (!code || query.get("state") !== id) return;
  query.delete("code");
  query.delete("state");
  // The code is good once: a reload must not send it again.
  history.replaceState(null, "", `${location.pathname}?${query}`);
  try {
    const { next } = await ask("POST", `orders/${encodeURIComponent(/** @type {string} */ (id))}/payment`, { code });
    if (next.kind === "bridge") (await bridge()).invoke("getBrandWCPayRequest", next.fields, () => {});
  } catch (refusal) {
    // The order's own button leads through WeChat once more.
    if (!(refusal instanceof Refusal)) throw refusal;
  }
}

/** @returns {Promise<{ invoke: (name: string, fields: Record<string, string>, done: () => void) => void }>} what WeChat gives its pages */
const bridge = () => new Promise((resolve) => {
  const ready = () => resolve(/** @type {any} */ (window).WeixinJSBridge);
  if ("WeixinJSBridge" in window) ready();
  else document.addEventListener("WeixinJSBridgeReady", ready, { once: true });
});

async function list() {
  const { orders } = await asked("orders");
  showOrders(orders, part("list"), part("none"));
  show("list");
}

async function start() {
  linkSignIn();
  if (id) /** @type {HTMLElement} */ (shop.querySelector("h1")).textContent = shop.dataset.one ?? "";
  try {
    if (id) payInside();
    if (id) await follow();
    else await list();
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    sayTrouble(null);
    if (id || refusal.status !== 401) show("unknown", true);
    else location.replace(part("signIn").href);
  }
}

start();
