import { test as base, type Page } from "@playwright/test";
import { Account } from "./mock";

export const boardUrl = ({ url, key }: Account) =>
  `${process.env.BOARD_URL}?${new URLSearchParams({ api: url, key })}`;

export const test = base.extend<{ account: Account; board: Page }, { workerKey: string }>({
  // Every key is an account of its own, so a key for each worker is all the isolation there has to be.
  workerKey: [async ({}, use, worker) => use(`test-board-${worker.workerIndex}`), { scope: "worker" }],

  account: async ({ workerKey }, use) => {
    const account = new Account(process.env.MOCK_URL!, workerKey);
    await account.reset();
    await account.load("one-project");
    await use(account);
  },

  board: async ({ page, account }, use) => {
    await page.goto(boardUrl(account));
    await use(page);
  },
});

export { expect } from "@playwright/test";
