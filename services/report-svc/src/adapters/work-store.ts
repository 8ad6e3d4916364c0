import type { WorkStore } from "../app/ports.ts";
import type { Database } from "./database.ts";
import { reportOf } from "./report-row.ts";

/** Reports as work, in PostgreSQL. Every time in it is the database's own, so that no worker's clock matters. */
export function workStore({ pool, prisma }: Database): WorkStore {
  const changed = async (text: string, values: readonly unknown[]) =>
    ((await pool.query({ text, values: [...values] })).rowCount ?? 0) > 0;

  return {
    async begin(id, token, leaseMs) {
      const { rows } = await pool.query<{ failures: number }>(
        `UPDATE report SET state = 'RUNNING', attempts = attempts + 1, lease_token = $2,
           lease_until = now() + $3 * interval '1 millisecond', due_at = now() + $3 * interval '1 millisecond',
           failures = failures + CASE state WHEN 'RUNNING' THEN 1 ELSE 0 END
         WHERE id = $1 AND (state = 'QUEUED' OR (state = 'RUNNING' AND lease_until <= now()))
         RETURNING failures`,
        [id, token, leaseMs],
      );
      const [begun] = rows;
      if (begun === undefined) return undefined;
      const row = await prisma.report.findUniqueOrThrow({ where: { id } });
      return { report: reportOf(row), failures: begun.failures };
    },

    renew: (id, token, leaseMs) =>
      changed(
        `UPDATE report SET lease_until = now() + $3 * interval '1 millisecond', due_at = now() + $3 * interval '1 millisecond'
         WHERE id = $1 AND lease_token = $2`,
        [id, token, leaseMs],
      ),

    succeed: (id, token, document, at) =>
      changed(
        `UPDATE report SET state = 'SUCCEEDED', complete_time = $3, blob_key = $4, content_type = $5, size_bytes = $6,
           sha256 = $7, lease_token = NULL, lease_until = NULL
         WHERE id = $1 AND lease_token = $2`,
        [id, token, at, document.blobKey, document.contentType, document.sizeBytes, document.sha256],
      ),

    fail: (id, token, cause, at) =>
      changed(
        `UPDATE report SET state = 'FAILED', complete_time = $3, failure_cause = $4, lease_token = NULL, lease_until = NULL
         WHERE id = $1 AND lease_token = $2`,
        [id, token, at, cause],
      ),

    giveBack: (id, token, { afterMs, failed }) =>
      changed(
        `UPDATE report SET state = 'QUEUED', failures = failures + $4, due_at = now() + $3 * interval '1 millisecond',
           lease_token = NULL, lease_until = NULL
         WHERE id = $1 AND lease_token = $2`,
        [id, token, afterMs, failed ? 1 : 0],
      ),

    async due(limit, againAfterMs) {
      // Several sweepers at once each take their own share.
      const { rows } = await pool.query<{ id: string }>(
        `UPDATE report SET due_at = now() + $2 * interval '1 millisecond'
         WHERE id IN (
           SELECT id FROM report WHERE state IN ('QUEUED', 'RUNNING') AND due_at <= now()
           ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
         ) RETURNING id`,
        [limit, againAfterMs],
      );
      return rows.map((row) => row.id);
    },

    async unclaimed(blobKeys) {
      // A document's key ends with its report's id.
      const rows = await prisma.report.findMany({
        where: { id: { in: blobKeys.map((key) => key.slice(-36)) } },
        select: { blobKey: true },
      });
      const claimed = new Set(rows.map((row) => row.blobKey));
      return blobKeys.filter((key) => !claimed.has(key));
    },

    async forgetAnswers(olderThanMs, limit) {
      const { rowCount } = await pool.query(
        `DELETE FROM stored_answer WHERE (partner, request_id) IN (
           SELECT partner, request_id FROM stored_answer WHERE create_time < now() - $1 * interval '1 millisecond'
           ORDER BY create_time LIMIT $2 FOR UPDATE SKIP LOCKED
         )`,
        [olderThanMs, limit],
      );
      return rowCount ?? 0;
    },
  };
}
