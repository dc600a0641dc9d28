// Once for all workers: the board is built and served, and one mock started.
import { build, preview } from "vite";
import { Mock } from "./mock";

export default async function setUp(): Promise<() => Promise<void>> {
  await build({ logLevel: "warn" });
  const server = await preview({ preview: { port: 0, host: "127.0.0.1" }, logLevel: "warn" });
  const mock = await Mock.start("--port", "0");
  process.env.BOARD_URL = server.resolvedUrls!.local[0]!;
  process.env.MOCK_URL = mock.url;
  return async () => {
    await mock.stop();
    await server.close();
  };
}
