// The creator's report, which `lectern report --publish` left sealed on the site: the companion gives its key to the creator's
// sign-in and to nobody else's, and what was sealed is put in the place of this page.
import { ask, Refusal } from "./companion.js";
import { canOpen, Damaged, Gone, importLessonKey, openFile, Unreachable } from "./sealed-file.js";
import { whoReads } from "./session.js";
import { linkSignIn, sayTrouble, shop, show, untilAnswered } from "./shop.js";

/** As the companion and `lectern report` call it (CreatorReport.swift). */
const door = "enrollment/~report/page", path = "account/report/page";

/** @param {number} epoch which edition the file says that it is of: each has a key of its own */
async function keyOf(epoch) {
  const { offers } = await ask("GET", `${door}?epoch=${epoch}`);
  if (typeof offers?.key !== "string") throw new Refusal("unreachable", 0); // an answer, but not the companion's
  return importLessonKey(offers.key);
}

/** @returns {Promise<string>} HTML */
async function opened() {
  try {
    // It keeps its name when it is published anew.
    return await (await openFile(shop.dataset.report ?? "", path, keyOf, { cache: "no-cache" })).text();
  } catch (error) {
    throw error instanceof Unreachable ? new Refusal("unreachable", 0) : error;
  }
}

/**
 * The page as it was made, in the place of this one: its style is given to the browser as a sheet, since the site's policy
 * allows none in a page, and scripts it has none.
 * @param {string} html
 */
function put(html) {
  let style = "";
  // Taken out as text: even a page that is only looked at would be refused its style aloud.
  const plain = html.replace(/<style>([^]*?)<\/style>/, (_, text) => { style = text; return ""; });
  const page = new DOMParser().parseFromString(plain, "text/html");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  for (const link of document.querySelectorAll("link[rel=stylesheet]")) link.remove();
  document.adoptedStyleSheets = [sheet];
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  const back = Object.assign(document.createElement("a"), { href: shop.dataset.account, textContent: shop.dataset.back });
  const way = document.createElement("p");
  way.append(back);
  page.querySelector("header")?.prepend(way);
  document.body.className = "";
  document.body.replaceChildren(...page.body.childNodes);
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

async function start() {
  if (!canOpen) return show("oldBrowser");
  const { signedIn, creator } = await untilAnswered(whoReads, sayTrouble);
  if (!signedIn) return show("signIn");
  if (!creator) return show("notYours");
  try {
    put(await untilAnswered(opened, sayTrouble));
  } catch (error) {
    if (error instanceof Gone) return show("none");
    if (error instanceof Damaged) return show("damaged");
    if (!(error instanceof Refusal)) throw error;
    show(error.status === 401 ? "signIn" : "notYours");
  }
}

linkSignIn();
start();
