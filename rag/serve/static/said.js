// What somebody says, in order of time.

import { articleLink } from "./citation.js";
import { count, day, dotted, foreign, linePlace, make, split } from "./dom.js";
import { Refusal, get } from "./server.js";
import TEXTS from "./texts.js";

const FIELDS = ["speaker", "about", "since", "until"];
const form = document.getElementById("said");
const timeline = document.getElementById("timeline");
const field = Object.fromEntries(FIELDS.map((id) => [id, document.getElementById(id)]));
let known = null;
let loading = null;

/** Who says something in the articles, those who say most first. */
export async function speakers() {
  known ??= get("api/said").then((told) => told.speakers);
  known.catch(() => (known = null));
  return known;
}

/** The address of somebody's statements on this page. */
export function saidAddress(name) {
  return `#said=${encodeURIComponent(name)}`;
}

/** Show the view, of somebody where a name is given. */
export async function openSaid(name) {
  if (name) field.speaker.value = name;
  await inWords(async () => {
    const names = await speakers();
    document.getElementById("speakers").replaceChildren(...names.map((one) => make("option", { value: one.name })));
    if (!names.length) timeline.replaceChildren(make("p", { class: "status" }, TEXTS.NOBODY));
    else if (!name) timeline.replaceChildren(everybody(names));
  });
  if (name) await find();
}

function everybody(names) {
  const items = names.map((one) => {
    const link = make("a", { href: saidAddress(one.name) }, foreign(one.name));
    return make("li", {}, link, make("span", { class: "place" }, ` ${one.statements}`));
  });
  return make("ul", { class: "people", "aria-label": "Speakers" }, ...items);
}

async function find() {
  loading?.abort();
  loading = new AbortController();
  const { signal } = loading;
  const given = FIELDS.map((id) => [id, field[id].value.trim()]).filter(([, value]) => value);
  await inWords(async () => {
    const told = await get(`api/said?${new URLSearchParams(given)}`, signal);
    timeline.replaceChildren(...shown(told));
  });
}

function shown({ speaker, forms, statements, undated }) {
  const others = forms.filter((form) => form !== speaker);
  const also = others.length ? [" ", make("span", { class: "place" }, "also written ", ...dotted(...others.map(foreign)))] : [];
  const title = make("h2", { tabindex: "-1" }, foreign(speaker), `, ${count(statements.length, "statement")}`);
  if (undated) also.push(make("span", { class: "place" }, ` ${count(undated, "statement")} more without a date`));
  return [title, make("p", {}, ...also), make("ol", { class: "timeline" }, ...statements.map(statement))];
}

function statement(one) {
  const details = dotted(
    articleLink({ ...one, file: "unchanged" }, foreign(one.title ?? one.path)),
    one.outlet && foreign(one.outlet),
    linePlace(one),
    { direct: "in their own words", indirect: "as reported" }[one.kind],
  );
  const words = make("blockquote", { dir: "auto" }, ...marked(one));
  return make("li", {}, make("div", { class: "when" }, day(one.date) ?? TEXTS.NO_DATE), make("div", {}, words, make("p", { class: "place" }, ...details)));
}

/** The sentence, with the words that are somebody's marked in it. */
function marked({ context, quotes }) {
  const nodes = [];
  let rest = context.text;
  let at = context.start;
  for (const { start, end } of quotes) {
    const [before, words, after] = split(rest, start - at, end - at);
    nodes.push(before, make("mark", {}, words));
    [rest, at] = [after, end];
  }
  return [...nodes, rest];
}

async function inWords(work) {
  try {
    await work();
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Refusal)) throw error;
    timeline.replaceChildren(make("p", { class: "notice", role: "alert" }, error.message));
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  history.replaceState(null, "", saidAddress(field.speaker.value.trim()));
  await find();
  timeline.querySelector("h2")?.focus();
});
