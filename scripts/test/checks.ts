import { spawn } from "node:child_process";

export interface Check {
  readonly name: string;
  readonly passed: boolean;
}

const checks = {
  "biome ci": ["biome", "ci", "--colors=off", "."],
  tsc: ["tsc"],
  "buf lint": ["buf", "lint"],
} as const;

// What holds for the whole source, shown as each is done.
export async function runChecks(): Promise<readonly Check[]> {
  return Promise.all(Object.entries(checks).map(([name, command]) => runCheck(name, command)));
}

export function runCheck(name: string, [command, ...args]: readonly [string, ...string[]]): Promise<Check> {
  const start = performance.now();
  return new Promise((resolve) => {
    const env = { ...process.env, BUF_CACHE_DIR: "build/buf-cache" };
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const said: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => said.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
    const done = (passed: boolean) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`  ${name}: ${passed ? "passed" : "FAILED"} (${seconds} s)`);
      if (!passed) console.log(Buffer.concat(said).toString("utf8").trimEnd());
      resolve({ name, passed });
    };
    child.on("error", () => done(false));
    child.on("close", (code) => done(code === 0));
  });
}
