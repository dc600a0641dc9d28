// The dialogs that make, change and delete a milestone through the API.
import { $, fill } from "./page.js";

const COLORS = ["default", "success", "warning", "danger", "info", "primary"];

export class MilestoneDialog {
  #call;
  #milestone = null;
  #project = 0;
  #isSending = false;

  /** `call` takes method, path and body to the API, and shows what became of it; `closed` is told of which milestone. */
  constructor(call, closed) {
    this.#call = call;
    for (const id of ["milestone", "removal"]) $(id).addEventListener("close", () => closed(this.#milestone));
    $("milestone-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(() => this.#save());
    });
    $("milestone-cancel").addEventListener("click", () => $("milestone").close());
    $("milestone-delete").addEventListener("click", () => this.#askToDelete());
    $("removal-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(() => this.#delete());
    });
    $("removal-cancel").addEventListener("click", () => $("removal").close());
  }

  /** Opens for a milestone, or for a new one of a project. */
  open(milestone, project) {
    this.#milestone = milestone;
    this.#project = project;
    $("milestone-heading").textContent = milestone ? `Milestone ${milestone.id}` : "New milestone";
    $("milestone-title").value = milestone?.title ?? "";
    const color = milestone?.color ?? "info";
    fill($("milestone-color"), [...new Set([...COLORS, color])].map((name) => [name, name]));
    $("milestone-color").value = color;
    $("milestone-delete").hidden = !milestone;
    $("milestone-refused").textContent = "";
    $("milestone").showModal();
    $("milestone-title").select();
  }

  async #save() {
    const fields = { milestone_title: $("milestone-title").value, milestone_color: $("milestone-color").value };
    if (this.#milestone) return this.#call("PATCH", `/milestones/${this.#milestone.id}`, fields);
    const made = await this.#call("POST", "/milestones", { milestone_projectid: this.#project, ...fields });
    this.#milestone = made.data;
  }

  #askToDelete() {
    const { title, tasks_count: tasks } = this.#milestone;
    $("milestone").close();
    $("removal-text").textContent = `${title} holds ${tasks} ${tasks === 1 ? "task" : "tasks"}.`;
    $("removal-tasks").hidden = tasks === 0;
    $("removal-form").reset();
    $("removal-refused").textContent = "";
    $("removal").showModal();
  }

  #delete() {
    const body = $("removal-form").elements.tasks.value === "delete" ? { delete_tasks: "yes" } : undefined;
    return this.#call("DELETE", `/milestones/${this.#milestone.id}`, body);
  }

  async #send(act) {
    if (this.#isSending) return;
    this.#isSending = true;
    const dialog = $("removal").open ? "removal" : "milestone";
    try {
      await act();
      $(dialog).close();
    } catch (error) {
      $(`${dialog}-refused`).textContent = `Refused: ${error.message}`;
    }
    this.#isSending = false;
  }
}
