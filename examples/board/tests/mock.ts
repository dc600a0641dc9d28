// The mock for tests in plain Node: start the command, wait for the line, give every worker an account of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const COMMAND = process.env.MILESTONES_MOCK ?? "milestones-mock";

/** A mock that was started here; `url` is the base URL of its API. */
export class Mock {
  private constructor(readonly url: string, readonly process: ChildProcess) {}

  static async start(...options: string[]): Promise<Mock> {
    const child = spawn(COMMAND, options, { stdio: ["ignore", "pipe", "inherit"] });
    const failed = once(child, "error").then(([error]) => Promise.reject(error));
    const lines = createInterface({ input: child.stdout! });
    const [line] = (await Promise.race([once(lines, "line"), failed])) as [string];
    return new Mock(line, child);
  }

  async stop(): Promise<void> {
    const ended = once(this.process, "exit");
    this.process.kill("SIGTERM");
    await ended;
  }
}

/** One account of a running mock, driven over its control API. */
export class Account {
  constructor(readonly url: string, readonly key: string) {}

  async control(method: string, path: string, body?: unknown): Promise<any> {
    const address = new URL(`/_mock${path}`, this.url);
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const answer = await fetch(address, init);
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return answer.json();
  }

  reset = () => this.control("POST", `/accounts/${this.key}/reset`);
  load = (scenario: string) => this.control("PUT", `/accounts/${this.key}/state`, { scenario });
  fail = (fault: Record<string, unknown>) => this.control("POST", "/faults", { key: this.key, ...fault });

  async requests(): Promise<{ method: string; path: string; status: number; key: string }[]> {
    return (await this.control("GET", `/requests?key=${this.key}`)).data;
  }

  async titles(): Promise<string[]> {
    const answer = await fetch(`${this.url}/milestones?project_id=159&sort=milestone_position&order=asc`, {
      headers: { Authorization: `Bearer ${this.key}` },
    });
    return (await answer.json()).data.map((milestone: { title: string }) => milestone.title);
  }
}
