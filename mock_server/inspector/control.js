// State, clock, profile and faults of the chosen account.
import { control, ofAccount } from "./api.js";
import { $, fill, make, tell } from "./page.js";

const SNAPSHOT = "inspector";

export class Controls {
  #app;

  constructor(app) {
    this.#app = app;
    const on = (id, event, act) => $(id).addEventListener(event, (happened) => this.#try(() => act(happened)));
    const put = (path, body) => control("PUT", ofAccount(app.key, path), body);
    on("reset", "click", () => control("POST", ofAccount(app.key, "/reset")));
    on("snapshot", "click", () => put(`/snapshots/${SNAPSHOT}`));
    on("restore", "click", () => control("POST", ofAccount(app.key, `/snapshots/${SNAPSHOT}/restore`)));
    on("load", "click", () => put("/state", { scenario: $("scenario").value }));
    on("frozen", "change", () => put("/clock", { frozen: $("frozen").checked }));
    on("wear", "click", () => put("/profile", { profile: $("profile").value }));
    on("unwear", "click", () => control("DELETE", ofAccount(app.key, "/profile")));
    on("fail", "submit", (event) => {
      event.preventDefault();
      return this.#addFault();
    });
    $("operation").addEventListener("change", () => this.#offerStatuses());
    for (const button of document.querySelectorAll("[data-advance]")) {
      button.addEventListener("click", () => this.#try(() => put("/clock", { advance: Number(button.dataset.advance) })));
    }
  }

  setUp(status) {
    this.operations = status.operations;
    fill($("scenario"), status.scenarios.map((name) => [name, name]));
    fill($("profile"), status.profiles.map((name) => [name, name]));
    fill($("operation"), [["", "any"], ...status.operations.map(({ id }) => [id, id])]);
    this.#offerStatuses();
  }

  show(account) {
    $("now").textContent = account.now.replace("T", " ").replace(/\.\d+Z$/, " UTC");
    $("frozen").checked = account.frozen;
    $("restore").disabled = !account.snapshots.includes(SNAPSHOT);
    $("unwear").disabled = !account.own_profile;
  }

  async refreshFaults() {
    const { data } = await control("GET", "/faults");
    const drop = (id) => () => this.#try(() => control("DELETE", `/faults/${id}`));
    $("faults").replaceChildren(
      ...data.filter(({ key }) => [undefined, this.#app.key].includes(key)).map(({ id, key, ...fault }) => {
        const text = Object.entries(fault).map(([name, value]) => `${name} ${value}`).join(", ");
        return make("li", {}, make("span", { class: "mono" }, text), make("button", { type: "button", "aria-label": `Remove fault ${id}`, onclick: drop(id) }, "Remove"));
      }),
    );
  }

  #offerStatuses() {
    const chosen = this.operations.filter(({ id }) => !$("operation").value || id === $("operation").value);
    const statuses = [...new Set(chosen.flatMap((operation) => operation.statuses))].sort((a, b) => a - b);
    fill($("how"), [
      ...statuses.filter((status) => status >= 400).map((status) => [status, `answer ${status}`]),
      ["drop", "drop the connection"],
      ["truncate", "truncate the body"],
      ["", "only wait"],
    ]);
  }

  #addFault() {
    const how = $("how").value;
    const fault = { key: this.#app.key, times: Number($("times").value) || 1 };
    if ($("operation").value) fault.operation = $("operation").value;
    if (how === "drop") fault.drop = true;
    else if (how === "truncate") fault.truncate_at = 20;
    else if (how) fault.status = Number(how);
    const delay = Number($("delay").value);
    if (delay || !how) fault.delay = delay;
    return control("POST", "/faults", fault);
  }

  async #try(act) {
    try {
      await act();
      await this.#app.look(true);
    } catch (error) {
      tell(error.message);
    }
  }
}
