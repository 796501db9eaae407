// Nodes from text. Nothing on this page is parsed as HTML: what an article, a file name, a question
// or a server says becomes a text node here, without the characters that nobody sees.

// The same characters as in rag/language/invisible.py; a test holds the two against each other.
const PARTNER = "[^\\u0000-\\u007f\\u200c\\u200d]";
const UNSEEN = new RegExp(
  "[\\u0000-\\u0008\\u000e-\\u001b\\u007f-\\u0084\\u0086-\\u009f" +
    "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069" +
    "\\u00ad\\u180e\\u200b\\u2060-\\u2065\\u206a-\\u206f\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e0fff}]" +
    `|(?<!${PARTNER})[\\u200c\\u200d]|[\\u200c\\u200d](?!${PARTNER})` +
    "|(?<=[\\ufe00-\\ufe0f])[\\ufe00-\\ufe0f]",
  "gu",
);

/** A text without the characters that nobody sees. */
export function withoutUnseen(text) {
  return String(text).replace(UNSEEN, "");
}

/** An element with attributes and children; strings become text, null and "" nothing. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter(Boolean).map(asNode));
  return element;
}

function asNode(child) {
  return child instanceof Node ? child : document.createTextNode(withoutUnseen(child));
}

/** The file and line of a sentence; of formats without lines of their own, of the text that was read. */
export function linePlace({ path, line }) {
  const own = /\.(txt|md|markdown)$/i.test(path);
  return make("span", { class: "file" }, foreign(path), `, line ${line}${own ? "" : " of its text"}`);
}

/** Text of an article, in the direction of its script, kept apart from what stands around it. */
export function foreign(text) {
  return make("bdi", { dir: "auto" }, text);
}

/** Nodes with " · " between them. */
export function dotted(...parts) {
  return parts.filter(Boolean).flatMap((part, at) => (at ? [" · ", part] : [part]));
}

/** A day as people write it; what is no whole day stays as it is. */
export function day(iso) {
  if (!iso) return null;
  const date = new Date(`${iso}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(iso) || Number.isNaN(date.valueOf())) return foreign(iso);
  const style = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return make("time", { datetime: iso }, date.toLocaleDateString("en-GB", style));
}

/** The days from one to another, as nodes: one day is itself. */
export function days(first, last) {
  return first === last ? [day(first)] : [day(first), " to ", day(last)];
}

/** "1 article", "2 articles". */
export function count(number, what) {
  return `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
}

/** Parts of a text before, in and after a span. Offsets count code points, as Python does. */
export function split(text, start, end) {
  const points = Array.from(text);
  const part = (from, to) => points.slice(from, to).join("");
  return [part(0, start), part(start, end), part(end)];
}
