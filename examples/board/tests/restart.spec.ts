import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { boardUrl, expect, test } from "./fixtures";
import { Account, Mock } from "./mock";

test("the board outlives a restart of the mock, which continues where it was", async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), "board-"));
  const saved = join(folder, "saved.json");
  let mock = await Mock.start("--port", "0", "--scenario", "one-project", "--save", saved);
  const account = new Account(mock.url, "test-restart");
  await page.goto(boardUrl(account));
  await page.getByRole("button", { name: "Delete Design" }).click();
  await expect(page.locator(".title")).toHaveText(["Uncategorised", "Build", "Launch"]);

  await mock.stop();
  await expect(page.getByRole("status")).toHaveText("Offline: what you see may be old.");
  mock = await Mock.start("--port", new URL(mock.url).port, "--scenario", saved);
  await expect(page.getByRole("status")).toHaveText("3 milestones");
  await expect(page.locator(".title")).toHaveText(["Uncategorised", "Build", "Launch"]);

  await mock.stop();
  await rm(folder, { recursive: true });
});
