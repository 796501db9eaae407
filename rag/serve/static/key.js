// The key of a server that wants one: kept in this tab, forgotten with it.

const NAME = "rag-key";
const dialog = document.getElementById("key");
const field = document.getElementById("key-value");
const title = document.getElementById("key-title");
let kept = stored();
let asking = null;

function stored() {
  try {
    return sessionStorage.getItem(NAME) ?? "";
  } catch {
    return ""; // a frame may be refused any storage
  }
}

/** The key to send; "" where there is none. */
export function key() {
  return kept;
}

/** Ask the person for a key, once for all who want one. Gives false where they have none. */
export function askForKey(wasWrong) {
  asking ??= new Promise((resolve) => {
    title.textContent = wasWrong ? "That key is not valid here" : "This server needs a key";
    field.value = "";
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "given"), { once: true });
    dialog.showModal();
    field.focus();
  }).finally(() => (asking = null));
  return asking;
}

dialog.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  // A header holds Latin letters only, and keys are made of fewer.
  kept = field.value.trim().replace(/[^\x21-\x7e]/g, "");
  try {
    sessionStorage.setItem(NAME, kept);
  } catch {
    // kept for as long as the page is open
  }
  dialog.close("given");
});
document.getElementById("key-cancel").addEventListener("click", () => dialog.close(""));
