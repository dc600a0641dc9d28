// Speaks to the mock: to its control API, and to the Milestones API with the key of the chosen account.

const TOKEN = "milestones-mock.token";

export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export const setToken = (token) => sessionStorage.setItem(TOKEN, token);

async function read(response) {
  const content = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(content.message ?? `The mock answered ${response.status}.`, response.status);
  return content;
}

export async function control(method, path, body) {
  const headers = {};
  const token = sessionStorage.getItem(TOKEN);
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return read(await fetch(`/_mock${path}`, { method, headers, body: body && JSON.stringify(body) }));
}

export const ofAccount = (key, path = "") => `/accounts/${encodeURIComponent(key)}${path}`;

/** Calls the Milestones API with the key of an account. */
export async function call(basePath, key, method, path, body) {
  return read(
    await fetch(basePath + path, {
      method,
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

const NOT_SENT_AGAIN = new Set(["host", "content-length", "connection", "origin", "referer", "user-agent", "cookie"]);

/** The headers of a request that a browser lets a page send again. */
export const headersToSend = (exchange) =>
  exchange.request.headers.filter(([name]) => !NOT_SENT_AGAIN.has(name) && !/^(sec-|accept-encoding|transfer-)/.test(name));

/** Tells if a message is shown as it was sent: text, and not too long. */
export const isWhole = ({ body, bytes }) => new TextEncoder().encode(body).length === bytes;

export async function replay(exchange) {
  const hasBody = !["GET", "HEAD"].includes(exchange.method) && exchange.request.body !== "";
  const query = exchange.query ? `?${exchange.query}` : "";
  await fetch(exchange.path + query, {
    method: exchange.method,
    headers: headersToSend(exchange),
    body: hasBody ? exchange.request.body : undefined,
  });
}
