import type { EdgeRequest } from "./ports.ts";

/** Whether a request brings a key at all; only its service can say what it is worth. */
export function hasKey({ headers }: EdgeRequest): boolean {
  return /^bearer\s+\S/i.test(headers["authorization"] ?? "");
}
