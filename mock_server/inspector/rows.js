// The rows of the list of requests: which there are, and the few of them that are in the document.
import { $, make, shorten, statusClass } from "./page.js";

export const ROW = 46;
const AROUND = 8;
const POLLS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Returns rows, the newest first. Repeated polls are one row, until their account writes or they are answered otherwise. */
export function toRows(exchanges, isGrouped) {
  const rows = [];
  const pollsOf = new Map();
  for (const exchange of exchanges) {
    const { number, method, path, query, key, status, forced, complaints } = exchange;
    const isPoll = isGrouped && POLLS.has(method);
    if (!isPoll || !pollsOf.has(key)) pollsOf.set(key, new Map());
    const polls = pollsOf.get(key);
    const name = [method, path, query].join(" ");
    const answer = [status, forced, ...complaints].join(" ");
    const row = isPoll ? polls.get(name) : undefined;
    if (row?.answer === answer) {
      row.exchange = exchange;
      row.numbers.push(number);
    } else {
      const started = { id: number, exchange, numbers: [number], since: exchange.at, answer };
      rows.push(started);
      if (isPoll) polls.set(name, started);
    }
  }
  return rows.reverse();
}

export const time = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hour12: false });

const duration = (milliseconds) => `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;

function readable(query) {
  return query ? `?${decodeURIComponent(query.replace(/%(?![0-9a-f]{2})/gi, "%25"))}` : "";
}

export class RowList {
  #rows = [];
  #elements = new Map();
  #newest = 0;
  #height = 0;
  #choose;
  chosen = 0;

  /** `choose` is called with the number of the request of a row. */
  constructor(choose) {
    this.#choose = choose;
    const box = $("exchanges");
    box.addEventListener("scroll", () => this.#draw());
    box.addEventListener("keydown", (event) => this.#onKey(event));
    new ResizeObserver(() => this.#onResize()).observe(box);
    $("newer").addEventListener("click", () => (box.scrollTop = 0));
  }

  /** Shows other rows. What is in sight stays there; at the top, the newest come into sight. */
  show(rows) {
    const box = $("exchanges");
    const first = Math.floor(box.scrollTop / ROW);
    const before = this.#isInSight(box.clientHeight) ? this.#openPlace : box.scrollTop > 0 ? first : -1;
    const kept = before === this.#openPlace ? this.chosen : this.#rows[before]?.id;
    this.#rows = rows;
    const now = this.#placeOf(kept);
    $("exchange-rows").style.height = `${rows.length * ROW}px`;
    if (now >= 0) box.scrollTop += (now - before) * ROW;
    this.#draw();
    this.#newest = Math.max(this.#newest, rows[0]?.exchange.number ?? 0);
  }

  /** Marks the row of a request as the open one, and brings it into sight; returns it. With 0, none is open. */
  mark(number) {
    this.chosen = number;
    const place = this.#openPlace;
    if (place >= 0) this.#reveal(place);
    this.#draw();
    return this.#rows[place];
  }

  /** Puts the focus on the row of a request. */
  focus(number) {
    const place = this.#placeOf(number);
    if (place < 0) return;
    this.#reveal(place);
    this.#draw();
    this.#button(this.#rows[place].id)?.focus({ preventScroll: true });
  }

  #placeOf(number) {
    return number ? this.#rows.findIndex(({ numbers }) => numbers.includes(number)) : -1;
  }

  get #openPlace() {
    return this.#placeOf(this.chosen);
  }

  #isInSight(height) {
    const place = this.#openPlace;
    const { scrollTop } = $("exchanges");
    return place >= 0 && (place + 1) * ROW > scrollTop && place * ROW < scrollTop + height;
  }

  #reveal(place) {
    const box = $("exchanges");
    if (place * ROW < box.scrollTop) box.scrollTop = place * ROW;
    if ((place + 1) * ROW > box.scrollTop + box.clientHeight) box.scrollTop = (place + 1) * ROW - box.clientHeight;
  }

  #onResize() {
    if (this.#isInSight(this.#height)) this.#reveal(this.#openPlace);
    this.#height = $("exchanges").clientHeight;
    this.#draw();
  }

  #draw() {
    const box = $("exchanges");
    const first = Math.max(0, Math.floor(box.scrollTop / ROW) - AROUND);
    const last = Math.min(this.#rows.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW) + AROUND);
    const above = Math.floor(box.scrollTop / ROW);
    $("newer").hidden = above === 0;
    $("newer").textContent = `↑ ${above} newer`;
    const open = this.#openPlace;
    const entry = open >= first && open < last ? open : above;
    const focused = document.activeElement?.dataset?.row;
    const drawn = new Map();
    for (let place = first; place < last; place += 1) {
      const row = this.#rows[place];
      const element = this.#element(row, place === open);
      element.style.top = `${place * ROW}px`;
      element.setAttribute("aria-setsize", this.#rows.length);
      element.setAttribute("aria-posinset", place + 1);
      // One row takes part in the order of Tab; from there, the arrow keys go on.
      element.firstChild.tabIndex = place === entry ? 0 : -1;
      drawn.set(row.id, element);
    }
    this.#elements = drawn;
    const list = $("exchange-rows");
    const wanted = [...drawn.values()];
    if (wanted.length !== list.children.length || wanted.some((element, place) => list.children[place] !== element)) {
      list.replaceChildren(...wanted);
      if (focused) this.#button(Number(focused))?.focus({ preventScroll: true });
    }
  }

  #button(id) {
    return this.#elements.get(id)?.firstChild;
  }

  /** The element of a row: the former one while nothing in it has changed, so that a click on it is not lost. */
  #element(row, isOpen) {
    const stamp = `${row.exchange.number} ${isOpen}`;
    const former = this.#elements.get(row.id);
    if (former?.dataset.stamp === stamp) return former;
    const { number, at, key, operation, method, path, query, status, milliseconds, forced, complaints } = row.exchange;
    const count = row.numbers.length;
    const remark = forced ? `on command: ${forced}` : complaints[0];
    const kind = forced ? "note forced" : "note complaint";
    const button = make(
      "button",
      {
        type: "button", "data-row": row.id, "aria-pressed": String(isOpen), onclick: () => this.#choose(number),
        class: number > this.#newest && this.#newest ? "exchange fresh mono" : "exchange mono", title: path + readable(query),
      },
      make("span", { class: statusClass(status) }, status ? String(status) : "–"),
      make("span", { class: "method" }, method),
      make("span", { class: "path" }, path + readable(query)),
      ...(count > 1 ? [make("span", { class: "times", title: `${count} times since ${time(row.since)}` }, `× ${count}`)] : []),
      make("span", { class: "under" },
        make("time", { datetime: new Date(at * 1000).toISOString() }, time(at)),
        make("span", {}, duration(milliseconds)),
        ...(key ? [make("span", { class: "key", title: `Account ${key}` }, shorten(key))] : []),
        ...(remark ? [make("span", { class: kind }, remark)] : [make("span", { class: "name" }, operation)])),
    );
    return make("li", { "data-stamp": stamp }, button);
  }

  #onKey(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const id = Number(document.activeElement?.dataset?.row);
    const row = this.#rows[this.#placeOf(id) + (step ?? 0)];
    if (!step || !id || !row) return;
    event.preventDefault();
    this.focus(row.id);
  }
}
