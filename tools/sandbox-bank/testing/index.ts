import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One authorization as the bank's own book has it. */
export interface BookLine {
  readonly authorization: string;
  readonly order: string;
  readonly currencyCode: string;
  readonly status: string;
  readonly declineCode: string;
  readonly amount: bigint;
  readonly held: bigint;
  readonly captured: bigint;
  readonly refunded: bigint;
  readonly voided: bigint;
}

/** A bank in a process of its own, which a test may kill and start again on the same book and the same port. */
export interface TestBank extends AsyncDisposable {
  readonly url: string;
  readonly key: string;
  readonly folder: string;
  /** kill -9. */
  kill(): Promise<void>;
  start(): Promise<void>;
  book(): Promise<readonly BookLine[]>;
}

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const key = "the-key-of-a-bank-under-test";

/** Starts a bank on an empty book. */
export async function startBank(env: Readonly<Record<string, string>> = {}): Promise<TestBank> {
  const folder = await mkdtemp(join(tmpdir(), "staymesh-bank-"));
  let child: ChildProcess | undefined;
  let port = 0;

  const start = async (): Promise<void> => {
    const settings = { BOOK_DIR: folder, BANK_KEY: key, PORT: String(port), LOG_LEVEL: "error", ...env };
    child = fork(main, {
      env: { PATH: process.env["PATH"], ...settings },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    port = await listening(child);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };

  await start();
  return {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    key,
    folder,
    kill: () => end("SIGKILL"),
    start,
    book: () => readBook(`http://127.0.0.1:${port}`, key),
    async [Symbol.asyncDispose]() {
      await end("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Reads a bank's book; it is the oracle of what really happened to anybody's money. */
export async function readBook(bankUrl: string, bankKey: string): Promise<readonly BookLine[]> {
  const response = await fetch(`${bankUrl}/book`, { headers: { authorization: `Bearer ${bankKey}` } });
  const lines = (await response.text()).split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const read = JSON.parse(line);
    const [amount, held, captured] = [BigInt(read.amount), BigInt(read.held), BigInt(read.captured)];
    return { ...read, amount, held, captured, refunded: BigInt(read.refunded), voided: BigInt(read.voided) };
  });
}

async function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("message", (message: { readonly port: number }) => resolve(message.port));
    child.once("exit", (code) => reject(new Error(`the bank ended with ${code}`)));
  });
}
