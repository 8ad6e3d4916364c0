// A process that does nothing but render. Its parent owns the deadline and kills it where it has to.
import { Worker } from "node:worker_threads";
import type { FromRenderProcess, ToRenderProcess } from "../app/ports.ts";
import { TemplateError } from "./compiler.ts";
import { createRender } from "./render.ts";

const answer = (message: FromRenderProcess) => void process.send?.(message);

process.on("disconnect", () => process.exit(0));
// Ctrl-C in a terminal reaches the whole group; the parent decides when this process ends.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
new Worker(new URL("./orphan-watch.ts", import.meta.url)).unref();

const render = createRender();

process.on("message", ({ order }: ToRenderProcess) => {
  const before = process.cpuUsage();
  try {
    const document = render(order);
    const { user, system } = process.cpuUsage(before);
    answer({ type: "done", document: { ...document, cpuMs: (user + system) / 1000 } });
  } catch (error) {
    answer({ type: "failed", message: told(error) });
  }
});

answer({ type: "ready" });

// The message of a foreign error may quote what the document tells of a guest; where it happened does not.
function told(error: unknown): string {
  if (error instanceof TemplateError) return error.message;
  const place = error instanceof Error ? /\n\s+(at .*)/.exec(error.stack ?? "")?.[1] : undefined;
  return `${error instanceof Error ? error.name : "something"} ${place ?? ""}`;
}
