import { expect, test } from "./fixtures";

// Ten of these at once on one mock: none ever sees what another does.
for (let number = 1; number <= 10; number += 1) {
  test(`worker by worker, account by account (${number})`, async ({ board, account, workerKey }) => {
    const title = `${workerKey} ${number}`;
    await board.getByLabel("New milestone").fill(title);
    await board.getByRole("button", { name: "Add" }).click();
    await expect(board.locator(".title")).toHaveText(["Uncategorised", "Design", "Build", "Launch", title]);
    const keys = new Set((await account.requests()).map(({ key }) => key));
    expect([...keys]).toEqual([workerKey]);
  });
}
