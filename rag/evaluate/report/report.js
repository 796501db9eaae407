"use strict";
// The list of questions. Whatever came from outside is put in as text, never as markup.
(() => {
  const BATCH = 100; // rows at a time
  const AROUND = 300; // characters shown on each side of a citation
  const SYMBOLS = { right: "✓", wrong: "✗", failed: "!" };
  const FACTS = {
    cited: ["✓", "found and cited"],
    bare: ["◐", "found, not cited"],
    missing: ["✗", "missing"],
  };
  const TIMES = {
    open: "to open the index",
    retrieve: "to the evidence",
    first_claim: "to the first claim",
    total: "to the whole answer",
  };
  // Control characters, those that change the order of the letters round them, and invisible ones.
  const UNSAFE =
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

  const find = (id) => document.getElementById(id);
  const table = find("list");
  if (!table) return;
  const data = JSON.parse(find("data").textContent);
  const body = table.tBodies[0];
  const form = find("filters");
  const width = table.tHead.rows[0].cells.length;
  const timed = width > 4;
  let matching = data.questions;
  let drawn = 0;

  /** Text to show; half a surrogate pair, which is no character, becomes a replacement mark. */
  const safe = (text) => String(text).replace(UNSAFE, "").replace(/\p{Cs}/gu, "\ufffd");

  /** A node with classes, and children that are nodes or become text. */
  function node(tag, classes, ...children) {
    const made = document.createElement(tag);
    if (classes) made.className = classes;
    for (const child of children.flat()) {
      if (child === null || child === undefined) continue;
      made.append(child instanceof Node ? child : safe(child));
    }
    return made;
  }

  const symbol = (sign) => {
    const made = node("span", "symbol", sign);
    made.setAttribute("aria-hidden", "true");
    return made;
  };

  const duration = (ms) =>
    ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10000 ? 2 : 1)} s`;

  // --- articles: offsets count code points, strings here count UTF-16 units

  const characters = new Map();

  /** The kept part of an article that holds a place, as an array of characters. */
  function partOf(place) {
    const article = data.articles[place.article];
    if (!article || place.start < 0 || place.start >= place.end) return null;
    for (const part of article.parts) {
      if (!characters.has(part)) characters.set(part, Array.from(part[1]));
      const letters = characters.get(part);
      const start = place.start - part[0];
      const end = place.end - part[0];
      if (start >= 0 && end <= letters.length) {
        return { letters, start, end, whole: letters.length === article.length };
      }
    }
    return null;
  }

  /** Where to cut near a place, between words and never further than `limit`. */
  function cut(letters, at, limit, step) {
    if (at <= 0) return 0;
    if (at >= letters.length) return letters.length;
    let moved = at;
    while (moved !== limit && !/\s/.test(letters[step < 0 ? moved : moved - 1])) moved -= step;
    return moved === limit ? at : moved;
  }

  function excerpt(part, all) {
    const { letters, start, end } = part;
    const from = all ? 0 : cut(letters, start - AROUND, start, -1);
    const to = all ? letters.length : cut(letters, end + AROUND, end, 1);
    const text = (a, b) => letters.slice(a, b).join("");
    const marked = node("mark", "", text(start, end));
    const shown = node(
      "blockquote",
      "excerpt",
      from > 0 ? "… " : "",
      text(from, start).replace(/^\s+/, ""),
      marked,
      text(end, to).replace(/\s+$/, ""),
      to < letters.length ? " …" : "",
    );
    shown.dir = "auto";
    shown.tabIndex = 0; // to scroll it by keyboard
    shown.setAttribute("aria-label", "The sentence in its article");
    return { shown, marked };
  }

  function placeIn(place, id) {
    const lines = [place.title, place.outlet, place.date, place.line && `line ${place.line}`];
    if (place.speaker) lines.push(`speaker: ${place.speaker}`);
    const where = node(
      "p",
      "where",
      place.n ? node("b", "", `[${place.n}] `) : null,
      node("b", "", node("bdi", "", place.path)),
      node("br"),
      node("span", "files", node("bdi", "", lines.filter(Boolean).join(" · "))),
    );
    const made = node("div", "place", where);
    if (id) made.id = id;
    made.tabIndex = -1;
    const part = partOf(place);
    const there = part && part.letters.slice(part.start, part.end).join("");
    if (there !== place.quote) {
      made.append(node("p", "not-there", "✗ The article does not have this quotation there."));
      made.append(node("blockquote", "excerpt", place.quote));
    }
    if (part) addExcerpt(made, part);
    return made;
  }

  function addExcerpt(made, part) {
    let view = excerpt(part, false);
    made.append(view.shown);
    const { letters, start, end } = part;
    if (start <= AROUND && end + AROUND >= letters.length) return;
    let all = false;
    const most = part.whole ? "the whole article" : "all that is kept of the article";
    const button = node("button", "all", `Show ${most}`);
    button.type = "button";
    button.addEventListener("click", () => {
      all = !all;
      const next = excerpt(part, all);
      view.shown.replaceWith(next.shown);
      view = next;
      button.textContent = all ? "Show less" : `Show ${most}`;
      if (all) view.shown.scrollTop = view.marked.offsetTop - view.shown.offsetTop - 80;
    });
    made.append(button);
  }

  // --- one question

  const block = (title, ...children) => node("section", "", node("h3", "", title), ...children);

  function answered(answer, key) {
    return block(
      "Answer",
      answer.short ? node("p", "claim", node("strong", "", node("bdi", "", answer.short))) : null,
      answer.claims.map((claim) =>
        node(
          "p",
          "claim",
          node("bdi", "", claim.text),
          " ",
          claim.citations.map((place) => {
            const link = node("a", "cite", `[${place.n || "?"}]`);
            link.href = `#${key(place)}`;
            link.addEventListener("click", (event) => {
              event.preventDefault(); // the address keeps naming the question
              const target = find(key(place));
              target.focus({ preventScroll: true });
              target.scrollIntoView({ block: "nearest" });
            });
            return link;
          }),
          " ",
          claim.kind ? node("small", "", claim.kind) : null,
        ),
      ),
    );
  }

  function expected(question) {
    if (question.facts.length === 0) return null;
    return block(
      "Expected",
      node(
        "ul",
        "facts",
        question.facts.map((fact) => {
          const [sign, words] = FACTS[fact.found];
          return node(
            "li",
            fact.found,
            symbol(sign),
            node("b", "", words),
            ": ",
            node("bdi", "", fact.any_of.map((one) => `“${one}”`).join(" or ") || "a fact without a string"),
            node("span", "files", node("bdi", "", `in ${fact.sources.join(", ")}`)),
          );
        }),
      ),
    );
  }

  function dropped(answer) {
    if (answer.dropped.length === 0) return null;
    return block(
      "Dropped",
      node(
        "ul",
        "plain",
        answer.dropped.map((entry) =>
          node(
            "li",
            "",
            entry.text ? node("bdi", "", `“${entry.text}”`) : "A sentence",
            node("span", "files", ` ${entry.why}`),
          ),
        ),
      ),
    );
  }

  function measured(question) {
    const times = [`question ${question.id}`];
    for (const [name, ms] of Object.entries(question.timings || {})) {
      if (Object.hasOwn(TIMES, name) && typeof ms === "number") {
        times.push(`${duration(ms)} ${TIMES[name]}`);
      }
    }
    const answer = question.answer || {};
    if (typeof answer.score === "number") times.push(`answerability ${answer.score.toFixed(3)}`);
    if (answer.model) times.push(`model ${answer.model}`);
    return block("Details", node("p", "meta", node("bdi", "", times.join(" · "))));
  }

  function said(question, key) {
    const answer = question.answer;
    if (question.failure !== undefined) {
      return block("Failed", node("p", "claim", question.failure));
    }
    if (!answer) return null;
    if (answer.claims.length) return answered(answer, key);
    return block("Refused", node("p", "claim", answer.reason || "It gave no answer."));
  }

  /** The places that an answer cites, each once. */
  function cited(answer, key) {
    const places = new Map();
    for (const claim of answer.claims) {
      for (const place of claim.citations) places.set(key(place), place);
    }
    return places;
  }

  function details(question, number) {
    const key = (place) => `c${number}-${place.n || 0}-${place.article}-${place.start}-${place.end}`;
    const answer = question.answer;
    const left = [
      said(question, key),
      expected(question),
      answer && dropped(answer),
      question.answer || question.failure !== undefined || question.facts.length
        ? null
        : node("p", "meta", "No answer was asked for."),
      measured(question),
    ].filter(Boolean);
    const quoted = answer ? [...cited(answer, key)] : [];
    const nearest = answer && answer.claims.length === 0 ? answer.nearest : [];
    const right = [];
    if (quoted.length) {
      right.push(block("Cited", quoted.map(([id, place]) => placeIn(place, id))));
    }
    if (nearest.length) {
      const places = node("div", "nearest", nearest.map((place) => placeIn(place)));
      right.push(block(data.nearest, places));
    }
    const columns = node("div", right.length ? "columns" : "columns one", node("div", "", left));
    if (right.length) columns.append(node("div", "", right));
    const cell = node("td", "", columns);
    cell.colSpan = width;
    const made = node("tr", "detail", cell);
    made.id = `detail-${number}`;
    return made;
  }

  // --- rows

  function tag(outcome) {
    return node("span", `tag ${outcome}`, symbol(SYMBOLS[outcome]), ` ${outcome}`);
  }

  function row(question) {
    const number = question.number;
    const button = node("button", "open", node("bdi", "", question.question));
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    const made = node(
      "tr",
      "row",
      node(
        "td",
        "outcome",
        tag(question.outcome),
        question.was ? node("span", "was", ` was ${question.was}`) : null,
      ),
      node(
        "td",
        "asked",
        button,
        question.why ? node("span", "because", node("bdi", "", question.why)) : null,
      ),
      node("td", "", question.kind),
      node("td", "", question.answerable ? "answerable" : "no answer"),
    );
    if (timed) {
      made.append(node("td", "number", question.ms === undefined ? "–" : duration(question.ms)));
    }
    made.addEventListener("click", (event) => {
      // Selecting text in a row is no wish to open it; the keyboard clicks with detail 0.
      if (event.detail === 0 || String(getSelection()) === "") toggle(question, made, button);
    });
    question.row = made;
    question.button = button;
    return made;
  }

  function toggle(question, made, button) {
    const opened = made.classList.toggle("opened");
    button.setAttribute("aria-expanded", String(opened));
    if (opened) {
      made.after(details(question, question.number));
      button.setAttribute("aria-controls", `detail-${question.number}`);
      history.replaceState(null, "", `#q=${encodeURIComponent(question.id)}`);
    } else {
      made.nextSibling.remove();
      button.removeAttribute("aria-controls");
      history.replaceState(null, "", location.pathname + location.search);
    }
  }

  function draw(upTo) {
    const fragment = document.createDocumentFragment();
    const until = Math.min(upTo, matching.length);
    for (; drawn < until; drawn += 1) fragment.append(row(matching[drawn]));
    body.append(fragment);
    const left = matching.length - drawn;
    find("more").hidden = left === 0;
    find("more").textContent = `Show ${Math.min(BATCH, left)} more of ${left.toLocaleString("en")}`;
  }

  // --- finding

  for (const [number, question] of data.questions.entries()) {
    question.number = number;
    const claims = question.answer ? question.answer.claims.map((claim) => claim.text) : [];
    question.text = [question.id, question.question, question.why, ...claims].join("\n").toLowerCase();
  }

  function apply() {
    const asked = new FormData(form);
    const wanted = (name) => asked.get(name) || "";
    const text = wanted("text").trim().toLowerCase();
    matching = data.questions.filter(
      (question) =>
        question.text.includes(text) &&
        (!wanted("outcome") || question.outcome === wanted("outcome")) &&
        (!wanted("kind") || question.kind === wanted("kind")) &&
        (!wanted("answerable") || question.answerable === (wanted("answerable") === "yes")) &&
        (!asked.has("changed") || question.was !== undefined),
    );
    if (wanted("order") === "slowest") matching.sort((a, b) => (b.ms || 0) - (a.ms || 0));
    body.replaceChildren();
    drawn = 0;
    draw(BATCH);
    const all = data.questions.length.toLocaleString("en");
    find("shown").textContent =
      matching.length === 0
        ? `None of ${all} questions is like that.`
        : `${matching.length.toLocaleString("en")} of ${all}. Open one to see its answer in the articles.`;
  }

  function openNamed() {
    if (!location.hash.startsWith("#q=")) return;
    let id = location.hash.slice(3);
    try {
      id = decodeURIComponent(id);
    } catch {
      // not encoded: taken as it stands
    }
    const question = data.questions.find((one) => one.id === id);
    if (!question) return;
    if (!matching.includes(question)) {
      form.reset();
      apply();
    }
    draw(Math.max(drawn, matching.indexOf(question) + 1));
    if (!question.row.classList.contains("opened")) toggle(question, question.row, question.button);
    question.row.scrollIntoView({ block: "start" });
    question.button.focus({ preventScroll: true });
  }

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  find("more").addEventListener("click", () => draw(drawn + BATCH));
  addEventListener("hashchange", openNamed);
  form.hidden = false;
  table.hidden = false;
  apply();
  openNamed();
})();
