import type { Readable } from "node:stream";

// Hands on a stream line by line; a line longer than the bound is cut, so that no process can make its keeper grow.
export function eachLine(stream: Readable, take: (line: string) => void, longest = 16_384): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = (lines.pop() ?? "").slice(0, longest);
    for (const line of lines) take(line.slice(0, longest));
  });
  stream.on("end", () => {
    if (rest !== "") take(rest);
  });
}
