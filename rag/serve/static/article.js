// An article beside the conversation, with the cited words marked.

import { day, dotted, foreign, make, split } from "./dom.js";
import { Refusal, get, sourceAddress } from "./server.js";
import TEXTS from "./texts.js";

const dialog = document.getElementById("article");
const body = document.getElementById("article-body");
const link = document.getElementById("article-link");
const wide = matchMedia("(min-width: 70rem)"); // as in page.css: there is room for both
let opener = null;
let loading = null;

/** Open an article where it is cited; the focus goes to the marked words, and comes back. */
export async function openArticle(cited, from) {
  loading?.abort();
  loading = new AbortController();
  const { signal } = loading;
  opener = from;
  const address = sourceAddress(cited.url);
  link.href = address;
  body.replaceChildren(make("p", { class: "status", role: "status" }, "Opening the article …"));
  if (!dialog.open) show();
  try {
    const found = await get(address.split("#")[0], signal);
    if (!signal.aborted) fill(found, cited);
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Refusal)) throw error;
    body.replaceChildren(make("p", { class: "notice", role: "alert", id: "article-title" }, error.message));
  }
}

function fill(found, cited) {
  const [before, marked, after] = split(found.text, found.start, found.end);
  const mark = make("mark", { tabindex: "-1" }, marked);
  const place = dotted(found.outlet && foreign(found.outlet), day(found.date), foreign(found.path));
  body.replaceChildren(
    make("h2", { id: "article-title", dir: "auto" }, found.title ?? found.path),
    make("p", { class: "place" }, ...place),
    note(found, cited),
    make("div", { class: "text" }, before, marked && mark, after),
  );
  if (!marked) return;
  mark.focus({ preventScroll: true });
  mark.scrollIntoView({ block: "center" });
}

function note(found, cited) {
  const text = found.changed ? TEXTS.CITED_CHANGED : TEXTS.BECAME[cited.file]?.article;
  return text ? make("p", { class: "notice" }, text) : "";
}

function show() {
  if (wide.matches) {
    dialog.show();
    document.documentElement.classList.add("beside");
  } else {
    dialog.showModal();
  }
}

/** Close it; tells whether it was open. */
export function closeArticle() {
  const was = dialog.open;
  if (was) dialog.close();
  return was;
}

dialog.addEventListener("close", () => {
  loading?.abort();
  document.documentElement.classList.remove("beside");
  opener?.focus();
  opener = null;
});
document.getElementById("article-close").addEventListener("click", closeArticle);
wide.addEventListener("change", () => {
  if (!dialog.open) return;
  const from = opener;
  opener = null;
  dialog.close();
  show();
  opener = from;
});
