// The requests as they arrive, and all there is to know of the chosen one.
import { control, replay } from "./api.js";
import { $, make, tell } from "./page.js";

const MAX_ROWS = 1000;

const statusClass = (status) => (status >= 500 || status === 0 ? "status failed" : status >= 400 ? "status refused" : "status");

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export class Requests {
  #app;
  #exchanges = [];
  #last = 0;
  #chosen = null;
  #rules = null;

  constructor(app) {
    this.#app = app;
    $("filter").addEventListener("input", () => this.#filter());
    $("mine").addEventListener("change", () => this.#filter());
    $("clear").addEventListener("click", () => this.#clear());
    $("har").addEventListener("click", (event) => this.#download(event));
  }

  /** Takes in what is new; returns it. */
  async refresh() {
    const { data, last } = await control("GET", `/requests?after=${this.#last}`);
    if (last < this.#last) {
      this.#forget();
      this.#last = 0;
      return this.refresh();
    }
    this.#last = last;
    for (const exchange of data) this.#add(exchange);
    $("nothing").hidden = this.#exchanges.length > 0;
    return data;
  }

  accountChanged() {
    this.#filter();
  }

  #add(exchange) {
    const row = make("li", {}, this.#row(exchange));
    this.#exchanges.push({ exchange, row });
    row.hidden = !this.#wanted(exchange);
    $("exchanges").prepend(row);
    if (this.#exchanges.length > MAX_ROWS) this.#exchanges.shift().row.remove();
  }

  #row(exchange) {
    const query = exchange.query ? `?${decodeURIComponent(exchange.query.replace(/%(?![0-9a-f]{2})/gi, "%25"))}` : "";
    const row = make(
      "button",
      { type: "button", class: "exchange fresh mono", "aria-pressed": "false", onclick: () => this.#choose(exchange, row) },
      make("span", { class: statusClass(exchange.status) }, exchange.status ? String(exchange.status) : "–"),
      make("span", {}, exchange.method),
      make("span", { class: "path" }, exchange.path + query),
      make("span", { class: "time" }, `${exchange.milliseconds < 10 ? exchange.milliseconds.toFixed(1) : Math.round(exchange.milliseconds)} ms`),
    );
    if (exchange.forced) row.append(make("span", { class: "note forced" }, `on command: ${exchange.forced}`));
    for (const complaint of exchange.complaints) row.append(make("span", { class: "note complaint" }, complaint));
    return row;
  }

  #wanted(exchange) {
    if ($("mine").checked && exchange.key !== this.#app.key) return false;
    const words = $("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
    const { method, status, path, query, operation, key, forced, complaints } = exchange;
    const text = [method, status, path, query, operation, key, forced && "forced", ...complaints].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  }

  #filter() {
    for (const { exchange, row } of this.#exchanges) row.hidden = !this.#wanted(exchange);
  }

  async #clear() {
    await control("DELETE", $("mine").checked ? `/requests?key=${encodeURIComponent(this.#app.key)}` : "/requests");
    this.#forget();
    this.#last = 0;
    await this.refresh();
  }

  #forget() {
    this.#exchanges = [];
    $("exchanges").replaceChildren();
    $("details").hidden = true;
    $("nothing").hidden = false;
  }

  async #download(event) {
    event.preventDefault();
    const query = $("mine").checked ? `?key=${encodeURIComponent(this.#app.key)}` : "";
    const archive = JSON.stringify(await control("GET", `/requests.har${query}`), null, 1);
    const url = URL.createObjectURL(new Blob([archive], { type: "application/json" }));
    make("a", { href: url, download: "milestones.har" }).click();
    URL.revokeObjectURL(url);
  }

  async #choose(exchange, row) {
    this.#chosen?.setAttribute("aria-pressed", "false");
    this.#chosen = row;
    row.setAttribute("aria-pressed", "true");
    try {
      this.#describe(await control("GET", `/requests/${exchange.number}`));
    } catch (error) {
      tell(error.message);
    }
  }

  #describe(exchange) {
    const query = exchange.query ? `?${exchange.query}` : "";
    const { delay, drop, truncate_at: truncated } = exchange.delivery;
    const delivery = [
      drop && "The connection was dropped.",
      truncated !== null && `The connection was broken after ${truncated} bytes of the body.`,
      delay > 0 && `The answer waited ${delay.toFixed(2)} s.`,
    ].filter(Boolean);
    $("details").replaceChildren(
      make("div", { class: "head" },
        make("p", { class: "what mono" },
          make("span", { class: statusClass(exchange.status) }, exchange.status ? String(exchange.status) : "no answer"),
          ` ${exchange.method} ${exchange.path}${query}`),
        make("button", { type: "button", onclick: () => this.#copy(exchange.curl) }, "Copy as curl"),
        make("button", { type: "button", onclick: () => this.#replay(exchange) }, "Replay")),
      make("p", { class: "quiet" }, [exchange.operation, exchange.key, new Date(exchange.at * 1000).toLocaleTimeString()].filter(Boolean).join(" · ")),
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
      make("details", {}, make("summary", {}, `${headers.length} headers`), make("pre", { tabindex: "0", "aria-label": `${name} headers` }, list)),
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
    const level = rule.level === "inferred" ? "Follows by reason from" : "Source";
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
    try {
      await replay(exchange);
    } catch {
      tell("The connection broke, as a fault wants it.");
    }
    await this.#app.look();
  }
}
