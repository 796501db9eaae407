// The [n] of a claim: what it cites shows beside it, and a click opens the article there.

import { day, dotted, foreign, make } from "./dom.js";
import { openArticle } from "./article.js";
import { sourceAddress } from "./server.js";
import TEXTS from "./texts.js";

const GAP = 8; // pixels between a number and its quote, and around it
const LINGER = 250; // ms in which a pointer may move from the number to its quote
const peek = make("div", { id: "peek", role: "tooltip", hidden: "" });
document.body.append(peek);
let shownFor = null;
let timer = 0;

/** What became of a file, in words; null where it is as it was. */
export function freshness(file) {
  const became = TEXTS.BECAME[file];
  return became ? make("span", { class: "stale" }, became.page) : null;
}

/** Where else a sentence stands word for word; null where it does not. */
export function alsoIn(copies = []) {
  if (!copies.length) return null;
  const places = copies.slice(0, TEXTS.NAMED).map(({ path, line }) => `${path}:${line}`);
  const more = copies.length - TEXTS.NAMED;
  return make("span", { class: "file" }, `${TEXTS.ALSO_IN} `, foreign(places.join(", ")), more > 0 && ` ${TEXTS.MORE.replace("{n}", more)}`);
}

/** A link to an article: it opens beside the conversation, or in a new tab where that is asked. */
export function articleLink(cited, text) {
  const link = make("a", { href: sourceAddress(cited.url), target: "_blank", rel: "noopener" }, text);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    openArticle(cited, link);
  });
  return link;
}

/** The button of a citation.
 *
 *  `cited` has n, quote, url, speaker, file; `source` has title, outlet, date of its article. */
export function citationButton(cited, source) {
  const label = `Source ${cited.n}: ${source.title ?? cited.path}`;
  const button = make("button", { type: "button", class: "cite", "aria-label": label }, `[${cited.n}]`);
  let pointer = "";
  const show = () => showPeek(button, cited, source);
  button.addEventListener("pointerdown", (event) => (pointer = event.pointerType));
  button.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show());
  button.addEventListener("pointerleave", hideSoon);
  button.addEventListener("focus", () => button.matches(":focus-visible") && show());
  button.addEventListener("blur", hideSoon);
  button.addEventListener("click", () => {
    const tapped = pointer === "touch" && shownFor !== button; // a finger cannot hover
    pointer = "";
    if (tapped) return show();
    hidePeek();
    openArticle(cited, button);
  });
  return button;
}

function showPeek(button, cited, source) {
  clearTimeout(timer);
  shownFor?.removeAttribute("aria-describedby");
  shownFor = button;
  button.setAttribute("aria-describedby", peek.id);
  const who = cited.speaker && make("span", {}, "said by ", foreign(cited.speaker));
  const place = dotted(source.outlet && foreign(source.outlet), day(source.date ?? cited.date), who);
  peek.replaceChildren(
    make("p", { class: "quote", dir: "auto" }, cited.quote),
    make("p", { class: "place" }, make("strong", {}, foreign(source.title ?? cited.path))),
    make("p", { class: "place" }, ...dotted(...(place.length ? [make("span", {}, ...place)] : []), freshness(cited.file))),
    make("p", { class: "tap" }, "Tap to open the article"),
  );
  peek.onclick = () => {
    hidePeek();
    openArticle(cited, button);
  };
  peek.hidden = false;
  putBeside(button.getBoundingClientRect());
}

function putBeside(at) {
  const room = document.documentElement;
  const { width, height } = peek.getBoundingClientRect();
  const article = document.querySelector(".beside #article");
  const edge = article ? article.getBoundingClientRect().left : room.clientWidth;
  const left = Math.max(GAP, Math.min(at.left - 2 * GAP, edge - width - GAP));
  const below = at.bottom + GAP;
  const fits = below + height < room.clientHeight || at.top < height + GAP;
  peek.style.left = `${left + scrollX}px`;
  peek.style.top = `${(fits ? below : at.top - height - GAP) + scrollY}px`;
}

function hideSoon() {
  clearTimeout(timer);
  timer = setTimeout(hidePeek, LINGER);
}

/** Hide the quote; tells whether there was one. */
export function hidePeek() {
  clearTimeout(timer);
  const was = !peek.hidden;
  peek.hidden = true;
  shownFor?.removeAttribute("aria-describedby");
  shownFor = null;
  return was;
}

peek.addEventListener("pointerenter", () => clearTimeout(timer));
peek.addEventListener("pointerleave", hideSoon);
document.addEventListener("pointerdown", (event) => {
  if (shownFor && !peek.contains(event.target) && !shownFor.contains(event.target)) hidePeek();
});
