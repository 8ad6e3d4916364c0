import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";

export interface Logs {
  readonly folder: string;
  // Where the lines of one process go: all of them to its file, warnings and errors to the console as well.
  of(name: string): (line: string) => void;
}

const colors = ["cyan", "magenta", "blue", "yellow", "green", "gray"] as const;
const largestFile = 20 * 1024 * 1024;

export function openLogs(folder: string): Logs {
  mkdirSync(folder, { recursive: true });
  let count = 0;
  return {
    folder,
    of: (name) => {
      const color = colors[count % colors.length] ?? "cyan";
      count += 1;
      const write = boundedFile(join(folder, `${name}.log`));
      return (line) => {
        write(line);
        const shown = forConsole(line);
        if (shown !== undefined) console.log(`${styleText(color, name.padEnd(15))} ${shown}`);
      };
    },
  };
}

// A file and the one before it: what a process says is bounded, however long it runs.
function boundedFile(file: string): (line: string) => void {
  let size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return (line) => {
    if (size > largestFile) {
      renameSync(file, `${file}.1`);
      size = 0;
    }
    appendFileSync(file, `${line}\n`);
    size += Buffer.byteLength(line) + 1;
  };
}

function forConsole(line: string): string | undefined {
  if (!line.startsWith("{")) return /\b(FATAL|PANIC|Error)\b/.test(line) ? styleText("red", line) : undefined;
  try {
    const { level, msg, err }: { level?: string; msg?: string; err?: { message?: string } } = JSON.parse(line);
    if (level !== "warn" && level !== "error" && level !== "fatal") return undefined;
    const said = [msg, err?.message].filter((text) => text !== undefined).join(": ");
    return styleText(level === "warn" ? "yellow" : "red", said);
  } catch {
    return undefined;
  }
}
