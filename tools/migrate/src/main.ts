// node src/main.ts --service payment-svc --url postgres://...   (the URL may also come as DATABASE_URL)
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { migrate } from "./migrate.ts";

const { values } = parseArgs({
  options: { service: { type: "string" }, url: { type: "string", default: process.env["DATABASE_URL"] ?? "" } },
});
const folder = fileURLToPath(new URL(`../../../services/${values.service}/prisma/migrations`, import.meta.url));

if (values.service === undefined || values.url === "") {
  console.error("usage: migrate --service <name> --url <postgres url, or DATABASE_URL>");
  process.exitCode = 2;
} else if (!existsSync(folder)) {
  console.error(`${values.service} has no migrations: ${folder} is not there.`);
  process.exitCode = 2;
} else {
  try {
    const { created, applied } = await migrate(folder, values.url);
    if (created) console.log("database created");
    for (const name of applied) console.log(`applied ${name}`);
    if (applied.length === 0) console.log("nothing to apply");
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
