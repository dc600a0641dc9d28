// The board of one project: milestones in their order, dragged to reorder, kept up to date with what others do.
import { type Milestone, Milestones, Problem } from "./api";

const asked = new URLSearchParams(location.search);
const projectId = Number(asked.get("project") ?? 159);
const LOOK_EVERY = 1000;

const find = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
const [state, problem, list] = [find("state"), find("problem"), find<HTMLOListElement>("milestones")];

const api = new Milestones(
  asked.get("api") ?? "http://127.0.0.1:4010/api",
  asked.get("key") ?? "test-me",
  (seconds) => (state.textContent = `Busy, trying again in ${seconds} s …`),
);

let milestones: Milestone[] = [];
let saving = 0;

function complain(error: unknown): void {
  problem.hidden = !error;
  problem.textContent = error instanceof Error ? error.message : "";
}

/** Does something that changes the board, then shows what the API has; a refusal is told and taken back. */
async function save(change: () => Promise<unknown>): Promise<void> {
  saving += 1;
  state.textContent = "Saving …";
  complain(null);
  try {
    await change();
  } catch (error) {
    complain(error);
  } finally {
    saving -= 1;
  }
  await look();
}

/** Shows the milestones as the API has them. */
async function look(): Promise<void> {
  if (saving) return;
  try {
    const found = await api.list(projectId);
    if (saving) return;
    if (state.textContent?.startsWith("Offline")) complain(null);
    state.textContent = `${found.length} milestones`;
    if (JSON.stringify(found) !== JSON.stringify(milestones)) draw(found);
  } catch (error) {
    const isOffline = error instanceof Problem && error.status === 0;
    state.textContent = isOffline ? "Offline: what you see may be old." : "";
    if (!isOffline) complain(error);
  }
}

function draw(found: Milestone[]): void {
  milestones = found;
  list.replaceChildren(...found.map(row));
}

function row(milestone: Milestone): HTMLLIElement {
  const item = document.createElement("li");
  item.className = milestone.color;
  item.draggable = true;
  item.dataset.id = String(milestone.id);
  const title = Object.assign(document.createElement("span"), { className: "title", textContent: milestone.title });
  const tasks = Object.assign(document.createElement("span"), { textContent: `${milestone.tasks_count} tasks` });
  item.append(title, tasks, button("Rename", milestone, rename), button("Delete", milestone, remove));
  item.addEventListener("dragstart", (event) => event.dataTransfer?.setData("text/plain", String(milestone.id)));
  item.addEventListener("dragover", (event) => {
    event.preventDefault();
    item.classList.add("over");
  });
  item.addEventListener("dragleave", () => item.classList.remove("over"));
  item.addEventListener("drop", (event) => {
    event.preventDefault();
    move(Number(event.dataTransfer?.getData("text/plain")), milestone.id);
  });
  return item;
}

function button(text: string, milestone: Milestone, act: (milestone: Milestone) => void): HTMLButtonElement {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  made.setAttribute("aria-label", `${text} ${milestone.title}`);
  made.addEventListener("click", () => act(milestone));
  return made;
}

/** Puts a milestone in the place of another, at once for the eye and then for the API. */
function move(id: number, to: number): void {
  const from = milestones.findIndex((one) => one.id === id);
  const place = milestones.findIndex((one) => one.id === to);
  if (from < 0 || place < 0 || from === place) return;
  const ordered = milestones.toSpliced(from, 1);
  ordered.splice(place, 0, milestones[from]!);
  draw(ordered);
  void save(() => api.reorder(ordered.map((one) => one.id)));
}

function rename(milestone: Milestone): void {
  const title = prompt("New title", milestone.title);
  if (title !== null && title !== milestone.title) void save(() => api.rename(milestone, title));
}

function remove(milestone: Milestone): void {
  void save(() => api.remove(milestone.id));
}

find("create").addEventListener("submit", (event) => {
  event.preventDefault();
  const title = find<HTMLInputElement>("title");
  const { value } = title;
  title.value = "";
  void save(() => api.create(projectId, value, find<HTMLSelectElement>("color").value));
});

api.projectTitle(projectId).then((title) => (find("project").textContent = title), complain);
void look();
setInterval(() => void look(), LOOK_EVERY);
