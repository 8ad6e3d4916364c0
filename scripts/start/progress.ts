import { styleText } from "node:util";

const underWay = new Set<string>();

// Shows each step as it is done, with the time it took, and on a terminal also what is under way.
export async function step<T>(what: string, work: () => Promise<T>, tell?: (result: T) => string): Promise<T> {
  const start = performance.now();
  underWay.add(what);
  show();
  try {
    const result = await work();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const detail = tell === undefined ? "" : `: ${tell(result)}`;
    underWay.delete(what);
    show(`  ${styleText("green", "✔")} ${what}${detail} ${styleText("dim", `(${seconds} s)`)}`);
    return result;
  } catch (error) {
    underWay.delete(what);
    show(`  ${styleText("red", "✘")} ${what}`);
    throw error;
  }
}

function show(line?: string): void {
  const said = line === undefined ? "" : `${line}\n`;
  if (!process.stdout.isTTY) {
    process.stdout.write(said);
    return;
  }
  const waiting = underWay.size === 0 ? "" : `  … ${[...underWay].join(", ")}`;
  process.stdout.write(`\r\x1b[K${said}${waiting}`);
}
