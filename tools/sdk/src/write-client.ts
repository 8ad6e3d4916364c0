import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Contract, readComments } from "@staymesh/contract";
import { sdkServices } from "./methods.ts";
import { typeNames } from "./names.ts";
import { INDEX, packageJson, RUNTIME, readme, TSCONFIG } from "./package-files.ts";
import { reach } from "./reach.ts";
import { renderClient, renderPlans, renderReasons } from "./render-client.ts";
import { renderTypes } from "./render-types.ts";

const runtime = fileURLToPath(new URL("../client/", import.meta.url));

/** Writes the client package into a folder and compiles it there. */
export function writeClient(contract: Contract, folder: string, version: string, tsc: string): void {
  const services = sdkServices(contract);
  const methods = services.flatMap((service) => service.methods);
  const used = reach(methods.flatMap(({ facts }) => [facts.output, facts.input]));
  const names = typeNames([...used.messages, ...used.enums]);
  const comments = readComments(contract);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "src"), { recursive: true });
  for (const name of RUNTIME) copyFileSync(join(runtime, `${name}.ts`), join(folder, "src", `${name}.ts`));
  const made: Readonly<Record<string, string>> = {
    "src/types.ts": renderTypes(contract, services, names, comments),
    "src/reasons.ts": renderReasons(contract),
    "src/plans.ts": renderPlans(services),
    "src/client.ts": renderClient(contract, services, names, comments),
    "src/index.ts": INDEX,
    "package.json": packageJson(version),
    "tsconfig.json": TSCONFIG,
    "README.md": readme(services),
  };
  for (const [name, text] of Object.entries(made)) writeFileSync(join(folder, name), text);
  try {
    execFileSync(tsc, ["-p", folder], { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  } catch (error) {
    const said = error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
    throw new Error(`the client package does not compile:\n${said}`, { cause: error });
  }
}
