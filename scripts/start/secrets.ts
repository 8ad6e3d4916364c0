import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Explained } from "../parts/explained.ts";

export const sandboxKey = "sk_sandbox_demo";
const services = ["edge-rest", "reservation-svc", "payment-svc", "report-svc"] as const;
export type ServiceName = (typeof services)[number];

export interface Secrets {
  readonly postgres: string;
  readonly bankKey: string;
  readonly quoteKey: string;
  readonly serviceKeys: Readonly<Record<ServiceName, string>>;
}

// Made once and kept beside the data: a quote or a database of yesterday must still be good today.
export function keepSecrets(folder: string): Secrets {
  const file = join(folder, "secrets.json");
  if (!existsSync(file)) writePrivately(file, newSecrets());
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new Explained(`${file} cannot be read; put back a copy, or remove ${folder} and with it the data.`);
  }
}

export function newSecrets(): Secrets {
  const secret = () => randomBytes(24).toString("base64url");
  return {
    postgres: secret(),
    bankKey: secret(),
    quoteKey: secret(),
    serviceKeys: {
      "edge-rest": secret(),
      "reservation-svc": secret(),
      "payment-svc": secret(),
      "report-svc": secret(),
    },
  };
}

// The file of partners and services that every service reads. Partners that somebody added stay as they are.
export function keepPartners(folder: string, secrets: Secrets): string {
  const file = join(folder, "partners.json");
  writePrivately(file, { partners: partnersOf(file), services: servicesOf(secrets) });
  return file;
}

function partnersOf(file: string): unknown {
  if (!existsSync(file)) return [sandbox()];
  try {
    const { partners }: { partners: unknown } = JSON.parse(readFileSync(file, "utf8"));
    if (Array.isArray(partners)) return partners;
  } catch {
    // Told below, as a file of another shape is.
  }
  throw new Explained(`${file} is not a file of partners; mend it or remove it.`);
}

function sandbox(): unknown {
  return {
    partner: "sandbox",
    keys: [{ id: "demo", sha256: sha256(sandboxKey), scopes: ["*"], properties: ["*"] }],
  };
}

function servicesOf(secrets: Secrets): unknown {
  return services.map((service) => ({ service, sha256: sha256(secrets.serviceKeys[service]) }));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

// Written beside and renamed, so that a reader never sees half of it; for the owner's eyes only.
function writePrivately(file: string, value: unknown): void {
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(`${file}.next`, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.next`, file);
}
