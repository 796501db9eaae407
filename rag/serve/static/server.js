// What the page asks of the server, and what went wrong in words.

import { askForKey, key } from "./key.js";

/** Why there is no reply; `message` is for people. */
export class Refusal extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status; // 0: none was received
  }
}

const UNREACHABLE = "The server cannot be reached. Is it still running?";
const CUT = "The connection was lost during the answer. What you see was checked; the rest is missing.";

/** The reply to a request. Addresses are relative, so that the page may live below any path.
 *
 *  Throws a Refusal, or the AbortError of `signal`. */
async function request(path, { signal, ...options } = {}) {
  for (;;) {
    const used = key();
    const headers = { ...options.headers, ...(used && { authorization: `Bearer ${used}` }) };
    let response;
    try {
      response = await fetch(path, { ...options, headers, signal, cache: "no-store" });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Refusal(UNREACHABLE);
    }
    if (response.ok) return response;
    if (response.status !== 401) throw await refusal(response);
    if (used === key() && !(await askForKey(Boolean(used)))) {
      throw new Refusal("This server needs a key.", 401);
    }
  }
}

async function refusal(response) {
  const wait = Number(response.headers.get("retry-after"));
  const later = wait ? ` Try again in ${wait === 1 ? "a second" : `${wait} seconds`}.` : "";
  const told = await response.json().catch(() => null);
  return new Refusal(inWords(response.status, told?.error, later), response.status);
}

function inWords(status, error, later = "") {
  if (error?.code === "server_busy") return `The server is busy with other questions.${later}`;
  if (status === 429) return `Too many requests in one minute.${later}`;
  if (status === 413) return "The question is too long for this server.";
  if (error?.code === "timeout") return `The answer took too long. The server says: ${error.message}.`;
  if (error?.message) return `${sentence(error.message)}${later}`;
  return `The server failed (${status}).${later}`;
}

function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
}

/** JSON of an address. */
export async function get(path, signal) {
  const response = await request(path, { signal, headers: { accept: "application/json" } });
  return response.json();
}

/** The events of an answer, as `{name, data}`; the last is the answer. */
export async function* ask(question, earlier, filters, signal) {
  const response = await request("api/ask", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ question, earlier, filters, stream: true }),
    signal,
  });
  for await (const event of received(response)) {
    if (event.name === "error") throw new Refusal(inWords(0, event.data.error));
    yield event;
    if (event.name === "answer") return;
  }
  throw new Refusal(CUT);
}

/** Server-sent events, as the HTML standard frames them. */
async function* received(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      // A "\r" at the end may be half of a "\r\n".
      const blocks = (rest + value).split(/\r\n\r\n|\n\n|\r\r(?!\n)/);
      rest = blocks.pop();
      for (const block of blocks) {
        const event = parsed(block);
        if (event) yield event;
      }
    }
  } catch (error) {
    if (error.name === "AbortError" || error instanceof Refusal) throw error;
    throw new Refusal(CUT);
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parsed(block) {
  let name = "message";
  const data = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (field === "event") name = value;
    if (field === "data") data.push(value);
  }
  return data.length ? { name, data: JSON.parse(data.join("\n")) } : null;
}

/** Where an article is read: relative, as the server may go by another name in this browser. */
export function sourceAddress(url) {
  const { pathname, search } = new URL(url, location.href);
  return `source/${pathname.split("/").pop()}${search}#cited`;
}
