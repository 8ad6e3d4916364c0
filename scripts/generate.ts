// `npm run generate`: everything that is made from the contracts and the schemas. A second run with nothing changed does nothing.
// With --check it leaves proto/gen alone and fails if that is not what the contracts say.
import { basename } from "node:path";
import { contracts, protoDeps } from "./generate/contracts.ts";
import { holdGenerateLock } from "./generate/lock.ts";
import { prismaClient, servicesWithSchema } from "./generate/prisma-clients.ts";

const check = process.argv.includes("--check");
process.chdir(new URL("..", import.meta.url).pathname);

async function generate(): Promise<void> {
  using _lock = await holdGenerateLock();
  report("third-party protos", () => (protoDeps() ? "laid" : undefined));
  report("contracts", () => {
    const stale = contracts(!check);
    if (check && stale.length > 0) {
      throw new Error(
        `proto/gen is not what the contracts say; run npm run generate and commit it:\n${stale.join("\n")}`,
      );
    }
    return stale.length === 0 ? undefined : `${stale.length} files written to proto/gen`;
  });
  for (const service of servicesWithSchema()) {
    report(`Prisma client of ${basename(service)}`, () => (prismaClient(service) ? "made" : undefined));
  }
}

function report(what: string, work: () => string | undefined): void {
  const start = performance.now();
  const done = work();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`  ${what}: ${done === undefined ? "current" : `${done} (${seconds} s)`}`);
}

try {
  await generate();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
