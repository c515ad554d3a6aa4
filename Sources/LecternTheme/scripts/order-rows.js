// Orders as a list: on the page of orders and in the account.
import { courseLine, dateText, moneyText, part, shop } from "./shop.js";

/**
 * @typedef {object} Order
 * @property {string} id
 * @property {string} state
 * @property {string | number} createdAt
 * @property {{ course: string, title: string, price: import("./shop.js").Money, closed?: boolean }[]} items
 * @property {{ id: string, title: string }} [bundle] that the items were bought as
 * @property {{ coupon: string, off: import("./shop.js").Money }} [discount]
 * @property {import("./shop.js").Money} total
 * @property {import("./shop.js").Money} [refunded]
 * @property {boolean} grants
 * @property {string} [email]
 * @property {boolean} [canCorrectEmail]
 * @property {boolean} [receiptSent]
 * @property {number} [months] a membership's
 * @property {string} [until] that it is paid for
 * @property {{ count: number, taken: number, invitation?: string, note?: string }} [seats] of an order for others
 * @property {{ kind: string, url?: string, svg?: string, text?: string, lines?: string[], reference?: string }} [next]
 */

/** "partiallyRefunded" → "partially-refunded", as the pages' data-state says it. @param {string} state */
export const stateName = (state) => state.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** @param {{ course: string, title?: string }} item */
export const titleOf = ({ course, title }) => title ?? courseLine(course)?.title ?? course;

/** @param {string} id */
export const orderURL = (id, page = shop.dataset.orders ?? "") => `${page}?order=${encodeURIComponent(id)}`;

/**
 * @param {Order[]} orders
 * @param {HTMLElement} list
 * @param {HTMLElement} none shown where there are none
 */
export function showOrders(orders, list, none) {
  const states = /** @type {HTMLTemplateElement} */ (part("states")).content;
  list.replaceChildren(...orders.map((order) => {
    const row = /** @type {DocumentFragment} */ (part("row").content.cloneNode(true));
    const say = (/** @type {string} */ name, /** @type {string} */ text) => {
      const place = row.querySelector(`[data-row="${name}"]`);
      if (place) place.textContent = text;
    };
    say("title", order.bundle?.title ?? order.items.map(titleOf).join(" · "));
    say("date", dateText(order.createdAt));
    say("total", moneyText(order.total));
    say("state", states.querySelector(`[data-state="${stateName(order.state)}"]`)?.textContent ?? "");
    /** @type {HTMLAnchorElement} */ (row.querySelector("a")).href = orderURL(order.id);
    return row;
  }));
  list.hidden = orders.length === 0;
  none.hidden = orders.length > 0;
}
