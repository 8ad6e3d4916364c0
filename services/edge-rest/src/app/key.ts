import type { EdgeRequest } from "./ports.ts";

/** The key that a request brings, if it brings one. */
export function bearerOf({ headers }: EdgeRequest): string | undefined {
  return /^bearer\s+(\S+)/i.exec(headers["authorization"] ?? "")?.[1];
}

/** Whether a request brings a key at all; only its service can say what it is worth. */
export function hasKey(request: EdgeRequest): boolean {
  return bearerOf(request) !== undefined;
}
