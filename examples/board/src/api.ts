// The Milestones API as the contract types it. Nothing here is written by hand twice: `npm run types` makes contract.d.ts.
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./contract";

export type Milestone = components["schemas"]["Milestone"];

/** A refusal of the API, or that it could not be reached (status 0). */
export class Problem extends Error {
  constructor(message: string, readonly status: number) {
    super(message);
  }
}

const MOST_TRIES = 3;

/** Asks again after a 429, when the API says so. */
function patient(onWait: (seconds: number) => void): Middleware {
  const copies = new WeakMap<Request, Request>();
  return {
    onRequest({ request }) {
      copies.set(request, request.clone());
    },
    async onResponse({ request, response }) {
      let answer = response;
      for (let tries = 1; answer.status === 429 && tries < MOST_TRIES; tries += 1) {
        const seconds = Number(answer.headers.get("Retry-After") ?? 1);
        onWait(seconds);
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        answer = await fetch(copies.get(request)!.clone());
      }
      return answer;
    },
  };
}

export class Milestones {
  readonly #client;

  constructor(baseUrl: string, key: string, onWait: (seconds: number) => void) {
    this.#client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });
    this.#client.use(patient(onWait));
  }

  async projectTitle(id: number): Promise<string> {
    return (await ask(this.#client.GET("/projects/{id}", { params: { path: { id } } }))).data.title;
  }

  async list(projectId: number): Promise<Milestone[]> {
    const query = { project_id: projectId, sort: "milestone_position", order: "asc", limit: 100 } as const;
    return (await ask(this.#client.GET("/milestones", { params: { query } }))).data;
  }

  async create(projectId: number, title: string, color: string): Promise<Milestone> {
    const body = { milestone_projectid: projectId, milestone_title: title, milestone_color: color };
    return (await ask(this.#client.POST("/milestones", { body }))).data;
  }

  async rename(milestone: Milestone, title: string): Promise<Milestone> {
    const body = { milestone_title: title, milestone_color: milestone.color };
    return (await ask(this.#client.PATCH("/milestones/{id}", { params: { path: { id: milestone.id } }, body }))).data;
  }

  async remove(id: number): Promise<void> {
    await ask(this.#client.DELETE("/milestones/{id}", { params: { path: { id } } }));
  }

  async reorder(ids: number[]): Promise<void> {
    await ask(this.#client.PUT("/milestones/positions", { body: { milestones: ids } }));
  }
}

type Answer<T> = { data?: T; error?: { message?: string; errors?: Record<string, string[]> }; response: Response };

async function ask<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked.catch(() => {
    throw new Problem("The API cannot be reached.", 0);
  });
  if (data !== undefined) return data;
  const reasons = Object.values(error?.errors ?? {}).flat();
  throw new Problem(reasons.join(" ") || (error?.message ?? `The API answered ${response.status}.`), response.status);
}
