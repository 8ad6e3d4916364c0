import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { Sample } from "./load/sample.ts";

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly sample: Sample;
  /** What it is held against, where it is held against anything. */
  readonly bound: Sample | undefined;
}

export const table = (rows: readonly Row[]): string => {
  const lines = rows.map(({ what, sample, bound }) => [
    what,
    sample.perSecond.toFixed(0),
    bound === undefined ? "" : (sample.perSecond / bound.perSecond).toFixed(3),
    sample.p50Ms.toFixed(1),
    sample.p99Ms === 0 ? "" : sample.p99Ms.toFixed(1),
  ]);
  return grid(["what", "per second", "of the bound", "p50 ms", "p99 ms"], lines);
};

/** A table in Markdown, its first column words and the others figures. */
export const grid = (head: readonly string[], lines: readonly (readonly string[])[]): string => {
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = `|${widths.map((width, column) => `${column === 0 ? ":" : ""}${"-".repeat(width + (column === 0 ? 1 : 1))}${column === 0 ? "" : ":"}`).join("|")}|`;
  return [line(head), rule, ...lines.map(line)].join("\n");
};

/** Writes the results of the day, `of` what where they are not those of the whole system. */
export const write = (folder: string, text: string, of?: string): string => {
  mkdirSync(folder, { recursive: true });
  const day = new Date().toISOString().slice(0, 10);
  const file = join(folder, `${of === undefined ? day : `${day}-${of}`}.md`);
  writeFileSync(file, text);
  return file;
};

/** Where it was measured, since a figure means nothing without that. */
export const machine = (): string => {
  const [first] = cpus();
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${cpus().length} x ${first?.model ?? "CPU"}, ${memory}, Node ${process.versions.node}, commit ${commit}`;
};
