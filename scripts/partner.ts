// `npm run partner -- add|rotate|revoke|list`: the partners' keys in the file that every service reads and follows.
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Issued, PartnersFile } from "./partner/partners-file.ts";
import { addKey, readPartners, revokeKey, rotateKey, writePartners } from "./partner/partners-file.ts";
import { scopesOf } from "./partner/scopes.ts";
import { Explained } from "./parts/explained.ts";

const usage = `usage: npm run partner -- add <partner> [--scopes a,b] [--properties x,y] [--per-minute 600]
                                                        without --scopes it may call every method
       npm run partner -- rotate <partner> <key id> [--overlap 24h]
                                                        a new key with the same rights; the old one stays until revoked,
                                                        or for so long (s, m, h, d)
       npm run partner -- revoke <partner> <key id>
       npm run partner -- list
       [--file .staymesh/partners.json]                 by default the one in STAYMESH_FOLDER`;

async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      file: { type: "string", default: join(process.env["STAYMESH_FOLDER"] ?? ".staymesh", "partners.json") },
      scopes: { type: "string" },
      properties: { type: "string", default: "*" },
      "per-minute": { type: "string" },
      overlap: { type: "string" },
    },
  });
  const [command, partner, id, ...rest] = positionals;
  if (rest.length > 0 || (command === "add" && id !== undefined)) throw new Explained(usage);
  const file = readPartners(values.file);
  if (command === "list") {
    list(file);
    return;
  }
  if (command === "add" && partner !== undefined) {
    const quotaPerMinute = quotaOf(values["per-minute"]);
    const rights = { scopes: await scopesOf(values.scopes), properties: propertiesOf(values.properties) };
    issue(values.file, partner, addKey(file, partner, { ...rights, ...quotaPerMinute }));
    return;
  }
  if (command === "rotate" && partner !== undefined && id !== undefined) {
    const until = values.overlap === undefined ? undefined : new Date(Date.now() + readMs(values.overlap));
    issue(values.file, partner, rotateKey(file, partner, id, until));
    return;
  }
  if (command === "revoke" && partner !== undefined && id !== undefined) {
    writePartners(values.file, revokeKey(file, partner, id));
    console.log(`${partner}'s key ${id} is revoked.`);
    return;
  }
  throw new Explained(usage);
}

function issue(path: string, partner: string, { file, id, key }: Issued): void {
  writePartners(path, file);
  console.log(`${partner} has the key ${id}. It is shown only now:\n${key}`);
}

// A grant with another form would be kept and match no property.
function propertiesOf(value: string): string[] {
  const ids = value.split(",");
  const wrong = ids.find((id) => id === "" || /[/\s]/.test(id));
  if (wrong === undefined) return ids;
  throw new Explained(`--properties takes ids such as lisbon-city with commas between, or *; "${wrong}" is none.`);
}

function quotaOf(value: string | undefined): { readonly quotaPerMinute?: number } {
  if (value === undefined) return {};
  if (!/^[1-9]\d{0,7}$/.test(value)) throw new Explained("--per-minute must be a whole number from 1 to 99999999.");
  return { quotaPerMinute: Number(value) };
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function readMs(duration: string): number {
  const [, count, unit = ""] = /^(\d{1,4})([smhd])$/.exec(duration) ?? [];
  const ms = Number(count) * (unitMs[unit] ?? Number.NaN);
  if (Number.isNaN(ms)) throw new Explained("--overlap must be a duration such as 90s, 30m, 24h or 7d.");
  return ms;
}

function list({ partners }: PartnersFile): void {
  for (const { partner, keys } of partners) {
    for (const { id, scopes, properties, quotaPerMinute, expireTime } of keys) {
      const quota = quotaPerMinute === undefined ? "" : `  ${quotaPerMinute} a minute`;
      const end = expireTime === undefined ? "" : `  until ${expireTime}`;
      console.log(`${partner}  ${id}  scopes ${scopes.join(",")}  properties ${properties.join(",")}${quota}${end}`);
    }
  }
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
