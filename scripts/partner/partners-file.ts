import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Explained } from "../parts/explained.ts";

export interface Key {
  readonly id: string;
  readonly sha256: string;
  readonly scopes: readonly string[];
  readonly properties: readonly string[];
  // Where it is absent the edge's standard is in force.
  readonly quotaPerMinute?: number;
  // An RFC 3339 instant from which on the key is unknown; without it the key is in force until it is revoked.
  readonly expireTime?: string;
}

export interface Partner {
  readonly partner: string;
  readonly keys: readonly Key[];
}

export interface PartnersFile {
  readonly partners: readonly Partner[];
  readonly services: readonly unknown[];
}

export interface Rights {
  readonly scopes: readonly string[];
  readonly properties: readonly string[];
  readonly quotaPerMinute?: number;
}

export interface Issued {
  readonly file: PartnersFile;
  readonly id: string;
  // Shown once; only its digest is kept.
  readonly key: string;
}

export function readPartners(path: string): PartnersFile {
  if (!existsSync(path)) throw new Explained(`${path} is not there; npm start makes it.`);
  const { partners = [], services = [] }: Partial<PartnersFile> = JSON.parse(readFileSync(path, "utf8"));
  return { partners, services };
}

// Written beside and renamed: the services follow the file, and must never read half of it.
export function writePartners(path: string, file: PartnersFile): void {
  writeFileSync(`${path}.next`, `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.next`, path);
}

export function addKey(file: PartnersFile, partner: string, rights: Rights): Issued {
  const id = randomBytes(4).toString("hex");
  const key = `sk_${randomBytes(24).toString("base64url")}`;
  const added: Key = { id, sha256: createHash("sha256").update(key).digest("hex"), ...rights };
  const known = file.partners.find((it) => it.partner === partner);
  const others = file.partners.filter((it) => it !== known);
  const partners = [...others, { partner, keys: [...(known?.keys ?? []), added] }];
  return { file: { ...file, partners }, id, key };
}

// A new key with the rights of the old one, which stays in force until it is revoked or the given instant comes.
export function rotateKey(file: PartnersFile, partner: string, id: string, until?: Date): Issued {
  const old = findKey(file, partner, id);
  const { id: _id, sha256: _digest, expireTime: _end, ...rights } = old;
  const ending = until === undefined ? old : { ...old, expireTime: until.toISOString() };
  const partners = file.partners.map((it) =>
    it.partner === partner ? { ...it, keys: it.keys.map((key) => (key === old ? ending : key)) } : it,
  );
  return addKey({ ...file, partners }, partner, rights);
}

export function revokeKey(file: PartnersFile, partner: string, id: string): PartnersFile {
  const revoked = findKey(file, partner, id);
  const partners = file.partners
    .map((it) => (it.partner === partner ? { ...it, keys: it.keys.filter((key) => key !== revoked) } : it))
    .filter((it) => it.keys.length > 0);
  return { ...file, partners };
}

function findKey(file: PartnersFile, partner: string, id: string): Key {
  const key = file.partners.find((it) => it.partner === partner)?.keys.find((it) => it.id === id);
  if (key === undefined) throw new Explained(`${partner} has no key ${id}; npm run partner -- list shows all.`);
  return key;
}
