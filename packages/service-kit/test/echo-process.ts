import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { connect } from "../src/connect.ts";
import { principalOf } from "../src/principal.ts";
import { TEST_KEY } from "../testing/call-as.ts";
import { ana, echoContract } from "./fixture.ts";
import { EchoServiceService } from "./fixtures/gen/echo/v1/echo.ts";

const file = fileURLToPath(new URL("./fixtures/echo-process.ts", import.meta.url));

export const asAna = { principal: principalOf(ana) };

/** Starts a process that serves the echo contract, and a client of it. */
export async function startEchoProcess() {
  const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const output: string[] = [];
  child.stdout?.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  const exited = once(child, "exit");
  const { port, adminPort } = await listening(child);
  const address = `127.0.0.1:${port}`;
  const client = connect(EchoServiceService, {
    address,
    contract: await echoContract(),
    serviceKey: TEST_KEY,
    name: "t",
  });
  return {
    child,
    client,
    address,
    admin: `http://127.0.0.1:${adminPort}`,
    output: () => output.join(""),
    exitCode: async (): Promise<unknown> => (await exited)[0],
    [Symbol.dispose]() {
      client.close();
      child.kill("SIGKILL");
    },
  };
}

export async function told(child: ChildProcess, type: string): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const [message]: unknown[] = await once(child, "message");
    if (typeof message === "object" && message !== null && "type" in message && message.type === type) {
      return Object.fromEntries(Object.entries(message));
    }
  }
}

async function listening(child: ChildProcess): Promise<{ port: number; adminPort: number }> {
  const { port, adminPort } = await told(child, "listening");
  return { port: Number(port), adminPort: Number(adminPort) };
}
