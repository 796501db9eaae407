// One question and its answer, as it comes: evidence at once, then claim by claim.

import { alsoIn, articleLink, citationButton, freshness } from "./citation.js";
import { count, day, dotted, foreign, linePlace, make } from "./dom.js";
import { differing } from "./outline.js";
import TEXTS from "./texts.js";

let turns = 0;

/** A turn of the conversation; `element` is to be put on the page, each event to be given to it. */
export class Turn {
  constructor(question) {
    this.question = question;
    this.articles = new Map(); // path -> title, outlet, date
    this.parts = [];
    this.status = make("p", { class: "status", role: "status" });
    this.top = make("div", { class: "top" });
    this.bodies = make("div", { class: "parts" });
    this.end = make("div", { class: "end" });
    const id = `turn-${(turns += 1)}`;
    const title = make("h2", { id, dir: "auto" }, question);
    this.element = make("article", { class: "turn", "aria-labelledby": id });
    this.element.append(title, this.top, this.bodies, this.status, this.end);
    this.say("Looking in the articles …");
  }

  say(text) {
    this.status.textContent = text;
    this.status.hidden = !text;
  }

  /** Take an event of the server. */
  take({ name, data }) {
    const known = { question: "begun", evidence: "found", claim: "claimed", answer: "answered" };
    if (name in known) this[known[name]](data);
  }

  begun({ question }) {
    const part = new Part(question, question !== this.question);
    this.parts.push(part);
    this.bodies.append(part.element);
    if (this.parts.length > 1) this.parts.forEach((one) => one.isOneOfSeveral());
  }

  found({ evidence, short_answer: short, count: counted }) {
    for (const one of evidence) this.articles.set(one.path, one);
    const part = this.parts.at(-1);
    part.found(evidence);
    const holds = (one) => one.path === short.path && one.start <= short.start && short.end <= one.end;
    const cited = short && evidence.find(holds);
    if (cited) part.short(short.text, this.cite({ ...cited, n: short.n }));
    if (counted) part.short(counted.text, "");
    this.say(`${count(evidence.length, "sentence")} found. The answer is being written and checked …`);
  }

  claimed(claim) {
    this.parts.at(-1).claims.append(this.paragraph(claim));
  }

  paragraph({ text, kind, citations }) {
    const reworded = kind === "composed" ? [make("span", { class: "reworded" }, ` ${TEXTS.REWORDED}`)] : [];
    return make("p", { class: "claim" }, foreign(text), ...reworded, ...citations.map((one) => this.cite(one)));
  }

  /** Its number, on the same line as the word before it. */
  cite(cited) {
    const button = citationButton(cited, this.articles.get(cited.path) ?? { title: null });
    return make("span", { class: "number" }, "\u00a0", button);
  }

  /** The whole answer: it says how it is to be shown, whatever came before it. */
  answered(answer) {
    for (const one of answer.sources) this.articles.set(one.path, one);
    const cited = new Map(answer.claims.flatMap(({ citations }) => citations).map((one) => [one.n, one]));
    const number = (n) => (cited.has(n) ? this.cite(cited.get(n)) : "");
    const outlined = differing(answer);
    this.settleClaims(answer.claims, outlined.claims);
    this.parts.forEach((part, at) => part.settled(answer.parts[at] ?? answer, number));
    this.top.replaceChildren(...limited(answer), ...sides(outlined, number));
    this.end.replaceChildren(...(answer.abstained ? abstained(answer) : [this.sources([...cited.values()])]), checked(answer));
    this.say("");
    this.announce(answer.abstained ? TEXTS.NO_ANSWER : `Answered with ${count(answer.claims.length, "claim")}.`);
  }

  /** Claims were shown as they came; where the answer has others, it is right. `left` are no sides. */
  settleClaims(claims, left) {
    const shown = [...this.element.querySelectorAll(".claim")];
    if (claims.length === shown.length) {
      shown.forEach((one, at) => left.includes(claims[at]) || one.remove());
    } else if (this.parts.length) {
      this.parts.forEach((part) => part.claims.replaceChildren());
      this.parts[0].claims.append(...left.map((claim) => this.paragraph(claim)));
    }
  }

  sources(cited) {
    const items = cited.map((one) => {
      const source = this.articles.get(one.path) ?? {};
      const title = articleLink(one, foreign(source.title ?? one.path));
      const place = linePlace(one);
      const details = dotted(source.outlet && foreign(source.outlet), day(source.date), place, alsoIn(one.also_in), freshness(one.file));
      return make("li", {}, make("span", { class: "n" }, `[${one.n}]`), make("div", {}, title, make("p", { class: "place" }, ...details)));
    });
    return make("section", { class: "sources", "aria-label": TEXTS.SOURCES }, make("h3", {}, TEXTS.SOURCES), make("ol", {}, ...items));
  }

