import { randomInt } from "node:crypto";
import { createServer } from "node:net";

export function isFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

// What this process has found already: whoever was told of a port may not have taken it yet.
const told = new Set<number>();

// Below the range from which outgoing connections take their ports, so that a port which is free now stays free until its
// process has it, and again while it is restarted. Runs at the same time are each given a range of their own.
export async function freePort(range = process.env["STAYMESH_FREE_PORTS"] ?? "20000-32000"): Promise<number> {
  const [from = 0, to = 0] = range.split("-").map(Number);
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(from, to);
    if (told.has(port)) continue;
    told.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port was found between ${from} and ${to}.`);
}
