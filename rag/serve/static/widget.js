// Puts the page into another one:
//
//   <script src="http://127.0.0.1:8321/widget.js" data-height="640" data-title="Ask our articles"></script>
//
// The frame stands where the script stands, or in the element that data-into selects. With
// data-button="Ask" it opens and closes with a button in the corner of the window. The server must
// know the site: `embed_origins`. It is a classic script: not type="module", no crossorigin.
(() => {
  const script = document.currentScript;
  const { height = "640", title = "Ask these articles", into, button: label } = script.dataset;
  const frame = document.createElement("iframe");
  frame.src = new URL("./?embed=1", script.src).href;
  frame.title = title;
  frame.loading = "lazy";
  frame.referrerPolicy = "no-referrer";
  const size = `${Number.parseInt(height, 10) || 640}px`;
  style(frame, { border: "1px solid #8886", borderRadius: "6px", width: "100%", height: size, colorScheme: "normal" });
  if (label) return corner();
  const place = into ? document.querySelector(into) : null;
  if (place) place.append(frame);
  else script.after(frame);

  function corner() {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.setAttribute("aria-expanded", "false");
    style(button, {
      position: "fixed", insetInlineEnd: "1rem", insetBlockEnd: "1rem", zIndex: "2147483000",
      font: "600 16px/1.4 system-ui, sans-serif", padding: "0.6rem 1.1rem", border: "0", borderRadius: "4px",
      background: "#7d2a1d", color: "#fffaf5", cursor: "pointer",
    });
    style(frame, {
      position: "fixed", insetInlineEnd: "1rem", insetBlockEnd: "4.5rem", zIndex: "2147483000",
      width: "min(26rem, calc(100vw - 2rem))", height: `min(${size}, calc(100vh - 6rem))`,
    });
    frame.hidden = true;
    frame.style.display = "none";
    const open = (is) => {
      frame.style.display = is ? "block" : "none";
      frame.hidden = !is;
      button.setAttribute("aria-expanded", String(is));
      if (is) frame.focus();
      else button.focus();
    };
    button.addEventListener("click", () => open(frame.hidden));
    document.addEventListener("keydown", (event) => event.key === "Escape" && !frame.hidden && open(false));
    script.after(frame, button);
  }

  function style(element, properties) {
    Object.assign(element.style, properties); // not setAttribute: the site's own policy may forbid that
  }
})();
