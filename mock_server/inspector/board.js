// The milestones of a project in their order. Only the rows in sight are in the document, so that ten thousand are fine.
import { call, control, ofAccount } from "./api.js";
import { MilestoneDialog } from "./milestone.js";
import { $, fill, make, tell } from "./page.js";

const ROW = 44;
const AROUND = 8;
const EDGE = 40;

export class Board {
  #app;
  #milestones = [];
  #lifted = null;
  #edit;

  constructor(app) {
    this.#app = app;
    const dialog = new MilestoneDialog((...request) => this.#change(...request), (milestone) => this.#focus(milestone?.id));
    this.#edit = (milestone) => dialog.open(milestone, Number($("project").value));
    $("project").addEventListener("change", () => this.#load());
    $("new-milestone").addEventListener("click", () => this.#edit(null));
    $("milestones").addEventListener("scroll", () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe($("milestones"));
  }

  async refresh() {
    const { data } = await control("GET", ofAccount(this.#app.key, "/projects"));
    fill($("project"), data.map((project) => [project.id, `${project.title} (${project.milestones})`]));
    await this.#load();
  }

  clear() {
    fill($("project"), []);
    this.#milestones = [];
    this.#draw();
  }

  async #change(method, path, body) {
    const answer = await call(this.#app.basePath, this.#app.key, method, path, body);
    await this.#app.look(true);
    return answer;
  }

  /** Puts the focus on a milestone, brought into sight; where it is gone, on what makes one. */
  #focus(milestoneId) {
    if (document.querySelector("dialog[open]")) return;
    const place = this.#milestones.findIndex(({ id }) => id === milestoneId);
    if (place < 0) return $("new-milestone").focus();
    this.#show(place);
    this.#draw();
    document.querySelector(`[data-of="title-${milestoneId}"]`).focus({ preventScroll: true });
  }

  async #load() {
    if (this.#lifted) return;
    const project = $("project").value;
    const path = ofAccount(this.#app.key, `/projects/${project}/milestones`);
    this.#milestones = project ? (await control("GET", path)).data : [];
    this.#draw();
  }

  #draw() {
    const count = this.#milestones.length;
    const box = $("milestones");
    $("new-milestone").disabled = !$("project").value;
    $("count").textContent = `${count} ${count === 1 ? "milestone" : "milestones"}`;
    $("rows").style.height = `${count * ROW}px`;
    const first = Math.max(0, Math.floor(box.scrollTop / ROW) - AROUND);
    const last = Math.min(count, Math.ceil((box.scrollTop + box.clientHeight) / ROW) + AROUND);
    const focused = document.activeElement?.dataset?.of;
    const rows = this.#milestones.slice(first, last).map((milestone, place) => this.#row(milestone, first + place));
    if (this.#lifted) rows.push(make("li", { class: "drop", role: "presentation" }));
    $("rows").replaceChildren(...rows);
    if (this.#lifted) this.#place();
    if (focused) document.querySelector(`[data-of="${focused}"]`)?.focus({ preventScroll: true });
  }

  #row(milestone, place) {
    const { id, title, color, type, position, tasks_count: tasks } = milestone;
    const last = this.#milestones.length - 1;
    const by = (step) => () => this.#move(place, place + step);
    const handle = make(
      "button",
      {
        type: "button", class: "handle", "data-of": `handle-${id}`, "aria-label": `Move ${title}`,
        title: "Drag, or use the arrow keys",
        onpointerdown: (event) => this.#lift(event, place),
        onkeydown: (event) => {
          const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
          if (step) {
            event.preventDefault();
            this.#move(place, place + step);
          }
        },
      },
      "⠿",
    );
    const row = make(
      "li",
      { class: this.#lifted?.from === place ? "row lifted" : "row", "aria-setsize": last + 1, "aria-posinset": place + 1 },
      handle,
      make("span", { class: "place", title: "Position" }, String(position)),
      make("span", { class: `dot ${color.replace(/\W/g, "")}`, role: "img", "aria-label": `colour ${color}`, title: color }),
      make("button", {
        type: "button", class: "title", title: `${title} (id ${id}): edit`, "data-of": `title-${id}`, "aria-label": `Edit ${title}`,
        onclick: () => this.#edit(milestone),
      }, title),
      ...(type === "uncategorised" ? [make("span", { class: "tag" }, "default")] : []),
      make("span", { class: "tasks" }, `${tasks} ${tasks === 1 ? "task" : "tasks"}`),
      make("button", { type: "button", "data-of": `up-${id}`, "aria-label": `Move ${title} up`, disabled: place === 0, onclick: by(-1) }, "↑"),
      make("button", { type: "button", "data-of": `down-${id}`, "aria-label": `Move ${title} down`, disabled: place === last, onclick: by(1) }, "↓"),
    );
    row.style.top = `${place * ROW}px`;
    return row;
  }

  async #move(from, to) {
    if (to < 0 || to >= this.#milestones.length || to === from) return;
    const [milestone] = this.#milestones.splice(from, 1);
    this.#milestones.splice(to, 0, milestone);
    this.#show(to);
    this.#draw();
    try {
      const milestones = this.#milestones.map(({ id }) => id);
      await call(this.#app.basePath, this.#app.key, "PUT", "/milestones/positions", { milestones });
      $("moved").textContent = `${milestone.title} is now at place ${to + 1} of ${this.#milestones.length}.`;
    } catch (error) {
      tell(`The order was refused: ${error.message}`);
    }
    await this.#load();
  }

  #show(place) {
    const box = $("milestones");
    if (place * ROW < box.scrollTop) box.scrollTop = place * ROW;
    if ((place + 1) * ROW > box.scrollTop + box.clientHeight) box.scrollTop = (place + 1) * ROW - box.clientHeight;
  }

  #lift(event, from) {
    if (event.button !== 0) return;
    const box = $("milestones");
    this.#lifted = { from, to: from, y: event.clientY };
    box.setPointerCapture(event.pointerId);
    const scroll = setInterval(() => this.#scroll(), 40);
    const onMove = (moved) => this.#carry(moved.clientY);
    const end = (ended) => {
      clearInterval(scroll);
      box.removeEventListener("pointermove", onMove);
      box.removeEventListener("pointerup", end);
      box.removeEventListener("pointercancel", end);
      const { to } = this.#lifted;
      this.#lifted = null;
      this.#draw();
      if (ended.type === "pointerup") this.#move(from, to > from ? to - 1 : to);
    };
    box.addEventListener("pointermove", onMove);
    box.addEventListener("pointerup", end);
    box.addEventListener("pointercancel", end);
    this.#draw();
  }

  #carry(y) {
    const box = $("milestones");
    const place = Math.round((y - box.getBoundingClientRect().top + box.scrollTop) / ROW);
    this.#lifted.y = y;
    this.#lifted.to = Math.max(0, Math.min(this.#milestones.length, place));
    this.#place();
  }

  #place() {
    const mark = document.querySelector(".drop");
    if (mark) mark.style.top = `${this.#lifted.to * ROW - 1}px`;
  }

  #scroll() {
    const box = $("milestones");
    const { top, bottom } = box.getBoundingClientRect();
    const { y } = this.#lifted;
    const by = y < top + EDGE ? y - top - EDGE : y > bottom - EDGE ? y - bottom + EDGE : 0;
    if (by) {
      box.scrollTop += by / 2;
      this.#carry(y);
    }
  }
}
