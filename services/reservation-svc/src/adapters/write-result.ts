import type { StoredRefusal, WriteResult } from "../app/ports.ts";
import { openGuest } from "./vault.ts";

/** A row of the type write_result. */
export interface WriteRow {
  readonly outcome: string | null;
  readonly method: string | null;
  readonly fingerprint: Uint8Array | null;
  readonly answer: Uint8Array | null;
  readonly refusal: StoredRefusal | null;
  readonly data_key: Uint8Array | null;
  readonly sealed: Uint8Array | null;
}

export function writeResultOf(row: WriteRow | undefined): WriteResult {
  switch (row?.outcome) {
    case "DONE":
    case "STALE":
    case "CONFLICT":
      return { outcome: row.outcome };
    case "REFUSED":
      if (row.refusal !== null) return { outcome: "REFUSED", refusal: row.refusal };
      break;
    case "REPLAY":
      return { outcome: "REPLAY", stored: storedOf(row) };
  }
  throw new Error(`a write function answered ${row?.outcome}`);
}

export const storedOf = (row: Omit<WriteRow, "outcome">) => ({
  method: row.method ?? "",
  fingerprint: row.fingerprint ?? new Uint8Array(),
  answer: row.answer ?? undefined,
  refusal: row.refusal ?? undefined,
  booker: row.sealed === null ? undefined : openGuest(row.data_key, row.sealed),
});

export const CLAIM_COLUMNS = "outcome, method, fingerprint, answer, refusal, data_key, sealed";
