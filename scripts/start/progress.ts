import { styleText } from "node:util";

// Shows each step as it is done, with the time it took.
export async function step<T>(what: string, work: () => Promise<T>, tell?: (result: T) => string): Promise<T> {
  const start = performance.now();
  if (process.stdout.isTTY) process.stdout.write(`  ${what} ...`);
  try {
    const result = await work();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const detail = tell === undefined ? "" : tell(result);
    write(
      `  ${styleText("green", "✔")} ${what}${detail === "" ? "" : `: ${detail}`} ${styleText("dim", `(${seconds} s)`)}`,
    );
    return result;
  } catch (error) {
    write(`  ${styleText("red", "✘")} ${what}`);
    throw error;
  }
}

function write(line: string): void {
  process.stdout.write(`${process.stdout.isTTY ? "\r\x1b[K" : ""}${line}\n`);
}
