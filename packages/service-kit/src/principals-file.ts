import { type Principal, principalOf } from "./principal.ts";
import { readInstant } from "./stated-time.ts";

/** What a key stands for, and until when. */
export interface KnownKey {
  readonly principal: Principal;
  /** From then on the key is unknown; one without it is in force until it is taken out of the file. */
  readonly expireTime?: Date;
}

/** Reads the text of a principals file into keys by their digest; throws where anything is amiss. */
export function readPrincipalsFile(source: string): ReadonlyMap<string, KnownKey> {
  const file = record(JSON.parse(source), "the file");
  const known = new Map<string, KnownKey>();
  const add = (digest: string, principal: Principal, expireTime?: unknown) => {
    const { keyId } = principal;
    if (known.has(digest)) throw new Error(`two keys of the principals file are the same (${keyId})`);
    known.set(digest, {
      principal,
      ...(expireTime === undefined ? {} : { expireTime: instant(expireTime, `expireTime of ${keyId}`) }),
    });
  };

  for (const item of list(file["partners"] ?? [], "partners")) {
    const entry = record(item, "a partner");
    const partner = word(entry["partner"], "partner");
    for (const keyItem of list(entry["keys"] ?? [], `keys of ${partner}`)) {
      const key = record(keyItem, `a key of ${partner}`);
      add(
        digest(key["sha256"], partner),
        principalOf({
          partner,
          keyId: word(key["id"], `key id of ${partner}`),
          scopes: words(key["scopes"] ?? [], `scopes of ${partner}`),
          properties: words(key["properties"] ?? [], `properties of ${partner}`),
          ...(key["quotaPerMinute"] === undefined
            ? {}
            : { quotaPerMinute: count(key["quotaPerMinute"], `quotaPerMinute of ${partner}`) }),
        }),
        key["expireTime"],
      );
    }
  }

  for (const item of list(file["services"] ?? [], "services")) {
    const entry = record(item, "a service");
    const service = word(entry["service"], "service");
    // A service has no rights of its own: what it may do is what the partner it acts for may do.
    const principal = principalOf({ partner: "", keyId: service, scopes: [], properties: [], service });
    add(digest(entry["sha256"], service), principal);
  }
  return known;
}

/** Reads the principal that a service forwards; undefined where it is malformed. */
export function readForwarded(encoded: string, service: string): Principal | undefined {
  try {
    const entry = record(JSON.parse(Buffer.from(encoded, "base64url").toString("utf8")), "a principal");
    return principalOf({
      partner: word(entry["partner"], "partner"),
      keyId: typeof entry["keyId"] === "string" ? entry["keyId"] : "",
      scopes: words(entry["scopes"], "scopes"),
      properties: words(entry["properties"], "properties"),
      service,
    });
  } catch {
    return undefined;
  }
}

/** Writes a principal as a service forwards it. */
export function writeForwarded(principal: Principal): string {
  const { partner, keyId, scopes, properties } = principal;
  return Buffer.from(JSON.stringify({ partner, keyId, scopes: [...scopes], properties: [...properties] })).toString(
    "base64url",
  );
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${what} is not an object`);
  return Object.fromEntries(Object.entries(value));
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${what} is not a list`);
  return value;
}

function word(value: unknown, what: string): string {
  if (typeof value !== "string" || value === "") throw new Error(`${what} is not a text`);
  return value;
}

function words(value: unknown, what: string): readonly string[] {
  return list(value, what).map((item) => word(item, what));
}

function count(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) {
    throw new Error(`${what} is not a whole number above 0`);
  }
  return value;
}

function instant(value: unknown, what: string): Date {
  const read = readInstant(word(value, what));
  if (read === undefined) throw new Error(`${what} is not an instant such as 2027-06-30T12:00:00Z`);
  return read;
}

function digest(value: unknown, of: string): string {
  const hex = word(value, `sha256 of ${of}`).toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new Error(`sha256 of ${of} is not a SHA-256 in hex`);
  return hex;
}
