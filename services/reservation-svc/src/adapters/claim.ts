import type pg from "pg";
import type { Claim, StoredRefusal, WriteResult } from "../app/ports.ts";
import { CLAIM_COLUMNS, type WriteRow, writeResultOf } from "./write-result.ts";

/** Claims a request inside a transaction. Undefined: go on. Otherwise the write is over, with this result. */
export async function claimIn(
  client: pg.PoolClient,
  claim: Claim | undefined,
  answer: Uint8Array | undefined,
  refusal: StoredRefusal | undefined,
): Promise<Exclude<WriteResult, { outcome: "DONE" }> | undefined> {
  if (claim !== undefined) {
    const { rows } = await client.query<WriteRow>(
      `SELECT ${CLAIM_COLUMNS} FROM claim_request($1, $2, $3, $4, $5, $6, NULL, $7)`,
      [
        claim.partner,
        claim.requestId,
        claim.method,
        claim.fingerprint,
        answer,
        refusal === undefined ? undefined : JSON.stringify(refusal),
        claim.property,
      ],
    );
    const row = rows[0];
    if (row !== undefined && row.outcome !== null) {
      const result = writeResultOf(row);
      if (result.outcome === "DONE") throw new Error("a claim is never DONE");
      return result;
    }
  }
  return refusal === undefined ? undefined : { outcome: "REFUSED", refusal };
}

/** Turns a claim that is still open into a refusal. */
export async function storeRefusal(
  client: pg.PoolClient,
  claim: Claim | undefined,
  refusal: StoredRefusal,
): Promise<void> {
  if (claim === undefined) return;
  await client.query("UPDATE idempotency SET answer = NULL, refusal = $3 WHERE partner = $1 AND request_id = $2", [
    claim.partner,
    claim.requestId,
    JSON.stringify(refusal),
  ]);
}

export async function storeAnswer(client: pg.PoolClient, claim: Claim | undefined, answer: Uint8Array): Promise<void> {
  if (claim === undefined) return;
  await client.query("UPDATE idempotency SET answer = $3 WHERE partner = $1 AND request_id = $2", [
    claim.partner,
    claim.requestId,
    answer,
  ]);
}
