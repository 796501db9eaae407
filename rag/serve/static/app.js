// The page: its two views, its keys, and what the index holds.

import { closeArticle } from "./article.js";
import { hidePeek } from "./citation.js";
import "./conversation.js";
import { count, days, foreign, make } from "./dom.js";
import { Refusal, get } from "./server.js";
import { openSaid, saidAddress, speakers } from "./said.js";

const PEOPLE = 8; // of those who are quoted, on the first page
const views = { ask: document.getElementById("ask-view"), said: document.getElementById("said-view") };
const box = document.getElementById("question");

let shown = views.ask;

function route() {
  const [name, value = ""] = location.hash.slice(1).split("=");
  const view = name === "said" ? "said" : "ask";
  for (const [key, section] of Object.entries(views)) section.hidden = key !== view;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  hidePeek();
  if (views[view] !== shown) closeArticle();
  shown = views[view];
  if (view === "said") openSaid(decoded(value));
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // somebody typed a lone "%"
  }
}

async function tellFigures() {
  const figures = document.getElementById("figures");
  try {
    const { articles, dates, tags } = await get("api/status");
    document.getElementById("tags").append(...tags.map(({ tag }) => make("option", { value: tag })));
    const range = dates.first ? [", ", ...days(dates.first, dates.last)] : [];
    figures.prepend(make("strong", {}, count(articles, "article"), ...range), ". ");
    const people = (await speakers()).slice(0, PEOPLE);
    const items = people.map((one) => make("li", {}, make("a", { href: saidAddress(one.name) }, foreign(one.name))));
    document.querySelector("#people ul").append(...items);
    document.getElementById("people").hidden = !items.length;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    figures.after(make("p", { class: "notice", role: "alert" }, error.message));
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.target.closest("#key")) return;
  if (event.key === "Escape" && (hidePeek() || closeArticle())) event.preventDefault();
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, dialog:modal")) return;
  event.preventDefault();
  if (views.ask.hidden) location.hash = "#ask";
  views.ask.hidden = false;
  box.focus();
});
addEventListener("hashchange", route);
if (new URLSearchParams(location.search).has("embed")) document.documentElement.classList.add("embed");
else if (matchMedia("(hover: hover)").matches) box.focus(); // no keyboard over half of a phone
route();
tellFigures();
