import { boardUrl, expect, test } from "./fixtures";

const FIRST = ["Uncategorised", "Design", "Build", "Launch"];

test("shows the milestones in their order", async ({ board }) => {
  await expect(board.getByRole("heading")).toHaveText("Website redesign");
  await expect(board.locator(".title")).toHaveText(FIRST);
  await expect(board.getByRole("listitem").nth(1)).toContainText("2 tasks");
});

test("dragging reorders, and the order stays", async ({ board, account }) => {
  await board.getByRole("listitem").filter({ hasText: "Launch" }).dragTo(board.getByRole("listitem").filter({ hasText: "Design" }));
  const wanted = ["Uncategorised", "Launch", "Design", "Build"];
  await expect(board.locator(".title")).toHaveText(wanted);
  await expect.poll(() => account.titles()).toEqual(wanted);
  await board.reload();
  await expect(board.locator(".title")).toHaveText(wanted);
});

test("a new milestone comes last, and a title is given once", async ({ board }) => {
  await board.getByLabel("New milestone").fill("Retrospective");
  await board.getByRole("button", { name: "Add" }).click();
  await expect(board.locator(".title")).toHaveText([...FIRST, "Retrospective"]);
  await board.getByLabel("New milestone").fill("Design");
  await board.getByRole("button", { name: "Add" }).click();
  await expect(board.getByRole("alert")).toHaveText("A milestone with this title already exists in the project.");
});

test("a milestone is renamed", async ({ board }) => {
  board.on("dialog", (dialog) => dialog.accept("Design & prototypes"));
  await board.getByRole("button", { name: "Rename Design" }).click();
  await expect(board.locator(".title").nth(1)).toHaveText("Design & prototypes");
});

test("the tasks of a deleted milestone go to the default, which stays", async ({ board }) => {
  await expect(board.getByRole("listitem").first()).toContainText("1 tasks");
  await board.getByRole("button", { name: "Delete Design" }).click();
  await expect(board.locator(".title")).toHaveText(["Uncategorised", "Build", "Launch"]);
  await expect(board.getByRole("listitem").first()).toContainText("3 tasks");
  await board.getByRole("button", { name: "Delete Uncategorised" }).click();
  await expect(board.getByRole("alert")).toHaveText("The default milestone cannot be deleted.");
  await expect(board.getByRole("listitem")).toHaveCount(3);
});

test("throttled, it waits as long as it is told", async ({ board, account }) => {
  await account.fail({ operation: "deleteMilestone", status: 429, retry_after: 1, times: 1 });
  await board.getByRole("button", { name: "Delete Launch" }).click();
  await expect(board.getByRole("status")).toHaveText("Busy, trying again in 1 s …");
  await expect(board.locator(".title")).toHaveText(["Uncategorised", "Design", "Build"]);
  const deletions = (await account.requests()).filter(({ method }) => method === "DELETE");
  expect(deletions.map(({ status }) => status)).toEqual([429, 200]);
});

test("a refused order is told and taken back", async ({ board, account }) => {
  await account.fail({ operation: "reorderMilestones", status: 409, times: 1 });
  await board.getByRole("listitem").filter({ hasText: "Launch" }).dragTo(board.getByRole("listitem").filter({ hasText: "Design" }));
  await expect(board.getByRole("alert")).toBeVisible();
  await expect(board.locator(".title")).toHaveText(FIRST);
});

test("a dropped connection and a broken answer lose nothing", async ({ board, account }) => {
  // Not once only: when a connection breaks that it has used before, a browser tries again by itself.
  await account.fail({ operation: "createMilestone", drop: true });
  await board.getByLabel("New milestone").fill("Retrospective");
  await board.getByRole("button", { name: "Add" }).click();
  await expect(board.getByRole("alert")).toHaveText("The API cannot be reached.");
  await expect(board.locator(".title")).toHaveText(FIRST);
  await account.reset();
  await account.load("one-project");
  await account.fail({ operation: "listMilestones", truncate_at: 40, times: 1 });
  await expect(board.getByRole("status")).toHaveText(/^Offline/);
  await expect(board.getByRole("status")).toHaveText("4 milestones");
  await expect(board.locator(".title")).toHaveText(FIRST);
});

test("while it saves, it says so", async ({ board, account }) => {
  await account.fail({ operation: "createMilestone", delay: 0.5, times: 1 });
  await board.getByLabel("New milestone").fill("Retrospective");
  await board.getByRole("button", { name: "Add" }).click();
  await expect(board.getByRole("status")).toHaveText("Saving …");
  await expect(board.locator(".title").last()).toHaveText("Retrospective");
});

test("two people at one board see each other's changes", async ({ board, account, browser }) => {
  const other = await (await browser.newContext()).newPage();
  await other.goto(boardUrl(account));
  await board.getByRole("listitem").filter({ hasText: "Launch" }).dragTo(board.getByRole("listitem").filter({ hasText: "Design" }));
  await expect(other.locator(".title")).toHaveText(["Uncategorised", "Launch", "Design", "Build"]);
  await Promise.all([
    other.getByRole("button", { name: "Delete Build" }).click(),
    board.getByRole("button", { name: "Delete Design" }).click(),
  ]);
  for (const page of [board, other]) await expect(page.locator(".title")).toHaveText(["Uncategorised", "Launch"]);
  await other.context().close();
});
