// The requests as they arrive: which of them are shown.
import { control } from "./api.js";
import { Details } from "./details.js";
import { $, make, settled, tell } from "./page.js";
import { RowList, toRows } from "./rows.js";

const MAX_KEPT = 20_000;

export class Requests {
  #app;
  #exchanges = [];
  #last = 0;
  #since = 0;
  #pausedAt = null;
  #matching = null;
  #searchedTo = 0;
  #rows;
  #details;

  constructor(app) {
    this.#app = app;
    this.#rows = new RowList((number) => this.open(number));
    this.#details = new Details(app, this);
    $("filter").addEventListener("input", settled(() => this.#search()));
    for (const id of ["mine", "grouped"]) $(id).addEventListener("change", () => this.#show());
    $("pause").addEventListener("click", () => this.#pause());
    $("clear").addEventListener("click", () => this.#clear());
    $("har").addEventListener("click", (event) => this.#download(event));
    $("traffic").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.close();
    });
  }

  /** Takes in what is new; returns it. */
  async refresh() {
    let { data, last, since } = await control("GET", `/requests?after=${this.#last}`);
    const isAnew = this.#last > 0 && since !== this.#since;
    if (isAnew) {
      // The mock was started again, or has forgotten some: what is still there is read anew.
      ({ data, last, since } = await control("GET", "/requests"));
      this.#forgetAllBut(data);
    }
    this.#last = last;
    this.#since = since;
    if (!data.length && !isAnew) return data;
    for (const exchange of data) exchange.recordedUpTo = last;
    // Those that waited for an upstream come late, and have their place by number.
    this.#exchanges = [...this.#exchanges, ...data].sort((a, b) => a.number - b.number).slice(-MAX_KEPT);
    if (this.#matching) await this.#match();
    if (this.#pausedAt > last) this.#pausedAt = null;
    this.#show();
    return data;
  }

  accountChanged() {
    this.#show();
  }

  /** Opens a request: its row is marked, and all that is known of it shown. */
  async open(number) {
    const row = this.#rows.mark(number);
    try {
      this.#details.show(await control("GET", `/requests/${number}`), row);
    } catch (error) {
      tell(error.message);
    }
  }

  /** Closes the open request; the focus goes back to its row. */
  close() {
    const number = this.#rows.chosen;
    this.#rows.mark(0);
    this.#details.hide();
    this.#rows.focus(number);
  }

  #show() {
    const shown = this.#exchanges.filter((exchange) => this.#isWanted(exchange));
    this.#rows.show(toRows(shown, $("grouped").checked));
    const waiting = this.#pausedAt === null ? 0 : this.#exchanges.filter(({ recordedUpTo }) => recordedUpTo > this.#pausedAt).length;
    $("pause").setAttribute("aria-pressed", String(this.#pausedAt !== null));
    $("waiting").textContent = this.#pausedAt === null ? "" : `Paused: ${waiting} new`;
    $("nothing").hidden = this.#exchanges.length > 0;
    $("unmatched").hidden = shown.length > 0 || this.#exchanges.length === 0;
    $("exchanges").hidden = shown.length === 0;
  }

  #isWanted({ number, key, recordedUpTo }) {
    if (this.#pausedAt !== null && recordedUpTo > this.#pausedAt) return false;
    if ($("mine").checked && key !== this.#app.key) return false;
    return !this.#matching || this.#matching.has(number);
  }

  #pause() {
    this.#pausedAt = this.#pausedAt === null ? this.#last : null;
    this.#show();
  }

  async #search() {
    this.#matching = $("filter").value.trim() ? new Set() : null;
    this.#searchedTo = 0;
    try {
      if (this.#matching) await this.#match();
      this.#show();
    } catch (error) {
      tell(error.message);
    }
  }

  /** Has the mock search in all that it has recorded, bodies and rules too, since the last time. */
  async #match() {
    const matching = this.#matching;
    const query = new URLSearchParams({ after: this.#searchedTo, search: $("filter").value });
    const { data } = await control("GET", `/requests?${query}`);
    for (const { number } of data) matching.add(number);
    this.#searchedTo = this.#last;
  }

  async #clear() {
    await control("DELETE", $("mine").checked ? `/requests?key=${encodeURIComponent(this.#app.key)}` : "/requests");
    await this.#app.look();
  }

  #forgetAllBut(kept) {
    const open = this.#exchanges.find(({ number }) => number === this.#rows.chosen);
    if (!kept.some(({ number, at }) => number === open?.number && at === open.at)) {
      this.#rows.mark(0);
      this.#details.hide();
    }
    this.#exchanges = [];
    this.#searchedTo = 0;
    this.#matching &&= new Set();
  }

  async #download(event) {
    event.preventDefault();
    const query = $("mine").checked ? `?key=${encodeURIComponent(this.#app.key)}` : "";
    const archive = JSON.stringify(await control("GET", `/requests.har${query}`), null, 1);
    const url = URL.createObjectURL(new Blob([archive], { type: "application/json" }));
    make("a", { href: url, download: "milestones.har" }).click();
    URL.revokeObjectURL(url);
  }
}