  /** It ended without an answer, for a reason; `again` asks once more. */
  failed(reason, again) {
    const button = make("button", { type: "button", class: "plain" }, "Ask again");
    button.addEventListener("click", again);
    this.say("");
    this.end.replaceChildren(make("p", { class: "notice", role: "alert" }, reason, " ", button));
  }

  announce(text) {
    this.status.hidden = false;
    this.status.className = "unseen";
    this.status.textContent = text;
  }
}

/** To which articles it is limited, if it is. */
function limited({ filters }) {
  return filters ? [make("p", { class: "understood" }, `${TEXTS.LIMITED}: `, foreign(filters.told))] : [];
}

/** What was understood as a question of its own. */
class Part {
  constructor(question, differs) {
    this.prefix = make("span", {}, `${TEXTS.UNDERSTOOD}: `);
    this.title = make("p", { class: "understood" }, this.prefix, foreign(question));
    this.title.hidden = !differs;
    this.lead = make("div", { class: "lead", "aria-live": "polite" });
    this.claims = make("div", { class: "claims", "aria-live": "polite" });
    this.evidence = make("details", { class: "evidence", open: "" });
    this.evidence.hidden = true;
    this.element = make("div", { class: "part" }, this.title, this.lead, this.claims, this.evidence);
  }

  isOneOfSeveral() {
    this.title.hidden = false;
    this.title.className = "part-title";
    this.prefix.remove();
  }

  short(text, number) {
    this.lead.replaceChildren(make("p", {}, make("strong", {}, foreign(text)), number));
  }

  found(evidence) {
    const title = `Evidence: ${count(evidence.length, "sentence")}`;
    this.evidence.hidden = !evidence.length;
    this.evidence.replaceChildren(make("summary", {}, title), quotes(evidence));
  }

  /** With its end known: its short answer, or why it has none. */
  settled({ short_answer: short, count: counted, reason, abstained }, number) {
    this.evidence.open = false;
    const told = short ?? counted;
    const same = told && this.lead.textContent.startsWith(foreign(told.text).textContent);
    if (told && !same) this.short(told.text, short ? number(short.n) : "");
    if (!told) this.lead.replaceChildren();
    if (reason && abstained === undefined) {
      this.lead.append(make("p", {}, make("strong", {}, TEXTS.NO_ANSWER), " ", foreign(reason)));
    }
  }
}

function quotes(found) {
  const items = found.map((one) => {
    const speaker = one.speaker && make("span", {}, "said by ", foreign(one.speaker));
    const title = articleLink(one, foreign(one.title ?? one.path));
    const details = dotted(title, one.outlet && foreign(one.outlet), day(one.date), speaker);
    return make("li", {}, make("blockquote", { dir: "auto" }, one.quote), make("p", { class: "place" }, ...details));
  });
  return make("ul", { class: "quotes" }, ...items);
}

function sides({ heading, sides: found }, number) {
  if (!found.length) return [];
  const items = found.map((side) => {
    const where = make("span", { class: "place" }, ...dotted(day(side.date) ?? TEXTS.NO_DATE, foreign(side.outlet ?? side.path)));
    return make("li", {}, make("strong", {}, foreign(side.text)), ...side.numbers.map(number), " ", where);
  });
  return [make("div", { class: "sides" }, make("p", {}, heading), make("ul", {}, ...items))];
}

function abstained(answer) {
  const reason = make("p", { class: "none" }, make("strong", {}, TEXTS.NO_ANSWER), " ", foreign(answer.reason ?? ""));
  const looked = answer.looked_for.flatMap((word, at) => [at ? ", " : "", foreign(word)]);
  const words = looked.length && make("p", { class: "place" }, `${TEXTS.LOOKED_FOR}: `, ...looked);
  const nearest = answer.nearest.length && [make("h3", {}, TEXTS.NEAREST), quotes(answer.nearest)];
  return [reason, words, ...(nearest || [])].filter(Boolean);
}

/** How it came about, in small print: seconds, model, what the check refused. */
function checked({ dropped, model, timings_ms: timings }) {
  const told = [`${(timings.total / 1000).toFixed(1)} s`, foreign(model === "none" ? "no language model" : model)];
  if (!dropped.length) return make("p", { class: "checked" }, ...dotted(...told));
  const items = dropped.map(({ text, why }) => make("li", {}, foreign(text), make("p", { class: "place" }, foreign(why))));
  const summary = make("summary", {}, ...dotted(...told, `${count(dropped.length, "sentence")} refused by the check`));
  return make("details", { class: "checked" }, summary, make("ul", {}, ...items));
}
