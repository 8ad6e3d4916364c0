import { describeError } from "./error-fields.ts";

const credentials = [
  "authorization",
  "apikey",
  "bearer",
  "cardnumber",
  "cookie",
  "credential",
  "cvc",
  "key",
  "pan",
  "password",
  "passphrase",
  "paymentmethodtoken",
  "payload",
  "privatekey",
  "quotetoken",
  "secret",
  "servicekey",
  "setcookie",
  "signature",
  "staymeshprincipal",
  "token",
];

const DEPTH_MAX = 6;
const ITEMS_MAX = 50;
const TEXT_MAX = 8192;
const WITHHELD = "[withheld]";

/** Copies the fields of a log line without what must not be written: names are compared without case and punctuation. */
export function redactor(more: Iterable<string>): (fields: Record<string, unknown>) => Record<string, unknown> {
  const withheld = new Set([...credentials, ...more].map(bare));
  const bareNames = new Map<string, boolean>();

  const isWithheld = (name: string): boolean => {
    const known = bareNames.get(name);
    if (known !== undefined) return known;
    const answer = withheld.has(bare(name));
    // Field names come from code, not from callers; the bound only guards against a mistake.
    if (bareNames.size < 10_000) bareNames.set(name, answer);
    return answer;
  };

  const copy = (value: unknown, depth: number): unknown => {
    switch (typeof value) {
      case "string":
        return value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}…` : value;
      case "bigint":
        return value.toString();
      case "object":
        return value === null ? null : copyObject(value, depth);
      case "function":
      case "symbol":
        return undefined;
      default:
        return value;
    }
  };

  const copyObject = (value: object, depth: number): unknown => {
    if (value instanceof Error) return describeError(value);
    if (value instanceof Date) return value;
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (depth >= DEPTH_MAX) return "[deeper]";
    if (value instanceof Set || Array.isArray(value)) {
      return [...value].slice(0, ITEMS_MAX).map((item) => copy(item, depth + 1));
    }
    return copyFields(value instanceof Map ? Object.fromEntries(value) : value, depth + 1);
  };

  const copyFields = (fields: object, depth: number): Record<string, unknown> => {
    const copied: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fields)) {
      copied[name] = isWithheld(name) ? WITHHELD : copy(value, depth);
    }
    return copied;
  };

  return (fields) => copyFields(fields, 0);
}

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}
