// What the chain costs: processor time of a server per unary echo, on the kit and on bare grpc-js. Run: node packages/service-kit/bench/chain.ts
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Client, credentials } from "@grpc/grpc-js";
import { SayRequest } from "../test/fixtures/gen/echo/v1/echo.ts";
import { rawHeaders } from "../test/raw-call.ts";

const CALLS = 20_000;
const CONCURRENCY = 32;
const ROUNDS = 3;

const server = fileURLToPath(new URL("./echo-server.ts", import.meta.url));
const request = Buffer.from(
  SayRequest.encode(SayRequest.create({ text: "hello", times: 3, to: { property: "properties/lisbon" } })).finish(),
);
const same = (bytes: Buffer): Buffer => bytes;

async function call(client: Client): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const options = { deadline: Date.now() + 10_000 };
    client.makeUnaryRequest("/echo.v1.EchoService/Say", same, same, request, rawHeaders(), options, (error) =>
      error === null ? resolve() : reject(error),
    );
  });
}

async function load(client: Client, calls: number): Promise<void> {
  let left = calls;
  const caller = async () => {
    while (left-- > 0) await call(client);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, caller));
}

/** Microseconds of the server's processor time per call; the best round, since others share the machine. */
async function measure(kind: string): Promise<number> {
  const child = fork(server, [kind], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ask = async (): Promise<unknown> => {
    const [message] = await once(child, "message");
    return message;
  };
  const cpu = async (): Promise<number> => {
    child.send("cpu");
    return Number(await ask());
  };
  const listening = await ask();
  const port = typeof listening === "object" && listening !== null && "port" in listening ? listening.port : undefined;
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), { "grpc.enable_retries": 0 });
  await load(client, CALLS / 4);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = await cpu();
    await load(client, CALLS);
    best = Math.min(best, ((await cpu()) - before) / CALLS);
  }
  client.close();
  child.kill();
  return best;
}

const bare = await measure("bare");
const quiet = await measure("quiet");
const whole = await measure("kit");
console.log(`bare grpc-js          ${bare.toFixed(0)} µs a call  (1.00)`);
console.log(`kit, nothing logged   ${quiet.toFixed(0)} µs a call  (${(quiet / bare).toFixed(2)})`);
console.log(`kit, one line a call  ${whole.toFixed(0)} µs a call  (${(whole / bare).toFixed(2)})`);
