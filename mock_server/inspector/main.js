// The inspector: looks at the mock again and again, and shows what has changed.
import { control, ofAccount, setToken } from "./api.js";
import { Board } from "./board.js";
import { Controls } from "./control.js";
import { $, make, tell } from "./page.js";
import { Requests } from "./requests.js";

const KEY = "milestones-mock.key";
const INTERVAL = 700;
const isWrite = ({ method }) => !["GET", "HEAD", "OPTIONS"].includes(method);

class App {
  key = new URLSearchParams(location.search).get("key") ?? localStorage.getItem(KEY) ?? "test-me";
  basePath = "/api";
  #upstream = false;
  #seen = "";
  #looking = null;

  constructor() {
    this.board = new Board(this);
    this.requests = new Requests(this);
    this.controls = new Controls(this);
    $("key").value = this.key;
    $("key").addEventListener("change", () => this.#choose($("key").value.trim()));
    $("token-form").addEventListener("submit", (event) => {
      event.preventDefault();
      setToken($("token").value);
      this.start();
    });
  }

  async start() {
    try {
      const status = await control("GET", "/status");
      $("token-form").hidden = true;
      this.basePath = status.base_path;
      this.#upstream = status.upstream;
      $("base").textContent = location.origin + status.base_path;
      this.controls.setUp(status);
      if (this.#upstream) {
        document.querySelector(".side").hidden = true;
        for (const id of ["key", "mine"]) $(id).closest("label").hidden = true;
        document.querySelector("main").style.gridTemplateColumns = "minmax(0, 1fr)";
        tell("A deployment answers in place of the mock; its answers are checked against the contract.");
      }
      await this.#findAccount();
      this.#loop();
    } catch (error) {
      this.#fail(error);
      if (error.status === 403) $("token-form").hidden = false;
      else setTimeout(() => this.start(), 2000);
    }
  }

  /** Looks once; with `anew`, shows everything again. */
  look(anew = false) {
    this.#looking = (this.#looking ?? Promise.resolve()).then(() => this.#look(anew));
    return this.#looking;
  }

  async #look(anew) {
    try {
      const arrived = await this.requests.refresh();
      if (!this.#upstream) await this.#lookAtAccount(anew || arrived.some((exchange) => isWrite(exchange) && exchange.key === this.key));
      $("link").className = "link live";
      $("link").textContent = "live";
    } catch (error) {
      this.#fail(error);
    }
  }

  async #lookAtAccount(anew) {
    const account = await control("GET", ofAccount(this.key));
    await this.controls.refreshFaults();
    const seen = JSON.stringify(account);
    if (!anew && seen === this.#seen) return;
    this.#seen = seen;
    $("figures").textContent = `${account.projects} projects, ${account.milestones} milestones, ${account.tasks} tasks`;
    this.controls.show(account);
    await this.board.refresh();
  }

  async #findAccount() {
    if (this.#upstream) return;
    const { data } = await control("GET", "/accounts");
    $("keys").replaceChildren(...data.map(({ key }) => make("option", { value: key })));
    const isGood = await control("GET", ofAccount(this.key)).then(() => true, () => false);
    if (!isGood && data.length) this.#choose(data[0].key);
  }

  #choose(key) {
    if (!key) return;
    this.key = key;
    $("key").value = key;
    localStorage.setItem(KEY, key);
    this.#seen = "";
    this.board.clear();
    this.requests.accountChanged();
    this.look(true);
  }

  #fail(error) {
    const isLost = error instanceof TypeError;
    $("link").className = "link lost";
    $("link").textContent = isLost ? "the mock does not answer" : "refused";
    if (!isLost) tell(error.message);
  }

  async #loop() {
    if (!document.hidden) await this.look();
    setTimeout(() => this.#loop(), INTERVAL);
  }
}

new App().start();
