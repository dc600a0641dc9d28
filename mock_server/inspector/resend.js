// A form to send a request again, changed.
import { headersToSend, isWhole } from "./api.js";
import { make, tell } from "./page.js";

/** Reads lines of `Name: value`; raises Error with the line that is none. */
function readHeaders(text) {
  return text.split("\n").filter((line) => line.trim()).map((line) => {
    const colon = line.indexOf(":");
    if (colon < 1) throw new Error(`“${line}” is not a header: write Name: value.`);
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
}

const REQUEST_ID = "X-Request-Id";

/** `sent` is called with the id by which the request was marked once the answer has come, `closed` when the form is to go. */
export function resendForm(exchange, sent, closed) {
  const target = exchange.path + (exchange.query ? `?${exchange.query}` : "");
  const headers = headersToSend(exchange).map(([name, value]) => `${name}: ${value}`).join("\n");
  const field = (name, element, kind) => make("label", { class: kind }, make("span", {}, name), element);
  const method = make("input", { name: "method", value: exchange.method, size: "8", spellcheck: "false" });
  const path = make("input", { name: "path", value: target, spellcheck: "false" });
  const head = make("textarea", { name: "headers", rows: "3", spellcheck: "false" }, headers);
  const body = make("textarea", { name: "body", rows: "4", spellcheck: "false" }, exchange.request.body);

  const send = async () => {
    const verb = method.value.trim().toUpperCase();
    if (!/^\/(?!\/)/.test(path.value)) throw new Error("The path has to begin with one /.");
    if (body.value && ["GET", "HEAD"].includes(verb)) throw new Error(`A browser sends no body with ${verb}.`);
    const request = new Request(path.value, { method: verb, headers: readHeaders(head.value), body: body.value || undefined });
    // The app may send the very same meanwhile.
    const requestId = crypto.getRandomValues(new Uint32Array(4)).join("-");
    request.headers.set(REQUEST_ID, requestId);
    try {
      await fetch(request);
    } catch {
      tell("The connection was broken by a fault.");
    }
    await sent(requestId);
  };
  const form = make(
    "form",
    {
      "aria-label": "Edit and resend", class: "mono",
      onsubmit: (event) => {
        event.preventDefault();
        send().catch((error) => tell(`Not sent: ${error.message}`));
      },
      onkeydown: (event) => {
        if (event.key !== "Escape" || event.isComposing) return;
        event.preventDefault();
        closed();
      },
    },
    field("Method", method), field("Path and query", path, "target"),
    field("Headers (the browser adds its own)", head, "wide"), field("Body", body, "wide"),
    ...(isWhole(exchange.request) ? [] : [make("p", { class: "wide" }, "This body is not complete: it is not text, or too long.")]),
    make("p", { class: "wide" }, make("button", {}, "Send"), " ", make("button", { type: "button", onclick: closed }, "Cancel")),
  );
  return form;
}
