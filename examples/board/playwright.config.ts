import { defineConfig } from "@playwright/test";

// Chromium without its talk to the outside.
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"];

export default defineConfig({
  testDir: "tests",
  globalSetup: "./tests/setup.ts",
  fullyParallel: true,
  workers: Number(process.env.WORKERS ?? 4),
  timeout: 30_000,
  forbidOnly: true,
  reporter: [["list"]],
  outputDir: "build/playwright",
  use: {
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [...flags, "--no-first-run", "--disable-component-update", "--disable-sync"],
    },
  },
});
