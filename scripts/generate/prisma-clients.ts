import { globSync } from "node:fs";
import { basename, dirname } from "node:path";
import { runTool } from "./run-tool.ts";
import { hashFiles, isStamped, packageVersion, stamp } from "./stamp.ts";

export function servicesWithSchema(): readonly string[] {
  return globSync("services/*/prisma/schema.prisma")
    .map((file) => dirname(dirname(file)))
    .sort();
}

// Makes the Prisma client of one service where it is missing or old; true if it did.
export function prismaClient(service: string): boolean {
  const step = `prisma-${basename(service)}`;
  const value = () =>
    hashFiles([`${service}/prisma/schema.prisma`, `${service}/generated/prisma/**/*`], [packageVersion("prisma")]);
  if (isStamped(step, value())) return false;
  runTool("prisma", ["generate", "--schema", "prisma/schema.prisma", "--no-hints"], {
    cwd: service,
    // Generating needs no migration engine, but Prisma would try to download one; any program in its place will do.
    env: { PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true", CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1" },
  });
  stamp(step, value());
  return true;
}
