// The box, and the turns that come of it; one question at a time.

import { Refusal, ask } from "./server.js";
import { Turn } from "./turn.js";

const EARLIER = 20; // questions before that are sent along
const log = document.getElementById("conversation");
const form = document.getElementById("ask");
const box = document.getElementById("question");
const send = document.getElementById("send");
const stop = document.getElementById("stop");
const anew = document.getElementById("anew");
const keys = document.getElementById("keys");
const next = document.getElementById("next");
const limits = document.getElementById("limits");
const welcome = document.getElementById("welcome");
let answered = []; // questions, oldest first
let running = null; // what stops the answer under way
let waits = false; // whether what stands in the box is to be asked after it

/** Ask, and show what comes. */
export async function put(question) {
  if (running || !question.trim()) return;
  const turn = new Turn(question.trim());
  let failed = true; // then what waits stays in the box
  running = new AbortController();
  welcome.hidden = true;
  log.append(turn.element);
  answering(true);
  turn.element.scrollIntoView({ block: "start" });
  try {
    const events = ask(turn.question, answered.slice(-EARLIER), filters(), running.signal);
    for await (const event of events) turn.take(event);
    answered.push(turn.question);
    failed = false;
  } catch (error) {
    if (error.name !== "AbortError" && !(error instanceof Refusal)) throw error;
    failed = error instanceof Refusal;
    const reason = failed ? error.message : "Stopped.";
    turn.failed(reason, () => {
      if (running) return;
      turn.element.remove();
      put(turn.question);
    });
  } finally {
    running = null;
    answering(false);
    const more = waits && !failed;
    wait(false);
    if (more) form.requestSubmit();
  }
}

/** What the question is limited to, by what stands in the fields. */
function filters() {
  const fields = [...limits.querySelectorAll("input")];
  return Object.fromEntries(fields.map(({ name, value }) => [name, value.trim()]).filter(([, value]) => value));
}

/** Say that what stands in the box is asked next, or no more. */
function wait(is) {
  waits = is;
  keys.hidden = is;
  next.textContent = is ? "Your question will be asked after this answer." : "";
}

function answering(is) {
  const held = document.activeElement === send || document.activeElement === stop;
  send.hidden = is;
  stop.hidden = !is;
  anew.hidden = is || !log.children.length;
  if (held) box.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (running) return wait(Boolean(box.value.trim()));
  const question = box.value;
  box.value = "";
  grow();
  put(question);
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
function grow() {
  box.style.height = "auto";
  const borders = box.offsetHeight - box.clientHeight;
  box.style.height = `${box.scrollHeight + borders}px`;
}
box.addEventListener("input", () => {
  grow();
  wait(false); // who goes on writing is not done
});
stop.addEventListener("click", () => running?.abort());
anew.addEventListener("click", () => {
  answered = [];
  log.replaceChildren();
  welcome.hidden = false;
  anew.hidden = true;
  box.focus();
});
