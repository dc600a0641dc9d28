// All there is to know of one request, and ways to send it again.
import { control, isWhole, replay } from "./api.js";
import { $, make, statusClass, tell } from "./page.js";
import { resendForm } from "./resend.js";
import { time } from "./rows.js";

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export class Details {
  #app;
  #requests;
  #rules = null;

  constructor(app, requests) {
    this.#app = app;
    this.#requests = requests;
  }

  hide() {
    $("details").hidden = true;
  }

  /** Shows a request; `row` is the one in the list, where it is there. */
  show(exchange, row) {
    const query = exchange.query ? `?${exchange.query}` : "";
    const { delay, drop, truncate_at: truncated } = exchange.delivery;
    const delivery = [
      drop && "The connection was dropped.",
      truncated !== null && `The connection was broken after ${truncated} bytes of the body.`,
      delay > 0 && `The answer waited ${delay.toFixed(2)} s.`,
    ].filter(Boolean);
    const resend = make("div", { class: "resend" });
    const edit = make("button", { type: "button", onclick: () => this.#edit(exchange, resend, edit) }, "Edit and resend");
    $("details").replaceChildren(
      make("div", { class: "head" },
        make("p", { class: "what mono" },
          make("span", { class: statusClass(exchange.status) }, exchange.status ? String(exchange.status) : "no answer"),
          ` ${exchange.method} ${exchange.path}${query}`),
        make("button", { type: "button", onclick: () => this.#copy(exchange.curl) }, "Copy as curl"),
        make("button", { type: "button", onclick: () => this.#replay(exchange) }, "Replay"),
        edit,
        make("button", { type: "button", "aria-label": "Close the request", title: "Close (Escape)", onclick: () => this.#requests.close() }, "×")),
      make("p", { class: "quiet" }, [exchange.operation, exchange.key, time(exchange.at)].filter(Boolean).join(" · ")),
      ...this.#among(exchange, row),
      resend,
      make("h3", {}, "Why"),
      make("ul", { class: "why" },
        ...(exchange.forced ? [make("li", {}, make("span", { class: "forced" }, `On command: ${exchange.forced}`))] : []),
        ...exchange.complaints.map((text) => make("li", {}, make("span", { class: "complaint" }, text))),
        ...delivery.map((text) => make("li", {}, text)),
        ...exchange.why.map((reason) => this.#reason(reason))),
      ...this.#message("Request", exchange.request),
      ...this.#message("Answer", exchange.response),
    );
    $("details").hidden = false;
    $("details").scrollTop = 0;
    // On a narrow page it is below the list.
    $("details").scrollIntoView({ block: "nearest" });
  }

  /** Of repeated polls, the way from one to the next. */
  #among(exchange, row) {
    if (!row || row.numbers.length < 2) return [];
    const place = row.numbers.indexOf(exchange.number);
    const to = (name, other) =>
      make("button", { type: "button", disabled: other === undefined, onclick: () => this.#requests.open(other) }, name);
    return [
      make("p", { class: "among" },
        `${place + 1} of ${row.numbers.length} alike since ${time(row.since)} `,
        to("Earlier", row.numbers[place - 1]), " ", to("Later", row.numbers[place + 1])),
    ];
  }

  #reason(reason) {
    if (!reason.id) return make("li", {}, reason.text);
    const show = (event) => {
      event.preventDefault();
      this.#showRule(reason.id);
    };
    return make("li", {},
      make("a", { href: `#rule=${reason.id}`, class: "mono", onclick: show }, reason.id),
      ...(reason.choice ? [" ", make("span", { class: "choice mono" }, `= ${reason.choice}`)] : []),
      make("br"), reason.text);
  }

  #message(name, { headers, body, bytes }) {
    const list = headers.map(([header, value]) => `${header}: ${value}`).join("\n");
    return [
      make("h3", {}, `${name} (${bytes} bytes)`),
      make("details", {}, make("summary", {}, `${headers.length} ${headers.length === 1 ? "header" : "headers"}`), make("pre", { tabindex: "0", "aria-label": `${name} headers` }, list)),
      ...(body ? [make("pre", { tabindex: "0", "aria-label": `${name} body` }, pretty(body))] : []),
    ];
  }

  async #showRule(id) {
    this.#rules ??= new Map((await control("GET", "/rules")).data.map((rule) => [rule.id, rule]));
    const rule = this.#rules.get(id);
    $("rule-id").textContent = id;
    $("rule-text").textContent = rule.text;
    const choices = Object.entries(rule.choices ?? {});
    $("rule-choices").replaceChildren(
      ...choices.map(([name, text]) => make("li", {}, make("code", {}, name), `${name === rule.default ? " (default)" : ""}: ${text}`)));
    const level = rule.level === "inferred" ? "Follows from" : "Source";
    $("rule-source").textContent = rule.source ? `${level}: ${rule.source}` : "An open point: the documentation is silent here.";
    $("rule").showModal();
  }

  async #copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      tell("The curl command is in the clipboard.");
    } catch {
      $("details").append(make("h3", {}, "curl"), make("pre", { tabindex: "0" }, text));
    }
  }

  async #replay(exchange) {
    if (!isWhole(exchange.request)) return tell("Not sent: its body is not text, or too long for this page. “Copy as curl” has all of it.");
    try {
      await replay(exchange);
    } catch {
      tell("The connection was broken by a fault.");
    }
    await this.#app.look();
  }

  #edit(exchange, place, button) {
    const sent = async (requestId) => {
      await this.#app.look();
      const { data } = await control("GET", `/requests?search=${requestId}`);
      if (data.length) await this.#requests.open(data[0].number);
    };
    const closed = () => {
      place.replaceChildren();
      button.focus();
    };
    place.replaceChildren(resendForm(exchange, sent, closed));
    place.querySelector(exchange.request.body ? "[name=body]" : "[name=path]").focus();
    place.scrollIntoView({ block: "nearest" });
  }
}
