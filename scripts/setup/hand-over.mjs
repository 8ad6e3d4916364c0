import { spawn } from "node:child_process";
import { resolve } from "node:path";

// Goes on in TypeScript on the project's own Node, and ends as that process ends.
export function handOver(script, args) {
  const bin = resolve("node_modules/.bin");
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ""}` };
  const child = spawn(resolve(bin, "node"), [script, ...args], { stdio: "inherit", env });
  // Ctrl-C reaches the child by itself as well, which takes the two for one.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`The project's Node cannot be run: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
}
